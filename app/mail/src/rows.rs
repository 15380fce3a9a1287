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
    let mut found: HashMap<u32, Summary> = HashMap::with_capacity(wanted.len());
    let missing = |found: &HashMap<u32, Summary>| -> Vec<u32> {
        wanted.iter().copied().filter(|uid| !found.contains_key(uid)).collect()
    };
    for names in [items.names(), BARE_ITEMS] {
        for (set, _) in uids::sets(&missing(&found)) {
            let mut listen = |untagged: Untagged<'_>| match &untagged {
                Untagged::Fetch(_, items) => {
                    if let Some(row) = summary::read(&headers, 0, items) {
                        found.insert(row.uid, row);
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
    let mut gone = missing(&found);
    if !gone.is_empty() {
        // Gone, or left out? The second is a fault, and must not look like the first.
        let there = present(line, snapshot, &gone).await?;
        if !there.is_empty() {
            return Err(Error::Protocol("FETCH leaves rows out"));
        }
    }
    let rows = wanted.iter().filter_map(|uid| found.remove(uid));
    let rows = (from..).zip(rows).map(|(position, row)| Summary { position, ..row }).collect();
    gone.sort_unstable();
    Ok((rows, gone))
}

/// Which of these UIDs are in the folder, after the server has told what it had kept back; in order.
pub(crate) async fn present(line: &mut Line, snapshot: &mut Snapshot, wanted: &[u32]) -> Result<Vec<u32>, Error> {
    line.run("NOOP", "NOOP", &mut |u| follow(snapshot, &u)).await?;
    let mut there = vec![];
    for (set, _) in uids::sets(wanted) {
        there.extend(search(line, snapshot, &format!("UID {set}")).await?);
    }
    there.retain(|uid| wanted.contains(uid));
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
