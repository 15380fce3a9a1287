//! Filtered and sorted lists.

use mail::{By, Error, Filter, Listing, Mark, Sort};

use super::script::{Peer, row, rows};
use super::{end, quiet};

const BY_SIZE: Listing = Listing { filter: Filter::All, sort: Sort { by: By::Size, descending: true } };
const UNREAD: Listing = Listing { filter: Filter::Unread, sort: Sort { by: By::Date, descending: true } };

fn uids(page: &mail::Page) -> Vec<u32> {
    page.rows.iter().map(|r| r.uid).collect()
}

fn positions(page: &mail::Page) -> Vec<u32> {
    page.rows.iter().map(|r| r.position).collect()
}

/// An UID FETCH of `set`, answered with these rows in this order.
async fn fetch(peer: &mut Peer, set: &str, numbers: &[u32]) {
    let lines: String = numbers.iter().map(|n| row(*n, &format!("Sujet {n}"))).collect();
    peer.answer(&format!("UID FETCH {set} (UID"), &lines, "OK done").await;
}

#[tokio::test]
async fn the_opposite_order_is_asked_for_and_read_backwards() {
    let (session, script) = quiet("SORT SORT=DISPLAY", |mut peer| async move {
        peer.answer("UID SORT (SIZE) UTF-8 ALL\r\n", "* SORT 2 3 1\r\n", "OK done").await;
        // Rows come in whatever order the server likes.
        fetch(&mut peer, "1:3", &[2, 3, 1]).await;
        fetch(&mut peer, "3", &[3]).await;
        peer.answer("UID SORT (REVERSE DISPLAYFROM) UTF-8 UNSEEN\r\n", "* SORT 3 1\r\n", "OK done").await;
        fetch(&mut peer, "1,3", &[1, 3]).await;
        peer.end().await;
    })
    .await;
    assert!(session.can_sort());
    let page = session.list("INBOX", &BY_SIZE, 0, 8, false).await.unwrap();
    assert_eq!((page.total, page.next, uids(&page), positions(&page)), (3, 4, vec![1, 3, 2], vec![0, 1, 2]));
    // Kept: the second page costs no second SORT.
    let page = session.list("INBOX", &BY_SIZE, 1, 1, false).await.unwrap();
    assert_eq!((page.from, uids(&page), positions(&page)), (1, vec![3], vec![1]));
    let sort = Sort { by: By::Sender, descending: false };
    let page = session.list("inbox", &Listing { filter: Filter::Unread, sort }, 0, 8, false).await.unwrap();
    assert_eq!(uids(&page), [1, 3]);
    end(session, &script).await;
}

#[tokio::test]
async fn a_server_that_cannot_sort_still_filters_and_turns_the_list_round() {
    let (session, script) = quiet("", |mut peer| async move {
        peer.answer("UID SEARCH UNSEEN\r\n", "* SEARCH 3\r\n* SEARCH 1\r\n", "OK done").await;
        fetch(&mut peer, "1,3", &[1, 3]).await;
        peer.answer("FETCH 1:2 (UID", &rows(1, 2), "OK done").await;
        peer.end().await;
    })
    .await;
    assert!(!session.can_sort());
    let refused = session.list("INBOX", &BY_SIZE, 0, 8, false).await;
    assert!(matches!(refused, Err(Error::NotSupported(_))), "{refused:?}");
    assert_eq!(uids(&session.list("INBOX", &UNREAD, 0, 8, false).await.unwrap()), [3, 1]);
    let oldest = Listing { filter: Filter::All, sort: Sort { by: By::Date, descending: false } };
    let page = session.list("INBOX", &oldest, 0, 2, false).await.unwrap();
    assert_eq!((uids(&page), positions(&page)), (vec![1, 2], vec![0, 1]));
    end(session, &script).await;
}

#[tokio::test]
async fn a_refused_sort_or_search_is_never_an_empty_list() {
    for (lines, answer) in [("", "NO no"), ("", "BAD what?"), ("* SORT\r\n", "NO [LIMIT] later")] {
        let (session, script) = quiet("SORT", move |mut peer| async move {
            peer.answer("UID SORT", lines, answer).await;
            peer.answer("UID SEARCH", "", answer).await;
            peer.end().await;
        })
        .await;
        let errors = [
            session.list("INBOX", &BY_SIZE, 0, 8, false).await.unwrap_err(),
            session.list("INBOX", &UNREAD, 0, 8, false).await.unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(error, Error::Server { .. } | Error::Unavailable), "{error:?}");
        }
        end(session, &script).await;
    }
}

#[tokio::test]
async fn mail_that_came_after_the_list_is_in_no_listing_of_it() {
    let (session, script) = quiet("ESEARCH", |mut peer| async move {
        let lines = "* 5 EXISTS\r\n* ESEARCH (TAG \"x\") UID ALL 2,4:5\r\n";
        peer.answer("UID SEARCH RETURN (ALL) UNSEEN\r\n", lines, "OK done").await;
        fetch(&mut peer, "2", &[2]).await;
        peer.answer("STATUS INBOX", "* STATUS INBOX (MESSAGES 5 UNSEEN 3 UIDNEXT 6)\r\n", "OK").await;
        peer.end().await;
    })
    .await;
    let page = session.list("INBOX", &UNREAD, 0, 8, false).await.unwrap();
    assert_eq!((page.total, uids(&page)), (1, vec![2]));
    end(session, &script).await;
}

#[tokio::test]
async fn a_message_that_went_leaves_no_gap_and_nothing_is_shown_twice() {
    let (session, script) = quiet("SORT", |mut peer| async move {
        peer.answer("UID SORT", "* SORT 2 3 1\r\n", "OK done").await;
        // Gone before it was told: no row, then the server says so.
        fetch(&mut peer, "1,3", &[3]).await;
        peer.answer("UID FETCH 1 (UID", "", "OK done").await;
        peer.answer("NOOP", "* 1 EXPUNGE\r\n", "OK done").await;
        peer.answer("UID SEARCH UID 1\r\n", "* SEARCH\r\n", "OK done").await;
        // The list is compared with the folder, since an EXPUNGE does not say which UID.
        peer.answer("UID SEARCH ALL\r\n", "* SEARCH 2 3\r\n", "OK done").await;
        fetch(&mut peer, "2:3", &[2, 3]).await;
        peer.answer("STATUS INBOX", "* STATUS INBOX (MESSAGES 2 UNSEEN 0 UIDNEXT 4)\r\n", "OK").await;
        peer.end().await;
    })
    .await;
    let page = session.list("INBOX", &BY_SIZE, 0, 2, false).await.unwrap();
    assert_eq!((page.total, uids(&page), positions(&page)), (2, vec![3, 2], vec![0, 1]));
    end(session, &script).await;
}

#[tokio::test]
async fn a_row_that_is_left_out_is_a_fault_and_not_a_shorter_list() {
    let (session, script) = quiet("SORT", |mut peer| async move {
        peer.answer("UID SORT", "* SORT 2 3 1\r\n", "OK done").await;
        fetch(&mut peer, "1:3", &[1, 3]).await;
        peer.answer("UID FETCH 2 (UID", "", "OK done").await;
        peer.answer("NOOP", "", "OK done").await;
        peer.answer("UID SEARCH UID 2\r\n", "* SEARCH 2\r\n", "OK done").await;
        peer.end().await;
    })
    .await;
    let error = session.list("INBOX", &BY_SIZE, 0, 8, false).await.unwrap_err();
    assert!(matches!(error, Error::Protocol("FETCH leaves rows out")), "{error:?}");
    end(session, &script).await;
}

#[tokio::test]
async fn more_than_a_million_messages_are_not_sorted_and_still_listed() {
    let (session, script) = quiet("SORT", |mut peer| async move {
        let lines = "* 1000001 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1000002] x\r\n";
        peer.answer("SELECT \"Archives\"", lines, "OK [READ-WRITE] x").await;
        let line = row(1_000_001, "Dernier");
        peer.answer("FETCH 1000001:1000001", &line, "OK done").await;
        peer.end().await;
    })
    .await;
    for listing in [BY_SIZE, UNREAD] {
        let error = session.list("Archives", &listing, 0, 8, false).await.unwrap_err();
        assert!(matches!(error, Error::TooManyMessages), "{error:?}");
    }
    assert_eq!(session.page("Archives", 0, 1).await.unwrap().rows[0].subject, "Dernier");
    end(session, &script).await;
}

#[tokio::test]
async fn more_numbers_than_were_promised_do_not_fill_the_memory() {
    let (session, script) = quiet("ESEARCH", |mut peer| async move {
        peer.answer("UID SEARCH", "* ESEARCH (TAG \"x\") UID ALL 1:4294967295\r\n", "OK done").await;
        peer.end().await;
    })
    .await;
    let error = session.list("INBOX", &UNREAD, 0, 8, false).await.unwrap_err();
    assert!(matches!(error, Error::TooManyMessages), "{error:?}");
    end(session, &script).await;
}

#[tokio::test]
async fn uids_of_another_time_change_nothing() {
    let (session, script) = quiet("", |mut peer| async move {
        let other = "* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1] x\r\n";
        peer.answer("SELECT \"Autre\"", other, "OK [READ-WRITE] x").await;
        // Rebuilt meanwhile.
        let inbox = "* 3 EXISTS\r\n* OK [UIDVALIDITY 8] x\r\n* OK [UIDNEXT 4] x\r\n";
        peer.answer("SELECT INBOX", inbox, "OK [READ-WRITE] x").await;
        peer.answer("FETCH 1:3 (UID", &rows(1, 3), "OK done").await;
        peer.answer("UID STORE 2 +FLAGS.SILENT (\\Seen)\r\n", "", "OK done").await;
        peer.answer("STATUS INBOX", "* STATUS INBOX (MESSAGES 3 UNSEEN 0 UIDNEXT 4)\r\n", "OK").await;
        peer.end().await;
    })
    .await;
    assert_eq!(session.page("Autre", 0, 8).await.unwrap().total, 0);
    for _ in 0..2 {
        let error = session.mark("INBOX", &[2], Mark::Read).await.unwrap_err();
        assert!(matches!(error, Error::Renumbered), "{error:?}");
    }
    let error = session.message("INBOX", 2, 100).await.unwrap_err();
    assert!(matches!(error, Error::Renumbered), "{error:?}");
    // Once it is listed again, what is asked is meant.
    assert_eq!(session.page("INBOX", 0, 8).await.unwrap().rows.len(), 3);
    session.mark("INBOX", &[2], Mark::Read).await.unwrap();
    end(session, &script).await;
}

#[tokio::test]
async fn documents_are_told_by_the_server_that_marks_them() {
    let (session, script) = quiet("ESEARCH", |mut peer| async move {
        let select = "* FLAGS (\\Seen $HasAttachment $HasNoAttachment)\r\n* 2 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n\
                      * OK [UIDNEXT 3] x\r\n";
        peer.answer("SELECT \"A\"", select, "OK [READ-WRITE] x").await;
        peer.answer("OR KEYWORD $HasAttachment (UNKEYWORD $HasNoAttachment OR HEADER", "* ESEARCH\r\n", "OK x").await;
        let select = "* FLAGS (\\Seen)\r\n* 2 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 3] x\r\n";
        peer.answer("SELECT \"B\"", select, "OK [READ-WRITE] x").await;
        peer.answer("(ALL) OR HEADER Content-Type \"multipart/mixed\" OR", "* ESEARCH\r\n", "OK x").await;
        peer.end().await;
    })
    .await;
    let listing = Listing { filter: Filter::WithDocument, ..Listing::default() };
    for folder in ["A", "B"] {
        assert_eq!(session.list(folder, &listing, 0, 8, false).await.unwrap().total, 0);
    }
    end(session, &script).await;
}
