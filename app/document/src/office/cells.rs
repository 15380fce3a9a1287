//! What stands in a cell, in one text.

use crate::body::{Piece, Section};

/// The text of pieces, a line each.
pub(super) fn flat(sections: Vec<Section>) -> String {
    let mut lines = Vec::new();
    for section in sections {
        if !section.title.is_empty() {
            lines.push(section.title);
        }
        for piece in section.pieces {
            match piece {
                Piece::Paragraph(text) | Piece::Preformatted(text) => lines.push(text),
                Piece::Item { mark, text, .. } => lines.push(format!("{mark} {text}")),
                Piece::Table(table) => {
                    let rows = table.rows.into_iter().map(|row| row.cells.join(" ").trim().to_owned());
                    lines.extend(rows.filter(|row| !row.is_empty()));
                }
                Piece::Facts(_) => {}
            }
        }
    }
    lines.join("\n")
}
