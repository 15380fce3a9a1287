//! What a session does while nobody asks, and folders.

use std::time::Duration;

use mail::News;
use secrecy::SecretString;

use super::script::{Script, enter, row, rows, settings};
use super::{ADDRESS, TOKEN, after_select, news, open, open_with, prepare};

#[tokio::test]
async fn an_expunge_that_crosses_a_request_does_not_mix_rows_up() {
    let script = after_select(|mut peer| async move {
        peer.answer("FETCH 1:3", &rows(1, 3), "OK done").await;
        let idle = peer.hear("IDLE").await;
        peer.say("+ idling\r\n").await;
        peer.hear("DONE").await;
        // The request that came with DONE counted on three messages.
        let fetch = peer.hear("FETCH 3:3").await;
        peer.say(format!("* 1 EXPUNGE\r\n{idle} OK done\r\n{fetch} OK nothing there\r\n")).await;
        peer.answer("FETCH 2:2", &row(2, "Sujet 3"), "OK done").await;
        peer.answer("STATUS INBOX", "* STATUS INBOX (MESSAGES 2 UNSEEN 1 UIDNEXT 4)\r\n", "OK done").await;
        peer.end().await;
    });
    let mut opened = open(&script).await.unwrap();
    // Let the session reach its IDLE.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let page = opened.session.page("INBOX", 0, 1).await.unwrap();
    assert_eq!((page.total, page.rows[0].subject.as_str()), (2, "Sujet 3"));
    assert!(matches!(news(&mut opened).await, News::Mail { new: 0, unread: 1 }));
}

#[tokio::test]
async fn without_idle_the_inbox_is_looked_at_from_time_to_time() {
    for capabilities in ["", "IDLE"] {
        let script = Script::new(move |_, mut peer| async move {
            peer.hear("HANDSHAKE").await;
            enter(&mut peer, 1, capabilities).await;
            peer.answer("FETCH", &rows(1, 1), "OK done").await;
            if !capabilities.is_empty() {
                peer.answer("IDLE", "", "NO not today").await;
            }
            peer.answer("STATUS INBOX", "* 2 EXISTS\r\n* STATUS INBOX (MESSAGES 2 UNSEEN 1)\r\n", "OK done").await;
            peer.end().await;
        });
        let mut opened = open(&script).await.unwrap();
        assert!(matches!(news(&mut opened).await, News::Mail { new: 1, unread: 1 }));
    }
}

#[tokio::test]
async fn an_idle_is_asked_again_before_it_grows_old() {
    let script = after_select(|mut peer| async move {
        peer.answer("FETCH", &rows(1, 3), "OK done").await;
        for unread in 0..2 {
            let idle = peer.hear("IDLE").await;
            peer.say("+ idling\r\n").await;
            peer.hear("DONE").await;
            peer.say(format!("{idle} OK done\r\n")).await;
            let status = format!("* STATUS INBOX (MESSAGES 3 UNSEEN {unread} UIDNEXT 4)\r\n");
            peer.answer("STATUS INBOX", &status, "OK done").await;
        }
        peer.end().await;
    });
    let mut opened = open(&script).await.unwrap();
    assert!(matches!(news(&mut opened).await, News::Mail { new: 0, unread: 0 }));
    assert!(matches!(news(&mut opened).await, News::Mail { new: 0, unread: 1 }));
}

#[tokio::test]
async fn a_folder_that_may_not_be_counted_keeps_its_place() {
    let script = Script::new(|_, mut peer| async move {
        peer.hear("HANDSHAKE").await;
        enter(&mut peer, 1, "").await;
        peer.answer("FETCH", &rows(1, 1), "OK done").await;
        let list = "* LIST () \"/\" INBOX\r\n* LIST () \"/\" \"Envoy&AOk-s\"\r\n* LIST () \"/\" Secret\r\n";
        peer.answer("LIST \"\" \"*\"\r\n", list, "OK done").await;
        peer.answer("STATUS \"INBOX\"", "* STATUS INBOX (MESSAGES 5 UNSEEN 2)\r\n", "OK done").await;
        peer.answer("STATUS \"Envoy&AOk-s\"", "* STATUS \"Envoy&AOk-s\" (MESSAGES 4 UNSEEN 0)\r\n", "OK").await;
        peer.answer("STATUS \"Secret\"", "", "NO [NOPERM] no").await;
        peer.end().await;
    });
    let mut settings = settings();
    settings.timeouts.poll = Duration::from_secs(60);
    let opened = open_with(&script, &settings).await.unwrap();
    let folders = opened.session.folders().await.unwrap();
    let seen: Vec<_> = folders.iter().map(|f| (f.name.as_str(), f.unread)).collect();
    assert_eq!(seen, [("INBOX", Some(2)), ("Envoyés", Some(0)), ("Secret", None)]);
}

#[tokio::test]
async fn a_list_the_server_refuses_is_not_a_mailbox_without_folders() {
    for (lines, end) in [("", "NO no"), ("", "OK done")] {
        let script = Script::new(move |_, mut peer| async move {
            peer.hear("HANDSHAKE").await;
            enter(&mut peer, 0, "").await;
            peer.answer("LIST", lines, end).await;
            peer.end().await;
        });
        let mut settings = settings();
        settings.timeouts.poll = Duration::from_secs(60);
        assert!(open_with(&script, &settings).await.unwrap().session.folders().await.is_err());
    }
}

#[tokio::test]
async fn goodbye_does_not_wait_for_a_server_that_does_not_answer() {
    let script = after_select(|mut peer| async move {
        peer.answer("FETCH", &rows(1, 3), "OK done").await;
        peer.hear("IDLE").await;
        peer.say("+ idling\r\n").await;
        let rest = peer.end().await;
        assert!(rest.starts_with("DONE\r\n") && rest.ends_with(" LOGOUT\r\n"), "{rest:?}");
    });
    let mut settings = settings();
    settings.timeouts.logout = Duration::from_millis(100);
    settings.timeouts.idle = Duration::from_secs(60);
    let opened = open_with(&script, &settings).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    opened.session.close().await;
    script.finish().await;
}

#[tokio::test]
async fn nothing_of_the_person_is_ever_printed() {
    let script = after_select(|mut peer| async move {
        let lines = row(1, "XDM/1.0/DDM+Lettre LAMPION Zacharie 12/03/1948") + &rows(2, 3);
        peer.answer("FETCH", &lines, "OK done").await;
        peer.end().await;
    });
    let prepared = prepare(&script, &settings()).await.unwrap();
    let mut printed = format!("{prepared:?}");
    let opened = prepared.open(ADDRESS, SecretString::from(TOKEN), 50).await.unwrap();
    assert!(opened.page.rows[2].patient.is_some());
    printed += &format!("{opened:?} {:?} {:?}", opened.page.rows[2].from, opened.page.rows[2].patient);
    for secret in [TOKEN, "LAMPION", "Lettre", "Sujet", "a@mss.test", "tryphon", "1948"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}
