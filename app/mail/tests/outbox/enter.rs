//! Tokens: the two forms of `AUTH`, and refusals.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use mail::outbox::{NotSent, Outbox, SendError};
use mail::{Error, Mechanism, Refusal};
use secrecy::SecretString;

use super::script::Script;
use super::{ADDRESS, OFFERS, announced, greet, letter, message, prepare, send, send_with, server, settings};

#[tokio::test]
async fn a_long_token_goes_on_a_line_of_its_own() {
    let token = "j".repeat(2000);
    let script = server(|mut peer| async move {
        greet(&mut peer, OFFERS).await;
        peer.hear("AUTH XOAUTH2\r\n").await;
        assert_eq!(peer.waiting(), "");
        peer.say("334 \r\n").await;
        let line = peer.line().await;
        assert!(line.len() > 2600 && line.starts_with("dXNlcj10"), "{line}");
        peer.say("535 5.7.8 no\r\n").await;
    });
    let error = send_with(&script, &token, &letter()).await.unwrap_err();
    assert!(matches!(error, SendError::NotSent(NotSent::Server(Error::Refused(Refusal::Token)))), "{error:?}");
    script.finish().await;
}

#[tokio::test]
async fn the_longest_line_with_a_token_is_the_rfcs() {
    for length in 300..420 {
        let script = server(move |mut peer| async move {
            greet(&mut peer, OFFERS).await;
            let line = peer.line().await;
            assert!(line.len() <= 512 && line.starts_with("AUTH XOAUTH2"), "{line}");
            peer.say(if line.len() > 20 { "535 5.7.8 no\r\n" } else { "454 4.7.0 no\r\n" }).await;
        });
        send_with(&script, &"j".repeat(length), &letter()).await.unwrap_err();
        script.finish().await;
    }
}

#[tokio::test]
async fn a_server_that_wants_the_other_form_gets_it() {
    for refusal in ["501 5.5.2 syntax\r\n", "504 5.5.4 no initial response\r\n", "500 what\r\n"] {
        let script = server(move |mut peer| async move {
            greet(&mut peer, OFFERS).await;
            peer.hear("AUTH XOAUTH2 dXNl").await;
            peer.say(refusal).await;
            peer.hear("AUTH XOAUTH2\r\n").await;
            peer.say("334\r\n").await;
            peer.hear("dXNl").await;
            peer.say("454 4.7.0 later\r\n").await;
        });
        let error = send(&script).await.unwrap_err();
        assert!(matches!(error, SendError::NotSent(NotSent::Server(Error::Unavailable))), "{error:?}");
        script.finish().await;
    }
    // Or asks for what it was given.
    let script = server(|mut peer| async move {
        greet(&mut peer, OFFERS).await;
        peer.hear("AUTH XOAUTH2 dXNl").await;
        peer.say("334 \r\n").await;
        peer.hear("dXNl").await;
        peer.say("334 \r\n").await;
        peer.end().await;
    });
    let error = send(&script).await.unwrap_err();
    assert!(matches!(error, SendError::NotSent(NotSent::Server(Error::Protocol("AUTH asks again")))), "{error:?}");
}

#[tokio::test]
async fn a_refusal_behind_a_challenge_is_read_to_its_end() {
    // {"status":"401"} and {"status":"insufficient_scope"}
    for (challenge, refusal) in [
        ("eyJzdGF0dXMiOiI0MDEifQ==", Refusal::Token),
        ("eyJzdGF0dXMiOiJpbnN1ZmZpY2llbnRfc2NvcGUifQ==", Refusal::Mailbox),
    ] {
        for (mechanism, word) in [(Mechanism::XOAuth2, "\r\n"), (Mechanism::OAuthBearer, "AQ==\r\n")] {
            let script = server(move |mut peer| async move {
                greet(&mut peer, OFFERS).await;
                peer.hear(&format!("AUTH {} ", mechanism.name())).await;
                peer.say(format!("334 {challenge}\r\n")).await;
                assert_eq!(peer.line().await, word);
                peer.say("535 5.7.8 no\r\n").await;
                peer.hear("QUIT").await;
            });
            let mut settings = settings();
            settings.mechanisms = vec![mechanism];
            let connect = Arc::clone(&script) as Arc<dyn mail::Connect>;
            let ready = Outbox::prepare_over(connect, &settings, ADDRESS).await.unwrap();
            let error = ready.send(&SecretString::from("jeton"), &letter()).await.unwrap_err();
            let SendError::NotSent(NotSent::Server(Error::Refused(told))) = error else { panic!("{error:?}") };
            assert_eq!(told, refusal);
            script.finish().await;
        }
    }
}

#[tokio::test]
async fn a_connection_that_went_away_before_is_replaced_once() {
    let script = Script::new(|n, mut peer| async move {
        if n == 0 {
            greet(&mut peer, OFFERS).await;
            peer.say("421 4.4.2 timeout\r\n").await;
            return;
        }
        announced(&mut peer).await;
        message(&mut peer).await;
        peer.say("250 ok\r\n").await;
    });
    let ready = prepare(&script).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    ready.send(&SecretString::from("jeton"), &letter()).await.unwrap();
    // One that closes at the first word, over and over, is given up.
    let script = server(|mut peer| async move {
        greet(&mut peer, OFFERS).await;
        peer.line().await;
    });
    let error = send(&script).await.unwrap_err();
    assert!(matches!(error, SendError::NotSent(NotSent::Server(Error::Closed))), "{error:?}");
    assert_eq!(script.connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn offers_made_to_whom_the_server_knows_are_taken() {
    let script = server(|mut peer| async move {
        greet(&mut peer, "250-x\r\n250-SIZE\r\n250 AUTH XOAUTH2\r\n").await;
        peer.hear("AUTH").await;
        peer.say("235 ok\r\n").await;
        peer.hear("EHLO").await;
        peer.say("250-x\r\n250-SIZE 100\r\n250 DSN\r\n").await;
        assert!(!peer.end().await.contains("MAIL"));
    });
    let error = send(&script).await.unwrap_err();
    assert!(matches!(error, SendError::NotSent(NotSent::TooLarge { limit: Some(100), .. })), "{error:?}");
    script.finish().await;
}

#[tokio::test]
async fn a_token_is_never_in_an_error() {
    for code in ["535 5.7.8", "454 4.7.0", "501 5.5.4", "550 5.7.1", "334", "220"] {
        let script = server(move |mut peer| async move {
            greet(&mut peer, OFFERS).await;
            for _ in 0..3 {
                let line = peer.line().await;
                peer.say(format!("{code} {}\r\n", line.trim_end())).await;
            }
        });
        let ready = prepare(&script).await.unwrap();
        let printed = format!("{ready:?}");
        let error = ready.send(&SecretString::from("jeton"), &letter()).await.unwrap_err();
        let printed = format!("{printed} {error:?} {error}");
        let told = ["amV0b24", "dXNlcj", "jeton", "tryphon"].iter().any(|secret| printed.contains(secret));
        assert!(!told, "{code}: {printed}");
    }
}
