//! `Content-Type` and `Content-Disposition`: a value and its parameters (RFC 2045, RFC 2183, RFC 2231).
//!
//! mail-parser has a reader for these. Names of documents are what people look for, so this one does what that one does
//! not: pieces of a name are joined before their charset is applied, since programs cut in the middle of a character,
//! and names with spaces, without quotation marks or with a Windows path in them stay whole.

use super::charset;
use super::transfer::hex;
use super::words;

/// Parameters of one field.
const MOST: usize = 100;

/// A value and its parameters.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Params {
    /// In small letters: `text/plain`.
    pub value: String,
    list: Vec<(String, String)>,
}

/// A piece of a parameter, in the form of RFC 2231.
struct Piece {
    name: String,
    number: u32,
    encoded: bool,
    value: String,
}

impl Params {
    /// Reads a field. Never fails: what has no form is a value without parameters.
    pub fn read(field: &str) -> Params {
        let mut scan = Scan(field);
        let mut value = scan.token(&[';']);
        value.retain(|c| !c.is_whitespace());
        let mut params = Params { value: value.to_lowercase(), list: Vec::new() };
        let mut pieces: Vec<Piece> = Vec::new();
        for _ in 0..MOST {
            let Some((name, value)) = scan.parameter() else { break };
            match extended(&name) {
                None if name.is_empty() => {}
                None => params.list.push((name, words::decode(&value))),
                Some((name, number, encoded)) => pieces.push(Piece { name, number, encoded, value }),
            }
        }
        params.join(pieces);
        params
    }

    /// A parameter, the first of its name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.list.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The form of RFC 2231 is the better one where both are given: it goes first.
    fn join(&mut self, mut pieces: Vec<Piece>) {
        pieces.sort_by(|a, b| (&a.name, a.number).cmp(&(&b.name, b.number)));
        let mut joined = Vec::new();
        for same in pieces.chunk_by(|a, b| a.name == b.name) {
            let mut charset = None;
            let mut bytes = Vec::new();
            for (place, piece) in same.iter().enumerate() {
                let mut value = piece.value.as_str();
                if piece.encoded && place == 0 {
                    let mut parts = value.splitn(3, '\'');
                    if let (Some(name), Some(_), Some(rest)) = (parts.next(), parts.next(), parts.next()) {
                        (charset, value) = (Some(name), rest);
                    }
                }
                if piece.encoded { percent(&mut bytes, value) } else { bytes.extend(value.as_bytes()) }
            }
            if let Some(first) = same.first() {
                joined.push((first.name.clone(), charset::decode(&bytes, charset)));
            }
        }
        joined.append(&mut self.list);
        self.list = joined;
    }
}

/// `filename*`, `filename*0`, `filename*0*`.
fn extended(name: &str) -> Option<(String, u32, bool)> {
    let (base, rest) = name.split_once('*')?;
    let (number, encoded) = match rest.strip_suffix('*') {
        Some(number) => (number, true),
        None => (rest, rest.is_empty()),
    };
    Some((base.to_owned(), number.parse().unwrap_or(0), encoded))
}

fn percent(out: &mut Vec<u8>, value: &str) {
    let mut rest = value.as_bytes();
    loop {
        rest = match rest {
            [] => return,
            [b'%', high, low, after @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push((hex(*high) << 4) | hex(*low));
                after
            }
            [byte, after @ ..] => {
                out.push(*byte);
                after
            }
        };
    }
}

/// What is left of a field.
struct Scan<'a>(&'a str);

impl Scan<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.0.chars().next()?;
        self.0 = self.0.get(c.len_utf8()..).unwrap_or_default();
        Some(c)
    }

    fn skip_space(&mut self) {
        self.0 = self.0.trim_start();
    }

    /// Up to one of `ends`, which is taken too. Comments in brackets are passed over.
    fn token(&mut self, ends: &[char]) -> String {
        let (mut out, mut depth) = (String::new(), 0_usize);
        while let Some(c) = self.next() {
            match c {
                '(' => depth += 1,
                ')' if depth > 0 => depth -= 1,
                '\r' | '\n' => {}
                c if depth == 0 && ends.contains(&c) => break,
                c if depth == 0 => out.push(c),
                _ => {}
            }
        }
        out
    }

    fn parameter(&mut self) -> Option<(String, String)> {
        self.0 = self.0.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
        if self.0.is_empty() {
            return None;
        }
        // A name without a value ends at the semicolon.
        let end = self.0.find(['=', ';'])?;
        let name = self.0.get(..end).unwrap_or_default().trim().to_lowercase();
        let separator = self.0.get(end..).unwrap_or_default().chars().next();
        self.0 = self.0.get(end + 1..).unwrap_or_default();
        if separator != Some('=') {
            return Some((String::new(), String::new()));
        }
        self.skip_space();
        if !self.0.starts_with('"') {
            // Names with brackets are more common here than comments.
            let end = self.0.find(';').unwrap_or(self.0.len());
            let value: String =
                self.0.get(..end).unwrap_or_default().chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
            self.0 = self.0.get(end..).unwrap_or_default();
            return Some((name, value.trim().to_owned()));
        }
        self.next();
        let mut value = String::new();
        while let Some(c) = self.next() {
            match c {
                '"' => break,
                // Only these two are escaped in earnest; other backslashes are paths.
                '\\' if self.0.starts_with(['"', '\\']) => value.extend(self.next()),
                '\r' | '\n' => {}
                c => value.push(c),
            }
        }
        // Up to the next parameter, whatever stands in between.
        let rest = self.0.find(';').unwrap_or(self.0.len());
        self.0 = self.0.get(rest..).unwrap_or_default();
        Some((name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name_of(field: &str) -> String {
        let params = Params::read(field);
        params.get("filename").or(params.get("name")).unwrap_or("–").to_owned()
    }

    #[test]
    fn values_and_parameters() {
        let params = Params::read(" Text/PLAIN (comment) ; charset=\"utf-8\"; Format=flowed;\r\n\tdelsp=yes");
        assert_eq!(params.value, "text/plain");
        assert_eq!(
            (params.get("charset"), params.get("format"), params.get("delsp")),
            (Some("utf-8"), Some("flowed"), Some("yes"))
        );
        assert_eq!(Params::read("").value, "");
        assert_eq!(Params::read("multipart/mixed; boundary=\"a\\\"b;c=d\"; x").get("boundary"), Some("a\"b;c=d"));
    }

    #[test]
    fn names_as_programs_write_them() {
        for (field, expected) in [
            ("attachment; filename=\"CR opératoire.pdf\"", "CR opératoire.pdf"),
            ("attachment; filename=CR op 12.pdf; size=3", "CR op 12.pdf"),
            ("attachment; filename=CR (2).pdf", "CR (2).pdf"),
            ("attachment; filename*=UTF-8''R%C3%A9sultats%20du%2012.pdf", "Résultats du 12.pdf"),
            ("attachment; filename*=iso-8859-1'fr'R%E9sultats.pdf", "Résultats.pdf"),
            ("attachment; filename*0=\"un tres long \"; filename*1=\"nom.pdf\"", "un tres long nom.pdf"),
            ("attachment; filename*1*=%A9.pdf; filename*0*=utf-8''Zo%C3", "Zoé.pdf"),
            ("attachment; filename*0*=utf-8''Zo%C3%A9; filename*1=\" 100%25.pdf\"", "Zoé 100%25.pdf"),
            ("attachment; filename=\"=?utf-8?Q?Zo=C3=A9.pdf?=\"", "Zoé.pdf"),
            ("attachment; filename==?iso-8859-1?Q?Zo=E9?=", "Zoé"),
            ("attachment; filename=\"Zoe.pdf\"; filename*=utf-8''Zo%C3%A9.pdf", "Zoé.pdf"),
            ("attachment; filename=\"C:\\Users\\zoe\\CR.pdf\"", "C:\\Users\\zoe\\CR.pdf"),
            ("attachment; filename=\"sans fin.pdf", "sans fin.pdf"),
            ("attachment; filename=\"a.pdf\"b; name=c", "a.pdf"),
            ("attachment; FileName=\"plié\r\n sur deux.pdf\"", "plié sur deux.pdf"),
            ("application/pdf; name=a.pdf", "a.pdf"),
            ("attachment;;; ;filename = \"a.pdf\" ;", "a.pdf"),
            ("attachment", "–"),
        ] {
            assert_eq!(name_of(field), expected, "{field}");
        }
    }

    proptest! {
        #[test]
        fn any_field_is_read(field in "([a-z]{1,3}\\*?[0-9]?\\*?=|;|\"|'|%[0-9a-f]{2}|=\\?utf-8\\?q\\?|\\?=|\\PC){0,60}") {
            Params::read(&field);
        }
    }
}
