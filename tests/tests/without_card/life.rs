//! What becomes of a session that no card holds open.

use e2e::{Kiosk, Pocket};
use flow::{Screen, StillThere, Touch};
use std::time::Duration;

use crate::{comes_in_by_telephone, kiosk, place, rings};

#[test]
fn a_card_put_in_takes_the_kiosk_over() {
    let place = place();
    let pocket = Pocket::default();
    let mut desk = Kiosk::open(&place.config(), &pocket);
    comes_in_by_telephone(&mut desk, &place);
    desk.insert("nurse");
    desk.sees_the_code_page();
    assert!(!e2e::shown_text(&desk.now()).contains("TOURNESOL"));
    place.nobody_is_connected();
    place.sessions_ended(1);
    desk.leaves();
}

#[test]
fn left_alone_it_asks_and_closes() {
    let place = place();
    let mut desk = kiosk(&place);
    comes_in_by_telephone(&mut desk, &place);
    engine::clock::freeze();
    desk.waits(Duration::from_secs(46));
    desk.sees("still there?", |screen| matches!(screen, Screen::StillThere(StillThere { of: 20, .. })));
    desk.waits(Duration::from_secs(21));
    desk.sees_it_idle();
    place.nobody_is_connected();
    place.sessions_ended(1);
}

#[test]
fn nothing_of_one_person_is_left_for_the_next() {
    let place = place();
    let mut desk = kiosk(&place);
    rings(&mut desk, &place);
    desk.touches(Touch::Cancel);
    desk.sees_it_idle();
    desk.touches(Touch::WithoutCard);
    let page = desk.sees("an empty number page", |screen| matches!(screen, Screen::EnterNumber(page) if page.left == 11));
    assert!(matches!(page, Screen::EnterNumber(page) if page.typed.is_blank()));
}
