//! Logins that succeed, what they cost, and how they end.

use std::sync::atomic::Ordering;

use login::{Door, Ending, Error, MailboxKind, Scheme};
use secrecy::ExposeSecret;
use serde_json::json;
use site::dns::{self, Dns};
use site::provider::{CERTIFICATE_CLIENT, Options, PUBLIC_CLIENT};

use crate::desk::{Desk, SoftCard, kiosk_certificate, log_in, until};

#[tokio::test]
async fn a_doctor_comes_in_and_is_known_by_name() {
    let boxes = json!([
        {"adresse": "tryphon.tournesol@mss.test", "type": "PER"},
        {"adresse": "cabinet.moulinsart@mss.test", "type": "ORG", "libelle": "Cabinet de Moulinsart"},
    ]);
    let desk = Desk::with(Options::default().mailboxes("899700012345", boxes));
    let session = desk.log_in(SoftCard::cps3("doctor")).await.unwrap();
    let person = session.identity();
    assert_eq!(person.subject_name_id, "899700012345");
    assert_eq!(person.subject, "899700012345");
    assert_eq!(person.given_name.as_deref(), Some("Tryphon"));
    assert_eq!(person.family_name.as_deref(), Some("TOURNESOL"));
    assert_eq!(person.acr.as_deref(), Some("eidas2"), "asked for eidas1, answered eidas2");
    assert_eq!(person.auth_mode.as_deref(), Some("CARD"));
    assert_eq!(person.activities.len(), 2);
    assert_eq!(person.activities[0].name.as_deref(), Some("CABINET DE MOULINSART"));
    assert_eq!(person.mailboxes.len(), 2);
    assert_eq!(person.mailboxes[1].kind, MailboxKind::Organisational);
    let token = session.access_token().expose_secret();
    assert_eq!(desk.provider.introspect(token).unwrap()["sub"], "899700012345");
}

#[tokio::test]
async fn a_nurse_comes_in_without_any_mailbox_claim() {
    let desk = Desk::open();
    let session = desk.log_in(SoftCard::cps3("nurse")).await.unwrap();
    assert_eq!(session.identity().family_name.as_deref(), Some("CASTAFIORE"));
    assert!(session.identity().mailboxes.is_empty());
}

#[tokio::test]
async fn a_cps4_signs_for_tls_1_3() {
    let desk = Desk::with(Options::default().with("card_versions", json!("tls1.3")));
    let session = desk.log_in(SoftCard::cps4("cps4")).await.unwrap();
    assert_eq!(session.identity().family_name.as_deref(), Some("KROLLSPELL"));
}

#[tokio::test]
async fn a_cps4_signs_for_tls_1_2_too() {
    let desk = Desk::with(Options::default().with("card_versions", json!("tls1.2")));
    desk.log_in(SoftCard::cps4("cps4")).await.unwrap();
}

#[tokio::test]
async fn signed_userinfo_and_jwt_access_tokens_are_understood() {
    let desk = Desk::with(Options::default().jwt().with("signed_userinfo", json!(true)));
    let mut session = desk.log_in(SoftCard::cps3("doctor")).await.unwrap();
    assert_eq!(session.identity().given_name.as_deref(), Some("Tryphon"));
    let first = session.access_token().clone();
    assert_eq!(first.expose_secret().split('.').count(), 3);
    session.refresh().await.unwrap();
    assert_ne!(session.access_token().expose_secret(), first.expose_secret());
    assert!(session.close().await.is_clean());
    assert_eq!(desk.provider.introspect(first.expose_secret()).unwrap()["active"], false);
}

#[tokio::test]
async fn a_public_client_comes_in_by_pkce_alone() {
    let desk = Desk::open();
    let mut settings = desk.settings();
    settings.client_id = PUBLIC_CLIENT.into();
    settings.client_auth = login::ClientAuth::None;
    let mut session = log_in(settings, SoftCard::cps3("doctor")).await.unwrap();
    session.refresh().await.unwrap();
    let closed = session.close().await;
    assert!(closed.is_clean(), "{closed:?}");
}

#[tokio::test]
async fn a_client_with_a_certificate_uses_the_endpoints_made_for_it() {
    let desk = Desk::open();
    let mut settings = desk.settings();
    settings.client_id = CERTIFICATE_CLIENT.into();
    settings.client_auth = kiosk_certificate(&desk.pki);
    let mut session = log_in(settings, SoftCard::cps3("doctor")).await.unwrap();
    session.refresh().await.unwrap();
    assert!(session.close().await.is_clean());
    for request in desk.provider.requests().unwrap() {
        let path = request["path"].as_str().unwrap();
        let by_certificate = ["/token", "/userinfo", "/revoke"].iter().any(|end| path.ends_with(end));
        assert_eq!(request["listener"] == "mutual", by_certificate, "{request}");
    }
}

#[tokio::test]
async fn only_the_card_host_sees_the_card_and_nobody_a_referer() {
    let desk = Desk::open();
    let mut settings = desk.settings();
    settings.headers = vec![("Accept-Language".into(), "fr".into())];
    log_in(settings, SoftCard::cps3("doctor")).await.unwrap().close().await;
    let requests = desk.provider.requests().unwrap();
    assert!(requests.iter().any(|r| r["certificate"] == true));
    for request in &requests {
        assert_eq!(request["certificate"] == true, request["listener"] == "card", "{request}");
        assert!(request["referer"].is_null(), "{request}");
    }
    assert!(requests.iter().any(|r| r["listener"] == "card" && r["language"] == "fr"));
}

#[tokio::test]
async fn a_login_prepared_ahead_costs_four_requests_on_open_connections() {
    let desk = Desk::open();
    let card = SoftCard::cps3("doctor");
    let door = Door::prepare(desk.settings()).await.unwrap();
    door.approach(&[Scheme::RsaPkcs1Sha256]);
    until("a handshake waits at the card host", || desk.provider.card_connections().unwrap() == 1).await;
    let before = desk.paths();
    assert_eq!(card.signed.load(Ordering::SeqCst), 0, "no signature before the code");
    desk.provider.forget().unwrap();
    door.open(card.clone()).await.unwrap();
    let after = desk.paths();
    let paths = |seen: &[(String, u64)]| seen.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(&before), ["/auth", "/certs", "/auth"]);
    assert_eq!(paths(&after), ["/carte", "/auth", "/token", "/userinfo"]);
    assert_eq!(after[1].1, before[2].1, "back to the authorize endpoint on the connection it came by");
    assert_eq!(after[2].1, before[1].1, "the token comes on the connection that brought the keys");
    assert_eq!(after[3].1, after[2].1);
    assert_eq!(desk.provider.card_connections().unwrap(), 1);
    assert_eq!(card.signed.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_server_that_hung_up_while_the_code_was_typed_is_called_again() {
    let desk = Desk::open();
    let door = Door::prepare(desk.settings()).await.unwrap();
    door.approach(&[Scheme::RsaPkcs1Sha256]);
    until("a handshake waits at the card host", || desk.provider.card_connections().unwrap() == 1).await;
    desk.provider.hang_up().unwrap();
    door.open(SoftCard::cps3("doctor")).await.unwrap();
    assert_eq!(desk.provider.card_connections().unwrap(), 2);
}

#[tokio::test]
async fn a_door_left_alone_closes_what_waits_for_the_card() {
    let desk = Desk::open();
    let door = Door::prepare(desk.settings()).await.unwrap();
    door.approach(&[Scheme::RsaPssSha256]);
    until("a handshake waits at the card host", || desk.provider.card_connections().unwrap() == 1).await;
    drop(door);
    assert!(desk.paths().iter().all(|(path, _)| path != "/carte"));
}

#[tokio::test]
async fn nothing_stays_connected_after_a_visit() {
    let desk = Desk::open();
    let door = Door::prepare(desk.settings()).await.unwrap();
    let session = door.open(SoftCard::cps3("doctor")).await.unwrap();
    assert!(desk.provider.connections().unwrap() > 0, "connections are kept during the visit");
    session.close().await;
    drop(door);
    until("every connection is closed", || desk.provider.connections().unwrap() == 0).await;
}

#[tokio::test]
async fn names_are_asked_of_the_configured_dns_server() {
    let desk = Desk::open();
    let mut dns = Dns::start(&dns::Options::default()).unwrap();
    let settings = || {
        let mut settings = desk.settings();
        settings.hosts.clear();
        settings.dns_server = Some(dns.address());
        settings
    };
    let after = settings();
    log_in(settings(), SoftCard::cps3("doctor")).await.unwrap();
    dns.stop();
    assert!(matches!(Door::prepare(after).await, Err(Error::Unreachable { .. } | Error::TimedOut)));
}

#[tokio::test]
async fn each_login_of_a_door_is_another_session() {
    let desk = Desk::open();
    let door = Door::prepare(desk.settings()).await.unwrap();
    let doctor = door.open(SoftCard::cps3("doctor")).await.unwrap();
    let nurse = door.open(SoftCard::cps3("nurse")).await.unwrap();
    assert_eq!(doctor.identity().given_name.as_deref(), Some("Tryphon"));
    assert_eq!(nurse.identity().given_name.as_deref(), Some("Bianca"));
}

#[tokio::test]
async fn the_page_that_offers_card_or_e_cps_is_understood() {
    let desk = Desk::open();
    desk.provider.fault(&json!({"authorize": "choice"})).unwrap();
    desk.log_in(SoftCard::cps3("doctor")).await.unwrap();
}

#[tokio::test]
async fn a_page_that_is_one_form_is_sent_on() {
    let desk = Desk::open();
    desk.provider.fault(&json!({"authorize": "form"})).unwrap();
    desk.log_in(SoftCard::cps3("doctor")).await.unwrap();
}

#[tokio::test]
async fn a_token_is_refreshed_before_it_ends_and_stays_the_same_person_s() {
    let desk = Desk::with(Options::default().access_ttl(40));
    let mut session = desk.log_in(SoftCard::cps3("doctor")).await.unwrap();
    assert_eq!(session.lifetime().as_secs(), 40);
    assert_eq!(session.refresh_after().as_secs(), 20);
    let (first, ends) = (session.access_token().clone(), session.expires_at());
    session.refresh().await.unwrap();
    let second = session.access_token().expose_secret();
    assert_ne!(first.expose_secret(), second);
    assert!(session.expires_at() > ends);
    assert_eq!(desk.provider.introspect(second).unwrap()["active"], true);
    assert_eq!(session.identity().given_name.as_deref(), Some("Tryphon"));
}

#[tokio::test]
async fn closing_leaves_no_live_token_and_no_session_at_the_provider() {
    let desk = Desk::open();
    let mut session = desk.log_in(SoftCard::cps3("doctor")).await.unwrap();
    let first = session.access_token().clone();
    session.refresh().await.unwrap();
    let second = session.access_token().clone();
    assert_eq!(desk.provider.introspect(second.expose_secret()).unwrap()["active"], true);
    let closed = session.close().await;
    assert!(matches!(closed.access, Ending::Done), "{closed:?}");
    assert!(matches!(closed.refresh, Ending::Done), "{closed:?}");
    assert!(matches!(closed.logout, Ending::Done), "{closed:?}");
    for token in [first, second] {
        assert_eq!(desk.provider.introspect(token.expose_secret()).unwrap()["active"], false);
    }
    let events = desk.provider.events().unwrap();
    for event in ["session.destroyed", "end_session.success"] {
        assert!(events.iter().any(|e| e == event), "{event} not in {events:?}");
    }
}

#[tokio::test]
async fn a_logout_page_that_asks_a_question_is_reported_as_such() {
    let desk = Desk::with(Options::default().with("logout", json!("ask")));
    let closed = desk.log_in(SoftCard::cps3("doctor")).await.unwrap().close().await;
    assert!(matches!(closed.logout, Ending::Unclear), "{closed:?}");
    assert!(matches!(closed.access, Ending::Done), "{closed:?}");
}

#[tokio::test]
async fn closing_comes_back_even_when_the_provider_is_gone() {
    let desk = Desk::open();
    let session = desk.log_in(SoftCard::cps3("doctor")).await.unwrap();
    drop(desk);
    let closed = session.close().await;
    assert!(!closed.is_clean(), "{closed:?}");
}
