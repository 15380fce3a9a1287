//! What the fuzz target and the bounded test in `tests/fuzz_body.rs` both run: a whole visit with a card made
//! of arbitrary bytes. It must not panic, and must end within the bounds that [`card::limits`] promises.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use card::{Card, Holder, Protocol, Transmit, TransmitError, limits, recognise};
use secrecy::SecretSlice;

/// A CPS3, a CPS4, and a card in no list.
const ATRS: [&[u8]; 3] = [
    &[0x3B, 0xAC, 0x00, 0x40, 0x2A, 0x00, 0x12, 0x25, 0x00, 0x64, 0x80, 0x00, 0x03, 0x10, 0x00, 0x90, 0x00],
    &[0x3B, 0x9B, 0x18, 0x80, 0x01, 0x00, 0x12, 0x25, 0x00, 0x64, 0x80, 0x04, 0x01, 0x00, 0x00, 0x90, 0x44],
    &[0x3B, 0x67, 0x00, 0x00, 0x29, 0x20, 0x00, 0x6F, 0x78, 0x90, 0x00],
];

/// Sound directory files, in small; the arbitrary bytes spoil one of them.
const FILES: [(u16, &[u8]); 5] = [
    (0x5031, b"\xA8\x06\x30\x04\x04\x02\x70\x01\xA0\x06\x30\x04\x04\x02\x70\x02\xA4\x06\x30\x04\x04\x02\x70\x05\0\0"),
    (0x5032, b"\x30\x0C\x02\x01\x00\x80\x07CPS3v3-"),
    (
        0x7001,
        b"\x30\x24\x30\x06\x03\x01\x08\x04\x01\x02\x30\x03\x04\x01\x01\xA1\x15\x30\x13\x03\x02\x02\x0C\x0A\x01\x01\
          \x02\x01\x04\x02\x01\x08\x80\x01\x01\x04\x01\xFF",
    ),
    (
        0x7002,
        b"\x30\x24\x30\x07\x03\x02\x05\xE0\x04\x01\x01\x30\x0B\x04\x01\x02\x03\x02\x05\x60\x02\x02\x00\x82\xA1\x0C\
          \x30\x0A\x30\x02\x04\x00\x02\x02\x08\x00\x05\x00",
    ),
    (
        0x7005,
        b"\x30\x17\x30\x03\x03\x01\x08\x30\x03\x04\x01\x02\xA1\x0B\x30\x09\x30\x04\x04\x02\xA0\x02\x05\x00\x00\0\0",
    ),
];

/// One visit: the first three bytes choose the card, the rest is what it says. Tells whether the card was
/// opened, and whether it took a code.
pub fn conversation(data: &[u8]) -> (bool, bool) {
    let _ = recognise(data);
    drop(Holder::from_certificate(data));
    let Some(([atr, protocol, mode], rest)) = data.split_first_chunk() else {
        return (false, false);
    };
    let atr = ATRS[usize::from(*atr) % ATRS.len()];
    let said = Arc::new(AtomicU32::new(0));
    let card = Arbitrary {
        said: said.clone(),
        protocol: if protocol & 1 == 0 { Protocol::T0 } else { Protocol::T1 },
        speech: if mode & 1 == 0 { Speech::Answers(split(rest)) } else { Speech::Files(spoil(mode >> 1, rest)) },
        selected: 0,
    };
    let mut calls = 1;
    let mut verified = false;
    if let Ok(mut card) = Card::open(Box::new(card), atr) {
        drop(card.holder());
        drop(card.ask_tries_left());
        verified = card.verify(&SecretSlice::from(b"1234".to_vec())).is_ok();
        for scheme in card.schemes() {
            drop(card.sign(*scheme, b"message"));
        }
        calls = 8;
        assert!(card.number().chars().count() <= limits::TEXT);
    }
    assert!(said.load(Ordering::Relaxed) <= calls * limits::EXCHANGES_PER_CALL, "the conversation did not end");
    (calls > 1, verified)
}

/// Answers: a byte of length, then that many bytes.
fn split(mut rest: &[u8]) -> Vec<Vec<u8>> {
    let mut answers = Vec::new();
    while let Some((length, after)) = rest.split_first() {
        let (answer, after) = after.split_at(after.len().min(usize::from(*length)));
        answers.push(answer.to_vec());
        rest = after;
    }
    answers
}

/// One file replaced by the arbitrary bytes, or a few of its bytes overwritten.
fn spoil(mode: u8, rest: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let mut files: Vec<(u16, Vec<u8>)> = FILES.iter().map(|(id, file)| (*id, file.to_vec())).collect();
    let count = files.len();
    let (_, file) = &mut files[usize::from(mode) % count];
    if mode & 0x40 == 0 {
        *file = rest.to_vec();
    } else {
        for pair in rest.chunks_exact(2) {
            let place = usize::from(pair[0]) % file.len();
            file[place] = pair[1];
        }
    }
    // Everything else the directory may name.
    files.push((0, rest.to_vec()));
    files
}

enum Speech {
    /// The same answers round and round, whatever is asked.
    Answers(Vec<Vec<u8>>),
    /// A card that does everything asked, with these files.
    Files(Vec<(u16, Vec<u8>)>),
}

struct Arbitrary {
    said: Arc<AtomicU32>,
    protocol: Protocol,
    speech: Speech,
    selected: u16,
}

impl Transmit for Arbitrary {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>) -> Result<(), TransmitError> {
        let turn = self.said.fetch_add(1, Ordering::Relaxed) as usize;
        match &self.speech {
            Speech::Answers(answers) if answers.is_empty() => return Err(TransmitError::Removed),
            Speech::Answers(answers) => response.extend_from_slice(&answers[turn % answers.len()]),
            Speech::Files(files) => {
                match command {
                    [_, 0xA4, _, _, _, path @ ..] => {
                        self.selected = path.last_chunk().map_or(0, |id| u16::from_be_bytes(*id));
                    }
                    [_, 0xB0, high, low, le] => {
                        let file = files.iter().find(|(id, _)| *id == self.selected || *id == 0);
                        let offset = usize::from(u16::from_be_bytes([*high, *low]));
                        let rest = file.and_then(|(_, file)| file.get(offset..)).unwrap_or_default();
                        response.extend_from_slice(&rest[..rest.len().min(usize::from(*le))]);
                    }
                    _ => {}
                }
                response.extend_from_slice(&[0x90, 0x00]);
            }
        }
        Ok(())
    }

    fn protocol(&self) -> Protocol {
        self.protocol
    }
}
