//! Messages signed by the `openssl` program, with certificates made for the occasion.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::letter::{Doubt, Flaw, Limits, Message, Signature};

const BODY: &str =
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nRésultats de Mme Lampion.\r\n";

/// An authority, a signer, and a directory they live in.
struct Desk(TempDir);

impl Desk {
    /// `address` and `usage` are in the signer's certificate, valid from 2020 to 2040 or for two days of 2019.
    fn new(key: &[&str], address: &str, usage: &str, expired: bool) -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        desk.write(
            "openssl.cnf",
            &format!(
                "[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n\
                 [leaf]\nbasicConstraints=CA:FALSE\nsubjectAltName=email:{address}\nsubjectKeyIdentifier=hash\n{usage}\n\
                 [db]\ndatabase={0}/index\nnew_certs_dir={0}\nserial={0}/serial\ndefault_md=sha256\npolicy=any\nunique_subject=no\ncopy_extensions=none\n\
                 [any]\ncommonName=supplied\norganizationName=optional\n",
                desk.0.path().display()
            ),
        );
        desk.write("index", "");
        desk.write("serial", "01");
        for authority in ["root", "issuer", "stranger"] {
            desk.openssl(&[
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-out",
                &format!("{authority}.key"),
            ]);
        }
        for authority in ["root", "stranger"] {
            desk.openssl(&[
                "req",
                "-x509",
                "-new",
                "-key",
                &format!("{authority}.key"),
                "-subj",
                &format!("/CN=TEST {authority}"),
                "-config",
                "openssl.cnf",
                "-extensions",
                "ca",
                "-days",
                "9000",
                "-outform",
                "DER",
                "-out",
                &format!("{authority}.der"),
            ]);
            desk.openssl(&[
                "x509",
                "-inform",
                "DER",
                "-in",
                &format!("{authority}.der"),
                "-out",
                &format!("{authority}.pem"),
            ]);
        }
        desk.certify("issuer", "/CN=TEST issuer", "root", "ca", false);
        desk.openssl(&[&["genpkey", "-out", "signer.key"], key].concat());
        desk.certify("signer", "/O=CENTRE HOSPITALIER DE MOULINSART/CN=Bianca CASTAFIORE", "issuer", "leaf", expired);
        desk
    }

    fn rsa() -> Desk {
        Desk::new(
            &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
            "bianca@mss.test",
            "keyUsage=digitalSignature\nextendedKeyUsage=emailProtection",
            false,
        )
    }

    fn certify(&self, name: &str, subject: &str, by: &str, extensions: &str, expired: bool) {
        let (from, to) =
            if expired { ("20190101000000Z", "20190103000000Z") } else { ("20200101000000Z", "20400101000000Z") };
        self.openssl(&[
            "req",
            "-new",
            "-key",
            &format!("{name}.key"),
            "-subj",
            subject,
            "-config",
            "openssl.cnf",
            "-out",
            "request.pem",
        ]);
        self.openssl(&[
            "ca",
            "-batch",
            "-config",
            "openssl.cnf",
            "-name",
            "db",
            "-notext",
            "-in",
            "request.pem",
            "-cert",
            &format!("{by}.pem"),
            "-keyfile",
            &format!("{by}.key"),
            "-startdate",
            from,
            "-enddate",
            to,
            "-extensions",
            extensions,
            "-out",
            &format!("{name}.pem"),
        ]);
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn openssl(&self, arguments: &[&str]) {
        let output = Command::new("openssl").args(arguments).current_dir(self.0.path()).output().unwrap();
        assert!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// A message from `bianca@mss.test`, signed with these options, its lines ended by CRLF.
    fn sign(&self, command: &str, options: &[&str]) -> String {
        self.write("body", BODY);
        let signing = [
            command,
            "-sign",
            "-signer",
            "signer.pem",
            "-inkey",
            "signer.key",
            "-certfile",
            "issuer.pem",
            "-in",
            "body",
            "-out",
            "signed",
        ];
        self.openssl(&[&signing, options].concat());
        let signed = fs::read_to_string(self.0.path().join("signed")).unwrap();
        format!("From: Bianca <Bianca@mss.test>\nDate: Thu, 12 Mar 2026 12:00:00 +0100\nSubject: a\n{signed}")
            .replace("\r\n", "\n")
            .replace('\n', "\r\n")
    }

    fn check(&self, raw: &str, authority: &str) -> Signature {
        self.read(raw, authority).letter().signature
    }

    fn read(&self, raw: &str, authority: &str) -> Message {
        let root = fs::read(self.0.path().join(authority)).unwrap_or_default();
        let authorities = if root.is_empty() { Vec::new() } else { vec![root] };
        Message::read(raw.as_bytes().to_vec(), true, &Limits { authorities, ..Limits::default() })
    }
}

fn is_valid(signature: &Signature) -> bool {
    matches!(signature, Signature::Valid { by, organisation, at: Some(_) } if by == "Bianca CASTAFIORE" && organisation == "CENTRE HOSPITALIER DE MOULINSART")
}

fn told(signature: &Signature) -> String {
    match signature {
        Signature::None => "none".into(),
        Signature::Valid { by, .. } => format!("valid, by {by}"),
        Signature::Invalid(flaw) => format!("{flaw:?}"),
        Signature::NotVerified(doubt) => format!("{doubt:?}"),
    }
}

#[test]
fn a_signed_letter_is_valid_and_its_signature_no_document() {
    let desk = Desk::rsa();
    for command in ["smime", "cms"] {
        let raw = desk.sign(command, &[]);
        let message = desk.read(&raw, "root.der");
        let letter = message.letter();
        assert!(is_valid(&letter.signature), "{command}: {}", told(&letter.signature));
        assert_eq!(letter.blocks.first().map(|block| block.text.as_str()), Some("Résultats de Mme Lampion."));
        assert!(message.attachments().is_empty());
        // As a server keeps it that ends lines with LF.
        assert!(is_valid(&desk.check(&raw.replace("\r\n", "\n"), "root.der")));
    }
}

#[test]
fn a_letter_signed_as_a_whole_is_opened() {
    let desk = Desk::rsa();
    for options in [&["-nodetach"][..], &["-nodetach", "-stream"]] {
        let raw = desk.sign("cms", options);
        let letter = desk.read(&raw, "root.der").letter();
        assert!(is_valid(&letter.signature), "{options:?}: {}", told(&letter.signature));
        assert_eq!(letter.blocks.first().map(|block| block.text.as_str()), Some("Résultats de Mme Lampion."));
    }
}

#[test]
fn a_letter_that_was_changed_is_invalid() {
    let desk = Desk::rsa();
    let changed = desk.sign("cms", &[]).replace("Mme Lampion", "Mme Tournesol");
    assert!(desk.check(&changed, "root.der") == Signature::Invalid(Flaw::Changed));
}

#[test]
fn a_signature_of_another_key_is_invalid() {
    let desk = Desk::rsa();
    desk.openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "other.key"]);
    // The certificate of the signer over the other key, made by an authority of the same name.
    fs::copy(desk.0.path().join("signer.pem"), desk.0.path().join("good.pem")).unwrap();
    desk.openssl(&[
        "req",
        "-new",
        "-key",
        "other.key",
        "-subj",
        "/CN=x",
        "-config",
        "openssl.cnf",
        "-out",
        "request.pem",
    ]);
    let signed = desk.sign("cms", &["-outform", "SMIME"]);
    let forged = desk.forge(&signed);
    assert!(
        desk.check(&forged, "root.der") == Signature::Invalid(Flaw::Forged),
        "{}",
        told(&desk.check(&forged, "root.der"))
    );
}

impl Desk {
    /// The last bytes of the structure are the signature: one of them is changed.
    fn forge(&self, signed: &str) -> String {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD;
        let (before, rest) = signed.split_once("filename=\"smime.p7s\"\r\n\r\n").unwrap();
        let (structure, after) = rest.split_once("\r\n\r\n").unwrap();
        let mut bytes = STANDARD.decode(structure.replace("\r\n", "")).unwrap();
        let last = bytes.len() - 40;
        bytes[last] ^= 1;
        format!("{before}filename=\"smime.p7s\"\r\n\r\n{}\r\n\r\n{after}", STANDARD.encode(bytes))
    }
}

#[test]
fn nobody_vouches_for_a_stranger() {
    let desk = Desk::rsa();
    let raw = desk.sign("cms", &[]);
    assert!(desk.check(&raw, "stranger.der") == Signature::NotVerified(Doubt::UnknownAuthority));
    assert!(desk.check(&raw, "none") == Signature::NotVerified(Doubt::UnknownAuthority));
}

#[test]
fn a_certificate_of_another_address_vouches_for_that_one() {
    let desk = Desk::rsa();
    let raw = desk.sign("cms", &[]).replace("Bianca@mss.test", "tintin@mss.test");
    assert!(desk.check(&raw, "root.der") == Signature::NotVerified(Doubt::OtherAddress));
}

#[test]
fn a_certificate_that_had_expired_when_it_signed() {
    let key = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
    let desk = Desk::new(&key, "bianca@mss.test", "keyUsage=digitalSignature", true);
    let raw = desk.sign("cms", &[]);
    assert!(
        desk.check(&raw, "root.der") == Signature::NotVerified(Doubt::Expired),
        "{}",
        told(&desk.check(&raw, "root.der"))
    );
}

#[test]
fn a_certificate_that_is_not_for_mail() {
    let key = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
    for usage in ["extendedKeyUsage=serverAuth", "keyUsage=keyEncipherment"] {
        let desk = Desk::new(&key, "bianca@mss.test", usage, false);
        let raw = desk.sign("cms", &[]);
        assert!(desk.check(&raw, "root.der") == Signature::NotVerified(Doubt::OtherUse), "{usage}");
    }
}

#[test]
fn the_algorithms_of_today_hold_and_those_of_yesterday_do_not() {
    let usage = "keyUsage=digitalSignature";
    let rsa = Desk::rsa();
    let p256 = Desk::new(&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "bianca@mss.test", usage, false);
    let p384 = Desk::new(&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], "bianca@mss.test", usage, false);
    let short = Desk::new(&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], "bianca@mss.test", usage, false);
    let cases: [(&Desk, &[&str], &str); 12] = [
        (&rsa, &["-md", "sha256"], "valid, by Bianca CASTAFIORE"),
        (&rsa, &["-md", "sha384"], "valid, by Bianca CASTAFIORE"),
        (&rsa, &["-md", "sha512"], "valid, by Bianca CASTAFIORE"),
        (&rsa, &["-keyid"], "valid, by Bianca CASTAFIORE"),
        (&rsa, &["-noattr"], "valid, by Bianca CASTAFIORE"),
        (
            &rsa,
            &["-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:digest", "-md", "sha256"],
            "valid, by Bianca CASTAFIORE",
        ),
        (&p256, &["-md", "sha256"], "valid, by Bianca CASTAFIORE"),
        (&p384, &["-md", "sha384"], "valid, by Bianca CASTAFIORE"),
        (&p256, &["-md", "sha512"], "Unsupported"),
        (&rsa, &["-md", "sha1"], "Weak"),
        (&rsa, &["-md", "md5"], "Weak"),
        (&short, &["-md", "sha256"], "Weak"),
    ];
    for (desk, options, expected) in cases {
        let raw = desk.sign("cms", options);
        assert_eq!(told(&desk.check(&raw, "root.der")), expected, "{options:?}");
    }
}

#[test]
fn a_signature_without_its_certificate() {
    let desk = Desk::rsa();
    desk.write("empty.pem", "");
    let raw = desk.sign("cms", &["-nocerts"]);
    let told = told(&desk.check(&raw, "root.der"));
    assert!(["NoCertificate", "UnknownAuthority"].contains(&told.as_str()), "{told}");
}

#[test]
fn text_around_a_signed_part_is_not_signed() {
    let desk = Desk::rsa();
    let raw = desk.sign("cms", &[]);
    let (fields, signed) = raw.split_at(raw.find("MIME-Version").unwrap());
    let wrapped = format!(
        "{fields}Content-Type: multipart/mixed; boundary=dehors\r\n\r\n--dehors\r\n\r\nArrêtez tout.\r\n--dehors\r\n{signed}\r\n--dehors--\r\n"
    );
    assert!(desk.check(&wrapped, "root.der") == Signature::NotVerified(Doubt::Partial));
}

#[test]
fn an_encrypted_letter_says_that_it_is() {
    let desk = Desk::rsa();
    desk.write("body", BODY);
    desk.openssl(&["cms", "-encrypt", "-aes256", "-in", "body", "-out", "signed", "signer.pem"]);
    let raw = fs::read_to_string(desk.0.path().join("signed")).unwrap();
    let letter = desk.read(&raw, "root.der").letter();
    assert!(letter.encrypted && letter.blocks.is_empty() && letter.signature == Signature::None);
    // Without the parameter that says so.
    let letter = desk.read(&raw.replace("smime-type=enveloped-data;", ""), "root.der").letter();
    assert!(letter.encrypted);
}

#[test]
fn a_signature_that_is_none_and_a_message_that_is_not_whole() {
    let desk = Desk::rsa();
    let raw = desk.sign("cms", &[]);
    let (before, _) = raw.split_once("filename=\"smime.p7s\"\r\n\r\n").unwrap();
    let none = format!("{before}filename=\"smime.p7s\"\r\n\r\nAAAA\r\n");
    assert!(desk.check(&none, "root.der") == Signature::NotVerified(Doubt::Malformed));
    let cut = Message::read(before.as_bytes().to_vec(), false, &Limits::default()).letter();
    assert!(cut.signature == Signature::NotVerified(Doubt::NotWhole) && cut.cut);
    assert!(Path::new(desk.0.path()).exists());
}
