//! A directory in front of the test site's server.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::time::Duration;

use annuaire::{Annuaire, HOST, KEY, Options};
use directory::{Directory, Entry, Found, Network, Query, Settings, Url};
use pki::Pki;

/// A server and a handle on it.
pub struct Desk {
    pub annuaire: Annuaire,
    pub directory: Directory,
}

pub fn pki() -> Pki {
    Pki::shared().unwrap()
}

/// The authorities of a PEM file, DER.
pub fn roots(file: &Path) -> Vec<Vec<u8>> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    CertificateDer::pem_file_iter(file).unwrap().map(|c| c.unwrap().to_vec()).collect()
}

pub fn network() -> Network {
    let mut network = Network::new(roots(&pki().mail_ca()));
    network.hosts.insert(HOST.into(), IpAddr::V4(Ipv4Addr::LOCALHOST));
    network
}

pub fn settings(annuaire: &Annuaire) -> Settings {
    let mut settings = Settings::new(Url::parse(&annuaire.base()).unwrap(), KEY.into(), network());
    // The kiosk stands in the hospital of the town.
    settings.near = Some("Moulinsart".into());
    settings
}

pub fn desk() -> Desk {
    desk_with(Options::default(), |_| {})
}

pub fn desk_with(options: Options, change: impl FnOnce(&mut Settings)) -> Desk {
    let annuaire = Annuaire::start(&pki(), options).unwrap();
    let mut settings = settings(&annuaire);
    change(&mut settings);
    let directory = Directory::new(settings).unwrap();
    Desk { annuaire, directory }
}

pub fn short(settings: &mut Settings) {
    settings.patience = Duration::from_millis(600);
}

impl Desk {
    /// Everything found for a text.
    pub async fn find(&self, text: &str) -> Vec<Entry> {
        self.found(text).await.people
    }

    pub async fn found(&self, text: &str) -> Found {
        let found = self.directory.search(&Query::new(text), 20).await.unwrap();
        assert!(found.missing.is_none(), "{:?}", found.missing);
        found
    }

    /// The paths asked for, such as `Practitioner`.
    pub fn asked(&self) -> Vec<String> {
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        self.annuaire.seen().iter().map(|seen| last(&seen.path)).collect()
    }
}

/// The addresses of entries.
pub fn addresses(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.address.as_str()).collect()
}
