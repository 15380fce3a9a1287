//! CPS3: IAS-ECC 1.0.1 on T=0.
//!
//! The authentication key signs through INTERNAL AUTHENTICATE and always pads PKCS#1 v1.5; there
//! is no raw operation and no PSS, hence no TLS 1.3. The signature key is there to be mistaken
//! for the other: it answers that conditions are not met.

use super::Chip;
use super::apdu::{Answer, Command, Sw};
use super::content::{APP, Content, Dialect};
use super::files::{Files, MF};
use super::keys::{self, BLOCK, Keys};
use super::link::Link;
use super::pin::{MAX_TRIES, Pin};
use super::tlv::{join, length, read_list, tlv};

const ATR: [u8; 17] =
    [0x3B, 0xAC, 0x00, 0x40, 0x2A, 0x00, 0x12, 0x25, 0x00, 0x64, 0x80, 0x00, 0x03, 0x10, 0x00, 0x90, 0x00];
/// The root application's identifier.
const AID_ROOT: [u8; 8] = [0x80, 0x25, 0x00, 0x00, 0x01, 0xFF, 0x01, 0x00];
const SIGN_REF: u8 = 0x81;
const AUTH_REF: u8 = 0x82;
/// INTERNAL AUTHENTICATE takes at most 40 % of the modulus (bytes).
const DIGEST_MAX: usize = BLOCK * 2 / 5;

/// Key and algorithm chosen by MANAGE SECURITY ENVIRONMENT.
type Choice = Option<(u8, u8)>;

/// A powered CPS3.
pub struct Cps3 {
    files: Files,
    keys: Keys,
    pin: Pin,
    link: Link,
    authenticate: Choice,
    decipher: Choice,
}

impl Cps3 {
    /// A card with these files, keys and code.
    pub fn new(content: &Content, keys: Keys, pin: Pin) -> Self {
        Self {
            files: content.build(Dialect { template: 0x62, key_refs: (SIGN_REF.into(), AUTH_REF.into()) }),
            keys,
            pin,
            link: Link::default(),
            authenticate: None,
            decipher: None,
        }
    }

    /// Caps the bytes one GET RESPONSE hands over.
    pub fn in_pieces_of(mut self, bytes: usize) -> Self {
        self.link.piece = Some(bytes.clamp(1, 256));
        self
    }

    fn process(&mut self, command: &Command<'_>) -> Answer {
        let Command { p1, p2, data, le, .. } = *command;
        match command.ins {
            0xA4 => self.select(p1, p2, data),
            0xB0 if data.is_empty() => self.files.read(p1, p2, le),
            0xB0 => Sw::WRONG_LENGTH.into(),
            0x20 if (p1, p2) == (0x00, 0x01) => self.pin.verify(data),
            0x20 => Sw::NO_REFERENCE.into(),
            0xCB => self.get_data(p1, p2, data),
            0x22 => self.manage(p1, p2, data),
            0x88 if (p1, p2) == (0, 0) => self.internal_authenticate(data),
            0x88 => Sw::WRONG_P1P2.into(),
            0x2A if (p1, p2) == (0x80, 0x86) => self.decipher(data),
            0x2A => Sw::NOT_SUPPORTED.into(),
            0x84 => Answer::data(keys::random(le.unwrap_or(8))),
            _ => Sw::NO_INS.into(),
        }
    }

    fn select(&mut self, p1: u8, p2: u8, data: &[u8]) -> Answer {
        // Seen on real cards: P2 = 00 is refused, only 04 (template) and 0C (nothing) are known.
        let describe = match p2 {
            0x04 => true,
            0x0C => false,
            _ => return Sw::WRONG_P1P2.into(),
        };
        let path = match (p1, data) {
            (0x00 | 0x02, [0x3F, 0x00]) | (0x00 | 0x03, []) => MF.to_vec(),
            (0x00, _) => return Sw::NOT_FOUND.into(),
            (0x02, id) => [self.files.directory(), id].concat(),
            (0x04, aid) if *aid == AID_ROOT => MF.to_vec(),
            (0x04, aid) => match self.files.by_aid(aid) {
                Some(path) => path,
                None => return Sw::NOT_FOUND.into(),
            },
            (0x08 | 0x09, [0x3F, 0x00, ..]) => data.to_vec(),
            (0x08, rest) => [&MF, rest].concat(),
            (0x09, rest) => [self.files.directory(), rest].concat(),
            _ => return Sw::WRONG_P1P2.into(),
        };
        self.files.select(&path, describe)
    }

    /// GET DATA on security data objects: `4D L 70 L BF class reference L tag 80`. An object is
    /// found only from the directory it lives in.
    fn get_data(&self, p1: u8, p2: u8, data: &[u8]) -> Answer {
        if (p1, p2) != (0x3F, 0xFF) {
            return Sw::WRONG_P1P2.into();
        }
        let Some((class, reference, tag)) = object_asked(data) else {
            return Sw::WRONG_DATA.into();
        };
        let in_mf = self.files.directory() == MF;
        let in_app = self.files.directory() == APP;
        let object = match (class, reference, tag) {
            (0x81, 1, [0xA0]) if in_mf => self.pin_counters(),
            (0x81, 1, [0x7F, 0x41]) if in_mf => tlv(0x7F41, &[tlv(0x80, &[8]), tlv(0x81, &[4])].concat()),
            (0x81, 2, [0xA0]) if in_mf => unblocking_counters(),
            (0x90, 1 | 2, [0xA0]) if in_app => {
                let rules: &[u8] = if reference == 2 { &[0x31, 0x11, 0x11, 0x00] } else { &[0x41, 0x11, 0x00] };
                join(0xA0, &[tlv(0x80, &[0x01, 0x00]), tlv(0xA1, &tlv(0x8C, rules))])
            }
            (0x90, 1 | 2, [0x7F, 0x48]) if in_app => tlv(0x7F48, &tlv(0x80, &[0x01])),
            _ => return Sw::NO_REFERENCE.into(),
        };
        let mut named = vec![0xBF, class, reference];
        named.extend(length(object.len()));
        named.extend(object);
        Answer::data(tlv(0x70, &named))
    }

    /// As seen on a real card: 9A most tries, 9B tries left, then the access rules.
    fn pin_counters(&self) -> Vec<u8> {
        join(
            0xA0,
            &[
                tlv(0x9A, &[MAX_TRIES]),
                tlv(0x9B, &[self.pin.tries()]),
                tlv(0xA1, &tlv(0x8C, &[0xF3, 0x00, 0x00, 0x13, 0xFF, 0x00])),
            ],
        )
    }

    /// MANAGE SECURITY ENVIRONMENT, SET for computation.
    fn manage(&mut self, p1: u8, p2: u8, data: &[u8]) -> Answer {
        if p1 != 0x41 {
            return Sw::WRONG_P1P2.into();
        }
        let Some(list) = read_list(data) else {
            return Sw::WRONG_DATA.into();
        };
        let one = |wanted: u8| match list.iter().find(|(tag, _)| *tag == wanted) {
            Some((_, [value])) => Some(*value),
            _ => None,
        };
        let choice = one(0x84).or_else(|| one(0x83)).zip(one(0x80));
        match p2 {
            0xA4 => self.authenticate = choice,
            0xB8 => self.decipher = choice,
            0xAA | 0xB6 => {}
            _ => return Sw::WRONG_P1P2.into(),
        }
        Sw::OK.into()
    }

    fn internal_authenticate(&self, data: &[u8]) -> Answer {
        let Some(key) = self.chosen(self.authenticate, 0x02) else {
            return Sw::CONDITIONS.into();
        };
        if !self.pin.verified() {
            return Sw::SECURITY.into();
        }
        if data.is_empty() || data.len() > DIGEST_MAX {
            return Sw::WRONG_LENGTH.into();
        }
        keys::pkcs1(key, data).map_or(Sw::WRONG_DATA.into(), Answer::data)
    }

    fn decipher(&self, data: &[u8]) -> Answer {
        let Some(key) = self.chosen(self.decipher, 0x1A) else {
            return Sw::CONDITIONS.into();
        };
        if !self.pin.verified() {
            return Sw::SECURITY.into();
        }
        let [0x81, block @ ..] = data else {
            return Sw::WRONG_DATA.into();
        };
        keys::decipher(key, block).map_or(Sw::WRONG_DATA.into(), Answer::data)
    }

    /// The authentication key, if it is the one chosen, for this algorithm, from its directory.
    fn chosen(&self, choice: Choice, algorithm: u8) -> Option<&rsa::RsaPrivateKey> {
        let fits = choice == Some((AUTH_REF, algorithm)) && self.files.directory() == APP;
        self.keys.auth.as_ref().filter(|_| fits)
    }
}

fn object_asked(data: &[u8]) -> Option<(u8, u8, &[u8])> {
    let [0x4D, outer, 0x70, inner, 0xBF, class, reference, size, rest @ ..] = data else {
        return None;
    };
    let (tag, end) = rest.split_last_chunk::<1>()?;
    let lengths = [
        (*outer, data.len().checked_sub(2)?),
        (*inner, data.len().checked_sub(4)?),
        (*size, data.len().checked_sub(8)?),
    ];
    let fits = lengths.iter().all(|&(said, real)| usize::from(said) == real);
    (fits && *end == [0x80]).then_some((*class, *reference, tag))
}

/// PUK: ten tries, a hundred uses.
fn unblocking_counters() -> Vec<u8> {
    join(0xA0, &[tlv(0x9A, &[0x0A]), tlv(0x9B, &[0x0A]), tlv(0x9D, &[0x00, 0x64])])
}

impl Chip for Cps3 {
    fn atr(&self) -> &[u8] {
        &ATR
    }

    fn reset(&mut self) {
        self.files.reset();
        self.pin.reset();
        self.link.reset();
        self.authenticate = None;
        self.decipher = None;
    }

    fn apdu(&mut self, raw: &[u8]) -> Vec<u8> {
        let command = match Command::parse(raw) {
            Ok(command) => command,
            Err(sw) => return Answer::from(sw).bytes(),
        };
        if command.cla & !0x10 != 0 {
            return Answer::from(Sw::NO_CLA).bytes();
        }
        let mut link = std::mem::take(&mut self.link);
        let answer = link.run(&command, |whole| self.process(whole));
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
