//! Everything that can be wrong with the directory, each with an error of its own.

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

use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::os::unix::fs::MetadataExt;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use annuaire::{Annuaire, Fault, HOST, KEY, Options, REVOKED};
use common::{Desk, desk, desk_with, network, pki, roots, settings, short};
use directory::{Directory, Error, Query, Settings, Url};

async fn error(desk: &Desk) -> Error {
    desk.directory.search(&Query::new("castafiore"), 20).await.unwrap_err()
}

#[tokio::test]
async fn a_key_that_is_unknown_or_revoked_is_refused() {
    for (key, status) in [("une-autre-cle", 401), (REVOKED, 403)] {
        let desk = desk_with(Options::default(), |settings| settings.key = key.into());
        let error = error(&desk).await;
        assert!(matches!(error, Error::KeyRefused(s) if s == status), "{error:?}");
        assert_eq!(desk.asked().len(), 1, "it is not tried again");
    }
}

#[tokio::test]
async fn too_often_is_tried_once_more_and_then_told() {
    let desk = desk();
    desk.annuaire.next(Fault::TooMany(Some(1)));
    let start = Instant::now();
    assert_eq!(desk.find("castafiore").await.len(), 1);
    assert!(start.elapsed() >= Duration::from_secs(1), "as long as the server asked for");

    let desk = common::desk();
    desk.annuaire.always(Some(Fault::TooMany(None)));
    assert!(matches!(error(&desk).await, Error::TooMany));
    assert_eq!(desk.asked().len(), 2);

    // Longer than the search has time for: told at once.
    let desk = common::desk();
    for seconds in [60, u64::MAX] {
        desk.annuaire.always(Some(Fault::TooMany(Some(seconds))));
        let start = Instant::now();
        let error = error(&desk).await;
        assert!(matches!(error, Error::TooMany), "{error:?}");
        if seconds == 60 {
            assert!(start.elapsed() < Duration::from_secs(1));
        }
    }
}

#[tokio::test]
async fn the_documented_limit_is_kept_by_waiting() {
    let desk = desk();
    // Five searches at once would be twenty calls.
    for text in ["castafiore", "tournesol", "passereau", "alcazar", "tapioca", "wagner"] {
        assert!(!desk.find(text).await.is_empty(), "{text}");
    }
}

#[tokio::test]
async fn a_server_out_of_order_is_told_with_its_reason() {
    let desk = desk();
    for status in [500, 502, 503, 504] {
        desk.annuaire.next(Fault::Status(status));
        let error = error(&desk).await;
        assert!(matches!(error, Error::Down { status: s, outcome: None } if s == status), "{error:?}");
    }
    desk.annuaire.next(Fault::Outcome(500, "exception", "Parameter famille not found for resource Practitioner"));
    let Error::Down { status: 500, outcome: Some(outcome) } = error(&desk).await else { panic!("no outcome") };
    assert_eq!(outcome.code(), "exception");
    assert_eq!(outcome.text(), "Parameter famille not found for resource Practitioner");
}

#[tokio::test]
async fn a_request_refused_is_told_in_fhirs_words() {
    let desk = desk();
    for status in [400, 404, 200] {
        desk.annuaire.next(Fault::Outcome(status, "processing", "HAPI-0302: Unknown resource type"));
        let error = error(&desk).await;
        let Error::Refused { status: s, outcome: Some(outcome) } = error else { panic!("{error:?}") };
        assert_eq!((s, outcome.code()), (status, "processing"));
    }
    desk.annuaire.next(Fault::Status(404));
    assert!(matches!(error(&desk).await, Error::Refused { status: 404, outcome: None }));
}

#[tokio::test]
async fn nothing_leads_away_from_the_configured_host() {
    let elsewhere = Annuaire::start(&pki(), Options::default()).unwrap();
    let desk = desk_with(Options { crowd: 200, ..Options::default() }, |_| {});
    desk.annuaire.next(Fault::Redirect(format!("{}/Practitioner", elsewhere.base())));
    assert!(matches!(error(&desk).await, Error::Refused { status: 302, .. }));
    for next in [
        format!("{}/_page?id=x", elsewhere.base()),
        "http://mss.test/fhir/v2/_page?id=x".to_owned(),
        format!("https://moi@mss.test:{}/fhir/v2/_page?id=x", desk.annuaire.port()),
        "file:///etc/passwd".to_owned(),
        "//".to_owned(),
    ] {
        desk.annuaire.next(Fault::NextAt(next.clone()));
        let found = desk.directory.search(&Query::new("martin"), 100).await.unwrap();
        assert!(found.more && found.people.len() == 13, "{next}: one page, and more is known to be");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(elsewhere.seen().is_empty(), "the key went nowhere else");
}

#[tokio::test]
async fn a_page_that_was_forgotten_leaves_the_others() {
    let desk = desk_with(Options { crowd: 200, ..Options::default() }, |_| {});
    let base = desk.annuaire.base();
    desk.annuaire.next(Fault::NextAt(format!("{base}/_page?id=perdue")));
    let found = desk.directory.search(&Query::new("martin"), 100).await.unwrap();
    assert_eq!(found.people.len(), 13);
    assert!(matches!(found.missing, Some(Error::Refused { status: 200, .. })), "{:?}", found.missing);
}

#[tokio::test]
async fn a_page_that_leads_to_itself_ends() {
    let desk = desk_with(Options { crowd: 200, calls_a_second: None, ..Options::default() }, |_| {});
    let base = desk.annuaire.base();
    desk.annuaire.always(Some(Fault::NextAt(format!("{base}/Practitioner?family=MARTIN&active=true"))));
    let found = desk.directory.search(&Query::new("martin"), 100).await.unwrap();
    assert_eq!(found.people.len(), 13, "the same people are the same people");
    assert!(found.more);
    assert_eq!(desk.asked().iter().filter(|path| *path == "Practitioner").count(), 3);
}

#[tokio::test]
async fn a_body_without_end_is_cut_at_two_megabytes() {
    let desk = desk();
    for fault in [Fault::Endless, Fault::Announced(3 << 20), Fault::Announced(u64::MAX / 2)] {
        desk.annuaire.next(fault.clone());
        let error = error(&desk).await;
        assert!(matches!(error, Error::TooLarge), "{fault:?}: {error:?}");
        desk.annuaire.idle().await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_an_error_and_never_an_empty_list() {
    let desk = desk();
    let deep = format!("{{\"resourceType\":\"Bundle\",\"entry\":{}", "[".repeat(1 << 20));
    let nested = format!(
        "{{\"resourceType\":\"Bundle\",\"entry\":[{{\"resource\":{{\"telecom\":[{}",
        "{\"extension\":[".repeat(100_000)
    );
    for body in [
        "<html><body>Maintenance</body></html>",
        "",
        "[]",
        "null",
        "{\"resourceType\":\"Bundle\"",
        "{\"resourceType\":\"Patient\"}",
        "{\"resourceType\":[\"Bundle\"]}",
        "\u{feff}{\"resourceType\":\"Bundle\"}",
        &deep,
        &nested,
    ] {
        desk.annuaire.next(Fault::Body(body.as_bytes().to_vec()));
        let error = error(&desk).await;
        assert!(matches!(error, Error::Unreadable(_)), "{}: {error:?}", body.get(..40).unwrap_or(body));
    }
    desk.annuaire.next(Fault::Body(vec![0xff; 1000]));
    assert!(matches!(error(&desk).await, Error::Unreadable(_)));
}

#[tokio::test]
async fn the_densest_answer_that_fits_is_read_in_time() {
    let desk = desk_with(Options::default(), |settings| settings.patience = Duration::from_secs(20));
    for item in ["{\"resource\":{}}", "{\"resource\":{\"telecom\":[{\"value\":\"x\"}]}}", "[[[[]]]]", "{\"\":0}"] {
        let items = vec![item; (2 << 20) / (item.len() + 1) - 20].join(",");
        desk.annuaire.next(Fault::Body(format!("{{\"resourceType\":\"Bundle\",\"entry\":[{items}]}}").into_bytes()));
        let start = Instant::now();
        let found = desk.directory.search(&Query::new("personne de tel"), 20).await.unwrap();
        assert!(found.people.is_empty(), "{item}");
        assert!(start.elapsed() < Duration::from_secs(10), "{item}: {:?}", start.elapsed());
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_told() {
    let desk = desk();
    desk.annuaire.next(Fault::Cut);
    let cut = error(&desk).await;
    assert!(matches!(cut, Error::Dropped { .. }), "{cut:?}");
    desk.annuaire.next(Fault::Dropped);
    let dropped = error(&desk).await;
    assert!(matches!(dropped, Error::Dropped { .. }), "{dropped:?}");
    // The handle is good afterwards.
    assert_eq!(desk.find("castafiore").await.len(), 1);
}

#[tokio::test]
async fn a_server_that_is_silent_costs_the_patience_and_no_more() {
    let desk = desk_with(Options::default(), short);
    desk.annuaire.next(Fault::Silent);
    let start = Instant::now();
    assert!(matches!(error(&desk).await, Error::TimedOut));
    let took = start.elapsed();
    assert!((Duration::from_millis(550)..Duration::from_millis(3000)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn waiting_for_ones_turn_counts_too() {
    let desk = desk_with(Options::default(), |settings| settings.patience = Duration::from_secs(2));
    desk.annuaire.always(Some(Fault::Silent));
    let (a, b) = (Query::new("castafiore"), Query::new("tournesol"));
    let start = Instant::now();
    let (a, b) = tokio::join!(desk.directory.search(&a, 20), desk.directory.search(&b, 20));
    assert!(matches!((a, b), (Err(Error::TimedOut), Err(Error::TimedOut))));
    assert!(start.elapsed() < Duration::from_millis(3500), "one patience, not two");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let annuaire = Annuaire::start(&pki(), Options::default()).unwrap();
    let gone = settings(&annuaire);
    drop(annuaire);
    let error = Directory::new(gone).unwrap().search(&Query::new("castafiore"), 20).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    // A name that nobody knows, and a DNS server that is not there.
    let mut nowhere = Settings::new(Url::parse("https://annuaire.invalid/fhir/v2").unwrap(), KEY.into(), network());
    nowhere.network.dns = Some("127.0.0.1:9".parse().unwrap());
    let error = Directory::new(nowhere).unwrap().search(&Query::new("castafiore"), 20).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. } | Error::TimedOut), "{error:?}");
    assert!(!format!("{error:?}").to_lowercase().contains("castafiore"));
}

#[tokio::test]
async fn names_come_from_the_configured_dns_server() {
    let dns = Dns::start();
    let desk = desk_with(Options::default(), |settings| {
        settings.network.hosts.clear();
        settings.network.dns = Some(dns.address);
    });
    assert_eq!(desk.find("castafiore").await.len(), 1);
    drop(dns);
    // An idle connection is not used again after three seconds, and another one needs the name.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let error = error(&desk).await;
    assert!(matches!(error, Error::Unreachable { .. } | Error::TimedOut), "{error:?}");
}

/// dnsmasq that knows one name; ended when dropped.
struct Dns {
    address: SocketAddr,
    server: Child,
}

impl Dns {
    fn start() -> Self {
        // A free port a moment ago; dnsmasq says so if it no longer is.
        let address = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new("dnsmasq");
        command.args(["--keep-in-foreground", "--conf-file=/dev/null", "--listen-address=127.0.0.1"]);
        command.args(["--bind-interfaces", "--no-resolv", "--no-hosts", "--pid-file=", "--local=/test/"]);
        command.arg(format!("--port={}", address.port())).arg(format!("--host-record={HOST},127.0.0.1"));
        if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
            command.args(["--user=root", "--group=root"]);
        }
        let dns = Self { address, server: command.spawn().unwrap() };
        for _ in 0..200 {
            if TcpStream::connect(address).is_ok() {
                return dns;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("dnsmasq does not answer");
    }
}

impl Drop for Dns {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[tokio::test]
async fn every_certificate_that_is_wrong_is_refused_and_told_apart() {
    let pki = pki();
    let with = |certificate| desk_with(Options { certificate: Some(certificate), ..Options::default() }, |_| {});
    let stranger = with(pki.stranger());
    let other_root = desk_with(Options::default(), |settings| settings.network.roots = roots(&pki.provider_ca()));
    for desk in [&stranger, &other_root] {
        let error = error(desk).await;
        assert!(matches!(error, Error::UntrustedCertificate { .. }), "{error:?}");
    }
    let (name, expired) = (with(pki.mail_wrong_name()), with(pki.mail_expired()));
    let told = error(&name).await;
    assert!(matches!(told, Error::WrongHostName { .. }), "{told:?}");
    let told = error(&expired).await;
    assert!(matches!(told, Error::CertificateExpired { .. }), "{told:?}");
    for desk in [stranger, other_root, name, expired] {
        assert!(desk.annuaire.seen().is_empty(), "no request, no key, before the certificate is good");
    }
}

#[tokio::test]
async fn no_error_says_what_was_looked_for() {
    let desk = desk_with(Options::default(), short);
    for fault in [
        Fault::Status(500),
        Fault::Cut,
        Fault::Dropped,
        Fault::Silent,
        Fault::Endless,
        Fault::Outcome(400, "processing", "CASTAFIORE inconnue"),
        Fault::Body(b"<CASTAFIORE>".to_vec()),
    ] {
        desk.annuaire.next(fault);
        let error = error(&desk).await;
        let mut said = format!("{error} {error:?}");
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            said.push_str(&format!(" {inner} {inner:?}"));
            cause = inner.source();
        }
        assert!(!said.to_lowercase().contains("castafiore") && !said.contains(KEY), "{said}");
    }
}
