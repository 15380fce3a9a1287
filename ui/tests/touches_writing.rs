//! The pages of writing: what a finger does leaves as the right touch, and what was typed does not stay.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod common;

use common::{Desk, Look, sample};
use flow::{Compose, Failure, PageMove, Screen, Sending, Text, Touch, View};
use std::time::Duration;

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
fn a_whole_sentence_is_chosen_by_its_place_and_one_of_ones_own_is_a_touch_away() {
    let desk = desk("replies");
    starting_with(&desk, "Rappelez-moi").click();
    desk.click("Écrire une réponse");
    desk.click("Retour");
    assert_eq!(desk.sent(), [Touch::QuickReply(1), Touch::WriteOwn, Touch::Back]);
}

#[test]
fn a_search_is_typed_and_sent_once_it_is_long_enough() {
    let desk = desk("typing-search");
    assert!(!desk.target("Rechercher").enabled);
    desk.click("p");
    assert_eq!(desk.sent(), [Touch::Typed("p".into())], "names and addresses begin small");
    desk.show(&sample("typing-search-typed"));
    desk.click("Rechercher");
    desk.click("Tout effacer");
    assert_eq!(desk.sent(), [Touch::Submit, Touch::Typed(Text::default())]);
    desk.click("Retour");
    assert_eq!(desk.sent(), [Touch::Back]);
}

#[test]
fn an_address_is_typed_as_it_is_and_added() {
    let desk = desk("typing-recipient");
    for key in ["p", "Espace", "Espace", "@", "."] {
        desk.click(key);
    }
    assert_eq!(desk.sent().last(), Some(&Touch::Typed("p  @.".into())), "no full stop, no narrow space");
    assert!(desk.targets().iter().any(|target| target.label == "Ajouter"));
    desk.show(&sample("typing-recipient-address"));
    desk.click("Ajouter");
    assert_eq!(desk.sent(), [Touch::Submit]);
}

#[test]
fn recipients_are_chosen_taken_out_and_looked_for() {
    let desk = desk("recipients");
    starting_with(&desk, "Laboratoire Tournesol").click();
    desk.click("Retirer Dr Bianca CASTAFIORE");
    desk.click("Page suivante");
    desk.click("Chercher");
    desk.click("Continuer");
    assert_eq!(
        desk.sent(),
        [
            Touch::Recipient(1),
            Touch::RemoveRecipient(0),
            Touch::Move(PageMove::Next),
            Touch::SearchRecipient,
            Touch::Done
        ]
    );
    assert!(!self::desk("recipients-nobody").target("Continuer").enabled);
    assert_eq!(touching("recipients-nobody", "Saisir une adresse"), [Touch::SearchRecipient]);
    assert_eq!(touching("recipients-failed", "Réessayer"), [Touch::Retry]);
}

#[test]
fn more_recipients_than_the_strip_holds_are_turned_through() {
    let desk = desk("recipients-many");
    let mut seen = 0;
    for _ in 0..11 {
        seen += desk.targets().iter().filter(|target| target.label.starts_with("Retirer")).count();
        desk.click("Voir les autres destinataires");
    }
    assert_eq!(seen, 21);
    desk.targets().iter().find(|target| target.label.starts_with("Retirer")).unwrap().click();
    assert_eq!(desk.sent(), [Touch::RemoveRecipient(0)], "round to the first");
}

#[test]
fn a_refusal_takes_the_strips_place_and_the_list_does_not_move() {
    let rows = |name: &str| {
        let desk = desk(name);
        let rows: Vec<_> =
            desk.targets().into_iter().filter(|target| target.is("RecipientRow")).map(|row| row.y).collect();
        rows
    };
    assert_eq!(rows("recipients"), rows("recipients-refused"));
}

#[test]
fn nothing_leaves_before_it_was_shown() {
    assert_eq!(touching("sheet", "Envoyer"), [Touch::Confirm]);
    assert_eq!(touching("sheet", "Modifier"), [Touch::Back]);
    let desk = desk("sheet-long");
    assert!(!desk.target("Remonter dans le texte").enabled);
    let first = desk.picture();
    desk.click("Suite du texte");
    assert!(desk.picture() != first);
    for _ in 0..20 {
        desk.click("Suite du texte");
    }
    assert!(!desk.target("Suite du texte").enabled, "the end");
    for _ in 0..20 {
        desk.click("Remonter dans le texte");
    }
    assert!(desk.picture() == first);
    assert_eq!(desk.sent(), []);
}

#[test]
fn everybody_a_message_goes_to_is_named_before_it_leaves() {
    let desk = desk("sheet-long");
    let texts = desk.texts();
    let line = texts.iter().find(|text| text.label.starts_with("Dr Bianca CASTAFIORE")).unwrap();
    for name in ["Laboratoire Tournesol", "Service de néphrologie", "Mme Irma MOULIN", "et 2 autres"] {
        assert!(line.label.contains(name), "{name} in {}", line.label);
    }
}

#[test]
fn nothing_asks_for_the_card_while_a_message_is_on_its_way() {
    let desk = desk("sending");
    let says = |words: &str| desk.texts().iter().any(|text| text.label == words);
    assert!(says("Ne retirez pas") && !says("Retirez votre carte"));
    for name in ["sending-not-sent", "compose"] {
        desk.show(&sample(name));
        assert!(says("Retirez votre carte") && !says("Ne retirez pas"), "{name}");
    }
}

#[test]
fn every_reason_a_message_did_not_leave_stands_clear_of_the_buttons() {
    for failure in Failure::ALL.iter().filter(|failure| failure.code().starts_with("SEND-")) {
        for look in [Look::Large, Look::English] {
            let mut view = sample("sending-refused");
            view.screen = Screen::Sending(Sending::NotSent { failure: *failure, retry: failure.retry(), draft: false });
            let desk = Desk::new((1024, 600));
            desk.show_as(&view, look);
            let targets: Vec<_> = desk.targets().into_iter().filter(|target| target.y > 64.0).collect();
            assert!(!targets.is_empty());
            for text in desk.texts().iter().filter(|text| text.is_read() && text.y > 64.0) {
                assert!(text.bottom() <= 600.0, "{}: {}", failure.code(), text.name());
                for target in &targets {
                    let clear = target.label == text.label || !text.overlaps(target);
                    assert!(clear, "{}: {} over {}", failure.code(), text.name(), target.name());
                }
            }
        }
    }
}

#[test]
fn a_message_that_did_not_leave_can_be_sent_again_or_changed() {
    let desk = desk("sending-not-sent");
    desk.click("Réessayer");
    desk.click("Revenir au message");
    assert_eq!(desk.sent(), [Touch::Retry, Touch::Back]);
    assert!(desk.texts().iter().any(|text| text.label == "SEND-01"), "the code for the telephone");
    let refused = self::desk("sending-refused");
    assert!(!refused.targets().iter().any(|target| target.label == "Réessayer"));
    // What may have left is never sent again from here.
    let unknown = self::desk("sending-unknown");
    assert!(!unknown.targets().iter().any(|target| target.label == "Réessayer"));
    unknown.click("J’ai compris");
    assert_eq!(unknown.sent(), [Touch::Done]);
    assert!(
        !self::desk("sending").targets().iter().any(|target| !target.enabled || target.y > 64.0),
        "nothing to touch"
    );
}

#[test]
fn the_truth_after_a_card_was_pulled_names_nobody() {
    for name in ["parting", "parting-sent", "parting-not-sent", "parting-not-kept", "parting-unknown"] {
        let desk = desk(name);
        for text in desk.texts() {
            assert!(!text.label.contains("CASTAFIORE") && !text.label.contains("LAMPION"), "{}", text.name());
        }
    }
    assert_eq!(touching("parting-sent", "J’ai compris"), [Touch::Done]);
    assert!(!self::desk("parting").targets().iter().any(|target| target.label == "J’ai compris"));
}

/// A word that stands nowhere else.
const CANARY: &str = "Zwieback";

#[test]
fn what_was_typed_is_gone_with_its_page() {
    let typed = compose("compose", |screen| {
        (screen.text, screen.subject) = (CANARY.into(), CANARY.into());
        screen.to[0].name = CANARY.into();
    });
    let mut searched = sample("typing-search-typed");
    let Screen::Typing(screen) = &mut searched.screen else { panic!("not the page of one field") };
    screen.text = CANARY.into();
    for view in [
        typed,
        searched,
        sample("sheet"),
        sample("recipients"),
        sample("replies"),
        sample("document"),
        sample("document-structured"),
    ] {
        let desk = Desk::new((1024, 600));
        desk.show(&view);
        assert!(!ui::remembers_nothing(&desk.window));
        ui::show(&desk.window, &sample("idle"));
        assert!(ui::remembers_nothing(&desk.window), "{}", view.screen.name());
        desk.pass(Duration::from_millis(400));
        for element in desk.elements() {
            let told = [element.label.clone(), element.handle.0.accessible_value().unwrap_or_default().into()];
            assert!(!told.iter().any(|text| text.contains(CANARY)), "{}", element.name());
        }
    }
}

#[test]
fn what_was_typed_on_the_page_itself_is_gone_as_well() {
    let desk = desk("compose-empty");
    for key in ["A", "b", "c"] {
        desk.click(key);
    }
    let field = desk.elements().into_iter().filter(|element| element.is("TextInput")).count();
    assert!(field > 0);
    desk.show(&sample("still-there"));
    assert!(ui::remembers_nothing(&desk.window));
    assert!(!desk.elements().iter().any(|element| element.is("TextInput")));
}
