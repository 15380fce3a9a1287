//! What the engine knows of its site: where to log in, where mail is, whose BALs are whose.

use flow::{Mailbox, MailboxKind};
use jiff::tz::TimeZone;
use std::sync::Arc;

/// A BAL of the site, and who may try to open it.
#[derive(Clone)]
pub struct SiteMailbox {
    /// The BAL.
    pub mailbox: Mailbox,
    /// National identifiers of its people. The server decides; this only proposes.
    pub holders: Vec<String>,
}

/// The site.
pub struct Desk {
    /// The identity provider of the card and of the telephone.
    pub login: Arc<login::Settings>,
    /// The organisational mailbox, where the site has one.
    pub service: Option<Arc<Service>>,
    /// The mail operator.
    pub mail: Arc<mail::Settings>,
    /// The site's BALs, in the order of the choice.
    pub mailboxes: Vec<SiteMailbox>,
    /// The national directory, where people's BALs are to be looked up in it.
    pub directory: Option<Arc<directory::Directory>>,
    /// How messages and documents are read.
    pub reader: Reader,
    /// How messages are sent; `None`: the kiosk only reads.
    pub writing: Option<Arc<Writing>>,
    /// The printer, if there is one.
    pub printer: Option<Arc<Printer>>,
    /// Whoever works in several places says for which one they are here.
    pub choose_place: bool,
    /// What looks after revocation lists, for whoever keeps it going.
    pub revocation: Option<Arc<revocation::Checker>>,
    /// The kiosk's time zone.
    pub zone: TimeZone,
}

/// The door of an organisational mailbox: login, password and second factor at its operator's own provider.
pub struct Service {
    /// The operator's provider.
    pub login: Arc<login::Settings>,
    /// What its pages do not say by themselves.
    pub hints: Arc<forms::Hints>,
    /// Its mail servers, where they are not the site's.
    pub mail: Option<Arc<mail::Settings>>,
}

/// How messages and documents are read: by another process, which can do nothing else.
#[derive(Clone)]
pub struct Reader {
    /// The confined process.
    pub program: document::Program,
    /// How much of everything it reads.
    pub limits: document::Limits,
    /// Width in pixels of a page on the panel, for each step of zoom.
    pub widths: [u32; 4],
}

/// The printer, and what letters are set in.
pub struct Printer {
    /// The printer.
    pub printer: printing::Printer,
    /// The product's own letters.
    pub fonts: printing::Fonts,
}

/// How messages are sent.
pub struct Writing {
    /// The operator's submission server, and its limits.
    pub outbox: mail::outbox::Settings,
    /// The product's reference of convergence (`X-MSS-NIL`).
    pub nil: String,
    /// The domains one may write to.
    pub domains: Arc<directory::Domains>,
    /// Annuaire Santé, if it is configured.
    pub directory: Option<Arc<directory::Directory>>,
    /// A copy goes to «Envoyés». Off where the operator does that by itself.
    pub keep_sent: bool,
}

/// Most BALs offered to one person.
const MOST: usize = 40;

impl Desk {
    /// The BALs of a person by configuration: known as soon as the certificate is read.
    pub(crate) fn configured(&self, national_id: &str) -> Vec<Mailbox> {
        let theirs = |entry: &&SiteMailbox| entry.holders.iter().any(|holder| holder == national_id);
        self.mailboxes.iter().filter(theirs).map(|entry| entry.mailbox.clone()).take(MOST).collect()
    }

    /// The BALs that people of an organisational provider may open: logins are no national identifiers.
    pub(crate) fn of_services(&self) -> impl Iterator<Item = &Mailbox> {
        let login = |holder: &String| !holder.bytes().all(|digit| digit.is_ascii_digit());
        self.mailboxes.iter().filter(move |entry| entry.holders.iter().any(login)).map(|entry| &entry.mailbox)
    }

    /// The BALs of a person by configuration, by the provider's claims and by the directory, each address once, in the
    /// first one's words, their own first.
    pub(crate) fn mailboxes(&self, identity: &login::Identity, published: &[Mailbox]) -> Vec<Mailbox> {
        let claimed = identity.mailboxes.iter().map(|claimed| Mailbox {
            address: claimed.address.clone(),
            label: claimed.label.clone().unwrap_or_default(),
            kind: match claimed.kind {
                login::MailboxKind::Personal => MailboxKind::Personal,
                login::MailboxKind::Application => MailboxKind::Applicative,
                // Said to be shared, or not said: the wording that promises less.
                login::MailboxKind::Organisational | login::MailboxKind::Unknown => MailboxKind::Organisational,
            },
        });
        let mut all = self.configured(&identity.subject_name_id);
        for mailbox in claimed.chain(published.iter().cloned()) {
            let known = all.iter().any(|one| one.address.eq_ignore_ascii_case(&mailbox.address));
            if !known && all.len() < MOST {
                all.push(mailbox);
            }
        }
        all.sort_by_key(|mailbox| mailbox.kind != MailboxKind::Personal);
        all
    }
}
