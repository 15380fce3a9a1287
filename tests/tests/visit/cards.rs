//! Codes and cards: what the card says is what the person reads.

use e2e::{Cards, Kiosk, Manner, OTHER_READER, Place, Pocket, at_the_desk};
use flow::{Failure, Screen, Touch, Tries};
use virtual_card::Insert;

#[test]
fn a_wrong_code_then_the_right_one() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        desk.insert("doctor");
        desk.sees_the_code_page();
        desk.enters("9999");
        let page = desk.sees("one try gone", |screen| matches!(screen, Screen::EnterPin(pin) if pin.wrong));
        let Screen::EnterPin(page) = page else { unreachable!() };
        assert_eq!((page.tries, page.typed), (Tries::Left(2), 0));
        assert_eq!(card.status().unwrap().tries, Some(2));
        // The next digit ends the reproach.
        desk.types("1");
        desk.sees("a digit", |screen| matches!(screen, Screen::EnterPin(pin) if pin.typed == 1 && !pin.wrong));
        desk.enters("234");
        desk.sees_the_inbox();
        assert_eq!(card.status().unwrap().tries, Some(3));
        desk.leaves();
    });
}

#[test]
fn three_wrong_codes_block_the_card_and_the_next_visit_says_so_before_any_code() {
    at_the_desk(|card| {
        let place = Place::deserted();
        let mut desk = Kiosk::open(&place.config(), &card);
        desk.insert("doctor");
        desk.sees_the_code_page();
        desk.enters("9999");
        desk.sees(
            "two left",
            |screen| matches!(screen, Screen::EnterPin(pin) if pin.tries == Tries::Left(2) && pin.wrong),
        );
        desk.enters("9998");
        desk.sees(
            "the last-try warning",
            |screen| matches!(screen, Screen::EnterPin(pin) if pin.tries == Tries::Last && pin.wrong),
        );
        desk.enters("9997");
        let failed = desk.fails_with(Failure::CardBlocked);
        assert_eq!(failed.failure.code(), "CARD-03");
        assert!(failed.card && !failed.retry);
        assert_eq!(card.status().unwrap().tries, Some(0));
        desk.leaves();

        let mark = desk.mark();
        desk.insert("doctor");
        desk.fails_with(Failure::CardBlocked);
        let asked = desk.shown_since(mark).iter().any(|seen| matches!(seen.view.screen, Screen::EnterPin(_)));
        assert!(!asked, "a code was asked of a blocked card");
        // «Réessayer» is not offered; a touch there changes nothing, and the card never sees a code.
        desk.touches(Touch::Retry);
        desk.types("1234");
        desk.touches(Touch::Submit);
        desk.leaves();
        assert!(!card.log().unwrap().iter().any(|line| line.contains("withheld")), "a code went to the card");
    });
}

#[test]
fn the_last_try_is_announced_before_it_is_made() {
    at_the_desk(|card| {
        let place = Place::deserted();
        let mut desk = Kiosk::open(&place.config(), &card);
        desk.insert("last-try");
        let page = desk.sees_the_code_page();
        assert_eq!(page.tries, Tries::Last);
        assert!(!page.wrong);
        desk.enters("9999");
        desk.fails_with(Failure::CardBlocked);
        desk.leaves();
    });
}

#[test]
fn an_expired_card_is_told_with_its_day() {
    at_the_desk(|card| {
        let place = Place::deserted();
        let mut desk = Kiosk::open(&place.config(), &card);
        desk.insert("expired");
        let failed = desk.fails_with(Failure::CardExpired);
        let day = failed.day.unwrap();
        assert!(day.year < 2026 && (1..=12).contains(&day.month) && (1..=31).contains(&day.day), "{day:?}");
        desk.leaves();
    });
}

#[test]
fn cards_that_are_of_no_use_are_named() {
    at_the_desk(|card| {
        let place = Place::deserted();
        let mut desk = Kiosk::open(&place.config(), &card);
        for (profile, failure) in [
            ("cpf", Failure::CardWithoutAuthentication),
            ("vitale", Failure::CardVitale),
            ("bank", Failure::CardUnknown),
        ] {
            desk.insert(profile);
            let failed = desk.fails_with(failure);
            assert!(failed.card && !failed.retry, "{profile}");
            desk.leaves();
        }
    });
}

#[test]
fn with_cards_in_two_readers_the_person_chooses_theirs() {
    let place = Place::deserted();
    let pocket = Pocket::default();
    let mut desk = Kiosk::open(&place.config(), Cards::from(&pocket));
    desk.insert("doctor");
    desk.sees_the_code_page_of("TOURNESOL");
    pocket.put_into(OTHER_READER, &Insert::new("nurse"), Manner::Answers);
    let screen = desk.sees("both cards", |screen| matches!(screen, Screen::ChooseCard(page) if page.lines.is_some()));
    let Screen::ChooseCard(page) = screen else { unreachable!() };
    let lines = page.lines.unwrap();
    let shown: Vec<_> = lines.iter().map(|line| (line.holder.as_str(), line.usable)).collect();
    assert_eq!(shown, [("Dr Tryphon TOURNESOL", true), ("Bianca CASTAFIORE", true)]);
    assert_eq!(lines[0].number, "CPS3v3-3100422868");
    desk.touches(Touch::ChooseCard(1));
    desk.sees_the_code_page_of("CASTAFIORE");
    // Hers goes, and his has its turn.
    pocket.take_from(OTHER_READER);
    desk.sees_the_code_page_of("TOURNESOL");
    desk.leaves();
}

#[test]
fn a_second_card_waits_in_its_reader_until_the_first_has_gone() {
    let place = Place::deserted();
    let pocket = Pocket::default();
    let mut desk = Kiosk::open(&place.config(), Cards::from(&pocket));
    desk.insert("doctor");
    desk.sees_the_code_page_of("TOURNESOL");
    desk.types("12");
    desk.sees("two digits", |screen| matches!(screen, Screen::EnterPin(pin) if pin.typed == 2));
    let mark = desk.mark();
    pocket.put_into(OTHER_READER, &Insert::new("nurse"), Manner::Answers);
    desk.types("3");
    desk.sees("three digits", |screen| matches!(screen, Screen::EnterPin(pin) if pin.typed == 3));
    let disturbed = desk.shown_since(mark).iter().any(|seen| !matches!(seen.view.screen, Screen::EnterPin(_)));
    assert!(!disturbed, "{}", desk.lately());
    // The first one goes: nobody has to take the second out and put it in again.
    desk.pulls_the_card();
    let page = desk.sees_the_code_page_of("CASTAFIORE");
    assert_eq!(page.typed, 0);
    // The second one goes while another is in nowhere: idle.
    pocket.take_from(OTHER_READER);
    desk.sees_it_idle();
    // One that came and went while it waited is forgotten.
    desk.insert("doctor");
    desk.sees_the_code_page_of("TOURNESOL");
    pocket.put_into(OTHER_READER, &Insert::new("nurse"), Manner::Answers);
    pocket.take_from(OTHER_READER);
    desk.leaves();
}
