//! Text that somebody types.

use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What stands in a field. Wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq, Default, Zeroize, ZeroizeOnDrop)]
pub struct Text(pub String);

/// What a person types has no place in a log.
impl fmt::Debug for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Text(redacted)")
    }
}

impl Text {
    /// A field never holds more than so many characters; what is typed beyond is left out.
    pub fn bounded(mut self, most: usize) -> Self {
        if let Some((end, _)) = self.0.char_indices().nth(most) {
            self.0.truncate(end);
        }
        self
    }

    /// Nothing but spaces.
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}
