//! Sending at the test site: Debian's Postfix (STARTTLS and implicit TLS) and, as a second server none of us wrote,
//! dovecot-submissiond in front of it. Both let in by the tokens of the mailboxes; what they take is delivered into
//! those mailboxes over LMTP, and nothing ever leaves the machine.
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! use site::mail::{Mail, Options};
//! use site::submission::{self, Plan};
//! let (pki, dir) = (pki::Pki::shared()?, tempfile::tempdir()?);
//! let plan = Plan::new(submission::Options::default())?;
//! let mail = Mail::start(dir.path(), &pki, Options { more: plan.dovecot(), ..Options::default() })?;
//! let submission = plan.start(dir.path(), &pki, &mail)?;
//! println!("smtp.mss.test:{} (STARTTLS), :{} (TLS)", submission.starttls(), submission.implicit());
//! # Ok(()) }
//! ```
//!
//! Postfix insists on being root and on a user of its own. For an ordinary user it is root of a user namespace that
//! holds the user's subordinate numbers (`/etc/subuid`, `newuidmap` of the package `uidmap`).

use std::fs;
use std::io::Read as _;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail, ensure};
use guard::{Guard, free_port};
use pki::{Pair, Pki};
use rustix::process::getuid;

use crate::mail::{MAILBOXES, Mail};

/// Where Debian keeps Postfix's programs.
const MASTER: &str = "/usr/lib/postfix/sbin/master";
/// Makes somebody root of a namespace with users in it.
const NAMESPACE: &str = "unshare --user --map-root-user --map-auto --";
/// What Postfix's own start script makes, and takes a second for.
const FOLDERS: &str = r#"
set -e
cd "$1"
mkdir queue data
chown postfix data
cd queue
mkdir -m 700 active bounce corrupt defer deferred flush hold incoming private saved trace
mkdir -m 730 maildrop
mkdir -m 710 public
mkdir -m 755 pid
chown postfix active bounce corrupt defer deferred flush hold incoming private saved trace
chown postfix:postdrop maildrop public
"#;

/// How sending is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// Postfix's certificate, else the good one. Dovecot's is [`crate::mail::Options::certificate`].
    pub certificate: Option<Pair>,
    /// Largest message, in bytes.
    pub size: u64,
    /// Lines added to Postfix's `main.cf`.
    pub more: String,
}

impl Default for Options {
    fn default() -> Self {
        Options { certificate: None, size: 12_000_000, more: String::new() }
    }
}

/// Ports chosen, nothing started: Dovecot has to know them first.
#[derive(Debug)]
pub struct Plan {
    options: Options,
    starttls: u16,
    implicit: u16,
    submissiond: u16,
    handed: u16,
    own: u16,
}

impl Plan {
    /// Chooses free ports.
    ///
    /// # Errors
    /// When there is none left.
    pub fn new(options: Options) -> Result<Self> {
        Ok(Plan {
            options,
            starttls: free_port()?,
            implicit: free_port()?,
            submissiond: free_port()?,
            handed: free_port()?,
            own: free_port()?,
        })
    }

    /// What Dovecot has to do for it: tell Postfix who somebody is, take mail, and be the second server.
    #[must_use]
    pub fn dovecot(&self) -> String {
        let chroot = if getuid().is_root() { "" } else { "  chroot =\n" };
        format!(
            "\nprotocols = imap lmtp submission\n\
             service auth {{\n  unix_listener auth-sasl {{\n    mode = 0666\n  }}\n}}\n\
             service lmtp {{\n  unix_listener lmtp {{\n    mode = 0666\n  }}\n}}\n\
             protocol lmtp {{\n  postmaster_address = postmaster@mss.test\n}}\n\
             service submission-login {{\n{chroot}  service_count = 0\n  inet_listener submission {{\n    port = {}\n  }}\n}}\n\
             submission_relay_host = 127.0.0.1\nsubmission_relay_port = {}\nsubmission_relay_trusted = yes\n",
            self.submissiond, self.handed
        )
    }

    /// Starts Postfix in `dir`, in front of a Dovecot that was started with [`Plan::dovecot`].
    ///
    /// # Errors
    /// When Postfix is missing or does not start; its log is in the message.
    pub fn start(self, dir: &Path, pki: &Pki, mail: &Mail) -> Result<Submission> {
        ensure!(Path::new(MASTER).exists(), "{MASTER} is missing: sh tests/needs");
        let dir = dir.canonicalize()?.join("postfix");
        fs::create_dir_all(&dir)?;
        let certificate = self.options.certificate.clone().unwrap_or_else(|| pki.mail());
        let boxes: Vec<String> = MAILBOXES.iter().map(|(address, _)| format!("{{ {address} = {address} }}")).collect();
        let run = mail.dir().join("run");
        for (name, template) in
            [("main.cf", include_str!("../postfix/main.cf")), ("master.cf", include_str!("../postfix/master.cf"))]
        {
            let mut text = template.to_owned();
            for (word, value) in [
                ("@DIR@", dir.display().to_string()),
                ("@BOXES@", boxes.join(" ")),
                ("@LMTP@", run.join("lmtp").display().to_string()),
                ("@SASL@", run.join("auth-sasl").display().to_string()),
                ("@CERT@", certificate.cert.display().to_string()),
                ("@KEY@", certificate.key.display().to_string()),
                ("@SIZE@", self.options.size.to_string()),
                ("@MORE@", self.options.more.clone()),
                ("@STARTTLS@", self.starttls.to_string()),
                ("@IMPLICIT@", self.implicit.to_string()),
                ("@HANDED@", self.handed.to_string()),
                ("@OWN@", self.own.to_string()),
            ] {
                text = text.replace(word, &value);
            }
            let path = dir.join(name);
            fs::write(&path, text)?;
            // Postfix waits until a file of its own is two seconds old, should somebody still be writing it.
            fs::File::options().append(true).open(&path)?.set_modified(SystemTime::now() - Duration::from_secs(60))?;
        }
        within(FOLDERS, &dir).context("cannot make Postfix's folders")?;
        let mut submission = Submission { dir, plan: self, server: None };
        submission.restart()?;
        Ok(submission)
    }
}

/// Postfix at work; ended when dropped, and also if this process dies.
#[derive(Debug)]
pub struct Submission {
    dir: PathBuf,
    plan: Plan,
    server: Option<Guard>,
}

impl Submission {
    /// Starts Postfix again after [`Submission::stop`], on the same ports.
    ///
    /// # Errors
    /// As [`Plan::start`].
    pub fn restart(&mut self) -> Result<()> {
        self.stop();
        let namespace = if getuid().is_root() { "" } else { NAMESPACE };
        self.server = Some(Guard::start(&format!("{namespace} {MASTER} -c '{}' -s", self.dir.display()))?);
        let deadline = Instant::now() + Duration::from_secs(20);
        while !greets(self.plan.starttls) {
            if Instant::now() > deadline {
                bail!("Postfix does not start:\n{}", self.log());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Ends Postfix: connections break, ports are closed. What it had taken is delivered after a restart.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Postfix's port with STARTTLS.
    #[must_use]
    pub fn starttls(&self) -> u16 {
        self.plan.starttls
    }

    /// Postfix's port inside TLS.
    #[must_use]
    pub fn implicit(&self) -> u16 {
        self.plan.implicit
    }

    /// The port of dovecot-submissiond, with STARTTLS.
    #[must_use]
    pub fn submissiond(&self) -> u16 {
        self.plan.submissiond
    }

    /// Postfix's port for machines of the operator's own: in clear, on loopback, without a name.
    #[must_use]
    pub fn own(&self) -> u16 {
        self.plan.own
    }

    /// Postfix's log.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.join("postfix.log")).unwrap_or_default()
    }
}

impl Drop for Submission {
    fn drop(&mut self) {
        self.stop();
        if !getuid().is_root() {
            // They belong to numbers that only the namespace may touch.
            let _ = within("cd \"$1\" && rm -rf queue data postfix.log", &self.dir);
        }
    }
}

/// Runs a script on a directory as root, of the machine or of a namespace.
fn within(script: &str, dir: &Path) -> Result<()> {
    let mut words = if getuid().is_root() { "" } else { NAMESPACE }.split_whitespace();
    let mut command = match words.next() {
        Some(program) => Command::new(program),
        None => Command::new("sh"),
    };
    command.args(words);
    if !getuid().is_root() {
        command.arg("sh");
    }
    let done = command.args(["-c", script, "postfix"]).arg(dir).stdin(Stdio::null()).output()?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

fn greets(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let mut start = [0; 4];
    stream.read_exact(&mut start).is_ok() && &start == b"220 "
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn start(dir: &Path) -> (Mail, Submission) {
        let pki = Pki::shared().unwrap();
        let plan = Plan::new(Options::default()).unwrap();
        let options = crate::mail::Options { messages: 1, more: plan.dovecot(), ..Default::default() };
        let mail = Mail::start(dir, &pki, options).unwrap();
        let submission = plan.start(dir, &pki, &mail).unwrap();
        (mail, submission)
    }

    #[test]
    fn two_sites_stand_side_by_side_and_leave_nothing_behind() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (_mail, mut first) = start(one.path());
        let (_other_mail, second) = start(other.path());
        assert!(greets(first.submissiond()) && greets(second.submissiond()));
        let port = first.starttls();
        first.stop();
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        assert!(greets(second.starttls()), "{}", second.log());
        first.restart().unwrap();
        let port = second.implicit();
        drop(second);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        assert!(greets(first.starttls()));
        drop(first);
        other.close().unwrap();
        one.close().unwrap();
    }
}
