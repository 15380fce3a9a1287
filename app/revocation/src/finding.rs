//! What a failed handshake says about revocation.

use rustls::{CertificateError, Error as TlsError};

/// Why nothing is known about a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
pub enum Unchecked {
    /// There is no list of the authority that issued it.
    #[error("there is no revocation list of the certificate's authority")]
    NoList,
    /// The list of that authority is past its next update.
    #[error("the revocation list of the certificate's authority has ended")]
    Stale,
    /// There is a list under that authority's name, of another key, or of one that may not sign lists.
    #[error("the revocation list is not of the certificate's authority")]
    OtherKey,
}

/// What the lists say of a certificate that was refused because of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A list names it.
    Revoked,
    /// Nothing is known, and that is required here.
    Unchecked(Unchecked),
}

/// Reads a TLS error: `None` if it has nothing to do with revocation.
#[must_use]
pub fn finding(error: &TlsError) -> Option<Finding> {
    match error {
        TlsError::InvalidCertificate(CertificateError::Revoked) => Some(Finding::Revoked),
        _ => unchecked(error).map(Finding::Unchecked),
    }
}

/// Why an error says that nothing is known, if it does.
pub(crate) fn unchecked(error: &TlsError) -> Option<Unchecked> {
    match error {
        TlsError::InvalidCertificate(CertificateError::UnknownRevocationStatus) => Some(Unchecked::NoList),
        TlsError::InvalidCertificate(
            CertificateError::ExpiredRevocationList | CertificateError::ExpiredRevocationListContext { .. },
        ) => Some(Unchecked::Stale),
        // Whatever else is wrong with a list has kept it from being taken.
        TlsError::InvalidCertRevocationList(_) => Some(Unchecked::OtherKey),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untrusted_certificate_is_no_matter_of_lists() {
        assert_eq!(finding(&CertificateError::UnknownIssuer.into()), None);
        assert_eq!(finding(&CertificateError::Expired.into()), None);
        assert_eq!(finding(&CertificateError::Revoked.into()), Some(Finding::Revoked));
    }
}
