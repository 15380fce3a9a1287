//! Signatures: PKCS#1 on both families, PSS on the CPS4, and what happens without a code.

use sha2::{Digest, Sha256};

use super::{open_cps3, open_cps4, pin};
use crate::simulated::cps::Cps;
use crate::simulated::hex;
use crate::{Error, Scheme, Status};

const DIGEST_INFO: &str = "3031300D060960864801650304020105000420";

#[test]
fn a_cps3_signs_a_digest_info_with_internal_authenticate() {
    let cps = Cps::cps3();
    let mut card = open_cps3(&cps).unwrap();
    card.verify(&pin("1234")).unwrap();
    cps.state().log.clear();
    let signature = card.sign(Scheme::Pkcs1Sha256, b"message").unwrap();
    let info = [hex(DIGEST_INFO), Sha256::digest(b"message").to_vec()].concat();
    assert_eq!((signature.len(), &signature[..51]), (256, &info[..]));
    let log = &cps.state().log;
    assert_eq!(log[0], "00A4090C043F000001");
    assert_eq!(log[1], "002241A406840182800102");
    assert!(log[2].starts_with("0088000033"));
    assert_eq!(log[3], "00C0000000");
    assert_eq!(log.len(), 4);
}

#[test]
fn a_cps3_offers_no_pss_and_sends_nothing_when_asked() {
    let cps = Cps::cps3();
    let mut card = open_cps3(&cps).unwrap();
    assert!(!card.schemes().contains(&Scheme::PssSha256));
    card.holder().unwrap();
    let before = card.traffic();
    assert_eq!(card.sign(Scheme::PssSha256, b"message"), Err(Error::NoScheme(Scheme::PssSha256)));
    assert_eq!(card.traffic(), before);
}

#[test]
fn a_cps4_signs_pss_and_pkcs1_by_itself() {
    for (scheme, template) in [(Scheme::PssSha256, "91022CA0"), (Scheme::Pkcs1Sha256, "910228A0")] {
        let mut card = open_cps4(&Cps::cps4()).unwrap();
        card.verify(&pin("1234")).unwrap();
        let signature = card.sign(scheme, b"message").unwrap();
        let signed = [hex(template), Sha256::digest(b"message").to_vec()].concat();
        assert_eq!(&signature[..36], &signed[..]);
    }
}

#[test]
fn a_cps4_that_only_knows_raw_rsa_is_given_the_whole_block() {
    for (scheme, head, tail) in [
        (Scheme::PssSha256, None, Some(0xBC)),
        (Scheme::Pkcs1Sha256, Some([0x00, 0x01]), None),
        (Scheme::Pkcs1Sha384, Some([0x00, 0x01]), None),
    ] {
        let cps = Cps::cps4();
        cps.state().only_raw = true;
        let mut card = open_cps4(&cps).unwrap();
        card.verify(&pin("1234")).unwrap();
        let block = card.sign(scheme, b"message").unwrap();
        assert!(head.is_none_or(|head| block[..2] == head) && tail.is_none_or(|tail| block[255] == tail));
        let chained = cps.state().log.iter().any(|line| line.starts_with("112A8086FF"));
        assert!(chained && cps.state().log.iter().any(|line| line.starts_with("012A808601")));
    }
}

#[test]
fn without_a_code_no_card_signs_and_the_reason_is_told() {
    for mut card in [open_cps3(&Cps::cps3()).unwrap(), open_cps4(&Cps::cps4()).unwrap()] {
        let error = card.sign(Scheme::Pkcs1Sha256, b"message").unwrap_err();
        assert_eq!(error.meaning(), Some(Status::SecurityNotSatisfied));
    }
}

#[test]
fn a_cps4_that_lost_its_application_gets_it_back_once() {
    let cps = Cps::cps4();
    let mut card = open_cps4(&cps).unwrap();
    cps.state().lose_application = true;
    assert!(card.holder().is_ok());
    card.verify(&pin("1234")).unwrap();
    cps.state().lose_application = true;
    assert_eq!(card.sign(Scheme::PssSha256, b"message").unwrap().len(), 256);
}
