//! Where a kiosk stands: its servers, its configuration file, and what the servers know of it afterwards.

use crate::eventually;
use annuaire::Annuaire;
use guichet::config::{Config, Server, Tls};
use pki::Pki;
use printer::Printer;
use serde_json::Value;
use site::dns::Dns;
use site::mail::Mail;
use site::provider::Provider;
use site::submission::Submission;
use site::whole::{Kiosk, Office, Options, Site};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use tempfile::TempDir;

/// A site without its reader, or a desert.
pub struct Place {
    /// Its certificates.
    pub pki: Pki,
    /// Its identity provider.
    pub provider: Option<Provider>,
    /// Its mail operator.
    pub mail: Option<Mail>,
    /// Its submission server.
    pub submission: Option<Submission>,
    /// Its directory and white list.
    pub annuaire: Option<Annuaire>,
    /// Its printer.
    pub printer: Option<Printer>,
    /// The operator of its service's mailbox.
    pub office: Option<Office>,
    /// Its names.
    pub dns: Option<Dns>,
    /// Where its files are.
    pub dir: PathBuf,
    file: PathBuf,
    _dir: TempDir,
}

impl Place {
    /// A whole site of 200 messages.
    #[must_use]
    pub fn ordinary() -> Self {
        Self::with(Options::default(), &Kiosk::default())
    }

    /// A whole site where messages are answered, with a handful of real letters on top.
    #[must_use]
    pub fn at_work() -> Self {
        Self::with(Options { sending: true, letters: true, ..Options::default() }, &Kiosk::default())
    }

    /// A whole site.
    ///
    /// # Panics
    /// When a server is missing or does not start.
    #[must_use]
    pub fn with(options: Options, kiosk: &Kiosk) -> Self {
        let (dir, pki) = folder();
        let options = Options { without_reader: true, ..options };
        let site = Site::start(dir.path(), options, &|_| {}).unwrap();
        let file = site.configure(kiosk).unwrap();
        let Site { provider, mail, submission, annuaire, printer, office, dns, dir: at, .. } = site;
        let (provider, mail, dns) = (Some(provider), Some(mail), Some(dns));
        Self { pki, provider, mail, submission, annuaire, printer, office, dns, dir: at, file, _dir: dir }
    }

    /// A configuration and nobody behind it: for what happens before any server is needed.
    ///
    /// # Panics
    /// When files cannot be written.
    #[must_use]
    pub fn deserted() -> Self {
        let (dir, pki) = folder();
        let at = dir.path().to_path_buf();
        let secret = at.join("borne.secret");
        fs::write(&secret, site::provider::CLIENT_SECRET).unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
        let file = at.join("site.toml");
        fs::write(&file, include_str!("../../app/guichet/examples/test-site.toml")).unwrap();
        let (provider, mail, submission, annuaire, printer, dns) = (None, None, None, None, None, None);
        Self { pki, provider, mail, submission, annuaire, printer, office: None, dns, dir: at, file, _dir: dir }
    }

    /// The kiosk's configuration, read by the program's own code.
    ///
    /// # Panics
    /// When that code refuses it.
    #[must_use]
    pub fn config(&self) -> Config {
        let config = Config::load(&self.file).unwrap_or_else(|problem| panic!("{problem}"));
        let problems = guichet::check::problems(&config);
        assert!(problems.is_empty(), "{problems:?}");
        config
    }

    /// The same, with one BAL for the doctor: no choice is asked.
    #[must_use]
    pub fn config_for_one_box(&self) -> Config {
        let mut config = self.config();
        config.mailboxes.retain(|mailbox| mailbox.address == site::mail::PERSONAL);
        config
    }

    /// The provider.
    ///
    /// # Panics
    /// In a desert.
    #[must_use]
    pub fn provider(&self) -> &Provider {
        self.provider.as_ref().expect("a provider")
    }

    /// The operator of the service's mailbox.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn office(&self) -> &Office {
        self.office.as_ref().expect("an operator of a service's mailbox")
    }

    /// The mail operator.
    ///
    /// # Panics
    /// In a desert.
    #[must_use]
    pub fn mail(&self) -> &Mail {
        self.mail.as_ref().expect("a mail operator")
    }

    /// Makes something go wrong at the provider; `{}` ends it.
    ///
    /// # Panics
    /// When it does not answer.
    #[allow(clippy::needless_pass_by_value, reason = "reads as a sentence")]
    pub fn fault(&self, fault: Value) {
        self.provider().fault(&fault).unwrap();
    }

    /// Another mail server of the same operator, with another certificate, and the configuration that leads to it.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn mail_with(&self, certificate: pki::Pair) -> (Mail, Config, TempDir) {
        let dir = tempfile::tempdir().unwrap();
        let tokens =
            site::mail::Tokens::Introspection { url: self.provider().introspection_url(), ca: self.pki.provider_ca() };
        let options = site::mail::Options {
            messages: 4,
            tokens,
            certificate: Some(certificate),
            ..site::mail::Options::default()
        };
        let mail = Mail::start(dir.path(), &self.pki, options).unwrap();
        let mut config = self.config_for_one_box();
        config.mail.server = Some(server(mail.imap()));
        (mail, config, dir)
    }

    /// How many IMAP sessions are open now, as the server counts them.
    #[must_use]
    pub fn mail_sessions(&self) -> usize {
        self.mail_sessions_of("@mss.test")
    }

    /// The same, of one BAL.
    ///
    /// # Panics
    /// When the server does not answer.
    #[must_use]
    pub fn mail_sessions_of(&self, address: &str) -> usize {
        self.mail().doveadm(&["who", "-1"], b"").unwrap().lines().filter(|line| line.contains(address)).count()
    }

    /// What happened inside the provider, by name, how often.
    ///
    /// # Panics
    /// When it does not answer.
    #[must_use]
    pub fn times(&self, event: &str) -> usize {
        self.provider().events().unwrap().iter().filter(|name| *name == event).count()
    }

    /// Requests the provider has had whose path ends so.
    ///
    /// # Panics
    /// When it does not answer.
    #[must_use]
    pub fn asked_for(&self, end: &str) -> usize {
        let requests = self.provider().requests().unwrap();
        requests.iter().filter(|request| request["path"].as_str().is_some_and(|path| path.ends_with(end))).count()
    }

    /// Waits until the kiosk has no connection left to any server.
    pub fn nobody_is_connected(&self) {
        eventually("all IMAP sessions closed", || self.mail_sessions() == 0);
        if let Some(provider) = &self.provider {
            // Not as the provider counts them: Dovecot keeps some, to ask about tokens.
            let ports = [provider.port(), provider.card_port(), provider.mutual_port()];
            eventually("all connections to the provider closed", || own_connections_to(&ports) == 0);
        }
    }

    /// Waits until the provider has ended as many sessions as it had opened, with their tokens.
    pub fn sessions_ended(&self, count: usize) {
        eventually("logged out at the provider", || self.times("end_session.success") == count);
        eventually("the provider's sessions destroyed", || self.times("session.destroyed") >= count);
        eventually("access and refresh token revoked", || self.asked_for("/revoke") >= 2 * count);
    }
}

/// The site's mail server under its own name, at a port of one's choice.
#[must_use]
pub fn server(port: u16) -> Server {
    Server { host: "imap.mss.test".into(), port, tls: Tls::StartTls }
}

/// A folder with the keys all tests share.
fn folder() -> (TempDir, Pki) {
    let dir = tempfile::tempdir().unwrap();
    let pki = Pki::shared().unwrap();
    symlink(pki.dir(), dir.path().join("pki")).unwrap();
    (dir, pki)
}

/// Connections of this process, the kiosk's, to these ports of 127.0.0.1, half-closed ones too.
fn own_connections_to(ports: &[u16]) -> usize {
    let name = |entry: fs::DirEntry| Some(fs::read_link(entry.path()).ok()?.to_string_lossy().into_owned());
    let own: Vec<String> = fs::read_dir("/proc/self/fd").unwrap().flatten().filter_map(name).collect();
    // proc(5): local address, remote address, state; the inode is the tenth field.
    let table = fs::read_to_string("/proc/self/net/tcp").unwrap();
    let theirs = |line: &&str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let port = fields.get(2).and_then(|remote| u16::from_str_radix(remote.rsplit(':').next()?, 16).ok());
        port.is_some_and(|port| ports.contains(&port))
            && fields.get(9).is_some_and(|inode| own.contains(&format!("socket:[{inode}]")))
    };
    table.lines().skip(1).filter(theirs).count()
}
