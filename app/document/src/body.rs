//! A structured document: what is left of CDA, tables and office files once nothing in them can act.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::limits::Limits;
use crate::reading::silent;

/// Sections in order.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// The sections.
    pub sections: Vec<Section>,
    /// There was more than the limits show.
    pub cut: bool,
}

/// A section.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Its title; may be empty.
    pub title: String,
    /// How deep its title stands: 1 for the first level.
    pub level: u8,
    /// What it holds.
    pub pieces: Vec<Piece>,
}

/// A piece of a section.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Piece {
    /// A paragraph. May hold line breaks.
    Paragraph(String),
    /// An item of a list.
    Item {
        /// 0 for a list that is in no other.
        depth: u8,
        /// What stands before it: `•`, `1.`, `a.`
        mark: String,
        /// Its text.
        text: String,
    },
    /// A table.
    Table(Table),
    /// Labels and values.
    Facts(Vec<Fact>),
    /// Text whose spaces and breaks count.
    Preformatted(String),
}

/// A label and its value.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// In French, as shown.
    pub label: String,
    /// The value.
    pub value: String,
}

/// A table. Rows are as long as the longest of them; a cell that spans others is followed by empty ones.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Its caption; may be empty.
    pub caption: String,
    /// Titles of the columns; may be empty.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Laboratory results: analysis, result, unit, reference, interpretation, and earlier result if any has one.
    pub results: bool,
}

/// The most columns of a table.
const COLUMNS: usize = 48;

fn square(cells: &mut Vec<String>, width: usize) {
    let beyond = cells.split_off(width.min(cells.len()));
    if let Some(last) = cells.last_mut() {
        for cell in beyond.iter().filter(|cell| !cell.is_empty()) {
            last.push_str(" · ");
            last.push_str(cell);
        }
    }
    cells.resize(width, String::new());
}

/// A row.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The cells.
    pub cells: Vec<String>,
    /// What the laboratory says of this result. Never worked out here.
    pub mark: Option<Mark>,
}

/// An interpretation (HL7 ObservationInterpretation, 2.16.840.1.113883.5.83, or HL7 v2 table 0078).
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mark {
    /// `N`
    Normal,
    /// `H`
    High,
    /// `HH`, `HU`, `>`
    VeryHigh,
    /// `L`
    Low,
    /// `LL`, `LU`, `<`
    VeryLow,
    /// `A`, `AA`: abnormal without a direction.
    Abnormal,
}

impl Mark {
    /// Of a code, if it says something about the range.
    pub(crate) fn of(code: &str) -> Option<Mark> {
        Some(match code.trim() {
            "N" => Mark::Normal,
            "H" => Mark::High,
            "HH" | "HU" | ">" => Mark::VeryHigh,
            "L" => Mark::Low,
            "LL" | "LU" | "<" => Mark::VeryLow,
            "A" | "AA" => Mark::Abnormal,
            _ => return None,
        })
    }

    /// As it is written in the table.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Mark::Normal => "Normal",
            Mark::High => "Élevé",
            Mark::VeryHigh => "Très élevé",
            Mark::Low => "Bas",
            Mark::VeryLow => "Très bas",
            Mark::Abnormal => "Anormal",
        }
    }

    /// Out of range.
    pub fn is_abnormal(self) -> bool {
        self != Mark::Normal
    }
}

/// Columns of a table of results.
pub(crate) fn results_head() -> Vec<String> {
    ["Analyse", "Résultat", "Unité", "Référence", "Interprétation"].map(String::from).to_vec()
}

impl Body {
    /// Results, and those out of range.
    pub(crate) fn results(&self) -> (u32, u32) {
        let rows = self.sections.iter().flat_map(|s| &s.pieces).filter_map(|piece| match piece {
            Piece::Table(table) if table.results => Some(&table.rows),
            _ => None,
        });
        rows.flatten().fold((0, 0), |(all, abnormal), row| {
            (all + 1, abnormal + u32::from(row.mark.is_some_and(Mark::is_abnormal)))
        })
    }

    /// Within the limits of text and lines; what goes beyond is left out and said.
    pub(crate) fn bounded(mut self, limits: &Limits) -> Body {
        let mut left = Left { text: limits.text as usize, lines: limits.lines as usize };
        let mut full = false;
        for section in &mut self.sections {
            if full || !left.take(section.title.len(), 1) {
                full = true;
                section.pieces.clear();
                section.title.clear();
                continue;
            }
            let first_out = section.pieces.iter_mut().position(|piece| !piece.fits(&mut left));
            let kept = first_out.unwrap_or(section.pieces.len());
            // The piece that did not fit may be a table cut short: it stays, what follows goes.
            let partial = section.pieces.get(kept).is_some_and(|p| matches!(p, Piece::Table(t) if !t.rows.is_empty()));
            full = kept < section.pieces.len();
            section.pieces.truncate(kept + usize::from(partial && full));
        }
        self.sections.retain(|s| !s.title.is_empty() || !s.pieces.is_empty());
        self.cut |= full;
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sections.iter().all(|s| s.title.is_empty() && s.pieces.is_empty())
    }
}

struct Left {
    text: usize,
    lines: usize,
}

impl Left {
    fn take(&mut self, text: usize, lines: usize) -> bool {
        match (self.text.checked_sub(text), self.lines.checked_sub(lines)) {
            (Some(text), Some(lines)) => {
                (self.text, self.lines) = (text, lines);
                true
            }
            _ => false,
        }
    }
}

impl Piece {
    /// Takes what it needs of what is left. A table keeps the rows that fit.
    fn fits(&mut self, left: &mut Left) -> bool {
        match self {
            Piece::Paragraph(text) | Piece::Preformatted(text) => left.take(text.len(), 1),
            Piece::Item { text, .. } => left.take(text.len(), 1),
            Piece::Facts(facts) => left.take(facts.iter().map(|f| f.label.len() + f.value.len()).sum(), facts.len()),
            Piece::Table(table) => {
                let size = |cells: &[String]| cells.iter().map(|c| c.len() + 1).sum::<usize>();
                if !left.take(table.caption.len() + size(&table.head), 1) {
                    table.rows.clear();
                    return false;
                }
                let fit = table.rows.iter().take_while(|row| left.take(size(&row.cells), 1)).count();
                let whole = fit == table.rows.len();
                table.rows.truncate(fit);
                whole
            }
        }
    }

    /// A paragraph, unless there is nothing in it.
    pub(crate) fn paragraph(text: impl Into<String>) -> Option<Piece> {
        let text = text.into();
        (!text.trim().is_empty()).then_some(Piece::Paragraph(text))
    }
}

impl Table {
    /// Every row as long as the longest, so that columns stand under their titles. Cells beyond the last column a table
    /// may have are written into it.
    pub(crate) fn squared(mut self) -> Table {
        let width = self.rows.iter().map(|r| r.cells.len()).chain([self.head.len()]).max().unwrap_or(0).min(COLUMNS);
        if !self.head.is_empty() {
            square(&mut self.head, width);
        }
        for row in &mut self.rows {
            square(&mut row.cells, width);
        }
        self
    }
}

impl Fact {
    /// A fact, unless it has no value.
    pub(crate) fn of(label: &str, value: impl Into<String>) -> Option<Fact> {
        let value = value.into();
        (!value.trim().is_empty()).then(|| Fact { label: label.to_owned(), value })
    }
}

impl Zeroize for Body {
    fn zeroize(&mut self) {
        for section in &mut self.sections {
            section.title.zeroize();
            for piece in &mut section.pieces {
                piece.zeroize();
            }
        }
        self.sections.clear();
    }
}

impl Zeroize for Piece {
    fn zeroize(&mut self) {
        match self {
            Piece::Paragraph(text) | Piece::Preformatted(text) | Piece::Item { text, .. } => text.zeroize(),
            Piece::Facts(facts) => facts.iter_mut().for_each(|fact| fact.value.zeroize()),
            Piece::Table(table) => {
                table.caption.zeroize();
                table.head.zeroize();
                table.rows.iter_mut().for_each(|row| row.cells.zeroize());
            }
        }
    }
}

silent!(Body, Section, Piece, Fact, Table, Row, Mark);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn table(rows: usize) -> Piece {
        let row = Row { cells: vec!["x".into()], mark: Some(Mark::High) };
        Piece::Table(Table { rows: vec![row; rows], results: true, ..Table::default() })
    }

    fn body(pieces: Vec<Piece>) -> Body {
        Body { sections: vec![Section { title: "Titre".into(), level: 1, pieces }], cut: false }
    }

    #[test]
    fn what_fits_is_left_alone() {
        let body = body(vec![Piece::Paragraph("texte".into()), table(3)]);
        let bounded = body.clone().bounded(&Limits::default());
        assert!(bounded == body && !bounded.cut);
        assert_eq!(bounded.results(), (3, 3));
    }

    #[test]
    fn a_table_beyond_the_limit_keeps_the_rows_that_fit_and_says_so() {
        let limits = Limits { lines: 5, ..Limits::default() };
        let bounded = body(vec![table(30), Piece::Paragraph("après".into())]).bounded(&limits);
        assert!(bounded.cut);
        assert_eq!(bounded.results().0, 3);
        assert_eq!(bounded.sections.first().unwrap().pieces.len(), 1);
    }

    #[test]
    fn sections_after_the_limit_are_gone() {
        let limits = Limits { text: 10, ..Limits::default() };
        let mut two = body(vec![Piece::Paragraph("x".repeat(20))]);
        two.sections.push(two.sections.first().unwrap().clone());
        let bounded = two.bounded(&limits);
        assert!(bounded.cut);
        assert_eq!(bounded.sections.len(), 1);
    }

    #[test]
    fn rows_become_equally_long_and_no_cell_is_lost() {
        let wide: Vec<String> = (0..100).map(|n| n.to_string()).collect();
        let rows = vec![Row { cells: vec!["a".into()], mark: None }, Row { cells: wide, mark: None }];
        let table = Table { head: vec!["t".into()], rows, ..Table::default() }.squared();
        assert_eq!(table.head.len(), COLUMNS);
        assert!(table.rows.iter().all(|row| row.cells.len() == COLUMNS));
        assert!(table.rows.last().unwrap().cells.last().unwrap().ends_with("· 99"));
    }

    #[test]
    fn nothing_of_a_body_is_in_its_debug() {
        assert_eq!(format!("{:?}", body(vec![table(1)])), "Body(…)");
        assert_eq!(format!("{:?}", Mark::High), "Mark(…)");
    }
}
