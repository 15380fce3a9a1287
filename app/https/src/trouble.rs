//! From what reqwest says to what happened: walks the chain of causes down to rustls and the system.

use std::error::Error as StdError;
use std::io::ErrorKind;

/// Chains of causes are five or six long.
const MOST_CAUSES: usize = 32;

/// Why an exchange failed.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// TLS: a certificate, a version, an alert.
    Tls(rustls::Error),
    /// Too late.
    TimedOut,
    /// The connection was there, and broke.
    Dropped,
    /// There was none.
    Unreachable,
}

/// Names a failed exchange. Nothing of the address is in the answer.
#[must_use]
pub fn trouble(error: &reqwest::Error) -> Trouble {
    if let Some(tls) = find::<rustls::Error>(error) {
        return Trouble::Tls(tls);
    }
    if error.is_timeout() {
        return Trouble::TimedOut;
    }
    match kind(error) {
        Some(ErrorKind::TimedOut) => Trouble::TimedOut,
        Some(
            ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe,
        ) => Trouble::Dropped,
        _ if error.is_connect() => Trouble::Unreachable,
        _ => Trouble::Dropped,
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
        let tls = rustls::Error::AlertReceived(rustls::AlertDescription::UnknownCA);
        let inner = std::io::Error::new(ErrorKind::InvalidData, tls);
        let outer = std::io::Error::other(inner);
        assert!(matches!(
            find::<rustls::Error>(&outer).unwrap(),
            rustls::Error::AlertReceived(rustls::AlertDescription::UnknownCA)
        ));
    }

    #[test]
    fn what_the_system_said_is_found_under_errors_that_say_nothing() {
        let inner = std::io::Error::new(ErrorKind::UnexpectedEof, "tls handshake eof");
        let outer = std::io::Error::other(inner);
        assert_eq!(kind(&outer), Some(ErrorKind::UnexpectedEof));
        assert_eq!(kind(&std::io::Error::other("nothing")), None);
    }
}
