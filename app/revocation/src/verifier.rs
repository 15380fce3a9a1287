//! The check in a handshake: rustls's own of chain, dates and name, with the lists of this moment.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ServerCertVerifierBuilder, VerifierBuilderError, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme};
use tokio::sync::Notify;

use crate::finding::{Unchecked, unchecked};
use crate::settings::{Depth, Policy};

/// Most lines in the journal about what was not checked, from one change of the lists to the next.
const MOST_TOLD: usize = 64;

/// All lists of one moment.
pub(crate) struct Moment {
    /// Counts the changes.
    pub(crate) number: u64,
    pub(crate) lists: Vec<Arc<CertificateRevocationListDer<'static>>>,
}

/// What all verifiers share.
pub(crate) struct Shared {
    pub(crate) policy: Policy,
    pub(crate) depth: Depth,
    pub(crate) provider: Arc<CryptoProvider>,
    moment: RwLock<Arc<Moment>>,
    /// What the journal has been told.
    told: Mutex<BTreeSet<(String, Unchecked)>>,
    /// Rings when a handshake was refused for want of a list.
    pub(crate) wanted: Notify,
}

impl Shared {
    pub(crate) fn new(policy: Policy, depth: Depth, provider: Arc<CryptoProvider>) -> Self {
        let moment = RwLock::new(Arc::new(Moment { number: 0, lists: Vec::new() }));
        Self { policy, depth, provider, moment, told: Mutex::default(), wanted: Notify::new() }
    }

    pub(crate) fn moment(&self) -> Arc<Moment> {
        Arc::clone(&self.moment.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on, these.
    pub(crate) fn publish(&self, lists: Vec<Arc<CertificateRevocationListDer<'static>>>) {
        let mut moment = self.moment.write().unwrap_or_else(PoisonError::into_inner);
        *moment = Arc::new(Moment { number: moment.number + 1, lists });
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn tell(&self, name: &ServerName<'_>, why: Unchecked) {
        let name = name.to_str().into_owned();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() < MOST_TOLD && told.insert((name.clone(), why)) {
            tracing::warn!("the certificate of {name} is accepted unchecked: {why}");
        }
    }
}

/// The check against one set of roots.
pub(crate) struct Verifier {
    shared: Arc<Shared>,
    pub(crate) roots: Arc<RootCertStore>,
    /// Without lists.
    plain: Arc<WebPkiServerVerifier>,
    built: Mutex<Arc<Built>>,
}

/// The check with the lists of one moment, which are parsed once and not once a handshake.
struct Built {
    moment: Arc<Moment>,
    /// Nothing passes that is not known to be good. `None` where there are no lists, since webpki then looks nothing up.
    strict: Option<Arc<WebPkiServerVerifier>>,
    /// What is not known passes, and what an old list names does not. Made when it is first needed.
    known: OnceLock<Arc<WebPkiServerVerifier>>,
}

impl Verifier {
    pub(crate) fn new(shared: Arc<Shared>, roots: Arc<RootCertStore>) -> Result<Self, VerifierBuilderError> {
        let plain = builder(&shared, &roots).build()?;
        let built = Mutex::new(Arc::new(Built::new(&shared, &roots, shared.moment())?));
        Ok(Self { shared, roots, plain, built })
    }

    /// Parses the lists of this moment, unless that is done. Who shakes hands meanwhile is checked with these too.
    pub(crate) fn build(&self) -> Result<(), VerifierBuilderError> {
        let moment = self.shared.moment();
        if self.built().moment.number != moment.number {
            let built = Built::new(&self.shared, &self.roots, moment)?;
            let mut slot = self.built.lock().unwrap_or_else(PoisonError::into_inner);
            if slot.moment.number < built.moment.number {
                *slot = Arc::new(built);
            }
        }
        Ok(())
    }

    fn built(&self) -> Arc<Built> {
        Arc::clone(&self.built.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Nothing is known of a certificate that is good in all else.
    fn judge(&self, name: &ServerName<'_>, error: TlsError) -> Result<ServerCertVerified, TlsError> {
        match (self.shared.policy, unchecked(&error)) {
            (Policy::Preferred, Some(why)) => {
                self.shared.tell(name, why);
                Ok(ServerCertVerified::assertion())
            }
            _ => {
                self.shared.wanted.notify_waiters();
                Err(error)
            }
        }
    }
}

impl Built {
    fn new(shared: &Shared, roots: &Arc<RootCertStore>, moment: Arc<Moment>) -> Result<Self, VerifierBuilderError> {
        let strict = if moment.lists.is_empty() {
            None
        } else {
            let lists = moment.lists.iter().map(|list| list.as_ref().clone());
            Some(builder(shared, roots).with_crls(lists).enforce_revocation_expiration().build()?)
        };
        Ok(Self { moment, strict, known: OnceLock::new() })
    }

    fn known(&self, shared: &Shared, roots: &Arc<RootCertStore>) -> Result<&WebPkiServerVerifier, TlsError> {
        if let Some(known) = self.known.get() {
            return Ok(known);
        }
        let lists = self.moment.lists.iter().map(|list| list.as_ref().clone());
        let known = builder(shared, roots).with_crls(lists).allow_unknown_revocation_status().build();
        let known = known.map_err(|e| TlsError::General(e.to_string()))?;
        Ok(self.known.get_or_init(|| known))
    }
}

fn builder(shared: &Shared, roots: &Arc<RootCertStore>) -> ServerCertVerifierBuilder {
    let builder = WebPkiServerVerifier::builder_with_provider(Arc::clone(roots), Arc::clone(&shared.provider));
    match shared.depth {
        Depth::Leaf => builder.only_check_end_entity_revocation(),
        Depth::Chain => builder,
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let verify = |by: &WebPkiServerVerifier| {
            by.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        if let Err(error) = self.build() {
            // Each list was looked through before it was taken: this does not happen. The former ones still serve.
            tracing::error!("the revocation lists cannot be used: {error}");
        }
        let built = self.built();
        let Some(strict) = &built.strict else {
            verify(&self.plain)?;
            return self.judge(server_name, CertificateError::UnknownRevocationStatus.into());
        };
        let error = match verify(strict) {
            Err(error) if unchecked(&error).is_some() => error,
            verdict => return verdict,
        };
        // What is unknown about one certificate of a chain must not hide what is wrong with another, nor a wrong name.
        match verify(built.known(&self.shared, &self.roots)?) {
            Ok(_) => {}
            Err(other) if unchecked(&other).is_some() => {
                verify(&self.plain)?;
            }
            Err(other) => return Err(other),
        }
        self.judge(server_name, error)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.plain.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.plain.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.plain.supported_verify_schemes()
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").field("roots", &self.roots.len()).finish_non_exhaustive()
    }
}
