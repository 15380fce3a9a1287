//! C1: the card is being read; nothing to touch.

use super::{Context, EnterPin, State, useless_card};
use crate::event::Event;
use crate::failure::Failure;
use crate::settings::Settings;
use crate::time::Moment;

#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) since: Moment,
    pub(crate) entropy: u64,
}

impl Reading {
    pub(crate) fn slow(&self, now: Moment, settings: &Settings) -> bool {
        now >= self.since.plus(settings.slow_reading)
    }

    pub(crate) fn deadline(&self, settings: &Settings) -> Option<Moment> {
        Some(self.since.plus(settings.slow_reading))
    }

    pub(crate) fn on(self, context: &mut Context<'_>, event: Event) -> State {
        match event {
            Event::CardRead(_, Ok(facts)) => {
                *context.unreadable = 0;
                if facts.tries_left == Some(0) {
                    return super::Failed::with_card(context, Failure::CardBlocked);
                }
                State::EnterPin(Box::new(EnterPin::new(facts, self.entropy, context)))
            }
            Event::CardRead(_, Err(fault)) => useless_card(context, fault, State::Reading(self)),
            _ => State::Reading(self),
        }
    }
}
