//! What can go wrong with the directory and the white list, told apart so that each has its own words on screen.

use std::fmt;

/// The cause underneath, kept for the journal. Addresses (which carry what the person typed) are taken out beforehand.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a search gave nothing, or a list could not be had. Never what was searched for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot be used.
    #[error("the configuration cannot be used: {0}")]
    Settings(String),
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
    /// The server's certificate is not valid yet: the kiosk's clock is late.
    #[error("the clock of this device is wrong")]
    ClockWrong,
    /// TLS failed in another way.
    #[error("no secure connection with {host}")]
    Tls {
        /// Host and port.
        host: String,
        /// Cause.
        #[source]
        source: Source,
    },
    /// The directory does not accept the key (HTTP 401 or 403).
    #[error("the directory refuses the key (HTTP {0})")]
    KeyRefused(u16),
    /// More than the 17 calls a second of a key (documented), also after a polite repetition (HTTP 429).
    #[error("the directory is asked too often")]
    TooMany,
    /// The server is out of order (HTTP 5xx).
    #[error("the server is out of order (HTTP {status})")]
    Down {
        /// HTTP status.
        status: u16,
        /// What it said of it, in FHIR's words.
        outcome: Option<Outcome>,
    },
    /// The server does not accept the request.
    #[error("the server refuses the request (HTTP {status})")]
    Refused {
        /// HTTP status; 200 too, where an OperationOutcome came instead of an answer.
        status: u16,
        /// What it said of it, in FHIR's words.
        outcome: Option<Outcome>,
    },
    /// An answer above the size limit.
    #[error("an answer is too large")]
    TooLarge,
    /// The answer is not what the directory's documentation says.
    #[error("the directory's answer cannot be read: {0}")]
    Unreadable(&'static str),
    /// Not eleven digits.
    #[error("not an RPPS number")]
    NotARpps,
    /// The white list cannot be used.
    #[error("the white list cannot be used: {0}")]
    List(&'static str),
}

/// What a FHIR server says of a request that failed (`OperationOutcome`, FHIR R4 §2.6).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    code: String,
    text: String,
}

impl Outcome {
    pub(crate) fn new(code: &str, text: &str) -> Self {
        let code = code.chars().filter(|c| c.is_ascii_lowercase() || *c == '-').take(40).collect();
        Self { code, text: crate::fold::clean(text, 200) }
    }

    /// FHIR's code of the issue, such as `processing`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The server's own text, one line, for IT. It may repeat what was typed: keep it out of logs.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outcome({})", self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_prints_its_code_and_never_its_text() {
        let outcome = Outcome::new("processing<script>", "HAPI-0302: TOURNESOL\u{202e}\n inconnu");
        assert_eq!(outcome.code(), "processingscript");
        assert_eq!(outcome.text(), "HAPI-0302: TOURNESOL inconnu");
        let error = Error::Refused { status: 400, outcome: Some(outcome) };
        assert!(!format!("{error:?} {error}").contains("TOURNESOL"));
    }
}
