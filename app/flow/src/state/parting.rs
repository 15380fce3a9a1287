//! S4: the card was pulled while a message was on its way. Everything else is forgotten already.

use super::{Context, Order, State};
use crate::event::{Event, SendOutcome, Touch};
use crate::screen::{self, RemoveCard};
use crate::time::{Moment, Ticket};
use std::time::Duration;

/// How long an outcome is awaited: longer than a message is tried to be sent and kept. And how long it stands there.
const PATIENCE: Duration = Duration::from_secs(75);
const SHOWN: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Parting {
    ticket: Ticket,
    pub(crate) outcome: screen::Parting,
    pub(crate) until: Moment,
}

impl Parting {
    pub(crate) fn new(ticket: Ticket, now: Moment) -> Self {
        Self { ticket, outcome: screen::Parting::Going, until: now.plus(PATIENCE) }
    }

    /// The truth, of this visit's message only.
    pub(crate) fn told(&mut self, ticket: Ticket, outcome: SendOutcome, now: Moment) {
        if ticket == self.ticket && self.outcome == screen::Parting::Going {
            self.outcome = match outcome {
                SendOutcome::Sent => screen::Parting::Sent,
                SendOutcome::NotSent { draft, .. } => screen::Parting::NotSent { draft },
                SendOutcome::Unknown { .. } => screen::Parting::Unknown,
            };
            self.until = now.plus(SHOWN);
        }
    }

    pub(crate) fn on(mut self, context: &mut Context<'_>, event: &Event) -> State {
        match event {
            // Nobody knows, and nobody will.
            Event::Tick if context.now >= self.until && self.outcome == screen::Parting::Going => {
                self.outcome = screen::Parting::Unknown;
                self.until = context.now.plus(SHOWN);
            }
            Event::Tick if context.now >= self.until => context.order(Order::End(RemoveCard::Finished)),
            Event::Touch(Touch::Done | Touch::Continue | Touch::Back) if self.outcome != screen::Parting::Going => {
                context.order(Order::End(RemoveCard::Finished));
            }
            _ => {}
        }
        State::Parting(self)
    }
}
