//! What is known of the card and of the person who holds it.

use crate::time::Day;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What the PIN screen needs and the card tells within a few exchanges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardFacts {
    /// The number printed on the card and shown to people, such as `CPS3v3-2600971845`.
    pub number: String,
    /// Wrong codes the card still accepts, 0 when it is blocked, `None` when it does not say.
    pub tries_left: Option<u8>,
}

/// One of several cards, to choose from.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct CardLine {
    /// The number printed on it; empty for a card that says none.
    pub number: String,
    /// «Dr Tryphon TOURNESOL», empty where nobody is named.
    pub holder: String,
    /// A visit can begin with it.
    pub usable: bool,
}

/// A person's name has no place in a log.
impl std::fmt::Debug for CardLine {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "CardLine({})", self.usable)
    }
}

/// The holder, as the authentication certificate names them.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Holder {
    /// The name as the screen shows it, title first and surname in capitals: «Dr Tryphon TOURNESOL».
    pub name: String,
    /// Two letters for the session bar: «TT».
    pub initials: String,
    /// The last day of validity, when the certificate has ended.
    pub expired: Option<Day>,
}

/// A person's name has no place in a log.
impl std::fmt::Debug for Holder {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Holder").field("expired", &self.expired).finish_non_exhaustive()
    }
}
