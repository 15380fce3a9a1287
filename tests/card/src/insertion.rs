//! Which card is put in which reader, and how it behaves there.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::chip::{Chip, Content, Cps3, Cps4, Identity, Keys, Kind, Pin, Stranger};
use crate::slot::Manner;

/// Every card one can insert.
pub const PROFILES: [&str; 13] = [
    "doctor", "nurse", "blocked", "last-try", "expired", "revoked", "unknown", "cpf", "cps4", "vitale", "bank", "mute",
    "hang",
];

/// Code porteur of every card unless another is asked for.
const DEFAULT_CODE: &str = "1234";
/// APDUs the `hang` card answers before it stops (it has given its files by then, not its certificate).
const HANG_AFTER: u64 = 6;

/// An insertion. No `Debug`: it holds a code.
#[derive(Clone)]
pub struct Insert {
    profile: String,
    reader: usize,
    code: String,
    tries: Option<u8>,
    manner: Manner,
    piece: Option<usize>,
    exact: bool,
    stubborn: bool,
}

impl Insert {
    /// A card of this profile (see [`PROFILES`]) in reader 0, code 1234, as it was last left.
    pub fn new(profile: &str) -> Self {
        let hangs = (profile == "hang").then_some(HANG_AFTER);
        Self {
            profile: profile.into(),
            reader: 0,
            code: DEFAULT_CODE.into(),
            tries: None,
            manner: Manner { hang_after: hangs, ..Manner::default() },
            piece: None,
            exact: false,
            stubborn: false,
        }
    }

    /// Reader 0 or 1.
    pub fn reader(mut self, reader: usize) -> Self {
        self.reader = reader;
        self
    }

    /// Code porteur, 4 to 8 digits.
    pub fn pin(mut self, code: &str) -> Self {
        self.code = code.into();
        self
    }

    /// Tries left (0 to 3) instead of those the card was last left with.
    pub fn tries(mut self, tries: u8) -> Self {
        self.tries = Some(tries);
        self
    }

    /// Every answer comes this much later, as on a real card (20 to 110 ms).
    pub fn delay(mut self, delay: Duration) -> Self {
        self.manner.delay = delay;
        self
    }

    /// After this many APDUs the card never answers again. 0: it answers nothing at all.
    pub fn hang_after(mut self, apdus: u64) -> Self {
        self.manner.hang_after = Some(apdus);
        self
    }

    /// The card never answers again once it gets this instruction (`0x20` VERIFY, `0x88`
    /// INTERNAL AUTHENTICATE).
    pub fn hang_on(mut self, instruction: u8) -> Self {
        self.manner.hang_on = Some(instruction);
        self
    }

    /// The card is pulled instead of answering APDU number `apdus` + 1.
    pub fn remove_after(mut self, apdus: u64) -> Self {
        self.manner.remove_after = Some(apdus);
        self
    }

    /// GET RESPONSE hands over at most so many bytes at a time.
    pub fn in_pieces_of(mut self, bytes: usize) -> Self {
        self.piece = Some(bytes);
        self
    }

    /// The card's AODF asks for the digits alone, without padding to eight bytes.
    pub fn exact_code(mut self) -> Self {
        self.exact = true;
        self
    }

    /// CPS4 only: refuses its application until the host has been through IDS and CPS2ter.
    pub fn stubborn(mut self) -> Self {
        self.stubborn = true;
        self
    }

    /// The profile asked for.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    pub(crate) fn reader_number(&self) -> usize {
        self.reader
    }

    pub(crate) fn manner(&self) -> Manner {
        self.manner
    }

    /// The line sent to the card server.
    pub(crate) fn to_line(&self) -> String {
        let mut line = format!("insert {} reader={} pin={}", self.profile, self.reader, self.code);
        let numbers = [
            ("tries", self.tries.map(u64::from)),
            ("delay_ms", Some(millis(self.manner.delay))),
            ("hang_after", self.manner.hang_after),
            ("hang_on", self.manner.hang_on.map(u64::from)),
            ("remove_after", self.manner.remove_after),
            ("piece", self.piece.map(|n| n as u64)),
            ("exact", self.exact.then_some(1)),
            ("stubborn", self.stubborn.then_some(1)),
        ];
        for (name, value) in numbers {
            if let Some(value) = value {
                // Writing to a String cannot fail.
                let _ = write!(line, " {name}={value}");
            }
        }
        line
    }

    /// Reads what [`Insert::to_line`] wrote, the word `insert` already taken.
    pub(crate) fn from_words<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<Self> {
        let profile = words.next().context("which card?")?;
        ensure!(PROFILES.contains(&profile), "no card is called {profile}; there are {}", PROFILES.join(", "));
        let mut insert = Self::new(profile);
        for word in words {
            let (name, value) = word.split_once('=').with_context(|| format!("{word} is not name=value"))?;
            if name == "pin" {
                insert.code = value.into();
                continue;
            }
            let number: u64 = value.parse().with_context(|| format!("{name} is not a number"))?;
            match name {
                "reader" => insert.reader = usize::try_from(number)?,
                "tries" => insert.tries = Some(u8::try_from(number)?),
                "delay_ms" => insert.manner.delay = Duration::from_millis(number),
                "hang_after" => insert.manner.hang_after = Some(number),
                "hang_on" => insert.manner.hang_on = Some(u8::try_from(number)?),
                "remove_after" => insert.manner.remove_after = Some(number),
                "piece" => insert.piece = Some(usize::try_from(number)?),
                "exact" => insert.exact = number != 0,
                "stubborn" => insert.stubborn = number != 0,
                _ => bail!("{name} means nothing to a card"),
            }
        }
        let digits = (4..=8).contains(&insert.code.len()) && insert.code.bytes().all(|b| b.is_ascii_digit());
        ensure!(digits, "the code porteur has 4 to 8 digits");
        Ok(insert)
    }

    /// Makes the chip. `left` is the count of tries this card was left with, if it has been used.
    ///
    /// # Errors
    /// When the folder of the card cannot be read.
    pub fn make(&self, cards: &Path, left: Option<u8>) -> Result<Box<dyn Chip>> {
        let (folder, new_card_tries) = match self.profile.as_str() {
            "vitale" => return Ok(Box::new(Stranger::new(Kind::Vitale))),
            "bank" => return Ok(Box::new(Stranger::new(Kind::Bank))),
            "mute" => return Ok(Box::new(Stranger::new(Kind::Mute))),
            "blocked" => ("doctor", 0),
            "last-try" => ("doctor", 1),
            "hang" => ("doctor", 3),
            profile => (profile, 3),
        };
        let dir = cards.join("cards").join(folder);
        let card = pki::CARDS.iter().find(|card| card.profile == folder).context("no such card")?;
        // The nurse's card takes the other liberties PKCS#15 gives.
        let other = folder == "nurse";
        let identity = Identity {
            label: card.label.into(),
            serial: card.serial.into(),
            relative: other,
            slack_certificates: other,
        };
        let content = Content::load(&dir, identity, !self.exact)?;
        let keys = Keys::load(&dir)?;
        let pin = Pin::new(&self.code, self.tries.or(left).unwrap_or(new_card_tries), !self.exact);
        let piece = self.piece.unwrap_or(256);
        Ok(match card.family {
            pki::Family::Cps3 => Box::new(Cps3::new(&content, keys, pin).in_pieces_of(piece)),
            pki::Family::Cps4 => Box::new(Cps4::new(&content, keys, pin, self.stubborn).in_pieces_of(piece)),
        })
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
