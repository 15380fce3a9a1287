//! What a provider's page asks of a person, read from plain HTML, and their answers as a browser would send them.
//!
//! There is no script engine and nobody to look at the page. It is read by what HTML says: labels, types,
//! `autocomplete`, buttons, links, roles, `aria-*`; names and identifiers last. Nothing here knows a provider; a
//! small file of [`Hints`] fills in what one of them draws by script or words in another language.
//!
//! ```
//! use forms::{Hints, Page, Purpose, Want};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let html = br#"<form method=post><input type=hidden name=csrf value=x7>
//!     <label>Identifiant <input name=u required></label><button>Continuer</button></form>"#;
//! let address = "https://login.example/in".parse()?;
//! let page = Page::read(html, Some("text/html; charset=utf-8"), 200, &address, &Hints::default());
//! assert_eq!(page.purpose, Purpose::Login);
//! let login = page.field(Want::Login).ok_or("no login")?;
//! let way = page.onward().ok_or("no button")?;
//! let request = page.fill(way, &[(login, "tryphon".into())])?;
//! assert_eq!(request.fields().map(|(name, _)| name).collect::<Vec<_>>(), ["csrf", "u"]);
//! # Ok(()) }
//! ```
//!
//! # What is absent on purpose
//!
//! No network, no cookie, no script, no style sheet, no picture. What a form holds never shows in `Debug`.

#[cfg(test)]
mod any_page;
mod controls;
mod dom;
mod error;
mod field;
mod fill;
mod hints;
mod limits;
mod page;
mod purpose;
mod read;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod styles;
mod text;
mod way;
mod words;

pub use error::Error;
pub use fill::{Method, Request};
pub use hints::{Aim, Hints, Rule};
pub use limits::{LONGEST_PAGE, MOST_TAGS, MOST_WAYS, fits};
pub use page::{Channel, Field, Keyboard, Meaning, Page, Purpose, Want, Way};
