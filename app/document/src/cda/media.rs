//! What a CDA document carries that is not XML.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::cda::narrative;
use crate::xml::Element;

/// Section «FR-Document-PDF-copie»: a PDF of the whole document, made by its author.
const PDF_COPY: &str = "1.2.250.1.213.1.1.2.243";

/// Padding and last bits are often wrong and never matter.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Bytes inside the document.
pub(crate) struct Media {
    /// Its title, if one is given.
    pub(crate) title: String,
    pub(crate) bytes: Vec<u8>,
}

/// A file beside the document.
pub(crate) struct Outside {
    /// Its name, relative to the document.
    pub(crate) name: String,
}

/// The body of a document that is not structured.
pub(super) fn not_xml(root: &Element) -> Option<Media> {
    let text = root.at(&["component", "nonXMLBody", "text"])?;
    if text.first("reference").is_some() {
        return None;
    }
    let bytes = match text.attribute("representation") {
        Some("B64") => decode(&text.text())?,
        _ => text.text().into_bytes(),
    };
    Some(Media { title: String::new(), bytes })
}

/// Where the body is, when it is another file.
pub(super) fn outside(root: &Element) -> Option<Outside> {
    let reference = root.at(&["component", "nonXMLBody", "text", "reference"])?;
    Some(Outside { name: reference.attribute("value")?.to_owned() })
}

pub(super) fn is_pdf_copy(section: &Element) -> bool {
    section.all("templateId").any(|template| template.attribute("root") == Some(PDF_COPY))
}

/// The PDF copy of a structured document.
pub(super) fn pdf_copy(root: &Element) -> Option<Media> {
    let body = root.at(&["component", "structuredBody"])?;
    let section = body.descendants().find(|e| &*e.name == "section" && is_pdf_copy(e))?;
    let bytes = section.descendants().find_map(value)?;
    Some(Media { title: String::new(), bytes })
}

/// Media of the structured body, except the copy.
pub(super) fn attached(root: &Element) -> Vec<Media> {
    let Some(body) = root.at(&["component", "structuredBody"]) else { return Vec::new() };
    let mut media = Vec::new();
    sections(body, &mut media);
    media
}

fn sections(parent: &Element, into: &mut Vec<Media>) {
    const MOST: usize = 50;
    for section in parent.all("component").filter_map(|component| component.first("section")) {
        if is_pdf_copy(section) {
            continue;
        }
        let title = section.first("title").map(Element::line).unwrap_or_default();
        for entry in section.all("entry") {
            for element in entry.descendants().filter(|e| &*e.name == "observationMedia") {
                let Some(bytes) = value(element) else { continue };
                if into.len() < MOST {
                    into.push(Media { title: caption(section, element).unwrap_or_else(|| title.clone()), bytes });
                }
            }
        }
        sections(section, into);
    }
}

/// The caption under which the narrative shows it.
fn caption(section: &Element, media: &Element) -> Option<String> {
    let id = media.attribute("ID")?;
    let text = section.first("text")?;
    let shown = text.descendants().find(|e| e.attribute("referencedObject") == Some(id))?;
    shown.first("caption").map(narrative::run).filter(|caption| !caption.is_empty())
}

fn value(element: &Element) -> Option<Vec<u8>> {
    let value = if &*element.name == "value" { element } else { element.first("value")? };
    (value.attribute("representation") == Some("B64")).then(|| decode(&value.text())).flatten()
}

/// Base64 with whatever white space between.
fn decode(text: &str) -> Option<Vec<u8>> {
    let clean: Cow<'_, str> = if text.contains(|c: char| c.is_ascii_whitespace()) {
        text.split_ascii_whitespace().collect::<String>().into()
    } else {
        text.into()
    };
    LENIENT.decode(clean.as_bytes()).ok().filter(|bytes| !bytes.is_empty())
}
