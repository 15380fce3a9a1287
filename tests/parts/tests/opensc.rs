//! Debian's OpenSC knows the CPS3. It reads our virtual one through the real pcscd, unmodified and
//! unconfigured: what it accepts is not only our own idea of the card.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use pki::Pki;
use site::reader::Reader;
use tempfile::TempDir;
use virtual_card::Insert;

/// PKCS#15 identifier of the authentication key and certificate.
const AUTH: &str = "e828bd080f8025000001ff001002";
/// DigestInfo of a SHA-256 digest, up to the digest (RFC 8017 section 9.2).
const SHA256_INFO: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

struct Desk {
    pki: Pki,
    dir: TempDir,
    reader: Reader,
}

impl Desk {
    fn with(card: &Insert) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let pki = Pki::shared().unwrap();
        let reader = Reader::start(&dir.path().join("reader"), &pki).unwrap();
        let desk = Self { pki, dir, reader };
        desk.insert(card);
        desk
    }

    /// pcscd tells its clients some time after its reader has taken the card.
    fn insert(&self, card: &Insert) {
        self.reader.card().remove().unwrap();
        self.until("the old card gone", || self.run("opensc-tool", &["-a"]).contains("not present"));
        self.reader.card().insert_with(card).unwrap();
        self.until("the card seen", || {
            self.run("opensc-tool", &["-a"]).lines().any(|line| line.contains(':') && !line.contains(' '))
        });
    }

    fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let limit = Instant::now() + Duration::from_secs(30);
        while !holds() {
            assert!(Instant::now() < limit, "never: {what}; pcscd said: {}", self.reader.log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Standard output and error of a tool. Its caches stay in this test's directory.
    fn run(&self, program: &str, args: &[&str]) -> String {
        let (name, csock) = self.reader.env();
        let out = Command::new(program)
            .args(args)
            .env(name, csock)
            .env("HOME", self.dir.path())
            .env("XDG_CACHE_HOME", self.dir.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
    }

    fn pkcs11(&self, args: &[&str]) -> String {
        self.run("pkcs11-tool", &[&["--module", "opensc-pkcs11.so"], args].concat())
    }

    fn sign(&self, code: &str, message: &Path) -> String {
        let digest = Command::new("openssl").args(["dgst", "-sha256", "-binary"]).arg(message).output().unwrap();
        let (input, output) = (self.file("digestinfo"), self.file("signature"));
        fs::write(&input, [&SHA256_INFO[..], &digest.stdout].concat()).unwrap();
        let _ = fs::remove_file(&output);
        let (input, output) = (input.to_str().unwrap(), output.to_str().unwrap());
        self.pkcs11(&["-l", "-p", code, "-s", "--id", AUTH, "-m", "RSA-PKCS", "-i", input, "-o", output])
    }

    /// What openssl says of the last signature, against the certificate the card was made with.
    fn verify(&self, profile: &str, message: &Path) -> String {
        let key = self.file("public.pem");
        let cert = self.pki.card_cert_pem(profile);
        let public = Command::new("openssl").args(["x509", "-pubkey", "-noout", "-in"]).arg(cert).output().unwrap();
        fs::write(&key, public.stdout).unwrap();
        let out = Command::new("openssl")
            .args(["dgst", "-sha256", "-verify"])
            .arg(key)
            .arg("-signature")
            .arg(self.file("signature"))
            .arg(message)
            .output()
            .unwrap();
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    }
}

#[test]
fn opensc_lists_everything_on_a_cps3() {
    let desk = Desk::with(&Insert::new("doctor"));
    assert!(desk.run("opensc-tool", &["-n"]).contains("IAS-ECC"));

    let dump = desk.run("pkcs15-tool", &["-D"]);
    for expected in [
        "PKCS#15 Card [CPS3v3-3100422868]",
        "Serial number  : 000001992138450F",
        "Manufacturer ID: ASIP SANTE",
        "PIN [Code porteur de la carte CPX]",
        "Private RSA Key [CPS_PRIV_SIG]",
        "Usage          : [0x200], nonRepudiation",
        "Private RSA Key [CPS_PRIV_AUT]",
        "Usage          : [0x06], decrypt, sign",
        "Key ref        : 130 (0x82)",
        "X.509 Certificate [Certificat de signature]",
        "X.509 Certificate [Certificat d'authentification]",
        AUTH,
    ] {
        assert!(dump.contains(expected), "no {expected:?} in {dump}");
    }
    let pins = desk.run("pkcs15-tool", &["--list-pins"]);
    assert!(pins.contains("Flags          : [0x30], initialized, needs-padding"), "{pins}");
    assert!(pins.contains("min_len:4, max_len:8, stored_len:8"), "{pins}");

    let pem = desk.run("pkcs15-tool", &["--read-certificate", AUTH]);
    let issued = fs::read_to_string(desk.pki.card_cert_pem("doctor")).unwrap();
    let body = |text: &str| {
        let start = text.find("-----BEGIN").unwrap();
        text[start..text.rfind("-----END").unwrap()].to_owned()
    };
    assert_eq!(body(&pem), body(&issued));
}

#[test]
fn opensc_signs_with_every_make_of_cps3_and_openssl_verifies() {
    let desk = Desk::with(&Insert::new("doctor"));
    let message = desk.file("message");
    fs::write(&message, "Tournesol, au guichet").unwrap();
    let cards = [
        Insert::new("doctor"),
        Insert::new("doctor").pin("73914682"),
        Insert::new("doctor").exact_code(),
        Insert::new("doctor").in_pieces_of(100),
        Insert::new("nurse"),
    ];
    for (number, card) in cards.iter().enumerate() {
        desk.insert(card);
        let code = if number == 1 { "73914682" } else { "1234" };
        let said = desk.sign(code, &message);
        assert_eq!(desk.verify(card.profile(), &message), "Verified OK", "card {number}: {said}");

        let log = desk.reader.card().log().unwrap();
        let verify = log.iter().filter(|line| line.starts_with("00 20 00 01 0")).collect::<Vec<_>>();
        assert!(verify.iter().any(|line| line.contains("withheld) | 90 00")), "{verify:?}");
        assert!(!log.iter().any(|line| line.contains("31 32 33 34") || line.contains("37 33 39 31")));
    }
    fs::write(&message, "Rastapopoulos, au guichet").unwrap();
    assert_eq!(desk.verify("nurse", &message), "Verification failure");
}

#[test]
fn opensc_sees_the_tries_go_down_to_none() {
    let desk = Desk::with(&Insert::new("doctor"));
    let message = desk.file("message");
    fs::write(&message, "x").unwrap();
    let tries = || desk.reader.card().status().unwrap().tries;
    assert_eq!(tries(), Some(3));

    let said = desk.sign("9999", &message);
    assert!(said.contains("CKR_PIN_INCORRECT"), "{said}");
    assert_eq!(tries(), Some(2));
    assert!(desk.pkcs11(&["-L"]).contains("user PIN count low"), "{}", desk.pkcs11(&["-L"]));

    // Pulled and put back, the card has not forgotten.
    desk.insert(&Insert::new("doctor"));
    assert_eq!(tries(), Some(2));

    desk.sign("9999", &message);
    assert!(desk.pkcs11(&["-L"]).contains("final user PIN try"), "{}", desk.pkcs11(&["-L"]));
    desk.sign("9999", &message);
    assert_eq!(tries(), Some(0));
    assert!(desk.pkcs11(&["-L"]).contains("user PIN locked"), "{}", desk.pkcs11(&["-L"]));

    // The right code does not help any more; a card with a try left takes it and has three again.
    let said = desk.sign("1234", &message);
    assert!(said.contains("CKR_PIN_LOCKED"), "{said}");
    desk.insert(&Insert::new("last-try"));
    assert_eq!(tries(), Some(1));
    desk.sign("1234", &message);
    assert_eq!(tries(), Some(3));
    assert_eq!(desk.verify("doctor", &message), "Verified OK");
}

#[test]
fn opensc_finds_nothing_to_sign_with_on_a_trainees_card() {
    let desk = Desk::with(&Insert::new("cpf"));
    let dump = desk.run("pkcs15-tool", &["-D"]);
    assert!(dump.contains("CPS_PRIV_SIG"), "{dump}");
    assert!(!dump.contains("CPS_PRIV_AUT") && !dump.contains("authentification"), "{dump}");
}

#[test]
fn opensc_does_not_take_other_cards_for_a_cps3() {
    let desk = Desk::with(&Insert::new("vitale"));
    for (profile, expected) in [
        ("vitale", "Unsupported card"),
        ("bank", "Unsupported card"),
        ("cps4", "Unsupported card"),
        ("mute", "Failed to connect"),
    ] {
        desk.insert(&Insert::new(profile));
        let said = desk.run("opensc-tool", &["-n"]);
        assert!(said.contains(expected), "{profile}: {said}");
    }
}
