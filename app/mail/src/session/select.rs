//! Which folder is selected, and what is remembered of the others.

use std::collections::BTreeMap;

use super::{INBOX, Task};
use crate::auth::select_folder;
use crate::error::Error;
use crate::folder::is_sendable;
use crate::line::Line;
use crate::rows;
use crate::snapshot::Snapshot;

/// Folders of which something is remembered.
const MOST_KEPT: usize = 32;
/// Messages of our own doing that a folder's list remembers; beyond, the list is taken anew.
const MOST_OURS: usize = 2000;

/// What is remembered of a folder.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub snapshot: Snapshot,
    /// Messages that came since the snapshot and are our own doing (moved here, moved back, saved), each with the UID
    /// it ranks by: its own, or the one it had before it was moved away.
    pub ours: BTreeMap<u32, u32>,
    /// The server renumbered the folder (UIDVALIDITY) since it was listed: a UID somebody holds means nothing.
    pub renumbered: bool,
}

impl Kept {
    pub fn new(snapshot: Snapshot) -> Self {
        Kept { snapshot, ours: BTreeMap::new(), renumbered: false }
    }

    /// Whether a message belongs to the list.
    pub fn lists(&self, uid: u32) -> bool {
        self.snapshot.next == 0 || uid < self.snapshot.next || self.ours.contains_key(&uid)
    }

    /// What a message ranks by in the order of arrival.
    pub fn rank(&self, uid: u32) -> u32 {
        self.ours.get(&uid).copied().unwrap_or(uid)
    }

    fn own(&mut self, uid: u32, rank: u32) {
        self.ours.insert(uid, rank);
        self.snapshot.used = self.snapshot.used.saturating_add(1);
        self.snapshot.ours = count(self.ours.len());
    }

    fn disown(&mut self, uid: u32) {
        self.ours.remove(&uid);
        self.snapshot.ours = count(self.ours.len());
    }
}

pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The name of a folder as it is used here.
pub(super) fn named(folder: &str) -> &str {
    if folder.eq_ignore_ascii_case(INBOX) { INBOX } else { folder }
}

impl Task {
    /// Selects a folder, unless it is.
    pub(super) async fn enter(&mut self, folder: &str) -> Result<(), Error> {
        if !is_sendable(folder) {
            return Err(Error::Server { command: "SELECT", text: String::new() });
        }
        if self.folder == folder && self.line.is_some() {
            return Ok(());
        }
        let line = self.line.as_mut().ok_or(Error::Closed)?;
        // A SELECT that fails leaves nothing selected (RFC 3501 section 6.3.1).
        self.folder.clear();
        let now = select_folder(line, folder).await?;
        let kept = resume(line, self.kept.get(folder), now).await?;
        self.remember(folder, kept);
        Ok(())
    }

    /// Selects a folder for something that is asked by UID.
    pub(super) async fn enter_by_uid(&mut self, folder: &str) -> Result<(), Error> {
        self.enter(folder).await?;
        if self.here()?.1.renumbered { Err(Error::Renumbered) } else { Ok(()) }
    }

    /// Selects a folder for a change. Nothing is changed yet, so this may be asked again over another connection.
    pub(super) async fn enter_to_change(&mut self, folder: &str) -> Result<(), Error> {
        let first = self.enter_by_uid(folder).await;
        match &first {
            Err(error) if self.again(error).await => {}
            _ => return first,
        }
        let second = self.enter_by_uid(folder).await;
        self.checked(second)
    }

    /// Notes what is known of the folder that was just selected.
    pub(super) fn remember(&mut self, folder: &str, kept: Kept) {
        if self.kept.len() >= MOST_KEPT && !self.kept.contains_key(folder) {
            self.kept.retain(|name, _| name == INBOX);
            self.lists.forget_others(INBOX);
        }
        let then = self.kept.insert(folder.to_owned(), kept);
        self.folder = folder.to_owned();
        if self.here().is_ok_and(|(_, kept)| kept.renumbered) {
            self.lists.forget(folder);
            self.departed.retain(|d| d.source != folder && d.target != folder);
        } else if then.is_none_or(|then| then.snapshot.next == 0) {
            self.lists.doubt(folder);
        }
    }

    /// Forgets a folder's list: the next look takes it anew.
    pub(super) fn forget(&mut self, folder: &str) {
        self.kept.remove(folder);
        self.lists.forget(folder);
        if self.folder == folder {
            self.folder.clear();
        }
    }

    /// Notes that messages left the selected folder by our own doing. The server said so by sequence numbers too.
    pub(super) fn left(&mut self, uids: &[u32]) {
        let Some(kept) = self.kept.get_mut(&self.folder) else { return };
        uids.iter().for_each(|uid| kept.disown(*uid));
        self.lists.remove(&self.folder, uids);
        self.lists.trust(&self.folder, count(uids.len()), kept.snapshot.expunged);
        self.stale = true;
    }

    /// Notes that a message came into a folder by our own doing, to rank as another one did.
    pub(super) fn arrived(&mut self, folder: &str, uid: u32, rank: u32) {
        self.stale = true;
        let Some(kept) = self.kept.get_mut(folder) else { return };
        if kept.snapshot.next == 0 || uid < kept.snapshot.next || kept.ours.len() >= MOST_OURS {
            self.forget(folder);
            return;
        }
        kept.own(uid, rank);
    }
}

/// The list of a folder as it was, in a folder selected again: what came since has a UID from the old UIDNEXT on.
pub(super) async fn resume(line: &mut Line, then: Option<&Kept>, now: Snapshot) -> Result<Kept, Error> {
    let Some(then) = then else { return Ok(Kept::new(now)) };
    let (old, mut ours) = (then.snapshot, then.ours.clone());
    if old.validity != now.validity {
        return Ok(Kept { renumbered: true, ..Kept::new(now) });
    }
    if old.next == 0 {
        return Ok(Kept { renumbered: then.renumbered, ..Kept::new(now) });
    }
    let mut list = Snapshot { next: old.next, expunged: old.expunged, used: old.used, ..now };
    let mut gone = 0;
    if now.next != old.next {
        // "*" is the last message even when its UID is lower.
        let mut new = rows::search(line, &mut list, &format!("UID {}:*", old.next)).await?;
        new.retain(|uid| *uid >= old.next);
        list.size = list.exists.saturating_sub(count(new.len())).min(list.size);
        ours.retain(|uid, _| new.binary_search(uid).is_ok());
        gone = then.ours.len() - ours.len();
    }
    list.ours = count(ours.len());
    list.expunged += u64::from(old.size.saturating_sub(list.size)) + gone as u64;
    Ok(Kept { snapshot: list, ours, renumbered: then.renumbered })
}
