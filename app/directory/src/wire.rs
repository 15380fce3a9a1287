//! One request, one bounded answer, over TLS only.

use std::sync::Arc;
use std::time::Duration;

use https::Names;
use reqwest::header::HeaderMap;
use reqwest::{Client, Request, StatusCode};
use rustls::pki_types::CertificateDer;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore};

use crate::error::Error;
use crate::settings::{Network, authority};
use crate::trouble;

/// Servers close idle connections after as little as five seconds: an older one is opened again.
const FRESH: Duration = Duration::from_secs(3);

/// The connection to one server.
pub(crate) struct Wire {
    client: Client,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(network: &Network) -> Result<Self, Error> {
        let names = Names::new(network.dns, &network.hosts, network.connect)
            .map_err(|e| Error::Settings(format!("dns: {e}")))?;
        let client = Client::builder()
            .user_agent(&network.user_agent)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .https_only(true)
            .no_proxy()
            .connect_timeout(network.connect)
            .tcp_user_timeout(network.connect)
            .pool_idle_timeout(FRESH)
            // One request at a time: a second connection would only be one that was left behind.
            .pool_max_idle_per_host(1)
            .dns_resolver(Arc::new(names))
            .tls_backend_preconfigured(trust(network)?)
            .build()
            .map_err(|e| Error::Settings(format!("HTTP client: {e}")))?;
        Ok(Self { client })
    }

    /// Sends one request and reads the whole answer, up to `most` bytes. Dropping the future closes the connection.
    pub(crate) async fn send(&self, request: Request, most: usize) -> Result<Answer, Error> {
        let host = authority(request.url());
        let failed = |error| trouble::name(error, &host);
        let mut response = self.client.execute(request).await.map_err(failed)?;
        if response.content_length().is_some_and(|length| length > most as u64) {
            return Err(Error::TooLarge);
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > most {
                return Err(Error::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body })
    }
}

/// ring given explicitly, the configured authorities and nothing else.
fn trust(network: &Network) -> Result<ClientConfig, Error> {
    if network.roots.is_empty() {
        return Err(Error::Settings("no certificate authority is configured".to_owned()));
    }
    let mut roots = RootCertStore::empty();
    for der in &network.roots {
        roots
            .add(CertificateDer::from_slice(der))
            .map_err(|e| Error::Settings(format!("an authority's certificate: {e}")))?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|e| Error::Settings(format!("TLS: {e}")))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
