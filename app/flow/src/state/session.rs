//! Who is there and which BALs are theirs: handed from state to state while a session lasts.

use crate::mailbox::{Count, Mailbox};
use crate::person::Holder;
use crate::screen::SessionBar;

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) holder: Holder,
    pub(crate) mailboxes: Vec<Mailbox>,
    pub(crate) counts: Vec<Count>,
}

impl Session {
    pub(crate) fn of(holder: Holder) -> Self {
        Self { holder, mailboxes: Vec::new(), counts: Vec::new() }
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

    pub(crate) fn bar(&self, open: Option<usize>) -> SessionBar {
        let mailbox = open.and_then(|index| self.mailboxes.get(index));
        SessionBar {
            initials: self.holder.initials.clone(),
            name: self.holder.name.clone(),
            mailbox: mailbox.map(|mailbox| mailbox.label.clone()).unwrap_or_default(),
            kind: mailbox.map(|mailbox| mailbox.kind),
            can_change: open.is_some() && self.several(),
        }
    }
}
