//! Rows of tables. Mail is laid out in tables; only where every cell holds a few words is a row a row.

use crate::letter::limits::CELLS;
use crate::letter::sheet::{Kind, Piece};

/// Bytes of a cell of a row. A longer text is a text.
const CELL: usize = 400;
/// Pieces of a cell of a row.
const PIECES: usize = 4;

/// The cells of an open row.
#[derive(Default)]
pub(super) struct Table {
    cells: Vec<Vec<Piece>>,
    open: usize,
}

impl Table {
    /// A cell begins; the columns it spans beyond the first one are empty.
    pub fn cell(&mut self, span: usize) {
        if self.cells.len() < CELLS {
            self.open = self.cells.len();
            let span = span.clamp(1, 10).min(CELLS - self.cells.len());
            self.cells.resize_with(self.cells.len() + span, Vec::new);
        }
    }

    /// Adds to the open cell; text outside of all cells makes one.
    pub fn put(&mut self, piece: Piece) {
        if self.cells.is_empty() {
            self.cell(1);
        }
        if let Some(cell) = self.cells.get_mut(self.open) {
            cell.push(piece);
        }
    }

    /// One row, or what its cells hold, one after the other.
    pub fn pieces(self) -> Vec<Piece> {
        let filled = self.cells.iter().filter(|cell| !cell.is_empty()).count();
        let depth = self.cells.iter().flatten().map(|piece| piece.depth).next().unwrap_or(0);
        if filled < 2 || !self.cells.iter().all(|cell| is_short(cell, depth)) {
            return self.cells.into_iter().flatten().collect();
        }
        let cells: Vec<String> = self.cells.iter().map(|cell| line(cell)).collect();
        let text = cells.join("\t").trim_end_matches('\t').to_owned();
        vec![Piece { kind: Kind::Row, depth, text }]
    }
}

fn is_short(cell: &[Piece], depth: u8) -> bool {
    let length: usize = cell.iter().map(|piece| piece.text.len()).sum();
    let plain =
        |piece: &Piece| matches!(piece.kind, Kind::Paragraph | Kind::Heading | Kind::Item) && piece.depth == depth;
    length <= CELL && cell.len() <= PIECES && cell.iter().all(plain)
}

fn line(cell: &[Piece]) -> String {
    let words = cell.iter().flat_map(|piece| piece.text.split(['\n', '\t', ' '])).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}
