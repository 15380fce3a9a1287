//! The set of keys, judged by `openssl verify`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::path::Path;
use std::process::Command;

use pki::{Branch, CARDS, ENDED, IN_FORCE, Pki, Server, Signer};

fn openssl(args: &[&str], file: &Path) -> String {
    let out = Command::new("openssl").args(args).arg(file).output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

fn verify(ca: &Path, more: &[&str], cert: &Path) -> String {
    let mut args = vec!["verify", "-CAfile", ca.to_str().unwrap()];
    args.extend_from_slice(more);
    openssl(&args, cert)
}

#[test]
fn openssl_says_of_each_certificate_what_its_name_says() {
    let dir = tempfile::tempdir().unwrap();
    let pki = Pki::create(dir.path()).unwrap();
    let host = |name: &'static str| ["-verify_hostname", name, "-purpose", "sslserver"];

    let cases = [
        (pki.provider_ca(), "auth.psc.test", pki.provider().cert, "OK"),
        (pki.provider_ca(), "wallet.psc.test", pki.provider().cert, "OK"),
        (pki.mail_ca(), "imap.mss.test", pki.mail().cert, "OK"),
        (pki.provider_ca(), "auth.psc.test", pki.expired().cert, "certificate has expired"),
        (pki.mail_ca(), "smtp.mss.test", pki.mail_expired().cert, "certificate has expired"),
        (pki.provider_ca(), "auth.psc.test", pki.wrong_name().cert, "hostname mismatch"),
        (pki.mail_ca(), "imap.mss.test", pki.mail_wrong_name().cert, "hostname mismatch"),
        (pki.provider_ca(), "auth.psc.test", pki.stranger().cert, "unable to get local issuer"),
        (pki.stranger_ca(), "auth.psc.test", pki.stranger().cert, "OK"),
    ];
    for (ca, name, cert, expected) in cases {
        let said = verify(&ca, &host(name), &cert);
        assert!(said.contains(expected), "{}: {said}", cert.display());
    }
    let kiosk = verify(&pki.org_ca(), &["-purpose", "sslclient"], &pki.kiosk().cert);
    assert!(kiosk.contains("OK"), "{kiosk}");

    let crl = pki.card_crl();
    let checks = ["-crl_check_all", "-CRLfile", crl.to_str().unwrap(), "-purpose", "sslclient"];
    for card in CARDS.into_iter().filter(|card| card.authenticates) {
        let expected = match card.profile {
            "expired" => "certificate has expired",
            "revoked" => "certificate revoked",
            "unknown" => "unable to get local issuer",
            _ => "OK",
        };
        let said = verify(&pki.card_ca(), &checks, &pki.card_cert_pem(card.profile));
        assert!(said.contains(expected), "{}: {said}", card.profile);
    }
    assert!(!pki.card_cert("cpf").exists());
    assert!(pki.card_dir("cpf").join("sign-cert.der").exists());

    let subject = openssl(
        &["x509", "-noout", "-subject", "-nameopt", "RFC2253,utf8,-esc_msb", "-in"],
        &pki.card_cert_pem("doctor"),
    );
    // DER sorts the values of one relative name, so they do not come back in the order given.
    assert_eq!(
        subject.trim(),
        "subject=CN=899700012345+SN=TOURNESOL+title=Médecin+GN=Tryphon,OU=318751275100020,O=ASIP-SANTE,C=FR"
    );

    let before = std::fs::read(pki.provider().cert).unwrap();
    let again = Pki::create(dir.path()).unwrap();
    assert_eq!(before, std::fs::read(again.provider().cert).unwrap());
}

#[test]
fn openssl_says_of_a_branch_what_its_lists_say() {
    let dir = tempfile::tempdir().unwrap();
    let branch = Branch::create(dir.path()).unwrap();
    branch.revoke(Server::Second).unwrap();
    let (root, authority) = (branch.root(), branch.authority());
    let judged = |signer, life, server| {
        let (der, pem) = (dir.path().join("list.der"), dir.path().join("list.pem"));
        std::fs::write(&der, branch.list(signer, life).unwrap()).unwrap();
        let said = openssl(&["crl", "-inform", "DER", "-out", pem.to_str().unwrap(), "-in"], &der);
        assert!(pem.exists(), "{said}");
        let more = ["-untrusted", authority.to_str().unwrap(), "-crl_check", "-CRLfile", pem.to_str().unwrap()];
        verify(&root, &more, &branch.server(server).cert)
    };
    for (signer, life, server, expected) in [
        (Signer::Servers, IN_FORCE, Server::First, "OK"),
        (Signer::Servers, IN_FORCE, Server::Second, "certificate revoked"),
        (Signer::Servers, ENDED, Server::First, "CRL has expired"),
        (Signer::Impostor, IN_FORCE, Server::First, "unable to get"),
        (Signer::Root, IN_FORCE, Server::First, "unable to get certificate CRL"),
    ] {
        let said = judged(signer, life, server);
        assert!(said.contains(expected), "{signer:?} {server:?}: {said}");
    }
}
