//! The wait at the token endpoint while the person answers on the phone (CIBA core 1.0 §10.1, §11).

use std::sync::Arc;
use std::time::{Duration, Instant};

use openidconnect::core::CoreTokenResponse;
use reqwest::cookie::Jar;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{mpsc, oneshot};

use crate::error::Error;
use crate::flow::{Opened, Order, Site, admit};
use crate::http_date::http_date;
use crate::national::NationalId;
use crate::phone::{LONGEST, Refusal, Waiting, form};
use crate::room::Room;
use crate::token::AccessToken;
use crate::verify::Expect;
use crate::wire::out_of_order;

/// What `slow_down` adds (§11), each time.
const SLOWER: Duration = Duration::from_secs(5);

/// What one question brought, beside a refusal.
enum Said {
    Tokens(Box<CoreTokenResponse>),
    Pending,
    Slower,
    /// Out of order, and for how long at least.
    Later(u16, Option<Duration>),
}

/// A wait, with all it takes.
pub(crate) struct Poll {
    pub(crate) site: Arc<Site>,
    pub(crate) room: Arc<Room>,
    pub(crate) who: NationalId,
    pub(crate) request: SecretString,
    pub(crate) interval: Duration,
    pub(crate) expires_at: Instant,
    pub(crate) tell: mpsc::UnboundedSender<Waiting>,
}

impl Poll {
    pub(crate) async fn run(mut self, vouch: oneshot::Sender<AccessToken>) -> Result<Opened, Error> {
        let mut pause = self.interval;
        // Why the provider could not be reached, while it cannot.
        let mut lost: Option<Error> = None;
        // Whether a question went out whose answer never came: it may have been the tokens.
        let mut unanswered = false;
        loop {
            if !self.sleep(pause).await {
                return Err(lost.unwrap_or(Error::PhoneExpired));
            }
            pause = self.interval;
            let idle = self.site.wire.is_stale(&self.site.provider.token);
            let mut asked = Instant::now();
            let mut said = self.question().await;
            if idle && lost.is_none() && matches!(said, Err(Error::Dropped { .. })) {
                // A server hung up on an idle connection at the very moment it was used: no reason to wait.
                unanswered = true;
                asked = Instant::now();
                said = self.question().await;
            }
            let away = match said {
                Ok(Said::Tokens(response)) => return self.admit(&response, asked, vouch).await,
                Ok(Said::Pending) => None,
                Ok(Said::Slower) => {
                    self.interval += SLOWER;
                    pause = self.interval;
                    None
                }
                Ok(Said::Later(status, after)) => {
                    pause = pause.max(after.unwrap_or_default());
                    Some(Error::ProviderDown(status))
                }
                Err(error @ Error::Unreachable { .. }) => Some(error),
                Err(error @ (Error::Dropped { .. } | Error::TimedOut)) => {
                    unanswered = true;
                    Some(error)
                }
                // The provider forgets a request once it has given the tokens.
                Err(Error::ProviderError { error, .. }) if unanswered && error == "invalid_grant" => {
                    return Err(Error::PhoneAnswerLost);
                }
                Err(error) => return Err(error),
            };
            match away {
                None => {
                    unanswered = false;
                    if lost.take().is_some() {
                        let _ = self.tell.send(Waiting::Asked);
                    }
                }
                Some(error) => {
                    tracing::debug!(%error, "the provider is away while the phone is asked");
                    if lost.replace(error).is_none() {
                        let _ = self.tell.send(Waiting::Lost);
                    }
                }
            }
        }
    }

    /// Sleeps so long, or until expiry: then `false`.
    async fn sleep(&self, pause: Duration) -> bool {
        let left = self.expires_at.saturating_duration_since(Instant::now());
        tokio::time::sleep(pause.min(left)).await;
        pause < left
    }

    /// Asks once. A provider may hold the question until it has an answer.
    async fn question(&self) -> Result<Said, Error> {
        let timeouts = self.site.settings.timeouts;
        let left = self.expires_at.saturating_duration_since(Instant::now());
        // One that was asked just before the end is given the time to answer.
        let limit = timeouts.step.min(left + timeouts.connect);
        tokio::time::timeout(limit, self.exchange()).await.unwrap_or(Err(Error::TimedOut))
    }

    async fn exchange(&self) -> Result<Said, Error> {
        let (settings, wire) = (&*self.site.settings, &self.site.wire);
        let fields =
            [("grant_type", "urn:openid:params:grant-type:ciba"), ("auth_req_id", self.request.expose_secret())];
        let request = form(settings, &self.site.provider.token, &fields)?;
        let answer = wire.send(settings, &wire.back, request, None).await?;
        if answer.status.is_success() {
            return serde_json::from_slice(&answer.body)
                .map(|response| Said::Tokens(Box::new(response)))
                .map_err(|_| Error::TokenInvalid("the token answer cannot be read"));
        }
        let refusal = Refusal::read(&answer.body);
        match refusal.as_ref().map(|refusal| refusal.error.as_str()) {
            Some("authorization_pending") => Ok(Said::Pending),
            Some("slow_down") => Ok(Said::Slower),
            _ if out_of_order(answer.status) => Ok(Said::Later(answer.status.as_u16(), after(&answer.headers))),
            _ => Err(refusal.map_or(Error::UnexpectedPage(answer.status.as_u16()), |refusal| refusal.named())),
        }
    }

    async fn admit(
        self,
        response: &CoreTokenResponse,
        asked: Instant,
        vouch: oneshot::Sender<AccessToken>,
    ) -> Result<Opened, Error> {
        let phone = Some((&self.who, Some(self.request.expose_secret())));
        let order = Order { asked, expect: Expect::Unsent, phone, proxied: false };
        let admitted = admit(&self.site, self.room, Arc::new(Jar::default()), response, order, vouch);
        tokio::time::timeout(self.site.settings.timeouts.step, admitted).await.unwrap_or(Err(Error::TimedOut))
    }
}

/// `Retry-After` (RFC 9110 §10.2.3): seconds, or a date, which is compared with the same server's.
fn after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let after = text(RETRY_AFTER)?;
    let seconds = after.parse().ok().or_else(|| {
        let until = http_date(after)?;
        u64::try_from(until.saturating_sub(http_date(text(DATE)?)?)).ok()
    })?;
    Some(Duration::from_secs(seconds).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn retry_after_is_read_in_both_forms_without_our_clock() {
        let read = |pairs: &[(reqwest::header::HeaderName, &'static str)]| {
            let pairs = pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
            after(&pairs.collect()).map(|duration| duration.as_secs())
        };
        assert_eq!(read(&[(RETRY_AFTER, "17")]), Some(17));
        assert_eq!(read(&[(RETRY_AFTER, "99999999999")]), Some(3600));
        let (early, late) = ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:52 GMT");
        assert_eq!(read(&[(RETRY_AFTER, late), (DATE, early)]), Some(15));
        assert_eq!(read(&[(RETRY_AFTER, early), (DATE, late)]), None);
        assert_eq!(read(&[(RETRY_AFTER, late)]), None);
        assert_eq!(read(&[(RETRY_AFTER, "-3")]), None);
        assert_eq!(read(&[]), None);
    }
}
