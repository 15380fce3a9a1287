//! Cards made of memory, for this crate's own tests: recorded conversations, a small CPS3 and CPS4, made-up
//! certificates. The virtual card that real programs talk to is another one, in `tests/card`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

pub(crate) mod certificate;
pub(crate) mod cps;
pub(crate) mod script;

/// Bytes from hexadecimal text; spaces and line ends are for the eye.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|digit| digit as u8).collect();
    assert_eq!(digits.len() % 2, 0, "odd hexadecimal text: {text}");
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// A data object with a tag of one byte.
pub(crate) fn der(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = match value.len() {
        short @ 0..=0x7F => vec![short as u8],
        medium @ 0x80..=0xFF => vec![0x81, medium as u8],
        long => vec![0x82, (long >> 8) as u8, long as u8],
    };
    [vec![tag], length, value.to_vec()].concat()
}
