//! The mail operator of the test site: Debian's Dovecot, IMAP over STARTTLS and implicit TLS, mailboxes opened by access
//! tokens.
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! let pki = pki::Pki::shared()?;
//! let dir = tempfile::tempdir()?;
//! let mail = site::mail::Mail::start(dir.path(), &pki, site::mail::Options::default())?;
//! println!("imap.mss.test:{} (STARTTLS), :{} (TLS)", mail.imap(), mail.imaps());
//! # Ok(()) }
//! ```
//!
//! Whose mailbox is whose is [`MAILBOXES`]. A token says who somebody is; Dovecot asks the provider ([`Tokens`]).

mod document;
mod messages;
mod store;
mod tokens;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use guard::{Guard, free_port};
use pki::{Pair, Pki};
use rustix::process::{getgid, getuid};

pub use messages::{LARGE, NEWEST, UNREAD};

/// National identifier of the doctor, Tryphon TOURNESOL.
pub const DOCTOR: &str = "899700012345";
/// National identifier of the nurse, Bianca CASTAFIORE.
pub const NURSE: &str = "899700054321";
/// National identifier of the doctor with a CPS4, Hans KROLLSPELL.
pub const DOCTOR_CPS4: &str = "899700067890";
/// The doctor's own mailbox, the large one.
pub const PERSONAL: &str = "tryphon.tournesol@mss.test";
/// The mailbox of a service, shared by the doctor and the nurse.
pub const SHARED: &str = "secretariat.cardiologie@mss.test";
/// A mailbox of nobody here.
pub const FOREIGN: &str = "autre.medecin@mss.test";

/// Mailboxes and who may open them.
pub const MAILBOXES: [(&str, &[&str]); 5] = [
    (PERSONAL, &[DOCTOR]),
    (SHARED, &[DOCTOR, NURSE, crate::canaille::MARIE, crate::canaille::PAUL]),
    ("bianca.castafiore@mss.test", &[NURSE]),
    ("hans.krollspell@mss.test", &[DOCTOR_CPS4]),
    (FOREIGN, &["899700099999"]),
];

/// How Dovecot checks tokens.
#[derive(Clone, Debug)]
pub enum Tokens {
    /// Asks a provider (RFC 7662).
    Introspection {
        /// Address, with the credentials of its client inside.
        url: String,
        /// Authority of its certificate.
        ca: PathBuf,
    },
    /// Asks the organisational provider, which knows people by their login.
    Office {
        /// Address, with the credentials of its client inside.
        url: String,
        /// Authority of its certificate.
        ca: PathBuf,
    },
    /// Checks signatures itself.
    Jwt {
        /// Issuer in the tokens.
        issuer: String,
        /// Key identifier and public key (PEM), an RS256 key.
        key: (String, String),
        /// Clients the tokens may be for (`azp`).
        clients: Vec<String>,
    },
    /// Knows this list: token and national identifier. No provider needed.
    List(Vec<(String, String)>),
}

/// How the operator is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// Messages in the doctor's inbox: [`LARGE`], or a small number for a quick test.
    pub messages: u32,
    /// How tokens are checked.
    pub tokens: Tokens,
    /// Server certificate, else the good one.
    pub certificate: Option<Pair>,
    /// SASL mechanisms offered.
    pub mechanisms: &'static str,
    /// Ports of STARTTLS and implicit TLS, else free ones.
    pub ports: Option<(u16, u16)>,
    /// Arrival of the newest message, seconds since 1970.
    pub newest: i64,
    /// Lines added to Dovecot's configuration, as [`crate::submission::Plan::dovecot`] makes them.
    pub more: String,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            messages: 200,
            tokens: Tokens::List(vec![
                ("jeton-du-medecin".into(), DOCTOR.into()),
                ("jeton-de-linfirmiere".into(), NURSE.into()),
            ]),
            certificate: None,
            mechanisms: "xoauth2 oauthbearer",
            ports: None,
            newest: NEWEST,
            more: String::new(),
        }
    }
}

/// Dovecot at work; ended when dropped, and also if this process dies.
#[derive(Debug)]
pub struct Mail {
    dir: PathBuf,
    imap: u16,
    imaps: u16,
    server: Option<Guard>,
}

impl Mail {
    /// Fills `dir` (configuration, mailboxes, logs) and starts Dovecot on it.
    ///
    /// Runs as root, where the mailboxes belong to an unprivileged number, or as an ordinary user, where everything
    /// does. Messages are made once for all sites of one build.
    ///
    /// # Errors
    /// When Dovecot is missing or does not start; its log is in the message.
    pub fn start(dir: &Path, pki: &Pki, options: Options) -> Result<Self> {
        fs::create_dir_all(dir)?;
        let dir = dir.canonicalize()?.join("dovecot");
        fs::create_dir_all(&dir)?;
        let root = getuid().is_root();
        let owner = if root { (5000, 5000) } else { (getuid().as_raw(), getgid().as_raw()) };
        store::open_path(&dir)?;
        for (address, _) in MAILBOXES {
            let count = if address == PERSONAL { options.messages } else { options.messages.min(200) / 4 };
            let made = cache()?.join(format!("{address}-{count}-{}", options.newest));
            store::make(&made, address, count, options.newest, owner)?;
            let home = dir.join("boxes").join(address);
            if !home.exists() {
                store::copy(&made.join("home"), &home, owner)?;
            }
        }
        let (imap, imaps) = options.ports.map_or_else(|| Ok::<_, anyhow::Error>((free_port()?, free_port()?)), Ok)?;
        let certificate = options.certificate.clone().unwrap_or_else(|| pki.mail());
        write_owners(&dir, None)?;
        write_tokens(&dir, &options.tokens)?;
        let user = user_name()?;
        let rootless = format!(
            "default_internal_user = {user}\ndefault_login_user = {user}\ndefault_internal_group = {}\n",
            group_name()?
        );
        let mut config = include_str!("../dovecot/dovecot.conf").to_owned();
        for (word, value) in [
            ("@DIR@", dir.display().to_string()),
            ("@CERT@", certificate.cert.display().to_string()),
            ("@KEY@", certificate.key.display().to_string()),
            ("@MECHANISMS@", options.mechanisms.to_owned()),
            ("@UID@", owner.0.to_string()),
            ("@GID@", owner.1.to_string()),
            ("@IMAP@", imap.to_string()),
            ("@IMAPS@", imaps.to_string()),
            ("@CHROOT@", if root { String::new() } else { "  chroot =".into() }),
            ("@ROOTLESS@", if root { String::new() } else { rootless }),
        ] {
            config = config.replace(word, &value);
        }
        config.push_str(&options.more);
        fs::write(dir.join("dovecot.conf"), config)?;
        let mut mail = Mail { dir, imap, imaps, server: None };
        mail.restart()?;
        Ok(mail)
    }

    /// Starts it again after [`Mail::stop`], on the same ports.
    ///
    /// # Errors
    /// As [`Mail::start`].
    pub fn restart(&mut self) -> Result<()> {
        self.stop();
        self.server = Some(Guard::start(&format!("dovecot -F -c '{}'", self.dir.join("dovecot.conf").display()))?);
        let deadline = Instant::now() + Duration::from_secs(20);
        while !greets(self.imap) {
            if Instant::now() > deadline {
                bail!("Dovecot does not start:\n{}", self.log());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Nobody may open this mailbox from the next authentication on.
    ///
    /// # Errors
    /// When the list cannot be written.
    pub fn withdraw(&self, address: &str) -> Result<()> {
        write_owners(&self.dir, Some(address))
    }

    /// Ends it: connections break, ports are closed.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Its directory: `run` holds its sockets.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Port of IMAP with STARTTLS.
    #[must_use]
    pub fn imap(&self) -> u16 {
        self.imap
    }

    /// Port of IMAP inside TLS.
    #[must_use]
    pub fn imaps(&self) -> u16 {
        self.imaps
    }

    /// Dovecot's log.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.join("dovecot.log")).unwrap_or_default()
    }

    /// Delivers a message, as new mail comes.
    ///
    /// # Errors
    /// When `doveadm` refuses.
    pub fn deliver(&self, address: &str, subject: &str) -> Result<()> {
        let text = format!(
            "From: Laboratoire <resultats.tournesol@mss.test>\r\nTo: <{address}>\r\nSubject: {subject}\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBonjour.\r\n"
        );
        self.deliver_bytes(address, "INBOX", text.as_bytes())
    }

    /// Stores a whole message in a folder, as it is.
    ///
    /// # Errors
    /// When `doveadm` refuses.
    pub fn deliver_bytes(&self, address: &str, folder: &str, message: &[u8]) -> Result<()> {
        self.doveadm(&["save", "-u", address, "-m", folder], message).map(|_| ())
    }

    /// Runs `doveadm` on this site, as another program of the operator would.
    ///
    /// # Errors
    /// When it refuses.
    pub fn doveadm(&self, arguments: &[&str], input: &[u8]) -> Result<String> {
        let mut child = Command::new("doveadm")
            .arg("-c")
            .arg(self.dir.join("dovecot.conf"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start doveadm")?;
        child.stdin.take().context("no input of doveadm")?.write_all(input)?;
        let done = child.wait_with_output()?;
        ensure!(
            done.status.success(),
            "doveadm {arguments:?}: {}{}",
            String::from_utf8_lossy(&done.stderr),
            self.log()
        );
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    }
}

impl Drop for Mail {
    fn drop(&mut self) {
        self.stop();
    }
}

fn greets(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let mut start = [0; 4];
    stream.read_exact(&mut start).is_ok() && &start == b"* OK"
}

/// Messages made for all tests of one build.
fn cache() -> Result<PathBuf> {
    let exe = std::env::current_exe()?;
    let folder = exe.parent().context("this program has no folder")?;
    let build = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    Ok(build.join("test-mail"))
}

fn write_owners(dir: &Path, withdrawn: Option<&str>) -> Result<()> {
    let mut lines = String::new();
    for (address, owners) in MAILBOXES.into_iter().filter(|(address, _)| Some(*address) != withdrawn) {
        for owner in owners {
            lines.push_str(&format!("{owner}/{address}:::::::nopassword=y user={address}\n"));
        }
    }
    Ok(fs::write(dir.join("owners"), lines)?)
}

fn write_tokens(dir: &Path, tokens: &Tokens) -> Result<()> {
    let introspection = |who, scope, url: &str, ca: &str| {
        let text = include_str!("../dovecot/introspection.conf.ext");
        let words = [("@WHO@", who), ("@SCOPE@", scope), ("@URL@", url), ("@CA@", ca)];
        words.iter().fold(text.to_owned(), |text, (word, value)| text.replace(word, value))
    };
    let trusting = |ca: &Path| format!("tls_ca_cert_file = {}", ca.display());
    let text = match tokens {
        Tokens::Introspection { url, ca } => introspection("SubjectNameID", "scope_all", url, &trusting(ca)),
        Tokens::Office { url, ca } => introspection("sub", "profile", url, &trusting(ca)),
        Tokens::List(tokens) => {
            let port = tokens::serve(tokens.clone())?;
            introspection("SubjectNameID", "scope_all", &format!("http://127.0.0.1:{port}/"), "")
        }
        Tokens::Jwt { issuer, key: (kid, pem), clients } => {
            for client in clients {
                let place = dir.join("keys").join(client).join("RS256");
                fs::create_dir_all(&place)?;
                fs::write(place.join(kid), pem)?;
            }
            include_str!("../dovecot/jwt.conf.ext")
                .replace("@DIR@", &dir.display().to_string())
                .replace("@ISSUER@", issuer)
        }
    };
    Ok(fs::write(dir.join("oauth2.conf.ext"), text)?)
}

fn user_name() -> Result<String> {
    said_by("-un")
}

fn group_name() -> Result<String> {
    said_by("-gn")
}

fn said_by(option: &str) -> Result<String> {
    let done = Command::new("id").arg(option).output().context("cannot start id")?;
    Ok(String::from_utf8(done.stdout)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn dovecot_starts_takes_mail_and_stops() {
        let dir = tempfile::tempdir().unwrap();
        let mut mail = Mail::start(dir.path(), &Pki::shared().unwrap(), Options::default()).unwrap();
        let count =
            |mail: &Mail| mail.doveadm(&["mailbox", "status", "-u", PERSONAL, "messages", "INBOX"], b"").unwrap();
        assert_eq!(count(&mail).trim(), "INBOX messages=200");
        mail.deliver(PERSONAL, "Bonjour").unwrap();
        assert_eq!(count(&mail).trim(), "INBOX messages=201");
        let port = mail.imap();
        mail.stop();
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        mail.restart().unwrap();
        assert_eq!(count(&mail).trim(), "INBOX messages=201");
    }
}
