//! What an establishment configures about revocation. Plain data; [`crate::Checker::new`] says whether it can be used.

use std::path::PathBuf;
use std::sync::Arc;

use reqwest::dns::Resolve;
use rustls::time_provider::{DefaultTimeProvider, TimeProvider};
use url::Url;

use crate::pace::Pace;

/// What becomes of a certificate about which nothing is known: no list of its authority yet, or a list that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// The connection is refused.
    Required,
    /// The connection is made, and the journal says once that it was not checked. A certificate that a list names is
    /// refused all the same, were that list an old one.
    Preferred,
}

/// Which certificates are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The server's own.
    Leaf,
    /// The server's and those of all authorities between it and a root; that needs their issuers' lists too.
    Chain,
}

/// Where a list is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An `http` or `https` address. Clear HTTP is what RFC 5280 section 8 has authorities use: the list is signed.
    Address(Url),
    /// A file, read again as an address is asked again.
    File(PathBuf),
}

/// One source of lists, in DER (one list) or PEM (one or several).
#[derive(Clone, Debug)]
pub struct Source {
    /// Where.
    pub place: Place,
    /// The certificate (DER) of the only authority whose lists are taken from here, else any of
    /// [`Settings::authorities`].
    pub issuer: Option<Vec<u8>>,
}

impl Source {
    /// A source of lists of any configured authority.
    #[must_use]
    pub fn new(place: Place) -> Self {
        Self { place, issuer: None }
    }

    /// What the journal calls it: without anything that could be a secret.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.place {
            Place::Address(url) => {
                let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
            }
            Place::File(path) => path.display().to_string(),
        }
    }
}

/// How names of hosts become addresses; the system's way unless configured.
#[derive(Clone)]
pub struct Names(pub Arc<dyn Resolve>);

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Names")
    }
}

/// Everything about revocation; the same for every visit.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where lists are. Nothing else is ever asked, whatever a certificate names as its distribution point.
    pub sources: Vec<Source>,
    /// Certificates (DER) of the authorities whose lists are taken: roots, and those between them and the servers.
    pub authorities: Vec<Vec<u8>>,
    /// Certificates (DER) of the authorities of `https` addresses of lists. Such a server's own certificate is not
    /// looked up: its list may be the one being fetched.
    pub roots: Vec<Vec<u8>>,
    /// What becomes of the unknown.
    pub policy: Policy,
    /// Which certificates are looked up.
    pub depth: Depth,
    /// When lists are fetched.
    pub pace: Pace,
    /// The wall clock.
    pub clock: Arc<dyn TimeProvider>,
    /// How names of hosts become addresses, else the system's way.
    pub names: Option<Names>,
}

impl Settings {
    /// The server's certificate and no other, refused when nothing is known, at the usual pace.
    #[must_use]
    pub fn new(sources: Vec<Source>, authorities: Vec<Vec<u8>>) -> Self {
        Self {
            sources,
            authorities,
            roots: Vec::new(),
            policy: Policy::Required,
            depth: Depth::Leaf,
            pace: Pace::default(),
            clock: Arc::new(DefaultTimeProvider),
            names: None,
        }
    }

    /// Seconds since 1970; a clock before that counts as 1970.
    pub(crate) fn now(&self) -> u64 {
        self.clock.current_time().map_or(0, |time| time.as_secs())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_name_of_a_source_has_neither_password_nor_query() {
        let url = Url::parse("http://moi:tres-secret@crl.test:8080/ACI-EL-ORG.crl?jeton=tres-secret").unwrap();
        assert_eq!(Source::new(Place::Address(url)).name(), "http://crl.test:8080/ACI-EL-ORG.crl");
    }
}
