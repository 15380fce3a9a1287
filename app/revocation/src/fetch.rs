//! The bytes of a source, bounded in size and time, from where it was configured and nowhere else.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reqwest::header::{ETAG, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::redirect::{Action, Attempt, Policy};
use reqwest::{Client, StatusCode};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use url::Url;

use crate::error::Error;
use crate::settings::{Place, Settings};

/// Largest list, in bytes. Those of large public authorities have some ten million.
const LARGEST: usize = 20_000_000;

/// Who moved a list within its host has had these many chances to say so.
const REDIRECTS: usize = 3;

/// What a server calls one state of a list (RFC 9110 section 8.8): with it, a list that has not changed is not sent again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamp {
    etag: Option<HeaderValue>,
    modified: Option<HeaderValue>,
}

/// What a source gave.
#[derive(Debug)]
pub(crate) enum Got {
    /// All of it.
    All(Vec<u8>, Stamp),
    /// It is what it was.
    Same,
}

/// Fetches lists.
pub(crate) struct Fetcher(Client);

impl Fetcher {
    pub(crate) fn new(settings: &Settings, provider: &Arc<CryptoProvider>) -> Result<Self, Error> {
        let mut builder = Client::builder()
            .user_agent(concat!("Guichet/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::custom(on_the_same_host))
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .timeout(settings.pace.timeout)
            .tls_backend_preconfigured(tls(settings, provider)?);
        if let Some(names) = &settings.names {
            builder = builder.dns_resolver(Arc::clone(&names.0));
        }
        builder.build().map(Self).map_err(|e| Error::Settings(format!("HTTP client: {e}")))
    }

    /// All of a source, unless it still is what `stamp` names.
    pub(crate) async fn get(&self, place: &Place, stamp: Stamp) -> Result<Got, Error> {
        match place {
            Place::Address(url) => self.download(url, stamp).await,
            Place::File(path) => {
                let path: PathBuf = path.clone();
                let read = tokio::task::spawn_blocking(move || from_file(&path)).await;
                let bytes = read.map_err(|e| Error::File(std::io::Error::other(e)))??;
                Ok(Got::All(bytes, Stamp::default()))
            }
        }
    }

    async fn download(&self, url: &Url, stamp: Stamp) -> Result<Got, Error> {
        let mut request = self.0.get(url.clone());
        let asked = stamp != Stamp::default();
        for (name, value) in [(IF_NONE_MATCH, stamp.etag), (IF_MODIFIED_SINCE, stamp.modified)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let mut answer = request.send().await.map_err(named)?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_MODIFIED if asked => return Ok(Got::Same),
            other => return Err(Error::Status(other.as_u16())),
        }
        let header = |name| answer.headers().get(name).cloned();
        let stamp = Stamp { etag: header(ETAG), modified: header(LAST_MODIFIED) };
        if answer.content_length().is_some_and(|length| length > LARGEST as u64) {
            return Err(Error::TooLarge);
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(named)? {
            if bytes.len() + chunk.len() > LARGEST {
                return Err(Error::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Got::All(bytes, stamp))
    }
}

fn tls(settings: &Settings, provider: &Arc<CryptoProvider>) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    for der in &settings.roots {
        roots
            .add(CertificateDer::from_slice(der))
            .map_err(|e| Error::Settings(format!("the certificate of a root: {e}")))?;
    }
    let config = ClientConfig::builder_with_details(Arc::clone(provider), Arc::clone(&settings.clock))
        .with_safe_default_protocol_versions()
        .map_err(|e| Error::Settings(format!("TLS: {e}")))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// Never to another host, nor from TLS into the clear.
fn on_the_same_host(attempt: Attempt<'_>) -> Action {
    let to = attempt.url();
    let same = attempt.previous().first().is_some_and(|from| {
        from.host_str() == to.host_str() && (from.scheme() == to.scheme() || to.scheme() == "https")
    });
    if same && attempt.previous().len() <= REDIRECTS { attempt.follow() } else { attempt.error("redirected elsewhere") }
}

fn named(error: reqwest::Error) -> Error {
    let error = error.without_url();
    if error.is_redirect() {
        Error::Redirected
    } else if error.is_timeout() {
        Error::TimedOut
    } else {
        Error::Unreachable(Box::new(error))
    }
}

/// A file, and not a pipe or a device that would never end.
fn from_file(path: &Path) -> Result<Vec<u8>, Error> {
    if !std::fs::metadata(path).map_err(Error::File)?.is_file() {
        return Err(Error::File(std::io::ErrorKind::InvalidInput.into()));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(Error::File)?;
    file.take(LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(Error::File)?;
    if bytes.len() > LARGEST { Err(Error::TooLarge) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_file_that_is_none_or_too_large_is_said_before_it_is_in_memory() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(from_file(dir.path()), Err(Error::File(_))));
        assert!(matches!(from_file(&dir.path().join("none")), Err(Error::File(_))));
        assert!(matches!(from_file(Path::new("/dev/zero")), Err(Error::File(_))));
        let large = dir.path().join("large");
        File::create(&large).unwrap().set_len(LARGEST as u64).unwrap();
        assert_eq!(from_file(&large).unwrap().len(), LARGEST);
        File::create(&large).unwrap().set_len(LARGEST as u64 + 1).unwrap();
        assert!(matches!(from_file(&large), Err(Error::TooLarge)));
    }
}
