//! The card of this visit as the key a login asks for.

use crate::card_thread::Signer;
use card::{Error, Status, TransmitError};
use login::{ClientKey, Scheme, SignError};

pub(crate) struct CardKey {
    signer: Signer,
    certificate: Vec<u8>,
    schemes: Vec<Scheme>,
}

impl CardKey {
    pub(crate) fn new(signer: Signer, certificate: Vec<u8>, schemes: &[card::Scheme]) -> Self {
        Self { signer, certificate, schemes: self::schemes(schemes) }
    }
}

/// What a login can use of what a card can sign, best first.
pub(crate) fn schemes(schemes: &[card::Scheme]) -> Vec<Scheme> {
    schemes
        .iter()
        .filter_map(|scheme| match scheme {
            card::Scheme::Pkcs1Sha256 => Some(Scheme::RsaPkcs1Sha256),
            card::Scheme::PssSha256 => Some(Scheme::RsaPssSha256),
            card::Scheme::Pkcs1Sha384 | card::Scheme::Pkcs1Sha512 => None,
        })
        .collect()
}

impl ClientKey for CardKey {
    fn certificate_chain(&self) -> Vec<Vec<u8>> {
        vec![self.certificate.clone()]
    }

    fn schemes(&self) -> &[Scheme] {
        &self.schemes
    }

    fn sign(&self, scheme: Scheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let scheme = match scheme {
            Scheme::RsaPkcs1Sha256 => card::Scheme::Pkcs1Sha256,
            Scheme::RsaPssSha256 => card::Scheme::PssSha256,
            _ => return Err(SignError::NoCommonScheme),
        };
        self.signer.sign(scheme, message).map_err(|error| match error {
            Error::Removed => SignError::Removed,
            Error::Transport(TransmitError::TimedOut) => SignError::TimedOut,
            error if matches!(error.meaning(), Some(Status::SecurityNotSatisfied)) => SignError::NotVerified,
            error => SignError::Failed(Box::new(error)),
        })
    }
}
