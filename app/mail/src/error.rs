//! What can go wrong with a mailbox, told apart the way the desk needs it.

use std::io;

use revocation::{Finding, Unchecked};

/// Why the server turned the token or the mailbox down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The server did not accept the token: expired, revoked, unknown. Servers that check the mailbox in the same step
    /// (Dovecot does) say this too for a mailbox that is not this person's, so with a token just obtained read it as
    /// [`Refusal::Mailbox`].
    Token,
    /// The token is good, the mailbox is not for this person.
    Mailbox,
}

/// A failure of the mailbox.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The domain of the mailbox names no IMAP server (no SRV record, or the target "." of RFC 6186 section 3.4).
    #[error("the domain of the mailbox names no mail server")]
    NoServer,
    /// The domain of the mailbox names a server outside the configured ones.
    #[error("the domain of the mailbox names a server that is not allowed here")]
    ServerNotAllowed,
    /// No answer from DNS, no route, connection refused.
    #[error("mail server unreachable")]
    Unreachable(#[source] io::Error),
    /// A step took longer than its limit.
    #[error("mail server silent for too long")]
    TimedOut,
    /// The certificate does not descend from a configured authority, or is otherwise not acceptable.
    #[error("mail server certificate not trusted")]
    UntrustedCertificate(#[source] rustls::Error),
    /// The certificate is for another host.
    #[error("mail server certificate is for another host")]
    WrongHostName(#[source] rustls::Error),
    /// The certificate has expired, or the clock is ahead.
    #[error("mail server certificate expired")]
    CertificateExpired(#[source] rustls::Error),
    /// The certificate is not valid yet, or the clock is late.
    #[error("mail server certificate not valid yet")]
    CertificateNotYetValid(#[source] rustls::Error),
    /// The certificate was revoked by its authority.
    #[error("mail server certificate revoked")]
    CertificateRevoked(#[source] rustls::Error),
    /// Whether the certificate was revoked cannot be said, and has to be known here.
    #[error("whether the mail server certificate was revoked is not known")]
    RevocationUnknown(#[source] Unchecked),
    /// TLS failed otherwise.
    #[error("no secure connection to the mail server")]
    Insecure(#[source] io::Error),
    /// The server accepts none of the configured mechanisms.
    #[error("the mail server accepts no access token")]
    NoMechanism,
    /// The server turned the token or the mailbox down.
    #[error("the mail server refused ({0:?})")]
    Refused(Refusal),
    /// The server says that it cannot for now (`[UNAVAILABLE]`, `[INUSE]`, `[LIMIT]`, a `BYE` for a greeting).
    #[error("the mail server is not available for now")]
    Unavailable,
    /// The server answered `NO` or `BAD`.
    #[error("the mail server refused {command}")]
    Server {
        /// First word of the command.
        command: &'static str,
        /// What it said, cleaned and bounded. It may name a mailbox: keep it out of logs.
        text: String,
    },
    /// The server said something that is not IMAP, or not in its place.
    #[error("the mail server does not follow the protocol: {0}")]
    Protocol(&'static str),
    /// The connection ended.
    #[error("the mail server closed the connection")]
    Closed,
    /// The person may not do this in this folder (`[NOPERM]`, or flags the server does not keep).
    #[error("not permitted in this folder")]
    NotPermitted,
    /// No room is left in the mailbox (`[OVERQUOTA]`).
    #[error("the mailbox is full")]
    Full,
    /// The server does not store a message of this size (`[TOOBIG]`, `APPENDLIMIT`).
    #[error("the message is too large for the mail server")]
    MessageTooLarge {
        /// Most bytes it stores, where it says.
        limit: Option<u64>,
    },
    /// The message is no longer there.
    #[error("the message is no longer there")]
    NoSuchMessage,
    /// The folder was rebuilt and its messages have other numbers. List it again.
    #[error("the folder has changed: list it again")]
    Renumbered,
    /// The server cannot do this without harm to other messages, or at all.
    #[error("the mail server cannot {0}")]
    NotSupported(&'static str),
    /// More messages than a sorted or filtered list is kept for.
    #[error("too many messages to sort or filter")]
    TooManyMessages,
    /// Nothing to search for, or too much of it.
    #[error("not something to search for")]
    BadQuery,
    /// A message that cannot be sent to an IMAP server: it holds a zero byte.
    #[error("not a message")]
    BadMessage,
    /// A change was made to some of the messages and not to the others.
    #[error("{done} of {asked} messages changed")]
    Partly {
        /// Messages that were changed.
        done: u32,
        /// Messages that were to be changed.
        asked: u32,
        /// Why it ended.
        #[source]
        why: Box<Error>,
    },
    /// An answer over the limits of memory.
    #[error("the answer of the mail server is too large")]
    TooLarge,
    /// A configured root is not a certificate.
    #[error("a configured mail authority is not a certificate")]
    BadRoot(#[source] rustls::Error),
    /// The mailbox address cannot be an address.
    #[error("not a mailbox address")]
    BadAddress,
}

impl Error {
    /// Whether the connection can still be used after this.
    pub(crate) fn leaves_line_usable(&self) -> bool {
        match self {
            Error::Partly { why, .. } => why.leaves_line_usable(),
            Error::Server { .. }
            | Error::Unavailable
            | Error::Refused(_)
            | Error::NotPermitted
            | Error::Full
            | Error::MessageTooLarge { .. }
            | Error::NoSuchMessage
            | Error::Renumbered
            | Error::NotSupported(_)
            | Error::TooManyMessages
            | Error::BadQuery
            | Error::BadMessage => true,
            _ => false,
        }
    }

    /// Whether the connection is gone, or as good as gone: what only reads may be asked again on another one.
    pub(crate) fn is_a_break(&self) -> bool {
        match self {
            Error::Partly { why, .. } => why.is_a_break(),
            Error::Closed | Error::TimedOut | Error::Unreachable(_) | Error::Insecure(_) => true,
            _ => false,
        }
    }

    /// Whether a session that looks for another connection may find one later although this came of a try. Certificates,
    /// refusals and what is configured do not change by themselves.
    pub(crate) fn may_pass(&self) -> bool {
        self.is_a_break()
            || matches!(self, Error::Unavailable | Error::Server { .. } | Error::Protocol(_) | Error::TooLarge)
            // What tells of revocations is reached over the same network.
            || matches!(self, Error::RevocationUnknown(_))
    }

    /// What an error means before the mailbox is open: a folder that is not permitted then is the mailbox itself.
    pub(crate) fn at_the_door(self) -> Self {
        match self {
            Error::NotPermitted => Error::Refused(Refusal::Mailbox),
            other => other,
        }
    }

    /// An error of a connected stream.
    pub(crate) fn from_read(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::NotConnected => Error::Closed,
            io::ErrorKind::TimedOut => Error::TimedOut,
            _ => Error::from_tls(error),
        }
    }

    /// An error of the TLS handshake, told apart by type and never by its text.
    pub(crate) fn from_tls(error: io::Error) -> Self {
        use rustls::CertificateError as C;
        let Some(inner) = error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>()) else {
            return match error.kind() {
                io::ErrorKind::TimedOut => Error::TimedOut,
                io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
                    Error::Closed
                }
                io::ErrorKind::ConnectionRefused
                | io::ErrorKind::HostUnreachable
                | io::ErrorKind::NetworkUnreachable => Error::Unreachable(error),
                _ => Error::Insecure(error),
            };
        };
        let inner = inner.clone();
        match revocation::finding(&inner) {
            Some(Finding::Revoked) => return Error::CertificateRevoked(inner),
            Some(Finding::Unchecked(why)) => return Error::RevocationUnknown(why),
            None => {}
        }
        match &inner {
            rustls::Error::InvalidCertificate(why) => match why {
                C::Expired | C::ExpiredContext { .. } => Error::CertificateExpired(inner),
                C::NotValidYet | C::NotValidYetContext { .. } => Error::CertificateNotYetValid(inner),
                C::NotValidForName | C::NotValidForNameContext { .. } => Error::WrongHostName(inner),
                _ => Error::UntrustedCertificate(inner),
            },
            _ => Error::Insecure(error),
        }
    }
}
