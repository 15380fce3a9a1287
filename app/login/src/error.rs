//! What can go wrong at the door, told apart so that each has its own words on screen.

use revocation::Unchecked;

use crate::key::SignError;

/// The cause underneath, kept for the journal. Addresses (which may carry codes) are taken out beforehand.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a login, a refresh or a preparation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Name not found, connection refused, no route, network down.
    #[error("{host} cannot be reached")]
    Unreachable {
        /// Host and port.
        host: String,
        /// Cause.
        #[source]
        source: Source,
    },
    /// The server closed the connection without a word.
    #[error("{host} closed the connection")]
    Dropped {
        /// Host and port.
        host: String,
        /// Cause.
        #[source]
        source: Source,
    },
    /// No answer within the configured limits.
    #[error("no answer in time")]
    TimedOut,
    /// The server's certificate does not lead to a configured authority.
    #[error("the certificate of {host} comes from an unknown authority")]
    UntrustedCertificate {
        /// Host and port.
        host: String,
        /// Cause.
        #[source]
        source: Source,
    },
    /// The server's certificate is for another name.
    #[error("the certificate of {host} is for another name")]
    WrongHostName {
        /// Host and port.
        host: String,
        /// Cause.
        #[source]
        source: Source,
    },
    /// The server's certificate has expired (or the kiosk's clock is ahead).
    #[error("the certificate of {host} has expired")]
    CertificateExpired {
        /// Host and port.
        host: String,
        /// Cause.
        #[source]
        source: Source,
    },
    /// The server's certificate was revoked by its authority.
    #[error("the certificate of {host} was revoked")]
    CertificateRevoked {
        /// Host and port.
        host: String,
    },
    /// Whether the server's certificate was revoked cannot be said, and has to be known here.
    #[error("whether the certificate of {host} was revoked is not known")]
    RevocationUnknown {
        /// Host and port.
        host: String,
        /// What is missing.
        #[source]
        source: Unchecked,
    },
    /// TLS failed in another way: no common version or suite, broken record.
    #[error("no secure connection with {host}")]
    Tls {
        /// Host and port.
        host: String,
        /// Cause.
        #[source]
        source: Source,
    },
    /// The kiosk's clock is wrong: the server's certificate is not valid yet (`None`), or the server's time
    /// differs by so many seconds (kiosk minus server).
    #[error("the clock of this device is wrong")]
    ClockWrong(Option<i64>),
    /// The provider does not accept this card: revoked, expired, unknown, not trusted.
    #[error("the provider refuses this card")]
    CardRefused,
    /// The card cannot sign for TLS 1.3 and the server speaks nothing else.
    #[error("{host} only speaks TLS 1.3, which this card cannot sign")]
    CardNeedsTls12 {
        /// Host and port.
        host: String,
    },
    /// The card did not sign.
    #[error("the card did not sign")]
    CardSignature(#[source] SignError),
    /// The provider's level of authentication is not one of the accepted ones.
    #[error("the level of authentication is not accepted")]
    AcrTooLow {
        /// What the provider said, if anything.
        got: Option<String>,
    },
    /// The ID token answers another request.
    #[error("the ID token answers another request")]
    NonceMismatch,
    /// The authorization answer belongs to another request.
    #[error("the authorization answer belongs to another request")]
    StateMismatch,
    /// A token or UserInfo failed verification.
    #[error("the provider's token is not valid: {0}")]
    TokenInvalid(&'static str),
    /// A page or the configuration leads to a host that is not on the list.
    #[error("{0} is not an allowed host")]
    HostNotAllowed(String),
    /// A page or the configuration leads off TLS.
    #[error("an address is not https")]
    NotHttps,
    /// The provider said no, in OAuth's words (RFC 6749 §4.1.2.1, §5.2).
    #[error("the provider answers {error}")]
    ProviderError {
        /// Code of the error.
        error: String,
        /// Text for IT, shortened.
        description: Option<String>,
    },
    /// The provider answers with a server error (HTTP status).
    #[error("the provider is out of order (HTTP {0})")]
    ProviderDown(u16),
    /// A page came that this user agent cannot follow without a person.
    #[error("the provider shows an unexpected page (HTTP {0})")]
    UnexpectedPage(u16),
    /// More than the allowed number of redirects.
    #[error("too many redirects")]
    TooManyRedirects,
    /// An answer above the size limit.
    #[error("an answer is too large")]
    TooLarge,
    /// Discovery document or key set cannot be used.
    #[error("the provider's description cannot be used: {0}")]
    Discovery(&'static str),
    /// The person refused on the phone.
    #[error("the request was refused on the phone")]
    PhoneRefused,
    /// Nobody answered on the phone in time.
    #[error("the request on the phone has expired")]
    PhoneExpired,
    /// The provider knows no such person, or no e-CPS of theirs.
    #[error("the provider knows no phone of this person")]
    PhoneUnknown,
    /// Somebody else than the person who was asked has answered.
    #[error("another person has answered on the phone")]
    PhoneOther,
    /// The provider does not offer logins by phone, or not to this client.
    #[error("the provider offers no login by phone")]
    PhoneNotOffered,
    /// The person approved, and the answer that brought the tokens was lost on its way. The provider gives it only
    /// once: the phone has to be asked again.
    #[error("the answer to the approved request was lost")]
    PhoneAnswerLost,
    /// The proxy still holds a session of this person (HTTP 304 or 409).
    #[error("the proxy still holds a session of this person")]
    PhoneBusy,
    /// The proxy's session object lacks a field without which no mailbox opens: `access_token` or `id_token`.
    #[error("the proxy gives no {0}")]
    ProxyWithout(&'static str),
    /// The answers do not fit the provider's page; nothing was sent.
    #[error("the answers do not fit the page: {0}")]
    Answers(#[from] forms::Error),
    /// A conversation with the provider's pages went on without coming to an end.
    #[error("too many pages")]
    TooManyPages,
    /// The session cannot be prolonged: no refresh token, or it is over.
    #[error("the session is over")]
    SessionOver,
    /// The configuration cannot be used.
    #[error("the configuration cannot be used: {0}")]
    Settings(String),
    /// The login was stopped from outside.
    #[error("the login was stopped")]
    Stopped,
}
