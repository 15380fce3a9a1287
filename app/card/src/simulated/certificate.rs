//! Certificates that look like those of a health authority. Their keys and signatures are filler: this crate
//! never checks them.

use super::{der, hex};

pub(crate) const COMMON_NAME: &[u8] = &[0x55, 4, 3];
pub(crate) const SURNAME: &[u8] = &[0x55, 4, 4];
pub(crate) const SERIAL_NUMBER: &[u8] = &[0x55, 4, 5];
pub(crate) const COUNTRY: &[u8] = &[0x55, 4, 6];
pub(crate) const ORGANISATION: &[u8] = &[0x55, 4, 10];
pub(crate) const UNIT: &[u8] = &[0x55, 4, 11];
pub(crate) const TITLE: &[u8] = &[0x55, 4, 12];
pub(crate) const GIVEN_NAME: &[u8] = &[0x55, 4, 42];
pub(crate) const PSEUDONYM: &[u8] = &[0x55, 4, 65];

/// A distinguished name: RDNs of one or more attributes.
pub(crate) type Subject = Vec<Vec<(&'static [u8], &'static str)>>;

/// What of a certificate a test may care about.
pub(crate) struct Certificate {
    pub(crate) subject: Subject,
    /// Content of the key usage BIT STRING.
    pub(crate) key_usage: Option<[u8; 2]>,
}

impl Default for Certificate {
    fn default() -> Self {
        Self {
            subject: vec![vec![(TITLE, "Médecin")], vec![(COMMON_NAME, "899700218896"), (SURNAME, "SPECIALISTE")]],
            key_usage: Some([0x07, 0x80]),
        }
    }
}

impl Certificate {
    pub(crate) fn der(&self) -> Vec<u8> {
        let sha256_rsa = der(0x30, &hex("06092A864886F70D01010B 0500"));
        let issuer: Subject = vec![
            vec![(COUNTRY, "FR")],
            vec![(ORGANISATION, "ASIP-SANTE")],
            vec![(COMMON_NAME, "TEST AC IGC-SANTE FORT PERSONNES")],
        ];
        let validity = [der(0x17, b"240101000000Z"), der(0x17, b"270101000000Z")].concat();
        let modulus = [vec![0x00], vec![0xC5; 256]].concat();
        let key = der(0x30, &[der(0x02, &modulus), hex("0203010001")].concat());
        let public = [der(0x30, &hex("06092A864886F70D010101 0500")), der(0x03, &[vec![0], key].concat())].concat();
        let usage = self.key_usage.map(|bits| {
            let extension = [hex("0603551D0F 0101FF"), der(0x04, &der(0x03, &bits))].concat();
            der(0xA3, &der(0x30, &der(0x30, &extension)))
        });
        let signed = [
            hex("A003020102 02020539"),
            sha256_rsa.clone(),
            name(&issuer),
            der(0x30, &validity),
            name(&self.subject),
            der(0x30, &public),
            usage.unwrap_or_default(),
        ]
        .concat();
        let signature = der(0x03, &[vec![0], vec![0x5A; 256]].concat());
        der(0x30, &[der(0x30, &signed), sha256_rsa, signature].concat())
    }
}

/// DER of a distinguished name, each attribute a UTF8String.
pub(crate) fn name(subject: &[Vec<(&[u8], &str)>]) -> Vec<u8> {
    let attribute = |(oid, text): &(&[u8], &str)| der(0x30, &[der(0x06, oid), der(0x0C, text.as_bytes())].concat());
    let names = subject.iter().map(|rdn| der(0x31, &rdn.iter().flat_map(attribute).collect::<Vec<_>>()));
    der(0x30, &names.flatten().collect::<Vec<_>>())
}
