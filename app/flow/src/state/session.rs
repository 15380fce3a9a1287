//! Who is there and which BALs are theirs: handed from state to state while a session lasts.

use super::Writing;
use crate::mailbox::{Count, Mailbox};
use crate::number::Number;
use crate::person::Holder;
use crate::screen::SessionBar;
use crate::text::Text;

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) holder: Holder,
    /// How the person came in, and comes in again.
    pub(crate) door: Door,
    /// How often the telephone was asked in vain.
    pub(crate) failures: u8,
    /// Places of work to choose from, and whether one has been chosen.
    pub(crate) places: Vec<Text>,
    pub(crate) place_chosen: bool,
    pub(crate) mailboxes: Vec<Mailbox>,
    pub(crate) counts: Vec<Count>,
    /// What was being written in the BAL of this index when its connection was lost.
    pub(crate) kept: Option<(usize, Box<Writing>)>,
    /// The last number given to an order: none is given twice in a visit.
    pub(crate) numbers: u64,
    /// Rows asked for so far, of whatever BAL.
    pub(crate) requests: u64,
}

/// How a person comes in.
#[derive(Debug, Clone, Default)]
pub(crate) enum Door {
    /// With a card and its code.
    #[default]
    Card,
    /// By telephone: with this number, or the card's.
    Phone(Option<Number>),
    /// By the pages of the provider of an organisational mailbox.
    Service,
}

impl Session {
    pub(crate) fn of(holder: Holder) -> Self {
        Self {
            holder,
            door: Door::Card,
            failures: 0,
            places: Vec::new(),
            place_chosen: false,
            mailboxes: Vec::new(),
            counts: Vec::new(),
            kept: None,
            numbers: 0,
            requests: 0,
        }
    }

    /// Nobody is known yet.
    pub(crate) fn unknown() -> Self {
        Self::of(Holder { name: String::new(), initials: String::new(), expired: None })
    }

    pub(crate) fn by_phone(mut self, number: Option<Number>) -> Self {
        self.door = Door::Phone(number);
        self
    }

    pub(crate) fn by_service(mut self) -> Self {
        self.door = Door::Service;
        self
    }

    /// The number that was typed.
    pub(crate) fn number(&self) -> Option<&Number> {
        match &self.door {
            Door::Phone(number) => number.as_ref(),
            Door::Card | Door::Service => None,
        }
    }

    pub(crate) fn with(mut self, mailboxes: Vec<Mailbox>) -> Self {
        self.counts = vec![Count::Unknown; mailboxes.len()];
        self.mailboxes = mailboxes;
        self
    }

    pub(crate) fn count(&mut self, index: usize, count: Count) {
        if let Some(known) = self.counts.get_mut(index) {
            *known = count;
        }
    }

    pub(crate) fn several(&self) -> bool {
        self.mailboxes.len() > 1
    }

    pub(crate) fn bar(&self, open: Option<usize>, may_change: bool) -> SessionBar {
        let mailbox = open.and_then(|index| self.mailboxes.get(index));
        SessionBar {
            initials: self.holder.initials.clone(),
            name: self.holder.name.clone(),
            mailbox: mailbox.map(|mailbox| mailbox.label.clone()).unwrap_or_default(),
            kind: mailbox.map(|mailbox| mailbox.kind),
            can_change: may_change && self.several(),
            can_mask: open.is_some(),
            can_finish: false,
            ends_in: None,
        }
    }
}
