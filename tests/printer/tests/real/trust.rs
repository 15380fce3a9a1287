//! Which printers are believed, and which believe us.

use pki::Pki;
use printer::{Certificate, Options};
use printing::{Ask, Distrust, Error, Pin};
use sha2::{Digest, Sha256};

use super::Desk;
use super::desk::{der, end, settings};

#[tokio::test]
async fn a_certificate_of_another_authority_is_refused() {
    let desk = Desk::with(Options::default());
    let mut other = settings(&desk.pki, &desk.device.address());
    other.trust.roots = vec![der(&desk.pki.stranger_ca())];
    let printer = printing::Printer::new(other).unwrap();
    let (_, ended) = end(printer.print(desk.pdf(), Ask::default())).await;
    assert!(matches!(ended, Err(Error::NotTrusted { why: Distrust::Unknown, .. })), "{ended:?}");
    assert!(desk.device.delivered().unwrap().is_empty());
}

#[tokio::test]
async fn a_certificate_that_ended_or_is_for_another_name_is_refused() {
    let pki = Pki::shared().unwrap();
    for (pair, expected) in [(pki.expired(), Distrust::Expired), (pki.wrong_name(), Distrust::OtherName)] {
        let desk = Desk::with(Options { certificate: Certificate::Pair(pair), ..Options::default() });
        let refused = desk.printer.offer().await.unwrap_err();
        assert!(matches!(&refused, Error::NotTrusted { why, .. } if *why == expected), "{refused:?}");
    }
}

#[tokio::test]
async fn a_printer_that_signed_its_certificate_itself_is_known_by_its_fingerprint() {
    let desk = Desk::with(Options { certificate: Certificate::OwnMake, ..Options::default() });
    let certificate = der(&desk.device.certificate().unwrap());
    // The authority of the site does not know it; the refusal says what to compare.
    let refused = desk.printer.offer().await.unwrap_err();
    let Error::NotTrusted { why: Distrust::Unknown, seen, .. } = &refused else { panic!("{refused:?}") };
    let key = Pin::digest(seen).unwrap();
    let whole: [u8; 32] = Sha256::digest(&certificate).into();
    let wrong = [7; 32];
    for (pin, known) in [
        (Pin::PublicKey(key), true),
        (Pin::Certificate(whole), true),
        (Pin::PublicKey(whole), false),
        (Pin::Certificate(key), false),
        (Pin::Certificate(wrong), false),
    ] {
        let mut pinned = settings(&desk.pki, &desk.device.address());
        pinned.trust = printing::Trust { roots: Vec::new(), pins: vec![pin] };
        let printer = printing::Printer::new(pinned).unwrap();
        let (_, ended) = end(printer.print(desk.pdf(), Ask::default())).await;
        if known {
            ended.unwrap();
        } else {
            assert!(matches!(ended, Err(Error::NotTrusted { .. })), "{pin:?}: {ended:?}");
        }
    }
    assert_eq!(desk.device.delivered().unwrap().len(), 2);
}

#[tokio::test]
async fn a_printer_that_asks_for_a_password_is_not_ours() {
    let desk = Desk::with(Options { closed: true, ..Options::default() });
    let (_, ended) = end(desk.printer.print(desk.pdf(), Ask::default())).await;
    assert!(matches!(ended, Err(Error::NotAuthorised)), "{ended:?}");
}
