//! Everything that goes wrong, each with its own name.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use login::{ClientKey, Clock, Door, Error, Scheme, SignError};
use serde_json::json;
use site::provider::Options;

use crate::desk::{Desk, Openssl, SoftCard, der, log_in};

/// The error of a login that must fail.
macro_rules! assert_fails {
    ($login:expr, $pattern:pat $(if $guard:expr)?) => {
        match $login.await {
            Err($pattern) $(if $guard)? => {}
            Err(other) => panic!("wrong error: {other:?}"),
            Ok(_) => panic!("came in"),
        }
    };
}

async fn doctor_with(fault: serde_json::Value) -> Result<login::Session, Error> {
    let desk = Desk::open();
    desk.provider.fault(&fault).unwrap();
    desk.log_in(SoftCard::cps3("doctor")).await
}

async fn doctor_at(options: Options) -> Result<login::Session, Error> {
    Desk::with(options).log_in(SoftCard::cps3("doctor")).await
}

#[tokio::test]
async fn a_certificate_of_another_authority() {
    assert_fails!(
        doctor_at(Options::default().with("certificate", json!("stranger"))),
        Error::UntrustedCertificate { .. }
    );
    let desk = Desk::open();
    let mut settings = desk.settings();
    settings.roots = vec![der(&desk.pki.mail_ca())];
    assert_fails!(log_in(settings, SoftCard::cps3("doctor")), Error::UntrustedCertificate { .. });
}

#[tokio::test]
async fn a_certificate_for_another_name() {
    assert_fails!(doctor_at(Options::default().with("certificate", json!("wrong-name"))), Error::WrongHostName { .. });
}

#[tokio::test]
async fn a_certificate_that_has_ended() {
    assert_fails!(
        doctor_at(Options::default().with("certificate", json!("expired"))),
        Error::CertificateExpired { .. }
    );
}

#[tokio::test]
async fn the_card_host_s_certificate_is_checked_as_well_and_before_the_card_is_shown() {
    let options = |name: &str| Options::default().with("card_certificate", json!(name));
    let card = SoftCard::cps3("doctor");
    let at = |name| {
        let card = card.clone();
        async move { Desk::with(options(name)).log_in(card).await }
    };
    assert_fails!(at("stranger"), Error::UntrustedCertificate { .. });
    assert_fails!(at("expired"), Error::CertificateExpired { .. });
    assert_fails!(at("wrong-name"), Error::WrongHostName { .. });
    assert_eq!(card.signed.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_revoked_an_ended_and_an_unknown_card() {
    let desk = Desk::open();
    for profile in ["revoked", "expired", "unknown"] {
        assert_fails!(desk.log_in(SoftCard::cps3(profile)), Error::CardRefused);
    }
}

#[tokio::test]
async fn a_card_refused_by_hanging_up() {
    let desk = Desk::with(Options::default().with("strict_card", json!(true)));
    for card in [SoftCard::cps3("revoked"), SoftCard::cps4("unknown")] {
        assert_fails!(desk.log_in(card), Error::CardRefused);
    }
    desk.log_in(SoftCard::cps3("doctor")).await.unwrap();
}

#[tokio::test]
async fn a_card_refused_by_a_tls_alert() {
    let desk = Desk::open();
    for versions in ["-tls1_2", "-tls1_3"] {
        let server = Openssl::start(&desk.pki, &[versions]);
        let address = format!("wallet.psc.test:{}", server.port);
        desk.provider.fault(&json!({"authorize": "to", "to": format!("https://{address}/")})).unwrap();
        let mut settings = desk.settings();
        settings.card_hosts = vec![address];
        assert_fails!(log_in(settings, SoftCard::cps4("unknown")), Error::CardRefused);
    }
}

#[tokio::test]
async fn a_level_that_is_too_low() {
    assert_fails!(doctor_with(json!({"acr": "eidas0"})), Error::AcrTooLow { got: Some(level) } if level == "eidas0");
    assert_fails!(doctor_with(json!({"id_token": {"acr": null}})), Error::AcrTooLow { got: None });
}

#[tokio::test]
async fn a_level_that_only_userinfo_knows_is_accepted() {
    doctor_with(json!({"id_token": {"acr": null}, "userinfo": {"acr": "eidas1"}})).await.unwrap();
}

#[tokio::test]
async fn an_id_token_for_another_request() {
    assert_fails!(doctor_with(json!({"id_token": {"nonce": "another"}})), Error::NonceMismatch);
    assert_fails!(doctor_with(json!({"id_token": {"nonce": null}})), Error::NonceMismatch);
}

#[tokio::test]
async fn an_id_token_that_is_not_what_it_should_be() {
    for (fault, what) in [
        (json!({"signature": true}), "signature of the ID token"),
        (json!({"id_token": {"iss": "https://someone.else.test"}}), "issuer of the ID token"),
        (json!({"id_token": {"aud": "another"}}), "audience of the ID token"),
        (json!({"id_token": {"aud": ["borne", "another"]}}), "audience of the ID token"),
        (json!({"id_token": {"azp": "another"}}), "azp of the ID token"),
        (json!({"id_token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}}), "at_hash of the ID token"),
        (json!({"id_token": {"exp": -600}}), "ID token expired"),
        (json!({"userinfo": {"sub": "somebody"}}), "UserInfo is about somebody else"),
    ] {
        assert_fails!(doctor_with(fault), Error::TokenInvalid(got) if got == what);
    }
}

#[tokio::test]
async fn a_server_that_only_speaks_tls_1_3_and_a_cps3() {
    let desk = Desk::with(Options::default().with("card_versions", json!("tls1.3")));
    assert_fails!(desk.log_in(SoftCard::cps3("doctor")), Error::CardNeedsTls12 { host } if host == desk.provider.card_host());
    let door = Door::prepare(desk.settings()).await.unwrap();
    door.approach(&[Scheme::RsaPkcs1Sha256]);
    assert_fails!(door.open(SoftCard::cps3("doctor")), Error::CardNeedsTls12 { .. });
}

#[tokio::test]
async fn a_provider_that_is_not_there() {
    let desk = Desk::open();
    let settings = desk.settings();
    let door = Door::prepare(desk.settings()).await.unwrap();
    drop(desk);
    assert_fails!(door.open(SoftCard::cps3("doctor")), Error::Unreachable { .. } | Error::Dropped { .. });
    assert_fails!(Door::prepare(settings), Error::Unreachable { .. });
}

#[tokio::test]
async fn a_name_that_nobody_knows() {
    let desk = Desk::open();
    let mut settings = desk.settings();
    settings.hosts.clear();
    // Nothing listens there: the name cannot be resolved.
    settings.dns_server = Some(([127, 0, 0, 1], 9).into());
    settings.timeouts.connect = Duration::from_secs(2);
    assert_fails!(Door::prepare(settings), Error::Unreachable { .. } | Error::TimedOut);
}

#[tokio::test]
async fn a_provider_out_of_order() {
    for at in ["wallet-openid", "/certs", "/auth", "/carte", "/token", "/userinfo"] {
        assert_fails!(doctor_with(json!({"status": 503, "at": at})), Error::ProviderDown(503));
    }
}

#[tokio::test]
async fn a_slow_provider() {
    let desk = Desk::open();
    let quick = || {
        let mut settings = desk.settings();
        settings.timeouts.step = Duration::from_millis(700);
        settings
    };
    let door = Door::prepare(quick()).await.unwrap();
    desk.provider.fault(&json!({"delay": 60_000})).unwrap();
    assert_fails!(door.open(SoftCard::cps3("doctor")), Error::TimedOut);
    assert_fails!(Door::prepare(quick()), Error::TimedOut);
}

#[tokio::test]
async fn a_kiosk_whose_clock_is_wrong() {
    let desk = Desk::open();
    let at = |seconds: i64| {
        let mut settings = desk.settings();
        let offset = Duration::from_secs(seconds.unsigned_abs());
        settings.clock = Clock::new(move || {
            let now = SystemTime::now();
            if seconds < 0 { now - offset } else { now + offset }
        });
        log_in(settings, SoftCard::cps3("doctor"))
    };
    // A dead clock chip: the certificate is of the future.
    assert_fails!(at(-20 * 365 * 86_400), Error::ClockWrong(None));
    assert_fails!(at(600), Error::ClockWrong(Some(by)) if (590..=610).contains(&by));
    assert_fails!(at(-600), Error::ClockWrong(Some(by)) if (-610..=-590).contains(&by));
    at(20).await.unwrap();
}

#[tokio::test]
async fn a_provider_whose_time_is_not_ours() {
    assert_fails!(doctor_with(json!({"date": 300})), Error::ClockWrong(Some(by)) if by < -200);
    assert_fails!(doctor_with(json!({"id_token": {"iat": -300}})), Error::ClockWrong(Some(by)) if by > 200);
    assert_fails!(doctor_with(json!({"id_token": {"iat": 300, "exp": 300}})), Error::ClockWrong(Some(by)) if by < -200);
}

#[tokio::test]
async fn a_way_that_leads_off_the_list() {
    assert_fails!(doctor_with(json!({"authorize": "elsewhere"})), Error::HostNotAllowed(host) if host == "ailleurs.example.test:443");
    assert_fails!(doctor_with(json!({"authorize": "plain"})), Error::NotHttps);
    let desk = Desk::open();
    let mut settings = desk.settings();
    settings.allowed_hosts.retain(|host| !host.starts_with("auth.psc.test"));
    assert_fails!(Door::prepare(settings), Error::HostNotAllowed(_));
    let mut settings = desk.settings();
    settings.allowed_hosts.retain(|host| !host.starts_with("wallet.psc.test"));
    assert_fails!(Door::prepare(settings), Error::HostNotAllowed(_));
}

#[tokio::test]
async fn redirects_without_end() {
    assert_fails!(doctor_with(json!({"authorize": "loop"})), Error::TooManyRedirects);
}

#[tokio::test]
async fn a_page_for_a_person_to_fill_in() {
    assert_fails!(doctor_with(json!({"authorize": "page"})), Error::UnexpectedPage(200));
    assert_fails!(doctor_with(json!({"status": 404, "at": "/auth"})), Error::Discovery(_));
    assert_fails!(doctor_with(json!({"status": 404, "at": "/carte"})), Error::UnexpectedPage(404));
}

#[tokio::test]
async fn a_card_page_without_the_card_host_configured() {
    let desk = Desk::open();
    let card = SoftCard::cps3("doctor");
    let mut settings = desk.settings();
    settings.allowed_hosts.append(&mut settings.card_hosts);
    assert_fails!(log_in(settings, card.clone()), Error::UnexpectedPage(401));
    assert_eq!(card.signed.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_page_without_end() {
    assert_fails!(doctor_with(json!({"authorize": "huge"})), Error::TooLarge);
    assert_fails!(doctor_with(json!({"authorize": "chunks"})), Error::TooLarge);
}

#[tokio::test]
async fn a_refusal_in_oauth_s_own_words() {
    assert_fails!(doctor_with(json!({"authorize": "refuse"})),
        Error::ProviderError { error, description: Some(text) } if error == "access_denied" && text == "Vous avez refusé.");
    let desk = Desk::open();
    let mut settings = desk.settings();
    settings.client_auth = login::ClientAuth::Basic("wrong".into());
    assert_fails!(log_in(settings, SoftCard::cps3("doctor")), Error::ProviderError { error, .. } if error == "invalid_client");
    let mut settings = desk.settings();
    settings.redirect_uri = login::Url::parse("http://127.0.0.1:17999/autre").unwrap();
    assert_fails!(log_in(settings, SoftCard::cps3("doctor")), Error::ProviderError { error, .. } if error == "invalid_redirect_uri");
}

#[tokio::test]
async fn an_answer_to_another_request() {
    assert_fails!(doctor_with(json!({"authorize": "state"})), Error::StateMismatch);
    assert_fails!(doctor_with(json!({"authorize": "issuer"})), Error::StateMismatch);
}

#[tokio::test]
async fn a_description_of_another_issuer() {
    let desk = Desk::open();
    let mut settings = desk.settings();
    settings.issuer.push('/');
    assert_fails!(Door::prepare(settings), Error::Discovery(_));
    let mut settings = desk.settings();
    settings.discovery.set_path("/auth/realms/esante-wallet/.well-known/openid-configuration");
    assert_fails!(Door::prepare(settings), Error::Discovery(_));
}

#[tokio::test]
async fn a_session_that_the_provider_ended() {
    let desk = Desk::open();
    let mut session = desk.log_in(SoftCard::cps3("doctor")).await.unwrap();
    desk.provider.fault(&json!({"status": 500})).unwrap();
    assert!(matches!(session.refresh().await, Err(Error::ProviderDown(500))));
    desk.provider.fault(&json!({})).unwrap();
    session.refresh().await.unwrap();
    desk.provider.end_sessions().unwrap();
    assert!(matches!(session.refresh().await, Err(Error::SessionOver)));
}

/// A card that answers in its own way.
struct Odd<F>(Arc<SoftCard>, Vec<Scheme>, F);

impl<F: Fn() -> Result<Vec<u8>, SignError> + Send + Sync> ClientKey for Odd<F> {
    fn certificate_chain(&self) -> Vec<Vec<u8>> {
        self.0.certificate_chain()
    }
    fn schemes(&self) -> &[Scheme] {
        &self.1
    }
    fn sign(&self, _: Scheme, _: &[u8]) -> Result<Vec<u8>, SignError> {
        (self.2)()
    }
}

#[tokio::test]
async fn a_card_that_does_not_sign() {
    let desk = Desk::open();
    let door = Door::prepare(desk.settings()).await.unwrap();
    for schemes in [vec![Scheme::RsaPkcs1Sha256], vec![Scheme::RsaPssSha256]] {
        let pulled = Odd(SoftCard::cps3("doctor"), schemes, || Err(SignError::Removed));
        assert_fails!(door.open(Arc::new(pulled)), Error::CardSignature(SignError::Removed));
    }
    let mute = Odd(SoftCard::cps3("doctor"), Vec::new(), || Err(SignError::Removed));
    assert_fails!(door.open(Arc::new(mute)), Error::CardSignature(SignError::NoCommonScheme));
    let garbage = Odd(SoftCard::cps3("doctor"), vec![Scheme::RsaPkcs1Sha256], || Ok(vec![7; 256]));
    assert_fails!(door.open(Arc::new(garbage)), Error::CardRefused);
}

/// One thread for everything, as in the program: what blocks it would block the screen.
#[tokio::test(flavor = "current_thread")]
async fn a_card_that_never_answers_holds_up_nobody() {
    let desk = Desk::open();
    let mut settings = desk.settings();
    settings.timeouts.step = Duration::from_millis(800);
    let door = Door::prepare(settings).await.unwrap();
    let hanging = Odd(SoftCard::cps3("doctor"), vec![Scheme::RsaPkcs1Sha256], || {
        loop {
            std::thread::park();
        }
    });
    let beats = Arc::new(AtomicUsize::new(0));
    let heart = tokio::spawn({
        let beats = beats.clone();
        async move {
            loop {
                tokio::time::sleep(Duration::from_millis(10)).await;
                beats.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    assert_fails!(door.open(Arc::new(hanging)), Error::TimedOut);
    assert!(beats.load(Ordering::SeqCst) > 10, "the program's own tasks went on");
    heart.abort();
    // The door itself still works.
    let session = door.open(SoftCard::cps3("nurse")).await.unwrap();
    assert_eq!(session.identity().given_name.as_deref(), Some("Bianca"));
}
