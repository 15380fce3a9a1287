//! When a source is asked again.

use std::time::Duration;

/// How often lists are fetched, and how long one may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Between two looks while all is well. Authorities publish long before the old list ends: what they revoked in
    /// between is known after this time at the latest.
    pub refresh: Duration,
    /// After a first failure, and never sooner. It doubles with each one that follows.
    pub retry: Duration,
    /// Where the doubling ends.
    pub longest_retry: Duration,
    /// For one list, from the name of its host to its last byte.
    pub timeout: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            refresh: Duration::from_secs(60 * 60),
            retry: Duration::from_secs(5),
            longest_retry: Duration::from_secs(15 * 60),
            timeout: Duration::from_secs(60),
        }
    }
}

impl Pace {
    /// The pause after so many failures in a row, or, after none, with a list that ends in so many seconds.
    ///
    /// Half the time that is left, so that a list is there before the old one ends whoever publishes late.
    pub(crate) fn pause(&self, failures: u32, ends_in: u64) -> Duration {
        if failures > 0 {
            let doubled = self.retry.saturating_mul(1_u32.checked_shl(failures - 1).unwrap_or(u32::MAX));
            return doubled.min(self.longest_retry).max(self.retry);
        }
        Duration::from_secs(ends_in / 2).min(self.refresh).max(self.retry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;

    #[test]
    fn a_failing_source_is_asked_less_and_less_often_but_never_given_up() {
        let pace = Pace::default();
        let pauses: Vec<u64> = (1..=9).map(|failures| pace.pause(failures, DAY).as_secs()).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 640, 900]);
        assert_eq!(pace.pause(u32::MAX, DAY), pace.longest_retry);
    }

    #[test]
    fn a_list_is_fetched_again_every_hour_and_sooner_before_it_ends() {
        let pace = Pace::default();
        assert_eq!(pace.pause(0, 7 * DAY), pace.refresh);
        assert_eq!(pace.pause(0, 600).as_secs(), 300);
        assert_eq!(pace.pause(0, 0), pace.retry);
    }
}
