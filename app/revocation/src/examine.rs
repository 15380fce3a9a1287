//! From bytes somebody sent to lists that may be used: they parse, and a configured authority signed them.
//!
//! webpki checks the signature of a list again in each handshake, with the key of the issuer it finds there. Here it
//! decides whether a list takes the place of the one in use: fetched in clear, anybody on the way could send another.

use std::sync::Arc;

use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, TrustAnchor};
use webpki::{BorrowedCertRevocationList, anchor_from_trusted_cert};
use x509_parser::asn1_rs::{Any, BitString, FromDer as _};

use crate::error::Error;
use crate::head::{Age, Head};

/// Most lists in one file. Each may be replaced on its own.
const MOST: usize = 64;

/// Who may sign lists.
pub(crate) struct Authority(TrustAnchor<'static>);

/// A list that a configured authority signed.
pub(crate) struct List {
    /// What it is the list of: of two lists with the same key only one is used.
    pub(crate) key: Key,
    pub(crate) age: Age,
    pub(crate) der: Arc<CertificateRevocationListDer<'static>>,
}

/// The issuer by name and key, and the part of its certificates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    issuer: Vec<u8>,
    public_key: Vec<u8>,
    point: Option<Vec<u8>>,
}

impl Authority {
    /// From a certificate in DER.
    pub(crate) fn read(certificate: &[u8]) -> Result<Self, Error> {
        let certificate = CertificateDer::from(certificate);
        let anchor = anchor_from_trusted_cert(&certificate)
            .map_err(|e| Error::Settings(format!("the certificate of an authority: {e}")))?;
        Ok(Self(anchor.to_owned()))
    }

    fn is_issuer(&self, head: &Head<'_>) -> bool {
        self.0.subject.as_ref() == head.issuer
    }

    /// Whether its key signed this list, with an algorithm that handshakes accept too.
    fn signed(&self, head: &Head<'_>, algorithms: &WebPkiSupportedAlgorithms) -> bool {
        // SubjectPublicKeyInfo (RFC 5280 section 4.1): the algorithm, then the key.
        let Ok((rest, algorithm)) = Any::from_der(&self.0.subject_public_key_info) else { return false };
        let Ok((_, key)) = BitString::from_der(rest) else { return false };
        let mut fitting = algorithms.all.iter().filter(|one| {
            one.signature_alg_id().as_ref() == head.algorithm && one.public_key_alg_id().as_ref() == algorithm.data
        });
        fitting.any(|one| one.verify_signature(&key.data, head.signed, &head.signature).is_ok())
    }
}

/// The lists in an answer or a file, each for itself good or not.
pub(crate) fn examine(
    bytes: &[u8],
    authorities: &[Authority],
    only: Option<&Authority>,
    algorithms: &WebPkiSupportedAlgorithms,
) -> Result<Vec<Result<List, Error>>, Error> {
    let one = |der| one(der, authorities, only, algorithms);
    if !bytes.trim_ascii_start().starts_with(b"-----BEGIN ") {
        return Ok(vec![one(CertificateRevocationListDer::from(bytes.to_vec()))]);
    }
    let mut lists = Vec::new();
    for der in CertificateRevocationListDer::pem_slice_iter(bytes) {
        if lists.len() == MOST {
            return Err(Error::TooLarge);
        }
        lists.push(der.map_err(|_| Error::NotAList("not PEM")).and_then(one));
    }
    if lists.is_empty() { Err(Error::NotAList("PEM of something else")) } else { Ok(lists) }
}

fn one(
    der: CertificateRevocationListDer<'static>,
    authorities: &[Authority],
    only: Option<&Authority>,
    algorithms: &WebPkiSupportedAlgorithms,
) -> Result<List, Error> {
    let head = Head::read(&der)?;
    let mut issuers = match only {
        Some(only) => std::slice::from_ref(only),
        None => authorities,
    }
    .iter()
    .filter(|authority| authority.is_issuer(&head))
    .peekable();
    if issuers.peek().is_none() {
        return Err(Error::OtherIssuer);
    }
    let signer = issuers.find(|authority| authority.signed(&head, algorithms)).ok_or(Error::BadSignature)?;
    entries(&der)?;
    let key = Key {
        issuer: head.issuer.to_vec(),
        public_key: signer.0.subject_public_key_info.to_vec(),
        point: head.point.map(<[u8]>::to_vec),
    };
    Ok(List { key, age: head.age.clone(), der: Arc::new(der) })
}

/// Whether webpki will take it, to the last entry: one bad list would keep it from taking the others.
fn entries(der: &[u8]) -> Result<(), Error> {
    let list = BorrowedCertRevocationList::from_der(der).map_err(Error::Unusable)?;
    (&list).into_iter().try_for_each(|entry| entry.map(|_| ())).map_err(Error::Unusable)
}
