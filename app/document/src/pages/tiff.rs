//! Pages of a TIFF. The decoder reads the first page of a file; every page becomes the first by a change of the eight or
//! sixteen bytes of the header (TIFF 6.0 section 2, BigTIFF).

use std::collections::HashSet;

/// Where the pages of a file are.
pub(super) struct Pages {
    big: bool,
    little: bool,
    places: Vec<u64>,
}

impl Pages {
    /// Follows the chain of directories, as far as it is a chain.
    pub(super) fn of(bytes: &[u8], most: usize) -> Option<Pages> {
        let little = match bytes.get(..2)? {
            b"II" => true,
            b"MM" => false,
            _ => return None,
        };
        let version = number(bytes, 2, 2, little)?;
        let big = match version {
            42 => false,
            43 => true,
            _ => return None,
        };
        let mut pages = Pages { big, little, places: Vec::new() };
        let mut seen = HashSet::new();
        let mut next = if big { number(bytes, 8, 8, little)? } else { number(bytes, 4, 4, little)? };
        while next != 0 && pages.places.len() < most && seen.insert(next) {
            let Some(after) = pages.next(bytes, next) else { break };
            pages.places.push(next);
            next = after;
        }
        (!pages.places.is_empty()).then_some(pages)
    }

    pub(super) fn count(&self) -> usize {
        self.places.len()
    }

    /// The file with a page first.
    pub(super) fn first(&self, bytes: &[u8], page: usize) -> Option<Vec<u8>> {
        let place = *self.places.get(page)?;
        let mut bytes = bytes.to_vec();
        let (at, size) = if self.big { (8, 8) } else { (4, 4) };
        let (low, high) = (place.to_le_bytes(), place.to_be_bytes());
        let written = if self.little { low.get(..size)? } else { high.get(8 - size..)? };
        bytes.get_mut(at..at + size)?.copy_from_slice(written);
        Some(bytes)
    }

    /// Where the directory after the one at `place` is; none if that is not inside the file.
    fn next(&self, bytes: &[u8], place: u64) -> Option<u64> {
        let place = usize::try_from(place).ok()?;
        let (count, entry, offset) = if self.big { (8, 20, 8) } else { (2, 12, 4) };
        let entries = usize::try_from(number(bytes, place, count, self.little)?).ok()?;
        let after = place.checked_add(count)?.checked_add(entries.checked_mul(entry)?)?;
        // A last directory may end with the file, its zero forgotten.
        bytes.get(place..after)?;
        Some(number(bytes, after, offset, self.little).unwrap_or(0))
    }
}

fn number(bytes: &[u8], at: usize, size: usize, little: bool) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(size)?)?;
    let add = |n: u64, byte: &u8| n << 8 | u64::from(*byte);
    Some(if little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// Two empty directories; the second at 14.
    const TWO: [u8; 20] = [b'I', b'I', 42, 0, 8, 0, 0, 0, 0, 0, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    #[test]
    fn pages_are_found_and_brought_to_the_front() {
        let pages = Pages::of(&TWO, 10).unwrap();
        assert_eq!(pages.count(), 2);
        let second = pages.first(&TWO, 1).unwrap();
        assert_eq!(second.get(4..8).unwrap(), [14, 0, 0, 0]);
        assert!(pages.first(&TWO, 2).is_none());
    }

    #[test]
    fn a_chain_that_bites_its_tail_ends() {
        let mut bytes = TWO;
        bytes[16] = 8;
        assert_eq!(Pages::of(&bytes, 10).unwrap().count(), 2);
    }

    #[test]
    fn what_points_outside_is_no_page() {
        let mut bytes = TWO;
        bytes[4] = 200;
        assert!(Pages::of(&bytes, 10).is_none());
        for end in 0..TWO.len() {
            let _ = Pages::of(TWO.get(..end).unwrap(), 10);
        }
    }
}
