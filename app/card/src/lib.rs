//! Speaks to a CPS card over a byte exchange: holder, tries left, PIN, signature.
//!
//! ```text
//!  ATR ──▶ recognise ──▶ Card::open ──▶ number, tries left      (fast: the code screen waits for it)
//!                            │
//!                            ├──▶ holder    ODF, PrKDF, AODF, CDF, certificate   (while the person types)
//!                            ├──▶ verify    one VERIFY, never sent again by itself
//!                            └──▶ sign      CPS3: INTERNAL AUTHENTICATE · CPS4: PSO, raw RSA as last resort
//! ```
//!
//! The crate knows no reader, no thread and no clock: bytes go through [`Transmit`], the time of day is an
//! argument of [`Holder::validity`]. What a card answers is untrusted: every length, count, nesting and
//! number of exchanges is bounded (see [`limits`]).
//!
//! Absent on purpose: unblocking with the PUK (never offered at a desk), changing the code, the signature
//! key (non repudiation is not a log-in), the contactless application, and the CPS2ter dialect (class `A0`),
//! whose driver its own publisher has retired.

mod apdu;
mod atr;
mod card;
mod error;
mod family;
mod file;
mod holder;
pub mod limits;
mod link;
mod pin;
mod pkcs15;
mod probe;
mod scheme;
mod status;
mod tlv;
mod transmit;

#[cfg(test)]
mod simulated;
#[cfg(test)]
mod tests;

pub use atr::{Kind, recognise};
pub use card::Card;
pub use error::{Error, Step};
pub use holder::{Holder, Profession, Validity};
pub use link::Traffic;
pub use pin::Tries;
pub use scheme::Scheme;
pub use status::Status;
pub use transmit::{Protocol, Transmit, TransmitError};
