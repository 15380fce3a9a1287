//! Sending against Debian's Postfix and dovecot-submissiond, delivered into Dovecot, over real DNS and TLS.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

#[path = "outbox/broken.rs"]
mod broken;
#[path = "outbox/deliver.rs"]
mod deliver;
#[path = "login/desk.rs"]
#[allow(dead_code, reason = "the login tests use the rest")]
mod desk;
mod place;
#[path = "outbox/refuse.rs"]
mod refuse;
#[path = "outbox/trust.rs"]
mod trust;

use std::os::unix::fs::MetadataExt as _;
use std::process::Command;
use std::time::{Duration, Instant};

use mail::outbox::{Attachment, Built, Identity, Outbox, Outgoing, Recipient, Settings};
use mail::{Moment, Server, ServerSource, Tls};
use place::{Place, roots, token};
use secrecy::SecretString;
use site::dns;
use site::mail::{DOCTOR, PERSONAL, SHARED, Tokens};
use site::submission::{self, Plan, Submission};

const NOW: Moment = Moment { unix: 1_795_426_260, offset: 60 };

/// Which server a message is handed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    Implicit,
    StartTls,
    /// dovecot-submissiond, with STARTTLS.
    Submissiond,
}

const DOORS: [Door; 3] = [Door::Implicit, Door::StartTls, Door::Submissiond];

/// A site that takes mail, delivers it and shows it.
struct Site {
    submission: Submission,
    place: Place,
}

impl Site {
    fn start() -> Site {
        Site::with(site::mail::Options::default(), submission::Options::default())
    }

    fn with(options: site::mail::Options, sending: submission::Options) -> Site {
        let plan = Plan::new(sending).unwrap();
        let options = site::mail::Options { messages: 4, more: plan.dovecot(), ..options };
        let place = Place::set_up(options, |_| dns::Options::default());
        let submission = plan.start(place.dir.path(), &place.pki, &place.mail).unwrap();
        Site { submission, place }
    }

    fn server(&self, door: Door) -> Server {
        let (port, tls) = match door {
            Door::Implicit => (self.submission.implicit(), Tls::Implicit),
            Door::StartTls => (self.submission.starttls(), Tls::StartTls),
            Door::Submissiond => (self.submission.submissiond(), Tls::StartTls),
        };
        Server { host: "smtp.mss.test".into(), port, tls }
    }

    fn settings(&self, door: Door) -> Settings {
        self.settings_for(ServerSource::Fixed(self.server(door)))
    }

    fn settings_for(&self, source: ServerSource) -> Settings {
        let mut settings = Settings::new(source, roots(&self.place.pki.mail_ca()));
        settings.dns = Some(self.place.dns.address());
        settings
    }

    /// Messages in a folder with this `Message-ID`, as the server keeps them.
    fn kept(&self, address: &str, folder: &str, id: &str) -> Vec<String> {
        let id = format!("<{id}>");
        let query = ["fetch", "-u", address, "text", "mailbox", folder, "header", "message-id", &id];
        let text = self.place.mail.doveadm(&query, b"").unwrap();
        text.split("text:\n").skip(1).map(|one| one.trim_end_matches('\u{c}').replace('\r', "")).collect()
    }

    /// Reports on deliveries (RFC 3464) in an inbox, as the server keeps them.
    fn reports(&self, address: &str) -> Vec<String> {
        let query = ["fetch", "-u", address, "text", "mailbox", "INBOX", "header", "content-type", "delivery-status"];
        let text = self.place.mail.doveadm(&query, b"").unwrap();
        text.split("text:\n").skip(1).map(|one| one.replace('\r', "")).collect()
    }

    /// The message with this `Message-ID` in an inbox, once it has arrived.
    async fn delivered(&self, address: &str, id: &str) -> String {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(text) = self.kept(address, "INBOX", id).pop() {
                return text;
            }
            let log = self.place.mail.log();
            assert!(Instant::now() < until, "not delivered:\n{}\n{log}", self.submission.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Whether it is certain that a message does not arrive: nobody is handing it over, nothing is left to deliver, and
    /// nothing was delivered.
    async fn never_arrives(&self, address: &str, id: &str) -> bool {
        self.settles().await;
        self.kept(address, "INBOX", id).is_empty()
    }

    /// Waits until what has not been delivered never will be.
    async fn settles(&self) {
        // dovecot-submissiond may still have something to hand on, and says nothing of it.
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let (log, queue) = (self.submission.log(), self.queue());
            // Who is connected to Postfix may yet end a message with its dot.
            let connected = log.matches("]: connect from ").count() > log.matches("]: disconnect from ").count();
            if !connected && queue.trim() == "Mail queue is empty" {
                return;
            }
            assert!(Instant::now() < until, "never settles:\n{queue}\n{log}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What Postfix has not delivered yet, as its own tool says. That tool too insists on being root.
    fn queue(&self) -> String {
        let root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
        let namespace = ["unshare", "--user", "--map-root-user", "--map-auto", "--"];
        let words = [if root { &[][..] } else { &namespace[..] }, &["postqueue", "-c"]].concat();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).arg(self.place.dir.path().canonicalize().unwrap().join("postfix")).arg("-p");
        let path = std::env::var("PATH").unwrap_or_default();
        let told = command.env("PATH", format!("{path}:/usr/sbin")).output().unwrap();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        String::from_utf8(told.stdout).unwrap()
    }
}

/// A token of the size and the looks of Keycloak's.
fn long_token() -> (SecretString, Tokens) {
    let text = format!("eyJhbGciOiJSUzI1NiJ9.{}.{}", "eyJzdWIi".repeat(200), "aB3-_".repeat(68));
    assert!(text.len() > 1960 && text.len() < 2040, "{}", text.len());
    (SecretString::from(text.clone()), Tokens::List(vec![(text, DOCTOR.into())]))
}

fn me() -> Identity {
    Identity { address: PERSONAL.into(), label: "Dr Tryphon TOURNESOL, Cabinet de Moulinsart".into() }
}

fn to(address: &str) -> Recipient {
    Recipient { address: address.into(), label: "Secrétariat de cardiologie".into() }
}

fn letter(address: &str) -> Outgoing {
    let mut message = Outgoing::new(me(), "GUICHET-1.0");
    message.to = vec![to(address)];
    message.subject = "Résultats de M. LAMPION".into();
    message.text = "Bonjour,\n\nTout va bien\u{202F}: l’hémoglobine est à 13,2 g/dl.\n.\n..\nBien à vous".into();
    message
}

/// A letter with a document of this many bytes.
fn heavy(address: &str, size: usize) -> Outgoing {
    let mut message = letter(address);
    let bytes: Vec<u8> = (0..=255u8).cycle().take(size).collect();
    message.attachments.push(Attachment {
        name: "Compte rendu – été.pdf".into(),
        media_type: "application/pdf".into(),
        bytes: bytes.into(),
    });
    message
}

fn built(message: &Outgoing) -> Built {
    message.build(NOW).unwrap()
}

async fn send(settings: &Settings, built: &Built) -> Result<mail::outbox::Accepted, mail::outbox::SendError> {
    Outbox::prepare(settings, PERSONAL).await.unwrap().send(&token(), built).await
}

/// What was built, as a mailbox keeps it: below the lines of those that carried it, and without carriage returns.
fn as_kept(built: &Built) -> String {
    String::from_utf8(built.raw.to_vec()).unwrap().replace('\r', "")
}

/// The secretariat, which the doctor may open too.
const OTHER: &str = SHARED;
