//! A day of the calendar, and the two ways health documents write it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A day as a document writes it, without a zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Day {
    /// 1800 to 2200.
    pub year: u16,
    /// 1 to 12. Zero where the civil register does not know.
    pub month: u8,
    /// 1 to 31. Zero where the civil register does not know.
    pub day: u8,
}

impl Day {
    /// `YYYYMMDD…`, the HL7 time stamp (CDA R2 datatype `TS`, HL7 v2 `TS`): what follows the day is left out. A year or
    /// a month alone is taken as such.
    pub fn from_hl7(text: &str) -> Option<Day> {
        let text = text.trim();
        let after = text.trim_start_matches(|c: char| c.is_ascii_digit());
        if !after.is_empty() && !after.starts_with(['+', '-', '.', 'Z']) {
            return None;
        }
        let digits = text.len() - after.len();
        let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u16>().ok();
        let year = number(0..4)?;
        let month = if digits >= 6 { number(4..6)? } else { 0 };
        let day = if digits >= 8 { number(6..8)? } else { 0 };
        Day::new(year, month, day)
    }

    /// `DD/MM/YYYY`, as French text writes it.
    pub fn from_french(text: &str) -> Option<Day> {
        let mut parts = text.trim().splitn(3, ['/', '-', '.']);
        let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
        Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    fn new(year: u16, month: u16, day: u16) -> Option<Day> {
        let known = (1800..=2200).contains(&year) && month <= 12 && day <= 31;
        known.then_some(Day { year, month: u8::try_from(month).ok()?, day: u8::try_from(day).ok()? })
    }
}

/// `04/06/1956`; an unknown part is left out.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.month, self.day) {
            (0, _) => write!(f, "{:04}", self.year),
            (month, 0) => write!(f, "{month:02}/{:04}", self.year),
            (month, day) => write!(f, "{day:02}/{month:02}/{:04}", self.year),
        }
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Day(…)")
    }
}

/// Hours and minutes of an HL7 time stamp, as French text writes them: `7 h 40`. The zone it was written with is kept
/// as it is: it is the sender's wall clock.
pub(crate) fn hour(text: &str) -> Option<String> {
    let text = text.trim();
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u8>().ok();
    let (hour, minute) = (number(8..10)?, number(10..12)?);
    (hour < 24 && minute < 60).then(|| format!("{hour}\u{a0}h\u{a0}{minute:02}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn both_writings_of_a_day_are_read() {
        let day = Day { year: 1956, month: 6, day: 4 };
        assert_eq!(Day::from_hl7("19560604"), Some(day));
        assert_eq!(Day::from_hl7("195606041200+0100"), Some(day));
        assert_eq!(Day::from_french("04/06/1956"), Some(day));
        assert_eq!(day.to_string(), "04/06/1956");
    }

    #[test]
    fn a_day_the_civil_register_does_not_know_stays_unknown() {
        assert_eq!(Day::from_hl7("1956").unwrap().to_string(), "1956");
        assert_eq!(Day::from_hl7("195606").unwrap().to_string(), "06/1956");
        assert_eq!(Day::from_hl7("19560600").unwrap().to_string(), "06/1956");
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in ["", "hier", "00000000", "19561301", "1956é604", "+9560604"] {
            assert_eq!(Day::from_hl7(text), None, "{text}");
        }
        assert_eq!(Day::from_french("31/12"), None);
    }

    #[test]
    fn an_hour_is_written_the_french_way() {
        assert_eq!(hour("202611210740+0100").unwrap(), "7\u{a0}h\u{a0}40");
        assert_eq!(hour("20261121"), None);
        assert_eq!(hour("202611212460"), None);
    }
}
