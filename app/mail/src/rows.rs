//! Reads rows of the selected folder: by position, where sequence numbers are the order, or by UID.

use std::collections::HashMap;

use crate::error::Error;
use crate::header::HeaderReader;
use crate::line::{Ending, Line};
use crate::reply::{Status, Untagged};
use crate::snapshot::{Order, Snapshot};
use crate::summary::{self, BARE_ITEMS, FOLDER_ITEMS, INBOX_ITEMS, Page, Summary};
use crate::uids;

/// Most rows of one page.
pub(crate) const MOST_ROWS: u32 = 500;

/// What a row is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Items {
    Inbox,
    Folder,
}

impl Items {
    /// What rows of this folder are made of.
    pub fn of(folder: &str) -> Items {
        if folder == "INBOX" { Items::Inbox } else { Items::Folder }
    }

    fn names(self) -> &'static str {
        match self {
            Items::Inbox => INBOX_ITEMS,
            Items::Folder => FOLDER_ITEMS,
        }
    }
}

/// Keeps a snapshot true.
pub(crate) fn follow(snapshot: &mut Snapshot, untagged: &Untagged<'_>) {
    match untagged {
        Untagged::Exists(n) => snapshot.exists(*n),
        Untagged::Expunge(n) => snapshot.expunge(*n),
        _ => {}
    }
}

/// Reads rows by their position.
///
/// The sequence numbers are worked out before the command leaves. Should an expunge cross it, which a server may do at
/// the end of an IDLE only, the rows would be those of other positions: they are thrown away and asked for again.
pub(crate) async fn at(
    line: &mut Line,
    snapshot: &mut Snapshot,
    from: u32,
    count: u32,
    order: Order,
    items: Items,
) -> Result<Page, Error> {
    let count = count.clamp(1, MOST_ROWS);
    let names = items.names();
    for _ in 0..4 {
        let before = snapshot.expunged;
        let Some((low, high)) = snapshot.range(from, count, order) else {
            return Ok(Page { total: snapshot.size, from, next: snapshot.next, rows: vec![] });
        };
        let mut fetch = Fetch { headers: HeaderReader::new(), order, low, rows: vec![None; (high - low + 1) as usize] };
        let mut ending = fetch.run(line, snapshot, &format!("FETCH {low}:{high} {names}")).await?;
        if snapshot.expunged == before && ending.status == Status::Ok {
            let missing = fetch.missing();
            if !missing.is_empty() {
                ending = fetch.run(line, snapshot, &format!("FETCH {missing} {BARE_ITEMS}")).await?;
            }
        }
        if snapshot.expunged != before {
            continue;
        }
        if ending.code.starts_with("EXPUNGEISSUED") || (ending.status == Status::Ok && !fetch.missing().is_empty()) {
            // Some of these are gone, and the server may not say so during a FETCH (RFC 3501 section 7.4.1, RFC 5530).
            line.run("NOOP", "NOOP", &mut |u| follow(snapshot, &u)).await?;
            continue;
        }
        ending.ok("FETCH")?;
        let mut rows: Vec<Summary> = fetch.rows.into_iter().flatten().collect();
        if order == Order::NewestFirst {
            rows.reverse();
        }
        return Ok(Page { total: snapshot.size, from, next: snapshot.next, rows });
    }
    // An answer that leaves rows out is a fault, and must not look like a shorter list.
    Err(Error::Protocol("FETCH leaves rows out"))
}

struct Fetch {
    headers: HeaderReader,
    order: Order,
    low: u32,
    rows: Vec<Option<Summary>>,
}

impl Fetch {
    async fn run(&mut self, line: &mut Line, snapshot: &mut Snapshot, command: &str) -> Result<Ending, Error> {
        // One listener for the end of an IDLE and for the rows: what was sent may be answered in one go.
        let mut listen = |untagged: Untagged<'_>| match &untagged {
            Untagged::Fetch(sequence, items) => {
                let position = snapshot.position(*sequence, self.order);
                let slot = sequence.checked_sub(self.low).and_then(|at| self.rows.get_mut(at as usize));
                if let (Some(position), Some(slot)) = (position, slot)
                    && let Some(row) = summary::read(&self.headers, position, items)
                {
                    *slot = Some(row);
                }
            }
            other => follow(snapshot, other),
        };
        let tags = line.send(&[command], &mut listen).await?;
        line.finish(&tags, &mut listen).await?.pop().ok_or(Error::Protocol("no answer"))
    }

    /// Sequence numbers without a row, as a set.
    fn missing(&self) -> String {
        let missing = (self.low..).zip(&self.rows).filter(|(_, row)| row.is_none()).map(|(n, _)| n.to_string());
        missing.collect::<Vec<_>>().join(",")
    }
}

/// Rows of these UIDs, in their order, the first at position `from`; and those of the UIDs that are no longer there.
pub(crate) async fn of(
    line: &mut Line,
    snapshot: &mut Snapshot,
    wanted: &[u32],
    from: u32,
    items: Items,
) -> Result<(Vec<Summary>, Vec<u32>), Error> {
    let headers = HeaderReader::new();
    let mut found = Found::new(wanted);
    for names in [items.names(), BARE_ITEMS] {
        for (set, _) in uids::sets(&found.missing()) {
            let mut listen = |untagged: Untagged<'_>| match &untagged {
                Untagged::Fetch(_, items) => {
                    if let Some(row) = summary::read(&headers, 0, items) {
                        found.take(row);
                    }
                }
                other => follow(snapshot, other),
            };
            let tags = line.send(&[&format!("UID FETCH {set} {names}")], &mut listen).await?;
            for ending in line.finish(&tags, &mut listen).await? {
                if ending.word() != "EXPUNGEISSUED" {
                    ending.ok("FETCH")?;
                }
            }
        }
    }
    let gone = found.missing();
    if !gone.is_empty() {
        // Gone, or left out? The second is a fault, and must not look like the first.
        let there = present(line, snapshot, &gone).await?;
        if !there.is_empty() {
            return Err(Error::Protocol("FETCH leaves rows out"));
        }
    }
    let rows = wanted.iter().filter_map(|uid| found.rows.remove(uid));
    let rows = (from..).zip(rows).map(|(position, row)| Summary { position, ..row }).collect();
    Ok((rows, gone))
}

/// Rows that were asked for, as they come. A server may send others, of its own accord or for somebody's mischief: they
/// are not kept.
struct Found {
    /// UIDs asked for, in order.
    wanted: Vec<u32>,
    rows: HashMap<u32, Summary>,
}

impl Found {
    fn new(wanted: &[u32]) -> Self {
        Found { wanted: in_order(wanted), rows: HashMap::new() }
    }

    fn take(&mut self, row: Summary) {
        if self.wanted.binary_search(&row.uid).is_ok() {
            self.rows.insert(row.uid, row);
        }
    }

    /// UIDs without a row, in order.
    fn missing(&self) -> Vec<u32> {
        self.wanted.iter().copied().filter(|uid| !self.rows.contains_key(uid)).collect()
    }
}

fn in_order(uids: &[u32]) -> Vec<u32> {
    let mut uids = uids.to_vec();
    uids.sort_unstable();
    uids.dedup();
    uids
}

/// Which of the UIDs found were asked for: in order, each once.
fn among(mut found: Vec<u32>, wanted: &[u32]) -> Vec<u32> {
    let wanted = in_order(wanted);
    found.retain(|uid| wanted.binary_search(uid).is_ok());
    in_order(&found)
}

/// Which of these UIDs are in the folder, after the server has told what it had kept back; in order.
pub(crate) async fn present(line: &mut Line, snapshot: &mut Snapshot, wanted: &[u32]) -> Result<Vec<u32>, Error> {
    line.run("NOOP", "NOOP", &mut |u| follow(snapshot, &u)).await?;
    let mut there = vec![];
    for (set, members) in uids::sets(wanted) {
        there.extend(among(search(line, snapshot, &format!("UID {set}")).await?, &members));
    }
    Ok(there)
}

/// UIDs that match a key made of plain words, in order.
pub(crate) async fn search(line: &mut Line, snapshot: &mut Snapshot, key: &str) -> Result<Vec<u32>, Error> {
    // A set is far shorter than a list of numbers (RFC 4731).
    let how = if line.can("ESEARCH") { "RETURN (ALL) " } else { "" };
    let mut found = vec![];
    line.run_long("SEARCH", &format!("UID SEARCH {how}{key}"), &mut |untagged| collect(&mut found, snapshot, untagged))
        .await?;
    sorted(found)
}

/// UIDs that match a key, by a sort key, in the order the server gives.
pub(crate) async fn sort(line: &mut Line, snapshot: &mut Snapshot, by: &str, key: &str) -> Result<Vec<u32>, Error> {
    if !line.can("SORT") {
        return Err(Error::NotSupported("sort messages"));
    }
    let mut found = vec![];
    let command = format!("UID SORT ({by}) UTF-8 {key}");
    line.run_long("SORT", &command, &mut |untagged| collect(&mut found, snapshot, untagged)).await?;
    if found.len() > uids::MOST { Err(Error::TooManyMessages) } else { Ok(found) }
}

/// Takes numbers that were found; what else comes keeps the snapshot true.
pub(crate) fn collect(found: &mut Vec<u32>, snapshot: &mut Snapshot, untagged: Untagged<'_>) {
    match untagged {
        Untagged::Search(some) => {
            let room = (uids::MOST + 1).saturating_sub(found.len());
            found.extend(some.into_iter().take(room));
        }
        other => follow(snapshot, &other),
    }
}

/// In order and each once; an error when there are more than are kept.
pub(crate) fn sorted(mut found: Vec<u32>) -> Result<Vec<u32>, Error> {
    if found.len() > uids::MOST {
        return Err(Error::TooManyMessages);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn row(uid: u32) -> Summary {
        use crate::value::Value::Word;
        let (number, date) = (uid.to_string(), b"23-Nov-2026 10:31:00 +0100");
        let items = [Word(b"UID"), Word(number.as_bytes()), Word(b"INTERNALDATE"), Word(date)];
        summary::read(&HeaderReader::new(), 0, &items).unwrap()
    }

    #[test]
    fn rows_nobody_asked_for_are_not_kept() {
        let mut found = Found::new(&[9, 2, 7]);
        for uid in (1..100).filter(|uid| *uid != 2) {
            found.take(row(uid));
        }
        let mut kept: Vec<u32> = found.rows.keys().copied().collect();
        kept.sort_unstable();
        assert_eq!((kept, found.missing()), (vec![7, 9], vec![2]));
    }

    #[test]
    fn what_is_present_is_what_was_asked_for_whatever_the_order() {
        assert_eq!(among(vec![1, 7, 9, 9, 12, 2], &[9, 2, 7, 30, 2]), [2, 7, 9]);
        assert_eq!(among(vec![1, 2, 3], &[]), [0; 0]);
    }

    #[test]
    fn a_million_messages_are_looked_up_at_once() {
        let start = std::time::Instant::now();
        let backwards: Vec<u32> = (1..=1_000_000).rev().collect();
        assert_eq!(among((1..=1_000_000).collect(), &backwards).len(), 1_000_000);
        // Each looked for among all the others, it would take far longer.
        assert!(start.elapsed() < std::time::Duration::from_secs(60), "{:?}", start.elapsed());
    }
}
