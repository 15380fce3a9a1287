//! `IHE_XDM.ZIP` (IHE ITI XDM; CI-SIS, volet Échange de documents de santé): an archive of documents with their
//! METADATA.XML. What else it holds (INDEX.HTM, README.TXT, style sheets, programs) is neither run nor shown.

mod metadata;

use sha1::{Digest as _, Sha1};

use crate::archive::{Archive, File};
use crate::error::Refusal;
use crate::kind;
use crate::limits::Limits;
use crate::reading::{Kind, Patient};

pub(crate) use metadata::Entry;

/// An archive of documents, read.
pub(crate) struct Xdm {
    pub(crate) documents: Vec<Held>,
    /// The patient of the submission, if entries agree.
    pub(crate) patient: Option<Patient>,
}

/// A document of the archive.
pub(crate) struct Held {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// What METADATA.XML says of it; nothing for a document that it forgot.
    pub(crate) entry: Option<Entry>,
    /// Places in [`Xdm::documents`] of those that are this one in another form (association XFRM).
    pub(crate) same: Vec<usize>,
    /// Its digest or size is not the one that METADATA.XML tells.
    pub(crate) altered: bool,
}

/// Whether an archive is one of documents: it has a METADATA.XML.
pub(crate) fn is_xdm(archive: &Archive<'_>) -> bool {
    archive.files().iter().any(is_metadata)
}

fn is_metadata(file: &File) -> bool {
    file.name.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case("METADATA.XML"))
}

/// Reads every document. A METADATA.XML that cannot be read hides nothing: documents are then told by what they are.
pub(crate) fn read(archive: &mut Archive<'_>, limits: &Limits) -> Result<Xdm, Refusal> {
    let mut documents: Vec<Held> = Vec::new();
    let mut patient = Agreed::Nobody;
    let mut listed: Vec<String> = Vec::new();
    let most = limits.documents as usize;
    for file in archive.files().to_vec().iter().filter(|file| is_metadata(file)) {
        let folder = file.name.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
        let bytes = archive.read(file)?;
        let Ok(metadata) = metadata::read(&bytes) else { continue };
        let first = documents.len();
        let mut places: Vec<(String, usize)> = Vec::new();
        for entry in metadata.entries {
            let Some(file) = archive.find(&format!("{folder}{}", entry.uri)) else { continue };
            if documents.len() >= most || listed.contains(&file.name) {
                continue;
            }
            let bytes = archive.read(&file)?;
            patient.hear(entry.patient.as_ref());
            let altered = is_altered(&bytes, &entry);
            listed.push(file.name.clone());
            places.push((entry.id.clone(), documents.len()));
            documents.push(Held { name: last(&file.name), bytes, entry: Some(entry), same: Vec::new(), altered });
        }
        let place = |id: &str| places.iter().find(|(known, _)| known == id).map(|(_, place)| *place);
        for (one, other) in &metadata.transforms {
            if let (Some(one), Some(other)) = (place(one), place(other))
                && one != other
                && one.min(other) >= first
            {
                if let Some(held) = documents.get_mut(one) {
                    held.same.push(other);
                }
                if let Some(held) = documents.get_mut(other) {
                    held.same.push(one);
                }
            }
        }
    }
    // A CDA keeps its body or its PDF in a file beside it, and senders forget entries.
    for file in archive.files().to_vec() {
        if documents.len() >= most || listed.contains(&file.name) || is_metadata(&file) || is_frame(&file.name) {
            continue;
        }
        let bytes = archive.read(&file)?;
        if matches!(kind::of(&bytes), Kind::Pdf | Kind::Cda | Kind::Image) {
            documents.push(Held { name: last(&file.name), bytes, entry: None, same: Vec::new(), altered: false });
        }
    }
    Ok(Xdm { documents, patient: patient.into_patient() })
}

/// Files of the frame around the documents.
fn is_frame(name: &str) -> bool {
    let name = last(name).to_ascii_uppercase();
    name.starts_with("INDEX.") || name.starts_with("README") || name.ends_with(".XSL") || name.ends_with(".XSLT")
}

fn last(name: &str) -> String {
    name.rsplit('/').next().unwrap_or(name).to_owned()
}

fn is_altered(bytes: &[u8], entry: &Entry) -> bool {
    let size = entry.size.is_some_and(|size| size != bytes.len() as u64);
    let hash = !entry.hash.is_empty() && {
        let digest: String = Sha1::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        !entry.hash.eq_ignore_ascii_case(&digest)
    };
    size || hash
}

/// A patient that all documents agree on.
pub(crate) enum Agreed {
    Nobody,
    One(Box<Patient>),
    Several,
}

impl Agreed {
    pub(crate) fn hear(&mut self, patient: Option<&Patient>) {
        let Some(patient) = patient else { return };
        match self {
            Agreed::Nobody => *self = Agreed::One(Box::new(patient.clone())),
            Agreed::One(known) if is_same(known, patient) => {
                // The one who says more stays.
                if known.ins.is_none() || patient.ins.as_ref().is_some_and(|ins| ins.qualified) {
                    **known = patient.clone();
                }
            }
            _ => *self = Agreed::Several,
        }
    }

    pub(crate) fn into_patient(self) -> Option<Patient> {
        match self {
            Agreed::One(patient) => Some(*patient),
            _ => None,
        }
    }
}

fn is_same(one: &Patient, other: &Patient) -> bool {
    let names = |patient: &Patient| crate::cda::plain(&patient.family);
    if let (Some(one), Some(other)) = (&one.ins, &other.ins)
        && one.value != other.value
    {
        return false;
    }
    names(one) == names(other) && (one.born == other.born || one.born.is_none() || other.born.is_none())
}
