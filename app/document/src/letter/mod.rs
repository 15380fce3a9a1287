//! A message and its text.
//!
//! ```text
//!  raw bytes ──▶ header   fields, as ranges ─────────▶ address, date, words, subject, sender
//!            ──▶ mime     parts, as ranges ──▶ choose ─▶ text  ─┐
//!                                                    ├▶ html  ─┴▶ sheet ──▶ thread ──▶ blocks
//!                                                    ├▶ attachment
//!                                                    ├▶ report
//!                                                    └▶ smime
//! ```
//!
//! [`Message::read`] cuts a message into parts and decodes nothing; what is decoded is what is asked for. Whatever the
//! bytes are, something can be shown, within [`Limits`], in time that grows no faster than their number.
//!
//! Absent on purpose: markdown and links are not read into a text; pictures and style sheets are not looked at; `winmail.dat`
//! (TNEF), uuencoded files and compressed CMS are named, not opened; OpenPGP is not verified.

mod address;
mod attachment;
mod charset;
mod choose;
mod clean;
mod date;
mod header;
mod html;
mod limits;
mod mime;
mod model;
mod params;
mod report;
mod sender;
mod sheet;
mod smime;
mod subject;
mod text;
mod thread;
mod transfer;
mod words;
mod write;

#[cfg(test)]
mod tests;

use zeroize::Zeroizing;

use choose::Chosen;
use header::Header;
use mime::Part;

pub use limits::Limits;
pub use model::{
    Attachment, Block, BlockKind, Cause, Correspondent, Doubt, Flaw, Letter, Report, ReportKind, Reported, SenderKind,
    Signature, Sniffed,
};
pub use write::{html_blocks, text_blocks};

/// A parsed message that owns its bytes, which are wiped when it is dropped.
pub struct Message {
    raw: Zeroizing<Vec<u8>>,
    /// The message inside of one that was signed as a whole (`smime.p7m`).
    inner: Option<Zeroizing<Vec<u8>>>,
    whole: bool,
    limits: Limits,
    parts: Vec<Part>,
    chosen: Chosen,
    /// `smime.p7m` whose content is shown, before it was opened.
    sealed: Option<Zeroizing<Vec<u8>>>,
}

impl Message {
    /// Never fails: whatever the bytes are, something can be shown. `whole`: false if they are only the beginning of the
    /// message.
    pub fn read(raw: Vec<u8>, whole: bool, limits: &Limits) -> Message {
        let raw = Zeroizing::new(line_feeds(raw));
        let (parts, chosen) = dissect(&raw, whole);
        let mut message = Message { raw, inner: None, whole, limits: limits.clone(), parts, chosen, sealed: None };
        message.unseal();
        message
    }

    /// The letter.
    pub fn letter(&self) -> Letter {
        write::letter(self)
    }

    /// What came with it, in order, up to [`Limits::attachments`].
    pub fn attachments(&self) -> Vec<Attachment> {
        let listed = self.chosen.attachments.iter().take(self.limits.attachments).enumerate();
        listed
            .filter_map(|(index, (part, embedded))| {
                Some(attachment::describe(index, self.parts.get(*part)?, self.body(), *embedded))
            })
            .collect()
    }

    /// Attachments beyond [`Limits::attachments`].
    pub fn more_attachments(&self) -> usize {
        self.chosen.attachments.len().saturating_sub(self.limits.attachments)
    }

    /// The bytes of an attachment, decoded; `None` if there is no such attachment, or if it is larger than
    /// [`Limits::attachment`].
    pub fn bytes(&self, index: usize) -> Option<Vec<u8>> {
        let (part, _) = self.chosen.attachments.get(index).filter(|_| index < self.limits.attachments)?;
        let part = self.parts.get(*part)?;
        let bytes = self.decoded(part, self.limits.attachment.saturating_add(1));
        (bytes.len() <= self.limits.attachment).then_some(bytes)
    }

    /// The bytes that parts are ranges of.
    fn body(&self) -> &[u8] {
        self.inner.as_ref().unwrap_or(&self.raw)
    }

    fn decoded(&self, part: &Part, most: usize) -> Vec<u8> {
        part.transfer.decode(self.body().get(part.body.clone()).unwrap_or_default(), most)
    }

    fn header(&self) -> Header<'_> {
        Header::split(start(&self.raw), limits::HEADER).0
    }

    /// Opens a message that is signed as a whole.
    fn unseal(&mut self) {
        let Some(part) = self.chosen.opaque.and_then(|part| self.parts.get(part)) else { return };
        let sealed = Zeroizing::new(self.decoded(part, self.limits.attachment));
        match smime::open(&sealed) {
            smime::Opened::Signed(content) => {
                let content = Zeroizing::new(content);
                (self.parts, self.chosen) = dissect(&content, self.whole);
                self.inner = Some(content);
                self.sealed = Some(sealed);
            }
            smime::Opened::Encrypted => self.chosen.encrypted = true,
            smime::Opened::Other => {}
        }
    }
}

/// Parts of a message, and what they are.
fn dissect(raw: &[u8], whole: bool) -> (Vec<Part>, Chosen) {
    let skipped = raw.len() - start(raw).len();
    let (header, body) = Header::split(start(raw), limits::HEADER);
    let parts = mime::parts(raw, &header, skipped + body, whole);
    let chosen = choose::choose(&parts);
    (parts, chosen)
}

/// A message without the empty lines before its header.
fn start(raw: &[u8]) -> &[u8] {
    let mut rest = raw;
    while let [b'\r' | b'\n', after @ ..] = rest {
        rest = after;
    }
    rest
}

/// A message whose lines end with CR alone gets line feeds: nothing else would find its header.
fn line_feeds(mut raw: Vec<u8>) -> Vec<u8> {
    let head = raw.get(..raw.len().min(64 << 10)).unwrap_or_default();
    if memchr::memchr(b'\n', head).is_none() && memchr::memchr(b'\r', head).is_some() {
        raw.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
    }
    raw
}
