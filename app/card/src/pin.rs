//! The PIN ("code porteur"): what may be sent, in which form, and what the counter says.

use secrecy::{ExposeSecret, SecretSlice};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::status::Status;

/// What the card says about its tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tries {
    /// So many are left, 1 to 15.
    Left(u8),
    /// None is left: the desk cannot help.
    Blocked,
    /// The PIN is already verified. Only right after [`Card::verify`](crate::Card::verify); at opening it
    /// means that somebody left the card open.
    Verified,
    /// The card does not say, or an exchange broke off in the middle of a verification.
    Unknown,
}

impl Tries {
    /// What the status of a VERIFY, empty or not, says.
    pub(crate) fn from_status(status: Status) -> Self {
        match status {
            Status::Ok => Self::Verified,
            Status::WrongPin { left: Some(left) } => Self::Left(left),
            Status::Blocked => Self::Blocked,
            _ => Self::Unknown,
        }
    }

    /// What a counter object says.
    pub(crate) fn from_counter(counter: u8) -> Self {
        match counter {
            0 => Self::Blocked,
            1..=15 => Self::Left(counter),
            _ => Self::Unknown,
        }
    }
}

/// Digits a code may have.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=8;

/// The form in which this card wants its PIN (PKCS#15 v1.1 section 6.8.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PinFormat {
    /// P2 of VERIFY.
    pub(crate) reference: u8,
    /// Length and filling of the block, when the card wants a filled one.
    pub(crate) padding: Option<(usize, u8)>,
}

/// The PIN's reference on every CPS card seen, used until the card's own directory is read.
pub(crate) const USUAL_REFERENCE: u8 = 0x01;

impl PinFormat {
    /// The data of VERIFY, in a buffer that wipes itself and never grows.
    pub(crate) fn block(&self, pin: &SecretSlice<u8>) -> Result<Zeroizing<Vec<u8>>, Error> {
        let digits = pin.expose_secret();
        let length = self.padding.map_or(digits.len(), |(stored, _)| stored);
        if !DIGITS.contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) || digits.len() > length {
            return Err(Error::PinRefusedFormat);
        }
        let mut block = Zeroizing::new(Vec::with_capacity(length));
        block.extend_from_slice(digits);
        if let Some((stored, filling)) = self.padding {
            block.resize(stored, filling);
        }
        Ok(block)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn block(pin: &[u8], padding: Option<(usize, u8)>) -> Result<Vec<u8>, Error> {
        PinFormat { reference: 1, padding }.block(&SecretSlice::from(pin.to_vec())).map(|block| block.to_vec())
    }

    #[test]
    fn the_code_is_filled_up_as_the_card_asks() {
        assert_eq!(block(b"1234", Some((8, 0xFF))).unwrap(), b"1234\xFF\xFF\xFF\xFF");
        assert_eq!(block(b"12345678", Some((8, 0xFF))).unwrap(), b"12345678");
        assert_eq!(block(b"1234", None).unwrap(), b"1234");
    }

    #[test]
    fn anything_but_four_to_eight_digits_is_refused() {
        for pin in [&b""[..], b"123", b"123456789", b"12a4", b"12 4", b"\xFF\xFF\xFF\xFF", "١٢٣٤".as_bytes()] {
            assert_eq!(block(pin, Some((12, 0xFF))), Err(Error::PinRefusedFormat));
        }
        assert_eq!(block(b"123456", Some((4, 0xFF))), Err(Error::PinRefusedFormat));
    }

    #[test]
    fn a_counter_of_zero_is_blocked_and_nonsense_is_unknown() {
        assert_eq!(Tries::from_counter(0), Tries::Blocked);
        assert_eq!(Tries::from_counter(3), Tries::Left(3));
        assert_eq!(Tries::from_counter(0xFF), Tries::Unknown);
    }
}
