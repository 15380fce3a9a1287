//! Guichet as its own user agent: follows the provider from the authorize address to the redirect address.

use std::sync::Arc;

use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::{
    CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue, LOCATION, ORIGIN, REFERER, SET_COOKIE,
};
use reqwest::{Client, Method, Request, StatusCode};
use secrecy::ExposeSecret;
use serde::Deserialize;
use url::Url;

use crate::error::Error;
use crate::page::{Lead, lead};
use crate::room::blocking;
use crate::settings::Settings;
use crate::slot::Slot;
use crate::trouble::Card;
use crate::wire::{Answer, Wire, out_of_order};

/// Browsers stop at twenty too.
const MOST_HOPS: usize = 20;

/// The card's side of a login.
pub(crate) struct Hand {
    pub(crate) client: Client,
    pub(crate) slot: Arc<Slot>,
    pub(crate) pss: bool,
}

/// One visit to the provider's pages.
pub(crate) struct Browser<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) wire: &'a Wire,
    pub(crate) jar: &'a Jar,
    pub(crate) hand: Option<&'a Hand>,
    /// Where a walk ends: these addresses, whatever their query, are never fetched.
    pub(crate) stops: Vec<Url>,
}

/// How a walk through the pages ended.
pub(crate) enum End {
    /// At one of the addresses to stop at; never fetched.
    At(Vec<(String, String)>),
    /// On a page without a way on; `asks` if it wants something of a person.
    Page { status: StatusCode, asks: bool },
}

/// What goes to the provider.
pub(crate) struct Sending {
    pub(crate) url: Url,
    pub(crate) form: Option<Filled>,
}

/// A form as it is posted.
#[derive(Clone)]
pub(crate) enum Filled {
    /// Without anything of a person in it.
    Plain(Vec<(String, String)>),
    /// With a person's answers, from the page at this address.
    Answers(forms::Request, Url),
}

impl Filled {
    fn body(&self) -> Vec<u8> {
        match self {
            Filled::Plain(fields) => {
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
            }
            Filled::Answers(request, _) => request.body().expose_secret().as_bytes().to_vec(),
        }
    }

    fn fields(&self) -> Vec<(String, String)> {
        match self {
            Filled::Plain(fields) => fields.clone(),
            Filled::Answers(request, _) => {
                request.fields().map(|(name, value)| (name.to_owned(), value.expose_secret().to_owned())).collect()
            }
        }
    }
}

/// Where a request and its redirects ended.
pub(crate) enum Stop {
    /// At one of the addresses to stop at; never fetched.
    At(Vec<(String, String)>),
    /// At an answer that is no redirect, of this address.
    Answer(Answer, Url),
}

impl Browser<'_> {
    /// Walks from `start` until one of the addresses to stop at comes up, through pages with only one way on.
    pub(crate) async fn walk(&self, start: Url) -> Result<End, Error> {
        let mut sending = Sending { url: start, form: None };
        let mut hops = 0;
        loop {
            let (answer, url) = match self.follow(sending, &mut hops).await? {
                Stop::At(answer) => return Ok(End::At(answer)),
                Stop::Answer(answer, url) => (answer, url),
            };
            if out_of_order(answer.status) {
                return Err(Error::ProviderDown(answer.status.as_u16()));
            }
            if answer.status.is_client_error() {
                return Err(self.refusal(&answer, &url));
            }
            // Up to a megabyte of anybody's markup: not on the time of the other tasks.
            let next = || blocking(|| lead(&answer.body, &url, self.settings));
            match Some(()).filter(|()| is_html(&answer.headers)).and_then(|()| next()) {
                Some(Lead::Get(url)) => sending = Sending { url, form: None },
                Some(Lead::Post(url, fields)) => sending = Sending { url, form: Some(Filled::Plain(fields)) },
                None => {
                    let asks = answer.body.windows(5).any(|tag| tag.eq_ignore_ascii_case(b"<form"));
                    return Ok(End::Page { status: answer.status, asks });
                }
            }
        }
    }

    /// Sends one request and follows its redirects. `hops` counts requests, of several calls too.
    pub(crate) async fn follow(&self, mut sending: Sending, hops: &mut usize) -> Result<Stop, Error> {
        while *hops < MOST_HOPS {
            *hops += 1;
            let Sending { url, form } = sending;
            if self.stops.iter().any(|stop| same_place(stop, &url)) {
                // `form_post` pages carry the answer in the form, redirects in the query.
                return Ok(Stop::At(form.map_or_else(|| url.query_pairs().into_owned().collect(), |f| f.fields())));
            }
            let answer = self.fetch(&url, form.as_ref()).await?;
            if !answer.status.is_redirection() {
                return Ok(Stop::Answer(answer, url));
            }
            let Some(mut target) = location(&answer.headers, &url) else {
                return Err(Error::UnexpectedPage(answer.status.as_u16()));
            };
            target.set_fragment(None);
            let again = matches!(answer.status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
            sending = Sending { url: target, form: form.filter(|_| again) };
        }
        Err(Error::TooManyRedirects)
    }

    async fn fetch(&self, url: &Url, form: Option<&Filled>) -> Result<Answer, Error> {
        self.settings.allow(url)?;
        let hand = self.hand.filter(|_| self.settings.sees_card(url));
        let client = hand.map_or(&self.wire.front, |hand| &hand.client);
        let card = hand.map(|hand| Card { slot: &hand.slot, pss: hand.pss });
        let request = self.request(url, form);
        let answer = self.wire.send(self.settings, client, request, card).await?;
        let mut cookies = answer.headers.get_all(SET_COOKIE).iter();
        self.jar.set_cookies(&mut cookies, url);
        Ok(answer)
    }

    fn request(&self, url: &Url, form: Option<&Filled>) -> Request {
        let method = if form.is_some() { Method::POST } else { Method::GET };
        let mut request = Request::new(method, url.clone());
        let headers = request.headers_mut();
        headers.insert(reqwest::header::ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml"));
        for (name, value) in &self.settings.headers {
            // `Settings::check` has complained of any other.
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
                headers.insert(name, value);
            }
        }
        if let Some(cookies) = self.jar.cookies(url) {
            headers.insert(COOKIE, cookies);
        }
        if let Some(Filled::Answers(_, page)) = form {
            // What servers know a form of their own by, as browsers send it (Fetch §3.1, Referrer Policy's
            // `strict-origin-when-cross-origin`).
            let origin = page.origin().ascii_serialization();
            let referer = if page.origin() == url.origin() { page.to_string() } else { format!("{origin}/") };
            for (name, value) in [(ORIGIN, origin), (REFERER, referer)] {
                if let Ok(value) = HeaderValue::try_from(value) {
                    headers.insert(name, value);
                }
            }
        }
        if let Some(form) = form {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
            *request.body_mut() = Some(form.body().into());
        }
        request
    }

    /// What a client error means.
    pub(crate) fn refusal(&self, answer: &Answer, url: &Url) -> Error {
        // A server that admits an empty certificate answers with a page.
        if let Some(failure) = self.hand.and_then(|hand| hand.slot.failure()) {
            return Error::CardSignature(failure);
        }
        let shown = self.hand.is_some_and(|hand| hand.slot.shown()) && self.settings.sees_card(url);
        if shown && matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Error::CardRefused;
        }
        match serde_json::from_slice::<Refusal>(&answer.body) {
            Ok(refusal) => refused(&refusal.error, refusal.error_description.as_deref()),
            Err(_) => Error::UnexpectedPage(answer.status.as_u16()),
        }
    }
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

/// An OAuth error, cut to what fits in a journal line.
pub(crate) fn refused(error: &str, description: Option<&str>) -> Error {
    let short = |text: &str| text.chars().filter(|c| !c.is_control()).take(200).collect::<String>();
    Error::ProviderError { error: short(error), description: description.map(short) }
}

fn location(headers: &HeaderMap, base: &Url) -> Option<Url> {
    // Some servers write accents as they are.
    base.join(&String::from_utf8_lossy(headers.get(LOCATION)?.as_bytes())).ok()
}

pub(crate) fn is_html(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")
}

/// Same address, whatever the query.
fn same_place(stop: &Url, url: &Url) -> bool {
    stop.scheme() == url.scheme()
        && stop.host_str() == url.host_str()
        && stop.port_or_known_default() == url.port_or_known_default()
        && stop.path() == url.path()
}
