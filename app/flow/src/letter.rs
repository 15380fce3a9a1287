//! A message as the screen reads it.
//!
//! Everything here is made of what a stranger wrote: it was read in a confined process, bounded and cleaned there, and is
//! wiped when dropped.

use crate::time::{Day, Stamp};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Where a message stands, for as long as its BAL is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct MessageId {
    /// Index in the folder list last reported.
    pub folder: usize,
    /// IMAP UID in that folder.
    pub uid: u32,
}

/// Someone who writes or is written to.
#[derive(Clone, PartialEq, Eq, Default, Zeroize, ZeroizeOnDrop)]
pub struct Correspondent {
    /// The name as it was sent, may be empty.
    pub name: String,
    /// The address.
    pub address: String,
}

impl Correspondent {
    /// The name, or the address where there is none.
    pub fn shown(&self) -> &str {
        if self.name.is_empty() { &self.address } else { &self.name }
    }
}

/// What the sender is, as far as the address tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Zeroize)]
pub enum Origin {
    /// A professional or a service: nothing is said.
    #[default]
    Professional,
    /// «Entité fonctionnelle»: a service's or an application's mailbox.
    Service,
    /// A patient (`…@patient.mssante.fr`).
    Patient,
}

/// What is known of an electronic signature (S/MIME).
#[derive(Clone, PartialEq, Eq, Default, Zeroize, ZeroizeOnDrop)]
pub enum Seal {
    /// The message is not signed: nothing is said.
    #[default]
    None,
    /// «Signature valide»: of this person.
    Valid(String),
    /// «Signature non vérifiée»: nobody known vouches for the signer.
    Unverified,
    /// «Signature invalide»: the message was changed, or the signer is another.
    Invalid,
    /// The message is encrypted and cannot be read here.
    Encrypted,
}

/// A receipt that the sender asks for (RFC 8098).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Receipt {
    /// None is asked.
    #[default]
    None,
    /// «L'expéditeur demande un accusé de lecture.»: the person decides.
    Asked,
    /// It is on its way.
    Sending,
    /// «Accusé de lecture envoyé».
    Sent,
    /// The person has declined, for this visit.
    Declined,
}

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Zeroize)]
pub enum Report {
    /// «Message non remis» (RFC 3464, action `failed`).
    NotDelivered,
    /// «Remise retardée» (action `delayed`).
    Delayed,
    /// «Message remis».
    Delivered,
    /// «Accusé de lecture» (RFC 8098).
    Read,
    /// «Rapport d'erreur»: the recipient's software could not take the document in (MSSanté).
    NotIntegrated,
}

/// A patient, as a document names them.
#[derive(Clone, PartialEq, Eq, Default, Zeroize, ZeroizeOnDrop)]
pub struct Patient {
    /// Family name, in capitals.
    pub family: String,
    /// Given name.
    pub given: String,
    /// Birth date.
    pub born: Option<Day>,
    /// Age in whole years today.
    pub age: Option<u16>,
    /// Sex.
    pub sex: Sex,
    /// National health identity, with its spaces: «1 56 06 99 999 042 17».
    pub ins: String,
    /// «INS qualifiée»; meaningless without [`Self::ins`].
    pub qualified: bool,
}

/// Sex, as the identity states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Zeroize)]
pub enum Sex {
    /// Not said.
    #[default]
    Unknown,
    /// «Femme».
    Female,
    /// «Homme».
    Male,
}

/// One piece of a text.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Block {
    /// How it is set.
    pub kind: BlockKind,
    /// Its text; lines of a [`BlockKind::Preformatted`] end with a line feed, cells of a [`BlockKind::Row`] with a tab.
    pub text: String,
}

/// How a piece of text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Zeroize)]
pub enum BlockKind {
    /// A paragraph.
    #[default]
    Paragraph,
    /// A heading.
    Heading,
    /// An item of a list.
    Item,
    /// A row of a table.
    Row,
    /// Columns that were lined up by spaces.
    Preformatted,
    /// What was answered to, folded at first.
    Quote,
    /// Below the «-- » line.
    Signature,
    /// A line across.
    Rule,
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Zeroize)]
pub enum DocumentKind {
    /// Pages.
    Pdf,
    /// A picture.
    Image,
    /// Plain text, or what was made of an office file.
    Text,
    /// A CDA document with a structured body.
    Structured,
    /// A biology report with its results.
    Biology,
    /// Another message.
    Message,
    /// Cannot be shown here.
    #[default]
    Other,
}

/// One document on the message's page.
#[derive(Clone, PartialEq, Eq, Default, Zeroize, ZeroizeOnDrop)]
pub struct DocumentLine {
    /// «Compte rendu d'imagerie», else the file's name.
    pub title: String,
    /// What it is.
    pub kind: DocumentKind,
    /// Pages, once known.
    pub pages: Option<u32>,
    /// Results of a biology report.
    pub results: Option<u32>,
    /// Of those, the ones that are not normal.
    pub abnormal: u32,
    /// Who made it, empty when not known.
    pub author: String,
    /// When it was made.
    pub date: Option<Day>,
    /// Bytes.
    pub size: u64,
    /// Ending of the file's name in capitals, for what cannot be shown: «DOCX».
    pub ending: String,
}

/// A message, read.
#[derive(Clone, PartialEq, Eq, Default, Zeroize, ZeroizeOnDrop)]
pub struct Letter {
    /// Who wrote.
    pub from: Correspondent,
    /// What they are.
    #[zeroize(skip)]
    pub origin: Origin,
    /// To whom, the first fifty, copies after the others.
    pub to: Vec<Correspondent>,
    /// How many of `to` are copies.
    pub copies: usize,
    /// Recipients left out of `to`.
    pub more: u32,
    /// Without `XDM/1.0/DDM+`.
    pub subject: String,
    /// When it arrived, local time.
    pub when: Stamp,
    /// The patient its documents are about.
    pub patient: Option<Patient>,
    /// Its signature.
    pub seal: Seal,
    /// The sender asks for a receipt.
    #[zeroize(skip)]
    pub receipt: Receipt,
    /// It is a report about another message.
    #[zeroize(skip)]
    pub report: Option<Report>,
    /// Its text.
    pub blocks: Vec<Block>,
    /// «Mise en forme simplifiée. Images et liens désactivés.»
    pub simplified: bool,
    /// The text is longer than what is kept of it.
    pub cut: bool,
    /// The thread is closed: a patient may not answer any more (`X-MSS-MES: FIN`).
    pub closed: bool,
    /// Its documents.
    pub documents: Vec<DocumentLine>,
}

macro_rules! silent {
    ($($name:ident),*) => {$(
        /// Content of a mailbox has no place in a log.
        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    )*};
}
silent!(Correspondent, Patient, Block, DocumentLine, Letter, Seal);
