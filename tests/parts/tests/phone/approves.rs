//! Approved on the phone.

use std::sync::{Arc, Mutex};

use login::{AccessToken, Binding, Ending};
use secrecy::ExposeSecret;
use serde_json::json;
use site::provider::{CERTIFICATE_CLIENT, Options, PUBLIC_CLIENT};

use crate::desk::{Desk, kiosk_certificate, until};
use crate::hall::{Queue, doctor, ring};

#[tokio::test]
async fn a_doctor_without_a_card_approves_and_is_known_by_name() {
    let boxes = json!([{"adresse": "tryphon.tournesol@mss.test", "type": "PER"}]);
    let desk = Desk::quick_with(Options::default().mailboxes("899700012345", boxes));
    let queue = Queue::join(desk.ring().await.unwrap());
    desk.asked_times(1).await;
    desk.provider.approve().unwrap();
    let mut session = queue.end().await.unwrap();
    let person = session.identity();
    assert_eq!(person.subject_name_id, "899700012345");
    assert_eq!(person.family_name.as_deref(), Some("TOURNESOL"));
    assert_eq!(person.auth_mode.as_deref(), Some("MOBILE"));
    assert_eq!(person.acr.as_deref(), Some("eidas2"));
    assert_eq!(person.mailboxes.len(), 1);
    let first = session.access_token().expose_secret().to_owned();
    assert_eq!(desk.provider.introspect(&first).unwrap()["sub"], "899700012345");
    session.refresh().await.unwrap();
    let second = session.access_token().expose_secret().to_owned();
    assert_ne!(first, second);
    let closed = session.close().await;
    assert!(matches!((&closed.access, &closed.refresh), (Ending::Done, Ending::Done)), "{closed:?}");
    assert!(closed.is_clean(), "{closed:?}");
    assert_eq!(desk.provider.introspect(&second).unwrap()["active"], false);
}

#[tokio::test]
async fn the_phone_shows_what_the_screen_shows_and_the_request_is_pro_sante_connects() {
    let desk = Desk::quick();
    let door = login::Door::prepare(desk.settings()).await.unwrap();
    for _ in 0..3 {
        let binding = Binding::draw().unwrap();
        let asked = door.ask_phone(&doctor(), binding).await.unwrap();
        let phone = desk.phone();
        assert_eq!(phone.binding, binding.to_string());
        assert_eq!(phone.who, "899700012345");
        assert_eq!(phone.asked_with, ["MOBILE", "openid scope_all", "eidas1"].map(str::to_owned));
        assert_eq!(asked.lifetime.as_secs(), 120);
        assert_eq!(asked.interval.as_secs(), 1);
    }
}

#[tokio::test]
async fn parameters_and_the_endpoint_may_be_configured() {
    let desk = Desk::quick();
    let mut settings = desk.settings();
    settings.ciba_params = vec![("channel".into(), "CARD".into()), ("acr_values".into(), "eidas1 eidas2".into())];
    settings.acr_values.clear();
    let endpoint = format!("{}/protocol/openid-connect/ext/ciba/auth", desk.provider.url());
    settings.ciba_endpoint = Some(login::Url::parse(&endpoint).unwrap());
    ring(settings).await.unwrap();
    assert_eq!(desk.phone().asked_with, ["CARD", "openid scope_all", "eidas1 eidas2"].map(str::to_owned));
}

#[tokio::test]
async fn a_public_client_and_one_with_a_certificate_ask_too() {
    let desk = Desk::quick();
    let mut public = desk.settings();
    public.client_id = PUBLIC_CLIENT.into();
    public.client_auth = login::ClientAuth::None;
    let mut certificate = desk.settings();
    certificate.client_id = CERTIFICATE_CLIENT.into();
    certificate.client_auth = kiosk_certificate(&desk.pki);
    for settings in [public, certificate] {
        let queue = Queue::join(ring(settings).await.unwrap());
        desk.provider.approve().unwrap();
        assert!(queue.end().await.unwrap().close().await.is_clean());
    }
    let requests = desk.provider.requests().unwrap();
    let asked = requests.iter().filter(|request| request["path"].as_str().unwrap().ends_with("/ext/ciba/auth"));
    assert_eq!(asked.map(|request| request["listener"].clone()).collect::<Vec<_>>(), ["main", "mutual"]);
}

#[tokio::test]
async fn jwt_access_tokens_and_signed_userinfo_come_by_phone_as_well() {
    let desk = Desk::quick_with(Options::default().jwt().with("signed_userinfo", json!(true)));
    let queue = Queue::join(desk.ring().await.unwrap());
    desk.provider.approve().unwrap();
    assert_eq!(queue.end().await.unwrap().identity().given_name.as_deref(), Some("Tryphon"));
}

#[tokio::test]
async fn the_token_is_told_before_userinfo_has_come() {
    let desk = Desk::quick();
    let asked = desk.ring().await.unwrap();
    desk.provider.approve().unwrap();
    let early: Arc<Mutex<Option<AccessToken>>> = Arc::default();
    let note = Arc::clone(&early);
    desk.every_second(json!({"delay": 1500, "at": "/userinfo"}));
    let waiting = tokio::spawn(asked.wait_telling(|_| (), move |token| *note.lock().unwrap() = Some(token)));
    until("the token is told", || early.lock().unwrap().is_some()).await;
    assert!(!waiting.is_finished(), "UserInfo is still asked");
    let session = waiting.await.unwrap().unwrap();
    let early = early.lock().unwrap().take().unwrap();
    assert_eq!(early.expose_secret(), session.access_token().expose_secret());
}

#[tokio::test]
async fn nothing_that_is_printed_names_the_person_or_the_request() {
    let desk = Desk::quick();
    let asked = desk.ring().await.unwrap();
    let shown = format!("{asked:?} {:?}", doctor());
    let queue = Queue::join(asked);
    desk.provider.approve().unwrap();
    let session = queue.end().await.unwrap();
    let shown = format!("{shown} {session:?}");
    let secrets = [session.access_token().expose_secret(), "899700012345", "TOURNESOL", "auth_req_id"];
    assert!(!secrets.iter().any(|secret| shown.contains(secret)), "{shown}");
}
