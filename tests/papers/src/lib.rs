//! Documents as French mail carries them, and the bad ones, made by code from public specifications.
//!
//! Everybody in them is invented. Numbers of the national health identity are written with their right key over a
//! commune, a country and an order that no register gives out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "made for tests: what is made is known, and a fault of the maker must be heard"
)]

pub mod cda;
pub mod hostile;
pub mod mail;
pub mod office;
pub mod pdf;
pub mod people;
pub mod picture;
pub mod results;
pub mod scan;
pub mod xdm;

/// Base64 in lines of 76 (RFC 2045, section 6.8).
pub fn base64_lines(bytes: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    let lines = text.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap());
    lines.collect::<Vec<_>>().join("\r\n")
}
