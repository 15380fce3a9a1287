//! Revocation lists over HTTP from an authority that openssl plays, and what they do to logins at the certified
//! provider and to mailboxes on Debian's Dovecot and Postfix.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

#[path = "revocation/board.rs"]
mod board;
#[path = "login/desk.rs"]
#[allow(dead_code, reason = "the login tests use the rest")]
mod desk;
#[path = "revocation/fetch.rs"]
mod fetch;
#[path = "revocation/operator.rs"]
mod operator;
mod place;
#[path = "revocation/provider.rs"]
mod provider;

use std::sync::Arc;
use std::time::Duration;

use board::{Answer, Board};
use desk::{der, until};
use login::Url;
use pki::{Branch, Life, Server, Signer};
use revocation::{Checker, Depth, Finding, Pace, Place, Policy, Settings, Source, Unchecked, finding};
use rustls::RootCertStore;
use rustls::pki_types::{ServerName, UnixTime};
use tempfile::TempDir;

/// The list of the servers' authority.
const LIST: &str = "/CRL/ACI-EL-SRV.crl";
/// The list of the root.
const ROOT_LIST: &str = "/CRL/ACR-EL.crl";

/// An authority and where it publishes.
struct Counter {
    branch: Branch,
    board: Board,
    dir: TempDir,
}

impl Counter {
    fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { branch: Branch::create(&dir.path().join("pki")).unwrap(), board: Board::open(), dir }
    }

    /// Makes the next list and publishes it.
    fn publish(&self, signer: Signer, life: Life) {
        let path = if signer == Signer::Root { ROOT_LIST } else { LIST };
        self.board.publish(path, Answer::Bytes(self.branch.list(signer, life).unwrap()));
    }

    /// Servers' own certificates required, lists asked for many times a second.
    fn settings(&self) -> Settings {
        let authorities = vec![der(&self.branch.root()), der(&self.branch.authority())];
        let mut settings = Settings::new(vec![source(&self.board.url(LIST))], authorities);
        let (refresh, retry) = (Duration::from_millis(50), Duration::from_millis(50));
        settings.pace = Pace { refresh, retry, longest_retry: Duration::from_millis(200), ..Pace::default() };
        settings
    }

    /// One that has looked once at both lists.
    async fn checker(&self, policy: Policy, depth: Depth) -> Arc<Checker> {
        let sources = vec![source(&self.board.url(LIST)), source(&self.board.url(ROOT_LIST))];
        let checker = Checker::new(Settings { policy, depth, sources, ..self.settings() }).unwrap();
        checker.look().await;
        checker
    }

    /// What a handshake with a server would find now.
    fn found(&self, checker: &Checker, server: Server) -> Option<Finding> {
        let mut all = RootCertStore::empty();
        all.add(der(&self.branch.root()).into()).unwrap();
        let verifier = checker.verifier(&Arc::new(all)).unwrap();
        let chain: Vec<_> = place::roots(&self.branch.server(server).cert).into_iter().map(Into::into).collect();
        let name = ServerName::try_from("auth.psc.test").unwrap();
        let verdict = verifier.verify_server_cert(&chain[0], &chain[1..], &name, &[], UnixTime::now());
        verdict.err().map(|error| finding(&error).unwrap_or_else(|| panic!("{error}")))
    }

    fn expect(&self, checker: &Checker, server: Server, expected: Option<Finding>) {
        assert_eq!(self.found(checker, server), expected, "{server:?}");
    }

    fn no_list(&self) -> Option<Finding> {
        Some(Finding::Unchecked(Unchecked::NoList))
    }
}

fn source(url: &str) -> Source {
    Source::new(Place::Address(Url::parse(url).unwrap()))
}
