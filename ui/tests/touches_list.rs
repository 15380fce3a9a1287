//! The list of messages: what a finger does to rows, folders, segments, a search and a choice of several.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod common;

use common::finger::middle;
use common::{Desk, Element, Look, SIZES, sample};
use flow::{Action, Banner, Filter, Inbox, Kind, PageMove, Screen, Touch};
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

fn rows(desk: &Desk) -> Vec<Element> {
    desk.elements().into_iter().filter(|element| element.is("MessageRow")).collect()
}

#[test]
fn the_movement_rail_moves_where_it_says() {
    let mut view = sample("inbox");
    let Screen::Inbox(inbox) = &mut view.screen else { panic!("not the inbox") };
    let Inbox { first, last, total, .. } = &mut **inbox;
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
    let Screen::Inbox(inbox) = &mut view.screen else { panic!("not the inbox") };
    let Inbox { first, last, total, .. } = &mut **inbox;
    (*first, *last, *total) = (19_201, 19_208, 19_208);
    let desk = Desk::new((1280, 800));
    desk.show(&view);
    desk.target("19\u{202F}201–19\u{202F}208 sur 19\u{202F}208. Aller à une page");
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
    desk.click("Dossiers, Congrès et astreintes 8");
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
    let name = &inbox.folders[10].name;
    let target = desk.targets().into_iter().find(|target| target.label.starts_with(name.as_str())).unwrap();
    target.click();
    assert_eq!(desk.sent(), [Touch::OpenFolder(10)]);
}

#[test]
fn new_messages_wait_behind_a_banner_until_they_are_asked_for() {
    assert_eq!(touching("inbox-new", "Afficher"), [Touch::ShowNew]);
    assert_eq!(touching("inbox-new", "Plus tard"), [Touch::DismissNew]);
    assert_eq!(touching("inbox", "Actualiser"), [Touch::Refresh]);
    let places = |name: &str| rows(&desk(name)).iter().map(|row| (row.x as i32, row.y as i32)).collect::<Vec<_>>();
    for name in ["inbox-new", "inbox-deleted", "inbox-not-done", "inbox-chosen", "inbox-search", "inbox-junk"] {
        assert_eq!(places("inbox"), places(name), "the list does not move");
    }
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
    let rows: Vec<_> = rows(&desk).into_iter().map(|row| row.label).collect();
    assert_eq!(
        rows[0],
        "non lu, Dr Bianca CASTAFIORE, Compte rendu d’hospitalisation, chirurgie ORL, patient LAMPION S., 10:31, 2 documents"
    );
    assert_eq!(
        rows[4],
        "Clinique de Syldavie, Lettre de liaison à la sortie, patient NESTOR J., hier, 1 document, répondu"
    );
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
fn a_touch_opens_a_row_and_a_long_one_chooses_it() {
    let desk = desk("inbox");
    rows(&desk)[2].click();
    assert_eq!(desk.sent(), [Touch::OpenRow(2)]);
    desk.hold(&rows(&desk)[3], Duration::from_millis(700));
    assert_eq!(desk.sent(), [Touch::SelectRow(3)], "and nothing when it is lifted");
    desk.hold(&rows(&desk)[1], Duration::from_millis(300));
    assert_eq!(desk.sent(), [Touch::OpenRow(1)], "a short touch again");
}

#[test]
fn while_several_are_chosen_the_whole_row_is_its_mark() {
    let desk = desk("inbox-chosen");
    rows(&desk)[1].click();
    desk.hold(&rows(&desk)[4], Duration::from_millis(900));
    assert_eq!(desk.sent(), [Touch::OpenRow(1), Touch::OpenRow(4)]);
    let chosen: Vec<_> = rows(&desk).iter().map(|row| row.handle.0.accessible_item_selected().unwrap()).collect();
    assert_eq!(chosen, [true, false, true, false, false, true]);
}

#[test]
fn what_is_done_with_those_chosen_leaves_as_its_name_says() {
    let desk = desk("inbox-chosen");
    for (label, touch) in [
        ("Marquer comme lu", Touch::Act(Action::MarkRead)),
        ("Déplacer", Touch::Act(Action::Move)),
        ("Archiver", Touch::Act(Action::Archive)),
        ("Indésirable", Touch::Act(Action::Junk)),
        ("Supprimer", Touch::Act(Action::Delete)),
        ("3 choisis. Toute la page", Touch::SelectPage),
        ("Terminer le choix", Touch::EndSelection),
    ] {
        desk.click(label);
        assert_eq!(desk.sent(), [touch], "{label}");
    }
    assert_eq!(touching("inbox-chosen-page", "Remettre dans Principale"), [Touch::Act(Action::Restore)]);
    assert_eq!(touching("inbox-chosen-page", "Marquer comme non lu"), [Touch::Act(Action::MarkUnread)]);
    assert_eq!(touching("inbox", "Choisir plusieurs messages"), [Touch::Select]);
}

#[test]
fn nothing_is_done_with_nothing_chosen_nor_while_the_server_is_at_work() {
    for name in ["inbox-chosen-none", "inbox-chosen-busy"] {
        let desk = desk(name);
        for target in desk.targets().into_iter().filter(|target| target.is("ActionCell")) {
            assert!(!target.enabled, "{name}: {}", target.name());
            target.click();
        }
        assert_eq!(desk.sent(), [], "{name}");
    }
}

#[test]
fn the_toolbar_filters_sorts_searches_writes_and_refreshes() {
    for (label, touch) in [
        ("Non lus", Touch::Filter(Filter::Unread)),
        ("Avec document", Touch::Filter(Filter::WithDocument)),
        ("Patient", Touch::Filter(Filter::Patient)),
        ("Trier", Touch::Sort),
        ("Rechercher", Touch::Search),
        ("Actualiser", Touch::Refresh),
        ("Nouveau", Touch::Write(Kind::New)),
        ("1–6 sur 18\u{202F}376. Aller à une page", Touch::Jump),
    ] {
        assert_eq!(touching("inbox", label), [touch], "{label}");
    }
    assert_eq!(touching("inbox-empty-unread", "Voir tous les messages"), [Touch::Filter(Filter::All)]);
    assert_eq!(touching("inbox-empty", "Actualiser"), [Touch::Refresh], "without a rail, too");
}

#[test]
fn what_the_server_or_the_site_cannot_do_is_not_offered() {
    let mut view = sample("inbox");
    let Screen::Inbox(inbox) = &mut view.screen else { panic!("not the inbox") };
    (inbox.can_sort, inbox.can_write) = (false, false);
    let desk = Desk::new((1024, 600));
    for look in [Look::Light, Look::Large] {
        desk.show_as(&view, look);
        let offered = |label: &str| desk.targets().iter().any(|target| target.label == label);
        assert!(!offered("Trier") && !offered("Nouveau") && offered("Rechercher"), "{look:?}");
    }
}

#[test]
fn in_large_text_the_filter_is_chosen_on_the_whole_page() {
    let desk = Desk::new((1024, 600));
    desk.show_as(&sample("inbox"), Look::Large);
    desk.click("Filtre\u{202F}: Tous");
    desk.pass(Duration::from_millis(50));
    assert_eq!(desk.sent(), []);
    let target = desk.targets().into_iter().find(|target| target.label.starts_with("Non lus")).unwrap();
    target.click();
    assert_eq!(desk.sent(), [Touch::Filter(Filter::Unread)]);
    desk.pass(Duration::from_millis(50));
    assert_eq!(rows(&desk).len(), 5, "the list is back");
}

#[test]
fn a_folder_of_what_nobody_wants_can_be_emptied_but_never_by_half() {
    assert_eq!(touching("inbox-junk", "Vider les indésirables"), [Touch::Act(Action::Empty)]);
    let mut view = sample("inbox-junk");
    let Screen::Inbox(inbox) = &mut view.screen else { panic!("not the inbox") };
    inbox.filter = Filter::Unread;
    let desk = Desk::new((1024, 600));
    desk.show_as(&view, Look::Light);
    assert!(!desk.targets().iter().any(|target| target.label.starts_with("Vider")), "what is left out would go, too");
    assert!(!self::desk("inbox").targets().iter().any(|target| target.label.starts_with("Vider")));
}

#[test]
fn a_search_is_stopped_changed_and_left() {
    assert_eq!(touching("inbox-search-going", "Arrêter"), [Touch::StopSearch]);
    assert_eq!(touching("inbox-search-going", "Quitter la recherche"), [Touch::EndSearch]);
    assert_eq!(touching("inbox-search", "Recherche\u{202F}: castafiore. Modifier"), [Touch::Search]);
    assert_eq!(touching("inbox-search-empty", "Chercher autre chose"), [Touch::Search]);
    assert!(!desk("inbox-search").targets().iter().any(|target| target.label == "Arrêter"));
}

#[test]
fn what_was_done_is_told_and_undone() {
    assert_eq!(touching("inbox-deleted", "Annuler"), [Touch::Undo]);
    assert_eq!(touching("inbox-deleted", "Fermer"), [Touch::DismissNew]);
    let desk = desk("inbox-erased");
    assert!(!desk.targets().iter().any(|target| target.label == "Annuler"), "for good is for good");
    assert!(desk.texts().iter().any(|text| text.label == "3 messages supprimés définitivement"));
    desk.show_as(&sample("inbox-moved"), Look::Light);
    assert!(desk.texts().iter().any(|text| text.label == "vers Congrès de cardiologie interventionnelle"));
    desk.show_as(&sample("inbox-not-done"), Look::Light);
    assert!(desk.texts().iter().any(|text| text.label.ends_with("Réf. MAIL-05")));
}

#[test]
fn new_messages_do_not_take_a_choice_or_a_search_away() {
    for (name, kept) in [("inbox-chosen", "Terminer le choix"), ("inbox-search", "Quitter la recherche")] {
        let mut view = sample(name);
        let Screen::Inbox(inbox) = &mut view.screen else { panic!("not the inbox") };
        inbox.banner = Banner::New(2);
        let desk = Desk::new((1024, 600));
        desk.show_as(&view, Look::Light);
        desk.target(kept);
    }
}

/// Draws from the middle of the first row by so many pixels, and tells what the toolbar's place said on the way.
fn drawn(desk: &Desk, by: f32) -> Vec<String> {
    let (x, y) = middle(&rows(desk)[0]);
    desk.press((x, y));
    desk.slide((x, y + by / 2.0));
    desk.slide((x, y + by));
    let said = desk.texts().into_iter().map(|text| text.label).collect();
    desk.lift((x, y + by));
    said
}

#[test]
fn the_list_drawn_down_by_more_than_a_row_is_looked_at_afresh() {
    let desk = desk("inbox");
    let said = drawn(&desk, 120.0);
    assert!(said.iter().any(|text| text == "Relâchez pour actualiser"), "{said:?}");
    assert_eq!(desk.sent(), [Touch::Refresh]);
    let said = drawn(&desk, 50.0);
    assert!(said.iter().any(|text| text == "Tirez pour actualiser"), "{said:?}");
    assert_eq!(desk.sent(), [], "not far enough; and no row is opened by it");
    desk.pass(Duration::from_millis(50));
    desk.target("Trier");
}

#[test]
fn a_finger_turns_pages_up_and_down() {
    let desk = desk("inbox");
    let (x, y) = middle(&rows(&desk)[4]);
    desk.drag(&[(x, y), (x, y - 60.0), (x, y - 140.0)]);
    assert_eq!(desk.sent(), [Touch::Move(PageMove::Next)]);
    desk.show_as(&sample("inbox-last-page"), Look::Light);
    drawn(&desk, 120.0);
    assert_eq!(desk.sent(), [Touch::Move(PageMove::Previous)]);
}

#[test]
fn a_finger_that_slides_is_not_a_long_one() {
    let desk = desk("inbox");
    let (x, y) = middle(&rows(&desk)[0]);
    desk.press((x, y));
    desk.slide((x, y + 50.0));
    desk.pass(Duration::from_millis(900));
    desk.lift((x, y + 50.0));
    assert_eq!(desk.sent(), []);
}
