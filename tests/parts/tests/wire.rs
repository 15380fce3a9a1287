//! Our reader and our virtual card, written apart, meet at the wire: no pcscd, no driver, bytes.
//! What the card signs is judged by `openssl`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::fs;
use std::process::Command;
use std::sync::{Arc, Mutex};

use card::{Card, Error, Kind, Protocol, Scheme, Transmit, TransmitError, Tries};
use pki::Pki;
use secrecy::SecretSlice;
use virtual_card::Insert;
use virtual_card::chip::Chip;

type Shared = Arc<Mutex<Box<dyn Chip>>>;

struct Wire {
    chip: Shared,
    protocol: Protocol,
}

impl Transmit for Wire {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>) -> Result<(), TransmitError> {
        *response = self.chip.lock().unwrap().apdu(command);
        Ok(())
    }

    fn protocol(&self) -> Protocol {
        self.protocol
    }
}

/// The reader's side and the card's side of one card.
fn put(insert: &Insert, protocol: Protocol) -> (Result<Card, Error>, Shared) {
    let chip = Arc::new(Mutex::new(insert.make(Pki::shared().unwrap().dir(), None).unwrap()));
    let atr = chip.lock().unwrap().atr().to_vec();
    let wire = Wire { chip: Arc::clone(&chip), protocol };
    (Card::open(Box::new(wire), &atr), chip)
}

fn code(digits: &str) -> SecretSlice<u8> {
    SecretSlice::from(digits.as_bytes().to_vec())
}

fn openssl_verifies(profile: &str, message: &[u8], signature: &[u8], scheme: Scheme) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let cert = Pki::shared().unwrap().card_cert_pem(profile);
    let public = Command::new("openssl").args(["x509", "-pubkey", "-noout", "-in"]).arg(cert).output().unwrap();
    fs::write(at("key"), public.stdout).unwrap();
    fs::write(at("message"), message).unwrap();
    fs::write(at("signature"), signature).unwrap();
    let (digest, padding) = match scheme {
        Scheme::Pkcs1Sha256 => ("-sha256", "pkcs1"),
        Scheme::Pkcs1Sha384 => ("-sha384", "pkcs1"),
        Scheme::Pkcs1Sha512 => ("-sha512", "pkcs1"),
        Scheme::PssSha256 => ("-sha256", "pss"),
    };
    let mut command = Command::new("openssl");
    command.args(["dgst", digest, "-sigopt", &format!("rsa_padding_mode:{padding}")]);
    if padding == "pss" {
        command.args(["-sigopt", "rsa_pss_saltlen:32"]);
    }
    command.arg("-verify").arg(at("key")).arg("-signature").arg(at("signature")).arg(at("message"));
    String::from_utf8_lossy(&command.output().unwrap().stdout).contains("Verified OK")
}

#[test]
fn every_make_of_card_gives_its_holder_and_signs_every_way_it_says_it_can() {
    let makes = [
        (Insert::new("doctor"), "1234", "TOURNESOL", "899700012345", Kind::Cps3, Protocol::T0),
        (Insert::new("doctor").pin("73914682"), "73914682", "TOURNESOL", "899700012345", Kind::Cps3, Protocol::T0),
        (Insert::new("doctor").exact_code(), "1234", "TOURNESOL", "899700012345", Kind::Cps3, Protocol::T0),
        (Insert::new("doctor").in_pieces_of(50), "1234", "TOURNESOL", "899700012345", Kind::Cps3, Protocol::T0),
        (Insert::new("nurse"), "1234", "CASTAFIORE", "899700054321", Kind::Cps3, Protocol::T0),
        (Insert::new("cps4"), "1234", "KROLLSPELL", "899700067890", Kind::Cps4, Protocol::T0),
        (Insert::new("cps4"), "1234", "KROLLSPELL", "899700067890", Kind::Cps4, Protocol::T1),
        (Insert::new("cps4").stubborn(), "1234", "KROLLSPELL", "899700067890", Kind::Cps4, Protocol::T0),
        (Insert::new("cps4").in_pieces_of(50), "1234", "KROLLSPELL", "899700067890", Kind::Cps4, Protocol::T0),
    ];
    for (number, (insert, digits, name, id, kind, protocol)) in makes.iter().enumerate() {
        let (card, _chip) = put(insert, *protocol);
        let mut card = card.unwrap_or_else(|error| panic!("card {number}: {error}"));
        assert_eq!(card.kind(), *kind, "card {number}");
        assert_eq!(card.tries_left(), Tries::Left(3), "card {number}");

        let holder = card.holder().unwrap_or_else(|error| panic!("card {number}: {error}"));
        assert_eq!(holder.family_name, *name);
        assert_eq!(holder.national_id.as_deref(), Some(*id));
        let issued = fs::read(Pki::shared().unwrap().card_cert(insert.profile())).unwrap();
        assert_eq!(holder.certificate, issued, "card {number}");

        card.verify(&code(digits)).unwrap_or_else(|error| panic!("card {number}: {error}"));
        assert!(!card.schemes().is_empty());
        for &scheme in card.schemes() {
            let signature = card.sign(scheme, b"au guichet").unwrap_or_else(|error| panic!("card {number}: {error}"));
            assert!(openssl_verifies(insert.profile(), b"au guichet", &signature, scheme), "{number} {scheme:?}");
            assert!(!openssl_verifies(insert.profile(), b"ailleurs", &signature, scheme), "{number} {scheme:?}");
        }
    }
}

#[test]
fn the_reader_counts_tries_as_the_card_does() {
    for profile in ["doctor", "cps4"] {
        let (card, chip) = put(&Insert::new(profile), Protocol::T0);
        let mut card = card.unwrap();
        card.holder().unwrap();
        let tries = || chip.lock().unwrap().tries().unwrap();
        for left in [2, 1] {
            assert_eq!(card.verify(&code("9999")), Err(Error::PinWrong { tries_left: Tries::Left(left) }), "{profile}");
            assert_eq!(tries(), left);
        }
        assert!(matches!(card.verify(&code("9999")), Err(Error::PinBlocked | Error::PinWrong { .. })), "{profile}");
        assert_eq!((tries(), card.tries_left()), (0, Tries::Blocked), "{profile}");
        assert_eq!(card.verify(&code("1234")), Err(Error::PinBlocked), "{profile}");
        assert!(card.sign(card.schemes()[0], b"x").is_err(), "{profile}");
    }
    let (card, _) = put(&Insert::new("blocked"), Protocol::T0);
    assert_eq!(card.unwrap().tries_left(), Tries::Blocked);
    let (card, _) = put(&Insert::new("last-try"), Protocol::T0);
    assert_eq!(card.unwrap().tries_left(), Tries::Left(1));
}

#[test]
fn other_cards_are_named_and_left_alone() {
    for (profile, expected) in [("vitale", Kind::Vitale), ("bank", Kind::Bank)] {
        let (card, _) = put(&Insert::new(profile), Protocol::T0);
        assert_eq!(card.err(), Some(Error::NotACps(expected)), "{profile}");
    }
    let (card, _) = put(&Insert::new("cpf"), Protocol::T0);
    assert_eq!(card.unwrap().holder().err(), Some(Error::NoAuthenticationKey));
}
