//! One line a document, whatever the number of its forms.
//!
//! A CDA and a PDF are the same document, and become one line that shows the PDF first and keeps the facts of the CDA's
//! header, when one of these holds:
//!
//! 1. **Same bytes.** The PDF that the CDA carries is, byte for byte, the PDF beside it (SHA-256).
//! 2. **Said so.** METADATA.XML relates them by a transformation (association XFRM, IHE ITI TF-3 section 4.2.2.2.3).
//! 3. **Same title, one of each.** The CDA carries no pages of its own, the name of the PDF is the name of the CDA's file
//!    or has no other words than the CDA's type and title (accents, case and the patient's name aside), and neither fits
//!    another line as well.
//!
//! By the third rule content is not compared, so nothing may be hidden by it: the line keeps the structured text as its
//! second face. A CDA that carries another PDF than the one beside it is two lines. Two files with the same bytes in two
//! archives or beside one are one line too.

use crate::cda::plain;
use crate::confined::gather::Found;
use crate::confined::line::{Line, Source};
use crate::reading::Kind;

/// Lines, brought together.
pub(super) fn merged(found: Vec<Found>) -> Vec<Line> {
    let mut found: Vec<Option<Found>> = found.into_iter().map(Some).collect();
    copies(&mut found);
    for rule in [same_bytes, said_so] {
        pair(&mut found, rule);
    }
    same_title(&mut found);
    found.into_iter().flatten().map(|found| found.line).collect()
}

/// The same file, attached twice.
fn copies(found: &mut [Option<Found>]) {
    for first in 0..found.len() {
        for second in first + 1..found.len() {
            let same = match (found.get(first), found.get(second)) {
                (Some(Some(one)), Some(Some(other))) => {
                    let known = matches!(one.line.document.kind, Kind::Cda | Kind::Pdf);
                    one.digest == other.digest && one.digest != [0; 32] && known
                }
                _ => false,
            };
            if same
                && let Some(other) = found.get_mut(second).and_then(Option::take)
                && let Some(Some(one)) = found.get_mut(first)
            {
                one.carry(&other);
                // The one that METADATA.XML describes says more.
                if one.place.is_none() && other.place.is_some() {
                    let attachments = std::mem::take(&mut one.line.document.attachments);
                    *one = other;
                    one.line.document.attachments = attachments;
                }
            }
        }
    }
}

fn pair(found: &mut [Option<Found>], rule: fn(&Found, &Found) -> bool) {
    for cda in 0..found.len() {
        let matching = |at: &usize| match (found.get(cda), found.get(*at)) {
            (Some(Some(cda)), Some(Some(pdf))) => is_pair(cda, pdf) && rule(cda, pdf),
            _ => false,
        };
        if let Some(pdf) = (0..found.len()).find(matching) {
            join(found, cda, pdf);
        }
    }
}

fn is_pair(cda: &Found, pdf: &Found) -> bool {
    cda.line.document.kind == Kind::Cda && pdf.line.document.kind == Kind::Pdf
}

fn same_bytes(cda: &Found, pdf: &Found) -> bool {
    cda.copy == Some(pdf.digest)
}

fn said_so(cda: &Found, pdf: &Found) -> bool {
    match (cda.place, pdf.place) {
        (Some((one, _)), Some((other, place))) => one == other && cda.same.contains(&place),
        _ => false,
    }
}

fn same_title(found: &mut [Option<Found>]) {
    let fits = |cda: usize, pdf: usize, found: &[Option<Found>]| match (found.get(cda), found.get(pdf)) {
        (Some(Some(cda)), Some(Some(pdf))) => {
            is_pair(cda, pdf) && cda.structured && cda.line.pages.is_none() && is_titled(cda, pdf)
        }
        _ => false,
    };
    for cda in 0..found.len() {
        let pdfs: Vec<usize> = (0..found.len()).filter(|pdf| fits(cda, *pdf, found)).collect();
        let [pdf] = pdfs[..] else { continue };
        if (0..found.len()).filter(|other| fits(*other, pdf, found)).count() == 1 {
            join(found, cda, pdf);
        }
    }
}

/// Words that say nothing of a document.
const EMPTY: [&str; 9] = ["compte", "rendu", "document", "resultat", "resultats", "copie", "pdf", "cda", "doc"];

/// Whether the name of a PDF is the CDA's.
fn is_titled(cda: &Found, pdf: &Found) -> bool {
    if !cda.stem.is_empty() && plain(&cda.stem) == plain(&pdf.stem) {
        return true;
    }
    let document = &cda.line.document;
    let patient = document.patient.as_ref();
    let names = patient.map(|patient| format!("{} {}", patient.family, patient.given)).unwrap_or_default();
    let known = words(&format!("{} {}", document.title, document.subject));
    let names = words(&names);
    let said: Vec<String> = words(&pdf.stem).into_iter().filter(|word| !names.contains(word)).collect();
    let telling: Vec<&String> = said.iter().filter(|word| !EMPTY.contains(&word.as_str())).collect();
    !telling.is_empty() && telling.iter().all(|word| known.iter().any(|k| alike(k, word)))
}

/// Words of four letters and more, without accents. «CR» is written out.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphabetic()).map(plain);
    words.filter(|word| word.len() >= 4).collect()
}

/// The same word, one perhaps the plural of the other.
fn alike(one: &str, other: &str) -> bool {
    one == other || one.strip_suffix('s') == Some(other) || other.strip_suffix('s') == Some(one)
}

/// The PDF becomes the pages of the CDA's line, in the place of the first of both.
fn join(found: &mut [Option<Found>], cda: usize, pdf: usize) {
    let (Some(mut one), Some(other)) =
        (found.get_mut(cda).and_then(Option::take), found.get_mut(pdf).and_then(Option::take))
    else {
        return;
    };
    one.carry(&other);
    one.line.pages = other.line.pages.clone();
    one.line.document.pages = other.line.document.pages;
    one.line.document.altered |= other.line.document.altered;
    // What is forwarded by itself is the readable form.
    if !one.structured {
        one.line.document.size = other.line.document.size;
    }
    one.line = one.line.with_faces();
    if let Some(place) = found.get_mut(cda.min(pdf)) {
        *place = Some(one);
    }
}

impl Found {
    /// Notes that another attachment carries this document too.
    fn carry(&mut self, other: &Found) {
        let mine = &mut self.line.document.attachments;
        mine.extend(other.line.document.attachments.iter().copied());
        mine.sort_unstable();
        mine.dedup();
        if matches!(self.line.pages, Some(Source::Held(_)) | None)
            && matches!(other.line.pages, Some(Source::Attachment(_)))
        {
            // The attachment is decoded when needed: no second copy is kept.
            self.line.pages = other.line.pages.clone();
        }
    }
}
