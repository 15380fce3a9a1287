//! What an establishment configures about sending.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use revocation::Checker;

use crate::settings::{Mechanism, ServerSource};

/// How long each step may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// DNS and TCP, each.
    pub connect: Duration,
    /// TLS handshake, and the greeting.
    pub greet: Duration,
    /// One command, from its first byte to its answer.
    pub command: Duration,
    /// Some tens of kilobytes of a message: over this, the line is dead.
    pub block: Duration,
    /// The answer to the whole message. RFC 5321 section 4.5.3.2.6 asks for ten minutes, since who gives up early does
    /// not know what became of it; nobody waits that long at a desk.
    pub accept: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            connect: Duration::from_secs(8),
            greet: Duration::from_secs(8),
            command: Duration::from_secs(30),
            block: Duration::from_secs(30),
            accept: Duration::from_secs(180),
        }
    }
}

/// How much may be sent, for who decides whether something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest message, as encoded for the wire, in bytes. Operators usually take 10 MB.
    pub message: u64,
    /// Largest message to a patient, in bytes: what Mon espace santé takes in all.
    pub patient: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { message: 10_000_000, patient: 25_000_000 }
    }
}

/// Which reports on its delivery a message asks for (RFC 3461 section 4.1, `NOTIFY`), where the server offers to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reports {
    /// That it could not be delivered, or not yet.
    #[default]
    Failures,
    /// That it was delivered as well: one more message in the inbox for every recipient.
    Deliveries,
}

/// Everything about the operator's submission server; the same for every visit.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the server is. With [`ServerSource::Srv`]: `_submissions._tcp` and `_submission._tcp` (RFC 8314, RFC
    /// 6186), whose target must lie where that of an IMAP server must.
    pub server: ServerSource,
    /// Certificates (DER) of the authorities a server may descend from. The system's own are never used.
    pub roots: Vec<Vec<u8>>,
    /// Whether its certificate was revoked, where that is looked up.
    pub revocation: Option<Arc<Checker>>,
    /// DNS server to ask, else the system's.
    pub dns: Option<SocketAddr>,
    /// Mechanisms we accept, preferred first.
    pub mechanisms: Vec<Mechanism>,
    /// What `EHLO` says of us: a domain or an address literal (RFC 5321 section 4.1.3). The default tells nothing
    /// about the network inside.
    pub hello: String,
    /// Reports asked for. Receipts (RFC 8098) never ask for any.
    pub reports: Reports,
    /// Time limits.
    pub timeouts: Timeouts,
    /// Limits of size.
    pub limits: Limits,
}

impl Settings {
    /// Settings with the usual mechanisms (XOAUTH2, then OAUTHBEARER), time limits and sizes; reports of failures only.
    #[must_use]
    pub fn new(server: ServerSource, roots: Vec<Vec<u8>>) -> Self {
        Settings {
            server,
            roots,
            revocation: None,
            dns: None,
            mechanisms: vec![Mechanism::XOAuth2, Mechanism::OAuthBearer],
            hello: "[127.0.0.1]".into(),
            reports: Reports::default(),
            timeouts: Timeouts::default(),
            limits: Limits::default(),
        }
    }

    /// The same for [`crate::Network`].
    pub(super) fn network(&self) -> crate::Settings {
        let mut settings = crate::Settings::new(self.server.clone(), self.roots.clone());
        settings.revocation.clone_from(&self.revocation);
        settings.dns = self.dns;
        settings.timeouts.connect = self.timeouts.connect;
        settings.timeouts.greet = self.timeouts.greet;
        settings
    }
}
