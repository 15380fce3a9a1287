//! Connections that break under a session, and what goes on over the next one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail::{Error, Mark, News, Opened, Refusal, Settings, Tokens};
use secrecy::SecretString;

use super::script::{HELLO, Peer, Script, enter, rows, select, settings};
use super::{ADDRESS, TOKEN, end, news, prepare};

const STATUS: &str = "* STATUS INBOX (MESSAGES 3 UNSEEN 0 UIDNEXT 4)\r\n";

/// Nothing happens by itself in these but what is about the connection.
fn patient() -> Settings {
    let mut settings = settings();
    settings.timeouts.poll = Duration::from_secs(60);
    settings.timeouts.idle = Duration::from_secs(60);
    settings
}

async fn open_as(script: &Arc<Script>, settings: &Settings, tokens: impl Tokens + 'static) -> Opened {
    prepare(script, settings).await.unwrap().open(ADDRESS, tokens, 50).await.unwrap()
}

pub(super) async fn open(script: &Arc<Script>) -> Opened {
    open_as(script, &patient(), SecretString::from(TOKEN)).await
}

/// The first connection, up to its rows.
async fn begin(peer: &mut Peer, capabilities: &str) {
    enter(peer, 3, capabilities).await;
    peer.answer("FETCH 1:3", &rows(1, 3), "OK done").await;
}

/// The next one, up to what a session always asks after it has got another.
async fn go_on(peer: &mut Peer, capabilities: &str) {
    enter(peer, 3, capabilities).await;
    peer.answer("STATUS INBOX", STATUS, "OK done").await;
}

/// A session whose first connection goes as `first` says and breaks, and whose second as `second` says.
pub(super) fn two<F, G, A, B>(capabilities: &'static str, first: F, second: G) -> Arc<Script>
where
    F: Fn(Peer) -> A + Send + Sync + 'static,
    G: Fn(Peer) -> B + Send + Sync + 'static,
    A: Future<Output = ()> + Send + 'static,
    B: Future<Output = ()> + Send + 'static,
{
    let (first, second) = (Arc::new(first), Arc::new(second));
    Script::new(move |n, mut peer| {
        let (first, second) = (Arc::clone(&first), Arc::clone(&second));
        async move {
            peer.hear("HANDSHAKE").await;
            match n {
                0 => {
                    begin(&mut peer, capabilities).await;
                    first(peer).await;
                }
                1 => second(peer).await,
                n => panic!("connection {n}"),
            }
        }
    })
}

/// The response that carries a token.
fn coded(token: &str) -> String {
    STANDARD.encode(format!("user={ADDRESS}\x01auth=Bearer {token}\x01\x01"))
}

#[tokio::test]
async fn a_message_is_asked_for_again_over_another_connection_with_the_token_of_the_moment() {
    for last in ["* BYE shutting down\r\n", "* 2 FETCH (UID 2 BODY[]<0> {900000}\r\nabc", ""] {
        let script = Script::new(move |n, mut peer| async move {
            peer.hear("HANDSHAKE").await;
            peer.say(HELLO).await;
            let auth = peer.hear(&format!("AUTHENTICATE XOAUTH2 {}\r\n", coded(&format!("jeton-{n}")))).await;
            peer.say(format!("{auth} OK [CAPABILITY IMAP4rev1] hello\r\n")).await;
            select(&mut peer, 3).await;
            if n == 0 {
                peer.answer("FETCH 1:3", &rows(1, 3), "OK done").await;
                peer.hear("UID FETCH 2 ").await;
                peer.say(last).await;
                return;
            }
            let message = "* 2 FETCH (UID 2 FLAGS () RFC822.SIZE 4 BODY[]<0> {4}\r\nabcd)\r\n";
            peer.answer("UID FETCH 2 ", message, "OK done").await;
            peer.answer("STATUS INBOX", STATUS, "OK done").await;
            peer.end().await;
        });
        let asked = AtomicUsize::new(0);
        let tokens = move || SecretString::from(format!("jeton-{}", asked.fetch_add(1, Ordering::SeqCst)));
        let Opened { session, news: _news, .. } = open_as(&script, &patient(), tokens).await;
        let raw = session.message("INBOX", 2, 1_000_000).await.unwrap();
        assert_eq!((raw.bytes.as_slice(), raw.whole), (&b"abcd"[..], true));
        // What was still to be said of the inbox is said before this is answered.
        assert!(matches!(session.page("INBOX", 3, 8).await, Ok(page) if page.rows.is_empty()));
        end(session, &script).await;
    }
}

#[tokio::test]
async fn what_is_read_is_asked_again_once_and_no_more() {
    let script = two(
        "",
        |mut peer| async move {
            peer.hear("FETCH 3:3").await;
        },
        |mut peer| async move {
            enter(&mut peer, 3, "").await;
            peer.hear("FETCH 3:3").await;
        },
    );
    let mut settings = patient();
    // Time for one connection, and not for a third.
    settings.timeouts.renew = Duration::from_millis(400);
    let opened = open_as(&script, &settings, SecretString::from(TOKEN)).await;
    assert!(matches!(opened.session.page("INBOX", 0, 1).await, Err(Error::Closed)));
    drop(opened);
    script.finish().await;
}

#[tokio::test]
async fn idle_goes_on_and_what_came_meanwhile_is_told() {
    let script = two(
        "IDLE",
        |mut peer| async move {
            peer.hear("IDLE").await;
            peer.say("+ idling\r\n").await;
        },
        |mut peer| async move {
            enter(&mut peer, 4, "IDLE").await;
            peer.answer("UID SEARCH UID 4:*", "* SEARCH 4\r\n", "OK done").await;
            peer.answer("STATUS INBOX", "* STATUS INBOX (MESSAGES 4 UNSEEN 1 UIDNEXT 5)\r\n", "OK done").await;
            let idle = peer.hear("IDLE").await;
            peer.say("+ idling\r\n* 5 EXISTS\r\n").await;
            peer.hear("DONE").await;
            peer.say(format!("{idle} OK done\r\n")).await;
            peer.answer("STATUS INBOX", "* STATUS INBOX (MESSAGES 5 UNSEEN 2 UIDNEXT 6)\r\n", "OK done").await;
            peer.end().await;
        },
    );
    let mut opened = open(&script).await;
    // Nothing of the connection itself: it was back at once.
    assert!(matches!(news(&mut opened).await, News::Mail { new: 1, unread: 1 }));
    assert!(matches!(news(&mut opened).await, News::Mail { new: 2, unread: 2 }));
    drop(opened);
    script.finish().await;
}

#[tokio::test]
async fn a_line_that_went_silent_is_replaced() {
    let script = two(
        "IDLE",
        |mut peer| async move {
            peer.hear("IDLE").await;
            peer.say("+ idling\r\n").await;
            let rest = peer.end().await;
            assert!(rest.starts_with("DONE\r\n"), "{rest:?}");
        },
        |mut peer| async move {
            go_on(&mut peer, "IDLE").await;
            peer.end().await;
        },
    );
    let mut settings = patient();
    settings.timeouts.idle = Duration::from_millis(100);
    settings.timeouts.command = Duration::from_millis(200);
    let mut opened = open_as(&script, &settings, SecretString::from(TOKEN)).await;
    assert!(matches!(news(&mut opened).await, News::Mail { new: 0, unread: 0 }));
    drop(opened);
    script.finish().await;
}

#[tokio::test]
async fn a_mark_is_put_again() {
    let script = two(
        "",
        |mut peer| async move {
            peer.hear("UID STORE 2 +FLAGS.SILENT (\\Seen)").await;
        },
        |mut peer| async move {
            enter(&mut peer, 3, "").await;
            peer.answer("UID STORE 2 +FLAGS.SILENT (\\Seen)", "", "OK done").await;
            peer.answer("STATUS INBOX", STATUS, "OK done").await;
            peer.end().await;
        },
    );
    let opened = open(&script).await;
    opened.session.mark("INBOX", &[2], Mark::Read).await.unwrap();
    drop(opened);
    script.finish().await;
}

#[tokio::test]
async fn a_search_over_another_connection_makes_no_old_number_good() {
    let rebuilt = "* 3 EXISTS\r\n* OK [UIDVALIDITY 9] x\r\n* OK [UIDNEXT 4] x\r\n";
    let script = two(
        "",
        |mut peer| async move {
            // Taken anew for a search.
            peer.hear("SELECT INBOX").await;
        },
        move |mut peer| async move {
            peer.say(HELLO).await;
            let auth = peer.hear("AUTHENTICATE XOAUTH2 ").await;
            peer.say(format!("{auth} OK [CAPABILITY IMAP4rev1] hello\r\n")).await;
            for _ in 0..2 {
                peer.answer("SELECT INBOX", rebuilt, "OK [READ-WRITE] x").await;
            }
            peer.answer("UID SEARCH OR FROM", "* SEARCH 2\r\n", "OK done").await;
            peer.answer("STATUS INBOX", STATUS, "OK done").await;
            peer.end().await;
        },
    );
    let opened = open(&script).await;
    opened.session.search("INBOX", "a", mail::Sort::default()).await.unwrap();
    assert!(matches!(opened.session.mark("INBOX", &[2], Mark::Read).await, Err(Error::Renumbered)));
    drop(opened);
    script.finish().await;
}

/// Refuses the token, or the mailbox, of a connection.
async fn refuse(mut peer: Peer, code: &str) {
    peer.say(HELLO).await;
    peer.answer("AUTHENTICATE", "", &format!("NO [{code}] no")).await;
    peer.end().await;
}

#[tokio::test]
async fn a_right_that_was_withdrawn_ends_the_session_without_another_try() {
    for (code, expected, within) in [
        ("AUTHENTICATIONFAILED", Refusal::Token, Duration::from_secs(4)),
        ("AUTHORIZATIONFAILED", Refusal::Mailbox, Duration::from_secs(1)),
    ] {
        let script = two(
            "IDLE",
            |mut peer| async move {
                peer.hear("IDLE").await;
            },
            move |peer| refuse(peer, code),
        );
        let mut opened = open(&script).await;
        let start = Instant::now();
        let mut told = news(&mut opened).await;
        if matches!(told, News::Renewing(true)) {
            told = news(&mut opened).await;
        }
        assert!(matches!(told, News::Lost(Error::Refused(why)) if why == expected), "{told:?}");
        assert!(start.elapsed() < within, "{:?}", start.elapsed());
        assert!(matches!(opened.session.page("INBOX", 0, 1).await, Err(Error::Closed)));
        drop(opened);
        script.finish().await;
    }
}

#[tokio::test]
async fn a_token_that_ended_while_its_successor_was_on_its_way_is_replaced() {
    let token = Arc::new(Mutex::new(TOKEN));
    let fresh = Arc::clone(&token);
    let script = Script::new(move |n, mut peer| {
        let fresh = Arc::clone(&fresh);
        async move {
            peer.hear("HANDSHAKE").await;
            match n {
                0 => begin(&mut peer, "").await,
                1 => {
                    refuse(peer, "AUTHENTICATIONFAILED").await;
                    *fresh.lock().unwrap() = "jeton-neuf";
                }
                _ => {
                    peer.say(HELLO).await;
                    let auth = peer.hear(&coded("jeton-neuf")).await;
                    peer.say(format!("{auth} OK [CAPABILITY IMAP4rev1] hello\r\n")).await;
                    select(&mut peer, 3).await;
                    peer.answer("STATUS INBOX", STATUS, "OK done").await;
                    peer.answer("FETCH 3:3", &rows(3, 3), "OK done").await;
                    peer.end().await;
                }
            }
        }
    });
    let tokens = move || SecretString::from(*token.lock().unwrap());
    let mut opened = open_as(&script, &patient(), tokens).await;
    assert!(matches!(news(&mut opened).await, News::Mail { new: 0, unread: 0 }));
    assert_eq!(opened.session.page("INBOX", 0, 1).await.unwrap().rows.len(), 1);
    drop(opened);
    script.finish().await;
}

#[tokio::test]
async fn a_server_that_cannot_for_now_is_tried_again_and_the_wait_is_told() {
    let script = Script::new(|n, mut peer| async move {
        peer.hear("HANDSHAKE").await;
        match n {
            0 => begin(&mut peer, "").await,
            1 => peer.say("* BYE starting\r\n").await,
            2 => refuse(peer, "UNAVAILABLE").await,
            _ => {
                go_on(&mut peer, "").await;
                peer.answer("FETCH 3:3", &rows(3, 3), "OK done").await;
                peer.end().await;
            }
        }
    });
    let mut opened = open(&script).await;
    // Let it notice, so that the request comes while the line is down.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let start = Instant::now();
    assert_eq!(opened.session.page("INBOX", 0, 1).await.unwrap().rows.len(), 1);
    assert!((2..6).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    assert!(matches!(news(&mut opened).await, News::Renewing(true)));
    assert!(matches!(news(&mut opened).await, News::Renewing(false)));
    assert_eq!(script.connections.load(Ordering::SeqCst), 4);
    drop(opened);
    script.finish().await;
}

#[tokio::test]
async fn connections_that_break_as_soon_as_they_are_made_end_in_a_session_that_is_lost() {
    let script = Script::new(|n, mut peer| async move {
        peer.hear("HANDSHAKE").await;
        if n == 0 {
            begin(&mut peer, "").await;
        } else {
            enter(&mut peer, 3, "").await;
        }
    });
    let mut settings = patient();
    settings.timeouts.renew = Duration::from_millis(200);
    let mut opened = open_as(&script, &settings, SecretString::from(TOKEN)).await;
    assert!(matches!(news(&mut opened).await, News::Lost(Error::Closed)));
    let made = script.connections.load(Ordering::SeqCst);
    assert!((2..=9).contains(&made), "{made}");
    assert!(matches!(opened.session.page("INBOX", 0, 1).await, Err(Error::Closed)));
    assert_eq!(script.connections.load(Ordering::SeqCst), made, "lost is lost");
    drop(opened);
    script.finish().await;
}

#[tokio::test]
async fn a_session_that_was_lost_opens_again_when_asked() {
    let script = Script::new(|n, mut peer| async move {
        peer.hear("HANDSHAKE").await;
        match n {
            0 => begin(&mut peer, "").await,
            1 => refuse(peer, "AUTHORIZATIONFAILED").await,
            _ => {
                go_on(&mut peer, "").await;
                peer.answer("FETCH 3:3", &rows(3, 3), "OK done").await;
                peer.end().await;
            }
        }
    });
    let mut opened = open(&script).await;
    assert!(matches!(news(&mut opened).await, News::Lost(Error::Refused(Refusal::Mailbox))));
    opened.session.reopen().await.unwrap();
    assert_eq!(opened.session.page("INBOX", 0, 1).await.unwrap().rows.len(), 1);
    drop(opened);
    script.finish().await;
}

#[tokio::test]
async fn nothing_is_tried_any_more_for_a_session_that_is_dropped_or_closed() {
    for close in [false, true] {
        let script = Script::new(|n, mut peer| async move {
            peer.hear("HANDSHAKE").await;
            if n == 0 {
                begin(&mut peer, "").await;
            } else {
                peer.say("* BYE not now\r\n").await;
            }
        });
        let Opened { session, mut news, .. } = open(&script).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(script.connections.load(Ordering::SeqCst), 2);
        let start = Instant::now();
        if close {
            session.close().await;
        } else {
            drop(session);
        }
        assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
        assert!(news.recv().await.is_none(), "its end was asked for");
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(script.connections.load(Ordering::SeqCst), 2);
        script.finish().await;
    }
}
