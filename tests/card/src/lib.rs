//! Our own CPS3 and CPS4 behind the real pcscd, and the cards people insert by mistake.
//!
//! The bytes come from what real cards were seen to send and from the public description of
//! IAS-ECC; none of this code is shared with the reader in `app/card`. Two implementations that
//! meet only at the wire are a test; one implementation talking to itself is not.
//!
//! Where a real card's behaviour is not known, this one is the stricter: it refuses what a card
//! might refuse. Debian's OpenSC, which knows the CPS3, accepts it as it is (`tests/opensc.rs` of
//! the `e2e` package).
//!
//! * [`chip`]: the cards themselves, pure functions of bytes.
//! * [`slot`]: a card put in a reader of vsmartcard's `vpcd` driver.
//! * [`serve`]: the process that holds the slots, driven over a unix socket.
//! * [`Handle`]: the client of that process, for tests and for the `guichet-card` command.

pub mod chip;
mod daemon;
mod handle;
mod insertion;
pub mod serve;
pub mod slot;

pub use handle::{Handle, Status};
pub use insertion::{Insert, PROFILES};
