//! Filters, orders, searches, and messages put where they belong.

use e2e::{Place, Rows, eventually};
use flow::{Action, Banner, By, Done, Filter, FolderRole, List, PageMove, Screen, Sort, Touch};
use site::mail::{LARGE, PERSONAL, UNREAD};
use site::whole::{Kiosk, Options};

use super::{at, at_work};

#[test]
fn filters_and_orders_are_the_servers() {
    let (_place, mut desk) = at_work();
    desk.touches(Touch::Filter(Filter::Unread));
    let unread =
        desk.sees_an_inbox("the unread", |inbox| inbox.filter == Filter::Unread && matches!(inbox.list, List::Rows(_)));
    assert!(unread.total < 203 && unread.rows().iter().all(|row| row.unread));
    desk.touches(Touch::Filter(Filter::WithDocument));
    let with = desk.sees_an_inbox("those with documents", |inbox| {
        inbox.filter == Filter::WithDocument && matches!(inbox.list, List::Rows(_))
    });
    // As far as a server can tell without opening them: it lets in a few that carry none.
    assert!(with.rows().iter().filter(|row| row.documents > 0).count() >= 7);
    desk.touches(Touch::Filter(Filter::Patient));
    let patients =
        desk.sees_an_inbox("patients", |inbox| inbox.filter == Filter::Patient && matches!(inbox.list, List::Rows(_)));
    assert!(patients.total >= 2 && patients.total < with.total.max(200));
    desk.touches(Touch::Filter(Filter::All));
    desk.sees_an_inbox("all", |inbox| inbox.total == 203 && matches!(inbox.list, List::Rows(_)));
    desk.touches(Touch::Sort);
    desk.touches(Touch::SortBy(Sort { by: By::Size, descending: true }));
    let largest = desk
        .sees_an_inbox("the largest first", |inbox| inbox.sort.by == By::Size && matches!(inbox.list, List::Rows(_)));
    assert_eq!(largest.rows()[0].subject, "Courrier de sortie", "the scan is the largest of all");
    desk.leaves();
}

#[test]
fn a_word_of_a_text_is_found_and_what_was_found_is_read() {
    let (place, mut desk) = at_work();
    let odd = "From: Dr Zèbre <zebre@mss.test>\r\nSubject: rien de tel\r\nMIME-Version: 1.0\r\n\
               Content-Type: text/plain; charset=utf-8\r\n\r\nUn ornithorynque en consultation.\r\n";
    place.mail().deliver_bytes(PERSONAL, "INBOX", odd.as_bytes()).unwrap();
    desk.touches(Touch::Search);
    desk.touches(Touch::Typed("ornithorynque".into()));
    desk.touches(Touch::Submit);
    let found = desk.sees_an_inbox("what was found", |inbox| {
        inbox.search.as_ref().is_some_and(|search| search.progress.done) && matches!(inbox.list, List::Rows(_))
    });
    assert_eq!((found.total, found.rows()[0].subject.as_str()), (1, "rien de tel"));
    desk.touches(Touch::OpenRow(0));
    assert!(desk.sees_the_message().letter.blocks[0].text.contains("ornithorynque"));
    desk.touches(Touch::Back);
    desk.sees_an_inbox("what was found again", |inbox| inbox.search.is_some() && inbox.total == 1);
    desk.touches(Touch::EndSearch);
    desk.sees_an_inbox("the folder", |inbox| inbox.search.is_none() && inbox.total == 204);
    desk.touches(Touch::Search);
    desk.touches(Touch::Typed("introuvable-xyz".into()));
    desk.touches(Touch::Submit);
    desk.sees_an_inbox("nothing", |inbox| {
        inbox.list == List::Empty && inbox.search.as_ref().is_some_and(|search| search.progress.done)
    });
    desk.leaves();
}

#[test]
fn a_word_of_many_messages_shows_them_all_though_most_are_found_while_the_first_are_fetched() {
    let (_place, mut desk) = at_work();
    desk.touches(Touch::Search);
    desk.touches(Touch::Typed("hospitalisation".into()));
    desk.touches(Touch::Submit);
    let found = desk.sees_an_inbox("a full page of what was found", |inbox| {
        inbox.search.as_ref().is_some_and(|search| search.progress.done && search.progress.found == inbox.total)
            && inbox.rows().len() == 8
    });
    assert!(found.total > 100, "only {}", found.total);
    desk.touches(Touch::Move(PageMove::Last));
    desk.sees_an_inbox("the last of them", |inbox| inbox.last == found.total && !inbox.rows().is_empty());
    desk.leaves();
}

#[test]
fn any_page_of_nineteen_thousand_messages_is_one_touch_away_in_any_order() {
    let options = Options { messages: LARGE, ..Options::default() };
    let (_place, mut desk) = at(Place::with(options, &Kiosk::default()));
    desk.touches(Touch::Jump);
    for digit in [1, 2, 0, 0] {
        desk.touches(Touch::Digit(digit));
    }
    desk.touches(Touch::Submit);
    let page = desk.sees_the_page_from(9_593);
    assert_eq!(page.rows().len(), 8);
    desk.touches(Touch::Filter(Filter::Unread));
    let unread = desk.sees_an_inbox("the unread", |inbox| inbox.filter == Filter::Unread && !inbox.rows().is_empty());
    assert_eq!(unread.total, UNREAD);
    desk.touches(Touch::Filter(Filter::All));
    desk.sees_an_inbox("all", |inbox| inbox.filter == Filter::All && inbox.total == LARGE && !inbox.rows().is_empty());
    desk.touches(Touch::Sort);
    desk.touches(Touch::SortBy(Sort { by: By::Sender, descending: false }));
    desk.sees_an_inbox("by sender", |inbox| inbox.sort.by == By::Sender && !inbox.rows().is_empty());
    desk.touches(Touch::Move(PageMove::Last));
    let last = desk.sees_an_inbox("the last page", |inbox| inbox.last == LARGE && !inbox.rows().is_empty());
    assert_eq!((last.first, last.rows().len()), (19_201, 8));
    desk.leaves();
}

#[test]
fn messages_go_to_the_bin_come_back_and_are_emptied_out_for_good() {
    let (place, mut desk) = at_work();
    let before = desk.sees_the_inbox();
    let (first, second) = (before.rows()[0].uid, before.rows()[1].uid);
    desk.touches(Touch::SelectRow(0));
    desk.touches(Touch::OpenRow(1));
    desk.touches(Touch::Act(Action::Delete));
    let after = desk.sees_a_banner("two deleted", |banner| {
        matches!(banner, Banner::Done { what: Done::Deleted, count: 2, undo: true })
    });
    assert!(after.total == 201 && after.rows().iter().all(|row| row.uid != first && row.uid != second));
    desk.touches(Touch::Undo);
    let back = desk.sees_an_inbox("both back in their place", |inbox| {
        inbox.total == 203 && inbox.rows().first().is_some_and(|row| row.subject == before.rows()[0].subject)
    });
    assert_eq!(back.rows()[1].subject, before.rows()[1].subject);

    let folders = desk.sees_the_folders().folders;
    let bin = folders.iter().position(|folder| folder.role == FolderRole::Trash).unwrap();
    desk.touches(Touch::OpenFolder(bin));
    let full = desk.sees_an_inbox("the bin", |inbox| inbox.folder == bin && matches!(inbox.list, List::Rows(_)));
    assert_eq!(full.total, 12);
    desk.touches(Touch::Act(Action::Empty));
    desk.sees("the question", |screen| matches!(screen, Screen::Question(_)));
    desk.touches(Touch::Confirm);
    desk.sees_an_inbox("an empty bin", |inbox| inbox.folder == bin && inbox.list == List::Empty);
    let left = || place.mail().doveadm(&["mailbox", "status", "-u", PERSONAL, "messages", "Trash"], b"").unwrap();
    eventually("empty on the server", || left().contains("messages=0"));
    desk.leaves();
}

#[test]
fn a_message_is_filed_from_its_own_page() {
    let (_place, mut desk) = at_work();
    let folders = desk.sees_the_folders().folders;
    let archive = folders.iter().position(|folder| folder.role == FolderRole::Archive).unwrap();
    let before = folders[archive].total;
    desk.touches(Touch::OpenRow(0));
    let subject = desk.sees_the_message().letter.subject.clone();
    desk.touches(Touch::More);
    desk.touches(Touch::Act(Action::Archive));
    desk.sees_a_banner("archived", |banner| {
        matches!(banner, Banner::Done { what: Done::Archived, count: 1, undo: true })
    });
    desk.touches(Touch::OpenFolder(archive));
    let filed = desk.sees_an_inbox("the archive", |inbox| {
        inbox.folder == archive && inbox.total == before + 1 && matches!(inbox.list, List::Rows(_))
    });
    assert!(filed.rows().iter().any(|row| subject.contains(&row.subject) || row.subject.contains(&subject)));
    desk.leaves();
}
