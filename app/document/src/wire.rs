//! What parent and child say to each other, and how: two lengths, a head in postcard, then bytes as they are.
//!
//! ```text
//!  u32 head length │ u32 body length │ head │ body          little endian
//! ```
//!
//! The child's words are untrusted once it has read something: the parent bounds both lengths before it takes a byte.
//! The vocabulary has room for more orders (a letter as pages for a printer); an unknown one ends the child.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::{Error, Refusal};
use crate::limits::Limits;
use crate::reading::{Face, Reading};
use crate::view::View;

/// Bytes before a head.
pub(crate) const PREFIX: usize = 8;
/// The largest head an order has: limits, with the certificates of authorities.
pub(crate) const ORDER: u32 = 4 << 20;
/// The largest head an answer has: a letter or a document's text.
pub(crate) const ANSWER: u32 = 8 << 20;

/// What the parent asks.
#[derive(Serialize, Deserialize)]
pub(crate) enum Order {
    /// Read the message in the body.
    Read {
        /// It is all of the message.
        whole: bool,
        /// Look inside documents.
        inside: bool,
        limits: Box<Limits>,
    },
    /// Open a document.
    View { document: u32, face: Face },
    /// Draw a page.
    Page { document: u32, page: u32, width: u32 },
    /// Give an attachment, decoded.
    Attachment { index: u32 },
}

impl Order {
    /// The request in a word, for the journal.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Order::Read { .. } => "read",
            Order::View { .. } => "view",
            Order::Page { .. } => "page",
            Order::Attachment { .. } => "attachment",
        }
    }
}

/// What the child answers.
#[derive(Serialize, Deserialize)]
pub(crate) enum Answer {
    /// Confined, and waiting. Said once, before anything is read.
    Ready(Confinement),
    /// Not confined: it goes away.
    NotConfined(String),
    /// To `Read`.
    Reading(Box<Reading>),
    /// To `View`.
    View(Box<View>),
    /// To `Page`; the pixels are the body.
    Picture { width: u32, height: u32 },
    /// To `Attachment`; the body is it.
    Bytes,
    /// It cannot be shown.
    Refused(Refusal),
    /// There is no such thing.
    Missing,
}

/// What holds the process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// How much of what was asked the kernel's Landlock keeps: no file, no directory, no TCP port, no abstract socket,
    /// no signal to others.
    pub landlock: Landlock,
    /// System calls allowed by the filter.
    pub calls: u32,
}

/// What Landlock of this kernel keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Landlock {
    /// All that was asked.
    Full,
    /// An older kernel: a part.
    Partial,
    /// The kernel has none. The filter of system calls stands alone: it lets no file be opened either.
    Absent,
}

/// A head with its prefix, ready to be sent before a body of `body` bytes.
pub(crate) fn head<T: Serialize>(head: &T, body: usize) -> Option<Zeroizing<Vec<u8>>> {
    let written = Zeroizing::new(postcard::to_stdvec(head).ok()?);
    let mut out = Zeroizing::new(Vec::with_capacity(PREFIX + written.len()));
    out.extend_from_slice(&u32::try_from(written.len()).ok()?.to_le_bytes());
    out.extend_from_slice(&u32::try_from(body).ok()?.to_le_bytes());
    out.extend_from_slice(&written);
    Some(out)
}

/// Lengths of head and body, within their bounds.
pub(crate) fn lengths(prefix: [u8; PREFIX], head: u32, body: u64) -> Result<(usize, usize), Error> {
    let [a, b, c, d, e, f, g, h] = prefix;
    let (heads, bodies) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    if heads > head || u64::from(bodies) > body {
        return Err(Error::Crashed);
    }
    Ok((heads as usize, bodies as usize))
}

/// A head, read. Nothing may be left over.
pub(crate) fn parse<T: DeserializeOwned>(head: &[u8]) -> Result<T, Error> {
    match postcard::take_from_bytes(head) {
        Ok((value, [])) => Ok(value),
        _ => Err(Error::Crashed),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_head_comes_back_as_it_was_sent() {
        let sent = head(&Order::Page { document: 1, page: 2, width: 3 }, 7).unwrap();
        let (prefix, rest) = sent.split_first_chunk::<PREFIX>().unwrap();
        assert_eq!(lengths(*prefix, ORDER, 7).unwrap(), (rest.len(), 7));
        assert!(matches!(parse(rest).unwrap(), Order::Page { document: 1, page: 2, width: 3 }));
    }

    #[test]
    fn lengths_beyond_their_bounds_are_never_taken() {
        let sent = head(&Answer::Bytes, 8).unwrap();
        let prefix = *sent.first_chunk::<PREFIX>().unwrap();
        assert!(lengths(prefix, ANSWER, 7).is_err());
        assert!(lengths(prefix, 0, 8).is_err());
        assert!(lengths([0xFF; PREFIX], ANSWER, u64::from(u32::MAX)).is_err());
    }

    #[test]
    fn nonsense_is_no_head() {
        assert!(parse::<Answer>(&[]).is_err());
        assert!(parse::<Answer>(&[200, 1, 2]).is_err());
        // A list that says it has four thousand million items.
        assert!(parse::<Answer>(&[2, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]).is_err());
        let mut long = head(&Answer::Bytes, 0).unwrap().split_off(PREFIX);
        long.push(0);
        assert!(parse::<Answer>(&long).is_err());
    }
}
