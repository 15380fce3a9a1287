//! Numbers and dates as a reader of French expects them, and of English where that is chosen.
//!
//! No words here: months and weekdays are worded in `slint/components/dates.slint`, with everything else the person
//! reads. This file decides which form a date takes and where the digits are parted.

use flow::{Day, Language, Stamp};

/// Parts thousands in French (*espace fine insécable*, U+202F).
pub(crate) const NARROW_SPACE: char = '\u{202F}';

/// A whole number with its thousands parted: «19 208» in French, “19,208” in English.
pub(crate) fn number(value: u32, language: Language) -> String {
    let separator = match language {
        Language::French => NARROW_SPACE,
        Language::English => ',',
    };
    let digits = value.to_string();
    let mut parted = String::with_capacity(digits.len() + 6);
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len() - index;
        if index > 0 && left.is_multiple_of(3) {
            parted.push(separator);
        }
        parted.push(digit);
    }
    parted
}

/// The longest span that the movement rail holds on one line, in characters.
const SPAN_LINE: usize = 9;

/// The positions of a page: «1–8». A long one breaks after its dash, since the movement rail is narrow.
pub(crate) fn span(first: u32, last: u32, language: Language) -> String {
    let (first, last) = (number(first, language), number(last, language));
    let long = first.chars().count() + 1 + last.chars().count() > SPAN_LINE;
    format!("{first}–{}{last}", if long { "\n" } else { "" })
}

/// A count as Slint takes it: only ever used to choose between singular and plural.
pub(crate) fn count(value: impl TryInto<i32>) -> i32 {
    value.try_into().unwrap_or(i32::MAX)
}

/// Hour and minute on two digits each: «09:47».
pub(crate) fn clock(stamp: Stamp) -> String {
    format!("{:02}:{:02}", stamp.hour, stamp.minute)
}

/// The form a date takes in a list: the nearer, the shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Today: the hour, «10:31».
    Hour,
    /// «hier».
    Yesterday,
    /// Two to six days ago: the weekday, Monday is 1.
    Weekday(u8),
    /// The same year: «12 mars».
    DayAndMonth,
    /// Any other day, or when today is not known: «12/03/2025».
    Full,
}

/// Which form suits `stamp` when it is read at `now`.
///
/// A date that lies in the future is a clock's mistake somewhere: it is written out, never called «hier» or «lundi».
pub(crate) fn form(stamp: Stamp, now: Option<Stamp>) -> Form {
    let (Some(today), Some(then)) = (now.and_then(|now| date(now.day)), date(stamp.day)) else {
        return Form::Full;
    };
    let days = today.since(then).map(|span| span.get_days()).unwrap_or(i32::MIN);
    match days {
        0 => Form::Hour,
        1 => Form::Yesterday,
        2..=6 => Form::Weekday(then.weekday().to_monday_one_offset().unsigned_abs()),
        _ if today.year() == then.year() => Form::DayAndMonth,
        _ => Form::Full,
    }
}

/// The calendar's own idea of a day; `None` for a day that does not exist.
fn date(day: Day) -> Option<jiff::civil::Date> {
    let month = i8::try_from(day.month).ok()?;
    let of_month = i8::try_from(day.day).ok()?;
    jiff::civil::Date::new(day.year, month, of_month).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn at(year: i16, month: u8, day: u8) -> Stamp {
        Stamp { day: Day { year, month, day }, hour: 10, minute: 31 }
    }

    /// Monday the 23rd of November 2026.
    fn now() -> Option<Stamp> {
        Some(at(2026, 11, 23))
    }

    #[test]
    fn thousands_are_parted_by_a_narrow_space_in_french_and_a_comma_in_english() {
        for (value, french, english) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1000, "1\u{202F}000", "1,000"),
            (19_208, "19\u{202F}208", "19,208"),
            (100_000, "100\u{202F}000", "100,000"),
            (u32::MAX, "4\u{202F}294\u{202F}967\u{202F}295", "4,294,967,295"),
        ] {
            assert_eq!(number(value, Language::French), french);
            assert_eq!(number(value, Language::English), english);
        }
    }

    #[test]
    fn a_span_too_long_for_the_rail_breaks_after_its_dash() {
        assert_eq!(span(1, 8, Language::French), "1–8");
        assert_eq!(span(993, 1_000, Language::French), "993–1\u{202F}000");
        assert_eq!(span(1_001, 1_008, Language::French), "1\u{202F}001–\n1\u{202F}008");
        assert_eq!(span(19_201, 19_208, Language::English), "19,201–\n19,208");
    }

    #[test]
    fn a_count_too_large_for_slint_stays_large() {
        assert_eq!(count(u32::MAX), i32::MAX);
        assert_eq!(count(12_u32), 12);
    }

    #[test]
    fn an_hour_keeps_two_digits() {
        assert_eq!(clock(Stamp { hour: 9, minute: 7, ..at(2026, 11, 23) }), "09:07");
        assert_eq!(clock(Stamp { hour: 0, minute: 0, ..at(2026, 11, 23) }), "00:00");
    }

    #[test]
    fn today_is_an_hour_and_yesterday_a_word() {
        assert_eq!(form(at(2026, 11, 23), now()), Form::Hour);
        assert_eq!(form(at(2026, 11, 22), now()), Form::Yesterday);
    }

    #[test]
    fn the_last_six_days_are_weekdays_and_the_seventh_is_not() {
        assert_eq!(form(at(2026, 11, 21), now()), Form::Weekday(6));
        assert_eq!(form(at(2026, 11, 17), now()), Form::Weekday(2));
        assert_eq!(form(at(2026, 11, 16), now()), Form::DayAndMonth, "«lundi» would mean today");
    }

    #[test]
    fn the_year_is_told_only_when_it_is_another() {
        assert_eq!(form(at(2026, 3, 12), now()), Form::DayAndMonth);
        assert_eq!(form(at(2025, 3, 12), now()), Form::Full);
        assert_eq!(form(at(1999, 12, 31), now()), Form::Full);
    }

    #[test]
    fn yesterday_crosses_months_and_years() {
        assert_eq!(form(at(2025, 12, 31), Some(at(2026, 1, 1))), Form::Yesterday);
        assert_eq!(form(at(2028, 2, 29), Some(at(2028, 3, 1))), Form::Yesterday);
        assert_eq!(form(at(2025, 12, 28), Some(at(2026, 1, 2))), Form::Weekday(7));
    }

    #[test]
    fn a_date_to_come_is_written_out() {
        assert_eq!(form(at(2026, 11, 24), now()), Form::DayAndMonth);
        assert_eq!(form(at(2027, 1, 1), now()), Form::Full);
    }

    #[test]
    fn without_a_clock_or_with_a_day_that_does_not_exist_the_date_is_written_out() {
        assert_eq!(form(at(2026, 11, 23), None), Form::Full);
        assert_eq!(form(at(2026, 2, 30), now()), Form::Full);
        assert_eq!(form(at(2026, 0, 200), now()), Form::Full);
        assert_eq!(form(Stamp::default(), now()), Form::Full);
    }
}
