//! What time alone does, through the engine on a stepped clock. The cards are in memory, the servers real where a
//! session is needed.
//!
//! The clock is the process's own and never runs again: one process a test, as nextest has it.

use std::time::Duration;

use e2e::{Kiosk, Manner, Place, Pocket, Rows, eventually, shown_text};
use flow::{Failure, Idle, PageMove, RemoveCard, Screen, Sound, Touch};
use serde_json::json;
use virtual_card::Insert;

const SECOND: Duration = Duration::from_secs(1);

/// A kiosk in a desert, its clock stopped: enough up to the code.
fn stopped() -> (Place, Pocket, Kiosk) {
    engine::clock::freeze();
    let place = Place::deserted();
    let pocket = Pocket::default();
    let desk = Kiosk::open(&place.config(), &pocket);
    (place, pocket, desk)
}

/// The doctor in their only box, at a whole site, the clock stopped.
fn in_the_inbox() -> (Place, Pocket, Kiosk) {
    engine::clock::freeze();
    let place = Place::ordinary();
    let pocket = Pocket::default();
    let mut desk = Kiosk::open(&place.config_for_one_box(), &pocket);
    desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
    desk.sees_the_folders();
    (place, pocket, desk)
}

#[test]
fn nobody_types_for_thirty_seconds_and_the_card_is_given_back_then_calls() {
    let (_place, pocket, mut desk) = stopped();
    desk.insert("doctor");
    desk.sees_the_code_page();
    desk.waits(SECOND * 29);
    // A digit, and the thirty seconds begin again.
    desk.types("1");
    desk.sees("the digit", |screen| matches!(screen, Screen::EnterPin(pin) if pin.typed == 1));
    desk.waits(SECOND * 29);
    desk.types("2");
    desk.sees("two digits", |screen| matches!(screen, Screen::EnterPin(pin) if pin.typed == 2));
    desk.waits(SECOND * 30);
    desk.is_asked_to_take_the_card(RemoveCard::PinTimedOut);
    assert!(!pocket.verified());
    assert_eq!(shown_text(&desk.now()), "");

    // Forgotten: it calls every five seconds, and from the sixth call on says so.
    for call in 1..=5 {
        desk.waits(SECOND * 5);
        desk.hears(Sound::Forgotten, call);
        assert_eq!(desk.now().screen, Screen::RemoveCard(RemoveCard::PinTimedOut));
    }
    desk.waits(SECOND * 5);
    desk.hears(Sound::Forgotten, 6);
    desk.is_asked_to_take_the_card(RemoveCard::Forgotten);
    desk.pulls_the_card();
    desk.sees_it_idle();
    let calls = desk.sounds().len();
    desk.waits(SECOND * 60);
    desk.waits(SECOND);
    assert_eq!(desk.sounds().len(), calls, "it calls after a card that is gone");
}

#[test]
fn a_session_left_alone_asks_after_ninety_seconds_and_closes_after_thirty_more() {
    let (place, pocket, mut desk) = in_the_inbox();
    assert!(pocket.verified());
    desk.waits(SECOND * 89);
    assert!(matches!(desk.now().screen, Screen::Inbox(_)), "{}", desk.lately());
    desk.waits(SECOND);
    let question = desk.sees("the question", |screen| matches!(screen, Screen::StillThere(_)));
    let Screen::StillThere(question) = question else { unreachable!() };
    assert_eq!((question.seconds, question.of), (30, 30));
    desk.hears(Sound::Warning, 1);
    // It counts, second by second.
    for left in [29, 28, 27] {
        desk.waits(SECOND);
        desk.sees("a second less", |screen| matches!(screen, Screen::StillThere(asked) if asked.seconds == left));
    }
    // One touch anywhere, and the page is there as it was.
    desk.touches(Touch::Anywhere);
    assert_eq!(desk.sees_the_inbox().first, 1);

    desk.waits(SECOND * 90);
    desk.sees("the question again", |screen| matches!(screen, Screen::StillThere(_)));
    desk.waits(SECOND * 30);
    desk.is_asked_to_take_the_card(RemoveCard::TimedOut);
    // The card is still in; everything else is over.
    eventually("the card forgets its code", || !pocket.verified());
    place.sessions_ended(1);
    place.nobody_is_connected();
    desk.waits(SECOND * 5);
    desk.hears(Sound::Forgotten, 1);
    desk.pulls_the_card();
    desk.sees_it_idle();
}

#[test]
fn at_the_question_one_can_close_and_the_card_can_go() {
    let (place, _pocket, mut desk) = in_the_inbox();
    desk.waits(SECOND * 90);
    desk.sees("the question", |screen| matches!(screen, Screen::StillThere(_)));
    desk.touches(Touch::Close);
    desk.is_asked_to_take_the_card(RemoveCard::Finished);
    place.sessions_ended(1);
    desk.pulls_the_card();
    desk.sees_it_idle();

    desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
    desk.waits(SECOND * 90);
    desk.sees("the question", |screen| matches!(screen, Screen::StillThere(_)));
    desk.pulls_the_card();
    // «Séance fermée», for three seconds.
    desk.sees("the session closed", |screen| *screen == Screen::Idle(Idle { closed: true, ..Idle::default() }));
    desk.waits(SECOND * 3);
    desk.sees("the plain idle page", |screen| *screen == Screen::Idle(Idle::default()));
    place.sessions_ended(2);
    place.nobody_is_connected();
}

#[test]
fn who_reads_on_is_not_asked() {
    let (_place, _pocket, mut desk) = in_the_inbox();
    let mark = desk.mark();
    for first in [9, 17, 25, 33] {
        desk.waits(SECOND * 80);
        desk.touches(Touch::Move(PageMove::Next));
        assert_eq!(desk.sees_the_page_from(first).rows().len(), 8);
    }
    let asked = desk.shown_since(mark).iter().any(|seen| matches!(seen.view.screen, Screen::StillThere(_)));
    assert!(!asked, "{}", desk.lately());
}

#[test]
fn a_card_that_hangs_is_slow_after_four_seconds_and_given_up_then() {
    let (_place, pocket, mut desk) = stopped();
    pocket.put(&Insert::new("doctor"), Manner::HangsOn(0));
    desk.sees("reading", |screen| *screen == Screen::Reading(false));
    desk.waits(SECOND * 4);
    desk.sees("still reading", |screen| *screen == Screen::Reading(true));
    desk.waits_until(
        "the card given up",
        |screen| matches!(screen, Screen::Failed(failed) if failed.failure == Failure::CardHung),
    );
    // The kiosk answers touches all the while.
    desk.touches(Touch::Help);
    desk.sees("help", |screen| *screen == Screen::Help);
    desk.touches(Touch::Done);
    desk.fails_with(Failure::CardHung);
    desk.pulls_the_card();
    desk.sees_it_idle();

    // In the middle of the code.
    pocket.put(&Insert::new("doctor"), Manner::HangsOn(0x20));
    desk.sees_the_code_page_of("TOURNESOL");
    desk.enters("1234");
    desk.sees("the card looking", |screen| matches!(screen, Screen::EnterPin(pin) if pin.checking));
    desk.waits_until(
        "the card given up",
        |screen| matches!(screen, Screen::Failed(failed) if failed.failure == Failure::CardHung),
    );
    desk.pulls_the_card();
    desk.sees_it_idle();
    desk.insert("nurse");
    desk.sees_the_code_page_of("CASTAFIORE");
}

#[test]
fn a_refusal_nobody_reads_gives_the_card_back() {
    let (_place, _pocket, mut desk) = stopped();
    desk.insert("vitale");
    desk.fails_with(Failure::CardVitale);
    desk.waits(SECOND * 90);
    desk.is_asked_to_take_the_card(RemoveCard::Forgotten);
    desk.pulls_the_card();
    desk.sees_it_idle();
}

#[test]
fn nonsense_from_a_card_is_unreadable_and_the_third_time_asks_for_a_wipe() {
    let (_place, pocket, mut desk) = stopped();
    for time in 1..=3 {
        pocket.put(&Insert::new("doctor"), Manner::Babbles);
        desk.sees("unreadable", |screen| *screen == Screen::Unreadable(time == 3));
        desk.pulls_the_card();
        desk.sees_it_idle();
    }
    // An answer to reset that is none.
    for atr in [&[][..], &[0x00], &[0xFF; 40], &[0x3B, 0xFF]] {
        pocket.put(&Insert::new("mute"), Manner::Babbles);
        pocket.announce(atr);
        desk.sees("unreadable or unknown", |screen| match screen {
            Screen::Unreadable(_) => true,
            Screen::Failed(failed) => failed.failure == Failure::CardUnknown,
            _ => false,
        });
        desk.pulls_the_card();
        desk.sees_it_idle();
    }
    desk.insert("doctor");
    desk.sees_the_code_page();
}

#[test]
fn help_left_open_before_any_card_closes_by_itself() {
    let (_place, _pocket, mut desk) = stopped();
    desk.touches(Touch::Help);
    desk.sees("help", |screen| *screen == Screen::Help);
    desk.waits(SECOND * 60);
    desk.sees_it_idle();
}

#[test]
fn a_provider_that_takes_long_says_so_after_ten_seconds() {
    engine::clock::freeze();
    let place = Place::ordinary();
    let mut desk = Kiosk::open(&place.config_for_one_box(), &Pocket::default());
    desk.insert("doctor");
    desk.sees_the_code_page_of("TOURNESOL");
    place.fault(json!({"delay": 2500}));
    desk.enters("1234");
    desk.sees("connecting", |screen| matches!(screen, Screen::Connecting(connecting) if !connecting.slow));
    desk.waits(SECOND * 10);
    desk.sees("that it takes long", |screen| matches!(screen, Screen::Connecting(connecting) if connecting.slow));
    place.fault(json!({}));
    desk.sees_the_inbox();
}

#[test]
fn a_lost_line_is_tried_again_after_five_ten_and_twenty_seconds() {
    let (mut place, _pocket, mut desk) = in_the_inbox();
    place.mail.as_mut().unwrap().stop();
    for pause in [5, 10, 20] {
        desk.sees("a new try announced", |screen| *screen == Screen::Reconnecting(pause));
        // Not by the bar: word of a network would be a reason to try at once.
        engine::clock::advance(SECOND);
        desk.sees("a second less", |screen| *screen == Screen::Reconnecting(pause - 1));
        engine::clock::advance(SECOND * u32::try_from(pause).unwrap());
    }
    desk.sees("the last pause", |screen| *screen == Screen::Reconnecting(30));
    place.mail.as_mut().unwrap().restart().unwrap();
    desk.touches(Touch::Retry);
    desk.sees_the_inbox();
}
