//! Text as it is written down between tags: words, line ends, pieces.

use super::element::{lowered, raised, word_mark};
use super::frame::Setting;
use super::tokens::Tag;
use super::walk::Walk;
use crate::letter::clean::Cleaner;
use crate::letter::sheet::{Kind, Piece, Sheet};
use crate::letter::text::{self, Form};

/// What opens a text that is struck out. A line through it is lost on the screen, its meaning must not be.
pub(super) const STRUCK: &str = "[barré\u{a0}: ";

impl Walk<'_> {
    /// The end of a line, as between two `div`. An empty one parts paragraphs.
    pub(super) fn soft(&mut self) {
        self.space = false;
        let last = self.buffer.rsplit('\n').next().unwrap_or_default();
        if self.set().preformatted {
            if !last.is_empty() {
                self.buffer.push('\n');
            }
        } else if !self.inked {
            self.buffer.clear();
        } else if last.is_empty() || self.buffer.ends_with(STRUCK) {
        } else if last.trim().is_empty() {
            self.flush();
        } else {
            self.buffer.push('\n');
        }
    }

    /// `<br>`
    pub(super) fn line_break(&mut self) {
        self.space = false;
        if self.set().preformatted {
            self.buffer.push('\n');
        } else if !self.inked {
            self.buffer.clear();
        } else if !self.buffer.ends_with(STRUCK) {
            if self.buffer.rsplit('\n').next().is_some_and(|last| last.trim().is_empty()) {
                self.flush();
            } else {
                self.buffer.push('\n');
            }
        }
    }

    fn only_struck(&self) -> bool {
        self.set().struck && self.buffer == STRUCK
    }

    /// The end of what is struck out: in the line of its last word. Nothing, if there was none.
    pub(super) fn end_struck(&mut self) {
        if self.buffer.ends_with(STRUCK) {
            return self.buffer.truncate(self.buffer.len() - STRUCK.len());
        }
        let broken = self.buffer.ends_with('\n');
        self.buffer.truncate(self.buffer.trim_end_matches(['\n', ' ']).len());
        if self.buffer.ends_with(STRUCK.trim_end()) {
            return self.buffer.truncate(self.buffer.len() - STRUCK.trim_end().len());
        }
        self.buffer.push_str(if broken { "]\n" } else { "]" });
    }

    /// The end of a piece.
    pub(super) fn flush(&mut self) {
        let set = self.set();
        self.space = false;
        self.cleaner = Cleaner::default();
        if self.only_struck() {
            return;
        }
        let mut text = std::mem::take(&mut self.buffer);
        self.inked = false;
        if set.struck {
            // What is struck out goes on in the next piece.
            if text.ends_with(STRUCK) {
                text.truncate(text.len() - STRUCK.len());
            } else if !text.trim().is_empty() {
                text.push(']');
            }
            self.buffer.push_str(STRUCK);
            self.inked = true;
        }
        if text.trim().is_empty() {
            return;
        }
        if set.preformatted {
            let mut lines = Sheet::new(self.most, 5_000);
            let form = Form { depth: set.depth, signature: set.signature, ..Form::default() };
            text::read(&text, form, &mut lines);
            self.full |= lines.cut;
            return lines.pieces.into_iter().for_each(|piece| self.put(piece));
        }
        let mut kind = match set {
            Setting { signature: true, .. } => Kind::Signature,
            Setting { heading: true, .. } => Kind::Heading,
            _ => Kind::Paragraph,
        };
        let mark =
            self.frames.iter_mut().rev().take_while(|frame| !frame.role.is_scope()).find_map(|frame| frame.mark.take());
        let trimmed = text.trim_matches(|c: char| c.is_whitespace());
        if let Some(mark) = mark {
            kind = if kind == Kind::Signature { kind } else { Kind::Item };
            text = mark + trimmed;
        } else if set.word_item
            && let Some((mark, length)) = word_mark(trimmed)
        {
            kind = Kind::Item;
            text = mark + trimmed.get(length..).unwrap_or_default();
        }
        self.put(Piece { kind, depth: set.depth, text });
    }

    /// A piece goes into the open cell, or onto the sheet.
    pub(super) fn put(&mut self, piece: Piece) {
        self.taken += 16;
        match self.tables.last_mut() {
            Some(table) => table.put(piece),
            None => self.sheet.push(piece.kind, piece.depth, piece.text),
        }
    }

    pub(super) fn end_row(&mut self) {
        let Some(table) = self.tables.pop() else { return };
        table.pieces().into_iter().for_each(|piece| self.put(piece));
    }

    /// Pictures are off. One that stands for a smiley says so in its text.
    pub(super) fn picture(&mut self, tag: &Tag) {
        let alt = tag.get("alt").unwrap_or_default();
        let alt = alt.trim();
        if !alt.is_empty() && !alt.is_ascii() && alt.chars().count() <= 8 && !alt.chars().any(char::is_alphanumeric) {
            self.words(alt);
        }
    }

    pub(super) fn take_space(&mut self) {
        if std::mem::take(&mut self.space) && !self.buffer.is_empty() && !self.buffer.ends_with(['\n', ' ']) {
            self.buffer.push(' ');
        }
    }

    /// Text in which spaces and line ends are spaces.
    pub(super) fn words(&mut self, text: &str) {
        let set = self.set();
        for (place, word) in text.split([' ', '\n', '\t', '\r', '\u{C}']).enumerate() {
            self.space |= place > 0;
            if word.is_empty() {
                continue;
            }
            self.take_space();
            self.taken += word.len() + 1;
            self.inked |= word.chars().any(|c| !c.is_whitespace());
            if set.raised || set.lowered {
                let moved: String = word.chars().map(if set.raised { raised } else { lowered }).collect();
                self.cleaner.push(&mut self.buffer, &moved);
            } else {
                self.cleaner.push(&mut self.buffer, word);
            }
        }
    }
}
