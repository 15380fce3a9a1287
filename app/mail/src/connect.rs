//! The wire: from a server's name to a stream of bytes, TLS included.
//!
//! [`Connect`] is the seam of this crate. The product uses [`Network`]; a test hands in `tokio::io::duplex` and plays
//! the server by script.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use rustls::pki_types::{CertificateDer, ServerName};
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::error::Error;
use crate::find::{self, Finder, Names};
use crate::settings::{Server, Settings};

/// A line on which nothing was said for this long is asked whether it is still there.
const SILENT: Duration = Duration::from_secs(30);
/// Between two such questions.
const PROBE: Duration = Duration::from_secs(10);
/// Questions without an answer after which it is not: a cable that was pulled is noticed within a minute.
const PROBES: u32 = 3;

/// Bytes both ways.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// How a mailbox's server is reached.
pub trait Connect: Send + Sync {
    /// Servers for a mailbox address, in the order to try them.
    fn find<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Result<Vec<Server>, Error>>;
    /// A clear stream to a server.
    fn connect<'a>(&'a self, server: &'a Server) -> BoxFuture<'a, Result<Box<dyn Stream>, Error>>;
    /// The same stream inside TLS, the server's certificate checked.
    fn secure<'a>(
        &'a self,
        server: &'a Server,
        clear: Box<dyn Stream>,
    ) -> BoxFuture<'a, Result<Box<dyn Stream>, Error>>;
}

/// The network: DNS, TCP, and TLS by rustls with the configured roots and no others.
pub struct Network {
    finder: Finder,
    names: Names,
    tls: TlsConnector,
    settings: Settings,
}

impl Network {
    /// Builds the TLS configuration. One per visit: sessions are not resumed from one visit to the next.
    ///
    /// # Errors
    /// [`Error::BadRoot`] if a root is not a certificate.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        Self::with(settings, find::IMAP)
    }

    /// The same for submission servers.
    pub(crate) fn for_submission(settings: &Settings) -> Result<Self, Error> {
        Self::with(settings, find::SUBMISSION)
    }

    fn with(settings: &Settings, names: Names) -> Result<Self, Error> {
        let mut roots = rustls::RootCertStore::empty();
        for root in &settings.roots {
            roots.add(CertificateDer::from(root.clone())).map_err(Error::BadRoot)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| Error::Insecure(io::Error::other(e)))?;
        let mut config = match &settings.revocation {
            None => builder.with_root_certificates(roots),
            Some(revocation) => {
                let verifier = revocation.verifier(&Arc::new(roots));
                let verifier = verifier.map_err(|e| Error::Insecure(io::Error::other(e)))?;
                builder.dangerous().with_custom_certificate_verifier(verifier)
            }
        }
        .with_no_client_auth();
        config.resumption = rustls::client::Resumption::disabled();
        Ok(Network {
            finder: Finder::new(settings.dns)?,
            names,
            tls: TlsConnector::from(Arc::new(config)),
            settings: settings.clone(),
        })
    }

    async fn tcp(&self, server: &Server) -> Result<TcpStream, Error> {
        let limit = self.settings.timeouts.connect;
        let addresses = timeout(limit, self.finder.addresses(&server.host)).await.map_err(|_| Error::TimedOut)??;
        let mut last = Error::Unreachable(io::ErrorKind::AddrNotAvailable.into());
        for address in addresses.into_iter().take(4) {
            match timeout(limit, TcpStream::connect(SocketAddr::new(address, server.port))).await {
                Ok(Ok(stream)) => {
                    // Commands are small and each waits for its answer.
                    stream.set_nodelay(true).map_err(Error::Unreachable)?;
                    let alive = TcpKeepalive::new().with_time(SILENT).with_interval(PROBE).with_retries(PROBES);
                    SockRef::from(&stream).set_tcp_keepalive(&alive).map_err(Error::Unreachable)?;
                    return Ok(stream);
                }
                Ok(Err(e)) => last = Error::Unreachable(e),
                Err(_) => last = Error::TimedOut,
            }
        }
        Err(last)
    }
}

impl Connect for Network {
    fn find<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Result<Vec<Server>, Error>> {
        Box::pin(async move {
            let find = self.finder.servers(self.names, &self.settings.server, address);
            timeout(self.settings.timeouts.connect, find).await.map_err(|_| Error::TimedOut)?
        })
    }

    fn connect<'a>(&'a self, server: &'a Server) -> BoxFuture<'a, Result<Box<dyn Stream>, Error>> {
        Box::pin(async move { Ok(Box::new(self.tcp(server).await?) as Box<dyn Stream>) })
    }

    fn secure<'a>(
        &'a self,
        server: &'a Server,
        clear: Box<dyn Stream>,
    ) -> BoxFuture<'a, Result<Box<dyn Stream>, Error>> {
        Box::pin(async move {
            let name = ServerName::try_from(server.host.clone())
                .map_err(|e| Error::Insecure(io::Error::new(io::ErrorKind::InvalidInput, e)))?;
            let handshake = self.tls.connect(name, clear);
            let stream = timeout(self.settings.timeouts.greet, handshake)
                .await
                .map_err(|_| Error::TimedOut)?
                .map_err(Error::from_tls)?;
            Ok(Box::new(stream) as Box<dyn Stream>)
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::settings::{ServerSource, Tls};

    #[tokio::test]
    async fn the_system_is_told_to_notice_a_line_that_is_dead() {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let server =
            Server { host: "127.0.0.1".into(), port: listener.local_addr().unwrap().port(), tls: Tls::Implicit };
        let network = Network::new(&Settings::new(ServerSource::Fixed(server.clone()), vec![])).unwrap();
        let stream = network.tcp(&server).await.unwrap();
        let socket = SockRef::from(&stream);
        assert!(socket.keepalive().unwrap());
        let within = socket.tcp_keepalive_time().unwrap()
            + socket.tcp_keepalive_interval().unwrap() * socket.tcp_keepalive_retries().unwrap();
        assert_eq!(within.as_secs(), 60);
    }
}
