//! Which message stands where, while the mailbox moves under us.
//!
//! A list is a snapshot: the messages whose UID is below the UIDNEXT of the day it was taken. New mail gets a higher
//! UID and a higher sequence number, so it is counted apart and never shifts a page. Mail expunged by another program
//! leaves the snapshot at once, which is the only way its sequence numbers stay true (RFC 3501 section 7.4.1).
//!
//! ```text
//!   sequence number   1 … … … size │ size+1 … exists
//!   position      size-1 … … …  0  │ new since the snapshot
//! ```

use crate::flag::Keeps;

/// The two orders that sequence numbers give for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    NewestFirst,
    OldestFirst,
}

/// The state of one folder's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    /// UIDVALIDITY; another value means that every UID is void.
    pub validity: u32,
    /// UIDNEXT when the snapshot was taken.
    pub next: u32,
    /// Messages of the snapshot that still exist.
    pub size: u32,
    /// Messages in the folder now.
    pub exists: u32,
    /// How many expunges were seen, to notice one that crosses a request.
    pub expunged: u64,
    /// Messages that came since and are our own doing: they are no news.
    pub ours: u32,
    /// UIDs our own doing has used up since, of messages that are still there or not.
    pub used: u32,
    /// What the folder keeps of a change.
    pub keeps: Keeps,
}

impl Snapshot {
    /// A snapshot of a folder just selected.
    pub fn new(validity: u32, next: u32, exists: u32) -> Self {
        Snapshot { validity, next, size: exists, exists, expunged: 0, ours: 0, used: 0, keeps: Keeps::default() }
    }

    /// `* n EXISTS`.
    pub fn exists(&mut self, exists: u32) {
        self.exists = exists;
        self.size = self.size.min(exists);
    }

    /// `* n EXPUNGE`.
    pub fn expunge(&mut self, sequence: u32) {
        if sequence == 0 || sequence > self.exists {
            return;
        }
        self.exists -= 1;
        self.expunged += 1;
        if sequence <= self.size {
            self.size -= 1;
        }
    }

    /// Messages that came since, our own apart.
    pub fn new_mail(&self) -> u32 {
        self.exists.saturating_sub(self.size).saturating_sub(self.ours)
    }

    /// Sequence numbers of `count` rows from position `from`, lowest and highest; none if there are no such rows.
    pub fn range(&self, from: u32, count: u32, order: Order) -> Option<(u32, u32)> {
        let first = self.size.checked_sub(from).filter(|left| *left > 0)?;
        let more = count.max(1) - 1;
        Some(match order {
            Order::NewestFirst => (first.saturating_sub(more).max(1), first),
            Order::OldestFirst => (from + 1, from.saturating_add(1).saturating_add(more).min(self.size)),
        })
    }

    /// Position of a sequence number.
    pub fn position(&self, sequence: u32, order: Order) -> Option<u32> {
        match order {
            Order::NewestFirst => self.size.checked_sub(sequence),
            Order::OldestFirst => sequence.checked_sub(1).filter(|position| *position < self.size),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::Order::{NewestFirst, OldestFirst};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_last_page_of_a_large_inbox() {
        let inbox = Snapshot::new(1, 19_209, 19_208);
        assert_eq!(inbox.range(0, 50, NewestFirst), Some((19_159, 19_208)));
        assert_eq!(inbox.range(19_200, 8, NewestFirst), Some((1, 8)));
        assert_eq!(inbox.range(19_207, 8, NewestFirst), Some((1, 1)));
        assert_eq!(inbox.range(19_208, 8, NewestFirst), None);
        assert_eq!(inbox.range(0, 50, OldestFirst), Some((1, 50)));
        assert_eq!(inbox.range(19_200, 50, OldestFirst), Some((19_201, 19_208)));
        assert_eq!(inbox.range(19_208, 8, OldestFirst), None);
        assert_eq!((inbox.position(1, OldestFirst), inbox.position(1, NewestFirst)), (Some(0), Some(19_207)));
        assert_eq!(inbox.position(19_209, OldestFirst), None);
        assert_eq!(Snapshot::new(1, 1, 0).range(0, 50, NewestFirst), None);
    }

    #[derive(Clone, Debug)]
    enum Event {
        Arrives,
        Expunge(u16),
        Look(u16, u8),
    }

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let event = prop_oneof![
            Just(Event::Arrives),
            any::<u16>().prop_map(Event::Expunge),
            (any::<u16>(), 1..20u8).prop_map(|(a, b)| Event::Look(a, b))
        ];
        proptest::collection::vec(event, 0..60)
    }

    proptest! {
        /// Against a plain list of UIDs: whatever arrives and whatever goes, a page shows the messages of the
        /// snapshot that still exist, newest first.
        #[test]
        fn pages_always_show_the_right_messages(first in 0..40u32, events in events()) {
            let mut mailbox: Vec<u32> = (1..=first).collect();
            let mut next = first + 1;
            let mut snapshot = Snapshot::new(1, next, first);
            for event in events {
                match event {
                    Event::Arrives => {
                        mailbox.push(next);
                        next += 1;
                        snapshot.exists(mailbox.len() as u32);
                    }
                    Event::Expunge(at) if !mailbox.is_empty() => {
                        let at = usize::from(at) % mailbox.len();
                        mailbox.remove(at);
                        snapshot.expunge(at as u32 + 1);
                    }
                    Event::Expunge(at) => snapshot.expunge(u32::from(at)),
                    Event::Look(from, count) => {
                        let kept: Vec<u32> = mailbox.iter().copied().filter(|uid| *uid <= first).rev().collect();
                        prop_assert_eq!(snapshot.size as usize, kept.len());
                        prop_assert_eq!(snapshot.new_mail() as usize, mailbox.len() - kept.len());
                        let from = u32::from(from) % 45;
                        let expected: Vec<u32> = kept.iter().copied().skip(from as usize).take(count.into()).collect();
                        let shown: Vec<u32> = match snapshot.range(from, count.into(), NewestFirst) {
                            Some((low, high)) => (low..=high).rev().map(|seq| mailbox[seq as usize - 1]).collect(),
                            None => vec![],
                        };
                        prop_assert_eq!(shown, expected);
                        let expected: Vec<u32> =
                            kept.iter().rev().copied().skip(from as usize).take(count.into()).collect();
                        let shown: Vec<u32> = match snapshot.range(from, count.into(), OldestFirst) {
                            Some((low, high)) => (low..=high).map(|seq| mailbox[seq as usize - 1]).collect(),
                            None => vec![],
                        };
                        prop_assert_eq!(shown, expected);
                    }
                }
            }
        }
    }
}
