//! The text of a letter as it is put together: pieces, their depth of quotation, and the bounds of it all.

use super::clean;
use super::limits::{BLOCK, QUOTES};
use super::model::{Block, BlockKind};

/// How a piece is set, whatever its depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Paragraph,
    Heading,
    Item,
    Row,
    Preformatted,
    Signature,
    Rule,
}

/// A piece of text and how deep it is quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub kind: Kind,
    pub depth: u8,
    pub text: String,
}

/// Pieces, and what may still be added.
pub(super) struct Sheet {
    pub pieces: Vec<Piece>,
    /// Bytes left.
    text: usize,
    /// Blocks left.
    blocks: usize,
    /// There was more.
    pub cut: bool,
}

impl Sheet {
    /// An empty sheet for so many bytes and blocks.
    pub fn new(text: usize, blocks: usize) -> Sheet {
        Sheet { pieces: Vec::new(), text, blocks, cut: false }
    }

    /// Nothing more fits.
    pub fn is_full(&self) -> bool {
        self.cut
    }

    /// Adds a piece; nothing if there is nothing in it.
    pub fn push(&mut self, kind: Kind, depth: u8, text: String) {
        let text = tidy(kind, text);
        if self.cut || (text.is_empty() && kind != Kind::Rule) {
            return;
        }
        if kind == Kind::Rule && self.pieces.last().is_none_or(|last| last.kind == Kind::Rule) {
            return;
        }
        let depth = depth.min(QUOTES);
        let mut rest = text.as_str();
        loop {
            let (piece, after) = split(rest, BLOCK.min(self.text));
            if self.blocks == 0 || (piece.is_empty() && !after.is_empty()) {
                self.cut = true;
                return;
            }
            self.blocks -= 1;
            self.text -= piece.len();
            let piece = if kind == Kind::Preformatted {
                format!("{}\n", piece.trim_end_matches('\n'))
            } else {
                piece.to_owned()
            };
            self.pieces.push(Piece { kind, depth, text: piece });
            rest = after;
            if rest.is_empty() {
                return;
            }
        }
    }

    /// Letters and figures on it: what two versions of one text are compared by.
    pub fn weight(&self) -> usize {
        self.pieces.iter().map(|piece| weigh(&piece.text)).sum()
    }
}

/// Letters and figures of a text, addresses of pages left out: the plain version of a letter spells them, HTML hides them.
fn weigh(text: &str) -> usize {
    text.split_whitespace()
        .filter(|word| !word.contains("://"))
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).count())
        .sum()
}

/// Spaces at the ends of lines and around the text go; its own line breaks stay.
fn tidy(kind: Kind, text: String) -> String {
    let text = clean::compose(text);
    let blank = |c: char| c.is_whitespace();
    match kind {
        Kind::Rule => String::new(),
        // The spaces in front of the first line set it in its column.
        Kind::Preformatted => {
            let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
            let from = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
            lines.get(from..).unwrap_or_default().join("\n").trim_end().to_owned()
        }
        Kind::Row => text.trim_matches(|c| c != '\t' && blank(c)).to_owned(),
        _ => {
            // The delimiter of a signature keeps its space.
            let trim = |line| if line == "-- " { line } else { str::trim_matches(line, [' ', '\t']) };
            let lines: Vec<&str> = text.lines().map(trim).collect();
            lines.join("\n").trim_matches(blank).replace('\t', " ")
        }
    }
}

/// At most `most` bytes of a text, cut at the end of a line, else between words, else between characters.
fn split(text: &str, most: usize) -> (&str, &str) {
    if text.len() <= most {
        return (text, "");
    }
    let mut end = most;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end).unwrap_or_default();
    let place = head.rfind('\n').filter(|at| *at > most / 2).or_else(|| head.rfind(' ').filter(|at| *at > most / 2));
    let (head, tail) = text.split_at_checked(place.unwrap_or(end)).unwrap_or((text, ""));
    (head, tail.trim_start_matches([' ', '\n']))
}

/// The pieces as blocks. Inside of a quotation everything is text.
pub(super) fn blocks(pieces: Vec<Piece>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let kind = match (piece.depth, piece.kind) {
            (0, Kind::Paragraph) => BlockKind::Paragraph,
            (0, Kind::Heading) => BlockKind::Heading,
            (0, Kind::Item) => BlockKind::Item,
            (0, Kind::Row) => BlockKind::Row,
            (0, Kind::Preformatted) => BlockKind::Preformatted,
            (0, Kind::Signature) => BlockKind::Signature,
            (0, Kind::Rule) => BlockKind::Rule,
            (_, Kind::Rule) => continue,
            (depth, _) => BlockKind::Quote { depth },
        };
        let text = match (piece.depth, piece.kind) {
            (0, _) => piece.text,
            (_, Kind::Row) => cells(&piece.text),
            _ => piece.text.trim_end_matches('\n').to_owned(),
        };
        blocks.push(Block { kind, text });
    }
    while blocks.last().is_some_and(|last| last.kind == BlockKind::Rule) {
        blocks.pop();
    }
    blocks
}

/// Cells of a row in a quotation.
fn cells(row: &str) -> String {
    row.split('\t').filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: usize, blocks: usize, pieces: &[(Kind, &str)]) -> Sheet {
        let mut sheet = Sheet::new(text, blocks);
        pieces.iter().for_each(|(kind, text)| sheet.push(*kind, 0, (*text).to_owned()));
        sheet
    }

    #[test]
    fn nothing_empty_and_no_two_rules() {
        let sheet = sheet(
            100,
            10,
            &[(Kind::Rule, ""), (Kind::Paragraph, " \n "), (Kind::Paragraph, "a"), (Kind::Rule, ""), (Kind::Rule, "")],
        );
        assert_eq!(sheet.pieces.len(), 2);
        assert_eq!(blocks(sheet.pieces).len(), 1);
    }

    #[test]
    fn text_and_blocks_are_bounded() {
        let text = sheet(10, 10, &[(Kind::Paragraph, "aaaa bbbb cccc"), (Kind::Paragraph, "d")]);
        assert_eq!(
            (text.pieces.len(), text.pieces.iter().map(|p| p.text.len()).sum::<usize>(), text.cut),
            (2, 10, true)
        );
        let blocks = sheet(100, 1, &[(Kind::Paragraph, "a"), (Kind::Paragraph, "b")]);
        assert_eq!((blocks.pieces.len(), blocks.cut), (1, true));
        let exact = sheet(2, 2, &[(Kind::Paragraph, "a"), (Kind::Paragraph, "b")]);
        assert!(!exact.cut);
    }

    #[test]
    fn a_long_text_becomes_several_blocks_between_words() {
        let words = "mot ".repeat(5000);
        let sheet = sheet(100_000, 100, &[(Kind::Paragraph, &words)]);
        assert!(
            sheet.pieces.len() > 1 && sheet.pieces.iter().all(|p| p.text.len() <= BLOCK && p.text.ends_with("mot"))
        );
    }

    #[test]
    fn the_first_column_keeps_its_place() {
        let sheet = sheet(100, 10, &[(Kind::Preformatted, "\n   a   b\n1  2   3  \n\n")]);
        assert_eq!(sheet.pieces.first().map(|p| p.text.as_str()), Some("   a   b\n1  2   3\n"));
    }

    #[test]
    fn a_quotation_is_text_throughout() {
        let pieces = vec![
            Piece { kind: Kind::Row, depth: 2, text: "a\t\tb".into() },
            Piece { kind: Kind::Rule, depth: 1, text: String::new() },
            Piece { kind: Kind::Item, depth: 1, text: "• c".into() },
        ];
        let shown: Vec<(BlockKind, String)> = blocks(pieces).iter().map(|b| (b.kind, b.text.clone())).collect();
        assert_eq!(
            shown,
            [(BlockKind::Quote { depth: 2 }, "a | b".into()), (BlockKind::Quote { depth: 1 }, "• c".into())]
        );
    }
}
