//! Keeps the provider's session: a fresh token at any time, and an end when the visit ends.

use crate::failures::of_login;
use crate::inside::{Inside, Report};
use crate::purse::Purse;
use flow::{Event, Ticket};
use login::AccessToken;
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};

/// Pause after a refresh that failed for a reason that may pass.
const AGAIN: embassy_time::Duration = embassy_time::Duration::from_secs(10);

/// The handle. Dropping it ends the provider's session, in the background.
pub(crate) struct Keeper {
    token: watch::Receiver<AccessToken>,
    _alive: oneshot::Sender<()>,
}

impl Keeper {
    /// Takes charge of a session. Reports only what ends it before the visit does.
    pub(crate) fn start(ticket: Ticket, session: login::Session, report: Report, purse: Purse) -> Self {
        purse.put(session.access_token().clone());
        let (fresh, token) = watch::channel(session.access_token().clone());
        let (alive, over) = oneshot::channel();
        tokio::spawn(keep(ticket, session, Fresh { kept: fresh, purse }, over, report));
        Self { token, _alive: alive }
    }

    /// The token of the moment.
    pub(crate) fn token(&self) -> AccessToken {
        self.token.borrow().clone()
    }
}

/// Where a fresh token goes.
struct Fresh {
    kept: watch::Sender<AccessToken>,
    purse: Purse,
}

impl Fresh {
    fn put(&self, token: &AccessToken) {
        self.kept.send_replace(token.clone());
        self.purse.put(token.clone());
    }
}

async fn keep(
    ticket: Ticket,
    mut session: login::Session,
    fresh: Fresh,
    mut over: oneshot::Receiver<()>,
    report: Report,
) {
    tell_end(ticket, &session, &report);
    let mut pause = wait(&session);
    loop {
        tokio::select! {
            _ = &mut over => break,
            () = embassy_time::Timer::after(pause), if session.can_refresh() => {}
        }
        let refreshed = tokio::select! {
            _ = &mut over => break,
            refreshed = session.refresh() => refreshed,
        };
        match refreshed {
            Ok(()) => {
                fresh.put(session.access_token());
                tell_end(ticket, &session, &report);
                pause = wait(&session);
            }
            Err(error) if passing(&error) => {
                tracing::warn!(%error, "the session is not prolonged yet");
                pause = AGAIN;
            }
            // What the provider gave last still holds for a while: the person is told, and ends in order.
            Err(login::Error::SessionOver) => {
                tracing::info!("the provider prolongs the session no further");
                report.send(Inside::Event(Event::SessionEnds(ticket, Some(left(&session)))));
                let _ = over.await;
                break;
            }
            Err(error) => {
                tracing::warn!(%error, "the session is not prolonged");
                report.send(Inside::LoginFailed(ticket, of_login(&error)));
                let _ = over.await;
                break;
            }
        }
    }
    drop(fresh);
    let closed = session.close().await;
    if closed.is_clean() {
        tracing::info!("the provider's session is closed");
    } else {
        tracing::warn!(?closed, "the provider's session was not closed cleanly");
    }
}

/// Tells when the session ends, where that is known.
fn tell_end(ticket: Ticket, session: &login::Session, report: &Report) {
    let end = (!session.can_refresh()).then(|| left(session));
    report.send(Inside::Event(Event::SessionEnds(ticket, end)));
}

/// How long the token of the moment still holds.
fn left(session: &login::Session) -> Duration {
    session.expires_at().saturating_duration_since(Instant::now())
}

fn wait(session: &login::Session) -> embassy_time::Duration {
    let micros = u64::try_from(session.refresh_after().as_micros()).unwrap_or(u64::MAX);
    embassy_time::Duration::from_micros(micros)
}

/// Whether another try may help while the token still lasts.
fn passing(error: &login::Error) -> bool {
    use login::Error as E;
    matches!(error, E::Unreachable { .. } | E::Dropped { .. } | E::TimedOut | E::ProviderDown(_))
}
