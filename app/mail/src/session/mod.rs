//! An open mailbox, kept: one task owns the connection, everybody else sends it requests.
//!
//! ```text
//!            ┌────────── request ──────────┐
//!   IDLE ──DONE+command──▶ command ──answer──▶ IDLE
//!     └── EXISTS, EXPUNGE, flags ──▶ STATUS ──▶ News
//!     └── nothing for long ──▶ NOOP            (is it still there?)
//! ```
//!
//! `DONE` and the command leave together, so a page costs one round trip even out of an IDLE. A connection that fails
//! is dropped; the session stays, says [`News::Lost`], and [`Session::reopen`] gives it another one with a fresh token:
//! the list keeps its snapshot, so a page still shows what it showed.
//!
//! What takes long (a search of texts, the rest of a large message, emptying a folder) is many short requests, each sent
//! when somebody asks for the next step. So nothing waits behind it for longer than a step, and dropping its handle is
//! all there is to cancelling it.
//!
//! | File | Requests |
//! |---|---|
//! | `list` `search` `found` | pages of a listing, of what was found |
//! | `read` | a message, the rest of it |
//! | `change` `moves` `save` | flags, deletions; moves and their undoing; messages stored, folders made |
//! | `folders` `people` | folders with their counts, recent correspondents |
//! | `watch` | waiting for requests and news |
//! | `select` `lists` | which folder is selected, what is remembered of each |

mod change;
mod folders;
mod found;
mod list;
mod lists;
mod moves;
mod people;
mod read;
mod save;
mod search;
mod select;
mod watch;

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use futures::future::BoxFuture;
use secrecy::SecretString;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::error::Error;
use crate::folder::Role;
use crate::line::Line;
use crate::prepare::Dialer;
use crate::snapshot::Snapshot;

pub use change::{Emptied, Emptying};
pub use found::Progress;
pub use moves::Moved;
pub use read::{Raw, Rest};
pub use save::{Replaced, Target};
pub use search::Search;

use lists::{Departed, Lists};
use select::Kept;

const INBOX: &str = "INBOX";

/// What happened in the inbox.
#[derive(Debug)]
pub enum News {
    /// The inbox changed.
    Mail {
        /// Messages that came since the list was taken: a fresh list shows them.
        new: u32,
        /// Unread messages in the inbox.
        unread: u32,
    },
    /// The connection is gone. [`Session::reopen`] brings another.
    Lost(Error),
}

/// A handle on an open mailbox. Dropping it closes the socket at once.
pub struct Session {
    requests: Requests,
    task: AbortHandle,
    sorts: Arc<AtomicBool>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Session {
    /// Whether the server can list by anything else than arrival ([`crate::By`]).
    #[must_use]
    pub fn can_sort(&self) -> bool {
        self.sorts.load(Relaxed)
    }

    /// Connects again with a fresh token. Lists keep their snapshot unless the server renumbered its messages.
    ///
    /// # Errors
    /// As [`crate::Prepared::open`].
    pub async fn reopen(&self, token: &SecretString) -> Result<(), Error> {
        let token = token.clone();
        self.requests.ask(move |task| Box::pin(async move { Ok(task.reopen(&token).await) })).await?
    }

    /// Says goodbye, for as long as [`crate::Timeouts::logout`] at most, and closes.
    pub async fn close(self) {
        let (answer, answered) = oneshot::channel();
        if self.requests.0.send(Request::Close(answer)).await.is_ok() {
            let _ = answered.await;
        }
    }
}

/// Something to do with the connection.
type Job = Box<dyn for<'t> FnOnce(&'t mut Task) -> BoxFuture<'t, ()> + Send>;

enum Request {
    Job(Job),
    Close(oneshot::Sender<()>),
}

/// Where requests are sent. Long work keeps one of its own.
#[derive(Clone)]
struct Requests(mpsc::Sender<Request>);

impl Requests {
    /// Has the task do something, and waits for what comes of it.
    async fn ask<T, J>(&self, job: J) -> Result<T, Error>
    where
        T: Send + 'static,
        J: for<'t> FnOnce(&'t mut Task) -> BoxFuture<'t, Result<T, Error>> + Send + 'static,
    {
        self.submit(job).await?.await.map_err(|_| Error::Closed)?
    }

    /// Has the task do something. What nobody waits for any more when its turn comes is not done at all.
    async fn submit<T, J>(&self, job: J) -> Result<oneshot::Receiver<Result<T, Error>>, Error>
    where
        T: Send + 'static,
        J: for<'t> FnOnce(&'t mut Task) -> BoxFuture<'t, Result<T, Error>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |task| {
            Box::pin(async move {
                if answer.is_closed() {
                    return;
                }
                let result = job(task).await;
                if let Err(error) = &result {
                    task.check(error);
                }
                let _ = answer.send(result);
            })
        });
        self.0.send(Request::Job(job)).await.map_err(|_| Error::Closed)?;
        Ok(answered)
    }
}

/// Starts the task of an open mailbox, its inbox selected.
pub(crate) fn start(dialer: Dialer, address: String, line: Line, inbox: Snapshot) -> (Session, mpsc::Receiver<News>) {
    let (requests, inbound) = mpsc::channel(8);
    let (outbound, news) = mpsc::channel(64);
    let sorts = Arc::new(AtomicBool::new(line.can("SORT")));
    let task = Task {
        dialer,
        address,
        line: Some(line),
        folder: INBOX.into(),
        kept: HashMap::from([(INBOX.to_owned(), Kept::new(inbox))]),
        lists: Lists::default(),
        departed: VecDeque::new(),
        roles: None,
        requests: inbound,
        news: outbound,
        told: None,
        seen: Some((inbox.exists, inbox.expunged)),
        looked: Instant::now(),
        stale: false,
        sorts: Arc::clone(&sorts),
    };
    let task = tokio::spawn(task.run()).abort_handle();
    (Session { requests: Requests(requests), task, sorts }, news)
}

struct Task {
    dialer: Dialer,
    address: String,
    line: Option<Line>,
    /// The selected folder; empty for none.
    folder: String,
    /// What is remembered of folders.
    kept: HashMap<String, Kept>,
    /// Lists that are not in the order of sequence numbers.
    lists: Lists,
    /// Messages we moved, so that they find back to their place.
    departed: VecDeque<Departed>,
    /// Folders by what they are for, once they were listed.
    roles: Option<HashMap<Role, String>>,
    requests: mpsc::Receiver<Request>,
    news: mpsc::Sender<News>,
    /// What was last said of the inbox.
    told: Option<(u32, u32)>,
    /// The inbox when it was last looked at, to notice what comes along with the answer to a request.
    seen: Option<(u32, u64)>,
    /// When it was last looked at.
    looked: Instant,
    /// A change of ours may have changed its counts.
    stale: bool,
    sorts: Arc<AtomicBool>,
}

impl Task {
    /// The connection and what is remembered of the selected folder.
    fn here(&mut self) -> Result<(&mut Line, &mut Kept), Error> {
        let line = self.line.as_mut().ok_or(Error::Closed)?;
        let kept = self.kept.get_mut(&self.folder).ok_or(Error::Closed)?;
        Ok((line, kept))
    }

    /// Drops a connection that cannot be used after an error.
    fn check(&mut self, error: &Error) {
        if !error.leaves_line_usable() && self.line.take().is_some() {
            tracing::debug!(%error, "mailbox lost");
            let _ = self.news.try_send(News::Lost(Error::Closed));
        }
    }

    async fn reopen(&mut self, token: &SecretString) -> Result<(), Error> {
        self.line = None;
        self.folder.clear();
        let ready = self.dialer.dial(&self.address).await?;
        let (mut line, now) = self.dialer.enter(ready, &self.address, token).await?;
        let mut inbox = select::resume(&mut line, self.kept.get(INBOX), now).await?;
        crate::open::learn(&mut line, &mut inbox.snapshot).await?;
        self.sorts.store(line.can("SORT"), Relaxed);
        self.line = Some(line);
        self.remember(INBOX, inbox);
        self.told = None;
        Ok(())
    }
}
