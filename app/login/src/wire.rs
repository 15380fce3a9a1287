//! One request, one bounded answer, to allowed hosts over TLS only.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use https::{Clock, Names};
use openidconnect::{HttpRequest, HttpResponse};
use reqwest::header::{AGE, DATE, HeaderMap};
use reqwest::{Client, ClientBuilder, Request, StatusCode};
use rustls::RootCertStore;
use url::Url;

use crate::error::Error;
use crate::http_date::http_date;
use crate::settings::{Settings, authority};
use crate::slot::Slot;
use crate::tls;
use crate::trouble::{self, Card};

/// No page, document or token answer of a provider is anywhere near this.
pub(crate) const LARGEST: usize = 1 << 20;

/// Servers close idle connections after as little as five seconds: an older one is opened again beforehand.
const FRESH: Duration = Duration::from_secs(3);

/// The connections of one visit.
pub(crate) struct Wire {
    /// The user agent's, without any certificate.
    pub(crate) front: Client,
    /// The back channel's, with the establishment's certificate where configured.
    pub(crate) back: Client,
    roots: Arc<RootCertStore>,
    names: Arc<Names>,
    used: Mutex<HashMap<String, Instant>>,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Error> {
        let roots = tls::roots(settings)?;
        let names = Arc::new(names(settings)?);
        let connect = settings.timeouts.connect;
        let build = |config| built(common(settings, &names).connect_timeout(connect), config);
        let front = build(tls::plain(settings, &roots)?)?;
        let back = match tls::back_channel(settings, &roots)? {
            Some(config) => build(config)?,
            // Same pool: the connection that fetched discovery serves the token request.
            None => front.clone(),
        };
        Ok(Self { front, back, roots, names, used: Mutex::default() })
    }

    /// A client whose handshakes meet the card. No limit on connecting: a handshake may wait for the person.
    pub(crate) fn card(&self, settings: &Settings, slot: Arc<Slot>, pss: bool) -> Result<Client, Error> {
        built(common(settings, &self.names), tls::card(settings, &self.roots, slot, pss)?)
    }

    /// Sends one request and reads the whole answer.
    pub(crate) async fn send(
        &self,
        settings: &Settings,
        client: &Client,
        request: Request,
        card: Option<Card<'_>>,
    ) -> Result<Answer, Error> {
        settings.allow(request.url())?;
        let host = authority(request.url());
        let failed = |error| trouble::name(error, &host, card);
        let mut response = client.execute(request).await.map_err(failed)?;
        if response.content_length().is_some_and(|length| length > LARGEST as u64) {
            return Err(Error::TooLarge);
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LARGEST {
                return Err(Error::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(host, Instant::now());
        Ok(Answer { status, headers, body })
    }

    /// A request of the back channel: the provider being down or the clock wrong is said before anything else.
    pub(crate) async fn back(&self, settings: &Settings, request: Request) -> Result<Answer, Error> {
        let answer = self.send(settings, &self.back, request, None).await?;
        if out_of_order(answer.status) {
            return Err(Error::ProviderDown(answer.status.as_u16()));
        }
        check_clock(&settings.clock, settings.clock_tolerance, &answer.headers)?;
        Ok(answer)
    }

    /// Fetches a document of the back channel.
    pub(crate) async fn get(&self, settings: &Settings, url: &Url) -> Result<Answer, Error> {
        self.back(settings, Request::new(reqwest::Method::GET, url.clone())).await
    }

    /// The back channel as `openidconnect` calls it.
    pub(crate) async fn call(&self, settings: &Settings, request: HttpRequest) -> Result<HttpResponse, Error> {
        let request = Request::try_from(request).map_err(|_| Error::Discovery("an endpoint's address"))?;
        let answer = self.back(settings, request).await?;
        let mut response = HttpResponse::new(answer.body);
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        Ok(response)
    }

    /// Whether the connection to this host may have been closed for idleness.
    pub(crate) fn is_stale(&self, url: &Url) -> bool {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.get(&authority(url)).is_none_or(|at| at.elapsed() > FRESH)
    }
}

fn names(settings: &Settings) -> Result<Names, Error> {
    Names::new(settings.dns_server, &settings.hosts, settings.timeouts.connect)
        .map_err(|e| Error::Settings(format!("dns_server: {e}")))
}

/// The provider itself is in trouble, whatever was asked.
pub(crate) fn out_of_order(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

fn common(settings: &Settings, names: &Arc<Names>) -> ClientBuilder {
    Client::builder()
        .user_agent(&settings.user_agent)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .https_only(true)
        .no_proxy()
        .tcp_user_timeout(settings.timeouts.connect)
        .dns_resolver(Arc::clone(names))
}

fn built(builder: ClientBuilder, config: rustls::ClientConfig) -> Result<Client, Error> {
    builder.tls_backend_preconfigured(config).build().map_err(|e| Error::Settings(format!("HTTP client: {e}")))
}

/// Compares the `Date` of an answer with ours. An answer out of a cache carries its age (RFC 9111 §5.1).
fn check_clock(clock: &Clock, tolerance: Duration, headers: &HeaderMap) -> Result<(), Error> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(theirs) = text(DATE).and_then(http_date) else {
        return Ok(());
    };
    let age = text(AGE).and_then(|age| age.parse::<i64>().ok()).unwrap_or(0);
    differ(clock.unix().saturating_sub(theirs.saturating_add(age)), tolerance)
}

/// Whether a difference in seconds is too much.
pub(crate) fn differ(seconds: i64, tolerance: Duration) -> Result<(), Error> {
    if seconds.unsigned_abs() > tolerance.as_secs() {
        return Err(Error::ClockWrong(Some(seconds)));
    }
    Ok(())
}
