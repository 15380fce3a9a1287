//! Office documents: the text, lists and tables of Word, OpenDocument and Excel files. Macros, links, pictures, embedded
//! objects and fields that compute are left where they are. Old formats (`.doc`, `.xls`) are not read.

mod cells;
mod odf;
mod word;
mod xlsx;

use crate::archive::Archive;
use crate::body::Body;
use crate::error::Refusal;
use crate::limits::Limits;
use crate::xml::{self, Element};

/// Whether an archive is an office document: the names of its parts say so without unpacking.
pub(crate) fn is_office(zip: &[u8]) -> bool {
    // OpenDocument stores its type first and in clear; the other family is told by its directory, at the end.
    let within = |bytes: &[u8], name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    let start = zip.get(..256.min(zip.len())).unwrap_or_default();
    let end = zip.get(zip.len().saturating_sub(256 * 1024)..).unwrap_or_default();
    within(start, b"mimetypeapplication/vnd.oasis.opendocument.")
        || (within(end, b"[Content_Types].xml")
            && (within(end, b"word/document.xml") || within(end, b"xl/workbook.xml")))
}

/// The content of an office document.
pub(crate) fn body(bytes: &[u8], limits: &Limits) -> Result<Body, Refusal> {
    let mut archive = Archive::open(bytes, limits)?;
    if archive.find("word/document.xml").is_some() {
        return Ok(word::body(&part(&mut archive, "word/document.xml")?));
    }
    if archive.find("xl/workbook.xml").is_some() {
        return xlsx::body(&mut archive, limits);
    }
    if archive.find("META-INF/manifest.xml").is_some_and(|_| is_encrypted(&mut archive)) {
        return Err(Refusal::Password);
    }
    if archive.find("content.xml").is_some() {
        return odf::body(&part(&mut archive, "content.xml")?);
    }
    Err(Refusal::Unsupported)
}

fn part(archive: &mut Archive<'_>, name: &str) -> Result<Element, Refusal> {
    let file = archive.find(name).ok_or(Refusal::Broken)?;
    let bytes = archive.read(&file)?;
    xml::parse(&bytes)
}

/// OpenDocument with a password keeps its parts in the archive, encrypted each.
fn is_encrypted(archive: &mut Archive<'_>) -> bool {
    let manifest = part(archive, "META-INF/manifest.xml");
    manifest.is_ok_and(|manifest| manifest.descendants().any(|e| &*e.name == "encryption-data"))
}
