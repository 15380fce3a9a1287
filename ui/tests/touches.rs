//! The pages work: what a finger does leaves as the right touch, and what must not stay does not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod common;

use common::{Desk, Look, SIZES, sample};
use flow::{EnterPin, Inbox, List, MailboxKind, PageMove, Row, Screen, Touch, View};
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
    let key = desk.target("5");
    let (x, y) = (key.x + key.width / 2.0, key.y + key.height / 2.0);
    let position = slint::LogicalPosition::new(x, y);
    let window = slint::ComponentHandle::window(&desk.window);
    window.dispatch_event(slint::platform::WindowEvent::PointerMoved { position });
    window.dispatch_event(slint::platform::WindowEvent::PointerPressed {
        position,
        button: slint::platform::PointerEventButton::Left,
    });
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
fn the_movement_rail_moves_where_it_says() {
    let mut view = sample("inbox");
    let Screen::Inbox(Inbox { first, last, total, .. }) = &mut view.screen else { panic!("not the inbox") };
    (*first, *last, *total) = (9, 14, 19_208);
    let desk = Desk::new((1024, 600));
    desk.show(&view);
    for (label, to) in [
        ("Première page", PageMove::First),
        ("Page précédente", PageMove::Previous),
        ("Page suivante", PageMove::Next),
        ("Dernière page", PageMove::Last),
    ] {
        desk.click(label);
        assert_eq!(desk.sent(), [Touch::Move(to)], "{label}");
    }
}

#[test]
fn on_the_newest_page_there_is_no_way_back_and_on_the_oldest_none_further() {
    let desk = desk("inbox");
    assert!(!desk.target("Première page").enabled && !desk.target("Page précédente").enabled);
    assert!(desk.target("Page suivante").enabled && desk.target("Dernière page").enabled);
    desk.show_as(&sample("inbox-last-page"), Look::Light);
    assert!(desk.target("Première page").enabled && desk.target("Page précédente").enabled);
    assert!(!desk.target("Page suivante").enabled && !desk.target("Dernière page").enabled);
}

#[test]
fn the_last_of_nineteen_thousand_messages_is_told_in_full() {
    let mut view = sample("inbox-last-page");
    let Screen::Inbox(Inbox { first, last, total, .. }) = &mut view.screen else { panic!("not the inbox") };
    (*first, *last, *total) = (19_201, 19_208, 19_208);
    let desk = Desk::new((1280, 800));
    desk.show(&view);
    let said: Vec<String> = desk.texts().into_iter().map(|text| text.label.replace('\n', "")).collect();
    assert!(said.contains(&"19\u{202F}201–19\u{202F}208".into()), "{said:?}");
    assert!(said.contains(&"19\u{202F}208".into()));
}

#[test]
fn a_folder_is_opened_by_its_place() {
    let desk = desk("inbox");
    desk.click("Envoyés, Tout est lu");
    assert_eq!(desk.sent(), [Touch::OpenFolder(2)]);
}

#[test]
fn in_large_text_the_folder_is_chosen_on_the_whole_page() {
    for size in SIZES {
        let desk = Desk::new(size);
        desk.show_as(&sample("inbox"), Look::Large);
        assert!(!desk.elements().iter().any(|element| element.is("FolderCell")), "no rail in large text");
        desk.click("Principale");
        assert_eq!(desk.sent(), [], "the choice of a folder is a matter of the screen alone");
        desk.pass(Duration::from_millis(50));
        desk.click("Retour");
        desk.pass(Duration::from_millis(50));
        assert_eq!(desk.sent(), []);
        desk.click("Principale");
        desk.pass(Duration::from_millis(50));
        desk.click("Indésirables, Tout est lu");
        assert_eq!(desk.sent(), [Touch::OpenFolder(3)]);
        desk.pass(Duration::from_millis(50));
        assert!(!desk.targets().iter().any(|target| target.label == "Retour"), "the list is back");
    }
}

#[test]
fn more_folders_than_the_rail_holds_are_chosen_on_pages() {
    let desk = desk("inbox-many-folders");
    desk.click("Dossiers");
    desk.pass(Duration::from_millis(50));
    let view = sample("inbox-many-folders");
    let Screen::Inbox(inbox) = &view.screen else { panic!("not the inbox") };
    let open = &inbox.folders[inbox.folder].name;
    assert!(
        desk.targets().iter().any(|target| target.label.starts_with(open.as_str())),
        "the open folder's page first"
    );
    desk.click("Première page");
    desk.pass(Duration::from_millis(50));
    assert_eq!(desk.sent(), [], "pages of folders are a matter of the screen alone");
    desk.click("Page suivante");
    desk.pass(Duration::from_millis(50));
    let name = &inbox.folders[8].name;
    let target = desk.targets().into_iter().find(|target| target.label.starts_with(name.as_str())).unwrap();
    target.click();
    assert_eq!(desk.sent(), [Touch::OpenFolder(8)]);
}

#[test]
fn new_messages_wait_behind_a_banner_until_they_are_asked_for() {
    assert_eq!(touching("inbox-new", "Afficher"), [Touch::ShowNew]);
    assert_eq!(touching("inbox-new", "Plus tard"), [Touch::DismissNew]);
    assert_eq!(touching("inbox", "Actualiser"), [Touch::ShowNew]);
    let rows = |name: &str| {
        let desk = desk(name);
        desk.elements()
            .into_iter()
            .filter(|element| element.is("MessageRow"))
            .map(|row| (row.x as i32, row.y as i32))
            .collect::<Vec<_>>()
    };
    assert_eq!(rows("inbox"), rows("inbox-new"), "the list does not move");
}

#[test]
fn rows_that_did_not_come_can_be_asked_for_again_and_say_their_code() {
    assert_eq!(touching("inbox-failed", "Réessayer"), [Touch::Retry]);
    let desk = desk("inbox-failed");
    assert!(desk.texts().iter().any(|text| text.label == "Réf. MAIL-05"));
}

#[test]
fn a_row_is_read_out_whole_with_the_word_unread() {
    let desk = desk("inbox");
    let rows: Vec<_> =
        desk.elements().into_iter().filter(|element| element.is("MessageRow")).map(|row| row.label).collect();
    assert_eq!(
        rows[0],
        "non lu, Dr Bianca CASTAFIORE, Compte rendu d’hospitalisation, chirurgie ORL, patient LAMPION S., 10:31, 2 documents"
    );
    assert_eq!(rows[4], "Clinique de Syldavie, Lettre de liaison à la sortie, patient NESTOR J., hier, 1 document");
}

#[test]
fn the_skeleton_comes_only_when_waiting_can_be_felt() {
    let desk = Desk::new((1024, 600));
    ui::show(&desk.window, &sample("inbox-loading"));
    desk.pass(Duration::from_millis(16));
    let words = |desk: &Desk| desk.texts().into_iter().any(|text| text.label.starts_with("Chargement"));
    desk.pass(Duration::from_millis(200));
    assert!(!words(&desk), "too early");
    desk.pass(Duration::from_millis(200));
    assert!(words(&desk));
    desk.show_as(&sample("inbox"), Look::Light);
    assert!(!words(&desk));
}

#[test]
fn the_bar_leads_to_help_display_and_other_mailboxes() {
    let desk = desk("inbox");
    desk.click("Aide");
    desk.click("Affichage");
    let name = desk.targets().into_iter().find(|target| target.label.starts_with("Dr Tryphon")).unwrap();
    name.click();
    assert_eq!(desk.sent(), [Touch::Help, Touch::DisplaySettings, Touch::ChangeMailbox]);
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
    let desk = desk("inbox");
    let row = desk.elements().into_iter().find(|element| element.is("MessageRow")).unwrap();
    desk.hold(&row, Duration::from_millis(20));
    assert!(desk.touches.borrow().contains(&Touch::Anywhere));
    assert_eq!(desk.sent(), [], "a row is not a target yet");
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
