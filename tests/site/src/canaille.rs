//! The organisational provider of the test site: Canaille (PyPI), set up in `canaille/`.
//!
//! ```no_run
//! # use site::canaille::{Canaille, Options};
//! # fn main() -> anyhow::Result<()> {
//! let (pki, dir) = (pki::Pki::shared()?, tempfile::tempdir()?);
//! let provider = Canaille::start(dir.path(), &pki, &Options::default())?;
//! println!("{}", provider.discovery());
//! # Ok(()) }
//! ```

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, ensure};
use guard::{Guard, free_port};
use pki::Pki;
use ring::hmac;
use serde_json::json;

use crate::sink::{Kept, Sink};
use crate::smpp::Smpp;

/// The client with a secret (`client_secret_basic`).
pub const CLIENT: &str = "borne";
/// Its secret.
pub const CLIENT_SECRET: &str = "borne-secret";
/// The registered redirect address; nothing listens there.
pub const REDIRECT: &str = "https://guichet.mss.test/retour";
/// Everybody's password.
pub const PASSWORD: &str = "Motdepasse-1!";
/// The secret text of Paul's authenticator application.
pub const TOTP_SECRET: &str = "0123456789abcdef";
/// Marie has e-mail and telephone; Paul has an authenticator application too.
pub const MARIE: &str = "marie";
/// See [`MARIE`].
pub const PAUL: &str = "paul";

/// How the provider is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// Steps of a login, in order: `password`, then `second` (a choice), `email`, `sms` or `otp`.
    pub factors: Vec<&'static str>,
    /// How long a code sent by e-mail or SMS is good.
    pub code_lifetime: Duration,
    /// Whether wrong passwords make people wait.
    pub lockout: bool,
    /// Whether pages come with their scripts.
    pub javascript: bool,
    /// Where its e-mail goes, else into a sink of its own.
    pub smtp: Option<u16>,
    /// Marie's address.
    pub email: &'static str,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            factors: vec!["password", "second"],
            code_lifetime: Duration::from_secs(600),
            lockout: false,
            javascript: false,
            smtp: None,
            email: "marie@mss.test",
        }
    }
}

/// The provider at work; ended when dropped, and also if this process dies.
#[derive(Debug)]
pub struct Canaille {
    port: u16,
    sink: Sink,
    smpp: Smpp,
    _server: Guard,
}

impl Canaille {
    /// Starts it with its files in `dir`. Makes its environment first where that is missing.
    ///
    /// # Errors
    /// When python3 or its venv module is missing, pip finds nothing, or the server does not start; its log is in
    /// the message.
    pub fn start(dir: &Path, pki: &Pki, options: &Options) -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("canaille");
        let python = environment(&here)?;
        let dir = dir.canonicalize()?.join("canaille");
        fs::create_dir_all(&dir)?;
        let (sink, smpp) = (Sink::start()?, Smpp::start("sms", "sms")?);
        let port = free_port()?;
        let pair = pki.provider();
        let person = |login: &str, name: &str, email: &str, phone: &str, totp: Option<&str>| json!({ "login": login, "name": name, "email": email, "phone": phone, "password": PASSWORD, "totp": totp });
        let setup = json!({
            "dir": dir, "port": port, "cert": pair.cert, "key": pair.key, "redirect": REDIRECT,
            "smtp": options.smtp.unwrap_or(sink.port()), "smpp": smpp.port(), "factors": options.factors,
            "code_lifetime": options.code_lifetime.as_secs(), "lockout": options.lockout, "javascript": options.javascript,
            "people": [
                person(MARIE, "Marie Durand", options.email, "+33612345678", None),
                person(PAUL, "Paul Durand", "paul@mss.test", "+33698765432", Some(TOTP_SECRET)),
            ],
            "clients": [{ "id": CLIENT, "secret": CLIENT_SECRET }],
        });
        let log = dir.join("server.log");
        let command = format!(
            "{} {} {} >{} 2>&1",
            quoted(&python.display().to_string()),
            quoted(&here.join("op_app.py").display().to_string()),
            quoted(&setup.to_string()),
            quoted(&log.display().to_string())
        );
        let server = Guard::start(&command)?;
        let deadline = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let said = fs::read_to_string(&log).unwrap_or_default();
            ensure!(!said.contains("Traceback") && Instant::now() < deadline, "Canaille did not start: {said}");
            sleep(Duration::from_millis(50));
        }
        Ok(Canaille { port, sink, smpp, _server: server })
    }

    /// The issuer.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}", self.host())
    }

    /// Its only port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its only host, `host:port`.
    #[must_use]
    pub fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// Address of the discovery document.
    #[must_use]
    pub fn discovery(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.url())
    }

    /// Where Dovecot asks about tokens (RFC 7662), its credentials inside.
    #[must_use]
    pub fn introspection_url(&self) -> String {
        format!("https://{CLIENT}:{CLIENT_SECRET}@{}/oauth/introspect", self.host())
    }

    /// The e-mail it sent, where it goes into the sink.
    #[must_use]
    pub fn emails(&self) -> &Kept {
        self.sink.kept()
    }

    /// The text messages it sent.
    #[must_use]
    pub fn texts(&self) -> &Kept {
        self.smpp.kept()
    }
}

/// What Paul's authenticator application shows now (RFC 6238: SHA-1, six digits, thirty seconds). In the last seconds
/// of a code it waits for the next, as people do.
#[must_use]
pub fn totp() -> String {
    loop {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        if now % 30 < 27 {
            return totp_at(TOTP_SECRET.as_bytes(), now);
        }
        sleep(Duration::from_millis(200));
    }
}

fn totp_at(secret: &[u8], now: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &(now / 30).to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes.last().copied().unwrap_or(0) & 0x0f);
    let word = bytes.iter().skip(offset).take(4).fold(0u32, |word, byte| (word << 8) | u32::from(*byte));
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// The Python of an environment with everything frozen in `requirements.txt`, made once beside the running test's
/// folder in the target directory.
fn environment(here: &Path) -> Result<PathBuf> {
    let exe = std::env::current_exe()?;
    let folder = exe.parent().context("this program has no folder")?;
    let build = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    let dir = build.join("test-canaille");
    fs::create_dir_all(&dir)?;
    let lock = fs::File::create(dir.join("lock"))?;
    lock.lock().context("cannot lock Canaille's environment")?;
    let wanted = fs::read_to_string(here.join("requirements.txt"))?;
    let (venv, done) = (dir.join("venv"), dir.join("complete"));
    let python = venv.join("bin/python");
    if fs::read_to_string(&done).is_ok_and(|made| made == wanted) {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv)).context("python3-venv: sh tests/needs")?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"];
    run(Command::new(&python).args(install).arg(here.join("requirements.txt")))?;
    fs::write(done, wanted)?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<()> {
    let done = command.output().with_context(|| format!("cannot start {command:?}"))?;
    ensure!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1, cut to six digits.
        assert_eq!(totp_at(b"12345678901234567890", 59), "287082");
        assert_eq!(totp_at(b"12345678901234567890", 1_111_111_109), "081804");
    }
}
