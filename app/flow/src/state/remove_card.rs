//! P5, S2, S5: nothing is left of the visit but the card itself. It calls, for a while.

use super::{Context, State};
use crate::effect::{Effect, Sound};
use crate::event::Event;
use crate::screen::RemoveCard;
use crate::time::Moment;
use std::time::Duration;

/// From this call on, the page says «N'oubliez pas votre carte».
const WORDS_CHANGE: u32 = 6;
/// A card forgotten overnight does not call until morning.
const LAST_CALL: u32 = 60;

#[derive(Debug)]
pub(crate) struct RemoveCardWait {
    pub(crate) why: RemoveCard,
    pub(crate) next: Option<Moment>,
    every: Duration,
    calls: u32,
}

impl RemoveCardWait {
    pub(crate) fn new(why: RemoveCard, now: Moment, every: Duration) -> Self {
        Self { why, next: Some(now.plus(every)), every, calls: 0 }
    }

    pub(crate) fn on(mut self, context: &mut Context<'_>, event: &Event) -> State {
        if matches!(event, Event::Tick) && self.next.is_some_and(|next| context.now >= next) {
            self.calls += 1;
            context.effects.push(Effect::Sound(Sound::Forgotten));
            if self.calls >= WORDS_CHANGE {
                self.why = RemoveCard::Forgotten;
            }
            self.next = (self.calls < LAST_CALL).then(|| context.now.plus(self.every));
        }
        State::RemoveCard(self)
    }
}
