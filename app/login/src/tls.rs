//! TLS settings: ring given explicitly, configured roots only, the kiosk's own clock.

use std::sync::Arc;

use rustls::client::{Resumption, WantsClientCert};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, SupportedProtocolVersion};
use secrecy::ExposeSecret;

use crate::error::Error;
use crate::settings::{ClientAuth, Settings};
use crate::slot::{CardCertificate, Slot};

/// The configured authorities, and nothing else.
pub(crate) fn roots(settings: &Settings) -> Result<Arc<RootCertStore>, Error> {
    let mut roots = RootCertStore::empty();
    for der in &settings.roots {
        roots
            .add(CertificateDer::from_slice(der))
            .map_err(|e| Error::Settings(format!("an authority's certificate: {e}")))?;
    }
    Ok(Arc::new(roots))
}

/// Everything but the client's own certificate.
fn builder(
    settings: &Settings,
    roots: &Arc<RootCertStore>,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_details(provider, Arc::new(settings.clock.clone()))
        .with_protocol_versions(versions)
        .map_err(|e| Error::Settings(format!("TLS: {e}")))?;
    let Some(revocation) = &settings.revocation else {
        return Ok(builder.with_root_certificates(Arc::clone(roots)));
    };
    let verifier = revocation.verifier(roots).map_err(|e| Error::Settings(e.to_string()))?;
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier))
}

/// Without a client certificate.
pub(crate) fn plain(settings: &Settings, roots: &Arc<RootCertStore>) -> Result<ClientConfig, Error> {
    let config = builder(settings, roots, &[&TLS13, &TLS12])?.with_no_client_auth();
    Ok(each_checked(settings, config))
}

/// For the back channel: with the establishment's certificate where that is how the client proves itself.
pub(crate) fn back_channel(settings: &Settings, roots: &Arc<RootCertStore>) -> Result<Option<ClientConfig>, Error> {
    let ClientAuth::TlsCertificate { chain, key } = &settings.client_auth else {
        return Ok(None);
    };
    let chain = chain.iter().cloned().map(CertificateDer::from).collect();
    let key = PrivateKeyDer::try_from(key.expose_secret().clone())
        .map_err(|e| Error::Settings(format!("the client's key: {e}")))?;
    let config = builder(settings, roots, &[&TLS13, &TLS12])?
        .with_client_auth_cert(chain, key)
        .map_err(|e| Error::Settings(format!("the client's certificate: {e}")))?;
    Ok(Some(each_checked(settings, config)))
}

/// A resumed session would not ask the revocation lists again.
fn each_checked(settings: &Settings, mut config: ClientConfig) -> ClientConfig {
    if settings.revocation.is_some() {
        config.resumption = Resumption::disabled();
    }
    config
}

/// For card hosts. A card without PSS cannot sign for TLS 1.3, and a server that may choose would choose 1.3:
/// such a card is only ever offered in TLS 1.2.
pub(crate) fn card(
    settings: &Settings,
    roots: &Arc<RootCertStore>,
    slot: Arc<Slot>,
    pss: bool,
) -> Result<ClientConfig, Error> {
    let versions: &[&SupportedProtocolVersion] = if pss { &[&TLS13, &TLS12] } else { &[&TLS12] };
    let mut config = builder(settings, roots, versions)?.with_client_cert_resolver(Arc::new(CardCertificate(slot)));
    // A resumed session would not ask the card again.
    config.resumption = Resumption::disabled();
    Ok(config)
}
