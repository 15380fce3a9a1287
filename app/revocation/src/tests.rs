//! The check of certificates that openssl made, with lists that openssl made, read from files.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use pki::{Branch, ENDED, IN_FORCE, Life, Server, Signer};
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, Error as TlsError, RootCertStore};
use tempfile::TempDir;
use url::Url;

use crate::{Checker, Depth, Error, Finding, Place, Policy, Settings, Source, Unchecked, finding};

const HOST: &str = "imap.mss.test";
const BOTH: [Policy; 2] = [Policy::Required, Policy::Preferred];

struct Desk {
    branch: Branch,
    dir: TempDir,
}

impl Desk {
    fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { branch: Branch::create(&dir.path().join("pki")).unwrap(), dir }
    }

    fn file(&self, signer: Signer) -> PathBuf {
        self.dir.path().join(format!("{signer:?}.crl"))
    }

    fn publish(&self, signer: Signer, life: Life) {
        std::fs::write(self.file(signer), self.branch.list(signer, life).unwrap()).unwrap();
    }

    fn settings(&self, policy: Policy, depth: Depth) -> Settings {
        let sources = [Signer::Servers, Signer::Root].map(|signer| Source::new(Place::File(self.file(signer))));
        let authorities = vec![der(&self.branch.root()), der(&self.branch.authority())];
        Settings { policy, depth, ..Settings::new(sources.into(), authorities) }
    }

    /// A checker that has looked at the lists once.
    async fn checker(&self, policy: Policy, depth: Depth) -> Arc<Checker> {
        let checker = Checker::new(self.settings(policy, depth)).unwrap();
        checker.look().await;
        checker
    }

    fn verifier(&self, checker: &Checker) -> Arc<dyn ServerCertVerifier> {
        let mut roots = RootCertStore::empty();
        roots.add(der(&self.branch.root()).into()).unwrap();
        checker.verifier(&Arc::new(roots)).unwrap()
    }

    fn shake(&self, verifier: &dyn ServerCertVerifier, server: Server, name: &'static str) -> Result<(), TlsError> {
        let chain: Vec<_> =
            CertificateDer::pem_file_iter(self.branch.server(server).cert).unwrap().map(Result::unwrap).collect();
        let name = ServerName::try_from(name).unwrap();
        verifier.verify_server_cert(&chain[0], &chain[1..], &name, &[], UnixTime::now()).map(|_| ())
    }

    /// What the lists say of a server; `None` if it may be connected to.
    async fn found(&self, policy: Policy, depth: Depth, server: Server) -> Option<Finding> {
        let checker = self.checker(policy, depth).await;
        let refused = self.shake(&*self.verifier(&checker), server, HOST).err();
        refused.map(|error| finding(&error).unwrap_or_else(|| panic!("{error}")))
    }
}

fn der(file: &Path) -> Vec<u8> {
    CertificateDer::from_pem_file(file).unwrap().to_vec()
}

fn unchecked(why: Unchecked) -> Option<Finding> {
    Some(Finding::Unchecked(why))
}

#[tokio::test]
async fn a_revoked_server_is_refused_and_its_neighbour_passes() {
    let desk = Desk::open();
    desk.branch.revoke(Server::Second).unwrap();
    desk.publish(Signer::Servers, IN_FORCE);
    desk.publish(Signer::Root, IN_FORCE);
    for policy in BOTH {
        for depth in [Depth::Leaf, Depth::Chain] {
            assert_eq!(desk.found(policy, depth, Server::First).await, None, "{policy:?} {depth:?}");
            assert_eq!(desk.found(policy, depth, Server::Second).await, Some(Finding::Revoked), "{policy:?} {depth:?}");
        }
    }
}

#[tokio::test]
async fn a_revoked_authority_is_refused_where_the_chain_is_looked_up() {
    let desk = Desk::open();
    desk.branch.revoke_authority().unwrap();
    desk.publish(Signer::Servers, IN_FORCE);
    desk.publish(Signer::Root, IN_FORCE);
    for policy in BOTH {
        assert_eq!(desk.found(policy, Depth::Chain, Server::First).await, Some(Finding::Revoked), "{policy:?}");
        assert_eq!(desk.found(policy, Depth::Leaf, Server::First).await, None, "{policy:?}");
    }
}

#[tokio::test]
async fn without_a_list_nothing_is_known() {
    let desk = Desk::open();
    assert_eq!(desk.found(Policy::Required, Depth::Leaf, Server::First).await, unchecked(Unchecked::NoList));
    assert_eq!(desk.found(Policy::Preferred, Depth::Leaf, Server::First).await, None);
    // A list of the servers says nothing about their authority.
    desk.publish(Signer::Servers, IN_FORCE);
    assert_eq!(desk.found(Policy::Required, Depth::Leaf, Server::First).await, None);
    assert_eq!(desk.found(Policy::Required, Depth::Chain, Server::First).await, unchecked(Unchecked::NoList));
    assert_eq!(desk.found(Policy::Preferred, Depth::Chain, Server::First).await, None);
}

#[tokio::test]
async fn a_list_that_has_ended_only_refuses_what_it_names_where_checks_are_preferred() {
    let desk = Desk::open();
    desk.branch.revoke(Server::Second).unwrap();
    desk.publish(Signer::Servers, ENDED);
    assert_eq!(desk.found(Policy::Required, Depth::Leaf, Server::First).await, unchecked(Unchecked::Stale));
    assert_eq!(desk.found(Policy::Preferred, Depth::Leaf, Server::First).await, None);
    for policy in BOTH {
        assert_eq!(desk.found(policy, Depth::Leaf, Server::Second).await, Some(Finding::Revoked), "{policy:?}");
    }
}

#[tokio::test]
async fn what_is_not_known_hides_nothing_else() {
    let desk = Desk::open();
    desk.branch.revoke(Server::Second).unwrap();
    for policy in BOTH {
        let checker = desk.checker(policy, Depth::Leaf).await;
        let refused = desk.shake(&*desk.verifier(&checker), Server::First, "other.example.test").unwrap_err();
        assert!(
            matches!(refused, TlsError::InvalidCertificate(CertificateError::NotValidForNameContext { .. })),
            "{refused:?}"
        );
    }
    // The root's list is missing, the server is on its own.
    desk.publish(Signer::Servers, IN_FORCE);
    for policy in BOTH {
        assert_eq!(desk.found(policy, Depth::Chain, Server::Second).await, Some(Finding::Revoked), "{policy:?}");
        let checker = desk.checker(policy, Depth::Chain).await;
        let refused = desk.shake(&*desk.verifier(&checker), Server::First, "other.example.test").unwrap_err();
        assert_eq!(finding(&refused), None);
    }
}

#[tokio::test]
async fn a_list_of_another_authority_of_the_same_name_says_nothing() {
    let desk = Desk::open();
    desk.publish(Signer::Impostor, IN_FORCE);
    let mut settings = desk.settings(Policy::Required, Depth::Leaf);
    settings.sources = vec![Source::new(Place::File(desk.file(Signer::Impostor)))];
    settings.authorities = vec![der(&desk.dir.path().join("pki/branch-impostor.pem"))];
    for policy in BOTH {
        let checker = Checker::new(Settings { policy, ..settings.clone() }).unwrap();
        assert!(checker.look().await[0].outcome.as_ref().unwrap().changed);
        let refused = desk.shake(&*desk.verifier(&checker), Server::First, HOST).err();
        let expected = (policy == Policy::Required).then_some(Finding::Unchecked(Unchecked::OtherKey));
        assert_eq!(refused.and_then(|error| finding(&error)), expected, "{policy:?}");
    }
}

#[tokio::test]
async fn a_verifier_in_use_follows_the_lists_and_a_bad_one_changes_nothing() {
    let desk = Desk::open();
    desk.publish(Signer::Servers, IN_FORCE);
    let checker = desk.checker(Policy::Required, Depth::Leaf).await;
    let verifier = desk.verifier(&checker);
    desk.shake(&*verifier, Server::Second, HOST).unwrap();

    desk.branch.revoke(Server::Second).unwrap();
    desk.publish(Signer::Servers, IN_FORCE);
    checker.look().await;
    let refused = |server| desk.shake(&*verifier, server, HOST).err().and_then(|error| finding(&error));
    assert_eq!(refused(Server::Second), Some(Finding::Revoked));

    for bad in [b"garbage".to_vec(), desk.branch.list(Signer::Impostor, IN_FORCE).unwrap()] {
        std::fs::write(desk.file(Signer::Servers), bad).unwrap();
        assert!(checker.look().await[0].outcome.is_err());
        assert_eq!((refused(Server::First), refused(Server::Second)), (None, Some(Finding::Revoked)));
    }
    std::fs::remove_file(desk.file(Signer::Servers)).unwrap();
    assert!(matches!(checker.look().await[0].outcome, Err(Error::File(_))));
    assert_eq!((refused(Server::First), refused(Server::Second)), (None, Some(Finding::Revoked)));
}

#[tokio::test]
async fn the_same_roots_share_a_verifier_and_its_parsed_lists() {
    let desk = Desk::open();
    let checker = desk.checker(Policy::Required, Depth::Leaf).await;
    assert!(Arc::ptr_eq(&desk.verifier(&checker), &desk.verifier(&checker)));
    let none = Arc::new(RootCertStore::empty());
    assert!(matches!(checker.verifier(&none), Err(Error::Settings(_))));
}

#[tokio::test]
async fn the_journal_says_once_that_a_server_was_not_checked() {
    let desk = Desk::open();
    let checker = desk.checker(Policy::Preferred, Depth::Leaf).await;
    let verifier = desk.verifier(&checker);
    let journal = Journal::default();
    let writer = journal.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, || {
        for _ in 0..3 {
            desk.shake(&*verifier, Server::First, HOST).unwrap();
        }
        desk.shake(&*verifier, Server::First, "smtp.mss.test").unwrap();
    });
    let text = String::from_utf8(journal.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.matches("imap.mss.test is accepted unchecked").count(), 1, "{text}");
    assert_eq!(text.matches("smtp.mss.test is accepted unchecked").count(), 1, "{text}");
}

#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Journal {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_configuration_that_cannot_be_used_is_said_at_once() {
    let desk = Desk::open();
    let good = || desk.settings(Policy::Required, Depth::Leaf);
    let address = |text: &str| vec![Source::new(Place::Address(Url::parse(text).unwrap()))];
    assert!(Checker::new(good()).is_ok());
    for (what, settings) in [
        ("no list", Settings { sources: vec![], ..good() }),
        ("no authority", Settings { authorities: vec![], ..good() }),
        ("certificate of an authority", Settings { authorities: vec![b"none".to_vec()], ..good() }),
        ("neither http nor https", Settings { sources: address("ldap://crl.test/o=x"), ..good() }),
        ("user name", Settings { sources: address("http://moi:secret@crl.test/x.crl"), ..good() }),
        ("no root of such addresses", Settings { sources: address("https://crl.test/x.crl"), ..good() }),
        ("certificate of a root", Settings { roots: vec![vec![0]], ..good() }),
    ] {
        let said = Checker::new(settings).unwrap_err().to_string();
        assert!(said.contains(what) && !said.contains("secret"), "{said}");
    }
    let only = Source { issuer: Some(der(&desk.branch.root())), ..good().sources[0].clone() };
    assert!(Checker::new(Settings { sources: vec![only], authorities: vec![], ..good() }).is_ok());
}
