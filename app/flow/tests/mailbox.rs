//! What is done in an open BAL, told event by event: lists, messages, documents, printing, the curtain.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod people;

use flow::*;
use people::*;

fn change(desk: &Desk) -> (u64, Change) {
    let found = desk.effects.iter().find_map(|effect| match effect {
        Effect::Change(_, number, change) => Some((*number, change.clone())),
        _ => None,
    });
    found.expect("an order")
}

fn rows(desk: &Desk) -> Vec<u32> {
    match desk.inbox().list {
        List::Rows(rows) => rows.iter().map(|row| row.uid).collect(),
        other => panic!("rows, not {other:?}"),
    }
}

#[test]
fn a_row_opens_its_message_and_back_leads_to_the_same_page() {
    let mut desk = Desk::at_work(19_208);
    desk.touch(Touch::Move(PageMove::Next));
    desk.touch(Touch::OpenRow(3));
    let id = desk.asked_for();
    assert_eq!(id, MessageId { folder: 0, uid: 19_208 - 11 });
    // Its row stands for it until it comes.
    let page = desk.message();
    assert!(page.loading && page.letter.subject == "Lettre 11" && !page.can_reply);
    desk.event(Event::MessageRead(desk.ticket(), id, Ok(letter())));
    let page = desk.message();
    assert!(!page.loading && page.can_reply && page.newer && page.older);
    desk.touch(Touch::Back);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::CloseMessage(_))));
    assert_eq!(desk.inbox().first, 9);
}

#[test]
fn a_long_message_is_shown_piece_by_piece() {
    let mut desk = Desk::reading(10);
    assert_eq!(desk.message().shown, 60);
    desk.touch(Touch::ShowRest);
    assert_eq!(desk.message().shown, 120);
    desk.touch(Touch::ShowRest);
    desk.touch(Touch::ShowRest);
    assert_eq!(desk.message().shown, 150);
}

#[test]
fn the_next_message_is_read_even_where_its_row_has_to_be_fetched() {
    let mut desk = Desk::at_work(19_208);
    for _ in 0..5 {
        desk.touch(Touch::Move(PageMove::Next));
    }
    desk.touch(Touch::OpenRow(7));
    let id = desk.asked_for();
    desk.event(Event::MessageRead(desk.ticket(), id, Ok(letter())));
    // Row 47 is in the window of fifty; rows 48 to 50 are on the next page, which it does not hold whole.
    for _ in 0..3 {
        desk.touch(Touch::Move(PageMove::Next));
    }
    let request = desk.request();
    desk.event(Event::RowsRead(desk.ticket(), request, window(19_208, request.from, 50)));
    assert_eq!(desk.asked_for().uid, 19_208 - 50);
    // A late answer about another message is not shown.
    desk.event(Event::MessageRead(desk.ticket(), id, Ok(letter())));
    assert!(desk.message().loading);
    desk.touch(Touch::Back);
    assert_eq!(desk.inbox().first, 49);
}

#[test]
fn a_message_that_does_not_come_says_so_and_may_be_asked_again() {
    let mut desk = Desk::at_work(10);
    desk.touch(Touch::OpenRow(0));
    let id = desk.asked_for();
    desk.event(Event::MessageRead(desk.ticket(), id, Err(Failure::ReaderCrashed)));
    assert_eq!(desk.message().failed, Some(Failure::ReaderCrashed));
    desk.touch(Touch::Retry);
    assert_eq!(desk.asked_for(), id);
    assert!(desk.message().loading && desk.message().failed.is_none());
}

#[test]
fn a_receipt_is_the_persons_to_decide() {
    let mut desk = Desk::reading(10);
    desk.touch(Touch::AnswerReceipt(true));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::SendReceipt(..))));
    assert_eq!(desk.message().letter.receipt, Receipt::Sending);
    desk.touch(Touch::AnswerReceipt(true));
    assert!(desk.effects.is_empty(), "one receipt is enough");
    let id = MessageId { folder: 0, uid: 10 };
    desk.event(Event::ReceiptSent(desk.ticket(), id, Ok(())));
    assert_eq!(desk.message().letter.receipt, Receipt::Sent);
    let mut other = Desk::reading(10);
    other.touch(Touch::AnswerReceipt(false));
    assert!(other.effects.is_empty());
    assert_eq!(other.message().letter.receipt, Receipt::Declined);
}

#[test]
fn filter_and_order_are_asked_of_the_server_from_the_top() {
    let mut desk = Desk::at_work(19_208);
    desk.touch(Touch::Move(PageMove::Next));
    desk.touch(Touch::Filter(Filter::Unread));
    let request = desk.request();
    assert_eq!((request.listing.filter, request.from, request.afresh), (Filter::Unread, 0, true));
    assert!(matches!(desk.inbox().list, List::Loading), "rows of the other list are gone");
    desk.event(Event::RowsRead(desk.ticket(), request, window(12, 0, 50)));
    assert_eq!(desk.inbox().total, 12);
    desk.touch(Touch::Sort);
    assert!(matches!(desk.screen(), Screen::SortChoice(_)));
    desk.touch(Touch::SortBy(Sort { by: By::Sender, descending: false }));
    let request = desk.request();
    assert_eq!((request.listing.filter, request.listing.sort.by), (Filter::Unread, By::Sender));
    // Another folder begins as folders begin.
    desk.touch(Touch::OpenFolder(2));
    assert_eq!(desk.request().listing, Listing::default());
}

#[test]
fn a_search_shows_what_it_finds_while_it_goes_on_and_can_be_stopped() {
    let mut desk = Desk::at_work(19_208);
    desk.touch(Touch::Search);
    desk.touch(Touch::Typed("p".into()));
    desk.touch(Touch::Submit);
    assert!(matches!(desk.screen(), Screen::Typing(Typing { complete: false, .. })), "one letter is not a search");
    desk.touch(Touch::Typed("potassium".into()));
    desk.touch(Touch::Submit);
    let number = number_of_search(&desk, "potassium");
    assert!(matches!(desk.inbox().list, List::Loading));
    let progress = |found, looked, done| Progress { found, looked, of: 19_208, done };
    desk.event(Event::Searched(desk.ticket(), number, Ok(progress(3, 19_208, false))));
    let request = desk.request();
    assert_eq!(request.listing.search, Some(number));
    desk.event(Event::RowsRead(desk.ticket(), request, window(3, 0, 50)));
    assert_eq!((rows(&desk).len(), desk.inbox().total), (3, 3));
    // More of them, beyond the page: only the count moves.
    desk.event(Event::Searched(desk.ticket(), number, Ok(progress(11, 2_000, false))));
    let request = desk.request();
    desk.event(Event::RowsRead(desk.ticket(), request, window(11, 0, 50)));
    desk.event(Event::Searched(desk.ticket(), number, Ok(progress(14, 4_000, false))));
    assert!(desk.effects.is_empty() && desk.inbox().total == 14 && rows(&desk).len() == 8);
    desk.touch(Touch::StopSearch);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::StopSearch(_, stopped) if *stopped == number)));
    assert!(desk.inbox().search.unwrap().progress.done);
    desk.touch(Touch::EndSearch);
    assert_eq!(desk.request().listing, Listing::default());
    assert!(desk.inbox().search.is_none());
}

/// The number of the search for these words that was just ordered.
fn number_of_search(desk: &Desk, words: &str) -> u64 {
    let number = desk.effects.iter().find_map(|effect| match effect {
        Effect::Search(_, 0, number, text) if text.0 == words => Some(*number),
        _ => None,
    });
    number.unwrap()
}

#[test]
fn what_is_found_while_rows_are_on_their_way_is_shown_as_well() {
    let mut desk = Desk::at_work(203);
    desk.touch(Touch::Search);
    desk.touch(Touch::Typed("hospitalisation".into()));
    desk.touch(Touch::Submit);
    let number = number_of_search(&desk, "hospitalisation");
    let progress = |found, looked, done| Progress { found, looked, of: 203, done };
    desk.event(Event::Searched(desk.ticket(), number, Ok(progress(2, 0, false))));
    let request = desk.request();
    desk.event(Event::Searched(desk.ticket(), number, Ok(progress(138, 203, true))));
    assert!(desk.effects.is_empty(), "one request at a time");
    desk.event(Event::RowsRead(desk.ticket(), request, window(2, 0, 50)));
    let request = desk.request();
    desk.event(Event::RowsRead(desk.ticket(), request, window(138, 0, 50)));
    assert_eq!((rows(&desk).len(), desk.inbox().total), (8, 138));
    assert!(desk.effects.is_empty(), "asked again for nothing");
    // Some are gone meanwhile: the mail knows better than what was told.
    desk.touch(Touch::Refresh);
    let request = desk.request();
    desk.event(Event::RowsRead(desk.ticket(), request, window(137, 0, 50)));
    assert!(desk.effects.is_empty() && desk.inbox().total == 137);
}

#[test]
fn a_search_that_finds_nothing_says_so_only_at_its_end() {
    let mut desk = Desk::at_work(100);
    desk.touch(Touch::Search);
    desk.touch(Touch::Typed("zèbre".into()));
    desk.touch(Touch::Submit);
    let number = number_of_search(&desk, "zèbre");
    for (looked, done) in [(0, false), (60, false), (100, true)] {
        let progress = Progress { found: 0, looked, of: 100, done };
        desk.event(Event::Searched(desk.ticket(), number, Ok(progress)));
        assert_eq!(desk.inbox().list, if done { List::Empty } else { List::Loading });
    }
}

#[test]
fn any_page_can_be_jumped_to_and_none_beyond_the_last() {
    let mut desk = Desk::at_work(19_208);
    desk.touch(Touch::Jump);
    for digit in [2, 4, 0, 1, 5] {
        desk.touch(Touch::Digit(digit));
    }
    let Screen::Jump(jump) = desk.screen() else { panic!("the keypad") };
    assert_eq!((jump.typed, jump.of, jump.from, jump.complete), (2_401, 2_401, 1, true));
    desk.touch(Touch::Submit);
    assert_eq!(desk.request().from, 19_200);
    assert_eq!(desk.inbox().first, 19_201);
}

#[test]
fn several_messages_go_to_the_bin_and_come_back() {
    let mut desk = Desk::at_work(20);
    desk.touch(Touch::SelectRow(0));
    desk.touch(Touch::OpenRow(2));
    desk.touch(Touch::OpenRow(2));
    desk.touch(Touch::OpenRow(1));
    let selection = desk.inbox().selection.unwrap();
    assert_eq!((selection.count, selection.archive, selection.in_bin), (2, true, false));
    assert_eq!(selection.rows[..3], [true, true, false]);
    desk.touch(Touch::Act(Action::Delete));
    let (number, order) = change(&desk);
    assert_eq!((order.folder, order.what, order.uids.as_slice()), (0, What::Move(4), &[19, 20][..]));
    assert!(desk.inbox().selection.unwrap().busy, "nothing is said before the server has done it");
    desk.event(Event::Changed(desk.ticket(), number, Ok(true)));
    assert_eq!(rows(&desk), (11..=18).rev().collect::<Vec<_>>());
    let page = desk.inbox();
    assert_eq!((page.total, page.selection.is_none()), (18, true));
    assert_eq!(page.banner, Banner::Done { what: Done::Deleted, count: 2, undo: true });
    desk.touch(Touch::Undo);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Undo(_, undone) if *undone == number)));
    desk.event(Event::Changed(desk.ticket(), number, Ok(false)));
    assert!(desk.request().afresh);
    assert_eq!(desk.inbox().banner, Banner::Done { what: Done::Undone, count: 2, undo: false });
    desk.wait(4);
    assert_eq!(desk.inbox().banner, Banner::None);
}

#[test]
fn what_the_server_refuses_to_change_is_told_and_the_list_is_looked_at_again() {
    let mut desk = Desk::at_work(20);
    desk.touch(Touch::SelectRow(0));
    desk.touch(Touch::Act(Action::Junk));
    let (number, _) = change(&desk);
    desk.event(Event::Changed(desk.ticket(), number, Err(Failure::MailServer)));
    assert_eq!(desk.inbox().banner, Banner::NotDone(Failure::MailServer));
    assert!(desk.request().afresh);
}

#[test]
fn what_is_deleted_for_good_is_asked_twice() {
    let mut desk = Desk::at_work(20);
    desk.touch(Touch::OpenFolder(4));
    let request = desk.request();
    desk.event(Event::RowsRead(desk.ticket(), request, window(12, 0, 50)));
    desk.touch(Touch::SelectRow(0));
    desk.touch(Touch::Act(Action::Delete));
    assert!(matches!(desk.screen(), Screen::Question(Question::Erase(1))));
    assert!(desk.effects.is_empty());
    desk.touch(Touch::Cancel);
    assert!(desk.effects.is_empty() && desk.inbox().selection.is_some());
    desk.touch(Touch::EndSelection);
    desk.touch(Touch::Act(Action::Empty));
    assert!(matches!(desk.screen(), Screen::Question(Question::EmptyBin(12))));
    desk.touch(Touch::Confirm);
    let (number, order) = change(&desk);
    assert_eq!((order.what, order.folder), (What::Empty, 4));
    desk.event(Event::Changed(desk.ticket(), number, Ok(false)));
    let request = desk.request();
    desk.event(Event::RowsRead(desk.ticket(), request, window(0, 0, 50)));
    assert!(matches!(desk.inbox().list, List::Empty));
    assert_eq!(desk.inbox().banner, Banner::Done { what: Done::Emptied, count: 12, undo: false });
}

#[test]
fn an_open_message_is_moved_into_a_folder_of_choice() {
    let mut desk = Desk::reading(20);
    desk.touch(Touch::More);
    assert!(matches!(desk.screen(), Screen::More(More { archive: true, in_bin: false, .. })));
    desk.touch(Touch::Act(Action::Move));
    let Screen::MoveTo(MoveTo { folders, count: 1 }) = desk.screen() else { panic!("the folders") };
    // Neither where it is, nor where only what the kiosk writes belongs.
    assert_eq!(folders.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [3, 4, 5, 6]);
    for place in [0, 1, 2] {
        desk.touch(Touch::MoveInto(place));
        assert!(matches!(desk.screen(), Screen::MoveTo(_)), "{place} takes none");
    }
    desk.touch(Touch::MoveInto(6));
    let (number, order) = change(&desk);
    assert_eq!((order.what, order.uids.as_slice()), (What::Move(6), &[20][..]));
    desk.event(Event::Changed(desk.ticket(), number, Ok(true)));
    assert!(matches!(desk.inbox().banner, Banner::Done { what: Done::Moved(_), count: 1, undo: true }));
    assert_eq!(rows(&desk)[0], 19);
}

fn paper(desk: &Desk) -> Paper {
    match desk.screen() {
        Screen::Document(document) => document.paper,
        other => panic!("a document, not {other:?}"),
    }
}

fn pages(desk: &Desk) -> Vec<Page> {
    let asked = desk.effects.iter().filter_map(|effect| match effect {
        Effect::DrawPage(_, _, page) => Some(*page),
        _ => None,
    });
    asked.collect()
}

#[test]
fn a_document_is_drawn_page_by_page_the_next_one_ahead() {
    let mut desk = Desk::reading(10);
    desk.touch(Touch::OpenDocument(1));
    let number = number_of_document(&desk);
    assert_eq!(paper(&desk), Paper::Loading(None));
    desk.event(Event::DocumentRead(desk.ticket(), number, DocumentNews::Coming(40)));
    assert_eq!(paper(&desk), Paper::Loading(Some(40)));
    let open = Paper::Pages { page: 1, of: 3, picture: None, zoom: 0 };
    desk.event(Event::DocumentRead(desk.ticket(), number, DocumentNews::Open(open)));
    assert_eq!(pages(&desk), [Page { page: 1, zoom: 0 }]);
    let picture = |width| Picture { width, height: 1, pixels: vec![0; 4 * width as usize].into() };
    desk.event(Event::DocumentRead(desk.ticket(), number, DocumentNews::Page(1, 0, picture(1))));
    assert!(matches!(paper(&desk), Paper::Pages { picture: Some(Picture { width: 1, .. }), .. }));
    assert_eq!(pages(&desk), [Page { page: 2, zoom: 0 }], "the next one, ahead of need");
    desk.event(Event::DocumentRead(desk.ticket(), number, DocumentNews::Page(2, 0, picture(2))));
    desk.touch(Touch::Move(PageMove::Next));
    assert!(matches!(paper(&desk), Paper::Pages { page: 2, picture: Some(Picture { width: 2, .. }), .. }));
    assert_eq!(pages(&desk), [Page { page: 3, zoom: 0 }]);
    desk.touch(Touch::Zoom(true));
    assert_eq!(pages(&desk), [Page { page: 2, zoom: 1 }]);
    for _ in 0..5 {
        desk.touch(Touch::Zoom(true));
        desk.touch(Touch::Move(PageMove::Next));
    }
    assert!(matches!(paper(&desk), Paper::Pages { page: 3, of: 3, zoom: Paper::MOST_ZOOM, .. }));
    // An answer to a document that was closed is not shown.
    desk.touch(Touch::Back);
    desk.event(Event::DocumentRead(desk.ticket(), number, DocumentNews::Refused(Unreadable::Broken)));
    assert!(matches!(desk.screen(), Screen::Message(_)));
}

/// The number of the document that was just asked for.
fn number_of_document(desk: &Desk) -> u64 {
    let number = desk.effects.iter().find_map(|effect| match effect {
        Effect::OpenDocument(_, number, _) => Some(*number),
        _ => None,
    });
    number.unwrap()
}

#[test]
fn a_page_that_cannot_be_drawn_takes_no_other_away_and_is_tried_again() {
    let mut desk = Desk::reading(10);
    desk.touch(Touch::OpenDocument(0));
    let number = number_of_document(&desk);
    let open = Paper::Pages { page: 1, of: 3, picture: None, zoom: 0 };
    desk.event(Event::DocumentRead(desk.ticket(), number, DocumentNews::Open(open.clone())));
    let picture = Picture { width: 1, height: 1, pixels: vec![0; 4].into() };
    desk.event(Event::DocumentRead(desk.ticket(), number, DocumentNews::Page(1, 0, picture)));
    // The next one, drawn ahead, is broken: the one that is read stays.
    desk.event(Event::DocumentRead(desk.ticket(), number, DocumentNews::NoPage(2, 0, Unreadable::Broken)));
    assert!(matches!(paper(&desk), Paper::Pages { page: 1, picture: Some(_), .. }));
    desk.touch(Touch::Move(PageMove::Next));
    assert_eq!(paper(&desk), Paper::Refused(Unreadable::Broken));
    desk.touch(Touch::Retry);
    let number = number_of_document(&desk);
    desk.event(Event::DocumentRead(desk.ticket(), number, DocumentNews::Open(open)));
    assert_eq!(pages(&desk), [Page { page: 1, zoom: 0 }], "asked for anew");
}

#[test]
fn the_rest_of_a_large_message_does_not_ask_for_its_receipt_again() {
    let mut desk = Desk::reading(10);
    let Screen::Message(page) = desk.screen() else { panic!("a message") };
    assert_eq!(page.letter.receipt, Receipt::Asked);
    desk.touch(Touch::AnswerReceipt(true));
    let id = desk.effects.iter().find_map(|effect| match effect {
        Effect::SendReceipt(_, id) => Some(*id),
        _ => None,
    });
    let id = id.unwrap();
    for (told, receipt) in [(None, Receipt::Sending), (Some(Ok(())), Receipt::Sent)] {
        if let Some(told) = told {
            desk.event(Event::ReceiptSent(desk.ticket(), id, told));
        }
        desk.event(Event::MessageRead(desk.ticket(), id, Ok(letter())));
        let Screen::Message(page) = desk.screen() else { panic!("a message") };
        assert_eq!(page.letter.receipt, receipt);
    }
}

#[test]
fn what_cannot_be_read_is_neither_answered_nor_printed() {
    let mut desk = Desk::reading(10);
    let Screen::Message(page) = desk.screen() else { panic!("a message") };
    assert!(page.can_reply && page.can_print);
    desk.touch(Touch::Back);
    desk.touch(Touch::OpenRow(0));
    let id = desk.effects.iter().find_map(|effect| match effect {
        Effect::ReadMessage(_, id) => Some(*id),
        _ => None,
    });
    let mut sealed = letter();
    sealed.seal = Seal::Encrypted;
    desk.event(Event::MessageRead(desk.ticket(), id.unwrap(), Ok(sealed)));
    let Screen::Message(page) = desk.screen() else { panic!("a message") };
    assert!(!page.can_reply && !page.can_print);
    for touch in [Touch::Write(Kind::Reply), Touch::Write(Kind::Forward), Touch::Print] {
        desk.touch(touch);
        assert!(desk.effects.is_empty() && matches!(desk.screen(), Screen::Message(_)));
    }
}

#[test]
fn two_quick_touches_are_one_order() {
    let mut desk = Desk::at_work(20);
    desk.touch(Touch::SelectRow(0));
    desk.touch(Touch::Act(Action::Delete));
    change(&desk);
    desk.touch(Touch::Act(Action::Delete));
    assert!(desk.effects.is_empty(), "an order for messages that are on their way already");
}

#[test]
fn a_bin_is_emptied_only_where_all_of_it_is_counted() {
    let mut desk = Desk::at_work(20);
    desk.touch(Touch::OpenFolder(4));
    let request = desk.request();
    desk.event(Event::RowsRead(desk.ticket(), request, window(12, 0, 50)));
    desk.touch(Touch::Filter(Filter::Unread));
    let request = desk.request();
    desk.event(Event::RowsRead(desk.ticket(), request, window(2, 0, 50)));
    desk.touch(Touch::Act(Action::Empty));
    assert!(matches!(desk.screen(), Screen::Inbox(_)), "two are counted, twelve would go");
    desk.touch(Touch::Filter(Filter::All));
    let request = desk.request();
    desk.event(Event::RowsRead(desk.ticket(), request, window(12, 0, 50)));
    desk.touch(Touch::Act(Action::Empty));
    assert_eq!(desk.screen(), Screen::Question(Question::EmptyBin(12)));
}

#[test]
fn news_that_were_put_away_come_back_only_with_more_of_them() {
    let mut desk = Desk::at_work(20);
    desk.event(Event::NewMail(desk.ticket(), 1, 5));
    assert_eq!((desk.inbox().banner, desk.inbox().folders[0].unread), (Banner::New(1), 5));
    desk.touch(Touch::DismissNew);
    // Somebody reads one elsewhere.
    desk.event(Event::NewMail(desk.ticket(), 1, 4));
    assert_eq!((desk.inbox().banner, desk.inbox().folders[0].unread), (Banner::None, 4));
    desk.event(Event::NewMail(desk.ticket(), 2, 5));
    assert_eq!(desk.inbox().banner, Banner::New(2));
    // Counted anew from the list that shows them.
    desk.touch(Touch::ShowNew);
    let request = desk.request();
    desk.event(Event::RowsRead(desk.ticket(), request, window(22, 0, 50)));
    desk.event(Event::NewMail(desk.ticket(), 2, 6));
    assert_eq!(desk.inbox().banner, Banner::New(2));
}

#[test]
fn another_mailbox_takes_no_answer_meant_for_the_first() {
    let mut desk = Desk::reading(20);
    desk.touch(Touch::Back);
    desk.touch(Touch::Refresh);
    let late = desk.request();
    desk.touch(Touch::OpenRow(0));
    desk.touch(Touch::ChangeMailbox);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::CloseMessage(_))), "its letter stays open");
    desk.touch(Touch::ChooseMailbox(1));
    desk.event(Event::Opened(desk.ticket(), opened(3)));
    desk.event(Event::FoldersRead(desk.ticket(), folders(3)));
    desk.touch(Touch::Refresh);
    let own = desk.request();
    assert_ne!(own, late);
    desk.event(Event::RowsRead(desk.ticket(), late, window(20, 0, 50)));
    assert_eq!(desk.inbox().total, 3, "rows of the first under the name of the second");
}

#[test]
fn printing_is_one_question_and_then_the_truth() {
    let mut desk = Desk::reading(10);
    desk.touch(Touch::Print);
    desk.touch(Touch::Copies(2));
    assert!(matches!(desk.screen(), Screen::Print(Print::Ask { copies: 2, current: None, .. })));
    desk.touch(Touch::Print);
    let number = desk
        .effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Print(_, number, PrintJob { document: false, copies: 2, page: None }) => Some(*number),
            _ => None,
        })
        .unwrap();
    let going = PrintNews::Going(1, 2, Some(PrinterWaits::Paper));
    desk.event(Event::Printed(desk.ticket(), number, going));
    let waits = Screen::Print(Print::Going { printed: 1, of: 2, waits: Some(PrinterWaits::Paper) });
    assert_eq!(desk.screen(), waits);
    desk.event(Event::Printed(desk.ticket(), number, PrintNews::Failed(Failure::PrinterAborted)));
    assert_eq!(desk.screen(), Screen::Print(Print::Failed(Failure::PrinterAborted)));
    desk.touch(Touch::Retry);
    assert!(matches!(desk.screen(), Screen::Print(Print::Going { .. })));
    desk.touch(Touch::Cancel);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::CancelPrint(..))));
    assert!(matches!(desk.screen(), Screen::Message(_)));
}

#[test]
fn the_curtain_hides_everything_and_closes_in_the_end() {
    let mut desk = Desk::reading(10);
    desk.touch(Touch::Mask);
    assert_eq!(desk.screen(), Screen::Masked(120));
    assert!(desk.visit.view(desk.now).bar.session.is_none(), "no name either");
    desk.touch(Touch::Back);
    desk.touch(Touch::Anywhere);
    desk.wait(100);
    assert_eq!(desk.screen(), Screen::Masked(20), "no other page comes over it");
    desk.touch(Touch::Unmask);
    assert!(matches!(desk.screen(), Screen::Message(_)));
    desk.touch(Touch::Mask);
    desk.wait(120);
    assert_eq!(desk.screen(), Screen::RemoveCard(RemoveCard::TimedOut));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Forget(_))));
}
