//! Lists kept ready, and the verifiers that use them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::RootCertStore;
use rustls::client::danger::ServerCertVerifier;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::error::Error;
use crate::examine::{Authority, examine};
use crate::fetch::{Fetcher, Got, Stamp};
use crate::lists::{Lists, Taken};
use crate::settings::{Place, Settings, Source};
use crate::verifier::{Shared, Verifier};

/// Verifiers that are kept and made ready ahead of a handshake: one for each set of roots in the configuration.
const MOST_VERIFIERS: usize = 8;

/// What a look at a source gave.
#[derive(Debug)]
pub struct Look {
    /// The source, as the journal calls it.
    pub source: String,
    /// The list that ends first of those it holds, or what is wrong with one of them.
    pub outcome: Result<Taken, Error>,
}

/// The check of an establishment: one for the program, shared by all its connections.
pub struct Checker {
    settings: Settings,
    fetcher: Fetcher,
    authorities: Vec<Authority>,
    /// For each source, the only authority it is for.
    only: Vec<Option<Authority>>,
    /// For each source, what it held when all of it was last good.
    seen: Mutex<Vec<Option<Seen>>>,
    lists: Mutex<Lists>,
    shared: Arc<Shared>,
    verifiers: Mutex<Vec<Arc<Verifier>>>,
}

/// A source that need not be sent again.
#[derive(Clone)]
struct Seen {
    stamp: Stamp,
    until: u64,
}

/// Lists are kept fresh while this lives.
#[must_use = "lists are kept fresh while this lives"]
pub struct Watch {
    _tasks: JoinSet<()>,
}

impl Checker {
    /// A checker without any list yet: see [`Checker::watch`].
    ///
    /// # Errors
    /// [`Error::Settings`] in words for IT.
    pub fn new(settings: Settings) -> Result<Arc<Self>, Error> {
        plausible(&settings)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let fetcher = Fetcher::new(&settings, &provider)?;
        let read = |der: &Vec<u8>| Authority::read(der);
        let authorities = settings.authorities.iter().map(read).collect::<Result<_, _>>()?;
        let only = settings.sources.iter().map(|source| source.issuer.as_ref().map(read).transpose());
        let only = only.collect::<Result<_, _>>()?;
        let shared = Arc::new(Shared::new(settings.policy, settings.depth, provider));
        let seen = Mutex::new(vec![None; settings.sources.len()]);
        let (lists, verifiers) = (Mutex::default(), Mutex::default());
        Ok(Arc::new(Self { settings, fetcher, authorities, only, seen, lists, shared, verifiers }))
    }

    /// Fetches the lists now and again, each by itself, in the background of the current tokio runtime.
    pub fn watch(self: &Arc<Self>) -> Watch {
        let mut tasks = JoinSet::new();
        for index in 0..self.settings.sources.len() {
            tasks.spawn(keep_fresh(Arc::clone(self), index));
        }
        Watch { _tasks: tasks }
    }

    /// Looks at every source once, one after the other: for a check of the configuration, or to begin with lists.
    pub async fn look(self: &Arc<Self>) -> Vec<Look> {
        let mut looks = Vec::new();
        for (index, source) in self.settings.sources.iter().enumerate() {
            looks.push(Look { source: source.name(), outcome: self.look_at(index).await });
        }
        looks
    }

    /// The check for connections that trust these roots. Always the same one for the same roots; it follows the lists by
    /// itself.
    ///
    /// # Errors
    /// [`Error::Settings`] if there is no root.
    pub fn verifier(&self, roots: &Arc<RootCertStore>) -> Result<Arc<dyn ServerCertVerifier>, Error> {
        let mut verifiers = self.verifiers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = verifiers.iter().find(|known| known.roots.roots == roots.roots) {
            return Ok(Arc::<Verifier>::clone(known));
        }
        let verifier = Verifier::new(Arc::clone(&self.shared), Arc::clone(roots));
        let verifier = Arc::new(verifier.map_err(|e| Error::Settings(e.to_string()))?);
        if verifiers.len() < MOST_VERIFIERS {
            verifiers.push(Arc::clone(&verifier));
        }
        Ok(verifier)
    }

    async fn look_at(self: &Arc<Self>, index: usize) -> Result<Taken, Error> {
        let none = || Error::Settings("no such source".to_owned());
        let source = self.settings.sources.get(index).ok_or_else(none)?;
        // A list that has ended is asked for whatever the server calls it.
        let seen = self.seen(index).filter(|seen| seen.until > self.settings.now());
        let until = seen.as_ref().map_or(0, |seen| seen.until);
        let (bytes, stamp) =
            match self.fetcher.get(&source.place, seen.map(|seen| seen.stamp).unwrap_or_default()).await? {
                Got::All(bytes, stamp) => (bytes, stamp),
                Got::Same => return Ok(Taken { changed: false, until }),
            };
        let this = Arc::clone(self);
        // Signatures and parsing: tens of milliseconds for a large list.
        let taken = tokio::task::spawn_blocking(move || this.take(index, &bytes)).await;
        let taken = taken.map_err(|e| Error::Settings(e.to_string()))??;
        if let Some(seen) = self.seen.lock().unwrap_or_else(PoisonError::into_inner).get_mut(index) {
            *seen = Some(Seen { stamp, until: taken.until });
        }
        Ok(taken)
    }

    fn seen(&self, index: usize) -> Option<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(index).cloned().flatten()
    }

    /// Takes what is good, and makes the verifiers ready for it. The first thing that is wrong is the outcome.
    fn take(&self, index: usize, bytes: &[u8]) -> Result<Taken, Error> {
        let only = self.only.get(index).and_then(Option::as_ref);
        let algorithms = self.shared.provider.signature_verification_algorithms;
        let found = examine(bytes, &self.authorities, only, &algorithms)?;
        let mut outcome = Ok(Taken { changed: false, until: u64::MAX });
        {
            let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
            let mut changed = false;
            for list in found {
                match list.and_then(|list| lists.take(list, self.settings.now())) {
                    Ok(one) => {
                        changed |= one.changed;
                        outcome = outcome.map(|all| Taken { changed, until: all.until.min(one.until) });
                    }
                    Err(error) => outcome = outcome.and(Err(error)),
                }
            }
            if changed {
                self.shared.publish(lists.all());
            }
        }
        let verifiers = self.verifiers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for verifier in verifiers {
            verifier.build().map_err(|e| Error::Settings(e.to_string()))?;
        }
        outcome
    }
}

impl std::fmt::Debug for Checker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Settings { policy, depth, .. } = self.settings;
        f.debug_struct("Checker").field("policy", &policy).field("depth", &depth).finish_non_exhaustive()
    }
}

/// What can be said of the configuration by looking at it; certificates are left to those who read them.
fn plausible(settings: &Settings) -> Result<(), Error> {
    let wrong = |what: String| Err(Error::Settings(what));
    if settings.sources.is_empty() {
        return wrong("no list is configured".to_owned());
    }
    if settings.authorities.is_empty() && settings.sources.iter().any(|source| source.issuer.is_none()) {
        return wrong("no authority of the lists is configured".to_owned());
    }
    for source in &settings.sources {
        let Place::Address(url) = &source.place else { continue };
        let name = source.name();
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return wrong(format!("{name} is neither http nor https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return wrong(format!("{name} has a user name in it"));
        }
        if url.scheme() == "https" && settings.roots.is_empty() {
            return wrong(format!("{name} is https, and no root of such addresses is configured"));
        }
    }
    Ok(())
}

/// One source, for as long as the program watches.
async fn keep_fresh(checker: Arc<Checker>, index: usize) {
    let Some(name) = checker.settings.sources.get(index).map(Source::name) else { return };
    let pace = checker.settings.pace;
    let (mut failures, mut said) = (0_u32, String::new());
    loop {
        let begun = Instant::now();
        let outcome = checker.look_at(index).await;
        let ends_in = outcome.as_ref().map_or(0, |taken| taken.until.saturating_sub(checker.settings.now()));
        // A list that has ended is no better than none: the next one is late.
        failures = if ends_in == 0 { failures.saturating_add(1) } else { 0 };
        say(&name, &outcome, ends_in, &mut said);
        let pause = pace.pause(failures, ends_in);
        tokio::select! {
            () = sleep(pause) => {}
            // Somebody stands at the desk and could not be let in for want of a list.
            () = checker.shared.wanted.notified(), if failures > 0 => sleep_until(begun + pace.retry).await,
        }
    }
}

/// A line in the journal for what is new, and none for the tenth failure of the same kind.
fn say(name: &str, outcome: &Result<Taken, Error>, ends_in: u64, said: &mut String) {
    let line = match outcome {
        Ok(_) if ends_in == 0 => "the revocation list has ended and there is no newer one".to_owned(),
        Ok(_) => String::new(),
        Err(error) => match std::error::Error::source(error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        },
    };
    if let Ok(Taken { changed: true, .. }) = outcome {
        let hours = Duration::from_secs(ends_in).as_secs() / 3600;
        tracing::info!("{name}: a revocation list was taken, good for {hours} hours");
    }
    if line.is_empty() {
        if !said.is_empty() {
            tracing::info!("{name}: the revocation list is there again");
        }
    } else if line != *said {
        tracing::warn!("{name}: {line}; the last good list, if any, stays in use");
    }
    *said = line;
}
