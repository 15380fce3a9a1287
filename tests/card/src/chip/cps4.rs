//! CPS4: NXP ChipDoc, spoken to on logical channel 1.
//!
//! Every command carries class 01 (11 when chained). Channel 0 knows two applications, selected
//! only to find the way back to channel 1. The authentication key does the bare RSA operation on
//! a block the host built, or PSS on the card; there is no INTERNAL AUTHENTICATE and no counter
//! object.
//!
//! Its ATR offers T=0 and T=1, and the reader driver does not tell a virtual card which was
//! chosen: a body with `Le` is answered as in T=1, one without as in T=0.

use super::Chip;
use super::apdu::{Answer, Command, Sw};
use super::content::{Content, Dialect};
use super::files::{Files, MF};
use super::keys::{self, BLOCK, Keys};
use super::link::Link;
use super::pin::Pin;

const ATR: [u8; 17] =
    [0x3B, 0x9B, 0x18, 0x80, 0x01, 0x00, 0x12, 0x25, 0x00, 0x64, 0x80, 0x04, 0x01, 0x00, 0x00, 0x90, 0x44];
/// The card's own application.
const AID_CARD: [u8; 8] = [0x80, 0x25, 0x00, 0x00, 0x01, 0xFF, 0x01, 0x00];
/// The IDS applet.
const AID_IDS: [u8; 7] = [0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00];
/// What is left of the older card in it.
const AID_CPS2TER: [u8; 8] = [0x80, 0x25, 0x00, 0x00, 0x01, 0xFF, 0x00, 0x02];
const SIGN_REF: u8 = 0x10;
const AUTH_REF: u8 = 0x20;

/// How far the way back to the card's application has been walked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Nothing selected since the reset.
    Start,
    /// IDS selected on channel 0.
    Ids,
    /// Then the CPS2ter part.
    Cps2ter,
    /// The card's application answers on channel 1.
    Open,
}

/// What MANAGE SECURITY ENVIRONMENT prepared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Choice {
    Nothing,
    Raw(u8),
    Signature { algorithm: u8, key: u8 },
}

/// A powered CPS4.
pub struct Cps4 {
    files: Files,
    keys: Keys,
    pin: Pin,
    link: Link,
    way: Way,
    stubborn: bool,
    choice: Choice,
}

impl Cps4 {
    /// A card with these files, keys and code. A `stubborn` one refuses its application until the
    /// host has gone through IDS and CPS2ter, as cards left in another state do.
    pub fn new(content: &Content, keys: Keys, pin: Pin, stubborn: bool) -> Self {
        Self {
            files: content.build(Dialect { template: 0x6F, key_refs: (SIGN_REF.into(), AUTH_REF.into()) }),
            keys,
            pin,
            link: Link::with_t1(),
            way: Way::Start,
            stubborn,
            choice: Choice::Nothing,
        }
    }

    /// Caps the bytes one GET RESPONSE hands over.
    pub fn in_pieces_of(mut self, bytes: usize) -> Self {
        self.link.piece = Some(bytes.clamp(1, 256));
        self
    }

    /// Channel 0: two selections by name, nothing else.
    fn basic_channel(&mut self, command: &Command<'_>) -> Answer {
        if (command.ins, command.p1) != (0xA4, 0x04) {
            return Sw::CHANNEL.into();
        }
        if command.data == AID_IDS {
            self.way = Way::Ids;
        } else if command.data == AID_CPS2TER {
            self.way = if self.way == Way::Ids { Way::Cps2ter } else { self.way };
        } else {
            return Sw::NOT_FOUND.into();
        }
        Sw::OK.into()
    }

    fn process(&mut self, command: &Command<'_>) -> Answer {
        let Command { p1, p2, data, le, .. } = *command;
        if (command.ins, p1) == (0xA4, 0x04) {
            return self.select_name(p2, data);
        }
        if self.way != Way::Open {
            return Sw::CHANNEL.into();
        }
        match command.ins {
            0xA4 => self.select(p1, p2, data),
            0xB0 if data.is_empty() => self.files.read(p1, p2, le),
            0xB0 => Sw::WRONG_LENGTH.into(),
            0x20 if (p1, p2) == (0x00, 0x01) => self.pin.verify(data),
            0x20 => Sw::NO_REFERENCE.into(),
            0x22 => self.manage(p1, p2, data),
            0x2A => self.perform(p1, p2, data),
            0x84 => Answer::data(keys::random(le.unwrap_or(8))),
            0xCB => Sw::NO_REFERENCE.into(),
            _ => Sw::NO_INS.into(),
        }
    }

    fn select_name(&mut self, p2: u8, name: &[u8]) -> Answer {
        if name == AID_CARD {
            if self.stubborn && !matches!(self.way, Way::Cps2ter | Way::Open) {
                return Sw::CONDITIONS.into();
            }
            self.way = Way::Open;
            return self.files.select(&MF, false);
        }
        if self.way != Way::Open {
            return Sw::CHANNEL.into();
        }
        match self.files.by_aid(name) {
            Some(path) => self.files.select(&path, p2 == 0x04),
            None => Sw::NOT_FOUND.into(),
        }
    }

    fn select(&mut self, p1: u8, p2: u8, data: &[u8]) -> Answer {
        let describe = match p2 {
            0x00 | 0x04 => true,
            0x0C => false,
            _ => return Sw::WRONG_P1P2.into(),
        };
        let path = match (p1, data) {
            (0x00 | 0x03, []) | (0x00, [0x3F, 0x00]) => MF.to_vec(),
            (0x00 | 0x02 | 0x09, rest) => [self.files.directory(), rest].concat(),
            // From the master file, and without naming it.
            (0x08, rest) => [&MF, rest].concat(),
            _ => return Sw::WRONG_P1P2.into(),
        };
        if p1 == 0x00 && !self.files.has(&path) {
            return self.files.select(&[&MF, data].concat(), describe);
        }
        self.files.select(&path, describe)
    }

    fn manage(&mut self, p1: u8, p2: u8, data: &[u8]) -> Answer {
        self.choice = match (p1, p2, data) {
            (0x41, 0xB8, [0x83, 0x01, key]) => Choice::Raw(*key),
            (0x81, 0xB6, [0x91, 0x02, algorithm, key]) => Choice::Signature { algorithm: *algorithm, key: *key },
            _ => return Sw::WRONG_DATA.into(),
        };
        Sw::OK.into()
    }

    fn perform(&self, p1: u8, p2: u8, data: &[u8]) -> Answer {
        let Some(key) = &self.keys.auth else {
            return Sw::NO_REFERENCE.into();
        };
        if !self.pin.verified() {
            return Sw::SECURITY.into();
        }
        let result = match (p1, p2, self.choice) {
            (0x80, 0x86, Choice::Raw(AUTH_REF)) if data.len() == BLOCK => keys::raw(key, data),
            (0x80, 0x86, Choice::Raw(AUTH_REF)) => return Sw::WRONG_LENGTH.into(),
            (0x9E, 0x9A, Choice::Signature { algorithm, key: reference }) => {
                if reference != AUTH_REF | 0x80 {
                    return Sw::NO_REFERENCE.into();
                }
                match (algorithm, data.len()) {
                    (0x28, 32) => keys::pkcs1_sha256(key, data),
                    (0x2C, 32) => keys::pss_sha256(key, data),
                    _ => return Sw::WRONG_DATA.into(),
                }
            }
            (0x80, 0x86, _) | (0x9E, 0x9A, _) => return Sw::CONDITIONS.into(),
            _ => return Sw::WRONG_P1P2.into(),
        };
        result.map_or(Sw::WRONG_DATA.into(), Answer::data)
    }
}

impl Chip for Cps4 {
    fn atr(&self) -> &[u8] {
        &ATR
    }

    fn reset(&mut self) {
        self.files.reset();
        self.pin.reset();
        self.link.reset();
        self.way = Way::Start;
        self.choice = Choice::Nothing;
    }

    fn apdu(&mut self, raw: &[u8]) -> Vec<u8> {
        let command = match Command::parse(raw) {
            Ok(command) => command,
            Err(sw) => return Answer::from(sw).bytes(),
        };
        let channel = command.cla & 0x0F;
        if command.cla & 0xE0 != 0 || channel > 1 {
            return Answer::from(if channel > 1 { Sw::CHANNEL } else { Sw::NO_CLA }).bytes();
        }
        let mut link = std::mem::take(&mut self.link);
        let answer =
            link.run(&command, |whole| if channel == 0 { self.basic_channel(whole) } else { self.process(whole) });
        self.link = link;
        answer
    }

    fn tries(&self) -> Option<u8> {
        Some(self.pin.tries())
    }

    fn verified(&self) -> bool {
        self.pin.verified()
    }
}
