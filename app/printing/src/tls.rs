//! TLS settings: ring given explicitly, configured authorities and pinned printers only, the kiosk's own clock.
//!
//! There is no way to accept a certificate that is neither signed by a configured authority nor pinned. With a pin, names and
//! dates do not count; the handshake's signature does, so that showing the right certificate is not enough.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::version::{TLS12, TLS13};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme,
};
use sha2::{Digest, Sha256};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::error::{Distrust, Error};
use crate::settings::{Pin, Settings};

/// What the last refused certificate was, for the error.
#[derive(Clone, Debug, Default)]
pub(crate) struct Witness(Arc<Mutex<Option<(Distrust, String)>>>);

impl Witness {
    fn note(&self, why: Distrust, seen: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((why, seen));
    }

    /// In which way it was refused, and the SHA-256 of its public key.
    pub(crate) fn seen(&self) -> (Distrust, String) {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.clone().unwrap_or((Distrust::Broken, String::new()))
    }
}

/// The client's side of TLS for one printer, and who remembers what was refused.
pub(crate) fn config(settings: &Settings) -> Result<(ClientConfig, Witness), Error> {
    let provider = Arc::new(ring::default_provider());
    let witness = Witness::default();
    let verifier = Verifier {
        authorities: authorities(settings, &provider)?,
        pins: settings.trust.pins.clone(),
        provider: Arc::clone(&provider),
        witness: witness.clone(),
    };
    if verifier.authorities.is_none() && verifier.pins.is_empty() {
        return Err(Error::Settings("neither an authority nor a fingerprint of the printer is configured".to_owned()));
    }
    let config = ClientConfig::builder_with_details(provider, Arc::new(settings.clock.clone()))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|e| Error::Settings(format!("TLS: {e}")))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok((config, witness))
}

fn authorities(
    settings: &Settings,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Arc<WebPkiServerVerifier>>, Error> {
    if settings.trust.roots.is_empty() {
        return Ok(None);
    }
    let mut roots = RootCertStore::empty();
    for der in &settings.trust.roots {
        roots
            .add(CertificateDer::from_slice(der))
            .map_err(|e| Error::Settings(format!("an authority's certificate: {e}")))?;
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map_err(|e| Error::Settings(format!("the authorities: {e}")))?;
    Ok(Some(verifier))
}

#[derive(Debug)]
struct Verifier {
    authorities: Option<Arc<WebPkiServerVerifier>>,
    pins: Vec<Pin>,
    provider: Arc<CryptoProvider>,
    witness: Witness,
}

impl Verifier {
    fn is_pinned(&self, certificate: &[u8], key: Option<&[u8; 32]>) -> bool {
        let certificate: [u8; 32] = Sha256::digest(certificate).into();
        self.pins.iter().any(|pin| match pin {
            Pin::Certificate(digest) => *digest == certificate,
            Pin::PublicKey(digest) => Some(digest) == key,
        })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let key = public_key(end_entity);
        if self.is_pinned(end_entity, key.as_ref()) {
            return Ok(ServerCertVerified::assertion());
        }
        let verdict = match &self.authorities {
            Some(authorities) => {
                authorities.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            None => Err(CertificateError::UnknownIssuer.into()),
        };
        verdict.inspect_err(|refusal| {
            let seen = key.map(|key| hexadecimal(&key)).unwrap_or_default();
            self.witness.note(distrust(refusal), seen);
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
            .inspect_err(|_| self.witness.note(Distrust::Broken, String::new()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
            .inspect_err(|_| self.witness.note(Distrust::Broken, String::new()))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// In which way webpki refuses.
fn distrust(refusal: &TlsError) -> Distrust {
    let TlsError::InvalidCertificate(why) = refusal else { return Distrust::Broken };
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Distrust::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Distrust::NotYetValid,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Distrust::OtherName,
        CertificateError::BadEncoding | CertificateError::BadSignature => Distrust::Broken,
        _ => Distrust::Unknown,
    }
}

/// SHA-256 of a certificate's SubjectPublicKeyInfo.
fn public_key(certificate: &[u8]) -> Option<[u8; 32]> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    Some(Sha256::digest(certificate.tbs_certificate.subject_pki.raw).into())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use url::Url;

    use super::*;

    #[test]
    fn a_printer_nobody_vouches_for_is_not_configured() {
        let settings = Settings::new(Url::parse("ipps://p/ipp/print").unwrap());
        assert!(matches!(config(&settings), Err(Error::Settings(_))));
    }

    #[test]
    fn what_is_not_a_certificate_is_no_authority() {
        let mut settings = Settings::new(Url::parse("ipps://p/ipp/print").unwrap());
        settings.trust.roots.push(b"pas un certificat".to_vec());
        assert!(matches!(config(&settings), Err(Error::Settings(_))));
    }

    #[test]
    fn what_is_not_a_certificate_has_no_public_key() {
        assert_eq!(public_key(b"pas un certificat"), None);
    }
}
