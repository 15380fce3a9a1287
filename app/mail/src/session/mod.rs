//! An open mailbox, kept: one task owns the connection, everybody else sends it requests.
//!
//! ```text
//!            ┌────────── request ──────────┐
//!   IDLE ──DONE+command──▶ command ──answer──▶ IDLE
//!     └── EXISTS, EXPUNGE, flags ──▶ STATUS ──▶ News
//!     └── nothing for long ──▶ NOOP            (is it still there?)
//! ```
//!
//! `DONE` and the command leave together, so a page costs one round trip even out of an IDLE. A session lives as long as
//! somebody works with it, not as long as one connection or one token: a connection that breaks is dropped and another
//! one made (`renew`) with the token of the moment. The list keeps its snapshot, so a page still shows what it showed.
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
//! | `renew` | another connection, and what is asked again on it |
//! | `select` `lists` | which folder is selected, what is remembered of each |

mod change;
mod folders;
mod found;
mod list;
mod lists;
mod moves;
mod people;
mod read;
mod renew;
mod save;
mod search;
mod select;
mod watch;

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use futures::future::BoxFuture;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::auth::Tokens;
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
use renew::Renewal;
use select::Kept;

const INBOX: &str = "INBOX";

/// What happened in the inbox, or to the connection.
#[derive(Debug)]
pub enum News {
    /// The inbox changed.
    Mail {
        /// Messages that came since the list was taken: a fresh list shows them.
        new: u32,
        /// Unread messages in the inbox.
        unread: u32,
    },
    /// The line has been down for two seconds, and the session is looking for another (`true`); or it has found one
    /// (`false`). Requests wait meanwhile. A line that is back sooner is not told.
    Renewing(bool),
    /// The connection is gone and could not be replaced within [`crate::Timeouts::renew`], or must not be: the token or
    /// the mailbox is refused, the certificate is not trusted. Only [`Session::reopen`] brings another.
    Lost(Error),
}

/// A handle on an open mailbox. Dropping it closes the socket at once.
pub struct Session {
    requests: Requests,
    task: AbortHandle,
    sorts: Arc<AtomicBool>,
    closing: Arc<Notify>,
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

    /// Connects again, after [`News::Lost`], with the token of the moment. Lists keep their snapshot unless the server
    /// renumbered its messages.
    ///
    /// # Errors
    /// As [`crate::Prepared::open`].
    pub async fn reopen(&self) -> Result<(), Error> {
        self.requests.ask(|task| Box::pin(async move { Ok(task.reopen().await) })).await?
    }

    /// Says goodbye, for as long as [`crate::Timeouts::logout`] at most, and closes.
    pub async fn close(self) {
        self.closing.notify_one();
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
                task.restore().await;
                if answer.is_closed() {
                    return;
                }
                let connection = task.renewal.connection();
                let result = job(task).await;
                if let Err(error) = &result {
                    task.check_of(connection, error);
                }
                let _ = answer.send(result);
            })
        });
        self.0.send(Request::Job(job)).await.map_err(|_| Error::Closed)?;
        Ok(answered)
    }
}

/// Starts the task of an open mailbox, its inbox selected.
pub(crate) fn start(
    dialer: Dialer,
    address: String,
    tokens: Arc<dyn Tokens>,
    line: Line,
    inbox: Snapshot,
) -> (Session, mpsc::Receiver<News>) {
    let (requests, inbound) = mpsc::channel(8);
    let (outbound, news) = mpsc::channel(64);
    let sorts = Arc::new(AtomicBool::new(line.can("SORT")));
    let closing = Arc::new(Notify::new());
    let task = Task {
        dialer,
        address,
        line: Some(line),
        renewal: Renewal::new(tokens, Arc::clone(&closing)),
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
    (Session { requests: Requests(requests), task, sorts, closing }, news)
}

struct Task {
    dialer: Dialer,
    address: String,
    line: Option<Line>,
    renewal: Renewal,
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
    /// A change of ours, or another connection, may have changed its counts.
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
}
