//! From what reqwest says to what happened: walks the chain of causes down to rustls.

use std::error::Error as StdError;
use std::io::ErrorKind;

use crate::error::Error;
use crate::tls::Witness;

/// Chains of causes are five or six long.
const MOST_CAUSES: usize = 32;

/// Names a failed exchange with `host`.
pub(crate) fn name(error: reqwest::Error, host: &str, witness: &Witness) -> Error {
    let host = host.to_owned();
    if let Some(tls) = find::<rustls::Error>(&error) {
        return match tls {
            rustls::Error::InvalidCertificate(_) => {
                let (why, seen) = witness.seen();
                Error::NotTrusted { host, why, seen }
            }
            _ => Error::Tls { host, source: Box::new(error) },
        };
    }
    if error.is_timeout() {
        return Error::TimedOut;
    }
    let kind = kind(&error);
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

/// What the system said: the kind of the first I/O error that has one.
fn kind(error: &(dyn StdError + 'static)) -> Option<ErrorKind> {
    look(error, &mut |cause| {
        cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind).filter(|kind| *kind != ErrorKind::Other)
    })
}

/// The first cause of a type.
fn find<T: StdError + Clone + 'static>(error: &(dyn StdError + 'static)) -> Option<T> {
    look(error, &mut |cause| cause.downcast_ref::<T>().cloned())
}

/// Asks every cause in turn. `io::Error` hides what it wraps from `source()`, hence the second way down.
fn look<T>(error: &(dyn StdError + 'static), ask: &mut dyn FnMut(&(dyn StdError + 'static)) -> Option<T>) -> Option<T> {
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
        let tls = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let outer = std::io::Error::other(std::io::Error::new(ErrorKind::InvalidData, tls.clone()));
        assert_eq!(find::<rustls::Error>(&outer).unwrap(), tls);
    }

    #[test]
    fn what_the_system_said_is_found_under_errors_that_say_nothing() {
        let inner = std::io::Error::new(ErrorKind::UnexpectedEof, "tls handshake eof");
        assert_eq!(kind(&std::io::Error::other(inner)), Some(ErrorKind::UnexpectedEof));
        assert_eq!(kind(&std::io::Error::other("nothing")), None);
    }
}
