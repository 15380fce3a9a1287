//! Marks, moves and deletions, with servers that say yes and mean no.

use mail::{By, Error, Filter, Listing, Mark, Role, Sort, Target};

use super::script::{Peer, row, rows};
use super::{end, quiet};

const TRASH: &str = "* 2 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 3] x\r\n";
const INBOX: &str = "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n";
const STATUS: &str = "* STATUS INBOX (MESSAGES 3 UNSEEN 0 UIDNEXT 4)\r\n";

fn trash() -> Target {
    Target::Path("Trash".into())
}

async fn select(peer: &mut Peer, name: &str, lines: &str) {
    peer.answer(&format!("SELECT {name}\r\n"), lines, "OK [READ-WRITE] x").await;
}

#[tokio::test]
async fn marks_leave_as_sets_and_only_what_the_folder_keeps_is_sent() {
    let (session, script) = quiet("", |mut peer| async move {
        peer.answer("UID STORE 1:3,9 +FLAGS.SILENT ($MDNSent)\r\n", "", "OK done").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        let read_only = format!("* OK [PERMANENTFLAGS ()] x\r\n{TRASH}");
        peer.answer("SELECT \"Lecture\"", &read_only, "OK [READ-ONLY] x").await;
        let some = format!("* OK [PERMANENTFLAGS (\\Seen)] x\r\n{TRASH}");
        peer.answer("SELECT \"Peu\"", &some, "OK [READ-WRITE] x").await;
        peer.answer("UID STORE 1 -FLAGS.SILENT (\\Seen)\r\n", "", "OK done").await;
        // Read only by word of the answer alone.
        peer.answer("SELECT \"Mot\"", TRASH, "OK [READ-ONLY] x").await;
        assert_eq!(peer.end().await, "");
    })
    .await;
    session.mark("INBOX", &[3, 9, 1, 2, 2], Mark::ReceiptSent).await.unwrap();
    for mark in [Mark::Read, Mark::Answered, Mark::ReceiptSent] {
        assert!(matches!(session.mark("Lecture", &[1], mark).await, Err(Error::NotPermitted)));
    }
    session.mark("Peu", &[1], Mark::Unread).await.unwrap();
    assert!(matches!(session.mark("Peu", &[1], Mark::Flagged).await, Err(Error::NotPermitted)));
    assert!(matches!(session.mark("Mot", &[1], Mark::Read).await, Err(Error::NotPermitted)));
    end(session, &script).await;
}

#[tokio::test]
async fn a_change_that_ends_half_way_says_how_far_it_came() {
    let (session, script) = quiet("", |mut peer| async move {
        peer.answer("UID STORE 1:500 +FLAGS.SILENT (\\Seen)\r\n", "", "OK done").await;
        peer.answer("UID STORE 501:600 +FLAGS.SILENT (\\Seen)\r\n", "", "NO [LIMIT] enough").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        peer.answer("UID STORE 1:500", "", "NO no").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        peer.end().await;
    })
    .await;
    let all: Vec<u32> = (1..=600).collect();
    let error = session.mark("INBOX", &all, Mark::Read).await.unwrap_err();
    let Error::Partly { done: 500, asked: 600, why } = error else { panic!("{error:?}") };
    assert!(matches!(*why, Error::Unavailable));
    let error = session.mark("INBOX", &all, Mark::Read).await.unwrap_err();
    assert!(matches!(error, Error::Server { command: "STORE", .. }), "{error:?}");
    end(session, &script).await;
}

#[tokio::test]
async fn a_message_moved_away_and_back_stands_where_it_was() {
    let (session, script) = quiet("MOVE UIDPLUS SORT", |mut peer| async move {
        peer.answer("UID SORT (SIZE)", "* SORT 3 2 1\r\n", "OK done").await;
        peer.answer("UID FETCH 1:3", &rows(1, 3), "OK done").await;
        let moved = "* OK [COPYUID 1 2 3] moved\r\n* 2 EXPUNGE\r\n";
        peer.answer("UID MOVE 2 \"Trash\"\r\n", moved, "OK done").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        peer.answer("UID FETCH 1,3", &(row(1, "Un") + &row(3, "Trois")), "OK done").await;
        peer.answer("FETCH 1:2 (UID", &(row(1, "Un") + &row(2, "Trois").replace("UID 2", "UID 3")), "OK done").await;
        // Back, with a number of its own.
        select(&mut peer, "\"Trash\"", "* 3 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 4] x\r\n").await;
        peer.answer("UID MOVE 3 \"INBOX\"\r\n", "* 3 EXPUNGE\r\n", "OK [COPYUID 7 3 4] moved").await;
        // No news: it is our own doing.
        peer.answer("STATUS INBOX", "* STATUS INBOX (MESSAGES 3 UNSEEN 0 UIDNEXT 5)\r\n", "OK done").await;
        select(&mut peer, "INBOX", "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 5] x\r\n").await;
        peer.answer("UID SEARCH UID 4:*\r\n", "* SEARCH 4\r\n", "OK done").await;
        let three = row(1, "Un") + &row(3, "Trois") + &row(4, "Deux");
        peer.answer("UID SEARCH ALL\r\n", "* SEARCH 1 3 4\r\n", "OK done").await;
        peer.answer("UID FETCH 1,3:4", &three, "OK done").await;
        peer.answer("STATUS INBOX", "* STATUS INBOX (MESSAGES 3 UNSEEN 0 UIDNEXT 5)\r\n", "OK done").await;
        peer.answer("UID FETCH 1,3:4", &three, "OK done").await;
        peer.end().await;
    })
    .await;
    let by_size = Listing { filter: Filter::All, sort: Sort { by: By::Size, descending: true } };
    let subjects = |page: mail::Page| page.rows.into_iter().map(|r| r.subject).collect::<Vec<_>>();
    session.list("INBOX", &by_size, 0, 8, false).await.unwrap();
    let moved = session.move_to("INBOX", &[2], trash()).await.unwrap();
    assert_eq!((moved.into.as_str(), moved.from.as_slice(), moved.to.as_slice()), ("Trash", &[2][..], &[3][..]));
    let page = session.list("INBOX", &by_size, 0, 8, false).await.unwrap();
    assert_eq!((page.total, subjects(page)), (2, vec!["Un".to_owned(), "Trois".to_owned()]));
    assert_eq!(subjects(session.page("INBOX", 0, 8).await.unwrap()), ["Trois", "Un"]);
    let back = session.move_to(&moved.into, &moved.to, Target::Path("INBOX".into())).await.unwrap();
    assert_eq!(back.to, [4]);
    // By arrival it ranks as it did, in the other list it has its old place.
    let page = session.page("INBOX", 0, 8).await.unwrap();
    assert_eq!((page.total, subjects(page)), (3, ["Trois", "Deux", "Un"].map(str::to_owned).to_vec()));
    let page = session.list("INBOX", &by_size, 0, 8, false).await.unwrap();
    assert_eq!(subjects(page), ["Un", "Deux", "Trois"]);
    end(session, &script).await;
}

#[tokio::test]
async fn without_move_a_message_is_copied_and_only_that_one_is_taken_away() {
    let (session, script) = quiet("UIDPLUS", |mut peer| async move {
        peer.answer("UID COPY 2 \"Trash\"\r\n", "", "OK [COPYUID 1 2 3] copied").await;
        peer.answer("UID STORE 2 +FLAGS.SILENT (\\Deleted)\r\n", "", "OK x").await;
        peer.answer("UID EXPUNGE 2\r\n", "* 2 EXPUNGE\r\n", "OK x").await;
        peer.answer("UID SEARCH UID 2\r\n", "* SEARCH\r\n", "OK x").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        peer.answer("FETCH 1:2", &(row(1, "Un") + &row(2, "Trois")), "OK done").await;
        peer.end().await;
    })
    .await;
    let moved = session.move_to("INBOX", &[2], trash()).await.unwrap();
    assert_eq!((moved.from.as_slice(), moved.to.as_slice()), (&[2][..], &[3][..]));
    assert_eq!(session.page("INBOX", 0, 8).await.unwrap().total, 2);
    end(session, &script).await;
}

#[tokio::test]
async fn a_server_that_could_only_expunge_everything_is_not_asked_to() {
    let (session, script) = quiet("", |mut peer| async move {
        // It may move nothing, delete nothing, empty nothing: that it looks is all.
        peer.answer("UID SEARCH ALL\r\n", "* SEARCH 1 2 3\r\n", "OK done").await;
        assert_eq!(peer.end().await, "");
    })
    .await;
    assert!(matches!(session.move_to("INBOX", &[2], trash()).await, Err(Error::NotSupported(_))));
    assert!(matches!(session.delete("INBOX", &[2]).await, Err(Error::NotSupported(_))));
    let mut emptying = session.empty("INBOX", 4).await.unwrap();
    assert!(matches!(emptying.next().await, Some(Err(Error::NotSupported(_)))));
    assert_eq!(emptying.progress().done, 0);
    end(session, &script).await;
}

#[tokio::test]
async fn an_expunge_that_was_ignored_is_not_taken_for_done() {
    let (session, script) = quiet("UIDPLUS MOVE", |mut peer| async move {
        peer.answer("UID STORE 1:2 +FLAGS.SILENT (\\Deleted)", "", "OK x").await;
        peer.answer("UID EXPUNGE 1:2", "", "OK Expunge ignored: Permission denied").await;
        peer.answer("UID SEARCH UID 1:2\r\n", "* SEARCH 1 2\r\n", "OK x").await;
        // They are not left with the mark of what another program would then expunge.
        peer.answer("UID STORE 1:2 -FLAGS.SILENT (\\Deleted)\r\n", "", "OK x").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        peer.end().await;
    })
    .await;
    let error = session.delete("INBOX", &[1, 2]).await.unwrap_err();
    assert!(matches!(error, Error::NotPermitted), "{error:?}");
    end(session, &script).await;
}

#[tokio::test]
async fn a_folder_that_is_missing_is_made_once() {
    let (session, script) = quiet("MOVE UIDPLUS CREATE-SPECIAL-USE NAMESPACE", |mut peer| async move {
        for found in [true, false] {
            peer.answer("UID MOVE 2 \"Trash\"", "", "NO [TRYCREATE] no such folder").await;
            let create = peer.hear("CREATE \"Trash\"\r\n").await;
            let subscribe = peer.hear("SUBSCRIBE \"Trash\"\r\n").await;
            peer.say(format!("{create} OK x\r\n{subscribe} NO x\r\n")).await;
            if found {
                peer.answer("UID MOVE 2 \"Trash\"", "* OK [COPYUID 1 2 1] x\r\n* 2 EXPUNGE\r\n", "OK done").await;
                peer.answer("STATUS INBOX", STATUS, "OK done").await;
            } else {
                peer.answer("UID MOVE 2 \"Trash\"", "", "NO [TRYCREATE] still not").await;
                // It moved nothing, but tried to: the inbox is looked at.
                peer.answer("STATUS INBOX", STATUS, "OK done").await;
            }
        }
        // For what it is, with its use, where own folders begin.
        peer.answer("LIST \"\" \"*\"", "* LIST () \".\" INBOX\r\n", "OK x").await;
        peer.answer("STATUS \"INBOX\"", "", "OK x").await;
        peer.answer("NAMESPACE", "* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r\n", "OK x").await;
        let create = peer.hear("CREATE \"INBOX.Junk\" (USE (\\Junk))\r\n").await;
        let subscribe = peer.hear("SUBSCRIBE \"INBOX.Junk\"\r\n").await;
        peer.say(format!("{create} NO [ALREADYEXISTS] x\r\n{subscribe} OK x\r\n")).await;
        peer.answer("UID MOVE 3 \"INBOX.Junk\"", "* OK [COPYUID 1 3 1] x\r\n* 2 EXPUNGE\r\n", "OK done").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        // The second time it is known.
        peer.answer("UID MOVE 1 \"INBOX.Junk\"", "* OK [COPYUID 1 1 2] x\r\n* 1 EXPUNGE\r\n", "OK done").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        peer.end().await;
    })
    .await;
    session.move_to("INBOX", &[2], trash()).await.unwrap();
    let error = session.move_to("INBOX", &[2], trash()).await.unwrap_err();
    assert!(matches!(error, Error::Server { command: "MOVE", .. }), "{error:?}");
    let moved = session.move_to("INBOX", &[3], Target::Role(Role::Junk)).await.unwrap();
    assert_eq!(moved.into, "INBOX.Junk");
    session.move_to("INBOX", &[1], Target::Role(Role::Junk)).await.unwrap();
    end(session, &script).await;
}

#[tokio::test]
async fn messages_that_went_are_told_apart_from_those_that_moved() {
    let (session, script) = quiet("MOVE UIDPLUS", |mut peer| async move {
        peer.answer("UID MOVE 1:2 \"Trash\"", "* OK [COPYUID 1 2 9] x\r\n* 2 EXPUNGE\r\n", "OK done").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        peer.answer("UID MOVE 1 \"Trash\"", "", "OK No messages found").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        peer.end().await;
    })
    .await;
    let moved = session.move_to("INBOX", &[1, 2], trash()).await.unwrap();
    assert_eq!((moved.from.as_slice(), moved.to.as_slice()), (&[2][..], &[9][..]));
    assert!(matches!(session.move_to("INBOX", &[1], trash()).await, Err(Error::NoSuchMessage)));
    // Onto itself is nothing at all.
    assert!(session.move_to("INBOX", &[3], Target::Path("inbox".into())).await.unwrap().from.is_empty());
    end(session, &script).await;
}

#[tokio::test]
async fn a_server_that_moves_without_saying_where_to_leaves_nothing_to_undo() {
    let (session, script) = quiet("MOVE", |mut peer| async move {
        peer.answer("UID MOVE 1:2 \"Trash\"", "* 2 EXPUNGE\r\n", "OK done").await;
        peer.answer("NOOP", "", "OK done").await;
        peer.answer("UID SEARCH UID 1:2\r\n", "* SEARCH 1\r\n", "OK done").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        peer.end().await;
    })
    .await;
    let moved = session.move_to("INBOX", &[1, 2], trash()).await.unwrap();
    assert_eq!((moved.from.as_slice(), moved.to.as_slice()), (&[2][..], &[][..]));
    end(session, &script).await;
}

#[tokio::test]
async fn a_folder_whose_numbers_do_not_last_takes_messages_without_saying_where() {
    let (session, script) = quiet("MOVE UIDPLUS", |mut peer| async move {
        peer.answer("UID MOVE 1:2 \"Trash\"", "* 2 EXPUNGE\r\n", "OK done").await;
        peer.answer("NOOP", "", "OK done").await;
        peer.answer("UID SEARCH UID 1:2\r\n", "* SEARCH 1\r\n", "OK done").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        peer.end().await;
    })
    .await;
    let moved = session.move_to("INBOX", &[1, 2], trash()).await.unwrap();
    assert_eq!((moved.from.as_slice(), moved.to.as_slice()), (&[2][..], &[][..]));
    end(session, &script).await;
    // Copied, perhaps: what cannot be known to be there is not deleted here.
    let (session, script) = quiet("UIDPLUS", |mut peer| async move {
        peer.answer("UID COPY 2 \"Trash\"", "", "OK done").await;
        peer.answer("NOOP", "", "OK done").await;
        peer.answer("UID SEARCH UID 2\r\n", "* SEARCH 2\r\n", "OK done").await;
        peer.answer("UID COPY 3 \"Trash\"", "", "OK nothing there").await;
        peer.answer("NOOP", "", "OK done").await;
        peer.answer("UID SEARCH UID 3\r\n", "* SEARCH\r\n", "OK done").await;
        assert_eq!(peer.end().await, "");
    })
    .await;
    assert!(matches!(session.move_to("INBOX", &[2], trash()).await, Err(Error::NotSupported(_))));
    assert!(matches!(session.move_to("INBOX", &[3], trash()).await, Err(Error::NoSuchMessage)));
    end(session, &script).await;
}

#[tokio::test]
async fn a_server_that_leaves_in_the_middle_of_a_move_has_moved_what_it_said() {
    let (session, script) = quiet("MOVE UIDPLUS", |mut peer| async move {
        peer.hear("UID MOVE 1:3 \"Trash\"").await;
        peer.say("* OK [COPYUID 1 1:2 5:6] x\r\n* 1 EXPUNGE\r\n* BYE shutting down\r\n").await;
    })
    .await;
    let error = session.move_to("INBOX", &[1, 2, 3], trash()).await.unwrap_err();
    let Error::Partly { done: 2, asked: 3, why } = error else { panic!("{error:?}") };
    assert!(matches!(*why, Error::Closed));
    end(session, &script).await;
}

#[tokio::test]
async fn numbers_that_were_not_asked_for_are_not_moved_messages() {
    let (session, script) = quiet("MOVE UIDPLUS", |mut peer| async move {
        for code in ["COPYUID 1 7:9 1:3", "COPYUID 1 2", "COPYUID 1 2 1:4294967295", "COPYUID x y z", "COPYUID"] {
            peer.answer("UID MOVE 2 \"Trash\"", &format!("* OK [{code}] x\r\n"), "OK done").await;
            peer.answer("STATUS INBOX", STATUS, "OK done").await;
        }
        peer.end().await;
    })
    .await;
    for _ in 0..5 {
        let moved = session.move_to("INBOX", &[2], trash()).await;
        assert!(matches!(moved, Err(Error::NoSuchMessage)), "{moved:?}");
    }
    end(session, &script).await;
}

#[tokio::test]
async fn emptying_takes_what_the_list_showed_and_goes_on_only_when_asked() {
    let (session, script) = quiet("UIDPLUS", |mut peer| async move {
        select(&mut peer, "\"Trash\"", "* 601 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 602] x\r\n").await;
        // 602 came after the list.
        let all = (1..=602).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        peer.answer("UID SEARCH ALL\r\n", &format!("* 602 EXISTS\r\n* SEARCH {all}\r\n"), "OK done").await;
        for set in ["102:601", "1:101"] {
            peer.answer(&format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)"), "", "OK x").await;
            peer.answer(&format!("UID EXPUNGE {set}\r\n"), "", "OK x").await;
            peer.answer(&format!("UID SEARCH UID {set}\r\n"), "* SEARCH\r\n", "OK x").await;
            // A change of ours: how the inbox stands is looked at.
            peer.answer("STATUS INBOX", STATUS, "OK done").await;
        }
        assert_eq!(peer.end().await, "");
    })
    .await;
    let mut emptying = session.empty("Trash", 602).await.unwrap();
    assert_eq!((emptying.progress().done, emptying.progress().of), (0, 601));
    assert_eq!(emptying.next().await.unwrap().unwrap().done, 500);
    assert_eq!(emptying.next().await.unwrap().unwrap().done, 601);
    assert!(emptying.next().await.is_none());
    end(session, &script).await;
}

#[tokio::test]
async fn a_mailbox_that_is_full_or_a_right_that_is_missing_is_said() {
    let (session, script) = quiet("MOVE UIDPLUS", |mut peer| async move {
        for answer in ["NO [OVERQUOTA] full", "NO [NOPERM] no"] {
            peer.answer("UID MOVE 1 \"Trash\"", "", answer).await;
            peer.answer("STATUS INBOX", STATUS, "OK done").await;
        }
        peer.answer("SELECT \"Secret\"", "", "NO [NOPERM] no").await;
        select(&mut peer, "INBOX", INBOX).await;
        peer.answer("FETCH 2:2", &rows(2, 2), "OK done").await;
        peer.end().await;
    })
    .await;
    assert!(matches!(session.move_to("INBOX", &[1], trash()).await, Err(Error::Full)));
    assert!(matches!(session.move_to("INBOX", &[1], trash()).await, Err(Error::NotPermitted)));
    assert!(matches!(session.page("Secret", 0, 8).await, Err(Error::NotPermitted)));
    // And the session goes on.
    assert_eq!(session.page("INBOX", 0, 1).await.unwrap().rows.len(), 1);
    end(session, &script).await;
}
