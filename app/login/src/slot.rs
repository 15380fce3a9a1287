//! Where a TLS handshake meets the card.
//!
//! The handshake with the card host may be under way before the person has typed the code: it then waits
//! here, at the point where the server has asked for a certificate, until [`Slot::give`] brings the card.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::client::ResolvesClientCert;
use rustls::pki_types::CertificateDer;
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{SignatureAlgorithm, SignatureScheme};

use crate::key::{ClientKey, Scheme, SignError};
use crate::room::blocking;

/// No server keeps a half-open handshake for so long: a waiting thread never outlives this.
const PATIENCE: Duration = Duration::from_secs(600);

/// Holds the card for the handshakes of one login.
pub(crate) struct Slot {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    key: Option<Arc<dyn ClientKey>>,
    closed: bool,
    waited: bool,
    shown: bool,
    failure: Option<SignError>,
}

impl Slot {
    pub(crate) fn new(key: Option<Arc<dyn ClientKey>>) -> Arc<Self> {
        let state = State { key, ..State::default() };
        Arc::new(Self { state: Mutex::new(state), changed: Condvar::new() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The code is verified: the card may sign.
    pub(crate) fn give(&self, key: Arc<dyn ClientKey>) {
        self.state().key = Some(key);
        self.changed.notify_all();
    }

    /// No card any more: handshakes that wait go on without one.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.key = None;
        self.changed.notify_all();
    }

    /// Whether the card's certificate was shown to a server.
    pub(crate) fn shown(&self) -> bool {
        self.state().shown
    }

    /// Whether a handshake had to wait for the card.
    #[cfg(test)]
    pub(crate) fn waited(&self) -> bool {
        self.state().waited
    }

    /// Why the card did not sign, if it did not.
    pub(crate) fn failure(&self) -> Option<SignError> {
        self.state().failure.take()
    }

    fn fail(&self, error: SignError) {
        self.state().failure = Some(error);
    }

    fn wait(&self) -> Option<Arc<dyn ClientKey>> {
        let pending = |state: &mut State| {
            let pending = state.key.is_none() && !state.closed;
            state.waited |= pending;
            pending
        };
        let state = self.state();
        let (state, _) =
            self.changed.wait_timeout_while(state, PATIENCE, pending).unwrap_or_else(PoisonError::into_inner);
        state.key.clone()
    }
}

/// The slot as rustls wants it.
pub(crate) struct CardCertificate(pub(crate) Arc<Slot>);

impl fmt::Debug for CardCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardCertificate")
    }
}

impl ResolvesClientCert for CardCertificate {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let slot = Arc::clone(&self.0);
        let key = blocking(|| slot.wait())?;
        let chain: Vec<CertificateDer<'static>> =
            key.certificate_chain().into_iter().map(CertificateDer::from).collect();
        if chain.is_empty() {
            return None;
        }
        let signing = CardKey { key, slot };
        Some(Arc::new(CertifiedKey::new(chain, Arc::new(signing))))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

struct CardKey {
    key: Arc<dyn ClientKey>,
    slot: Arc<Slot>,
}

impl fmt::Debug for CardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardKey")
    }
}

impl SigningKey for CardKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let chosen = self.key.schemes().iter().find(|s| offered.contains(&s.tls()));
        match chosen {
            Some(scheme) => {
                self.slot.state().shown = true;
                let (key, slot) = (Arc::clone(&self.key), Arc::clone(&self.slot));
                Some(Box::new(CardSigner { key, slot, scheme: *scheme }))
            }
            None => {
                // rustls now sends an empty certificate, and the server's refusal would hide the reason.
                self.slot.fail(SignError::NoCommonScheme);
                None
            }
        }
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RSA
    }
}

struct CardSigner {
    key: Arc<dyn ClientKey>,
    slot: Arc<Slot>,
    scheme: Scheme,
}

impl fmt::Debug for CardSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardSigner")
    }
}

impl Signer for CardSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let signed = blocking(|| self.key.sign(self.scheme, message));
        signed.map_err(|error| {
            self.slot.fail(error);
            rustls::Error::General("the card did not sign".to_owned())
        })
    }

    fn scheme(&self) -> SignatureScheme {
        self.scheme.tls()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_slot_lets_a_waiting_handshake_go_without_a_card() {
        let slot = Slot::new(None);
        let waiting = {
            let slot = Arc::clone(&slot);
            std::thread::spawn(move || slot.wait().is_none())
        };
        while !slot.waited() {
            std::thread::yield_now();
        }
        slot.close();
        assert!(waiting.join().is_ok_and(|without| without));
    }
}
