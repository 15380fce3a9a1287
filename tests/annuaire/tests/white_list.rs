//! The white list, fetched.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

#[allow(dead_code, reason = "other tests use the rest")]
mod common;

use std::time::{Duration, Instant};

use annuaire::{Annuaire, Fault, Options, white_list_of};
use common::{network, pki, roots};
use directory::{Domains, Error, Refreshed, Url, Verdict};

fn start() -> (Annuaire, Domains) {
    let annuaire = Annuaire::start(&pki(), Options::default()).unwrap();
    let url = Url::parse(&annuaire.white_list()).unwrap();
    let domains = Domains::fetched(url, Duration::from_secs(2), &network()).unwrap();
    (annuaire, domains)
}

#[tokio::test]
async fn nothing_is_allowed_before_the_list_came_and_its_domains_afterwards() {
    let (annuaire, domains) = start();
    assert_eq!(domains.judge("bianca.castafiore@mss.test"), Verdict::NoList);
    assert!(matches!(domains.refresh().await, Ok(Refreshed::New(3))));
    assert_eq!(domains.judge("bianca.castafiore@MSS.test"), Verdict::Allowed);
    assert_eq!(domains.judge("x@licorne.mss.test"), Verdict::Allowed);
    assert_eq!(domains.judge("x@ordinaire.example"), Verdict::Outside("ordinaire.example".into()));
    let standing = domains.standing();
    assert_eq!((standing.domains, standing.generated.as_str()), (Some(3), "2026-08-01T06:00:00Z"));
    assert!(standing.age.unwrap() < Duration::from_secs(5));
    assert!(!annuaire.seen()[0].key, "the key is the directory's");
}

#[tokio::test]
async fn every_mailbox_of_the_directory_lies_on_the_list() {
    let desk = common::desk();
    let domains =
        Domains::fetched(Url::parse(&desk.annuaire.white_list()).unwrap(), Duration::from_secs(2), &network());
    let domains = domains.unwrap();
    domains.refresh().await.unwrap();
    for text in ["haddock", "passereau", "cardiologie"] {
        let found = desk.find(text).await;
        assert!(!found.is_empty() && found.iter().all(|e| domains.judge(&e.address) == Verdict::Allowed), "{text}");
    }
}

#[tokio::test]
async fn a_list_that_did_not_change_is_not_sent_again() {
    let (annuaire, domains) = start();
    domains.refresh().await.unwrap();
    assert!(matches!(domains.refresh().await, Ok(Refreshed::Same)));
    annuaire.publish(white_list_of(&["mss.test"]));
    assert!(matches!(domains.refresh().await, Ok(Refreshed::New(1))));
    assert!(matches!(domains.judge("x@licorne.mss.test"), Verdict::Outside(_)));
    assert!(matches!(domains.refresh().await, Ok(Refreshed::Same)));
    // What it has is said each time: nothing at first, then the version before the change twice, then the new one.
    let said: Vec<Option<String>> = annuaire.seen().into_iter().map(|seen| seen.version).collect();
    let [None, Some(first), Some(again), Some(new)] = said.as_slice() else { panic!("{said:?}") };
    assert!(first == again && again != new);
}

#[tokio::test]
async fn a_refresh_that_fails_keeps_the_list_before_and_tells_its_age() {
    let (annuaire, domains) = start();
    domains.refresh().await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    for fault in [
        Fault::Status(503),
        Fault::Status(404),
        Fault::Status(304),
        Fault::Redirect("https://mss.test/".into()),
        Fault::Silent,
        Fault::Cut,
        Fault::Dropped,
        Fault::Endless,
        Fault::Announced(1 << 30),
        Fault::Body(b"<html><body>Maintenance</body></html>".to_vec()),
        Fault::Body(white_list_of(&["mss.test"])[..400].to_vec()),
        Fault::Body(b"<!DOCTYPE l [<!ENTITY a \"x\">]><l><Domaine><Nom>&a;</Nom></Domaine></l>".to_vec()),
        Fault::Body(Vec::new()),
    ] {
        annuaire.next(fault.clone());
        let refreshed = domains.refresh().await.unwrap();
        // The server's word that nothing changed is an answer.
        if matches!(fault, Fault::Status(304)) {
            assert!(matches!(refreshed, Refreshed::Same));
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        }
        let Refreshed::Kept { age, why } = refreshed else { panic!("{fault:?}: {refreshed:?}") };
        assert!(age >= Duration::from_millis(40), "{fault:?}: {age:?}");
        assert!(!why.to_string().is_empty());
        assert_eq!(domains.judge("x@licorne.mss.test"), Verdict::Allowed, "{fault:?}");
    }
    assert!(matches!(domains.refresh().await, Ok(Refreshed::Same)));
}

#[tokio::test]
async fn without_a_list_from_before_a_failure_is_an_error() {
    let (annuaire, domains) = start();
    annuaire.next(Fault::Status(503));
    assert!(matches!(domains.refresh().await, Err(Error::Down { status: 503, .. })));
    annuaire.next(Fault::Status(304));
    assert!(matches!(domains.refresh().await, Err(Error::Refused { status: 304, .. })));
    annuaire.next(Fault::Body(b"<l/>".to_vec()));
    assert!(matches!(domains.refresh().await, Err(Error::List("it names no domain"))));
    assert_eq!(domains.judge("bianca.castafiore@mss.test"), Verdict::NoList);
}

#[tokio::test]
async fn only_a_server_that_is_trusted_gives_a_list() {
    let pki = pki();
    let annuaire = Annuaire::start(&pki, Options { certificate: Some(pki.stranger()), ..Options::default() }).unwrap();
    let url = Url::parse(&annuaire.white_list()).unwrap();
    let domains = Domains::fetched(url.clone(), Duration::from_secs(2), &network()).unwrap();
    assert!(matches!(domains.refresh().await, Err(Error::UntrustedCertificate { .. })));
    let mut trusting = network();
    trusting.roots = roots(&pki.stranger_ca());
    let domains = Domains::fetched(url, Duration::from_secs(2), &trusting).unwrap();
    assert!(matches!(domains.refresh().await, Ok(Refreshed::New(3))));
}

#[tokio::test]
async fn a_list_of_ten_thousand_comes_whole() {
    let (annuaire, domains) = start();
    let names: Vec<String> = (0..10_000).map(|n| format!("hopital-{n}.mssante.fr")).collect();
    let list = white_list_of(&names.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(list.len() > 4 << 20, "as large as the real one");
    annuaire.publish(list);
    let start = Instant::now();
    assert!(matches!(domains.refresh().await, Ok(Refreshed::New(10_000))));
    assert!(start.elapsed() < Duration::from_secs(2));
    assert_eq!(domains.judge("x@hopital-9999.mssante.fr"), Verdict::Allowed);
}
