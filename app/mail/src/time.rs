//! `INTERNALDATE`: when the server received a message.
//!
//! The list shows this date and not the `Date:` header: the header is the sender's word and the sender's clock, and
//! the list is in order of arrival, which is what `INTERNALDATE` follows.

/// A moment with the offset it was given in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub unix: i64,
    /// Minutes east of UTC, as the server wrote it.
    pub offset: i16,
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Moment {
    /// As [`internal_date`] reads it: `" 1-Nov-2026 09:05:00 +0100"`.
    pub(crate) fn internal(self) -> String {
        let offset = i64::from(self.offset).clamp(-1439, 1439);
        // Years of four digits.
        let local = (self.unix + offset * 60).clamp(-2_208_988_800, 253_402_300_799);
        let (day, seconds) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = civil(day);
        let month = usize::try_from(month - 1).ok().and_then(|m| MONTHS.get(m)).copied().unwrap_or("Jan");
        let sign = if offset < 0 { '-' } else { '+' };
        let zone = offset.abs() / 60 * 100 + offset.abs() % 60;
        let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        format!("{day:>2}-{month}-{year:04} {h:02}:{m:02}:{s:02} {sign}{zone:04}")
    }
}

/// Year, month and day of a day since 1970-01-01, the inverse of [`days`].
fn civil(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let m = (5 * of_year + 2) / 153;
    let month = if m < 10 { m + 3 } else { m - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * m + 2) / 5 + 1)
}

/// Reads `" 1-Nov-2026 09:05:00 +0100"` (RFC 3501 section 9, date-time).
pub(crate) fn internal_date(text: &str) -> Option<Moment> {
    let mut parts = text.split_ascii_whitespace();
    let (date, clock, zone) = (parts.next()?, parts.next()?, parts.next()?);
    let mut date = date.split('-');
    let day: i64 = date.next()?.parse().ok()?;
    let month = date.next()?;
    let year: i64 = date.next()?.parse().ok()?;
    let month = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(month))? as i64 + 1;
    let mut clock = clock.split(':').map(|n| n.parse::<i64>().ok().filter(|n| (0..=60).contains(n)));
    let (h, m, s) = (clock.next()??, clock.next()??, clock.next()??);
    let (sign, zone) = match zone.split_at_checked(1)? {
        ("+", zone) => (1, zone),
        ("-", zone) => (-1, zone),
        _ => return None,
    };
    let zone: i16 = zone.parse().ok().filter(|z| (0..=2359).contains(z))?;
    let offset = sign * (zone / 100 * 60 + zone % 100);
    if !(1..=31).contains(&day) || !(1900..=9999).contains(&year) || h > 23 {
        return None;
    }
    let unix = days(year, month, day) * 86_400 + h * 3600 + m * 60 + s - i64::from(offset) * 60;
    Some(Moment { unix, offset })
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar, counted in years that start in March so that the leap
/// day comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (153 * m + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_epoch_a_leap_day_and_a_winter_morning_in_paris() {
        assert_eq!(internal_date("01-Jan-1970 00:00:00 +0000").unwrap().unix, 0);
        assert_eq!(internal_date("29-Feb-2024 12:00:00 +0000").unwrap().unix, 1_709_208_000);
        assert_eq!(internal_date(" 1-Nov-2026 09:05:00 +0100").unwrap(), Moment { unix: 1_793_520_300, offset: 60 });
        assert_eq!(internal_date("01-Nov-2026 09:05:00 -0330").unwrap().offset, -210);
    }

    #[test]
    fn dates_are_written_as_the_standard_says() {
        assert_eq!(Moment { unix: 1_793_520_300, offset: 60 }.internal(), " 1-Nov-2026 09:05:00 +0100");
        assert_eq!(Moment { unix: 1_709_208_000, offset: -210 }.internal(), "29-Feb-2024 08:30:00 -0330");
        assert_eq!(Moment { unix: i64::MAX / 2, offset: 0 }.internal(), "31-Dec-9999 23:59:59 +0000");
    }

    #[test]
    fn what_is_not_a_date_is_none() {
        for text in ["", "1-Nov-2026", "1-Nov-2026 25:00:00 +0000", "x-y-z a:b:c +z", "1-Nov-2026 09:05:00 é"] {
            assert_eq!(internal_date(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_date_that_is_written_is_read_again(unix in -2_000_000_000i64..200_000_000_000, offset in -720i16..840) {
            let moment = Moment { unix, offset };
            prop_assert_eq!(internal_date(&moment.internal()), Some(moment), "{}", moment.internal());
        }

        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,40}") {
            let _ = internal_date(&text);
        }
    }
}
