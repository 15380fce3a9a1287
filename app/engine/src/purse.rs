//! The token of the moment, for a mailbox that authenticates again by itself.

use login::AccessToken;
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Arc, Mutex, PoisonError};

/// Shared by what gets tokens and what shows them. Forgotten with the visit.
#[derive(Clone, Default)]
pub(crate) struct Purse(Arc<Mutex<Option<AccessToken>>>);

impl Purse {
    /// A newer one.
    pub(crate) fn put(&self, token: AccessToken) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
    }
}

impl mail::Tokens for Purse {
    fn token(&self) -> SecretString {
        let token = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        SecretString::from(token.as_ref().map(|token| token.expose_secret().to_owned()).unwrap_or_default())
    }
}
