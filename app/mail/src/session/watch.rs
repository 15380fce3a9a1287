//! Waiting for requests and for news of the inbox.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};

use super::{INBOX, News, Request, Task};
use crate::error::Error;
use crate::folder::status_item;
use crate::reply::Untagged;
use crate::rows::follow;
use crate::snapshot::Snapshot;

/// A server sends the events of one change one by one; this much silence ends them.
const QUIET: Duration = Duration::from_millis(50);
/// An IDLE begins after this much without a request: steps of long work follow each other within it, and pay no round
/// trip to end an IDLE that has just begun.
const LINGER: Duration = Duration::from_millis(20);

enum Wake {
    Request(Option<Request>),
    Changed,
    Lost(Error),
}

impl Task {
    pub(super) async fn run(mut self) {
        loop {
            self.restore().await;
            let stale = std::mem::take(&mut self.stale);
            if stale || self.seen != self.inbox() || self.is_time_to_look() {
                self.look().await;
            }
            if self.is_broken() {
                continue;
            }
            match self.wait().await {
                Wake::Request(None) => return,
                Wake::Request(Some(Request::Close(answer))) => {
                    if let Some(line) = self.line.take() {
                        line.logout().await;
                    }
                    let _ = answer.send(());
                    return;
                }
                Wake::Request(Some(Request::Job(job))) => job(&mut self).await,
                Wake::Changed => self.look().await,
                Wake::Lost(error) => self.lose(&error),
            }
        }
    }

    /// Waits for a request or for news, idle where the server can.
    async fn wait(&mut self) -> Wake {
        if self.line.is_none() {
            return Wake::Request(self.requests.recv().await);
        }
        if let Ok(request) = timeout(LINGER, self.requests.recv()).await {
            return Wake::Request(request);
        }
        let Task { line, requests, kept, folder, looked, .. } = self;
        let Some(line) = line else { return Wake::Request(requests.recv().await) };
        let mut unselected = Snapshot::new(0, 0, 0);
        let snapshot = kept.get_mut(folder).map_or(&mut unselected, |kept| &mut kept.snapshot);
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
        // A person who keeps turning pages elsewhere does not put off the look at the inbox.
        let until = if idle { Instant::now() + line.timeouts.idle } else { *looked + line.timeouts.poll };
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

    pub(super) fn inbox(&self) -> Option<(u32, u64)> {
        self.kept.get(INBOX).map(|inbox| (inbox.snapshot.exists, inbox.snapshot.expunged))
    }

    /// Whether long work, or pages turned without a pause, have kept the inbox out of sight.
    fn is_time_to_look(&self) -> bool {
        let idles = |line: &crate::line::Line| self.folder == INBOX && line.can("IDLE");
        self.line.as_ref().is_some_and(|line| !idles(line) && self.looked.elapsed() >= line.timeouts.poll)
    }

    async fn look(&mut self) {
        self.looked = Instant::now();
        self.tell_line();
        if let Err(error) = self.tell().await {
            self.check(&error);
        }
        self.seen = self.inbox();
    }

    /// Looks how the inbox stands and says so if it changed. Ends an IDLE, and finds out whether the line is alive.
    async fn tell(&mut self) -> Result<(), Error> {
        let Task { line: Some(line), kept, folder, told, news, .. } = self else { return Ok(()) };
        let here = folder == INBOX;
        let inbox = kept.get(INBOX).map(|inbox| inbox.snapshot);
        let mut status: Option<(Option<u32>, Option<u32>, Option<u32>)> = None;
        let mut unselected = Snapshot::new(0, 0, 0);
        let snapshot = kept.get_mut(folder.as_str()).map_or(&mut unselected, |kept| &mut kept.snapshot);
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
            // Without a list there is nothing to be newer than.
            let (since, used) = inbox.map_or((u32::MAX, 0), |inbox| (inbox.next, inbox.used));
            let (messages, _, next) = status.unwrap_or_default();
            let new = next.unwrap_or_default().saturating_sub(since).saturating_sub(used);
            new.min(messages.unwrap_or_default())
        };
        if *told != Some((new, unread)) && news.try_send(News::Mail { new, unread }).is_ok() {
            *told = Some((new, unread));
        }
        Ok(())
    }
}
