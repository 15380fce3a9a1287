//! Dates as messages and people write them.

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

use crate::time::Moment;

/// A moment in its own zone; what is beyond the calendar is 1970.
fn zoned(moment: Moment) -> Zoned {
    let offset = Offset::from_seconds(i32::from(moment.offset) * 60).unwrap_or(Offset::UTC);
    Timestamp::from_second(moment.unix).unwrap_or_default().to_zoned(TimeZone::fixed(offset))
}

/// `Mon, 23 Nov 2026 10:31:00 +0100` (RFC 5322 section 3.3).
pub(super) fn header(moment: Moment) -> String {
    let plain = zoned(moment);
    jiff::fmt::rfc2822::to_string(&plain).unwrap_or_else(|_| "Thu, 1 Jan 1970 00:00:00 +0000".to_owned())
}

/// `23/11/2026 à 10:31`.
pub(super) fn spoken(moment: Moment) -> String {
    let at = zoned(moment);
    format!("{:02}/{:02}/{} à {:02}:{:02}", at.day(), at.month(), at.year(), at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_are_in_the_zone_of_the_site() {
        let moment = Moment { unix: 1_795_426_260, offset: 60 };
        assert_eq!(header(moment), "Mon, 23 Nov 2026 10:31:00 +0100");
        assert_eq!(spoken(moment), "23/11/2026 à 10:31");
        assert_eq!(header(Moment { offset: -240, ..moment }), "Mon, 23 Nov 2026 05:31:00 -0400");
        assert_eq!(spoken(Moment { unix: 1_793_520_300, offset: 60 }), "01/11/2026 à 09:05");
    }

    proptest! {
        #[test]
        fn any_moment_is_written_on_one_line(unix in any::<i64>(), offset in any::<i16>()) {
            let text = header(Moment { unix, offset });
            prop_assert!(text.len() < 40 && text.bytes().all(|b| (b' '..0x7f).contains(&b)), "{}", text);
            let words = spoken(Moment { unix, offset });
            prop_assert!(words.contains(" à "));
        }
    }
}
