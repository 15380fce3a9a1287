//! Several places of work: for which one is the person here?

use super::connecting::known;
use super::{Context, Session, State, TILES, turned};
use crate::effect::Effect;
use crate::event::{Event, Touch};
use crate::screen;

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
            lines: self.session.places.iter().skip(self.first).take(TILES).cloned().collect(),
            first: self.first,
            total: self.session.places.len(),
        }
    }

    pub(crate) fn on(mut self: Box<Self>, context: &mut Context<'_>, event: Event) -> State {
        match event {
            Event::Touch(Touch::ChoosePlace(index)) if index < self.session.places.len() => {
                context.effects.push(Effect::ChoosePlace(context.ticket, index));
                self.session.place_chosen = true;
                return known(context, self.session);
            }
            Event::Touch(Touch::Move(to)) => self.first = turned(self.first, self.session.places.len(), to),
            Event::LoginFailed(_, failure) => {
                return super::Failed::in_session(context, failure, self.session, super::Goal::LogIn);
            }
            _ => {}
        }
        State::ChoosePlace(self)
    }
}
