//! What is sent arrives, byte for byte.

use std::time::{Duration, Instant};

use mail::outbox::{Kind, Original, Outbox, Outgoing, ReceiptRequest, Reports, Settings, Stage, Thread, receipt};
use mail::{Mailbox, Mechanism, News, Tls};
use secrecy::{ExposeSecret as _, SecretString};
use site::mail::{PERSONAL, Tokens};
use site::{provider, submission};

use super::desk::{Desk, SoftCard};
use super::{DOORS, Door, NOW, OTHER, Site, as_kept, built, heavy, letter, long_token, me, send, to};

#[tokio::test]
async fn text_and_documents_arrive_as_they_were_built() {
    let site = Site::start();
    for door in DOORS {
        let built = built(&heavy(OTHER, 300_001));
        let accepted = send(&site.settings(door), &built).await.unwrap();
        assert_eq!(accepted.response.code, 250);
        let kept = site.delivered(OTHER, &built.message_id).await;
        assert!(kept.ends_with(&as_kept(&built)), "{door:?}: {}", kept.chars().take(2000).collect::<String>());
        assert_eq!(kept.matches("\nX-MSS-NIL: GUICHET-1.0\n").count(), 1);
        // And says so to whoever reads it.
        let back = Outgoing::from_draft(kept.as_bytes(), me(), "x").unwrap();
        assert_eq!(back.attachments[0].name, "Compte rendu – été.pdf");
        assert!(back.attachments[0].bytes.iter().copied().eq((0..=255u8).cycle().take(300_001)));
        assert_eq!(back.text, letter(OTHER).text);
    }
}

#[tokio::test]
async fn new_mail_is_seen_by_who_waits_for_it() {
    let site = Site::start();
    let Site { place, .. } = &site;
    let imap = mail::ServerSource::Fixed(place.imap(Tls::Implicit));
    let mut reading = mail::Settings::new(imap, super::roots(&place.pki.mail_ca()));
    reading.dns = Some(place.dns.address());
    let mut opened = Mailbox::prepare(&reading, OTHER).await.unwrap().open(OTHER, super::token(), 8).await.unwrap();
    for door in DOORS {
        let built = built(&letter(OTHER));
        send(&site.settings(door), &built).await.unwrap();
        tokio::time::timeout(Duration::from_secs(20), async {
            while !matches!(opened.news.recv().await.expect("no session"), News::Mail { new: 1.., .. }) {}
        })
        .await
        .unwrap_or_else(|_| panic!("{door:?}: no news"));
        let page = opened.session.refresh("INBOX", 8).await.unwrap();
        assert_eq!(page.rows[0].subject, "Résultats de M. LAMPION");
        assert_eq!(page.rows[0].from.name, "Dr Tryphon TOURNESOL, Cabinet de Moulinsart");
        assert!(page.rows[0].unread);
    }
}

#[tokio::test]
async fn a_token_of_two_kilobytes_passes_both_servers_with_both_mechanisms() {
    let (token, tokens) = long_token();
    let site = Site::with(site::mail::Options { tokens, ..Default::default() }, submission::Options::default());
    for door in DOORS {
        for mechanism in [Mechanism::XOAuth2, Mechanism::OAuthBearer] {
            let mut settings = site.settings(door);
            settings.mechanisms = vec![mechanism];
            let built = built(&letter(OTHER));
            let ready = Outbox::prepare(&settings, PERSONAL).await.unwrap();
            ready.send(&token, &built).await.unwrap_or_else(|e| panic!("{door:?} {mechanism:?}: {e:?}"));
            site.delivered(OTHER, &built.message_id).await;
        }
    }
}

#[tokio::test]
async fn a_short_token_passes_in_one_line_with_both_mechanisms() {
    let site = Site::start();
    for door in DOORS {
        for mechanism in [Mechanism::XOAuth2, Mechanism::OAuthBearer] {
            let mut settings = site.settings(door);
            settings.mechanisms = vec![mechanism];
            send(&settings, &built(&letter(OTHER))).await.unwrap_or_else(|e| panic!("{door:?} {mechanism:?}: {e:?}"));
        }
    }
}

#[tokio::test]
async fn the_signed_token_of_a_card_sends_and_needs_no_provider() {
    let desk = Desk::with(provider::Options::default().jwt());
    let session = desk.log_in(SoftCard::cps3("doctor")).await.unwrap();
    let tokens = Tokens::Jwt {
        issuer: desk.provider.url().to_owned(),
        key: desk.provider.public_key().unwrap(),
        clients: vec![provider::CLIENT.into()],
    };
    let token = SecretString::from(session.access_token().expose_secret());
    drop(desk);
    let site = Site::with(site::mail::Options { tokens, ..Default::default() }, submission::Options::default());
    for door in DOORS {
        let built = built(&letter(OTHER));
        Outbox::prepare(&site.settings(door), PERSONAL).await.unwrap().send(&token, &built).await.unwrap();
        site.delivered(OTHER, &built.message_id).await;
    }
}

#[tokio::test]
async fn everybody_gets_it_and_a_failure_would_come_back() {
    let site = Site::start();
    let mut message = letter(OTHER);
    message.cc = vec![to("bianca.castafiore@mss.test"), to("hans.krollspell@mss.test")];
    let built = built(&message);
    send(&site.settings(Door::Implicit), &built).await.unwrap();
    for address in [OTHER, "bianca.castafiore@mss.test", "hans.krollspell@mss.test"] {
        assert!(site.delivered(address, &built.message_id).await.ends_with(&as_kept(&built)));
    }
}

#[tokio::test]
async fn a_delivery_is_reported_with_the_name_of_its_message_where_that_is_asked_for() {
    let site = Site::start();
    for door in DOORS {
        let built = built(&letter(OTHER));
        let settings = Settings { reports: Reports::Deliveries, ..site.settings(door) };
        send(&settings, &built).await.unwrap_or_else(|e| panic!("{door:?}: {e:?}"));
        let until = Instant::now() + Duration::from_secs(20);
        let report = loop {
            let envelope = format!("Original-Envelope-Id: {}", built.message_id);
            let reports = site.reports(PERSONAL);
            if let Some(report) = reports.into_iter().find(|report| report.contains(&envelope)) {
                break report;
            }
            assert!(Instant::now() < until, "{door:?}:\n{}", site.submission.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        assert!(report.contains(&format!("Final-Recipient: rfc822; {OTHER}")), "{report}");
        // The header comes back and not the text (RET=HDRS).
        assert!(report.contains(&format!("<{}>", built.message_id)), "{report}");
        assert!(report.contains("Content-Type: text/rfc822-headers"), "{report}");
    }
    // Not asked for, none comes.
    let before = site.reports(PERSONAL).len();
    let quiet = built(&letter(OTHER));
    send(&site.settings(Door::Implicit), &quiet).await.unwrap();
    site.delivered(OTHER, &quiet.message_id).await;
    site.settles().await;
    assert_eq!(site.reports(PERSONAL).len(), before);
}

#[tokio::test]
async fn an_answer_stands_in_its_thread() {
    let site = Site::start();
    let original = Original {
        from: to(OTHER),
        subject: "Résultats".into(),
        date: NOW,
        text: "Bonjour,\nvoici.".into(),
        thread: Thread {
            message_id: Some("2@mss.test".into()),
            references: vec!["1@mss.test".into()],
            ..Default::default()
        },
        ..Original::default()
    };
    let mut answer = Outgoing::reply(me(), "GUICHET-1.0", &original, false);
    answer.text = "Merci.".into();
    let built = built(&answer);
    send(&site.settings(Door::Submissiond), &built).await.unwrap();
    let kept = site.delivered(OTHER, &built.message_id).await;
    assert!(kept.contains("\nIn-Reply-To: <2@mss.test>\nReferences: <1@mss.test> <2@mss.test>\n"), "{kept}");
    let back = Outgoing::from_draft(kept.as_bytes(), me(), "x").unwrap();
    assert_eq!((back.kind, back.subject.as_str(), back.text.as_str()), (Kind::Reply, "Re : Résultats", "Merci."));
    assert_eq!(
        back.quoted.trim_end(),
        "Le 23/11/2026 à 10:31, Secrétariat de cardiologie a écrit\u{202F}:\n> Bonjour,\n> voici."
    );
}

#[tokio::test]
async fn a_patient_is_written_to_as_a_patient() {
    let site = Site::start();
    let patient = Outgoing::closing(me(), "GUICHET-1.0", to("279035121518989@patient.mssante.fr"), "Au revoir.");
    for door in DOORS {
        send(&site.settings(door), &built(&patient)).await.unwrap_or_else(|e| panic!("{door:?}: {e:?}"));
    }
    let taken = "to=<279035121518989@patient.mssante.fr>, relay=none";
    let until = Instant::now() + Duration::from_secs(20);
    while site.submission.log().matches(taken).count() < 3 {
        assert!(Instant::now() < until, "{}", site.submission.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_receipt_goes_out_without_a_sender() {
    let site = Site::start();
    for door in DOORS {
        let request = ReceiptRequest { to: to(OTHER), message_id: Some("42@mss.test".into()), ..Default::default() };
        let built = receipt(&request, &me(), "GUICHET-1.0", NOW).unwrap();
        send(&site.settings(door), &built).await.unwrap_or_else(|e| panic!("{door:?}: {e:?}"));
        let kept = site.delivered(OTHER, &built.message_id).await;
        assert!(kept.starts_with("Return-Path: <>\n"), "{kept}");
        assert!(kept.contains("\nDisposition: manual-action/MDN-sent-manually; displayed\n"));
    }
}

#[tokio::test]
async fn the_stages_are_told_in_order_and_the_end_before_it_leaves() {
    let site = Site::start();
    let built = built(&heavy(OTHER, 200_000));
    let mut stages = vec![];
    let ready = Outbox::prepare(&site.settings(Door::Implicit), PERSONAL).await.unwrap();
    assert_eq!(ready.size_limit(), Some(12_000_000));
    ready.send_telling(&super::token(), &built, &mut |stage| stages.push(stage)).await.unwrap();
    let total = built.raw.len() as u64;
    assert_eq!(&stages[..3], [Stage::Entering, Stage::Announcing, Stage::Sending { sent: 0, total }]);
    assert_eq!(stages.last(), Some(&Stage::Ending));
    assert!(stages.len() > 8, "{stages:?}");
}

#[tokio::test]
async fn a_connection_that_went_away_while_writing_is_replaced() {
    let mut site = Site::start();
    for door in [Door::Implicit, Door::StartTls] {
        let ready = Outbox::prepare(&site.settings(door), PERSONAL).await.unwrap();
        site.submission.restart().unwrap();
        let built = built(&letter(OTHER));
        ready.send(&super::token(), &built).await.unwrap();
        site.delivered(OTHER, &built.message_id).await;
    }
}
