//! The cards: bytes in, bytes out.
//!
//! A [`Chip`] is one powered card. It never panics whatever arrives; a property test says so.

mod apdu;
mod content;
mod cps3;
mod cps4;
mod files;
mod keys;
mod link;
mod pin;
mod stranger;
#[cfg(test)]
mod tests;
mod tlv;

pub use apdu::{Answer, Command};
pub use cps3::Cps3;
pub use cps4::Cps4;
pub use keys::Keys;
pub use pin::Pin;
pub use stranger::{Kind, Stranger};

pub use content::{Content, Identity};

/// A card in a reader.
pub trait Chip: Send {
    /// Answer to reset, sent whenever the reader asks for it.
    fn atr(&self) -> &[u8];

    /// Power taken away or given, or a warm reset: everything volatile is lost, the PIN's
    /// verified state first. The count of tries is in non-volatile memory and stays.
    fn reset(&mut self);

    /// One command as it arrives on the line, one answer with its status word.
    fn apdu(&mut self, raw: &[u8]) -> Vec<u8>;

    /// Tries left of the code porteur; `None` for a card without one.
    fn tries(&self) -> Option<u8> {
        None
    }

    /// Whether the code porteur has been verified since the last reset.
    fn verified(&self) -> bool {
        false
    }
}
