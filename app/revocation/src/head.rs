//! What a list says of itself (RFC 5280 section 5.1): whose it is, from when until when, its number, what is signed.
//!
//! webpki, which looks certificates up in it, tells neither dates nor number. The entries are stepped over: a list may
//! have hundreds of thousands.

use std::borrow::Cow;
use std::cmp::Ordering;

use x509_parser::asn1_rs::{Any, BitString, FromDer, Tag};
use x509_parser::oid_registry::{OID_X509_EXT_CRL_NUMBER, OID_X509_EXT_ISSUER_DISTRIBUTION_POINT};
use x509_parser::prelude::X509Extension;
use x509_parser::time::ASN1Time;

use crate::error::Error;

/// The fields of a list around its entries.
pub(crate) struct Head<'a> {
    /// Name of the issuer: the contents of its SEQUENCE, as webpki gives a certificate's subject.
    pub(crate) issuer: &'a [u8],
    /// The `issuingDistributionPoint` extension: which part of the issuer's certificates it covers.
    pub(crate) point: Option<&'a [u8]>,
    /// Its age.
    pub(crate) age: Age,
    /// What is signed.
    pub(crate) signed: &'a [u8],
    /// How: the contents of the AlgorithmIdentifier.
    pub(crate) algorithm: &'a [u8],
    /// The signature.
    pub(crate) signature: Cow<'a, [u8]>,
}

/// Where a list stands among those of its issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Age {
    /// The `cRLNumber` extension, without leading zeros. It only ever rises (RFC 5280 section 5.2.3).
    pub(crate) number: Option<Vec<u8>>,
    /// `thisUpdate`, seconds since 1970.
    pub(crate) since: u64,
    /// `nextUpdate`, seconds since 1970.
    pub(crate) until: u64,
}

impl Age {
    /// By number, and by date where that does not tell.
    pub(crate) fn order(&self, other: &Age) -> Ordering {
        let by_number = match (&self.number, &other.number) {
            (Some(mine), Some(theirs)) => mine.len().cmp(&theirs.len()).then_with(|| mine.cmp(theirs)),
            _ => Ordering::Equal,
        };
        by_number.then(self.since.cmp(&other.since))
    }
}

impl<'a> Head<'a> {
    /// Reads the head of a whole list in DER.
    pub(crate) fn read(der: &'a [u8]) -> Result<Self, Error> {
        let (rest, list) = sequence(der)?;
        if !rest.is_empty() {
            return Err(Error::NotAList("there is more behind it"));
        }
        let (rest, body) = sequence(list.data)?;
        let signed = list.data.get(..list.data.len() - rest.len()).unwrap_or_default();
        let (rest, algorithm) = sequence(rest)?;
        let (_, signature) = BitString::from_der(rest).map_err(|_| Error::NotAList("no signature"))?;

        // Version, then the algorithm once more.
        let (rest, _) = any(body.data, Tag::Integer, "no version")?;
        let (rest, _) = sequence(rest)?;
        let (rest, issuer) = sequence(rest)?;
        let (rest, since) = time(rest)?;
        let (rest, until) = time(rest)?;
        let (number, point) = extensions(rest)?;
        Ok(Self {
            issuer: issuer.data,
            point,
            age: Age { number, since, until },
            signed,
            algorithm: algorithm.data,
            signature: signature.data,
        })
    }
}

type Rest<'a, T> = Result<(&'a [u8], T), Error>;

fn any<'a>(bytes: &'a [u8], tag: Tag, what: &'static str) -> Rest<'a, Any<'a>> {
    match Any::from_der(bytes) {
        Ok((rest, any)) if any.tag() == tag => Ok((rest, any)),
        _ => Err(Error::NotAList(what)),
    }
}

fn sequence(bytes: &[u8]) -> Rest<'_, Any<'_>> {
    any(bytes, Tag::Sequence, "a part is missing")
}

fn time(bytes: &[u8]) -> Rest<'_, u64> {
    let (rest, time) = ASN1Time::from_der(bytes).map_err(|_| Error::NotAList("a date is missing"))?;
    Ok((rest, u64::try_from(time.timestamp()).unwrap_or(0)))
}

type Known<'a> = (Option<Vec<u8>>, Option<&'a [u8]>);

/// The two extensions that matter here, behind the entries, where there are any.
fn extensions(mut bytes: &[u8]) -> Result<Known<'_>, Error> {
    let (mut number, mut point) = (None, None);
    while !bytes.is_empty() {
        let (rest, part) = Any::from_der(bytes).map_err(|_| Error::NotAList("its end is missing"))?;
        bytes = rest;
        if part.tag() == Tag::Sequence {
            continue;
        }
        let (_, all) = sequence(part.data)?;
        let mut each = all.data;
        while !each.is_empty() {
            let (rest, one) = X509Extension::from_der(each).map_err(|_| Error::NotAList("an extension"))?;
            each = rest;
            if one.oid == OID_X509_EXT_CRL_NUMBER {
                let (_, value) = any(one.value, Tag::Integer, "its number")?;
                number = Some(value.data.iter().copied().skip_while(|byte| *byte == 0).collect());
            } else if one.oid == OID_X509_EXT_ISSUER_DISTRIBUTION_POINT {
                point = Some(one.value);
            }
        }
    }
    Ok((number, point))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use pki::{Branch, ENDED, Server, Signer};

    fn age(number: Option<&[u8]>, since: u64) -> Age {
        Age { number: number.map(<[u8]>::to_vec), since, until: u64::MAX }
    }

    #[test]
    fn a_higher_number_is_newer_however_long_it_is() {
        assert_eq!(age(Some(&[1, 0]), 0).order(&age(Some(&[255]), 9)), Ordering::Greater);
        assert_eq!(age(Some(&[2]), 1).order(&age(Some(&[2]), 2)), Ordering::Less);
        assert_eq!(age(None, 3).order(&age(Some(&[2]), 2)), Ordering::Greater);
    }

    #[test]
    fn a_list_of_openssl_tells_its_issuer_dates_and_number() {
        let dir = tempfile::tempdir().unwrap();
        let branch = Branch::create(dir.path()).unwrap();
        branch.list(Signer::Servers, ENDED).unwrap();
        branch.revoke(Server::First).unwrap();
        let der = branch.list(Signer::Servers, ENDED).unwrap();
        let head = Head::read(&der).unwrap();
        // 1 February and 1 March 2025, 00:00 UTC.
        assert_eq!(head.age, Age { number: Some(vec![2]), since: 1_738_368_000, until: 1_740_787_200 });
        assert!(head.point.is_none());
        let name = b"TEST AC IGC-SANTE ELEMENTAIRE SERVEURS";
        assert!(head.issuer.windows(name.len()).any(|part| part == name));
    }

    #[test]
    fn no_list_cut_anywhere_is_read_and_none_panics() {
        let dir = tempfile::tempdir().unwrap();
        let der = Branch::create(dir.path()).unwrap().list(Signer::Root, ENDED).unwrap();
        for end in 0..der.len() {
            assert!(Head::read(&der[..end]).is_err(), "{end}");
        }
        for at in 0..der.len() {
            let mut other = der.clone();
            other[at] ^= 0xff;
            let _ = Head::read(&other);
        }
        let longer = [der.as_slice(), &[0]].concat();
        assert!(matches!(Head::read(&longer), Err(Error::NotAList(_))));
    }
}
