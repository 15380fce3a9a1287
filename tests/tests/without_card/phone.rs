//! e-CPS: asked, and answered in every way.

use e2e::Pocket;
use flow::{EnterNumber, Failure, NumberTrouble, Phone, PhoneHelp, Screen, Touch};
use serde_json::json;

use crate::{NUMBER, asked, comes_in_by_telephone, finishes, kiosk, place, rings};

#[test]
fn a_doctor_without_a_card_comes_in_by_telephone_and_finishes() {
    let place = place();
    let mut desk = kiosk(&place);
    for _ in 0..2 {
        let inbox = comes_in_by_telephone(&mut desk, &place);
        assert_eq!(inbox.total, 200);
        let bar = desk.now().bar.session.clone().unwrap();
        assert_eq!((bar.name.as_str(), bar.can_finish), ("Dr Tryphon TOURNESOL", true));
        finishes(&mut desk, &place);
    }
    place.sessions_ended(2);
}

#[test]
fn refused_on_the_telephone_it_can_be_asked_again() {
    let place = place();
    let mut desk = kiosk(&place);
    rings(&mut desk, &place);
    place.provider().refuse().unwrap();
    let failed = desk.fails_with(Failure::PhoneRefused);
    assert!(failed.retry && failed.home && !failed.card);
    desk.touches(Touch::Retry);
    asked(&mut desk);
    place.provider().approve().unwrap();
    desk.sees_the_inbox();
    finishes(&mut desk, &place);
}

#[test]
fn a_request_nobody_answers_expires_and_the_clock_of_the_telephone_is_thought_of() {
    let place = place();
    place.fault(json!({ "ack": { "interval": 1, "expires_in": 3 } }));
    let mut desk = kiosk(&place);
    rings(&mut desk, &place);
    desk.fails_with(Failure::PhoneExpired);
    place.fault(json!({ "ack": { "interval": 1 } }));
    desk.touches(Touch::Retry);
    asked(&mut desk);
    desk.touches(Touch::AskAgain);
    desk.sees("the request on its way", |screen| matches!(screen, Screen::Phone(Phone { digits: None, .. })));
    asked(&mut desk);
    desk.touches(Touch::NoNotification);
    desk.sees("help with the clock", |screen| matches!(screen, Screen::PhoneHelp(PhoneHelp { clock: true, .. })));
    desk.touches(Touch::Back);
    place.provider().approve().unwrap();
    desk.sees_the_inbox();
    finishes(&mut desk, &place);
}

#[test]
fn a_number_nobody_has_comes_back_to_be_corrected() {
    let place = place();
    let mut desk = kiosk(&place);
    desk.touches(Touch::WithoutCard);
    desk.enters("99700099999");
    let unknown = |screen: &Screen| {
        matches!(screen, Screen::EnterNumber(EnterNumber { trouble: Some(NumberTrouble::Unknown), .. }))
    };
    desk.sees("the number, unknown", unknown);
    desk.touches(Touch::EraseAll);
    desk.enters(NUMBER);
    asked(&mut desk);
    place.provider().approve().unwrap();
    desk.sees_the_inbox();
    finishes(&mut desk, &place);
}

#[test]
fn somebody_else_who_answers_gets_nobody_s_mail() {
    let place = place();
    let mut desk = kiosk(&place);
    rings(&mut desk, &place);
    place.provider().approve_as("899700054321").unwrap();
    let failed = desk.fails_with(Failure::PhoneOther);
    assert!(!failed.retry);
    place.nobody_is_connected();
    desk.touches(Touch::Close);
    desk.sees_it_idle();
}

#[test]
fn a_provider_that_goes_away_and_comes_back_during_the_wait_is_waited_for() {
    let place = place();
    let mut desk = kiosk(&place);
    rings(&mut desk, &place);
    place.fault(json!({ "ack": { "interval": 1 }, "status": 503, "at": "/token" }));
    desk.sees("the line is lost", |screen| matches!(screen, Screen::Phone(Phone { lost: true, digits: Some(_), .. })));
    place.fault(json!({ "ack": { "interval": 1 } }));
    desk.sees("the line is back", |screen| matches!(screen, Screen::Phone(Phone { lost: false, .. })));
    place.provider().approve().unwrap();
    desk.sees_the_inbox();
    finishes(&mut desk, &place);
}

#[test]
fn a_card_whose_code_is_forgotten_rings_its_holder_s_telephone() {
    let place = place();
    let pocket = Pocket::default();
    let mut desk = e2e::Kiosk::open(&place.config(), &pocket);
    desk.insert("doctor");
    desk.sees("the code page with the other way", |screen| matches!(screen, Screen::EnterPin(page) if page.phone));
    desk.touches(Touch::UnknownCode);
    asked(&mut desk);
    assert_eq!(place.provider().phones().unwrap().last().unwrap().who, "899700012345");
    place.provider().approve().unwrap();
    desk.sees_the_inbox();
    assert!(!desk.now().bar.session.clone().unwrap().can_finish);
    desk.leaves();
}

#[test]
fn given_up_the_telephone_is_asked_about_no_longer() {
    let place = place();
    let mut desk = kiosk(&place);
    rings(&mut desk, &place);
    desk.touches(Touch::Cancel);
    desk.sees_it_idle();
    let questions = |place: &e2e::Place| place.provider().phones().unwrap().last().unwrap().polls.len();
    let before = questions(&place);
    // Longer than the interval: another question would have come.
    std::thread::sleep(std::time::Duration::from_millis(2_500));
    assert!(questions(&place) <= before + 1, "one may have been on its way");
    let settled = questions(&place);
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    assert_eq!(questions(&place), settled);
}
