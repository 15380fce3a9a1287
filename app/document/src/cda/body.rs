//! A CDA document as sections: the header as labels and values, coded results, then the narrative of every section.

use crate::body::{Body, Piece, Section};
use crate::cda::header::Header;
use crate::cda::{media, narrative, results};
use crate::xml::Element;

/// The sections of a document.
pub(super) fn of(root: &Element, header: &Header) -> Body {
    let mut sections = vec![Section { title: String::new(), level: 1, pieces: vec![Piece::Facts(header.facts())] }];
    for chapter in results::chapters(root) {
        sections.push(Section { title: chapter.title, level: 1, pieces: vec![Piece::Table(chapter.table)] });
    }
    if let Some(body) = root.at(&["component", "structuredBody"]) {
        for component in body.all("component") {
            walk(component, 1, &mut sections);
        }
    }
    Body { sections, cut: false }
}

fn walk(component: &Element, level: u8, into: &mut Vec<Section>) {
    let Some(section) = component.first("section") else { return };
    // The PDF copy is a face of the document, not a part of its text.
    if media::is_pdf_copy(section) {
        return;
    }
    let title = section.first("title").map(Element::line).unwrap_or_default();
    let pieces = section.first("text").map(narrative::pieces).unwrap_or_default();
    if !title.is_empty() || !pieces.is_empty() {
        into.push(Section { title, level, pieces });
    }
    for component in section.all("component") {
        walk(component, level.saturating_add(1), into);
    }
}
