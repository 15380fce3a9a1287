//! The mailbox against Debian's Dovecot, over real DNS and TLS.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

#[path = "login/desk.rs"]
#[allow(dead_code, reason = "the login tests use the rest")]
mod desk;
#[path = "mail/list.rs"]
mod list;
#[path = "mail/live.rs"]
mod live;
#[path = "mail/provider.rs"]
mod provider;
#[path = "mail/reach.rs"]
mod reach;

use std::path::Path;
use std::time::Duration;

use mail::{Error, Mailbox, News, Opened, Server, ServerSource, Settings, Tls};
use pki::Pki;
use secrecy::SecretString;
use site::dns::{self, Dns, Service};
use site::mail::{Mail, Options, PERSONAL};
use tempfile::TempDir;

/// A site with a mail server and a DNS server.
struct Site {
    pki: Pki,
    mail: Mail,
    dns: Dns,
    _dir: TempDir,
}

impl Site {
    fn start() -> Site {
        Site::with(Options::default())
    }

    fn with(options: Options) -> Site {
        let pki = Pki::shared().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let mail = Mail::start(dir.path(), &pki, options).unwrap();
        let zone =
            dns::Options { imap: Service::here(mail.imap()), imaps: Service::here(mail.imaps()), ..Default::default() };
        Site { pki, mail, dns: Dns::start(&zone).unwrap(), _dir: dir }
    }

    fn server(&self, tls: Tls) -> Server {
        let port = if tls == Tls::Implicit { self.mail.imaps() } else { self.mail.imap() };
        Server { host: "imap.mss.test".into(), port, tls }
    }

    fn settings(&self, tls: Tls) -> Settings {
        self.settings_for(ServerSource::Fixed(self.server(tls)))
    }

    fn settings_for(&self, source: ServerSource) -> Settings {
        let mut settings = Settings::new(source, roots(&self.pki.mail_ca()));
        settings.dns = Some(self.dns.address());
        settings
    }

    async fn open(&self, tls: Tls) -> Opened {
        open(&self.settings(tls), PERSONAL, &token()).await.unwrap()
    }
}

fn roots(file: &Path) -> Vec<Vec<u8>> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    CertificateDer::pem_file_iter(file).unwrap().map(|c| c.unwrap().to_vec()).collect()
}

fn token() -> SecretString {
    SecretString::from("jeton-du-medecin")
}

async fn open(settings: &Settings, address: &str, token: &SecretString) -> Result<Opened, Error> {
    Mailbox::prepare(settings, address).await?.open(address, token, 50).await
}

async fn news(opened: &mut Opened) -> News {
    tokio::time::timeout(Duration::from_secs(20), opened.news.recv()).await.expect("no news").expect("no session")
}
