//! Time as the visit sees it: always an argument, never read from a clock.

use std::time::Duration;
use zeroize::Zeroize;

/// A monotonic instant, counted from the engine's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Moment(pub Duration);

impl Moment {
    /// The instant `later` after this one; the far future rather than an overflow.
    pub fn plus(self, later: Duration) -> Self {
        Self(self.0.saturating_add(later))
    }

    /// Time from `earlier` to this instant, zero if it lies in the future.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// Whole seconds left until this instant, rounded up, zero once it has passed.
    pub fn seconds_left(self, now: Self) -> u64 {
        let left = self.0.saturating_sub(now.0);
        left.as_secs() + u64::from(left.subsec_nanos() > 0)
    }
}

/// The number of one visit. Orders and answers carry it; answers of an earlier visit are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ticket(pub u64);

/// A calendar day in the kiosk's time zone (proleptic Gregorian).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Zeroize)]
pub struct Day {
    /// Year, such as 2026.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
}

/// A local date and time in the kiosk's time zone, to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Zeroize)]
pub struct Stamp {
    /// The day.
    pub day: Day,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
}
