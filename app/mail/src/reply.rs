//! Reads one response of a server.
//!
//! The reader knows words, strings and lists (RFC 3501 section 4), and the few responses a list of mail needs; anything
//! else is [`Untagged::Other`] and harmless. It never panics, and a list below [`DEEPEST`] is dropped and marked.

use std::borrow::Cow;

/// Deepest list kept. A multipart in a multipart in a `FETCH` takes two levels, and mail nests less than ten.
pub(crate) const DEEPEST: usize = 40;

/// A value of IMAP's data format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// A word, `NIL` included: it is told from a mailbox called `NIL` by where it stands.
    Word(&'a [u8]),
    /// A quoted string (its escapes undone) or a literal.
    Text(Cow<'a, [u8]>),
    /// A list.
    List(Vec<Value<'a>>),
    /// A list that was nested too deep to be kept.
    Pruned,
}

impl<'a> Value<'a> {
    pub fn is_word(&self, word: &str) -> bool {
        matches!(self, Value::Word(w) if w.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// Bytes of a word or a string; none for `NIL`.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Word(word) if word.eq_ignore_ascii_case(b"NIL") => None,
            Value::Word(word) => Some(word),
            Value::Text(text) => Some(text),
            Value::List(_) | Value::Pruned => None,
        }
    }

    pub fn list(&self) -> Option<&[Value<'a>]> {
        match self {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<u64> {
        match self {
            Value::Word(word) => number(word),
            _ => None,
        }
    }
}

/// How a command or a greeting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Ok,
    No,
    Bad,
    Bye,
    PreAuth,
}

/// The human part of a status: `[CODE args] text`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome<'a> {
    /// What is between the brackets, if anything.
    pub code: Option<&'a [u8]>,
    /// The rest.
    pub text: &'a [u8],
}

impl<'a> Outcome<'a> {
    /// Whether the code starts with this word.
    pub fn is(&self, word: &str) -> bool {
        self.words().next().is_some_and(|first| first.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// The code's number, as in `[UIDNEXT 7]`.
    pub fn code_number(&self, word: &str) -> Option<u32> {
        let mut words = self.words();
        words.next().filter(|first| first.eq_ignore_ascii_case(word.as_bytes()))?;
        number(words.next()?).and_then(|n| u32::try_from(n).ok())
    }

    /// Words of the code.
    pub fn words(&self) -> impl Iterator<Item = &'a [u8]> {
        self.code.unwrap_or_default().split(|b| *b == b' ').filter(|w| !w.is_empty())
    }
}

/// A response that belongs to no command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Untagged<'a> {
    Status(Status, Outcome<'a>),
    Capability(Vec<&'a [u8]>),
    Exists(u32),
    Expunge(u32),
    Fetch(u32, Vec<Value<'a>>),
    Search(Vec<u32>),
    /// Attributes and raw name (modified UTF-7), with the delimiter.
    List {
        attributes: Vec<Value<'a>>,
        delimiter: Option<u8>,
        name: Vec<u8>,
    },
    /// Name and pairs of words and numbers.
    MailboxStatus {
        name: Vec<u8>,
        items: Vec<Value<'a>>,
    },
    Other,
}

/// One response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reply<'a> {
    Continue(&'a [u8]),
    Done { tag: &'a [u8], status: Status, outcome: Outcome<'a> },
    Untagged(Untagged<'a>),
}

/// Reads a response; none if it is not IMAP at all.
pub(crate) fn read(frame: &[u8]) -> Option<Reply<'_>> {
    if let Some(rest) = frame.strip_prefix(b"+") {
        return Some(Reply::Continue(rest.strip_prefix(b" ").unwrap_or(rest)));
    }
    if let Some(rest) = frame.strip_prefix(b"* ") {
        return Some(Reply::Untagged(untagged(rest).unwrap_or(Untagged::Other)));
    }
    let (tag, rest) = word(frame)?;
    if tag.is_empty() || !tag.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let (status, rest) = word(rest)?;
    Some(Reply::Done { tag, status: self::status(status)?, outcome: outcome(rest) })
}

fn untagged(rest: &[u8]) -> Option<Untagged<'_>> {
    let (first, after) = word(rest)?;
    if let Some(status) = status(first) {
        return Some(Untagged::Status(status, outcome(after)));
    }
    if let Some(n) = number(first) {
        let n = u32::try_from(n).ok()?;
        let (what, after) = word(after)?;
        return match what.to_ascii_uppercase().as_slice() {
            b"EXISTS" => Some(Untagged::Exists(n)),
            b"EXPUNGE" => Some(Untagged::Expunge(n)),
            b"FETCH" => match values(after).into_iter().next()? {
                Value::List(items) => Some(Untagged::Fetch(n, items)),
                _ => None,
            },
            _ => None,
        };
    }
    match first.to_ascii_uppercase().as_slice() {
        b"CAPABILITY" => Some(Untagged::Capability(after.split(|b| *b == b' ').filter(|w| !w.is_empty()).collect())),
        b"SEARCH" => {
            Some(Untagged::Search(values(after).iter().filter_map(|v| u32::try_from(v.number()?).ok()).collect()))
        }
        b"LIST" => {
            let mut values = values(after).into_iter();
            let attributes = match values.next()? {
                Value::List(attributes) => attributes,
                _ => return None,
            };
            let delimiter = values.next()?.bytes().and_then(|d| d.first().copied());
            let name = name(values.next()?)?;
            Some(Untagged::List { attributes, delimiter, name })
        }
        b"STATUS" => {
            let mut values = values(after).into_iter();
            let name = name(values.next()?)?;
            match values.next()? {
                Value::List(items) => Some(Untagged::MailboxStatus { name, items }),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A mailbox name: `NIL` is a name like another, `inbox` is `INBOX` in any case (RFC 3501 section 5.1).
fn name(value: Value<'_>) -> Option<Vec<u8>> {
    let name = match value {
        Value::Word(word) => word.to_vec(),
        Value::Text(text) => text.into_owned(),
        Value::List(_) | Value::Pruned => return None,
    };
    Some(if name.eq_ignore_ascii_case(b"INBOX") { b"INBOX".to_vec() } else { name })
}

fn status(word: &[u8]) -> Option<Status> {
    match word.to_ascii_uppercase().as_slice() {
        b"OK" => Some(Status::Ok),
        b"NO" => Some(Status::No),
        b"BAD" => Some(Status::Bad),
        b"BYE" => Some(Status::Bye),
        b"PREAUTH" => Some(Status::PreAuth),
        _ => None,
    }
}

fn outcome(rest: &[u8]) -> Outcome<'_> {
    if let Some(inside) = rest.strip_prefix(b"[")
        && let Some(end) = inside.iter().position(|b| *b == b']')
    {
        let (code, text) = inside.split_at(end);
        let text = text.strip_prefix(b"]").unwrap_or(text);
        return Outcome { code: Some(code), text: text.strip_prefix(b" ").unwrap_or(text) };
    }
    Outcome { code: None, text: rest }
}

/// Splits at the first space.
fn word(input: &[u8]) -> Option<(&[u8], &[u8])> {
    if input.is_empty() {
        return None;
    }
    let end = input.iter().position(|b| *b == b' ').unwrap_or(input.len());
    let (word, rest) = input.split_at(end);
    Some((word, rest.strip_prefix(b" ").unwrap_or(rest)))
}

fn number(word: &[u8]) -> Option<u64> {
    if word.is_empty() || word.len() > 19 || !word.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(word).ok()?.parse().ok()
}

/// All values of the rest of a response. What cannot be read ends the list.
pub(crate) fn values(input: &[u8]) -> Vec<Value<'_>> {
    let mut reader = Reader { rest: input };
    reader.list(0)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Values up to a closing parenthesis, which is taken, or to the end.
    fn list(&mut self, depth: usize) -> Vec<Value<'a>> {
        let mut out = vec![];
        while let Some((first, after)) = self.rest.split_first() {
            match first {
                b' ' => self.rest = after,
                b')' => {
                    self.rest = after;
                    break;
                }
                b'(' => {
                    self.rest = after;
                    if depth < DEEPEST {
                        out.push(Value::List(self.list(depth + 1)));
                    } else {
                        self.skip();
                        out.push(Value::Pruned);
                    }
                }
                _ => match self.scalar() {
                    Some(value) => out.push(value),
                    None => {
                        self.rest = &[];
                        break;
                    }
                },
            }
        }
        out
    }

    /// Skips a list whose opening parenthesis was taken, without recursion.
    fn skip(&mut self) {
        let mut open = 1usize;
        while let Some((first, after)) = self.rest.split_first() {
            match first {
                b'(' => (self.rest, open) = (after, open + 1),
                b')' => {
                    self.rest = after;
                    open -= 1;
                    if open == 0 {
                        return;
                    }
                }
                b' ' => self.rest = after,
                _ => {
                    if self.scalar().is_none() {
                        self.rest = &[];
                    }
                }
            }
        }
    }

    fn scalar(&mut self) -> Option<Value<'a>> {
        match self.rest.first()? {
            b'"' => self.quoted(),
            b'{' => self.literal().or_else(|| self.word()),
            _ => self.word(),
        }
    }

    fn quoted(&mut self) -> Option<Value<'a>> {
        let inside = self.rest.strip_prefix(b"\"")?;
        let mut escaped = false;
        let mut any = false;
        let end = inside.iter().position(|b| match b {
            _ if escaped => {
                escaped = false;
                false
            }
            b'\\' => {
                (escaped, any) = (true, true);
                false
            }
            b => *b == b'"',
        })?;
        let (text, after) = inside.split_at(end);
        self.rest = after.strip_prefix(b"\"").unwrap_or(after);
        if !any {
            return Some(Value::Text(Cow::Borrowed(text)));
        }
        let mut plain = Vec::with_capacity(text.len());
        let mut bytes = text.iter();
        while let Some(b) = bytes.next() {
            plain.push(if *b == b'\\' { *bytes.next().unwrap_or(b) } else { *b });
        }
        Some(Value::Text(Cow::Owned(plain)))
    }

    fn literal(&mut self) -> Option<Value<'a>> {
        // Bounded, or a line of braces would be searched to its end once a brace.
        let end = self.rest.iter().take(32).position(|b| *b == b'\n')?;
        let (head, after) = self.rest.split_at(end + 1);
        let head = head.strip_suffix(b"\n")?;
        let head = head.strip_suffix(b"\r").unwrap_or(head);
        let digits = head.strip_prefix(b"{")?.strip_suffix(b"}")?;
        let digits = digits.strip_suffix(b"+").unwrap_or(digits);
        let (text, after) = after.split_at_checked(usize::try_from(number(digits)?).ok()?)?;
        self.rest = after;
        Some(Value::Text(Cow::Borrowed(text)))
    }

    /// A word ends at a space or a parenthesis, except inside brackets: `BODY[HEADER.FIELDS (FROM)]<0>` is one.
    fn word(&mut self) -> Option<Value<'a>> {
        let mut inside = false;
        let closes = |at: usize| self.rest.iter().skip(at).take(512).any(|b| *b == b']');
        let end = self
            .rest
            .iter()
            .enumerate()
            .position(|(at, b)| {
                match b {
                    b'[' => inside = inside || closes(at),
                    b']' => inside = false,
                    _ => {}
                }
                !inside && matches!(b, b' ' | b'(' | b')' | b'\r' | b'\n')
            })
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        if word.is_empty() {
            return None;
        }
        self.rest = rest;
        Some(Value::Word(word))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_row_of_the_list() {
        let frame = b"* 12 FETCH (UID 7 FLAGS (\\Seen $Forwarded) BODY[HEADER.FIELDS (FROM SUBJECT)]<0> {4}\r\na) \" X \"b\\\"c\\\\\" NIL)";
        let Some(Reply::Untagged(Untagged::Fetch(12, items))) = read(frame) else { panic!() };
        assert_eq!(items.len(), 9);
        assert!(items[4].is_word("BODY[HEADER.FIELDS (FROM SUBJECT)]<0>"));
        assert_eq!(items[5].bytes().unwrap(), b"a) \"");
        assert_eq!(items[7].bytes().unwrap(), b"b\"c\\");
    }

    #[test]
    fn statuses_and_their_codes() {
        let Some(Reply::Done { tag, status, outcome }) = read(b"A3 NO [UNAVAILABLE] later\xe9") else { panic!() };
        assert_eq!(
            (tag, status, outcome.is("unavailable"), outcome.text),
            (&b"A3"[..], Status::No, true, &b"later\xe9"[..])
        );
        let Some(Reply::Untagged(Untagged::Status(Status::Ok, code))) = read(b"* OK [UIDNEXT 19209] next") else {
            panic!()
        };
        assert_eq!(code.code_number("UIDNEXT"), Some(19_209));
        assert_eq!(
            read(b"* OK [ALERT]\xc3\xa9"),
            Some(Reply::Untagged(Untagged::Status(Status::Ok, Outcome { code: Some(b"ALERT"), text: "é".as_bytes() })))
        );
        assert_eq!(read(b"HTTP/1.1 400 Bad Request"), None);
        assert_eq!(read(b""), None);
        assert_eq!(read(b"* ESEARCH (TAG \"A\") COUNT 3"), Some(Reply::Untagged(Untagged::Other)));
    }

    #[test]
    fn folders() {
        let Some(Reply::Untagged(Untagged::List { attributes, delimiter, name })) =
            read(b"* LIST (\\HasNoChildren \\Sent) \"/\" \"Envoy&AOk-s\"")
        else {
            panic!()
        };
        assert_eq!((attributes.len(), delimiter, name.as_slice()), (2, Some(b'/'), &b"Envoy&AOk-s"[..]));
        let Some(Reply::Untagged(Untagged::MailboxStatus { name, items })) =
            read(b"* STATUS inbox (MESSAGES 3 UNSEEN 1)")
        else {
            panic!()
        };
        assert_eq!((name.as_slice(), items.len()), (&b"INBOX"[..], 4));
    }

    #[test]
    fn ten_thousand_levels_cost_one_row_its_structure() {
        let mut frame = b"* 1 FETCH (BODYSTRUCTURE ".to_vec();
        frame.extend(std::iter::repeat_n(b'(', 10_000));
        frame.extend(std::iter::repeat_n(b')', 10_000));
        frame.extend(b" UID 9)");
        let Some(Reply::Untagged(Untagged::Fetch(1, items))) = read(&frame) else { panic!() };
        assert!(items.get(2).unwrap().is_word("UID"));
        assert_eq!(items.get(3).unwrap().number(), Some(9));
    }

    proptest! {
        #[test]
        fn any_response_is_read_without_panic(
            frame in proptest::collection::vec(prop_oneof![
                Just(b'('), Just(b')'), Just(b'"'), Just(b'\\'), Just(b'['), Just(b']'), Just(b'{'), Just(b'}'),
                Just(b' '), Just(b'2'), Just(b'\r'), Just(b'\n'), Just(b'*'), any::<u8>()], 0..300)
        ) {
            let _ = read(&frame);
            let mut row = b"* 1 FETCH (".to_vec();
            row.extend(&frame);
            let _ = read(&row);
            let mut list = b"* LIST (".to_vec();
            list.extend(&frame);
            let _ = read(&list);
        }
    }
}
