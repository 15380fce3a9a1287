//! Changes to messages where they are: marks, deletions.
//!
//! A server's `OK` is not always a yes. Dovecot answers `OK` to a `STORE` in a folder where nothing may be changed, and
//! `OK Expunge ignored` to an expunge it does not permit. So flags are compared with what the folder keeps before they
//! are sent, and after a deletion the server is asked what is left.
//!
//! A plain `EXPUNGE` is never sent: it would also take what other programs have marked in a shared mailbox. A server
//! that knows no other way (neither RFC 6851 nor RFC 4315) is told apart as [`Error::NotSupported`].

use std::fmt;

use super::renew::twice;
use super::select::{count, named};
use super::{INBOX, Requests, Session, Task};
use crate::error::Error;
use crate::flag::Mark;
use crate::rows::{self, follow};
use crate::uids;

/// Messages changed by one command: a refusal in between loses no more than these, and nothing waits long behind them.
pub(super) const BATCH: usize = 500;
/// How far a folder is emptied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Emptied {
    /// Messages deleted so far.
    pub done: u32,
    /// Messages to delete.
    pub of: u32,
}

/// A folder being emptied. It goes on as [`Emptying::next`] is called; dropping it ends it.
pub struct Emptying {
    requests: Requests,
    folder: String,
    validity: u32,
    /// Not deleted yet.
    left: Vec<u32>,
    of: u32,
}

impl fmt::Debug for Emptying {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Emptying({:?})", self.progress())
    }
}

impl Session {
    /// Marks messages. Those that are no longer there are passed over.
    ///
    /// # Errors
    /// [`Error::NotPermitted`] where the folder does not keep the mark; [`Error::Partly`] when some were marked and the
    /// others not; [`Error::Renumbered`] when the UIDs are those of another time; else as [`Session::list`].
    pub async fn mark(&self, folder: &str, uids: &[u32], mark: Mark) -> Result<(), Error> {
        let (folder, uids) = (named(folder).to_owned(), uids.to_vec());
        self.requests.ask(twice(move |task| Box::pin(async move { task.mark(&folder, &uids, mark).await }))).await
    }

    /// Deletes messages for good.
    ///
    /// # Errors
    /// [`Error::NotPermitted`]; [`Error::NotSupported`] where it cannot be done without harm to others;
    /// [`Error::Partly`]; as [`Session::mark`]. Messages that are no longer there are no error.
    pub async fn delete(&self, folder: &str, uids: &[u32]) -> Result<(), Error> {
        let (folder, uids) = (named(folder).to_owned(), uids.to_vec());
        self.requests.ask(move |task| Box::pin(async move { task.delete(&folder, &uids).await })).await
    }

    /// Deletes all messages of a folder that its list shows, and none that came later: those with a UID below `next`
    /// ([`crate::Page::next`]), and those we put there. Nothing is deleted before [`Emptying::next`] is called.
    ///
    /// # Errors
    /// As [`Session::delete`].
    pub async fn empty(&self, folder: &str, next: u32) -> Result<Emptying, Error> {
        let name = named(folder).to_owned();
        let (validity, left) = self
            .requests
            .ask(twice(move |task| Box::pin(async move { task.what_to_empty(&name, next).await })))
            .await?;
        let of = count(left.len());
        Ok(Emptying { requests: self.requests.clone(), folder: named(folder).to_owned(), validity, left, of })
    }
}

impl Emptying {
    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> Emptied {
        Emptied { done: self.of - count(self.left.len()), of: self.of }
    }

    /// Deletes some hundreds more; none when nothing is left. After an error the same ones are tried again.
    pub async fn next(&mut self) -> Option<Result<Emptied, Error>> {
        if self.left.is_empty() {
            return None;
        }
        let batch = self.left.split_off(self.left.len().saturating_sub(BATCH));
        let (folder, validity, uids) = (self.folder.clone(), self.validity, batch.clone());
        let erased = self
            .requests
            .ask(move |task| {
                Box::pin(async move {
                    task.enter_as(&folder, validity).await?;
                    task.erase_all(&uids).await.1
                })
            })
            .await;
        match erased {
            Ok(()) => Some(Ok(self.progress())),
            Err(error) => {
                self.left.extend(batch);
                Some(Err(error))
            }
        }
    }
}

impl Task {
    async fn mark(&mut self, folder: &str, uids: &[u32], mark: Mark) -> Result<(), Error> {
        self.enter_by_uid(folder).await?;
        let (flag, on) = mark.flag();
        if !self.here()?.1.snapshot.keeps.keeps(flag) {
            return Err(Error::NotPermitted);
        }
        self.stale |= folder == INBOX;
        let (sign, word) = (if on { '+' } else { '-' }, flag.word());
        let mut tally = Tally::of(uids);
        for (set, members) in uids::sets_of(uids, BATCH) {
            let (line, kept) = self.here()?;
            let command = format!("UID STORE {set} {sign}FLAGS.SILENT ({word})");
            let stored = line.run("STORE", &command, &mut |u| follow(&mut kept.snapshot, &u)).await;
            tally.add(if stored.is_ok() { members.len() } else { 0 }, stored)?;
        }
        Ok(())
    }

    async fn delete(&mut self, folder: &str, uids: &[u32]) -> Result<(), Error> {
        self.enter_to_change(folder).await?;
        let mut tally = Tally::of(uids);
        for (_, members) in uids::sets_of(uids, BATCH) {
            let (gone, result) = self.erase_all(&members).await;
            tally.add(gone.len(), result)?;
        }
        Ok(())
    }

    /// The messages to delete when a folder is emptied.
    async fn what_to_empty(&mut self, folder: &str, next: u32) -> Result<(u32, Vec<u32>), Error> {
        self.enter_by_uid(folder).await?;
        let (line, kept) = self.here()?;
        if kept.snapshot.exists as usize > uids::MOST {
            return Err(Error::TooManyMessages);
        }
        let mut all = rows::search(line, &mut kept.snapshot, "ALL").await?;
        let below = if next > 0 { next } else { kept.snapshot.next };
        all.retain(|uid| below == 0 || *uid < below || kept.ours.contains_key(uid));
        Ok((kept.snapshot.validity, all))
    }

    /// Deletes messages of the selected folder, and looks whether they are gone: which are, in order, and how it ended.
    pub(super) async fn erase_all(&mut self, members: &[u32]) -> (Vec<u32>, Result<(), Error>) {
        let (can, may, validity) = match self.here() {
            Ok((line, kept)) => (line.can("UIDPLUS"), kept.snapshot.keeps.deletes(), kept.snapshot.validity),
            Err(error) => return (vec![], Err(error)),
        };
        let folder = self.folder.clone();
        if !can {
            return (vec![], Err(Error::NotSupported("delete messages")));
        }
        if !may {
            return (vec![], Err(Error::NotPermitted));
        }
        let mut all = vec![];
        for (set, members) in uids::sets(members) {
            let (mut gone, mut result) = self.erase(&set, &members).await;
            if let Err(error) = &result
                && self.again_in(&folder, validity, error).await
            {
                // The same messages and no others, whatever became of them the first time.
                (gone, result) = self.erase(&set, &members).await;
                result = self.checked(result);
            }
            all.extend(gone);
            if result.is_err() {
                return (all, result);
            }
        }
        (all, Ok(()))
    }

    async fn erase(&mut self, set: &str, members: &[u32]) -> (Vec<u32>, Result<(), Error>) {
        let Ok((line, kept)) = self.here() else { return (vec![], Err(Error::Closed)) };
        // One after the other: in one flight, Dovecot at times expunges before it has marked, and says OK to both.
        let snapshot = &mut kept.snapshot;
        let mark = format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)");
        let mut result = line.run("STORE", &mark, &mut |u| follow(snapshot, &u)).await;
        if result.is_ok() {
            result = line.run("EXPUNGE", &format!("UID EXPUNGE {set}"), &mut |u| follow(snapshot, &u)).await;
        }
        if let Err(error) = &result
            && !error.leaves_line_usable()
        {
            return (vec![], result);
        }
        let mut there = match rows::search(line, snapshot, &format!("UID {set}")).await {
            Ok(there) => there,
            // Nothing is known to be gone.
            Err(error) => return (vec![], result.and(Err(error))),
        };
        there.retain(|uid| members.binary_search(uid).is_ok());
        // What could not be taken away is not left with the mark of what will be.
        for (set, _) in uids::sets(&there) {
            let unmark = format!("UID STORE {set} -FLAGS.SILENT (\\Deleted)");
            let unmarked = line.run("STORE", &unmark, &mut |u| follow(snapshot, &u)).await;
            result = result.and(unmarked).and(Err(Error::NotPermitted));
        }
        let gone: Vec<u32> = members.iter().copied().filter(|uid| !there.contains(uid)).collect();
        self.left(&gone);
        (gone, result)
    }
}

/// What was done so far of a change in several steps.
pub(super) struct Tally {
    done: u32,
    asked: u32,
}

impl Tally {
    pub fn of(uids: &[u32]) -> Self {
        Tally { done: 0, asked: count(uids.len()) }
    }

    /// Notes what a step has done. An error after something was done says how much.
    pub fn add(&mut self, done: usize, result: Result<(), Error>) -> Result<(), Error> {
        self.done = self.done.saturating_add(count(done));
        result.map_err(|why| match self.done {
            0 => why,
            done => Error::Partly { done, asked: self.asked, why: Box::new(why) },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_how_much_was_done_before() {
        let mut tally = Tally::of(&[1, 2, 3]);
        assert!(matches!(tally.add(0, Err(Error::Full)), Err(Error::Full)));
        assert!(tally.add(2, Ok(())).is_ok());
        let error = tally.add(0, Err(Error::Full)).err();
        assert!(matches!(error, Some(Error::Partly { done: 2, asked: 3, why }) if matches!(*why, Error::Full)));
    }
}
