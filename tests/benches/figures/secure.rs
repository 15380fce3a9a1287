//! TLS for the floor: blocking, and with a card that comes in the middle of a handshake.

use anyhow::{Context, Result};
use card::{Card, Scheme};
use rustls::client::{ResolvesClientCert, Resumption};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, RootCertStore, SignatureAlgorithm, SignatureScheme, StreamOwned};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

/// A stream inside TLS.
pub type Stream = StreamOwned<ClientConnection, TcpStream>;

/// A connection without delay of its own.
pub fn tcp(at: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(at)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// The authority of a PEM file.
pub fn roots(path: &Path) -> Result<Arc<RootCertStore>> {
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_file_iter(path)? {
        roots.add(root?)?;
    }
    Ok(Arc::new(roots))
}

/// A handshake over a connection, to its end.
pub fn secure(mut tcp: TcpStream, name: &str, roots: &Arc<RootCertStore>) -> Result<Stream> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_root_certificates(Arc::clone(roots))
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    let mut tls = ClientConnection::new(Arc::new(config), ServerName::try_from(name.to_owned())?)?;
    tls.complete_io(&mut tcp)?;
    Ok(StreamOwned::new(tls, tcp))
}

/// A handshake that has come to where the server asks for a certificate, and waits.
pub struct Waiting {
    hand: Arc<Hand>,
    handshake: JoinHandle<Result<Stream>>,
}

impl Waiting {
    /// Goes as far as that.
    pub fn open(at: SocketAddr, name: &str, roots: &Arc<RootCertStore>, certificate: Vec<u8>) -> Result<Self> {
        let hand = Arc::new(Hand { certificate, state: Mutex::default(), changed: Condvar::new() });
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS12])?
            .with_root_certificates(Arc::clone(roots))
            .with_client_cert_resolver(Arc::clone(&hand) as Arc<dyn ResolvesClientCert>);
        config.resumption = Resumption::disabled();
        let mut tls = ClientConnection::new(Arc::new(config), ServerName::try_from(name.to_owned())?)?;
        let mut tcp = tcp(at)?;
        let handshake = thread::spawn(move || {
            tls.complete_io(&mut tcp)?;
            Ok(StreamOwned::new(tls, tcp))
        });
        hand.wait(|state| state.asked);
        Ok(Self { hand, handshake })
    }

    /// The card's code is verified: signs and goes on.
    pub fn go(self, card: Card) -> Result<Stream> {
        self.hand.state.lock().unwrap().card = Some(card);
        self.hand.changed.notify_all();
        self.handshake.join().ok().context("the handshake broke off")?
    }
}

/// Where the card will be.
struct Hand {
    certificate: Vec<u8>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    asked: bool,
    card: Option<Card>,
}

impl Hand {
    fn wait(&self, is: impl Fn(&State) -> bool) {
        drop(self.changed.wait_while(self.state.lock().unwrap(), |state| !is(state)).unwrap());
    }
}

impl std::fmt::Debug for Hand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hand")
    }
}

impl ResolvesClientCert for Hand {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.state.lock().unwrap().asked = true;
        self.changed.notify_all();
        self.wait(|state| state.card.is_some());
        let key = CardKey(Mutex::new(self.state.lock().unwrap().card.take()));
        Some(Arc::new(CertifiedKey::new(vec![CertificateDer::from(self.certificate.clone())], Arc::new(key))))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

struct CardKey(Mutex<Option<Card>>);

impl std::fmt::Debug for CardKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardKey")
    }
}

impl SigningKey for CardKey {
    fn choose_scheme(&self, _: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        Some(Box::new(CardKey(Mutex::new(self.0.lock().unwrap().take()))))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RSA
    }
}

impl Signer for CardKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let mut card = self.0.lock().unwrap();
        let card = card.as_mut().ok_or_else(|| rustls::Error::General("no card".into()))?;
        card.sign(Scheme::Pkcs1Sha256, message).map_err(|error| rustls::Error::General(error.to_string()))
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::RSA_PKCS1_SHA256
    }
}
