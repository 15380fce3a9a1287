//! Cards pulled, swapped, hanging, mute.

use e2e::{Cards, Kiosk, Place, at_the_desk, eventually, shown_text};
use flow::{Failure, Screen, Touch};
use virtual_card::Insert;

/// No picture since `mark` blames anybody: the card went, nothing failed.
fn nothing_failed(desk: &Kiosk, mark: usize) {
    for picture in desk.shown_since(mark) {
        let blames = matches!(picture.view.screen, Screen::Failed(_) | Screen::Unreadable(_));
        assert!(!blames, "{:?}", picture.view.screen);
    }
}

#[test]
fn a_card_pulled_in_the_middle_of_an_exchange_is_a_card_pulled() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        // How long a reading is, and a whole login.
        desk.insert("doctor");
        desk.sees_the_code_page_of("TOURNESOL");
        let read = card.status().unwrap().traffic.apdus;
        desk.enters("1234");
        desk.sees_the_inbox();
        let all = card.status().unwrap().traffic.apdus;
        desk.leaves();

        let mark = desk.mark();
        for after in [0, 1, read / 2, read - 1] {
            desk.insert_with(&Insert::new("doctor").remove_after(after));
            desk.sees("the reading page", |screen| matches!(screen, Screen::Reading(_)));
            desk.sees_it_idle();
        }
        // While it looks at the code, then while it signs.
        assert!(all >= read + 2, "{read} exchanges to read, {all} in all");
        for after in [read, all - 1] {
            desk.insert_with(&Insert::new("doctor").remove_after(after));
            desk.sees_the_code_page_of("TOURNESOL");
            desk.enters("1234");
            desk.sees_it_idle();
        }
        nothing_failed(&desk, mark);
        place.nobody_is_connected();
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        desk.leaves();
    });
}

#[test]
fn another_card_put_in_at_once_is_another_person() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        desk.insert("doctor");
        desk.sees_the_code_page_of("TOURNESOL");
        desk.types("123");
        desk.sees("three digits", |screen| matches!(screen, Screen::EnterPin(pin) if pin.typed == 3));
        // Out and in again before anybody looks.
        desk.insert("nurse");
        let page = desk.sees_the_code_page_of("CASTAFIORE");
        assert_eq!(page.typed, 0, "digits typed for another card");
        let mark = desk.mark();
        desk.insert("doctor");
        desk.sees_the_code_page_of("TOURNESOL");
        desk.enters("1234");
        desk.sees_the_inbox();
        // In a session.
        desk.insert("nurse");
        desk.sees_the_code_page_of("CASTAFIORE");
        let from =
            desk.shown_since(mark).iter().rposition(|seen| shown_text(&seen.view).contains("TOURNESOL")).unwrap();
        let after = &desk.shown_since(mark)[from + 1..];
        assert!(after.iter().all(|seen| seen.view.bar.session.is_none()));
        place.sessions_ended(1);
        place.nobody_is_connected();
        desk.leaves();
    });
}

#[test]
fn a_card_that_is_in_when_the_kiosk_starts_is_read() {
    at_the_desk(|card| {
        let place = Place::deserted();
        card.insert("doctor").unwrap();
        let mut desk = Kiosk::start(&place.config(), Cards::from(&card), |_, _| {});
        desk.sees_the_code_page_of("TOURNESOL");
        desk.leaves();
    });
}

/// What a visit of a card that hangs must leave: a kiosk that answers fingers, and works for the next person.
fn given_up_and_pulled(desk: &mut Kiosk, failure: Failure) {
    desk.fails_with(failure);
    desk.touches(Touch::Help);
    desk.sees("help", |screen| *screen == Screen::Help);
    desk.touches(Touch::Done);
    desk.fails_with(failure);
    desk.leaves();
    desk.insert("nurse");
    desk.sees_the_code_page_of("CASTAFIORE");
    desk.leaves();
}

#[test]
fn a_card_that_hangs_at_once() {
    at_the_desk(|card| {
        let place = Place::deserted();
        let mut desk = Kiosk::open(&place.config(), &card);
        desk.insert_with(&Insert::new("doctor").hang_after(0));
        desk.sees("that it takes long", |screen| *screen == Screen::Reading(true));
        given_up_and_pulled(&mut desk, Failure::CardHung);
        // Before its certificate is whole.
        desk.insert("hang");
        given_up_and_pulled(&mut desk, Failure::CardHung);
    });
}

#[test]
fn a_card_that_hangs_while_it_looks_at_the_code() {
    at_the_desk(|card| {
        let place = Place::deserted();
        let mut desk = Kiosk::open(&place.config(), &card);
        desk.insert_with(&Insert::new("doctor").hang_on(0x20));
        desk.sees_the_code_page_of("TOURNESOL");
        desk.enters("1234");
        given_up_and_pulled(&mut desk, Failure::CardHung);
    });
}

#[test]
fn a_card_that_hangs_while_it_signs() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config(), &card);
        desk.insert_with(&Insert::new("doctor").hang_on(0x88));
        desk.sees_the_code_page_of("TOURNESOL");
        desk.enters("1234");
        given_up_and_pulled(&mut desk, Failure::CardSignature);
        place.nobody_is_connected();
    });
}

#[test]
fn a_mute_card_is_unreadable_and_the_third_time_asks_for_a_wipe() {
    at_the_desk(|card| {
        let place = Place::deserted();
        let mut desk = Kiosk::open(&place.config(), &card);
        for time in 1..=3 {
            desk.insert("mute");
            desk.sees("unreadable", |screen| *screen == Screen::Unreadable(time == 3));
            desk.leaves();
        }
        desk.insert("doctor");
        desk.sees_the_code_page_of("TOURNESOL");
        desk.leaves();
        // A card that was read wipes the count.
        desk.insert("mute");
        desk.sees("unreadable", |screen| *screen == Screen::Unreadable(false));
        desk.leaves();
    });
}

#[test]
fn a_card_in_another_reader_waits_until_the_visit_is_over() {
    at_the_desk(|card| {
        let place = Place::deserted();
        let mut desk = Kiosk::open(&place.config(), &card);
        desk.insert("doctor");
        desk.sees_the_code_page_of("TOURNESOL");
        desk.types("12");
        desk.sees("two digits", |screen| matches!(screen, Screen::EnterPin(pin) if pin.typed == 2));
        card.insert_with(&Insert::new("nurse").reader(1)).unwrap();
        eventually("pcscd knows it", || card.status_of(1).unwrap().connected);
        card.remove_from(1).unwrap();
        card.insert_with(&Insert::new("nurse").reader(1)).unwrap();
        // Nothing of it: the doctor types on.
        desk.types("3");
        desk.sees(
            "three digits",
            |screen| matches!(screen, Screen::EnterPin(pin) if pin.typed == 3 && pin.holder.contains("TOURNESOL")),
        );
        assert_eq!(card.status_of(1).unwrap().traffic.apdus, 0, "somebody spoke to it");
        // The doctor goes, and it is its turn: nobody has to put it in again.
        desk.leaves();
        assert_eq!(desk.sees_the_code_page_of("CASTAFIORE").typed, 0);
        card.remove_from(1).unwrap();
        desk.sees_it_idle();
    });
}
