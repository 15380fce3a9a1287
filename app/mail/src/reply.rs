//! Reads one response of a server.
//!
//! The reader knows the few responses a mailbox on a screen needs; anything else is [`Untagged::Other`] and harmless. It
//! never panics.

use crate::uids;
use crate::value::{Value, number, values};

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
    /// Numbers of `SEARCH`, of `SORT` (RFC 5256) in its order, or of the set in `ESEARCH` (RFC 4731).
    Search(Vec<u32>),
    /// Flags in use in the selected folder.
    Flags(Vec<Value<'a>>),
    /// Where a person's own folders begin: prefix of their names, and the delimiter (RFC 2342).
    Namespace {
        prefix: Vec<u8>,
        delimiter: Option<u8>,
    },
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
        b"SEARCH" | b"SORT" => Some(Untagged::Search(uids::listed(after))),
        b"ESEARCH" => Some(Untagged::Search(extended(after))),
        b"FLAGS" => match values(after).into_iter().next()? {
            Value::List(flags) => Some(Untagged::Flags(flags)),
            _ => None,
        },
        b"NAMESPACE" => {
            let values = values(after);
            let own = values.first()?.list()?.first()?.list()?;
            let prefix = own.first()?.bytes()?.to_vec();
            let delimiter = own.get(1).and_then(Value::bytes).and_then(|d| d.first().copied());
            Some(Untagged::Namespace { prefix, delimiter })
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

/// `(TAG "G5") UID ALL 3,7:9`. Nothing found is an answer without `ALL`.
fn extended(after: &[u8]) -> Vec<u32> {
    let after = match after.strip_prefix(b"(") {
        Some(inside) => {
            inside.iter().position(|b| *b == b')').and_then(|end| inside.get(end + 1..)).unwrap_or_default()
        }
        None => after,
    };
    let mut words = after.split(|b| *b == b' ').filter(|w| !w.is_empty());
    while let Some(word) = words.next() {
        if word.eq_ignore_ascii_case(b"ALL") {
            return words.next().map(uids::expand).unwrap_or_default();
        }
    }
    vec![]
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
    fn numbers_found_in_all_three_forms() {
        let found = |line: &[u8]| match read(line) {
            Some(Reply::Untagged(Untagged::Search(found))) => found,
            other => panic!("{other:?}"),
        };
        assert!(found(b"* SEARCH").is_empty());
        assert_eq!(found(b"* SEARCH 2 84 882 (MODSEQ 917162500)"), [2, 84, 882]);
        assert_eq!(found(b"* SORT 5 3 4"), [5, 3, 4]);
        assert_eq!(found(b"* ESEARCH (TAG \"G 4\") UID ALL 3,7:9"), [3, 7, 8, 9]);
        assert_eq!(found(b"* ESEARCH (TAG \"G4\") UID COUNT 5 ALL 2 MIN 2"), [2]);
        assert!(found(b"* ESEARCH (TAG \"G4\") UID").is_empty());
        assert!(found(b"* ESEARCH (TAG \"G4").is_empty());
    }

    #[test]
    fn where_own_folders_begin() {
        let Some(Reply::Untagged(Untagged::Namespace { prefix, delimiter })) =
            read(b"* NAMESPACE ((\"INBOX.\" \".\")) NIL ((\"Partages/\" \"/\"))")
        else {
            panic!()
        };
        assert_eq!((prefix.as_slice(), delimiter), (&b"INBOX."[..], Some(b'.')));
        assert_eq!(read(b"* NAMESPACE NIL NIL NIL"), Some(Reply::Untagged(Untagged::Other)));
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
            for start in [&b"* LIST ("[..], b"* ESEARCH (", b"* SORT ", b"* FLAGS ", b"* NAMESPACE ((", b"* STATUS "] {
                let mut line = start.to_vec();
                line.extend(&frame);
                let _ = read(&line);
            }
        }
    }
}
