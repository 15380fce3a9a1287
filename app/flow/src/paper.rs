//! A document as the screen shows it.

use crate::letter::Block;
use std::fmt;
use std::sync::Arc;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Pixels of a page or a picture, as the confined process drew them. Clones share them; the program's allocator wipes them
/// when the last one goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// RGBA, 8 bits each, premultiplied, row by row: `width × height × 4` bytes.
    pub pixels: Arc<Vec<u8>>,
}

/// Content of a mailbox has no place in a log.
impl fmt::Debug for Picture {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Picture({}×{})", self.width, self.height)
    }
}

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paper {
    /// J1: pages, drawn one by one.
    Pages {
        /// The page that stands there, counted from 1.
        page: u32,
        /// All of them.
        of: u32,
        /// Its pixels; `None` while it is drawn.
        picture: Option<Picture>,
        /// Steps of zoom from the width of the screen, 0 to [`Paper::MOST_ZOOM`].
        zoom: u8,
    },
    /// J4: headings, paragraphs, lists and tables.
    Structured(Arc<Vec<Part>>),
    /// J2, J3: it cannot be shown here, and why.
    Refused(Unreadable),
    /// It is on its way: the share that has come, in percent, once known.
    Loading(Option<u8>),
}

impl Paper {
    /// Times 1, 1½, 2, 3.
    pub const MOST_ZOOM: u8 = 3;
}

/// A piece of a structured document.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub enum Part {
    /// Text.
    Text(Block),
    /// Pairs such as «Auteur : Dr Bianca CASTAFIORE».
    Facts(Vec<(String, String)>),
    /// A table with its heading.
    Table {
        /// Names of the columns, may be empty.
        head: Vec<String>,
        /// Its rows.
        rows: Vec<Line>,
    },
    /// A biology report's results.
    Results(Vec<Finding>),
}

/// A row of a table.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Line {
    /// Its cells.
    pub cells: Vec<String>,
}

/// One result of a biology report.
#[derive(Clone, PartialEq, Eq, Default, Zeroize, ZeroizeOnDrop)]
pub struct Finding {
    /// «Hémoglobine».
    pub analysis: String,
    /// «11,2».
    pub value: String,
    /// «g/dL».
    pub unit: String,
    /// «13,0 – 17,0».
    pub reference: String,
    /// What the laboratory says of it.
    pub mark: Mark,
}

/// What a laboratory says of a result (HL7 ObservationInterpretation).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Zeroize)]
pub enum Mark {
    /// Nothing.
    #[default]
    None,
    /// «Normal».
    Normal,
    /// «Bas».
    Low,
    /// «Élevé».
    High,
    /// «Très bas».
    VeryLow,
    /// «Très élevé».
    VeryHigh,
    /// «Anormal».
    Abnormal,
}

/// Why a document is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// J2 «Document protégé par un mot de passe».
    Password,
    /// «Ce document est abîmé.»
    Broken,
    /// «Ce type de document ne s'ouvre pas ici.»
    Kind,
    /// «Ce document est trop volumineux.»
    TooLarge,
    /// «Ce document prend trop de temps.»: stopped for safety.
    TooSlow,
    /// It did not come from the mail server.
    NotFetched,
}

macro_rules! silent {
    ($($name:ident),*) => {$(
        /// Content of a mailbox has no place in a log.
        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    )*};
}
silent!(Part, Line, Finding);
