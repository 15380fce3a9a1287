//! The structure of a signed message (CMS, RFC 5652), in DER or BER: Outlook writes lengths that are not known
//! beforehand.
//!
//! The crate `cms` decodes DER only and gives certificates that it has encoded again; a signature is over bytes as they
//! came. asn1-rs, which reads certificates for the card too, gives each element with its bytes.

use x509_parser::asn1_rs::{Any, Class, FromBer};

use crate::letter::limits::{CERTIFICATES, SIGNERS};

/// `1.2.840.113549.1.7.1`
pub(super) const DATA: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01";
/// `1.2.840.113549.1.7.2`
pub(super) const SIGNED_DATA: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02";
/// `1.2.840.113549.1.7.3`
pub(super) const ENVELOPED_DATA: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03";
/// `1.2.840.113549.1.9.16.1.23`
pub(super) const AUTH_ENVELOPED_DATA: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x17";

const INTEGER: u32 = 2;
const OCTETS: u32 = 4;
const OID: u32 = 6;
const SEQUENCE: u32 = 16;
const SET: u32 = 17;

/// An element with its bytes.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    class: Class,
    tag: u32,
    constructed: bool,
    /// Tag and length included.
    pub raw: &'a [u8],
    /// What is in it.
    pub data: &'a [u8],
}

/// Elements one after the other.
#[derive(Clone)]
pub(super) struct Elements<'a>(pub &'a [u8]);

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let (rest, any) = Any::from_ber(self.0).ok()?;
        let raw = self.0.get(..self.0.len() - rest.len())?;
        // The end of a length that was not known beforehand.
        if raw == [0, 0] {
            return None;
        }
        self.0 = rest;
        let header = &any.header;
        Some(Element {
            class: header.class(),
            tag: header.tag().0,
            constructed: header.is_constructed(),
            raw,
            data: any.data,
        })
    }
}

impl<'a> Elements<'a> {
    /// The next element, if it is this universal one.
    pub fn want(&mut self, tag: u32) -> Option<Element<'a>> {
        self.next().filter(|element| element.class == Class::Universal && element.tag == tag)
    }

    /// The next element, if it has this context tag; otherwise nothing is taken.
    pub fn option(&mut self, tag: u32) -> Option<Element<'a>> {
        let mut ahead = self.clone();
        let element = ahead.next().filter(|element| element.class == Class::ContextSpecific && element.tag == tag)?;
        *self = ahead;
        Some(element)
    }
}

impl<'a> Element<'a> {
    /// Elements inside of it.
    pub fn inside(&self) -> Elements<'a> {
        Elements(if self.constructed { self.data } else { &[] })
    }

    /// Bytes of an octet string, which may come in pieces.
    fn octets(&self) -> Vec<u8> {
        if !self.constructed {
            return self.data.to_vec();
        }
        // One level of pieces is what programs write.
        self.inside()
            .filter(|piece| !piece.constructed && piece.tag == OCTETS)
            .flat_map(|piece| piece.data.to_vec())
            .collect()
    }
}

/// An algorithm and its parameters, undecoded.
#[derive(Clone, Copy)]
pub(super) struct Algorithm<'a> {
    pub id: &'a [u8],
    pub parameters: Option<Element<'a>>,
}

impl<'a> Algorithm<'a> {
    /// Reads an `AlgorithmIdentifier`.
    pub fn read(element: Element<'a>) -> Option<Self> {
        let mut parts = element.inside();
        Some(Algorithm { id: parts.want(OID)?.data, parameters: parts.next() })
    }
}

/// How a signer names its certificate.
pub(super) enum SignerId<'a> {
    /// Issuer, with tag and length, and serial number.
    Issuer(&'a [u8], &'a [u8]),
    /// Subject key identifier.
    Key(&'a [u8]),
}

/// A signer (RFC 5652, section 5.3).
pub(super) struct Signer<'a> {
    pub id: SignerId<'a>,
    pub digest: Algorithm<'a>,
    pub attributes: Option<Vec<Element<'a>>>,
    pub algorithm: Algorithm<'a>,
    pub signature: Vec<u8>,
}

/// `SignedData` (RFC 5652, section 5.1).
pub(super) struct SignedData<'a> {
    pub content_type: &'a [u8],
    /// What is signed, unless it stands outside.
    pub content: Option<Vec<u8>>,
    /// Certificates, in DER as they came.
    pub certificates: Vec<&'a [u8]>,
    pub signers: Vec<Signer<'a>>,
}

/// Kind of a `ContentInfo`, and what is in it.
pub(super) fn content_info(bytes: &[u8]) -> Option<(&[u8], Element<'_>)> {
    let mut parts = Elements(bytes).want(SEQUENCE)?.inside();
    let kind = parts.want(OID)?.data;
    Some((kind, parts.option(0)?.inside().next()?))
}

impl<'a> SignedData<'a> {
    /// Reads a `ContentInfo` that holds signed data.
    pub fn read(bytes: &'a [u8]) -> Option<SignedData<'a>> {
        let (kind, data) = content_info(bytes)?;
        if kind != SIGNED_DATA || data.tag != SEQUENCE {
            return None;
        }
        let mut parts = data.inside();
        parts.want(INTEGER)?;
        parts.want(SET)?;
        let mut encapsulated = parts.want(SEQUENCE)?.inside();
        let content_type = encapsulated.want(OID)?.data;
        let content =
            encapsulated.option(0).and_then(|content| content.inside().want(OCTETS)).map(|content| content.octets());
        let certificates = parts.option(0).map(|set| set.inside()).unwrap_or(Elements(&[]));
        let certificates = certificates
            .filter(|c| c.class == Class::Universal && c.tag == SEQUENCE)
            .map(|c| c.raw)
            .take(CERTIFICATES)
            .collect();
        parts.option(1);
        let signers = parts.want(SET)?.inside().take(SIGNERS).map(Signer::read).collect::<Option<Vec<_>>>()?;
        Some(SignedData { content_type, content, certificates, signers })
    }
}

impl<'a> Signer<'a> {
    fn read(element: Element<'a>) -> Option<Signer<'a>> {
        let mut parts = element.inside();
        parts.want(INTEGER)?;
        let id = match parts.option(0) {
            Some(key) => SignerId::Key(key.data),
            None => {
                let mut name = parts.want(SEQUENCE)?.inside();
                SignerId::Issuer(name.want(SEQUENCE)?.raw, name.want(INTEGER)?.data)
            }
        };
        let digest = Algorithm::read(parts.want(SEQUENCE)?)?;
        let attributes = parts.option(0).map(|set| set.inside().take(64).collect());
        let algorithm = Algorithm::read(parts.want(SEQUENCE)?)?;
        let signature = parts.want(OCTETS)?.octets();
        Some(Signer { id, digest, attributes, algorithm, signature })
    }

    /// The one value of a signed attribute. `Err` if it is there more than once, or has more than one value.
    pub fn attribute(&self, id: &[u8]) -> Result<Option<Element<'a>>, ()> {
        let mut found = None;
        for attribute in self.attributes.iter().flatten() {
            let mut parts = attribute.inside();
            if parts.want(OID).is_none_or(|known| known.data != id) {
                continue;
            }
            let mut values = parts.want(SET).map(|set| set.inside()).unwrap_or(Elements(&[]));
            match (found, values.next(), values.next()) {
                (None, Some(value), None) => found = Some(value),
                _ => return Err(()),
            }
        }
        Ok(found)
    }

    /// The signed attributes as they are signed (RFC 5652, section 5.4): a SET in DER. Sorted, as DER wants it, and in
    /// the order they came in, as some programs have it.
    pub fn signed_bytes(&self) -> Option<[Vec<u8>; 2]> {
        let came: Vec<&[u8]> = self.attributes.as_ref()?.iter().map(|attribute| attribute.raw).collect();
        let mut sorted = came.clone();
        sorted.sort_unstable();
        Some([set(&sorted), set(&came)])
    }
}

/// A SET of elements in DER.
fn set(elements: &[&[u8]]) -> Vec<u8> {
    let length: usize = elements.iter().map(|element| element.len()).sum();
    let mut out = vec![0x31];
    if length < 0x80 {
        out.push(u8::try_from(length).unwrap_or_default());
    } else {
        let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        out.push(0x80 | u8::try_from(bytes.len()).unwrap_or_default());
        out.extend(bytes);
    }
    elements.iter().for_each(|element| out.extend_from_slice(element));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_set_in_der() {
        assert_eq!(set(&[b"\x02\x01\x01"]), b"\x31\x03\x02\x01\x01");
        assert_eq!(set(&[&[0; 200]]).get(..3), Some(b"\x31\x81\xC8".as_slice()));
        assert_eq!(set(&[&[0; 300]]).get(..4), Some(b"\x31\x82\x01\x2C".as_slice()));
    }

    #[test]
    fn lengths_that_are_not_known_beforehand() {
        let bytes = b"\x30\x80\x06\x01\x2A\xA0\x80\x24\x80\x04\x02ab\x04\x01c\x00\x00\x00\x00\x00\x00";
        let (kind, content) =
            content_info(bytes).map(|(kind, content)| (kind.to_vec(), content.octets())).unwrap_or_default();
        assert_eq!((kind.as_slice(), content.as_slice()), (b"\x2A".as_slice(), b"abc".as_slice()));
    }

    #[test]
    fn nesting_does_not_overflow() {
        assert!(content_info(&[0x30, 0x80].repeat(100_000)).is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(0x30), Just(0x80), Just(0), Just(0xA0), Just(6)], 0..200)) {
            let _ = SignedData::read(&bytes);
        }
    }
}
