//! The national identifier of a professional while it is typed.
//!
//! RPPS: eleven digits, the last one a check digit (Luhn, ISO/IEC 7812-1 annex B, over all eleven). Pro Santé Connect
//! wants it with a leading 8 (domain.md 1.5); people know it without, and may type either.

use crate::text::Text;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Digits of an RPPS number.
const RPPS: usize = 11;
/// What stands before it in a national identifier: no RPPS number starts so.
const PREFIX: u8 = b'8';

/// What is wrong with a number that is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberTrouble {
    /// The check digit does not fit: a digit is wrong, or two are exchanged.
    CheckDigit,
    /// The provider knows nobody of this number with an e-CPS.
    Unknown,
}

/// The digits typed so far. No secret, but a person: never printed, wiped when dropped.
#[derive(Clone, PartialEq, Eq, Default, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Number {
    digits: Vec<u8>,
}

impl std::fmt::Debug for Number {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Number(redacted)")
    }
}

impl Number {
    /// Adds a digit from 0 to 9; anything else, and what is too many, is ignored.
    pub(crate) fn push(&mut self, digit: u8) {
        if digit <= 9 && self.left() > 0 {
            self.digits.push(b'0' + digit);
        }
    }

    pub(crate) fn erase(&mut self) {
        self.digits.pop();
    }

    pub(crate) fn clear(&mut self) {
        self.digits.zeroize();
    }

    fn prefixed(&self) -> bool {
        self.digits.first() == Some(&PREFIX)
    }

    /// The digits without the prefix.
    fn own(&self) -> &[u8] {
        self.digits.get(usize::from(self.prefixed())..).unwrap_or_default()
    }

    /// Digits still to type.
    pub(crate) fn left(&self) -> u8 {
        u8::try_from(RPPS.saturating_sub(self.own().len())).unwrap_or(0)
    }

    /// The check digit fits.
    pub(crate) fn fits(&self) -> bool {
        self.left() == 0 && luhn(self.own())
    }

    /// As it is shown: in groups of four, four and three, the prefix apart.
    pub(crate) fn grouped(&self) -> Text {
        let mut text = String::with_capacity(RPPS + 5);
        if self.prefixed() {
            text.push(char::from(PREFIX));
        }
        for (place, digit) in self.own().iter().enumerate() {
            if place % 4 == 0 && !text.is_empty() {
                text.push(' ');
            }
            text.push(char::from(*digit));
        }
        Text(text)
    }

    /// As the provider wants it: with the leading 8.
    pub(crate) fn national(&self) -> Text {
        let mut text = String::with_capacity(RPPS + 1);
        text.push(char::from(PREFIX));
        text.extend(self.own().iter().map(|digit| char::from(*digit)));
        Text(text)
    }
}

/// Luhn's check over ASCII digits, the last of which is the check digit.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit.wrapping_sub(b'0'));
            match (place % 2, value) {
                (0, value) => value,
                (_, value) if value > 4 => value * 2 - 9,
                (_, value) => value * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(digits: &str) -> Number {
        let mut number = Number::default();
        for digit in digits.bytes() {
            number.push(digit - b'0');
        }
        number
    }

    #[test]
    fn eleven_digits_get_their_leading_eight_and_twelve_have_it() {
        assert_eq!(typed("10101042284").national().0, "810101042284");
        assert_eq!(typed("810101042284").national().0, "810101042284");
        // A twelfth digit has no place, a thirteenth neither.
        assert_eq!(typed("101010422845").national().0, "810101042284");
        assert_eq!(typed("8101010422845").national().0, "810101042284");
    }

    #[test]
    fn a_wrong_digit_and_two_exchanged_ones_do_not_fit() {
        let good: Vec<u64> =
            (0..10).map(|last| 1_010_104_228 * 10 + last).filter(|n| typed(&n.to_string()).fits()).collect();
        assert_eq!(good.len(), 1, "one check digit in ten fits");
        let good = good.first().copied().unwrap_or_default().to_string();
        assert!(!typed(good.get(..10).unwrap_or_default()).fits(), "too short");
        let swapped = format!("{}{}", "10101024", good.get(8..).unwrap_or_default());
        assert!(!typed(&swapped).fits());
    }

    #[test]
    fn the_number_is_shown_in_groups() {
        assert_eq!(typed("101004228").grouped().0, "1010 0422 8");
        assert_eq!(typed("8101004228").grouped().0, "8 1010 0422 8");
        assert_eq!(typed("").grouped().0, "");
        assert_eq!(typed("101004228").left(), 2);
    }

    #[test]
    fn it_cannot_be_printed() {
        assert!(!format!("{:?}", typed("10100422801")).contains("1010"));
    }
}
