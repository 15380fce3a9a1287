//! Cards that are not CPS cards, and what a dirty contact looks like.

use super::Chip;
use super::apdu::{Answer, Command, Sw};
use super::tlv::{join, tlv};

/// A carte Vitale 2 (T=0), as listed by pcsc-tools.
const VITALE: [u8; 10] = [0x3B, 0x75, 0x13, 0x00, 0x00, 0x47, 0x09, 0xEA, 0x90, 0x00];
/// A French bank card (T=0), as listed by pcsc-tools.
const BANK: [u8; 9] = [0x3B, 0x65, 0x00, 0x00, 0x20, 0x63, 0xCB, 0x6A, 0x00];
/// No valid ATR: pcscd sees a card and cannot speak to it. An empty one would wedge pcscd.
const GARBAGE: [u8; 2] = [0xFF, 0x00];
const CONTACT_PAY: &[u8] = b"1PAY.SYS.DDF01";
const CONTACTLESS_PAY: &[u8] = b"2PAY.SYS.DDF01";

/// Which wrong card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The patient's own card.
    Vitale,
    /// A bank card.
    Bank,
    /// A card that gives no usable answer to reset.
    Mute,
}

/// A card we have no business with.
#[derive(Debug)]
pub struct Stranger {
    kind: Kind,
    atr: Vec<u8>,
    pending: Vec<u8>,
}

impl Stranger {
    /// One such card.
    pub fn new(kind: Kind) -> Self {
        let atr = match kind {
            Kind::Vitale => VITALE.to_vec(),
            Kind::Bank => BANK.to_vec(),
            Kind::Mute => GARBAGE.to_vec(),
        };
        Self { kind, atr, pending: Vec::new() }
    }

    fn answer(&mut self, raw: &[u8]) -> Answer {
        let Ok(command) = Command::parse(raw) else {
            return Sw::WRONG_LENGTH.into();
        };
        match (self.kind, command.cla, command.ins) {
            (Kind::Mute, ..) => Sw(0x6F00).into(),
            (_, 0x00, 0xC0) if !self.pending.is_empty() => Answer::data(std::mem::take(&mut self.pending)),
            (Kind::Bank, 0x00, 0xA4) if [CONTACT_PAY, CONTACTLESS_PAY].contains(&command.data) => {
                let entry = join(0xA5, &[tlv(0x88, &[0x01]), tlv(0x5F2D, b"fr")]);
                self.pending = join(0x6F, &[tlv(0x84, command.data), entry]);
                Sw::more(self.pending.len()).into()
            }
            (_, 0x00, 0xA4) => Sw::NOT_FOUND.into(),
            (_, 0x00, 0xB0) => Sw::NO_FILE.into(),
            (_, 0x00, _) => Sw::NO_INS.into(),
            _ => Sw::NO_CLA.into(),
        }
    }
}

impl Chip for Stranger {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn reset(&mut self) {
        self.pending.clear();
    }

    fn apdu(&mut self, raw: &[u8]) -> Vec<u8> {
        self.answer(raw).bytes()
    }
}
