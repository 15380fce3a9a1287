//! CPS4: NXP ChipDoc, every command on logical channel 1. The forms are those of the official middleware.
//!
//! The card loses its application when another program selects one on the same channel; it then answers
//! `6985` or `6881` and wants it selected again.

use super::{Signer, empty_verify};
use crate::apdu::Command;
use crate::error::{Error, Step};
use crate::file::Place;
use crate::link::{Link, or_absent};
use crate::pin::Tries;
use crate::scheme::Scheme;
use crate::status::Status;

/// PSS first: it is the only one TLS 1.3 accepts.
pub(super) const SCHEMES: &[Scheme] =
    &[Scheme::PssSha256, Scheme::Pkcs1Sha256, Scheme::Pkcs1Sha384, Scheme::Pkcs1Sha512];

const CHANNEL: u8 = 1;

/// The ChipDoc applet; it is also the first thing an unknown card is asked for.
const APPLET: &[u8] = &[0x80, 0x25, 0x00, 0x00, 0x01, 0xFF, 0x01, 0x00];
/// Applets through which the card finds back to itself: IDS, then the CPS2ter part.
const IDS: &[u8] = &[0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00];
const CPS2TER: &[u8] = &[0x80, 0x25, 0x00, 0x00, 0x01, 0xFF, 0x00, 0x02];

/// The authentication key, where the card's directory leaves it out.
const USUAL_KEY: u8 = 0x20;

/// "Use the key of the directory", in the reference of a computed signature.
const LOCAL_KEY: u8 = 0x80;

const SHA256_PKCS1: u8 = 0x28;
const SHA256_PSS: u8 = 0x2C;

/// Bytes that one command of a chain carries.
const LINK_OF_CHAIN: usize = 255;

pub(super) fn enter(link: &mut Link) -> Result<(), Error> {
    link.use_channel(CHANNEL);
    match link.expect(&application(APPLET)) {
        Err(Error::Status { .. }) => enter_again(link),
        other => other.map(drop),
    }
}

/// By way of the other applets, as the middleware does; their own answers do not matter.
pub(super) fn enter_again(link: &mut Link) -> Result<(), Error> {
    link.use_channel(0);
    for applet in [IDS, CPS2TER] {
        or_absent(link.expect(&application(applet)))?;
    }
    link.use_channel(CHANNEL);
    link.expect(&application(APPLET)).map(drop)
}

fn application(aid: &[u8]) -> Command {
    Command::send(Step::SelectApplication, [0x00, 0xA4, 0x04, 0x0C], aid)
}

/// SELECT by path below the master file. The card describes the file (`P2 = 00`); nobody fetches it.
pub(super) fn select(place: &Place) -> Command {
    Command::send(Step::SelectFile, [0x00, 0xA4, 0x08, 0x00], place.below_master())
}

/// An empty VERIFY, once more after a lost application. This card has no counter object.
pub(super) fn tries(link: &mut Link, reference: u8) -> Result<Tries, Error> {
    let status = empty_verify(link, reference)?;
    if !matches!(status, Status::ConditionsNotSatisfied | Status::WrongChannel) {
        return Ok(Tries::from_status(status));
    }
    or_absent(enter_again(link))?;
    empty_verify(link, reference).map(Tries::from_status)
}

/// On the card where it knows the scheme, else through raw RSA with the block built here.
pub(super) fn sign(link: &mut Link, signer: &Signer, scheme: Scheme, digest: &[u8]) -> Result<Vec<u8>, Error> {
    let key = signer.key.unwrap_or(USUAL_KEY);
    let algorithm = match scheme {
        Scheme::Pkcs1Sha256 => Some(SHA256_PKCS1),
        Scheme::PssSha256 => Some(SHA256_PSS),
        Scheme::Pkcs1Sha384 | Scheme::Pkcs1Sha512 => None,
    };
    if let Some(algorithm) = algorithm {
        match on_card(link, key, algorithm, digest) {
            Err(error) if not_offered(&error) => {}
            result => return result,
        }
    }
    let block = scheme.encode(digest, signer.length).ok_or(Error::NoScheme(scheme))?;
    raw(link, key, &block)
}

/// PSO COMPUTE DIGITAL SIGNATURE over a digest.
fn on_card(link: &mut Link, key: u8, algorithm: u8, digest: &[u8]) -> Result<Vec<u8>, Error> {
    let template = [0x91, 0x02, algorithm, key | LOCAL_KEY];
    prepare(link, &Command::send(Step::Prepare, [0x00, 0x22, 0x81, 0xB6], &template))?;
    link.expect(&Command::exchange(Step::Sign, [0x00, 0x2A, 0x9E, 0x9A], digest))
}

/// PSO DECIPHER, which on this card is the bare RSA operation; the block goes over in a chain.
fn raw(link: &mut Link, key: u8, block: &[u8]) -> Result<Vec<u8>, Error> {
    prepare(link, &Command::send(Step::Prepare, [0x00, 0x22, 0x41, 0xB8], &[0x83, 0x01, key]))?;
    let cut = block.len().saturating_sub(1) / LINK_OF_CHAIN * LINK_OF_CHAIN;
    let (head, last) = block.split_at_checked(cut).unwrap_or((&[], block));
    for piece in head.chunks(LINK_OF_CHAIN) {
        link.expect(&Command::send(Step::Sign, [0x10, 0x2A, 0x80, 0x86], piece))?;
    }
    link.expect(&Command::exchange(Step::Sign, [0x00, 0x2A, 0x80, 0x86], last))
}

/// MANAGE SECURITY ENVIRONMENT, once more after a lost application. The verified PIN may be lost with it:
/// the signature then ends with `6982`, and nobody sends the PIN again but the person.
fn prepare(link: &mut Link, command: &Command) -> Result<(), Error> {
    match link.expect(command) {
        Err(error) if super::Family::Cps4.lost_application(&error) => {
            enter_again(link)?;
            link.expect(command).map(drop)
        }
        other => other.map(drop),
    }
}

/// Whether the card does not know this way of signing, as opposed to not being allowed or not being there.
fn not_offered(error: &Error) -> bool {
    matches!(error.meaning(), Some(Status::NotSupported | Status::WrongParameters | Status::NotFound))
}
