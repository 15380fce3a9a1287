//! `content.xml` of OpenDocument text and spreadsheets (ODF 1.3 part 3).

use crate::body::{Body, Piece, Row, Section, Table};
use crate::error::Refusal;
use crate::limits::ROWS;
use crate::xml::{Element, Node};

pub(super) fn body(content: &Element) -> Result<Body, Refusal> {
    let body = content.first("body").ok_or(Refusal::Broken)?;
    let mut out = Out { sections: vec![Section { level: 1, ..Section::default() }] };
    let document = body.first("text").or_else(|| body.first("spreadsheet")).ok_or(Refusal::Unsupported)?;
    out.blocks(document, 0);
    Ok(Body { sections: out.sections, cut: false })
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

    fn blocks(&mut self, parent: &Element, depth: u8) {
        for block in parent.elements() {
            match &*block.name {
                "p" => self.add(Piece::paragraph(text(block).trim_end())),
                "h" => {
                    let level = block.attribute("outline-level").and_then(|n| n.parse().ok()).unwrap_or(1);
                    let title = text(block).trim().to_owned();
                    if !title.is_empty() {
                        self.sections.push(Section { title, level, pieces: Vec::new() });
                    }
                }
                "list" => self.list(block, depth),
                "table" => {
                    let table = table(block);
                    if let Some(name) = block.attribute("name").filter(|_| table.rows.len() > 1) {
                        self.add(Some(Piece::Table(Table { caption: name.to_owned(), ..table })));
                    } else {
                        self.add(Some(Piece::Table(table)));
                    }
                }
                "section" | "index-body" | "text-box" | "frame" => self.blocks(block, depth),
                _ => {}
            }
        }
    }

    fn list(&mut self, list: &Element, depth: u8) {
        for item in list.all("list-item") {
            let mut within = Out { sections: vec![Section::default()] };
            for block in item.elements() {
                match &*block.name {
                    "list" => {
                        let own = std::mem::replace(&mut within.sections, vec![Section::default()]);
                        self.item(own, depth);
                        self.list(block, depth.saturating_add(1));
                    }
                    "p" | "h" => within.add(Piece::paragraph(text(block).trim_end())),
                    _ => {}
                }
            }
            self.item(within.sections, depth);
        }
    }

    fn item(&mut self, sections: Vec<Section>, depth: u8) {
        let text = super::cells::flat(sections);
        if !text.trim().is_empty() {
            self.add(Some(Piece::Item { depth: depth.min(8), mark: "•".to_owned(), text }));
        }
    }
}

fn text(paragraph: &Element) -> String {
    let mut out = String::new();
    spans(paragraph, &mut out);
    out
}

fn spans(parent: &Element, into: &mut String) {
    for node in &parent.nodes {
        match node {
            // White space of XML is one space; more of it is written as elements.
            Node::Text(text) => {
                let line = crate::xml::one_line(text);
                if text.starts_with(|c: char| c.is_ascii_whitespace()) && !into.is_empty() {
                    into.push(' ');
                }
                into.push_str(&line);
                if !line.is_empty() && text.ends_with(|c: char| c.is_ascii_whitespace()) {
                    into.push(' ');
                }
            }
            Node::Element(element) => match &*element.name {
                "s" => {
                    let count = element.attribute("c").and_then(|n| n.parse::<usize>().ok()).unwrap_or(1);
                    into.extend(std::iter::repeat_n(' ', count.min(80)));
                }
                "tab" => into.push('\t'),
                "line-break" => into.push('\n'),
                "annotation" | "note" | "frame" | "deletion" => {}
                _ => spans(element, into),
            },
        }
    }
}

fn table(table: &Element) -> Table {
    let mut rows: Vec<Row> = Vec::new();
    collect(table, &mut rows);
    // Spreadsheets repeat an empty row to the end of the sheet.
    while rows.last().is_some_and(|row| row.cells.iter().all(|cell| cell.trim().is_empty())) {
        rows.pop();
    }
    let width = rows.iter().map(|row| row.cells.iter().rposition(|c| !c.is_empty()).map_or(0, |at| at + 1)).max();
    for row in &mut rows {
        row.cells.truncate(width.unwrap_or(0));
    }
    Table { rows, ..Table::default() }.squared()
}

fn collect(parent: &Element, rows: &mut Vec<Row>) {
    for element in parent.elements() {
        match &*element.name {
            "table-row" if rows.len() < ROWS => {
                let cells = cells(element);
                let empty = cells.iter().all(String::is_empty);
                // An empty row is repeated a million times to fill a sheet: once is enough.
                let times = if empty { 1 } else { repeated(element, "number-rows-repeated").min(100) };
                rows.extend(std::iter::repeat_n(Row { cells, mark: None }, times));
            }
            "table-header-rows" | "table-rows" | "table-row-group" => collect(element, rows),
            _ => {}
        }
    }
}

fn cells(row: &Element) -> Vec<String> {
    let mut cells = Vec::new();
    for cell in row.elements().filter(|e| matches!(&*e.name, "table-cell" | "covered-table-cell")) {
        let mut within = Out { sections: vec![Section::default()] };
        within.blocks(cell, 0);
        let text = super::cells::flat(within.sections);
        let times = repeated(cell, "number-columns-repeated").min(48);
        cells.extend(std::iter::repeat_n(text, times));
        if cells.len() > 256 {
            break;
        }
    }
    cells
}

fn repeated(element: &Element, name: &str) -> usize {
    element.attribute(name).and_then(|n| n.parse::<usize>().ok()).unwrap_or(1).max(1)
}
