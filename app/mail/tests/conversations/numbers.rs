//! Folders that were rebuilt: their UIDs are those of other messages (RFC 3501 section 2.3.1.1).

use std::sync::Arc;
use std::time::Duration;

use mail::{Error, Flag, Mark, Opened, Target};
use zeroize::Zeroizing;

use super::script::{Peer, Script, enter, rows, settings};
use super::{end, open_with, quiet};

const OTHER: &str = "* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1] x\r\n";
const STATUS: &str = "* STATUS INBOX (MESSAGES 3 UNSEEN 0 UIDNEXT 4)\r\n";

fn trash() -> Target {
    Target::Path("Trash".into())
}

async fn select(peer: &mut Peer, name: &str, exists: u32, validity: u32) {
    let next = exists + 1;
    let lines = format!("* {exists} EXISTS\r\n* OK [UIDVALIDITY {validity}] x\r\n* OK [UIDNEXT {next}] x\r\n");
    peer.answer(&format!("SELECT {name}\r\n"), &lines, "OK [READ-WRITE] x").await;
}

#[tokio::test]
async fn messages_of_another_time_are_not_moved_deleted_replaced_or_emptied() {
    let (session, script) = quiet("MOVE UIDPLUS LITERAL+", |mut peer| async move {
        peer.answer("SELECT \"Autre\"", OTHER, "OK [READ-WRITE] x").await;
        select(&mut peer, "INBOX", 3, 8).await;
        // Not a word about any of them.
        peer.answer("FETCH 1:3 (UID", &rows(1, 3), "OK done").await;
        peer.answer("UID MOVE 2 \"Trash\"", "* OK [COPYUID 1 2 1] x\r\n* 2 EXPUNGE\r\n", "OK done").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        peer.end().await;
    })
    .await;
    assert_eq!(session.page("Autre", 0, 8).await.unwrap().total, 0);
    let draft = Arc::new(Zeroizing::new(b"x".to_vec()));
    for _ in 0..2 {
        assert!(matches!(session.move_to("INBOX", &[2], trash()).await, Err(Error::Renumbered)));
        assert!(matches!(session.delete("INBOX", &[2]).await, Err(Error::Renumbered)));
        assert!(matches!(session.replace("INBOX", 2, &draft, &[Flag::Draft]).await, Err(Error::Renumbered)));
        assert!(matches!(session.empty("INBOX", 4).await, Err(Error::Renumbered)));
    }
    // Once it is listed again, what is asked is meant.
    assert_eq!(session.page("INBOX", 0, 8).await.unwrap().rows.len(), 3);
    session.move_to("INBOX", &[2], trash()).await.unwrap();
    end(session, &script).await;
}

#[tokio::test]
async fn emptying_ends_where_the_folder_is_another_one() {
    let (session, script) = quiet("UIDPLUS", |mut peer| async move {
        select(&mut peer, "\"Trash\"", 600, 1).await;
        let all = (1..=600).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        peer.answer("UID SEARCH ALL\r\n", &format!("* SEARCH {all}\r\n"), "OK done").await;
        peer.answer("UID STORE 101:600 +FLAGS.SILENT (\\Deleted)", "", "OK x").await;
        peer.answer("UID EXPUNGE 101:600\r\n", "", "OK x").await;
        peer.answer("UID SEARCH UID 101:600\r\n", "* SEARCH\r\n", "OK x").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        select(&mut peer, "INBOX", 3, 7).await;
        peer.answer("FETCH 3:3", &rows(3, 3), "OK done").await;
        select(&mut peer, "\"Trash\"", 100, 2).await;
        assert_eq!(peer.end().await, "");
    })
    .await;
    let mut emptying = session.empty("Trash", 601).await.unwrap();
    assert_eq!(emptying.next().await.unwrap().unwrap().done, 500);
    session.page("INBOX", 0, 1).await.unwrap();
    for _ in 0..2 {
        assert!(matches!(emptying.next().await, Some(Err(Error::Renumbered))));
        assert_eq!((emptying.progress().done, emptying.progress().of), (500, 600));
    }
    end(session, &script).await;
}

#[tokio::test]
async fn an_inbox_that_was_rebuilt_while_the_line_was_down_is_listed_again_first() {
    let script = Script::new(|n, mut peer| async move {
        peer.hear("HANDSHAKE").await;
        if n == 0 {
            enter(&mut peer, 3, "").await;
            peer.answer("FETCH 1:3", &rows(1, 3), "OK done").await;
            peer.hear("UID STORE 2").await;
            return;
        }
        peer.say(super::script::HELLO).await;
        let auth = peer.hear("AUTHENTICATE XOAUTH2 ").await;
        peer.say(format!("{auth} OK [CAPABILITY IMAP4rev1] hello\r\n")).await;
        select(&mut peer, "INBOX", 2, 9).await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        // The mark is not put on whatever has that number now.
        peer.answer("FETCH 1:2 (UID", &rows(1, 2), "OK done").await;
        peer.answer("UID STORE 2 +FLAGS.SILENT (\\Seen)\r\n", "", "OK done").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        peer.end().await;
    });
    let mut settings = settings();
    settings.timeouts.poll = Duration::from_secs(60);
    let Opened { session, .. } = open_with(&script, &settings).await.unwrap();
    assert!(matches!(session.mark("INBOX", &[2], Mark::Read).await, Err(Error::Renumbered)));
    assert_eq!(session.page("INBOX", 0, 8).await.unwrap().total, 2);
    session.mark("INBOX", &[2], Mark::Read).await.unwrap();
    end(session, &script).await;
}

#[tokio::test]
async fn a_search_in_a_folder_that_was_rebuilt_makes_no_old_number_good() {
    let (session, script) = quiet("", |mut peer| async move {
        peer.answer("SELECT \"Autre\"", OTHER, "OK [READ-WRITE] x").await;
        // Rebuilt meanwhile; the search is the first to see it.
        select(&mut peer, "INBOX", 3, 8).await;
        peer.answer("UID SEARCH OR FROM", "* SEARCH 2\r\n", "OK done").await;
        select(&mut peer, "INBOX", 3, 8).await;
        peer.answer("UID SEARCH OR FROM", "* SEARCH 2\r\n", "OK done").await;
        peer.answer("FETCH 3:3", &rows(3, 3), "OK done").await;
        peer.answer("UID STORE 2 +FLAGS.SILENT (\\Seen)\r\n", "", "OK done").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        peer.end().await;
    })
    .await;
    session.page("Autre", 0, 8).await.unwrap();
    for _ in 0..2 {
        session.search("INBOX", "a", mail::Sort::default()).await.unwrap();
        assert!(matches!(session.mark("INBOX", &[2], Mark::Read).await, Err(Error::Renumbered)));
    }
    session.page("INBOX", 0, 1).await.unwrap();
    session.mark("INBOX", &[2], Mark::Read).await.unwrap();
    end(session, &script).await;
}
