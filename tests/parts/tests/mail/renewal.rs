//! A session lives longer than its connections: servers that start again, tokens that end, lines that are cut.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mail::{Error, Mailbox, News, Opened, Refusal, Role, Server, ServerSource, Settings, Target, Tls};
use secrecy::{ExposeSecret, SecretString};
use site::cut::{Break, Cut};
use site::mail::{Options, PERSONAL, Tokens};

use super::desk::{Desk, SoftCard};
use super::live::behind;
use super::{Site, news, open, token};

/// News until some mail is told, and whether the line was told to be down or lost.
async fn until_mail(opened: &mut Opened, wanted: u32) -> Vec<News> {
    let mut others = vec![];
    loop {
        match super::any_news(opened).await {
            News::Mail { new, .. } if new == wanted => return others,
            other => others.push(other),
        }
    }
}

/// The next news that is not about mail.
async fn of_the_line(opened: &mut Opened) -> News {
    loop {
        match super::any_news(opened).await {
            News::Mail { .. } => {}
            other => return other,
        }
    }
}

fn is_lost(told: &[News]) -> bool {
    told.iter().any(|news| matches!(news, News::Lost(_)))
}

#[tokio::test]
async fn a_server_that_starts_again_is_not_noticed() {
    let mut site = Site::start();
    let mut opened = site.open(Tls::Implicit).await;
    let before = opened.session.page("INBOX", 8, 8).await.unwrap();
    let message = opened.session.message("INBOX", before.rows[0].uid, 1_000_000).await.unwrap();
    site.mail.restart().unwrap();
    assert_eq!(opened.session.page("INBOX", 8, 8).await.unwrap(), before);
    assert_eq!(opened.session.message("INBOX", before.rows[0].uid, 1_000_000).await.unwrap(), message);
    site.mail.deliver(PERSONAL, "Nouveau").unwrap();
    assert!(!is_lost(&until_mail(&mut opened, 1).await));
    // In another folder too, and while nobody asks.
    let sent = opened.session.page("Sent", 0, 8).await.unwrap();
    site.mail.restart().unwrap();
    site.mail.deliver(PERSONAL, "Encore").unwrap();
    assert!(!is_lost(&until_mail(&mut opened, 2).await));
    assert_eq!(opened.session.page("Sent", 0, 8).await.unwrap(), sent);
    assert_eq!(opened.session.refresh("INBOX", 8).await.unwrap().rows[0].subject, "Encore");
}

#[tokio::test]
async fn a_server_that_is_away_for_a_while_is_waited_for_and_the_wait_is_told() {
    let mut site = Site::start();
    let mut opened = site.open(Tls::StartTls).await;
    site.mail.stop();
    assert!(matches!(of_the_line(&mut opened).await, News::Renewing(true)));
    let asked = Instant::now();
    let (page, ()) = tokio::join!(opened.session.page("INBOX", 0, 8), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        site.mail.restart().unwrap();
    });
    assert_eq!(page.unwrap().rows.len(), 8);
    assert!(asked.elapsed() < Duration::from_secs(12), "{:?}", asked.elapsed());
    assert!(matches!(of_the_line(&mut opened).await, News::Renewing(false)));
}

#[tokio::test]
async fn a_token_that_was_revoked_is_replaced_and_a_right_that_was_withdrawn_is_the_end() {
    let desk = Desk::open();
    let first = desk.log_in(SoftCard::cps3("doctor")).await.unwrap();
    let second = desk.log_in(SoftCard::cps3("doctor")).await.unwrap();
    let [old, fresh] = [&first, &second].map(|session| SecretString::from(session.access_token().expose_secret()));
    let tokens = Tokens::Introspection { url: desk.provider.introspection_url(), ca: desk.pki.provider_ca() };
    let site = Site::with(Options { tokens, ..Options::default() });
    let now = Arc::new(Mutex::new(old));
    let of_the_moment = {
        let now = Arc::clone(&now);
        move || now.lock().unwrap().clone()
    };
    let prepared = Mailbox::prepare(&site.settings(Tls::Implicit), PERSONAL).await.unwrap();
    let mut opened = prepared.open(PERSONAL, of_the_moment, 50).await.unwrap();
    let before = opened.session.page("INBOX", 0, 8).await.unwrap();
    // The line breaks when the token has ended, and its successor is a moment late.
    assert!(first.close().await.is_clean());
    site.mail.doveadm(&["kick", PERSONAL], b"").unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    *now.lock().unwrap() = fresh;
    assert_eq!(opened.session.page("INBOX", 0, 8).await.unwrap(), before);
    site.mail.deliver(PERSONAL, "Nouveau").unwrap();
    assert!(!is_lost(&until_mail(&mut opened, 1).await));
    // And now nothing comes after it.
    assert!(second.close().await.is_clean());
    let start = Instant::now();
    site.mail.doveadm(&["kick", PERSONAL], b"").unwrap();
    let told = news(&mut opened).await;
    assert!(matches!(told, News::Lost(Error::Refused(Refusal::Token))), "{told:?}");
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
}

fn through(site: &Site, port: u16) -> Settings {
    site.settings_for(ServerSource::Fixed(Server { port, ..site.imap(Tls::Implicit) }))
}

#[tokio::test]
async fn a_network_that_is_gone_for_three_seconds_is_only_late() {
    let site = Site::start();
    let line = Cut::start(SocketAddr::from(([127, 0, 0, 1], site.mail.imaps()))).unwrap();
    let mut opened = open(&through(&site, line.port()), PERSONAL, &token()).await.unwrap();
    let before = opened.session.page("INBOX", 8, 8).await.unwrap();
    let message = opened.session.message("INBOX", before.rows[0].uid, 1_000_000).await.unwrap();
    for how in [Break::Whole, Break::Answers, Break::Requests] {
        line.break_after(0, how);
        let start = Instant::now();
        let (read, ()) = tokio::join!(opened.session.message("INBOX", before.rows[0].uid, 1_000_000), async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            line.repair();
        });
        assert_eq!(read.unwrap(), message, "{how:?}");
        assert!((3..10).contains(&start.elapsed().as_secs()), "{how:?}: {:?}", start.elapsed());
        for down in [true, false] {
            assert!(matches!(of_the_line(&mut opened).await, News::Renewing(told) if told == down), "{how:?}");
        }
        assert_eq!(opened.session.page("INBOX", 8, 8).await.unwrap(), before);
        // What follows is another break.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    site.mail.deliver(PERSONAL, "Nouveau").unwrap();
    assert!(!is_lost(&until_mail(&mut opened, 1).await));
}

#[tokio::test]
async fn mail_that_comes_while_the_network_is_gone_is_told_when_it_is_back() {
    let site = Site::start();
    let (line, settings) = behind(&site, Tls::Implicit, 0);
    let mut opened = open(&settings, PERSONAL, &token()).await.unwrap();
    // Nothing is lost of a silence either: every answer is swallowed, and the line looks open.
    for (number, silent) in [(1, false), (2, true)] {
        if silent {
            line.blackhole();
        } else {
            line.cut();
        }
        site.mail.deliver(PERSONAL, "Entretemps").unwrap();
        let asked = opened.session.page("INBOX", 0, 8);
        let asked = tokio::time::timeout(Duration::from_secs(3), asked).await;
        assert!(asked.is_err(), "answered over a line that is down");
        line.restore();
        assert!(!is_lost(&until_mail(&mut opened, number).await));
    }
}

#[tokio::test]
async fn a_move_goes_on_over_another_connection_and_no_message_is_lost_or_doubled() {
    let site = Site::start();
    let line = Cut::start(SocketAddr::from(([127, 0, 0, 1], site.mail.imaps()))).unwrap();
    let opened = open(&through(&site, line.port()), PERSONAL, &token()).await.unwrap();
    let session = &opened.session;
    session.folders().await.unwrap();
    let (inbox, archive) = (site.uids("INBOX", &["all"]), site.uids("Archive", &["all"]).len());
    // The order arrives and its answer does not; then neither arrives.
    for (round, how) in [Break::Answers, Break::Requests].into_iter().enumerate() {
        let some = &inbox[round * 50..round * 50 + 50];
        line.break_after(0, how);
        let (moved, ()) = tokio::join!(session.move_to("INBOX", some, Target::Role(Role::Archive)), async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            line.repair();
        });
        let moved = moved.unwrap();
        assert_eq!(moved.from, some, "{how:?}");
        assert_eq!(moved.to.len(), if how == Break::Answers { 0 } else { 50 }, "{how:?}");
        let left = site.uids("INBOX", &["all"]);
        assert_eq!(left, inbox[round * 50 + 50..]);
        assert_eq!(site.uids("Archive", &["all"]).len(), archive + (round + 1) * 50);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
