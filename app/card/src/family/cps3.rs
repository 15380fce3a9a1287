//! CPS3: IAS-ECC 1.0.1 over T=0. Each command form below is one that a real card was seen to accept.

use super::{PKCS15, Signer, empty_verify};
use crate::apdu::Command;
use crate::error::{Error, Step};
use crate::file::Place;
use crate::link::{Link, or_absent};
use crate::pin::Tries;
use crate::scheme::Scheme;
use crate::tlv::{self, Tag};

/// PKCS#1 v1.5 only: the card pads by itself and offers no raw RSA, so no PSS and no TLS 1.3.
/// INTERNAL AUTHENTICATE takes data up to 40 % of the modulus, which even a SHA-512 `DigestInfo` respects.
pub(super) const SCHEMES: &[Scheme] = &[Scheme::Pkcs1Sha256, Scheme::Pkcs1Sha384, Scheme::Pkcs1Sha512];

/// The authentication key and the algorithm, where the card's directory leaves them out.
const USUAL_KEY: u8 = 0x82;
const USUAL_ALGORITHM: u8 = 0x02;

/// Tries remaining, and usages remaining, in a PIN object of IAS-ECC.
const TRIES_LEFT: Tag = 0x9B;
const USAGES_LEFT: Tag = 0x9D;

/// SELECT by AID. A refusal is no verdict: paths from the master file work from anywhere on this card, so
/// the first file read tells whether the application is there.
pub(super) fn enter(link: &mut Link) -> Result<(), Error> {
    link.use_channel(0);
    or_absent(link.expect(&Command::send(Step::SelectApplication, [0x00, 0xA4, 0x04, 0x0C], &PKCS15))).map(drop)
}

/// SELECT by the whole path from `3F00`, no description wanted (`P2 = 0C`; `00` is refused with `6A86`).
pub(super) fn select(place: &Place) -> Command {
    Command::send(Step::SelectFile, [0x00, 0xA4, 0x09, 0x0C], &place.path)
}

/// GET DATA of the PIN object. It lies in the master file, which a card fresh from its reset is in already:
/// the SELECT is only spent when the card says that it is not. An empty VERIFY is the last resort.
pub(super) fn tries(link: &mut Link, reference: u8) -> Result<Tries, Error> {
    if let Some(tries) = counter(link, reference)? {
        return Ok(tries);
    }
    let master = Command::send(Step::Tries, [0x00, 0xA4, 0x09, 0x0C], &[0x3F, 0x00]);
    if or_absent(link.expect(&master))?.is_some()
        && let Some(tries) = counter(link, reference)?
    {
        return Ok(tries);
    }
    empty_verify(link, reference).map(Tries::from_status)
}

/// `70 { BF 81 01 { A0 { 9A max, 9B left, 9D usages } } }`.
fn counter(link: &mut Link, reference: u8) -> Result<Option<Tries>, Error> {
    let object = [0x4D, 0x08, 0x70, 0x06, 0xBF, 0x81, reference, 0x02, 0xA0, 0x80];
    let command = Command::exchange(Step::Tries, [0x00, 0xCB, 0x3F, 0xFF], &object);
    let Some(data) = or_absent(link.expect(&command))? else {
        return Ok(None);
    };
    let number = |tag| tlv::search(&data, tag).and_then(tlv::integer);
    if number(USAGES_LEFT) == Some(0) {
        return Ok(Some(Tries::Blocked));
    }
    let left = number(TRIES_LEFT).and_then(|left| u8::try_from(left).ok()).map(Tries::from_counter);
    Ok(left.filter(|tries| *tries != Tries::Unknown))
}

/// INTERNAL AUTHENTICATE of a `DigestInfo`, in the application's directory where the key lives.
pub(super) fn sign(
    link: &mut Link,
    home: &[u8],
    signer: &Signer,
    scheme: Scheme,
    digest: &[u8],
) -> Result<Vec<u8>, Error> {
    let info = scheme.digest_info(digest).ok_or(Error::NoScheme(scheme))?;
    let key = signer.key.unwrap_or(USUAL_KEY);
    let algorithm = signer.algorithm.unwrap_or(USUAL_ALGORITHM);
    link.expect(&Command::send(Step::SelectFile, [0x00, 0xA4, 0x09, 0x0C], home))?;
    let template = [0x84, 0x01, key, 0x80, 0x01, algorithm];
    link.expect(&Command::send(Step::Prepare, [0x00, 0x22, 0x41, 0xA4], &template))?;
    link.expect(&Command::exchange(Step::Sign, [0x00, 0x88, 0x00, 0x00], &info))
}
