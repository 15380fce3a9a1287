//! Today, as far as a directory cares.

/// Today in UTC, `2026-08-01`. A mailbox that ended is left out by the day.
pub(crate) fn today() -> String {
    jiff::Timestamp::now().to_string().chars().take(10).collect()
}

/// Whether a FHIR date (`2025`, `2025-06` or `2025-06-30`, with or without a time: R4 §2.24.0.1) is before today. What
/// is not a date is not over.
pub(crate) fn is_over(end: &str, today: &str) -> bool {
    let day: String = end.chars().take_while(|c| c.is_ascii_digit() || *c == '-').take(10).collect();
    let whole = matches!(day.len(), 4 | 7 | 10) && day.get(..4).is_some_and(|year| !year.contains('-'));
    // Both are written from the largest unit down, so that they compare as text; a year is over when the next begins.
    whole && today.get(..day.len()).is_some_and(|now| day.as_str() < now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_over_the_day_after_whatever_its_precision() {
        for (end, over) in [
            ("2026-07-31", true),
            ("2026-08-01", false),
            ("2026-07-31T23:00:00+02:00", true),
            ("2026-07", true),
            ("2026-08", false),
            ("2025", true),
            ("2026", false),
            ("", false),
            ("jadis", false),
            ("19-12-2001", false),
        ] {
            assert_eq!(is_over(end, "2026-08-01"), over, "{end}");
        }
    }

    #[test]
    fn today_is_a_day() {
        let today = today();
        assert_eq!(today.len(), 10);
        assert!(is_over("2020-01-01", &today) && !is_over("2999-01-01", &today));
    }
}
