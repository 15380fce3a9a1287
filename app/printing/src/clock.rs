//! The kiosk's wall clock, by which certificates are judged; passed in so that a wrong clock is a test like any other.

use std::sync::Arc;
use std::time::SystemTime;

use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;

/// Where the wall time comes from: the system by default.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// A clock read by calling `now`.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
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

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        // Before 1970 counts as 1970: every certificate is then "not valid yet", which is the right complaint.
        Some(UnixTime::since_unix_epoch((self.0)().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()))
    }
}
