//! From what went wrong on the wire to what this crate says of it, the card's part included.

use https::Trouble;
use revocation::Finding;
use rustls::{AlertDescription, CertificateError};

use crate::error::Error;
use crate::slot::Slot;

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
    match https::trouble(&error) {
        Trouble::Tls(tls) => named_by_tls(&tls, host, error, card),
        Trouble::TimedOut => Error::TimedOut,
        Trouble::Dropped => Error::Dropped { host, source: Box::new(error) },
        Trouble::Unreachable => Error::Unreachable { host, source: Box::new(error) },
    }
}

fn named_by_tls(tls: &rustls::Error, host: String, error: reqwest::Error, card: Option<Card<'_>>) -> Error {
    match revocation::finding(tls) {
        Some(Finding::Revoked) => return Error::CertificateRevoked { host },
        Some(Finding::Unchecked(source)) => return Error::RevocationUnknown { host, source },
        None => {}
    }
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
