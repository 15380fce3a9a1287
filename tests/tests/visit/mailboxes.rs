//! The inbox while somebody reads: pages, folders, new mail, another box, a token that ends.

use e2e::{Kiosk, Place, Rows, at_the_desk, eventually};
use flow::{Banner, Count, FolderRole, List, MailboxKind, PageMove, Touch};
use site::mail::{LARGE, PERSONAL, UNREAD};
use site::provider;
use site::whole::{self, Options};

#[test]
fn the_last_page_of_nineteen_thousand_messages() {
    at_the_desk(|card| {
        let options = Options { messages: LARGE, ..Options::default() };
        let place = Place::with(options, &whole::Kiosk::default());
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        let inbox = desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        assert_eq!((inbox.first, inbox.last, inbox.total), (1, 8, 19_208));
        let folders = desk.sees_the_folders().folders;
        assert_eq!((folders[0].unread, folders[0].total), (UNREAD, LARGE));

        // «19 201–19 208 sur 19 208»
        desk.touches(Touch::Move(PageMove::Last));
        let last = desk.sees_the_page_from(19_201);
        assert_eq!((last.last, last.total), (19_208, 19_208));
        assert_eq!(last.rows().iter().map(|row| row.uid).collect::<Vec<_>>(), [8, 7, 6, 5, 4, 3, 2, 1]);
        desk.touches(Touch::Move(PageMove::Previous));
        assert_eq!(desk.sees_the_page_from(19_193).rows()[7].uid, 9);
        desk.touches(Touch::Move(PageMove::First));
        assert_eq!(desk.sees_the_page_from(1).rows()[0].uid, 19_208);
        desk.leaves();
        place.sessions_ended(1);
        place.nobody_is_connected();
    });
}

#[test]
fn pages_and_folders_each_show_their_own_rows() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        // Through the window of fifty, and beyond its end.
        let mut uids = Vec::new();
        for first in [1, 9, 17, 25, 33, 41, 49, 57] {
            let page = desk.sees_the_page_from(first);
            assert_eq!(page.last, first + 7);
            uids.extend(page.rows().iter().map(|row| row.uid));
            desk.touches(Touch::Move(PageMove::Next));
        }
        assert_eq!(uids, (137..=200).rev().collect::<Vec<_>>());
        // In large text six rows fit, and the row at the top stays on the page.
        desk.touches(Touch::Large(true));
        let large = desk.sees_an_inbox("six rows", |inbox| inbox.rows().len() == 6);
        assert!(large.first <= 65 && 65 <= large.last, "{}–{}", large.first, large.last);
        desk.touches(Touch::Large(false));
        desk.sees_an_inbox("eight rows", |inbox| inbox.rows().len() == 8);

        let folders = desk.sees_the_folders().folders;
        let seen: Vec<_> = folders.iter().map(|folder| (folder.role, folder.unread, folder.total)).collect();
        assert_eq!(
            seen,
            [
                (FolderRole::Inbox, 13, 200),
                (FolderRole::Drafts, 0, 4),
                (FolderRole::Sent, 0, 37),
                (FolderRole::Junk, 0, 3),
                (FolderRole::Trash, 0, 12),
                (FolderRole::Archive, 0, 250),
                (FolderRole::Own, 0, 9),
            ]
        );
        assert_eq!(folders[6].name, "Réunions");
        for (index, folder) in folders.iter().enumerate().rev() {
            desk.touches(Touch::OpenFolder(index));
            let page = desk.sees_an_inbox("the folder", |inbox| {
                inbox.folder == index && inbox.total == folder.total && matches!(inbox.list, List::Rows(_))
            });
            assert_eq!(page.first, 1);
            assert_eq!(u32::try_from(page.rows().len()).unwrap(), folder.total.min(8));
        }
        // In «Envoyés» the other person is whom it went to.
        desk.touches(Touch::OpenFolder(2));
        let sent = desk.sees_an_inbox("«Envoyés»", |inbox| inbox.folder == 2 && matches!(inbox.list, List::Rows(_)));
        assert!(sent.rows().iter().all(|row| !row.sender.contains("tournesol") && !row.sender.contains("TOURNESOL")));
        desk.leaves();
    });
}

#[test]
fn new_mail_is_announced_by_a_banner_and_moves_nothing_by_itself() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        let before = desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        desk.sees_the_folders();
        place.mail().deliver(PERSONAL, "Potassium à 6,8").unwrap();
        let banner = desk.sees_an_inbox("the banner", |inbox| inbox.banner == Banner::New(1));
        assert_eq!(banner.rows(), before.rows());
        assert_eq!((banner.first, banner.total), (1, 200));

        desk.touches(Touch::ShowNew);
        let fresh = desk.sees_an_inbox("the new message", |inbox| inbox.total == 201 && !inbox.rows().is_empty());
        assert_eq!(fresh.banner, Banner::None);
        assert_eq!(fresh.rows()[0].subject, "Potassium à 6,8");
        assert!(fresh.rows()[0].unread);
        desk.sees_an_inbox("its count", |inbox| inbox.folders.first().is_some_and(|folder| folder.unread == 14));

        // The cross: known, not wanted now.
        place.mail().deliver(PERSONAL, "Encore un").unwrap();
        desk.sees_an_inbox("the banner again", |inbox| inbox.banner == Banner::New(1));
        desk.touches(Touch::DismissNew);
        desk.sees_an_inbox("no banner", |inbox| inbox.banner == Banner::None && inbox.total == 201);
        desk.leaves();
    });
}

#[test]
fn one_leads_from_a_box_back_to_the_choice_and_into_another() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config(), &card);
        assert_eq!(desk.comes_to_the_inbox("doctor", "1234", "Ma boîte").total, 200);
        desk.touches(Touch::ChangeMailbox);
        desk.sees_the_choice_counted();
        desk.chooses("Secrétariat de cardiologie");
        assert_eq!(desk.sees_an_inbox("the other box", |inbox| inbox.total == 50).first, 1);
        let bar = desk.now().bar.session.clone().unwrap();
        assert_eq!((bar.mailbox.as_str(), bar.kind), ("Secrétariat de cardiologie", Some(MailboxKind::Organisational)));
        // The box left behind is closed: only this one stays open.
        eventually("one IMAP session", || place.mail_sessions_of(PERSONAL) == 0);
        desk.leaves();
        place.sessions_ended(1);
        place.nobody_is_connected();
    });
}

#[test]
fn a_token_is_renewed_before_it_ends_and_opens_another_box_after() {
    at_the_desk(|card| {
        let options = Options { provider: provider::Options::default().access_ttl(6), ..Options::default() };
        let place = Place::with(options, &whole::Kiosk::default());
        let mut desk = Kiosk::open(&place.config(), &card);
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        // Halfway through six seconds each: at the third, the token of the login has ended.
        eventually("three renewals", || place.asked_for("/token") >= 4);
        desk.touches(Touch::Move(PageMove::Last));
        desk.sees_the_page_from(193);
        desk.touches(Touch::ChangeMailbox);
        let choice = desk.sees_the_choice_counted();
        assert!(matches!(choice.lines[1].count, Count::Known { total: 50, .. }), "{:?}", choice.lines[1].count);
        desk.chooses("Secrétariat de cardiologie");
        desk.sees_an_inbox("the other box", |inbox| inbox.total == 50);
        desk.leaves();
        place.sessions_ended(1);
        place.nobody_is_connected();
    });
}

#[test]
fn a_session_the_provider_ends_is_said_before_and_ends_in_order() {
    at_the_desk(|card| {
        let options = Options { provider: provider::Options::default().access_ttl(4), ..Options::default() };
        let place = Place::with(options, &whole::Kiosk::default());
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        place.provider().end_sessions().unwrap();
        desk.sees_view("the end in the bar", |view| {
            view.bar.session.as_ref().is_some_and(|session| session.ends_in == Some(1))
        });
        desk.is_asked_to_take_the_card(flow::RemoveCard::SessionOver);
        desk.leaves();
        place.nobody_is_connected();
    });
}
