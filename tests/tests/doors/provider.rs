//! The identity provider and the card.

use std::time::{Duration, SystemTime};

use e2e::{Kiosk, Place, at_the_desk};
use flow::{Failure, Idle, Notice, Screen, Touch};
use login::Clock;
use serde_json::json;
use site::provider;
use site::whole::{self, Options};

use crate::refused;

#[test]
fn a_certificate_of_another_authority_another_name_or_another_time() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        for (certificate, failure, code) in [
            ("stranger", Failure::ProviderUntrusted, "AUTH-04"),
            ("wrong-name", Failure::ProviderWrongName, "AUTH-05"),
            ("expired", Failure::ProviderExpired, "AUTH-06"),
        ] {
            place.provider().certificate(certificate).unwrap();
            let failed = refused(&mut desk, "doctor", failure, code);
            assert!(!failed.retry, "nobody is asked to insist");
        }
        // Nothing of the card, nor of the person, was said to any of them.
        assert_eq!(place.provider().requests().unwrap().len(), 0);
        place.provider().certificate("provider").unwrap();
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        desk.leaves();
    });
}

#[test]
fn authorities_that_are_not_the_provider_s_in_the_configuration() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut config = place.config_for_one_box();
        config.provider.roots = vec![place.pki.mail_ca()];
        let mut desk = Kiosk::open(&config, &card);
        refused(&mut desk, "doctor", Failure::ProviderUntrusted, "AUTH-04");
    });
}

#[test]
fn a_card_that_is_revoked_or_unknown() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config(), &card);
        for profile in ["revoked", "unknown"] {
            refused(&mut desk, profile, Failure::CardRefused, "CARD-06");
        }
    });
}

/// A provider that hangs up on them instead of saying so.
#[test]
fn a_card_that_is_revoked_at_a_strict_server() {
    at_the_desk(|card| {
        let provider = provider::Options::default().with("strict_card", json!(true));
        let place = Place::with(Options { provider, ..Options::default() }, &whole::Kiosk::default());
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        refused(&mut desk, "revoked", Failure::CardRefused, "CARD-06");
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        desk.leaves();
    });
}

#[test]
fn answers_that_are_not_what_was_asked_for() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        for (fault, failure, code) in [
            (json!({"acr": "eidas0"}), Failure::AssuranceTooLow, "AUTH-07"),
            (json!({"id_token": {"nonce": "another"}}), Failure::TokenInvalid, "AUTH-08"),
            (json!({"signature": true}), Failure::TokenInvalid, "AUTH-08"),
            // By then the only box is being opened; it is closed unseen.
            (json!({"userinfo": {"sub": "somebody"}}), Failure::TokenInvalid, "AUTH-08"),
            (json!({"status": 503, "at": "userinfo"}), Failure::ProviderDown, "AUTH-02"),
            (json!({"authorize": "refuse"}), Failure::ProviderRefused, "AUTH-10"),
            (json!({"authorize": "later"}), Failure::CardUnverifiable, "CARD-07"),
            (json!({"authorize": "page"}), Failure::ProviderUnexpected, "AUTH-11"),
            (json!({"authorize": "elsewhere"}), Failure::ProviderUnexpected, "AUTH-11"),
        ] {
            place.fault(fault);
            refused(&mut desk, "doctor", failure, code);
            place.nobody_is_connected();
        }
        place.fault(json!({}));
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        desk.leaves();
    });
}

#[test]
fn tls_1_3_only_is_for_a_cps4_and_not_for_a_cps3() {
    at_the_desk(|card| {
        let provider = provider::Options::default().with("card_versions", json!("tls1.3"));
        let place = Place::with(Options { provider, ..Options::default() }, &whole::Kiosk::default());
        let mut desk = Kiosk::open(&place.config(), &card);
        refused(&mut desk, "doctor", Failure::CardNeedsTls12, "AUTH-09");
        // Through the door; no BAL is known for this person.
        refused(&mut desk, "cps4", Failure::NoMailbox, "MAIL-02");
    });
}

#[test]
fn a_provider_out_of_order_slow_and_gone() {
    at_the_desk(|card| {
        let mut place = Place::ordinary();
        let mut config = place.config_for_one_box();
        config.provider.patience = 3;
        let mut desk = Kiosk::open_with(&config, &card, |settings, _| {
            settings.slow_connecting = Duration::from_millis(500);
        });

        place.fault(json!({"status": 503}));
        desk.insert("doctor");
        desk.sees_the_code_page();
        desk.enters("1234");
        assert_eq!(desk.fails_with(Failure::ProviderDown).failure.code(), "AUTH-02");
        // «Réessayer» helps once it helps: no second code.
        place.fault(json!({}));
        desk.touches(Touch::Retry);
        desk.sees_the_inbox();
        desk.leaves();

        desk.insert("doctor");
        desk.sees_the_code_page_of("TOURNESOL");
        place.fault(json!({"delay": 60_000}));
        desk.enters("1234");
        desk.sees("that it takes long", |screen| matches!(screen, Screen::Connecting(connecting) if connecting.slow));
        assert_eq!(desk.fails_with(Failure::ProviderSlow).failure.code(), "AUTH-03");
        desk.leaves();
        place.fault(json!({}));

        place.provider = None;
        refused(&mut desk, "doctor", Failure::ProviderUnreachable, "AUTH-01");
    });
}

#[test]
fn a_kiosk_whose_clock_is_wrong() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        {
            // Nobody has noticed yet: the provider's own time tells.
            let mut desk = Kiosk::open_with(&place.config_for_one_box(), &card, |_, desk| {
                let login = std::sync::Arc::get_mut(&mut desk.login).unwrap();
                login.clock = Clock::new(|| SystemTime::now() + Duration::from_secs(600));
            });
            refused(&mut desk, "doctor", Failure::ClockWrong, "TIME-01");
        }
        // Known beforehand: said on the idle page, and the card is not even read.
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        desk.clock_wrong(true);
        desk.sees("the notice", |screen| {
            *screen == Screen::Idle(Idle { notice: Some(Notice::ClockWrong), ..Idle::default() })
        });
        desk.insert("doctor");
        assert!(desk.fails_with(Failure::ClockWrong).retry);
        assert_eq!(card.status().unwrap().traffic.apdus, 0);
        // Right again: one touch, and the visit begins.
        desk.clock_wrong(false);
        desk.takes_note();
        desk.touches(Touch::Retry);
        desk.sees_the_code_page();
        desk.enters("1234");
        desk.sees_the_inbox();
        desk.leaves();
    });
}
