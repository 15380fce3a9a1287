//! A server of the establishment between this device and the provider: the «proxy e-Santé».
//!
//! Pro Santé Connect wants one for CIBA: the client's secret or certificate stays there. Its contract is that of
//! the ANS sample (`psc-edc-proxy-esante`), in both forms it has had, see [`Contract`]:
//!
//! | | Answer |
//! |---|---|
//! | connect with `nationalId`, `bindingMessage`, `clientId`, `channel` | nothing until the person has answered, then the session object and the cookie `proxy_session_id` |
//! | | 304 (older) or 409: a session of this person is open already |
//! | | 401: not authenticated, OAuth's word in `message`; 404: person or client unknown |
//! | disconnect with the cookie | 200; 401 (older: 404): no such session |
//!
//! # What the sample does not give
//!
//! Its session object is `proxy_session_id` and `session_state`: no token, as its calls go through `/send/…`, which is
//! HTTP only. IMAP wants the token itself. So the smallest extension is asked for, in the names of the token answer
//! they come from (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3): **`access_token`** and **`id_token`**, and
//! `expires_in` where the provider gave it. Without the first two, [`Error::ProxyWithout`], and the proxy's session is
//! ended. The ID token is verified here as for any login; UserInfo is asked with the access token. Refresh tokens stay at
//! the proxy: where [`Proxy::refresh`] is configured, a POST there with the cookie brings a session object again.
//!
//! # Giving up
//!
//! The cookie comes with the approval, so nothing can be disconnected before. The sample goes on asking the
//! provider after its caller hung up. Therefore the call is not cut when the person gives up: it waits by itself,
//! at most [`Proxy::patience`], and disconnects what comes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use openidconnect::core::CoreTokenResponse;
use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderValue, SET_COOKIE};
use reqwest::{Method, Request, StatusCode};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use url::Url;

use crate::browse::refused;
use crate::error::Error;
use crate::flow::{Opened, Order, Site, admit};
use crate::national::NationalId;
use crate::phone::{Asked, Binding, How, named};
use crate::room::Room;
use crate::session::Ending;
use crate::token::AccessToken;
use crate::verify::Expect;
use crate::wire::{Answer, out_of_order};

/// The cookie that is the session.
const COOKIE_NAME: &str = "proxy_session_id";

/// How the proxy is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contract {
    /// `GET connect?nationalId=…`, `POST disconnect`: the sample's first form.
    Query,
    /// `POST connect` with a JSON body, `DELETE disconnect`: as published since.
    Json,
}

/// A proxy e-Santé.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// Where `connect` and `disconnect` are. An allowed host, as all others.
    pub base: Url,
    /// How it is called.
    pub contract: Contract,
    /// `channel`: `MOBILE`.
    pub channel: String,
    /// How long `connect` may take: what the provider gives the person.
    pub patience: Duration,
    /// Where a fresh access token is to be had, beside `connect`, if the proxy has that extension: `refresh`.
    pub refresh: Option<String>,
}

impl Proxy {
    /// A proxy as published, with two minutes for the person and no refresh.
    #[must_use]
    pub fn new(base: Url) -> Self {
        let patience = Duration::from_secs(120);
        Self { base, contract: Contract::Json, channel: "MOBILE".to_owned(), patience, refresh: None }
    }

    fn at(&self, name: &str) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(name);
        }
        url
    }
}

/// A connect under way. Let go of, it disconnects by itself when it succeeds.
pub(crate) struct Connecting(oneshot::Receiver<Result<Connected, Error>>);

/// Starts `connect`, which takes until the person has answered.
pub(crate) fn ask(site: Arc<Site>, room: Arc<Room>, who: NationalId, binding: Binding) -> Result<Asked, Error> {
    let lifetime = proxy(&site)?.patience;
    let asked = Instant::now();
    let (answer, waiting) = oneshot::channel();
    let work = {
        let (site, room, who) = (Arc::clone(&site), Arc::clone(&room), who.clone());
        async move {
            let connect = connect(&site, &room, &who, binding);
            let connected = tokio::time::timeout(lifetime, connect).await.unwrap_or(Err(Error::PhoneExpired));
            // Where nobody waits any more, what is dropped here disconnects.
            let _ = answer.send(connected);
        }
    };
    room.leave(work);
    let (interval, expires_at, how) = (Duration::ZERO, asked + lifetime, How::Proxy(Connecting(waiting)));
    Ok(Asked { lifetime, interval, expires_at, site, room, who, how })
}

/// A session at the proxy. Dropped before its tokens were taken over, it is ended in the background.
struct Connected {
    site: Arc<Site>,
    room: Arc<Room>,
    jar: Arc<Jar>,
    object: Value,
    /// When it came: the token in it is hardly older.
    came: Instant,
    ours: bool,
}

impl Drop for Connected {
    fn drop(&mut self) {
        if !self.ours {
            return;
        }
        tracing::debug!("a session at the proxy was given up");
        let (site, room, jar) = (Arc::clone(&self.site), Arc::clone(&self.room), Arc::clone(&self.jar));
        self.room.leave(async move {
            let limit = site.settings.timeouts.close;
            let _ = tokio::time::timeout(limit, disconnect(&site, &jar)).await;
            drop(room);
        });
    }
}

async fn connect(site: &Arc<Site>, room: &Arc<Room>, who: &NationalId, binding: Binding) -> Result<Connected, Error> {
    let (settings, proxy) = (&*site.settings, proxy(site)?);
    let (mut at, binding) = (proxy.at("connect"), binding.to_string());
    let fields = [
        ("nationalId", who.as_str()),
        ("bindingMessage", &*binding),
        ("clientId", &*settings.client_id),
        ("channel", &*proxy.channel),
    ];
    let request = match proxy.contract {
        Contract::Query => {
            at.query_pairs_mut().extend_pairs(fields);
            Request::new(Method::GET, at.clone())
        }
        Contract::Json => {
            let mut request = Request::new(Method::POST, at.clone());
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            let body: Value = fields.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
            *request.body_mut() = Some(body.to_string().into());
            request
        }
    };
    let answer = site.wire.send(settings, &site.wire.back, request, None).await?;
    let came = Instant::now();
    if !answer.status.is_success() {
        return Err(refusal(&answer));
    }
    let object: Value =
        serde_json::from_slice(&answer.body).map_err(|_| Error::TokenInvalid("the proxy's session cannot be read"))?;
    let jar = Arc::new(Jar::default());
    if answer.headers.contains_key(SET_COOKIE) {
        jar.set_cookies(&mut answer.headers.get_all(SET_COOKIE).iter(), &at);
    } else if let Some(id) = object.get(COOKIE_NAME).and_then(Value::as_str) {
        jar.add_cookie_str(&format!("{COOKIE_NAME}={id}; Path=/; Secure"), &at);
    }
    Ok(Connected { site: Arc::clone(site), room: Arc::clone(room), jar, object, came, ours: true })
}

/// What a refusal of `connect` means. Its `message` may name the person: none of it goes on.
fn refusal(answer: &Answer) -> Error {
    if out_of_order(answer.status) {
        return Error::ProviderDown(answer.status.as_u16());
    }
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let message = body.get("message").or_else(|| body.get("error")).and_then(Value::as_str).unwrap_or_default();
    // The sample writes «400 - access_denied : …».
    let words = message.split(|c: char| !c.is_ascii_alphabetic() && c != '_');
    if let Some(error) = words.filter(|word| word.contains('_')).find_map(named) {
        return error;
    }
    match answer.status {
        StatusCode::NOT_MODIFIED | StatusCode::CONFLICT => Error::PhoneBusy,
        StatusCode::NOT_FOUND => Error::PhoneUnknown,
        StatusCode::BAD_REQUEST => refused("invalid_request", None),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => refused("unauthorized", None),
        other => Error::UnexpectedPage(other.as_u16()),
    }
}

/// From the proxy's session to the person's.
pub(crate) async fn connected(
    site: Arc<Site>,
    room: Arc<Room>,
    who: NationalId,
    connecting: Connecting,
    vouch: oneshot::Sender<AccessToken>,
) -> Result<Opened, Error> {
    let mut connected = connecting.0.await.unwrap_or(Err(Error::Stopped))?;
    let response = response(&mut connected.object, true)?;
    let (jar, asked) = (Arc::clone(&connected.jar), connected.came);
    // From here on the tokens' own guard ends it.
    connected.ours = false;
    let order = Order { asked, expect: Expect::Unsent, phone: Some((&who, None)), proxied: true };
    let limit = site.settings.timeouts.step;
    let admitted = admit(&site, room, jar, &response, order, vouch);
    tokio::time::timeout(limit, admitted).await.unwrap_or(Err(Error::TimedOut))
}

/// The token answer inside a session object.
fn response(object: &mut Value, first: bool) -> Result<CoreTokenResponse, Error> {
    let has = |name: &str| object.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    if !has("access_token") {
        return Err(Error::ProxyWithout("access_token"));
    }
    if first && !has("id_token") {
        return Err(Error::ProxyWithout("id_token"));
    }
    let fields = ["access_token", "id_token", "expires_in"].into_iter();
    let fields = fields.filter_map(|name| Some((name.to_owned(), object.get_mut(name)?.take())));
    let answer: Value = fields.chain([("token_type".to_owned(), json!("Bearer"))]).collect();
    serde_json::from_value(answer).map_err(|_| Error::TokenInvalid("the proxy's session cannot be read"))
}

/// A fresh access token, where the proxy gives one, in the form of a token answer.
pub(crate) async fn refreshed(site: &Site, jar: &Jar) -> Result<CoreTokenResponse, Error> {
    let (settings, proxy) = (&*site.settings, proxy(site)?);
    let at = proxy.at(proxy.refresh.as_deref().ok_or(Error::SessionOver)?);
    let answer = site.wire.back(settings, with_cookie(Method::POST, at, jar)).await?;
    match answer.status {
        status if status.is_success() => {}
        StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND => return Err(Error::SessionOver),
        other => return Err(Error::UnexpectedPage(other.as_u16())),
    }
    let mut object: Value =
        serde_json::from_slice(&answer.body).map_err(|_| Error::TokenInvalid("the proxy's session cannot be read"))?;
    response(&mut object, false)
}

/// Ends the session at the proxy, which logs out at the provider.
pub(crate) async fn disconnect(site: &Site, jar: &Jar) -> Result<Ending, Error> {
    let proxy = proxy(site)?;
    let method = match proxy.contract {
        Contract::Query => Method::POST,
        Contract::Json => Method::DELETE,
    };
    let answer = site.wire.back(&site.settings, with_cookie(method, proxy.at("disconnect"), jar)).await?;
    match answer.status {
        // Gone already is gone.
        status if status.is_success() => Ok(Ending::Done),
        StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND => Ok(Ending::Done),
        other => Err(Error::UnexpectedPage(other.as_u16())),
    }
}

fn with_cookie(method: Method, at: Url, jar: &Jar) -> Request {
    let mut request = Request::new(method, at);
    if let Some(mut cookies) = jar.cookies(request.url()) {
        cookies.set_sensitive(true);
        request.headers_mut().insert(COOKIE, cookies);
    }
    request
}

fn proxy(site: &Site) -> Result<&Proxy, Error> {
    site.settings.proxy.as_ref().ok_or(Error::PhoneNotOffered)
}
