//! Sound inputs, spoilt by dice whose seed is printed, for as many turns and as long as is said.
//!
//! By hand, with other dice and for longer:
//!
//! ```text
//! FUZZ_SEED=7 FUZZ_SECONDS=200 cargo nextest run --release -p document -E 'test(spoilt)' --no-capture
//! FUZZ_SEED=7 FUZZ_FIRST=1234 cargo nextest run -p document -E 'test(spoilt)'     # begins with that input
//! ```

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// xorshift64*: the same inputs on every machine.
pub struct Dice(u64);

impl Dice {
    /// The dice of an input: any of them can be thrown again without those before it.
    pub fn of(seed: u64, input: u64) -> Dice {
        let mixed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ input.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mut dice = Dice(mixed | 1);
        for _ in 0..4 {
            dice.roll();
        }
        dice
    }

    pub fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32
    }

    /// From nothing to below `end`, which is not nothing.
    pub fn below(&mut self, end: usize) -> usize {
        self.roll() as usize % end
    }

    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// How long to go on: the first of the two ends the turns, and neither is ever a failure.
pub struct Bounds {
    pub inputs: u64,
    pub time: Duration,
}

/// Throws the dice of input after input. Fails at the first that panics, with what it takes to try it again.
pub fn turns(bounds: &Bounds, seed: u64, mut turn: impl FnMut(&mut Dice)) {
    let said = |name: &str| std::env::var(name).ok().map(|value| value.parse::<u64>().expect("a number"));
    let seed = said("FUZZ_SEED").unwrap_or(seed);
    let first = said("FUZZ_FIRST").unwrap_or(0);
    let (inputs, time) = match said("FUZZ_SECONDS") {
        Some(seconds) => (u64::MAX - first, Duration::from_secs(seconds)),
        None => (bounds.inputs, bounds.time),
    };
    println!("FUZZ_SEED={seed}");
    let start = Instant::now();
    let (mut tried, mut slowest) = (0, (Duration::ZERO, first));
    while tried < inputs && start.elapsed() < time {
        let input = first + tried;
        let begun = Instant::now();
        let ended = catch_unwind(AssertUnwindSafe(|| turn(&mut Dice::of(seed, input))));
        assert!(ended.is_ok(), "FUZZ_SEED={seed} FUZZ_FIRST={input}: see the panic above");
        slowest = slowest.max((begun.elapsed(), input));
        tried += 1;
    }
    println!("{tried} inputs in {:?}; the slowest, {}, took {:?}", start.elapsed(), slowest.1, slowest.0);
    assert!(tried > 0, "nothing was tried");
    let most = document::Limits::default().memory;
    let taken = resident();
    assert!(taken <= most, "{taken} bytes of memory, of {most}");
}

/// The most memory this process has had, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a line of memory");
    line.split_ascii_whitespace().nth(1).expect("a number").parse::<u64>().expect("a number") * 1024
}

/// What means something to a reader of mail, of PDF, of XML, of archives or of images.
const LIKELY: [&[u8]; 44] = [
    b"\r\n",
    b"\n\n",
    b"\r\n\r\n",
    b"--b1\r\n",
    b"--b1--",
    b"\0",
    b"=?utf-8?q?",
    b"?=",
    b"> ",
    b"<div style=display:none>",
    b"</table>",
    b"<s>",
    b"<pre>",
    b"<td colspan=9999>",
    b"&#x10FFFF;",
    b"\xE2\x80\xAE",
    b"\xFF\xFE",
    b"=\r\n",
    b"Content-Type: multipart/mixed; boundary=b1\r\n",
    b"Content-Type: text/html\r\n\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"charset=utf-16",
    b"<",
    b"/>",
    b"]]>",
    b"<!DOCTYPE a [<!ENTITY b \"c\">]>",
    b" nullFlavor=\"UNK\"",
    b"<item>",
    b"<table><tr>",
    b"obj",
    b"endstream",
    b" /Rotate 90",
    b" << ",
    b" >> ",
    b" q ",
    b" Q ",
    b" 0 0 0 0 0 0 cm ",
    b" 1 0 R",
    b" BI ",
    b"PK\x03\x04",
    b"{\\b",
    b"\\bin9999999 ",
    b"|||\r",
];

/// Numbers that somebody may have forgotten.
const NUMBERS: [&[u8]; 10] =
    [b"0", b"-1", b"1", b"255", b"65536", b"2147483648", b"4294967295", b"99999999999999999999", b"0.0000001", b"1e99"];

/// Changes something, once or a few times. `other` is an input of the same kind, of which pieces may come in.
pub fn spoil(mut bytes: Vec<u8>, other: &[u8], dice: &mut Dice) -> Vec<u8> {
    for _ in 0..1 + dice.below(8) {
        let place = dice.below(bytes.len() + 1);
        let scale = 1 + dice.below(8);
        let length = dice.below(1 << scale);
        let end = (place + length).min(bytes.len());
        match dice.below(10) {
            0 | 1 if place < bytes.len() => bytes[place] = dice.roll() as u8,
            2 if place < bytes.len() => bytes[place] ^= 1 << dice.below(8),
            3 => drop(bytes.drain(place..end)),
            4 => {
                let piece = bytes[place..end].to_vec();
                let piece = piece.repeat(1 + dice.below(20));
                drop(bytes.splice(place..place, piece));
            }
            5 | 6 => drop(bytes.splice(place..place, dice.one(&LIKELY).iter().copied())),
            7 => {
                let Some(digit) = bytes[place..].iter().position(u8::is_ascii_digit).map(|at| place + at) else {
                    continue;
                };
                let after = bytes[digit..].iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(1);
                drop(bytes.splice(digit..digit + after, dice.one(&NUMBERS).iter().copied()));
            }
            8 if !other.is_empty() => {
                let from = dice.below(other.len());
                let piece = &other[from..(from + length).min(other.len())];
                drop(bytes.splice(place..end, piece.iter().copied()));
            }
            // Seldom: what follows is lost.
            9 if dice.below(8) == 0 => bytes.truncate(place),
            _ => {}
        }
    }
    bytes
}
