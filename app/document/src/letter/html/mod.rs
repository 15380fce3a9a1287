//! HTML made safe: its text, in paragraphs, items, rows and quotations. Scripts, styles, pictures, addresses of links
//! and what is hidden are not there.
//!
//! `html2text` was looked at: it sets lines for a width, which the screen must do itself, and takes more than linear time
//! on nested elements. A tokenizer and a bounded stack do what is needed in one pass.

mod element;
mod frame;
mod pen;
mod style;
mod table;
mod tokens;
mod walk;

use html5gum::Tokenizer;

use super::sheet::Sheet;
use tokens::Tokens;
use walk::Walk;

/// Adds what `source` says to `sheet`, which takes at most `most` bytes.
pub(super) fn read(source: &str, most: usize, sheet: &mut Sheet) {
    let mut walk = Walk::new(sheet, most);
    // It yields a token only when it is to stop, and reading from memory does not fail.
    let _ = Tokenizer::new_with_emitter(source, Tokens::new(&mut walk)).next();
    walk.finish();
}

#[cfg(test)]
mod tests;
