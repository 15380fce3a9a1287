//! Whether a server's certificate was revoked (RFC 5280 section 5): lists kept ready, and the check in a TLS handshake.
//!
//! ```text
//!   configured addresses ──▶ fetch ──▶ examine ──▶ Lists ──▶ Verifier in a handshake
//!   and files, again and            it parses, its       the last good     rustls's own check of the chain,
//!   again, in the background        signature fits       ones, in RAM      with the lists of this moment
//! ```
//!
//! A handshake never waits for a list: it is checked with what is there. What is there is the last good list of each
//! authority; nothing that fails on the way replaces it, and nothing is written to a file.
//!
//! Lists and not OCSP: an OCSP request in the handshake of each visit tells a third party who connects where and when,
//! costs a flight, and fails where lists still hold.

mod checker;
mod error;
mod examine;
mod fetch;
mod finding;
mod head;
mod lists;
mod pace;
mod settings;
mod verifier;

#[cfg(test)]
mod tests;

pub use checker::{Checker, Look, Watch};
pub use error::Error;
pub use finding::{Finding, Unchecked, finding};
pub use lists::Taken;
pub use pace::Pace;
pub use settings::{Depth, Names, Place, Policy, Settings, Source};
