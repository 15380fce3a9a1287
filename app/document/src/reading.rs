//! What is known of a message and its documents before any of them is opened.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::error::Refusal;
use crate::letter::{Attachment, Letter};

/// A message as it is shown at once.
#[derive(Clone, Serialize, Deserialize)]
pub struct Reading {
    /// The letter.
    pub letter: Letter,
    /// What came with it, as attached: what a forward takes along.
    pub attachments: Vec<Attachment>,
    /// What can be opened, one line a document. An archive is its documents; a CDA and its PDF are one.
    pub documents: Vec<Document>,
    /// More documents than the limit lists.
    pub more_documents: bool,
    /// The patient as the header of a CDA or METADATA.XML names him. None when documents of one message name two.
    pub patient: Option<Patient>,
    /// False when looking inside the documents killed the process: they are then listed as attached, unopened.
    pub looked_inside: bool,
}

/// One line of the list of documents.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Name of the file, as given. Only for display.
    pub name: String,
    /// What it is, by its content.
    pub kind: Kind,
    /// Size of the document in bytes, opened.
    pub size: u64,
    /// «Compte rendu d’imagerie médicale»: the label of its type, else its title, else the name of the file.
    pub title: String,
    /// Code of its type, LOINC or another (`34112-3`), of letters, digits, hyphens and dots only.
    pub code: Option<String>,
    /// Its own title, when that says something else than its type.
    pub subject: String,
    /// Who wrote it: person, organisation, or both.
    pub author: String,
    /// Its date.
    pub date: Option<Day>,
    /// The patient it names.
    pub patient: Option<Patient>,
    /// Its pages, when they are known without drawing one.
    pub pages: Option<u32>,
    /// Results of a laboratory report.
    pub results: Option<u32>,
    /// Results the laboratory marked as out of range.
    pub abnormal: Option<u32>,
    /// Ways to show it, the preferred one first.
    pub faces: Vec<Face>,
    /// Why it cannot be shown, as far as that is known before it is opened.
    pub refused: Option<Refusal>,
    /// Places in [`Reading::attachments`] that carry it.
    pub attachments: Vec<u32>,
    /// It belongs into the text of the letter: a logo, or a pasted photograph.
    pub embedded: bool,
    /// The digest or size in METADATA.XML is not the one of the file.
    pub altered: bool,
    /// Marked restricted by its author (confidentialityCode R or V).
    pub restricted: bool,
}

/// A way to show a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Face {
    /// As pages: [`crate::View::Pages`], then one picture a page.
    Pages,
    /// As headings, paragraphs, lists and tables, or as text.
    Text,
}

/// What a document is, by its content and never by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// PDF.
    Pdf,
    /// JPEG, PNG, TIFF, GIF, BMP or WebP.
    Image,
    /// CDA R2, with or without pages.
    Cda,
    /// HL7 v2 or HPRIM results.
    Results,
    /// Plain text.
    Text,
    /// HTML.
    Html,
    /// RTF.
    Rtf,
    /// Cells separated by commas or semicolons.
    Table,
    /// Word, Excel, OpenDocument.
    Office,
    /// A message.
    Message,
    /// An archive that is not opened: encrypted, too large, inside another.
    Archive,
    /// Other XML.
    Xml,
    /// None of these.
    Other,
}

/// The patient a document names.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    /// Family name at birth; the only one given, if only one is.
    pub family: String,
    /// First given name.
    pub given: String,
    /// Name in use, family name first, when it is another.
    pub used: Option<String>,
    /// Day of birth.
    pub born: Option<Day>,
    /// Sex.
    pub sex: Sex,
    /// National health identity, if the document carries one.
    pub ins: Option<Ins>,
}

/// Administrative sex, as the document writes it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sex {
    /// `F`
    Female,
    /// `M`
    Male,
    /// Anything else, or nothing.
    Unknown,
}

/// The national health identity (matricule INS).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ins {
    /// Fifteen characters: thirteen and the key of two.
    pub value: String,
    /// Which register gave it.
    pub register: Register,
    /// «INS qualifiée»: see [`crate::Patient`]'s rule in `cda/patient.rs`.
    pub qualified: bool,
}

/// Where a matricule comes from, by its OID (1.2.250.1.213.1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Register {
    /// `.8`: NIR, the permanent number.
    Nir,
    /// `.9`: NIA, the waiting number.
    Nia,
    /// `.10` and `.11`: NIR of people who do not exist, for tests and demonstrations. Never qualified.
    Test,
}

macro_rules! silent {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}
pub(crate) use silent;

silent!(Reading, Document, Patient, Ins, Sex);
