//! 13: the national identifier is typed, for a request to the telephone.

use super::{Asking, Context, Order, Session, State};
use crate::event::{Event, Touch};
use crate::number::{Number, NumberTrouble};
use crate::screen::{self, RemoveCard};
use crate::settings::Settings;
use crate::time::Moment;

#[derive(Debug)]
pub(crate) struct EnterNumber {
    number: Number,
    trouble: Option<NumberTrouble>,
    /// Kept from an earlier try of this visit.
    session: Session,
    since: Moment,
}

impl EnterNumber {
    pub(crate) fn new(now: Moment) -> Self {
        Self { number: Number::default(), trouble: None, session: Session::unknown(), since: now }
    }

    /// Back here: the provider did not know the number, or the person wants to correct it.
    pub(crate) fn again(context: &Context<'_>, session: Session, trouble: Option<NumberTrouble>) -> State {
        let number = session.number().cloned().unwrap_or_default();
        State::EnterNumber(Box::new(Self { number, trouble, session, since: context.now }))
    }

    pub(crate) fn screen(&self, settings: &Settings) -> screen::EnterNumber {
        screen::EnterNumber {
            typed: self.number.grouped(),
            left: self.number.left(),
            complete: self.is_complete(settings),
            trouble: self.trouble(settings),
        }
    }

    fn is_complete(&self, settings: &Settings) -> bool {
        self.number.left() == 0 && self.trouble(settings).is_none()
    }

    fn trouble(&self, settings: &Settings) -> Option<NumberTrouble> {
        let wrong = settings.check_digit && self.number.left() == 0 && !self.number.fits();
        self.trouble.or(wrong.then_some(NumberTrouble::CheckDigit))
    }

    pub(crate) fn deadline(&self, settings: &Settings, touched: Moment) -> Moment {
        self.since.max(touched).plus(settings.door_idle)
    }

    pub(crate) fn on(mut self: Box<Self>, context: &mut Context<'_>, event: &Event) -> State {
        match event {
            Event::Touch(Touch::Digit(digit)) => {
                self.trouble = None;
                self.number.push(*digit);
            }
            Event::Touch(Touch::Erase) => {
                self.trouble = None;
                self.number.erase();
            }
            Event::Touch(Touch::EraseAll) => {
                self.trouble = None;
                self.number.clear();
            }
            Event::Touch(Touch::Submit) if self.is_complete(context.settings) => {
                let session = self.session.by_phone(Some(self.number.clone()));
                return Asking::ask(context, session);
            }
            Event::Tick if context.now >= self.deadline(context.settings, context.touched) => {
                context.order(Order::End(RemoveCard::PinTimedOut));
            }
            _ => {}
        }
        State::EnterNumber(self)
    }
}
