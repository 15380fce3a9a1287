//! The card's own table of contents (PKCS#15 v1.1, ISO 7816-15): nothing is looked for at a fixed offset.
//!
//! ```text
//! ODF 5031 ──▶ PrKDF ──▶ authentication key ── iD ──┐
//!         ├──▶ AODF  ──▶ PIN of that key            ├──▶ certificate file
//!         └──▶ CDF   ──▶ certificate ──────── iD ───┘
//! TokenInfo 5032 ──▶ number shown to people, algorithms
//! ```
//!
//! These parsers are lenient: real cards break DER (illegal BIT STRINGs, `00` padding). An entry that makes
//! no sense is passed over, so one odd object does not lock a person out.

pub(crate) mod aodf;
pub(crate) mod cdf;
pub(crate) mod odf;
pub(crate) mod prkdf;
pub(crate) mod token_info;

use crate::tlv::{self, Tlv, Walk};

/// What PKCS#15 objects of every class have in common.
pub(crate) struct Object<'a> {
    common: Walk<'a>,
    class: Walk<'a>,
    /// Inside of the type attributes.
    attributes: &'a [u8],
}

impl<'a> Object<'a> {
    /// `SEQUENCE { common, class, [0] subclass OPTIONAL, [1] { SEQUENCE type } }`.
    fn parse(entry: &Tlv<'a>) -> Option<Self> {
        let mut parts = entry.children();
        let common = parts.first(tlv::SEQUENCE)?.children();
        let class = parts.first(tlv::SEQUENCE)?.children();
        let kind = parts.first(tlv::CONTEXT_1)?;
        let attributes = kind.children().first(tlv::SEQUENCE).map_or(kind.value, |inner| inner.value);
        Some(Self { common, class, attributes })
    }

    /// The identifier of the PIN that guards the object.
    fn guard(&self) -> Option<&'a [u8]> {
        Some(self.common.clone().first(tlv::OCTET_STRING)?.value)
    }

    /// The object's own identifier.
    fn id(&self) -> Option<&'a [u8]> {
        Some(self.class.clone().first(tlv::OCTET_STRING)?.value)
    }

    /// The `Path` at the head of the type attributes.
    fn path(&self) -> Option<Tlv<'a>> {
        match tlv::walk(self.attributes).next()? {
            path @ Tlv { tag: tlv::SEQUENCE, .. } => Some(path),
            // Some writers leave one level out.
            _ => Some(Tlv { tag: tlv::SEQUENCE, value: self.attributes }),
        }
    }
}

/// The objects of one directory file.
fn objects(file: &[u8]) -> impl Iterator<Item = Object<'_>> {
    tlv::walk(file).filter(|entry| entry.tag == tlv::SEQUENCE).filter_map(|entry| Object::parse(&entry))
}
