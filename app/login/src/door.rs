//! The door itself: prepared while the person types, opened by the card's signature.

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::oneshot;

use crate::browse::Hand;
use crate::discovery::discover;
use crate::error::Error;
use crate::flow::{Opened, Site, log_in};
use crate::key::{ClientKey, Scheme};
use crate::national::NationalId;
use crate::phone::{self, Asked, Binding};
use crate::room::{Room, Work};
use crate::service::{Conversation, Step};
use crate::session::Session;
use crate::settings::Settings;
use crate::slot::Slot;
use crate::token::AccessToken;
use crate::wire::Wire;

/// A provider that has been found, with connections open to it. One per visit: dropping it closes every
/// connection and forgets what passed through them.
pub struct Door {
    site: Arc<Site>,
    room: Arc<Room>,
    ahead: Mutex<Option<Login>>,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Door")
    }
}

/// A login under way, waiting for the card or not. Stopped when dropped.
struct Login {
    slot: Arc<Slot>,
    pss: bool,
    vouched: oneshot::Receiver<AccessToken>,
    work: Option<Work<Opened>>,
}

impl Drop for Login {
    fn drop(&mut self) {
        // A handshake that waits for the card goes on without, and its thread is free again.
        self.slot.close();
    }
}

impl Door {
    /// Finds the provider: discovery document, then keys. Their connection stays open for the token request.
    /// May be called from any runtime; the work is done on one of the door's own.
    ///
    /// # Errors
    /// Any of the network, TLS and clock errors of [`Error`], [`Error::Discovery`], [`Error::Settings`].
    pub async fn prepare(settings: impl Into<Arc<Settings>>) -> Result<Self, Error> {
        let settings: Arc<Settings> = settings.into();
        settings.plausible()?;
        let room = Arc::new(Room::open()?);
        let limit = settings.timeouts.step;
        let work = room.start(async move {
            let wire = Wire::new(&settings)?;
            let provider = discover(&settings, &wire).await?;
            Ok(Site { settings, wire, provider })
        });
        let site = Arc::new(room.wait(limit, work).await?);
        Ok(Self { site, room, ahead: Mutex::new(None) })
    }

    /// Starts a login for a card that can do `schemes`, as far as it goes without the card: authorize
    /// request, redirects, TLS with the card host up to the signature. Returns at once; [`Door::open`] takes
    /// over. What goes wrong here shows there, after one fresh attempt.
    ///
    /// Optional, and only ever for speed. Call it when the card's family is known (the answer to reset is
    /// enough), after [`Door::prepare`]. A second call replaces the first.
    pub fn approach(&self, schemes: &[Scheme]) {
        let pss = schemes.iter().any(|scheme| scheme.fits_tls13());
        let login = self.start(None, pss).ok();
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = login;
    }

    /// Logs in with a card whose code has been verified.
    ///
    /// # Errors
    /// Any [`Error`]. [`Error::TimedOut`] after [`crate::Timeouts::step`], whatever the card does.
    pub async fn open(&self, key: Arc<dyn ClientKey>) -> Result<Session, Error> {
        self.open_telling(key, |_| ()).await
    }

    /// As [`Door::open`], and `early` gets the access token one round trip before the session is there: when the ID
    /// token has been verified and says a level that is accepted, while UserInfo is still asked. It is for work that
    /// can be thrown away, as opening a mailbox: the login may yet fail. It is not called where the provider tells the
    /// level in UserInfo only, and again with the other token when a login prepared ahead did not hold.
    ///
    /// # Errors
    /// As [`Door::open`].
    pub async fn open_telling(
        &self,
        key: Arc<dyn ClientKey>,
        early: impl Fn(AccessToken) + Send + Sync,
    ) -> Result<Session, Error> {
        let pss = key.schemes().iter().any(|scheme| scheme.fits_tls13());
        let started = Instant::now();
        self.freshen();
        let ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner).take();
        // One that was started for another kind of card, or has failed already, is of no use.
        let ahead = ahead.filter(|a| a.pss == pss && a.work.as_ref().is_some_and(|w| !w.is_finished()));
        if let Some(login) = ahead {
            match self.finish(login, &key, started, &early).await {
                // A handshake left waiting, a page gone stale: a fresh attempt tells the truth.
                Err(
                    Error::Dropped { .. }
                    | Error::Unreachable { .. }
                    | Error::UnexpectedPage(_)
                    | Error::ProviderError { .. },
                ) => tracing::debug!("the login prepared ahead did not hold, trying afresh"),
                decided => return decided,
            }
        }
        let login = self.start(Some(Arc::clone(&key)), pss)?;
        let slot = Arc::clone(&login.slot);
        match self.finish(login, &key, started, &early).await {
            // Some servers hang up on a card they do not like instead of saying so.
            Err(Error::Dropped { .. }) if slot.shown() => Err(Error::CardRefused),
            done => done,
        }
    }

    /// Asks for a login on the person's phone (e-CPS; CIBA core 1.0, poll mode), or has the proxy ask where one is
    /// configured. `binding` is to be on the screen by now: the person looks for the same two digits on the phone.
    /// [`Asked::wait`] waits for the answer.
    ///
    /// # Errors
    /// [`Error::PhoneNotOffered`], [`Error::PhoneUnknown`], [`Error::PhoneRefused`], [`Error::ProviderError`] in the
    /// words of §13; else as for any request. What the proxy says comes out of [`Asked::wait`].
    pub async fn ask_phone(&self, who: &NationalId, binding: Binding) -> Result<Asked, Error> {
        phone::ask(Arc::clone(&self.site), Arc::clone(&self.room), who.clone(), binding).await
    }

    /// Begins a login by the provider's own pages, without a card: authorize request, redirects, first page. What they
    /// ask is for the person to answer, see [`Conversation`].
    ///
    /// # Errors
    /// As for any request.
    pub async fn enter(&self, hints: impl Into<Arc<forms::Hints>>) -> Result<(Conversation, Step), Error> {
        Conversation::begin(Arc::clone(&self.site), Arc::clone(&self.room), hints.into()).await
    }

    fn start(&self, key: Option<Arc<dyn ClientKey>>, pss: bool) -> Result<Login, Error> {
        let slot = Slot::new(key);
        let client = self.site.wire.card(&self.site.settings, Arc::clone(&slot), pss)?;
        let hand = Hand { client, slot: Arc::clone(&slot), pss };
        let (tell, vouched) = oneshot::channel();
        let work = self.room.start(log_in(Arc::clone(&self.site), Arc::clone(&self.room), hand, tell));
        Ok(Login { slot, pss, vouched, work: Some(work) })
    }

    /// Brings the card to a login and waits for it, as long as is left since `started`.
    async fn finish(
        &self,
        mut login: Login,
        key: &Arc<dyn ClientKey>,
        started: Instant,
        early: &(impl Fn(AccessToken) + Sync),
    ) -> Result<Session, Error> {
        login.slot.give(Arc::clone(key));
        let work = login.work.take().ok_or(Error::Stopped)?;
        let left = self.site.settings.timeouts.step.saturating_sub(started.elapsed());
        let mut work = pin!(self.room.wait(left, work));
        let opened = tokio::select! {
            biased;
            Ok(token) = &mut login.vouched => {
                early(token);
                work.await?
            }
            opened = &mut work => opened?,
        };
        Session::new(opened).ok_or(Error::Stopped)
    }

    /// Opens again, beside the card's work, connections that a server may have closed for idleness.
    fn freshen(&self) {
        let site = Arc::clone(&self.site);
        let provider = &site.provider;
        if site.wire.is_stale(&provider.token) && provider.keys_at.origin() == provider.token.origin() {
            let site = Arc::clone(&site);
            self.room.leave(async move {
                let _ = site.wire.get(&site.settings, &site.provider.keys_at).await;
            });
        }
        if site.wire.is_stale(&provider.authorize) && !site.settings.sees_card(&provider.authorize) {
            self.room.leave(async move {
                let Ok(root) = site.provider.authorize.join("/") else { return };
                let head = reqwest::Request::new(reqwest::Method::HEAD, root);
                let _ = site.wire.send(&site.settings, &site.wire.front, head, None).await;
            });
        }
    }
}
