//! What a search has found, in the order it is shown.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::lists::{page, total};

/// How far a search has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Messages found so far.
    pub found: u32,
    /// Messages whose text was looked at.
    pub looked: u32,
    /// Messages in the folder.
    pub of: u32,
    /// Nothing more will be found.
    pub done: bool,
}

/// In which order what is found stands.
#[derive(Debug)]
pub(super) enum Order {
    NewestFirst,
    OldestFirst,
    /// UIDs with their place, by UID.
    Places(Vec<(u32, u32)>),
}

impl Order {
    /// The order of arrival.
    pub fn arrival(descending: bool) -> Self {
        if descending { Order::NewestFirst } else { Order::OldestFirst }
    }

    /// The order of a list.
    pub fn of(uids: &[u32]) -> Self {
        let mut places: Vec<(u32, u32)> = uids.iter().copied().zip(0..).collect();
        places.sort_unstable();
        Order::Places(places)
    }

    fn place(&self, uid: u32) -> (u32, Reverse<u32>) {
        let place = match self {
            Order::NewestFirst => u32::MAX - uid,
            Order::OldestFirst => uid,
            Order::Places(places) => places
                .binary_search_by_key(&uid, |(uid, _)| *uid)
                .ok()
                .and_then(|at| places.get(at))
                .map_or(u32::MAX, |(_, place)| *place),
        };
        (place, Reverse(uid))
    }
}

/// What was found, in the order it is shown.
#[derive(Debug)]
pub(super) struct Found {
    order: Order,
    pub uids: Vec<u32>,
    known: HashSet<u32>,
    /// Rows that were asked for: nothing is put above them.
    shown: usize,
    pub progress: Progress,
}

impl Found {
    pub fn new(order: Order, size: u32) -> Self {
        let progress = Progress { of: size, done: size == 0, ..Progress::default() };
        Found { order, uids: vec![], known: HashSet::new(), shown: 0, progress }
    }

    /// Puts hits in their place, below what was shown.
    pub fn add(&mut self, hits: &[u32]) {
        let mut below = self.uids.split_off(self.shown.min(self.uids.len()));
        below.extend(hits.iter().copied().filter(|uid| self.known.insert(*uid)));
        below.sort_by_key(|uid| self.order.place(*uid));
        self.uids.append(&mut below);
        self.progress.found = total(&self.uids);
    }

    /// Notes the messages that are still to be looked at.
    pub fn looked(&mut self, left: u32) {
        self.progress.looked = self.progress.of.saturating_sub(left).max(self.progress.looked);
        self.progress.done = left == 0;
        if self.progress.done {
            self.progress.looked = self.progress.of;
        }
    }

    /// UIDs of a page, which then stay where they are.
    pub fn show(&mut self, from: u32, count: u32, fresh: bool) -> Vec<u32> {
        if fresh {
            self.shown = 0;
            self.add(&[]);
        }
        let page = page(&self.uids, from, count);
        if !page.is_empty() {
            self.shown = self.shown.max(from as usize + page.len());
        }
        page
    }

    /// Takes out what is no longer in the folder.
    pub fn remove(&mut self, gone: &[u32]) {
        let above = self.uids.iter().take(self.shown).filter(|uid| gone.contains(uid)).count();
        self.uids.retain(|uid| !gone.contains(uid));
        self.shown -= above;
        self.progress.found = total(&self.uids);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_sorted_search_keeps_the_order_of_the_server() {
        let mut found = Found::new(Order::of(&[7, 3, 9, 1]), 4);
        found.add(&[1, 9]);
        found.add(&[7]);
        assert_eq!(found.show(0, 8, false), [7, 9, 1]);
        // Not in the order at all: it came after.
        found.add(&[12, 3]);
        assert_eq!(found.show(0, 8, false), [7, 9, 1, 3, 12]);
        assert_eq!(found.show(0, 8, true), [7, 3, 9, 1, 12]);
    }

    #[derive(Clone, Debug)]
    enum Event {
        Hits(Vec<u32>),
        Show(u32, u32),
        Gone(u32),
    }

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let event = prop_oneof![
            proptest::collection::vec(1..60u32, 0..8).prop_map(Event::Hits),
            (0..30u32, 1..10u32).prop_map(|(from, count)| Event::Show(from, count)),
            (1..60u32).prop_map(Event::Gone),
        ];
        proptest::collection::vec(event, 0..30)
    }

    proptest! {
        /// Whatever comes, what was shown stays in place, nothing is shown twice, and in the end all is in order.
        #[test]
        fn what_was_shown_never_moves(events in events(), descending: bool) {
            let mut found = Found::new(Order::arrival(descending), 60);
            let mut seen: Vec<u32> = vec![];
            for event in events {
                match event {
                    Event::Hits(hits) => found.add(&hits),
                    Event::Show(from, count) => {
                        let page = found.show(from, count, false);
                        let end = found.shown.min(found.uids.len());
                        prop_assert!(found.uids[..end].starts_with(&seen), "{:?} moved in {:?}", seen, found.uids);
                        prop_assert!(page.iter().eq(found.uids.iter().skip(from as usize).take(page.len())));
                        seen = found.uids[..end].to_vec();
                    }
                    Event::Gone(uid) => {
                        found.remove(&[uid]);
                        seen.retain(|s| *s != uid);
                    }
                }
                let mut all = found.uids.clone();
                all.sort_unstable();
                prop_assert!(all.windows(2).all(|two| two[0] != two[1]));
                prop_assert_eq!(found.progress.found as usize, all.len());
            }
            found.show(0, 1, true);
            let mut expected = found.uids.clone();
            expected.sort_by_key(|uid| if descending { u32::MAX - uid } else { *uid });
            prop_assert_eq!(&found.uids, &expected);
        }
    }
}
