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

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until, timeout};

use crate::auth::Selected;
use crate::error::Error;
use crate::folder::{Folder, Folders, is_sendable, quote, status_item};
use crate::line::Line;
use crate::open::{Items, follow, learn, rows};
use crate::prepare::Dialer;
use crate::reply::Untagged;
use crate::snapshot::Snapshot;
use crate::summary::Page;

const INBOX: &str = "INBOX";
/// A server sends the events of one change one by one; this much silence ends them.
const QUIET: Duration = Duration::from_millis(50);
/// Most folders asked for their counts one by one, where the server cannot give them with the list.
const MOST_STATUS: usize = 64;
/// Folders whose snapshot is remembered.
const MOST_SNAPSHOTS: usize = 32;

/// What happened in the inbox.
#[derive(Debug)]
pub enum News {
    /// The inbox changed.
    Mail {
        /// Messages that came since the list was taken: [`Session::refresh`] shows them.
        new: u32,
        /// Unread messages in the inbox.
        unread: u32,
    },
    /// The connection is gone. [`Session::reopen`] brings another.
    Lost(Error),
}

/// A handle on an open mailbox. Dropping it closes the socket at once.
pub struct Session {
    requests: mpsc::Sender<Request>,
    task: AbortHandle,
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

enum Request {
    Page { folder: String, from: u32, count: u32, fresh: bool, answer: oneshot::Sender<Result<Page, Error>> },
    Folders(oneshot::Sender<Result<Vec<Folder>, Error>>),
    Reopen(SecretString, oneshot::Sender<Result<(), Error>>),
    Close(oneshot::Sender<()>),
}

impl Session {
    /// `count` rows (500 at most) of a folder from position `from`, 0 for the newest. The list is the one taken when
    /// the folder was first looked at: mail that came since does not move it. An empty page is one beyond its end.
    ///
    /// # Errors
    /// What the server refused, or how the connection failed; [`Error::Closed`] after [`News::Lost`].
    pub async fn page(&self, folder: &str, from: u32, count: u32) -> Result<Page, Error> {
        self.ask(|answer| Request::Page { folder: folder.into(), from, count, fresh: false, answer }).await?
    }

    /// Takes the list of a folder anew and reads its first `count` rows.
    ///
    /// # Errors
    /// As [`Session::page`].
    pub async fn refresh(&self, folder: &str, count: u32) -> Result<Page, Error> {
        self.ask(|answer| Request::Page { folder: folder.into(), from: 0, count, fresh: true, answer }).await?
    }

    /// The folders in the order they are shown, with their counts.
    ///
    /// # Errors
    /// As [`Session::page`].
    pub async fn folders(&self) -> Result<Vec<Folder>, Error> {
        self.ask(Request::Folders).await?
    }

    /// Connects again with a fresh token. Lists keep their snapshot unless the server renumbered its messages.
    ///
    /// # Errors
    /// As [`crate::Prepared::open`].
    pub async fn reopen(&self, token: &SecretString) -> Result<(), Error> {
        self.ask(|answer| Request::Reopen(token.clone(), answer)).await?
    }

    /// Says goodbye, for as long as [`crate::Timeouts::logout`] at most, and closes.
    pub async fn close(self) {
        let _ = self.ask(Request::Close).await;
    }

    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(request(answer)).await.map_err(|_| Error::Closed)?;
        answered.await.map_err(|_| Error::Closed)
    }
}

/// Starts the task of an open mailbox, its inbox selected.
pub(crate) fn start(dialer: Dialer, address: String, line: Line, inbox: Snapshot) -> (Session, mpsc::Receiver<News>) {
    let (requests, inbound) = mpsc::channel(8);
    let (outbound, news) = mpsc::channel(64);
    let task = Task {
        dialer,
        address,
        line: Some(line),
        folder: INBOX.into(),
        snapshots: HashMap::from([(INBOX.to_owned(), inbox)]),
        requests: inbound,
        news: outbound,
        told: None,
        seen: Some((inbox.exists, inbox.expunged)),
    };
    let task = tokio::spawn(task.run()).abort_handle();
    (Session { requests, task }, news)
}

struct Task {
    dialer: Dialer,
    address: String,
    line: Option<Line>,
    /// The selected folder; empty for none.
    folder: String,
    snapshots: HashMap<String, Snapshot>,
    requests: mpsc::Receiver<Request>,
    news: mpsc::Sender<News>,
    /// What was last said of the inbox.
    told: Option<(u32, u32)>,
    /// The inbox when it was last looked at, to notice what comes along with the answer to a request.
    seen: Option<(u32, u64)>,
}

enum Wake {
    Request(Option<Request>),
    Changed,
    Lost(Error),
}

impl Task {
    async fn run(mut self) {
        loop {
            match self.wait().await {
                Wake::Request(None) => return,
                Wake::Request(Some(Request::Close(answer))) => {
                    if let Some(line) = self.line.take() {
                        line.logout().await;
                    }
                    let _ = answer.send(());
                    return;
                }
                Wake::Request(Some(request)) => {
                    self.serve(request).await;
                    if self.seen != self.inbox() {
                        self.look().await;
                    }
                }
                Wake::Changed => self.look().await,
                Wake::Lost(error) => {
                    tracing::debug!(%error, "mailbox lost");
                    self.line = None;
                    let _ = self.news.try_send(News::Lost(error));
                }
            }
        }
    }

    /// Waits for a request or for news, idle where the server can.
    async fn wait(&mut self) -> Wake {
        let Task { line, requests, snapshots, folder, .. } = self;
        let Some(line) = line else { return Wake::Request(requests.recv().await) };
        let mut unselected = Snapshot::new(0, 0, 0);
        let snapshot = snapshots.get_mut(folder).unwrap_or(&mut unselected);
        let changed = AtomicBool::new(false);
        let mut listen = |untagged: Untagged<'_>| {
            if matches!(untagged, Untagged::Exists(_) | Untagged::Expunge(_) | Untagged::Fetch(..)) {
                changed.store(true, Relaxed);
            }
            follow(snapshot, &untagged);
        };
        let idle = folder == INBOX && line.can("IDLE");
        if idle && let Err(error) = line.start_idle(&mut listen).await {
            return Wake::Lost(error);
        }
        let limit = if idle { line.timeouts.idle } else { line.timeouts.poll };
        let until = Instant::now() + limit;
        loop {
            tokio::select! {
                biased;
                request = requests.recv() => return Wake::Request(request),
                heard = line.listen(&mut listen) => match heard {
                    Ok(()) => {}
                    Err(error) => return Wake::Lost(error),
                },
                () = sleep_until(until) => return Wake::Changed,
            }
            if changed.load(Relaxed) {
                break;
            }
        }
        loop {
            tokio::select! {
                biased;
                request = requests.recv() => return Wake::Request(request),
                heard = timeout(QUIET, line.listen(&mut listen)) => match heard {
                    Ok(Ok(())) if Instant::now() < until => {}
                    Ok(Err(error)) => return Wake::Lost(error),
                    _ => return Wake::Changed,
                },
            }
        }
    }

    fn inbox(&self) -> Option<(u32, u64)> {
        self.snapshots.get(INBOX).map(|inbox| (inbox.exists, inbox.expunged))
    }

    async fn look(&mut self) {
        if let Err(error) = self.tell().await {
            self.check(&error);
        }
        self.seen = self.inbox();
    }

    /// Looks how the inbox stands and says so if it changed. Ends an IDLE, and finds out whether the line is alive.
    async fn tell(&mut self) -> Result<(), Error> {
        let Task { line: Some(line), snapshots, folder, told, news, .. } = self else { return Ok(()) };
        let here = folder == INBOX;
        let mut status: Option<(Option<u32>, Option<u32>, Option<u32>)> = None;
        let mut unselected = Snapshot::new(0, 0, 0);
        let snapshot = snapshots.get_mut(folder.as_str()).unwrap_or(&mut unselected);
        let answer = line
            .run("STATUS", "STATUS INBOX (MESSAGES UNSEEN UIDNEXT)", &mut |untagged| match &untagged {
                Untagged::MailboxStatus { name, items } if name == b"INBOX" => {
                    let item = |name| status_item(items, name);
                    status = Some((item("MESSAGES"), item("UNSEEN"), item("UIDNEXT")));
                }
                other => follow(snapshot, other),
            })
            .await;
        let unread = match (answer, status) {
            (Ok(()), Some((_, Some(unread), _))) => unread,
            // RFC 3501 section 6.3.10 lets a server refuse this for the folder it has selected.
            (Ok(()) | Err(Error::Server { .. }), _) if here => {
                let mut unread = 0;
                line.run("SEARCH", "SEARCH UNSEEN", &mut |untagged| match &untagged {
                    Untagged::Search(found) => unread += u32::try_from(found.len()).unwrap_or(u32::MAX),
                    other => follow(snapshot, other),
                })
                .await?;
                unread
            }
            (answer, _) => return answer,
        };
        let new = if here {
            snapshot.new_mail()
        } else {
            let since = snapshots.get(INBOX).map_or(0, |inbox| inbox.next);
            let (messages, _, next) = status.unwrap_or_default();
            next.unwrap_or_default().saturating_sub(since).min(messages.unwrap_or_default())
        };
        if *told != Some((new, unread)) && news.try_send(News::Mail { new, unread }).is_ok() {
            *told = Some((new, unread));
        }
        Ok(())
    }

    async fn serve(&mut self, request: Request) {
        match request {
            Request::Page { folder, from, count, fresh, answer } => {
                let page = self.page(&folder, from, count, fresh).await;
                self.report(page, answer);
            }
            Request::Folders(answer) => {
                let folders = self.folders().await;
                self.report(folders, answer);
            }
            Request::Reopen(token, answer) => {
                let done = self.reopen(&token).await;
                let _ = answer.send(done);
            }
            Request::Close(_) => {}
        }
    }

    fn report<T>(&mut self, result: Result<T, Error>, answer: oneshot::Sender<Result<T, Error>>) {
        if let Err(error) = &result {
            self.check(error);
        }
        let _ = answer.send(result);
    }

    /// Drops a connection that cannot be used after an error.
    fn check(&mut self, error: &Error) {
        if !error.leaves_line_usable() && self.line.take().is_some() {
            tracing::debug!(%error, "mailbox lost");
            let _ = self.news.try_send(News::Lost(Error::Closed));
        }
    }

    async fn page(&mut self, folder: &str, from: u32, count: u32, fresh: bool) -> Result<Page, Error> {
        let folder = if folder.eq_ignore_ascii_case(INBOX) { INBOX } else { folder };
        if !is_sendable(folder) {
            return Err(Error::Server { command: "SELECT", text: String::new() });
        }
        if fresh {
            self.snapshots.remove(folder);
        }
        if fresh || self.folder != folder {
            self.select(folder).await?;
        }
        if fresh && folder == INBOX {
            self.told = None;
            self.seen = self.inbox();
        }
        let line = self.line.as_mut().ok_or(Error::Closed)?;
        let snapshot = self.snapshots.get_mut(folder).ok_or(Error::Closed)?;
        let items = if folder == INBOX { Items::Inbox } else { Items::Folder };
        rows(line, snapshot, from, count, items).await
    }

    async fn select(&mut self, folder: &str) -> Result<(), Error> {
        let line = self.line.as_mut().ok_or(Error::Closed)?;
        // A SELECT that fails leaves nothing selected (RFC 3501 section 6.3.1).
        self.folder.clear();
        let mut selected = Selected::default();
        line.run("SELECT", &format!("SELECT {}", quote(folder)), &mut |u| selected.listen(&u)).await?;
        let now = selected.snapshot()?;
        let then = self.snapshots.get(folder).copied();
        let snapshot = resume(line, then, now).await?;
        if self.snapshots.len() >= MOST_SNAPSHOTS && !self.snapshots.contains_key(folder) {
            self.snapshots.retain(|name, _| name == INBOX);
        }
        self.snapshots.insert(folder.to_owned(), snapshot);
        self.folder = folder.to_owned();
        Ok(())
    }

    async fn folders(&mut self) -> Result<Vec<Folder>, Error> {
        let Task { line: Some(line), snapshots, folder, .. } = self else { return Err(Error::Closed) };
        let mut unselected = Snapshot::new(0, 0, 0);
        let snapshot = snapshots.get_mut(folder.as_str()).unwrap_or(&mut unselected);
        let mut all = Folders::default();
        let mut listen = |untagged: Untagged<'_>| match &untagged {
            Untagged::List { attributes, delimiter, name } => all.add(attributes, *delimiter, name),
            Untagged::MailboxStatus { name, items } => all.count(name, items),
            other => follow(snapshot, other),
        };
        let special = line.can("SPECIAL-USE") && (line.can("LIST-EXTENDED") || line.can("LIST-STATUS"));
        let command = match (special, line.can("LIST-STATUS")) {
            (true, true) => "LIST \"\" \"*\" RETURN (SPECIAL-USE STATUS (MESSAGES UNSEEN))",
            (false, true) => "LIST \"\" \"*\" RETURN (STATUS (MESSAGES UNSEEN))",
            (true, false) => "LIST \"\" \"*\" RETURN (SPECIAL-USE)",
            (false, false) => "LIST \"\" \"*\"",
        };
        line.run("LIST", command, &mut listen).await?;
        let paths = all.uncounted();
        let commands: Vec<String> =
            paths.iter().take(MOST_STATUS).map(|p| format!("STATUS {} (MESSAGES UNSEEN)", quote(p))).collect();
        let mut listen = |untagged: Untagged<'_>| match &untagged {
            Untagged::MailboxStatus { name, items } => all.count(name, items),
            other => follow(snapshot, other),
        };
        // A folder that may be seen and not counted keeps its place without a number.
        for some in commands.chunks(16) {
            let some: Vec<&str> = some.iter().map(String::as_str).collect();
            let tags = line.send(&some, &mut listen).await?;
            line.finish(&tags, &mut listen).await?;
        }
        let all = all.finish();
        if all.is_empty() { Err(Error::Protocol("LIST without INBOX")) } else { Ok(all) }
    }

    async fn reopen(&mut self, token: &SecretString) -> Result<(), Error> {
        self.line = None;
        let ready = self.dialer.dial(&self.address).await?;
        let (mut line, now) = self.dialer.enter(ready, &self.address, token).await?;
        let mut inbox = resume(&mut line, self.snapshots.get(INBOX).copied(), now).await?;
        learn(&mut line, &mut inbox).await?;
        self.snapshots.insert(INBOX.to_owned(), inbox);
        self.folder = INBOX.to_owned();
        self.line = Some(line);
        self.told = None;
        Ok(())
    }
}

/// The list of a folder as it was, in a folder selected again: what came since has a UID from the old UIDNEXT on.
async fn resume(line: &mut Line, then: Option<Snapshot>, now: Snapshot) -> Result<Snapshot, Error> {
    let Some(then) = then.filter(|then| then.validity == now.validity && then.next > 0) else { return Ok(now) };
    let mut list = Snapshot { next: then.next, ..now };
    if now.next != then.next {
        let mut new = 0;
        let command = format!("UID SEARCH UID {}:*", then.next);
        line.run("SEARCH", &command, &mut |untagged| match &untagged {
            // "*" is the last message even when its UID is lower.
            Untagged::Search(found) => {
                new += u32::try_from(found.iter().filter(|uid| **uid >= then.next).count()).unwrap_or(u32::MAX);
            }
            other => follow(&mut list, other),
        })
        .await?;
        list.size = list.exists.saturating_sub(new).min(list.size);
    }
    Ok(list)
}
