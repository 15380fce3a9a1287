//! Nothing of a login can be printed.

use std::error::Error as _;

use login::Door;
use secrecy::ExposeSecret;
use serde_json::json;
use site::provider::CLIENT_SECRET;

use crate::desk::{Desk, SoftCard};

#[tokio::test]
async fn printing_everything_shows_no_secret_and_no_name() {
    let desk = Desk::open();
    let settings = desk.settings();
    let mut shown = format!("{settings:?}");
    let door = Door::prepare(settings).await.unwrap();
    shown += &format!("{door:?}");
    let mut session = door.open(SoftCard::cps3("doctor")).await.unwrap();
    let first = session.access_token().expose_secret().to_owned();
    shown += &format!("{session:?} {:?} {:?}", session.access_token(), session.identity());
    session.refresh().await.unwrap();
    let second = session.access_token().expose_secret().to_owned();
    shown += &format!("{session:?}");
    shown += &format!("{:?}", session.close().await);
    for secret in [CLIENT_SECRET, &first, &second, "Tryphon", "TOURNESOL", "899700012345"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[tokio::test]
async fn errors_carry_their_cause_but_no_code_state_or_address() {
    let desk = Desk::open();
    let door = Door::prepare(desk.settings()).await.unwrap();
    let session = door.open(SoftCard::cps3("doctor")).await.unwrap();
    let token = session.access_token().expose_secret().to_owned();
    for fault in
        [json!({"authorize": "elsewhere"}), json!({"authorize": "loop"}), json!({"status": 503, "at": "/token"})]
    {
        desk.provider.fault(&fault).unwrap();
        let error = door.open(SoftCard::cps3("doctor")).await.unwrap_err();
        let mut shown = format!("{error:?} {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            shown += &format!(" {error:?} {error}");
            cause = error.source();
        }
        for secret in ["code=", "state=", "nonce", "code_challenge", &token] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
    drop(desk);
    let error = door.open(SoftCard::cps3("doctor")).await.unwrap_err();
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    assert!(!cause.is_empty(), "a network error keeps its cause");
    assert!(!format!("{error:?}").contains("code_challenge"), "{error:?}");
}
