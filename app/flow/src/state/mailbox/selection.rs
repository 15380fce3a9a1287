//! Several messages chosen at once.

use super::list::MessageList;
use crate::mailbox::{FolderRole, Row};
use crate::screen;
use std::collections::BTreeMap;

/// Most messages one order changes. More would keep the server busy for too long, and nobody chooses so many by hand.
pub(super) const MOST: usize = 500;

/// UIDs of the open folder, with whether each was unread when it was chosen.
#[derive(Debug, Default)]
pub(super) struct Selection {
    chosen: BTreeMap<u32, bool>,
    /// The server is at work on them.
    pub(super) busy: bool,
}

impl Selection {
    pub(super) fn toggle(&mut self, row: &Row) {
        if self.busy || self.chosen.remove(&row.uid).is_some() || self.chosen.len() >= MOST {
            return;
        }
        self.chosen.insert(row.uid, row.unread);
    }

    /// All rows of the page; none of them where all were chosen already.
    pub(super) fn toggle_page(&mut self, rows: &[Row]) {
        if self.busy {
            return;
        }
        if rows.iter().all(|row| self.chosen.contains_key(&row.uid)) {
            rows.iter().for_each(|row| _ = self.chosen.remove(&row.uid));
        } else {
            for row in rows.iter().take(MOST.saturating_sub(self.chosen.len())) {
                self.chosen.insert(row.uid, row.unread);
            }
        }
    }

    pub(super) fn uids(&self) -> Vec<u32> {
        self.chosen.keys().copied().collect()
    }

    pub(super) fn screen(&self, page: &[Row], list: &MessageList) -> screen::Selection {
        screen::Selection {
            rows: page.iter().map(|row| self.chosen.contains_key(&row.uid)).collect(),
            count: u32::try_from(self.chosen.len()).unwrap_or(u32::MAX),
            unread: self.chosen.values().any(|unread| *unread),
            in_bin: list.role() == FolderRole::Trash,
            in_junk: list.role() == FolderRole::Junk,
            archive: list.place_of(FolderRole::Archive).is_some_and(|place| place != list.folder),
            busy: self.busy,
        }
    }
}
