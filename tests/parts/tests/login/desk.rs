//! A desk for the login tests: the provider, a software card, settings that fit both.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use login::{ClientAuth, ClientKey, Door, Error, Scheme, Session, Settings, SignError, Url};
use pki::Pki;
use rustls::SignatureScheme;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::SecretBox;
use site::provider::{AUTH_HOST, CLIENT, CLIENT_SECRET, Options, Provider, WALLET_HOST};

/// A card in software: same certificate and key as the virtual one, signing as its generation can.
pub struct SoftCard {
    chain: Vec<Vec<u8>>,
    key: Arc<dyn rustls::sign::SigningKey>,
    schemes: Vec<Scheme>,
    /// How often it signed.
    pub signed: AtomicUsize,
}

impl SoftCard {
    /// Like a CPS3: PKCS#1 v1.5 only.
    pub fn cps3(profile: &str) -> Arc<Self> {
        Self::load(profile, vec![Scheme::RsaPkcs1Sha256])
    }

    /// Like a CPS4: PSS too.
    pub fn cps4(profile: &str) -> Arc<Self> {
        Self::load(profile, vec![Scheme::RsaPssSha256, Scheme::RsaPkcs1Sha256])
    }

    fn load(profile: &str, schemes: Vec<Scheme>) -> Arc<Self> {
        let pki = Pki::shared().unwrap();
        let key = PrivateKeyDer::from_pem_file(pki.card_key(profile)).unwrap();
        Arc::new(Self {
            chain: vec![std::fs::read(pki.card_cert(profile)).unwrap()],
            key: rustls::crypto::ring::sign::any_supported_type(&key).unwrap(),
            schemes,
            signed: AtomicUsize::new(0),
        })
    }
}

impl ClientKey for SoftCard {
    fn certificate_chain(&self) -> Vec<Vec<u8>> {
        self.chain.clone()
    }

    fn schemes(&self) -> &[Scheme] {
        &self.schemes
    }

    fn sign(&self, scheme: Scheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let scheme = match scheme {
            Scheme::RsaPssSha256 => SignatureScheme::RSA_PSS_SHA256,
            _ => SignatureScheme::RSA_PKCS1_SHA256,
        };
        self.signed.fetch_add(1, Ordering::SeqCst);
        let signer = self.key.choose_scheme(&[scheme]).unwrap();
        signer.sign(message).map_err(|e| SignError::Failed(Box::new(e)))
    }
}

/// A provider and where its keys are.
pub struct Desk {
    pub pki: Pki,
    pub provider: Provider,
    _dir: tempfile::TempDir,
}

impl Desk {
    pub fn open() -> Self {
        Self::with(Options::default())
    }

    pub fn with(options: Options) -> Self {
        let pki = Pki::shared().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let provider = Provider::start(dir.path(), &pki, options).unwrap();
        Self { pki, provider, _dir: dir }
    }

    /// What an establishment would configure for this provider.
    pub fn settings(&self) -> Settings {
        let provider = &self.provider;
        let at = |text: &str| Url::parse(text).unwrap();
        let mut settings = Settings::new(at(provider.discovery()), provider.url(), CLIENT, at(provider.redirect_uri()));
        settings.client_auth = ClientAuth::Basic(CLIENT_SECRET.into());
        settings.post_logout_redirect_uri = Some(at(&format!("{}/fin", provider.redirect_uri())));
        settings.scopes = vec!["scope_all".into()];
        settings.acr_values = vec!["eidas1".into()];
        settings.accepted_acr = vec!["eidas1".into(), "eidas2".into()];
        settings.allowed_hosts = provider.hosts();
        settings.card_hosts = vec![provider.card_host()];
        settings.roots = vec![der(&self.pki.provider_ca())];
        for host in [AUTH_HOST, WALLET_HOST] {
            settings.hosts.insert(host.into(), IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        settings.mailbox_claim = Some("mssante_mailboxes".into());
        settings
    }

    /// A whole login with ordinary settings.
    pub async fn log_in(&self, card: Arc<SoftCard>) -> Result<Session, Error> {
        log_in(self.settings(), card).await
    }

    /// The paths of all requests so far, identifiers cut off, with their connections.
    pub fn paths(&self) -> Vec<(String, u64)> {
        let requests = self.provider.requests().unwrap();
        let short = |path: &str| {
            let tail = path.rsplit("openid-connect").next().unwrap();
            let mut parts = tail.split('/').filter(|part| !part.is_empty());
            format!("/{}", parts.next().unwrap_or_default())
        };
        let each = requests.iter();
        each.map(|r| (short(r["path"].as_str().unwrap()), r["connection"].as_u64().unwrap())).collect()
    }
}

/// A whole login.
pub async fn log_in(settings: Settings, card: Arc<SoftCard>) -> Result<Session, Error> {
    Door::prepare(settings).await?.open(card).await
}

/// The first certificate of a PEM file.
pub fn der(path: &std::path::Path) -> Vec<u8> {
    CertificateDer::from_pem_file(path).unwrap().to_vec()
}

/// The establishment's certificate for `tls_client_auth`.
pub fn kiosk_certificate(pki: &Pki) -> ClientAuth {
    let pair = pki.kiosk();
    let key = PrivateKeyDer::from_pem_file(&pair.key).unwrap();
    ClientAuth::TlsCertificate {
        chain: vec![der(&pair.cert)],
        key: SecretBox::new(Box::new(key.secret_der().to_vec())),
    }
}

/// Waits for something another process does; gives up after ten seconds.
pub async fn until(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never happened: {what}");
}

/// `openssl s_server` as a card host that checks cards inside TLS.
pub struct Openssl {
    child: std::process::Child,
    pub port: u16,
}

impl Openssl {
    pub fn start(pki: &Pki, more: &[&str]) -> Self {
        use std::io::{BufRead, BufReader};
        let pair = pki.provider();
        let mut child = std::process::Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-www", "-Verify", "3", "-verify_return_error"])
            .arg("-cert")
            .arg(&pair.cert)
            .arg("-key")
            .arg(&pair.key)
            .arg("-CAfile")
            .arg(pki.card_ca())
            .args(more)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let accept = lines.map_while(Result::ok).find(|line| line.starts_with("ACCEPT")).unwrap();
        let port = accept.rsplit(':').next().unwrap().trim().parse().unwrap();
        Self { child, port }
    }
}

impl Drop for Openssl {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
