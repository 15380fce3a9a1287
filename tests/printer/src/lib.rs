//! Printers for the tests.
//!
//! [`Printer`] is CUPS' `ippeveprinter` (Debian package `cups-ipp-utils`), an IPP Everywhere printer none of us wrote, with a
//! print command of ours behind it that keeps what arrives and goes through the troubles it is told to. [`Scripted`] is a
//! server of ours, for the states `ippeveprinter` cannot be brought into.
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! use printer::{Options, Order, Printer};
//! let orders = vec![Order::Page, Order::Trouble("media-jam"), Order::Page];
//! let printer = Printer::start(&pki::Pki::shared()?, Options { orders, ..Options::default() })?;
//! println!("{}", printer.address());
//! printer.fix("media-jam")?;
//! for delivered in printer.delivered()? {
//!     println!("{} bytes, {}", delivered.document.len(), delivered.attributes["IPP_SIDES"]);
//! }
//! # Ok(()) }
//! ```

mod command;
mod message;
mod real;
mod scripted;

pub use command::Order;
pub use message::{Message, Request, operation};
pub use real::{Certificate, Delivered, Options, Printer};
pub use scripted::{Asked, Reply, Scripted, Standard};
