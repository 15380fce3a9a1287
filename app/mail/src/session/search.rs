//! Searching a folder.
//!
//! The fields of all messages first, in one command: a server keeps them at hand (70 ms for 19 208 messages, where their
//! texts take 300 to 400). Then the texts, newest first, in pieces that grow or shrink to a sixth of a second each, so
//! that a page asked for meanwhile waits no longer than that. In pieces the texts take no longer than at once: Dovecot
//! starts a long search over from time to time.
//!
//! What was shown never moves: hits that come later stand below the last row that was asked for, in their order. Once
//! the search is done, a look with `fresh` puts everything in its place.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::found::{Found, Order, Progress};
use super::lists::total;
use super::renew::twice;
use super::select::named;
use super::{Requests, Session, Task};
use crate::command::Command;
use crate::error::Error;
use crate::listing::Sort;
use crate::query::Query;
use crate::rows::{self, Items, MOST_ROWS, collect};
use crate::summary::{Page, Summary};
use crate::uids;

/// Messages whose text is looked at first, before anything is known of the server's speed.
const FIRST: u32 = 500;
const FEWEST: u32 = 50;
const MOST: u32 = 50_000;
/// How long a piece should take.
const STEP: Duration = Duration::from_millis(150);

/// A search under way. It goes on as [`Search::next`] is called; dropping it ends it.
pub struct Search {
    requests: Requests,
    folder: String,
    /// UIDVALIDITY of the folder when it began.
    validity: u32,
    query: Query,
    step: tokio::sync::Mutex<Step>,
    found: Mutex<Found>,
}

impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Search({:?})", self.progress())
    }
}

/// What comes next.
#[derive(Debug)]
struct Step {
    /// Sequence number of the newest message not looked at; 0 for none.
    high: u32,
    count: u32,
}

impl Session {
    /// Looks for words in the senders and subjects of a folder (and the recipients, outside the inbox), then, with
    /// every [`Search::next`], in its texts.
    ///
    /// # Errors
    /// [`Error::BadQuery`] for no word, more than eight, or more than 256 characters; else as [`Session::list`].
    pub async fn search(&self, folder: &str, text: &str, sort: Sort) -> Result<Search, Error> {
        let query = Query::read(text)?;
        let (name, words) = (named(folder).to_owned(), query.clone());
        let start = self
            .requests
            .ask(twice(move |task| Box::pin(async move { task.search_fields(&name, &words, sort).await })))
            .await?;
        let mut found = Found::new(start.order, start.size);
        found.add(&start.hits);
        Ok(Search {
            requests: self.requests.clone(),
            folder: named(folder).to_owned(),
            validity: start.validity,
            query,
            step: tokio::sync::Mutex::new(Step { high: start.size, count: FIRST }),
            found: Mutex::new(found),
        })
    }
}

impl Search {
    /// How far it has come.
    pub fn progress(&self) -> Progress {
        self.state().progress
    }

    /// Looks at the texts of some more messages; none when all were looked at. After an error the same messages are
    /// looked at again, so a search survives even [`Session::reopen`].
    pub async fn next(&self) -> Option<Result<Progress, Error>> {
        let mut step = self.step.lock().await;
        if step.high == 0 {
            return None;
        }
        let (folder, query, validity) = (self.folder.clone(), self.query.clone(), self.validity);
        let (high, count) = (step.high, step.count);
        let looked = self
            .requests
            .ask(twice(move |task| {
                Box::pin(async move { task.search_text(&folder, validity, &query, high, count).await })
            }))
            .await;
        match looked {
            Ok(looked) => {
                step.count = looked.next_count(count);
                step.high = looked.low.saturating_sub(1);
                let mut found = self.state();
                found.add(&looked.hits);
                found.looked(step.high);
                Some(Ok(found.progress))
            }
            Err(error) => {
                step.count = (count / 4).max(FEWEST);
                Some(Err(error))
            }
        }
    }

    /// `count` rows (500 at most) of what was found, from a position. `fresh` puts everything found so far in its
    /// order; without it, what was shown stays where it is.
    ///
    /// # Errors
    /// As [`Session::list`]; [`Error::Renumbered`] when the folder was rebuilt meanwhile.
    pub async fn found(&self, from: u32, count: u32, fresh: bool) -> Result<Page, Error> {
        let count = count.clamp(1, MOST_ROWS);
        let mut fresh = fresh;
        loop {
            // The rows and the count are of one moment: more may be found while the rows are fetched.
            let (wanted, total) = {
                let mut found = self.state();
                (found.show(from, count, std::mem::take(&mut fresh)), total(&found.uids))
            };
            let (folder, validity) = (self.folder.clone(), self.validity);
            let (next, rows, gone) = self
                .requests
                .ask(twice(move |task| Box::pin(async move { task.rows_of(&folder, validity, &wanted, from).await })))
                .await?;
            if gone.is_empty() {
                return Ok(Page { total, from, next, rows });
            }
            self.state().remove(&gone);
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a search starts with.
struct Start {
    validity: u32,
    size: u32,
    hits: Vec<u32>,
    order: Order,
}

/// What came of a piece.
struct Looked {
    hits: Vec<u32>,
    /// Sequence number of the oldest message looked at.
    low: u32,
    took: Duration,
}

impl Looked {
    /// Messages for the next piece to take about [`STEP`]: at most four times as many, or a quarter.
    fn next_count(&self, count: u32) -> u32 {
        let fitting = u128::from(count) * STEP.as_micros() / self.took.as_micros().max(1);
        let fitting = u32::try_from(fitting).unwrap_or(u32::MAX);
        fitting.clamp(count / 4, count.saturating_mul(4)).clamp(FEWEST, MOST)
    }
}

impl Task {
    async fn search_fields(&mut self, folder: &str, query: &Query, sort: Sort) -> Result<Start, Error> {
        // A message that came a moment ago is looked for as well.
        self.enter_anew(folder).await?;
        let people = self.people(folder);
        let (line, kept) = self.here()?;
        if kept.snapshot.exists as usize > uids::MOST {
            return Err(Error::TooManyMessages);
        }
        let order = match sort.key(people, line.can("SORT=DISPLAY")) {
            None => Order::arrival(sort.descending),
            Some(key) => {
                let mut all = rows::sort(line, &mut kept.snapshot, &key, "ALL").await?;
                all.reverse();
                Order::of(&all)
            }
        };
        let command = query.in_fields(line.can("ESEARCH"), Items::of(folder) == Items::Folder);
        let hits = self.hits(&command).await?;
        let (_, kept) = self.here()?;
        Ok(Start { validity: kept.snapshot.validity, size: kept.snapshot.size, hits, order })
    }

    async fn search_text(
        &mut self,
        folder: &str,
        validity: u32,
        query: &Query,
        high: u32,
        count: u32,
    ) -> Result<Looked, Error> {
        self.enter_as(folder, validity).await?;
        let (line, kept) = self.here()?;
        // Messages that went make the numbers below them smaller, so some may be looked at twice, and none never.
        let high = high.min(kept.snapshot.size);
        let low = high.saturating_sub(count.max(1) - 1).max(1);
        if high == 0 {
            return Ok(Looked { hits: vec![], low: 1, took: STEP });
        }
        let command = query.in_text(line.can("ESEARCH"), Items::of(folder) == Items::Folder, low, high);
        let start = Instant::now();
        let hits = self.hits(&command).await?;
        Ok(Looked { hits, low, took: start.elapsed() })
    }

    /// Messages of the list that match.
    async fn hits(&mut self, command: &Command) -> Result<Vec<u32>, Error> {
        let (line, kept) = self.here()?;
        let mut hits = vec![];
        let limit = line.timeouts.search;
        let snapshot = &mut kept.snapshot;
        line.execute(command, limit, &mut |untagged| collect(&mut hits, snapshot, untagged)).await?.ok("SEARCH")?;
        let mut hits = rows::sorted(hits)?;
        hits.retain(|uid| kept.lists(*uid));
        Ok(hits)
    }

    pub(super) async fn enter_as(&mut self, folder: &str, validity: u32) -> Result<(), Error> {
        self.enter(folder).await?;
        if self.here()?.1.snapshot.validity == validity { Ok(()) } else { Err(Error::Renumbered) }
    }

    async fn rows_of(
        &mut self,
        folder: &str,
        validity: u32,
        wanted: &[u32],
        from: u32,
    ) -> Result<(u32, Vec<Summary>, Vec<u32>), Error> {
        self.enter_as(folder, validity).await?;
        let (line, kept) = self.here()?;
        let (rows, gone) = rows::of(line, &mut kept.snapshot, wanted, from, Items::of(folder)).await?;
        Ok((kept.snapshot.next, rows, gone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_grow_and_shrink_towards_a_sixth_of_a_second() {
        let next =
            |millis, count| Looked { hits: vec![], low: 1, took: Duration::from_millis(millis) }.next_count(count);
        assert_eq!(next(10, 500), 2000);
        assert_eq!(next(100, 2000), 3000);
        assert_eq!(next(300, 2000), 1000);
        assert_eq!(next(20_000, 2000), 500);
        assert_eq!(next(20_000, 60), FEWEST);
        assert_eq!(next(0, MOST), MOST);
    }
}
