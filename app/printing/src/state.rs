//! What a printer and its job say of themselves, in the few states a person can do something about.

/// Why a printer waits for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    /// A jam.
    Jammed,
    /// A door or a cover is open.
    CoverOpen,
    /// No paper, not the right one, or no tray.
    PaperOut,
    /// No toner or ink, or its waste is full.
    TonerOut,
    /// Nowhere to put the sheets.
    OutputFull,
    /// The device behind the print server does not answer or shuts down.
    Offline,
    /// Stopped or paused, by whoever it was.
    Stopped,
}

/// Where a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Asking the printer what it can do.
    Preparing,
    /// The printer takes no job now because it has others; asked again until it does.
    Busy,
    /// The document goes out.
    Sending,
    /// In the printer's queue.
    Waiting,
    /// In the printer until its owner comes for it: a code or a badge at the printer, or somebody in charge.
    Held,
    /// Sheets come out.
    Printing,
    /// The printer waits for somebody. It goes on by itself once helped.
    Blocked(Hold),
    /// The printer does not answer for the moment.
    Silent,
    /// All printed.
    Done,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Pages printed, all copies counted, as far as the printer says. Printers that do not count say nothing until the end.
    pub printed: u32,
    /// Pages asked for, all copies counted.
    pub of: u32,
    /// Where the job is.
    pub state: State,
}

/// How much a `printer-state-reasons` keyword weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// Perhaps: believed once nothing moves.
    Soft,
    /// The printer cannot go on.
    Hard,
}

/// What is wrong, by `printer-state` and `printer-state-reasons` (RFC 8011 section 5.4.11 and 5.4.12, PWG 5100.9).
///
/// The suffixes are not enough to go by: some printers say `-warning` of a tray that stops them (`ippeveprinter` does),
/// others say `-error` of one of two trays. What no printer can print with (a jam, an open door, the lack of the very paper a
/// job needs) is hard whatever its suffix, unless the printer merely reports it; the rest is hard with `-error` or when the
/// printer stands still, and soft otherwise.
pub(crate) fn hold<'a>(stopped: bool, reasons: impl Iterator<Item = &'a str>) -> Option<(Hold, Weight)> {
    let mut worst: Option<(Hold, Weight)> = None;
    for reason in reasons {
        let (word, suffix) = split(reason);
        let Some(hold) = meaning(word) else { continue };
        if suffix == Suffix::Report && !stopped {
            continue;
        }
        let sure = matches!(hold, Hold::Jammed | Hold::CoverOpen | Hold::Stopped) || word == "media-needed";
        let hard = stopped || sure || suffix == Suffix::Error;
        let found = (hold, if hard { Weight::Hard } else { Weight::Soft });
        let weighs_more =
            |old: (Hold, Weight)| (found.1, std::cmp::Reverse(found.0)) > (old.1, std::cmp::Reverse(old.0));
        if worst.is_none_or(weighs_more) {
            worst = Some(found);
        }
    }
    worst.or(stopped.then_some((Hold::Stopped, Weight::Hard)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Suffix {
    Error,
    Warning,
    Report,
    None,
}

fn split(reason: &str) -> (&str, Suffix) {
    for (ending, suffix) in [("-error", Suffix::Error), ("-warning", Suffix::Warning), ("-report", Suffix::Report)] {
        if let Some(word) = reason.strip_suffix(ending) {
            return (word, suffix);
        }
    }
    (reason, Suffix::None)
}

fn meaning(word: &str) -> Option<Hold> {
    Some(match word {
        "media-jam" | "subunit-jam" => Hold::Jammed,
        "cover-open" | "door-open" | "interlock-open" => Hold::CoverOpen,
        "media-needed" | "media-empty" | "input-tray-missing" | "subunit-missing" => Hold::PaperOut,
        "toner-empty"
        | "marker-supply-empty"
        | "marker-supply-missing"
        | "marker-waste-full"
        | "developer-empty"
        | "opc-life-over"
        | "cleaner-life-over" => Hold::TonerOut,
        "output-area-full" | "output-tray-missing" => Hold::OutputFull,
        "connecting-to-device" | "timed-out" | "shutdown" | "offline" => Hold::Offline,
        "paused" | "moving-to-paused" | "stopped-partly" => Hold::Stopped,
        // Parts of larger machines (PWG 5100.9): `fuser-…`, `finisher-jam`, `bander-cover-open`…
        _ if word.ends_with("-interlock-open") || word.ends_with("-cover-open") => Hold::CoverOpen,
        _ if word.ends_with("-jam") => Hold::Jammed,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(stopped: bool, reasons: &[&str]) -> Option<(Hold, Weight)> {
        hold(stopped, reasons.iter().copied())
    }

    #[test]
    fn each_trouble_has_its_own_name() {
        for (reason, expected) in [
            ("media-jam-error", Hold::Jammed),
            ("cover-open-error", Hold::CoverOpen),
            ("door-open", Hold::CoverOpen),
            ("media-empty-error", Hold::PaperOut),
            ("media-needed-error", Hold::PaperOut),
            ("toner-empty-error", Hold::TonerOut),
            ("marker-supply-empty-error", Hold::TonerOut),
            ("output-area-full-error", Hold::OutputFull),
            ("connecting-to-device-error", Hold::Offline),
            ("paused", Hold::Stopped),
        ] {
            assert_eq!(of(true, &[reason]), Some((expected, Weight::Hard)), "{reason}");
        }
    }

    #[test]
    fn a_printer_that_merely_warns_is_not_blocked() {
        for reason in ["none", "toner-low-warning", "media-low-report", "marker-waste-almost-full", "other-warning", ""]
        {
            assert_eq!(of(false, &[reason]), None, "{reason}");
        }
        assert_eq!(of(false, &["media-empty-report", "cover-open-report"]), None);
    }

    #[test]
    fn one_empty_tray_of_two_is_believed_only_once_nothing_moves() {
        assert_eq!(of(false, &["media-empty-warning"]), Some((Hold::PaperOut, Weight::Soft)));
        assert_eq!(of(false, &["media-empty"]), Some((Hold::PaperOut, Weight::Soft)));
        assert_eq!(of(false, &["media-empty-error"]), Some((Hold::PaperOut, Weight::Hard)));
    }

    #[test]
    fn what_no_printer_prints_with_is_believed_at_once() {
        assert_eq!(of(false, &["media-jam-warning"]), Some((Hold::Jammed, Weight::Hard)));
        assert_eq!(of(false, &["media-empty-warning", "media-needed-warning"]), Some((Hold::PaperOut, Weight::Hard)));
    }

    #[test]
    fn of_several_the_one_to_be_done_first_is_told() {
        let reasons = ["toner-empty-error", "media-needed-error", "cover-open-error"];
        assert_eq!(of(true, &reasons), Some((Hold::CoverOpen, Weight::Hard)));
        assert_eq!(of(false, &["media-empty-warning", "toner-empty-error"]), Some((Hold::TonerOut, Weight::Hard)));
    }

    #[test]
    fn a_printer_that_stands_still_without_a_reason_is_stopped() {
        assert_eq!(of(true, &["none"]), Some((Hold::Stopped, Weight::Hard)));
        assert_eq!(of(true, &[]), Some((Hold::Stopped, Weight::Hard)));
        assert_eq!(of(true, &["paused", "media-empty"]), Some((Hold::PaperOut, Weight::Hard)));
    }
}
