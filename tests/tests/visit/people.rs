//! Who comes, and what they find.

use e2e::{Kiosk, Place, Rows, at_the_desk, eventually, title};
use flow::{Count, MailboxKind, RemoveCard, Touch, Tries};
use serde_json::json;
use site::mail::{DOCTOR_CPS4, PERSONAL};
use site::provider;
use site::whole::{self, Options};

#[test]
fn a_doctor_with_three_boxes_opens_their_own_and_one_is_refused() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config(), &card);
        desk.insert("doctor");
        let page = desk.sees_the_code_page();
        assert_eq!(page.number, "CPS3v3-3100422868");
        assert_eq!(page.tries, Tries::Left(3));
        assert_eq!(desk.sees_the_code_page_of("TOURNESOL").holder, "Dr Tryphon TOURNESOL");
        desk.enters("1234");

        let choice = desk.sees_the_choice_counted();
        let lines: Vec<_> = choice
            .lines
            .iter()
            .map(|line| (title(&line.label, line.kind, &line.address), line.kind, line.count))
            .collect();
        let known = |unread, total| Count::Known { unread, total };
        assert_eq!(
            lines,
            [
                ("Ma boîte".into(), MailboxKind::Personal, known(13, 200)),
                ("Secrétariat de cardiologie".into(), MailboxKind::Organisational, known(6, 50)),
                ("Laboratoire, résultats".into(), MailboxKind::Organisational, Count::Refused),
            ]
        );
        let bar = desk.now().bar.session.clone().unwrap();
        assert_eq!((bar.initials.as_str(), bar.name.as_str()), ("TT", "Dr Tryphon TOURNESOL"));

        // The operator does not let them into the third: said at once, and the choice stays.
        desk.chooses("Laboratoire, résultats");
        desk.sees_a_choice("the refusal", |choice| choice.refused && choice.total == 3);

        desk.chooses("Ma boîte");
        let inbox = desk.sees_the_inbox();
        assert_eq!((inbox.first, inbox.last, inbox.total), (1, 8, 200));
        let row = &inbox.rows()[0];
        assert_eq!(row.sender, "Dr Bianca CASTAFIORE");
        assert_eq!(row.subject, "Compte rendu d’hospitalisation, chirurgie ORL");
        assert_eq!(row.patient, "LAMPION S.");
        assert_eq!((row.unread, row.documents), (true, 2));
        // In Paris, whatever the machine's own zone.
        assert_eq!((row.when.day.year, row.when.day.month, row.when.day.day), (2026, 11, 23));
        assert_eq!((row.when.hour, row.when.minute), (10, 31));
        let bar = desk.now().bar.session.clone().unwrap();
        assert!(bar.can_change && bar.mailbox.is_empty() && bar.kind == Some(MailboxKind::Personal));

        desk.touches(Touch::Close);
        desk.is_asked_to_take_the_card(RemoveCard::Finished);
        // The card is still in: its verified code must not outlive the session.
        eventually("the card forgets its code", || !card.status().unwrap().verified);
        assert!(card.status().unwrap().present);
        place.sessions_ended(1);
        place.nobody_is_connected();
        desk.pulls_the_card();
        desk.sees_it_idle();
    });
}

#[test]
fn a_nurse_has_two_boxes() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config(), &card);
        desk.insert("nurse");
        // Not a physician: no title.
        assert_eq!(desk.sees_the_code_page_of("CASTAFIORE").holder, "Bianca CASTAFIORE");
        desk.enters("1234");
        let choice = desk.sees_the_choice_counted();
        assert_eq!(choice.total, 2);
        assert!(choice.lines.iter().all(|line| matches!(line.count, Count::Known { .. })));
        desk.chooses("Secrétariat de cardiologie");
        assert_eq!(desk.sees_the_inbox().total, 50);
        desk.leaves();
        place.sessions_ended(1);
        place.nobody_is_connected();
    });
}

#[test]
fn one_box_only_opens_without_a_question() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        let mark = desk.mark();
        desk.insert("doctor");
        desk.sees_the_code_page();
        desk.enters("1234");
        assert_eq!(desk.sees_the_inbox().total, 200);
        assert!(!desk.now().bar.session.clone().unwrap().can_change);
        let asked =
            desk.shown_since(mark).iter().any(|seen| matches!(seen.view.screen, flow::Screen::ChooseMailbox(_)));
        assert!(!asked, "{}", desk.lately());
        desk.leaves();
    });
}

/// Their box is in no configuration: the provider names it. The card host speaks TLS 1.3 only.
#[test]
fn a_doctor_with_a_cps4_signs_tls_1_3_and_is_told_their_box_by_the_provider() {
    at_the_desk(|card| {
        let claim = json!([{"adresse": "hans.krollspell@mss.test", "type": "PER"}]);
        let provider =
            provider::Options::default().with("card_versions", json!("tls1.3")).mailboxes(DOCTOR_CPS4, claim);
        let place = Place::with(Options { provider, ..Options::default() }, &whole::Kiosk::default());
        let mut config = place.config();
        config.provider.mailbox_claim = Some("mssante_mailboxes".into());
        let mut desk = Kiosk::open(&config, &card);
        desk.insert("cps4");
        let page = desk.sees_the_code_page_of("KROLLSPELL");
        assert_eq!(page.number, "CPS4v1-4100422868");
        desk.enters("1234");
        assert_eq!(desk.sees_the_inbox().total, 50);
        assert_eq!(desk.now().bar.session.clone().unwrap().name, "Dr Hans KROLLSPELL");
        desk.leaves();
        place.sessions_ended(1);
    });
}

#[test]
fn a_long_code_and_a_card_as_slow_as_a_real_one() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        let slow = virtual_card::Insert::new("doctor").pin("73914682").delay(std::time::Duration::from_millis(40));
        desk.insert_with(&slow);
        desk.sees_the_code_page();
        // Typed while the certificate is still being read.
        desk.enters("73914682");
        assert_eq!(desk.sees_the_inbox().total, 200);
        desk.leaves();
    });
}

#[test]
fn two_people_one_after_the_other_without_a_pause() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config(), &card);
        let alone = "Pour le docteur seul";
        place.mail().deliver(PERSONAL, alone).unwrap();
        let inbox = desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        assert_eq!(inbox.rows()[0].subject, alone);
        desk.leaves();
        let mark = desk.mark();
        desk.comes_to_the_inbox("nurse", "1234", "Secrétariat de cardiologie");
        for picture in desk.shown_since(mark) {
            let text = e2e::shown_text(&picture.view);
            for word in ["Tryphon", "3100422868", "tryphon.tournesol@", alone] {
                assert!(!text.contains(word), "{word} after the doctor has gone: {:?}", picture.view.screen);
            }
        }
        desk.leaves();
        place.sessions_ended(2);
        place.nobody_is_connected();
    });
}
