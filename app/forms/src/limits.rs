//! How much of anybody's markup is read.

/// Most tags of a page that is read. Building a tree of markup takes a time that grows with the square of what is nested, and some markup grows
/// when read (unclosed `<b>`s come back in every paragraph). A login page is far below these; one above them
/// is not for this user agent. The worst left, thousands of attributes on one tag, takes about a second: callers
/// read where that stalls nobody.
pub const MOST_TAGS: usize = 1_000;
/// Most bytes of a page that is read.
pub const LONGEST_PAGE: usize = 128 << 10;

/// A page with more forms or links than this is not one to find a way through.
pub const MOST_WAYS: usize = 200;

/// A thousand tags can still grow into hundreds of thousands of nodes; these are looked at several times.
pub(crate) const MOST_NODES: usize = 6_000;

/// Longest label and longest message kept, in characters.
pub(crate) const LONGEST_LABEL: usize = 120;
pub(crate) const LONGEST_TEXT: usize = 300;
/// How many messages of a kind are kept.
pub(crate) const MOST_TEXTS: usize = 12;

/// Whether a page is small enough to be read.
#[must_use]
pub fn fits(body: &[u8]) -> bool {
    let tags = body.windows(2).filter(|pair| matches!(pair, [b'<', b'a'..=b'z' | b'A'..=b'Z'])).count();
    tags <= MOST_TAGS && body.len() <= LONGEST_PAGE
}
