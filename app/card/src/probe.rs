//! A card whose ATR is in no list is asked what it is. A CPS of a series yet to come must still open.

use crate::apdu::Command;
use crate::atr::Kind;
use crate::error::{Error, Step};
use crate::family::{Family, PKCS15};
use crate::link::{Link, or_absent};

/// The ChipDoc applet of CPS4, asked on its own channel: the same name is a root directory on CPS3, which
/// has no channel 1.
const CPS4: &[u8] = &[0x80, 0x25, 0x00, 0x00, 0x01, 0xFF, 0x01, 0x00];

/// EMV payment directories, contact and contactless (EMV book 1 section 11.3, book B): a bank card has one.
const PAYMENT: [&[u8]; 2] = [b"1PAY.SYS.DDF01", b"2PAY.SYS.DDF01"];

/// Which family answers, or which other card this is. Four exchanges at most.
pub(crate) fn probe(link: &mut Link) -> Result<Family, Error> {
    link.use_channel(1);
    if selects(link, CPS4, 0x0C)? {
        return Ok(Family::Cps4);
    }
    link.use_channel(0);
    if selects(link, &PKCS15, 0x0C)? {
        return Ok(Family::Cps3);
    }
    for directory in PAYMENT {
        if selects(link, directory, 0x00)? {
            return Err(Error::NotACps(Kind::Bank));
        }
    }
    Err(Error::NotACps(Kind::Unknown))
}

fn selects(link: &mut Link, aid: &[u8], p2: u8) -> Result<bool, Error> {
    let command = Command::send(Step::SelectApplication, [0x00, 0xA4, 0x04, p2], aid);
    Ok(or_absent(link.expect(&command))?.is_some())
}
