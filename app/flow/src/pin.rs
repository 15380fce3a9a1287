//! The *code porteur* while it is typed.

use secrecy::SecretBox;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Fewest digits a *code porteur* has (domain.md 3.4).
pub(crate) const SHORTEST: usize = 4;
/// Most digits a *code porteur* has.
pub(crate) const LONGEST: usize = 8;

/// A complete code on its way to the card: 4 to 8 ASCII digits, wiped when dropped, never printed.
pub type Pin = SecretBox<[u8]>;

/// The digits typed so far. The buffer never grows, so no copy of it is left behind.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Typed {
    digits: Vec<u8>,
}

impl Typed {
    pub(crate) fn new() -> Self {
        Self { digits: Vec::with_capacity(LONGEST) }
    }

    /// Adds a digit from 0 to 9; anything else, and a ninth digit, is ignored.
    pub(crate) fn push(&mut self, digit: u8) {
        if digit <= 9 && self.digits.len() < LONGEST {
            self.digits.push(b'0' + digit);
        }
    }

    pub(crate) fn erase(&mut self) {
        if let Some(last) = self.digits.last_mut() {
            last.zeroize();
            self.digits.pop();
        }
    }

    pub(crate) fn clear(&mut self) {
        self.digits.zeroize();
    }

    pub(crate) fn len(&self) -> u8 {
        u8::try_from(self.digits.len()).unwrap_or(u8::MAX)
    }

    pub(crate) fn complete(&self) -> bool {
        (SHORTEST..=LONGEST).contains(&self.digits.len())
    }

    /// Takes the code out and leaves the buffer empty. `None` while it is too short.
    pub(crate) fn take(&mut self) -> Option<Pin> {
        if !self.complete() {
            return None;
        }
        let pin = SecretBox::new(self.digits.as_slice().into());
        self.clear();
        Some(pin)
    }
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Typed(redacted)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn a_code_is_taken_once_and_leaves_nothing() {
        let mut typed = Typed::new();
        for digit in [7, 3, 9, 1] {
            typed.push(digit);
        }
        assert_eq!(typed.take().unwrap().expose_secret(), b"7391");
        assert_eq!(typed.len(), 0);
        assert!(typed.take().is_none());
    }

    #[test]
    fn three_digits_are_too_few_and_a_ninth_is_ignored() {
        let mut typed = Typed::new();
        for digit in [1, 2, 3] {
            typed.push(digit);
        }
        assert!(!typed.complete());
        for digit in [4, 5, 6, 7, 8, 9, 200] {
            typed.push(digit);
        }
        assert_eq!(typed.len(), 8);
    }

    #[test]
    fn a_code_cannot_be_printed() {
        let mut typed = Typed::new();
        for digit in [7, 3, 9, 1] {
            typed.push(digit);
        }
        assert!(!format!("{typed:?}").contains("7391"));
        let pin = typed.take().unwrap();
        assert!(!format!("{pin:?}").contains("7391"));
        assert!(!format!("{pin:?}").contains("55, 51"));
    }
}
