//! Signatures of S/MIME (RFC 8551): read, checked, told in one of three ways.
//!
//! Checks are those of *ring* and webpki, which TLS stands on already: the digest over the exact bytes of the signed
//! part, the signature over the signed attributes, the chain to a configured authority when it signed, and the address.
//! Nobody is asked whether a certificate was revoked: this runs where there is no network.

mod certificate;
mod cms;

use ring::digest::{self, digest};
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;

use super::limits::CMS;
use super::model::{Doubt, Flaw, Signature};
use cms::{Algorithm, Elements, SignedData, Signer};

/// `contentType`, `messageDigest`, `signingTime`: 1.2.840.113549.1.9.3 to .5
const CONTENT_TYPE: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x03";
const MESSAGE_DIGEST: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x04";
const SIGNING_TIME: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x05";

/// What is in a `smime.p7m`.
pub(super) enum Opened {
    /// Signed: the message that was signed.
    Signed(Vec<u8>),
    /// Encrypted.
    Encrypted,
    /// Certificates, compressed data, or nothing that can be read.
    Other,
}

/// Looks into a `smime.p7m`.
pub(super) fn open(bytes: &[u8]) -> Opened {
    match cms::content_info(bytes) {
        Some((cms::ENVELOPED_DATA | cms::AUTH_ENVELOPED_DATA, _)) => Opened::Encrypted,
        Some((cms::SIGNED_DATA, _)) => match SignedData::read(bytes) {
            Some(SignedData { content: Some(content), content_type: cms::DATA, signers, .. })
                if !signers.is_empty() =>
            {
                Opened::Signed(content)
            }
            _ => Opened::Other,
        },
        _ => Opened::Other,
    }
}

/// What a message says of itself, and who is trusted.
pub(super) struct Claim<'a> {
    /// Address of `From`.
    pub from: &'a str,
    /// `Date`, for signers that do not say when they signed.
    pub written: Option<i64>,
    /// Certificates in DER.
    pub authorities: &'a [Vec<u8>],
}

/// Checks a signature. `content`: the signed part, unless it is in the structure itself.
pub(super) fn check(bytes: &[u8], content: Option<&[u8]>, claim: &Claim<'_>) -> Signature {
    if content.is_some() && bytes.len() > CMS {
        return Signature::NotVerified(Doubt::Malformed);
    }
    let Some(signed) = SignedData::read(bytes) else { return Signature::NotVerified(Doubt::Malformed) };
    let Some(content) = content.or(signed.content.as_deref()) else { return Signature::NotVerified(Doubt::Malformed) };
    // One signer that lies spoils the message; one that holds is enough.
    let mut result = Signature::NotVerified(Doubt::Malformed);
    for (place, signer) in signed.signers.iter().enumerate() {
        match check_signer(&signed, signer, content, claim) {
            Err(Fault::Flaw(flaw)) => return Signature::Invalid(flaw),
            Err(Fault::Doubt(doubt)) if place == 0 => result = Signature::NotVerified(doubt),
            Err(Fault::Doubt(_)) => {}
            Ok(valid) => {
                if !matches!(result, Signature::Valid { .. }) {
                    result = valid;
                }
            }
        }
    }
    result
}

enum Fault {
    Flaw(Flaw),
    Doubt(Doubt),
}

impl From<Doubt> for Fault {
    fn from(doubt: Doubt) -> Self {
        Fault::Doubt(doubt)
    }
}

fn check_signer(
    signed: &SignedData<'_>,
    signer: &Signer<'_>,
    content: &[u8],
    claim: &Claim<'_>,
) -> Result<Signature, Fault> {
    let hash = Hash::of(signer.digest.id)?;
    // Mail servers and clients change line ends; what is signed has CRLF (RFC 8551, section 3.1.1).
    let canonical = canonical(content);
    let contents = || [Some(content), canonical.as_deref()].into_iter().flatten();
    if signer.attributes.is_some() {
        let malformed = |()| Doubt::Malformed;
        let said = signer.attribute(MESSAGE_DIGEST).map_err(malformed)?.ok_or(Doubt::Malformed)?;
        if !contents().any(|content| digest(hash.digest(), content).as_ref() == said.data) {
            return Err(Fault::Flaw(Flaw::Changed));
        }
        let kind = signer.attribute(CONTENT_TYPE).map_err(malformed)?.ok_or(Doubt::Malformed)?;
        if kind.data != signed.content_type {
            return Err(Doubt::Malformed.into());
        }
    } else if signed.content_type != cms::DATA {
        return Err(Doubt::Malformed.into());
    }
    let (der, certificate) = certificate::find(&signed.certificates, &signer.id).ok_or(Doubt::NoCertificate)?;
    let algorithm = hash.algorithm(&signer.algorithm, &certificate)?;
    let key = UnparsedPublicKey::new(algorithm, &certificate.public_key().subject_public_key.data);
    let holds = |message: &[u8]| key.verify(message, &signer.signature).is_ok();
    match signer.signed_bytes() {
        Some(forms) if !forms.iter().any(|form| holds(form)) => return Err(Fault::Flaw(Flaw::Forged)),
        None if !contents().any(holds) => return Err(Fault::Flaw(Flaw::Changed)),
        _ => {}
    }
    let at = signer.attribute(SIGNING_TIME).ok().flatten().and_then(|time| ASN1Time::from_der(time.raw).ok());
    let at = at.map(|(_, time)| time.timestamp());
    let when = at.or(claim.written).unwrap_or_else(|| certificate.validity().not_before.timestamp());
    certificate::vouched_for(der, &certificate, &signed.certificates, claim.authorities, when)?;
    if !certificate::names(&certificate, claim.from) {
        return Err(Doubt::OtherAddress.into());
    }
    let (by, organisation) = certificate::holder(&certificate);
    Ok(Signature::Valid { by, organisation, at })
}

/// The content with CRLF at every line end; `None` if it has them.
fn canonical(content: &[u8]) -> Option<Vec<u8>> {
    let bare = memchr::memchr_iter(b'\n', content).any(|at| at == 0 || content.get(at - 1) != Some(&b'\r'));
    bare.then(|| {
        let mut out = Vec::with_capacity(content.len() + content.len() / 32);
        for line in content.split_inclusive(|b| *b == b'\n') {
            match line.strip_suffix(b"\n") {
                Some(text) => {
                    out.extend_from_slice(text.strip_suffix(b"\r").unwrap_or(text));
                    out.extend_from_slice(b"\r\n");
                }
                None => out.extend_from_slice(line),
            }
        }
        out
    })
}

/// Digests that signers use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// By its object identifier.
    fn of(id: &[u8]) -> Result<Hash, Doubt> {
        match id {
            b"\x2B\x0E\x03\x02\x1A" => Ok(Hash::Sha1),
            b"\x60\x86\x48\x01\x65\x03\x04\x02\x01" => Ok(Hash::Sha256),
            b"\x60\x86\x48\x01\x65\x03\x04\x02\x02" => Ok(Hash::Sha384),
            b"\x60\x86\x48\x01\x65\x03\x04\x02\x03" => Ok(Hash::Sha512),
            // MD5
            b"\x2A\x86\x48\x86\xF7\x0D\x02\x05" => Err(Doubt::Weak),
            _ => Err(Doubt::Unsupported),
        }
    }

    fn digest(self) -> &'static digest::Algorithm {
        match self {
            Hash::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Hash::Sha256 => &digest::SHA256,
            Hash::Sha384 => &digest::SHA384,
            Hash::Sha512 => &digest::SHA512,
        }
    }

    /// How a signature is checked: what signed it, with this digest and the key of that certificate.
    fn algorithm(
        self,
        said: &Algorithm<'_>,
        certificate: &X509Certificate<'_>,
    ) -> Result<&'static dyn VerificationAlgorithm, Doubt> {
        // 1.2.840.113549.1.1.x
        const RSA: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x01";
        // 1.2.840.10045.x
        const EC: &[u8] = b"\x2A\x86\x48\xCE\x3D";
        let hash = match said.id {
            // SHA-1 with RSA, SHA-1 with ECDSA
            [b'\x2A', .., 1, 1, 5] | [.., 4, 1] if said.id.starts_with(RSA) || said.id.starts_with(EC) => Hash::Sha1,
            [.., 1, 1, 11] | [.., 4, 3, 2] => Hash::Sha256,
            [.., 1, 1, 12] | [.., 4, 3, 3] => Hash::Sha384,
            [.., 1, 1, 13] | [.., 4, 3, 4] => Hash::Sha512,
            _ => self,
        };
        if hash != self {
            return Err(Doubt::Unsupported);
        }
        if self == Hash::Sha1 {
            return Err(Doubt::Weak);
        }
        match said.id {
            [rsa @ .., kind] if rsa == RSA => {
                let key = certificate.public_key().parsed().map_err(|_| Doubt::Malformed)?;
                if !matches!(key, x509_parser::public_key::PublicKey::RSA(_)) {
                    return Err(Doubt::Unsupported);
                }
                match key.key_size() {
                    ..2048 => return Err(Doubt::Weak),
                    8193.. => return Err(Doubt::Unsupported),
                    _ => {}
                }
                match (kind, self) {
                    (1 | 11, Hash::Sha256) => Ok(&signature::RSA_PKCS1_2048_8192_SHA256),
                    (1 | 12, Hash::Sha384) => Ok(&signature::RSA_PKCS1_2048_8192_SHA384),
                    (1 | 13, Hash::Sha512) => Ok(&signature::RSA_PKCS1_2048_8192_SHA512),
                    (10, _) => self.pss(said),
                    _ => Err(Doubt::Unsupported),
                }
            }
            id if id.starts_with(EC) => {
                let curve =
                    certificate.public_key().algorithm.parameters.as_ref().map(|curve| curve.data).unwrap_or_default();
                match (curve, self) {
                    (b"\x2A\x86\x48\xCE\x3D\x03\x01\x07", Hash::Sha256) => Ok(&signature::ECDSA_P256_SHA256_ASN1),
                    (b"\x2A\x86\x48\xCE\x3D\x03\x01\x07", Hash::Sha384) => Ok(&signature::ECDSA_P256_SHA384_ASN1),
                    (b"\x2B\x81\x04\x00\x22", Hash::Sha256) => Ok(&signature::ECDSA_P384_SHA256_ASN1),
                    (b"\x2B\x81\x04\x00\x22", Hash::Sha384) => Ok(&signature::ECDSA_P384_SHA384_ASN1),
                    _ => Err(Doubt::Unsupported),
                }
            }
            // Ed25519 (RFC 8419)
            b"\x2B\x65\x70" => Ok(&signature::ED25519),
            _ => Err(Doubt::Unsupported),
        }
    }

    /// RSA-PSS (RFC 4056): the digest of its parameters is this one, and the salt as long as it.
    fn pss(self, said: &Algorithm<'_>) -> Result<&'static dyn VerificationAlgorithm, Doubt> {
        let mut parts = said.parameters.map(|parameters| parameters.inside()).unwrap_or(Elements(&[]));
        let hash = parts.option(0).and_then(|hash| hash.inside().next()).and_then(Algorithm::read);
        // Without a field, it is SHA-1.
        let hash = hash.map_or(Ok(Hash::Sha1), |hash| Hash::of(hash.id))?;
        parts.option(1);
        let salt = parts.option(2).and_then(|salt| salt.inside().next()).map_or(&[20][..], |salt| salt.data);
        match (hash == self, self, salt) {
            (true, Hash::Sha256, [32]) => Ok(&signature::RSA_PSS_2048_8192_SHA256),
            (true, Hash::Sha384, [48]) => Ok(&signature::RSA_PSS_2048_8192_SHA384),
            (true, Hash::Sha512, [64]) => Ok(&signature::RSA_PSS_2048_8192_SHA512),
            _ => Err(Doubt::Unsupported),
        }
    }
}

#[cfg(test)]
mod tests;
