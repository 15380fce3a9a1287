//! What a login gives: a token that is kept fresh, a name, and a way to end it all.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use openidconnect::core::{CoreIdToken, CoreRevocableToken, CoreTokenResponse};
use openidconnect::{AccessToken as OAuthToken, OAuth2TokenResponse, RefreshToken, RevocationUrl, TokenResponse};
use reqwest::cookie::Jar;
use secrecy::{ExposeSecret, SecretString};

use crate::browse::{Browser, End};
use crate::error::Error;
use crate::flow::{Opened, Site, Taken, Tokens, token_error, tokens};
use crate::identity::Identity;
use crate::proxy;
use crate::room::Room;
use crate::token::AccessToken;
use crate::verify::{self, Expect, Failed};

/// How long before its end a token is renewed.
const AHEAD: Duration = Duration::from_secs(30);

/// A person's session. Dropping it forgets everything here; [`Session::close`] ends it at the provider too.
pub struct Session {
    site: Arc<Site>,
    room: Arc<Room>,
    jar: Arc<Jar>,
    tokens: Tokens,
    identity: Identity,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("lifetime", &self.tokens.lifetime).finish_non_exhaustive()
    }
}

/// How one part of a session ended.
#[derive(Debug)]
pub enum Ending {
    /// The provider confirmed.
    Done,
    /// The provider offers no such thing, or there was nothing to end.
    NotOffered,
    /// The provider showed a page that wants an answer from a person.
    Unclear,
    /// It failed; the token still ends by itself.
    Failed(Error),
}

impl Ending {
    /// Whether nothing is left open that could have been closed.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        matches!(self, Ending::Done | Ending::NotOffered)
    }
}

/// How a session ended.
#[derive(Debug)]
pub struct Closed {
    /// Revocation of the access token (RFC 7009).
    pub access: Ending,
    /// Revocation of the refresh token.
    pub refresh: Ending,
    /// Logout at the provider (OpenID Connect RP-Initiated Logout 1.0), or at the proxy, which sees to all of it.
    pub logout: Ending,
}

impl Closed {
    /// Whether all of it ended well.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.access.is_clean() && self.refresh.is_clean() && self.logout.is_clean()
    }
}

impl Session {
    pub(crate) fn new(opened: Opened) -> Option<Self> {
        let Opened { tokens, identity } = opened;
        let Taken { site, room, jar, tokens } = tokens.taken()?;
        Some(Self { site, room, jar, tokens, identity })
    }

    /// The token to show to the mail servers.
    #[must_use]
    pub fn access_token(&self) -> &AccessToken {
        &self.tokens.access
    }

    /// The person.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The lifetime the provider gave to the current access token (`expires_in`).
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        self.tokens.lifetime
    }

    /// When the current access token ends, on the monotonic clock.
    #[must_use]
    pub fn expires_at(&self) -> Instant {
        self.tokens.expires_at
    }

    /// How long after it was given the current token is due for [`Session::refresh`]: thirty seconds before
    /// its end, or halfway for a short one.
    #[must_use]
    pub fn refresh_after(&self) -> Duration {
        let lifetime = self.tokens.lifetime;
        lifetime.saturating_sub(AHEAD).max(lifetime / 2)
    }

    /// Whether the session can be prolonged at all.
    #[must_use]
    pub fn can_refresh(&self) -> bool {
        let proxy = self.site.settings.proxy.as_ref().filter(|_| self.tokens.proxied);
        self.tokens.refresh.is_some() || proxy.is_some_and(|proxy| proxy.refresh.is_some())
    }

    /// Gets a new access token (RFC 6749 §6). The previous one stays in place when it fails.
    ///
    /// # Errors
    /// [`Error::SessionOver`] when the provider does not prolong it any more; else as for a login.
    pub async fn refresh(&mut self) -> Result<(), Error> {
        let refresh = self.tokens.refresh.as_ref().map(|token| RefreshToken::new(token.expose_secret().to_owned()));
        let (site, jar, proxied) = (Arc::clone(&self.site), Arc::clone(&self.jar), self.tokens.proxied);
        let subject = self.identity.subject.clone();
        let work = self.room.start(async move {
            let asked = Instant::now();
            let response = match refresh {
                _ if proxied => proxy::refreshed(&site, &jar).await?,
                Some(refresh) => refreshed(&site, &refresh).await?,
                None => return Err(Error::SessionOver),
            };
            let fresh = same_session(&site, &response, asked, &subject)?;
            Ok(Tokens { proxied, ..fresh })
        });
        let limit = self.site.settings.timeouts.step;
        let mut fresh = self.room.wait(limit, work).await?;
        // Neither has to come again (§6; OpenID Connect Core §12.2).
        fresh.refresh = fresh.refresh.or(self.tokens.refresh.take());
        fresh.id = fresh.id.or(self.tokens.id.take());
        self.tokens = fresh;
        Ok(())
    }

    /// Ends the session at the provider: revokes both tokens and logs out, all at once, best effort, within
    /// [`crate::Timeouts::close`]. Whatever the answers, nothing is left here afterwards.
    pub async fn close(self) -> Closed {
        let Self { site, room, jar, tokens, .. } = self;
        end(site, room, jar, tokens).await
    }
}

/// The end of [`Session::close`], and of tokens that never became a session.
pub(crate) async fn end(site: Arc<Site>, room: Arc<Room>, jar: Arc<Jar>, tokens: Tokens) -> Closed {
    let limit = site.settings.timeouts.close;
    if tokens.proxied {
        let left = async move { proxy::disconnect(&site, &jar).await };
        let logout = ended(&room, limit, left).await;
        return Closed { access: Ending::NotOffered, refresh: Ending::NotOffered, logout };
    }
    let tokens = Arc::new(tokens);
    let access = {
        let token = OAuthToken::new(tokens.access.expose_secret().to_owned());
        revoke(Arc::clone(&site), Some(CoreRevocableToken::AccessToken(token)))
    };
    let refresh = {
        let token = tokens.refresh.as_ref().map(|t| RefreshToken::new(t.expose_secret().to_owned()));
        revoke(Arc::clone(&site), token.map(CoreRevocableToken::RefreshToken))
    };
    let logout = log_out(Arc::clone(&site), jar, tokens);
    let (access, refresh, logout) =
        futures::join!(ended(&room, limit, access), ended(&room, limit, refresh), ended(&room, limit, logout));
    Closed { access, refresh, logout }
}

async fn ended(
    room: &Room,
    limit: Duration,
    work: impl Future<Output = Result<Ending, Error>> + Send + 'static,
) -> Ending {
    room.wait(limit, room.start(work)).await.unwrap_or_else(Ending::Failed)
}

async fn refreshed(site: &Arc<Site>, refresh: &RefreshToken) -> Result<CoreTokenResponse, Error> {
    let client = verify::client(&site.settings, &site.provider, site.provider.keys.clone())?;
    let http = site.http();
    let answer = client.exchange_refresh_token(refresh).request_async(&http).await;
    answer.map_err(token_error).map_err(|error| match error {
        Error::ProviderError { error, .. } if error == "invalid_grant" => Error::SessionOver,
        other => other,
    })
}

/// The tokens of a refreshed session, which is about the same person.
fn same_session(site: &Site, response: &CoreTokenResponse, asked: Instant, subject: &str) -> Result<Tokens, Error> {
    let mut fresh = tokens(response, asked)?;
    if let Some(token) = response.id_token() {
        let client = verify::client(&site.settings, &site.provider, site.provider.keys.clone())?;
        same_person(site, &client, token, response.access_token(), subject)?;
        fresh.id = Some(SecretString::from(token.to_string()));
    }
    Ok(fresh)
}

/// A refreshed ID token must be about the same person (§12.2).
fn same_person(
    site: &Site,
    client: &verify::Client,
    token: &CoreIdToken,
    access: &OAuthToken,
    subject: &str,
) -> Result<(), Error> {
    match verify::id_token(&site.settings, client, token, access, Expect::Refreshed) {
        Ok(verified) if verified.subject == subject => Ok(()),
        Ok(_) => Err(Error::TokenInvalid("the refreshed ID token is about somebody else")),
        Err(Failed::With(error)) => Err(error),
        Err(Failed::UnknownKey) => Err(Error::TokenInvalid("signature of the refreshed ID token")),
    }
}

async fn revoke(site: Arc<Site>, token: Option<CoreRevocableToken>) -> Result<Ending, Error> {
    let (Some(at), Some(token)) = (site.provider.revoke.clone(), token) else {
        return Ok(Ending::NotOffered);
    };
    let client = verify::client(&site.settings, &site.provider, site.provider.keys.clone())?
        .set_revocation_url(RevocationUrl::from_url(at));
    let http = site.http();
    let request = client.revoke_token(token).map_err(|_| Error::Discovery("the revocation endpoint is not https"))?;
    request.request_async(&http).await.map_err(token_error)?;
    Ok(Ending::Done)
}

async fn log_out(site: Arc<Site>, jar: Arc<Jar>, tokens: Arc<Tokens>) -> Result<Ending, Error> {
    let Some(mut address) = site.provider.log_out.clone() else {
        return Ok(Ending::NotOffered);
    };
    let settings = &*site.settings;
    let mut stops = vec![settings.redirect_uri.clone()];
    {
        let mut query = address.query_pairs_mut();
        query.append_pair("client_id", &settings.client_id);
        if let Some(id) = &tokens.id {
            query.append_pair("id_token_hint", id.expose_secret());
        }
        if let Some(back) = &settings.post_logout_redirect_uri {
            query.append_pair("post_logout_redirect_uri", back.as_str());
            stops.push(back.clone());
        }
    }
    let browser = Browser { settings, wire: &site.wire, jar: &jar, hand: None, stops };
    Ok(match browser.walk(address).await? {
        End::Page { asks: true, .. } => Ending::Unclear,
        End::At(_) | End::Page { .. } => Ending::Done,
    })
}
