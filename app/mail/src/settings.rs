//! What an establishment configures about its mail operator.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use revocation::Checker;

/// How TLS starts. There is no third way: nothing is ever said in clear but the STARTTLS itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// `STARTTLS` on a clear port (143), what MSSanté's reference asks for.
    StartTls,
    /// TLS from the first byte (993), RFC 8314.
    Implicit,
}

/// One IMAP server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Name or address; also the name its certificate must carry.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How TLS starts there.
    pub tls: Tls,
}

/// Where the server of a mailbox is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerSource {
    /// Written in the configuration.
    Fixed(Server),
    /// The DNS of the mailbox's domain: `_imaps._tcp` and `_imap._tcp` (RFC 6186, RFC 8314).
    ///
    /// The certificate is checked against the target of the SRV record, and DNS answers are not signed here: who can
    /// forge them could name any host that holds a certificate of the same authority (RFC 6125 section 1.8 and
    /// RFC 6186 section 6), and under IGC-Santé that is every operator. So the target must lie in the mailbox's own
    /// domain or in one of these.
    Srv {
        /// Hosts or domains, as `operateur.mssante.fr`; a domain covers the names below it.
        allowed: Vec<String>,
    },
}

/// A SASL mechanism that carries an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// Google's and Microsoft's, the one MSSanté's reference names.
    XOAuth2,
    /// RFC 7628.
    OAuthBearer,
}

impl Mechanism {
    /// Name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Mechanism::XOAuth2 => "XOAUTH2",
            Mechanism::OAuthBearer => "OAUTHBEARER",
        }
    }
}

/// What the `ID` command says of us (RFC 2971).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientId {
    /// Program name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// How long each step may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// DNS and TCP, each.
    pub connect: Duration,
    /// TLS handshake, and the greeting.
    pub greet: Duration,
    /// One command, from its first byte to its tagged answer.
    pub command: Duration,
    /// One command that looks through a whole folder: to sort it, to search it.
    pub search: Duration,
    /// An IDLE is asked again after this; RFC 2177 section 3 sets 29 minutes as the upper limit. Short, it also finds
    /// out that a line is dead.
    pub idle: Duration,
    /// Between two looks at the inbox where the server does not push.
    pub poll: Duration,
    /// How long a session looks for another connection after one broke, before it is lost: tries begin within this time,
    /// and each may take half of it. Zero for none.
    pub renew: Duration,
    /// `LOGOUT`, after which the socket is closed anyway.
    pub logout: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            connect: Duration::from_secs(8),
            greet: Duration::from_secs(8),
            command: Duration::from_secs(20),
            search: Duration::from_secs(60),
            idle: Duration::from_secs(4 * 60),
            poll: Duration::from_secs(60),
            renew: Duration::from_secs(15),
            logout: Duration::from_secs(1),
        }
    }
}

/// Everything about the operator; the same for every visit.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the server is.
    pub server: ServerSource,
    /// Certificates (DER) of the authorities a server may descend from. The system's own are never used.
    pub roots: Vec<Vec<u8>>,
    /// Whether its certificate was revoked, where that is looked up.
    pub revocation: Option<Arc<Checker>>,
    /// DNS server to ask, else the system's.
    pub dns: Option<SocketAddr>,
    /// Mechanisms we accept, preferred first.
    pub mechanisms: Vec<Mechanism>,
    /// Said to the server before authentication, if set.
    pub client_id: Option<ClientId>,
    /// Whether `SELECT` may leave in the same flight as `AUTHENTICATE`. On unless an operator's server minds.
    pub pipelining: bool,
    /// Time limits.
    pub timeouts: Timeouts,
}

impl Settings {
    /// Settings with the usual mechanisms (XOAUTH2, then OAUTHBEARER), pipelining and time limits.
    #[must_use]
    pub fn new(server: ServerSource, roots: Vec<Vec<u8>>) -> Self {
        Settings {
            server,
            roots,
            revocation: None,
            dns: None,
            mechanisms: vec![Mechanism::XOAuth2, Mechanism::OAuthBearer],
            client_id: None,
            pipelining: true,
            timeouts: Timeouts::default(),
        }
    }
}
