//! Finding the submission server and trusting it.

use mail::outbox::Outbox;
use mail::{Error, ServerSource, Tls};
use pki::Pki;
use site::dns::{self, Dns, Service};
use site::mail::{Options, PERSONAL};
use site::submission;

use super::{Door, OTHER, Site, built, letter, roots, send, token};

#[tokio::test]
async fn certificates_are_refused_for_their_own_reason() {
    let pki = Pki::shared().unwrap();
    for (pair, expected) in [
        (pki.mail_expired(), "CertificateExpired"),
        (pki.mail_wrong_name(), "WrongHostName"),
        (pki.stranger(), "UntrustedCertificate"),
    ] {
        let options = Options { certificate: Some(pair.clone()), ..Options::default() };
        let site = Site::with(options, submission::Options { certificate: Some(pair), ..Default::default() });
        for door in super::DOORS {
            let error = Outbox::prepare(&site.settings(door), PERSONAL).await.unwrap_err();
            assert!(format!("{error:?}").starts_with(expected), "{door:?}: {error:?}");
        }
    }
    let site = Site::start();
    let mut settings = site.settings(Door::Implicit);
    settings.roots = roots(&pki.provider_ca());
    let error = Outbox::prepare(&settings, PERSONAL).await.unwrap_err();
    assert!(matches!(error, Error::UntrustedCertificate(_)), "{error:?}");
    settings.roots = vec![];
    let error = Outbox::prepare(&settings, PERSONAL).await.unwrap_err();
    assert!(matches!(error, Error::UntrustedCertificate(_)), "{error:?}");
}

#[tokio::test]
async fn the_server_is_found_by_dns() {
    let site = Site::start();
    let starttls = Service::sending(site.submission.starttls());
    let implicit = Service::sending(site.submission.implicit());
    for (starttls, implicit, expected) in [
        (starttls.clone(), implicit.clone(), Ok(Tls::Implicit)),
        (starttls.clone(), Service::None, Ok(Tls::StartTls)),
        (starttls.clone(), Service::Absent, Ok(Tls::StartTls)),
        (Service::Absent, implicit.clone(), Ok(Tls::Implicit)),
        (Service::None, Service::None, Err("NoServer")),
        (Service::Absent, Service::Absent, Err("NoServer")),
    ] {
        // Servers for reading are no servers for sending.
        let zone = dns::Options { imap: Service::here(site.place.mail.imap()), ..Default::default() };
        let dns = Dns::start_with(&zone, &[("_submission", starttls), ("_submissions", implicit)]).unwrap();
        let mut settings = site.settings_for(ServerSource::Srv { allowed: vec![] });
        settings.dns = Some(dns.address());
        match (Outbox::prepare(&settings, PERSONAL).await, expected) {
            (Ok(ready), Ok(tls)) => {
                let door = if tls == Tls::Implicit { Door::Implicit } else { Door::StartTls };
                assert_eq!(ready.server(), &site.server(door));
                ready.send(&token(), &built(&letter(OTHER))).await.unwrap();
            }
            (Err(error), Err(expected)) => assert_eq!(format!("{error:?}"), expected),
            (got, expected) => panic!("{got:?} for {expected:?}"),
        }
    }
}

#[tokio::test]
async fn dns_cannot_send_us_to_a_server_that_is_not_allowed() {
    let site = Site::start();
    let away = Service::At { host: "smtp.ailleurs.test".into(), port: site.submission.implicit(), priority: 1 };
    let zone = dns::Options { hosts: vec!["smtp.ailleurs.test".into()], ..Default::default() };
    let dns = Dns::start_with(&zone, &[("_submissions", away)]).unwrap();
    let mut settings = site.settings_for(ServerSource::Srv { allowed: vec!["mss.test".into()] });
    settings.dns = Some(dns.address());
    let error = Outbox::prepare(&settings, PERSONAL).await.unwrap_err();
    assert!(matches!(error, Error::ServerNotAllowed), "{error:?}");
    settings.server = ServerSource::Srv { allowed: vec!["ailleurs.test".into()] };
    let error = Outbox::prepare(&settings, PERSONAL).await.unwrap_err();
    assert!(matches!(error, Error::WrongHostName(_)), "{error:?}");
}

#[tokio::test]
async fn a_server_without_our_mechanisms_is_said() {
    let site = Site::with(Options { mechanisms: "plain", ..Options::default() }, submission::Options::default());
    for door in super::DOORS {
        let error = send(&site.settings(door), &built(&letter(OTHER))).await.unwrap_err();
        assert!(format!("{error:?}").contains("NoMechanism"), "{door:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_or_speaks_another_language_is_said() {
    let mut site = Site::start();
    let imap = ServerSource::Fixed(site.place.imap(Tls::StartTls));
    let error = Outbox::prepare(&site.settings_for(imap), PERSONAL).await.unwrap_err();
    assert!(matches!(error, Error::Protocol("not SMTP")), "{error:?}");
    site.submission.stop();
    let error = Outbox::prepare(&site.settings(Door::Implicit), PERSONAL).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
}
