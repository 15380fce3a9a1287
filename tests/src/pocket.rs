//! Cards in memory: a [`Slot`] without reader, daemon or driver, for stories about time.

use card::{Protocol, Transmit, TransmitError};
use engine::ports::{Slot, SlotError, SlotEvent};
use pki::Pki;
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use tokio::sync::mpsc::UnboundedSender;
use virtual_card::Insert;
use virtual_card::chip::Chip;

/// The reader it pretends to have.
pub const READER: &str = "Poche 00 00";
/// A second reader, for stories about two cards.
pub const OTHER_READER: &str = "Poche 01 00";

/// How a card in memory behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// Answers.
    #[default]
    Answers,
    /// Never answers this instruction, nor anything after it; 0: answers nothing.
    HangsOn(u8),
    /// Answers nonsense.
    Babbles,
}

struct Present {
    chip: Box<dyn Chip>,
    profile: String,
    manner: Manner,
    hung: bool,
    /// Which insertion this is.
    number: u64,
}

#[derive(Default)]
struct Inside {
    cards: HashMap<String, Present>,
    events: Option<UnboundedSender<SlotEvent>>,
    insertions: u64,
    left: HashMap<String, u8>,
}

/// The pocket. Clones share it.
#[derive(Clone, Default)]
pub struct Pocket(Arc<(Mutex<Inside>, Condvar)>);

impl Pocket {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.0.lock().unwrap()
    }

    /// Tells a kiosk what happens from now on, first of all that a reader is there.
    pub(crate) fn tell(&self, events: UnboundedSender<SlotEvent>) {
        let _ = events.send(SlotEvent::Readers(1));
        self.lock().events = Some(events);
    }

    /// Puts a card in.
    ///
    /// # Panics
    /// When there is no such card.
    pub fn put(&self, insert: &Insert, manner: Manner) {
        self.put_into(READER, insert, manner);
    }

    /// Puts a card into this reader.
    ///
    /// # Panics
    /// When there is no such card.
    pub fn put_into(&self, reader: &str, insert: &Insert, manner: Manner) {
        self.take_from(reader);
        let mut inside = self.lock();
        let left = inside.left.get(insert.profile()).copied();
        let chip = insert.make(Pki::shared().unwrap().dir(), left).unwrap();
        let atr = chip.atr().to_vec();
        inside.insertions += 1;
        let number = inside.insertions;
        let profile = insert.profile().to_owned();
        inside.cards.insert(reader.into(), Present { chip, profile, manner, hung: false, number });
        inside.say(SlotEvent::Inserted { reader: reader.into(), atr });
    }

    /// Says that a card with this answer to reset went in, whatever is there.
    pub fn announce(&self, atr: &[u8]) {
        self.lock().say(SlotEvent::Inserted { reader: READER.into(), atr: atr.to_vec() });
    }

    /// Pulls the card.
    pub fn take(&self) {
        self.take_from(READER);
    }

    /// Pulls the card out of this reader.
    pub fn take_from(&self, reader: &str) {
        let mut inside = self.lock();
        if let Some(card) = inside.cards.remove(reader) {
            if let Some(tries) = card.chip.tries() {
                inside.left.insert(card.profile, tries);
            }
            inside.say(SlotEvent::Removed { reader: reader.into() });
        }
        self.0.1.notify_all();
    }

    /// The code of the card that is in has been verified and not been forgotten since.
    #[must_use]
    pub fn verified(&self) -> bool {
        self.lock().cards.values().any(|card| card.chip.verified())
    }
}

impl Inside {
    fn say(&self, event: SlotEvent) {
        if let Some(events) = &self.events {
            let _ = events.send(event);
        }
    }
}

impl Slot for Pocket {
    fn open(&self, reader: &str) -> Result<Box<dyn Transmit + Send>, SlotError> {
        let mut inside = self.lock();
        let card = inside.cards.get_mut(reader).ok_or(SlotError::NoCard)?;
        card.chip.reset();
        Ok(Box::new(Connection { pocket: self.clone(), reader: reader.into(), number: card.number }))
    }
}

struct Connection {
    pocket: Pocket,
    reader: String,
    number: u64,
}

impl Transmit for Connection {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>) -> Result<(), TransmitError> {
        response.clear();
        let mut inside = self.pocket.lock();
        loop {
            let card = inside.cards.get_mut(&self.reader).filter(|card| card.number == self.number);
            let card = card.ok_or(TransmitError::Removed)?;
            match card.manner {
                Manner::Babbles => {
                    response.extend_from_slice(&[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x90, 0x00]);
                    return Ok(());
                }
                Manner::HangsOn(instruction) if instruction == 0 || command.get(1) == Some(&instruction) => {
                    card.hung = true;
                }
                Manner::HangsOn(_) | Manner::Answers => {}
            }
            if !card.hung {
                *response = card.chip.apdu(command);
                return Ok(());
            }
            // As a real exchange: it blocks until the card is gone.
            inside = self.pocket.0.1.wait(inside).unwrap();
        }
    }

    fn protocol(&self) -> Protocol {
        Protocol::T0
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut inside = self.pocket.lock();
        if let Some(card) = inside.cards.get_mut(&self.reader).filter(|card| card.number == self.number) {
            card.chip.reset();
        }
    }
}
