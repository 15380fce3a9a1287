//! EF(ODF): which directory files there are (PKCS#15 v1.1 section 5.5.1).

use crate::file::Place;
use crate::tlv::{self, Tlv};

/// File identifier fixed by the standard.
pub(crate) const FILE: [u8; 2] = [0x50, 0x31];

/// Directory files of one kind that are followed at most.
const FILES: usize = 4;

/// Where the directory files lie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Odf {
    pub(crate) private_keys: Vec<Place>,
    pub(crate) certificates: Vec<Place>,
    pub(crate) authentication: Vec<Place>,
}

/// Reads the file's entries: `[0]` private keys, `[4]` certificates, `[8]` authentication objects, each a
/// `Path`. Other kinds (public keys, data) are of no use here.
pub(crate) fn parse(file: &[u8], home: &[u8]) -> Odf {
    let mut odf = Odf::default();
    for entry in tlv::walk(file) {
        let list = match entry.tag {
            0xA0 => &mut odf.private_keys,
            0xA4 => &mut odf.certificates,
            0xA8 => &mut odf.authentication,
            _ => continue,
        };
        if list.len() < FILES {
            list.extend(place(&entry, home));
        }
    }
    odf
}

fn place(entry: &Tlv<'_>, home: &[u8]) -> Option<Place> {
    Place::parse(&entry.children().first(tlv::SEQUENCE)?, home)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulated::hex;

    #[test]
    fn directory_files_are_found_in_any_order_by_full_or_short_path() {
        let file = hex("A80A300804063F0000017001 A006300404027002 A706300404027006 A40A300804063F0000017005 000000");
        let odf = parse(&file, &[0x3F, 0x00, 0x00, 0x01]);
        let paths = |places: &[Place]| places.iter().map(|place| place.path.clone()).collect::<Vec<_>>();
        assert_eq!(paths(&odf.authentication), [hex("3F0000017001")]);
        assert_eq!(paths(&odf.private_keys), [hex("3F0000017002")]);
        assert_eq!(paths(&odf.certificates), [hex("3F0000017005")]);
    }
}
