//! From what reqwest says to what happened: walks the chain of causes down to rustls.

use std::error::Error as StdError;
use std::io::ErrorKind;

use rustls::CertificateError;

use crate::error::Error;

/// Chains of causes are five or six long.
const MOST_CAUSES: usize = 32;

/// Names a failed exchange with `host`.
pub(crate) fn name(error: reqwest::Error, host: &str) -> Error {
    // The address carries what the person typed.
    let error = error.without_url();
    let host = host.to_owned();
    let tls = find(&error, &mut |cause| cause.downcast_ref::<rustls::Error>().cloned());
    if let Some(tls) = tls {
        return named_by_tls(&tls, host, error);
    }
    if error.is_timeout() {
        return Error::TimedOut;
    }
    let kind = find(&error, &mut |cause| {
        cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind).filter(|kind| *kind != ErrorKind::Other)
    });
    let connecting = error.is_connect();
    let source = Box::new(error);
    match kind {
        Some(ErrorKind::TimedOut) => Error::TimedOut,
        Some(
            ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe,
        ) => Error::Dropped { host, source },
        _ if connecting => Error::Unreachable { host, source },
        _ => Error::Dropped { host, source },
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

/// Asks every cause in turn. `io::Error` hides what it wraps from `source()`, hence the second way down.
fn find<T>(error: &(dyn StdError + 'static), ask: &mut dyn FnMut(&(dyn StdError + 'static)) -> Option<T>) -> Option<T> {
    let mut next = Some(error);
    for _ in 0..MOST_CAUSES {
        let error = next?;
        if let Some(found) = ask(error) {
            return Some(found);
        }
        let inside = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match inside {
            Some(inside) => Some(inside),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_tls_error_is_found_inside_an_io_error_inside_another() {
        let tls = rustls::Error::AlertReceived(rustls::AlertDescription::UnknownCA);
        let outer = std::io::Error::other(std::io::Error::new(ErrorKind::InvalidData, tls.clone()));
        let found = find(&outer, &mut |cause| cause.downcast_ref::<rustls::Error>().cloned());
        assert_eq!(found.unwrap(), tls);
    }
}
