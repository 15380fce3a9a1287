//! The kiosk's wall clock, by which certificates are judged; passed in so that a wrong clock is a test like any other.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Where the wall time comes from: the system by default.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// A clock read by calling `now`.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time it shows.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }

    /// Seconds since 1970, negative before.
    #[must_use]
    pub fn unix(&self) -> i64 {
        let seconds = |d: Duration| i64::try_from(d.as_secs()).unwrap_or(i64::MAX);
        match self.now().duration_since(UNIX_EPOCH) {
            Ok(since) => seconds(since),
            Err(before) => -seconds(before.duration()),
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl rustls::time_provider::TimeProvider for Clock {
    fn current_time(&self) -> Option<rustls::pki_types::UnixTime> {
        // Before 1970 counts as 1970: every certificate is then "not valid yet", which is the right complaint.
        let since = self.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Some(rustls::pki_types::UnixTime::since_unix_epoch(since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::time_provider::TimeProvider;

    #[test]
    fn a_time_before_1970_is_negative_and_certificates_see_1970() {
        let clock = Clock::new(|| UNIX_EPOCH - Duration::from_secs(5));
        assert_eq!(clock.unix(), -5);
        assert_eq!(clock.current_time().map(|time| time.as_secs()), Some(0));
    }
}
