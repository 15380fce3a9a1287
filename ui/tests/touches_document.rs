//! The page of a document: it moves with the finger and the keys, and tells the visit what it needs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod common;

use common::{Desk, Look, SIZES, sample};
use flow::{Document, PageMove, Paper, Screen, Touch, View};
use i_slint_core::input::TouchPhase;
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

fn document(name: &str, change: impl FnOnce(&mut Document)) -> View {
    let mut view = sample(name);
    let Screen::Document(screen) = &mut view.screen else { panic!("not a document") };
    change(screen);
    view
}

#[test]
fn a_page_moves_by_nine_tenths_of_the_screen_then_to_the_next_page() {
    for size in SIZES {
        let desk = Desk::new(size);
        desk.show_as(&sample("document"), Look::Light);
        assert!(!desk.target("Remonter").enabled);
        let first = desk.picture();
        let mut screens = 0;
        while desk.sent().is_empty() {
            desk.click("Suite du document");
            screens += 1;
            assert!(screens < 9);
        }
        assert!(screens >= 3, "A4 is higher than the screen: {screens}");
        assert!(desk.picture() != first);
        desk.show_as(&document("document", |screen| page(screen, 2)), Look::Light);
        assert!(desk.picture().get_pixel(200, 300) == first.get_pixel(200, 300), "its top");
        desk.click("Remonter");
        assert_eq!(desk.sent(), [Touch::Move(PageMove::Previous)]);
        desk.show_as(&sample("document"), Look::Light);
        assert!(desk.picture() != first, "the end of the page before");
    }
}

fn page(screen: &mut Document, number: u32) {
    let Paper::Pages { page, .. } = &mut screen.paper else { panic!("no pages") };
    *page = number;
}

#[test]
fn at_the_end_of_the_last_page_there_is_no_further() {
    let desk = Desk::new((1024, 600));
    desk.show_as(&document("document", |screen| page(screen, 3)), Look::Light);
    for _ in 0..9 {
        desk.click("Suite du document");
    }
    assert!(!desk.target("Suite du document").enabled);
    assert_eq!(desk.sent(), []);
}

#[test]
fn a_page_follows_the_finger_by_whole_pixels_and_stops_with_it() {
    let desk = desk("document");
    let before = desk.picture();
    desk.drag(&[(500.0, 400.0), (500.0, 380.0), (500.3, 350.4)]);
    desk.pass(Duration::from_millis(500));
    let after = desk.picture();
    // What stood 50 pixels lower, the ground of the head left out.
    for y in 170..540 {
        for x in [60, 200, 500, 900] {
            assert_eq!(before.get_pixel(x, y + 50), after.get_pixel(x, y), "{x} {y}");
        }
    }
    assert_eq!(desk.sent(), []);
    // It cannot be moved off the screen.
    for _ in 0..9 {
        desk.drag(&[(500.0, 300.0), (500.0, 590.0)]);
    }
    assert!(desk.picture() == before);
}

#[test]
fn two_fingers_and_two_keys_make_a_page_larger_and_smaller_step_by_step() {
    let desk = desk("document");
    desk.click("Agrandir");
    assert_eq!(desk.sent(), [Touch::Zoom(true)]);
    assert!(!desk.target("Réduire").enabled, "as wide as the screen is the least");
    let pinch = |from: f32, to: f32| {
        desk.finger(0, TouchPhase::Started, (450.0 - from, 400.0));
        desk.finger(1, TouchPhase::Started, (450.0 + from, 400.0));
        for step in 1..=20 {
            let half = from + (to - from) * step as f32 / 20.0;
            desk.finger(0, TouchPhase::Moved, (450.0 - half, 400.0));
            desk.finger(1, TouchPhase::Moved, (450.0 + half, 400.0));
        }
        desk.finger(0, TouchPhase::Ended, (450.0 - to, 400.0));
        desk.finger(1, TouchPhase::Ended, (450.0 + to, 400.0));
        desk.sent()
    };
    assert_eq!(pinch(60.0, 90.0), [Touch::Zoom(true)]);
    assert_eq!(pinch(60.0, 150.0), [Touch::Zoom(true), Touch::Zoom(true)]);
    assert_eq!(pinch(150.0, 100.0), [Touch::Zoom(false)]);
    assert_eq!(pinch(100.0, 104.0), [], "two fingers that rest");
}

/// Of a screen of a structured document: where it begins in the whole, where the rows seen end, and the whole's height.
fn seen(desk: &Desk) -> (f32, f32, f32) {
    let elements = desk.elements();
    let find = |id: &str| elements.iter().find(|element| element.id == id).unwrap();
    let view = find("Structured::view");
    let column = &find("Structured::column").handle.0;
    let top = column.absolute_position().y;
    let rows = elements.iter().filter(|element| element.is("PartRow"));
    let mut end: f32 = 0.0;
    for row in rows {
        let (y, height) = (row.handle.0.absolute_position().y, row.handle.0.size().height);
        let text = elements
            .iter()
            .any(|element| element.is("TextRow") && (element.handle.0.absolute_position().y - y).abs() < 1.0);
        assert!(text || y + height <= view.bottom() + 0.6, "only a text goes on: {}", row.name());
        end = end.max((y + height).min(view.bottom()) - top);
    }
    (view.y - top, end, column.size().height)
}

#[test]
fn a_structured_document_is_read_to_its_end_by_whole_screens_without_losing_a_line() {
    for (size, look) in [(SIZES[0], Look::Light), (SIZES[0], Look::Large), (SIZES[1], Look::Light)] {
        let desk = Desk::new(size);
        desk.show_as(&sample("document-structured"), look);
        let first = desk.picture();
        let mut screens = 1;
        let (mut begin, mut end, whole) = seen(&desk);
        assert!(begin.abs() < 1.0);
        while desk.target("Suite du document").enabled {
            desk.click("Suite du document");
            desk.pass(Duration::from_millis(20));
            let (next, next_end, _) = seen(&desk);
            assert!(next > begin && next <= end + 0.6, "{next} after {begin} to {end}");
            (begin, end) = (next, next_end);
            screens += 1;
            assert!(screens < 20);
        }
        assert!(screens >= 2 && end >= whole - 20.0, "{screens} screens to {end} of {whole}");
        while desk.target("Remonter").enabled {
            desk.click("Remonter");
            desk.pass(Duration::from_millis(20));
            let (before, before_end, _) = seen(&desk);
            assert!(before < begin && before_end >= begin - 0.6, "{before} to {before_end} before {begin}");
            begin = before;
        }
        assert!(desk.picture() == first);
        assert_eq!(desk.sent(), [], "screens of a structured document are a matter of the page alone");
    }
}

#[test]
fn a_result_in_words_takes_the_empty_columns_and_breaks_no_word() {
    for size in SIZES {
        let desk = Desk::new(size);
        desk.show_as(&sample("document-biology"), Look::Light);
        while desk.target("Suite du document").enabled {
            desk.click("Suite du document");
            desk.pass(Duration::from_millis(20));
        }
        let texts = desk.texts();
        let cell = |label: &str| texts.iter().find(|text| text.label == label).unwrap_or_else(|| panic!("no {label}"));
        let words = cell("Staphylococcus epidermidis");
        // One line of its size, and nothing beside it but its mark.
        assert!(words.width > 250.0 && words.right() <= cell("Anormal").x, "{}", words.name());
    }
}

#[test]
fn a_document_that_did_not_come_is_asked_for_again_and_paper_is_a_touch_away() {
    assert_eq!(touching("document-not-fetched", "Réessayer"), [Touch::Retry]);
    assert_eq!(touching("document-too-slow", "Réessayer"), [Touch::Retry]);
    for name in ["document-password", "document-broken", "document-other", "document-too-heavy"] {
        assert!(!desk(name).targets().iter().any(|target| target.label == "Réessayer"), "{name}");
    }
    assert_eq!(touching("document", "Imprimer"), [Touch::Print]);
    assert_eq!(touching("document", "Retour"), [Touch::Back]);
}
