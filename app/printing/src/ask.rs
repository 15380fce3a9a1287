//! The one simple question before printing.

use std::ops::RangeInclusive;

use crate::error::Error;

/// Which pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageRange {
    /// Every page.
    #[default]
    All,
    /// From one page to another, both printed; `1` is the first. Beyond the last page there is nothing.
    Range(u32, u32),
}

/// What the person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// One to nine.
    pub copies: u8,
    /// Which pages.
    pub pages: PageRange,
}

impl Default for Ask {
    fn default() -> Self {
        Self { copies: 1, pages: PageRange::All }
    }
}

impl Ask {
    /// Holds the question against a document of so many pages.
    pub(crate) fn of(self, count: u32) -> Result<RangeInclusive<u32>, Error> {
        if !(1..=9).contains(&self.copies) {
            return Err(Error::Copies(self.copies));
        }
        let (first, last) = match self.pages {
            PageRange::All => (1, count),
            PageRange::Range(first, last) => (first, last.min(count)),
        };
        if first == 0 || first > last {
            return Err(Error::NoSuchPage { asked: first, of: count });
        }
        Ok(first..=last)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn ask(copies: u8, pages: PageRange) -> Ask {
        Ask { copies, pages }
    }

    #[test]
    fn ranges_are_held_against_the_document() {
        assert_eq!(ask(1, PageRange::All).of(3).unwrap(), 1..=3);
        assert_eq!(ask(9, PageRange::Range(2, 3)).of(3).unwrap(), 2..=3);
        assert_eq!(ask(1, PageRange::Range(2, 200)).of(3).unwrap(), 2..=3);
        for (pages, count) in
            [(PageRange::All, 0), (PageRange::Range(0, 2), 3), (PageRange::Range(4, 9), 3), (PageRange::Range(3, 2), 3)]
        {
            assert!(matches!(ask(1, pages).of(count), Err(Error::NoSuchPage { .. })), "{pages:?} of {count}");
        }
    }

    #[test]
    fn copies_are_one_to_nine() {
        for copies in [0, 10, 255] {
            assert!(matches!(ask(copies, PageRange::All).of(3), Err(Error::Copies(_))));
        }
    }
}
