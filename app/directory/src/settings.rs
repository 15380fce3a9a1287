//! What an establishment configures. Nothing here has an address built in.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::error::Error;

/// How servers are reached and trusted.
#[derive(Clone)]
pub struct Network {
    /// Certificates (DER) of the authorities a server may descend from. The system's own are never used.
    pub roots: Vec<Vec<u8>>,
    /// A DNS server to ask instead of the system's.
    pub dns: Option<SocketAddr>,
    /// Fixed addresses of hosts, before any DNS.
    pub hosts: BTreeMap<String, IpAddr>,
    /// To open one connection, TLS included.
    pub connect: Duration,
    /// The `User-Agent` header.
    pub user_agent: String,
}

impl Network {
    /// The system's DNS, three seconds to connect.
    #[must_use]
    pub fn new(roots: Vec<Vec<u8>>) -> Self {
        Self {
            roots,
            dns: None,
            hosts: BTreeMap::new(),
            connect: Duration::from_secs(3),
            user_agent: concat!("Guichet/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network")
            .field("roots", &self.roots.len())
            .field("dns", &self.dns)
            .field("hosts", &self.hosts)
            .field("connect", &self.connect)
            .finish_non_exhaustive()
    }
}

/// The national directory.
#[derive(Debug)]
pub struct Settings {
    /// Base address of the FHIR service, such as `https://gateway.api.esante.gouv.fr/fhir/v2` (documented).
    pub base: Url,
    /// The key of the header `ESANTE-API-KEY` (documented).
    pub key: SecretString,
    /// City of the kiosk: of two equal answers, who works there comes first.
    pub near: Option<String>,
    /// For a whole search, waiting for its turn and one polite repetition included. The live service takes one to two
    /// seconds a request on its good days (witnessed, issue 331), and a search may need four.
    pub patience: Duration,
    /// How it is reached.
    pub network: Network,
}

impl Settings {
    /// Five seconds a search, no city.
    #[must_use]
    pub fn new(base: Url, key: SecretString, network: Network) -> Self {
        Self { base, key, near: None, patience: Duration::from_secs(5), network }
    }

    /// Checks what can be checked without a network.
    ///
    /// # Errors
    /// [`Error::Settings`] in words for IT.
    pub fn check(&self) -> Result<(), Error> {
        crate::directory::parts(self).map(|_| ())
    }
}

/// An address this crate may fetch: TLS, a host, no credentials in it.
pub(crate) fn https(url: &Url, what: &str) -> Result<(), Error> {
    if url.scheme() != "https" || url.host_str().is_none() || url.cannot_be_a_base() {
        return Err(Error::Settings(format!("{what} must be an https address")));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::Settings(format!("{what} must not carry a name or a password")));
    }
    Ok(())
}

/// `host:port` of an address, port always written.
pub(crate) fn authority(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn settings(base: &str) -> Settings {
        Settings::new(Url::parse(base).unwrap(), "cle-tres-secrete".into(), Network::new(vec![]))
    }

    #[test]
    fn an_address_off_tls_or_with_a_password_is_refused() {
        for base in ["http://a.test/fhir/v2", "https://moi:secret@a.test/fhir/v2", "file:///etc/passwd"] {
            let error = settings(base).check().unwrap_err();
            assert!(matches!(error, Error::Settings(_)), "{base}: {error:?}");
        }
    }

    #[test]
    fn without_an_authority_nothing_can_be_trusted() {
        let error = settings("https://a.test/fhir/v2").check().unwrap_err();
        assert_eq!(error.to_string(), "the configuration cannot be used: no certificate authority is configured");
    }

    #[test]
    fn printing_the_settings_shows_no_key() {
        assert!(!format!("{:?}", settings("https://a.test/")).contains("tres-secrete"));
    }
}
