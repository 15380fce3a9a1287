//! A whole opening of a mailbox, and of a door for sending, with every answer the lists can give about the operator.

use std::net::TcpListener;
use std::sync::Arc;

use mail::outbox::{self, Outbox};
use mail::{Error, Mailbox, Server as Address, ServerSource, Settings, Tls};
use pki::{ENDED, IN_FORCE, Server, Signer};
use revocation::{Checker, Depth, Policy, Unchecked};
use site::dns::{self, Service};
use site::mail::{Options, PERSONAL};
use site::submission::{self, Plan};

use crate::board::Board;
use crate::place::{Place, roots, token};
use crate::{Counter, until};

const TLS: [Tls; 2] = [Tls::StartTls, Tls::Implicit];

fn place(counter: &Counter, server: Server, more: String) -> Place {
    let certificate = Some(counter.branch.server(server));
    Place::set_up(Options { certificate, messages: 1, more, ..Options::default() }, |mail| dns::Options {
        imap: Service::here(mail.imap()),
        imaps: Service::here(mail.imaps()),
        ..Default::default()
    })
}

async fn open(place: &Place, counter: &Counter, checker: &Arc<Checker>, tls: Tls) -> Result<(), Error> {
    let mut settings = Settings::new(ServerSource::Fixed(place.imap(tls)), roots(&counter.branch.root()));
    settings.dns = Some(place.dns.address());
    settings.revocation = Some(Arc::clone(checker));
    let opened = Mailbox::prepare(&settings, PERSONAL).await?.open(PERSONAL, token(), 50).await?;
    assert_eq!(opened.page.total, 1);
    opened.session.close().await;
    Ok(())
}

#[tokio::test]
async fn a_mailbox_opens_with_a_good_certificate_and_with_a_revoked_one_it_says_so() {
    let counter = Counter::open();
    counter.branch.revoke(Server::Second).unwrap();
    counter.publish(Signer::Servers, IN_FORCE);
    counter.publish(Signer::Root, IN_FORCE);
    let good = place(&counter, Server::First, String::new());
    let bad = place(&counter, Server::Second, String::new());
    for policy in [Policy::Required, Policy::Preferred] {
        for depth in [Depth::Leaf, Depth::Chain] {
            let checker = counter.checker(policy, depth).await;
            for tls in TLS {
                open(&good, &counter, &checker, tls).await.unwrap();
                let error = open(&bad, &counter, &checker, tls).await.unwrap_err();
                assert!(matches!(error, Error::CertificateRevoked(_)), "{error:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_mailbox_is_refused_when_the_operators_authority_was_revoked() {
    let counter = Counter::open();
    counter.branch.revoke_authority().unwrap();
    counter.publish(Signer::Servers, IN_FORCE);
    counter.publish(Signer::Root, IN_FORCE);
    let place = place(&counter, Server::First, String::new());
    for tls in TLS {
        let checker = counter.checker(Policy::Required, Depth::Chain).await;
        let error = open(&place, &counter, &checker, tls).await.unwrap_err();
        assert!(matches!(error, Error::CertificateRevoked(_)), "{error:?}");
        let checker = counter.checker(Policy::Required, Depth::Leaf).await;
        open(&place, &counter, &checker, tls).await.unwrap();
    }
}

#[tokio::test]
async fn a_list_that_has_ended_refuses_a_mailbox_only_where_lists_are_required() {
    let counter = Counter::open();
    counter.publish(Signer::Servers, ENDED);
    let place = place(&counter, Server::First, String::new());
    let checker = counter.checker(Policy::Required, Depth::Leaf).await;
    let error = open(&place, &counter, &checker, Tls::StartTls).await.unwrap_err();
    assert!(matches!(error, Error::RevocationUnknown(Unchecked::Stale)), "{error:?}");
    let checker = counter.checker(Policy::Preferred, Depth::Leaf).await;
    open(&place, &counter, &checker, Tls::StartTls).await.unwrap();
}

#[tokio::test]
async fn a_list_that_cannot_be_reached_at_the_start_opens_the_mailbox_when_it_can() {
    let mut counter = Counter::open();
    // The board's port answers nobody yet.
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap();
    drop(socket);
    let mut settings = counter.settings();
    settings.sources = vec![crate::source(&format!("http://{port}{}", crate::LIST))];
    let place = place(&counter, Server::First, String::new());

    let preferred = Checker::new(revocation::Settings { policy: Policy::Preferred, ..settings.clone() }).unwrap();
    let _watch = preferred.watch();
    open(&place, &counter, &preferred, Tls::Implicit).await.unwrap();

    let required = Checker::new(settings).unwrap();
    let _watch = required.watch();
    let error = open(&place, &counter, &required, Tls::Implicit).await.unwrap_err();
    assert!(matches!(error, Error::RevocationUnknown(Unchecked::NoList)), "{error:?}");

    counter.board = Board::on(TcpListener::bind(port).unwrap());
    counter.publish(Signer::Servers, IN_FORCE);
    until("the list", || counter.found(&required, Server::First).is_none()).await;
    open(&place, &counter, &required, Tls::Implicit).await.unwrap();
}

#[tokio::test]
async fn a_newer_list_refuses_the_next_opening_without_a_restart() {
    let counter = Counter::open();
    counter.publish(Signer::Servers, IN_FORCE);
    let place = place(&counter, Server::First, String::new());
    let checker = Checker::new(counter.settings()).unwrap();
    let _watch = checker.watch();
    until("the list", || counter.found(&checker, Server::First).is_none()).await;
    open(&place, &counter, &checker, Tls::StartTls).await.unwrap();
    counter.branch.revoke(Server::First).unwrap();
    counter.publish(Signer::Servers, IN_FORCE);
    until("the newer list", || counter.found(&checker, Server::First).is_some()).await;
    let error = open(&place, &counter, &checker, Tls::StartTls).await.unwrap_err();
    assert!(matches!(error, Error::CertificateRevoked(_)), "{error:?}");
}

#[tokio::test]
async fn a_server_for_sending_is_looked_up_too() {
    let counter = Counter::open();
    counter.publish(Signer::Servers, IN_FORCE);
    let certificate = Some(counter.branch.server(Server::Second));
    let plan = Plan::new(submission::Options { certificate, ..Default::default() }).unwrap();
    let place = place(&counter, Server::First, plan.dovecot());
    let submission = plan.start(place.dir.path(), &place.pki, &place.mail).unwrap();
    let server = Address { host: "smtp.mss.test".into(), port: submission.implicit(), tls: Tls::Implicit };
    let mut settings = outbox::Settings::new(ServerSource::Fixed(server), roots(&counter.branch.root()));
    settings.dns = Some(place.dns.address());

    settings.revocation = Some(counter.checker(Policy::Required, Depth::Leaf).await);
    Outbox::prepare(&settings, PERSONAL).await.unwrap();
    counter.branch.revoke(Server::Second).unwrap();
    counter.publish(Signer::Servers, IN_FORCE);
    settings.revocation = Some(counter.checker(Policy::Required, Depth::Leaf).await);
    let error = Outbox::prepare(&settings, PERSONAL).await.unwrap_err();
    assert!(matches!(error, Error::CertificateRevoked(_)), "{error:?}");
    settings.revocation = Some(counter.checker(Policy::Required, Depth::Chain).await);
    let error = Outbox::prepare(&settings, PERSONAL).await.unwrap_err();
    assert!(matches!(error, Error::CertificateRevoked(_)), "{error:?}");
}
