//! A document as the screen takes it.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::body::Body;
use crate::error::Refusal;
use crate::letter::{Block, Letter};
use crate::reading::silent;

/// One document, opened.
#[derive(Clone, Serialize, Deserialize)]
pub enum View {
    /// Pages, to be asked for one at a time.
    Pages {
        /// How many there are.
        count: u32,
        /// Size of each, up to [`crate::Limits::pages`].
        sizes: Vec<PageSize>,
    },
    /// Headings, paragraphs, lists, tables.
    Body(Body),
    /// Text in the blocks of a letter.
    Text {
        /// The text.
        blocks: Vec<Block>,
        /// There was more than the limits show.
        cut: bool,
    },
    /// An attached message.
    Letter(Box<Letter>),
    /// It is not shown, and why. What it is and how large is in [`crate::Document`].
    Refused(Refusal),
}

/// Size of a page as it is held upright: points of a PDF, pixels of an image. Both are above zero.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageSize {
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// A page, drawn. Red, green, blue, alpha, eight bits each, premultiplied, rows from the top, no gaps.
pub struct Picture {
    /// Pixels in a row. May be less than asked for when the page would be too large.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width × height × 4` bytes.
    pub pixels: Zeroizing<Vec<u8>>,
}

silent!(View, Picture);
