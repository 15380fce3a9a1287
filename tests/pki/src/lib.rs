//! Certificates of the test site: providers, mail servers, cards, and the bad ones.
//!
//! Everything is made by the `openssl` command line, a program that shares no code with the
//! product: what rustls accepts or refuses in a test was written by someone else. Names follow
//! the real hierarchy (IGC-Santé) with TEST in front; the people are invented.
//!
//! One call, [`Pki::create`], fills a directory; a second call on the same directory reuses it.
//! Two processes may call it at once: a lock file makes one wait for the other.

mod authority;
mod branch;
mod card;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

pub use authority::Life;
pub use branch::{Branch, ENDED, IN_FORCE, Server, Signer};
pub use card::{CARDS, Card, Family};

use authority::{Authority, Leaf, PAST, PRESENT, generate_keys};

/// Host names the provider's certificate is valid for.
pub const PROVIDER_NAMES: [&str; 3] = ["auth.psc.test", "wallet.psc.test", "localhost"];
/// Host names the mail servers' certificate is valid for.
pub const MAIL_NAMES: [&str; 4] = ["imap.mss.test", "smtp.mss.test", "mss.test", "localhost"];
/// The only host name of the `wrong-name` certificates.
pub const OTHER_NAME: &str = "other.example.test";
/// The DNS name in the kiosk's client certificate (`tls_client_auth_san_dns`, RFC 8705).
pub const KIOSK_NAME: &str = "guichet.psc.test";
/// The subject of the kiosk's client certificate, as openssl writes it on a command line.
pub const KIOSK_SUBJECT: &str = "/C=FR/O=CENTRE HOSPITALIER DE MOULINSART/OU=3999999999/CN=guichet.psc.test";

/// Written last: a directory without it, or with another text in it, is made again.
const MARKER: &str = "complete";
/// Change it whenever the set of files or what is in them changes.
const LAYOUT: &str = "guichet test pki, layout 1\n";

/// A directory with every key and certificate of a test site.
#[derive(Clone, Debug)]
pub struct Pki {
    dir: PathBuf,
}

impl Pki {
    /// Makes the whole set in `dir` (created if missing), or reuses a complete one.
    ///
    /// # Errors
    /// When `openssl` is missing or refuses, or the directory cannot be written.
    pub fn create(dir: &Path) -> Result<Self> {
        // A complete set is only read: it may belong to somebody else.
        if let Ok(pki) = Self::open(dir) {
            return Ok(pki);
        }
        fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
        let dir = dir.canonicalize()?;
        let lock = fs::File::create(dir.join("lock"))?;
        lock.lock().context("cannot lock the directory of keys")?;
        let pki = Self { dir };
        if fs::read_to_string(pki.dir.join(MARKER)).is_ok_and(|text| text == LAYOUT) {
            return Ok(pki);
        }
        pki.fill()?;
        fs::write(pki.dir.join(MARKER), LAYOUT)?;
        Ok(pki)
    }

    /// The set all tests of one build share: `test-pki` beside the running test's folder in the
    /// target directory. Making one takes a second or two.
    ///
    /// # Errors
    /// As [`Pki::create`].
    pub fn shared() -> Result<Self> {
        let exe = std::env::current_exe()?;
        let folder = exe.parent().context("this program has no folder")?;
        let build = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
        Self::create(&build.join("test-pki"))
    }

    /// Opens a complete set without making one.
    ///
    /// # Errors
    /// When the directory holds no complete set.
    pub fn open(dir: &Path) -> Result<Self> {
        let dir = dir.canonicalize().with_context(|| format!("no directory {}", dir.display()))?;
        let text = fs::read_to_string(dir.join(MARKER))
            .with_context(|| format!("no complete set of keys in {}", dir.display()))?;
        anyhow::ensure!(text == LAYOUT, "the set of keys in {} is an old one", dir.display());
        Ok(Self { dir })
    }

    fn fill(&self) -> Result<()> {
        let dir = &self.dir;
        generate_keys(dir)?;

        let provider = Authority::root(dir, "provider-ca", "TEST AC GUICHET FOURNISSEUR")?;
        let mail = Authority::root(dir, "mail-ca", "TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS")?;
        let stranger = Authority::root(dir, "stranger-ca", "TEST AC QUE PERSONNE NE CONNAIT")?;
        let org = Authority::root(dir, "org-ca", "TEST AC IGC-SANTE ORGANISATIONS CLIENTS")?;

        let everywhere: Vec<&str> = PROVIDER_NAMES.iter().chain(&MAIL_NAMES).copied().collect();
        provider.issue(&Leaf::server("provider", &PROVIDER_NAMES, PRESENT))?;
        provider.issue(&Leaf::server("expired", &PROVIDER_NAMES, PAST))?;
        provider.issue(&Leaf::server("wrong-name", &[OTHER_NAME], PRESENT))?;
        mail.issue(&Leaf::server("mail", &MAIL_NAMES, PRESENT))?;
        mail.issue(&Leaf::server("mail-expired", &MAIL_NAMES, PAST))?;
        mail.issue(&Leaf::server("mail-wrong-name", &[OTHER_NAME], PRESENT))?;
        stranger.issue(&Leaf::server("stranger", &everywhere, PRESENT))?;
        org.issue(&Leaf::client("kiosk", KIOSK_SUBJECT, KIOSK_NAME))?;

        card::issue_all(dir)
    }

    /// The directory itself.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Any file of the set by its name, such as `provider.pem`.
    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Authority of the provider's servers (PEM).
    pub fn provider_ca(&self) -> PathBuf {
        self.file("provider-ca.pem")
    }

    /// Authority of the mail servers (PEM).
    pub fn mail_ca(&self) -> PathBuf {
        self.file("mail-ca.pem")
    }

    /// An authority nobody trusts (PEM).
    pub fn stranger_ca(&self) -> PathBuf {
        self.file("stranger-ca.pem")
    }

    /// Authority of client certificates of organisations: the kiosk's (PEM).
    pub fn org_ca(&self) -> PathBuf {
        self.file("org-ca.pem")
    }

    /// Authority of the cards: the intermediate, then the root (PEM).
    pub fn card_ca(&self) -> PathBuf {
        self.file("card-ca.pem")
    }

    /// Revocation lists of the cards' intermediate and of its root (PEM).
    pub fn card_crl(&self) -> PathBuf {
        self.file("card-ca.crl.pem")
    }

    /// The provider's server certificate and its PKCS#8 key.
    pub fn provider(&self) -> Pair {
        self.pair("provider")
    }

    /// The provider's right names, but the certificate has ended.
    pub fn expired(&self) -> Pair {
        self.pair("expired")
    }

    /// Signed by the provider's authority for another name.
    pub fn wrong_name(&self) -> Pair {
        self.pair("wrong-name")
    }

    /// The mail servers' certificate and its PKCS#8 key.
    pub fn mail(&self) -> Pair {
        self.pair("mail")
    }

    /// The mail servers' right names, but the certificate has ended.
    pub fn mail_expired(&self) -> Pair {
        self.pair("mail-expired")
    }

    /// Signed by the mail servers' authority for another name.
    pub fn mail_wrong_name(&self) -> Pair {
        self.pair("mail-wrong-name")
    }

    /// All the right names (provider and mail), signed by the authority nobody trusts.
    pub fn stranger(&self) -> Pair {
        self.pair("stranger")
    }

    /// The kiosk's client certificate (`tls_client_auth`) and its PKCS#8 key.
    pub fn kiosk(&self) -> Pair {
        self.pair("kiosk")
    }

    /// Where the files of one card lie: `cards/<profile>`.
    pub fn card_dir(&self, profile: &str) -> PathBuf {
        self.dir.join("cards").join(profile)
    }

    /// The authentication key of a card (PKCS#8 PEM). Profile `cpf` has none.
    pub fn card_key(&self, profile: &str) -> PathBuf {
        self.card_dir(profile).join("key.pem")
    }

    /// The authentication certificate of a card (DER). Profile `cpf` has none.
    pub fn card_cert(&self, profile: &str) -> PathBuf {
        self.card_dir(profile).join("cert.der")
    }

    /// The same certificate in PEM.
    pub fn card_cert_pem(&self, profile: &str) -> PathBuf {
        self.card_dir(profile).join("cert.pem")
    }

    fn pair(&self, name: &str) -> Pair {
        Pair { cert: self.file(&format!("{name}.pem")), key: self.file(&format!("{name}.key")) }
    }
}

/// A certificate and its key, both PEM.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The certificate; its authority is not in the file.
    pub cert: PathBuf,
    /// The key, PKCS#8, not encrypted.
    pub key: PathBuf,
}
