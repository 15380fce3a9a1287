//! What the engine needs of the world, as traits and channels. The devices stand behind them in `board`; tests bring
//! their own.

use flow::{Sound, View};
use std::sync::Arc;

/// Opens cards. One implementation talks to PC/SC; a test may hold a card in memory.
pub trait Slot: Send + Sync {
    /// Connects to the card in `reader`, for us alone. Dropping the connection resets the card, so that a verified code
    /// never outlives it. Blocks; called on the card thread only.
    ///
    /// # Errors
    /// [`SlotError`].
    fn open(&self, reader: &str) -> Result<Box<dyn card::Transmit + Send>, SlotError>;
}

/// Why a card could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SlotError {
    /// It is no longer there.
    #[error("no card in the reader")]
    NoCard,
    /// It says nothing, or nothing the reader understands.
    #[error("the card does not answer the reader")]
    Mute,
    /// Another program holds it.
    #[error("another program holds the card")]
    Busy,
    /// The card service is gone.
    #[error("the card service does not answer")]
    Service,
}

/// What happens at the readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotEvent {
    /// So many readers are plugged in.
    Readers(usize),
    /// The card service does not answer; [`SlotEvent::Readers`] says when it does again.
    ServiceDown,
    /// A card went in.
    Inserted {
        /// The reader's name.
        reader: String,
        /// The card's answer to reset, empty or short when it is mute.
        atr: Vec<u8>,
    },
    /// The card came out, or its reader did.
    Removed {
        /// The reader's name.
        reader: String,
    },
}

/// What else the kiosk's surroundings report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surroundings {
    /// The network is up.
    Network(bool),
    /// The clock is known to be wrong.
    ClockWrong(bool),
    /// An update is under way, with its minutes when known.
    Maintenance(Option<Option<u16>>),
}

/// Where pictures and sounds go. Neither may wait.
pub trait Glass: Send {
    /// Shows this picture instead of the one before.
    fn show(&mut self, view: View);
    /// Makes a sound.
    fn sound(&mut self, sound: Sound);
}

/// The start-up checks; `Err` keeps the kiosk closed with that code.
pub type StartUp = Arc<dyn Fn() -> Result<(), flow::Failure> + Send + Sync>;
