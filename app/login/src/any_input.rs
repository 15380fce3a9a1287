//! Whatever a provider sends, reading it ends and nothing panics.

#![allow(clippy::unwrap_used, reason = "tests")]

use openidconnect::core::CoreJsonWebKeySet;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use url::Url;

use crate::http_date::http_date;
use crate::identity::Identity;
use crate::jwt;
use crate::page::lead;
use crate::settings::Settings;

fn settings() -> Settings {
    let at = |text: &str| Url::parse(text).unwrap();
    let mut settings = Settings::new(at("https://a.test/d"), "i", "c", at("http://127.0.0.1/cb"));
    settings.card_hosts = vec!["card.test".into()];
    settings
}

/// Pieces that pages are made of, in any order.
fn markup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,12}",
        "<(a|form|input|button|base|select|template|svg|table|b|script)( (href|action|name|value|type|form|id|method)=[\"']?[ -~]{0,12}[\"']?){0,3}>",
        "</[a-z]{1,6}>",
        "\\PC{0,6}",
    ];
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn json() -> impl Strategy<Value = Value> {
    let names = prop_oneof![
        Just("sub".to_owned()),
        Just("acr".to_owned()),
        Just("SubjectRefPro".to_owned()),
        Just("exercices".to_owned()),
        Just("activities".to_owned()),
        Just("boxes".to_owned()),
        Just("adresse".to_owned()),
        Just("type".to_owned()),
        "\\PC{0,4}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}@?[a-z.]{0,9}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((names.clone(), inner), 0..6).prop_map(|fields| fields.into_iter().collect::<Value>()),
        ]
    })
}

proptest! {
    #[test]
    fn any_page_is_read(page in markup(), noise in vec(any::<u8>(), 0..200)) {
        let address = Url::parse("https://a.test/p").unwrap();
        let _ = lead(page.as_bytes(), &address, &settings());
        let _ = lead(&noise, &address, &settings());
    }

    #[test]
    fn any_claims_are_read(id_token in json(), userinfo in json()) {
        let identity = Identity::read(&id_token, &userinfo, Some("boxes"));
        prop_assert!(identity.mailboxes.iter().all(|mailbox| mailbox.address.contains('@')));
    }

    #[test]
    fn any_token_is_read_and_none_is_believed(text in "[A-Za-z0-9_-]{0,40}(\\.[A-Za-z0-9_-]{0,40}){0,4}|\\PC{0,40}") {
        prop_assert!(jwt::verified(&text, &CoreJsonWebKeySet::new(Vec::new())).is_err());
        let _ = jwt::claims(&text);
    }

    #[test]
    fn any_date_is_read(text in "\\PC{0,40}|[A-Z][a-z]{2}, [0-9]{1,3} (Jan|Dec|Feb) [0-9]{1,12} [0-9]{1,3}:[0-9]{1,3}:[0-9]{1,3} GMT") {
        let _ = http_date(&text);
    }
}
