//! Whole visits on a whole site: the kiosk without its window, the real reader, the real servers.
//!
//! [`Kiosk`] runs the engine in this process, built from the configuration file of a [`Place`] by the program's own
//! code; its pictures are recorded, its touches come from the test, its cards from the real pcscd ([`at_the_desk`]) or
//! from a [`Pocket`]. Every wait is on a condition, bounded, and says at its end which pages were shown instead.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a harness: what it cannot do fails the test"
)]

mod glass;
mod kiosk;
mod place;
mod pocket;
mod sight;
mod story;
mod words;

pub use glass::{Picture, Recorder};
pub use kiosk::{Cards, Kiosk, program};
pub use place::{Place, server};
pub use pocket::{Manner, OTHER_READER, Pocket};
pub use sight::Rows;
pub use story::at_the_desk;
pub use words::{shown_text, title};

use std::time::{Duration, Instant};

/// The longest any wait lasts. Far more than a busy machine needs; nothing is ever measured with it.
pub const LIMIT: Duration = Duration::from_secs(30);

/// Waits for something another process does.
///
/// # Panics
/// When it does not happen within [`LIMIT`].
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let limit = Instant::now() + LIMIT;
    while !holds() {
        assert!(Instant::now() < limit, "never: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
