//! Everything that needs no token, done while the person types.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;
use tokio::time::timeout;

use crate::auth::{self, Attempt, Style, Tokens};
use crate::connect::{Connect, Network};
use crate::error::Error;
use crate::folder;
use crate::line::Line;
use crate::open::{self, Opened};
use crate::reply::{Reply, Status, Untagged, read};
use crate::settings::{Server, Settings, Timeouts, Tls};
use crate::snapshot::Snapshot;

/// Where a mailbox begins.
#[derive(Debug)]
pub struct Mailbox(());

impl Mailbox {
    /// Finds the server of a mailbox, connects, and hears what it can do. Nothing of the person is said yet but the
    /// domain of the address, to DNS.
    ///
    /// # Errors
    /// Everything of [`Error`] but refusals.
    pub async fn prepare(settings: &Settings, address: &str) -> Result<Prepared, Error> {
        let network = Arc::new(Network::new(settings)?);
        Self::prepare_over(network, settings, address).await
    }

    /// The same over a wire of one's own.
    ///
    /// # Errors
    /// As [`Mailbox::prepare`].
    pub async fn prepare_over(
        connect: Arc<dyn Connect>,
        settings: &Settings,
        address: &str,
    ) -> Result<Prepared, Error> {
        let dialer = Dialer { connect, settings: settings.clone() };
        let ready = dialer.dial(address).await?;
        Ok(Prepared { dialer, ready })
    }
}

/// A connection that was greeted and waits for a token.
pub struct Prepared {
    dialer: Dialer,
    ready: Ready,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prepared({:?})", self.ready.server)
    }
}

impl Prepared {
    /// The server that was found.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.ready.server
    }

    /// Authenticates, selects the inbox and reads its `window` newest rows: two round trips where the server can.
    /// A connection that went away meanwhile is replaced without a word. Must run inside a tokio runtime, where the
    /// [`crate::Session`] then lives, and asks for a token again whenever it needs another connection.
    ///
    /// # Errors
    /// [`Error::Refused`] if the token or the mailbox is turned down, else what failed.
    pub async fn open(self, address: &str, tokens: impl Tokens + 'static, window: u32) -> Result<Opened, Error> {
        let tokens: Arc<dyn Tokens> = Arc::new(tokens);
        let (dialer, line, snapshot) = self.enter(address, tokens.as_ref()).await?;
        open::opened(dialer, address, tokens, line, snapshot, window).await.map_err(Error::at_the_door)
    }

    /// Authenticates, asks how many messages wait in the inbox, and leaves: what a choice of mailboxes shows.
    ///
    /// # Errors
    /// As [`Prepared::open`].
    pub async fn count(self, address: &str, token: &SecretString) -> Result<Count, Error> {
        let (_, mut line, snapshot) = self.enter(address, token).await?;
        let mut unread = None;
        line.run("STATUS", "STATUS INBOX (UNSEEN)", &mut |untagged| {
            if let Untagged::MailboxStatus { items, .. } = &untagged {
                unread = folder::status_item(items, "UNSEEN");
            }
        })
        .await
        .map_err(Error::at_the_door)?;
        line.logout().await;
        Ok(Count { unread: unread.unwrap_or(0), total: snapshot.exists })
    }

    async fn enter(self, address: &str, tokens: &dyn Tokens) -> Result<(Dialer, Line, Snapshot), Error> {
        let Prepared { dialer, mut ready } = self;
        let fresh = ready.line.is_stale() || domain(&ready.address) != domain(address);
        if fresh {
            ready = dialer.dial(address).await?;
        }
        let (line, snapshot) = match dialer.enter(ready, address, &tokens.token()).await {
            // The first byte after a long wait is when a line turns out to be dead.
            Err(Error::Closed) if !fresh => {
                let ready = dialer.dial(address).await?;
                dialer.enter(ready, address, &tokens.token()).await?
            }
            other => other?,
        };
        Ok((dialer, line, snapshot))
    }
}

/// Messages of an inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Not read yet.
    pub unread: u32,
    /// All of them.
    pub total: u32,
}

fn domain(address: &str) -> Option<&str> {
    address.rsplit_once('@').map(|(_, domain)| domain)
}

/// A greeted connection.
pub(crate) struct Ready {
    line: Line,
    server: Server,
    address: String,
}

/// Makes connections for one mailbox.
#[derive(Clone)]
pub(crate) struct Dialer {
    connect: Arc<dyn Connect>,
    settings: Settings,
}

impl Dialer {
    pub fn timeouts(&self) -> &Timeouts {
        &self.settings.timeouts
    }

    /// Tries the servers in order. A server that is not there is passed over; one that cannot be trusted is not: the
    /// next one would only hide it.
    pub async fn dial(&self, address: &str) -> Result<Ready, Error> {
        let servers = self.connect.find(address).await?;
        let mut last = Error::NoServer;
        for server in servers {
            let greeted = self.greet(&server).await;
            tracing::debug!(host = server.host, port = server.port, tls = ?server.tls, ok = greeted.is_ok(), "mail server");
            match greeted {
                Ok(line) => return Ok(Ready { line, server, address: address.to_owned() }),
                Err(error @ (Error::Unreachable(_) | Error::TimedOut | Error::Closed | Error::Unavailable)) => {
                    last = error;
                }
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// Authenticates on a greeted connection, the fast way and then, if the server minds, the slow way.
    pub async fn enter(&self, ready: Ready, address: &str, token: &SecretString) -> Result<(Line, Snapshot), Error> {
        let mut ready = ready;
        let mut style = Style { initial_response: true, pipelining: self.settings.pipelining };
        loop {
            let Ready { line, server, .. } = &mut ready;
            match auth::open(line, server, &self.settings, address, token, style).await.map_err(Error::at_the_door)? {
                Attempt::Open(snapshot) => return Ok((ready.line, snapshot)),
                Attempt::Again => {
                    tracing::debug!("the mail server wants one step at a time");
                    style = Style::SLOW;
                    ready = self.dial(address).await?;
                }
            }
        }
    }

    async fn greet(&self, server: &Server) -> Result<Line, Error> {
        let timeouts = self.settings.timeouts;
        let mut stream = self.connect.connect(server).await?;
        if server.tls == Tls::Implicit {
            stream = self.connect.secure(server, stream).await?;
        }
        let mut line = Line::new(stream, timeouts);
        timeout(timeouts.greet, hear_greeting(&mut line)).await.map_err(|_| Error::TimedOut)??;
        if server.tls == Tls::StartTls {
            if line.capabilities.is_none() {
                line.run("CAPABILITY", "CAPABILITY", &mut |_| {}).await?;
            }
            if !line.can("STARTTLS") {
                return Err(Error::Protocol("no STARTTLS"));
            }
            line.run("STARTTLS", "STARTTLS", &mut |_| {}).await?;
            let stream = self.connect.secure(server, line.into_clear_stream()?).await?;
            // What was said in clear is forgotten, capabilities first (RFC 3501 section 6.2.1).
            line = Line::new(stream, timeouts);
        }
        if line.capabilities.is_none() {
            line.run("CAPABILITY", "CAPABILITY", &mut |_| {}).await?;
        }
        if let Some(id) = &self.settings.client_id
            && line.can("ID")
        {
            let command = format!("ID (\"name\" {} \"version\" {})", quoted(&id.name), quoted(&id.version));
            line.run("ID", &command, &mut |_| {}).await?;
        }
        Ok(line)
    }
}

fn quoted(text: &str) -> String {
    let plain: String = text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(60).collect();
    crate::folder::quote(&plain)
}

/// The greeting. `PREAUTH` is not for us: it would open a mailbox without our token, maybe another one.
async fn hear_greeting(line: &mut Line) -> Result<(), Error> {
    let frame = line.response().await?;
    match read(&frame) {
        Some(Reply::Untagged(Untagged::Status(Status::Ok, outcome))) => {
            line.learn(&outcome);
            Ok(())
        }
        Some(Reply::Untagged(Untagged::Status(Status::Bye, _))) => Err(Error::Unavailable),
        Some(Reply::Untagged(Untagged::Status(Status::PreAuth, _))) => Err(Error::Protocol("PREAUTH")),
        _ => Err(Error::Protocol("no greeting")),
    }
}
