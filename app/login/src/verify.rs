//! The ID token, fully verified (OpenID Connect Core §3.1.3.7).

use openidconnect::core::{CoreClient, CoreIdToken};
use openidconnect::{
    AccessTokenHash, ClaimsVerificationError, ClientId, EndpointNotSet, EndpointSet, IssuerUrl, Nonce, NonceVerifier,
    SignatureVerificationError,
};

use crate::error::Error;
use crate::jwt::ALGORITHMS;
use crate::settings::Settings;
use crate::wire::differ;

/// The client as it is used here: authorize and token endpoints set.
pub(crate) type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet, EndpointNotSet>;

/// What a verified ID token says.
pub(crate) struct Verified {
    pub(crate) subject: String,
    pub(crate) acr: Option<String>,
}

/// Why a token failed.
pub(crate) enum Failed {
    /// Signed by a key that is not in the set we hold: the provider may have changed keys meanwhile.
    UnknownKey,
    /// For good.
    With(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Failed::With(error)
    }
}

/// What the token's nonce must be.
#[derive(Clone, Copy)]
pub(crate) enum Expect<'a> {
    /// The one sent.
    Nonce(&'a Nonce),
    /// Anything: a refreshed ID token need not repeat it (§12.2).
    Refreshed,
    /// Anything: none was sent (CIBA core 1.0 has no such parameter).
    Unsent,
}

impl NonceVerifier for Expect<'_> {
    fn verify(self, nonce: Option<&Nonce>) -> Result<(), String> {
        match self {
            Expect::Nonce(sent) => sent.verify(nonce),
            Expect::Refreshed | Expect::Unsent => Ok(()),
        }
    }
}

/// Verifies signature, issuer, audience, authorized party, times, nonce, and the access token's hash.
pub(crate) fn id_token(
    settings: &Settings,
    client: &Client,
    token: &CoreIdToken,
    access: &openidconnect::AccessToken,
    expect: Expect<'_>,
) -> Result<Verified, Failed> {
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(ALGORITHMS)
        // Expiry is checked below, after the clocks: a kiosk ten minutes ahead must hear about its clock,
        // not about an expired token.
        .set_time_fn(|| std::time::UNIX_EPOCH.into());
    let claims = token.claims(&verifier, expect).map_err(failed)?;

    let now = settings.clock.unix();
    let tolerance = settings.clock_tolerance;
    differ(now.saturating_sub(claims.issue_time().timestamp()), tolerance)?;
    let tolerated = i64::try_from(tolerance.as_secs()).unwrap_or(i64::MAX);
    if now.saturating_sub(tolerated) >= claims.expiration().timestamp() {
        return Err(Error::TokenInvalid("ID token expired").into());
    }

    // openidconnect leaves `azp` to us.
    let ours = ClientId::new(settings.client_id.clone());
    match claims.authorized_party() {
        Some(party) if *party != ours => return Err(Error::TokenInvalid("azp of the ID token").into()),
        None if claims.audiences().len() > 1 => return Err(Error::TokenInvalid("azp of the ID token").into()),
        _ => {}
    }

    if let Some(announced) = claims.access_token_hash() {
        const WRONG: Error = Error::TokenInvalid("at_hash of the ID token");
        let algorithm = token.signing_alg().map_err(|_| WRONG)?;
        let key = token.signing_key(&verifier).map_err(|_| WRONG)?;
        let computed = AccessTokenHash::from_token(access, algorithm, key).map_err(|_| WRONG)?;
        if computed != *announced {
            return Err(WRONG.into());
        }
    }
    Ok(Verified { subject: claims.subject().to_string(), acr: claims.auth_context_ref().map(|acr| acr.to_string()) })
}

fn failed(error: ClaimsVerificationError) -> Failed {
    let what = match error {
        ClaimsVerificationError::InvalidNonce(_) => return Error::NonceMismatch.into(),
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            return Failed::UnknownKey;
        }
        ClaimsVerificationError::SignatureVerification(_) => "signature of the ID token",
        ClaimsVerificationError::InvalidIssuer(_) => "issuer of the ID token",
        ClaimsVerificationError::InvalidAudience(_) => "audience of the ID token",
        ClaimsVerificationError::Expired(_) => "ID token expired",
        ClaimsVerificationError::InvalidSubject(_) => "subject of the ID token",
        _ => "ID token",
    };
    Error::TokenInvalid(what).into()
}

/// Whether the level of authentication is one of the accepted ones. Pro Santé Connect was seen to answer
/// `eidas2` where `eidas1` was asked for: membership, not equality.
pub(crate) fn level(settings: &Settings, acr: Option<String>) -> Result<Option<String>, Error> {
    let accepted = &settings.accepted_acr;
    if accepted.is_empty() || acr.as_ref().is_some_and(|acr| accepted.contains(acr)) {
        return Ok(acr);
    }
    Err(Error::AcrTooLow { got: acr })
}

/// The OAuth client of these settings.
pub(crate) fn client(
    settings: &Settings,
    provider: &crate::discovery::Provider,
    keys: openidconnect::core::CoreJsonWebKeySet,
) -> Result<Client, Error> {
    use openidconnect::{AuthUrl, ClientSecret, RedirectUrl, TokenUrl};
    use secrecy::ExposeSecret;

    let issuer =
        IssuerUrl::new(settings.issuer.clone()).map_err(|_| Error::Settings("issuer is not an address".to_owned()))?;
    let client = CoreClient::new(ClientId::new(settings.client_id.clone()), issuer, keys)
        .set_auth_uri(AuthUrl::from_url(provider.authorize.clone()))
        .set_token_uri(TokenUrl::from_url(provider.token.clone()))
        .set_redirect_uri(RedirectUrl::from_url(settings.redirect_uri.clone()));
    Ok(match &settings.client_auth {
        crate::settings::ClientAuth::Basic(secret) => {
            client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
        }
        _ => client,
    })
}
