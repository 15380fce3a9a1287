//! Visits without a card, told event by event.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod people;

use flow::*;
use people::*;
use std::time::Duration;

const RPPS: [u8; 11] = [1, 0, 1, 0, 1, 0, 4, 2, 2, 8, 7];

fn asked(desk: &Desk) -> Option<Option<String>> {
    desk.effects.iter().find_map(|effect| match effect {
        Effect::AskPhone(_, number) => Some(number.as_ref().map(|number| number.0.clone())),
        _ => None,
    })
}

fn stopped(desk: &Desk) -> bool {
    desk.effects.iter().any(|effect| matches!(effect, Effect::StopPhone(_)))
}

/// The kiosk's number page, the number typed: whatever its last digit has to be.
fn number_typed() -> Desk {
    let mut desk = Desk::at_the_doors();
    desk.touch(Touch::WithoutCard);
    for digit in &RPPS[..10] {
        desk.touch(Touch::Digit(*digit));
    }
    for last in 0..10 {
        desk.touch(Touch::Digit(last));
        if number(&desk).complete {
            return desk;
        }
        desk.touch(Touch::Erase);
    }
    panic!("one of ten check digits fits");
}

fn number(desk: &Desk) -> EnterNumber {
    match desk.screen() {
        Screen::EnterNumber(page) => page,
        other => panic!("the number page, not {other:?}"),
    }
}

fn phone(desk: &Desk) -> Phone {
    match desk.screen() {
        Screen::Phone(page) => page,
        other => panic!("the telephone page, not {other:?}"),
    }
}

fn phone_asked() -> Desk {
    let mut desk = number_typed();
    desk.touch(Touch::Submit);
    desk.event(Event::PhoneAsked(desk.ticket(), [4, 7], Duration::from_secs(120)));
    desk
}

fn by_phone() -> Desk {
    let mut desk = phone_asked();
    desk.event(Event::PhoneApproved(desk.ticket()));
    desk.event(Event::Met(desk.ticket(), doctor()));
    desk.event(Event::LoggedIn(desk.ticket(), vec![own_box()]));
    desk.event(Event::Opened(desk.ticket(), opened(19_208)));
    desk
}

#[test]
fn without_a_card_the_telephone_opens_the_inbox() {
    let mut desk = number_typed();
    assert!(!number(&desk).typed.is_blank());
    desk.touch(Touch::Submit);
    let sent = asked(&desk).unwrap().unwrap();
    assert!(sent.len() == 12 && sent.starts_with("81010104228"), "the leading 8 is added");
    assert_eq!(phone(&desk).digits, None);
    desk.event(Event::PhoneAsked(desk.ticket(), [4, 7], Duration::from_secs(120)));
    desk.wait(28);
    assert_eq!((phone(&desk).digits, phone(&desk).seconds, phone(&desk).of), (Some([4, 7]), 92, 120));
    desk.event(Event::PhoneLost(desk.ticket(), true));
    assert!(phone(&desk).lost, "the line is down and the request stands");
    desk.event(Event::PhoneLost(desk.ticket(), false));
    desk.event(Event::PhoneApproved(desk.ticket()));
    assert!(phone(&desk).approved);
    desk.event(Event::Met(desk.ticket(), doctor()));
    desk.event(Event::LoggedIn(desk.ticket(), vec![own_box()]));
    desk.event(Event::Opened(desk.ticket(), opened(19_208)));
    assert_eq!(desk.inbox().total, 19_208);
    let bar = desk.visit.view(desk.now).bar.session.clone().unwrap();
    assert_eq!((bar.name.as_str(), bar.can_finish), ("Dr Tryphon TOURNESOL", true));
    desk.touch(Touch::Close);
    assert!(forgotten(&desk));
    assert!(
        matches!(desk.screen(), Screen::Idle(Idle { closed: true, .. })),
        "«Terminer» is the card that is taken away"
    );
}

#[test]
fn a_number_that_cannot_be_is_not_sent() {
    let mut desk = number_typed();
    desk.touch(Touch::Erase);
    assert_eq!((number(&desk).left, number(&desk).complete), (1, false));
    desk.touch(Touch::Submit);
    assert!(asked(&desk).is_none(), "a digit is missing");
    for last in 0..10 {
        desk.touch(Touch::Digit(last));
        let page = number(&desk);
        assert_eq!(page.trouble.is_none(), page.complete);
        if !page.complete {
            assert_eq!(page.trouble, Some(NumberTrouble::CheckDigit));
            desk.touch(Touch::Submit);
            assert!(asked(&desk).is_none(), "the check digit does not fit");
        }
        desk.touch(Touch::Erase);
    }
}

#[test]
fn a_number_the_provider_does_not_know_is_shown_again_to_be_corrected() {
    let mut desk = number_typed();
    let typed = number(&desk).typed.clone();
    desk.touch(Touch::Submit);
    desk.event(Event::LoginFailed(desk.ticket(), Failure::PhoneUnknown));
    assert_eq!((number(&desk).trouble, number(&desk).typed.clone()), (Some(NumberTrouble::Unknown), typed));
    desk.touch(Touch::Erase);
    assert_eq!(number(&desk).trouble, None);
}

#[test]
fn a_card_whose_code_is_unknown_lends_its_number() {
    let mut desk = Desk::at_the_doors().comes_to_the_code(3);
    let Screen::EnterPin(page) = desk.screen() else { panic!("the code page") };
    assert!(page.phone);
    desk.touch(Touch::UnknownCode);
    assert_eq!(asked(&desk), Some(None), "the engine knows the card's holder");
    desk.event(Event::PhoneAsked(desk.ticket(), [0, 5], Duration::from_secs(120)));
    desk.touch(Touch::CorrectNumber);
    assert!(matches!(desk.screen(), Screen::Phone(_)), "what was not typed cannot be corrected");
    desk.event(Event::LoggedIn(desk.ticket(), vec![own_box()]));
    desk.event(Event::Opened(desk.ticket(), opened(10)));
    assert!(!desk.visit.view(desk.now).bar.session.clone().unwrap().can_finish, "the card is the button");
    desk.event(Event::CardRemoved);
    assert!(forgotten(&desk));
}

#[test]
fn refused_or_too_late_the_telephone_can_be_asked_again_and_its_clock_is_thought_of() {
    for failure in [Failure::PhoneRefused, Failure::PhoneExpired] {
        let mut desk = phone_asked();
        desk.event(Event::LoginFailed(desk.ticket(), failure));
        assert_eq!(desk.failure(), Some(failure));
        desk.touch(Touch::Retry);
        assert!(asked(&desk).is_some());
        desk.event(Event::PhoneAsked(desk.ticket(), [1, 2], Duration::from_secs(120)));
        desk.touch(Touch::NoNotification);
        assert!(matches!(
            desk.screen(),
            Screen::PhoneHelp(PhoneHelp { clock: false, digits: Some([1, 2]), typed: true })
        ));
        desk.touch(Touch::AskAgain);
        assert!(stopped(&desk) && asked(&desk).is_some(), "the earlier request is not asked about any more");
        desk.touch(Touch::NoNotification);
        assert!(matches!(desk.screen(), Screen::PhoneHelp(PhoneHelp { clock: true, digits: None, .. })));
        desk.touch(Touch::CorrectNumber);
        assert!(stopped(&desk));
        assert_eq!(number(&desk).left, 0);
    }
}

#[test]
fn a_telephone_that_nobody_answers_ends_by_itself_even_if_the_provider_says_nothing() {
    let mut desk = phone_asked();
    desk.wait(120);
    assert_eq!(phone(&desk).seconds, 0);
    desk.wait(10);
    assert_eq!(desk.failure(), Some(Failure::PhoneExpired));
    assert!(stopped(&desk));
    desk.touch(Touch::Close);
    assert!(matches!(desk.screen(), Screen::Idle(_)), "«Retour à l’accueil»");
    assert!(desk.ticket_if_any().is_none());
}

#[test]
fn cancelling_forgets_the_number_at_once() {
    let mut desk = phone_asked();
    desk.touch(Touch::Cancel);
    assert!(forgotten(&desk));
    assert!(matches!(desk.screen(), Screen::Idle(Idle { closed: false, .. })), "nothing was open");
}

#[test]
fn a_number_left_half_typed_is_gone_after_a_minute() {
    let mut desk = Desk::at_the_doors();
    desk.touch(Touch::WithoutCard);
    desk.touch(Touch::Digit(1));
    desk.wait(59);
    assert_eq!(number(&desk).left, 10);
    desk.wait(1);
    assert!(forgotten(&desk) && matches!(desk.screen(), Screen::Idle(_)));
}

#[test]
fn a_card_put_in_closes_what_was_open_without_one() {
    let mut desk = by_phone();
    let first = desk.ticket();
    desk.insert();
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Forget(ticket) if *ticket == first)));
    assert!(matches!(desk.screen(), Screen::Reading(_)));
    assert_ne!(desk.ticket(), first);
    desk.event(Event::NewMail(first, 3, 3));
    assert!(matches!(desk.screen(), Screen::Reading(_)), "news of the earlier visit are dropped");
}

#[test]
fn without_a_card_the_kiosk_asks_sooner_and_no_session_lasts_for_ever() {
    let mut desk = by_phone();
    desk.wait(45);
    assert!(matches!(desk.screen(), Screen::StillThere(StillThere { of: 20, .. })));
    desk.touch(Touch::Anywhere);
    // Somebody works on and on.
    for _ in 0..57 {
        desk.wait(20);
        desk.touch(Touch::Anywhere);
        assert!(matches!(desk.screen(), Screen::Inbox(_)));
    }
    let ends = desk.visit.view(desk.now).bar.session.clone().unwrap().ends_in;
    assert!(ends.is_some_and(|minutes| minutes <= 3), "said before it comes, not {ends:?}");
    desk.wait(20);
    assert!(forgotten(&desk) && matches!(desk.screen(), Screen::Idle(Idle { closed: true, .. })));
}

#[test]
fn when_the_provider_ends_the_session_it_is_said_before_and_what_was_written_is_kept() {
    let mut desk = Desk::reading(20);
    desk.event(Event::SessionEnds(desk.ticket(), Some(Duration::from_secs(600))));
    let left = |desk: &Desk| desk.visit.view(desk.now).bar.session.clone().and_then(|bar| bar.ends_in);
    assert_eq!(left(&desk), None);
    for minute in 0..7 {
        assert_eq!(left(&desk), None, "minute {minute}");
        desk.wait(60);
        desk.touch(Touch::Anywhere);
    }
    assert_eq!(left(&desk), Some(3));
    desk.wait(60);
    assert_eq!(left(&desk), Some(2));
    desk.touch(Touch::Write(Kind::Reply));
    let number = desk.effects.iter().find_map(|effect| match effect {
        Effect::Prepare(_, number, ..) => Some(*number),
        _ => None,
    });
    desk.event(Event::Prepared(desk.ticket(), number.unwrap(), Ok(Box::default())));
    desk.touch(Touch::WriteOwn);
    desk.touch(Touch::Edited(Field::Text, Text::from("Bonjour")));
    for _ in 0..2 {
        desk.wait(59);
        desk.touch(Touch::Anywhere);
    }
    desk.wait(1);
    desk.touch(Touch::Edited(Field::Text, Text::from("Bonjour docteur")));
    desk.wait(1);
    assert!(
        desk.effects
            .iter()
            .any(|effect| matches!(effect, Effect::SaveDraft(_, _, written) if written.text.0 == "Bonjour docteur"))
    );
    assert!(forgotten(&desk));
    assert!(matches!(desk.screen(), Screen::RemoveCard(RemoveCard::SessionOver)));
}

#[test]
fn a_session_that_is_prolonged_after_all_ends_later() {
    let mut desk = Desk::at_work(20);
    desk.event(Event::SessionEnds(desk.ticket(), Some(Duration::from_secs(60))));
    desk.event(Event::SessionEnds(desk.ticket(), Some(Duration::from_secs(1_800))));
    desk.wait(80);
    assert!(matches!(desk.screen(), Screen::Inbox(_)));
}

#[test]
fn doors_a_site_does_not_have_do_not_open() {
    let mut desk = Desk::idle();
    for door in [Touch::WithoutCard, Touch::ServiceDoor] {
        desk.touch(door);
        assert!(matches!(desk.screen(), Screen::Idle(Idle { doors: Doors { phone: false, service: false }, .. })));
        assert!(desk.ticket_if_any().is_none());
    }
}

#[test]
fn without_a_reader_the_other_doors_stay_open() {
    let mut desk = Desk::at_the_doors();
    desk.event(Event::Reader(ReaderState::Missing));
    assert!(matches!(desk.screen(), Screen::NoReader(Doors { phone: true, service: true })));
    desk.touch(Touch::WithoutCard);
    assert_eq!(number(&desk).left, 11);
}

#[test]
fn a_line_that_is_being_replaced_shows_in_the_bar_and_leaves_the_page_alone() {
    let mut desk = Desk::reading(20);
    desk.event(Event::LineDown(desk.ticket(), true));
    assert!(!desk.visit.view(desk.now).bar.network);
    assert!(matches!(desk.screen(), Screen::Message(_)));
    desk.event(Event::LineDown(desk.ticket(), false));
    assert!(desk.visit.view(desk.now).bar.network);
    desk.event(Event::LineDown(desk.ticket(), true));
    desk.event(Event::CardRemoved);
    assert!(desk.visit.view(desk.now).bar.network, "it was that visit's line");
}

// Several cards, several places of work.

fn card(holder: &str, usable: bool) -> CardLine {
    CardLine { number: "CPS3v3-2600971845".into(), holder: holder.into(), usable }
}

#[test]
fn of_two_cards_the_person_chooses_theirs() {
    let mut desk = Desk::idle();
    desk.event(Event::OtherCards(1));
    desk.insert();
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::ReadCards(_))));
    assert!(matches!(desk.screen(), Screen::ChooseCard(ChooseCard { lines: None })));
    desk.event(Event::CardsRead(desk.ticket(), vec![card("Dr Tryphon TOURNESOL", true), card("", false)]));
    desk.touch(Touch::ChooseCard(1));
    assert!(matches!(desk.screen(), Screen::ChooseCard(_)), "a card that says nothing cannot be chosen");
    desk.touch(Touch::ChooseCard(0));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::TakeCard(_, 0))));
    desk.event(Event::CardRead(desk.ticket(), Ok(facts(3))));
    assert!(matches!(desk.screen(), Screen::EnterPin(_)));
}

#[test]
fn a_second_card_before_the_code_asks_whose_turn_it_is_and_in_a_session_it_waits() {
    let mut desk = Desk::at_the_code(3);
    let first = desk.ticket();
    desk.event(Event::OtherCards(1));
    assert!(matches!(desk.screen(), Screen::ChooseCard(_)));
    assert_ne!(desk.ticket(), first, "what was read before is wiped");
    desk.event(Event::OtherCards(0));
    assert!(matches!(desk.screen(), Screen::Reading(_)), "the other one has gone: no question any more");
    let mut desk = Desk::at_the_code(3);
    desk.touch(Touch::Digit(1));
    desk.event(Event::OtherCards(1));
    assert!(matches!(desk.screen(), Screen::EnterPin(_)), "whoever types is not disturbed");
    let mut desk = Desk::in_the_inbox(20);
    desk.event(Event::OtherCards(1));
    assert!(matches!(desk.screen(), Screen::Inbox(_)));
}

#[test]
fn cards_nobody_chooses_are_given_back() {
    let mut desk = Desk::idle();
    desk.event(Event::OtherCards(1));
    desk.insert();
    desk.wait(60);
    assert!(forgotten(&desk) && matches!(desk.screen(), Screen::RemoveCard(_)));
}

#[test]
fn who_works_in_two_places_says_for_which_one() {
    let mut desk = Desk::past_the_code();
    desk.event(Event::Places(desk.ticket(), vec!["CABINET M DOC".into(), "HOPITAL GENERIQUE".into()]));
    desk.event(Event::LoggedIn(desk.ticket(), vec![own_box()]));
    let Screen::ChoosePlace(page) = desk.screen() else { panic!("a choice of places") };
    assert_eq!((page.lines.len(), page.total), (2, 2));
    desk.touch(Touch::ChoosePlace(1));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::ChoosePlace(_, 1))));
    assert!(matches!(desk.screen(), Screen::Connecting(Connecting { step: Step::Mailbox, .. })));
}

#[test]
fn one_place_is_no_question() {
    let mut desk = Desk::past_the_code();
    desk.event(Event::Places(desk.ticket(), vec!["CABINET M DOC".into()]));
    desk.event(Event::LoggedIn(desk.ticket(), vec![own_box()]));
    assert!(matches!(desk.screen(), Screen::Connecting(Connecting { step: Step::Mailbox, .. })));
}
