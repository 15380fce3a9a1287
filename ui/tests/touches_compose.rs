//! The page a message is written on: what leaves it, whom it is for, and why it cannot be sent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod common;

use common::{Desk, Look, sample};
use flow::{Compose, Failure, Field, Refused, Screen, Text, Touch, View};

fn desk(name: &str) -> Desk {
    let desk = Desk::new((1024, 600));
    desk.show_as(&sample(name), Look::Light);
    desk
}

/// Touches `label` on a sample and tells what left.
fn touching(name: &str, label: &str) -> Vec<Touch> {
    let desk = desk(name);
    desk.click(label);
    desk.sent()
}

fn starting_with(desk: &Desk, label: &str) -> common::Element {
    let found: Vec<_> = desk.targets().into_iter().filter(|target| target.label.starts_with(label)).collect();
    assert_eq!(found.len(), 1, "«{label}»");
    found[0].clone()
}

fn compose(name: &str, change: impl FnOnce(&mut Compose)) -> View {
    let mut view = sample(name);
    let Screen::Compose(screen) = &mut view.screen else { panic!("not the page of writing") };
    change(screen);
    view
}

#[test]
fn a_message_is_sent_only_once_it_can_be_and_the_reason_is_there_to_read() {
    assert_eq!(touching("compose", "Envoyer"), [Touch::Send]);
    assert_eq!(touching("compose", "Retour"), [Touch::Back]);
    for (name, reason) in [
        ("compose-new", "Ajoutez un destinataire"),
        ("compose-preparing", "Préparation…"),
        ("compose-refused", "Envoi impossible"),
        ("compose-failed", "Préparation impossible"),
    ] {
        let desk = desk(name);
        assert!(!desk.target("Envoyer").enabled, "{name}");
        desk.click("Envoyer");
        assert_eq!(desk.sent(), []);
        assert!(desk.texts().iter().any(|text| text.label == reason), "{name}");
    }
}

#[test]
fn what_the_server_has_of_a_draft_is_told() {
    for (kept, words) in [
        (flow::Kept::Yes, "Brouillon enregistré"),
        (flow::Kept::Failed, "Brouillon non enregistré"),
        (flow::Kept::Not, "Pas encore enregistré"),
    ] {
        let desk = Desk::new((1024, 600));
        desk.show(&compose("compose", |screen| screen.kept = kept));
        assert!(desk.texts().iter().any(|text| text.label == words), "{words}");
    }
}

#[test]
fn a_new_message_has_its_recipients_and_subject_as_fields() {
    let desk = desk("compose-new");
    desk.click("Choisir un destinataire");
    assert_eq!(desk.sent(), [Touch::Recipients]);
    // The caret is in the subject; a new line leads to the text.
    desk.click("A");
    assert_eq!(desk.sent(), [Touch::Edited(Field::Subject, "A".into())]);
    desk.click("Nouvelle ligne");
    assert_eq!(desk.sent(), [Touch::Focus(Field::Text)]);
    desk.click("B");
    assert_eq!(desk.sent(), [Touch::Edited(Field::Text, "B".into())]);
    starting_with(&desk, "Objet").click();
    assert_eq!(desk.sent(), [Touch::Focus(Field::Subject)]);
    desk.click("c");
    assert_eq!(desk.sent(), [Touch::Edited(Field::Subject, "Ac".into())]);
}

#[test]
fn the_caret_is_seen_in_the_field_that_is_written_in_and_in_no_other() {
    let view = compose("compose-new-text", |_| {});
    let focus = image::Rgb([0xA8, 0x54, 0x00]);
    let carets = |desk: &Desk, from: u32, to: u32| {
        let picture = desk.picture();
        (from..to)
            .flat_map(|y| (110..810).map(move |x| (x, y)))
            .filter(|(x, y)| *picture.get_pixel(*x, *y) == focus)
            .count()
    };
    let desk = Desk::new((1024, 600));
    desk.show(&view);
    assert!(carets(&desk, 140, 214) > 30, "in the text");
    assert_eq!(carets(&desk, 72, 136), 0);
    starting_with(&desk, "Objet").click();
    assert_eq!(carets(&desk, 140, 214), 0);
    assert!(carets(&desk, 80, 130) > 30, "in the subject");
}

#[test]
fn a_subject_stops_at_two_hundred_letters() {
    let desk = Desk::new((1024, 600));
    desk.show(&compose("compose-new", |screen| screen.subject = Text("a".repeat(199))));
    desk.click("b");
    desk.click("c");
    assert_eq!(desk.sent(), [Touch::Edited(Field::Subject, Text(format!("{}b", "a".repeat(199))))]);
}

#[test]
fn a_text_comes_back_from_the_visit_only_with_a_new_revision() {
    let desk = desk("compose-empty");
    desk.click("A");
    // A view that was made before the letter was heard, then a phrase that was added.
    desk.show(&compose("compose-empty", |_| {}));
    desk.click("b");
    assert_eq!(desk.sent().last(), Some(&Touch::Edited(Field::Text, "Ab".into())));
    desk.show(&compose("compose-empty", |screen| (screen.text, screen.revision) = ("Ab Bien reçu.".into(), 2)));
    desk.click("Nouvelle ligne");
    assert_eq!(desk.sent(), [Touch::Edited(Field::Text, "Ab Bien reçu.\n".into())], "the caret is behind the phrase");
}

#[test]
fn phrases_are_added_by_a_touch_on_the_wide_panel() {
    let desk = Desk::new((1280, 800));
    desk.show(&sample("compose"));
    desk.click("Je revois le patient.");
    assert_eq!(desk.sent(), [Touch::Phrase(1)]);
}

#[test]
fn documents_go_along_or_stay_on_the_line_or_on_their_page() {
    let desk = Desk::new((1280, 800));
    desk.show(&sample("compose-forward"));
    desk.click("Compte rendu d’hospitalisation");
    desk.click("Biologie du 21 novembre 2026");
    assert_eq!(desk.sent(), [Touch::Attach(0, false), Touch::Attach(1, true)]);
    desk.show(&sample("compose-forward-many"));
    desk.click("9 documents");
    desk.click("Page suivante");
    starting_with(&desk, "Biologie").click();
    assert_eq!(desk.sent(), [Touch::Attach(5, false)]);
}

#[test]
fn what_is_asked_for_less_often_is_on_a_page_of_its_own() {
    let desk = desk("compose-forward-many");
    starting_with(&desk, "Documents joints, 8 sur 9").click();
    starting_with(&desk, "Destinataires").click();
    desk.click("Demander un accusé de lecture");
    assert_eq!(desk.sent(), [Touch::Recipients, Touch::AskReceipt(false)]);
    desk.click("Brouillon enregistré");
    assert_eq!(desk.sent(), [], "there is nothing to save");
    desk.show(&compose("compose-forward-many", |screen| screen.kept = flow::Kept::Failed));
    desk.click("Enregistrer le brouillon");
    assert_eq!(desk.sent(), [Touch::KeepDraft]);
    desk.click("Retour au texte");
    desk.click("p");
    assert_eq!(desk.sent().len(), 1, "the keyboard is back");
    starting_with(&desk, "Documents joints").click();
    starting_with(&desk, "Objet").click();
    assert_eq!(desk.sent(), [Touch::Focus(Field::Subject)]);
}

#[test]
fn how_many_a_message_goes_to_is_seen_whole_beside_the_name_that_is_cut() {
    for size in common::SIZES {
        for look in [Look::Light, Look::Large] {
            let desk = Desk::new(size);
            desk.show_as(&sample("compose-forward-many"), look);
            assert!(desk.targets().iter().any(|target| target.label.ends_with("et 2 autres. Changer")));
            counted(&desk);
            starting_with(&desk, "Documents joints").click();
            counted(&desk);
        }
    }
}

/// «+ 2» has its whole width inside the target that names the first.
fn counted(desk: &Desk) {
    let texts = desk.texts();
    let count = texts.iter().find(|text| text.label == "+\u{202F}2").unwrap();
    let name = texts.iter().find(|text| text.label.starts_with("Service de néphrologie")).unwrap();
    assert!(name.right() <= count.x && count.width > 20.0, "{} and {}", name.name(), count.name());
    let frame = desk.targets().into_iter().find(|target| target.overlaps(count)).unwrap();
    assert!(count.right() <= frame.right() - 8.0, "{} in {}", count.name(), frame.name());
}

#[test]
fn why_a_message_may_not_be_sent_is_said_in_the_words_of_the_choice_of_recipients() {
    let note = |desk: &Desk, kind: &str| {
        desk.elements().into_iter().find(|element| element.is(kind)).map(|element| element.label)
    };
    for refused in [Refused::ThreadClosed, Refused::NoWhiteList, Refused::TooMany] {
        let mut there = sample("recipients");
        let Screen::Recipients(screen) = &mut there.screen else { panic!("not the choice of recipients") };
        screen.refused = Some(refused);
        let desk = Desk::new((1024, 600));
        desk.show(&there);
        let expected = note(&desk, "Note");
        assert!(expected.is_some());
        desk.show(&compose("compose-refused", |screen| screen.refused = Some(refused)));
        assert_eq!(note(&desk, "Note"), expected);
        desk.show(&sample("compose"));
        assert_eq!(note(&desk, "Note"), None);
    }
}

#[test]
fn a_message_that_could_not_be_prepared_says_why_and_offers_neither_keeping_nor_sending() {
    for look in [Look::Light, Look::Large] {
        let desk = Desk::new((1024, 600));
        desk.show_as(&sample("compose-failed"), look);
        let said: Vec<_> = desk.elements().into_iter().map(|element| element.label).collect();
        let code = format!("Réf.\u{202F}{}", Failure::MessageTooLarge.code());
        assert!(said.iter().any(|label| label.contains(&code) && label.contains("trop volumineux")), "{said:?}");
        assert!(!desk.target("Envoyer").enabled);
        desk.click("Destinataires, objet et options");
        assert!(!desk.target("Enregistrer le brouillon").enabled);
        ui::show(&desk.window, &sample("idle"));
        assert!(ui::remembers_nothing(&desk.window));
    }
}
