//! A whole login, with every answer the lists can give about the provider.

use std::sync::Arc;

use login::Error;
use pki::{ENDED, IN_FORCE, Server, Signer};
use revocation::{Checker, Depth, Policy, Unchecked};
use site::provider::Options;

use crate::desk::{Desk, SoftCard, der, log_in};
use crate::{Counter, until};

/// A login with this check; the settings are the provider's but for the authority.
async fn come_in(desk: &Desk, counter: &Counter, checker: &Arc<Checker>) -> Result<(), Error> {
    let mut settings = desk.settings();
    settings.roots = vec![der(&counter.branch.root())];
    settings.revocation = Some(Arc::clone(checker));
    log_in(settings, SoftCard::cps3("doctor")).await.map(|_| ())
}

fn desk(counter: &Counter, server: Server) -> Desk {
    let name = serde_json::Value::from(counter.branch.name(server));
    Desk::with(Options::default().with("certificate", name.clone()).with("card_certificate", name))
}

#[tokio::test]
async fn a_login_opens_with_a_good_certificate_and_with_a_revoked_one_it_says_so() {
    let counter = Counter::open();
    counter.branch.revoke(Server::Second).unwrap();
    counter.publish(Signer::Servers, IN_FORCE);
    counter.publish(Signer::Root, IN_FORCE);
    let desk = desk(&counter, Server::First);
    for policy in [Policy::Required, Policy::Preferred] {
        for depth in [Depth::Leaf, Depth::Chain] {
            let checker = counter.checker(policy, depth).await;
            desk.provider.certificate(&counter.branch.name(Server::First)).unwrap();
            come_in(&desk, &counter, &checker).await.unwrap();
            desk.provider.certificate(&counter.branch.name(Server::Second)).unwrap();
            let error = come_in(&desk, &counter, &checker).await.unwrap_err();
            assert!(
                matches!(&error, Error::CertificateRevoked { host } if host.starts_with("auth.psc.test:")),
                "{error:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_login_is_refused_when_the_providers_authority_was_revoked() {
    let counter = Counter::open();
    counter.branch.revoke_authority().unwrap();
    counter.publish(Signer::Servers, IN_FORCE);
    counter.publish(Signer::Root, IN_FORCE);
    let desk = desk(&counter, Server::First);
    let checker = counter.checker(Policy::Preferred, Depth::Chain).await;
    let error = come_in(&desk, &counter, &checker).await.unwrap_err();
    assert!(matches!(error, Error::CertificateRevoked { .. }), "{error:?}");
    let checker = counter.checker(Policy::Required, Depth::Leaf).await;
    come_in(&desk, &counter, &checker).await.unwrap();
}

#[tokio::test]
async fn a_login_without_a_list_or_with_one_that_has_ended_is_refused_only_where_lists_are_required() {
    let counter = Counter::open();
    let desk = desk(&counter, Server::First);
    for (publish, expected) in [(false, Unchecked::NoList), (true, Unchecked::Stale)] {
        if publish {
            counter.publish(Signer::Servers, ENDED);
        }
        let checker = counter.checker(Policy::Required, Depth::Leaf).await;
        let error = come_in(&desk, &counter, &checker).await.unwrap_err();
        assert!(matches!(&error, Error::RevocationUnknown { source, .. } if *source == expected), "{error:?}");
        let checker = counter.checker(Policy::Preferred, Depth::Leaf).await;
        come_in(&desk, &counter, &checker).await.unwrap();
    }
}

#[tokio::test]
async fn the_page_that_meets_the_card_is_looked_up_too() {
    let counter = Counter::open();
    counter.branch.revoke(Server::Second).unwrap();
    counter.publish(Signer::Servers, IN_FORCE);
    let name = |server| serde_json::Value::from(counter.branch.name(server));
    let options = Options::default().with("certificate", name(Server::First));
    let desk = Desk::with(options.with("card_certificate", name(Server::Second)));
    let checker = counter.checker(Policy::Required, Depth::Leaf).await;
    let error = come_in(&desk, &counter, &checker).await.unwrap_err();
    assert!(matches!(&error, Error::CertificateRevoked { host } if *host == desk.provider.card_host()), "{error:?}");
}

#[tokio::test]
async fn a_newer_list_refuses_the_next_login_without_a_restart() {
    let counter = Counter::open();
    counter.publish(Signer::Servers, IN_FORCE);
    let desk = desk(&counter, Server::First);
    let checker = Checker::new(counter.settings()).unwrap();
    let _watch = checker.watch();
    until("the list", || counter.found(&checker, Server::First).is_none()).await;
    come_in(&desk, &counter, &checker).await.unwrap();
    counter.branch.revoke(Server::First).unwrap();
    counter.publish(Signer::Servers, IN_FORCE);
    until("the newer list", || counter.found(&checker, Server::First).is_some()).await;
    let error = come_in(&desk, &counter, &checker).await.unwrap_err();
    assert!(matches!(error, Error::CertificateRevoked { .. }), "{error:?}");
}
