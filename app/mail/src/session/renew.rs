//! Another connection in place of one that broke, without anybody having to ask for it.
//!
//! ```text
//!   broken ──▶ at once ──▶ 1 s ──▶ 2 s ──▶ 4 s ──▶ 4 s … 15 s ──▶ lost
//!                 └──▶ server, TLS, the token of the moment, SELECT INBOX, what came since ──▶ as before
//! ```
//!
//! Another folder than the inbox is selected again by the next request that needs it; in both, UIDVALIDITY tells whether
//! the numbers still mean the same messages. What was under way when the connection broke:
//!
//! | What | Then |
//! |---|---|
//! | `FETCH` `SEARCH` `SORT` `STATUS` `LIST` `SELECT` | asked again, once |
//! | `STORE` of a flag | asked again, once: it says how a message is to be marked, so twice is as good as once |
//! | `UID EXPUNGE` after its `STORE` | both asked again, once, of the same UIDs; what is left is looked at, as always |
//! | `UID MOVE` | looked at first: what is gone was moved, what is still there is moved again, once, unless the server had already told where its copy is |
//! | `COPY` `APPEND` | never again: a second one would be a second message. The caller learns what is known |
//!
//! A certificate that is not trusted, a mailbox that is refused and a token that is refused although it is the newest
//! there is are not met again: the session is lost at once. So is one whose connections break as soon as they are made.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use futures::future::BoxFuture;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::select::{self, Kept};
use super::{INBOX, News, Task};
use crate::auth::Tokens;
use crate::error::{Error, Refusal};
use crate::line::Line;
use crate::prepare::Dialer;

/// Before each try; the last again and again.
const PAUSES: [Duration; 4] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];
/// Tries in a row without a connection that lasts: more would be the load of a server that is not well.
const MOST_TRIES: usize = 8;
/// A connection that broke earlier than this did not last.
const LASTING: Duration = Duration::from_secs(10);
/// A line that is down for longer is told.
const NOTICE: Duration = Duration::from_secs(2);
/// How long a token that was refused may take to be replaced: it may have ended while its successor was on its way.
const SUCCESSION: Duration = Duration::from_secs(2);
/// Between two looks at it.
const LOOK: Duration = Duration::from_millis(250);
/// A server may still be at work on a change although nobody hears its answer any more; then it is looked at.
const SETTLE: Duration = Duration::from_millis(500);

/// How a session gets from one connection to the next.
pub(super) struct Renewal {
    tokens: Arc<dyn Tokens>,
    /// Somebody wants the session closed.
    closing: Arc<Notify>,
    schedule: Schedule,
    /// Connections so far.
    connections: u64,
    /// [`News::Renewing`] was told, and its end was not.
    told: bool,
    /// Nothing is tried any more.
    over: bool,
}

impl Renewal {
    pub fn new(tokens: Arc<dyn Tokens>, closing: Arc<Notify>) -> Self {
        Renewal { tokens, closing, schedule: Schedule::new(Instant::now()), connections: 1, told: false, over: false }
    }

    /// Number of the connection in use, or of the last one.
    pub fn connection(&self) -> u64 {
        self.connections
    }
}

/// When to try.
#[derive(Debug)]
struct Schedule {
    /// When the connection was made.
    made: Instant,
    /// When it broke.
    broke: Instant,
    /// Tries since a connection lasted.
    tries: usize,
}

impl Schedule {
    fn new(now: Instant) -> Self {
        Schedule { made: now, broke: now, tries: 0 }
    }

    fn broke(&mut self, now: Instant) {
        if now.duration_since(self.made) >= LASTING {
            self.tries = 0;
        }
        self.broke = now;
    }

    /// When the next try is due, if there is one.
    fn next(&mut self, now: Instant, limit: Duration) -> Option<Instant> {
        let end = self.broke + limit;
        if now >= end || self.tries >= MOST_TRIES {
            return None;
        }
        let pause = PAUSES.get(self.tries).or(PAUSES.last()).copied().unwrap_or_default();
        self.tries += 1;
        Some((now + pause).min(end))
    }
}

/// Something that only reads: asked again, once, when the connection breaks under it.
pub(super) fn twice<T, J>(
    job: J,
) -> impl for<'t> FnOnce(&'t mut Task) -> BoxFuture<'t, Result<T, Error>> + Send + 'static
where
    T: Send + 'static,
    J: for<'t> FnOnce(&'t mut Task) -> BoxFuture<'t, Result<T, Error>> + Clone + Send + 'static,
{
    move |task| {
        Box::pin(async move {
            let first = job.clone()(task).await;
            match &first {
                Err(error) if task.again(error).await => {}
                _ => return first,
            }
            let second = job(task).await;
            task.checked(second)
        })
    }
}

impl Task {
    /// Drops a connection that cannot be used after an error.
    pub(super) fn check(&mut self, error: &Error) {
        if !error.leaves_line_usable() {
            self.lose(error);
        }
    }

    /// The same, unless it is the error of a connection that was replaced meanwhile: it says nothing about this one.
    pub(super) fn check_of(&mut self, connection: u64, error: &Error) {
        if self.renewal.connections == connection {
            self.check(error);
        }
    }

    /// The same, for what is passed on.
    pub(super) fn checked<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &result {
            self.check(error);
        }
        result
    }

    pub(super) fn lose(&mut self, error: &Error) {
        if self.line.take().is_some() {
            tracing::debug!(%error, "the connection of a mailbox broke");
            self.renewal.schedule.broke(Instant::now());
        }
    }

    /// Whether another connection is to be made.
    pub(super) fn is_broken(&self) -> bool {
        self.line.is_none() && !self.renewal.over
    }

    /// Has a connection at hand: another one if the last one broke. If there is none to be had, the session is lost.
    pub(super) async fn restore(&mut self) {
        if !self.is_broken() {
            return;
        }
        match self.renew().await {
            Some(Ok((line, inbox))) => self.resume(line, inbox),
            Some(Err(error)) => {
                tracing::info!(tries = self.renewal.schedule.tries, %error, "a mailbox is lost");
                (self.renewal.over, self.renewal.told) = (true, false);
                let _ = self.news.try_send(News::Lost(error));
            }
            None => self.renewal.over = true,
        }
    }

    /// Whether what broke off can be asked again: there is another connection for it.
    pub(super) async fn again(&mut self, error: &Error) -> bool {
        if !error.is_a_break() {
            return false;
        }
        self.lose(error);
        self.restore().await;
        self.line.is_some()
    }

    /// The same for a change: whether its folder is selected again, with the same numbers, to see what became of it.
    pub(super) async fn again_in(&mut self, folder: &str, validity: u32, error: &Error) -> bool {
        if !self.again(error).await {
            return false;
        }
        sleep(SETTLE).await;
        let entered = self.enter_as(folder, validity).await;
        self.checked(entered).is_ok()
    }

    /// Connects again when the session was lost, or in place of the connection there is.
    pub(super) async fn reopen(&mut self) -> Result<(), Error> {
        self.lose(&Error::Closed);
        self.folder.clear();
        let Task { dialer, address, kept, renewal, .. } = &mut *self;
        let tokens = renewal.tokens.as_ref();
        let (line, inbox) = connect(dialer, address, kept.get(INBOX), tokens, Duration::MAX).await?;
        (self.renewal.over, self.renewal.schedule.tries) = (false, 0);
        self.told = None;
        self.resume(line, inbox);
        Ok(())
    }

    /// Tells that the line is up again, if it was told to be down.
    pub(super) fn tell_line(&mut self) {
        if self.renewal.told && self.line.is_some() && self.news.try_send(News::Renewing(false)).is_ok() {
            self.renewal.told = false;
        }
    }

    fn resume(&mut self, line: Line, inbox: Kept) {
        self.sorts.store(line.can("SORT"), Relaxed);
        self.line = Some(line);
        self.remember(INBOX, inbox);
        self.renewal.connections += 1;
        self.renewal.schedule.made = Instant::now();
        // What came meanwhile is news.
        self.stale = true;
        self.tell_line();
    }

    /// Tries to connect until it succeeds or is no longer worth it; nothing when somebody wants the session closed.
    async fn renew(&mut self) -> Option<Result<(Line, Kept), Error>> {
        self.folder.clear();
        let Task { dialer, address, kept, renewal, news, .. } = self;
        let Renewal { tokens, closing, schedule, told, .. } = renewal;
        let notice = schedule.broke + NOTICE;
        let mut noticed = *told;
        let work = tries(dialer, address, kept.get(INBOX), tokens.as_ref(), schedule);
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                () = closing.notified() => return None,
                done = &mut work => return Some(done),
                () = sleep_until(notice), if !noticed => {
                    noticed = true;
                    *told = news.try_send(News::Renewing(true)).is_ok();
                }
            }
        }
    }
}

async fn tries(
    dialer: &Dialer,
    address: &str,
    inbox: Option<&Kept>,
    tokens: &dyn Tokens,
    schedule: &mut Schedule,
) -> Result<(Line, Kept), Error> {
    let limit = dialer.timeouts().renew;
    let mut last = Error::Closed;
    while let Some(due) = schedule.next(Instant::now(), limit) {
        sleep_until(due).await;
        // One that hangs is not to be the only one.
        match connect(dialer, address, inbox, tokens, limit / 2).await {
            Err(error) if error.may_pass() => last = error,
            other => return other,
        }
    }
    Err(last)
}

/// Another connection, with the inbox as it was left: a second one if the token had ended, each within a limit.
async fn connect(
    dialer: &Dialer,
    address: &str,
    inbox: Option<&Kept>,
    tokens: &dyn Tokens,
    limit: Duration,
) -> Result<(Line, Kept), Error> {
    let mut used = None;
    let first = timeout(limit, enter(dialer, address, inbox, tokens, &mut used)).await;
    let first = first.unwrap_or(Err(Error::TimedOut));
    let (Err(Error::Refused(Refusal::Token)), Some(refused)) = (&first, used.take()) else { return first };
    wait_for_another(tokens, &refused).await?;
    let second = timeout(limit, enter(dialer, address, inbox, tokens, &mut used)).await;
    second.unwrap_or(Err(Error::TimedOut))
}

/// Connects with the token of the moment, and tells which one it was.
async fn enter(
    dialer: &Dialer,
    address: &str,
    inbox: Option<&Kept>,
    tokens: &dyn Tokens,
    used: &mut Option<SecretString>,
) -> Result<(Line, Kept), Error> {
    let ready = dialer.dial(address).await?;
    let (mut line, now) = dialer.enter(ready, address, used.insert(tokens.token())).await?;
    let mut inbox = select::resume(&mut line, inbox, now).await?;
    crate::open::learn(&mut line, &mut inbox.snapshot).await?;
    Ok((line, inbox))
}

/// Waits for the token that comes after one that was refused. If none does, what is refused is the person.
async fn wait_for_another(tokens: &dyn Tokens, refused: &SecretString) -> Result<(), Error> {
    let until = Instant::now() + SUCCESSION;
    while tokens.token().expose_secret() == refused.expose_secret() {
        if Instant::now() >= until {
            return Err(Error::Refused(Refusal::Token));
        }
        sleep(LOOK).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const LIMIT: Duration = Duration::from_secs(15);

    /// When tries begin that fail after `took`, in milliseconds after the break.
    fn begun(schedule: &mut Schedule, broke: Instant, took: Duration) -> Vec<u128> {
        schedule.broke(broke);
        let (mut now, mut out) = (broke, vec![]);
        while let Some(due) = schedule.next(now, LIMIT) {
            out.push((due - broke).as_millis());
            now = due + took;
        }
        out
    }

    #[tokio::test]
    async fn tries_follow_each_other_ever_more_slowly_and_end() {
        let now = Instant::now();
        let mut schedule = Schedule::new(now);
        assert_eq!(begun(&mut schedule, now, Duration::ZERO), [0, 1000, 3000, 7000, 11_000, 15_000]);
        let mut schedule = Schedule::new(now);
        assert_eq!(begun(&mut schedule, now, Duration::from_millis(7500)), [0, 8500]);
        assert_eq!(Schedule::new(now).next(now, Duration::ZERO), None);
    }

    #[tokio::test]
    async fn connections_that_break_as_soon_as_they_are_made_come_to_an_end() {
        let start = Instant::now();
        let (mut schedule, mut now, mut made) = (Schedule::new(start), start, 0);
        loop {
            schedule.broke(now);
            let Some(due) = schedule.next(now, LIMIT) else { break };
            (schedule.made, now, made) = (due, due, made + 1);
        }
        assert_eq!(made, MOST_TRIES);
        assert_eq!((now - start).as_secs(), 23);
        // One that lasted begins anew.
        schedule.made = now;
        schedule.broke(now + LASTING);
        assert_eq!(schedule.next(now + LASTING, LIMIT), Some(now + LASTING));
    }
}
