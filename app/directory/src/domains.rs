//! Where a message may go: the white list in use, and what to say of an address.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use reqwest::header::{ETAG, HeaderValue, IF_NONE_MATCH};
use reqwest::{Method, Request, StatusCode};
use tokio::sync::Mutex;
use tokio::time::timeout;
use url::Url;

use crate::address;
use crate::error::Error;
use crate::settings::{Network, https};
use crate::white::{LARGEST, WhiteList};
use crate::wire::{Answer, Wire};

/// The white list in use. Kept in memory, shared by all visits.
pub struct Domains {
    source: Source,
    state: RwLock<State>,
}

enum Source {
    Nothing,
    Fixed,
    Fetched(Box<Fetch>),
}

struct Fetch {
    url: Url,
    patience: Duration,
    wire: Wire,
    turn: Mutex<()>,
}

#[derive(Default)]
struct State {
    list: Option<Arc<WhiteList>>,
    /// When the server last said that this is the list.
    confirmed: Option<Instant>,
    /// The server's name for this version (RFC 9110 §8.8.3).
    etag: Option<HeaderValue>,
}

/// What to say of an address.
#[derive(Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Its domain is on the list.
    Allowed,
    /// Its domain, here in its compared form, is not: nothing may be sent there.
    Outside(String),
    /// No list is configured, or none could be had since the start: nothing may be sent anywhere.
    NoList,
    /// Not a mail address.
    NotAnAddress,
}

/// What came of a refresh.
#[derive(Debug)]
pub enum Refreshed {
    /// A list came, with so many domains.
    New(usize),
    /// The list is still the same.
    Same,
    /// No list came; the one before stays in use.
    Kept {
        /// How long ago the server last confirmed it.
        age: Duration,
        /// Why none came.
        why: Error,
    },
    /// There is nothing to fetch: the list is written in the configuration, or there is none.
    NothingToFetch,
}

/// How things stand with the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Domains on the list; none without a list.
    pub domains: Option<usize>,
    /// When the list says it was made; empty if it does not.
    pub generated: String,
    /// How long ago the server last confirmed it; none for a list of the configuration.
    pub age: Option<Duration>,
}

impl Domains {
    /// No list: every address is refused with [`Verdict::NoList`].
    #[must_use]
    pub fn none() -> Self {
        Self { source: Source::Nothing, state: RwLock::default() }
    }

    /// A list of the configuration.
    ///
    /// # Errors
    /// [`Error::Settings`] in words for IT.
    pub fn fixed<D: AsRef<str>>(domains: impl IntoIterator<Item = D>) -> Result<Self, Error> {
        let list = Some(Arc::new(WhiteList::of(domains)?));
        Ok(Self { source: Source::Fixed, state: RwLock::new(State { list, ..State::default() }) })
    }

    /// A list to fetch, such as `https://espacedeconfiance.mssante.fr/listeblanchemssante.xml` (documented). Nothing is
    /// asked yet and nothing is allowed until the first [`Domains::refresh`]. The document has several megabytes:
    /// `patience` is for all of it.
    ///
    /// # Errors
    /// [`Error::Settings`] in words for IT.
    pub fn fetched(url: Url, patience: Duration, network: &Network) -> Result<Self, Error> {
        https(&url, "the white list's address")?;
        let fetch = Fetch { url, patience, wire: Wire::new(network)?, turn: Mutex::new(()) };
        Ok(Self { source: Source::Fetched(Box::new(fetch)), state: RwLock::default() })
    }

    /// Asks for the list, or whether it is still the same. Dropping the future changes nothing.
    ///
    /// # Errors
    /// When none came and there is none from before.
    pub async fn refresh(&self) -> Result<Refreshed, Error> {
        let Source::Fetched(fetch) = &self.source else { return Ok(Refreshed::NothingToFetch) };
        let _turn = fetch.turn.lock().await;
        let etag = self.read(|state| state.list.is_some().then(|| state.etag.clone()).flatten());
        let fetched = timeout(fetch.patience, fetch.get(etag)).await.unwrap_or(Err(Error::TimedOut));
        match fetched.and_then(|answer| self.accept(&answer)) {
            Ok(refreshed) => {
                tracing::info!(?refreshed, "white list");
                Ok(refreshed)
            }
            Err(why) => match self.read(|state| state.confirmed.map(|at| at.elapsed())) {
                Some(age) => {
                    tracing::warn!(error = %why, age = age.as_secs(), "white list not refreshed, the one before stays");
                    Ok(Refreshed::Kept { age, why })
                }
                None => Err(why),
            },
        }
    }

    /// Whether a message may go to this address, or why not.
    #[must_use]
    pub fn judge(&self, address: &str) -> Verdict {
        let domain = address::parts(address.trim()).and_then(|(_, domain)| address::canonical(domain));
        let Some(domain) = domain else { return Verdict::NotAnAddress };
        match self.list() {
            None => Verdict::NoList,
            Some(list) if list.contains(&domain) => Verdict::Allowed,
            Some(_) => Verdict::Outside(domain),
        }
    }

    /// The list in use.
    #[must_use]
    pub fn list(&self) -> Option<Arc<WhiteList>> {
        self.read(|state| state.list.clone())
    }

    /// How things stand.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.read(|state| Standing {
            domains: state.list.as_ref().map(|list| list.len()),
            generated: state.list.as_ref().map(|list| list.generated().to_owned()).unwrap_or_default(),
            age: state.confirmed.map(|at| at.elapsed()),
        })
    }

    fn accept(&self, answer: &Answer) -> Result<Refreshed, Error> {
        let status = answer.status.as_u16();
        let fresh = match answer.status {
            StatusCode::OK => Some(WhiteList::parse(&answer.body)?),
            StatusCode::NOT_MODIFIED if self.list().is_some() => None,
            down if down.is_server_error() => return Err(Error::Down { status, outcome: None }),
            _ => return Err(Error::Refused { status, outcome: None }),
        };
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.confirmed = Some(Instant::now());
        let Some(list) = fresh else { return Ok(Refreshed::Same) };
        state.etag = answer.headers.get(ETAG).cloned();
        let known = state.list.as_deref() == Some(&list);
        let refreshed = if known { Refreshed::Same } else { Refreshed::New(list.len()) };
        state.list = Some(Arc::new(list));
        Ok(refreshed)
    }

    fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Fetch {
    async fn get(&self, etag: Option<HeaderValue>) -> Result<Answer, Error> {
        let mut request = Request::new(Method::GET, self.url.clone());
        if let Some(etag) = etag {
            request.headers_mut().insert(IF_NONE_MATCH, etag);
        }
        self.wire.send(request, LARGEST).await
    }
}

impl fmt::Debug for Domains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = match &self.source {
            Source::Nothing => "nothing",
            Source::Fixed => "the configuration",
            Source::Fetched(fetch) => fetch.url.as_str(),
        };
        write!(f, "Domains(from {source}, {:?})", self.list())
    }
}

/// A domain tells whom somebody writes to: it is not printed.
impl fmt::Debug for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Allowed => "Allowed",
            Verdict::Outside(_) => "Outside(…)",
            Verdict::NoList => "NoList",
            Verdict::NotAnAddress => "NotAnAddress",
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn without_a_list_nothing_may_be_sent_anywhere() {
        let domains = Domains::none();
        assert_eq!(domains.judge("bianca.castafiore@mss.test"), Verdict::NoList);
        assert_eq!(domains.judge("pas une adresse"), Verdict::NotAnAddress);
        assert_eq!(domains.standing(), Standing { domains: None, generated: String::new(), age: None });
    }

    #[test]
    fn a_list_of_the_configuration_decides_by_domain() {
        let domains = Domains::fixed(["mss.test"]).unwrap();
        assert_eq!(domains.judge(" Bianca.Castafiore@MSS.Test "), Verdict::Allowed);
        assert_eq!(domains.judge("bianca@Gmail.com"), Verdict::Outside("gmail.com".into()));
        assert_eq!(domains.judge("bianca@sous.mss.test"), Verdict::Outside("sous.mss.test".into()));
        assert_eq!(domains.judge("bianca@mss.test, x@gmail.com"), Verdict::NotAnAddress);
        assert_eq!(domains.standing().domains, Some(1));
        assert!(!format!("{:?}", domains.judge("a@gmail.com")).contains("gmail"));
    }

    #[tokio::test]
    async fn there_is_nothing_to_fetch_without_an_address() {
        for domains in [Domains::none(), Domains::fixed(["mss.test"]).unwrap()] {
            assert!(matches!(domains.refresh().await, Ok(Refreshed::NothingToFetch)));
        }
    }

    #[test]
    fn a_list_comes_over_tls_only() {
        let url = Url::parse("http://espacedeconfiance.mssante.fr/listeblanchemssante.xml").unwrap();
        let error = Domains::fetched(url, Duration::from_secs(1), &Network::new(vec![])).unwrap_err();
        assert!(matches!(error, Error::Settings(_)));
    }
}
