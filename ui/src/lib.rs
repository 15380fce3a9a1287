//! What the person sees: Slint pages and one adapter per page.
//!
//! A [`flow::View`] goes in, [`flow::Touch`]es come out, and nothing else crosses this line. [`show`] is one match over
//! [`flow::Screen`]: a screen without a page does not compile. All wording lives in the `.slint` files; the colours,
//! sizes and durations in `theme/tokens.json`.
//!
//! Slint owns the main thread ([`Window::run`]); any other thread shows by a [`Screenboard`].

mod bar;
pub mod fonts;
mod french;
mod generated;
mod keys;
mod pages;
mod panel;
mod papers;
#[doc(hidden)]
pub mod samples;
mod screenboard;
mod site;
mod window;

pub use generated::MainWindow;
pub(crate) use generated::*;
pub use pages::{remembers_nothing, show};
pub use panel::{rows, sheet_width, sheet_width_at};
pub use screenboard::Screenboard;
pub use site::{Chip, Site};
pub use window::{Error, Window, select};
