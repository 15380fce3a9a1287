//! Answers.

use super::tag;

/// Value tags that are told apart (RFC 8010 section 3.5.2); strings of any kind are one.
const INTEGER: u8 = 0x21;
const BOOLEAN: u8 = 0x22;
const ENUM: u8 = 0x23;
const RESOLUTION: u8 = 0x32;
const RANGE: u8 = 0x33;
const BEGIN_COLLECTION: u8 = 0x34;
const TEXT_WITH_LANGUAGE: u8 = 0x35;
const NAME_WITH_LANGUAGE: u8 = 0x36;
const END_COLLECTION: u8 = 0x37;
const FIRST_VALUE: u8 = 0x10;
const FIRST_STRING: u8 = 0x40;
const LAST_STRING: u8 = 0x5F;

/// Not an IPP message, or not a whole one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Malformed(&'static str);

/// One value. What this crate has no use for (dates, octets, collections, out-of-band values) is [`Value::Other`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Integer or enum.
    Number(i32),
    Truth(bool),
    Range(i32, i32),
    /// Dots per inch, across the feed and along it.
    Resolution(i32, i32),
    /// Keyword, name, text, URI, media type.
    Word(String),
    Other,
}

/// The attributes of a printer, of a job, or those that were not taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Group {
    tag: u8,
    attributes: Vec<(String, Vec<Value>)>,
}

impl Group {
    /// The values of an attribute, none if it is absent.
    pub(crate) fn values(&self, name: &str) -> &[Value] {
        self.attributes.iter().find(|(known, _)| known == name).map_or(&[], |(_, values)| values)
    }

    pub(crate) fn number(&self, name: &str) -> Option<i32> {
        self.values(name).iter().find_map(|value| if let Value::Number(n) = value { Some(*n) } else { None })
    }

    pub(crate) fn truth(&self, name: &str) -> Option<bool> {
        self.values(name).iter().find_map(|value| if let Value::Truth(t) = value { Some(*t) } else { None })
    }

    pub(crate) fn words(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values(name)
            .iter()
            .filter_map(|value| if let Value::Word(word) = value { Some(word.as_str()) } else { None })
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(name, _)| name.as_str())
    }
}

/// An answer: its status and its groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    groups: Vec<Group>,
}

impl Answer {
    /// Reads an answer. What follows the end of the attributes is no concern of ours.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut rest = Rest(bytes);
        rest.take(2)?;
        let status = rest.u16()?;
        rest.take(4)?;
        let mut groups: Vec<Group> = Vec::new();
        let mut depth = 0_usize;
        loop {
            let tag = rest.u8()?;
            if tag < FIRST_VALUE {
                if depth > 0 {
                    return Err(Malformed("a group ends inside a collection"));
                }
                if tag == tag::END {
                    return Ok(Self { status, groups });
                }
                groups.push(Group { tag, attributes: Vec::new() });
                continue;
            }
            let length = rest.u16()?;
            let name = rest.take(usize::from(length))?;
            let length = rest.u16()?;
            let value = rest.take(usize::from(length))?;
            match tag {
                END_COLLECTION => {
                    depth = depth.checked_sub(1).ok_or(Malformed("a collection ends that did not begin"))?;
                    continue;
                }
                BEGIN_COLLECTION => depth += 1,
                _ => {}
            }
            // Members of collections are stepped over; the collection itself counts as one value.
            if depth > 1 || (depth == 1 && tag != BEGIN_COLLECTION) {
                continue;
            }
            let group = groups.last_mut().ok_or(Malformed("an attribute outside any group"))?;
            let value = read(tag, value)?;
            if name.is_empty() {
                let (_, values) = group.attributes.last_mut().ok_or(Malformed("a value without attribute"))?;
                values.push(value);
            } else {
                group.attributes.push((String::from_utf8_lossy(name).into_owned(), vec![value]));
            }
        }
    }

    /// Whether the request was fulfilled, perhaps with attributes left out.
    pub(crate) fn is_ok(&self) -> bool {
        self.status < 0x0100
    }

    /// The first group of a kind; empty if there is none.
    pub(crate) fn group(&self, tag: u8) -> Group {
        self.groups.iter().find(|group| group.tag == tag).cloned().unwrap_or_default()
    }

    /// What the printer says of it in words, for IT: one line, shortened.
    pub(crate) fn words(&self) -> Option<String> {
        let group = self.group(tag::OPERATION);
        let text = group.words("status-message").next()?;
        let line: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
        (!line.is_empty()).then_some(line)
    }
}

/// One value by its tag.
fn read(tag: u8, bytes: &[u8]) -> Result<Value, Malformed> {
    let mut rest = Rest(bytes);
    let value = match tag {
        INTEGER | ENUM => Value::Number(rest.i32()?),
        BOOLEAN => Value::Truth(rest.u8()? != 0),
        RANGE => Value::Range(rest.i32()?, rest.i32()?),
        RESOLUTION => {
            let (across, along, unit) = (rest.i32()?, rest.i32()?, rest.u8()?);
            match unit {
                3 => Value::Resolution(across, along),
                // Per centimetre.
                4 => Value::Resolution(per_inch(across), per_inch(along)),
                _ => Value::Other,
            }
        }
        TEXT_WITH_LANGUAGE | NAME_WITH_LANGUAGE => {
            let length = rest.u16()?;
            rest.take(usize::from(length))?;
            let length = rest.u16()?;
            word(rest.take(usize::from(length))?)
        }
        FIRST_STRING..=LAST_STRING => word(bytes),
        _ => Value::Other,
    };
    Ok(value)
}

fn word(bytes: &[u8]) -> Value {
    Value::Word(String::from_utf8_lossy(bytes).into_owned())
}

fn per_inch(per_centimetre: i32) -> i32 {
    i32::try_from((i64::from(per_centimetre) * 254 + 50) / 100).unwrap_or(i32::MAX)
}

/// What is left to read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Malformed("the answer is cut short"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.take(N)?.try_into().map_err(|_| Malformed("the answer is cut short"))
    }

    fn u8(&mut self) -> Result<u8, Malformed> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_be_bytes)
    }

    fn i32(&mut self) -> Result<i32, Malformed> {
        self.array().map(i32::from_be_bytes)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use proptest::prelude::*;

    use super::*;

    fn attribute(tag: u8, name: &str, value: &[u8]) -> Vec<u8> {
        let mut bytes = vec![tag];
        for part in [name.as_bytes(), value] {
            bytes.extend_from_slice(&u16::try_from(part.len()).unwrap().to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }

    fn answer(parts: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![2, 0, 0, 1, 0, 0, 0, 1, tag::PRINTER];
        bytes.extend(parts.concat());
        bytes.push(tag::END);
        bytes
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let read = Answer::read(&answer(&[
            attribute(ENUM, "printer-state", &[0, 0, 0, 5]),
            attribute(BOOLEAN, "page-ranges-supported", &[1]),
            attribute(RANGE, "copies-supported", &[0, 0, 0, 1, 0, 0, 3, 231]),
            attribute(RESOLUTION, "dpi", &[0, 0, 1, 44, 0, 0, 1, 44, 3]),
            attribute(RESOLUTION, "dpcm", &[0, 0, 0, 118, 0, 0, 0, 118, 4]),
            attribute(0x44, "sides-supported", b"one-sided"),
            attribute(0x44, "", b"two-sided-long-edge"),
            attribute(TEXT_WITH_LANGUAGE, "info", b"\x00\x02fr\x00\x03Bac"),
            attribute(0x31, "date", &[0; 11]),
        ]))
        .unwrap();
        assert_eq!(read.status, 1);
        assert!(read.is_ok());
        let group = read.group(tag::PRINTER);
        assert_eq!(group.number("printer-state"), Some(5));
        assert_eq!(group.truth("page-ranges-supported"), Some(true));
        assert_eq!(group.values("copies-supported"), [Value::Range(1, 999)]);
        assert_eq!(group.values("dpi"), [Value::Resolution(300, 300)]);
        assert_eq!(group.values("dpcm"), [Value::Resolution(300, 300)]);
        assert_eq!(group.words("sides-supported").collect::<Vec<_>>(), ["one-sided", "two-sided-long-edge"]);
        assert_eq!(group.words("info").next(), Some("Bac"));
        assert_eq!(group.values("date"), [Value::Other]);
        assert_eq!(group.values("nothing"), []);
    }

    #[test]
    fn collections_are_stepped_over() {
        let read = Answer::read(&answer(&[
            attribute(BEGIN_COLLECTION, "media-col-default", b""),
            attribute(0x4A, "", b"media-size"),
            attribute(BEGIN_COLLECTION, "", b""),
            attribute(0x4A, "", b"x-dimension"),
            attribute(INTEGER, "", &[0, 0, 82, 8]),
            attribute(END_COLLECTION, "", b""),
            attribute(END_COLLECTION, "", b""),
            attribute(BEGIN_COLLECTION, "", b""),
            attribute(END_COLLECTION, "", b""),
            attribute(INTEGER, "after", &[0, 0, 0, 9]),
        ]))
        .unwrap();
        let group = read.group(tag::PRINTER);
        assert_eq!(group.values("media-col-default"), [Value::Other, Value::Other]);
        assert_eq!(group.number("after"), Some(9));
        assert_eq!(group.names().collect::<Vec<_>>(), ["media-col-default", "after"]);
    }

    #[test]
    fn a_hundred_thousand_nested_collections_cost_a_counter() {
        let mut bytes = vec![2, 0, 0, 0, 0, 0, 0, 1, tag::PRINTER];
        bytes.extend(attribute(BEGIN_COLLECTION, "deep", b""));
        for _ in 0..100_000 {
            bytes.extend(attribute(0x4A, "", b"m"));
            bytes.extend(attribute(BEGIN_COLLECTION, "", b""));
        }
        assert_eq!(Answer::read(&bytes), Err(Malformed("the answer is cut short")));
        for _ in 0..=100_000 {
            bytes.extend(attribute(END_COLLECTION, "", b""));
        }
        bytes.push(tag::END);
        assert_eq!(Answer::read(&bytes).unwrap().group(tag::PRINTER).values("deep"), [Value::Other]);
    }

    #[test]
    fn what_is_not_an_answer_is_refused() {
        for (bytes, why) in [
            (&b""[..], "the answer is cut short"),
            (b"HTTP/1.1", "the answer is cut short"),
            (
                b"\x02\x00\x00\x00\x00\x00\x00\x01\x21\x00\x01a\x00\x04\x00\x00\x00\x01\x03",
                "an attribute outside any group",
            ),
            (
                b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x21\x00\x00\x00\x04\x00\x00\x00\x01\x03",
                "a value without attribute",
            ),
            (b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x37\x00\x00\x00\x00\x03", "a collection ends that did not begin"),
            (b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x34\x00\x01a\x00\x00\x03", "a group ends inside a collection"),
            (b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x21\x00\x01a\x00\x02\x00\x00\x03", "the answer is cut short"),
        ] {
            assert_eq!(Answer::read(bytes), Err(Malformed(why)), "{bytes:?}");
        }
    }

    #[test]
    fn words_for_it_are_one_short_line() {
        let mut bytes = vec![2, 0, 4, 0, 0, 0, 0, 1, tag::OPERATION];
        bytes.extend(attribute(0x41, "status-message", format!("a\nb\x1b{}", "x".repeat(500)).as_bytes()));
        bytes.push(tag::END);
        let words = Answer::read(&bytes).unwrap().words().unwrap();
        assert_eq!(words.chars().count(), 200);
        assert!(words.starts_with("abx"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let _ = Answer::read(&bytes);
        }

        #[test]
        fn any_tail_of_tags_is_read_or_refused(tail in proptest::collection::vec(
            prop_oneof![Just(0x34_u8), Just(0x37), Just(0x4A), Just(0x21), Just(0), Just(1), Just(4), Just(3)], 0..400)
        ) {
            let mut bytes = vec![2, 0, 0, 0, 0, 0, 0, 1, tag::PRINTER];
            bytes.extend(tail);
            let _ = Answer::read(&bytes);
        }
    }
}
