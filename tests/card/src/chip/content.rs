//! The PKCS#15 files of a CPS card, byte for byte where real ones were seen.
//!
//! Kept on purpose, because real cards have them: the stray first byte of EF.ATR, BIT STRINGs of
//! one byte that claim eight unused bits (illegal in BER, X.690 clause 8.6.2), the contactless
//! application listed before the contact one, zeros after the last entry of a file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::files::{Files, Node};
use super::tlv::{bits, integer, join, octets, sequence, tlv, utf8};

/// The PKCS#15 application of the contact interface.
pub const AID: [u8; 13] = [0xE8, 0x28, 0xBD, 0x08, 0x0F, 0x80, 0x25, 0x00, 0x00, 0x01, 0xFF, 0x00, 0x10];
/// The same for contactless: named in EF.DIR, absent from this interface.
const AID_CONTACTLESS: [u8; 13] = [0xE8, 0x28, 0xBD, 0x08, 0x0F, 0x80, 0x25, 0x00, 0x00, 0x01, 0xFF, 0x00, 0x20];
/// The application's directory.
pub const APP: [u8; 4] = [0x3F, 0x00, 0x00, 0x01];
/// Padding after the last entry of the directory files (bytes).
const SLACK: usize = 32;

const EF_ATR: [u8; 57] = [
    0x80, 0x43, 0x01, 0xB8, 0x46, 0x04, 0x04, 0xB0, 0xEC, 0xC1, 0x47, 0x03, 0x94, 0x01, 0x80, 0x4F, 0x08, 0x80, 0x25,
    0x00, 0x00, 0x01, 0xFF, 0x01, 0x00, 0xE0, 0x10, 0x02, 0x02, 0x01, 0x04, 0x02, 0x02, 0x01, 0x04, 0x02, 0x02, 0x01,
    0x00, 0x02, 0x02, 0x01, 0x00, 0x78, 0x08, 0x06, 0x06, 0x2B, 0x81, 0x22, 0xF8, 0x78, 0x02, 0x82, 0x02, 0x90, 0x00,
];

/// What differs between the two families' files.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// SELECT's template.
    pub template: u16,
    /// `keyReference` of the signature and authentication keys.
    pub key_refs: (u16, u16),
}

/// What is printed in the files of one card.
#[derive(Clone, Debug)]
pub struct Identity {
    /// TokenInfo label.
    pub label: String,
    /// Eight digits of EF.SN.ICC.
    pub serial: String,
    /// Certificate paths in the CDF: relative to the application rather than from 3F00. PKCS#15
    /// allows both and both were met.
    pub relative: bool,
    /// Certificate files longer than the certificate in them.
    pub slack_certificates: bool,
}

/// Everything a card's tree is built from.
#[derive(Clone, Debug)]
pub struct Content {
    /// Label, serial number.
    pub identity: Identity,
    /// Authentication certificate (DER), absent on a trainee's card.
    pub auth_cert: Option<Vec<u8>>,
    /// Signature certificate (DER).
    pub sign_cert: Vec<u8>,
    /// Whether AODF asks for a padded code.
    pub padded: bool,
}

impl Content {
    /// Reads the certificates in a card's folder.
    ///
    /// # Errors
    /// When the signature certificate is missing.
    pub fn load(dir: &Path, identity: Identity, padded: bool) -> Result<Self> {
        let sign = dir.join("sign-cert.der");
        Ok(Self {
            identity,
            auth_cert: fs::read(dir.join("cert.der")).ok(),
            sign_cert: fs::read(&sign).with_context(|| format!("cannot read {}", sign.display()))?,
            padded,
        })
    }

    /// The whole tree.
    pub fn build(&self, dialect: Dialect) -> Files {
        let mut files = Files::new(dialect.template);
        let in_mf = |id: [u8; 2]| [&[0x3F, 0x00], &id[..]].concat();
        let in_app = |id: [u8; 2]| [&APP[..], &id[..]].concat();
        files.add(&APP, Node::Directory { aid: Some(AID.to_vec()) });
        for (sfi, id, content) in [
            (0x1D, [0x2F, 0x01], EF_ATR.to_vec()),
            (0x1E, [0x2F, 0x00], directory()),
            (0x1C, [0xD0, 0x03], self.serial_number()),
        ] {
            files.add(&in_mf(id), Node::File(content));
            files.name_short(sfi, &in_mf(id));
        }
        for (id, content) in [
            ([0x50, 0x31], slack(objects())),
            ([0x50, 0x32], self.token_info()),
            ([0x70, 0x01], slack(self.pins())),
            ([0x70, 0x02], slack(self.private_keys(dialect))),
            ([0x70, 0x05], slack(self.certificates())),
            ([0xA0, 0x01], self.certificate(&self.sign_cert)),
        ] {
            files.add(&in_app(id), Node::File(content));
        }
        if let Some(cert) = &self.auth_cert {
            files.add(&in_app([0xA0, 0x02]), Node::File(self.certificate(cert)));
        }
        files
    }

    fn certificate(&self, der: &[u8]) -> Vec<u8> {
        if self.identity.slack_certificates { slack(der.to_vec()) } else { der.to_vec() }
    }

    /// EF.SN.ICC: issuer 80 25 00 00 01, eight digits, the check digit of the whole and F.
    fn serial_number(&self) -> Vec<u8> {
        let mut digits = vec![8, 0, 2, 5, 0, 0, 0, 0, 0, 1];
        digits.extend(self.identity.serial.bytes().map(|byte| byte.wrapping_sub(b'0') % 10));
        digits.resize(18, 0);
        digits.extend([luhn(&digits), 0x0F]);
        let packed: Vec<u8> =
            digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
        tlv(0x5A, &packed)
    }

    fn token_info(&self) -> Vec<u8> {
        const HASH: [u8; 2] = [0x01, 0x02];
        const SIGN: [u8; 2] = [0x06, 0x40];
        const DECIPHER: [u8; 2] = [0x02, 0x04];
        const SHA1: &[u8] = &[0x2B, 0x0E, 0x03, 0x02, 0x1A];
        const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
        const RSA: [u8; 8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01];
        let rsa = |last: u8| [&RSA[..], &[last]].concat();
        // reference in the card's list, PKCS#11 mechanism, operations, object identifier, algorithm reference
        let algorithms = [
            (1, 0x220, HASH, SHA1.to_vec(), 0x10),
            (2, 0x250, HASH, SHA256.to_vec(), 0x40),
            (3, 0x006, SIGN, rsa(0x05), 0x12),
            (4, 0x040, SIGN, rsa(0x0B), 0x42),
            (5, 0x001, SIGN, rsa(0x01), 0x02),
            (6, 0x001, DECIPHER, rsa(0x01), 0x1A),
        ]
        .map(|(number, mechanism, operations, oid, reference)| {
            sequence(&[
                integer(number),
                integer(mechanism),
                tlv(0x05, &[]),
                bits(&operations),
                tlv(0x06, &oid),
                integer(reference),
            ])
        });
        sequence(&[
            integer(0),
            utf8("ASIP SANTE"),
            tlv(0x80, self.identity.label.as_bytes()),
            bits(&[0x06, 0xC0]),
            join(0xA2, &algorithms),
            tlv(0xA5, &tlv(0x18, b"20250116110000Z")),
        ])
    }

    /// AODF: the code porteur. Flags: bit 4 initialised, bit 5 needs padding.
    fn pins(&self) -> Vec<u8> {
        let flags = if self.padded { [0x02, 0x0C] } else { [0x03, 0x08] };
        let access = sequence(&[
            sequence(&[bits(&[0x05, 0x20]), octets(&[])]),
            sequence(&[bits(&[0x06, 0x40]), octets(&[])]),
            sequence(&[bits(&[0x04, 0x10]), octets(&[])]),
        ]);
        sequence(&[
            sequence(&[utf8("Code porteur de la carte CPX"), illegal_bits(), octets(&[0x02]), access]),
            sequence(&[octets(&[0x01])]),
            tlv(
                0xA1,
                &sequence(&[
                    bits(&flags),
                    tlv(0x0A, &[0x01]),
                    integer(4),
                    integer(8),
                    integer(8),
                    tlv(0x80, &[0x01]),
                    octets(&[0xFF]),
                ]),
            ),
        ])
    }

    fn private_keys(&self, dialect: Dialect) -> Vec<u8> {
        let signing = sequence(&[sequence(&[bits(&[0x05, 0x20]), octets(&[0x01])])]);
        let mut out = private_key("CPS_PRIV_SIG", [0x07, 0x80], signing, 1, &[0x06, 0x00, 0x40], dialect.key_refs.0);
        if self.auth_cert.is_some() {
            let authenticating = sequence(&[
                sequence(&[bits(&[0x00, 0x01]), octets(&[0x01])]),
                sequence(&[bits(&[0x06, 0x00, 0x40]), octets(&[0x01])]),
            ]);
            out.extend(private_key("CPS_PRIV_AUT", [0x05, 0xE0], authenticating, 2, &[0x05, 0x60], dialect.key_refs.1));
        }
        out
    }

    fn certificates(&self) -> Vec<u8> {
        let entry = |label: &str, number: u8, id: [u8; 2]| {
            let path = if self.identity.relative { id.to_vec() } else { [&APP[..], &id[..]].concat() };
            sequence(&[
                sequence(&[utf8(label), illegal_bits()]),
                sequence(&[octets(&object_id(number))]),
                tlv(0xA1, &sequence(&[sequence(&[octets(&path)])])),
            ])
        };
        let mut out = entry("Certificat de signature", 1, [0xA0, 0x01]);
        if self.auth_cert.is_some() {
            out.extend(entry("Certificat d'authentification", 2, [0xA0, 0x02]));
        }
        out
    }
}

fn private_key(label: &str, flags: [u8; 2], access: Vec<u8>, number: u8, usage: &[u8], reference: u16) -> Vec<u8> {
    sequence(&[
        sequence(&[utf8(label), bits(&flags), octets(&[0x01]), access]),
        sequence(&[
            octets(&object_id(number)),
            bits(usage),
            tlv(0x01, &[0xFF]),
            bits(&[0x04, 0xB0]),
            integer(reference),
        ]),
        tlv(0xA1, &sequence(&[sequence(&[octets(&[])]), integer(2048)])),
    ])
}

/// PKCS#15 identifier shared by a key and its certificate.
fn object_id(number: u8) -> Vec<u8> {
    [&AID[..], &[number]].concat()
}

/// One content byte that claims eight unused bits: what real cards carry.
fn illegal_bits() -> Vec<u8> {
    vec![0x03, 0x01, 0x08]
}

/// EF.DIR, exactly 101 bytes as on a real card; the contactless application comes first.
fn directory() -> Vec<u8> {
    let entry = |aid: &[u8], label: &str, last: u8| {
        join(
            0x61,
            &[
                tlv(0x4F, aid),
                tlv(0x50, label.as_bytes()),
                tlv(0x51, &[0x3F, 0x00, 0x00, last]),
                tlv(0x73, &tlv(0x4F, &AID)),
            ],
        )
    };
    [entry(&AID_CONTACTLESS, "CPX IAS CL", 2), entry(&AID, "CPX IAS", 1)].concat()
}

/// ODF: authentication objects, private keys, certificates.
fn objects() -> Vec<u8> {
    [(0xA8, 0x01), (0xA0, 0x02), (0xA4, 0x05)]
        .map(|(tag, id)| tlv(tag, &sequence(&[octets(&[&APP[..], &[0x70, id]].concat())])))
        .concat()
}

fn slack(mut content: Vec<u8>) -> Vec<u8> {
    content.resize(content.len() + SLACK, 0);
    content
}

/// Check digit of ISO/IEC 7812-1 annex B.
fn luhn(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| match (place % 2, u32::from(digit)) {
            (0, digit) if digit > 4 => 2 * digit - 9,
            (0, digit) => 2 * digit,
            (_, digit) => digit,
        })
        .sum();
    u8::try_from((10 - sum % 10) % 10).unwrap_or(0)
}
