//! Taking the card away, from every page there is: idle at once, and nothing left anywhere.

use std::time::Duration;

use e2e::{Kiosk, LIMIT, Picture, Place, at_the_desk, shown_text};
use flow::{Failure, Idle, PageMove, RemoveCard, Screen, Touch};
use serde_json::json;
use virtual_card::Insert;

/// The pictures after the card has gone name nobody.
fn nobody_named(pictures: &[Picture]) {
    for picture in pictures {
        assert_eq!(shown_text(&picture.view), "", "{:?}", picture.view.screen);
        assert!(picture.view.bar.session.is_none(), "{:?}", picture.view.screen);
    }
}

/// Pulls the card, and looks at all that is shown from the first picture without it.
fn pulls(desk: &mut Kiosk, closed: bool) {
    let mark = desk.mark();
    desk.pulls_the_card();
    let idle = desk.sees_view("the idle page", |view| matches!(view.screen, Screen::Idle(_)) && !view.bar.card);
    assert_eq!(idle.screen, Screen::Idle(Idle { closed, ..Idle::default() }));
    let after = desk.shown_since(mark);
    let gone = after.iter().position(|picture| !picture.view.bar.card).unwrap();
    nobody_named(&after[gone..]);
}

#[test]
fn before_the_session_the_card_out_leads_straight_to_the_idle_page() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config(), &card);

        // Reading: a card so slow that the page stands there.
        desk.insert_with(&Insert::new("doctor").delay(Duration::from_millis(300)));
        desk.sees("the reading page", |screen| matches!(screen, Screen::Reading(_)));
        pulls(&mut desk, false);

        // The code, half typed.
        desk.insert("doctor");
        desk.sees_the_code_page();
        desk.types("123");
        desk.sees("three digits", |screen| matches!(screen, Screen::EnterPin(pin) if pin.typed == 3));
        pulls(&mut desk, false);

        // The card looks at the code, and never says what it thinks.
        desk.insert_with(&Insert::new("doctor").hang_on(0x20));
        desk.sees_the_code_page_of("TOURNESOL");
        desk.enters("1234");
        desk.sees("the card looking", |screen| matches!(screen, Screen::EnterPin(pin) if pin.checking));
        pulls(&mut desk, false);

        // Connecting: the provider takes its time.
        desk.insert("doctor");
        desk.sees_the_code_page_of("TOURNESOL");
        place.fault(json!({"delay": 1500}));
        desk.enters("1234");
        desk.sees("connecting", |screen| matches!(screen, Screen::Connecting(_)));
        pulls(&mut desk, false);
        place.fault(json!({}));

        // A refusal, and «Aide» on top of the code page.
        desk.insert("blocked");
        desk.fails_with(Failure::CardBlocked);
        pulls(&mut desk, false);
        desk.insert("nurse");
        desk.sees_the_code_page();
        desk.touches(Touch::Help);
        desk.sees("the help page", |screen| *screen == Screen::Help);
        pulls(&mut desk, false);

        place.nobody_is_connected();
        // None of that has spoilt anything.
        desk.comes_to_the_inbox("nurse", "1234", "Ma boîte");
        desk.leaves();
    });
}

#[test]
fn in_a_session_the_card_out_closes_everything() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config(), &card);
        let mut sessions = 0;
        let mut gone = |desk: &mut Kiosk, closed: bool| {
            pulls(desk, closed);
            sessions += 1;
            let status = card.status().unwrap();
            assert!(!status.present && !status.verified);
            place.sessions_ended(sessions);
            place.nobody_is_connected();
        };

        // The choice of boxes, counts on their way.
        desk.insert("doctor");
        desk.sees_the_code_page();
        desk.enters("1234");
        desk.sees_the_choice();
        gone(&mut desk, true);

        // The inbox, a page on its way.
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        desk.touches(Touch::Move(PageMove::Last));
        gone(&mut desk, true);

        // «Affichage», on top of the inbox: the choices of one person end with them.
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        desk.touches(Touch::Dark(true));
        desk.touches(Touch::DisplaySettings);
        desk.sees("the display page", |screen| *screen == Screen::DisplaySettings);
        assert!(desk.now().display.dark);
        gone(&mut desk, true);
        assert!(!desk.now().display.dark);

        // The session already closed by a touch, the card forgotten in the reader.
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        desk.touches(Touch::Close);
        desk.is_asked_to_take_the_card(RemoveCard::Finished);
        assert!(desk.now().bar.session.is_none());
        gone(&mut desk, false);
    });
}

#[test]
fn at_the_question_and_at_a_refusal_in_the_session_too() {
    at_the_desk(|card| {
        let mut place = Place::ordinary();
        let config = place.config_for_one_box();
        {
            let mut desk = Kiosk::open_with(&config, &card, |settings, _| {
                // Soon enough for a test, and never over by itself.
                settings.idle_warning = Duration::from_secs(2);
                settings.idle_countdown = LIMIT * 2;
            });
            desk.insert("doctor");
            desk.sees_the_code_page();
            desk.enters("1234");
            desk.sees("the question", |screen| matches!(screen, Screen::StillThere(_)));
            // Nobody reads over an absent person's shoulder.
            assert_eq!(shown_text(&desk.now()), "");
            pulls(&mut desk, true);
            place.sessions_ended(1);
        }

        let mut desk = Kiosk::open(&config, &card);
        // The mail server is away: a refusal with a session behind it, then the line is tried again.
        desk.insert("doctor");
        desk.sees_the_code_page();
        place.mail.as_mut().unwrap().stop();
        desk.enters("1234");
        desk.fails_with(Failure::MailUnreachable);
        pulls(&mut desk, false);
        place.sessions_ended(2);
        place.mail.as_mut().unwrap().restart().unwrap();

        // The line is lost while somebody reads.
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        place.mail.as_mut().unwrap().stop();
        desk.sees("the line being tried again", |screen| matches!(screen, Screen::Reconnecting(_)));
        pulls(&mut desk, true);
        place.sessions_ended(3);
        place.mail.as_mut().unwrap().restart().unwrap();
        place.nobody_is_connected();
    });
}
