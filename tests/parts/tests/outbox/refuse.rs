//! What the servers refuse is told for what it is, and nothing of it arrives.

use mail::outbox::{NotSent, Outbox, SendError};
use mail::{Error, Mechanism, Refusal};
use pki::Pki;
use secrecy::SecretString;
use site::mail::{FOREIGN, PERSONAL, Tokens};
use site::submission;

use super::{DOORS, Door, NOW, OTHER, Site, built, heavy, letter, me, send, to, token};

#[tokio::test]
async fn another_persons_address_is_refused_as_a_sender() {
    let site = Site::start();
    for door in DOORS {
        let mut message = letter(OTHER);
        message.from.address = FOREIGN.into();
        let built = built(&message);
        let Err(SendError::NotSent(NotSent::Sender(reply))) = send(&site.settings(door), &built).await else {
            panic!("{door:?}")
        };
        assert_eq!((reply.code, reply.enhanced), (553, Some((5, 7, 1))), "{door:?}");
        assert!(site.never_arrives(OTHER, &built.message_id).await);
    }
}

#[tokio::test]
async fn a_token_that_is_no_good_is_refused() {
    let site = Site::start();
    for door in DOORS {
        for mechanism in [Mechanism::XOAuth2, Mechanism::OAuthBearer] {
            for length in [20, 2000] {
                let mut settings = site.settings(door);
                settings.mechanisms = vec![mechanism];
                let ready = Outbox::prepare(&settings, PERSONAL).await.unwrap();
                let bad = SecretString::from("x".repeat(length));
                let error = ready.send(&bad, &built(&letter(OTHER))).await.unwrap_err();
                let refused = matches!(&error, SendError::NotSent(NotSent::Server(Error::Refused(Refusal::Token))));
                assert!(refused, "{door:?} {mechanism:?} {length}: {error:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_mailbox_of_somebody_else_is_refused() {
    let site = Site::start();
    for door in DOORS {
        let ready = Outbox::prepare(&site.settings(door), FOREIGN).await.unwrap();
        let error = ready.send(&token(), &built(&letter(OTHER))).await.unwrap_err();
        assert!(matches!(&error, SendError::NotSent(NotSent::Server(Error::Refused(_)))), "{door:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_is_told_by_the_server_that_can() {
    let ca = Pki::shared().unwrap().provider_ca();
    let tokens = Tokens::Introspection { url: "http://127.0.0.1:9/".into(), ca };
    let site = Site::with(site::mail::Options { tokens, ..Default::default() }, submission::Options::default());
    let fate = async |door| match send(&site.settings(door), &built(&letter(OTHER))).await {
        Err(SendError::NotSent(NotSent::Server(error))) => error,
        other => panic!("{door:?}: {other:?}"),
    };
    assert!(matches!(fate(Door::Submissiond).await, Error::Unavailable));
    // Postfix answers 535 to everything its helper could not settle. That is a refusal, and not a message sent.
    assert!(matches!(fate(Door::Implicit).await, Error::Refused(Refusal::Token)));
}

#[tokio::test]
async fn one_recipient_refused_and_nobody_gets_it() {
    let site = Site::start();
    for door in DOORS {
        let mut message = letter(OTHER);
        message.cc = vec![to("personne@mss.test"), to("hans.krollspell@mss.test"), to("a@ailleurs.test")];
        let built = built(&message);
        let Err(SendError::NotSent(NotSent::Recipients(refused))) = send(&site.settings(door), &built).await else {
            panic!("{door:?}")
        };
        let told: Vec<_> = refused.iter().map(|r| (r.address.as_str(), r.reply.code, r.is_unknown_address())).collect();
        assert_eq!(told, [("personne@mss.test", 550, true), ("a@ailleurs.test", 550, true)], "{door:?}");
        assert!(site.never_arrives(OTHER, &built.message_id).await);
        assert!(site.kept("hans.krollspell@mss.test", "INBOX", &built.message_id).is_empty());
    }
}

#[tokio::test]
async fn what_is_too_large_is_not_even_announced() {
    let sending = submission::Options { size: 200_000, ..Default::default() };
    let site = Site::with(site::mail::Options::default(), sending);
    for door in DOORS {
        let built = built(&heavy(OTHER, 200_000));
        let error = send(&site.settings(door), &built).await.unwrap_err();
        let SendError::NotSent(NotSent::TooLarge { size, limit: Some(limit) }) = error else {
            panic!("{door:?}: {error:?}")
        };
        assert_eq!(size, built.raw.len() as u64);
        assert!((190_000..=200_000).contains(&limit), "{door:?}: {limit}");
    }
    assert!(!site.submission.log().contains("size exceeds"), "{}", site.submission.log());
}

#[tokio::test]
async fn a_refusal_after_the_last_dot_is_certain() {
    for (line, temporary) in [("451 4.3.0 Revenez", true), ("554 5.7.1 Contenu", false)] {
        let more = format!("smtpd_end_of_data_restrictions = check_client_access static:{{{line}}}\n");
        let site = Site::with(site::mail::Options::default(), submission::Options { more, ..Default::default() });
        for door in DOORS {
            let built = built(&letter(OTHER));
            let error = send(&site.settings(door), &built).await.unwrap_err();
            match (&error, temporary) {
                (SendError::NotSent(NotSent::Temporary(reply)), true) => assert_eq!(reply.code, 451),
                (SendError::NotSent(NotSent::Rejected(reply)), false) => assert_eq!(reply.code, 554),
                _ => panic!("{door:?}: {error:?}"),
            }
            assert!(site.never_arrives(OTHER, &built.message_id).await);
        }
    }
}

#[tokio::test]
async fn a_message_of_somebody_who_may_write_is_the_same_message_after_a_refusal() {
    let site = Site::start();
    let message = letter(OTHER);
    let mut refused = message.clone();
    refused.cc = vec![to("personne@mss.test")];
    send(&site.settings(Door::Implicit), &built(&refused)).await.unwrap_err();
    let sent = message.build(mail::Moment { unix: NOW.unix + 90, ..NOW }).unwrap();
    assert_eq!(sent.message_id, refused.message_id());
    send(&site.settings(Door::Implicit), &sent).await.unwrap();
    site.delivered(OTHER, &sent.message_id).await;
    assert_eq!(site.kept(OTHER, "INBOX", &sent.message_id).len(), 1);
    assert_eq!(me().address, PERSONAL);
}
