//! 13b: the telephone is asked, and the person there answers (CIBA, poll mode).

use super::connecting::{known, lost};
use super::{Context, EnterNumber, Goal, Session, State};
use crate::effect::Effect;
use crate::event::{Event, Touch};
use crate::failure::Failure;
use crate::number::NumberTrouble;
use crate::screen::{self, Screen};
use crate::time::Moment;
use std::time::Duration;

/// The answer of the provider itself that the time is over comes first; without it, this long afterwards.
const GRACE: Duration = Duration::from_secs(10);

/// From this many failures on, the telephone's clock is worth a look.
const OFTEN: u8 = 2;

#[derive(Debug)]
pub(crate) struct Asking {
    session: Session,
    asked: Option<Asked>,
    lost: bool,
    approved: bool,
    help: bool,
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    digits: [u8; 2],
    until: Moment,
    of: Duration,
}

impl Asking {
    /// Asks the telephone of the person whose number was typed, or whose card is in.
    pub(crate) fn ask(context: &mut Context<'_>, session: Session) -> State {
        let number = session.number().map(crate::number::Number::national);
        context.effects.push(Effect::AskPhone(context.ticket, number));
        State::Asking(Box::new(Self { session, asked: None, lost: false, approved: false, help: false }))
    }

    fn digits(&self) -> Option<[u8; 2]> {
        self.asked.map(|asked| asked.digits)
    }

    pub(crate) fn screen(&self, now: Moment) -> Screen {
        if self.help {
            return Screen::PhoneHelp(screen::PhoneHelp {
                clock: self.session.failures >= OFTEN,
                digits: self.digits(),
                typed: self.session.number().is_some(),
            });
        }
        Screen::Phone(screen::Phone {
            digits: self.digits(),
            seconds: self.asked.map_or(0, |asked| asked.until.seconds_left(now)),
            of: self.asked.map_or(0, |asked| asked.of.as_secs()),
            lost: self.lost,
            approved: self.approved,
        })
    }

    /// The moment the seconds on the screen count to.
    pub(crate) fn counting(&self) -> Option<Moment> {
        self.asked.filter(|_| !self.approved).map(|asked| asked.until)
    }

    pub(crate) fn deadline(&self) -> Option<Moment> {
        self.counting().map(|until| until.plus(GRACE))
    }

    pub(crate) fn on(mut self: Box<Self>, context: &mut Context<'_>, event: Event) -> State {
        match event {
            Event::PhoneAsked(_, digits, lifetime) => {
                self.asked = Some(Asked { digits, until: context.now.plus(lifetime), of: lifetime });
                self.lost = false;
            }
            Event::PhoneLost(_, lost) => self.lost = lost,
            Event::PhoneApproved(_) => {
                self.approved = true;
                self.help = false;
            }
            Event::Met(_, holder) => self.session.holder = holder,
            Event::Places(_, places) => self.session.places = places,
            Event::LoggedIn(_, mailboxes) => return known(context, self.session.with(mailboxes)),
            Event::LoginFailed(_, failure) => return self.failed(context, failure),
            Event::Tick if self.deadline().is_some_and(|at| context.now >= at) => {
                context.effects.push(Effect::StopPhone(context.ticket));
                return self.failed(context, Failure::PhoneExpired);
            }
            Event::Touch(Touch::NoNotification) if !self.approved => self.help = true,
            Event::Touch(Touch::Back | Touch::Done) => self.help = false,
            Event::Touch(Touch::AskAgain) if self.asked.is_some() && !self.approved => {
                context.effects.push(Effect::StopPhone(context.ticket));
                self.session.failures = self.session.failures.saturating_add(1);
                return Self::ask(context, self.session);
            }
            Event::Touch(Touch::CorrectNumber) if !self.approved && self.session.number().is_some() => {
                context.effects.push(Effect::StopPhone(context.ticket));
                return EnterNumber::again(context, self.session, None);
            }
            _ => {}
        }
        State::Asking(self)
    }

    fn failed(mut self: Box<Self>, context: &mut Context<'_>, failure: Failure) -> State {
        self.session.failures = self.session.failures.saturating_add(1);
        if failure == Failure::PhoneUnknown && self.session.number().is_some() {
            return EnterNumber::again(context, self.session, Some(NumberTrouble::Unknown));
        }
        lost(context, self.session, Goal::LogIn, 0, failure)
    }
}
