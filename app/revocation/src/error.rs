//! Why a list was not taken, told apart so that IT knows where to look.

/// The cause underneath, for the journal. Addresses are taken out beforehand.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a configuration or a list cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot be used.
    #[error("the configuration of revocation lists cannot be used: {0}")]
    Settings(String),
    /// Name not found, connection refused, no route, or a connection that broke.
    #[error("the list cannot be reached")]
    Unreachable(#[source] Cause),
    /// Not all of it came in time.
    #[error("the list did not come in time")]
    TimedOut,
    /// The server has no such list (HTTP status).
    #[error("the server gives no list (HTTP {0})")]
    Status(u16),
    /// The address leads to another host, or around in circles.
    #[error("the address of the list leads elsewhere")]
    Redirected,
    /// Over 20 MB.
    #[error("the list is too large")]
    TooLarge,
    /// The file cannot be read.
    #[error("the file of the list cannot be read")]
    File(#[source] std::io::Error),
    /// It does not parse.
    #[error("not a revocation list: {0}")]
    NotAList(&'static str),
    /// It parses, and the TLS library cannot use it: a delta list, an entry that is wrong.
    #[error("a revocation list that cannot be used")]
    Unusable(#[source] webpki::Error),
    /// Its issuer is none of the configured authorities, or not the one this source is for.
    #[error("the list is of another authority")]
    OtherIssuer,
    /// Its issuer's key did not sign it.
    #[error("the signature of the list is wrong")]
    BadSignature,
    /// One that is newer is already in use.
    #[error("the list is older than the one in use")]
    Older,
    /// It has ended, and the one in use has not.
    #[error("the list has ended, the one in use has not")]
    Ended,
}
