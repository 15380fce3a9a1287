//! Answers that come after the person has gone: they reach nobody.

use std::net::SocketAddr;

use e2e::{Kiosk, Place, Rows, at_the_desk, eventually, server, shown_text};
use flow::{PageMove, Screen, Touch};
use serde_json::json;
use site::delay::Delay;
use site::mail::PERSONAL;

const ALONE: &str = "Pour le docteur seul";

/// Nothing of the doctor stands on any picture since `mark`.
fn nothing_of_the_doctor(desk: &Kiosk, mark: usize) {
    for picture in desk.shown_since(mark) {
        let text = shown_text(&picture.view);
        for word in ["Tryphon", "TOURNESOL", "3100422868", "tryphon.tournesol@", ALONE] {
            assert!(!text.contains(word), "{word}: {:?}", picture.view.screen);
        }
    }
}

#[test]
fn a_login_that_ends_after_the_card_has_gone_opens_nothing_for_the_next_person() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config(), &card);
        for delay in [150, 400, 900] {
            desk.insert("doctor");
            desk.sees_the_code_page_of("TOURNESOL");
            place.fault(json!({"delay": delay}));
            desk.enters("1234");
            desk.sees("connecting", |screen| matches!(screen, Screen::Connecting(_)));
            desk.pulls_the_card();
            desk.sees_it_idle();
            let mark = desk.mark();
            // Their answers are on their way while the nurse types, logs in and reads.
            desk.insert("nurse");
            desk.sees_the_code_page_of("CASTAFIORE");
            desk.enters("1234");
            desk.sees_the_choice_counted();
            place.fault(json!({}));
            desk.chooses("Ma boîte");
            desk.sees_the_inbox();
            desk.leaves();
            place.nobody_is_connected();
            nothing_of_the_doctor(&desk, mark);
        }
    });
}

/// The only box opens while the provider still tells the name: nothing of it is for whoever comes next.
#[test]
fn a_box_opened_ahead_of_the_name_is_closed_unseen() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut config = place.config();
        config.mailboxes.retain(|mailbox| mailbox.label.is_empty());
        let mut desk = Kiosk::open(&config, &card);
        place.fault(json!({"delay": 15_000, "at": "userinfo"}));
        desk.insert("doctor");
        desk.sees_the_code_page_of("TOURNESOL");
        desk.enters("1234");
        desk.sees("connecting", |screen| matches!(screen, Screen::Connecting(_)));
        eventually("the box opened ahead", || place.mail_sessions_of(PERSONAL) == 1);
        assert!(matches!(desk.now().screen, Screen::Connecting(_)), "{}", desk.lately());
        desk.pulls_the_card();
        desk.sees_it_idle();
        let mark = desk.mark();
        place.nobody_is_connected();
        // Its tokens never became a session here; at the provider they end all the same.
        place.sessions_ended(1);
        place.fault(json!({}));
        desk.comes_to_the_inbox("nurse", "1234", "Ma boîte");
        nothing_of_the_doctor(&desk, mark);
        desk.leaves();
        place.nobody_is_connected();
    });
}

#[test]
fn mail_that_arrives_after_the_card_has_gone_is_read_by_nobody() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        place.mail().deliver(PERSONAL, ALONE).unwrap();
        let line = Delay::start(SocketAddr::from(([127, 0, 0, 1], place.mail().imap())), 200).unwrap();
        let mut config = place.config();
        config.mail.server = Some(server(line.port()));
        let mut desk = Kiosk::open(&config, &card);

        // Pulled while the box opens.
        desk.insert("doctor");
        desk.sees_the_code_page_of("TOURNESOL");
        desk.enters("1234");
        desk.sees_the_choice();
        desk.chooses("Ma boîte");
        desk.sees("the box opening", |screen| matches!(screen, Screen::Connecting(_)));
        desk.pulls_the_card();
        desk.sees_it_idle();
        let mark = desk.mark();
        desk.comes_to_the_inbox("nurse", "1234", "Ma boîte");
        nothing_of_the_doctor(&desk, mark);
        desk.leaves();

        // Pulled while a page is on its way, the nurse's card in at once.
        let inbox = desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        assert_eq!(inbox.rows()[0].subject, ALONE);
        desk.touches(Touch::Move(PageMove::Last));
        desk.sees_an_inbox("rows on their way", |inbox| inbox.rows().is_empty());
        desk.pulls_the_card();
        desk.sees_it_idle();
        let mark = desk.mark();
        desk.comes_to_the_inbox("nurse", "1234", "Secrétariat de cardiologie");
        desk.touches(Touch::Move(PageMove::Last));
        desk.sees_the_page_from(49);
        nothing_of_the_doctor(&desk, mark);
        desk.leaves();
        place.nobody_is_connected();
    });
}
