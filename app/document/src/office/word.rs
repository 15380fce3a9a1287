//! `word/document.xml` (ECMA-376 part 1, section 17).

use crate::body::{Body, Piece, Row, Section, Table};
use crate::limits::ROWS;
use crate::xml::{Element, Node};

pub(super) fn body(document: &Element) -> Body {
    let mut out = Out { sections: vec![Section { level: 1, ..Section::default() }] };
    if let Some(body) = document.first("body") {
        out.blocks(body);
    }
    Body { sections: out.sections, cut: false }
}

struct Out {
    sections: Vec<Section>,
}

impl Out {
    fn add(&mut self, piece: Option<Piece>) {
        if let (Some(section), Some(piece)) = (self.sections.last_mut(), piece) {
            section.pieces.push(piece);
        }
    }

    fn blocks(&mut self, parent: &Element) {
        for block in parent.elements() {
            match &*block.name {
                "p" => self.paragraph(block),
                "tbl" => self.add(Some(Piece::Table(table(block)))),
                // Content controls and their content; what was moved elsewhere or deleted is not shown.
                "sdt" | "sdtContent" | "ins" | "moveTo" | "smartTag" | "customXml" => self.blocks(block),
                _ => {}
            }
        }
    }

    fn paragraph(&mut self, paragraph: &Element) {
        let properties = paragraph.first("pPr");
        let value = |name| properties.and_then(|p| p.first(name)).and_then(|e| e.attribute("val"));
        let text = text(paragraph);
        let style = value("pStyle").unwrap_or_default().to_ascii_lowercase();
        let level = ["heading", "titre"].iter().find_map(|name| style.strip_prefix(name));
        if let Some(level) = level.and_then(|level| level.parse::<u8>().ok().or(level.is_empty().then_some(1))) {
            if !text.trim().is_empty() {
                self.sections.push(Section { title: text.trim().to_owned(), level: level.max(1), pieces: Vec::new() });
            }
            return;
        }
        let item = properties.and_then(|p| p.first("numPr"));
        self.add(match item {
            Some(item) if !text.trim().is_empty() => {
                let depth =
                    item.first("ilvl").and_then(|e| e.attribute("val")).and_then(|n| n.parse().ok()).unwrap_or(0);
                Some(Piece::Item { depth: u8::min(depth, 8), mark: "•".to_owned(), text: text.trim().to_owned() })
            }
            _ => Piece::paragraph(text.trim_end()),
        });
    }
}

/// The text of a paragraph: runs, in insertions, links and fields too.
fn text(paragraph: &Element) -> String {
    let mut text = String::new();
    runs(paragraph, &mut text);
    text
}

fn runs(parent: &Element, into: &mut String) {
    for node in &parent.nodes {
        let Node::Element(element) = node else { continue };
        match &*element.name {
            "t" => into.push_str(&element.text()),
            "tab" => into.push('\t'),
            "br" | "cr" => into.push('\n'),
            "noBreakHyphen" => into.push('\u{2011}'),
            // Properties, deletions, what was moved away, instructions of fields, and drawings with their alternates.
            "pPr" | "rPr" | "del" | "moveFrom" | "instrText" | "delText" | "drawing" | "pict" | "object"
            | "AlternateContent" => {}
            _ => runs(element, into),
        }
    }
}

fn table(table: &Element) -> Table {
    let rows = table.all("tr").take(ROWS).map(|row| {
        let mut cells = Vec::new();
        for cell in row.all("tc") {
            let mut within = Out { sections: vec![Section::default()] };
            within.blocks(cell);
            cells.push(super::cells::flat(within.sections));
            let span =
                cell.at(&["tcPr", "gridSpan"]).and_then(|e| e.attribute("val")).and_then(|n| n.parse::<usize>().ok());
            cells.extend(std::iter::repeat_n(String::new(), span.unwrap_or(1).clamp(1, 48) - 1));
        }
        Row { cells, mark: None }
    });
    Table { rows: rows.collect(), ..Table::default() }.squared()
}
