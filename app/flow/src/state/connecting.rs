//! X1: the provider, then the mail server.

use super::{
    Asking, ChooseMailbox, ChoosePlace, Context, Door, Failed, Goal, Mailbox, Reconnecting, Service, Session, State,
};
use crate::effect::Effect;
use crate::event::Event;
use crate::failure::Failure;
use crate::mailbox::Count;
use crate::screen::{self, Step};
use crate::settings::Settings;
use crate::time::Moment;

#[derive(Debug)]
pub(crate) struct Connecting {
    session: Session,
    goal: Goal,
    since: Moment,
}

impl Connecting {
    /// Identifies the person, by the door they came through.
    pub(crate) fn log_in(context: &mut Context<'_>, session: Session) -> State {
        match session.door {
            Door::Card => {}
            Door::Phone(_) => return Asking::ask(context, session),
            Door::Service => return Service::enter(context, session),
        }
        context.effects.push(Effect::LogIn(context.ticket));
        State::Connecting(Box::new(Self { session, goal: Goal::LogIn, since: context.now }))
    }

    pub(crate) fn open(context: &mut Context<'_>, session: Session, index: usize) -> State {
        context.effects.push(Effect::OpenMailbox(context.ticket, index));
        State::Connecting(Box::new(Self { session, goal: Goal::Open(index), since: context.now }))
    }

    pub(crate) fn screen(&self, now: Moment, settings: &Settings) -> screen::Connecting {
        screen::Connecting {
            step: match self.goal {
                Goal::LogIn => Step::Identity,
                Goal::Open(_) => Step::Mailbox,
            },
            slow: now >= self.since.plus(settings.slow_connecting),
        }
    }

    pub(crate) fn deadline(&self, settings: &Settings) -> Option<Moment> {
        Some(self.since.plus(settings.slow_connecting))
    }

    pub(crate) fn on(mut self: Box<Self>, context: &mut Context<'_>, event: Event) -> State {
        match (self.goal, event) {
            (Goal::LogIn, Event::Places(_, places)) => {
                self.session.places = places;
                State::Connecting(self)
            }
            (Goal::LogIn, Event::LoggedIn(_, mailboxes)) => known(context, self.session.with(mailboxes)),
            (Goal::LogIn, Event::LoginFailed(_, failure)) => lost(context, self.session, Goal::LogIn, 0, failure),
            (Goal::Open(index), Event::Opened(_, opened)) => Mailbox::open(context, self.session, index, opened),
            (Goal::Open(index), Event::MailFailed(_, failure)) => not_opened(context, self.session, index, 0, failure),
            _ => State::Connecting(self),
        }
    }
}

/// The provider has named the BALs: open the only one, or let the person choose.
pub(super) fn known(context: &mut Context<'_>, session: Session) -> State {
    if session.places.len() > 1 && !session.place_chosen {
        return ChoosePlace::enter(session);
    }
    match session.mailboxes.len() {
        0 => Failed::with_card(context, Failure::NoMailbox),
        1 => Connecting::open(context, session, 0),
        _ => ChooseMailbox::enter(context, session),
    }
}

/// A BAL that did not open: a refused one among several leads back to the choice, and says so.
pub(super) fn not_opened(
    context: &mut Context<'_>,
    mut session: Session,
    index: usize,
    attempt: usize,
    failure: Failure,
) -> State {
    if failure == Failure::AccountRefused && session.several() {
        session.count(index, Count::Refused);
        return ChooseMailbox::refused(context, session, index);
    }
    lost(context, session, Goal::Open(index), attempt, failure)
}

/// A line that is down comes back by itself; any other failure is the person's to decide.
pub(super) fn lost(context: &mut Context<'_>, session: Session, goal: Goal, attempt: usize, failure: Failure) -> State {
    use Failure as F;
    let line =
        matches!(failure, F::NetworkDown | F::ProviderUnreachable | F::ProviderSlow | F::MailUnreachable | F::MailSlow);
    // Without a network, whoever did not answer is not to blame.
    let failure = if line && !context.network { F::NetworkDown } else { failure };
    if line && (!context.network || attempt > 0) && attempt < context.settings.retry_after.len() {
        return Reconnecting::wait(context, session, goal, attempt);
    }
    Failed::in_session(context, failure, session, goal)
}
