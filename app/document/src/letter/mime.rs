//! A message cut into its parts (RFC 2046), as ranges of its bytes.
//!
//! mail-parser has a tree of its own, and is not asked for it. It takes `--boundary` for a boundary in the middle of a
//! line and in front of a longer one (`=_1` and `=_10`), reads to the end of the message once for every multipart whose
//! boundary never comes, decodes every attachment at once, and nests attached messages without a limit. Here each line
//! is looked at once, whatever is open; depth and number of parts are bounded; nothing is decoded before it is asked
//! for; and a part is the exact bytes that a signature was made over.

use std::collections::BTreeMap;
use std::ops::Range;

use memchr::memmem;

use super::header::Header;
use super::limits::{BOUNDARY, DEPTH, PART_HEADER, PARTS};
use super::params::Params;
use super::transfer::Transfer;

/// Boundaries that are guessed in one message.
const GUESSES: usize = 20;

/// A part of a message: a multipart or a leaf.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Media type, in small letters: `text/plain`.
    pub media: String,
    /// `charset`
    pub charset: Option<String>,
    /// `format=flowed` (RFC 3676)
    pub flowed: bool,
    /// `delsp=yes` (RFC 3676)
    pub delsp: bool,
    /// `smime-type`, `protocol`, `start`: whichever the media type knows.
    pub detail: Option<String>,
    /// Name of the file, as given.
    pub name: Option<String>,
    /// `Content-Disposition: attachment`
    pub attached: bool,
    /// `Content-ID`, without angle brackets.
    pub id: Option<String>,
    pub transfer: Transfer,
    /// From the first byte of the header to the last one of the body.
    pub whole: Range<usize>,
    /// The body, without the line end that belongs to the boundary.
    pub body: Range<usize>,
    /// A boundary or the end of a whole message follows.
    pub ended: bool,
    /// What it is made of, if it is a multipart.
    pub children: Vec<usize>,
    /// Multiparts around it.
    level: usize,
    boundary: Vec<u8>,
}

impl Part {
    /// Whether it is a multipart that has parts.
    pub fn is_multipart(&self) -> bool {
        !self.children.is_empty()
    }

    fn read(header: &Header<'_>, in_digest: bool) -> Part {
        let field = header.get("Content-Type").unwrap_or_default();
        let mut kind = Params::read(&field);
        let disposition = Params::read(&header.get("Content-Disposition").unwrap_or_default());
        let media = std::mem::take(&mut kind.value);
        let media = match (media.split_once('/'), media.as_str()) {
            (Some((a, b)), _) if !a.is_empty() && !b.is_empty() => match b.split_once('/') {
                Some((b, _)) => format!("{a}/{b}"),
                None => media,
            },
            (_, "html") => "text/html".to_owned(),
            // RFC 2045, section 5.2; RFC 2046, section 5.1.5.
            (_, "") if in_digest => "message/rfc822".to_owned(),
            (_, "" | "text" | "plain") => "text/plain".to_owned(),
            _ if media.starts_with("multipart") => "multipart/mixed".to_owned(),
            _ => "application/octet-stream".to_owned(),
        };
        let owned = |value: Option<&str>| value.map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
        let boundary = kind.get("boundary").map(str::trim_end).unwrap_or_default();
        Part {
            charset: owned(kind.get("charset")),
            flowed: kind.get("format").is_some_and(|format| format.trim().eq_ignore_ascii_case("flowed")),
            delsp: kind.get("delsp").is_some_and(|delsp| delsp.trim().eq_ignore_ascii_case("yes")),
            detail: owned(kind.get("smime-type").or(kind.get("protocol")).or(kind.get("start"))),
            name: owned(disposition.get("filename").or(kind.get("name")).or(disposition.get("name"))),
            attached: disposition.value == "attachment",
            id: header.get("Content-ID").and_then(|id| owned(Some(id.trim().trim_matches(['<', '>'])))),
            transfer: header.get("Content-Transfer-Encoding").map(|name| Transfer::named(&name)).unwrap_or_default(),
            boundary: boundary.as_bytes().get(..boundary.len().min(BOUNDARY)).unwrap_or_default().to_vec(),
            media,
            ..Part::default()
        }
    }
}

/// The parts of `bytes`, the root first. `ended`: whether `bytes` are a whole message.
pub(super) fn parts(bytes: &[u8], header: &Header<'_>, body: usize, ended: bool) -> Vec<Part> {
    let mut root = Part::read(header, false);
    root.whole = 0..bytes.len();
    root.body = body..bytes.len();
    root.ended = ended;
    let mut tree = Tree { bytes, ended, parts: vec![root], guesses: 0 };
    tree.split(0, 0);
    tree.parts
}

struct Tree<'a> {
    bytes: &'a [u8],
    ended: bool,
    parts: Vec<Part>,
    guesses: usize,
}

/// Multiparts that are open, and where their boundaries are found.
#[derive(Default)]
struct Open {
    stack: Vec<usize>,
    boundaries: BTreeMap<Vec<u8>, Vec<usize>>,
}

impl Open {
    fn push(&mut self, part: usize, boundary: Vec<u8>) {
        self.boundaries.entry(boundary).or_default().push(self.stack.len());
        self.stack.push(part);
    }

    /// Closes what is above `level`.
    fn close(&mut self, level: usize, parts: &mut [Part], end: usize) {
        while self.stack.len() > level {
            let Some(part) = self.stack.pop().and_then(|part| parts.get_mut(part)) else { continue };
            part.body.end = end.max(part.body.start);
            part.whole.end = part.body.end;
            if let Some(levels) = self.boundaries.get_mut(&part.boundary) {
                levels.pop();
            }
        }
    }

    /// The level of the innermost multipart with this boundary.
    fn level(&self, boundary: &[u8]) -> Option<usize> {
        self.boundaries.get(boundary)?.last().copied()
    }
}

impl Tree<'_> {
    /// Splits part `root`, if it is a multipart, and everything in it, in one pass. `depth`: multiparts around it.
    fn split(&mut self, root: usize, depth: usize) {
        let mut open = Open::default();
        let Some(Range { start, end }) = self.parts.get(root).map(|part| part.body.clone()) else { return };
        if !self.open(root, depth, &mut open) {
            return;
        }
        let dashes = memmem::Finder::new(b"\n--");
        let mut leaf: Option<usize> = None;
        // A boundary may stand in the first line of all.
        let mut at = start;
        let mut first = self.bytes.get(at..end).is_some_and(|body| body.starts_with(b"--"));
        loop {
            let line_start = if first {
                at
            } else {
                // The line end before the dashes may be the one that ended the line before.
                let from = at.saturating_sub(1).max(start);
                match self.bytes.get(from..end).and_then(|rest| dashes.find(rest)) {
                    Some(found) => from + found + 1,
                    None => break,
                }
            };
            first = false;
            let rest = self.bytes.get(line_start..end).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1);
            at = line_start + length;
            let line = rest.get(2..length).unwrap_or_default().trim_ascii_end();
            let closing = line.strip_suffix(b"--");
            let known = (line.len() <= BOUNDARY + 2).then(|| open.level(line)).flatten();
            let (level, closes) = match (known, closing.and_then(|line| open.level(line))) {
                (Some(level), _) => (level, false),
                (None, Some(level)) => (level, true),
                (None, None) => continue,
            };
            if !closes && self.parts.len() >= PARTS {
                continue;
            }
            // The line end before a boundary belongs to it.
            let end_of_part = before_line_end(self.bytes, line_start).max(start);
            self.end_leaf(leaf.take(), end_of_part, true);
            open.close(level + 1, &mut self.parts, end_of_part);
            let Some(parent) = open.stack.get(level).copied() else { break };
            self.end_whole(parent, end_of_part);
            if closes {
                open.close(level, &mut self.parts, at);
                if let Some(part) = self.parts.get_mut(parent) {
                    part.ended = true;
                    if part.children.is_empty() {
                        // Without parts, what stands before is all there is.
                        part.body.end = end_of_part.max(part.body.start);
                    }
                }
            } else {
                (leaf, at) = self.begin(parent, at, end, depth, &mut open);
            }
            if open.stack.is_empty() {
                break;
            }
        }
        self.end_leaf(leaf, end, self.ended);
        open.close(0, &mut self.parts, end);
        self.repair(root);
    }

    /// Opens a part if it is a multipart with a boundary.
    fn open(&mut self, index: usize, depth: usize, open: &mut Open) -> bool {
        let Some(part) = self.parts.get_mut(index) else { return false };
        part.level = depth + open.stack.len();
        if !part.media.starts_with("multipart/") || part.level >= DEPTH {
            return false;
        }
        if part.boundary.is_empty() {
            if self.guesses >= GUESSES {
                return false;
            }
            self.guesses += 1;
            part.boundary = guess(self.bytes.get(part.body.clone()).unwrap_or_default(), b"").unwrap_or_default();
        }
        if part.boundary.is_empty() {
            return false;
        }
        open.push(index, part.boundary.clone());
        true
    }

    /// A part of `parent` begins at `at`: its header is read. Tells the leaf it is, if any, and where its body begins.
    fn begin(&mut self, parent: usize, at: usize, end: usize, depth: usize, open: &mut Open) -> (Option<usize>, usize) {
        let bytes = self.bytes.get(at..end).unwrap_or_default();
        // A boundary right behind this one leaves an empty part, and not a header with dashes in it.
        let (header, body) =
            if bytes.starts_with(b"--") { Header::split(b"", 0) } else { Header::split(bytes, PART_HEADER) };
        let in_digest = self.parts.get(parent).is_some_and(|parent| parent.media == "multipart/digest");
        let mut part = Part::read(&header, in_digest);
        part.whole = at..end;
        part.body = at + body..end;
        let index = self.parts.len();
        self.parts.push(part);
        if let Some(parent) = self.parts.get_mut(parent) {
            parent.children.push(index);
        }
        let leaf = if self.open(index, depth, open) { None } else { Some(index) };
        (leaf, at + body)
    }

    fn end_leaf(&mut self, leaf: Option<usize>, end: usize, ended: bool) {
        if let Some(part) = leaf.and_then(|leaf| self.parts.get_mut(leaf)) {
            part.body.end = end.max(part.body.start);
            part.whole.end = part.body.end;
            part.ended = ended;
        }
    }

    /// The last part of `parent` reaches to here, with what follows its own last boundary: that is what is signed.
    fn end_whole(&mut self, parent: usize, end: usize) {
        let last = self.parts.get(parent).and_then(|parent| parent.children.last()).copied();
        if let Some(part) = last.and_then(|last| self.parts.get_mut(last)) {
            part.whole.end = end.max(part.whole.start);
        }
    }

    /// A multipart in which its boundary never came: another one is tried, and else it is a text.
    fn repair(&mut self, root: usize) {
        for index in root..self.parts.len() {
            let Some(part) = self.parts.get_mut(index) else { break };
            if !part.media.starts_with("multipart/") || part.is_multipart() {
                continue;
            }
            let body = self.bytes.get(part.body.clone()).unwrap_or_default();
            let other = if self.guesses < GUESSES { guess(body, &part.boundary) } else { None };
            if let Some(other) = other {
                let level = part.level;
                part.boundary = other;
                self.guesses += 1;
                self.split(index, level);
            }
            if let Some(part) = self.parts.get_mut(index).filter(|part| !part.is_multipart()) {
                part.media = "text/plain".to_owned();
            }
        }
    }
}

/// Where the line end before `at` begins.
fn before_line_end(bytes: &[u8], at: usize) -> usize {
    match bytes.get(..at) {
        Some([.., b'\r', b'\n']) => at - 2,
        Some([.., b'\n']) => at - 1,
        _ => at,
    }
}

/// The first line that looks like a boundary and is not `known`: two dashes and no space, with a header behind it.
fn guess(body: &[u8], known: &[u8]) -> Option<Vec<u8>> {
    let body = body.get(..body.len().min(64 << 10))?;
    let mut lines = body.split(|b| *b == b'\n').peekable();
    while let Some(line) = lines.next() {
        let Some(boundary) = line.trim_ascii_end().strip_prefix(b"--") else { continue };
        if !(1..=BOUNDARY).contains(&boundary.len())
            || boundary == known
            || boundary.contains(&b' ')
            || boundary.ends_with(b"--")
        {
            continue;
        }
        let next = lines.peek().map(|next| next.to_ascii_lowercase()).unwrap_or_default();
        if next.starts_with(b"content-") {
            return Some(boundary.to_vec());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    /// Media types and bodies, nested.
    fn shown(raw: &str) -> String {
        let bytes = raw.as_bytes();
        let (header, body) = Header::split(bytes, 1 << 20);
        let parts = parts(bytes, &header, body, true);
        fn show(parts: &[Part], raw: &str, at: usize) -> String {
            let part = &parts[at];
            if part.is_multipart() {
                let inner: Vec<String> = part.children.iter().map(|child| show(parts, raw, *child)).collect();
                format!("{}[{}]", part.media, inner.join(" "))
            } else {
                format!("{}:{:?}", part.media, &raw[part.body.clone()])
            }
        }
        show(&parts, raw, 0)
    }

    #[test]
    fn a_message_of_one_part() {
        assert_eq!(shown("Subject: a\r\n\r\ncorps\r\n"), "text/plain:\"corps\\r\\n\"");
        assert_eq!(shown("Content-Type: text\n\na"), "text/plain:\"a\"");
        assert_eq!(shown("Content-Type: pdf\n\na"), "application/octet-stream:\"a\"");
    }

    #[test]
    fn parts_inside_parts() {
        let raw = "Content-Type: multipart/mixed; boundary=a\r\n\r\nune introduction\r\n--a\r\n\
                   Content-Type: multipart/alternative; boundary=\"b\"\r\n\r\n--b\r\n\r\nun\r\n--b\r\nContent-Type: text/html\r\n\r\ndeux\r\n\
                   --b--\r\nune fin\r\n--a\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n\r\n--a--\r\nun reste";
        assert_eq!(
            shown(raw),
            "multipart/mixed[multipart/alternative[text/plain:\"un\" text/html:\"deux\"] application/pdf:\"%PDF\\r\\n\"]"
        );
    }

    #[test]
    fn a_boundary_that_begins_another_one() {
        let raw = "Content-Type: multipart/mixed; boundary=\"=_1\"\n\n--=_1\nContent-Type: multipart/related; boundary=\"=_10\"\n\n\
                   --=_10\n\na\n--=_10\n\nb\n--=_10--\n--=_1\n\nc --=_1\n--=_1-suite\n--=_1--\n";
        assert_eq!(
            shown(raw),
            "multipart/mixed[multipart/related[text/plain:\"a\" text/plain:\"b\"] text/plain:\"c --=_1\\n--=_1-suite\"]"
        );
    }

    #[test]
    fn parts_that_are_not_ended() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nun\n--a\n\ndeux";
        assert_eq!(shown(raw), "multipart/mixed[multipart/mixed[text/plain:\"un\"] text/plain:\"deux\"]");
    }

    #[test]
    fn empty_parts_and_parts_without_a_header() {
        assert_eq!(
            shown("Content-Type: multipart/mixed; boundary=a\n\n--a\n--a\n\n--a\nsans en-tête\n--a--"),
            "multipart/mixed[text/plain:\"\" text/plain:\"\" text/plain:\"sans en-tête\"]"
        );
    }

    #[test]
    fn a_boundary_that_is_missing_or_wrong_is_guessed() {
        let body = "\n\n--x\nContent-Type: text/plain\n\nun\n--x\nContent-Type: text/html\n\ndeux\n--x--\n";
        for kind in ["multipart/mixed", "multipart/mixed; boundary=\"\"", "multipart/mixed; boundary=faux"] {
            let raw = format!("Content-Type: {kind}{body}");
            assert_eq!(shown(&raw), "multipart/mixed[text/plain:\"un\" text/html:\"deux\"]", "{kind}");
        }
        assert_eq!(
            shown("Content-Type: multipart/mixed; boundary=a\n\nseulement du texte"),
            "text/plain:\"seulement du texte\""
        );
    }

    #[test]
    fn an_attached_message_keeps_its_own_parts() {
        let raw = "Content-Type: multipart/digest; boundary=a\n\n--a\n\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nun\n--b--\n--a--";
        assert_eq!(
            shown(raw),
            "multipart/digest[message/rfc822:\"Subject: x\\nContent-Type: multipart/mixed; boundary=b\\n\\n--b\\n\\nun\\n--b--\"]"
        );
    }

    #[test]
    fn depth_and_number_are_bounded_and_time_is_linear() {
        let start = std::time::Instant::now();
        let mut deep = String::new();
        for n in 0..3000 {
            deep.push_str(&format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"));
        }
        let many = format!("Content-Type: multipart/mixed; boundary=a\n\n{}", "--a\n\nx\n".repeat(100_000));
        let unclosed: String =
            (0..100_000).map(|n| format!("--a\nContent-Type: multipart/mixed; boundary=c{n}\n\n")).collect();
        let unclosed = format!("Content-Type: multipart/mixed; boundary=a\n\n{unclosed}");
        let dashes = format!("Content-Type: multipart/mixed; boundary=a\n\n{}", "--\n".repeat(1_000_000));
        for raw in [deep, many, unclosed, dashes] {
            let (header, body) = Header::split(raw.as_bytes(), 1 << 20);
            assert!(parts(raw.as_bytes(), &header, body, true).len() <= PARTS);
        }
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }

    proptest! {
        #[test]
        fn any_message_is_split_into_ranges_of_it(raw in "(--[ab]{1,2}(--)?|\r?\n|Content-Type: multipart/mixed; boundary=[ab]{1,2}\n\n|\\PC){0,60}") {
            let bytes = raw.as_bytes();
            let (header, body) = Header::split(bytes, 1 << 20);
            let parts = parts(bytes, &header, body, true);
            for (index, part) in parts.iter().enumerate() {
                prop_assert!(part.body.start <= part.body.end && part.body.end <= bytes.len());
                prop_assert!(part.children.iter().all(|child| *child > index && *child < parts.len()));
            }
        }
    }
}
