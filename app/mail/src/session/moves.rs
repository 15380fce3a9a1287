//! Messages moved from folder to folder, and back to their place.

use std::collections::HashMap;
use std::fmt;

use super::change::{BATCH, Tally};
use super::lists::{Departed, Spot};
use super::save::Target;
use super::select::named;
use super::{Session, Task};
use crate::error::Error;
use crate::folder::quote;
use crate::line::Ending;
use crate::reply::{Status, Untagged};
use crate::rows::{self, follow};
use crate::uids;

/// Messages moved that find back to their place.
const MOST_DEPARTED: usize = 1000;

/// Messages that were moved.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Moved {
    /// The folder they are in now. [`Session::move_to`] back from there undoes the move.
    pub into: String,
    /// The UIDs they had. Fewer than were asked for when some were no longer there.
    pub from: Vec<u32>,
    /// The UIDs they have now, in the same order; empty where the server does not say.
    pub to: Vec<u32>,
}

impl fmt::Debug for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Moved({}, {} known again)", self.from.len(), self.to.len())
    }
}

impl Session {
    /// Moves messages to another folder. Moved back, they stand where they were.
    ///
    /// # Errors
    /// [`Error::NoSuchMessage`] when none of them is there; [`Error::NotPermitted`], [`Error::Full`];
    /// [`Error::NotSupported`] where it cannot be done without harm to others; [`Error::Partly`]; as [`Session::mark`].
    pub async fn move_to(&self, folder: &str, uids: &[u32], target: Target) -> Result<Moved, Error> {
        let (folder, uids) = (named(folder).to_owned(), uids.to_vec());
        self.requests.ask(move |task| Box::pin(async move { task.move_to(&folder, &uids, &target).await })).await
    }
}

impl Task {
    async fn move_to(&mut self, folder: &str, uids: &[u32], target: &Target) -> Result<Moved, Error> {
        let into = self.place(target).await?;
        let mut moved = Moved { into: into.clone(), ..Moved::default() };
        if into == folder || uids.is_empty() {
            return Ok(moved);
        }
        self.enter_to_change(folder).await?;
        let (line, kept) = self.here()?;
        let (moves, names) = (line.can("MOVE"), line.can("UIDPLUS"));
        let validity = kept.snapshot.validity;
        if !moves && !names {
            return Err(Error::NotSupported("move messages"));
        }
        if !moves && !kept.snapshot.keeps.deletes() {
            return Err(Error::NotPermitted);
        }
        let places = Places {
            spots: self.lists.spots(folder, uids),
            ranks: self
                .kept
                .get(folder)
                .map(|k| uids.iter().map(|uid| (*uid, k.rank(*uid))).collect())
                .unwrap_or_default(),
        };
        let (mut pairs, mut result, mut tally) = (vec![], Ok(()), Tally::of(uids));
        for (set, members) in uids::sets_of(uids, BATCH) {
            let (mut some, mut end) = self.carry(&set, &members, &into, moves).await;
            if moves
                && let Err(error) = &end
                && self.again_in(folder, validity, error).await
            {
                (some, end) = self.carry_on(&members, some, &into).await;
            }
            if moves {
                self.left(&some.iter().map(|(from, _)| *from).collect::<Vec<_>>());
            }
            result = tally.add(some.len(), end);
            pairs.extend(some);
            if result.is_err() {
                break;
            }
        }
        self.depart(folder, &into, &pairs, places);
        result?;
        moved.from = pairs.iter().map(|(from, _)| *from).collect();
        moved.to = pairs.iter().map(|(_, to)| *to).collect::<Option<Vec<u32>>>().unwrap_or_default();
        if moved.from.is_empty() { Err(Error::NoSuchMessage) } else { Ok(moved) }
    }

    /// Moves one set. What was moved, each with its new UID where that is known; and how it ended.
    async fn carry(
        &mut self,
        set: &str,
        members: &[u32],
        into: &str,
        moves: bool,
    ) -> (Vec<(u32, Option<u32>)>, Result<(), Error>) {
        let name = if moves { "MOVE" } else { "COPY" };
        let command = format!("UID {name} {set} {}", quote(into));
        let mut pairs = vec![];
        let mut created = false;
        let before = self.expunged();
        loop {
            let ending = match self.copying(&command, members, &mut pairs).await {
                Ok(ending) => ending,
                Err(error) => return (known(pairs), Err(error)),
            };
            if ending.status == Status::No && ending.word() == "TRYCREATE" && !created {
                created = true;
                if let Err(error) = self.create(into, None).await {
                    return (known(pairs), Err(error));
                }
                continue;
            }
            if let Err(error) = ending.ok(name) {
                return (known(pairs), Err(error));
            }
            break;
        }
        if !moves {
            // Copied and not taken away is not moved. The copy stays: twice is better than never.
            let copied: Vec<u32> = pairs.iter().map(|(from, _)| *from).collect();
            if copied.is_empty() {
                return self.uncopied(members).await;
            }
            let (gone, result) = self.erase_all(&copied).await;
            pairs.retain(|(from, _)| gone.binary_search(from).is_ok());
            return (known(pairs), result);
        }
        let names = self.here().is_ok_and(|(line, _)| line.can("UIDPLUS"));
        if !pairs.is_empty() || (names && self.expunged() == before) {
            return (known(pairs), Ok(()));
        }
        // A server that moves and does not tell where to, or cannot for this folder (`UIDNOTSTICKY`): those that are
        // gone were moved.
        match self.still_there(members).await {
            Ok(there) => {
                (members.iter().filter(|m| there.binary_search(m).is_err()).map(|m| (*m, None)).collect(), Ok(()))
            }
            Err(error) => (vec![], Err(error)),
        }
    }

    /// Finishes a move whose answer was lost with the connection: what is gone was moved, what is still there is moved
    /// again. `some` are those of which the server had told where they went. Should one of these still be there, the
    /// server had copied it and not taken it away: that is not moved, and moving it again would make two of it.
    async fn carry_on(
        &mut self,
        members: &[u32],
        mut some: Vec<(u32, Option<u32>)>,
        into: &str,
    ) -> (Vec<(u32, Option<u32>)>, Result<(), Error>) {
        let there = self.still_there(members).await;
        let there = match self.checked(there) {
            Ok(there) => there,
            Err(error) => return (some, Err(error)),
        };
        let is_there = |uid: &u32| there.binary_search(uid).is_ok();
        let copied: Vec<u32> = some.iter().map(|(from, _)| *from).collect();
        some.retain(|(from, _)| !is_there(from));
        let silent = members.iter().filter(|uid| !is_there(uid) && !copied.contains(uid));
        some.extend(silent.map(|uid| (*uid, None)));
        let left: Vec<u32> = there.iter().copied().filter(|uid| !copied.contains(uid)).collect();
        let mut end = if left.len() < there.len() { Err(Error::Closed) } else { Ok(()) };
        for (set, members) in uids::sets(&left) {
            let (more, result) = self.carry(&set, &members, into, true).await;
            some.extend(more);
            if result.is_err() {
                end = self.checked(result);
                break;
            }
        }
        some.sort_unstable();
        (some, end)
    }

    /// What to say when nothing is known to be copied. A folder whose numbers do not last (`UIDNOTSTICKY`, RFC 4315
    /// section 2) takes copies without a word, and what cannot be known to be copied is not taken away.
    async fn uncopied(&mut self, members: &[u32]) -> (Vec<(u32, Option<u32>)>, Result<(), Error>) {
        let result = match self.still_there(members).await {
            Ok(there) if there.is_empty() => Ok(()),
            Ok(_) => Err(Error::NotSupported("move messages to this folder")),
            Err(error) => Err(error),
        };
        (vec![], result)
    }

    async fn still_there(&mut self, members: &[u32]) -> Result<Vec<u32>, Error> {
        let (line, kept) = self.here()?;
        rows::present(line, &mut kept.snapshot, members).await
    }

    /// Messages the server has said are gone from the selected folder.
    fn expunged(&mut self) -> Option<u64> {
        self.here().ok().map(|(_, kept)| kept.snapshot.expunged)
    }

    /// Runs a `COPY` or `MOVE`, whose new UIDs come with its end or before it (RFC 6851 section 4.3).
    async fn copying(&mut self, command: &str, members: &[u32], pairs: &mut Vec<(u32, u32)>) -> Result<Ending, Error> {
        let (line, kept) = self.here()?;
        let mut note = |code: &str| {
            let new = uids::copied(code).unwrap_or_default();
            pairs.extend(new.into_iter().filter(|(from, _)| members.binary_search(from).is_ok()));
        };
        let mut listen = |untagged: Untagged<'_>| match &untagged {
            Untagged::Status(_, outcome) => note(&String::from_utf8_lossy(outcome.code.unwrap_or_default())),
            other => follow(&mut kept.snapshot, other),
        };
        let tags = line.send(&[command], &mut listen).await?;
        let ending = line.finish(&tags, &mut listen).await?.pop().ok_or(Error::Protocol("no answer"))?;
        note(&ending.code);
        pairs.sort_unstable();
        pairs.dedup_by_key(|(from, _)| *from);
        Ok(ending)
    }

    /// Notes a move in the lists of both folders.
    fn depart(&mut self, folder: &str, into: &str, pairs: &[(u32, Option<u32>)], mut places: Places) {
        let mut came = vec![];
        for (from, to) in pairs {
            let Some(to) = *to else {
                // Nobody knows it again: the target's list is taken anew.
                self.forget(into);
                continue;
            };
            let back = self.departed.iter().position(|d| d.target == folder && d.uid == *from && d.source == into);
            let home = back.and_then(|at| self.departed.remove(at));
            self.arrived(into, to, home.as_ref().map_or(to, |home| home.rank));
            came.push((to, home.map(|home| home.spots).unwrap_or_default()));
            self.departed.push_back(Departed {
                source: folder.to_owned(),
                rank: places.ranks.get(from).copied().unwrap_or(*from),
                spots: places.spots.remove(from).unwrap_or_default(),
                target: into.to_owned(),
                uid: to,
            });
        }
        let extra = self.departed.len().saturating_sub(MOST_DEPARTED);
        self.departed.drain(..extra);
        if let Some(kept) = self.kept.get(into) {
            self.lists.insert(into, kept, &came);
        }
    }
}

/// Where messages stood before they were moved.
struct Places {
    spots: HashMap<u32, Vec<Spot>>,
    ranks: HashMap<u32, u32>,
}

fn known(pairs: Vec<(u32, u32)>) -> Vec<(u32, Option<u32>)> {
    pairs.into_iter().map(|(from, to)| (from, Some(to))).collect()
}
