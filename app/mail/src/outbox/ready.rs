//! Everything that needs no token, done while the person writes.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;
use tokio::time::timeout;

use super::auth;
use super::line::Line;
use super::settings::{Reports, Settings};
use crate::connect::{Connect, Network};
use crate::error::Error;
use crate::settings::{Server, Tls};

/// Where sending begins.
#[derive(Debug)]
pub struct Outbox(());

impl Outbox {
    /// Finds the submission server of a mailbox, connects, and hears what it offers. Nothing of the person is said yet
    /// but the domain of the address, to DNS. The connection may wait for minutes; one that went away meanwhile is
    /// replaced without a word.
    ///
    /// # Errors
    /// Everything of [`Error`] but refusals.
    pub async fn prepare(settings: &Settings, address: &str) -> Result<Ready, Error> {
        let network = Arc::new(Network::for_submission(&settings.network())?);
        Self::prepare_over(network, settings, address).await
    }

    /// The same over a wire of one's own.
    ///
    /// # Errors
    /// As [`Outbox::prepare`].
    pub async fn prepare_over(connect: Arc<dyn Connect>, settings: &Settings, address: &str) -> Result<Ready, Error> {
        let dialer = Dialer { connect, settings: settings.clone() };
        let (line, server) = dialer.dial(address).await?;
        Ok(Ready { dialer, line, server, address: address.to_owned() })
    }
}

/// A connection that was greeted and waits for a message.
pub struct Ready {
    pub(super) dialer: Dialer,
    pub(super) line: Line,
    pub(super) server: Server,
    pub(super) address: String,
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ready({:?})", self.server)
    }
}

impl Ready {
    /// The server that was found.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The largest message it takes, in bytes, where it says so already. Some say so only to whom they know.
    #[must_use]
    pub fn size_limit(&self) -> Option<u64> {
        self.line.offers.limit
    }

    /// Reports that a message asks for.
    pub(super) fn reports(&self) -> Reports {
        self.dialer.settings.reports
    }

    /// Authenticates, on a new connection if this one went away.
    pub(super) async fn enter(self, token: &SecretString) -> Result<Line, Error> {
        let Ready { dialer, mut line, mut server, address } = self;
        let stale = line.is_stale();
        if stale {
            (line, server) = dialer.dial(&address).await?;
        }
        match auth::enter(&mut line, &server, &dialer.settings, &address, token).await {
            Ok(()) => {}
            // The first byte after a long wait is when a line turns out to be dead. Nothing was announced yet.
            Err(Error::Closed) if !stale => {
                (line, server) = dialer.dial(&address).await?;
                auth::enter(&mut line, &server, &dialer.settings, &address, token).await?;
            }
            Err(error) => {
                line.quit().await;
                return Err(error);
            }
        }
        if !(line.offers.dsn && line.offers.size && line.offers.limit.is_some()) {
            // A server that stands before another (dovecot-submissiond does) learns what that one offers only now.
            // One that does not want to be greeted twice keeps what it said.
            match line.hello(&dialer.settings.hello).await {
                Ok(()) | Err(Error::Protocol("no EHLO")) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(line)
    }
}

/// Makes connections.
pub(super) struct Dialer {
    connect: Arc<dyn Connect>,
    settings: Settings,
}

impl Dialer {
    /// Tries the servers in order. A server that is not there is passed over; one that cannot be trusted is not: the
    /// next one would only hide it.
    async fn dial(&self, address: &str) -> Result<(Line, Server), Error> {
        let servers = self.connect.find(address).await?;
        let mut last = Error::NoServer;
        for server in servers {
            let greeted = self.greet(&server).await;
            tracing::debug!(host = server.host, port = server.port, tls = ?server.tls, ok = greeted.is_ok(), "submission server");
            match greeted {
                Ok(line) => return Ok((line, server)),
                Err(error @ (Error::Unreachable(_) | Error::TimedOut | Error::Closed | Error::Unavailable)) => {
                    last = error;
                }
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    async fn greet(&self, server: &Server) -> Result<Line, Error> {
        let timeouts = self.settings.timeouts;
        let hello = &self.settings.hello;
        let mut stream = self.connect.connect(server).await?;
        if server.tls == Tls::Implicit {
            stream = self.connect.secure(server, stream).await?;
        }
        let mut line = Line::new(stream, timeouts);
        timeout(timeouts.greet, hear_greeting(&mut line)).await.map_err(|_| Error::TimedOut)??;
        line.hello(hello).await?;
        if server.tls == Tls::StartTls {
            if !line.offers.starttls {
                return Err(Error::Protocol("no STARTTLS"));
            }
            match line.run("STARTTLS\r\n").await?.code {
                220 => {}
                421 | 454 => return Err(Error::Unavailable),
                _ => return Err(Error::Protocol("STARTTLS")),
            }
            let stream = self.connect.secure(server, line.into_clear_stream()?).await?;
            // What was said in clear is forgotten (RFC 3207 section 4.2).
            line = Line::new(stream, timeouts);
            line.hello(hello).await?;
        }
        Ok(line)
    }
}

/// The greeting. 554 is "no SMTP service here" (RFC 5321 section 3.1).
async fn hear_greeting(line: &mut Line) -> Result<(), Error> {
    let limit = line.timeouts.greet;
    match line.reply(limit).await?.code {
        220 => Ok(()),
        400..500 | 554 => Err(Error::Unavailable),
        _ => Err(Error::Protocol("no greeting")),
    }
}
