//! X2: the line was lost. Tries again by itself, a few times, or at a touch.

use super::connecting::{known, lost, not_opened};
use super::{Connecting, Context, Door, Mailbox, Session, State};
use crate::effect::Effect;
use crate::event::{Event, Touch};
use crate::time::Moment;

#[derive(Debug)]
pub(crate) struct Reconnecting {
    session: Session,
    goal: Goal,
    attempt: usize,
    /// When the next try starts; `None` while one is under way.
    pub(crate) at: Option<Moment>,
}

/// What has to succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// Identify at the provider.
    LogIn,
    /// Open the BAL of this index.
    Open(usize),
}

impl Goal {
    pub(crate) fn effect(self, context: &Context<'_>) -> Effect {
        match self {
            Goal::LogIn => Effect::LogIn(context.ticket),
            Goal::Open(index) => Effect::OpenMailbox(context.ticket, index),
        }
    }
}

impl Reconnecting {
    /// Waits before the try of number `attempt`, counted from 0.
    pub(crate) fn wait(context: &Context<'_>, session: Session, goal: Goal, attempt: usize) -> State {
        let pause = context.settings.retry_after.get(attempt).or(context.settings.retry_after.last());
        let at = context.now.plus(pause.copied().unwrap_or_default());
        State::Reconnecting(Box::new(Self { session, goal, attempt, at: Some(at) }))
    }

    pub(crate) fn seconds(&self, now: Moment) -> u64 {
        self.at.map_or(0, |at| at.seconds_left(now))
    }

    pub(crate) fn on(mut self: Box<Self>, context: &mut Context<'_>, event: Event) -> State {
        match (self.goal, event) {
            (_, Event::Tick) if self.at.is_some_and(|at| context.now >= at) => return self.again(context),
            (_, Event::Touch(Touch::Retry) | Event::Network(true)) if self.at.is_some() => return self.again(context),
            (Goal::LogIn, Event::Places(_, places)) => self.session.places = places,
            (Goal::LogIn, Event::LoggedIn(_, mailboxes)) => return known(context, self.session.with(mailboxes)),
            (Goal::Open(index), Event::Opened(_, opened)) => {
                return Mailbox::open(context, self.session, index, opened);
            }
            (Goal::LogIn, Event::LoginFailed(_, failure)) => {
                return lost(context, self.session, self.goal, self.attempt + 1, failure);
            }
            (Goal::Open(index), Event::MailFailed(_, failure)) => {
                return not_opened(context, self.session, index, self.attempt + 1, failure);
            }
            _ => {}
        }
        State::Reconnecting(self)
    }

    fn again(mut self: Box<Self>, context: &mut Context<'_>) -> State {
        // A telephone or a page has to be answered by a person: that is a screen of its own.
        if self.goal == Goal::LogIn && !matches!(self.session.door, Door::Card) {
            return Connecting::log_in(context, self.session);
        }
        self.at = None;
        let effect = self.goal.effect(context);
        context.effects.push(effect);
        State::Reconnecting(self)
    }
}
