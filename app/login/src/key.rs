//! What a card must be able to do, seen from here: show its certificate and sign.

/// A signature scheme, by its TLS meaning (RFC 8446 §4.2.3). The message is not hashed beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5 with SHA-256: all a CPS3 can do, and TLS 1.2 only.
    RsaPkcs1Sha256,
    /// RSASSA-PSS with SHA-256, salt of 32 bytes: a CPS4 can, and TLS 1.3 asks for it.
    RsaPssSha256,
}

impl Scheme {
    /// Whether TLS 1.3 admits the scheme for a client certificate (RFC 8446 §4.2.3 excludes PKCS#1 v1.5).
    #[must_use]
    pub fn fits_tls13(self) -> bool {
        matches!(self, Scheme::RsaPssSha256)
    }

    pub(crate) fn tls(self) -> rustls::SignatureScheme {
        match self {
            Scheme::RsaPkcs1Sha256 => rustls::SignatureScheme::RSA_PKCS1_SHA256,
            Scheme::RsaPssSha256 => rustls::SignatureScheme::RSA_PSS_SHA256,
        }
    }
}

/// Why a card did not sign.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The card left the reader.
    #[error("the card was removed")]
    Removed,
    /// The card wants its code verified first (ISO 7816-4 status 69 82).
    #[error("the card's code is not verified")]
    NotVerified,
    /// The card did not answer in time.
    #[error("the card did not answer in time")]
    TimedOut,
    /// Neither side knows a scheme of the other.
    #[error("the card has no signature scheme that the server accepts")]
    NoCommonScheme,
    /// Anything else, in the card crate's words.
    #[error("the card failed to sign")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A private key that never leaves its card, with the certificate that goes with it.
pub trait ClientKey: Send + Sync {
    /// The certificate chain, DER (X.509), the card's own first.
    fn certificate_chain(&self) -> Vec<Vec<u8>>;

    /// What the card can do, preferred first.
    fn schemes(&self) -> &[Scheme];

    /// Signs `message` (not hashed). May block for as long as the card works: it is called on a thread that
    /// may wait. It must come back in bounded time, also when the card is pulled.
    ///
    /// # Errors
    /// [`SignError`], handed on as [`crate::Error::CardSignature`].
    fn sign(&self, scheme: Scheme, message: &[u8]) -> Result<Vec<u8>, SignError>;
}
