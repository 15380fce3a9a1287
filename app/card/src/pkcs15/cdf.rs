//! EF(CDF): where the certificate of a key lies (PKCS#15 v1.1 section 6.6).

use crate::file::Place;

/// The place of the certificate whose identifier is the key's.
pub(crate) fn certificate(file: &[u8], id: &[u8], home: &[u8]) -> Option<Place> {
    super::objects(file).filter(|object| object.id() == Some(id)).find_map(|object| Place::parse(&object.path()?, home))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulated::{der, hex};

    fn entry(id: u8, path: &str) -> Vec<u8> {
        let path = der(0x30, &der(0x04, &hex(path)));
        // The real file's flags are a BIT STRING without bits.
        let common = der(0x30, &hex("0C0443657274 030108"));
        der(0x30, &[common, der(0x30, &[0x04, 1, id]), der(0xA1, &der(0x30, &path))].concat())
    }

    #[test]
    fn the_certificate_is_matched_by_the_keys_identifier() {
        let file = [entry(1, "3F000001A001"), entry(2, "A002")].concat();
        let home = hex("3F000001");
        assert_eq!(certificate(&file, &[2], &home).map(|place| place.path), Some(hex("3F000001A002")));
        assert_eq!(certificate(&file, &[3], &home), None);
    }
}
