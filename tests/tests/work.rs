//! What is done in an open mailbox, from touch to server and back: the engine as the program builds it, the program
//! itself as confined reader, Dovecot, Postfix, the directory and a printer. Only the glass is the test's own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

#[path = "work/answering.rs"]
mod answering;
#[path = "work/finding.rs"]
mod finding;
#[path = "work/printing.rs"]
mod printing;
#[path = "work/reading.rs"]
mod reading;

use e2e::{Cards, Kiosk, Place, Pocket};

/// The doctor in the inbox of a place where messages are answered, the card in memory.
fn at_work() -> (Place, Kiosk) {
    at(Place::at_work())
}

fn at(place: Place) -> (Place, Kiosk) {
    let mut desk = Kiosk::open(&place.config_for_one_box(), Cards::from(&Pocket::default()));
    desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
    desk.sees_the_folders();
    (place, desk)
}
