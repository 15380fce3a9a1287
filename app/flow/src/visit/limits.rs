//! How long a session may last and stay untouched: other rules hold where no card shows that one is open.

use super::Visit;
use crate::time::Moment;
use std::time::Duration;

impl Visit {
    /// When the session ends, whatever is done in it.
    pub(super) fn ends(&self) -> Option<Moment> {
        self.provider_end.into_iter().chain(self.site_end).min()
    }

    /// The moments at which what is said of the session's end changes, the end itself the last.
    pub(super) fn end_steps(&self, end: Moment) -> impl Iterator<Item = Moment> + use<> {
        let minutes = self.settings.end_notice.as_secs().div_ceil(60).min(60);
        (0..=minutes).map(move |left| Moment(end.0.saturating_sub(Duration::from_secs(left * 60))))
    }

    /// Minutes until the session ends, once there are few.
    pub(super) fn ends_in(&self) -> Option<u64> {
        let left = self.ends()?.0.saturating_sub(self.now.0);
        (left <= self.settings.end_notice).then(|| left.as_secs().div_ceil(60).max(1))
    }

    /// A visit is under way that no card began.
    pub(super) fn without_card(&self) -> bool {
        self.live.is_some() && self.around.card.is_none()
    }

    pub(super) fn idle_warning(&self) -> Duration {
        if self.without_card() { self.settings.idle_warning_without_card } else { self.settings.idle_warning }
    }

    pub(super) fn idle_countdown(&self) -> Duration {
        if self.without_card() { self.settings.idle_countdown_without_card } else { self.settings.idle_countdown }
    }

    pub(super) fn mask(&self) -> Duration {
        if self.without_card() { self.settings.mask_without_card } else { self.settings.mask }
    }
}
