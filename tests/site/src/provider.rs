//! The OpenID provider of the test site: the certified `oidc-provider` (npm), set up like Pro Santé Connect.
//!
//! ```no_run
//! # use site::provider::{Options, Provider};
//! # fn main() -> anyhow::Result<()> {
//! let pki = pki::Pki::shared()?;
//! let provider = Provider::start(pki.dir(), &pki, Options::default())?;
//! assert!(provider.discovery().starts_with(provider.url()));
//! # Ok(()) }
//! ```
//!
//! Everything listens on 127.0.0.1. Names (`auth.psc.test`, `wallet.psc.test`) are the caller's business: a DNS
//! server, or fixed addresses.

mod phone;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use pki::Pki;
use serde_json::{Value, json};

pub use phone::Ring;

/// Host of the issuer, the token endpoint and all of the back channel.
pub const AUTH_HOST: &str = "auth.psc.test";
/// Host of the authorize endpoint and, on another port, of the page that asks for the card.
pub const WALLET_HOST: &str = "wallet.psc.test";
/// The client with a secret (`client_secret_basic`).
pub const CLIENT: &str = "borne";
/// Its secret.
pub const CLIENT_SECRET: &str = "borne-secret";
/// The public client.
pub const PUBLIC_CLIENT: &str = "borne-publique";
/// The client with a certificate (`tls_client_auth`).
pub const CERTIFICATE_CLIENT: &str = "borne-certificat";

/// How the provider is set up. Anything not said is as in `server.mjs`.
#[derive(Clone, Debug)]
pub struct Options(Value);

impl Default for Options {
    fn default() -> Self {
        Self(json!({}))
    }
}

impl Options {
    /// Access tokens as signed JWT (as Keycloak makes them) instead of opaque ones.
    #[must_use]
    pub fn jwt(self) -> Self {
        self.with("format", json!("jwt"))
    }

    /// Lifetime of access tokens, in seconds.
    #[must_use]
    pub fn access_ttl(self, seconds: u32) -> Self {
        self.with("access_ttl", json!(seconds))
    }

    /// The claim `mssante_mailboxes` of a person.
    #[must_use]
    pub fn mailboxes(mut self, national_id: &str, claim: Value) -> Self {
        if let Some(options) = self.0.as_object_mut() {
            let people = options.entry("mailboxes").or_insert_with(|| json!({}));
            if let Some(people) = people.as_object_mut() {
                people.insert(national_id.to_owned(), claim);
            }
        }
        self
    }

    /// Fixed ports instead of free ones: main, card, client certificate, control.
    #[must_use]
    pub fn ports(self, ports: [u16; 4]) -> Self {
        self.with("ports", json!(ports))
    }

    /// The provider's own pages, with login, password and consent, instead of the card's.
    #[must_use]
    pub fn built_in_pages(self) -> Self {
        self.with("pages", json!("built-in"))
    }

    /// Any other option of `server.mjs`.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        if let Some(options) = self.0.as_object_mut() {
            options.insert(name.to_owned(), value);
        }
        self
    }
}

/// A provider at work; killed when dropped.
#[derive(Debug)]
pub struct Provider {
    child: Child,
    ready: Value,
}

impl Provider {
    /// Starts it and waits until it listens. Installs the npm packages first where they are missing. What it
    /// complains of goes to `provider.log` in `dir`.
    ///
    /// # Errors
    /// When node or npm is missing, or the provider does not start.
    pub fn start(dir: &Path, pki: &Pki, options: Options) -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("provider");
        install(&here)?;
        let options = options.with("pki", json!(pki.dir()));
        let mut child = Command::new("node")
            .arg("server.mjs")
            .arg(options.0.to_string())
            .current_dir(&here)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log(dir))
            .spawn()
            .context("cannot start node")?;
        let mut line = String::new();
        let output = child.stdout.take().context("no output of node")?;
        let read = BufReader::new(output).read_line(&mut line);
        let ready = read.map_err(anyhow::Error::from).and_then(|_| Ok(serde_json::from_str(&line)?));
        match ready {
            Ok(ready) => Ok(Self { child, ready }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error.context("the provider did not start; see provider.log"))
            }
        }
    }

    /// The issuer, as in its tokens and its discovery document.
    #[must_use]
    pub fn url(&self) -> &str {
        self.text("issuer")
    }

    /// Address of the discovery document.
    #[must_use]
    pub fn discovery(&self) -> &str {
        self.text("discovery")
    }

    /// The registered redirect address; nothing listens there.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        self.text("redirect")
    }

    /// Port of the issuer, the authorize endpoint, and of introspection under the name localhost.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.number("main")
    }

    /// Port of the card page, which asks for the card's certificate.
    #[must_use]
    pub fn card_port(&self) -> u16 {
        self.number("card")
    }

    /// Port of the back channel for clients with a certificate.
    #[must_use]
    pub fn mutual_port(&self) -> u16 {
        self.number("mutual")
    }

    /// Hosts of the user agent and the back channel, `host:port`.
    #[must_use]
    pub fn hosts(&self) -> Vec<String> {
        let main = self.port();
        vec![
            format!("{AUTH_HOST}:{main}"),
            format!("{WALLET_HOST}:{main}"),
            format!("{AUTH_HOST}:{}", self.mutual_port()),
        ]
    }

    /// The host that may see the card, `host:port`.
    #[must_use]
    pub fn card_host(&self) -> String {
        format!("{WALLET_HOST}:{}", self.card_port())
    }

    /// The introspection address as Dovecot's configuration wants it, credentials inside.
    #[must_use]
    pub fn introspection_url(&self) -> String {
        format!("https://dovecot:dovecot-secret@localhost:{}/token/introspection", self.port())
    }

    /// Makes something go wrong from now on (fields of `none()` in `faults.mjs`); `{}` ends it.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub fn fault(&self, fault: &Value) -> Result<()> {
        self.control("/fault", fault).map(|_| ())
    }

    /// Changes the certificate of all listeners for new connections: `provider`, `stranger`, `expired`,
    /// `wrong-name`.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub fn certificate(&self, name: &str) -> Result<()> {
        self.control("/certificate", &json!({ "name": name })).map(|_| ())
    }

    /// Every request since the start or [`Provider::forget`]: listener, host, method, path, connection,
    /// whether a client certificate was shown.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub fn requests(&self) -> Result<Vec<Value>> {
        let seen = self.control("/seen", &json!({}))?;
        seen.get("requests").and_then(Value::as_array).cloned().context("no requests in the answer")
    }

    /// Names of what happened inside since the start or [`Provider::forget`] (`session.destroyed`…).
    ///
    /// # Errors
    /// When the provider does not answer.
    pub fn events(&self) -> Result<Vec<String>> {
        let seen = self.control("/seen", &json!({}))?;
        let events = seen.get("events").and_then(Value::as_array).context("no events in the answer")?;
        Ok(events.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// Access and refresh tokens given since the start or [`Provider::forget`], where they are opaque.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub fn issued(&self) -> Result<Vec<String>> {
        let answer = self.control("/issued", &json!({}))?;
        let issued = answer.get("issued").and_then(Value::as_array).context("no tokens in the answer")?;
        Ok(issued.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// How many connections are open now, half-open ones too, the control port's apart.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub fn connections(&self) -> Result<u64> {
        self.control("/seen", &json!({}))?.get("open").and_then(Value::as_u64).context("no count in the answer")
    }

    /// Cuts every connection, half-open ones too.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub fn hang_up(&self) -> Result<()> {
        self.control("/hang-up", &json!({})).map(|_| ())
    }

    /// Ends every session and grant, as an administrator would.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub fn end_sessions(&self) -> Result<()> {
        self.control("/end-sessions", &json!({})).map(|_| ())
    }

    /// How many connections the card's port has accepted, half-open ones too.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub fn card_connections(&self) -> Result<u64> {
        self.control("/seen", &json!({}))?.get("card").and_then(Value::as_u64).context("no count in the answer")
    }

    /// Forgets requests and events.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub fn forget(&self) -> Result<()> {
        self.control("/forget", &json!({})).map(|_| ())
    }

    /// What the introspection endpoint says of a token (RFC 7662), asked as Dovecot asks.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub fn introspect(&self, token: &str) -> Result<Value> {
        self.control("/introspect", &json!({ "token": token }))
    }

    /// The public key of JWT access tokens: its `kid` and PEM text, for validation without the provider.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub fn public_key(&self) -> Result<(String, String)> {
        let key = self.control("/public-key", &json!({}))?;
        let field = |name: &str| key.get(name).and_then(Value::as_str).map(str::to_owned);
        field("kid").zip(field("pem")).context("no key in the answer")
    }

    fn text(&self, name: &str) -> &str {
        self.ready.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn number(&self, name: &str) -> u16 {
        let number = self.ready.get(name).and_then(Value::as_u64);
        number.and_then(|n| u16::try_from(n).ok()).unwrap_or_default()
    }

    /// Port of [`control`], for another process than the one that started the provider.
    #[must_use]
    pub fn control_port(&self) -> u16 {
        self.number("control")
    }

    fn control(&self, path: &str, body: &Value) -> Result<Value> {
        control(self.control_port(), path, body)
    }
}

/// Asks the control port of a provider.
///
/// # Errors
/// When the provider does not answer, or cannot do it.
pub fn control(port: u16, path: &str, body: &Value) -> Result<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let body = body.to_string();
    write!(stream, "POST {path} HTTP/1.0\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the provider's control port hung up")?;
    ensure!(head.contains(" 200 "), "the provider's control port says: {body}");
    serde_json::from_str(body).map_err(|e| anyhow!("{e}: {body}"))
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn log(dir: &Path) -> Stdio {
    let file = fs::File::options().create(true).append(true).open(dir.join("provider.log"));
    file.map_or_else(|_| Stdio::null(), Stdio::from)
}

/// `npm ci`, once, whoever comes first.
fn install(here: &Path) -> Result<()> {
    let lock = fs::File::open(here.join("package-lock.json")).context("no package-lock.json")?;
    lock.lock()?;
    if here.join("node_modules/oidc-provider/package.json").exists() {
        return Ok(());
    }
    let done = Command::new("npm").arg("ci").current_dir(here).output().context("cannot start npm")?;
    ensure!(done.status.success(), "npm ci: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}
