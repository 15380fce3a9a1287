//! Changes whose answer was lost with the connection: what becomes of them over the next one.

use std::sync::Arc;
use std::time::Duration;

use mail::{Error, Opened, Target};
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::script::{Peer, Script, enter, rows, settings};
use super::{ADDRESS, TOKEN, prepare};

const STATUS: &str = "* STATUS INBOX (MESSAGES 3 UNSEEN 0 UIDNEXT 4)\r\n";

fn trash() -> Target {
    Target::Path("Trash".into())
}

/// What the first connection hears last and says then, and what the second one is, with `exists` messages left.
async fn broken<F, R>(
    capabilities: &'static str,
    heard: &'static str,
    said: &'static str,
    exists: u32,
    second: F,
) -> (Opened, Arc<Script>)
where
    F: Fn(Peer) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let second = Arc::new(second);
    let script = Script::new(move |n, mut peer| {
        let second = Arc::clone(&second);
        async move {
            peer.hear("HANDSHAKE").await;
            match n {
                0 => {
                    enter(&mut peer, 3, capabilities).await;
                    peer.answer("FETCH 1:3", &rows(1, 3), "OK done").await;
                    peer.hear(heard).await;
                    peer.say(said).await;
                }
                1 => {
                    peer.say(super::script::HELLO).await;
                    let auth = peer.hear("AUTHENTICATE").await;
                    peer.say(format!("{auth} OK [CAPABILITY IMAP4rev1 {capabilities}] hello\r\n")).await;
                    let inbox = format!("* {exists} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n");
                    peer.answer("SELECT INBOX", &inbox, "OK [READ-WRITE] x").await;
                    second(peer).await;
                }
                n => panic!("connection {n}"),
            }
        }
    });
    let mut settings = settings();
    settings.timeouts.poll = Duration::from_secs(60);
    let prepared = prepare(&script, &settings).await.unwrap();
    (prepared.open(ADDRESS, SecretString::from(TOKEN), 50).await.unwrap(), script)
}

async fn end(opened: Opened, script: &Script) {
    drop(opened);
    script.finish().await;
}

#[tokio::test]
async fn a_move_is_looked_at_and_only_what_is_still_there_is_moved_again() {
    let said = "* OK [COPYUID 1 1 5] x\r\n* 1 EXPUNGE\r\n";
    let (opened, script) = broken("MOVE UIDPLUS", "UID MOVE 1:3 \"Trash\"", said, 1, |mut peer| async move {
        peer.answer("NOOP", "", "OK done").await;
        peer.answer("UID SEARCH UID 1:3\r\n", "* SEARCH 3\r\n", "OK done").await;
        peer.answer("UID MOVE 3 \"Trash\"", "* OK [COPYUID 1 3 7] x\r\n* 1 EXPUNGE\r\n", "OK done").await;
        peer.answer("STATUS INBOX", "* STATUS INBOX (MESSAGES 0 UNSEEN 0 UIDNEXT 4)\r\n", "OK done").await;
        assert_eq!(peer.end().await, "");
    })
    .await;
    let moved = opened.session.move_to("INBOX", &[1, 2, 3], trash()).await.unwrap();
    // Where the second one went was never told, so the move cannot be undone.
    assert_eq!((moved.from.as_slice(), moved.to.as_slice()), (&[1, 2, 3][..], &[][..]));
    assert_eq!(opened.session.page("INBOX", 0, 8).await.unwrap().total, 0);
    end(opened, &script).await;
}

#[tokio::test]
async fn a_move_that_was_done_is_not_done_again() {
    let (opened, script) = broken("MOVE UIDPLUS", "UID MOVE 2:3 \"Trash\"", "* BYE\r\n", 1, |mut peer| async move {
        peer.answer("NOOP", "", "OK done").await;
        peer.answer("UID SEARCH UID 2:3\r\n", "* SEARCH\r\n", "OK done").await;
        peer.answer("STATUS INBOX", "* STATUS INBOX (MESSAGES 1 UNSEEN 0 UIDNEXT 4)\r\n", "OK done").await;
        assert_eq!(peer.end().await, "");
    })
    .await;
    let moved = opened.session.move_to("INBOX", &[2, 3], trash()).await.unwrap();
    assert_eq!((moved.from.as_slice(), moved.to.as_slice()), (&[2, 3][..], &[][..]));
    end(opened, &script).await;
}

#[tokio::test]
async fn a_message_that_was_copied_and_not_taken_away_is_not_moved_twice() {
    let said = "* OK [COPYUID 1 1:2 5:6] x\r\n";
    let (opened, script) = broken("MOVE UIDPLUS", "UID MOVE 1:2 \"Trash\"", said, 2, |mut peer| async move {
        peer.answer("NOOP", "", "OK done").await;
        peer.answer("UID SEARCH UID 1:2\r\n", "* SEARCH 2\r\n", "OK done").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        peer.answer("FETCH 2:2", &rows(2, 2), "OK done").await;
        assert_eq!(peer.end().await, "");
    })
    .await;
    let error = opened.session.move_to("INBOX", &[1, 2], trash()).await.unwrap_err();
    assert!(matches!(error, Error::Partly { done: 1, asked: 2, .. }), "{error:?}");
    // And the connection that told so is the one in use.
    assert_eq!(opened.session.page("INBOX", 0, 1).await.unwrap().total, 2);
    end(opened, &script).await;
}

#[tokio::test]
async fn a_folder_that_was_rebuilt_meanwhile_has_nothing_moved_in_it() {
    let script = Script::new(|n, mut peer| async move {
        peer.hear("HANDSHAKE").await;
        if n == 0 {
            enter(&mut peer, 3, "MOVE UIDPLUS").await;
            peer.answer("FETCH 1:3", &rows(1, 3), "OK done").await;
            peer.hear("UID MOVE 2 \"Trash\"").await;
            return;
        }
        peer.say(super::script::HELLO).await;
        let auth = peer.hear("AUTHENTICATE").await;
        peer.say(format!("{auth} OK [CAPABILITY IMAP4rev1 MOVE UIDPLUS] hello\r\n")).await;
        let inbox = "* 3 EXISTS\r\n* OK [UIDVALIDITY 8] x\r\n* OK [UIDNEXT 4] x\r\n";
        peer.answer("SELECT INBOX", inbox, "OK [READ-WRITE] x").await;
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        assert_eq!(peer.end().await, "");
    });
    let mut settings = settings();
    settings.timeouts.poll = Duration::from_secs(60);
    let prepared = prepare(&script, &settings).await.unwrap();
    let opened = prepared.open(ADDRESS, SecretString::from(TOKEN), 50).await.unwrap();
    assert!(matches!(opened.session.move_to("INBOX", &[2], trash()).await, Err(Error::Closed)));
    assert!(matches!(opened.session.move_to("INBOX", &[2], trash()).await, Err(Error::Renumbered)));
    end(opened, &script).await;
}

#[tokio::test]
async fn a_copy_is_never_made_twice() {
    let (opened, script) = broken("UIDPLUS", "UID COPY 2 \"Trash\"", "", 3, |mut peer| async move {
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        assert_eq!(peer.end().await, "");
    })
    .await;
    assert!(matches!(opened.session.move_to("INBOX", &[2], trash()).await, Err(Error::Closed)));
    assert_eq!(opened.session.page("INBOX", 3, 8).await.unwrap().total, 3);
    end(opened, &script).await;
}

#[tokio::test]
async fn what_was_to_be_deleted_is_deleted_and_looked_after() {
    let (opened, script) = broken("UIDPLUS", "UID STORE 2 +FLAGS.SILENT (\\Deleted)", "", 3, |mut peer| async move {
        peer.answer("UID STORE 2 +FLAGS.SILENT (\\Deleted)", "", "OK done").await;
        peer.answer("UID EXPUNGE 2\r\n", "* 2 EXPUNGE\r\n", "OK done").await;
        peer.answer("UID SEARCH UID 2\r\n", "* SEARCH\r\n", "OK done").await;
        peer.answer("STATUS INBOX", "* STATUS INBOX (MESSAGES 2 UNSEEN 0 UIDNEXT 4)\r\n", "OK done").await;
        assert_eq!(peer.end().await, "");
    })
    .await;
    opened.session.delete("INBOX", &[2]).await.unwrap();
    assert_eq!(opened.session.page("INBOX", 8, 8).await.unwrap().total, 2);
    end(opened, &script).await;
}

#[tokio::test]
async fn a_message_is_never_stored_twice() {
    let (opened, script) = broken("LITERAL+ UIDPLUS", "APPEND \"Drafts\"", "", 3, |mut peer| async move {
        peer.answer("STATUS INBOX", STATUS, "OK done").await;
        peer.answer("FETCH 3:3", &rows(3, 3), "OK done").await;
        assert_eq!(peer.end().await, "");
    })
    .await;
    let draft = Arc::new(Zeroizing::new(b"A: b\r\n\r\nabcd".to_vec()));
    let saved = opened.session.save(Target::Path("Drafts".into()), &draft, &[], None).await;
    assert!(matches!(saved, Err(Error::Closed)), "{saved:?}");
    // And the session goes on.
    assert_eq!(opened.session.page("INBOX", 0, 1).await.unwrap().rows.len(), 1);
    end(opened, &script).await;
}
