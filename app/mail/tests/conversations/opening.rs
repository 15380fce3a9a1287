//! From the greeting to the first rows.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use mail::{Error, Mailbox, Mechanism, Refusal};
use secrecy::SecretString;

use super::script::{Clear, HELLO, Script, enter, row, rows, select, settings};
use super::{ADDRESS, TOKEN, after_select, open, open_with, prepare};

#[tokio::test]
async fn authentication_and_selection_leave_in_one_flight() {
    let script = Script::new(|_, mut peer| async move {
        peer.hear("HANDSHAKE").await;
        peer.say(HELLO).await;
        let auth = peer.hear("AUTHENTICATE XOAUTH2 dXNlcj10cnlwaG9uQG1zcy50ZXN0AWF1dGg9QmVhcmVyIGpldG9u").await;
        assert!(peer.waiting().contains("SELECT INBOX\r\n"), "{:?}", peer.waiting());
        peer.say(format!("{auth} OK [CAPABILITY IMAP4rev1 IDLE] x\r\n")).await;
        select(&mut peer, 3).await;
        peer.answer("FETCH 1:3 (UID", &rows(1, 3), "OK done").await;
        peer.end().await;
    });
    let opened = open(&script).await.unwrap();
    assert_eq!(
        opened.page.rows.iter().map(|r| r.subject.as_str()).collect::<Vec<_>>(),
        ["Sujet 3", "Sujet 2", "Sujet 1"]
    );
    drop(opened);
    script.finish().await;
}

#[tokio::test]
async fn a_no_or_a_bad_is_never_an_empty_inbox() {
    for end in ["NO sorry", "BAD what?"] {
        let script = after_select(move |mut peer| async move { peer.answer("FETCH", "", end).await });
        let error = open(&script).await.unwrap_err();
        assert!(matches!(error, Error::Server { command: "FETCH", .. }), "{error:?}");
    }
    let script = after_select(|mut peer| async move { peer.answer("FETCH", "", "NO [UNAVAILABLE] later").await });
    assert!(matches!(open(&script).await.unwrap_err(), Error::Unavailable));
}

#[tokio::test]
async fn an_ok_without_rows_is_not_an_empty_inbox_either() {
    let script = after_select(|mut peer| async move {
        for _ in 0..4 {
            peer.answer("FETCH 1:3", "", "OK done").await;
            peer.answer("FETCH 1,2,3", "", "OK done").await;
            peer.answer("NOOP", "", "OK done").await;
        }
    });
    let error = open(&script).await.unwrap_err();
    assert!(matches!(error, Error::Protocol("FETCH leaves rows out")), "{error:?}");
}

#[tokio::test]
async fn an_inbox_that_is_empty_is() {
    let script = Script::new(|_, mut peer| async move {
        peer.hear("HANDSHAKE").await;
        enter(&mut peer, 0, "").await;
        peer.end().await;
    });
    let opened = open(&script).await.unwrap();
    assert_eq!((opened.page.total, opened.page.rows.len()), (0, 0));
}

#[tokio::test]
async fn a_row_too_large_to_keep_is_read_without_its_structure() {
    let script = after_select(|mut peer| async move {
        let huge = format!("* 2 FETCH (UID 2 BODYSTRUCTURE ({}))\r\n", "(\"a\" \"b\")".repeat(60_000));
        peer.answer("FETCH 1:3", &format!("{}{huge}{}", rows(1, 1), rows(3, 3)), "OK done").await;
        let bare =
            row(2, "Deux").replace("BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1 NIL NIL NIL NIL) ", "");
        peer.answer("FETCH 2 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK", &bare, "OK done").await;
        peer.end().await;
    });
    let page = open(&script).await.unwrap().page;
    assert_eq!(page.rows.iter().map(|r| r.uid).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!((page.rows[1].subject.as_str(), page.rows[1].documents), ("Deux", None));
}

#[tokio::test]
async fn a_connection_that_ends_in_the_middle_is_an_error() {
    for said in ["", "* 1 FETCH (UID 1 BODY[] {500}\r\nabc", "* BYE shutting down\r\n"] {
        let script = after_select(move |mut peer| async move {
            peer.hear("FETCH").await;
            peer.say(said).await;
        });
        let error = open(&script).await.unwrap_err();
        assert!(matches!(error, Error::Closed), "{said:?}: {error:?}");
    }
}

#[tokio::test]
async fn what_is_not_imap_is_an_error() {
    for said in ["HTTP/1.1 400 Bad Request\r\n\r\n", "\r\n", "+ go on\r\n", "A9999 OK done\r\n", "\0\u{1}\r\n"] {
        let script = after_select(move |mut peer| async move {
            peer.hear("FETCH").await;
            peer.say(said).await;
            peer.end().await;
        });
        let error = open(&script).await.unwrap_err();
        assert!(matches!(error, Error::Protocol(_)), "{said:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_never_stops_talking_does_not_fill_the_memory() {
    for start in ["* 1 FETCH (BODY[] {2147483648}\r\n", "* LIST ", "* 1 FETCH ("] {
        let script = after_select(move |mut peer| async move {
            peer.hear("FETCH").await;
            peer.say(start).await;
            let noise = vec![b'('; 64 * 1024];
            // Until the client has had enough.
            for _ in 0..1100 {
                peer.say(&noise).await;
            }
        });
        let mut settings = settings();
        settings.timeouts.command = Duration::from_secs(60);
        let error = open_with(&script, &settings).await.unwrap_err();
        assert!(matches!(error, Error::TooLarge), "{start:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_silent_server_times_out() {
    let script = Script::new(|_, mut peer| async move {
        peer.end().await;
    });
    assert!(matches!(open(&script).await.unwrap_err(), Error::TimedOut));
    let script = after_select(|mut peer| async move {
        peer.end().await;
    });
    assert!(matches!(open(&script).await.unwrap_err(), Error::TimedOut));
}

#[tokio::test]
async fn greetings_that_are_not_for_us() {
    for (greeting, expected) in [
        ("* BYE full\r\n", "Unavailable"),
        ("* PREAUTH welcome\r\n", "Protocol(\"PREAUTH\")"),
        ("220 smtp.mss.test ESMTP\r\n", "Protocol(\"no greeting\")"),
    ] {
        let script = Script::new(move |_, mut peer| async move {
            peer.say(greeting).await;
            peer.end().await;
        });
        assert_eq!(format!("{:?}", prepare(&script, &settings()).await.unwrap_err()), expected);
    }
}

#[tokio::test]
async fn nothing_is_said_in_clear_but_starttls() {
    let script = Script::new(|_, mut peer| async move {
        peer.say("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] ready\r\n").await;
        peer.answer("STARTTLS", "", "OK go").await;
        peer.hear("HANDSHAKE").await;
        // What was promised in clear does not count.
        peer.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=OAUTHBEARER\r\n", "OK done").await;
        let auth = peer.hear("AUTHENTICATE OAUTHBEARER").await;
        peer.say("+ \r\n").await;
        peer.hear("bixhPXRyeXBob25AbXNzLnRlc3Qs").await;
        peer.say(format!("{auth} OK hello\r\n")).await;
        select(&mut peer, 0).await;
        peer.answer("CAPABILITY", "* CAPABILITY IMAP4rev1\r\n", "OK done").await;
        peer.end().await;
    });
    let connect = Arc::new(Clear(Arc::clone(&script)));
    let prepared = Mailbox::prepare_over(connect, &settings(), ADDRESS).await.unwrap();
    let opened = prepared.open(ADDRESS, SecretString::from(TOKEN), 50).await.unwrap();
    drop(opened);
    script.finish().await;
}

#[tokio::test]
async fn words_slipped_in_before_tls_end_the_connection() {
    let script = Script::new(|_, mut peer| async move {
        peer.say("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n").await;
        let tag = peer.hear("STARTTLS").await;
        peer.say(format!("{tag} OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n")).await;
        assert!(!peer.end().await.contains("HANDSHAKE"));
    });
    let connect = Arc::new(Clear(Arc::clone(&script)));
    let error = Mailbox::prepare_over(connect, &settings(), ADDRESS).await.unwrap_err();
    assert!(matches!(error, Error::Protocol("clear text after STARTTLS")), "{error:?}");
    script.finish().await;
}

#[tokio::test]
async fn a_server_that_hides_starttls_gets_nothing() {
    let script = Script::new(|_, mut peer| async move {
        peer.say("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] ready\r\n").await;
        assert_eq!(peer.end().await, "");
    });
    let connect = Arc::new(Clear(Arc::clone(&script)));
    let error = Mailbox::prepare_over(connect, &settings(), ADDRESS).await.unwrap_err();
    assert!(matches!(error, Error::Protocol("no STARTTLS")), "{error:?}");
    script.finish().await;
}

#[tokio::test]
async fn a_refused_token_is_answered_as_each_mechanism_asks() {
    // {"status":"401"} and {"status":"insufficient_scope"}
    let token = ("eyJzdGF0dXMiOiI0MDEifQ==", Refusal::Token);
    let mailbox = ("eyJzdGF0dXMiOiJpbnN1ZmZpY2llbnRfc2NvcGUifQ==", Refusal::Mailbox);
    for (mechanism, answer) in [(Mechanism::XOAuth2, "\r\n"), (Mechanism::OAuthBearer, "AQ==\r\n")] {
        for (challenge, expected) in [token, mailbox] {
            let script = Script::new(move |_, mut peer| async move {
                peer.hear("HANDSHAKE").await;
                peer.say(HELLO).await;
                let tag = peer.hear("AUTHENTICATE").await;
                peer.say(format!("+ {challenge}\r\n")).await;
                peer.hear(answer).await;
                peer.say(format!("{tag} NO [AUTHENTICATIONFAILED] no\r\n")).await;
                assert_eq!(peer.end().await, "");
            });
            let mut settings = settings();
            settings.mechanisms = vec![mechanism];
            settings.pipelining = false;
            let error = open_with(&script, &settings).await.unwrap_err();
            assert!(matches!(error, Error::Refused(why) if why == expected), "{error:?}");
            script.finish().await;
        }
    }
}

#[tokio::test]
async fn refusals_and_bad_days_are_told_apart() {
    for (end, expected) in [
        ("NO [UNAVAILABLE] later", "Unavailable"),
        ("NO [AUTHENTICATIONFAILED] no", "Refused(Token)"),
        ("NO [AUTHORIZATIONFAILED] not yours", "Refused(Mailbox)"),
        ("NO no", "Refused(Token)"),
    ] {
        let script = Script::new(move |_, mut peer| async move {
            peer.hear("HANDSHAKE").await;
            peer.say(HELLO).await;
            peer.answer("AUTHENTICATE", "", end).await;
            peer.end().await;
        });
        assert_eq!(format!("{:?}", open(&script).await.unwrap_err()), expected);
    }
}

#[tokio::test]
async fn a_server_that_cannot_do_it_fast_is_met_again_the_slow_way() {
    // It advertises the initial response, forgets it and asks for it; or finds the line too long.
    for first in ["+ \r\n", "G1 BAD line too long\r\n"] {
        let script = Script::new(move |n, mut peer| async move {
            peer.hear("HANDSHAKE").await;
            peer.say(HELLO).await;
            if n == 0 {
                peer.hear("AUTHENTICATE XOAUTH2 dXN").await;
                peer.say(first).await;
                peer.end().await;
                return;
            }
            let auth = peer.hear("AUTHENTICATE XOAUTH2\r\n").await;
            assert_eq!(peer.waiting(), "");
            peer.say("+ \r\n").await;
            peer.hear("dXNlcj").await;
            assert_eq!(peer.waiting(), "");
            peer.say(format!("{auth} OK [CAPABILITY IMAP4rev1] x\r\n")).await;
            select(&mut peer, 1).await;
            peer.answer("FETCH", &rows(1, 1), "OK done").await;
            peer.end().await;
        });
        assert_eq!(open(&script).await.unwrap().page.rows.len(), 1);
        assert_eq!(script.connections.load(Ordering::SeqCst), 2);
    }
}

#[tokio::test]
async fn a_selection_that_was_thrown_away_is_asked_again() {
    let script = Script::new(|_, mut peer| async move {
        peer.hear("HANDSHAKE").await;
        peer.say(HELLO).await;
        let auth = peer.hear("AUTHENTICATE").await;
        peer.hear("SELECT").await;
        peer.say(format!("{auth} OK [CAPABILITY IMAP4rev1] x\r\n")).await;
        select(&mut peer, 1).await;
        peer.answer("FETCH", &rows(1, 1), "OK done").await;
        peer.end().await;
    });
    assert_eq!(open(&script).await.unwrap().page.rows.len(), 1);
}
