//! The built-in pages of another provider: `oidc-provider`.

use std::net::{IpAddr, Ipv4Addr};

use forms::{Meaning, Purpose, Want};
use login::{ClientAuth, Error, Settings, Url};
use pki::Pki;
use site::provider::{AUTH_HOST, CLIENT, CLIENT_SECRET, Options, Provider, WALLET_HOST};

use crate::office::{Person, der};

struct House {
    provider: Provider,
    pki: Pki,
    _dir: tempfile::TempDir,
}

fn open() -> House {
    let (pki, dir) = (Pki::shared().unwrap(), tempfile::tempdir().unwrap());
    let provider = Provider::start(dir.path(), &pki, Options::default().built_in_pages()).unwrap();
    House { provider, pki, _dir: dir }
}

impl House {
    fn settings(&self) -> Settings {
        let at = |text: &str| Url::parse(text).unwrap();
        let provider = &self.provider;
        let mut settings = Settings::new(at(provider.discovery()), provider.url(), CLIENT, at(provider.redirect_uri()));
        settings.client_auth = ClientAuth::Basic(CLIENT_SECRET.into());
        settings.scopes = vec!["scope_all".into()];
        settings.allowed_hosts = provider.hosts();
        settings.roots = vec![der(&self.pki.provider_ca())];
        for host in [AUTH_HOST, WALLET_HOST] {
            settings.hosts.insert(host.into(), IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        settings
    }
}

#[tokio::test]
async fn login_password_and_consent_open() {
    let house = open();
    let mut person = Person::enter(house.settings()).await.unwrap();
    assert_eq!(person.page.purpose, Purpose::LoginAndPassword);
    let page = person.says(Meaning::Continue, &[(Want::Login, "899700012345"), (Want::Password, "x")]).await;
    assert_eq!(page.purpose, Purpose::Consent);
    assert!(page.texts.iter().any(|text| text == "scope_all"), "{:?}", page.texts);
    let session = person.opens(Meaning::Accept, &[]).await;
    assert_eq!(session.identity().subject_name_id, "899700012345");
    assert!(session.close().await.is_clean());
}

#[tokio::test]
async fn walking_away_is_told() {
    let house = open();
    let mut person = Person::enter(house.settings()).await.unwrap();
    let left = person.tries(Meaning::Cancel, &[]).await.unwrap_err();
    assert!(matches!(&left, Error::ProviderError { error, .. } if error == "access_denied"), "{left:?}");
}

#[tokio::test]
async fn tokens_that_come_too_late_are_revoked() {
    let house = open();
    let mut person = Person::enter(house.settings()).await.unwrap();
    person.says(Meaning::Continue, &[(Want::Login, "899700012345"), (Want::Password, "x")]).await;
    house.provider.fault(&serde_json::json!({ "delay": 3000, "at": "/userinfo" })).unwrap();
    let given_up = tokio::time::timeout(std::time::Duration::from_secs(1), person.tries(Meaning::Accept, &[])).await;
    assert!(given_up.is_err(), "{given_up:?}");
    drop(person.conversation);
    for _ in 0..500 {
        if house.provider.events().unwrap().iter().any(|event| event == "access_token.destroyed") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("never revoked: {:?}", house.provider.events());
}

#[tokio::test]
async fn a_page_that_does_not_come_in_time_may_be_asked_again() {
    let house = open();
    let mut settings = house.settings();
    settings.timeouts.step = std::time::Duration::from_millis(700);
    let mut person = Person::enter(settings).await.unwrap();
    house.provider.fault(&serde_json::json!({ "delay": 3000, "at": "/interaction" })).unwrap();
    let values = [(Want::Login, "899700012345"), (Want::Password, "x")];
    let late = person.tries(Meaning::Continue, &values).await.unwrap_err();
    assert!(matches!(late, Error::TimedOut), "{late:?}");
    assert_eq!(person.page.purpose, Purpose::LoginAndPassword);
    house.provider.fault(&serde_json::json!({})).unwrap();
    assert_eq!(person.says(Meaning::Continue, &values).await.purpose, Purpose::Consent);
}
