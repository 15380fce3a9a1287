//! CDA R2 (HL7 ANSI/HL7 CDA R2-2005) as France profiles it: CI-SIS, volet Structuration minimale des documents de
//! santé, and the content models built on it.
//!
//! A document is shown from its header, its narrative, and, for a laboratory report, its coded results. Style sheets,
//! linked or embedded, never run. Elements outside the models are ignored, as the models ask (CI-SIS, «Convention sur le
//! traitement des éléments hors modèle»).

mod body;
mod header;
mod media;
mod name;
mod narrative;
mod patient;
mod results;
pub(crate) mod types;

use crate::body::Body;
use crate::error::Refusal;
use crate::xml::{self, Element};

pub(crate) use header::{Header, plain};
pub(crate) use media::{Media, Outside};
pub(crate) use patient::ins;

/// A document, read.
pub(crate) struct Cda {
    pub(crate) header: Header,
    root: Element,
}

impl Cda {
    /// Reads a document.
    pub(crate) fn read(bytes: &[u8]) -> Result<Cda, Refusal> {
        let root = xml::parse(bytes)?;
        if &*root.name != "ClinicalDocument" {
            return Err(Refusal::Unsupported);
        }
        Ok(Cda { header: Header::of(&root), root })
    }

    /// The document as it is: the content of a body that is not XML, or the PDF copy that a structured document carries
    /// of itself. To be shown first, says the CI-SIS («les systèmes consommateurs doivent en priorité afficher le
    /// document PDF contenu dans cette section»).
    pub(crate) fn copy(&self) -> Option<Media> {
        media::not_xml(&self.root).or_else(|| media::pdf_copy(&self.root))
    }

    /// The file that the body is kept in, when it is not inside.
    pub(crate) fn outside(&self) -> Option<Outside> {
        media::outside(&self.root)
    }

    /// Documents and images attached to a structured document, other than its own copy.
    pub(crate) fn attached(&self) -> Vec<Media> {
        media::attached(&self.root)
    }

    /// Whether the body is structured.
    pub(crate) fn is_structured(&self) -> bool {
        self.root.first("component").is_some_and(|component| component.first("structuredBody").is_some())
    }

    /// Header, results and narrative.
    pub(crate) fn body(&self) -> Body {
        body::of(&self.root, &self.header)
    }

    /// Results of a laboratory report and those out of range; none for another document.
    pub(crate) fn results(&self) -> Option<(u32, u32)> {
        let counts = results::chapters(&self.root).iter().fold((0, 0), |(all, abnormal), chapter| {
            let marked = chapter.table.rows.iter().filter(|row| row.mark.is_some_and(crate::body::Mark::is_abnormal));
            (all + chapter.table.rows.len() as u32, abnormal + marked.count() as u32)
        });
        (counts.0 > 0).then_some(counts)
    }
}
