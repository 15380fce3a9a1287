//! Servers that say what is no SMTP, too much of it, or too early.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mail::Error;
use mail::outbox::{NotSent, Outbox, SendError};
use secrecy::SecretString;

use super::script::Clear;
use super::{ADDRESS, built, greet, letter, prepare, send_with, server, settings};

#[tokio::test]
async fn a_greeting_that_is_none_is_an_error_and_costs_no_memory() {
    for (said, expected) in [
        ("* OK IMAP4rev1\r\n", "Protocol(\"not SMTP\")"),
        ("\0\u{1}\u{2}\u{3}\r\n", "Protocol(\"not SMTP\")"),
        ("250 hello\r\n", "Protocol(\"no greeting\")"),
        ("220-a\r\n250 b\r\n", "Protocol(\"two codes in one answer\")"),
        ("421 4.3.2 too busy\r\n", "Unavailable"),
        ("554 5.3.2 no mail here\r\n", "Unavailable"),
        ("220-half", "TimedOut"),
        ("", "TimedOut"),
    ] {
        let script = server(move |mut peer| async move {
            peer.hear("HANDSHAKE").await;
            peer.say(said).await;
            peer.end().await;
        });
        let error = prepare(&script).await.unwrap_err();
        assert_eq!(format!("{error:?}"), expected, "{said:?}");
    }
}

#[tokio::test]
async fn answers_without_an_end_are_cut() {
    for (piece, expected) in [
        ("220-encore une ligne\r\n", "TooLarge"),
        ("x", "TooLarge"),
        ("220 ", "TooLarge"),
        ("\r", "TooLarge"),
        ("\n", "Protocol(\"not SMTP\")"),
    ] {
        let script = server(move |mut peer| async move {
            peer.hear("HANDSHAKE").await;
            for _ in 0..2000 {
                peer.say(piece.repeat(500)).await;
            }
        });
        let error = prepare(&script).await.unwrap_err();
        assert_eq!(format!("{error:?}"), expected, "{piece:?}");
    }
    // One byte now and then does not keep anybody waiting either.
    let script = server(|mut peer| async move {
        peer.hear("HANDSHAKE").await;
        loop {
            peer.say("2").await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let start = Instant::now();
    assert!(matches!(prepare(&script).await.unwrap_err(), Error::TimedOut));
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn nonsense_in_every_place_is_not_a_message_sent() {
    // How many commands are answered well before the nonsense.
    for good in 0..4 {
        for nonsense in ["blah\r\n", "999 x\r\n", "334\r\n", "250\u{0}x\r\n", "200-\r\n300 x\r\n", "354 go\r\n"] {
            let script = server(move |mut peer| async move {
                greet(&mut peer, "250-x\r\n250-SIZE 1000000\r\n250-DSN\r\n250 AUTH XOAUTH2\r\n").await;
                for (n, (word, yes)) in
                    [("AUTH", "235 ok\r\n"), ("MAIL", "250 ok\r\n"), ("RCPT", "250 ok\r\n"), ("DATA", "250 ok\r\n")]
                        .into_iter()
                        .enumerate()
                {
                    peer.hear(word).await;
                    peer.say(if n == good { nonsense } else { yes }).await;
                    if n == good {
                        break;
                    }
                }
                for _ in 0..6 {
                    peer.say(nonsense).await;
                }
                let rest = peer.end().await;
                assert!(!rest.contains("\r\n.\r\n"), "{rest}");
            });
            let one = built(&["a@mss.test"], "x");
            let error = send_with(&script, "jeton", &one).await.unwrap_err();
            // "354" in answer to DATA is none of it.
            if good < 3 || !nonsense.starts_with("354") {
                assert!(matches!(error, SendError::NotSent(NotSent::Server(_))), "{good} {nonsense:?}: {error:?}");
                script.finish().await;
            }
        }
    }
}

#[tokio::test]
async fn nothing_said_in_clear_counts_once_tls_is_there() {
    let script = server(|mut peer| async move {
        peer.say("220 x\r\n").await;
        peer.hear("EHLO").await;
        peer.say("250-x\r\n250-AUTH XOAUTH2\r\n250-PIPELINING\r\n250 STARTTLS\r\n").await;
        peer.hear("STARTTLS\r\n").await;
        peer.say("220 go\r\n").await;
        peer.hear("HANDSHAKE").await;
        peer.hear("EHLO").await;
        peer.say("250-x\r\n250-SIZE 9\r\n250 DSN\r\n").await;
        peer.end().await;
    });
    let connect = Arc::new(Clear(Arc::clone(&script)));
    let ready = Outbox::prepare_over(connect, &settings(), ADDRESS).await.unwrap();
    let error = ready.send(&SecretString::from("jeton"), &letter()).await.unwrap_err();
    assert!(matches!(error, SendError::NotSent(NotSent::Server(Error::NoMechanism))), "{error:?}");
    script.finish().await;
}

#[tokio::test]
async fn what_is_slipped_in_before_tls_ends_the_connection() {
    for (answer, expected) in [
        ("220 go\r\n250-evil\r\n", "Protocol(\"clear text after STARTTLS\")"),
        ("220 go\r\n2", "Protocol(\"clear text after STARTTLS\")"),
        ("454 4.7.0 not now\r\n", "Unavailable"),
        ("501 no\r\n", "Protocol(\"STARTTLS\")"),
    ] {
        let script = server(move |mut peer| async move {
            peer.say("220 x\r\n").await;
            peer.hear("EHLO").await;
            peer.say("250-x\r\n250 STARTTLS\r\n").await;
            peer.hear("STARTTLS").await;
            peer.say(answer).await;
            assert!(!peer.end().await.contains("HANDSHAKE"));
        });
        let connect = Arc::new(Clear(Arc::clone(&script)));
        let error = Outbox::prepare_over(connect, &settings(), ADDRESS).await.unwrap_err();
        assert_eq!(format!("{error:?}"), expected);
        script.finish().await;
    }
    let script = server(|mut peer| async move {
        peer.say("220 x\r\n").await;
        peer.hear("EHLO").await;
        peer.say("250-x\r\n250 AUTH XOAUTH2\r\n").await;
        assert!(!peer.end().await.contains("AUTH"));
    });
    let connect = Arc::new(Clear(Arc::clone(&script)));
    let error = Outbox::prepare_over(connect, &settings(), ADDRESS).await.unwrap_err();
    assert_eq!(format!("{error:?}"), "Protocol(\"no STARTTLS\")");
    script.finish().await;
}
