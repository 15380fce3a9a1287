//! Finding the server, trusting it, being let in.

use std::time::Duration;

use mail::{Error, Mailbox, Mechanism, Refusal, ServerSource, Settings, Tls};
use pki::Pki;
use secrecy::SecretString;
use site::dns::{self, Dns, Service};
use site::mail::{DOCTOR, FOREIGN, Options, PERSONAL, SHARED};

use super::{Site, open, roots, token};

#[tokio::test]
async fn the_inbox_opens_over_both_kinds_of_tls_with_both_mechanisms() {
    let site = Site::start();
    for tls in [Tls::StartTls, Tls::Implicit] {
        for mechanism in [Mechanism::XOAuth2, Mechanism::OAuthBearer] {
            for pipelining in [true, false] {
                let mut settings = site.settings(tls);
                settings.mechanisms = vec![mechanism];
                settings.pipelining = pipelining;
                let opened = open(&settings, PERSONAL, &token()).await.unwrap();
                assert_eq!((opened.page.total, opened.page.rows.len()), (200, 50), "{tls:?} {mechanism:?}");
                opened.session.close().await;
            }
        }
    }
}

#[tokio::test]
async fn one_token_opens_two_mailboxes_and_not_a_third() {
    let site = Site::start();
    let settings = site.settings(Tls::StartTls);
    assert_eq!(open(&settings, PERSONAL, &token()).await.unwrap().page.total, 200);
    assert_eq!(open(&settings, SHARED, &token()).await.unwrap().page.total, 50);
    for mechanism in [Mechanism::XOAuth2, Mechanism::OAuthBearer] {
        for pipelining in [true, false] {
            let settings = Settings { mechanisms: vec![mechanism], pipelining, ..settings.clone() };
            let refused = open(&settings, FOREIGN, &token()).await.unwrap_err();
            assert!(matches!(refused, Error::Refused(_)), "{refused:?}");
            let refused = open(&settings, PERSONAL, &SecretString::from("jeton-de-personne")).await.unwrap_err();
            assert!(matches!(refused, Error::Refused(Refusal::Token)), "{refused:?}");
        }
    }
}

#[tokio::test]
async fn a_long_token_opens_whatever_the_server_takes() {
    for length in [900, 1400, 5_800] {
        let long = "j".repeat(length);
        let tokens = site::mail::Tokens::List(vec![(long.clone(), DOCTOR.into())]);
        let site = Site::with(Options { tokens, ..Options::default() });
        let opened = open(&site.settings(Tls::Implicit), PERSONAL, &SecretString::from(long)).await.unwrap();
        assert_eq!(opened.page.total, 200, "{length}");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_is_not_a_refusal() {
    let gone = site::mail::Tokens::Introspection {
        url: "http://127.0.0.1:9/".into(),
        ca: Pki::shared().unwrap().provider_ca(),
    };
    let site = Site::with(Options { tokens: gone, ..Options::default() });
    let error = open(&site.settings(Tls::Implicit), PERSONAL, &token()).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable), "{error:?}");
}

#[tokio::test]
async fn a_server_without_our_mechanisms_is_said() {
    let site = Site::with(Options { mechanisms: "plain", ..Options::default() });
    let error = open(&site.settings(Tls::Implicit), PERSONAL, &token()).await.unwrap_err();
    assert!(matches!(error, Error::NoMechanism), "{error:?}");
}

#[tokio::test]
async fn certificates_are_refused_for_their_own_reason() {
    let pki = Pki::shared().unwrap();
    for (pair, expected) in [
        (pki.mail_expired(), "CertificateExpired"),
        (pki.mail_wrong_name(), "WrongHostName"),
        (pki.stranger(), "UntrustedCertificate"),
    ] {
        let site = Site::with(Options { certificate: Some(pair), messages: 1, ..Options::default() });
        for tls in [Tls::StartTls, Tls::Implicit] {
            let error = open(&site.settings(tls), PERSONAL, &token()).await.unwrap_err();
            assert!(format!("{error:?}").starts_with(expected), "{error:?}");
        }
    }
    let site = Site::with(Options { messages: 1, ..Options::default() });
    let mut settings = site.settings(Tls::Implicit);
    settings.roots = roots(&pki.provider_ca());
    let error = open(&settings, PERSONAL, &token()).await.unwrap_err();
    assert!(matches!(error, Error::UntrustedCertificate(_)), "{error:?}");
    settings.roots = vec![];
    let error = open(&settings, PERSONAL, &token()).await.unwrap_err();
    assert!(matches!(error, Error::UntrustedCertificate(_)), "{error:?}");
}

#[tokio::test]
async fn the_server_is_found_by_dns() {
    let site = Site::start();
    let source = ServerSource::Srv { allowed: vec![] };
    let zone = |imap, imaps| dns::Options { imap, imaps, hosts: vec!["imap.ailleurs.test".into()], port: None };
    let (clear, tls) = (Service::here(site.mail.imap()), Service::here(site.mail.imaps()));
    for (zone, expected) in [
        (zone(clear.clone(), tls.clone()), Ok(Tls::Implicit)),
        (zone(clear.clone(), Service::None), Ok(Tls::StartTls)),
        (zone(clear.clone(), Service::Absent), Ok(Tls::StartTls)),
        (zone(Service::None, Service::None), Err("NoServer")),
        (zone(Service::Absent, Service::Absent), Err("NoServer")),
    ] {
        let dns = Dns::start(&zone).unwrap();
        let mut settings = site.settings_for(source.clone());
        settings.dns = Some(dns.address());
        match (Mailbox::prepare(&settings, PERSONAL).await, expected) {
            (Ok(prepared), Ok(tls)) => {
                assert_eq!(prepared.server(), &site.imap(tls));
                assert_eq!(prepared.open(PERSONAL, token(), 8).await.unwrap().page.rows.len(), 8);
            }
            (Err(error), Err(expected)) => assert_eq!(format!("{error:?}"), expected),
            (got, expected) => panic!("{got:?} for {expected:?} with {zone:?}"),
        }
    }
}

#[tokio::test]
async fn dns_cannot_send_us_to_a_server_that_is_not_allowed() {
    let site = Site::start();
    let away = Service::At { host: "imap.ailleurs.test".into(), port: site.mail.imaps(), priority: 1 };
    let zone = dns::Options { imaps: away, hosts: vec!["imap.ailleurs.test".into()], ..Default::default() };
    let dns = Dns::start(&zone).unwrap();
    let mut settings = site.settings_for(ServerSource::Srv { allowed: vec!["mss.test".into()] });
    settings.dns = Some(dns.address());
    let error = Mailbox::prepare(&settings, PERSONAL).await.unwrap_err();
    assert!(matches!(error, Error::ServerNotAllowed), "{error:?}");
    // Allowed, its certificate must still carry its name.
    settings.server = ServerSource::Srv { allowed: vec!["ailleurs.test".into()] };
    let error = Mailbox::prepare(&settings, PERSONAL).await.unwrap_err();
    assert!(matches!(error, Error::WrongHostName(_)), "{error:?}");
}

#[tokio::test]
async fn a_silent_dns_server_times_out() {
    let mut site = Site::start();
    site.dns.stop();
    // Something that listens and never answers.
    let mute = std::net::UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    let mut settings = site.settings_for(ServerSource::Srv { allowed: vec![] });
    settings.dns = Some(mute.local_addr().unwrap());
    settings.timeouts.connect = Duration::from_millis(500);
    let error = Mailbox::prepare(&settings, PERSONAL).await.unwrap_err();
    assert!(matches!(error, Error::TimedOut), "{error:?}");
}
