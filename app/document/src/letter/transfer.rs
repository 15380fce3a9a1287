//! Content-Transfer-Encoding (RFC 2045, section 6) undone, leniently: what a decoder of a library gives up on is still
//! somebody's letter. A line of base64 with a stray character loses that character, `=` followed by no digits stays.

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine as _, alphabet};

/// How a body was made fit for the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) enum Transfer {
    /// 7bit, 8bit, binary, and what nobody knows.
    #[default]
    Identity,
    Base64,
    Quoted,
}

impl Transfer {
    /// The value of the field.
    pub fn named(name: &str) -> Self {
        let name = name.trim().trim_matches('"');
        if name.eq_ignore_ascii_case("base64") {
            Transfer::Base64
        } else if name.eq_ignore_ascii_case("quoted-printable") {
            Transfer::Quoted
        } else {
            Transfer::Identity
        }
    }

    /// The bytes that were sent, the first `most` of them.
    pub fn decode(self, body: &[u8], most: usize) -> Vec<u8> {
        let mut out = match self {
            Transfer::Identity => body.get(..most).unwrap_or(body).to_vec(),
            Transfer::Base64 if is_base64(body) => base64(body, most),
            // Plain text under a wrong label.
            Transfer::Base64 => body.get(..most).unwrap_or(body).to_vec(),
            Transfer::Quoted => quoted(body, most),
        };
        out.truncate(most);
        out
    }

    /// How many bytes [`decode`](Self::decode) makes of it.
    pub fn size(self, body: &[u8]) -> u64 {
        let size = match self {
            Transfer::Base64 if is_base64(body) => base64_size(body),
            Transfer::Quoted => quoted(body, usize::MAX).len(),
            _ => body.len(),
        };
        size as u64
    }
}

fn in_alphabet(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

/// Base64 has no words: among the first characters nearly all belong to it, and the first line has no space.
fn is_base64(body: &[u8]) -> bool {
    let head = body.get(..body.len().min(400)).unwrap_or(body);
    let text: Vec<u8> = head.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    let strangers = text.iter().filter(|b| !in_alphabet(**b) && **b != b'=').count();
    let line = head.trim_ascii().split(|b| *b == b'\n').next().unwrap_or_default();
    strangers * 20 <= text.len() && line.trim_ascii().iter().filter(|b| **b == b' ').count() < 2
}

fn base64(body: &[u8], most: usize) -> Vec<u8> {
    // Room for line ends: nobody sends lines shorter than four characters in earnest.
    let enough = most.saturating_mul(2).saturating_add(4096).min(body.len());
    let body = body.get(..enough).unwrap_or(body);
    let mut out = Vec::with_capacity(body.len() / 4 * 3);
    // Padding ends a piece wherever it stands: some programs encode in pieces and glue them together.
    for piece in body.split(|b| *b == b'=') {
        let mut kept = Vec::new();
        // Little at a time: a scan is tens of megabytes, and is there three times already.
        for some in piece.chunks(48 << 10) {
            kept.extend(some.iter().copied().filter(|b| in_alphabet(*b)));
            let groups = kept.len() - kept.len() % 4;
            decode(kept.drain(..groups).as_slice(), &mut out);
        }
        // A character alone makes no byte.
        if kept.len() > 1 {
            decode(&kept, &mut out);
        }
    }
    out
}

/// Characters of the alphabet, in a number that makes bytes: it does not fail.
fn decode(characters: &[u8], out: &mut Vec<u8>) {
    let _ = LENIENT.decode_vec(characters, out);
}

/// Without padding, and whatever the bits that make no byte are.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

fn base64_size(body: &[u8]) -> usize {
    let (mut size, mut group) = (0, 0);
    for byte in body {
        if in_alphabet(*byte) {
            group += 1;
            if group == 4 {
                (size, group) = (size + 3, 0);
            }
        } else if *byte == b'=' {
            size += rest_of_group(group);
            group = 0;
        }
    }
    size + rest_of_group(group)
}

fn rest_of_group(characters: usize) -> usize {
    match characters {
        2 => 1,
        3 => 2,
        _ => 0,
    }
}

fn quoted(body: &[u8], most: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len().min(most));
    for line in body.split_inclusive(|b| *b == b'\n') {
        if out.len() >= most {
            break;
        }
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let end = line.get(text.len()..).unwrap_or_default();
        // Spaces at the end of a line were added on the way (RFC 2045, section 6.7, rule 3).
        let text = text.trim_ascii_end();
        let (text, soft) = match text.strip_suffix(b"=") {
            Some(text) => (text, true),
            None => (text, false),
        };
        let mut rest = text;
        while let Some(at) = memchr::memchr(b'=', rest) {
            let (plain, after) = rest.split_at_checked(at).unwrap_or((rest, &[]));
            out.extend_from_slice(plain);
            match after {
                [_, high, low, after @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    out.push((hex(*high) << 4) | hex(*low));
                    rest = after;
                }
                [_, after @ ..] => {
                    out.push(b'=');
                    rest = after;
                }
                [] => rest = &[],
            }
        }
        out.extend_from_slice(rest);
        if !soft {
            out.extend_from_slice(end);
        }
    }
    out
}

pub(super) fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        b'A'..=b'F' => digit - b'A' + 10,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(transfer: Transfer, body: &str) -> String {
        String::from_utf8_lossy(&transfer.decode(body.as_bytes(), usize::MAX)).into_owned()
    }

    #[test]
    fn quoted_printable_as_sent_and_as_broken() {
        for (body, expected) in [
            ("Zo=C3=A9 a =\r\n6 ans=20\r\n", "Zoé a 6 ans \r\n"),
            ("fin de ligne   \r\nsuite", "fin de ligne\r\nsuite"),
            ("1+1=2, 2==2, =zz, =C3=a9 =", "1+1=2, 2==2, =zz, é "),
            ("coupé =   \r\nici", "coupé ici"),
            ("nue =\nici\rla", "nue ici\rla"),
            ("", ""),
        ] {
            assert_eq!(decoded(Transfer::Quoted, body), expected, "{body:?}");
        }
    }

    #[test]
    fn base64_as_sent_and_as_broken() {
        for (body, expected) in [
            ("Wm/DqQ==\r\n", "Zoé"),
            ("Wm/D\r\nqQ==\r\n", "Zoé"),
            ("Wm/DqQ==Wm/DqQ==", "ZoéZoé"),
            ("Wm/DqQ", "Zoé"),
            ("", ""),
        ] {
            assert_eq!(decoded(Transfer::Base64, body), expected, "{body:?}");
        }
        let long = format!("{}!{}", "QUFB".repeat(30), "QUFB".repeat(30));
        assert_eq!(decoded(Transfer::Base64, &long), "A".repeat(180));
        // A stray character, and pieces glued together that are not padded as they should be.
        let glued = format!("{}!QUE=QQ={}A=QUFB", "QUFB".repeat(30), "QUFB".repeat(20_000));
        assert_eq!(decoded(Transfer::Base64, &glued), "A".repeat(90 + 3 + 60_000 + 3));
    }

    #[test]
    fn plain_text_that_says_it_is_base64_stays_text() {
        let body = "Bonjour, je vous adresse Mme Lampion pour avis.";
        assert_eq!(decoded(Transfer::Base64, body), body);
    }

    #[test]
    fn what_is_decoded_is_bounded() {
        assert_eq!(Transfer::Base64.decode("QUFB".repeat(1000).as_bytes(), 10), b"AAAAAAAAAA");
        assert_eq!(Transfer::Quoted.decode(b"=41=41=41\n=41=41=41", 4).len(), 4);
        assert_eq!(Transfer::Identity.decode(b"AAAA", 2), b"AA");
    }

    proptest! {
        #[test]
        fn the_size_told_is_the_size_decoded(body in "[A-Za-z0-9+/=\r\n ]{0,300}|[A-Za-z0-9+/]{40,90}[!.][A-Za-z0-9+/=]{0,50}|\\PC{0,200}|(=[0-9A-F]{2}|=\r?\n|[a-z ]){0,80}") {
            for transfer in [Transfer::Identity, Transfer::Base64, Transfer::Quoted] {
                prop_assert_eq!(transfer.size(body.as_bytes()), transfer.decode(body.as_bytes(), usize::MAX).len() as u64);
            }
        }
    }
}
