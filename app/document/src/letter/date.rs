//! The `Date` field. RFC 5322 is read by mail-parser; what programs write instead is read leniently: ISO 8601, French
//! names of months, a missing zone.

use mail_parser::DateTime;

/// Seconds since 1970, if it is a date between 1970 and 2200.
pub(super) fn read(value: &str) -> Option<i64> {
    let value = value.trim();
    strict(value).or_else(|| lenient(value))
}

fn strict(value: &str) -> Option<i64> {
    // The library takes a month of any three letters and a date of any numbers.
    let mut words = value.split_ascii_whitespace().skip_while(|word| word.ends_with(','));
    let (_, month) = (words.next()?, words.next()?);
    let month = month.get(..3)?;
    ENGLISH.iter().find(|known| known.eq_ignore_ascii_case(month))?;
    let date = DateTime::parse_rfc822(&format!("{value}\n"))?;
    checked(&date)
}

fn checked(date: &DateTime) -> Option<i64> {
    let days = match date.month {
        4 | 6 | 9 | 11 => 30,
        2 if date.year.is_multiple_of(4) && (!date.year.is_multiple_of(100) || date.year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    };
    let possible = date.is_valid() && (1970..=2200).contains(&date.year) && date.day <= days;
    possible.then(|| date.to_timestamp())
}

const ENGLISH: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const FRENCH: [&str; 12] = ["janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"];

/// Words in any order: a clock, a zone, a year, a day, a month by its name or its number.
fn lenient(value: &str) -> Option<i64> {
    let value: String = value.to_lowercase().chars().take(80).collect();
    let (mut year, mut month, mut day) = (None, None, None);
    let mut clock = None;
    let (mut east, mut minutes) = (true, 0_u16);
    // `2026-03-12T10:00:00Z` is a date, a clock and a zone.
    let spaced = match value.split_once('t') {
        Some((date, rest)) if date.len() == 10 && date.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{date} {rest}")
        }
        _ => value,
    };
    for word in spaced.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()) {
        if word.contains(':') {
            let end = word.find(['+', '-', 'z', '.']).unwrap_or(word.len());
            let (time, rest) = word.split_at_checked(end)?;
            let mut parts = time.split(':').map(|part| part.parse::<u8>().ok());
            clock = Some((parts.next()??, parts.next()??, parts.next().flatten().unwrap_or(0)));
            if let Some(zone) = rest.find(['+', '-']).and_then(|at| rest.get(at..)) {
                (east, minutes) = zone_of(zone)?;
            }
        } else if word.starts_with(['+', '-']) && clock.is_some() {
            (east, minutes) = zone_of(word)?;
        } else if let Some((y, m, d)) = numeric(word) {
            (year, month, day) = (Some(y), Some(m), Some(d));
        } else if let Ok(number) = word.trim_end_matches("er").parse::<u16>() {
            match number {
                1..=31 if day.is_none() => day = Some(number),
                1970..=2200 if year.is_none() => year = Some(number),
                _ => {}
            }
        } else if word != "mardi" {
            // The last one counts: `mar.` may be a Tuesday.
            month = month_of(word).or(month);
        }
    }
    let (hour, minute, second) = clock.unwrap_or_default();
    checked(&DateTime {
        year: year?,
        month: u8::try_from(month?).ok()?,
        day: u8::try_from(day?).ok()?,
        hour,
        minute,
        second,
        tz_before_gmt: !east,
        tz_hour: u8::try_from(minutes / 60).ok()?,
        tz_minute: u8::try_from(minutes % 60).ok()?,
    })
}

fn month_of(word: &str) -> Option<u16> {
    let word = word.trim_end_matches('.');
    let place = FRENCH.iter().position(|name| word.starts_with(name)).or_else(|| {
        let plain = word.replace('é', "e").replace('û', "u");
        ENGLISH.iter().position(|name| plain.starts_with(name)).or_else(|| {
            ["jan", "fev", "mar", "avr", "mai", "juin", "juil", "aou"].iter().position(|name| plain.starts_with(name))
        })
    })?;
    u16::try_from(place + 1).ok()
}

/// `12/03/2026`, `2026-03-12`: year, month, day.
fn numeric(word: &str) -> Option<(u16, u16, u16)> {
    let mut parts = word.split(['/', '-', '.']).map(|part| part.parse::<u16>().ok());
    let (a, b, c) = (parts.next()??, parts.next()??, parts.next()??);
    match parts.next() {
        Some(_) => None,
        None if a > 31 => Some((a, b, c)),
        None => Some((c, b, a)),
    }
}

fn zone_of(zone: &str) -> Option<(bool, u16)> {
    let digits: String = zone.chars().filter(char::is_ascii_digit).take(4).collect();
    let number: u16 = if digits.len() <= 2 { digits.parse::<u16>().ok()? * 100 } else { digits.parse().ok()? };
    Some((!zone.starts_with('-'), number / 100 * 60 + number % 100))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_as_written() {
        const NOON: i64 = 1_773_313_200;
        for value in [
            "Thu, 12 Mar 2026 12:00:00 +0100",
            "12 Mar 2026 11:00:00 GMT",
            "Thu, 12 Mar 2026 06:00:00 EST (Toronto)",
            "Thu,  12 Mar 2026 12:00:00 +0100 (CET)",
            "2026-03-12T12:00:00+01:00",
            "2026-03-12T11:00:00.000Z",
            "2026-03-12 11:00:00",
            "jeu., 12 mars 2026 12:00:00 +0100",
            "12/03/2026 11:00",
            "March 12, 2026 11:00:00",
            "mar. 12 mars 2026 à 11:00",
        ] {
            assert_eq!(read(value), Some(NOON), "{value}");
        }
        assert_eq!(read("mar., 3 févr. 2026 10:00:00"), Some(1_770_112_800));
        assert_eq!(read("dimanche 1er février 2026 10:00:00"), Some(1_769_940_000));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for value in [
            "",
            "hier",
            "Thu, 32 Mar 2026 12:00:00 +0100",
            "Thu, 30 Feb 2026 12:00:00 +0100",
            "0",
            "12 Mar 1812 12:00:00",
            "99:99:99",
        ] {
            assert_eq!(read(value), None, "{value}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(value in "([0-9]{1,5}|[a-zé]{1,5}|[-+:/., tz]|\\PC){0,30}") {
            if let Some(seconds) = read(&value) {
                prop_assert!((-90_000..7_300_000_000).contains(&seconds));
            }
        }
    }
}
