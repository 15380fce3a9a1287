//! Somebody to write to.

use std::fmt;

/// What a mailbox is for: TRE_R257-TypeBAL (documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// PER: one professional's, read by nobody else.
    Personal,
    /// ORG: a service's or a team's.
    Organisational,
    /// APP: a program's or a machine's. People seldom read it.
    Applicative,
    /// CAB: a practice's.
    Cabinet,
}

impl Kind {
    pub(crate) fn of(code: &str) -> Option<Self> {
        match code {
            "PER" => Some(Kind::Personal),
            "ORG" => Some(Kind::Organisational),
            "APP" => Some(Kind::Applicative),
            "CAB" => Some(Kind::Cabinet),
            _ => None,
        }
    }
}

/// Where somebody works. Either part may be empty.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Name of the structure, as the directory writes it.
    pub structure: String,
    /// Its city, as the directory writes it.
    pub city: String,
}

/// One mailbox and whose it is. Strings are one line each, without control or bidi characters; all but the address may
/// be empty.
///
/// Somebody with several mailboxes is several entries. What tells homonyms apart is the profession and the place: show
/// both beside the name, a message to the wrong doctor cannot be called back.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// A person as «Dr Bianca CASTAFIORE», a service as its operator described it.
    pub name: String,
    /// «Médecin, Cardiologie et maladies vasculaires»; empty for a service.
    pub profession: String,
    /// Where. For a person who works in several places, the one the question, the kiosk or this mailbox points at; empty
    /// if nothing does.
    pub place: Place,
    /// What else the operator wrote about this mailbox, for a person's.
    pub note: String,
    /// The MSSanté address. It can stand in a header as it is; its domain is still to be judged (`Domains::judge`).
    pub address: String,
    /// What kind of mailbox it is.
    pub kind: Kind,
    /// The professional's national number, eleven digits; none for a service.
    pub rpps: Option<String>,
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Place(…)")
    }
}

/// Says nothing of whom: what somebody looks for tells about their patients.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({:?})", self.kind)
    }
}
