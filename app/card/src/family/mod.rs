//! Two generations, two dialects. What differs between them is here; what is common never asks.

mod cps3;
mod cps4;

use crate::apdu::Command;
use crate::atr::Kind;
use crate::error::{Error, Step};
use crate::file::Place;
use crate::link::Link;
use crate::pin::Tries;
use crate::scheme::Scheme;
use crate::status::Status;

/// The PKCS#15 application of the contact side ("CPX IAS"), the same on both generations.
pub(crate) const PKCS15: [u8; 13] = [0xE8, 0x28, 0xBD, 0x08, 0x0F, 0x80, 0x25, 0x00, 0x00, 0x01, 0xFF, 0x00, 0x10];

/// A generation of cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Cps3,
    Cps4,
}

/// What a signature needs to know of the key.
pub(crate) struct Signer {
    /// Reference from PrKDF; the generation's usual one when absent.
    pub(crate) key: Option<u8>,
    /// Reference of "RSA, PKCS#1, sign" from TokenInfo, where it is asked for.
    pub(crate) algorithm: Option<u8>,
    /// Bytes of the modulus.
    pub(crate) length: usize,
}

impl Family {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Cps3 => Kind::Cps3,
            Self::Cps4 => Kind::Cps4,
        }
    }

    /// Selects the application, on the generation's channel.
    pub(crate) fn enter(self, link: &mut Link) -> Result<(), Error> {
        match self {
            Self::Cps3 => cps3::enter(link),
            Self::Cps4 => cps4::enter(link),
        }
    }

    /// Selects the application again after the card has lost it.
    pub(crate) fn enter_again(self, link: &mut Link) -> Result<(), Error> {
        match self {
            Self::Cps3 => cps3::enter(link),
            Self::Cps4 => cps4::enter_again(link),
        }
    }

    /// Whether the refusal means that the card has lost its application. Only CPS4 does that.
    pub(crate) fn lost_application(self, error: &Error) -> bool {
        let meaning = error.meaning();
        self == Self::Cps4 && matches!(meaning, Some(Status::ConditionsNotSatisfied | Status::WrongChannel))
    }

    /// The command that selects a file.
    pub(crate) fn select(self, place: &Place) -> Command {
        match self {
            Self::Cps3 => cps3::select(place),
            Self::Cps4 => cps4::select(place),
        }
    }

    /// Asks how many tries are left. Costs no try. Fails only when the reader does.
    pub(crate) fn tries(self, link: &mut Link, reference: u8) -> Result<Tries, Error> {
        match self {
            Self::Cps3 => cps3::tries(link, reference),
            Self::Cps4 => cps4::tries(link, reference),
        }
    }

    /// What the card can sign with, best first.
    pub(crate) fn schemes(self) -> &'static [Scheme] {
        match self {
            Self::Cps3 => cps3::SCHEMES,
            Self::Cps4 => cps4::SCHEMES,
        }
    }

    /// Signs a digest. The PIN must have been verified.
    pub(crate) fn sign(
        self,
        link: &mut Link,
        home: &[u8],
        signer: &Signer,
        scheme: Scheme,
        digest: &[u8],
    ) -> Result<Vec<u8>, Error> {
        if !self.schemes().contains(&scheme) {
            return Err(Error::NoScheme(scheme));
        }
        let signature = match self {
            Self::Cps3 => cps3::sign(link, home, signer, scheme, digest)?,
            Self::Cps4 => cps4::sign(link, signer, scheme, digest)?,
        };
        if signature.len() == signer.length { Ok(signature) } else { Err(Error::Malformed("signature length")) }
    }
}

/// VERIFY without data: the card answers with its counter and counts nothing (ISO 7816-4 clause 7.5.6).
fn empty_verify(link: &mut Link, reference: u8) -> Result<Status, Error> {
    let command = Command::bare(Step::Tries, [0x00, 0x20, 0x00, reference]);
    Ok(Status::from(link.send(&command)?.sw))
}
