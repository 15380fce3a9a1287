//! Whole visits of people without a card: by telephone, and by the pages of a service's provider.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

#[path = "without_card/life.rs"]
mod life;
#[path = "without_card/phone.rs"]
mod phone;
#[path = "without_card/service.rs"]
mod service;

use e2e::{Kiosk, Place, Pocket, eventually};
use flow::{Inbox, Phone, Screen, Touch};
use serde_json::json;
use site::whole::{self, Options};

/// The doctor's number, as it is typed.
const NUMBER: &str = "99700012345";

/// A site whose provider asks telephones, and asks to be asked every second.
fn place() -> Place {
    place_with(Options::default())
}

fn place_with(options: Options) -> Place {
    let kiosk = whole::Kiosk { one_mailbox: true, phone: true, ..whole::Kiosk::default() };
    let place = Place::with(options, &kiosk);
    place.fault(json!({ "ack": { "interval": 1 } }));
    place
}

fn kiosk(place: &Place) -> Kiosk {
    Kiosk::open(&place.config(), &Pocket::default())
}

/// Types the number; the telephone rings.
fn rings(desk: &mut Kiosk, place: &Place) -> Phone {
    desk.touches(Touch::WithoutCard);
    desk.enters(NUMBER);
    let page = asked(desk);
    let digits = page.digits.unwrap();
    let digits = format!("{}{}", digits[0], digits[1]);
    // By a proxy, the digits stand on the screen before the telephone rings.
    eventually("the telephone shows what the kiosk shows", || {
        place.provider().phones().unwrap().last().is_some_and(|ring| ring.binding == digits)
    });
    page
}

fn asked(desk: &mut Kiosk) -> Phone {
    match desk.sees("the digits", |screen| matches!(screen, Screen::Phone(Phone { digits: Some(_), .. }))) {
        Screen::Phone(page) => page,
        other => panic!("{other:?}"),
    }
}

/// The whole way in by telephone.
fn comes_in_by_telephone(desk: &mut Kiosk, place: &Place) -> Inbox {
    rings(desk, place);
    place.provider().approve().unwrap();
    desk.sees_the_inbox()
}

/// «Terminer»: the idle page, nobody on it, and the provider's session over.
fn finishes(desk: &mut Kiosk, place: &Place) {
    desk.touches(Touch::Close);
    desk.sees("the idle page", |screen| matches!(screen, Screen::Idle(idle) if idle.closed));
    assert_eq!(e2e::shown_text(&desk.now()), "");
    eventually("the mailbox is closed", || place.mail_sessions() == 0);
}
