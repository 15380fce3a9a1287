//! The pages work: what a finger does leaves as the right touch, and what must not stay does not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod common;

use common::finger::middle;
use common::{Desk, Look, sample};
use flow::{EnterPin, List, MailboxKind, Row, Screen, Touch, View};
use std::time::Duration;

fn desk(name: &str) -> Desk {
    let desk = Desk::new((1024, 600));
    desk.show_as(&sample(name), Look::Light);
    desk
}

fn pin(change: impl FnOnce(&mut EnterPin)) -> View {
    let mut view = sample("enter-pin");
    let Screen::EnterPin(screen) = &mut view.screen else { panic!("not the code page") };
    change(screen);
    view
}

#[test]
fn the_digits_of_an_ordered_keypad_leave_as_they_are_read() {
    let desk = desk("enter-pin");
    for digit in 0..=9_u8 {
        desk.click(&digit.to_string());
        assert_eq!(desk.sent(), [Touch::Digit(digit)]);
    }
}

#[test]
fn the_digits_of_a_shuffled_keypad_leave_as_they_are_read_and_stand_where_they_were_drawn() {
    let keys = [7, 3, 0, 9, 1, 5, 2, 8, 4, 6];
    let desk = Desk::new((1024, 600));
    desk.show(&pin(|screen| (screen.keys, screen.shuffled) = (keys, true)));
    let mut places: Vec<_> = desk.targets().into_iter().filter(|key| key.is("DigitKey")).collect();
    places.sort_by(|a, b| (a.y, a.x).partial_cmp(&(b.y, b.x)).unwrap());
    let read: Vec<u8> = places.iter().map(|key| key.label.parse().unwrap()).collect();
    assert_eq!(read, keys);
    for (key, digit) in places.iter().zip(keys) {
        key.click();
        assert_eq!(desk.sent(), [Touch::Digit(digit)]);
    }
}

#[test]
fn a_new_order_of_keys_is_the_one_that_is_sent() {
    let desk = desk("enter-pin");
    desk.show(&pin(|screen| (screen.keys, screen.shuffled) = ([9, 8, 7, 6, 5, 4, 3, 2, 1, 0], true)));
    let mut keys: Vec<_> = desk.targets().into_iter().filter(|key| key.is("DigitKey")).collect();
    keys.sort_by(|a, b| (a.y, a.x).partial_cmp(&(b.y, b.x)).unwrap());
    keys[0].click();
    assert_eq!(desk.sent(), [Touch::Digit(9)]);
}

#[test]
fn what_has_been_typed_is_only_ever_a_count() {
    let desk = Desk::new((1024, 600));
    let words = |desk: &Desk| {
        let mut said = Vec::new();
        for element in desk.elements() {
            let handle = &element.handle.0;
            said.push(element.label.clone());
            for told in
                [handle.accessible_value(), handle.accessible_description(), handle.accessible_placeholder_text()]
            {
                said.extend(told.map(String::from));
            }
        }
        said.sort();
        said
    };
    // Two codes of four digits: the screens must be the same but for nothing.
    desk.show(&pin(|_| {}));
    let typed = |digits: [u8; 4]| {
        for digit in digits {
            desk.click(&digit.to_string());
        }
        assert_eq!(desk.sent(), digits.map(Touch::Digit));
        desk.show(&pin(|screen| (screen.typed, screen.complete) = (4, true)));
        (words(&desk), desk.picture())
    };
    let (one, one_picture) = typed([7, 3, 9, 1]);
    desk.show(&pin(|_| {}));
    let (other, other_picture) = typed([2, 2, 8, 0]);
    assert_eq!(one, other);
    assert!(one_picture == other_picture, "the picture tells the code");
    assert!(!one.iter().any(|text| text.contains("7391")));
}

#[test]
fn a_digit_under_the_finger_does_not_light_up() {
    let desk = desk("enter-pin");
    let before = desk.picture();
    desk.press(middle(&desk.target("5")));
    assert_eq!(desk.sent(), [Touch::Digit(5)], "a digit is heard when the finger comes down");
    assert!(desk.picture() == before, "the pressed key can be told from the others");
}

#[test]
fn a_short_press_erases_one_digit_and_a_long_one_all() {
    let desk = Desk::new((1024, 600));
    desk.show(&pin(|screen| screen.typed = 3));
    desk.click("Effacer");
    assert_eq!(desk.sent(), [Touch::Erase]);
    desk.hold(&desk.target("Effacer"), Duration::from_millis(1500));
    assert_eq!(desk.sent(), [Touch::EraseAll]);
    desk.click("Effacer");
    assert_eq!(desk.sent(), [Touch::Erase], "the press after a long one is short again");
}

#[test]
fn validate_waits_for_four_digits() {
    let desk = Desk::new((1024, 600));
    desk.show(&pin(|screen| screen.typed = 3));
    assert!(!desk.target("Valider").enabled);
    desk.click("Valider");
    assert_eq!(desk.sent(), []);
    desk.show(&pin(|screen| (screen.typed, screen.complete) = (4, true)));
    desk.click("Valider");
    assert_eq!(desk.sent(), [Touch::Submit]);
}

#[test]
fn nothing_is_typed_while_the_card_looks_at_the_code() {
    let desk = Desk::new((1024, 600));
    desk.show(&pin(|screen| (screen.typed, screen.complete, screen.checking) = (4, true, true)));
    for target in desk.targets().into_iter().filter(|target| target.is("DigitKey") || target.is("CommandKey")) {
        target.click();
    }
    assert_eq!(desk.sent(), []);
}

#[test]
fn a_mailbox_is_chosen_by_its_place_among_all() {
    let desk = desk("choose-mailbox");
    let tiles: Vec<_> = desk.targets().into_iter().filter(|target| target.is("Tile")).collect();
    assert_eq!(tiles.len(), 3);
    tiles[1].click();
    assert_eq!(desk.sent(), [Touch::ChooseMailbox(1)]);

    let view = sample("choose-mailbox-last-page");
    let Screen::ChooseMailbox(screen) = &view.screen else { panic!("not the choice") };
    let first = screen.first;
    assert!(first > 0);
    desk.show(&view);
    let tiles: Vec<_> = desk.targets().into_iter().filter(|target| target.is("Tile")).collect();
    assert_eq!(tiles.len(), screen.lines.len());
    tiles[1].click();
    assert_eq!(desk.sent(), [Touch::ChooseMailbox(first + 1)]);
}

#[test]
fn a_tile_says_whose_it_is_and_what_waits() {
    let desk = desk("choose-mailbox");
    let label = &desk.targets().into_iter().find(|target| target.is("Tile")).unwrap().label;
    assert!(label.starts_with("Ma boîte, Personnelle · tryphon.tournesol@"), "{label}");
    assert!(label.ends_with("12 non lus, 19\u{202F}208 messages"), "{label}");
    desk.show(&sample("choose-mailbox-last-page"));
    let labels: Vec<_> = desk.targets().into_iter().filter(|target| target.is("Tile")).map(|tile| tile.label).collect();
    assert!(labels[0].ends_with("Accès refusé"), "{labels:?}");
    assert!(labels[1].ends_with("Indisponible pour l’instant"), "{labels:?}");
}

#[test]
fn counts_that_are_not_there_yet_say_nothing() {
    let desk = desk("choose-mailbox-waiting");
    for tile in desk.targets().into_iter().filter(|target| target.is("Tile")) {
        assert!(!tile.label.contains("non lu") && !tile.label.contains("message"), "{}", tile.label);
    }
}

#[test]
fn the_bar_leads_to_help_display_and_other_mailboxes() {
    let desk = desk("inbox");
    desk.click("Masquer");
    desk.click("Aide");
    desk.click("Affichage");
    let name = desk.targets().into_iter().find(|target| target.label.starts_with("Dr Tryphon")).unwrap();
    name.click();
    assert_eq!(desk.sent(), [Touch::Mask, Touch::Help, Touch::DisplaySettings, Touch::ChangeMailbox]);
    let mut view = sample("inbox");
    view.bar.session.as_mut().unwrap().can_change = false;
    desk.show(&view);
    assert!(
        !desk.targets().iter().any(|target| target.label.starts_with("Dr Tryphon")),
        "one mailbox: nothing to change"
    );
}

#[test]
fn a_touch_anywhere_says_that_somebody_is_there() {
    let desk = desk("inbox-empty");
    let words = desk.texts().into_iter().find(|text| text.label == "Aucun message").unwrap();
    desk.hold(&words, Duration::from_millis(20));
    assert!(desk.touches.borrow().contains(&Touch::Anywhere));
    assert_eq!(desk.sent(), []);
}

/// Words that stand nowhere else.
const CANARY: &str = "Zwieback";

fn full_of_canaries() -> View {
    let mut view = sample("inbox");
    let Screen::Inbox(inbox) = &mut view.screen else { panic!("not the inbox") };
    let row = |place: u32| Row {
        uid: place,
        sender: format!("{CANARY} sender {place}"),
        subject: format!("{CANARY} subject {place}"),
        patient: format!("{CANARY} P."),
        when: ui::samples::NOW,
        unread: true,
        documents: 1,
        answered: false,
    };
    inbox.list = List::Rows((0..6).map(row).collect());
    inbox.folders[1].role = flow::FolderRole::Own;
    inbox.folders[1].name = format!("{CANARY} folder");
    let session = view.bar.session.as_mut().unwrap();
    session.name = format!("Dr {CANARY}");
    session.mailbox = format!("{CANARY} box");
    session.kind = Some(MailboxKind::Personal);
    view
}

fn canaries(desk: &Desk) -> Vec<String> {
    let mut found = Vec::new();
    for element in desk.elements() {
        let handle = &element.handle.0;
        let told = [
            handle.accessible_label(),
            handle.accessible_value(),
            handle.accessible_description(),
            handle.accessible_placeholder_text(),
        ];
        found.extend(told.into_iter().flatten().map(String::from).filter(|text| text.contains(CANARY)));
    }
    found
}

#[test]
fn nothing_of_a_mailbox_is_left_once_the_card_is_out() {
    let desk = Desk::new((1024, 600));
    desk.show(&sample("idle"));
    let before = desk.picture();
    desk.show(&full_of_canaries());
    assert!(canaries(&desk).len() > 10, "the test sees what it looks for");
    ui::show(&desk.window, &sample("idle"));
    // At once, before anything is drawn.
    assert_eq!(canaries(&desk), Vec::<String>::new());
    desk.pass(Duration::from_millis(400));
    assert_eq!(canaries(&desk), Vec::<String>::new());
    assert!(desk.picture() == before, "the idle page is as it was");
    // The page itself, were it shown again without its view, has nothing to show.
    assert!(ui::remembers_nothing(&desk.window), "an adapter still holds what it showed");
}

#[test]
fn the_choice_of_mailboxes_forgets_addresses() {
    let desk = Desk::new((1024, 600));
    desk.show(&sample("choose-mailbox"));
    assert!(!ui::remembers_nothing(&desk.window));
    desk.show(&sample("idle"));
    assert!(ui::remembers_nothing(&desk.window));
}

#[test]
fn a_hidden_page_leaves_no_pixel_behind() {
    // The inbox, then each page that comes after a session, must look as if there had been no inbox.
    for next in ["idle", "remove-card", "still-there", "CARD-03", "reading"] {
        let fresh = Desk::new((1024, 600));
        fresh.show_as(&sample(next), Look::Light);
        // Now: both desks share the clock that moves the card.
        let expected = fresh.picture();
        drop(fresh);
        let desk = Desk::new((1024, 600));
        desk.show(&full_of_canaries());
        desk.show_as(&sample(next), Look::Light);
        assert!(canaries(&desk).is_empty(), "{next}");
        assert!(desk.picture() == expected, "{next} keeps something of the inbox");
    }
}
