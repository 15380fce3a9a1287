//! The national identifier of a person (identification nationale, IdNat_PS): what the e-CPS is asked by.
//!
//! Twelve digits: `8`, then the eleven of the RPPS number, the last of which is a check digit (Luhn, as ISO/IEC 7812-1
//! Annex B). The other prefixes of table G08 (`0` ADELI, `3` FINESS and an internal register…) have no check digit,
//! and are taken where configuration allows them.
//!
//! [`check`] is the whole rule, pure, and may be called after every key. Its table, for whoever has to count
//! digits without this crate:
//!
//! | Typed | Verdict with the default rules |
//! |---|---|
//! | (nothing), spaces only | `TooShort { missing: 11 }` |
//! | `1` | `TooShort { missing: 10 }` |
//! | `8` | `TooShort { missing: 11 }`: it begins with the prefix, so twelve are awaited |
//! | `9970042788` | `TooShort { missing: 1 }` |
//! | `99700427885` | `899700427885` |
//! | `899700427885` | `899700427885` |
//! | `8 99700 42788 5` | `899700427885` |
//! | `10002813839` | `810002813839` |
//! | `99700012345` | `CheckDigit` (the key would be 9); `899700012345` without `check_digit` |
//! | `99700427858` | `CheckDigit`: two digits changed places |
//! | `9970042788 5 1` | `TooLong` |
//! | `8997004278851` | `TooLong` |
//! | `9970O427885` | `NotADigit` (a letter O) |
//! | `12`, `1234567890AB` | `TooShort`, `NotADigit` |
//! | `012345678901` | `TooLong`; as it is where prefix `0` is allowed |
//!
//! Not every published test identity has a right check digit. Right: 899700427885, 899700218896, 810002813839,
//! 899900000011. Wrong: 810101042284, 810003461033, 899700000101, and every made-up one of the test provider
//! (899700012345, 899700054321, 899700067890). Hence [`Rules::check_digit`], for test sites.

use std::fmt;

/// Digits of an RPPS number.
const RPPS: usize = 11;
/// Digits of an identifier, prefix included.
const WHOLE: usize = 12;
/// The prefix of an RPPS number (table G08).
const PREFIX: u8 = b'8';

/// What is accepted as an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether the check digit of an RPPS number is verified. Only a test site should want it otherwise.
    pub check_digit: bool,
    /// Prefixes allowed beside `8`, as digits (`'0'` to `'9'`). Twelve digits then too, without check digit.
    pub prefixes: Vec<char>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { check_digit: true, prefixes: Vec::new() }
    }
}

/// Why something typed is not an identifier, told apart so that the screen can help while it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// Digits are missing: nothing wrong so far.
    #[error("{missing} digits are missing")]
    TooShort {
        /// How many.
        missing: u8,
    },
    /// More digits than an identifier has.
    #[error("too many digits")]
    TooLong,
    /// All digits are there, and one of them is wrong.
    #[error("the check digit is wrong")]
    CheckDigit,
    /// Something else than a digit or a space.
    #[error("not a digit")]
    NotADigit,
}

/// Reads what a person typed. Spaces do not count; eleven digits get the leading `8`.
///
/// # Errors
/// A [`Mistake`]; something that is no digit is told before anything about length.
pub fn check(typed: &str, rules: &Rules) -> Result<[u8; 12], Mistake> {
    let mut digits = [0_u8; WHOLE];
    let mut count = 0;
    for c in typed.chars().filter(|c| !c.is_whitespace()) {
        let digit = u8::try_from(c).ok().filter(u8::is_ascii_digit).ok_or(Mistake::NotADigit)?;
        if let Some(place) = digits.get_mut(count) {
            *place = digit;
        }
        count += 1;
    }
    let first = digits.first().copied().filter(|_| count > 0);
    // A RPPS number begins with 1 or, for test, 9: never with a prefix of the table.
    let other = first.is_some_and(|first| first != PREFIX && rules.prefixes.contains(&char::from(first)));
    let awaited = if other || first == Some(PREFIX) { WHOLE } else { RPPS };
    if count < awaited {
        return Err(Mistake::TooShort { missing: u8::try_from(awaited - count).unwrap_or(u8::MAX) });
    }
    if count > awaited {
        return Err(Mistake::TooLong);
    }
    if awaited == RPPS {
        digits.rotate_right(1);
        digits[0] = PREFIX;
    }
    let rpps = digits.iter().skip(1).copied();
    if rules.check_digit && !other && !luhn(rpps) {
        return Err(Mistake::CheckDigit);
    }
    Ok(digits)
}

/// Whether digits (ASCII) end with the right check digit: from the right, every second one doubled, the digits of
/// all that added up, is a multiple of ten.
fn luhn(digits: impl DoubleEndedIterator<Item = u8>) -> bool {
    let sum: u32 = digits
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit.saturating_sub(b'0'));
            match place % 2 {
                0 => value,
                _ if value > 4 => 2 * value - 9,
                _ => 2 * value,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// A person's identifier, well formed. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct NationalId(String);

impl NationalId {
    /// What a person typed, or a card says.
    ///
    /// # Errors
    /// As [`check`].
    pub fn typed(text: &str, rules: &Rules) -> Result<Self, Mistake> {
        Ok(Self(check(text, rules)?.map(char::from).iter().collect()))
    }

    /// The twelve digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NationalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NationalId([redacted])")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use proptest::prelude::*;

    use super::*;

    fn lenient() -> Rules {
        Rules { check_digit: false, ..Rules::default() }
    }

    fn read(text: &str) -> Result<String, Mistake> {
        NationalId::typed(text, &Rules::default()).map(|id| id.as_str().to_owned())
    }

    #[test]
    fn the_table_of_the_opening_page_holds() {
        for (typed, verdict) in [
            ("", Err(Mistake::TooShort { missing: 11 })),
            ("  ", Err(Mistake::TooShort { missing: 11 })),
            ("1", Err(Mistake::TooShort { missing: 10 })),
            ("8", Err(Mistake::TooShort { missing: 11 })),
            ("9970042788", Err(Mistake::TooShort { missing: 1 })),
            ("99700427885", Ok("899700427885")),
            ("899700427885", Ok("899700427885")),
            ("8 99700 42788 5", Ok("899700427885")),
            ("8\u{a0}99700\u{202f}42788 5", Ok("899700427885")),
            ("10002813839", Ok("810002813839")),
            ("99700012345", Err(Mistake::CheckDigit)),
            ("99700012349", Ok("899700012349")),
            ("99700427858", Err(Mistake::CheckDigit)),
            ("9970042788 5 1", Err(Mistake::TooLong)),
            ("8997004278851", Err(Mistake::TooLong)),
            ("9970O427885", Err(Mistake::NotADigit)),
            ("12", Err(Mistake::TooShort { missing: 9 })),
            ("1234567890AB", Err(Mistake::NotADigit)),
            ("٩٩٧٠٠٤٢٧٨٨٥", Err(Mistake::NotADigit)),
            ("012345678901", Err(Mistake::TooLong)),
        ] {
            assert_eq!(read(typed), verdict.map(str::to_owned), "«{typed}»");
        }
    }

    #[test]
    fn published_identities_are_right_or_wrong_as_the_opening_page_says() {
        for right in ["899700427885", "899700218896", "810002813839", "899900000011"] {
            assert_eq!(read(right).unwrap(), right);
        }
        for wrong in ["810101042284", "810003461033", "899700000101", "899700012345", "899700054321", "899700067890"] {
            assert_eq!(read(wrong), Err(Mistake::CheckDigit), "{wrong}");
            assert_eq!(NationalId::typed(wrong, &lenient()).unwrap().as_str(), wrong);
        }
    }

    #[test]
    fn another_prefix_passes_where_it_is_allowed_and_has_no_check_digit() {
        let rules = Rules { prefixes: vec!['0', '3'], ..Rules::default() };
        assert_eq!(NationalId::typed("012345678901", &rules).unwrap().as_str(), "012345678901");
        assert_eq!(check("01234567890", &rules), Err(Mistake::TooShort { missing: 1 }));
        assert_eq!(check("512345678901", &rules), Err(Mistake::TooLong));
        // Naming the 8 among them changes nothing: it keeps its check digit.
        let eight = Rules { prefixes: vec!['8'], ..Rules::default() };
        assert_eq!(check("899700012345", &eight), Err(Mistake::CheckDigit));
    }

    #[test]
    fn printing_it_shows_nothing() {
        let id = NationalId::typed("99700427885", &Rules::default()).unwrap();
        assert_eq!(format!("{id:?}"), "NationalId([redacted])");
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_always_found(rpps in "[19][0-9]{9}", place in 0..11_usize, by in 1..10_u8) {
            let key = (0..10).find(|key| read(&format!("{rpps}{key}")).is_ok()).unwrap();
            let mut digits: Vec<u8> = format!("{rpps}{key}").into_bytes();
            digits[place] = b'0' + (digits[place] - b'0' + by) % 10;
            let spoiled = String::from_utf8(digits).unwrap();
            // A leading 8 is the prefix: then a digit is missing.
            let told = if spoiled.starts_with('8') { Mistake::TooShort { missing: 1 } } else { Mistake::CheckDigit };
            prop_assert_eq!(read(&spoiled), Err(told));
        }

        #[test]
        fn whatever_is_typed_gets_a_verdict(text in "\\PC{0,20}") {
            if let Ok(id) = NationalId::typed(&text, &lenient()) {
                prop_assert!(id.as_str().len() == 12 && id.as_str().starts_with('8'));
            }
        }
    }
}
