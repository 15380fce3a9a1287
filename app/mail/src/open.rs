//! An open mailbox: its first rows, and how rows are read at all.

use tokio::sync::mpsc;

use crate::error::Error;
use crate::header::HeaderReader;
use crate::line::{Ending, Line};
use crate::prepare::Dialer;
use crate::reply::{Status, Untagged};
use crate::session::{self, News, Session};
use crate::snapshot::Snapshot;
use crate::summary::{self, BARE_ITEMS, FOLDER_ITEMS, INBOX_ITEMS, Page, Summary};

/// Most rows of one page.
const MOST_ROWS: u32 = 500;

/// A mailbox that was opened.
#[derive(Debug)]
pub struct Opened {
    /// The newest rows of the inbox.
    pub page: Page,
    /// The connection. Dropping it closes the socket at once.
    pub session: Session,
    /// What happens in the inbox from now on.
    pub news: mpsc::Receiver<News>,
}

/// Reads the first rows and hands the connection to its session.
pub(crate) async fn opened(
    dialer: Dialer,
    address: &str,
    mut line: Line,
    mut snapshot: Snapshot,
    window: u32,
) -> Result<Opened, Error> {
    let page = rows(&mut line, &mut snapshot, 0, window, Items::Inbox).await?;
    learn(&mut line, &mut snapshot).await?;
    let (session, news) = session::start(dialer, address.to_owned(), line, snapshot);
    Ok(Opened { page, session, news })
}

/// Asks what the server can do, unless it said so already.
pub(crate) async fn learn(line: &mut Line, snapshot: &mut Snapshot) -> Result<(), Error> {
    if line.capabilities.is_some() {
        return Ok(());
    }
    line.run("CAPABILITY", "CAPABILITY", &mut |u| follow(snapshot, &u)).await
}

/// What a row is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Items {
    Inbox,
    Folder,
}

/// Reads rows of the selected folder by their position.
///
/// The sequence numbers are worked out before the command leaves. Should an expunge cross it, which a server may do at
/// the end of an IDLE only, the rows would be those of other positions: they are thrown away and asked for again.
pub(crate) async fn rows(
    line: &mut Line,
    snapshot: &mut Snapshot,
    from: u32,
    count: u32,
    items: Items,
) -> Result<Page, Error> {
    let count = count.clamp(1, MOST_ROWS);
    let names = if items == Items::Inbox { INBOX_ITEMS } else { FOLDER_ITEMS };
    for _ in 0..4 {
        let before = snapshot.expunged;
        let Some((low, high)) = snapshot.range(from, count) else {
            return Ok(Page { total: snapshot.size, from, rows: vec![] });
        };
        let mut fetch = Fetch { headers: HeaderReader::new(), low, rows: vec![None; (high - low + 1) as usize] };
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
        let total = snapshot.size;
        let rows: Vec<Summary> = fetch.rows.into_iter().rev().flatten().collect();
        return Ok(Page { total, from, rows });
    }
    // An answer that leaves rows out is a fault, and must not look like a shorter list.
    Err(Error::Protocol("FETCH leaves rows out"))
}

struct Fetch {
    headers: HeaderReader,
    low: u32,
    rows: Vec<Option<Summary>>,
}

impl Fetch {
    async fn run(&mut self, line: &mut Line, snapshot: &mut Snapshot, command: &str) -> Result<Ending, Error> {
        // One listener for the end of an IDLE and for the rows: what was sent may be answered in one go.
        let mut listen = |untagged: Untagged<'_>| match &untagged {
            Untagged::Fetch(sequence, items) => {
                let position = snapshot.position(*sequence);
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

/// Keeps a snapshot true.
pub(crate) fn follow(snapshot: &mut Snapshot, untagged: &Untagged<'_>) {
    match untagged {
        Untagged::Exists(n) => snapshot.exists(*n),
        Untagged::Expunge(n) => snapshot.expunge(*n),
        _ => {}
    }
}
