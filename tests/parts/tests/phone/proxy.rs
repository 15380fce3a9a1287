//! By a proxy e-Santé with the contract of the ANS sample.

use std::time::Duration;

use login::{Contract, Ending, Error, Settings};
use secrecy::ExposeSecret;
use serde_json::json;
use site::provider::Options;

use crate::desk::{Desk, until};
use crate::hall::{Queue, id, ring};

fn with_proxy(mut settings: Settings, change: impl Fn(&mut login::Proxy)) -> Settings {
    settings.proxy.as_mut().map(change).unwrap();
    settings
}

/// The proxy's phone rings a moment after the call.
async fn rings(desk: &Desk) {
    until("the phone rings", || desk.provider.phones().unwrap().last().is_some_and(|ring| ring.state == "pending"))
        .await;
}

#[tokio::test]
async fn both_forms_of_the_contract_open_a_session_that_renews_and_ends() {
    let desk = Desk::open();
    for contract in [Contract::Json, Contract::Query] {
        let settings = with_proxy(desk.by_proxy(), |proxy| {
            proxy.contract = contract;
            proxy.refresh = Some("refresh".into());
        });
        let queue = Queue::join(ring(settings).await.unwrap());
        rings(&desk).await;
        desk.provider.approve().unwrap();
        let mut session = queue.end().await.unwrap();
        assert_eq!(session.identity().subject_name_id, "899700012345");
        assert_eq!(session.identity().given_name.as_deref(), Some("Tryphon"));
        assert_eq!(session.lifetime(), Duration::from_secs(120));
        assert!(session.can_refresh());
        let first = session.access_token().expose_secret().to_owned();
        session.refresh().await.unwrap();
        let second = session.access_token().expose_secret().to_owned();
        assert_ne!(first, second);
        assert_eq!(desk.provider.proxy_sessions().unwrap(), 1);
        let closed = session.close().await;
        assert!(matches!(closed.logout, Ending::Done) && closed.is_clean(), "{closed:?}");
        assert_eq!(desk.provider.proxy_sessions().unwrap(), 0);
        assert_eq!(desk.provider.introspect(&second).unwrap()["active"], false);
    }
    let calls = desk.provider.requests().unwrap();
    let calls = calls.iter().filter(|call| call["listener"] == "proxy");
    let calls: Vec<_> = calls.map(|call| format!("{} {}", call["method"], call["path"]).replace('"', "")).collect();
    assert_eq!(
        calls,
        ["POST /connect", "POST /refresh", "DELETE /disconnect", "GET /connect", "POST /refresh", "POST /disconnect"]
    );
}

#[tokio::test]
async fn the_kiosk_itself_asks_the_provider_for_no_token() {
    let desk = Desk::open();
    let asked = ring(desk.by_proxy()).await.unwrap();
    assert_eq!((asked.lifetime.as_secs(), asked.interval.as_secs()), (120, 0));
    let queue = Queue::join(asked);
    rings(&desk).await;
    assert_eq!(desk.phone().asked_with[0], "MOBILE");
    desk.provider.approve().unwrap();
    let session = queue.end().await.unwrap();
    assert!(!session.can_refresh(), "this proxy is not said to renew");
    // What a client without a secret could not have done.
    assert_eq!(desk.provider.introspect(session.access_token().expose_secret()).unwrap()["active"], true);
}

#[tokio::test]
async fn a_proxy_like_the_sample_gives_no_token_and_its_session_is_ended() {
    let desk = Desk::with(Options::default().with("proxy", json!("sample")));
    let queue = Queue::join(ring(desk.by_proxy()).await.unwrap());
    rings(&desk).await;
    desk.provider.approve().unwrap();
    assert!(matches!(queue.end().await, Err(Error::ProxyWithout("access_token"))));
    until("the proxy's session is ended", || desk.provider.proxy_sessions().unwrap() == 0).await;
}

#[tokio::test]
async fn a_refusal_on_the_phone_comes_through_the_proxy_by_name() {
    let desk = Desk::open();
    let queue = Queue::join(ring(desk.by_proxy()).await.unwrap());
    rings(&desk).await;
    desk.provider.refuse().unwrap();
    assert!(matches!(queue.end().await, Err(Error::PhoneRefused)));
}

#[tokio::test]
async fn expiry_comes_by_the_proxys_word_or_by_our_patience() {
    let desk = Desk::with(Options::default().with("ciba_ttl", json!(1)));
    let end = Queue::join(ring(desk.by_proxy()).await.unwrap()).end().await;
    assert!(matches!(end, Err(Error::PhoneExpired)), "{end:?}");
    let desk = Desk::open();
    let settings = with_proxy(desk.by_proxy(), |proxy| proxy.patience = Duration::from_secs(1));
    let end = Queue::join(ring(settings).await.unwrap()).end().await;
    assert!(matches!(end, Err(Error::PhoneExpired)), "{end:?}");
}

#[tokio::test]
async fn a_person_or_a_client_the_proxy_does_not_know() {
    let desk = Desk::open();
    let door = login::Door::prepare(desk.by_proxy()).await.unwrap();
    let asked = door.ask_phone(&id("899700099999"), login::Binding::draw().unwrap()).await.unwrap();
    let error = Queue::join(asked).end().await.unwrap_err();
    assert!(matches!(error, Error::PhoneUnknown), "{error:?}");
    let mut settings = desk.by_proxy();
    settings.client_id = "inconnu".into();
    let end = Queue::join(ring(settings).await.unwrap()).end().await;
    assert!(matches!(end, Err(Error::PhoneUnknown)), "{end:?}");
    let settings = with_proxy(desk.by_proxy(), |proxy| proxy.channel = "PIGEON".into());
    let end = Queue::join(ring(settings).await.unwrap()).end().await;
    assert!(matches!(end, Err(Error::ProviderError { ref error, .. }) if error == "invalid_request"), "{end:?}");
}

#[tokio::test]
async fn a_person_who_is_in_already_is_told_so_without_a_name_in_the_error() {
    let desk = Desk::open();
    let queue = Queue::join(ring(desk.by_proxy()).await.unwrap());
    rings(&desk).await;
    desk.provider.approve().unwrap();
    let session = queue.end().await.unwrap();
    let error = Queue::join(ring(desk.by_proxy()).await.unwrap()).end().await.unwrap_err();
    assert!(matches!(error, Error::PhoneBusy), "{error:?}");
    assert!(!format!("{error:?} {error}").contains("8997"));
    assert!(session.close().await.is_clean());
}

#[tokio::test]
async fn an_approval_after_giving_up_is_disconnected() {
    let desk = Desk::open();
    let queue = Queue::join(ring(desk.by_proxy()).await.unwrap());
    rings(&desk).await;
    queue.leave().await;
    desk.provider.approve().unwrap();
    until("it is disconnected", || {
        let calls = desk.provider.requests().unwrap();
        calls.iter().any(|call| call["listener"] == "proxy" && call["path"] == "/disconnect")
    })
    .await;
    until("no session is left", || desk.provider.proxy_sessions().unwrap() == 0).await;
    let issued = desk.provider.issued().unwrap();
    assert!(!issued.is_empty());
    let dead = |token: &String| desk.provider.introspect(token).unwrap()["active"] == false;
    until("the tokens are revoked", || issued.iter().all(dead)).await;
}

#[tokio::test]
async fn somebody_elses_answer_ends_the_proxys_session() {
    let desk = Desk::open();
    let queue = Queue::join(ring(desk.by_proxy()).await.unwrap());
    rings(&desk).await;
    desk.provider.approve_as("899700054321").unwrap();
    assert!(matches!(queue.end().await, Err(Error::PhoneOther)));
    until("no session is left", || desk.provider.proxy_sessions().unwrap() == 0).await;
}

#[tokio::test]
async fn a_proxy_that_is_away_or_out_of_order() {
    let desk = Desk::open();
    let door = login::Door::prepare(desk.by_proxy()).await.unwrap();
    desk.provider.fault(&json!({"status": 503, "at": "/connect"})).unwrap();
    let asked = door.ask_phone(&crate::hall::doctor(), login::Binding::draw().unwrap()).await.unwrap();
    assert!(matches!(Queue::join(asked).end().await, Err(Error::ProviderDown(503))));
    desk.provider.fault(&json!({"cut": true})).unwrap();
    let asked = door.ask_phone(&crate::hall::doctor(), login::Binding::draw().unwrap()).await.unwrap();
    assert!(matches!(Queue::join(asked).end().await, Err(Error::Dropped { .. })));
    drop(desk);
    let asked = door.ask_phone(&crate::hall::doctor(), login::Binding::draw().unwrap()).await.unwrap();
    assert!(matches!(Queue::join(asked).end().await, Err(Error::Unreachable { .. } | Error::Dropped { .. })));
}

#[tokio::test]
async fn a_session_the_proxy_has_ended_is_over() {
    let desk = Desk::open();
    let settings = with_proxy(desk.by_proxy(), |proxy| proxy.refresh = Some("refresh".into()));
    let queue = Queue::join(ring(settings).await.unwrap());
    rings(&desk).await;
    desk.provider.approve().unwrap();
    let mut session = queue.end().await.unwrap();
    desk.provider.end_sessions().unwrap();
    assert!(matches!(session.refresh().await, Err(Error::SessionOver)));
}
