//! How a person wants the screen: chosen at the desk, forgotten with the visit.

/// Display choices. They last until the visit ends: the next person starts from the site's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Display {
    /// Dark colours.
    pub dark: bool,
    /// Large text.
    pub large: bool,
    /// Language of the wording.
    pub language: Language,
}

/// Languages the wording exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// French, the language of the desk.
    #[default]
    French,
    /// English.
    English,
}
