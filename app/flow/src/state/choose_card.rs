//! Several readers hold cards: whose turn is it?

use super::{Context, Order, Reading, State};
use crate::effect::Effect;
use crate::event::{Event, Touch};
use crate::person::CardLine;
use crate::screen::{self, RemoveCard};
use crate::settings::Settings;
use crate::time::Moment;

#[derive(Debug)]
pub(crate) struct ChooseCard {
    pub(crate) since: Moment,
    pub(crate) entropy: u64,
    /// None while they are read.
    pub(crate) lines: Option<Vec<CardLine>>,
}

impl ChooseCard {
    pub(crate) fn screen(&self) -> screen::ChooseCard {
        screen::ChooseCard { lines: self.lines.clone() }
    }

    pub(crate) fn deadline(&self, settings: &Settings, touched: Moment) -> Moment {
        self.since.max(touched).plus(settings.door_idle)
    }

    pub(crate) fn on(mut self, context: &mut Context<'_>, event: Event) -> State {
        match event {
            Event::CardsRead(_, lines) => self.lines = Some(lines),
            Event::Touch(Touch::ChooseCard(index)) if self.is_usable(index) => {
                context.effects.push(Effect::TakeCard(context.ticket, index));
                context.effects.push(Effect::ReadCard(context.ticket));
                context.effects.push(Effect::PrepareLogin(context.ticket));
                return State::Reading(Reading { since: context.now, entropy: self.entropy });
            }
            Event::Tick if context.now >= self.deadline(context.settings, context.touched) => {
                context.order(Order::End(RemoveCard::Forgotten));
            }
            _ => {}
        }
        State::ChooseCard(self)
    }

    fn is_usable(&self, index: usize) -> bool {
        self.lines.as_ref().and_then(|lines| lines.get(index)).is_some_and(|line| line.usable)
    }
}
