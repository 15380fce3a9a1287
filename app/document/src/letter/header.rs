//! The fields of a header, as ranges of it. Nothing is read that nobody asks for.

use std::borrow::Cow;

use super::charset;
use super::limits::{FIELD, FIELDS};

/// A header, split into fields.
pub(super) struct Header<'a> {
    fields: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Header<'a> {
    /// Splits `bytes`, of which the first `most` may be header. Tells where the body begins.
    ///
    /// The header ends at the first empty line. It also ends at a line that is neither a field nor a continuation:
    /// mail servers take such a line for the first of the body, and so must whoever reads what they kept.
    pub fn split(bytes: &'a [u8], most: usize) -> (Header<'a>, usize) {
        let mut fields: Vec<(&[u8], &[u8])> = Vec::new();
        let (mut at, mut field_start) = (0, 0);
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let line = rest.get(..length).unwrap_or(rest);
            let text = line.trim_ascii_end();
            if at > most {
                // Nobody writes so much: what follows the next empty line is the body.
                return (Header { fields }, end_of_header(bytes, at));
            }
            if text.is_empty() && !line.starts_with(b" ") && !line.starts_with(b"\t") {
                return (Header { fields }, at + length);
            }
            if line.starts_with(b" ") || line.starts_with(b"\t") {
                // A continuation: the last field grows.
                if let Some((_, value)) = fields.last_mut() {
                    *value = bytes.get(field_start..at + length).unwrap_or_default();
                }
            } else if let Some((name, colon)) = name(line) {
                field_start = at + colon + 1;
                if fields.len() < FIELDS {
                    fields.push((name, bytes.get(field_start..at + length).unwrap_or_default()));
                }
            } else if !(at == 0 && (line.starts_with(b"From ") || line.starts_with(b">From "))) {
                return (Header { fields }, at);
            }
            at += length;
        }
        (Header { fields }, bytes.len())
    }

    /// The first field of this name that says something, with its folding, in UTF-8.
    pub fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        self.all(name, FIELD).next()
    }

    /// The text of a field: folding undone, encoded words read.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(|value| super::words::decode(value.trim()))
    }

    /// All fields of this name that say something, `most` bytes of each.
    pub fn all(&self, name: &str, most: usize) -> impl Iterator<Item = Cow<'a, str>> {
        self.fields
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name.as_bytes()))
            .map(move |(_, value)| value.get(..most).unwrap_or(value))
            .filter(|value| !value.trim_ascii().is_empty())
            .map(|value| match std::str::from_utf8(value) {
                Ok(value) => Cow::Borrowed(value),
                // 8-bit text that nobody encoded.
                Err(_) => Cow::Owned(charset::decode(value, None)),
            })
    }

    /// Whether there is no field at all.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

/// The name of a field and where its colon stands (RFC 5322, section 2.2; spaces before the colon are old but known).
fn name(line: &[u8]) -> Option<(&[u8], usize)> {
    let colon = memchr::memchr(b':', line.get(..line.len().min(200))?)?;
    let name = line.get(..colon)?.trim_ascii_end();
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some((name, colon))
}

/// Where the body begins: behind the next empty line.
fn end_of_header(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(newline) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\n', rest)) {
        at += newline + 1;
        match bytes.get(at..) {
            Some([b'\r', b'\n', ..]) => return at + 2,
            Some([b'\n', ..]) => return at + 1,
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn split(bytes: &[u8]) -> (Header<'_>, usize) {
        Header::split(bytes, 1 << 20)
    }

    #[test]
    fn fields_folded_with_spaces_and_tabs() {
        let raw = b"Subject: un\r\n deux\r\n\ttrois\r\nX-Vide:\r\nFrom : a@b\r\n\r\ncorps";
        let (header, body) = split(raw);
        assert_eq!(&raw[body..], b"corps");
        assert_eq!(header.text("subject").unwrap(), "un deux\ttrois");
        assert_eq!(header.get("X-Vide"), None);
        assert_eq!(header.get("from").unwrap().trim(), "a@b");
    }

    #[test]
    fn a_line_that_is_no_field_begins_the_body() {
        let raw = b"Subject: a\nBonjour,\n\nvoici";
        let (header, body) = split(raw);
        assert_eq!(header.text("Subject").unwrap(), "a");
        assert_eq!(&raw[body..], b"Bonjour,\n\nvoici");
    }

    #[test]
    fn the_from_line_of_a_mailbox_file_is_passed_over() {
        let (header, body) = split(b"From zoe Mon Nov 23\nSubject: a\n\nb");
        assert_eq!((header.text("Subject").unwrap().as_str(), body), ("a", 32));
    }

    #[test]
    fn the_first_field_that_says_something_counts() {
        let (header, _) = split(b"Subject:\nSubject: b\nSubject: c\n\n");
        assert_eq!(header.text("Subject").unwrap(), "b");
        assert_eq!(header.all("subject", 100).count(), 2);
    }

    #[test]
    fn raw_8_bit_text_is_guessed() {
        let (header, _) = split(b"Subject: R\xE9sultats de Zo\xE9\nX: \xC3\xA9\n\n");
        assert_eq!(header.text("Subject").unwrap(), "Résultats de Zoé");
        assert_eq!(header.text("X").unwrap(), "é");
    }

    #[test]
    fn a_header_beyond_its_bound_is_passed_over() {
        let mut raw = b"Subject: a\r\n".to_vec();
        raw.extend(b"X: y\r\n".repeat(1000));
        raw.extend(b"\r\ncorps");
        let (header, body) = Header::split(&raw, 100);
        assert_eq!((header.text("Subject").unwrap().as_str(), &raw[body..]), ("a", b"corps".as_slice()));
    }

    proptest! {
        #[test]
        fn any_bytes_are_split(raw in "([A-Z]{1,4}: ?|\r?\n|[ \t]|\\PC){0,80}") {
            let (header, body) = split(raw.as_bytes());
            prop_assert!(body <= raw.len());
            header.text("A");
        }
    }
}
