//! From what went wrong on the wire to what this crate says of it.

use https::Trouble;

use crate::error::Error;
use crate::tls::Witness;

/// Names a failed exchange with `host`.
pub(crate) fn name(error: reqwest::Error, host: &str, witness: &Witness) -> Error {
    let host = host.to_owned();
    match https::trouble(&error) {
        Trouble::Tls(rustls::Error::InvalidCertificate(_)) => {
            let (why, seen) = witness.seen();
            Error::NotTrusted { host, why, seen }
        }
        Trouble::Tls(_) => Error::Tls { host, source: Box::new(error) },
        Trouble::TimedOut => Error::TimedOut,
        Trouble::Dropped => Error::Dropped { host, source: Box::new(error) },
        Trouble::Unreachable => Error::Unreachable { host, source: Box::new(error) },
    }
}
