//! Pages of a folder in any order.

use super::lists::{arrange, page, total};
use super::renew::twice;
use super::select::named;
use super::{INBOX, Session, Task};
use crate::error::Error;
use crate::folder::Role;
use crate::listing::{Listing, People};
use crate::rows::{self, Items, MOST_ROWS};
use crate::snapshot::Order;
use crate::summary::Page;
use crate::uids;

/// Times a page is filled up again after messages turned out to be gone.
const MOST_ROUNDS: usize = 4;

impl Session {
    /// `count` rows (500 at most) of a listing of a folder from position `from`, 0 for the first. A listing is taken
    /// once: mail that comes later does not move it, and a message that goes leaves no gap. `fresh` takes every listing
    /// of the folder anew. An empty page is one beyond its end.
    ///
    /// # Errors
    /// What the server refused, or how the connection failed; [`Error::Closed`] after [`crate::News::Lost`];
    /// [`Error::NotSupported`] for an order the server does not know ([`Session::can_sort`]);
    /// [`Error::TooManyMessages`] to sort or filter more than a million.
    pub async fn list(
        &self,
        folder: &str,
        listing: &Listing,
        from: u32,
        count: u32,
        fresh: bool,
    ) -> Result<Page, Error> {
        let (folder, listing) = (named(folder).to_owned(), *listing);
        self.requests
            .ask(twice(move |task| Box::pin(async move { task.list(&folder, listing, from, count, fresh).await })))
            .await
    }

    /// [`Session::list`] of everything, the newest first.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub async fn page(&self, folder: &str, from: u32, count: u32) -> Result<Page, Error> {
        self.list(folder, &Listing::default(), from, count, false).await
    }

    /// Takes the list of a folder anew and reads its first `count` rows.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub async fn refresh(&self, folder: &str, count: u32) -> Result<Page, Error> {
        self.list(folder, &Listing::default(), 0, count, true).await
    }
}

impl Task {
    async fn list(
        &mut self,
        folder: &str,
        listing: Listing,
        from: u32,
        count: u32,
        fresh: bool,
    ) -> Result<Page, Error> {
        if fresh {
            self.enter_anew(folder).await?
        } else {
            self.enter(folder).await?
        }
        let (line, kept) = self.here()?;
        kept.renumbered = false;
        if listing.is_plain() && kept.ours.is_empty() {
            let order = if listing.sort.descending { Order::NewestFirst } else { Order::OldestFirst };
            return rows::at(line, &mut kept.snapshot, from, count, order, Items::of(folder)).await;
        }
        for _ in 0..MOST_ROUNDS {
            self.arrange(folder, listing).await?;
            let Task { line: Some(line), kept, lists, .. } = self else { return Err(Error::Closed) };
            let snapshot = &mut kept.get_mut(folder).ok_or(Error::Closed)?.snapshot;
            let uids = &lists.get(folder, listing).ok_or(Error::Closed)?.uids;
            let wanted = page(uids, from, count.clamp(1, MOST_ROWS));
            let (rows, gone) = rows::of(line, snapshot, &wanted, from, Items::of(folder)).await?;
            if gone.is_empty() {
                return Ok(Page { total: total(uids), from, next: snapshot.next, rows });
            }
            self.lists.remove(folder, &gone);
        }
        Err(Error::Unavailable)
    }

    /// Enters a folder and takes its list anew: what came since is in it. That it was rebuilt stays known until somebody
    /// has seen a page of it, since they hold UIDs of before.
    pub(super) async fn enter_anew(&mut self, folder: &str) -> Result<(), Error> {
        let before = self.kept.get(folder).map(|kept| (kept.snapshot.validity, kept.renumbered));
        let then = self.kept.get(folder).cloned();
        self.forget(folder);
        let entered = self.enter(folder).await;
        if let (Err(_), Some(then)) = (&entered, then) {
            // Still what is known of it, when it is entered over another connection.
            self.kept.insert(folder.to_owned(), then);
        }
        entered?;
        if let (Some((validity, renumbered)), Ok((_, kept))) = (before, self.here()) {
            kept.renumbered = renumbered || kept.snapshot.validity != validity;
        }
        if folder == INBOX {
            self.told = None;
            self.seen = self.inbox();
        }
        Ok(())
    }

    /// Makes sure that a list is there and true.
    async fn arrange(&mut self, folder: &str, listing: Listing) -> Result<(), Error> {
        let people = self.people(folder);
        let Task { line: Some(line), kept, lists, .. } = self else { return Err(Error::Closed) };
        let kept = kept.get_mut(folder).ok_or(Error::Closed)?;
        let expunged = kept.snapshot.expunged;
        if let Some(list) = lists.get(folder, listing) {
            if list.expunged != Some(expunged) {
                // Something is gone, and an EXPUNGE does not tell which UID.
                let there = rows::search(line, &mut kept.snapshot, "ALL").await?;
                list.uids.retain(|uid| there.binary_search(uid).is_ok());
                list.expunged = Some(expunged);
            }
            return Ok(());
        }
        if kept.snapshot.exists as usize > uids::MOST {
            return Err(Error::TooManyMessages);
        }
        let key = listing.filter.key(kept.snapshot.keeps);
        let mut uids = match listing.sort.key(people, line.can("SORT=DISPLAY")) {
            None => {
                let mut found = rows::search(line, &mut kept.snapshot, key).await?;
                arrange(&mut found, kept, listing);
                found
            }
            Some(sort) => {
                let mut found = rows::sort(line, &mut kept.snapshot, &sort, key).await?;
                found.reverse();
                found
            }
        };
        uids.retain(|uid| kept.lists(*uid));
        lists.put(folder, listing, uids, expunged);
        Ok(())
    }

    /// Whose names the rows of a folder show.
    pub(super) fn people(&self, folder: &str) -> People {
        let written = [Role::Sent, Role::Drafts];
        let is = |role: &Role| self.roles.as_ref().and_then(|roles| roles.get(role)).is_some_and(|path| path == folder);
        if written.iter().any(is) { People::Recipients } else { People::Senders }
    }
}
