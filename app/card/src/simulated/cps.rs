//! A CPS3 and a CPS4 made of memory: files, a PIN, a key that signs with a recognisable pattern.
//!
//! Strict where a wrong command would hurt a real card: no `Le` beside data on T=0, nothing but the two
//! channels, a PIN compared byte by byte with its padding.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use super::certificate::Certificate;
use super::{der, hex};
use crate::transmit::{Transmit, TransmitError};

pub(crate) const CPS3_ATR: &str = "3BAC00402A001225006480000310009000";
pub(crate) const CPS4_ATR: &str = "3B9B188001001225006480040100009044";
const AID: &str = "E828BD080F8025000001FF0010";
const APPLET: &str = "8025000001FF0100";

/// What the test can set before, and look at after.
pub(crate) struct State {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) tries: u8,
    pub(crate) verified: bool,
    /// The PIN block that is right, padding included.
    pub(crate) block: Vec<u8>,
    /// Every command, GET RESPONSE too.
    pub(crate) log: Vec<String>,
    /// Answer `6Cxx` to a read past the end (as T=0 chips do), or data with `6282`.
    pub(crate) corrects_length: bool,
    /// CPS4: pretend that the signature commands of the card are unknown.
    pub(crate) only_raw: bool,
    /// CPS4: the next command finds the application gone.
    pub(crate) lose_application: bool,
    cps4: bool,
    in_master: bool,
    file: Option<String>,
    pending: Vec<u8>,
    chain: Vec<u8>,
    environment: (u8, Vec<u8>),
}

/// A card; clones are the same card.
#[derive(Clone)]
pub(crate) struct Cps(Arc<Mutex<State>>);

impl Cps {
    pub(crate) fn cps3() -> Self {
        Self::new(false, "CPS3v3-2600971845", (0x81, 0x82))
    }

    pub(crate) fn cps4() -> Self {
        Self::new(true, "CPS4v1-4100422868", (0x10, 0x20))
    }

    fn new(cps4: bool, label: &str, keys: (u8, u8)) -> Self {
        let algorithm = |number: u8, mechanism: u8, operations: &str, reference: u8| {
            let head = [vec![2, 1, number, 2, 1, mechanism], hex("0500"), hex(operations)].concat();
            der(0x30, &[head, hex("06092A864886F70D010101"), vec![2, 1, reference]].concat())
        };
        let algorithms = [algorithm(5, 1, "03020204", 0x1A), algorithm(6, 1, "03020640", 0x02)].concat();
        let info = [
            hex("020100 0C0A415349502053414E5445"),
            der(0x80, label.as_bytes()),
            hex("030206C0"),
            der(0xA2, &algorithms),
        ];
        let odf = "A80A300804063F0000017001 A006300404027002 A40A300804063F0000017005 00000000";
        let pin_attributes = der(0xA1, &der(0x30, &hex("0302020C 0A0101 020104 020108 020108 800101 0401FF")));
        let pin_common = der(0x30, &[der(0x0C, b"Code porteur de la carte CPX"), hex("030108 040102")].concat());
        let aodf = der(0x30, &[pin_common, hex("3003040101"), pin_attributes].concat());
        let key = |label: &str, id: u8, usage: &str, reference: u8| {
            let common = der(0x30, &[der(0x0C, label.as_bytes()), hex("030205E0 040101")].concat());
            let class = [id_of(id), hex(usage), hex("0101FF 030204B0"), vec![2, 2, 0, reference]].concat();
            der(0x30, &[common, der(0x30, &class), hex("A10A 3008 30020400 02020800")].concat())
        };
        let keys = [key("CPS_PRIV_SIG", 1, "0303060040", keys.0), key("CPS_PRIV_AUT", 2, "03020560", keys.1)];
        let certificate = |id: u8, path: &str| {
            let path = der(0xA1, &der(0x30, &der(0x30, &der(0x04, &hex(path)))));
            der(0x30, &[hex("3009 0C0443657274 030108"), der(0x30, &id_of(id)), path].concat())
        };
        let cdf = [certificate(1, "3F000001A001"), certificate(2, "3F000001A002"), vec![0; 12]].concat();
        let files = BTreeMap::from([
            ("3F0000015031".into(), hex(odf)),
            ("3F0000015032".into(), der(0x30, &info.concat())),
            ("3F0000017001".into(), aodf),
            ("3F0000017002".into(), keys.concat()),
            ("3F0000017005".into(), cdf),
            ("3F000001A002".into(), Certificate::default().der()),
        ]);
        Self(Arc::new(Mutex::new(State {
            files,
            tries: 3,
            verified: false,
            block: b"1234\xFF\xFF\xFF\xFF".to_vec(),
            log: Vec::new(),
            corrects_length: true,
            only_raw: false,
            lose_application: false,
            cps4,
            in_master: true,
            file: None,
            pending: Vec::new(),
            chain: Vec::new(),
            environment: (0, Vec::new()),
        })))
    }

    pub(crate) fn boxed(&self) -> Box<dyn Transmit + Send> {
        Box::new(self.clone())
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// How many VERIFY commands with a PIN in them the card has seen.
    pub(crate) fn pins_seen(&self) -> usize {
        self.state().log.iter().filter(|line| line[2..4] == *"20" && line.len() > 10).count()
    }
}

fn id_of(id: u8) -> Vec<u8> {
    der(0x04, &[hex(AID), vec![id]].concat())
}

impl Transmit for Cps {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>) -> Result<(), TransmitError> {
        assert!(response.is_empty(), "the answer's buffer must come empty");
        let mut state = self.state();
        let line = command.iter().map(|byte| format!("{byte:02X}")).collect();
        state.log.push(line);
        let (data, sw) = state.answer(command);
        response.extend(data);
        response.extend(sw.to_be_bytes());
        Ok(())
    }
}

impl State {
    fn answer(&mut self, command: &[u8]) -> (Vec<u8>, u16) {
        let (header, body) = command.split_at(4);
        let [cla, ins, p1, p2] = <[u8; 4]>::try_from(header).unwrap();
        let channel = if self.cps4 { 1 } else { 0 };
        if cla & 0x03 != channel && !(self.cps4 && ins == 0xA4 && p1 == 4) {
            return (vec![], if self.cps4 { 0x6881 } else { 0x6E00 });
        }
        if self.lose_application && !(ins == 0xA4 && p1 == 4) {
            return (vec![], 0x6985);
        }
        let (le, data) = match body {
            [] => (None, &[][..]),
            [le] => (Some(*le), &[][..]),
            [lc, data @ ..] if usize::from(*lc) == data.len() => (None, data),
            _ => return (vec![], 0x6700),
        };
        if ins == 0xC0 {
            let count = le.map_or(256, |le| if le == 0 { 256 } else { usize::from(le) }).min(self.pending.len());
            let rest = self.pending.split_off(count);
            let piece = std::mem::replace(&mut self.pending, rest);
            return (piece, self.more());
        }
        self.pending.clear();
        let (answer, sw) = self.run(cla, [ins, p1, p2], data, le);
        if sw == 0x9000 && !answer.is_empty() && !data.is_empty() {
            self.pending = answer;
            return (vec![], self.more());
        }
        (answer, sw)
    }

    fn more(&self) -> u16 {
        match self.pending.len() {
            0 => 0x9000,
            length @ 1..=255 => 0x6100 | length as u16,
            _ => 0x6100,
        }
    }

    fn run(&mut self, cla: u8, [ins, p1, p2]: [u8; 3], data: &[u8], le: Option<u8>) -> (Vec<u8>, u16) {
        let ok = (vec![], 0x9000);
        match (ins, p1, p2) {
            (0xA4, 0x04, 0x0C) => {
                let known = if self.cps4 { APPLET } else { AID };
                self.in_master = false;
                self.lose_application = false;
                if data == hex(known) { ok } else { (vec![], 0x6A82) }
            }
            (0xA4, 0x09, 0x0C) if !self.cps4 => self.select(data.to_vec()),
            (0xA4, 0x08, 0x00) if self.cps4 => {
                let (_, sw) = self.select([&[0x3F, 0x00], data].concat());
                (if sw == 0x9000 { hex("6F028000") } else { vec![] }, sw)
            }
            (0xB0, ..) => self.read(usize::from(p1) << 8 | usize::from(p2), le.map_or(256, usize::from)),
            (0xCB, 0x3F, 0xFF) if !self.cps4 && self.in_master && data == hex("4D087006BF810102A080") => {
                (hex(&format!("7016BF810112A0109A01039B01{:02X}A1088C06F3000013FF00", self.tries)), 0x9000)
            }
            (0xCB, ..) => (vec![], 0x6A88),
            (0x20, 0x00, 0x01) => (vec![], self.verify(data)),
            (0x22, ..) => {
                if self.only_raw && p2 == 0xB6 {
                    return (vec![], 0x6A86);
                }
                self.environment = (p2, data.to_vec());
                ok
            }
            (0x88, 0, 0) if !self.cps4 && self.environment == (0xA4, hex("840182800102")) => self.sign(data),
            (0x2A, 0x9E, 0x9A) if self.cps4 && self.environment.0 == 0xB6 => {
                let tag = self.environment.1.clone();
                self.sign(&[&tag, data].concat())
            }
            (0x2A, 0x80, 0x86) if self.cps4 && self.environment == (0xB8, hex("830120")) => {
                self.chain.extend(data);
                if cla & 0x10 != 0 {
                    return ok;
                }
                let whole = std::mem::take(&mut self.chain);
                if whole.len() == 256 { self.sign(&whole) } else { (vec![], 0x6700) }
            }
            _ => (vec![], 0x6D00),
        }
    }

    fn select(&mut self, path: Vec<u8>) -> (Vec<u8>, u16) {
        let path: String = path.iter().map(|byte| format!("{byte:02X}")).collect();
        self.in_master = path == "3F00";
        let directory = matches!(&*path, "3F00" | "3F000001");
        if !directory && !self.files.contains_key(&path) {
            return (vec![], 0x6A82);
        }
        self.file = Some(path);
        (vec![], 0x9000)
    }

    fn read(&mut self, offset: usize, le: usize) -> (Vec<u8>, u16) {
        let Some(file) = self.file.as_ref().and_then(|path| self.files.get(path)) else {
            return (vec![], 0x6986);
        };
        let Some(rest) = file.get(offset..).filter(|rest| !rest.is_empty()) else {
            return (vec![], 0x6B00);
        };
        match (rest.get(..le), self.corrects_length) {
            (Some(piece), _) => (piece.to_vec(), 0x9000),
            (None, true) => (vec![], 0x6C00 | rest.len() as u16),
            (None, false) => (rest.to_vec(), 0x6282),
        }
    }

    fn verify(&mut self, data: &[u8]) -> u16 {
        if self.tries == 0 {
            return 0x6983;
        }
        if data.is_empty() && self.verified {
            return 0x9000;
        }
        if data.is_empty() {
            return 0x63C0 | u16::from(self.tries);
        }
        if data == self.block {
            (self.tries, self.verified) = (3, true);
            return 0x9000;
        }
        self.tries -= 1;
        0x63C0 | u16::from(self.tries)
    }

    /// 256 bytes that show what was signed.
    fn sign(&mut self, input: &[u8]) -> (Vec<u8>, u16) {
        if !self.verified {
            return (vec![], 0x6982);
        }
        let mut signature = input.to_vec();
        signature.resize(256, 0x5A);
        (signature, 0x9000)
    }
}
