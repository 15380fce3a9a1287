//! A message or a structured document on A4, as a PDF.
//!
//! ```text
//!  ┌─────────────────────────────────────┐
//!  │ LAMPION Séraphin, né le … — INS …   │  the patient, on every page
//!  │ Title                               │
//!  │ De      …                           │  facts
//!  │ Date    …                           │
//!  │ ─────────────────────────────────── │
//!  │ blocks                              │
//!  │                                     │
//!  │ Imprimé le …                    1/3 │  on every page
//!  └─────────────────────────────────────┘
//! ```
//!
//! Every word comes from the caller, and so do the fonts. Lines break by UAX #14 (ICU, as parley does it); words longer than a
//! line are broken; tables flow over pages with their heading repeated. Nothing else goes into the file: no author, no
//! program, no date.

mod flow;
mod paint;
mod table;
mod text;

use std::sync::Arc;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::Error;
use flow::Press;
use text::Setter;

/// Most text of one sheet, in bytes: some hundred pages.
const LONGEST: usize = 1 << 20;

/// Most pages of one sheet.
const MOST_PAGES: usize = 300;

/// A font file (OpenType), shared with whoever else has it.
pub type FontFile = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// The fonts of a sheet.
#[derive(Clone)]
pub struct Fonts {
    /// For text.
    pub regular: FontFile,
    /// For what stands out, of the same family.
    pub bold: FontFile,
    /// For preformatted text, else the regular one.
    pub mono: Option<FontFile>,
    /// For characters the others lack, in this order.
    pub others: Vec<FontFile>,
}

impl Fonts {
    /// Two weights of one family, nothing else.
    #[must_use]
    pub fn new(regular: FontFile, bold: FontFile) -> Self {
        Self { regular, bold, mono: None, others: Vec::new() }
    }
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fonts")
    }
}

/// What is said of a letter before its text: from, to, date.
#[derive(Clone, Default, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// Which it is.
    pub value: String,
}

/// A part of the text.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub enum Block {
    /// Running text; a line feed ends a line.
    Paragraph(String),
    /// A heading of a level, `1` being the highest.
    Heading {
        /// From 1; beyond 3 all look the same.
        level: u8,
        /// Its words.
        text: String,
    },
    /// An item of a list.
    Item {
        /// Lists around this one.
        depth: u8,
        /// A number or letter, else a bullet is drawn.
        mark: Option<String>,
        /// Its words.
        text: String,
    },
    /// What somebody else wrote before.
    Quote {
        /// Quotes around this one, from 1.
        depth: u8,
        /// Its words.
        text: String,
    },
    /// Text whose spaces matter.
    Preformatted(String),
    /// A table.
    Table(Table),
    /// A line across.
    Rule,
}

/// A table.
#[derive(Clone, Default, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Table {
    /// Heading, repeated on each page; none if empty.
    pub head: Vec<String>,
    /// Rows; those shorter than others end in empty cells.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Default, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Row {
    /// Its cells.
    pub cells: Vec<String>,
    /// Stands out: a result beyond its limits. Shown in bold on grey with a bar beside it, so that no colour is needed.
    pub marked: bool,
}

/// A message or document to be laid out.
#[derive(Clone, Default, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Sheet {
    /// Who the patient is, at the top of every page; no banner if empty.
    pub patient: String,
    /// Subject or title.
    pub title: String,
    /// What is said before the text.
    pub facts: Vec<Fact>,
    /// The text.
    pub blocks: Vec<Block>,
    /// At the foot of every page, beside its number: when it was printed.
    pub foot: String,
}

macro_rules! silent {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}
silent!(Fact, Block, Table, Row, Sheet, Printable);

impl Sheet {
    /// Bytes of text.
    fn length(&self) -> usize {
        let facts = self.facts.iter().map(|fact| fact.label.len() + fact.value.len());
        let blocks = self.blocks.iter().map(|block| match block {
            Block::Paragraph(text)
            | Block::Heading { text, .. }
            | Block::Quote { text, .. }
            | Block::Preformatted(text) => text.len(),
            Block::Item { mark, text, .. } => mark.as_ref().map_or(0, String::len) + text.len(),
            Block::Table(table) => {
                let cells = table.rows.iter().flat_map(|row| &row.cells).chain(&table.head);
                cells.map(|cell| cell.len() + 1).sum::<usize>() + table.rows.len()
            }
            Block::Rule => 1,
        });
        facts.chain(blocks).sum::<usize>() + self.patient.len() + self.title.len() + self.foot.len()
    }
}

/// A sheet laid out. Wiped when dropped.
pub struct Printable {
    /// The file.
    pub pdf: Zeroizing<Vec<u8>>,
    /// Its pages.
    pub pages: u32,
}

/// Lays a message or document out on A4.
///
/// This is work, some milliseconds a page: an async caller does it on a blocking thread.
///
/// # Errors
/// [`Error::TooLong`] above a mebibyte of text or 300 pages; [`Error::Sheet`] if a font cannot be used.
pub fn sheet(letter: &Sheet, fonts: &Fonts) -> Result<Printable, Error> {
    if letter.length() > LONGEST {
        return Err(Error::TooLong);
    }
    let mut press = Press::new(Setter::new(fonts)?, letter);
    press.head(letter)?;
    for block in &letter.blocks {
        match block {
            Block::Table(table) => press.table(table)?,
            block => press.block(block)?,
        }
    }
    let pages = press.finish();
    let count = u32::try_from(pages.len()).map_err(|_| Error::TooLong)?;
    Ok(Printable { pdf: Zeroizing::new(paint::write(pages)?), pages: count })
}

#[cfg(test)]
mod tests;
