//! A message being written.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _};
use std::time::{SystemTime, UNIX_EPOCH};

use zeroize::Zeroizing;

use super::{address, quote, subject};
use crate::time::Moment;

/// Most references kept. RFC 5322 section 3.6.4 lets them grow without end; RFC 5537 section 3.4.4 says which to drop.
const MOST_REFERENCES: usize = 20;
/// Longest message identifier kept, in bytes: a header line ends at 998.
const LONGEST_ID: usize = 250;

/// Who writes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// Address of the mailbox.
    pub address: String,
    /// What recipients see before it, as «Dr Tryphon TOURNESOL, Cabinet de Moulinsart» (ECO.2.2.7). May be empty.
    pub label: String,
}

/// Somebody written to.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Recipient {
    /// Address.
    pub address: String,
    /// Name, may be empty.
    pub label: String,
}

impl From<&crate::Correspondent> for Recipient {
    fn from(person: &crate::Correspondent) -> Self {
        Recipient { address: person.address.clone(), label: person.name.clone() }
    }
}

/// What a message is to the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: the first of its thread.
    #[default]
    New,
    /// An answer to whoever wrote.
    Reply,
    /// An answer to everybody.
    ReplyAll,
    /// The message passed on.
    Forward,
}

/// Where a message belongs.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Thread {
    /// Identifier of the message answered or passed on, without angle brackets.
    pub message_id: Option<String>,
    /// Identifiers of those before it, oldest first.
    pub references: Vec<String>,
    /// Whether that message's subject began with `XDM/1.0/DDM+`.
    pub was_xdm_subject: bool,
    /// Whether one of its messages ended it (`X-MSS-MES: FIN`).
    pub closed: bool,
}

/// A document that goes along.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Attachment {
    /// File name.
    pub name: String,
    /// Media type, as `application/pdf`. One that cannot be becomes `application/octet-stream`.
    pub media_type: String,
    /// The document.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// What the medical documents of an `IHE_XDM.ZIP` among the attachments are.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Xdm {
    /// LOINC or other codes of their types, as `34112-3` (`X-MSS-CODECDA`).
    pub types: Vec<String>,
    /// Whether they carry a qualified INS (`X-MSS-INS`).
    pub ins: bool,
}

/// A message as it was received, for an answer to it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Original {
    /// Who wrote it.
    pub from: Recipient,
    /// Where answers are wanted, if elsewhere.
    pub reply_to: Vec<Recipient>,
    /// Who it was written to.
    pub to: Vec<Recipient>,
    /// Who got a copy.
    pub cc: Vec<Recipient>,
    /// Subject, as received.
    pub subject: String,
    /// When it was written, in the zone of the site.
    pub date: Moment,
    /// Its text.
    pub text: String,
    /// Its place.
    pub thread: Thread,
}

/// A message being written. Its `Message-ID` is made with it and stays: in drafts, in a second try, in Envoyés.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Who writes.
    pub from: Identity,
    /// Who it is written to.
    pub to: Vec<Recipient>,
    /// Who gets a copy.
    pub cc: Vec<Recipient>,
    /// Subject.
    pub subject: String,
    /// What the person wrote.
    pub text: String,
    /// The message answered or passed on, as it will stand below. May be emptied.
    pub quoted: String,
    /// What it is to the one before.
    pub kind: Kind,
    /// Where it belongs.
    pub thread: Thread,
    /// Documents.
    pub attachments: Vec<Attachment>,
    /// Only where an `IHE_XDM.ZIP` goes along.
    pub xdm: Option<Xdm>,
    /// Whether a read receipt is asked for (RFC 8098).
    pub receipt_wanted: bool,
    /// Whether the patient may not answer it (`X-MSS-MES: FIN`).
    pub closes: bool,
    /// The product's reference of convergence (`X-MSS-NIL`).
    pub nil: String,
    pub(super) message_id: String,
}

impl Outgoing {
    /// An empty message.
    #[must_use]
    pub fn new(from: Identity, nil: impl Into<String>) -> Self {
        let message_id = new_id(&from.address);
        Outgoing {
            from,
            to: vec![],
            cc: vec![],
            subject: String::new(),
            text: String::new(),
            quoted: String::new(),
            kind: Kind::New,
            thread: Thread::default(),
            attachments: vec![],
            xdm: None,
            receipt_wanted: false,
            closes: false,
            nil: nil.into(),
            message_id,
        }
    }

    /// An answer: to who wrote, or to everybody but oneself. An answer to a message of one's own goes where that went.
    #[must_use]
    pub fn reply(from: Identity, nil: impl Into<String>, original: &Original, to_all: bool) -> Self {
        let mut message = Outgoing::new(from, nil);
        message.kind = if to_all { Kind::ReplyAll } else { Kind::Reply };
        message.subject = subject::reply(&original.subject);
        message.quoted = quote::reply(original);
        message.thread = original.thread.clone();
        let own = address::is_same(&original.from.address, &message.from.address);
        let back = match (own, original.reply_to.is_empty()) {
            (true, _) => original.to.clone(),
            (false, false) => original.reply_to.clone(),
            (false, true) => vec![original.from.clone()],
        };
        message.add(back, false);
        if to_all {
            message.add(original.to.iter().chain(&original.cc).cloned(), true);
        } else if own {
            message.add(original.cc.iter().cloned(), true);
        }
        message
    }

    /// The message passed on, whole; its documents are the caller's to add.
    #[must_use]
    pub fn forward(from: Identity, nil: impl Into<String>, original: &Original) -> Self {
        let mut message = Outgoing::new(from, nil);
        message.kind = Kind::Forward;
        message.subject = subject::forward(&original.subject);
        message.quoted = quote::forward(original);
        message.thread = original.thread.clone();
        message
    }

    /// The message that ends every thread with a patient: the subject is exactly `[FIN]`.
    #[must_use]
    pub fn closing(from: Identity, nil: impl Into<String>, patient: Recipient, text: impl Into<String>) -> Self {
        let mut message = Outgoing::new(from, nil);
        message.to = vec![patient];
        message.subject = "[FIN]".into();
        message.text = text.into();
        message.closes = true;
        message
    }

    /// Its identifier, without angle brackets.
    #[must_use]
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// Everybody it goes to.
    pub fn recipients(&self) -> impl Iterator<Item = &Recipient> {
        self.to.iter().chain(&self.cc)
    }

    /// Adds recipients that are not there yet and not the writer.
    fn add(&mut self, people: impl IntoIterator<Item = Recipient>, copy: bool) {
        for person in people {
            let known = address::is_same(&person.address, &self.from.address)
                || self.recipients().any(|there| address::is_same(&there.address, &person.address));
            if !known && !person.address.is_empty() {
                if copy { self.cc.push(person) } else { self.to.push(person) }
            }
        }
    }
}

impl Thread {
    /// `In-Reply-To` and `References` of a message that continues this thread: the oldest one and the newest ones.
    pub(super) fn ancestry(&self) -> Vec<&str> {
        let mut all: Vec<&str> = vec![];
        for id in self.references.iter().chain(&self.message_id) {
            let id = id.trim().trim_start_matches('<').trim_end_matches('>');
            if is_id(id) && !all.contains(&id) {
                all.push(id);
            }
        }
        let extra = all.len().saturating_sub(MOST_REFERENCES);
        if extra > 0 {
            all.drain(1..=extra);
        }
        all
    }
}

/// Whether this can stand between angle brackets. Real ones follow RFC 5322 loosely; none may end a field.
pub(super) fn is_id(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>')
}

/// An identifier nobody else has: 128 bits and the domain of the mailbox. It tells nothing of the kiosk.
pub(super) fn new_id(from: &str) -> String {
    // The keys of the two hashers come from the system's generator.
    let half = || {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u128(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |t| t.as_nanos()));
        hasher.finish()
    };
    let domain = Some(from).filter(|from| address::is_address(from)).and_then(address::domain);
    format!("{:016x}{:016x}@{}", half(), half(), domain.unwrap_or("localhost").to_ascii_lowercase())
}

macro_rules! silent {
    ($($name:ident),*) => {$(
        /// Says nothing of what is inside.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

silent!(Identity, Recipient, Thread, Attachment, Xdm, Original, Outgoing);

#[cfg(test)]
mod tests {
    use super::*;

    fn person(address: &str) -> Recipient {
        Recipient { address: address.into(), label: String::new() }
    }

    fn me() -> Identity {
        Identity { address: "tryphon@mss.test".into(), label: "Dr Tryphon TOURNESOL".into() }
    }

    fn original() -> Original {
        Original {
            from: person("bianca@mss.test"),
            to: vec![person("Tryphon@mss.test"), person("labo@mss.test")],
            cc: vec![person("hans@mss.test"), person("Bianca@mss.test")],
            subject: "Re: Résultats".into(),
            text: "Bonjour".into(),
            thread: Thread {
                message_id: Some("<2@mss.test>".into()),
                references: vec!["1@mss.test".into()],
                ..Thread::default()
            },
            ..Original::default()
        }
    }

    fn addresses(people: &[Recipient]) -> Vec<&str> {
        people.iter().map(|p| p.address.as_str()).collect()
    }

    #[test]
    fn an_answer_goes_to_who_wrote_and_one_to_all_to_everybody_else_once() {
        let one = Outgoing::reply(me(), "nil", &original(), false);
        assert_eq!((addresses(&one.to), one.cc.len()), (vec!["bianca@mss.test"], 0));
        let all = Outgoing::reply(me(), "nil", &original(), true);
        assert_eq!(addresses(&all.to), ["bianca@mss.test"]);
        assert_eq!(addresses(&all.cc), ["labo@mss.test", "hans@mss.test"]);
        assert_eq!((all.subject.as_str(), all.kind), ("Re : Résultats", Kind::ReplyAll));
        assert_eq!(all.thread.ancestry(), ["1@mss.test", "2@mss.test"]);
    }

    #[test]
    fn an_answer_goes_where_it_is_wanted() {
        let elsewhere = Original { reply_to: vec![person("secretariat@mss.test")], ..original() };
        assert_eq!(addresses(&Outgoing::reply(me(), "nil", &elsewhere, false).to), ["secretariat@mss.test"]);
        let own = Original { from: person("TRYPHON@mss.test"), ..original() };
        let message = Outgoing::reply(me(), "nil", &own, false);
        assert_eq!(addresses(&message.to), ["labo@mss.test"]);
        assert_eq!(addresses(&message.cc), ["hans@mss.test", "Bianca@mss.test"]);
    }

    #[test]
    fn what_is_passed_on_goes_to_nobody_yet() {
        let message = Outgoing::forward(me(), "nil", &original());
        assert_eq!((message.to.len(), message.subject.as_str()), (0, "Tr : Résultats"));
        assert!(message.quoted.contains("Bonjour"));
    }

    #[test]
    fn references_are_bounded_and_keep_both_ends() {
        let mut thread = original().thread;
        thread.references = (0..50).map(|n| format!("{n}@mss.test")).collect();
        thread.references.extend([
            "a b".into(),
            "x\r\nBcc: y".into(),
            "y".repeat(300),
            String::new(),
            "2@mss.test".into(),
        ]);
        let kept = thread.ancestry();
        assert_eq!(
            (kept.len(), kept.first().copied(), kept.last().copied()),
            (20, Some("0@mss.test"), Some("49@mss.test"))
        );
        assert!(Thread::default().ancestry().is_empty());
    }

    #[test]
    fn identifiers_are_never_the_same_and_name_the_domain_only() {
        let (one, other) = (Outgoing::new(me(), "nil"), Outgoing::new(me(), "nil"));
        assert_ne!(one.message_id(), other.message_id());
        assert!(one.message_id().ends_with("@mss.test") && is_id(one.message_id()));
        let broken = Identity { address: "x\r\n@y".into(), ..me() };
        assert!(Outgoing::new(broken, "nil").message_id().ends_with("@localhost"));
    }

    #[test]
    fn nothing_of_a_message_is_printed() {
        let mut message = Outgoing::reply(me(), "nil", &original(), true);
        message.text = "Bonjour".into();
        let printed = format!("{message:?} {:?} {:?} {:?}", message.to, message.from, message.thread);
        assert!(!printed.contains("mss.test") && !printed.contains("Bonjour"), "{printed}");
    }
}
