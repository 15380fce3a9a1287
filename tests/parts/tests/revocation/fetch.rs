//! What comes from an authority's server, and what of it is taken.

use std::time::{Duration, Instant};

use pki::{ENDED, IN_FORCE, Server, Signer};
use revocation::{Checker, Error, Place, Source};

use crate::board::{Answer, Board};
use crate::desk::der;
use crate::{Counter, LIST, source, until};

#[tokio::test]
async fn whatever_a_server_sends_instead_of_a_list_the_last_good_one_stays() {
    let counter = Counter::open();
    counter.branch.revoke(Server::Second).unwrap();
    let old = counter.branch.list(Signer::Servers, IN_FORCE).unwrap();
    counter.publish(Signer::Servers, IN_FORCE);
    let mut settings = counter.settings();
    settings.pace.timeout = Duration::from_secs(2);
    let checker = Checker::new(settings).unwrap();
    assert!(checker.look().await[0].outcome.is_ok());

    type Judge = fn(&Error) -> bool;
    let forged = counter.branch.list(Signer::Impostor, IN_FORCE).unwrap();
    let (root, elsewhere) = (counter.branch.list(Signer::Root, IN_FORCE).unwrap(), counter.board.url(LIST));
    let elsewhere = elsewhere.replace("127.0.0.1", "localhost");
    let cases: [(Answer, Judge); 11] = [
        (Answer::Status(500), |e| matches!(e, Error::Status(500))),
        (Answer::Status(204), |e| matches!(e, Error::Status(204))),
        (Answer::Bytes(b"<html>En maintenance</html>".to_vec()), |e| matches!(e, Error::NotAList(_))),
        (Answer::Bytes(old), |e| matches!(e, Error::Older)),
        (Answer::Bytes(forged), |e| matches!(e, Error::BadSignature)),
        (Answer::Announced(20_000_001), |e| matches!(e, Error::TooLarge)),
        (Answer::Endless, |e| matches!(e, Error::TooLarge)),
        (Answer::Stalled, |e| matches!(e, Error::TimedOut)),
        (Answer::Moved(elsewhere), |e| matches!(e, Error::Redirected)),
        (Answer::Moved(LIST.to_owned()), |e| matches!(e, Error::Redirected)),
        (Answer::Moved("ftp://127.0.0.1/x".to_owned()), |e| matches!(e, Error::Redirected)),
    ];
    for (answer, judge) in cases {
        let what = format!("{answer:?}").chars().take(60).collect::<String>();
        counter.board.publish(LIST, answer);
        let begun = Instant::now();
        let error = checker.look().await.remove(0).outcome.unwrap_err();
        assert!(judge(&error), "{what}: {error:?}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{what}");
        counter.expect(&checker, Server::First, None);
        counter.expect(&checker, Server::Second, Some(revocation::Finding::Revoked));
    }
    // A list of another authority of ours is good, for that authority.
    counter.board.publish(LIST, Answer::Bytes(root));
    assert!(checker.look().await[0].outcome.as_ref().unwrap().changed);
    counter.expect(&checker, Server::Second, Some(revocation::Finding::Revoked));
}

#[tokio::test]
async fn a_list_that_moved_within_its_host_is_found() {
    let counter = Counter::open();
    counter.publish(Signer::Servers, IN_FORCE);
    let list = counter.branch.list(Signer::Servers, IN_FORCE).unwrap();
    counter.board.publish("/CRL/nouvelle.crl", Answer::Bytes(list));
    counter.board.publish(LIST, Answer::Moved("/CRL/nouvelle.crl".to_owned()));
    let checker = Checker::new(counter.settings()).unwrap();
    assert!(checker.look().await[0].outcome.as_ref().unwrap().changed);
    assert_eq!(counter.board.asked("/CRL/nouvelle.crl"), 1);
}

#[tokio::test]
async fn a_list_that_has_not_changed_is_not_sent_again_until_it_ends() {
    let counter = Counter::open();
    let list = |life| counter.branch.list(Signer::Servers, life).unwrap();
    let checker = Checker::new(counter.settings()).unwrap();
    counter.board.publish(LIST, Answer::Tagged(list(ENDED), "\"un\""));
    for _ in 0..2 {
        assert!(checker.look().await[0].outcome.is_ok());
    }
    assert_eq!(counter.board.asked("304"), 0);
    counter.board.publish(LIST, Answer::Tagged(list(IN_FORCE), "\"deux\""));
    for changed in [true, false, false] {
        assert_eq!(checker.look().await[0].outcome.as_ref().unwrap().changed, changed);
    }
    assert_eq!(counter.board.asked("304"), 2);
    counter.board.publish(LIST, Answer::Tagged(list(IN_FORCE), "\"trois\""));
    assert!(checker.look().await[0].outcome.as_ref().unwrap().changed);
    // One that was not taken is not remembered.
    counter.board.publish(LIST, Answer::Tagged(b"garbage".to_vec(), "\"quatre\""));
    for _ in 0..2 {
        assert!(matches!(checker.look().await[0].outcome, Err(Error::NotAList(_))));
    }
    // Nobody asked whether it had changed.
    let checker = Checker::new(counter.settings()).unwrap();
    counter.board.publish(LIST, Answer::Status(304));
    assert!(matches!(checker.look().await[0].outcome, Err(Error::Status(304))));
}

#[tokio::test]
async fn a_source_that_fails_is_asked_less_often_and_one_that_works_again_and_again() {
    let counter = Counter::open();
    let mut settings = counter.settings();
    settings.pace.retry = Duration::from_millis(100);
    settings.pace.longest_retry = Duration::from_secs(10);
    let checker = Checker::new(settings).unwrap();
    let watch = checker.watch();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    // At 0, 100, 300, 700, 1500 milliseconds, then at 3100.
    let asked = counter.board.asked(LIST);
    assert!((3..=5).contains(&asked), "{asked}");
    counter.publish(Signer::Servers, IN_FORCE);
    // Somebody who is refused for want of the list makes it come at once.
    counter.expect(&checker, Server::First, counter.no_list());
    let begun = Instant::now();
    until("the list", || counter.found(&checker, Server::First).is_none()).await;
    assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
    let asked = counter.board.asked(LIST);
    until("it is asked again", || counter.board.asked(LIST) > asked + 2).await;
    drop(watch);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let asked = counter.board.asked(LIST);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(counter.board.asked(LIST), asked);
}

#[tokio::test]
async fn a_file_that_is_replaced_takes_effect_by_itself() {
    let counter = Counter::open();
    let file = counter.dir.path().join("servers.crl");
    std::fs::write(&file, counter.branch.list(Signer::Servers, IN_FORCE).unwrap()).unwrap();
    let mut settings = counter.settings();
    settings.sources = vec![Source::new(Place::File(file.clone()))];
    let checker = Checker::new(settings).unwrap();
    let _watch = checker.watch();
    until("the list", || counter.found(&checker, Server::Second).is_none()).await;
    counter.branch.revoke(Server::Second).unwrap();
    std::fs::write(&file, counter.branch.list(Signer::Servers, IN_FORCE).unwrap()).unwrap();
    until("the newer list", || counter.found(&checker, Server::Second) == Some(revocation::Finding::Revoked)).await;
}

#[tokio::test]
async fn a_list_inside_tls_comes_from_a_server_that_is_trusted_for_it_and_stays_inside() {
    let counter = Counter::open();
    let secure = Board::secure(&counter.branch.server(Server::First));
    secure.publish(LIST, Answer::Bytes(counter.branch.list(Signer::Servers, IN_FORCE).unwrap()));
    let mut settings = counter.settings();
    settings.sources = vec![source(&secure.url(LIST))];
    settings.roots = vec![der(&pki::Pki::shared().unwrap().stranger_ca())];
    let stranger = Checker::new(settings.clone()).unwrap();
    assert!(matches!(stranger.look().await[0].outcome, Err(Error::Unreachable(_))));
    assert_eq!(secure.asked(LIST), 0);

    settings.roots = vec![der(&counter.branch.root())];
    let checker = Checker::new(settings.clone()).unwrap();
    assert!(checker.look().await[0].outcome.as_ref().unwrap().changed);
    counter.publish(Signer::Servers, IN_FORCE);
    secure.publish(LIST, Answer::Moved(counter.board.url(LIST)));
    assert!(matches!(checker.look().await[0].outcome, Err(Error::Redirected)));
    assert_eq!(counter.board.asked(LIST), 0);
    // The other way round is no loss.
    secure.publish("/nouvelle.crl", Answer::Bytes(counter.branch.list(Signer::Servers, IN_FORCE).unwrap()));
    counter.board.publish(LIST, Answer::Moved(secure.url("/nouvelle.crl")));
    settings.sources = vec![source(&counter.board.url(LIST))];
    let checker = Checker::new(settings).unwrap();
    assert!(checker.look().await[0].outcome.as_ref().unwrap().changed);
}

#[test]
fn a_proxy_of_the_environment_is_not_asked() {
    // The test above once more, by a process that is told of a proxy which is not there.
    let test = std::env::current_exe().unwrap();
    let mut command = std::process::Command::new(test);
    command.args(["--exact", "fetch::a_list_that_moved_within_its_host_is_found"]);
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"] {
        command.env(name, "http://127.0.0.1:9");
    }
    for name in ["no_proxy", "NO_PROXY"] {
        command.env_remove(name);
    }
    let out = command.output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success() && said.contains("1 passed"), "{said}");
}
