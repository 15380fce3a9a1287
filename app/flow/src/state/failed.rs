//! A refusal stands on the screen until it is solved, retried, or the card goes.

use super::{Connecting, Context, Goal, Order, Session, State};
use crate::event::{Event, Touch};
use crate::failure::Failure;
use crate::screen::{self, RemoveCard};
use crate::settings::Settings;
use crate::time::{Day, Moment, Stamp};

#[derive(Debug)]
pub(crate) struct Failed {
    failure: Failure,
    day: Option<Day>,
    at: Option<Stamp>,
    again: Again,
}

/// What «Réessayer» does.
#[derive(Debug)]
enum Again {
    /// Nothing: only taking the card out helps.
    Never,
    /// Runs the start-up checks.
    Start,
    /// Begins a new visit with the card that is in.
    Visit,
    /// Goes on where the session stopped.
    Session(Box<Session>, Goal),
}

impl Failed {
    pub(crate) fn at_start(failure: Failure, at: Option<Stamp>) -> Self {
        Self { failure, day: None, at, again: Again::Start }
    }

    pub(crate) fn before_reading(failure: Failure, at: Option<Stamp>) -> Self {
        Self { failure, day: None, at, again: Again::Visit }
    }

    pub(crate) fn incident(at: Option<Stamp>) -> Self {
        Self { failure: Failure::Internal, day: None, at, again: Again::Visit }
    }

    /// A card that leads nowhere: its visit is wiped at once.
    pub(crate) fn with_card(context: &mut Context<'_>, failure: Failure) -> State {
        context.order(Order::Forget);
        let again = if failure.retry() { Again::Visit } else { Again::Never };
        State::Failed(Self { failure, day: None, at: context.time, again })
    }

    pub(crate) fn expired(context: &mut Context<'_>, day: Day) -> State {
        context.order(Order::Forget);
        State::Failed(Self { failure: Failure::CardExpired, day: Some(day), at: context.time, again: Again::Never })
    }

    /// A failure after the code: the session is kept only where another try may help.
    pub(crate) fn in_session(context: &mut Context<'_>, failure: Failure, session: Session, goal: Goal) -> State {
        if !failure.retry() {
            return Self::with_card(context, failure);
        }
        State::Failed(Self { failure, day: None, at: context.time, again: Again::Session(Box::new(session), goal) })
    }

    pub(crate) fn is_start(&self) -> bool {
        matches!(self.again, Again::Start)
    }

    pub(crate) fn screen(&self, card: bool) -> screen::Failed {
        screen::Failed {
            failure: self.failure,
            day: self.day,
            retry: self.failure.retry() && !matches!(self.again, Again::Never),
            card: card && !self.is_start(),
            home: !card && !self.is_start(),
            at: self.at,
        }
    }

    pub(crate) fn deadline(&self, settings: &Settings, touched: Moment) -> Option<Moment> {
        (!self.is_start()).then(|| touched.plus(settings.idle_warning))
    }

    pub(crate) fn on(self, context: &mut Context<'_>, event: &Event) -> State {
        match event {
            Event::Touch(Touch::Retry) if self.failure.retry() => match self.again {
                Again::Never => {}
                Again::Start => {
                    context.order(Order::Restart);
                }
                Again::Visit if self.failure == Failure::ClockWrong && context.clock_wrong => {}
                Again::Visit => context.order(Order::Begin),
                Again::Session(session, Goal::LogIn) => return Connecting::log_in(context, *session),
                Again::Session(session, Goal::Open(index)) => return Connecting::open(context, *session, index),
            },
            Event::Tick if self.deadline(context.settings, context.touched).is_some_and(|at| context.now >= at) => {
                context.order(Order::End(RemoveCard::Forgotten));
            }
            _ => {}
        }
        State::Failed(self)
    }
}
