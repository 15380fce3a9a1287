//! A message as it goes over the wire.
//!
//! * The text is `text/plain` in UTF-8, one line a paragraph, in quoted-printable or base 64, whichever is shorter:
//!   programs of practices wrap lines to their window, and few of them know `format=flowed`, which would break theirs
//!   at 72 columns. Narrow no-break spaces and typographic apostrophes stay what they are.
//! * Documents are in base 64 whatever they are, so that they come out byte for byte; their names by RFC 2231.
//! * Everything written by hand passes through [`text::clean`] or [`is_address`]: one line, no controls. What may
//!   stand in a field is decided here; `mail-builder` encodes and folds it.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_builder::MessageBuilder;
use mail_builder::headers::HeaderType;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::{BodyPart, MimePart};
use zeroize::Zeroizing;

use super::address::{is_address, is_same};
use super::outgoing::{Attachment, Kind, Outgoing, Recipient};
use super::{subject, when};
use crate::text;
use crate::time::Moment;

/// Longest file name, in characters.
const LONGEST_NAME: usize = 120;
/// Characters of base 64 on a line (RFC 2045 section 6.8).
const COLUMNS: usize = 76;
/// Most types of medical documents told.
const MOST_TYPES: usize = 20;
/// The field of their types.
pub(super) const CODES: &str = "X-MSS-CODECDA";
/// The field that says whether they carry a qualified INS.
pub(super) const INS: &str = "X-MSS-INS";
/// The field that ends an exchange with a patient.
pub(super) const END: &str = "X-MSS-MES";

/// A message ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Built {
    /// Header and body. Lines end in CRLF and are 998 bytes long at most; there is no zero byte and no lone CR or LF.
    pub raw: Zeroizing<Vec<u8>>,
    /// Who it goes to.
    pub envelope: Envelope,
    /// Its identifier, without angle brackets.
    pub message_id: String,
}

/// Addresses as the server gets them.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Where failures are reported. Empty for a receipt, about which nothing is to be reported.
    pub from: String,
    /// Recipients, each once.
    pub to: Vec<String>,
}

impl fmt::Debug for Built {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Built({} bytes)", self.raw.len())
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Envelope({} recipients)", self.to.len())
    }
}

impl Envelope {
    /// Whether an address holds a letter that is not ASCII (RFC 6531).
    pub(super) fn needs_utf8(&self) -> bool {
        !self.from.is_ascii() || !self.to.iter().all(|to| to.is_ascii())
    }
}

/// Why a message cannot be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BuildError {
    /// The writer's own address is none.
    #[error("the sender has no usable address")]
    BadSender,
    /// A recipient's address is none.
    #[error("not an address")]
    BadAddress(Recipient),
    /// Nobody to send it to.
    #[error("no recipient")]
    NoRecipient,
}

impl Outgoing {
    /// The message, to be sent. `now` is the moment it is sent at, in the zone of the site.
    ///
    /// # Errors
    /// [`BuildError`] if it has no recipient, or an address that cannot stand in an envelope.
    pub fn build(&self, now: Moment) -> Result<Built, BuildError> {
        if !is_address(&self.from.address) {
            return Err(BuildError::BadSender);
        }
        let mut to: Vec<String> = vec![];
        for person in self.recipients() {
            if !is_address(&person.address) {
                return Err(BuildError::BadAddress(person.clone()));
            }
            if !to.iter().any(|there| is_same(there, &person.address)) {
                to.push(person.address.clone());
            }
        }
        if to.is_empty() {
            return Err(BuildError::NoRecipient);
        }
        let message = self.medical(product(self.message(now), &self.nil));
        let envelope = Envelope { from: self.from.address.clone(), to };
        Ok(Built { raw: bytes(message), envelope, message_id: self.message_id.clone() })
    }

    /// The same as a draft, for the mailbox's own folder: without the product's name, and with recipients as far as they
    /// are known. One that is not an address yet stands there as the name of an empty group, which RFC 5322 allows.
    #[must_use]
    pub fn draft(&self, now: Moment) -> Zeroizing<Vec<u8>> {
        bytes(self.medical(self.message(now)))
    }

    /// Size of the message as it would be sent, in bytes, a little over rather than under. Costs nothing.
    #[must_use]
    pub fn estimated_size(&self) -> u64 {
        let base64 = |n: usize| (n.div_ceil(3) * 4) as u64 * 78 / 76;
        let text = (self.text.len() + self.quoted.len()) as u64;
        let people = self.recipients().count() as u64 * 300;
        // Quoted-printable at its worst loses to base 64.
        2000 + people + text * 3 / 2 + self.attachments.iter().map(|a| base64(a.bytes.len()) + 600).sum::<u64>()
    }

    fn message(&self, now: Moment) -> MessageBuilder<'_> {
        let mut message = MessageBuilder::new().header("From", mailbox(&self.from.label, &self.from.address));
        for (name, people) in [("To", &self.to), ("Cc", &self.cc)] {
            if !people.is_empty() {
                message = message.header(name, Address::new_list(people.iter().map(recipient).collect()));
            }
        }
        message = message
            .header("Subject", Text::new(self.subject_line()))
            .header("Date", Raw::new(when::header(now)))
            .header("Message-ID", MessageId::new(self.message_id.as_str()));
        let ancestry = self.thread.ancestry();
        if let Some(parent) = self.thread.message_id.as_ref().and(ancestry.last().copied()) {
            // What is passed on belongs to the thread without being an answer to it.
            if matches!(self.kind, Kind::Reply | Kind::ReplyAll) {
                message = message.header("In-Reply-To", MessageId::new(parent));
            }
            message = message.header("References", MessageId::new_list(ancestry.into_iter()));
        }
        if self.receipt_wanted {
            message = message.header("Disposition-Notification-To", mailbox(&self.from.label, &self.from.address));
        }
        let text = MimePart::new(
            ContentType::new("text/plain").attribute("charset", "utf-8"),
            BodyPart::Text(Cow::Owned(body(&self.text, &self.quoted))),
        );
        if self.attachments.is_empty() {
            return message.body(text);
        }
        let mut parts = Vec::with_capacity(1 + self.attachments.len());
        parts.push(text);
        parts.extend(self.attachments.iter().map(document));
        message.body(MimePart::new("multipart/mixed", parts))
    }

    /// What MSSanté's programs read of a message: types and identity of its documents (ECO.2.4.1, ECO.2.4.2), and
    /// whether the patient may answer. Codes that cannot be codes are left out.
    fn medical<'x>(&self, mut message: MessageBuilder<'x>) -> MessageBuilder<'x> {
        if let Some(xdm) = &self.xdm {
            let types = codes(xdm.types.iter().map(String::as_str));
            if !types.is_empty() {
                message = message.header(CODES, Raw::new(types.join(",")));
            }
            message = message.header(INS, Raw::new(if xdm.ins { "O" } else { "N" }));
        }
        if self.closes { message.header(END, Raw::new("FIN")) } else { message }
    }

    fn subject_line(&self) -> String {
        // Software on the other side knows a document by the beginning of the subject, so nothing may stand before it.
        if self.xdm.is_some() && self.thread.was_xdm_subject {
            return text::clean(&format!("{}{}", subject::XDM, subject::bare(&self.subject)));
        }
        text::clean(&self.subject)
    }
}

/// Types of documents, each once.
pub(super) fn codes<'c>(given: impl IntoIterator<Item = &'c str>) -> Vec<&'c str> {
    let sound = |code: &str| {
        (1..=40).contains(&code.len())
            && code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
    };
    let mut codes: Vec<&str> = vec![];
    for code in given.into_iter().map(str::trim).filter(|code| sound(code)) {
        if codes.len() < MOST_TYPES && !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// `X-MSS-NIL`, on everything that is sent.
pub(super) fn product<'x>(message: MessageBuilder<'x>, nil: &str) -> MessageBuilder<'x> {
    let nil: String = nil.chars().filter(char::is_ascii_graphic).take(100).collect();
    if nil.is_empty() { message } else { message.header("X-MSS-NIL", Raw::new(nil)) }
}

/// The finished bytes. Lines that end in LF alone, should the builder ever leave one, would end the message early or
/// hide a second one behind it on some servers, so they are looked for here and not trusted to.
pub(super) fn bytes(message: MessageBuilder<'_>) -> Zeroizing<Vec<u8>> {
    let mut raw = Zeroizing::new(Vec::new());
    message.serialize(&mut *raw);
    if !raw.ends_with(b"\r\n") {
        raw.extend_from_slice(b"\r\n");
    }
    let lone = |two: &[u8]| {
        matches!(two, [before, b'\n'] if *before != b'\r') || matches!(two, [b'\r', after] if *after != b'\n')
    };
    if !raw.windows(2).any(lone) && raw.first() != Some(&b'\n') {
        return raw;
    }
    let mut out = Zeroizing::new(Vec::with_capacity(raw.len() + raw.len() / 16));
    let mut rest = raw.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\r' => {
                rest.next_if_eq(&b'\n');
                out.extend_from_slice(b"\r\n");
            }
            b'\n' => out.extend_from_slice(b"\r\n"),
            other => out.push(other),
        }
    }
    out
}

/// A name and an address; whoever calls has made sure that it is one.
pub(super) fn mailbox(label: &str, address: &str) -> HeaderType<'static> {
    HeaderType::Address(person(label, address))
}

fn person(label: &str, address: &str) -> Address<'static> {
    if !is_address(address) {
        return pending(label, address);
    }
    let label = text::clean(label);
    Address::new_address(Some(label).filter(|label| !label.is_empty()), address.to_owned())
}

fn recipient(recipient: &Recipient) -> Address<'_> {
    person(&recipient.label, &recipient.address)
}

/// What is not an address yet, as a group of nobody: `"Dr Bian":;`.
fn pending(label: &str, address: &str) -> Address<'static> {
    let shown = [text::clean(address), text::clean(label)].into_iter().find(|text| !text.is_empty());
    Address::new_group(Some(shown.unwrap_or_else(|| "?".into())), vec![])
}

/// The text as it is sent: what was written, an empty line, what is quoted. One kind of line end, no controls.
fn body(written: &str, quoted: &str) -> String {
    let mut out = String::with_capacity(written.len() + quoted.len() + written.len() / 16 + 8);
    append(&mut out, written.trim_end());
    if !quoted.trim().is_empty() {
        out.push_str(if out.is_empty() { "\r\n" } else { "\r\n\r\n" });
        append(&mut out, quoted.trim_end());
    }
    out.push_str("\r\n");
    out
}

fn append(out: &mut String, text: &str) {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' => {
                rest.next_if_eq(&'\n');
                out.push_str("\r\n");
            }
            '\n' => out.push_str("\r\n"),
            '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
}

fn document(attachment: &Attachment) -> MimePart<'_> {
    let name = file_name(&attachment.name);
    let kind = media_type(&attachment.media_type);
    let content = ContentType::new(kind.clone()).attribute("name", name.clone());
    if !kind.starts_with("text/") {
        return MimePart::new(content, BodyPart::Binary(Cow::Borrowed(attachment.bytes.as_slice()))).attachment(name);
    }
    // The builder would keep a text readable, and with it line ends that are not ours to change.
    MimePart::new(content, BodyPart::Binary(Cow::Owned(in_base64(&attachment.bytes))))
        .attachment(name)
        .transfer_encoding("base64")
}

fn in_base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 57 * 78 + 80);
    let mut line = [0; COLUMNS];
    for chunk in bytes.chunks(COLUMNS / 4 * 3) {
        let written = STANDARD.encode_slice(chunk, &mut line).unwrap_or_default();
        out.extend_from_slice(line.get(..written).unwrap_or_default());
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// A name without folders, its end kept: what a file is stands there.
pub(super) fn file_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    // Apart, for a long name is cut in its middle.
    let (stem, ending) = name.rsplit_once('.').filter(|(_, ending)| ending.len() <= 10).unwrap_or((name, ""));
    let (stem, ending) = (text::clean(stem), text::clean(ending));
    let stem = stem.trim_start_matches('.').trim();
    let (stem, ending) = if stem.is_empty() { (ending.as_str(), "") } else { (stem, ending.as_str()) };
    let mut out: String = stem.chars().take(LONGEST_NAME - 12).collect();
    if out.len() < stem.len() {
        out.push('…');
    }
    match (out.is_empty(), ending.is_empty()) {
        (true, _) => "document".into(),
        (false, true) => out,
        (false, false) => format!("{out}.{ending}"),
    }
}

/// A media type that can stand in a field. A message within a message may not be in base 64 (RFC 2046 section 5.2.1),
/// so it travels as the file it is.
fn media_type(given: &str) -> String {
    let kind = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let token = |part: &str| {
        (1..=100).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'+' | b'_'))
    };
    match kind.split_once('/') {
        Some(("message" | "multipart", _)) | None => {}
        Some((kind_of, subtype)) if token(kind_of) && token(subtype) => return kind,
        Some(_) => {}
    }
    "application/octet-stream".into()
}

/// For tests beside this: a sender of the test domain.
#[cfg(test)]
pub(super) fn tester() -> super::outgoing::Identity {
    super::outgoing::Identity {
        address: "tryphon.tournesol@mss.test".into(),
        label: "Dr Tryphon TOURNESOL, Cabinet de Moulinsart".into(),
    }
}

#[cfg(test)]
mod tests;
