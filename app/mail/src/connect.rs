//! The wire: from a server's name to a stream of bytes, TLS included.
//!
//! [`Connect`] is the seam of this crate. The product uses [`Network`]; a test hands in `tokio::io::duplex` and plays
//! the server by script.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use futures::future::BoxFuture;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::error::Error;
use crate::find::{self, Finder, Names};
use crate::settings::{Server, Settings};

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
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| Error::Insecure(io::Error::other(e)))?
            .with_root_certificates(roots)
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
