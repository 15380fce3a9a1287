//! From what is asked and what is offered to what is sent.

use std::ops::RangeInclusive;

use crate::ask::Ask;
use crate::error::Error;
use crate::ipp::Message;
use crate::offer::{Back, Offer, PDF, PWG};
use crate::page::Frame;
use crate::settings::{Colour, Settings};

/// Pages are not rendered finer than this, in dots per inch: an A4 page takes 62 MB then. Finer printers get each pixel
/// several times.
const FINEST: u32 = 400;

/// What every printer of this kind can print, in dots per inch.
const USUAL: u32 = 300;

/// How pages are sent when they are sent as pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Raster {
    /// What pages are rendered into.
    pub(crate) frame: Frame,
    /// How often each pixel is repeated in both directions.
    pub(crate) times: u32,
    /// `srgb_8` rather than `sgray_8`.
    pub(crate) colour: bool,
    /// How backs are sent.
    pub(crate) back: Back,
    /// How often the whole document is sent, for printers that make no copies.
    pub(crate) sets: u8,
}

/// What is sent and what is asked with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Pages of the document.
    pub(crate) pages: RangeInclusive<u32>,
    /// PDF if none.
    pub(crate) raster: Option<Raster>,
    pub(crate) two_sided: bool,
    /// Pages that come out.
    pub(crate) of: u32,
    copies: u8,
    page_ranges: bool,
    collates: bool,
    fits: bool,
    mode: Option<&'static str>,
    media: Option<String>,
}

/// What there is to print.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject {
    pub(crate) pdf: bool,
    pub(crate) pages: bool,
    pub(crate) count: u32,
    pub(crate) colour: bool,
}

impl Plan {
    /// Finds the way to print: PDF if the printer takes it and does with it all that is asked, else raster.
    pub(crate) fn find(settings: &Settings, offer: &Offer, ask: Ask, subject: Subject) -> Result<Self, Error> {
        let pages = ask.of(subject.count)?;
        if !offer.accepting {
            return Err(Error::NotAccepting);
        }
        if !(offer.creates || offer.prints) {
            return Err(Error::NotOffered("jobs with documents"));
        }
        if !offer.a4 {
            return Err(Error::NoA4);
        }
        let some = pages.clone() != (1..=subject.count);
        let length = pages.end() - pages.start() + 1;
        let copied = offer.copies >= u32::from(ask.copies);
        let colour = offer.colour
            && match settings.colour {
                Colour::Never => false,
                Colour::WhenNeeded => subject.colour,
                Colour::Always => true,
            };
        let pdf = subject.pdf && offer.pdf;
        let whole_pdf = pdf && copied && (offer.page_ranges || !some);
        let raster = subject.pages && offer.raster && (offer.grey_raster || offer.colour_raster);
        if !whole_pdf && !raster {
            return Err(match pdf {
                false => Error::FormatNotAccepted,
                true if !copied => Error::NotOffered("several copies"),
                true => Error::NotOffered("a range of pages"),
            });
        }
        let raster = (!whole_pdf).then(|| {
            let (dpi, times) = resolution(&offer.resolutions);
            let sets = if copied { 1 } else { ask.copies };
            let colour = if colour { offer.colour_raster } else { !offer.grey_raster };
            Raster { frame: Frame::a4(dpi), times, colour, back: offer.back, sets }
        });
        let mode = if colour { "color" } else { "monochrome" };
        Ok(Self {
            pages,
            raster,
            two_sided: settings.two_sided && offer.two_sided && length > 1,
            of: length.saturating_mul(u32::from(ask.copies)),
            copies: if copied { ask.copies } else { 1 },
            page_ranges: some && raster.is_none(),
            collates: offer.collates,
            fits: offer.fits && raster.is_none(),
            mode: offer.modes.iter().any(|known| known == mode).then_some(mode),
            media: offer.media.clone(),
        })
    }

    pub(crate) fn format(&self) -> &'static str {
        if self.raster.is_some() { PWG } else { PDF }
    }

    /// Job attributes (RFC 8011 section 5.2, PWG 5100.14 table 8); nothing is asked that was not offered.
    pub(crate) fn write(&self, message: &mut Message) {
        if self.copies > 1 {
            message.integer("copies", i32::from(self.copies));
            if self.collates {
                message.keyword("multiple-document-handling", "separate-documents-collated-copies");
            }
        }
        if let Some(media) = &self.media {
            message.keyword("media", media);
        }
        if self.page_ranges {
            let number = |page: &u32| i32::try_from(*page).unwrap_or(i32::MAX);
            message.range("page-ranges", number(self.pages.start()), number(self.pages.end()));
        }
        if let Some(mode) = self.mode {
            message.keyword("print-color-mode", mode);
        }
        if self.fits {
            message.keyword("print-scaling", "auto-fit");
        }
        message.keyword("sides", if self.two_sided { "two-sided-long-edge" } else { "one-sided" });
    }

    /// What, among the attributes a printer says it will ignore, would print something else than what was asked.
    pub(crate) fn misses<'a>(&self, ignored: impl Iterator<Item = &'a str>) -> Option<&'static str> {
        ignored.into_iter().find_map(|name| match name {
            "copies" if self.copies > 1 => Some("several copies"),
            "page-ranges" if self.page_ranges => Some("a range of pages"),
            _ => None,
        })
    }
}

/// The resolution pages are rendered in, and how often each pixel is repeated to reach the printer's: the usual one if the
/// printer has it, else the next finer, else the finest.
fn resolution(offered: &[u32]) -> (u32, u32) {
    if offered.contains(&USUAL) {
        return (USUAL, 1);
    }
    let steps = || offered.iter().filter_map(|dpi| steps(*dpi));
    steps().find(|(dpi, times)| dpi * times > USUAL).or_else(|| steps().next_back()).unwrap_or((USUAL, 1))
}

/// A printer's resolution in whole steps of one that is fine enough and not too fine; none if there is no such.
fn steps(dpi: u32) -> Option<(u32, u32)> {
    const COARSEST: u32 = 150;
    let even = (1..=16).map(|times| (dpi / times, times)).filter(|(step, times)| step * times == dpi);
    let mut even = even.filter(|(step, times)| *step <= FINEST && (*step >= COARSEST || *times == 1));
    even.next().or_else(|| (dpi <= 600).then_some((dpi, 1)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use url::Url;

    use super::*;
    use crate::ask::PageRange;

    fn settings() -> Settings {
        Settings::new(Url::parse("ipps://p/ipp/print").unwrap())
    }

    fn offer() -> Offer {
        Offer {
            pdf: true,
            raster: true,
            a4: true,
            colour: true,
            two_sided: true,
            copies: 99,
            page_ranges: true,
            resolutions: vec![300, 600],
            accepting: true,
            media: Some("iso_a4_210x297mm".into()),
            collates: true,
            modes: vec!["auto".into(), "color".into(), "monochrome".into()],
            grey_raster: true,
            colour_raster: true,
            back: Back::Rotated,
            creates: true,
            prints: true,
            ..Offer::default()
        }
    }

    const BOTH: Subject = Subject { pdf: true, pages: true, count: 3, colour: false };

    fn find(offer: &Offer, ask: Ask, subject: Subject) -> Result<Plan, Error> {
        Plan::find(&settings(), offer, ask, subject)
    }

    fn range() -> Ask {
        Ask { copies: 2, pages: PageRange::Range(2, 3) }
    }

    #[test]
    fn pdf_goes_first_with_what_is_asked_in_attributes() {
        let plan = find(&offer(), range(), BOTH).unwrap();
        assert_eq!((plan.format(), plan.of, plan.two_sided), (PDF, 4, true));
        assert_eq!((plan.copies, plan.page_ranges, plan.mode), (2, true, Some("monochrome")));
    }

    #[test]
    fn a_printer_that_cannot_pick_pages_or_copy_is_sent_the_pages_themselves() {
        let plan = find(&Offer { page_ranges: false, ..offer() }, range(), BOTH).unwrap();
        assert_eq!((plan.format(), plan.copies, plan.page_ranges), (PWG, 2, false));
        assert_eq!(plan.pages, 2..=3);
        let plan = find(&Offer { copies: 1, ..offer() }, range(), BOTH).unwrap();
        assert_eq!((plan.format(), plan.copies, plan.raster.unwrap().sets, plan.of), (PWG, 1, 2, 4));
    }

    #[test]
    fn without_pages_what_the_printer_cannot_do_is_said() {
        let only = Subject { pages: false, ..BOTH };
        let refusal = |offer: Offer| find(&offer, range(), only).unwrap_err();
        assert!(matches!(refusal(Offer { page_ranges: false, ..offer() }), Error::NotOffered("a range of pages")));
        assert!(matches!(refusal(Offer { copies: 1, ..offer() }), Error::NotOffered("several copies")));
        assert!(matches!(refusal(Offer { pdf: false, ..offer() }), Error::FormatNotAccepted));
        assert!(matches!(refusal(Offer { a4: false, ..offer() }), Error::NoA4));
        assert!(matches!(refusal(Offer { accepting: false, ..offer() }), Error::NotAccepting));
        assert!(matches!(refusal(Offer { creates: false, prints: false, ..offer() }), Error::NotOffered(_)));
    }

    #[test]
    fn colour_is_used_when_needed_offered_and_allowed() {
        let colour = |settings: Settings, offer: Offer, needed| {
            let subject = Subject { pdf: false, colour: needed, ..BOTH };
            let plan = Plan::find(&settings, &offer, Ask::default(), subject).unwrap();
            (plan.mode, plan.raster.unwrap().colour)
        };
        let with = |colour| Settings { colour, ..settings() };
        assert_eq!(colour(settings(), offer(), true), (Some("color"), true));
        assert_eq!(colour(settings(), offer(), false), (Some("monochrome"), false));
        assert_eq!(colour(with(Colour::Never), offer(), true), (Some("monochrome"), false));
        assert_eq!(colour(with(Colour::Always), offer(), false), (Some("color"), true));
        assert_eq!(colour(settings(), Offer { colour: false, ..offer() }, true), (Some("monochrome"), false));
        assert_eq!(colour(settings(), Offer { colour_raster: false, ..offer() }, true), (Some("color"), false));
        assert_eq!(colour(settings(), Offer { grey_raster: false, ..offer() }, false), (Some("monochrome"), true));
    }

    #[test]
    fn one_page_stays_on_one_side() {
        assert!(!find(&offer(), Ask { copies: 2, pages: PageRange::Range(3, 3) }, BOTH).unwrap().two_sided);
        let plain = Settings { two_sided: false, ..settings() };
        assert!(!Plan::find(&plain, &offer(), range(), BOTH).unwrap().two_sided);
    }

    #[test]
    fn pages_are_rendered_no_finer_than_they_need() {
        for (offered, expected) in [
            (&[300, 600][..], (300, 1)),
            (&[], (300, 1)),
            (&[600], (300, 2)),
            (&[1200], (400, 3)),
            (&[360, 720], (360, 1)),
            (&[150], (150, 1)),
            (&[203], (203, 1)),
            (&[401], (401, 1)),
            (&[601], (300, 1)),
            (&[2400], (400, 6)),
        ] {
            assert_eq!(resolution(offered), expected, "{offered:?}");
        }
    }

    #[test]
    fn an_ignored_attribute_matters_only_if_the_paper_would_differ() {
        let plan = find(&offer(), range(), BOTH).unwrap();
        assert_eq!(plan.misses(["sides", "page-ranges"].into_iter()), Some("a range of pages"));
        assert_eq!(plan.misses(["copies"].into_iter()), Some("several copies"));
        assert_eq!(plan.misses(["sides", "media"].into_iter()), None);
        let plain = find(&offer(), Ask::default(), BOTH).unwrap();
        assert_eq!(plain.misses(["copies", "page-ranges"].into_iter()), None);
    }
}
