//! Prints a message or a document on the printer the site configured: IPP Everywhere (PWG 5100.14) over TLS (RFC 7472).
//!
//! ```text
//!   Sheet ──▶ sheet() ──▶ PDF ─┐
//!   a document's PDF ──────────┼──▶ Work ──▶ Printer::print ──▶ Job: a stream of Progress, or an Error
//!   a document's pages ────────┘    Ask ───────┘
//! ```
//!
//! The printer decides: PDF where it takes it and does with it what is asked, else PWG raster of pages the caller renders, one
//! at a time. Everything is bounded in time and size, and a [`Job`] dropped takes itself back from the printer.
//!
//! # What is absent on purpose
//!
//! - A spool: what is printed is in memory, and wiped. The printer's own is its own affair.
//! - Discovery: the printer is configured, so is who vouches for it ([`Trust`]). There is no way to accept any other.
//! - Names: job and owner are the same two configured words for every job, since printers show and journal them.
//! - Printing without TLS.
//!
//! # Our own codec
//!
//! The crate `ipp` 8.0 was tried first. Its reader overflows the stack on collections nested a few thousand deep (80 kB of an
//! answer; `Drop` and `Clone` walk them recursively, in quadratic time), and it loses the members of a collection that follow
//! one with several values (both reproduced). What printing needs of RFC 8010 is small.

mod ask;
mod course;
mod error;
mod ipp;
mod job;
mod offer;
mod page;
mod plan;
mod printer;
mod raster;
mod settings;
mod sheet;
mod state;
mod ticket;
mod tls;
mod trouble;
mod watch;
mod wire;

pub use ask::{Ask, PageRange};
pub use error::{Distrust, Error, Source};
pub use https::Clock;
pub use job::Job;
pub use offer::Offer;
pub use page::{Bitmap, Frame, Pages};
pub use printer::{Printer, Work};
pub use settings::{Colour, Pin, Settings, Timeouts, Trust};
pub use sheet::{Block, Fact, FontFile, Fonts, Printable, Row, Sheet, Table, sheet};
pub use state::{Hold, Progress, State};
pub use url::Url;
