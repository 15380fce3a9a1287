//! The Annuaire Santé API and the white list of the test site: HTTPS on loopback, some forty invented professionals and
//! their structures, mailboxes on the domains of the site.
//!
//! It behaves as the API's public documentation says (FHIR R4 search, `ESANTE-API-KEY`, pages by `_page?id=`,
//! OperationOutcome, 17 calls a second) and as others have seen it behave, not as any client of ours expects. It shares
//! no code with the product.
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! let pki = pki::Pki::shared()?;
//! let annuaire = annuaire::Annuaire::start(&pki, annuaire::Options::default())?;
//! println!("{} {}", annuaire.base(), annuaire.white_list());
//! # Ok(()) }
//! ```

mod fault;
mod limit;
mod resource;
mod search;
mod serve;
mod town;
mod white;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use pki::{Pair, Pki};
use tokio::sync::oneshot;

pub use fault::Fault;
pub use serve::Seen;

use serve::Server;

/// The host its certificate and its links carry. It is at 127.0.0.1.
pub const HOST: &str = "mss.test";
/// A key it accepts.
pub const KEY: &str = "3f6c0a52-essai-4d1b-9e77-moulinsart";
/// A key it knows and that has no right (HTTP 403).
pub const REVOKED: &str = "00000000-essai-0000-0000-revoquee";
/// Domains of the mailboxes, all of them on the white list.
pub const DOMAINS: [&str; 3] = ["mss.test", "licorne.mss.test", "medecin.mss.test"];

/// How it is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// Server certificate, else that of the mail servers, which carries [`HOST`].
    pub certificate: Option<Pair>,
    /// Port, else a free one.
    pub port: Option<u16>,
    /// So many more people called MARTIN; every fourth one has a mailbox.
    pub crowd: usize,
    /// Calls a second; more are answered 429. None: as many as come.
    pub calls_a_second: Option<usize>,
}

impl Default for Options {
    fn default() -> Self {
        Self { certificate: None, port: None, crowd: 0, calls_a_second: Some(17) }
    }
}

/// The server at work; ended when dropped.
pub struct Annuaire {
    port: u16,
    server: Arc<Server>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Annuaire {
    /// Starts it.
    ///
    /// # Errors
    /// When the certificate cannot be read or the port is taken.
    pub fn start(pki: &Pki, options: Options) -> Result<Self> {
        let certificate = options.certificate.clone().unwrap_or_else(|| pki.mail());
        let tls = serve::tls(&certificate)?;
        let at = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port.unwrap_or(0)));
        let listener = std::net::TcpListener::bind(at).with_context(|| format!("cannot listen at {at}"))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let server = Arc::new(Server::new(&format!("https://{HOST}:{port}/fhir/v2"), &options));
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let shared = Arc::clone(&server);
        let thread = std::thread::spawn(move || runtime.block_on(serve::accept(listener, tls, shared, stopped)));
        Ok(Self { port, server, stop: Some(stop), thread: Some(thread) })
    }

    /// Base address of the FHIR service.
    #[must_use]
    pub fn base(&self) -> String {
        format!("https://{HOST}:{}/fhir/v2", self.port)
    }

    /// Address of the white list.
    #[must_use]
    pub fn white_list(&self) -> String {
        format!("https://{HOST}:{}/listeblanchemssante.xml", self.port)
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Answers one request in this way. Several are taken in turn.
    pub fn next(&self, fault: Fault) {
        self.server.faults.push(fault);
    }

    /// Answers every request in this way, until told otherwise.
    pub fn always(&self, fault: Option<Fault>) {
        self.server.faults.always(fault);
    }

    /// Publishes another white list, or another body under its address.
    pub fn publish(&self, list: Vec<u8>) {
        self.server.white.publish(list);
    }

    /// The requests so far, oldest first.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.server.seen()
    }

    /// Requests that are being answered now, and the most there ever were at once.
    #[must_use]
    pub fn at_once(&self) -> (usize, usize) {
        self.server.at_once()
    }

    /// Waits until a request is being answered, for two seconds at most.
    ///
    /// # Errors
    /// When none came.
    pub async fn busy(&self) -> Result<()> {
        self.until(|now| now > 0).await.context("no request came")
    }

    /// Waits until none is, for two seconds at most.
    ///
    /// # Errors
    /// When one stays.
    pub async fn idle(&self) -> Result<()> {
        self.until(|now| now == 0).await.context("a request stays")
    }

    async fn until(&self, reached: impl Fn(usize) -> bool) -> Result<()> {
        for _ in 0..400 {
            if reached(self.at_once().0) {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        anyhow::bail!("not within two seconds")
    }
}

/// The white list as published, of these domains and with some rows more.
#[must_use]
pub fn white_list_of(domains: &[&str]) -> Vec<u8> {
    white::document(domains)
}

impl Drop for Annuaire {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
