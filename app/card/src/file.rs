//! Files: where they are, and READ BINARY until enough is there (ISO 7816-4 clauses 7.1.1 and 7.2.3).
//!
//! A file's size is never asked for: on T=0 that answer costs an exchange of its own. The TLV inside says how
//! long it is, and a short answer says where it ends.

use crate::apdu::Command;
use crate::error::{Error, Step};
use crate::family::Family;
use crate::limits;
use crate::link::Link;
use crate::status::Status;
use crate::tlv::{self, Tlv};

/// The master file's identifier, which every absolute path begins with.
const MASTER: [u8; 2] = [0x3F, 0x00];

/// An absolute place: a path from the master file, and where in the file to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// `3F00 …`, two bytes per level.
    pub(crate) path: Vec<u8>,
    /// First byte of interest.
    pub(crate) start: usize,
}

impl Place {
    /// A file of the application whose directory is `home`.
    pub(crate) fn within(home: &[u8], file: [u8; 2]) -> Self {
        Self { path: [home, &file].concat(), start: 0 }
    }

    /// Reads a PKCS#15 `Path`: absolute when it begins with the master file, else relative to `home`.
    pub(crate) fn parse(path: &Tlv<'_>, home: &[u8]) -> Option<Self> {
        let bytes = path.children().first(tlv::OCTET_STRING)?.value;
        let start = path.children().first(tlv::INTEGER).and_then(|index| tlv::integer(index.value)).unwrap_or(0);
        let path = if bytes.starts_with(&MASTER) { bytes.to_vec() } else { [home, bytes].concat() };
        let plausible = !bytes.is_empty() && path.len() % 2 == 0 && path.len() <= 16;
        plausible.then_some(Self { path, start: usize::try_from(start).ok()? })
    }

    /// The path below the master file.
    pub(crate) fn below_master(&self) -> &[u8] {
        self.path.strip_prefix(&MASTER).unwrap_or(&self.path)
    }
}

/// What more a reader of a file needs, given the bytes it has.
pub(crate) enum Want {
    /// Nothing.
    Enough,
    /// So many bytes in all.
    Exactly(usize),
    /// At least so many, and whatever follows.
    Past(usize),
    /// Everything up to the end.
    Rest,
}

/// Reads until `want` has enough or the file ends. What came may still be less than wanted.
pub(crate) fn read(
    link: &mut Link,
    family: Family,
    place: &Place,
    want: impl Fn(&[u8]) -> Want,
) -> Result<Vec<u8>, Error> {
    select(link, family, place)?;
    let mut bytes = Vec::new();
    for _ in 0..limits::READS_PER_FILE {
        let (ask, to_the_end) = match want(&bytes) {
            Want::Enough => return Ok(bytes),
            Want::Exactly(total) if bytes.len() >= total => return Ok(bytes),
            Want::Exactly(total) if total > limits::FILE => return Err(Error::TooLong("file")),
            Want::Exactly(total) => (total.saturating_sub(bytes.len()).min(limits::READ), false),
            Want::Past(total) => (limits::READ, bytes.len() >= total),
            Want::Rest => (limits::READ, true),
        };
        let offset = place.start.saturating_add(bytes.len());
        let Some([high, low]) = u16::try_from(offset).ok().filter(|offset| *offset < 0x8000).map(u16::to_be_bytes)
        else {
            return Err(Error::TooLong("file"));
        };
        let le = u8::try_from(ask).unwrap_or(u8::MAX);
        let response = link.send(&Command::receive(Step::Read, [0x00, 0xB0, high, low], le))?;
        let piece = response.data.get(..ask).unwrap_or(&response.data);
        match Status::from(response.sw) {
            Status::Ok | Status::EndOfFile | Status::Warning(_) => {}
            // "Offset beyond the file": the last piece ended exactly with it.
            Status::WrongParameters if !bytes.is_empty() => return Ok(bytes),
            _ => return Err(Error::status(response.sw, Step::Read)),
        }
        if bytes.len().saturating_add(piece.len()) > limits::FILE {
            return Err(Error::TooLong("file"));
        }
        bytes.extend_from_slice(piece);
        if piece.is_empty() || (to_the_end && piece.len() < ask) {
            return Ok(bytes);
        }
    }
    Err(Error::TooLong("file in pieces"))
}

/// What a file that is one data object wants: that object.
pub(crate) fn one_object(bytes: &[u8]) -> Want {
    match tlv::extent(bytes) {
        Some(total) => Want::Exactly(total),
        // Not even its length is there yet.
        None if bytes.len() < 5 && !matches!(bytes.first(), Some(0x00 | 0xFF)) => Want::Exactly(limits::READ),
        None => Want::Enough,
    }
}

/// What a file of objects side by side wants: all of them, up to the padding.
pub(crate) fn all_objects(bytes: &[u8]) -> Want {
    let mut rest = bytes;
    loop {
        if rest.is_empty() {
            return Want::Rest;
        }
        let Some(length) = tlv::extent(rest) else {
            // Padding, or the first bytes of an object whose length is not there yet.
            return if matches!(rest.first(), Some(0x00 | 0xFF)) || rest.len() > 5 { Want::Enough } else { Want::Rest };
        };
        match rest.get(length..) {
            Some(after) => rest = after,
            None => {
                let total = bytes.len().saturating_sub(rest.len()).saturating_add(length);
                return if total > limits::FILE { Want::Enough } else { Want::Past(total) };
            }
        }
    }
}

/// Selects a file; a CPS4 that has lost its application gets it back first, once.
fn select(link: &mut Link, family: Family, place: &Place) -> Result<(), Error> {
    let command = family.select(place);
    match link.expect(&command) {
        Err(error) if family.lost_application(&error) => {
            family.enter_again(link)?;
            link.expect(&command).map(drop)
        }
        other => other.map(drop),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn path(bytes: &[u8]) -> Option<Place> {
        let object = [&[0x30, bytes.len() as u8 + 2, 0x04, bytes.len() as u8][..], bytes].concat();
        Place::parse(&tlv::walk(&object).next().unwrap(), &[0x3F, 0x00, 0x00, 0x01])
    }

    #[test]
    fn a_path_is_absolute_or_relative_to_the_application() {
        let absolute = path(&[0x3F, 0x00, 0x00, 0x01, 0x70, 0x02]).unwrap();
        assert_eq!(absolute, path(&[0x70, 0x02]).unwrap());
        assert_eq!(absolute.below_master(), [0x00, 0x01, 0x70, 0x02]);
    }

    #[test]
    fn a_path_of_odd_length_or_absurd_depth_is_no_path() {
        assert_eq!(path(&[0x70]), None);
        assert_eq!(path(&[]), None);
        assert_eq!(path(&[0x70; 14]), None);
    }

    #[test]
    fn padding_after_the_last_object_is_enough() {
        assert!(matches!(all_objects(&[0x04, 1, 7, 0]), Want::Enough));
        assert!(matches!(all_objects(&[0x04, 1, 7]), Want::Rest));
        assert!(matches!(all_objects(&[0x04, 9, 7]), Want::Past(11)));
    }
}
