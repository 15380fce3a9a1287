//! From attachments to lines: archives are opened, CDAs read, and the forms of one document brought together.

use std::rc::Rc;

use sha2::{Digest as _, Sha256};

use crate::archive::Archive;
use crate::cda::Cda;
use crate::confined::line::{Line, Source};
use crate::confined::same;
use crate::error::Refusal;
use crate::kind;
use crate::letter::{Attachment, Message};
use crate::limits::{Limits, WITHIN};
use crate::pages::pdf;
use crate::reading::{Kind, Patient};
use crate::text;
use crate::xdm::{self, Agreed, Entry};

/// What was found.
pub(super) struct Gathered {
    pub(super) lines: Vec<Line>,
    pub(super) more: bool,
    pub(super) patient: Option<Patient>,
}

/// A line and what tells whether another is the same document.
pub(super) struct Found {
    pub(super) line: Line,
    /// SHA-256 of the bytes.
    pub(super) digest: [u8; 32],
    /// SHA-256 of the pages, where they are not the bytes themselves.
    pub(super) copy: Option<[u8; 32]>,
    /// Its place among the documents of its archive, and the places of those made from it or it from.
    pub(super) place: Option<(u32, usize)>,
    pub(super) same: Vec<usize>,
    /// Name of the file without its extension.
    pub(super) stem: String,
    /// The CDA has a structured body.
    pub(super) structured: bool,
}

/// Reads the attachments. `inside` is false when looking inside has killed a process before: attachments are then listed
/// by the kind their bytes begin like, unopened.
pub(super) fn gather(message: &Message, attachments: &[Attachment], limits: &Limits, inside: bool) -> Gathered {
    let mut all = All {
        limits,
        inside,
        found: Vec::new(),
        more: false,
        headers: Agreed::Nobody,
        metadata: Agreed::Nobody,
        archives: 0,
        left: limits.unpacked,
    };
    for (place, attachment) in attachments.iter().enumerate() {
        let first = all.found.len();
        match message.bytes(attachment.index) {
            Some(bytes) => {
                let source = Source::Attachment(attachment.index);
                all.add(&Piece { name: &attachment.name, source, bytes: Rc::new(bytes), entry: None }, 0);
            }
            None => all.push(Found::refused(&attachment.name, Kind::Other, attachment.size, Refusal::TooLarge)),
        }
        for found in all.found.iter_mut().skip(first) {
            found.line.document.attachments = vec![u32::try_from(place).unwrap_or(u32::MAX)];
            found.line.document.embedded = attachment.embedded;
        }
    }
    let mut lines = same::merged(all.found);
    // Logos and pasted pictures after documents.
    lines.sort_by_key(|line| line.document.embedded);
    let patient = match all.headers {
        Agreed::Nobody => all.metadata,
        headers => headers,
    };
    Gathered { lines, more: all.more, patient: patient.into_patient() }
}

struct All<'a> {
    limits: &'a Limits,
    inside: bool,
    found: Vec<Found>,
    more: bool,
    headers: Agreed,
    metadata: Agreed,
    archives: u32,
    /// Bytes that may still be taken out of archives and documents, over the whole message.
    left: u64,
}

/// Bytes with a name.
struct Piece<'a> {
    name: &'a str,
    source: Source,
    bytes: Rc<Vec<u8>>,
    entry: Option<&'a Entry>,
}

impl All<'_> {
    fn push(&mut self, found: Found) {
        if self.found.len() < self.limits.documents as usize {
            self.found.push(found);
        } else {
            self.more = true;
        }
    }

    /// Keeps bytes that were taken out of something, if there is room for them.
    fn hold(&mut self, bytes: Vec<u8>) -> Option<Rc<Vec<u8>>> {
        self.left = self.left.checked_sub(bytes.len() as u64)?;
        Some(Rc::new(bytes))
    }

    /// Adds bytes as one line, or as those that are in them. `depth`: messages around them.
    fn add(&mut self, piece: &Piece<'_>, depth: u8) {
        let kind = kind::of(&piece.bytes);
        match kind {
            Kind::Archive if self.inside => self.archive(piece, depth),
            Kind::Cda if self.inside => self.cda(piece),
            Kind::Message if self.inside => {
                self.push(Found::plain(piece, kind));
                if depth < WITHIN {
                    self.message(piece, depth);
                }
            }
            Kind::Pdf if self.inside => {
                let mut found = Found::plain(piece, kind);
                found.line.document.pages = pdf::count(piece.bytes.to_vec());
                self.push(found);
            }
            Kind::Results if self.inside => {
                let mut found = Found::plain(piece, kind);
                let text = text::decode(&piece.bytes);
                if text::hl7::is_hl7(&text) {
                    let (results, abnormal) = text::hl7::body(&text).results();
                    (found.line.document.results, found.line.document.abnormal) = (Some(results), Some(abnormal));
                }
                self.push(found);
            }
            kind => self.push(Found::plain(piece, kind)),
        }
    }

    fn message(&mut self, piece: &Piece<'_>, depth: u8) {
        let message = Message::read(piece.bytes.to_vec(), true, &self.limits.letter);
        for attachment in message.attachments() {
            let Some(bytes) = message.bytes(attachment.index).and_then(|bytes| self.hold(bytes)) else {
                self.push(Found::refused(&attachment.name, Kind::Other, attachment.size, Refusal::TooLarge));
                continue;
            };
            let source = Source::Held(bytes.clone());
            self.add(&Piece { name: &attachment.name, source, bytes, entry: None }, depth + 1);
        }
    }

    fn archive(&mut self, piece: &Piece<'_>, depth: u8) {
        let refuse = |why| Found::refused(piece.name, Kind::Archive, piece.bytes.len() as u64, why);
        let mut archive = match Archive::open(&piece.bytes, self.limits) {
            Ok(archive) => archive,
            Err(why) => return self.push(refuse(why)),
        };
        if xdm::is_xdm(&archive) {
            match xdm::read(&mut archive, self.limits) {
                Ok(xdm) => self.xdm(xdm),
                Err(why) => self.push(refuse(why)),
            }
            return;
        }
        for file in archive.files().to_vec() {
            let bytes = match archive.read(&file) {
                Ok(bytes) => self.hold(bytes),
                Err(why) => {
                    self.push(Found::refused(&file.name, Kind::Other, file.size, why));
                    continue;
                }
            };
            let Some(bytes) = bytes else {
                self.push(Found::refused(&file.name, Kind::Other, file.size, Refusal::TooLarge));
                continue;
            };
            // An archive inside an archive is listed and stays closed.
            if kind::of(&bytes) == Kind::Archive {
                self.push(Found::refused(&file.name, Kind::Archive, file.size, Refusal::Unsupported));
                continue;
            }
            let name = file.name.rsplit('/').next().unwrap_or_default().to_owned();
            self.add(&Piece { name: &name, source: Source::Held(bytes.clone()), bytes, entry: None }, depth);
        }
    }

    fn xdm(&mut self, xdm: xdm::Xdm) {
        self.metadata.hear(xdm.patient.as_ref());
        self.archives += 1;
        let number = self.archives;
        let mut files: Vec<(String, Rc<Vec<u8>>)> = Vec::new();
        let mut kept = Vec::new();
        for (place, held) in xdm.documents.into_iter().enumerate() {
            let size = held.bytes.len() as u64;
            match self.hold(held.bytes) {
                Some(bytes) => {
                    files.push((held.name.clone(), bytes.clone()));
                    kept.push((place, held.name, bytes, held.entry, held.same, held.altered));
                }
                None => self.push(Found::refused(&held.name, Kind::Other, size, Refusal::TooLarge)),
            }
        }
        // A file that is the body of a CDA beside it is not a document of its own.
        let bodies: Vec<String> = kept.iter().filter_map(|(_, _, bytes, ..)| outside(bytes)).collect();
        for (place, name, bytes, entry, same, altered) in kept {
            if bodies.iter().any(|body| body.eq_ignore_ascii_case(&name)) {
                continue;
            }
            if kind::of(&bytes) == Kind::Archive {
                self.push(Found::refused(&name, Kind::Archive, bytes.len() as u64, Refusal::Unsupported));
                continue;
            }
            let first = self.found.len();
            let beside = outside(&bytes).and_then(|body| {
                files.iter().find(|(name, _)| name.eq_ignore_ascii_case(&body)).map(|(_, bytes)| bytes.clone())
            });
            let source = Source::Held(bytes.clone());
            self.add(&Piece { name: &name, source, bytes, entry: entry.as_ref() }, WITHIN);
            if let Some(found) = self.found.get_mut(first) {
                found.place = Some((number, place));
                found.same = same;
                found.line.document.altered = altered;
                if let Some(beside) = beside {
                    found.show(beside);
                }
            }
        }
    }

    fn cda(&mut self, piece: &Piece<'_>) {
        let cda = match Cda::read(&piece.bytes) {
            Ok(cda) => cda,
            Err(why) => {
                return self.push(Found::refused(piece.name, Kind::Cda, piece.bytes.len() as u64, why));
            }
        };
        self.headers.hear(cda.header.patient.as_ref());
        let mut found = Found::plain(piece, Kind::Cda);
        found.structured = cda.is_structured();
        found.describe(&cda);
        let copy = cda.copy();
        if !found.structured && (copy.is_some() || cda.outside().is_some()) {
            // Nothing but the header is XML: what is shown is the body.
            found.line.text = None;
        }
        if let Some(bytes) = copy.and_then(|copy| self.hold(copy.bytes)) {
            found.show(bytes);
        }
        found.line = found.line.with_faces();
        let attached: Vec<_> = cda.attached();
        drop(cda);
        let about = (found.line.document.author.clone(), found.line.document.date, found.line.document.patient.clone());
        self.push(found);
        for (number, media) in attached.into_iter().enumerate() {
            let Some(bytes) = self.hold(media.bytes) else { continue };
            let kind = kind::of(&bytes);
            let name =
                if media.title.is_empty() { format!("{}, pièce {}", piece.name, number + 1) } else { media.title };
            // A CDA does not nest, nor does it carry archives: what it attaches is shown or named, never opened further.
            let inner = Piece { name: &name, source: Source::Held(bytes.clone()), bytes, entry: None };
            let mut found = Found::plain(&inner, kind);
            if kind == Kind::Pdf {
                found.line.document.pages = pdf::count(inner.bytes.to_vec());
            }
            (found.line.document.author, found.line.document.date, found.line.document.patient) = about.clone();
            self.push(found);
        }
    }
}

/// The file that a CDA keeps its body in.
fn outside(bytes: &[u8]) -> Option<String> {
    if kind::of(bytes) != Kind::Cda {
        return None;
    }
    let name = Cda::read(bytes).ok()?.outside()?.name;
    Some(name.rsplit('/').next().unwrap_or_default().to_owned())
}

impl Found {
    fn plain(piece: &Piece<'_>, kind: Kind) -> Found {
        let mut line = Line::new(piece.name, kind, piece.bytes.len() as u64, piece.source.clone());
        if let Some(entry) = piece.entry {
            let document = &mut line.document;
            if !entry.label.is_empty() {
                document.title.clone_from(&entry.label);
                if crate::cda::plain(&entry.label) != crate::cda::plain(&entry.title) {
                    document.subject.clone_from(&entry.title);
                }
            } else if !entry.title.is_empty() {
                document.title.clone_from(&entry.title);
            }
            document.code.clone_from(&entry.code);
            document.author.clone_from(&entry.author);
            document.date = entry.date;
            document.patient.clone_from(&entry.patient);
            document.restricted = entry.restricted;
        }
        let stem = piece.name.rsplit_once('.').map_or(piece.name, |(stem, _)| stem).to_owned();
        Found {
            line,
            digest: Sha256::digest(piece.bytes.as_slice()).into(),
            copy: None,
            place: None,
            same: Vec::new(),
            stem,
            structured: false,
        }
    }

    fn refused(name: &str, kind: Kind, size: u64, why: Refusal) -> Found {
        let line = Line::refused(name, kind, size, why);
        // A digest that no bytes have.
        Found {
            line,
            digest: [0; 32],
            copy: None,
            place: None,
            same: Vec::new(),
            stem: String::new(),
            structured: false,
        }
    }

    /// What the header says, which goes before what METADATA.XML says.
    fn describe(&mut self, cda: &Cda) {
        let document = &mut self.line.document;
        let header = &cda.header;
        if !header.title.is_empty() {
            document.title.clone_from(&header.title);
            document.subject.clone_from(&header.subject);
        }
        document.code = header.code.clone().or(document.code.take());
        if !header.author.is_empty() {
            document.author.clone_from(&header.author);
        }
        document.date = header.date.or(document.date);
        document.patient = header.patient.clone().or(document.patient.take());
        document.restricted |= header.restricted;
        if let Some((results, abnormal)) = cda.results() {
            (document.results, document.abnormal) = (Some(results), Some(abnormal));
        }
    }

    /// Shows bytes as the body of a CDA: as pages, or as text of their kind.
    fn show(&mut self, bytes: Rc<Vec<u8>>) {
        let kind = kind::of(&bytes);
        self.copy = Some(Sha256::digest(bytes.as_slice()).into());
        match kind {
            Kind::Pdf | Kind::Image => {
                if kind == Kind::Pdf {
                    self.line.document.pages = pdf::count(bytes.to_vec());
                }
                self.line.pages = Some(Source::Held(bytes));
            }
            Kind::Text | Kind::Rtf | Kind::Html | Kind::Results | Kind::Table if !self.structured => {
                self.line.text = Some((kind, Source::Held(bytes)));
            }
            _ => self.line.document.refused = Some(Refusal::Unsupported),
        }
        let line = std::mem::replace(&mut self.line, Line::refused("", Kind::Other, 0, Refusal::Empty));
        self.line = line.with_faces();
    }
}
