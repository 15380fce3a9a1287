//! The whole site at once, and the configuration of a kiosk in front of it.

use crate::canaille::{self, Canaille};
use crate::dns::{self, Dns, Service};
use crate::mail::{self, Mail, Tokens};
use crate::provider::{self, Provider};
use crate::reader::Reader;
use crate::submission::{self, Plan, Submission};
use annuaire::Annuaire;
use anyhow::{Context, Result};
use pki::Pki;
use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

mod letters;

/// What differs from one site to another.
#[derive(Debug, Clone)]
pub struct Options {
    /// Messages in the doctor's inbox.
    pub messages: u32,
    /// Arrival of the newest message, seconds since 1970.
    pub newest: Option<i64>,
    /// The provider's own options.
    pub provider: provider::Options,
    /// The mail server's certificate, else the good one.
    pub mail_certificate: Option<pki::Pair>,
    /// No reader: for measures that bring their own card.
    pub without_reader: bool,
    /// Postfix, the directory and the white list: messages can be answered.
    pub sending: bool,
    /// An IPP printer.
    pub printer: Option<printer::Options>,
    /// The operator of a service's mailbox: a provider of its own, and a mail server of its own.
    pub service: Option<canaille::Options>,
    /// A handful of real letters with real documents, newer than all others.
    pub letters: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            messages: 200,
            newest: None,
            provider: provider::Options::default(),
            mail_certificate: None,
            without_reader: false,
            sending: false,
            printer: None,
            service: None,
            letters: false,
        }
    }
}

impl Options {
    /// A site where letters are read, answered and printed.
    #[must_use]
    pub fn with_everything() -> Self {
        Self { sending: true, printer: Some(printer::Options::default()), letters: true, ..Self::default() }
    }
}

/// Reader, provider, mail and DNS, all on this machine. Dropping it ends them all.
pub struct Site {
    /// Its files.
    pub dir: PathBuf,
    /// Its certificates.
    pub pki: Pki,
    /// Its cards.
    pub reader: Option<Reader>,
    /// Its identity provider.
    pub provider: Provider,
    /// Its mail operator.
    pub mail: Mail,
    /// Its submission server.
    pub submission: Option<Submission>,
    /// Its directory.
    pub annuaire: Option<Annuaire>,
    /// Its printer.
    pub printer: Option<printer::Printer>,
    /// The operator of its service's mailbox.
    pub office: Option<Office>,
    /// Its names.
    pub dns: Dns,
}

/// The operator of a service's mailbox.
pub struct Office {
    /// Its provider.
    pub provider: Canaille,
    /// Its mail server.
    pub mail: Mail,
}

/// The kiosk's panel and its rules, as far as tests and the demonstration choose them.
#[derive(Debug, Clone)]
pub struct Kiosk {
    /// `winit` or `headless`.
    pub backend: &'static str,
    /// Width and height.
    pub size: [u32; 2],
    /// Only the doctor's own BAL, so that no choice is asked.
    pub one_mailbox: bool,
    /// Lines added to `[visit]`, such as `idle_warning = 5`.
    pub visit: String,
    /// The IMAP server instead of SRV: host, port, `starttls` or `implicit`.
    pub server: Option<(String, u16, &'static str)>,
    /// «Je n’ai pas ma carte» is offered.
    pub phone: bool,
    /// Sections added at the end.
    pub more: String,
}

impl Default for Kiosk {
    fn default() -> Self {
        Self {
            backend: "winit",
            size: [1280, 800],
            one_mailbox: false,
            visit: String::new(),
            server: None,
            phone: false,
            more: String::new(),
        }
    }
}

impl Site {
    /// Starts everything in `dir`. `say` hears one line a part.
    ///
    /// # Errors
    /// When a part is missing or does not start.
    pub fn start(dir: &Path, options: Options, say: &dyn Fn(&str)) -> Result<Self> {
        fs::create_dir_all(dir)?;
        let dir = dir.canonicalize()?;
        say("certificats");
        let pki = Pki::create(&dir.join("pki"))?;
        let reader = match options.without_reader {
            true => None,
            false => {
                say("lecteur de carte (pcscd)");
                Some(Reader::start(&dir.join("reader"), &pki).context("card reader")?)
            }
        };
        say("fournisseur d'identité (oidc-provider)");
        fs::create_dir_all(dir.join("provider"))?;
        let provider = Provider::start(&dir.join("provider"), &pki, options.provider).context("provider")?;
        say("messagerie (Dovecot)");
        let tokens = Tokens::Introspection { url: provider.introspection_url(), ca: pki.provider_ca() };
        let mut settings = mail::Options {
            messages: options.messages,
            tokens,
            certificate: options.mail_certificate,
            ..mail::Options::default()
        };
        if let Some(newest) = options.newest {
            settings.newest = newest;
        }
        let plan = options.sending.then(|| Plan::new(submission::Options::default())).transpose()?;
        if let Some(plan) = &plan {
            settings.more = plan.dovecot();
        }
        let mail = Mail::start(&dir, &pki, settings).context("mail server")?;
        if options.letters {
            letters::deliver(&mail).context("letters")?;
        }
        let (mut submission, mut annuaire) = (None, None);
        if let Some(plan) = plan {
            say("envoi (Postfix)");
            submission = Some(plan.start(&dir, &pki, &mail).context("submission server")?);
            say("annuaire et liste blanche");
            annuaire = Some(Annuaire::start(&pki, annuaire::Options::default()).context("directory")?);
        }
        let printer = match options.printer {
            None => None,
            Some(options) => {
                say("imprimante (ippeveprinter)");
                Some(printer::Printer::start(&pki, options).context("printer")?)
            }
        };
        let office = match &options.service {
            None => None,
            Some(options) => {
                say("opérateur de la boîte de service (Canaille, Dovecot)");
                let dir = dir.join("service");
                fs::create_dir_all(&dir)?;
                let provider = Canaille::start(&dir, &pki, options).context("the service's provider")?;
                let tokens = Tokens::Office { url: provider.introspection_url(), ca: pki.provider_ca() };
                let settings = mail::Options { messages: 40, tokens, ..mail::Options::default() };
                let mail = Mail::start(&dir, &pki, settings).context("the service's mail server")?;
                Some(Office { provider, mail })
            }
        };
        say("noms (dnsmasq)");
        let names = dns::Options { imap: Service::here(mail.imap()), ..dns::Options::default() };
        let sending = submission.as_ref().map(|submission| ("_submission", Service::sending(submission.starttls())));
        let dns = Dns::start_with(&names, sending.as_slice()).context("DNS server")?;
        Ok(Self { dir, pki, reader, provider, mail, submission, annuaire, printer, office, dns })
    }

    /// Writes the configuration of a kiosk in front of this site, and its secret beside it.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn configure(&self, kiosk: &Kiosk) -> Result<PathBuf> {
        let secret = |name: &str, words: &str| -> Result<()> {
            let path = self.dir.join(name);
            let _ = fs::remove_file(&path);
            let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
            Ok(std::io::Write::write_all(&mut &file, words.as_bytes())?)
        };
        secret("borne.secret", provider::CLIENT_SECRET)?;
        if self.office.is_some() {
            secret("service.secret", canaille::CLIENT_SECRET)?;
            fs::write(self.dir.join("service.hints.toml"), HINTS)?;
        }
        if self.annuaire.is_some() {
            secret("annuaire.key", annuaire::KEY)?;
        }
        let path = self.dir.join("site.toml");
        fs::write(&path, self.text(kiosk))?;
        Ok(path)
    }

    fn text(&self, kiosk: &Kiosk) -> String {
        let list = |items: &[String]| items.iter().map(|item| format!("\"{item}\"")).collect::<Vec<_>>().join(", ");
        let server = kiosk.server.as_ref().map_or_else(String::new, |(host, port, tls)| {
            format!("server = {{ host = \"{host}\", port = {port}, tls = \"{tls}\" }}\n")
        });
        let mut shared = if kiosk.one_mailbox { String::new() } else { SHARED.to_owned() };
        if self.office.is_some() {
            // The service's people log in by its own provider.
            shared = match kiosk.one_mailbox {
                true => SERVICE.to_owned(),
                false => shared.replacen("\"899700054321\"]", "\"899700054321\", \"marie\", \"paul\"]", 1),
            };
        }
        format!(
            r#"# Écrit par le site d'essai : rien d'ici n'est réel.
[site]
name = "Centre hospitalier de Moulinsart"
machine = "MLS-B-014"
phone = "01 99 00 42 42"
mail = "support@moulinsart.example"
hours = "7 h – 20 h"
help_url = "https://aide.moulinsart.example/borne"

[screen]
backend = "{backend}"
size = [{width}, {height}]

[visit]
{visit}

[network]
dns = "{dns}"
interfaces = ["lo"]
{hosts}

[provider]
discovery = "{discovery}"
issuer = "{issuer}"
client_id = "{client}"
client = {{ auth = "client_secret_basic", secret_file = "borne.secret" }}
redirect_uri = "{redirect}"
scopes = ["scope_all"]
acr_values = ["eidas1"]
accepted_acr = ["eidas1", "eidas2"]
allowed_hosts = [{allowed}]
card_hosts = ["{card_host}"]
roots = ["{provider_ca}"]

[mail]
{server}srv_domains = ["mss.test"]
roots = ["{mail_ca}"]

[[mailboxes]]
address = "tryphon.tournesol@mss.test"
kind = "personal"
holders = ["899700012345"]

[[mailboxes]]
address = "bianca.castafiore@mss.test"
kind = "personal"
holders = ["899700054321"]
{shared}{services}{phone}{more}
[process]
closed_memory = false      # the demonstration itself looks at what stays in memory
"#,
            backend = kiosk.backend,
            width = kiosk.size[0],
            height = kiosk.size[1],
            visit = kiosk.visit,
            dns = self.dns.address(),
            discovery = self.provider.discovery(),
            issuer = self.provider.url(),
            client = provider::CLIENT,
            redirect = self.provider.redirect_uri(),
            allowed = list(&self.provider.hosts()),
            card_host = self.provider.card_host(),
            provider_ca = self.pki.provider_ca().display(),
            mail_ca = self.pki.mail_ca().display(),
            services = self.services(),
            phone = if kiosk.phone { PHONE } else { "" },
            more = kiosk.more,
            hosts = self.known_hosts(),
        )
    }

    /// Hosts that no name server of the site knows.
    fn known_hosts(&self) -> String {
        let local = self.printer.is_some() || self.office.is_some();
        let names = [(self.annuaire.is_some(), annuaire::HOST), (local, "localhost")];
        let known = names.iter().filter(|(there, _)| *there).map(|(_, name)| format!("\"{name}\" = \"127.0.0.1\""));
        let known: Vec<String> = known.collect();
        if known.is_empty() { String::new() } else { format!("hosts = {{ {} }}", known.join(", ")) }
    }

    /// The door of the service's mailbox.
    fn service(&self, office: &Office) -> String {
        format!(
            r#"
[service]
hints = "service.hints.toml"

[service.provider]
discovery = "{discovery}"
issuer = "{issuer}"
client_id = "{client}"
client = {{ auth = "client_secret_basic", secret_file = "service.secret" }}
redirect_uri = "{redirect}"
post_logout_redirect_uri = "{redirect}/fin"
scopes = ["profile", "email"]
accepted_acr = []
allowed_hosts = ["{host}"]
roots = ["{provider_ca}"]

[service.mail]
server = {{ host = "imap.mss.test", port = {port}, tls = "starttls" }}
roots = ["{mail_ca}"]
"#,
            discovery = office.provider.discovery(),
            issuer = office.provider.url(),
            client = canaille::CLIENT,
            redirect = canaille::REDIRECT,
            host = office.provider.host(),
            port = office.mail.imap(),
            provider_ca = self.pki.provider_ca().display(),
            mail_ca = self.pki.mail_ca().display(),
        )
    }

    /// What the kiosk offers beside reading its list.
    fn services(&self) -> String {
        let mut text = String::new();
        let mail_ca = self.pki.mail_ca();
        if let Some(annuaire) = &self.annuaire {
            text.push_str(&format!(
                r#"
[sending]
nil = "ESSAI-0000"

[sending.white_list]
url = "{list}"
roots = ["{ca}"]

[[sending.replies]]
title = "Bien reçu"
text = "Bien reçu, merci. Je revois le patient."

[[sending.replies]]
title = "Rappelez-moi"
text = "Pouvez-vous me rappeler au secrétariat ?"

[[sending.replies]]
title = "Document attendu"
text = "Il me manque le document. Merci de le renvoyer."

[[sending.replies]]
title = "Pas mon patient"
text = "Ce patient ne relève pas de mon suivi."

[directory]
base = "{base}"
key_file = "annuaire.key"
roots = ["{ca}"]
near = "Moulinsart"
"#,
                list = annuaire.white_list(),
                base = annuaire.base(),
                ca = mail_ca.display(),
            ));
        }
        if let Some(office) = &self.office {
            text.push_str(&self.service(office));
        }
        if let Some(printer) = &self.printer {
            text.push_str(&format!(
                "\n[printer]\naddress = \"{}\"\nroots = [\"{}\"]\n",
                printer.address(),
                self.pki.provider_ca().display()
            ));
        }
        text
    }
}

/// What Canaille says in English on its French pages.
const HINTS: &str = r#"[[rule]]
words = { "Too many attempts" = "Patientez {n} secondes.", "Too much attempts" = "Trop d’essais : attendez {n} secondes." }
"#;

/// The telephone's door. Invented numbers have no check digit.
const PHONE: &str = "\n[phone]\ncheck_digit = false\n";

/// The service's BAL alone.
const SERVICE: &str = r#"
[[mailboxes]]
address = "secretariat.cardiologie@mss.test"
kind = "organisational"
label = "Secrétariat de cardiologie"
holders = ["marie", "paul"]
"#;

/// BALs of several people; the last one is refused to all of them by the operator.
const SHARED: &str = r#"
[[mailboxes]]
address = "secretariat.cardiologie@mss.test"
kind = "organisational"
label = "Secrétariat de cardiologie"
holders = ["899700012345", "899700054321"]

[[mailboxes]]
address = "autre.medecin@mss.test"
kind = "organisational"
label = "Laboratoire, résultats"
holders = ["899700012345"]
"#;
