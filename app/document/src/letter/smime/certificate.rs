//! Certificates of signers: whose they are, what they are for, who vouches for them.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert, ring};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

use super::cms::SignerId;
use crate::letter::clean;
use crate::letter::limits::LINE;
use crate::letter::model::Doubt;

/// `id-kp-emailProtection`, 1.3.6.1.5.5.7.3.4
const MAIL: &[u8] = b"\x2B\x06\x01\x05\x05\x07\x03\x04";
/// What authorities sign certificates with.
const ALGORITHMS: [&dyn SignatureVerificationAlgorithm; 11] = [
    ring::RSA_PKCS1_2048_8192_SHA256,
    ring::RSA_PKCS1_2048_8192_SHA384,
    ring::RSA_PKCS1_2048_8192_SHA512,
    ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
    ring::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
    ring::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
    ring::ECDSA_P256_SHA256,
    ring::ECDSA_P256_SHA384,
    ring::ECDSA_P384_SHA256,
    ring::ECDSA_P384_SHA384,
    ring::ED25519,
];

/// The certificate that a signer names.
pub(super) fn find<'a>(certificates: &[&'a [u8]], id: &SignerId<'_>) -> Option<(&'a [u8], X509Certificate<'a>)> {
    certificates.iter().find_map(|der| {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let named = match id {
            SignerId::Issuer(issuer, serial) => {
                certificate.issuer().as_raw() == *issuer && certificate.raw_serial() == *serial
            }
            SignerId::Key(key) => key_identifier(&certificate) == Some(key),
        };
        named.then_some((*der, certificate))
    })
}

fn key_identifier<'a>(certificate: &X509Certificate<'a>) -> Option<&'a [u8]> {
    certificate.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        x509_parser::extensions::ParsedExtension::SubjectKeyIdentifier(key) => Some(key.0),
        _ => None,
    })
}

/// Whether an authority vouches for a certificate at a time, for mail and for signing.
pub(super) fn vouched_for(
    der: &[u8],
    certificate: &X509Certificate<'_>,
    others: &[&[u8]],
    authorities: &[Vec<u8>],
    at: i64,
) -> Result<(), Doubt> {
    if let Ok(Some(usage)) = certificate.key_usage()
        && !usage.value.digital_signature()
        && !usage.value.non_repudiation()
    {
        return Err(Doubt::OtherUse);
    }
    let roots: Vec<CertificateDer<'_>> = authorities.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let anchors: Vec<TrustAnchor<'_>> = roots.iter().filter_map(|root| anchor_from_trusted_cert(root).ok()).collect();
    let intermediates: Vec<CertificateDer<'_>> = others.iter().map(|der| CertificateDer::from(*der)).collect();
    let der = CertificateDer::from(der);
    let end = EndEntityCert::try_from(&der).map_err(doubt)?;
    let seconds = u64::try_from(at).map_err(|_| Doubt::Expired)?;
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let usage = KeyUsage::required_if_present(MAIL);
    end.verify_for_usage(&ALGORITHMS, &anchors, &intermediates, time, usage, None, None).map(drop).map_err(doubt)
}

fn doubt(error: Error) -> Doubt {
    match error {
        Error::CertExpired { .. } | Error::CertNotValidYet { .. } | Error::InvalidCertValidity => Doubt::Expired,
        Error::RequiredEkuNotFoundContext(_) | Error::EmptyEkuExtension | Error::CaUsedAsEndEntity => Doubt::OtherUse,
        Error::UnsupportedSignatureAlgorithmContext(_) | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
            Doubt::Weak
        }
        Error::UnsupportedCriticalExtension | Error::UnsupportedCertVersion => Doubt::Unsupported,
        Error::BadDer | Error::BadDerTime | Error::MalformedExtensions | Error::ExtensionValueInvalid => {
            Doubt::Malformed
        }
        _ => Doubt::UnknownAuthority,
    }
}

/// Whether a certificate names an address (RFC 8550, section 3): in its alternative names, or in its subject.
pub(super) fn names(certificate: &X509Certificate<'_>, address: &str) -> bool {
    let alternative = certificate.subject_alternative_name().ok().flatten();
    let alternative = alternative.iter().flat_map(|names| &names.value.general_names).filter_map(|name| match name {
        GeneralName::RFC822Name(address) => Some(*address),
        _ => None,
    });
    let subject = certificate.subject().iter_email().filter_map(|email| email.as_str().ok());
    !address.is_empty() && alternative.chain(subject).any(|known| known.trim().eq_ignore_ascii_case(address))
}

/// Who it is: given and family name where they are told apart, as on health cards, else the common name. And the
/// organisation.
pub(super) fn holder(certificate: &X509Certificate<'_>) -> (String, String) {
    let first = |id: &str| -> String {
        let values =
            certificate.subject().iter_attributes().filter(|attribute| attribute.attr_type().to_id_string() == id);
        values.filter_map(|value| value.as_str().ok()).next().map(|value| clean::line(value, LINE)).unwrap_or_default()
    };
    let (family, given, common) = (first("2.5.4.4"), first("2.5.4.42"), first("2.5.4.3"));
    let name = if family.is_empty() || given.is_empty() { common } else { format!("{given} {family}") };
    (name, first("2.5.4.10"))
}
