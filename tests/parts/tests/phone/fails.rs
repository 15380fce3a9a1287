//! Everything the phone or its provider may say instead of yes.

use login::{Binding, Door, Error};
use serde_json::{Value, json};
use site::provider::Options;

use crate::desk::{Desk, until};
use crate::hall::{Queue, id, ring};

/// The end of a wait that must fail: approved under a fault.
async fn approved_with(fault: Value) -> Error {
    let desk = Desk::quick();
    let queue = Queue::join(desk.ring().await.unwrap());
    desk.every_second(fault);
    desk.provider.approve().unwrap();
    queue.end().await.map(|_| ()).unwrap_err()
}

#[tokio::test]
async fn a_refusal_on_the_phone_is_the_persons_own() {
    let desk = Desk::quick();
    let queue = Queue::join(desk.ring().await.unwrap());
    desk.asked_times(1).await;
    desk.provider.refuse().unwrap();
    assert!(matches!(queue.end().await, Err(Error::PhoneRefused)));
    assert!(desk.provider.issued().unwrap().is_empty());
}

#[tokio::test]
async fn somebody_elses_answer_opens_nothing_and_their_tokens_are_revoked() {
    let desk = Desk::quick();
    let asked = desk.ring().await.unwrap();
    let early = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let note = std::sync::Arc::clone(&early);
    let waiting =
        tokio::spawn(asked.wait_telling(|_| (), move |_| note.store(true, std::sync::atomic::Ordering::SeqCst)));
    desk.provider.approve_as("899700054321").unwrap();
    assert!(matches!(waiting.await.unwrap(), Err(Error::PhoneOther)));
    assert!(!early.load(std::sync::atomic::Ordering::SeqCst), "no mailbox is opened ahead for somebody unknown");
    let issued = desk.provider.issued().unwrap();
    assert!(!issued.is_empty());
    let dead = |token: &String| desk.provider.introspect(token).unwrap()["active"] == false;
    until("the tokens are revoked", || issued.iter().all(dead)).await;
}

#[tokio::test]
async fn claims_that_name_somebody_else_are_enough_to_refuse() {
    for name in ["SubjectNameID", "preferred_username"] {
        let error = approved_with(json!({"userinfo": {name: "899700054321"}})).await;
        assert!(matches!(error, Error::PhoneOther), "{name}: {error:?}");
        let error = approved_with(json!({"id_token": {name: "899700054321"}})).await;
        assert!(matches!(error, Error::PhoneOther), "{name}: {error:?}");
    }
}

#[tokio::test]
async fn a_person_the_provider_does_not_know() {
    let desk = Desk::quick();
    let door = Door::prepare(desk.settings()).await.unwrap();
    let end = door.ask_phone(&id("899700099999"), Binding::draw().unwrap()).await;
    assert!(matches!(end, Err(Error::PhoneUnknown)), "{end:?}");
    assert!(desk.provider.phones().unwrap().is_empty());
}

#[tokio::test]
async fn a_provider_without_phones() {
    let desk = Desk::with(Options::default().with("ciba", json!(false)));
    assert!(matches!(desk.ring().await, Err(Error::PhoneNotOffered)));
}

#[tokio::test]
async fn refusals_of_the_request_each_have_their_name() {
    let desk = Desk::quick();
    for (word, named) in [
        ("unknown_user_id", "PhoneUnknown"),
        ("unauthorized_client", "PhoneNotOffered"),
        ("access_denied", "PhoneRefused"),
        ("invalid_binding_message", "ProviderError"),
        ("missing_user_code", "ProviderError"),
        ("invalid_scope", "ProviderError"),
    ] {
        desk.every_second(json!({"ask": word}));
        let error = desk.ring().await.unwrap_err();
        let shown = format!("{error:?}");
        assert!(shown.starts_with(named), "{word}: {shown}");
        assert!(named != "ProviderError" || shown.contains(word), "{word}: {shown}");
    }
    desk.every_second(json!({}));
    let mut settings = desk.settings();
    settings.client_auth = login::ClientAuth::Basic("wrong".into());
    assert!(matches!(ring(settings).await, Err(Error::ProviderError { error, .. }) if error == "invalid_client"));
    let mut settings = desk.settings();
    settings.ciba_params.clear();
    assert!(matches!(ring(settings).await, Err(Error::ProviderError { error, .. }) if error == "invalid_request"));
}

#[tokio::test]
async fn refusals_during_the_wait_each_have_their_name() {
    for (word, named) in [
        ("expired_token", "PhoneExpired"),
        ("access_denied", "PhoneRefused"),
        ("unauthorized_client", "PhoneNotOffered"),
        ("invalid_grant", "ProviderError { error: \"invalid_grant\""),
        ("invalid_client", "ProviderError { error: \"invalid_client\""),
    ] {
        let shown = format!("{:?}", approved_with(json!({"poll": word})).await);
        assert!(shown.starts_with(named), "{word}: {shown}");
    }
}

#[tokio::test]
async fn answers_that_cannot_be_used() {
    let desk = Desk::quick();
    for (fault, what) in [
        (json!({"ack": {"auth_req_id": null}}), "the phone's acknowledgement cannot be read"),
        (json!({"ack": {"expires_in": "bientôt"}}), "the phone's acknowledgement cannot be read"),
    ] {
        desk.every_second(fault);
        assert!(matches!(desk.ring().await, Err(Error::TokenInvalid(got)) if got == what));
    }
    desk.every_second(json!({"status": 503, "at": "/ciba"}));
    assert!(matches!(desk.ring().await, Err(Error::ProviderDown(503))));
    desk.every_second(json!({"status": 404, "at": "/ciba"}));
    assert!(matches!(desk.ring().await, Err(Error::UnexpectedPage(404))));
    for (fault, what) in [
        (json!({"signature": true}), "signature of the ID token"),
        (json!({"id_token": {"aud": "another"}}), "audience of the ID token"),
        (json!({"id_token": {"urn:openid:params:jwt:claim:auth_req_id": "another"}}), "auth_req_id of the ID token"),
        (json!({"userinfo": {"sub": "somebody"}}), "UserInfo is about somebody else"),
    ] {
        let error = approved_with(fault).await;
        assert!(matches!(error, Error::TokenInvalid(got) if got == what), "{error:?}");
    }
    let page = approved_with(json!({"status": 404, "at": "/token"})).await;
    assert!(matches!(page, Error::UnexpectedPage(404)), "{page:?}");
}

#[tokio::test]
async fn a_level_that_is_too_low() {
    let desk = Desk::quick();
    let queue = Queue::join(desk.ring().await.unwrap());
    desk.every_second(json!({"acr": "eidas0"}));
    desk.provider.approve().unwrap();
    assert!(matches!(queue.end().await, Err(Error::AcrTooLow { got: Some(level) }) if level == "eidas0"));
}
