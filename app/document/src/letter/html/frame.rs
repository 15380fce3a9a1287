//! Open elements, and how they set their text.

use super::element::{List, Role};

/// How text is set in an open element: its own and all around it.
#[derive(Clone, Copy, Default)]
pub(super) struct Setting {
    pub hidden: bool,
    pub sizeless: bool,
    pub depth: u8,
    pub heading: bool,
    pub signature: bool,
    pub preformatted: bool,
    pub keeps_lines: bool,
    pub struck: bool,
    pub raised: bool,
    pub lowered: bool,
    pub word_item: bool,
    pub lists: u8,
}

impl Setting {
    /// Set so that it cannot be in one piece with what is around it.
    pub fn parts(self, around: Setting) -> bool {
        self.depth != around.depth || self.signature != around.signature
    }
}

/// An open element.
pub(super) struct Frame {
    pub name: u64,
    pub role: Role,
    pub set: Setting,
    pub tight: bool,
    /// Elements of the same name inside that were not worth a frame.
    pub same: u32,
    pub list: Option<List>,
    /// The mark of an item, until its first text.
    pub mark: Option<String>,
    /// A row whose cells are told apart.
    pub collects: bool,
}
