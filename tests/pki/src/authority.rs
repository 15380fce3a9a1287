//! Driving `openssl`: keys, authorities, certificates, revocation lists.
//!
//! `openssl ca` rather than `openssl x509 -req`: only the former can choose both ends of a
//! certificate's life in OpenSSL 3.0, and we need certificates that ended in the past.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::card;

/// Start and end of a certificate's life, in the form `openssl ca` wants.
pub type Life = (&'static str, &'static str);
/// Fixed dates rather than "from now": a test that turns the clock back a little still works.
pub const PRESENT: Life = ("20250101000000Z", "20450101000000Z");
/// A certificate that ended long ago.
pub const PAST: Life = ("20190101000000Z", "20220101000000Z");

const EC_KEYS: [&str; 12] = [
    "provider-ca.key",
    "mail-ca.key",
    "stranger-ca.key",
    "org-ca.key",
    "provider.key",
    "expired.key",
    "wrong-name.key",
    "mail.key",
    "mail-expired.key",
    "mail-wrong-name.key",
    "stranger.key",
    "kiosk.key",
];

/// Makes every key. RSA ones (cards and their authorities, as the real ones are) run in
/// parallel; servers get P-256, which costs nothing.
pub fn generate_keys(dir: &Path) -> Result<()> {
    let mut running = Vec::new();
    let rsa =
        ["card-root.key", "card-ca.key", "card-stranger.key"].into_iter().map(str::to_owned).chain(card::key_names());
    for name in rsa {
        let path = dir.join(&name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let args = ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out"];
        let child = Command::new("openssl")
            .args(args)
            .arg(&path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot run openssl")?;
        running.push((name, child));
    }
    for name in EC_KEYS {
        let args = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out"];
        openssl(Command::new("openssl").args(args).arg(dir.join(name)))?;
    }
    for (name, mut child) in running {
        ensure!(child.wait()?.success(), "openssl could not make {name}");
    }
    Ok(())
}

/// A certificate to be signed.
pub struct Leaf {
    /// File stem under the directory: `<stem>.key` exists, `<stem>.pem` will.
    pub stem: String,
    /// Subject in openssl's slash form; `+` joins the parts of a multi-valued RDN.
    pub subject: String,
    /// Lines of an openssl extension section.
    pub extensions: String,
    /// Start and end.
    pub life: Life,
}

impl Leaf {
    /// A TLS server; 127.0.0.1 is added to every certificate with more than one name.
    pub fn server(stem: &str, names: &[&str], life: Life) -> Self {
        let mut alt: Vec<String> = names.iter().map(|name| format!("DNS:{name}")).collect();
        if names.len() > 1 {
            alt.push("IP:127.0.0.1".into());
        }
        Self {
            stem: stem.into(),
            subject: format!("/C=FR/O=GUICHET TEST/CN={}", names.first().unwrap_or(&"server")),
            extensions: format!(
                "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n\
                 extendedKeyUsage=serverAuth\nsubjectKeyIdentifier=hash\n\
                 authorityKeyIdentifier=keyid\nsubjectAltName={}\n",
                alt.join(",")
            ),
            life,
        }
    }

    /// A TLS client with one DNS name.
    pub fn client(stem: &str, subject: &str, name: &str) -> Self {
        Self {
            stem: stem.into(),
            subject: subject.into(),
            extensions: format!(
                "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n\
                 extendedKeyUsage=clientAuth\nsubjectKeyIdentifier=hash\n\
                 authorityKeyIdentifier=keyid\nsubjectAltName=DNS:{name}\n"
            ),
            life: PRESENT,
        }
    }
}

const CA_EXTENSIONS: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n\
     subjectKeyIdentifier=hash\n";

/// A certification authority: `<name>.pem`, `<name>.key`, and its register under `authorities/`.
pub struct Authority {
    dir: PathBuf,
    name: String,
}

impl Authority {
    /// Signs itself.
    pub fn root(dir: &Path, name: &str, common_name: &str) -> Result<Self> {
        let this = Self::register(dir, name)?;
        let leaf = Leaf {
            stem: name.into(),
            subject: format!("/C=FR/O=ASIP-SANTE/OU=0002 187512751/OU=IGC-SANTE TEST/CN={common_name}"),
            extensions: CA_EXTENSIONS.into(),
            life: PRESENT,
        };
        this.sign(&leaf, &["-selfsign"])?;
        Ok(this)
    }

    /// An authority signed by this one.
    pub fn intermediate(&self, name: &str, common_name: &str) -> Result<Self> {
        let this = Self::register(&self.dir, name)?;
        let leaf = Leaf {
            stem: name.into(),
            subject: format!("/C=FR/O=ASIP-SANTE/OU=0002 187512751/OU=IGC-SANTE TEST/CN={common_name}"),
            extensions: format!("{CA_EXTENSIONS}authorityKeyIdentifier=keyid\n"),
            life: PRESENT,
        };
        self.sign(&leaf, &[])?;
        Ok(this)
    }

    /// Signs `<stem>.key` into `<stem>.pem`.
    pub fn issue(&self, leaf: &Leaf) -> Result<()> {
        self.sign(leaf, &[])
    }

    /// Puts `<stem>.pem` on the revocation list.
    pub fn revoke(&self, stem: &str) -> Result<()> {
        let cert = self.dir.join(format!("{stem}.pem"));
        openssl(self.ca().args(["-crl_reason", "keyCompromise", "-revoke"]).arg(cert))
    }

    /// The current revocation list (PEM).
    pub fn revocations(&self) -> Result<String> {
        let out = self.home().join("crl.pem");
        openssl(self.ca().args(["-gencrl", "-crldays", "3650", "-out"]).arg(&out))?;
        Ok(fs::read_to_string(out)?)
    }

    /// The next revocation list (DER) with both its dates.
    pub fn list(&self, life: Life) -> Result<Vec<u8>> {
        let (pem, der) = (self.home().join("list.pem"), self.home().join("list.der"));
        let dates = ["-gencrl", "-crl_lastupdate", life.0, "-crl_nextupdate", life.1, "-out"];
        openssl(self.ca().args(dates).arg(&pem))?;
        let turn = ["crl", "-outform", "DER", "-in"];
        openssl(Command::new("openssl").args(turn).arg(&pem).arg("-out").arg(&der))?;
        Ok(fs::read(der)?)
    }

    fn home(&self) -> PathBuf {
        self.dir.join("authorities").join(&self.name)
    }

    fn ca(&self) -> Command {
        let mut command = Command::new("openssl");
        command.args(["ca", "-batch", "-config"]).arg(self.home().join("ca.cnf"));
        command
    }

    fn register(dir: &Path, name: &str) -> Result<Self> {
        let this = Self { dir: dir.into(), name: name.into() };
        let home = this.home();
        fs::create_dir_all(&home)?;
        fs::write(home.join("index.txt"), "")?;
        fs::write(home.join("index.txt.attr"), "unique_subject = no\n")?;
        fs::write(home.join("crlnumber"), "01\n")?;
        let config = format!(
            "[ca]\ndefault_ca=this\n[this]\ndatabase={home}/index.txt\nnew_certs_dir={home}\n\
             rand_serial=yes\ncrlnumber={home}/crlnumber\ncertificate={dir}/{name}.pem\n\
             private_key={dir}/{name}.key\ndefault_md=sha256\npolicy=any\nunique_subject=no\n\
             preserve=yes\nstring_mask=utf8only\nx509_extensions=none\ncrl_extensions=crl\n\
             [any]\ncommonName=optional\n[none]\n\
             [crl]\nauthorityKeyIdentifier=keyid\n\
             [req]\ndistinguished_name=dn\nstring_mask=utf8only\n[dn]\n",
            home = home.display(),
            dir = dir.display(),
        );
        fs::write(home.join("ca.cnf"), config)?;
        Ok(this)
    }

    fn sign(&self, leaf: &Leaf, more: &[&str]) -> Result<()> {
        let home = self.home();
        let file = leaf.stem.replace('/', "-");
        let request = home.join(format!("{file}.csr"));
        let extensions = home.join(format!("{file}.ext"));
        fs::write(&extensions, &leaf.extensions)?;
        openssl(
            Command::new("openssl")
                .args(["req", "-new", "-utf8", "-batch", "-config"])
                .arg(home.join("ca.cnf"))
                .args(["-subj", &leaf.subject, "-key"])
                .arg(self.dir.join(format!("{}.key", leaf.stem)))
                .arg("-out")
                .arg(&request),
        )?;
        openssl(
            self.ca()
                .args(["-utf8", "-notext", "-preserveDN"])
                .args(["-startdate", leaf.life.0, "-enddate", leaf.life.1])
                .args(more)
                .arg("-extfile")
                .arg(&extensions)
                .arg("-in")
                .arg(&request)
                .arg("-out")
                .arg(self.dir.join(format!("{}.pem", leaf.stem))),
        )
    }
}

/// Runs one openssl command; its complaint becomes the error.
pub fn openssl(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().context("cannot run openssl: is it installed?")?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        bail!("{command:?} failed: {complaint}");
    }
    Ok(())
}
