//! B2: several BALs, one to choose. Counts join as the servers answer.

use super::{Connecting, Context, Failed, Goal, Session, State, TILES, turned};
use crate::effect::Effect;
use crate::event::{Event, Touch};
use crate::mailbox::Count;
use crate::screen::{self, MailboxLine};

#[derive(Debug)]
pub(crate) struct ChooseMailbox {
    pub(crate) session: Session,
    first: usize,
    refused: bool,
}

impl ChooseMailbox {
    pub(crate) fn enter(context: &mut Context<'_>, session: Session) -> State {
        context.effects.push(Effect::CountMailboxes(context.ticket));
        State::ChooseMailbox(Box::new(Self { session, first: 0, refused: false }))
    }

    /// Back to the choice after the BAL of this index was refused.
    pub(crate) fn refused(context: &mut Context<'_>, session: Session, index: usize) -> State {
        context.effects.push(Effect::CountMailboxes(context.ticket));
        State::ChooseMailbox(Box::new(Self { session, first: index - index % TILES, refused: true }))
    }

    pub(crate) fn screen(&self) -> screen::ChooseMailbox {
        let mailboxes = self.session.mailboxes.iter().zip(&self.session.counts);
        screen::ChooseMailbox {
            lines: mailboxes
                .skip(self.first)
                .take(TILES)
                .map(|(mailbox, count)| MailboxLine {
                    label: mailbox.label.clone(),
                    address: mailbox.address.clone(),
                    kind: mailbox.kind,
                    count: *count,
                })
                .collect(),
            first: self.first,
            total: self.session.mailboxes.len(),
            refused: self.refused,
        }
    }

    pub(crate) fn on(mut self: Box<Self>, context: &mut Context<'_>, event: Event) -> State {
        match event {
            Event::Counted(_, index, count) => self.session.count(index, count),
            Event::Touch(Touch::ChooseMailbox(index)) => match self.session.counts.get(index) {
                Some(Count::Refused) => self.refused = true,
                Some(_) => return Connecting::open(context, self.session, index),
                None => {}
            },
            Event::Touch(Touch::Move(to)) => self.first = turned(self.first, self.session.mailboxes.len(), to),
            // The provider does not prolong the session: only a new login helps.
            Event::LoginFailed(_, failure) => return Failed::in_session(context, failure, self.session, Goal::LogIn),
            _ => {}
        }
        State::ChooseMailbox(self)
    }
}
