//! The configuration file of a site (TOML), and what is wrong with it in plain words.
//!
//! Every key is known: a misspelt one is refused rather than ignored. Paths are relative to the file itself.
//! Problems are told in French, the language of the IT person on the telephone.

mod doors;
mod revocation;
mod services;

pub use doors::{Contract, Phone, Proxy, Service, WithoutCard};
pub use revocation::{Depth, Policy, Revocation};
pub use services::{Directory, Printer, Reading, Reply, Sending, WhiteList};

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The establishment, as the person reads it.
    pub site: Site,
    /// The panel.
    #[serde(default)]
    pub screen: Screen,
    /// The rules of a visit.
    #[serde(default)]
    pub visit: Visit,
    /// The line.
    #[serde(default)]
    pub network: Network,
    /// The identity provider.
    pub provider: Provider,
    /// The telephone in the card's place.
    #[serde(default)]
    pub phone: Option<Phone>,
    /// The organisational mailbox.
    #[serde(default)]
    pub service: Option<Service>,
    /// Whether servers' certificates were revoked.
    #[serde(default)]
    pub revocation: Option<Revocation>,
    /// The mail operator.
    pub mail: Mail,
    /// The BALs of this site.
    #[serde(default)]
    pub mailboxes: Vec<Mailbox>,
    /// How messages are read.
    #[serde(default)]
    pub reading: Reading,
    /// How messages are sent; without it the kiosk only reads.
    #[serde(default)]
    pub sending: Option<Sending>,
    /// The national directory.
    #[serde(default)]
    pub directory: Option<Directory>,
    /// The printer.
    #[serde(default)]
    pub printer: Option<Printer>,
    /// The process itself.
    #[serde(default)]
    pub process: Process,
    /// Where the file lies; relative paths start there.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// `[site]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Shown in the bar.
    pub name: String,
    /// The machine's own name, told on the telephone.
    pub machine: String,
    /// The support's telephone.
    pub phone: String,
    /// When somebody answers it.
    #[serde(default)]
    pub hours: String,
    /// The support's e-mail address.
    #[serde(default)]
    pub mail: String,
    /// The page the QR code of a failure leads to; the code and the machine are added to it.
    #[serde(default)]
    pub help_url: String,
    /// IANA name of the time zone.
    #[serde(default = "paris")]
    pub time_zone: String,
    /// Language a visit starts in.
    #[serde(default)]
    pub language: Language,
}

fn paris() -> String {
    "Europe/Paris".into()
}

/// `language`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Language {
    /// French.
    #[default]
    #[serde(rename = "fr")]
    French,
    /// English.
    #[serde(rename = "en")]
    English,
}

/// `[screen]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Screen {
    /// Where pictures go.
    pub backend: Backend,
    /// Width and height in pixels: 1024×600 or 1280×800 are drawn for.
    pub size: [u32; 2],
    /// Dark colours to start with.
    pub dark: bool,
    /// Large text to start with.
    pub large: bool,
    /// How the card goes into this reader.
    pub chip: Chip,
    /// Digits of the keypad in a random order.
    pub shuffled_keypad: bool,
    /// The card's drawing does not move.
    pub reduced_motion: bool,
    /// Input device of the PC speaker; silent without.
    pub speaker: Option<PathBuf>,
}

impl Default for Screen {
    fn default() -> Self {
        Self {
            backend: Backend::default(),
            size: [1280, 800],
            dark: false,
            large: false,
            chip: Chip::default(),
            shuffled_keypad: false,
            reduced_motion: false,
            speaker: None,
        }
    }
}

/// `backend`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// The panel itself, by KMS, without a desktop.
    #[default]
    LinuxKms,
    /// A window on a desktop or under Xvfb.
    Winit,
    /// No picture at all: events and logs only.
    Headless,
}

/// `chip`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Chip {
    /// Chip towards the reader's bottom.
    #[default]
    Down,
    /// Chip towards the top.
    Up,
}

/// `[visit]`, in seconds.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Visit {
    /// Untouched for this long: «Toujours là ?».
    pub idle_warning: u64,
    /// How long the question waits.
    pub idle_countdown: u64,
    /// Untouched for this long on the code page.
    pub pin_idle: u64,
    /// A forgotten card calls this often.
    pub forgotten_every: u64,
    /// Whoever works in several places says for which one they are here; their messages carry it.
    pub choose_place: bool,
    /// The rules of a session without a card.
    pub without_card: WithoutCard,
}

impl Default for Visit {
    fn default() -> Self {
        Self {
            idle_warning: 90,
            idle_countdown: 30,
            pin_idle: 30,
            forgotten_every: 5,
            choose_place: false,
            without_card: WithoutCard::default(),
        }
    }
}

/// `[network]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// A DNS server to ask instead of the system's.
    pub dns: Option<SocketAddr>,
    /// Interfaces that count; empty: any but the loopback.
    pub interfaces: Vec<String>,
    /// Fixed addresses, before any DNS.
    pub hosts: BTreeMap<String, IpAddr>,
}

/// `[provider]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Address of the discovery document.
    pub discovery: String,
    /// The issuer that document announces.
    pub issuer: String,
    /// What the kiosk is called there.
    pub client_id: String,
    /// How the kiosk proves it.
    pub client: Client,
    /// As registered with the provider.
    pub redirect_uri: String,
    /// Where a logout may end, if registered.
    #[serde(default)]
    pub post_logout_redirect_uri: Option<String>,
    /// Beside `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Asked for.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// Accepted in the answer.
    pub accepted_acr: Vec<String>,
    /// More parameters of the authorize request.
    #[serde(default)]
    pub authorize_params: BTreeMap<String, String>,
    /// The only hosts the kiosk speaks to, `host` or `host:port`.
    pub allowed_hosts: Vec<String>,
    /// Those among them that may see the card.
    #[serde(default)]
    pub card_hosts: Vec<String>,
    /// PEM files of the authorities trusted, and no others.
    pub roots: Vec<PathBuf>,
    /// Seconds the clocks may differ.
    #[serde(default = "minute")]
    pub clock_tolerance: u64,
    /// Seconds a step may take.
    #[serde(default = "patience")]
    pub patience: u64,
    /// UserInfo claim that lists BALs, if there is one.
    #[serde(default)]
    pub mailbox_claim: Option<String>,
}

const fn minute() -> u64 {
    60
}

const fn patience() -> u64 {
    20
}

/// `client`: how the kiosk proves itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "auth", rename_all = "snake_case", deny_unknown_fields)]
pub enum Client {
    /// A secret.
    ClientSecretBasic {
        /// The file that holds it, and nothing else.
        secret_file: PathBuf,
    },
    /// A certificate.
    TlsClientAuth {
        /// PEM, the leaf first.
        certificate: PathBuf,
        /// PEM.
        key: PathBuf,
    },
    /// Nothing but PKCE.
    None,
}

/// `[mail]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The operator's server; absent: found by the mailbox domain's SRV records.
    #[serde(default)]
    pub server: Option<Server>,
    /// With SRV: domains the server may lie in besides the mailbox's own.
    #[serde(default)]
    pub srv_domains: Vec<String>,
    /// PEM files of the authorities trusted, and no others (IGC-Santé).
    pub roots: Vec<PathBuf>,
    /// Preferred first.
    #[serde(default = "mechanisms")]
    pub mechanisms: Vec<Mechanism>,
    /// Turn off where an operator's server minds commands sent together.
    #[serde(default = "yes")]
    pub pipelining: bool,
}

const fn yes() -> bool {
    true
}

fn mechanisms() -> Vec<Mechanism> {
    vec![Mechanism::XOAuth2, Mechanism::OAuthBearer]
}

/// `server`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Name; its certificate carries it.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How TLS starts.
    pub tls: Tls,
}

/// `tls`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// On a clear port.
    StartTls,
    /// From the first byte.
    Implicit,
}

/// `mechanisms`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mechanism {
    /// XOAUTH2.
    XOAuth2,
    /// OAUTHBEARER, RFC 7628.
    OAuthBearer,
}

/// `[[mailboxes]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mailbox {
    /// The MSSanté address.
    pub address: String,
    /// Whose it is.
    pub kind: MailboxKind,
    /// What people call it.
    #[serde(default)]
    pub label: String,
    /// National identifiers (12 digits: 8 and the RPPS) of who may try to open it. The server decides.
    pub holders: Vec<String>,
}

/// `kind`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailboxKind {
    /// PER.
    Personal,
    /// ORG.
    Organisational,
    /// APP.
    Applicative,
}

/// `[process]`
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Process {
    /// Other programs of the same user cannot read this one's memory. Off only where a test must look.
    pub closed_memory: bool,
}

impl Default for Process {
    fn default() -> Self {
        Self { closed_memory: true }
    }
}

/// One thing that is wrong: where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key, such as `provider.roots`, or the line.
    pub place: String,
    /// What is wrong, in French.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} : {}", self.place, self.what)
    }
}

impl Config {
    /// Reads and understands the file; what it says is not yet checked, see [`crate::check`].
    ///
    /// # Errors
    /// The file cannot be read, or its first mistake of form with its line.
    pub fn load(path: &Path) -> Result<Self, Problem> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Problem { place: path.display().to_string(), what: format!("illisible ({error})") })?;
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Self::parse(&text, folder)
    }

    fn parse(text: &str, folder: PathBuf) -> Result<Self, Problem> {
        let mut config: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| text.get(..span.start).unwrap_or_default().lines().count().max(1));
            Problem { place: format!("ligne {line}"), what: in_french(error.message()) }
        })?;
        config.folder = folder;
        Ok(config)
    }

    /// A path of the file, from where the file lies.
    #[must_use]
    pub fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }
}

/// The reader's own words, with the usual ones in French.
fn in_french(message: &str) -> String {
    message
        .replace("unknown field", "clé inconnue")
        .replace("missing field", "clé manquante")
        .replace("unknown variant", "valeur inconnue")
        .replace("invalid type", "type inattendu")
        .replace("invalid value", "valeur inattendue")
        .replace("duplicate key", "clé en double")
        .replace(", expected one of", ", on attend une de")
        .replace(", expected", ", on attend")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;

    const EXAMPLES: [&str; 3] = ["test-site.toml", "psc-sandbox.toml", "production.toml"];

    fn example(name: &str) -> String {
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)).unwrap()
    }

    #[test]
    fn every_example_is_understood() {
        for name in EXAMPLES {
            if let Err(problem) = Config::parse(&example(name), PathBuf::new()) {
                panic!("{name}: {problem}");
            }
        }
    }

    #[test]
    fn a_misspelt_key_is_refused_with_its_line() {
        let text = example("production.toml").replace("client_id", "client_ide");
        let problem = Config::parse(&text, PathBuf::new()).unwrap_err();
        assert!(problem.what.contains("client_ide"), "{problem}");
        assert!(problem.place.starts_with("ligne "), "{problem}");
    }

    #[test]
    fn an_unknown_backend_lists_the_known_ones() {
        let text = example("production.toml").replace("\"linuxkms\"", "\"wayland\"");
        let problem = Config::parse(&text, PathBuf::new()).unwrap_err();
        assert!(problem.what.contains("linuxkms"), "{problem}");
    }
}
