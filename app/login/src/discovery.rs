//! What the provider says of itself (OpenID Connect Discovery 1.0), read leniently: only what is used.

use openidconnect::core::CoreJsonWebKeySet;
use serde::Deserialize;
use url::Url;

use crate::error::Error;
use crate::settings::{ClientAuth, Settings};
use crate::wire::Wire;

/// Endpoints and keys of a provider.
#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) authorize: Url,
    pub(crate) token: Url,
    pub(crate) userinfo: Option<Url>,
    pub(crate) revoke: Option<Url>,
    pub(crate) log_out: Option<Url>,
    /// Where the phone is asked (CIBA core 1.0 §4).
    pub(crate) phone: Option<Url>,
    pub(crate) keys_at: Url,
    pub(crate) keys: CoreJsonWebKeySet,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    userinfo_endpoint: Option<Url>,
    jwks_uri: Url,
    revocation_endpoint: Option<Url>,
    end_session_endpoint: Option<Url>,
    backchannel_authentication_endpoint: Option<Url>,
    #[serde(default)]
    mtls_endpoint_aliases: Aliases,
}

/// Where a client with a certificate goes instead (RFC 8705 §5).
#[derive(Default, Deserialize)]
struct Aliases {
    token_endpoint: Option<Url>,
    userinfo_endpoint: Option<Url>,
    revocation_endpoint: Option<Url>,
    backchannel_authentication_endpoint: Option<Url>,
}

/// Fetches the discovery document, then the keys.
pub(crate) async fn discover(settings: &Settings, wire: &Wire) -> Result<Provider, Error> {
    let answer = wire.get(settings, &settings.discovery).await?;
    if !answer.status.is_success() {
        return Err(Error::Discovery("no document at this address"));
    }
    let document: Document = serde_json::from_slice(&answer.body)
        .map_err(|_| Error::Discovery("the document lacks an endpoint or is not JSON"))?;
    // Exactly (Discovery §4.3): a document of another issuer would bring that issuer's keys.
    if document.issuer != settings.issuer {
        return Err(Error::Discovery("the issuer is not the configured one"));
    }
    let keys = fetch_keys(settings, wire, &document.jwks_uri).await?;
    let aliases = match settings.client_auth {
        ClientAuth::TlsCertificate { .. } => document.mtls_endpoint_aliases,
        ClientAuth::Basic(_) | ClientAuth::None => Aliases::default(),
    };
    let provider = Provider {
        authorize: document.authorization_endpoint,
        token: aliases.token_endpoint.unwrap_or(document.token_endpoint),
        userinfo: aliases.userinfo_endpoint.or(document.userinfo_endpoint),
        revoke: aliases.revocation_endpoint.or(document.revocation_endpoint),
        log_out: document.end_session_endpoint,
        phone: (settings.ciba_endpoint.clone())
            .or(aliases.backchannel_authentication_endpoint)
            .or(document.backchannel_authentication_endpoint),
        keys_at: document.jwks_uri,
        keys,
    };
    // Said now, not in the middle of a login. Logout is left out: it is only ever best effort.
    for endpoint in [Some(&provider.authorize), Some(&provider.token), provider.userinfo.as_ref()] {
        endpoint.map_or(Ok(()), |url| settings.allow(url))?;
    }
    Ok(provider)
}

/// Fetches the provider's signing keys (RFC 7517). Keys of unknown types are left out.
pub(crate) async fn fetch_keys(settings: &Settings, wire: &Wire, at: &Url) -> Result<CoreJsonWebKeySet, Error> {
    let answer = wire.get(settings, at).await?;
    if !answer.status.is_success() {
        return Err(Error::Discovery("no keys at the announced address"));
    }
    serde_json::from_slice(&answer.body).map_err(|_| Error::Discovery("the keys are not a JSON Web Key Set"))
}
