//! From what went wrong on the wire to what this crate says of it.

use https::Trouble;
use rustls::CertificateError;

use crate::error::Error;

/// Names a failed exchange with `host`.
pub(crate) fn name(error: reqwest::Error, host: &str) -> Error {
    // The address carries what the person typed.
    let error = error.without_url();
    let host = host.to_owned();
    match https::trouble(&error) {
        Trouble::Tls(tls) => named_by_tls(&tls, host, error),
        Trouble::TimedOut => Error::TimedOut,
        Trouble::Dropped => Error::Dropped { host, source: Box::new(error) },
        Trouble::Unreachable => Error::Unreachable { host, source: Box::new(error) },
    }
}

fn named_by_tls(tls: &rustls::Error, host: String, error: reqwest::Error) -> Error {
    let source = Box::new(error);
    match tls {
        rustls::Error::InvalidCertificate(why) => match why {
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Error::ClockWrong,
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                Error::CertificateExpired { host, source }
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Error::WrongHostName { host, source }
            }
            _ => Error::UntrustedCertificate { host, source },
        },
        _ => Error::Tls { host, source },
    }
}
