//! One login from the authorize request to the person's name (OpenID Connect Core §3.1).

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use openidconnect::core::{CoreAuthenticationFlow, CoreIdToken, CoreJsonWebKeySet, CoreTokenResponse};
use openidconnect::{
    AuthorizationCode, CsrfToken, HttpRequest, HttpResponse, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RequestTokenError, Scope, TokenResponse,
};
use reqwest::cookie::Jar;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::sync::oneshot;
use url::Url;

use crate::browse::{Browser, End, Hand, refused};
use crate::discovery::{Provider, fetch_keys};
use crate::error::Error;
use crate::identity::Identity;
use crate::jwt;
use crate::national::NationalId;
use crate::room::Room;
use crate::session;
use crate::settings::Settings;
use crate::token::AccessToken;
use crate::verify::{self, Client, Expect, Failed, Verified};
use crate::wire::Wire;

/// Without `expires_in` (RFC 6749 §5.1 only recommends it) a token is taken to live so long.
const SHORT_LIFE: Duration = Duration::from_secs(60);

/// A provider, the settings it was found with, the connections to it.
pub(crate) struct Site {
    pub(crate) settings: Arc<Settings>,
    pub(crate) wire: Wire,
    pub(crate) provider: Provider,
}

impl Site {
    /// The back channel in the form `openidconnect` takes: a function from request to future. It owns its
    /// share of the site, so that the future can move between threads.
    pub(crate) fn http(self: &Arc<Self>) -> impl Fn(HttpRequest) -> Answered + use<> {
        let site = Arc::clone(self);
        move |request| {
            let site = Arc::clone(&site);
            Box::pin(async move { site.wire.call(&site.settings, request).await })
        }
    }
}

type Answered = Pin<Box<dyn Future<Output = Result<HttpResponse, Error>> + Send>>;

/// What the token endpoint gave.
pub(crate) struct Tokens {
    pub(crate) access: AccessToken,
    pub(crate) refresh: Option<SecretString>,
    pub(crate) id: Option<SecretString>,
    /// They came by the proxy: it renews and ends them, not the provider.
    pub(crate) proxied: bool,
    pub(crate) lifetime: Duration,
    /// Counted from before the request: never later than the provider's own idea.
    pub(crate) expires_at: Instant,
}

/// What a login leaves.
pub(crate) struct Opened {
    pub(crate) tokens: Held,
    pub(crate) identity: Identity,
}

/// Tokens from the moment the provider gave them. Dropped before somebody took them over, as when the card goes while
/// UserInfo is still asked, they are revoked and the provider's session ended, in the background.
pub(crate) struct Held {
    site: Arc<Site>,
    room: Arc<Room>,
    jar: Arc<Jar>,
    tokens: Option<Tokens>,
}

/// Tokens, and what it takes to end them.
pub(crate) struct Taken {
    pub(crate) site: Arc<Site>,
    pub(crate) room: Arc<Room>,
    pub(crate) jar: Arc<Jar>,
    pub(crate) tokens: Tokens,
}

impl Held {
    /// Takes them over: from now on somebody else sees to their end.
    pub(crate) fn taken(mut self) -> Option<Taken> {
        let tokens = self.tokens.take()?;
        let (site, room, jar) = (Arc::clone(&self.site), Arc::clone(&self.room), Arc::clone(&self.jar));
        Some(Taken { site, room, jar, tokens })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(tokens) = self.tokens.take() else { return };
        tracing::debug!("a login was given up after its tokens came");
        let (site, room, jar) = (Arc::clone(&self.site), Arc::clone(&self.room), Arc::clone(&self.jar));
        self.room.leave(async move {
            session::end(site, room, jar, tokens).await;
        });
    }
}

/// An authorize request, and what its answer is known by.
pub(crate) struct Request {
    pub(crate) address: Url,
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// Makes an authorize request, with `more` parameters where the configuration does not have them.
pub(crate) fn request(site: &Site, more: &[(&str, &str)]) -> Result<Request, Error> {
    let (settings, provider) = (&*site.settings, &site.provider);
    let client = verify::client(settings, provider, provider.keys.clone())?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut request = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .set_pkce_challenge(challenge)
        .add_scopes(settings.scopes.iter().filter(|s| *s != "openid").cloned().map(Scope::new));
    if !settings.acr_values.is_empty() {
        request = request.add_extra_param("acr_values", settings.acr_values.join(" "));
    }
    let configured = |name: &str| settings.authorize_params.iter().any(|(n, _)| n == name);
    for (name, value) in more.iter().filter(|(name, _)| !configured(name)) {
        request = request.add_extra_param(*name, *value);
    }
    for (name, value) in &settings.authorize_params {
        request = request.add_extra_param(name, value);
    }
    let (address, state, nonce) = request.url();
    Ok(Request { address, state, nonce, verifier })
}

/// Logs in with the card that `hand` holds, or will hold. `vouched` gets the token once the ID token stands for it and
/// for the level: nothing but the name is missing then.
pub(crate) async fn log_in(
    site: Arc<Site>,
    room: Arc<Room>,
    hand: Hand,
    vouched: oneshot::Sender<AccessToken>,
) -> Result<Opened, Error> {
    let settings = &*site.settings;
    let request = request(&site, &[])?;
    let jar = Arc::new(Jar::default());
    let browser = Browser {
        settings,
        wire: &site.wire,
        jar: &jar,
        hand: Some(&hand),
        stops: vec![settings.redirect_uri.clone()],
    };
    let answer = match browser.walk(request.address.clone()).await? {
        End::At(answer) => answer,
        End::Page { status, .. } => return Err(Error::UnexpectedPage(status.as_u16())),
    };
    // The card's work is done: no later connection shows it.
    hand.slot.close();
    redeem(&site, room, jar, &answer, &request, vouched).await
}

/// From the authorization answer to the person's name.
pub(crate) async fn redeem(
    site: &Arc<Site>,
    room: Arc<Room>,
    jar: Arc<Jar>,
    answer: &[(String, String)],
    request: &Request,
    vouched: oneshot::Sender<AccessToken>,
) -> Result<Opened, Error> {
    let (settings, provider) = (&*site.settings, &site.provider);
    let code = code(settings, answer, &request.state)?;
    let client = verify::client(settings, provider, provider.keys.clone())?;
    let verifier = PkceCodeVerifier::new(request.verifier.secret().clone());
    let asked = Instant::now();
    let http = site.http();
    let response =
        client.exchange_code(code).set_pkce_verifier(verifier).request_async(&http).await.map_err(token_error)?;
    let order = Order { asked, expect: Expect::Nonce(&request.nonce), phone: None, proxied: false };
    admit(site, room, jar, &response, order, vouched).await
}

/// What was ordered: the answer must be about it.
pub(crate) struct Order<'a> {
    /// Just before the request that brought the tokens.
    pub(crate) asked: Instant,
    pub(crate) expect: Expect<'a>,
    /// Who was asked on the phone, and in which request where that is known.
    pub(crate) phone: Option<(&'a NationalId, Option<&'a str>)>,
    /// Whether the tokens came by the proxy, which alone can end them.
    pub(crate) proxied: bool,
}

/// From the token answer to the person's name, whatever way it came.
pub(crate) async fn admit(
    site: &Arc<Site>,
    room: Arc<Room>,
    jar: Arc<Jar>,
    response: &CoreTokenResponse,
    order: Order<'_>,
    vouched: oneshot::Sender<AccessToken>,
) -> Result<Opened, Error> {
    let (settings, provider) = (&*site.settings, &site.provider);
    let id_token = response.id_token();
    let mut tokens = tokens(response, order.asked)?;
    tokens.id = id_token.map(|token| SecretString::from(token.to_string()));
    tokens.proxied = order.proxied;
    let access = tokens.access.clone();
    let tokens = Held { site: Arc::clone(site), room, jar, tokens: Some(tokens) };

    let id_token = id_token.ok_or(Error::TokenInvalid("no ID token"))?;
    let client = verify::client(settings, provider, provider.keys.clone())?;
    let (verified, keys) = verified(site, &client, id_token, response, order.expect).await?;
    let id_claims = jwt::claims(&id_token.to_string()).unwrap_or(Value::Null);
    let known = match order.phone {
        Some((who, request)) => answerer(who, request, &id_claims)?,
        // The card vouches for its holder.
        None => true,
    };

    // Known to be too low: not worth another flight.
    if verified.acr.is_some() {
        verify::level(settings, verified.acr.clone())?;
        if known {
            // Fails where nobody waits for it.
            let _ = vouched.send(access.clone());
        }
    }
    let userinfo = match &provider.userinfo {
        Some(at) => userinfo(site, at, &access, &keys, &verified.subject).await?,
        None => Value::Null,
    };
    if let Some((who, request)) = order.phone {
        answerer(who, request, &userinfo)?;
    }
    let mut identity = Identity::read(&id_claims, &userinfo, settings.mailbox_claim.as_deref());
    identity.subject = verified.subject;
    // Pro Santé Connect was seen to leave `acr` out of the ID token; UserInfo then has it.
    identity.acr = verify::level(settings, verified.acr.or(identity.acr.take()))?;
    Ok(Opened { tokens, identity })
}

/// The code of an authorization answer, once it is ours (RFC 6749 §4.1.2, RFC 9207).
fn code(settings: &Settings, answer: &[(String, String)], state: &CsrfToken) -> Result<AuthorizationCode, Error> {
    let field = |name: &str| answer.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    if field("state").is_none_or(|got| !same(got, state.secret())) {
        return Err(Error::StateMismatch);
    }
    if field("iss").is_some_and(|issuer| issuer != settings.issuer) {
        return Err(Error::StateMismatch);
    }
    if let Some(error) = field("error") {
        return Err(refused(error, field("error_description")));
    }
    let code = field("code").ok_or(Error::TokenInvalid("no code"))?;
    Ok(AuthorizationCode::new(code.to_owned()))
}

/// Whether claims are about the person who was asked on the phone: `true` if they say so, `false` if they say nothing.
fn answerer(who: &NationalId, request: Option<&str>, claims: &Value) -> Result<bool, Error> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    // Only pushed answers must have it (CIBA core 1.0 §10.3.1); where it is there, it must be ours.
    if let (Some(request), Some(got)) = (request, text("urn:openid:params:jwt:claim:auth_req_id"))
        && !same(got, request)
    {
        return Err(Error::TokenInvalid("auth_req_id of the ID token"));
    }
    let named = [text("SubjectNameID"), text("preferred_username")];
    if named.iter().flatten().any(|name| *name != who.as_str()) {
        return Err(Error::PhoneOther);
    }
    // Pro Santé Connect's `sub` is `f:<uuid>:<identifier>`, for the time being.
    let subject = text("sub").is_some_and(|sub| sub.rsplit(':').next() == Some(who.as_str()));
    Ok(subject || named.iter().any(Option::is_some))
}

/// Equality in a time that does not depend on where the texts differ.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |acc, (x, y)| acc | (x ^ y)) == 0
}

/// Verifies the ID token, with fresh keys once if it is signed by one that came since preparation.
async fn verified(
    site: &Site,
    client: &Client,
    token: &CoreIdToken,
    response: &CoreTokenResponse,
    expect: Expect<'_>,
) -> Result<(Verified, CoreJsonWebKeySet), Error> {
    let (settings, provider) = (&*site.settings, &site.provider);
    let check = |client: &Client| verify::id_token(settings, client, token, response.access_token(), expect);
    match check(client) {
        Ok(verified) => Ok((verified, provider.keys.clone())),
        Err(Failed::With(error)) => Err(error),
        Err(Failed::UnknownKey) => {
            let keys = fetch_keys(settings, &site.wire, &provider.keys_at).await?;
            let client = verify::client(settings, provider, keys.clone())?;
            match check(&client) {
                Ok(verified) => Ok((verified, keys)),
                Err(Failed::With(error)) => Err(error),
                Err(Failed::UnknownKey) => Err(Error::TokenInvalid("signature of the ID token")),
            }
        }
    }
}

/// Takes the tokens out of an answer.
pub(crate) fn tokens(response: &CoreTokenResponse, asked: Instant) -> Result<Tokens, Error> {
    let lifetime = response.expires_in().unwrap_or(SHORT_LIFE);
    Ok(Tokens {
        access: AccessToken::new(response.access_token().secret()),
        refresh: response.refresh_token().map(|token| SecretString::from(token.secret().as_str())),
        id: None,
        proxied: false,
        lifetime,
        expires_at: asked.checked_add(lifetime).ok_or(Error::TokenInvalid("expires_in"))?,
    })
}

/// Fetches UserInfo (§5.3), plain or signed, and checks that it is about the same person.
async fn userinfo(
    site: &Site,
    at: &Url,
    access: &AccessToken,
    keys: &CoreJsonWebKeySet,
    subject: &str,
) -> Result<Value, Error> {
    let mut request = reqwest::Request::new(reqwest::Method::GET, at.clone());
    let mut bearer = HeaderValue::try_from(format!("Bearer {}", access.expose_secret()))
        .map_err(|_| Error::TokenInvalid("characters of the access token"))?;
    bearer.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, bearer);
    let answer = site.wire.back(&site.settings, request).await?;
    if !answer.status.is_success() {
        return Err(refused("userinfo", Some(answer.status.as_str())));
    }
    let kind = answer.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let claims: Value = if kind.to_ascii_lowercase().starts_with("application/jwt") {
        let text =
            std::str::from_utf8(&answer.body).map_err(|_| Error::TokenInvalid("signed UserInfo is not a JWS"))?;
        let claims = jwt::verified(text, keys)?;
        let issuer = claims.get("iss").and_then(Value::as_str);
        if issuer.is_some_and(|issuer| issuer != site.settings.issuer) {
            return Err(Error::TokenInvalid("issuer of UserInfo"));
        }
        claims
    } else {
        serde_json::from_slice(&answer.body).map_err(|_| Error::TokenInvalid("UserInfo is not JSON"))?
    };
    // §5.3.2: otherwise an answer about somebody else could be slipped in.
    if claims.get("sub").and_then(Value::as_str) != Some(subject) {
        return Err(Error::TokenInvalid("UserInfo is about somebody else"));
    }
    Ok(claims)
}

/// Names a failed request at the token or revocation endpoint. Bodies never travel in the error.
pub(crate) fn token_error<R>(error: RequestTokenError<Error, R>) -> Error
where
    R: openidconnect::ErrorResponse + serde::Serialize + 'static,
{
    match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::ServerResponse(response) => {
            let response = serde_json::to_value(&response).unwrap_or(Value::Null);
            let field = |name: &str| response.get(name).and_then(Value::as_str);
            refused(field("error").unwrap_or("unknown"), field("error_description"))
        }
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            Error::TokenInvalid("the token answer cannot be read")
        }
    }
}
