//! Encoded words in header fields (RFC 2047), as programs really write them.
//!
//! Two words of one charset are joined before they are read: programs cut in the middle of a character. A word may hold
//! spaces, may stand inside quotation marks, and may be glued to its neighbours.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use mail_parser::decoders::base64::base64_decode;

use super::charset;
use super::transfer::hex;

/// A piece of a field.
enum Piece<'a> {
    Raw(&'a str),
    Word { charset: &'a str, bytes: Vec<u8> },
}

/// A field that is text: encoded words read, folding undone.
pub(super) fn decode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for piece in pieces(value) {
        match piece {
            Piece::Raw(raw) => out.extend(raw.chars().filter(|c| !matches!(c, '\r' | '\n'))),
            Piece::Word { charset, bytes } => out.push_str(&charset::decode(&bytes, Some(charset))),
        }
    }
    out
}

/// A field with a structure of its own: every word in one form that the parser of addresses reads, whatever its charset.
pub(super) fn normalise(value: &str) -> String {
    if !value.contains("=?") {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len() * 2);
    for piece in pieces(value) {
        match piece {
            Piece::Raw(raw) => out.push_str(raw),
            Piece::Word { charset, bytes } => {
                if out.ends_with(|c: char| c.is_alphanumeric()) {
                    out.push(' ');
                }
                out.push_str("=?utf-8?B?");
                BASE64.encode_string(charset::decode(&bytes, Some(charset)), &mut out);
                out.push_str("?=");
            }
        }
    }
    out
}

fn pieces(value: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut rest = value;
    let mut closing = Closing::default();
    while let Some(at) = rest.find("=?") {
        let (before, word) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let here = value.len() - word.len();
        if let Some((charset, bytes, length)) = word_at(value, here, &mut closing) {
            raw(&mut pieces, before);
            join(&mut pieces, charset, bytes);
            rest = word.get(length..).unwrap_or_default();
        } else {
            let (plain, after) = rest.split_at_checked(at + 2).unwrap_or((rest, ""));
            raw(&mut pieces, plain);
            rest = after;
        }
    }
    raw(&mut pieces, rest);
    pieces
}

fn raw<'a>(pieces: &mut Vec<Piece<'a>>, text: &'a str) {
    if !text.is_empty() {
        pieces.push(Piece::Raw(text));
    }
}

/// Spaces between two words are not part of the text, and two words of one charset are one text.
fn join<'a>(pieces: &mut Vec<Piece<'a>>, charset: &'a str, bytes: Vec<u8>) {
    let behind_word =
        matches!(pieces.as_slice(), [.., Piece::Word { .. }, Piece::Raw(space)] if space.trim_ascii().is_empty());
    if behind_word {
        pieces.pop();
    }
    match pieces.last_mut() {
        Some(Piece::Word { charset: known, bytes: all }) if known.eq_ignore_ascii_case(charset) => all.extend(bytes),
        _ => pieces.push(Piece::Word { charset, bytes }),
    }
}

/// Where the next `?=` is: looked for once, however many words want to know.
#[derive(Default)]
struct Closing(Option<usize>);

impl Closing {
    fn after(&mut self, value: &str, from: usize) -> Option<usize> {
        if self.0.is_none_or(|known| known < from) {
            self.0 = Some(value.get(from..).and_then(|rest| rest.find("?=")).map_or(usize::MAX, |at| from + at));
        }
        self.0.filter(|at| *at != usize::MAX)
    }
}

/// `=?charset?B?…?=` at `start`: its charset, its bytes, its length.
fn word_at<'a>(value: &'a str, start: usize, closing: &mut Closing) -> Option<(&'a str, Vec<u8>, usize)> {
    let word = value.get(start + 2..)?;
    let charset_end = word.bytes().take(60).position(|b| b == b'?')?;
    let charset = word.get(..charset_end)?;
    if charset.is_empty() || !charset.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:*+()/".contains(&b)) {
        return None;
    }
    let mut mode = word.get(charset_end + 1..)?.bytes();
    let (mode, question) = (mode.next()?, mode.next()?);
    if question != b'?' {
        return None;
    }
    let from = start + 2 + charset_end + 3;
    let end = closing.after(value, from)?;
    let body = value.get(from..end)?;
    let bytes = match mode {
        b'B' | b'b' => base64(body)?,
        b'Q' | b'q' => quoted(body),
        _ => return None,
    };
    Some((charset.split('*').next().unwrap_or(charset), bytes, end + 2 - start))
}

fn base64(body: &str) -> Option<Vec<u8>> {
    base64_decode(body.as_bytes()).or_else(|| {
        let kept: Vec<u8> =
            body.bytes().filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')).collect();
        base64_decode(&kept)
    })
}

fn quoted(body: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body.as_bytes();
    loop {
        rest = match rest {
            [] => return out,
            [b'_', after @ ..] => {
                out.push(b' ');
                after
            }
            [b'=', high, low, after @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push((hex(*high) << 4) | hex(*low));
                after
            }
            [b'\r' | b'\n', after @ ..] => after,
            [byte, after @ ..] => {
                out.push(*byte);
                after
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_as_sent() {
        for (value, expected) in [
            ("=?utf-8?q?CHU_=E2=80=93_Service?= =?utf-8?b?IGRlIGNhcmRpb2xvZ2ll?=", "CHU – Service de cardiologie"),
            ("=?iso-8859-1?Q?R=E9sultats?= du\r\n\t22/11", "Résultats du\t22/11"),
            ("=?UTF-8?B?Wm/DqQ==?=", "Zoé"),
            ("avant =?utf-8*fr?Q?Zo=C3=A9?= apr=?", "avant Zoé apr=?"),
        ] {
            assert_eq!(decode(value), expected, "{value}");
        }
    }

    #[test]
    fn words_cut_in_the_middle_of_a_character() {
        assert_eq!(decode("=?utf-8?q?caf=C3?= =?utf-8?q?=A9_cr=C3=A8me?="), "café crème");
        assert_eq!(decode("=?utf-8?B?Y2Fmww==?=\r\n =?UTF-8?B?qQ==?="), "café");
    }

    #[test]
    fn words_as_badly_sent() {
        for (value, expected) in [
            ("=?utf-8?Q?Compte rendu?=", "Compte rendu"),
            ("=?utf-8?Q?Zo=C3=A9?==?utf-8?Q?_Lampion?=", "Zoé Lampion"),
            ("=?utf-8?q?cass=C3", "=?utf-8?q?cass=C3"),
            ("=?utf-8?x?rien?=", "=?utf-8?x?rien?="),
            ("=?inconnu-9?Q?Zo=E9?=", "Zoé"),
            ("=?iso-8859-1?Q?Zo=C3=A9?=", "Zoé"),
            ("=?utf-8?B?Wm/DqQ?=", "Zoé"),
            ("=?=?=?=?utf-8?Q?a?=", "=?=?=?a"),
        ] {
            assert_eq!(decode(value), expected, "{value}");
        }
    }

    #[test]
    fn a_field_full_of_openings_costs_one_look() {
        let value = "=?a?q? ".repeat(100_000);
        let start = std::time::Instant::now();
        assert_eq!(decode(&value), value);
        assert!(start.elapsed().as_secs() < 5);
    }

    #[test]
    fn words_in_one_form_for_the_parser_of_addresses() {
        assert_eq!(normalise("=?iso-8859-1?Q?Zo=E9=2C_L.?= <a@b>"), "=?utf-8?B?Wm/DqSwgTC4=?= <a@b>");
        assert_eq!(normalise("Zoe <a@b>"), "Zoe <a@b>");
    }

    proptest! {
        #[test]
        fn any_field_is_read(value in "(=\\?|\\?=|utf-8|\\?[qb]\\?|\\PC){0,40}") {
            decode(&value);
            normalise(&value);
        }

    }
}
