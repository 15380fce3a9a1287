//! A message and its end.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use mail::Error;
use mail::outbox::{NotSent, Outbox, Reports, SendError, Settings, Stage};
use secrecy::SecretString;

use super::{ADDRESS, OFFERS, announced, built, enter, greet, message, prepare, send, send_with, server, settings};

#[tokio::test]
async fn a_message_goes_over_in_few_flights_and_whole() {
    let script = server(|mut peer| async move {
        announced(&mut peer).await;
        let text = message(&mut peer).await;
        assert!(text.ends_with("\r\n\r\nBonjour\r\n.\r\n.cach=C3=A9\r\n"), "{text}");
        peer.say("250-2.0.0 queued\r\n250 2.0.0 as 1234\r\n").await;
        peer.hear("QUIT\r\n").await;
    });
    let accepted = send(&script).await.unwrap();
    assert_eq!((accepted.response.code, accepted.response.text.as_str()), (250, "queued"));
    script.finish().await;
}

#[tokio::test]
async fn without_pipelining_every_command_waits_for_its_answer() {
    let script = server(|mut peer| async move {
        greet(&mut peer, "250-x\r\n250-SIZE 100000\r\n250-DSN\r\n250 AUTH XOAUTH2\r\n").await;
        peer.hear("AUTH").await;
        peer.say("235 ok\r\n").await;
        for word in ["MAIL", "RCPT", "RCPT"] {
            peer.hear(word).await;
            assert_eq!(peer.waiting(), "", "{word}");
            peer.say("250 ok\r\n").await;
        }
        peer.hear("DATA").await;
        peer.say("354 ok\r\n").await;
        message(&mut peer).await;
        peer.say("250 ok\r\n").await;
    });
    send(&script).await.unwrap();
    script.finish().await;
}

#[tokio::test]
async fn one_recipient_refused_and_the_message_is_taken_back() {
    let script = server(|mut peer| async move {
        enter(&mut peer).await;
        for word in ["MAIL", "RCPT TO:<a@", "RCPT TO:<b@"] {
            peer.hear(word).await;
        }
        peer.say("250 ok\r\n550 5.1.1 unknown\r\n250 ok\r\n").await;
        peer.hear("RSET\r\n").await;
        peer.say("250 ok\r\n").await;
        peer.hear("QUIT\r\n").await;
    });
    let error = send(&script).await.unwrap_err();
    let SendError::NotSent(NotSent::Recipients(refused)) = error else { panic!("{error:?}") };
    assert_eq!((refused.len(), refused[0].address.as_str(), refused[0].reply.code), (1, "a@mss.test", 550));
    script.finish().await;
}

#[tokio::test]
async fn a_sender_refused_is_told_apart_wherever_it_is_said() {
    for (answers, expected) in [
        ("553 5.7.1 not yours\r\n503 x\r\n503 x\r\n", "Sender"),
        ("250 ok\r\n553 5.7.1 <x>: Sender address rejected\r\n553 5.7.1 <x>: Sender address rejected\r\n", "Sender"),
        ("250 ok\r\n553 5.7.1 <x>: Sender address rejected\r\n550 5.1.1 x\r\n", "Recipients"),
        ("552 5.3.4 too big\r\n503 x\r\n503 x\r\n", "TooLarge"),
        ("452 4.3.1 disk\r\n503 x\r\n503 x\r\n", "Temporary"),
        ("250 ok\r\n452 4.2.2 full\r\n250 ok\r\n", "Recipients"),
    ] {
        let script = server(move |mut peer| async move {
            enter(&mut peer).await;
            for word in ["MAIL", "RCPT", "RCPT"] {
                peer.hear(word).await;
            }
            peer.say(answers).await;
            peer.hear("RSET").await;
        });
        let error = send(&script).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(&format!("NotSent({expected}")), "{answers:?}: {error:?}");
        script.finish().await;
    }
}

#[tokio::test]
async fn after_the_last_dot_only_an_answer_is_certain() {
    for (answer, expected) in [
        ("250 ok\r\n", "Ok("),
        ("251 ok\r\n", "Ok("),
        ("451 4.3.0 later\r\n", "Err(NotSent(Temporary"),
        ("421 4.3.2 closing\r\n", "Err(NotSent(Temporary"),
        ("452 4.2.2 full\r\n", "Err(NotSent(OverQuota"),
        ("552 5.2.2 full\r\n", "Err(NotSent(OverQuota"),
        ("552 5.3.4 size\r\n", "Err(NotSent(TooLarge"),
        ("554 5.6.0 content\r\n", "Err(NotSent(Rejected"),
        ("354 again\r\n", "Err(Unknown(Protocol"),
        ("blah\r\n", "Err(Unknown(Protocol"),
        ("250-half\r\n", "Err(Unknown(Closed"),
        ("", "Err(Unknown(Closed"),
    ] {
        let script = server(move |mut peer| async move {
            announced(&mut peer).await;
            message(&mut peer).await;
            peer.say(answer).await;
        });
        let ended = format!("{:?}", send(&script).await);
        assert!(ended.starts_with(expected), "{answer:?}: {ended}");
        assert_eq!(script.connections.load(Ordering::SeqCst), 1, "{answer:?}");
        script.finish().await;
    }
    // Silence is as uncertain, and ends.
    let script = server(|mut peer| async move {
        announced(&mut peer).await;
        message(&mut peer).await;
        tokio::time::sleep(Duration::from_secs(3)).await;
    });
    assert!(matches!(send(&script).await, Err(SendError::Unknown(Error::TimedOut))));
}

#[tokio::test]
async fn a_server_that_has_had_enough_is_heard_and_the_end_is_not_sent() {
    for close in [true, false] {
        let script = server(move |mut peer| async move {
            announced(&mut peer).await;
            peer.line().await;
            peer.say("552 5.3.4 too big after all\r\n").await;
            if !close {
                let rest = peer.end().await;
                assert!(!rest.contains("\r\n.\r\n"));
            }
        });
        let large = built(&["a@mss.test", "b@mss.test"], &"ligne\n".repeat(100_000));
        let mut stages = vec![];
        let ready = prepare(&script).await.unwrap();
        let ended = ready.send_telling(&SecretString::from("jeton"), &large, &mut |s| stages.push(s)).await;
        assert!(matches!(ended, Err(SendError::NotSent(NotSent::TooLarge { .. }))), "{ended:?}");
        assert!(!stages.contains(&Stage::Ending));
        script.finish().await;
    }
}

#[tokio::test]
async fn a_line_that_breaks_in_the_middle_is_never_tried_again() {
    // After how many good answers it breaks: the sender, the recipients, DATA, half a message.
    for good in 1..5 {
        let script = server(move |mut peer| async move {
            greet(&mut peer, "250-x\r\n250-SIZE 9000000\r\n250-DSN\r\n250 AUTH XOAUTH2\r\n").await;
            for (word, yes) in
                [("AUTH", "235 ok\r\n"), ("MAIL", "250 ok\r\n"), ("RCPT", "250 ok\r\n"), ("DATA", "354 ok\r\n")]
                    .into_iter()
                    .take(good)
            {
                peer.hear(word).await;
                peer.say(yes).await;
            }
            peer.line().await;
        });
        let large = built(&["a@mss.test"], &"ligne\n".repeat(100_000));
        let error = send_with(&script, "jeton", &large).await.unwrap_err();
        assert!(matches!(error, SendError::NotSent(NotSent::Server(Error::Closed))), "{good}: {error:?}");
        assert_eq!(script.connections.load(Ordering::SeqCst), 1, "{good}");
        script.finish().await;
    }
}

#[tokio::test]
async fn an_address_with_accents_needs_a_server_that_takes_it() {
    let accented = built(&["zoé@mss.test"], "x");
    let script = server(|mut peer| async move {
        enter(&mut peer).await;
        assert!(!peer.end().await.contains("MAIL"));
    });
    let error = send_with(&script, "jeton", &accented).await.unwrap_err();
    assert!(matches!(error, SendError::NotSent(NotSent::AccentedAddress)), "{error:?}");
    script.finish().await;
    let script = server(|mut peer| async move {
        greet(&mut peer, &OFFERS.replace("250 DSN", "250-SMTPUTF8\r\n250-8BITMIME\r\n250 DSN")).await;
        peer.hear("AUTH").await;
        peer.say("235 ok\r\n").await;
        let mail = peer.line().await;
        assert!(mail.contains(" BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID="), "{mail}");
        peer.hear("RCPT TO:<zoé@mss.test> NOTIFY=").await;
        peer.say("250 ok\r\n250 ok\r\n").await;
        peer.hear("DATA").await;
        peer.say("354 ok\r\n").await;
        assert!(message(&mut peer).await.contains("<zoé@mss.test>"));
        peer.say("250 ok\r\n").await;
    });
    send_with(&script, "jeton", &accented).await.unwrap();
    script.finish().await;
}

#[tokio::test]
async fn reports_are_asked_for_as_the_site_wants_and_the_server_can() {
    for (reports, dsn, asked) in [
        (Reports::Failures, true, " NOTIFY=FAILURE,DELAY"),
        (Reports::Deliveries, true, " NOTIFY=SUCCESS,FAILURE,DELAY"),
        (Reports::Failures, false, ""),
        (Reports::Deliveries, false, ""),
    ] {
        let letter = built(&["a@mss.test"], "x");
        let envelope = format!(" RET=HDRS ENVID={}\r\n", letter.message_id);
        let script = server(move |mut peer| {
            let envelope = envelope.clone();
            async move {
                let offers = if dsn { OFFERS.to_owned() } else { OFFERS.replace("250 DSN", "250 HELP") };
                greet(&mut peer, &offers).await;
                peer.hear("AUTH").await;
                peer.say("235 ok\r\n").await;
                if !dsn {
                    // Asked once more, now that it knows us.
                    peer.hear("EHLO").await;
                    peer.say(&offers).await;
                }
                let mail = peer.line().await;
                assert_eq!(mail.ends_with(&envelope), dsn, "{mail}");
                assert_eq!(mail.contains("ENVID") || mail.contains("RET"), dsn, "{mail}");
                assert_eq!(peer.line().await, format!("RCPT TO:<a@mss.test>{asked}\r\n"));
                peer.say("250 ok\r\n250 ok\r\n").await;
                peer.hear("DATA").await;
                peer.say("354 ok\r\n").await;
                message(&mut peer).await;
                peer.say("250 ok\r\n").await;
            }
        });
        let settings = Settings { reports, ..settings() };
        let ready = Outbox::prepare_over(Arc::clone(&script) as Arc<dyn mail::Connect>, &settings, ADDRESS).await;
        ready.unwrap().send(&SecretString::from("jeton"), &letter).await.unwrap();
        script.finish().await;
    }
}
