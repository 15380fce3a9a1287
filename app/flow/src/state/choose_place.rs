//! Several places of work: for which one is the person here?

use super::connecting::known;
use super::{Context, Session, State};
use crate::effect::Effect;
use crate::event::{Event, PageMove, Touch};
use crate::screen;

/// Places of one page.
const LINES: usize = 4;

#[derive(Debug)]
pub(crate) struct ChoosePlace {
    pub(crate) session: Session,
    first: usize,
}

impl ChoosePlace {
    pub(crate) fn enter(session: Session) -> State {
        State::ChoosePlace(Box::new(Self { session, first: 0 }))
    }

    pub(crate) fn screen(&self) -> screen::ChoosePlace {
        screen::ChoosePlace {
            lines: self.session.places.iter().skip(self.first).take(LINES).cloned().collect(),
            first: self.first,
            total: self.session.places.len(),
        }
    }

    pub(crate) fn on(mut self: Box<Self>, context: &mut Context<'_>, event: Event) -> State {
        let last = self.session.places.len().saturating_sub(1) / LINES * LINES;
        match event {
            Event::Touch(Touch::ChoosePlace(index)) if index < self.session.places.len() => {
                context.effects.push(Effect::ChoosePlace(context.ticket, index));
                self.session.place_chosen = true;
                return known(context, self.session);
            }
            Event::Touch(Touch::Move(to)) => {
                self.first = match to {
                    PageMove::First => 0,
                    PageMove::Previous => self.first.saturating_sub(LINES),
                    PageMove::Next => (self.first + LINES).min(last),
                    PageMove::Last => last,
                };
            }
            Event::LoginFailed(_, failure) => {
                return super::Failed::in_session(context, failure, self.session, super::Goal::LogIn);
            }
            _ => {}
        }
        State::ChoosePlace(self)
    }
}
