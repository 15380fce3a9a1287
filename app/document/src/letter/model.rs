//! A letter as the screen takes it. Everything in it was written by a stranger, bounded and cleaned here.
//!
//! Names and text are wiped when dropped; so is everything else, by the allocator of the program.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A message, read.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Zeroize)]
pub struct Letter {
    /// Who wrote: the first address of `From`.
    pub from: Correspondent,
    /// Where answers go, if the sender says so.
    pub reply_to: Vec<Correspondent>,
    /// To whom, up to [`Limits::recipients`](super::Limits).
    pub to: Vec<Correspondent>,
    /// Copies, in what `to` leaves of the same limit.
    pub cc: Vec<Correspondent>,
    /// Recipients left out of both lists.
    pub more_recipients: u32,
    /// Without `XDM/1.0/DDM+`.
    pub subject: String,
    /// The `Date` field: seconds since 1970. The sender's word and the sender's clock.
    pub written: Option<i64>,
    /// With its angle brackets, as answers quote it.
    pub message_id: Option<String>,
    /// The thread, oldest first, with angle brackets: `References`, else `In-Reply-To`.
    pub references: Vec<String>,
    /// What the sender is.
    pub sender: SenderKind,
    /// Who wants to be told that it was read (RFC 8098, `Disposition-Notification-To`).
    pub receipt_to: Option<Correspondent>,
    /// That address is not the one the message came from (`Return-Path`), or there are several: nothing may be sent
    /// before the person has agreed (RFC 8098, section 2.1).
    pub receipt_needs_asking: bool,
    /// A patient may not answer any more: `X-MSS-MES: FIN`, or a subject that is exactly `[FIN]`.
    pub closed: bool,
    /// It is a report about another message.
    pub report: Option<Report>,
    /// What its electronic signature is worth.
    pub signature: Signature,
    /// Its content is encrypted and cannot be read here.
    pub encrypted: bool,
    /// The text.
    pub blocks: Vec<Block>,
    /// The text came from HTML: «Mise en forme simplifiée. Images et liens désactivés.»
    pub simplified: bool,
    /// There is more text than the limits keep, or the message was not whole.
    pub cut: bool,
}

/// Someone who writes or is written to.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Correspondent {
    /// The name as it was sent. May be empty, and may say anything.
    pub name: String,
    /// The address.
    pub address: String,
}

/// What the sender is, as far as the address and the header tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, Zeroize)]
pub enum SenderKind {
    /// It cannot be told.
    #[default]
    Unknown,
    /// A person in a domain of MSSanté (`prenom.nom@….mssante.fr`).
    Professional,
    /// A patient (`…@patient.mssante.fr`).
    Patient,
    /// «Entité fonctionnelle»: the mailbox of a service.
    Service,
    /// A program: nobody reads the answer.
    Application,
}

/// A piece of the text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Block {
    /// How it is set.
    pub kind: BlockKind,
    /// Its text, never empty but in a [`BlockKind::Rule`]. A line feed is a break the writer made. There is no other
    /// control character, but for the tabs of a [`BlockKind::Row`]. Text that was struck out reads `[barré : …]`, figures
    /// above or below the line are figures of Unicode that stand there (`10⁹/L`).
    pub text: String,
}

/// How a piece of text is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, Zeroize)]
pub enum BlockKind {
    /// A paragraph.
    #[default]
    Paragraph,
    /// A heading.
    Heading,
    /// An item of a list. Its text begins with its own mark: `• `, `– ` in a list inside a list, `1. `.
    Item,
    /// A row of a table: cells separated by tabs, empty ones included.
    Row,
    /// Lines whose spaces count; every line ends with a line feed.
    Preformatted,
    /// What is answered to. Items, rows and headings in it are text like the rest; cells are separated by ` | `.
    Quote {
        /// 1 for the message answered to, 2 for the one before it, and so on.
        depth: u8,
    },
    /// Below the «-- » line: who writes, as programs add it.
    Signature,
    /// A line across.
    Rule,
}

/// A report about another message.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Zeroize)]
pub struct Report {
    /// What it says.
    pub kind: ReportKind,
    /// `Message-ID` of the message it is about, with angle brackets.
    pub original_id: Option<String>,
    /// Subject of that message, when the report carries its header.
    pub original_subject: String,
    /// When it happened, seconds since 1970.
    pub at: Option<i64>,
    /// Error code of an integration error: `902`.
    pub code: String,
    /// Its label, in the words of the sender: «Identifiant de patient inconnu».
    pub label: String,
    /// Recipients it speaks of, up to [`Limits::recipients`](super::Limits).
    pub recipients: Vec<Reported>,
    /// Recipients left out.
    pub more_recipients: u32,
}

/// What a report says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, Zeroize)]
pub enum ReportKind {
    /// A report that says nothing else.
    #[default]
    Other,
    /// «Message non remis» (RFC 3464, `failed`).
    NotDelivered,
    /// «Remise retardée» (`delayed`).
    Delayed,
    /// «Message remis» (`delivered`).
    Delivered,
    /// «Message transmis», to a system that will not tell more (`relayed`, `expanded`).
    Relayed,
    /// «Accusé de lecture» (RFC 8098, `displayed`).
    Read,
    /// «Supprimé», perhaps unread (`deleted`).
    Deleted,
    /// «Traité» by a program (`processed`, `dispatched`).
    Processed,
    /// «Rapport d'erreur»: the recipient's software could not take the document in (MSSanté), or could not handle the
    /// message (`Error`).
    NotIntegrated,
}

/// One recipient of a report.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Zeroize)]
pub struct Reported {
    /// The address.
    pub address: String,
    /// Why, by its code.
    pub cause: Cause,
    /// Enhanced status code (RFC 3463): `5.1.1`.
    pub status: String,
    /// What the server answered, in its words.
    pub said: String,
}

/// Why a message was not delivered, by its enhanced status code (RFC 3463).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, Zeroize)]
pub enum Cause {
    /// None of these, or not said.
    #[default]
    Unknown,
    /// `x.1.0` to `x.1.6`: there is no such address.
    Address,
    /// `x.2.1`: the mailbox takes no mail.
    Disabled,
    /// `x.2.2`: the mailbox is full.
    Full,
    /// `x.2.3`, `x.3.4`: the message is too large.
    TooLarge,
    /// `x.4.x`: the recipient's server was not reached in time.
    Unreachable,
    /// `x.6.x`: its form was refused.
    Content,
    /// `x.7.x`: refused by a rule of the recipient.
    Refused,
}

/// What a signature (S/MIME, RFC 8551) is worth.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Zeroize)]
pub enum Signature {
    /// The message is not signed.
    #[default]
    None,
    /// «Signature valide»: the text is the one that was signed, the certificate is vouched for by a configured
    /// authority, was valid when it signed, and names the address the message says it is from. Subject, date and
    /// recipients are not signed. Whether the certificate was revoked is not asked: there is no network here.
    Valid {
        /// Common name of the certificate.
        by: String,
        /// Organisation of the certificate, may be empty.
        organisation: String,
        /// When, as the signer says, seconds since 1970.
        at: Option<i64>,
    },
    /// «Signature invalide».
    Invalid(Flaw),
    /// «Signature non vérifiée»: nothing speaks against it, but not enough speaks for it.
    NotVerified(Doubt),
}

/// Why a signature is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
pub enum Flaw {
    /// The message is not the one that was signed.
    Changed,
    /// The signature was not made with the key of its certificate.
    Forged,
}

/// Why a signature is not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
pub enum Doubt {
    /// «Autorité inconnue»: no configured authority vouches for the certificate.
    UnknownAuthority,
    /// The certificate was not valid when it signed.
    Expired,
    /// The certificate is of another address than the one the message says it is from.
    OtherAddress,
    /// The certificate is not for mail, or not for signing.
    OtherUse,
    /// SHA-1, MD5, or a key too short.
    Weak,
    /// An algorithm that is not known here.
    Unsupported,
    /// The certificate of the signer is not in the message.
    NoCertificate,
    /// The signature cannot be read.
    Malformed,
    /// Only a part of the message is signed.
    Partial,
    /// The message was not whole.
    NotWhole,
}

/// What came with a letter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
pub struct Attachment {
    /// What [`Message::bytes`](super::Message::bytes) takes.
    pub index: usize,
    /// Its name, without a path. Made up after its type where it has none: `document.pdf`.
    pub name: String,
    /// Subject of an attached message; empty for everything else.
    pub title: String,
    /// Media type as declared, in small letters: `application/pdf`.
    pub declared: String,
    /// What its first bytes say it is.
    #[zeroize(skip)]
    pub sniffed: Sniffed,
    /// Bytes, decoded.
    pub size: u64,
    /// Its `Content-ID`, without angle brackets.
    pub content_id: Option<String>,
    /// It belongs into the text: a logo, or a pasted photograph.
    pub embedded: bool,
    /// False when the message ends inside of it.
    pub whole: bool,
}

/// What the first bytes of an attachment say it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Sniffed {
    /// Nothing that is known.
    #[default]
    Unknown,
    /// Nothing: it is empty.
    Empty,
    /// `%PDF`
    Pdf,
    /// A ZIP archive, which office documents are too.
    Zip,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// GIF.
    Gif,
    /// TIFF.
    Tiff,
    /// BMP.
    Bmp,
    /// WebP.
    Webp,
    /// HEIC or AVIF.
    Heif,
    /// DICOM.
    Dicom,
    /// RTF.
    Rtf,
    /// Old office documents and Outlook messages (OLE2).
    Ole,
    /// `winmail.dat` (TNEF).
    Tnef,
    /// 7z, RAR, gzip and other archives that are not opened.
    Archive,
    /// A program.
    Program,
    /// XML.
    Xml,
    /// HTML.
    Html,
    /// A message.
    Message,
    /// CMS in DER: what S/MIME puts in `smime.p7m`.
    Cms,
    /// Text of some charset.
    Text,
}

macro_rules! silent {
    ($($name:ident),*) => {$(
        /// Content of a mailbox has no place in a log.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}
silent!(Letter, Correspondent, Block, Report, Reported, Signature, Attachment);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_letter_is_ever_printed() {
        let letter = Letter {
            subject: "Lampion".into(),
            blocks: vec![Block { kind: BlockKind::Paragraph, text: "Lampion".into() }],
            signature: Signature::Valid { by: "Lampion".into(), organisation: String::new(), at: None },
            ..Letter::default()
        };
        let printed = format!("{letter:?} {:?} {:?}", letter.blocks, letter.signature);
        assert!(!printed.contains("Lampion"), "{printed}");
    }
}
