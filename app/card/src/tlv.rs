//! A lenient walk over BER-TLV (ISO 7816-4 clause 5.2.2, X.690).
//!
//! Strict parsers refuse real cards: CPS3 files hold BIT STRINGs of one byte that declare 8 unused bits, and
//! `00` padding after the last object. Here a walk yields every whole object it can, stops at padding, at a
//! truncated object or at an indefinite length, and never fails.

use crate::limits;

/// A tag of one to three bytes, as written: `0x30`, `0x5F20`, `0xBF8101`.
pub(crate) type Tag = u32;

pub(crate) const INTEGER: Tag = 0x02;
pub(crate) const BIT_STRING: Tag = 0x03;
pub(crate) const OCTET_STRING: Tag = 0x04;
pub(crate) const ENUMERATED: Tag = 0x0A;
pub(crate) const SEQUENCE: Tag = 0x30;
/// `[1]` constructed: the type attributes of every PKCS#15 object.
pub(crate) const CONTEXT_1: Tag = 0xA1;

/// One whole data object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tlv<'a> {
    pub(crate) tag: Tag,
    pub(crate) value: &'a [u8],
}

impl<'a> Tlv<'a> {
    /// The objects inside.
    pub(crate) fn children(&self) -> Walk<'a> {
        walk(self.value)
    }
}

/// Tag, length of the header and length of the value of the object `bytes` begins with. The value itself may
/// be cut off.
pub(crate) fn header(bytes: &[u8]) -> Option<(Tag, usize, usize)> {
    let (&first, mut rest) = bytes.split_first()?;
    if first == 0x00 || first == 0xFF {
        return None;
    }
    let mut tag = Tag::from(first);
    if first & 0x1F == 0x1F {
        for position in 0.. {
            let (&next, after) = rest.split_first()?;
            if position == 2 {
                return None;
            }
            rest = after;
            tag = (tag << 8) | Tag::from(next);
            if next & 0x80 == 0 {
                break;
            }
        }
    }
    let (&short, mut rest) = rest.split_first()?;
    let length = match short {
        0x00..=0x7F => usize::from(short),
        0x81..=0x83 => {
            let (digits, after) = rest.split_at_checked(usize::from(short & 0x7F))?;
            rest = after;
            digits.iter().fold(0, |sum: usize, digit| (sum << 8) | usize::from(*digit))
        }
        // Indefinite, or longer than any card: no object.
        _ => return None,
    };
    Some((tag, bytes.len().checked_sub(rest.len())?, length))
}

/// Bytes from the start to the end of the first object, whether or not all of them are there yet.
pub(crate) fn extent(bytes: &[u8]) -> Option<usize> {
    let (_, header, length) = header(bytes)?;
    header.checked_add(length)
}

/// What is there of the first object's value.
pub(crate) fn opening(bytes: &[u8], tag: Tag) -> Option<&[u8]> {
    let (found, header, length) = header(bytes)?;
    let value = bytes.get(header..)?;
    (found == tag).then(|| value.get(..length).unwrap_or(value))
}

/// Walks over the objects lying side by side in `bytes`, [`limits::ENTRIES`] at most.
pub(crate) fn walk(bytes: &[u8]) -> Walk<'_> {
    Walk { rest: bytes, left: limits::ENTRIES }
}

/// The objects of one level, in order.
#[derive(Debug, Clone)]
pub(crate) struct Walk<'a> {
    rest: &'a [u8],
    left: usize,
}

impl<'a> Walk<'a> {
    /// The next object with this tag.
    pub(crate) fn first(&mut self, tag: Tag) -> Option<Tlv<'a>> {
        self.find(|object| object.tag == tag)
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Tlv<'a>;

    fn next(&mut self) -> Option<Tlv<'a>> {
        self.left = self.left.checked_sub(1)?;
        let (tag, header, length) = header(self.rest)?;
        let end = header.checked_add(length)?;
        let value = self.rest.get(header..end)?;
        self.rest = self.rest.get(end..)?;
        Some(Tlv { tag, value })
    }
}

/// The first object with this tag at any depth, [`limits::NESTING`] at most.
pub(crate) fn search(bytes: &[u8], tag: Tag) -> Option<&[u8]> {
    descend(bytes, tag, limits::NESTING)
}

fn descend(bytes: &[u8], tag: Tag, depth: usize) -> Option<&[u8]> {
    let depth = depth.checked_sub(1)?;
    walk(bytes).find_map(|object| {
        if object.tag == tag {
            return Some(object.value);
        }
        constructed(object.tag).then(|| descend(object.value, tag, depth)).flatten()
    })
}

/// Whether the tag's first byte says that objects lie inside.
fn constructed(tag: Tag) -> bool {
    let first = tag.to_be_bytes().into_iter().find(|byte| *byte != 0);
    first.is_some_and(|byte| byte & 0x20 != 0)
}

/// An INTEGER's value when it fits; the sign is ignored: cards write references such as `82` in one byte.
pub(crate) fn integer(value: &[u8]) -> Option<u32> {
    let digits =
        value.iter().position(|byte| *byte != 0).map_or(&[][..], |start| value.get(start..).unwrap_or_default());
    if value.is_empty() || digits.len() > 4 {
        return None;
    }
    Some(digits.iter().fold(0, |sum, digit| (sum << 8) | u32::from(*digit)))
}

/// A BIT STRING's bit, the first one being number 0. Bits that are not there are not set.
pub(crate) fn bit(value: &[u8], number: usize) -> bool {
    value.get(1..).and_then(|bytes| bytes.get(number / 8)).is_some_and(|byte| byte & (0x80 >> (number % 8)) != 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn padding_ends_a_walk_without_spoiling_it() {
        let tags: Vec<Tag> = walk(&[0x04, 1, 7, 0x02, 1, 9, 0, 0, 0, 0x04, 1, 8]).map(|object| object.tag).collect();
        assert_eq!(tags, [OCTET_STRING, INTEGER]);
    }

    #[test]
    fn a_bit_string_without_bits_is_read_as_none_set() {
        // What a real CPS3 writes in AODF and CDF: one content byte, "8 unused bits".
        let illegal = walk(&[0x03, 0x01, 0x08]).first(BIT_STRING).unwrap();
        assert!((0..16).all(|number| !bit(illegal.value, number)));
    }

    #[test]
    fn a_search_passes_through_tags_of_three_bytes() {
        // The tries-left object of a real CPS3.
        let object = [
            0x70, 0x16, 0xBF, 0x81, 0x01, 0x12, 0xA0, 0x10, 0x9A, 0x01, 0x03, 0x9B, 0x01, 0x02, 0xA1, 0x08, 0x8C, 0x06,
            0xF3, 0x00, 0x00, 0x13, 0xFF, 0x00,
        ];
        assert_eq!(search(&object, 0x9B), Some(&[0x02][..]));
        assert_eq!(search(&object, 0xBF8101).map(<[u8]>::len), Some(0x12));
    }

    #[test]
    fn nesting_beyond_the_bound_is_not_followed() {
        let nest = |levels: usize| {
            (0..levels).fold(vec![0x9B, 1, 3], |inner, _| [&[0xA0, inner.len() as u8][..], &inner].concat())
        };
        assert!(search(&nest(limits::NESTING - 1), 0x9B).is_some());
        assert!(search(&nest(limits::NESTING), 0x9B).is_none());
    }

    #[test]
    fn integers_keep_their_references_whatever_their_sign() {
        assert_eq!(integer(&[0x00, 0x82]), Some(0x82));
        assert_eq!(integer(&[0x82]), Some(0x82));
        assert_eq!(integer(&[0x08, 0x00]), Some(2048));
        assert_eq!(integer(&[]), None);
        assert_eq!(integer(&[1, 2, 3, 4, 5]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_walked_and_searched(bytes in proptest::collection::vec(any::<u8>(), 0..400), tag in any::<u32>()) {
            let total: usize = walk(&bytes).map(|object| object.value.len()).sum();
            prop_assert!(total <= bytes.len());
            prop_assert!(walk(&bytes).count() <= limits::ENTRIES);
            search(&bytes, tag);
            extent(&bytes);
            opening(&bytes, SEQUENCE);
            for number in 0..32 {
                bit(&bytes, number);
            }
            integer(&bytes);
        }

        #[test]
        fn what_is_written_is_read_back(values in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..8)) {
            let mut bytes = Vec::new();
            for value in &values {
                bytes.extend([0x04, 0x82, (value.len() >> 8) as u8, value.len() as u8]);
                bytes.extend(value);
            }
            bytes.extend([0; 9]);
            let read: Vec<&[u8]> = walk(&bytes).map(|object| object.value).collect();
            prop_assert_eq!(read, values);
        }
    }
}
