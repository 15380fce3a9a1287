//! A token that blushes.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

/// An access token: redacted in `Debug`, wiped when the last copy of it goes. Clones share one buffer.
#[derive(Clone)]
pub struct AccessToken(Arc<SecretString>);

impl AccessToken {
    pub(crate) fn new(text: &str) -> Self {
        Self(Arc::new(SecretString::from(text)))
    }

    /// The token as the mail server wants it (XOAUTH2, OAUTHBEARER).
    #[must_use]
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl ExposeSecret<str> for AccessToken {
    fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessToken([redacted])")
    }
}
