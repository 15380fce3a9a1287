//! From what reqwest says to what happened: walks the chain of causes down to rustls.

use std::error::Error as StdError;
use std::io::ErrorKind;

use rustls::{AlertDescription, CertificateError};

use crate::error::Error;
use crate::slot::Slot;

/// Chains of causes are five or six long.
const MOST_CAUSES: usize = 32;

/// What the card had to do with a connection.
#[derive(Clone, Copy)]
pub(crate) struct Card<'a> {
    /// Where the handshake met the card.
    pub(crate) slot: &'a Slot,
    /// Whether TLS 1.3 was on offer.
    pub(crate) pss: bool,
}

/// Names a failed exchange with `host`.
pub(crate) fn name(error: reqwest::Error, host: &str, card: Option<Card<'_>>) -> Error {
    // An address may carry a code or a state.
    let error = error.without_url();
    let host = host.to_owned();
    if let Some(failure) = card.and_then(|card| card.slot.failure()) {
        return Error::CardSignature(failure);
    }
    if let Some(tls) = find::<rustls::Error>(&error) {
        return named_by_tls(&tls, host, error, card);
    }
    if error.is_timeout() {
        return Error::TimedOut;
    }
    let kind = kind(&error);
    let source = Box::new(error);
    match kind {
        Some(ErrorKind::TimedOut) => Error::TimedOut,
        Some(
            ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe,
        ) => Error::Dropped { host, source },
        _ if source.is_connect() => Error::Unreachable { host, source },
        _ => Error::Dropped { host, source },
    }
}

fn named_by_tls(tls: &rustls::Error, host: String, error: reqwest::Error, card: Option<Card<'_>>) -> Error {
    let source = Box::new(error);
    match tls {
        rustls::Error::InvalidCertificate(why) => match why {
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Error::ClockWrong(None),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                Error::CertificateExpired { host, source }
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Error::WrongHostName { host, source }
            }
            _ => Error::UntrustedCertificate { host, source },
        },
        rustls::Error::AlertReceived(alert) => match (alert, card) {
            (AlertDescription::ProtocolVersion, Some(card)) if !card.pss => Error::CardNeedsTls12 { host },
            // Once the card was shown, whatever the server complains of is the card.
            (_, Some(card)) if card.slot.shown() => Error::CardRefused,
            _ => Error::Tls { host, source },
        },
        rustls::Error::PeerIncompatible(
            rustls::PeerIncompatible::ServerDoesNotSupportTls12Or13
            | rustls::PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) if card.is_some_and(|card| !card.pss) => Error::CardNeedsTls12 { host },
        _ => Error::Tls { host, source },
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
        let tls = rustls::Error::AlertReceived(AlertDescription::UnknownCA);
        let inner = std::io::Error::new(ErrorKind::InvalidData, tls);
        let outer = std::io::Error::other(inner);
        assert!(matches!(
            find::<rustls::Error>(&outer).unwrap(),
            rustls::Error::AlertReceived(AlertDescription::UnknownCA)
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
