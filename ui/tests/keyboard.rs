//! The keyboard: what is typed is what was touched, and no key does more than it says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod common;

use common::finger::middle;
use common::{Desk, Element, Look, SIZES, sample};
use flow::{Compose, Field, Screen, Touch, View};
use i_slint_core::input::TouchPhase;
use std::time::Duration;

/// Longer than a long press.
const HELD: Duration = Duration::from_millis(450);

fn compose(change: impl FnOnce(&mut Compose)) -> View {
    let mut view = sample("compose-empty");
    let Screen::Compose(screen) = &mut view.screen else { panic!("not the page of writing") };
    change(screen);
    view
}

/// An answer that nobody has begun.
fn desk() -> Desk {
    desk_with("")
}

/// An answer with this text.
fn desk_with(text: &str) -> Desk {
    let desk = Desk::new((1024, 600));
    desk.show_as(&compose(|screen| screen.text = text.into()), Look::Light);
    desk
}

/// The text that left last.
fn written(desk: &Desk) -> String {
    let sent = desk.sent();
    match sent.last() {
        Some(Touch::Edited(Field::Text, text)) => text.0.clone(),
        other => panic!("{other:?}"),
    }
}

fn keys(desk: &Desk) -> Vec<Element> {
    desk.targets().into_iter().filter(|target| target.is("KeyCap")).collect()
}

/// Touches key after key; a space is «Espace», and a capital needs its shift unless a sentence begins.
fn type_keys(desk: &Desk, text: &str) {
    for letter in text.chars() {
        match letter {
            ' ' => desk.click("Espace"),
            letter => {
                let label = letter.to_string();
                if letter.is_uppercase() && !desk.targets().iter().any(|target| target.label == label) {
                    desk.click("Majuscule");
                }
                desk.click(&label);
            }
        }
    }
}

#[test]
fn a_sentence_with_accents_and_a_question_mark_is_typed_as_the_french_write_it() {
    for size in SIZES {
        let desk = Desk::new(size);
        desk.show(&compose(|_| {}));
        type_keys(&desk, "Été à Angoulême ? ");
        assert_eq!(written(&desk), "Été à Angoulême\u{202F}? ");
        assert!(keys(&desk).iter().any(|key| key.label == "A"), "a sentence begins with a capital by itself");
    }
}

#[test]
fn every_stroke_leaves_with_the_whole_text() {
    let desk = desk();
    desk.click("O");
    desk.click("u");
    desk.click("i");
    let texts: Vec<Touch> = ["O", "Ou", "Oui"].map(|text| Touch::Edited(Field::Text, text.into())).to_vec();
    assert_eq!(desk.sent(), texts);
}

#[test]
fn a_letter_stands_there_when_the_finger_comes_down_and_its_key_shows_it() {
    let desk = desk();
    let before = desk.picture();
    let key = middle(&desk.target("Z"));
    desk.press(key);
    assert_eq!(written(&desk), "Z");
    // No time has passed: the next picture has both.
    let after = desk.picture();
    let changed = |x: u32, y: u32| before.get_pixel(x, y) != after.get_pixel(x, y);
    assert!((100..120).any(|x| (100..130).any(|y| changed(x, y))), "the letter stands in the text");
    assert!(changed(key.0 as u32 - 30, key.1 as u32), "the key is lit");
    desk.lift(key);
    assert_eq!(desk.sent(), [], "lifting writes nothing more");
}

#[test]
fn a_key_slid_off_is_written_once_and_its_neighbour_not_at_all() {
    let desk = desk_with("a");
    let (from, to) = (middle(&desk.target("r")), middle(&desk.target("t")));
    desk.press(from);
    desk.slide(to);
    desk.pass(HELD);
    desk.lift(to);
    assert_eq!(desk.sent(), [Touch::Edited(Field::Text, "ar".into())]);
}

#[test]
fn the_caret_goes_where_it_is_touched_and_by_its_two_keys() {
    let desk = desk_with("Bonjour");
    desk.click("Curseur à gauche");
    desk.click("Curseur à gauche");
    desk.click("Curseur à droite");
    assert_eq!(desk.sent(), [], "moving a caret changes no text");
    desk.click("x");
    assert_eq!(written(&desk), "Bonjouxr");
    let field = desk.elements().into_iter().find(|element| element.is("TextInput") && element.y > 90.0).unwrap();
    let start = (field.x + 1.0, field.y + 10.0);
    desk.press(start);
    desk.lift(start);
    desk.click("É");
    assert_eq!(written(&desk), "ÉBonjouxr");
    // A finger that slides takes the caret along and selects nothing.
    desk.press(start);
    desk.slide((field.x + 400.0, field.y + 10.0));
    desk.lift((field.x + 400.0, field.y + 10.0));
    desk.click("s");
    assert_eq!(written(&desk), "ÉBonjouxrs");
}

#[test]
fn a_caret_key_held_moves_on_until_it_is_left() {
    let desk = desk_with("Bonjour");
    let key = desk.target("Curseur à gauche");
    desk.hold(&key, Duration::from_millis(3_000));
    desk.click("X");
    assert_eq!(written(&desk), "XBonjour", "and a sentence begins there");
}

#[test]
fn shift_is_for_one_letter_and_twice_in_a_row_for_all() {
    let desk = desk_with("a");
    desk.click("Majuscule");
    desk.click("B");
    desk.pass(Duration::from_secs(1));
    desk.click("c");
    assert_eq!(written(&desk), "aBc");
    desk.click("Majuscule");
    desk.click("Majuscule");
    for letter in ["D", "É", "F"] {
        desk.click(letter);
    }
    desk.click("Majuscules verrouillées");
    desk.pass(Duration::from_secs(1));
    desk.click("g");
    assert_eq!(written(&desk), "aBcDÉFg");
    // Two touches far apart lock nothing.
    desk.click("Majuscule");
    desk.pass(Duration::from_secs(1));
    desk.click("Majuscule");
    desk.click("h");
    assert_eq!(written(&desk), "aBcDÉFgh");
}

#[test]
fn a_sentence_may_begin_small() {
    let desk = desk();
    assert!(keys(&desk).iter().any(|key| key.label == "Q"));
    desk.click("Majuscule");
    desk.click("q");
    assert_eq!(written(&desk), "q");
    type_keys(&desk, "ui. ");
    assert!(keys(&desk).iter().any(|key| key.label == "Q"), "the next one has its capital again");
}

#[test]
fn two_spaces_make_a_full_stop_unless_the_caret_has_moved_between() {
    let desk = desk_with("Bien");
    desk.click("Espace");
    desk.click("Espace");
    assert_eq!(written(&desk), "Bien. ");
    assert!(keys(&desk).iter().any(|key| key.label == "A"), "and a capital after it");
    desk.show(&compose(|screen| (screen.text, screen.revision) = ("Bien ".into(), 2)));
    desk.click("Espace");
    assert_eq!(written(&desk), "Bien  ", "that space was not typed just now");
}

#[test]
fn a_long_press_offers_rarer_letters_and_sliding_to_one_takes_it() {
    let desk = desk_with("a");
    let pitch = desk.target("z").x - desk.target("a").x;
    let key = middle(&desk.target("e"));
    let slid = |columns: f32| (key.0 + columns * pitch, key.1 - 40.0);
    // é è ê ë € stand to the right of e.
    for (columns, letter) in [(1.0, "é"), (3.0, "ê"), (5.0, "€"), (-2.0, "e"), (9.0, "€")] {
        desk.show(&compose(|screen| (screen.text, screen.revision) = ("a".into(), 7 + columns as u64)));
        desk.press(key);
        desk.pass(HELD);
        desk.slide(slid(columns));
        desk.lift(slid(columns));
        assert_eq!(written(&desk), format!("a{letter}"), "{columns}");
    }
}

#[test]
fn a_long_press_without_sliding_keeps_the_letter_and_a_short_one_offers_nothing() {
    let desk = desk_with("a");
    let shown = |desk: &Desk| desk.elements().iter().any(|element| element.is("Variants"));
    let key = middle(&desk.target("e"));
    desk.press(key);
    desk.pass(Duration::from_millis(200));
    assert!(!shown(&desk));
    desk.pass(Duration::from_millis(250));
    assert!(shown(&desk));
    desk.lift(key);
    assert_eq!(written(&desk), "ae");
    assert!(!shown(&desk));
}

#[test]
fn keys_of_the_right_half_open_to_the_left_in_capitals_as_well() {
    let desk = desk();
    let pitch = desk.target("Z").x - desk.target("A").x;
    let o = desk.target("O");
    let key = middle(&o);
    desk.press(key);
    desk.pass(HELD);
    let row = desk.elements().into_iter().find(|element| element.is("Variants")).unwrap();
    assert!(row.x >= 8.0 && row.right() <= 1016.0, "{}", row.name());
    assert!(row.bottom() <= o.y, "above the key, where the finger hides nothing");
    desk.slide((key.0 - 3.0 * pitch, key.1));
    desk.lift((key.0 - 3.0 * pitch, key.1));
    assert_eq!(written(&desk), "Œ");
}

#[test]
fn every_row_of_variants_stays_on_the_panel() {
    for size in SIZES {
        let desk = Desk::new(size);
        desk.show(&compose(|_| {}));
        for key in keys(&desk) {
            desk.press(middle(&key));
            desk.pass(HELD);
            if let Some(row) = desk.elements().into_iter().find(|element| element.is("Variants")) {
                assert!(row.x >= 8.0 && row.right() <= size.0 as f32 - 8.0, "{}: {}", key.label, row.name());
                assert!(row.y >= 0.0 && row.bottom() <= key.y + 0.5, "{}: {}", key.label, row.name());
            }
            desk.lift(middle(&key));
        }
    }
}

#[test]
fn erasing_goes_on_while_the_key_is_held_and_stops_when_the_finger_slides_off() {
    let text = "Je revois le patient jeudi";
    let desk = desk_with(text);
    let key = desk.target("Effacer");
    desk.click("Effacer");
    assert_eq!(written(&desk), "Je revois le patient jeud");
    desk.hold(&key, Duration::from_millis(900));
    let left = written(&desk).chars().count();
    assert!((14..22).contains(&left), "{left}");
    desk.press(middle(&key));
    desk.wait(Duration::from_millis(600));
    let at_first = written(&desk).chars().count();
    assert!(at_first < left - 1);
    desk.slide((key.x - 60.0, key.y + 10.0));
    desk.wait(Duration::from_millis(2_000));
    assert_eq!(desk.sent(), [], "off the key, nothing more goes");
    desk.slide(middle(&key));
    desk.wait(Duration::from_millis(2_000));
    assert_eq!(desk.sent(), [], "nor when it comes back");
    desk.lift(middle(&key));
    desk.wait(Duration::from_millis(2_000));
    assert_eq!(desk.sent(), []);
}

#[test]
fn a_long_text_goes_by_words_in_the_end() {
    let text = "Pouvez-vous m’adresser l’examen anatomopathologique dès qu’il sera prêt ".repeat(4);
    let desk = desk_with(&text);
    desk.hold(&desk.target("Effacer"), Duration::from_millis(9_000));
    assert!(written(&desk).chars().count() < 60);
}

#[test]
fn figures_and_signs_are_a_key_away_and_letters_come_back() {
    let desk = desk_with("a");
    desk.click("Chiffres et signes");
    for label in ["1", "2", "°", "µ"] {
        desk.click(label);
    }
    desk.click("Autres signes");
    desk.click("²");
    desk.click("Chiffres");
    desk.click("%");
    desk.click("Lettres");
    desk.click("b");
    assert_eq!(written(&desk), "a12°µ²%b");
}

#[test]
fn a_new_line_is_a_key_and_begins_with_a_capital() {
    let desk = desk_with("Bonjour,");
    desk.click("Nouvelle ligne");
    desk.click("M");
    assert_eq!(written(&desk), "Bonjour,\nM");
}

#[test]
fn every_key_is_within_reach_of_a_thumb_and_away_from_the_edge() {
    for size in SIZES {
        let desk = Desk::new(size);
        desk.show(&compose(|_| {}));
        for layer in ["", "Chiffres et signes", "Autres signes"] {
            if !layer.is_empty() {
                desk.click(layer);
            }
            let all = keys(&desk);
            assert_eq!(all.len(), 46, "{layer}");
            for key in all {
                assert!(key.x >= 8.0 && key.right() <= size.0 as f32 - 8.0, "{}", key.name());
                assert!(key.bottom() <= size.1 as f32 - 8.0, "{}", key.name());
            }
        }
    }
}

#[test]
fn a_second_thumb_before_the_first_has_lifted_loses_and_doubles_nothing() {
    let desk = desk_with("x");
    let (a, b) = (middle(&desk.target("a")), middle(&desk.target("b")));
    desk.finger(0, TouchPhase::Started, a);
    desk.finger(1, TouchPhase::Started, b);
    desk.finger(0, TouchPhase::Ended, a);
    desk.finger(1, TouchPhase::Ended, b);
    assert_eq!(written(&desk), "xab");
    // The first finger stays: it has written already.
    desk.finger(0, TouchPhase::Started, a);
    desk.finger(1, TouchPhase::Started, b);
    desk.finger(1, TouchPhase::Ended, b);
    desk.finger(0, TouchPhase::Ended, a);
    assert_eq!(written(&desk), "xaba");
    // And the next press of the same finger writes again.
    desk.finger(0, TouchPhase::Started, a);
    desk.finger(0, TouchPhase::Ended, a);
    assert_eq!(written(&desk), "xabaa");
}

#[test]
fn a_keyboard_on_a_cable_writes_as_well() {
    let desk = desk_with("a");
    let strike = |text: &str| {
        let window = slint::ComponentHandle::window(&desk.window);
        window.dispatch_event(slint::platform::WindowEvent::KeyPressed { text: text.into() });
        window.dispatch_event(slint::platform::WindowEvent::KeyReleased { text: text.into() });
    };
    strike("é");
    strike("?");
    assert_eq!(written(&desk), "aé\u{202F}?");
    strike(&slint::SharedString::from(slint::platform::Key::Backspace));
    strike(&slint::SharedString::from(slint::platform::Key::LeftArrow));
    strike("b");
    assert_eq!(written(&desk), "abé");
    strike(&slint::SharedString::from(slint::platform::Key::F1));
    assert_eq!(desk.sent(), []);
}
