//! What a printer says it can do.

use crate::ipp::{Answer, Group, Operation, Value, tag};
use crate::state::{Hold, Weight, hold};

/// Formats of documents.
pub(crate) const PDF: &str = "application/pdf";
pub(crate) const PWG: &str = "image/pwg-raster";

/// What is asked for. Printers may answer with more, or with less.
pub(crate) const ATTRIBUTES: [&str; 21] = [
    "copies-supported",
    "color-supported",
    "document-format-supported",
    "media-supported",
    "multiple-document-handling-supported",
    "operations-supported",
    "page-ranges-supported",
    "print-color-mode-supported",
    "print-scaling-supported",
    "printer-get-attributes-supported",
    "printer-is-accepting-jobs",
    "printer-make-and-model",
    "printer-resolution-supported",
    "printer-state",
    "printer-state-reasons",
    "pwg-raster-document-resolution-supported",
    "pwg-raster-document-sheet-back",
    "pwg-raster-document-type-supported",
    "queued-job-count",
    "sides-supported",
    "ipp-versions-supported",
];

/// How the back of a sheet is to be sent (PWG 5102.4 section 4.3.2.13, `pwg-raster-document-sheet-back`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Back {
    /// As the front.
    #[default]
    Normal,
    /// Top and bottom change places.
    Flipped,
    /// Turned by half a turn.
    Rotated,
    /// As the front, when the sheet turns on its long edge.
    ManualTumble,
}

/// A printer as it describes itself, for the check IT runs and for planning a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// Maker and model, shortened.
    pub model: String,
    /// Takes PDF.
    pub pdf: bool,
    /// Takes PWG raster (PWG 5102.4).
    pub raster: bool,
    /// Has A4.
    pub a4: bool,
    /// Prints colour.
    pub colour: bool,
    /// Prints on both sides.
    pub two_sided: bool,
    /// Makes this many copies by itself.
    pub copies: u32,
    /// Picks a range of pages out of a PDF by itself.
    pub page_ranges: bool,
    /// Resolutions of PWG raster, in dots per inch.
    pub resolutions: Vec<u32>,
    /// Takes jobs at present.
    pub accepting: bool,
    /// Jobs in its queue.
    pub queued: u32,
    /// What keeps it from printing, if anything does.
    pub hold: Option<Hold>,
    pub(crate) media: Option<String>,
    pub(crate) collates: bool,
    pub(crate) fits: bool,
    pub(crate) modes: Vec<String>,
    pub(crate) grey_raster: bool,
    pub(crate) colour_raster: bool,
    pub(crate) back: Back,
    pub(crate) creates: bool,
    pub(crate) prints: bool,
    pub(crate) by_format: bool,
}

impl Offer {
    pub(crate) fn read(answer: &Answer) -> Self {
        let group = answer.group(tag::PRINTER);
        let has = |name: &str, word: &str| group.words(name).any(|known| known == word);
        let takes =
            |format: &str| group.words("document-format-supported").any(|known| known.eq_ignore_ascii_case(format));
        let does = |operation: Operation| {
            group.values("operations-supported").contains(&Value::Number(i32::from(operation.number())))
        };
        let media = a4(&group);
        let modes: Vec<String> = group.words("print-color-mode-supported").map(str::to_owned).collect();
        let types = |word: &str| has("pwg-raster-document-type-supported", word);
        Self {
            model: group.words("printer-make-and-model").next().map(short).unwrap_or_default(),
            pdf: takes(PDF),
            raster: takes(PWG),
            // A printer that lists no media takes what it is told.
            a4: media.is_some() || group.values("media-supported").is_empty(),
            colour: group.truth("color-supported").unwrap_or_else(|| modes.iter().any(|mode| mode == "color")),
            two_sided: has("sides-supported", "two-sided-long-edge"),
            copies: upper(&group, "copies-supported"),
            page_ranges: group.truth("page-ranges-supported").unwrap_or(false),
            resolutions: resolutions(&group),
            accepting: group.truth("printer-is-accepting-jobs").unwrap_or(true),
            queued: group.number("queued-job-count").and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
            hold: trouble(&group).filter(|(_, weight)| *weight == Weight::Hard).map(|(hold, _)| hold),
            media,
            collates: has("multiple-document-handling-supported", "separate-documents-collated-copies"),
            fits: has("print-scaling-supported", "auto-fit"),
            modes,
            grey_raster: types("sgray_8"),
            colour_raster: types("srgb_8"),
            back: match group.words("pwg-raster-document-sheet-back").next() {
                Some("flipped") => Back::Flipped,
                Some("rotated") => Back::Rotated,
                Some("manual-tumble") => Back::ManualTumble,
                _ => Back::Normal,
            },
            creates: does(Operation::CreateJob) && does(Operation::SendDocument),
            prints: does(Operation::PrintJob),
            by_format: has("printer-get-attributes-supported", "document-format"),
        }
    }
}

/// What keeps the printer from printing, as a group of its attributes says.
pub(crate) fn trouble(group: &Group) -> Option<(Hold, Weight)> {
    const STOPPED: i32 = 5;
    hold(group.number("printer-state") == Some(STOPPED), group.words("printer-state-reasons"))
}

/// The printer's name for A4 (PWG 5101.1): the plain one before variants of it.
fn a4(group: &Group) -> Option<String> {
    const NAME: &str = "iso_a4_210x297mm";
    let media = || group.words("media-supported");
    media().find(|name| *name == NAME).or_else(|| media().find(|name| name.ends_with("_210x297mm"))).map(str::to_owned)
}

fn resolutions(group: &Group) -> Vec<u32> {
    let mut found: Vec<u32> = group
        .values("pwg-raster-document-resolution-supported")
        .iter()
        .filter_map(|value| match value {
            Value::Resolution(across, along) if across == along => u32::try_from(*across).ok(),
            _ => None,
        })
        .filter(|dpi| (72..=2400).contains(dpi))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn upper(group: &Group, name: &str) -> u32 {
    let most = group.values(name).iter().map(|value| match value {
        Value::Range(_, to) => *to,
        Value::Number(n) => *n,
        _ => 1,
    });
    most.max().and_then(|n| u32::try_from(n).ok()).unwrap_or(1).max(1)
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::ipp::Message;

    /// Printer attributes as a printer would answer them.
    pub(crate) fn printer(write: impl FnOnce(&mut Message)) -> Answer {
        let mut message = Message::new((2, 0), Operation::PrintJob, 1, "ipps://p/");
        message.group(tag::PRINTER);
        write(&mut message);
        let mut bytes = message.finish();
        bytes.splice(2..4, [0, 0]);
        Answer::read(&bytes).unwrap()
    }

    #[test]
    fn a_printer_that_says_nothing_can_do_little() {
        let offer = Offer::read(&printer(|_| {}));
        assert_eq!(offer, Offer { a4: true, accepting: true, copies: 1, ..Offer::default() });
    }

    #[test]
    fn a_printer_is_read_as_it_describes_itself() {
        let offer = Offer::read(&printer(|p| {
            p.mime("document-format-supported", "application/PDF");
            p.mime("", "image/pwg-raster");
            p.keywords("media-supported", &["na_letter_8.5x11in", "iso_a4_210x297mm"]);
            p.keywords("sides-supported", &["one-sided", "two-sided-long-edge"]);
            p.range("copies-supported", 1, 99);
            p.boolean("page-ranges-supported", true);
            p.boolean("color-supported", false);
            p.keywords("pwg-raster-document-type-supported", &["black_1", "sgray_8"]);
            p.keyword("pwg-raster-document-sheet-back", "rotated");
            p.integer("printer-state", 5);
            p.keyword("printer-state-reasons", "media-empty-error");
            p.name("printer-make-and-model", "Exemple\u{7} 3000");
            p.integer("operations-supported", 2);
            p.integer("", 5);
            p.integer("", 6);
        }));
        assert!(offer.pdf && offer.raster && offer.a4 && offer.two_sided && offer.page_ranges && !offer.colour);
        assert!(offer.creates && offer.prints && offer.grey_raster && !offer.colour_raster);
        assert_eq!((offer.copies, offer.back, offer.hold), (99, Back::Rotated, Some(Hold::PaperOut)));
        assert_eq!(offer.media.as_deref(), Some("iso_a4_210x297mm"));
        assert_eq!(offer.model, "Exemple 3000");
    }

    #[test]
    fn a_printer_without_a4_says_so() {
        let offer =
            Offer::read(&printer(|p| p.keywords("media-supported", &["na_letter_8.5x11in", "iso_a3_297x420mm"])));
        assert!(!offer.a4);
        let offer = Offer::read(&printer(|p| p.keyword("media-supported", "custom_a4-plain_210x297mm")));
        assert_eq!(offer.media.as_deref(), Some("custom_a4-plain_210x297mm"));
    }
}
