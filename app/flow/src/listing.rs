//! Which messages of a folder are listed, and in which order.

/// What the segments above the list keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    /// «Tous».
    #[default]
    All,
    /// «Non lus».
    Unread,
    /// «Avec document».
    WithDocument,
    /// «Patient»: about a patient (an XDM subject) or from one.
    Patient,
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// «Date»: when it arrived.
    #[default]
    Date,
    /// «Expéditeur».
    Sender,
    /// «Objet».
    Subject,
    /// «Taille».
    Size,
}

/// An order. The default is the newest message first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// What it goes by.
    pub by: By,
    /// From Z to A, the newest or the largest first.
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self { by: By::Date, descending: true }
    }
}

/// What of a folder is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Listing {
    /// Which messages.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Only those the search of this number has found.
    pub search: Option<u64>,
}

/// How far a search has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Messages found so far.
    pub found: u32,
    /// Messages looked at.
    pub looked: u32,
    /// Messages to look at.
    pub of: u32,
    /// Nothing more will be found.
    pub done: bool,
}
