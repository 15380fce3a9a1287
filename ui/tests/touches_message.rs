//! A message and what is asked on the way: what a finger does leaves as the right touch, and the text is read whole.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod common;

use common::{Desk, Look, sample};
use flow::{Action, By, Kind, Message, PageMove, Receipt, Screen, Sort, Touch, View};
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

fn each(name: &str, touches: &[(&str, Touch)]) {
    for (label, touch) in touches {
        assert_eq!(touching(name, label), std::slice::from_ref(touch), "{name}: {label}");
    }
}

fn message(name: &str, change: impl FnOnce(&mut Message)) -> View {
    let mut view = sample(name);
    let Screen::Message(screen) = &mut view.screen else { panic!("not a message") };
    change(screen);
    view
}

fn says(desk: &Desk, words: &str) -> bool {
    desk.texts().iter().any(|text| text.label.contains(words))
}

/// Texts of the letter that stand inside the panel, with where they begin.
fn seen(desk: &Desk) -> Vec<(String, i32)> {
    let inside = desk.texts().into_iter().filter(|text| text.x < 700.0 && text.bottom() > 223.0 && text.y < 536.0);
    inside.map(|text| (text.label, text.y as i32)).collect()
}

fn turn(desk: &Desk, label: &str) {
    desk.click(label);
    desk.pass(Duration::from_millis(50));
}

#[test]
fn what_is_done_with_a_message_leaves_as_its_name_says() {
    each(
        "message",
        &[
            ("Retour à la liste", Touch::Back),
            ("Message plus ancien", Touch::Move(PageMove::Next)),
            ("Répondre", Touch::Write(Kind::Reply)),
            ("Imprimer", Touch::Print),
            ("Plus", Touch::More),
            ("Compte rendu, PDF · 3 pages", Touch::OpenDocument(0)),
            ("Biologie, Structuré · 6 résultats, 2 hors normes", Touch::OpenDocument(1)),
        ],
    );
    assert!(!desk("message").target("Message plus récent").enabled);
    each("message-plain", &[("Message plus récent", Touch::Move(PageMove::Previous))]);
    each("message-draft", &[("Continuer", Touch::Write(Kind::Draft))]);
    each("message-failed", &[("Réessayer", Touch::Retry)]);
    each(
        "message-receipt",
        &[
            ("Envoyer l’accusé de lecture", Touch::AnswerReceipt(true)),
            ("Ne pas envoyer l’accusé de lecture", Touch::AnswerReceipt(false)),
        ],
    );
}

#[test]
fn what_cannot_be_done_is_not_offered() {
    for (name, absent) in [
        ("message-plain", vec!["Répondre", "Imprimer"]),
        ("message-gone", vec!["Réessayer", "Répondre"]),
        ("message-receipt-sent", vec!["Envoyer l’accusé de lecture"]),
        ("more-bin", vec!["Répondre à tous", "Transférer", "Imprimer", "Archiver", "Indésirable", "Supprimer"]),
    ] {
        let desk = desk(name);
        for label in absent {
            assert!(!desk.targets().iter().any(|target| target.label == label), "{name}: {label}");
        }
    }
}

#[test]
fn in_large_text_the_ways_to_other_messages_leave_the_head() {
    let desk = Desk::new((1024, 600));
    desk.show_as(&sample("message"), Look::Large);
    assert!(!desk.targets().iter().any(|target| target.label.starts_with("Message plus")));
}

#[test]
fn documents_that_do_not_fit_are_turned_and_keep_their_places() {
    let desk = desk("message-documents");
    turn(&desk, "Documents suivants");
    assert_eq!(desk.sent(), []);
    desk.click("Devis, DOCX · ne s’ouvre pas ici");
    assert_eq!(desk.sent(), [Touch::OpenDocument(3)]);
    turn(&desk, "Documents suivants");
    desk.click("Biologie, Structuré · 1 résultat");
    assert_eq!(desk.sent(), [Touch::OpenDocument(6)]);
    assert!(!desk.target("Documents suivants").enabled);
}

#[test]
fn a_long_letter_is_read_by_whole_screens_of_whole_lines() {
    let desk = desk("message-long");
    let mut read = Vec::new();
    for page in 0.. {
        assert!(page < 9, "it ends");
        read.extend(seen(&desk).into_iter().map(|(text, _)| text));
        let picture = desk.picture();
        let ground = picture.get_pixel(4, 300);
        // Under the patient, and above the key that turns: nothing is cut through.
        let patient = desk.elements().into_iter().find(|element| element.is("PatientBanner")).unwrap();
        for y in [patient.bottom().ceil() as u32, 534] {
            let cut = (20..700).filter(|x| picture.get_pixel(*x, y) != ground).count();
            assert_eq!(cut, 0, "page {page}: ink at {y}");
        }
        if desk.targets().iter().any(|target| target.label == "Fin du message") {
            assert!(page > 0);
            break;
        }
        turn(&desk, "Suite du message");
    }
    assert_eq!(desk.sent(), [], "a matter of the screen alone");
    for words in ["Cher confrère,", "Bien confraternellement,", "À Dr Tryphon TOURNESOL"] {
        assert!(read.iter().any(|text| text == words), "{words}: {read:?}");
    }
    assert!(!desk.target("Fin du message").enabled);
    let end = seen(&desk);
    turn(&desk, "Remonter dans le message");
    assert_ne!(seen(&desk), end);
}

#[test]
fn reading_on_says_that_somebody_is_there() {
    let desk = desk("message-long");
    desk.touches.borrow_mut().clear();
    turn(&desk, "Suite du message");
    assert!(desk.touches.borrow().contains(&Touch::Anywhere));
    desk.touches.borrow_mut().clear();
    desk.press((300.0, 320.0));
    desk.pass(Duration::from_millis(200));
    desk.lift((300.0, 320.0));
    assert!(desk.touches.borrow().contains(&Touch::Anywhere), "a finger on the text");
}

#[test]
fn a_finger_that_slides_over_the_text_turns_it() {
    let desk = desk("message-long");
    let before = seen(&desk);
    let slide = |from: f32, to: f32| {
        desk.drag(&[(300.0, from), (300.0, (from + to) / 2.0), (300.0, to)]);
        desk.pass(Duration::from_millis(50));
    };
    slide(500.0, 300.0);
    let after = seen(&desk);
    assert_ne!(before, after);
    slide(300.0, 500.0);
    assert_eq!(seen(&desk), before);
}

#[test]
fn the_place_is_kept_when_the_same_message_is_shown_anew_and_not_for_another() {
    let desk = desk("message-long");
    turn(&desk, "Suite du message");
    let place = seen(&desk);
    desk.show(&message("message-long", |screen| screen.newer = true));
    assert_eq!(seen(&desk), place);
    desk.show(&message("message-long", |screen| screen.letter.subject = "Un autre".into()));
    assert!(seen(&desk).iter().any(|(text, _)| text == "Cher confrère,"));
    assert!(!desk.target("Remonter dans le message").enabled);
}

#[test]
fn the_rest_is_asked_for_and_read_on_once_it_is_there() {
    let view = |shown| message("message-long", move |screen| screen.shown = shown);
    let desk = Desk::new((1024, 600));
    desk.show(&view(4));
    for _ in 0..9 {
        if desk.targets().iter().any(|target| target.label == "Afficher la suite") {
            break;
        }
        turn(&desk, "Suite du message");
    }
    let before = seen(&desk);
    turn(&desk, "Afficher la suite");
    assert_eq!(desk.sent(), [Touch::ShowRest]);
    desk.show(&view(60));
    desk.pass(Duration::from_millis(50));
    assert_ne!(seen(&desk), before);
    assert!(desk.target("Remonter dans le message").enabled);
}

#[test]
fn what_is_quoted_is_shown_and_hidden_by_its_key() {
    let view = message("message-long", |screen| {
        screen.letter.patient = None;
        screen.letter.blocks.drain(..4);
    });
    let desk = Desk::new((1024, 600));
    desk.show(&view);
    assert!(!says(&desk, "Chère consœur"));
    turn(&desk, "Afficher le message cité");
    assert!(says(&desk, "Chère consœur"));
    desk.show(&message("message-long", |screen| {
        screen.letter.patient = None;
        screen.letter.blocks.drain(..4);
        screen.letter.receipt = Receipt::Sent;
    }));
    assert!(says(&desk, "Chère consœur"), "it stays open");
    turn(&desk, "Masquer le message cité");
    assert!(!says(&desk, "Chère consœur"));
    assert_eq!(desk.sent(), []);
}

#[test]
fn nothing_of_a_message_is_read_as_markup() {
    let text = "**gras** [lien](https://pirate.example) <b>x</b> `code`";
    let view = message("message", |screen| {
        screen.letter.blocks.truncate(1);
        screen.letter.blocks[0].text = text.into();
    });
    let desk = Desk::new((1024, 600));
    desk.show(&view);
    assert!(desk.texts().iter().any(|one| one.label == text));
    let styled = desk.elements().into_iter().filter(|element| element.is("StyledText")).count();
    assert_eq!(styled, 0);
}

#[test]
fn a_patients_name_is_never_cut() {
    for look in [Look::Light, Look::Large] {
        let desk = Desk::new((1024, 600));
        desk.show_as(&sample("message-changed"), look);
        let name = desk.texts().into_iter().find(|text| text.label.starts_with("SAINT-JEAN")).unwrap();
        assert_eq!(name.label, "SAINT-JEAN-DE-LA-CROIX Marie-Antoinette");
        let height = if look == Look::Large { 60.0 } else { 25.0 };
        assert!(name.height > height, "{look:?}: {}", name.name());
    }
}

#[test]
fn a_message_that_comes_shows_bars_only_once_waiting_can_be_felt() {
    let desk = Desk::new((1024, 600));
    ui::show(&desk.window, &sample("message-loading"));
    desk.pass(Duration::from_millis(16));
    assert!(!says(&desk, "Chargement du message"));
    desk.pass(Duration::from_millis(200));
    assert!(!says(&desk, "Chargement du message"));
    desk.pass(Duration::from_millis(200));
    assert!(says(&desk, "Chargement du message"));
}

#[test]
fn more_leads_to_everything_else() {
    each(
        "more",
        &[
            ("Retour", Touch::Back),
            ("Répondre à tous", Touch::Write(Kind::ReplyAll)),
            ("Transférer", Touch::Write(Kind::Forward)),
            ("Imprimer", Touch::Print),
            ("Marquer comme non lu", Touch::Act(Action::MarkUnread)),
            ("Déplacer", Touch::Act(Action::Move)),
            ("Archiver", Touch::Act(Action::Archive)),
            ("Indésirable", Touch::Act(Action::Junk)),
            ("Supprimer", Touch::Act(Action::Delete)),
        ],
    );
    each(
        "more-bin",
        &[
            ("Remettre dans Principale", Touch::Act(Action::Restore)),
            ("Supprimer définitivement", Touch::Act(Action::Delete)),
        ],
    );
}

#[test]
fn a_folder_to_move_to_is_told_by_its_place_among_all() {
    each(
        "move-to",
        &[("Retour", Touch::Back), ("Indésirables", Touch::MoveInto(3)), ("Corbeille", Touch::MoveInto(4))],
    );
    // They are there already, or it takes none from elsewhere.
    for kept in ["Principale", "Brouillons", "Envoyés"] {
        assert!(!desk("move-to").targets().iter().any(|target| target.label == kept), "{kept}");
    }
}

#[test]
fn an_order_is_told_with_its_direction() {
    let sort = |by, descending| Touch::SortBy(Sort { by, descending });
    each(
        "sort-choice",
        &[
            ("Date, Récents d’abord", sort(By::Date, true)),
            ("Date, Anciens d’abord", sort(By::Date, false)),
            ("Expéditeur, De A à Z", sort(By::Sender, false)),
            ("Objet, De Z à A", sort(By::Subject, true)),
            ("Taille, Lourds d’abord", sort(By::Size, true)),
            ("Retour", Touch::Back),
        ],
    );
    let desk = desk("sort-choice-sender");
    let chosen = |label: &str| desk.target(label).handle.0.accessible_checked().unwrap();
    assert!(chosen("Expéditeur, De A à Z") && !chosen("Date, Récents d’abord"));
}

#[test]
fn a_page_to_go_to_is_typed() {
    let desk = desk("jump");
    assert!(!desk.target("Aller").enabled);
    desk.click("7");
    desk.hold(&desk.target("Effacer"), Duration::from_millis(900));
    desk.click("Effacer");
    desk.click("Annuler");
    assert_eq!(desk.sent(), [Touch::Digit(7), Touch::EraseAll, Touch::Erase, Touch::Back]);
    each("jump-typed", &[("Aller", Touch::Submit)]);
}

#[test]
fn what_destroys_is_asked_and_never_the_filled_button() {
    each("question-empty", &[("Ne rien supprimer", Touch::Back), ("Supprimer", Touch::Confirm)]);
    each(
        "question-discard",
        &[
            ("Continuer à écrire", Touch::Back),
            ("Enregistrer le brouillon", Touch::KeepDraft),
            ("Abandonner", Touch::Confirm),
        ],
    );
    for name in ["question-empty", "question-erase", "question-discard"] {
        let desk = desk(name);
        let filled: Vec<_> = desk.targets().into_iter().filter(|target| target.is("PrimaryButton")).collect();
        assert_eq!(filled.len(), 1);
        assert!(["Ne rien supprimer", "Continuer à écrire"].contains(&filled[0].label.as_str()));
    }
}

#[test]
fn the_curtain_shows_nobody() {
    each("masked", &[("Afficher de nouveau", Touch::Unmask)]);
    let desk = desk("inbox");
    desk.show_as(&sample("masked"), Look::Light);
    assert!(ui::remembers_nothing(&desk.window));
    assert!(says(&desk, "1\u{202F}min\u{202F}48\u{202F}s"));
}

#[test]
fn printing_is_asked_told_and_stopped() {
    each(
        "print-pages",
        &[
            ("Imprimer", Touch::Print),
            ("Annuler", Touch::Back),
            ("Tout le document", Touch::OnlyThisPage(false)),
            ("La page 2 seulement", Touch::OnlyThisPage(true)),
            ("Une copie de plus", Touch::Copies(3)),
            ("Une copie de moins", Touch::Copies(1)),
        ],
    );
    assert!(!desk("print").target("Une copie de moins").enabled);
    each("print-going", &[("Arrêter l’impression", Touch::Back)]);
    each("print-done", &[("Terminé", Touch::Back)]);
    each("print-failed", &[("Réessayer", Touch::Print), ("Retour", Touch::Back)]);
    assert!(desk("print-failed").texts().iter().any(|text| text.label == "PRINT-01"));
}

#[test]
fn a_message_leaves_nothing_behind() {
    for name in ["message-long", "message-documents", "message-changed", "more", "move-to"] {
        let desk = desk(name);
        assert!(!ui::remembers_nothing(&desk.window), "{name}");
        ui::show(&desk.window, &sample("idle"));
        assert!(ui::remembers_nothing(&desk.window), "{name}");
    }
}

#[test]
fn what_is_written_from_right_to_left_or_in_emoji_stays_in_its_place_and_turns_nothing() {
    let strange = "\u{202E}תוצאות\u{202C} مرحبا 🩺👩🏽‍⚕️ \u{2067}fdp.exe ".repeat(6);
    let view = message("message", |screen| {
        screen.letter.subject = strange.as_str().into();
        screen.letter.from.name = strange.as_str().into();
        screen.letter.blocks.iter_mut().for_each(|block| block.text = strange.as_str().into());
        screen.letter.documents.iter_mut().for_each(|line| line.title = strange.as_str().into());
    });
    for size in common::SIZES {
        let desk = Desk::new(size);
        for look in [Look::Light, Look::Large] {
            desk.show_as(&view, look);
            desk.picture();
            let texts = desk.texts();
            assert!(texts.iter().any(|text| text.label.contains("תוצאות")), "it is shown");
            for text in texts {
                assert!(!text.label.contains(['\u{202E}', '\u{202C}', '\u{2067}']), "turned round: {}", text.name());
                assert!(text.x >= 0.0 && text.right() <= size.0 as f32 + 0.5, "outside: {}", text.name());
            }
        }
    }
}
