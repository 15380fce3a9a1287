//! Cuts what a server sends into responses, with a limit on each.
//!
//! A response is a line; where the line ends in `{n}` the next `n` bytes and another line belong to it (RFC 3501
//! section 4.3). Nothing here understands more than that. A response over [`LONGEST`] is swallowed without being
//! kept, and only its beginning is handed over: one mail with ten thousand parts must not keep the list from opening.
//!
//! Two kinds may be longer: lists of numbers, and the one literal a reader has made room for. That literal is a message,
//! up to forty megabytes of it: it goes into memory of its own, once, and its response is left with an empty string.

use zeroize::Zeroizing;

/// Longest response kept, in bytes. A row of the list is about one kilobyte.
pub(crate) const LONGEST: usize = 256 * 1024;
/// Longest list of numbers: a million UIDs of ten digits.
const LONGEST_NUMBERS: usize = 12 * 1024 * 1024;
/// A literal up to this size stays in its response.
const INLINE: u64 = 4096;
/// What is kept of a response over [`LONGEST`]: enough to see what it was.
const KEPT: usize = 64;

/// One response, its last CRLF left out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// All of it.
    Whole(Vec<u8>),
    /// The first bytes of one that was too long.
    Cut(Vec<u8>),
}

/// Bytes in, responses out.
#[derive(Debug, Default)]
pub(crate) struct Framer {
    kept: Vec<u8>,
    /// Bytes of a literal still to come.
    literal: u64,
    /// Last bytes seen, to find `{n}` CRLF in a response that is not kept.
    tail: Vec<u8>,
    cut: bool,
    /// Largest literal that may be set aside.
    room: u64,
    aside: Option<Zeroizing<Vec<u8>>>,
    /// Whether the literal under way is the one set aside.
    filling: bool,
}

impl Framer {
    /// Whether a response has begun and not ended.
    pub fn is_inside(&self) -> bool {
        !self.kept.is_empty() || self.literal > 0 || self.cut
    }

    /// Makes room for one literal of a `FETCH`, of this size at most, to be set aside; 0 for none. What was set aside
    /// before is forgotten.
    pub fn set_room(&mut self, bytes: u32) {
        self.room = bytes.into();
        if !self.filling {
            self.aside = None;
        }
    }

    /// The literal that was set aside.
    pub fn take_aside(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        if self.filling { None } else { self.aside.take() }
    }

    /// Takes bytes from `input` up to the end of a response; returns it and how many were taken.
    pub fn push(&mut self, input: &[u8]) -> (usize, Option<Frame>) {
        let mut taken = 0;
        let mut rest = input;
        while !rest.is_empty() {
            if self.literal > 0 {
                let n = usize::try_from(self.literal).unwrap_or(usize::MAX).min(rest.len());
                let (now, later) = rest.split_at(n);
                match &mut self.aside {
                    Some(aside) if self.filling => aside.extend_from_slice(now),
                    _ => self.keep(now),
                }
                self.literal -= n as u64;
                self.filling = self.filling && self.literal > 0;
                taken += n;
                rest = later;
                continue;
            }
            let n = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |at| at + 1);
            let (now, later) = rest.split_at(n);
            self.keep(now);
            self.remember(now);
            taken += n;
            rest = later;
            if now.last() == Some(&b'\n')
                && let Some(frame) = self.end_of_line()
            {
                return (taken, Some(frame));
            }
        }
        (taken, None)
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.cut {
            return;
        }
        self.kept.extend_from_slice(bytes);
        if self.kept.len() > LONGEST && (self.kept.len() > LONGEST_NUMBERS || !is_numbers(&self.kept)) {
            self.cut = true;
            self.kept.truncate(KEPT);
            self.kept.shrink_to_fit();
        }
    }

    fn remember(&mut self, bytes: &[u8]) {
        let from = bytes.len().saturating_sub(24);
        self.tail.extend(bytes.iter().skip(from));
        let extra = self.tail.len().saturating_sub(24);
        self.tail.drain(..extra);
    }

    /// Decides where the literal that was just announced goes.
    fn set_aside(&mut self, length: u64) {
        if self.cut || self.aside.is_some() || length <= INLINE || length > self.room || !is_fetch(&self.kept) {
            return;
        }
        let Some(open) = self.kept.iter().rposition(|b| *b == b'{') else { return };
        self.kept.truncate(open);
        self.kept.extend_from_slice(b"{0}\r\n");
        self.aside = Some(Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or_default())));
        self.filling = true;
    }

    fn end_of_line(&mut self) -> Option<Frame> {
        let length = literal(&self.tail).filter(|_| !is_text(&self.kept));
        self.tail.clear();
        if let Some(length) = length {
            self.literal = length;
            self.set_aside(length);
            return None;
        }
        let mut kept = std::mem::take(&mut self.kept);
        if std::mem::take(&mut self.cut) {
            return Some(Frame::Cut(kept));
        }
        kept.pop();
        if kept.last() == Some(&b'\r') {
            kept.pop();
        }
        Some(Frame::Whole(kept))
    }
}

/// Whether a response is nothing but numbers.
fn is_numbers(start: &[u8]) -> bool {
    let start: Vec<u8> = start.iter().take(12).map(u8::to_ascii_uppercase).collect();
    [&b"* SEARCH "[..], b"* SORT ", b"* ESEARCH "].iter().any(|word| start.starts_with(word))
}

/// Length of the literal that a line announces by its end: `{n}` or `{n+}`.
fn literal(tail: &[u8]) -> Option<u64> {
    let tail = tail.strip_suffix(b"\n")?;
    let tail = tail.strip_suffix(b"\r").unwrap_or(tail);
    let tail = tail.strip_suffix(b"}")?;
    let tail = tail.strip_suffix(b"+").unwrap_or(tail);
    let open = tail.iter().rposition(|b| *b == b'{')?;
    let digits = tail.get(open + 1..)?;
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Lines that carry text for people and never a literal: tagged answers, continuations, `* OK` and its kin. A server
/// may well end such a text with `{5}`.
fn is_text(line: &[u8]) -> bool {
    match line.strip_prefix(b"* ") {
        Some(rest) => {
            let word: Vec<u8> =
                rest.iter().take_while(|b| b.is_ascii_alphabetic()).take(8).map(u8::to_ascii_uppercase).collect();
            matches!(word.as_slice(), b"OK" | b"NO" | b"BAD" | b"BYE" | b"PREAUTH")
        }
        None => true,
    }
}

/// `* 12 FETCH `.
pub(crate) fn is_fetch(start: &[u8]) -> bool {
    let mut words = start.split(|b| *b == b' ');
    words.next() == Some(b"*")
        && words.next().is_some_and(|n| n.iter().all(u8::is_ascii_digit))
        && words.next().is_some_and(|w| w.eq_ignore_ascii_case(b"FETCH"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn frames(input: &[u8], step: usize) -> Vec<Frame> {
        let mut framer = Framer::default();
        let mut out = vec![];
        for piece in input.chunks(step) {
            let mut piece = piece;
            while !piece.is_empty() {
                let (taken, frame) = framer.push(piece);
                piece = &piece[taken..];
                out.extend(frame);
            }
        }
        out
    }

    fn whole(text: &str) -> Frame {
        Frame::Whole(text.as_bytes().to_vec())
    }

    #[test]
    fn a_literal_belongs_to_its_response() {
        let wire = b"* 1 FETCH (X {7}\r\na\r\nb) c Y {0}\r\n)\r\nA1 OK done {5}\r\n* OK hi {3}\r\n+ go {1}\r\n";
        let expected = [
            whole("* 1 FETCH (X {7}\r\na\r\nb) c Y {0}\r\n)"),
            whole("A1 OK done {5}"),
            whole("* OK hi {3}"),
            whole("+ go {1}"),
        ];
        for step in [1, 2, 3, 7, 1000] {
            assert_eq!(frames(wire, step), expected);
        }
    }

    #[test]
    fn a_response_that_never_ends_is_not_kept() {
        let mut framer = Framer::default();
        framer.push(b"* 1 FETCH (BODY[] {2147483648}\r\n");
        for _ in 0..64 {
            assert_eq!(framer.push(&[b'x'; 65536]), (65536, None));
        }
        assert!(framer.kept.capacity() <= LONGEST, "{}", framer.kept.capacity());
        assert!(framer.is_inside());
    }

    #[test]
    fn what_follows_a_response_that_was_too_long_is_intact() {
        let mut wire = b"* 7 FETCH (BODYSTRUCTURE (".to_vec();
        wire.extend(std::iter::repeat_n(b'(', LONGEST));
        wire.extend(b" {3}\r\n\r\n) x\r\n* 8 EXISTS\r\n");
        let got = frames(&wire, 4096);
        assert!(matches!(&got[0], Frame::Cut(start) if start.starts_with(b"* 7 FETCH (")), "{got:?}");
        assert_eq!(got[1], whole("* 8 EXISTS"));
    }

    #[test]
    fn a_message_goes_into_memory_of_its_own_once() {
        let mut framer = Framer::default();
        framer.set_room(10_000);
        let mut wire = b"* 3 FETCH (UID 9 BODY[]<0> {9000}\r\n".to_vec();
        wire.extend([b'm'; 9000]);
        wire.extend(b" FLAGS (\\Seen))\r\n");
        let mut got = None;
        for piece in wire.chunks(1000) {
            let (taken, frame) = framer.push(piece);
            assert_eq!(taken, piece.len());
            got = got.or(frame);
        }
        assert_eq!(got, Some(whole("* 3 FETCH (UID 9 BODY[]<0> {0}\r\n FLAGS (\\Seen))")));
        let message = framer.take_aside().unwrap();
        assert_eq!((message.len(), message.capacity()), (9000, 9000));
        // The next one finds no room, nor does one that is larger than what was asked for.
        framer.set_room(0);
        assert!(matches!(framer.push(&wire), (_, Some(Frame::Whole(kept))) if kept.len() > 9000));
        framer.set_room(8999);
        assert!(matches!(framer.push(&wire), (_, Some(Frame::Whole(kept))) if kept.len() > 9000));
        assert_eq!(framer.take_aside(), None);
    }

    #[test]
    fn the_numbers_of_a_large_mailbox_are_kept_and_not_without_end() {
        let mut wire = b"* SORT".to_vec();
        for uid in 0..200_000 {
            wire.extend(format!(" {uid}").bytes());
        }
        wire.extend(b"\r\n");
        assert!(wire.len() > LONGEST);
        assert!(matches!(&frames(&wire, 16_384)[..], [Frame::Whole(kept)] if kept.len() == wire.len() - 2));
        let mut framer = Framer::default();
        framer.push(b"* SEARCH ");
        for _ in 0..300 {
            framer.push(&[b'1'; 65_536]);
        }
        assert!(framer.kept.capacity() < LONGEST_NUMBERS * 2 && framer.cut);
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_give_the_same_responses(
            wire in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), Just(b'{'), Just(b'3'), Just(b'}'), Just(b'*'), Just(b' '), any::<u8>()], 0..400),
            step in 1..50usize,
        ) {
            prop_assert_eq!(frames(&wire, step), frames(&wire, 4096));
        }
    }
}
