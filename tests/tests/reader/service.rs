//! The reader unplugged, pcscd killed.

use e2e::{Cards, Kiosk, Place, at_the_desk, shown_text};
use flow::{Failure, Screen};

#[test]
fn a_reader_that_is_missing_is_told_and_one_that_is_plugged_in_serves() {
    at_the_desk(|card| {
        let place = Place::deserted();
        card.unplug_reader().unwrap();
        let mut desk = Kiosk::start(&place.config(), Cards::from(&card), |_, _| {});
        desk.sees("no reader", |screen| matches!(screen, Screen::NoReader(_)));
        assert!(!desk.now().bar.reader);
        card.plug_reader().unwrap();
        desk.sees_it_idle();
        desk.insert("doctor");
        desk.sees_the_code_page_of("TOURNESOL");
        // Unplugged under a person's fingers.
        desk.types("12");
        card.unplug_reader().unwrap();
        desk.sees("no reader", |screen| matches!(screen, Screen::NoReader(_)));
        assert_eq!(shown_text(&desk.now()), "");
        desk.pulls_the_card();
        card.plug_reader().unwrap();
        desk.sees_it_idle();
        desk.insert("nurse");
        assert_eq!(desk.sees_the_code_page_of("CASTAFIORE").typed, 0);
        desk.leaves();
    });
}

#[test]
fn pcscd_dies_while_nobody_is_there_and_comes_back() {
    at_the_desk(|card| {
        let place = Place::deserted();
        let mut desk = Kiosk::open(&place.config(), &card);
        for _ in 0..2 {
            card.kill_pcscd().unwrap();
            let failed = desk.fails_with(Failure::ReaderService);
            assert_eq!(failed.failure.code(), "READ-01");
            assert!(!failed.card && !failed.retry);
            card.start_pcscd().unwrap();
            desk.sees_it_idle();
        }
        desk.insert("doctor");
        desk.sees_the_code_page_of("TOURNESOL");
        desk.leaves();
    });
}

#[test]
fn pcscd_dies_in_the_middle_of_a_session_and_the_card_left_in_starts_from_the_code() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        let mark = desk.mark();
        card.kill_pcscd().unwrap();
        desk.fails_with(Failure::ReaderService);
        for picture in desk.shown_since(mark).iter().filter(|picture| !picture.view.bar.card) {
            assert_eq!(shown_text(&picture.view), "", "{:?}", picture.view.screen);
        }
        // The kiosk cannot know whether the card is still there: the session is over.
        place.sessions_ended(1);
        place.nobody_is_connected();
        card.start_pcscd().unwrap();
        let page = desk.sees_the_code_page_of("TOURNESOL");
        assert_eq!(page.typed, 0);
        desk.enters("1234");
        desk.sees_the_inbox();
        desk.leaves();
        place.sessions_ended(2);
        place.nobody_is_connected();
    });
}

#[test]
fn pcscd_dies_while_the_card_is_read_and_while_it_looks_at_the_code() {
    at_the_desk(|card| {
        let place = Place::deserted();
        let mut desk = Kiosk::open(&place.config(), &card);
        desk.insert_with(&virtual_card::Insert::new("doctor").delay(std::time::Duration::from_millis(200)));
        desk.sees("reading", |screen| matches!(screen, Screen::Reading(_)));
        card.kill_pcscd().unwrap();
        desk.fails_with(Failure::ReaderService);
        desk.pulls_the_card();
        card.start_pcscd().unwrap();
        desk.sees_it_idle();

        desk.insert_with(&virtual_card::Insert::new("doctor").hang_on(0x20));
        desk.sees_the_code_page_of("TOURNESOL");
        desk.enters("1234");
        desk.sees("the card looking", |screen| matches!(screen, Screen::EnterPin(pin) if pin.checking));
        card.kill_pcscd().unwrap();
        desk.fails_with(Failure::ReaderService);
        desk.pulls_the_card();
        card.start_pcscd().unwrap();
        desk.sees_it_idle();
        desk.insert("nurse");
        desk.sees_the_code_page_of("CASTAFIORE");
        desk.leaves();
    });
}
