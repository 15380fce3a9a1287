//! Signed JSON outside the ID token (UserInfo as a JWT, OpenID Connect Core §5.3.2), and a look inside a
//! token that was verified already.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm as Algorithm};
use serde::Deserialize;
use serde_json::Value;

use crate::error::Error;

/// Signatures by a key pair. A shared secret would let the client forge, `none` anybody.
pub(crate) const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

#[derive(Deserialize)]
struct Header {
    alg: Algorithm,
    kid: Option<String>,
}

/// The claims of a compact JWS (RFC 7515), once its signature is verified.
pub(crate) fn verified(text: &str, keys: &CoreJsonWebKeySet) -> Result<Value, Error> {
    const BROKEN: Error = Error::TokenInvalid("signed UserInfo is not a JWS");
    let (message, signature) = text.trim().rsplit_once('.').ok_or(BROKEN)?;
    let (header, payload) = message.split_once('.').ok_or(BROKEN)?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| BROKEN);
    let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| BROKEN)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Error::TokenInvalid("algorithm of signed UserInfo"));
    }
    let signature = decode(signature)?;
    let signed = keys.keys().iter().any(|key| {
        let right = header.kid.is_none() || key.key_id().map(|id| id.as_str()) == header.kid.as_deref();
        right && key.verify_signature(&header.alg, message.as_bytes(), &signature).is_ok()
    });
    if !signed {
        return Err(Error::TokenInvalid("signature of UserInfo"));
    }
    serde_json::from_slice(&decode(payload)?).map_err(|_| BROKEN)
}

/// The claims of a compact JWS whose signature was verified elsewhere.
pub(crate) fn claims(text: &str) -> Option<Value> {
    let payload = text.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn an_unsigned_or_broken_token_is_refused() {
        let keys = CoreJsonWebKeySet::new(Vec::new());
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let payload = part(r#"{"sub":"1"}"#);
        for header in [r#"{"alg":"none"}"#, r#"{"alg":"HS256"}"#, r#"{"alg":"RS256"}"#, "{}", "x"] {
            let token = format!("{}.{payload}.AAAA", part(header));
            assert!(matches!(verified(&token, &keys), Err(Error::TokenInvalid(_))), "{header}");
        }
        for text in ["", ".", "..", "a.b", "é.é.é"] {
            assert!(verified(text, &keys).is_err(), "{text}");
        }
    }
}
