//! The person's phone (e-CPS): OpenID Connect CIBA core 1.0, poll mode.
//!
//! ```text
//!  Door::ask_phone(who, binding) ──▶ Asked ──▶ wait(told) ──▶ Session
//!  the provider rings the phone       │         token asked every `interval`
//!                                     └ dropped: nobody asks any more
//! ```
//!
//! The screen shows [`Binding`]'s two digits; the person approves the request that shows the same.
//!
//! Expiry is counted on the monotonic clock, from before the request: never later than the provider's own idea. A
//! network that goes away during the wait ends nothing; it is told ([`Waiting`]) and asked again until expiry.
//!
//! # What is absent on purpose
//!
//! Ping and push (Pro Santé Connect offers poll only, and nothing reaches a desk from outside). A way to take a
//! request back: CIBA has none. An approval that comes after [`Asked`] was dropped is never fetched, and expires.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::{mpsc, oneshot};
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::browse::refused;
use crate::error::Error;
use crate::flow::Site;
use crate::national::NationalId;
use crate::poll::Poll;
use crate::proxy::{self, Connecting};
use crate::room::Room;
use crate::session::Session;
use crate::settings::{ClientAuth, Settings};
use crate::token::AccessToken;

/// Between two questions, where the provider does not say (§7.3).
const INTERVAL: Duration = Duration::from_secs(5);
/// A provider that says less is not taken at its word.
const SHORTEST: Duration = Duration::from_secs(1);
/// No provider waits longer for a person at a desk.
pub(crate) const LONGEST: Duration = Duration::from_secs(3600);

/// Two digits, on the screen and on the phone (`binding_message`, §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding(u8);

impl Binding {
    /// Draws 00 to 99, each as likely, from the system's cryptographic source.
    ///
    /// # Errors
    /// [`Error::Settings`] if the system has none.
    pub fn draw() -> Result<Self, Error> {
        let source = SystemRandom::new();
        loop {
            let mut byte = [0_u8; 1];
            source.fill(&mut byte).map_err(|_| Error::Settings("no source of random numbers".to_owned()))?;
            // 200 is two times 100: without the rest, no digits are likelier than others.
            if let [drawn @ 0..200] = byte {
                return Ok(Self(drawn % 100));
            }
        }
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

/// How the wait for the phone goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The provider answers again that it waits for the person.
    Asked,
    /// The provider cannot be reached, or is out of order. It is asked again.
    Lost,
}

/// A phone that has been asked. Dropping it gives up.
pub struct Asked {
    /// How long the person has, from the request on.
    pub lifetime: Duration,
    /// How often the provider wants to be asked. Zero with a proxy, which asks by itself.
    pub interval: Duration,
    /// When the request expires, on the monotonic clock.
    pub expires_at: Instant,
    pub(crate) site: Arc<Site>,
    pub(crate) room: Arc<Room>,
    pub(crate) who: NationalId,
    pub(crate) how: How,
}

/// Who asks the provider.
pub(crate) enum How {
    /// This device, with the request's name (`auth_req_id`).
    Poll(SecretString),
    /// The proxy.
    Proxy(Connecting),
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked")
            .field("lifetime", &self.lifetime)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

impl Asked {
    /// Waits until the person has answered. `told` hears when the provider is lost and when it is back.
    ///
    /// # Errors
    /// [`Error::PhoneRefused`], [`Error::PhoneExpired`], [`Error::PhoneOther`], [`Error::PhoneAnswerLost`]; the
    /// last network error when the request expired while the provider could not be reached; else as for a login.
    pub async fn wait(self, told: impl Fn(Waiting)) -> Result<Session, Error> {
        self.wait_telling(told, |_| ()).await
    }

    /// As [`Asked::wait`], and `early` gets the access token one round trip before the session is there, as
    /// [`crate::Door::open_telling`] does; not where the ID token does not say who answered.
    ///
    /// # Errors
    /// As [`Asked::wait`].
    pub async fn wait_telling(self, told: impl Fn(Waiting), early: impl Fn(AccessToken)) -> Result<Session, Error> {
        let Self { expires_at, interval, site, room, who, how, .. } = self;
        let timeouts = site.settings.timeouts;
        // The work ends by itself, in the better words.
        let limit = expires_at.saturating_duration_since(Instant::now()) + timeouts.connect + 2 * timeouts.step;
        let (tell, mut news) = mpsc::unbounded_channel();
        let (vouch, mut vouched) = oneshot::channel();
        let work = match how {
            How::Poll(request) => {
                let poll = Poll { site, room: Arc::clone(&room), who, request, interval, expires_at, tell };
                room.start(poll.run(vouch))
            }
            How::Proxy(connecting) => room.start(proxy::connected(site, Arc::clone(&room), who, connecting, vouch)),
        };
        let mut work = pin!(room.wait(limit, work));
        let mut awaited = true;
        let opened = loop {
            tokio::select! {
                biased;
                Some(news) = news.recv() => told(news),
                token = &mut vouched, if awaited => {
                    awaited = false;
                    if let Ok(token) = token {
                        early(token);
                    }
                }
                opened = &mut work => break opened?,
            }
        };
        Session::new(opened).ok_or(Error::Stopped)
    }
}

/// The acknowledgement (§7.3).
#[derive(Deserialize)]
struct Given {
    auth_req_id: String,
    expires_in: u64,
    interval: Option<u64>,
}

/// Asks the phone, by the provider or by the proxy.
pub(crate) async fn ask(site: Arc<Site>, room: Arc<Room>, who: NationalId, binding: Binding) -> Result<Asked, Error> {
    if site.settings.proxy.is_some() {
        return proxy::ask(site, room, who, binding);
    }
    let asked = Instant::now();
    let work = {
        let (site, who) = (Arc::clone(&site), who.clone());
        room.start(async move { request(&site, &who, binding).await })
    };
    let given = room.wait(site.settings.timeouts.step, work).await?;
    let lifetime = Duration::from_secs(given.expires_in).min(LONGEST);
    let interval = given.interval.map_or(INTERVAL, Duration::from_secs).clamp(SHORTEST, LONGEST);
    let how = How::Poll(SecretString::from(given.auth_req_id));
    Ok(Asked { lifetime, interval, expires_at: asked + lifetime, site, room, who, how })
}

/// The authentication request (§7.1).
async fn request(site: &Site, who: &NationalId, binding: Binding) -> Result<Given, Error> {
    let settings = &*site.settings;
    let at = site.provider.phone.as_ref().ok_or(Error::PhoneNotOffered)?;
    let scopes = settings.scopes.iter().map(String::as_str).filter(|scope| *scope != "openid");
    let scope = std::iter::once("openid").chain(scopes).collect::<Vec<_>>().join(" ");
    let (binding, levels) = (binding.to_string(), settings.acr_values.join(" "));
    let mut fields = vec![("scope", &*scope), ("login_hint", who.as_str()), ("binding_message", &*binding)];
    if !levels.is_empty() {
        fields.push(("acr_values", &*levels));
    }
    fields.extend(settings.ciba_params.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let answer = site.wire.back(settings, form(settings, at, &fields)?).await?;
    if !answer.status.is_success() {
        let refusal = Refusal::read(&answer.body).ok_or(Error::UnexpectedPage(answer.status.as_u16()))?;
        return Err(refusal.named());
    }
    serde_json::from_slice(&answer.body).map_err(|_| Error::TokenInvalid("the phone's acknowledgement cannot be read"))
}

/// A form for the back channel, with the client's proof of itself (RFC 6749 §2.3.1, RFC 8705 §2).
pub(crate) fn form(settings: &Settings, at: &Url, fields: &[(&str, &str)]) -> Result<Request, Error> {
    let mut body = Serializer::new(String::new());
    body.extend_pairs(fields);
    let mut request = Request::new(Method::POST, at.clone());
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    if let ClientAuth::Basic(secret) = &settings.client_auth {
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encode(&settings.client_id), encode(secret.expose_secret()));
        let mut proof = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair)))
            .map_err(|_| Error::Settings("client_id and secret do not fit a header".to_owned()))?;
        proof.set_sensitive(true);
        headers.insert(AUTHORIZATION, proof);
    } else {
        body.append_pair("client_id", &settings.client_id);
    }
    *request.body_mut() = Some(body.finish().into());
    Ok(request)
}

/// A refusal in OAuth's words.
#[derive(Deserialize)]
pub(crate) struct Refusal {
    pub(crate) error: String,
    error_description: Option<String>,
}

impl Refusal {
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// For good (§11, §13).
    pub(crate) fn named(&self) -> Error {
        named(&self.error).unwrap_or_else(|| refused(&self.error, self.error_description.as_deref()))
    }
}

/// The refusals of a phone that have a name of their own.
pub(crate) fn named(error: &str) -> Option<Error> {
    match error {
        "access_denied" => Some(Error::PhoneRefused),
        "expired_token" => Some(Error::PhoneExpired),
        "unknown_user_id" => Some(Error::PhoneUnknown),
        "unauthorized_client" | "unsupported_grant_type" => Some(Error::PhoneNotOffered),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[test]
    fn a_binding_is_two_digits_and_every_pair_comes_up() {
        assert_eq!(Binding(7).to_string(), "07");
        let mut seen = [0; 100];
        for _ in 0..20_000 {
            seen[usize::from(Binding::draw().unwrap().0)] += 1;
        }
        // 200 times each, give or take 14: six times that is not seen in a lifetime of runs.
        assert!(seen.iter().all(|times| (100..300).contains(times)), "{seen:?}");
    }

    #[test]
    fn the_client_proves_itself_in_the_header_or_names_itself_in_the_form() {
        let at = |text: &str| Url::parse(text).unwrap();
        let mut settings = Settings::new(at("https://a.test/d"), "i", "borne é", at("http://127.0.0.1/cb"));
        let body = |request: &Request| String::from_utf8(request.body().unwrap().as_bytes().unwrap().to_vec()).unwrap();
        let request = form(&settings, &at("https://a.test/t"), &[("binding_message", "07")]).unwrap();
        assert_eq!(body(&request), "binding_message=07&client_id=borne+%C3%A9");
        assert!(request.headers().get(AUTHORIZATION).is_none());
        settings.client_auth = ClientAuth::Basic("a:b".into());
        let request = form(&settings, &at("https://a.test/t"), &[("binding_message", "07")]).unwrap();
        assert_eq!(body(&request), "binding_message=07");
        let proof = request.headers().get(AUTHORIZATION).unwrap();
        assert!(proof.is_sensitive());
        let proof = STANDARD.decode(proof.to_str().unwrap().strip_prefix("Basic ").unwrap()).unwrap();
        assert_eq!(proof, b"borne+%C3%A9:a%3Ab");
    }
}
