//! Messages stored.

use std::sync::Arc;

use mail::{Error, Flag, Message, Moment, Role, Target};
use zeroize::Zeroizing;

use super::script::{Peer, rows};
use super::{end, quiet};

fn message(text: &[u8]) -> Message {
    Arc::new(Zeroizing::new(text.to_vec()))
}

fn drafts() -> Target {
    Target::Path("Drafts".into())
}

async fn select_drafts(peer: &mut Peer) {
    let lines = "* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 6] x\r\n";
    peer.answer("SELECT \"Drafts\"", lines, "OK [READ-WRITE] x").await;
}

#[tokio::test]
async fn a_small_message_leaves_at_once_with_its_flags_and_date() {
    let (session, script) = quiet("LITERAL+ UIDPLUS", |mut peer| async move {
        let line = "APPEND \"Drafts\" (\\Draft \\Seen $MDNSent) \" 1-Nov-2026 09:05:00 +0100\" {12+}\r\n";
        let tag = peer.hear(line).await;
        assert_eq!(peer.waiting(), "A: b\r\n\r\nabcd\r\n");
        for line in ["A: b", "\r\n", "abcd"] {
            peer.hear(line).await;
        }
        peer.say(format!("{tag} OK [APPENDUID 1 17] done\r\n")).await;
        peer.answer("STATUS INBOX", "* STATUS INBOX (MESSAGES 3 UNSEEN 0 UIDNEXT 4)\r\n", "OK x").await;
        peer.end().await;
    })
    .await;
    let flags = [Flag::Draft, Flag::Seen, Flag::ReceiptSent];
    let date = Some(Moment { unix: 1_793_520_300, offset: 60 });
    let uid = session.save(drafts(), &message(b"A: b\r\n\r\nabcd"), &flags, date).await.unwrap();
    assert_eq!(uid, Some(17));
    end(session, &script).await;
}

#[tokio::test]
async fn a_large_message_waits_for_the_server_to_agree() {
    let (session, script) = quiet("LITERAL+ UIDPLUS", |mut peer| async move {
        let tag = peer.hear("APPEND \"Drafts\" () {100000}\r\n").await;
        assert_eq!(peer.waiting(), "");
        peer.say(format!("{tag} NO [OVERQUOTA] full\r\n")).await;
        let tag = peer.hear("APPEND \"Drafts\" () {100000}\r\n").await;
        peer.say(format!("{tag} NO [TOOBIG] too big\r\n")).await;
        // Not a byte of it was sent, and the session goes on.
        peer.answer("FETCH 3:3", &rows(3, 3), "OK done").await;
        assert_eq!(peer.end().await, "");
    })
    .await;
    let large = message(&[b'x'; 100_000]);
    assert!(matches!(session.save(drafts(), &large, &[], None).await, Err(Error::Full)));
    let error = session.save(drafts(), &large, &[], None).await.unwrap_err();
    assert!(matches!(error, Error::MessageTooLarge { limit: None }), "{error:?}");
    assert_eq!(session.page("INBOX", 0, 1).await.unwrap().rows.len(), 1);
    end(session, &script).await;
}

#[tokio::test]
async fn a_limit_that_is_known_is_respected_without_a_word() {
    let (session, script) = quiet("APPENDLIMIT=11", |mut peer| async move {
        assert_eq!(peer.end().await, "");
    })
    .await;
    let error = session.save(drafts(), &message(b"A: b\r\n\r\nabcd"), &[], None).await.unwrap_err();
    assert!(matches!(error, Error::MessageTooLarge { limit: Some(11) }), "{error:?}");
    end(session, &script).await;
    let (session, script) = quiet("APPENDLIMIT", |mut peer| async move {
        peer.answer("STATUS \"Drafts\" (APPENDLIMIT)", "* STATUS Drafts (APPENDLIMIT 11)\r\n", "OK x").await;
        assert_eq!(peer.end().await, "");
    })
    .await;
    let error = session.save(drafts(), &message(b"A: b\r\n\r\nabcd"), &[], None).await.unwrap_err();
    assert!(matches!(error, Error::MessageTooLarge { limit: Some(11) }), "{error:?}");
    end(session, &script).await;
}

#[tokio::test]
async fn what_no_server_could_store_is_not_sent() {
    let (session, script) = quiet("", |mut peer| async move {
        assert_eq!(peer.end().await, "");
    })
    .await;
    for bytes in [&b""[..], b"A: b\r\n\r\na\0b"] {
        assert!(matches!(session.save(drafts(), &message(bytes), &[], None).await, Err(Error::BadMessage)));
    }
    let error = session.save(Target::Path("a\r\nb".into()), &message(b"x"), &[], None).await.unwrap_err();
    assert!(matches!(error, Error::Server { .. }), "{error:?}");
    assert!(session.save(Target::Role(Role::Other), &message(b"x"), &[], None).await.is_err());
    end(session, &script).await;
}

#[tokio::test]
async fn a_draft_is_never_lost_whatever_fails() {
    let (session, script) = quiet("LITERAL+ UIDPLUS", |mut peer| async move {
        // The new one is refused: the old one is not touched.
        select_drafts(&mut peer).await;
        let tag = peer.hear("APPEND \"Drafts\" (\\Draft) {1+}\r\n").await;
        peer.hear("x").await;
        peer.say(format!("{tag} NO [OVERQUOTA] full\r\n")).await;
        // The old one cannot be taken away: both are there.
        let tag = peer.hear("APPEND \"Drafts\" (\\Draft) {1+}\r\n").await;
        peer.hear("x").await;
        peer.say(format!("* 2 EXISTS\r\n{tag} OK [APPENDUID 1 6] x\r\n")).await;
        peer.answer("UID STORE 5 +FLAGS.SILENT (\\Deleted)", "", "NO [NOPERM] x").await;
        peer.answer("UID SEARCH UID 5\r\n", "* SEARCH 5\r\n", "OK x").await;
        peer.answer("UID STORE 5 -FLAGS.SILENT (\\Deleted)", "", "NO x").await;
        peer.answer("STATUS INBOX", "* STATUS INBOX (MESSAGES 3 UNSEEN 0 UIDNEXT 4)\r\n", "OK x").await;
        // The line breaks after the new one is stored.
        let tag = peer.hear("APPEND \"Drafts\" (\\Draft) {1+}\r\n").await;
        peer.hear("x").await;
        peer.say(format!("* 3 EXISTS\r\n{tag} OK [APPENDUID 1 7] x\r\n")).await;
        peer.hear("UID STORE 5").await;
    })
    .await;
    let draft = message(b"x");
    let error = session.replace("Drafts", 5, &draft, &[Flag::Draft]).await.unwrap_err();
    assert!(matches!(error, Error::Full), "{error:?}");
    let replaced = session.replace("Drafts", 5, &draft, &[Flag::Draft]).await.unwrap();
    assert_eq!(replaced.uid, Some(6));
    assert!(matches!(replaced.left, Some(Error::NotPermitted)), "{replaced:?}");
    let replaced = session.replace("Drafts", 5, &draft, &[Flag::Draft]).await.unwrap();
    assert_eq!(replaced.uid, Some(7));
    assert!(matches!(replaced.left, Some(Error::Closed)), "{replaced:?}");
    assert!(matches!(session.page("INBOX", 0, 1).await, Err(Error::Closed)));
    end(session, &script).await;
}

#[tokio::test]
async fn a_copy_finds_its_folder_or_makes_it() {
    let (session, script) = quiet("LITERAL- UIDPLUS", |mut peer| async move {
        peer.answer("LIST \"\" \"*\"", "* LIST () \"/\" INBOX\r\n* LIST (\\Sent) \"/\" Partis\r\n", "OK x").await;
        for _ in 0..2 {
            peer.answer("STATUS", "", "OK x").await;
        }
        let tag = peer.hear("APPEND \"Partis\" (\\Seen) {5000}\r\n").await;
        // Gone since it was listed.
        peer.say(format!("{tag} NO [TRYCREATE] x\r\n")).await;
        let create = peer.hear("CREATE \"Partis\"\r\n").await;
        let subscribe = peer.hear("SUBSCRIBE").await;
        peer.say(format!("{create} OK x\r\n{subscribe} OK x\r\n")).await;
        let tag = peer.hear("APPEND \"Partis\" (\\Seen) {5000}\r\n").await;
        peer.say("+ go on\r\n").await;
        let got = peer.hear("xxxx").await;
        assert_eq!(got.len(), 5000);
        // It does not say where it put it.
        peer.say(format!("{tag} OK done\r\n")).await;
        peer.end().await;
    })
    .await;
    let copy = message(&[b'x'; 5000]);
    assert_eq!(session.save(Target::Role(Role::Sent), &copy, &[Flag::Seen], None).await.unwrap(), None);
    end(session, &script).await;
}
