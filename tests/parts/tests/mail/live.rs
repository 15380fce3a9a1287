//! What happens while a mailbox is open, and when the line breaks.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mail::{Error, Mailbox, News, Server, ServerSource, Settings, Tls};
use site::delay::Delay;
use site::mail::PERSONAL;

use super::{Site, news, open, token};

#[tokio::test]
async fn a_server_that_is_stopped_is_unreachable_and_a_session_is_lost() {
    let mut site = Site::start();
    let mut settings = site.settings(Tls::Implicit);
    settings.timeouts.renew = Duration::from_millis(1500);
    let mut opened = open(&settings, PERSONAL, &token()).await.unwrap();
    let prepared = Mailbox::prepare(&settings, PERSONAL).await.unwrap();
    site.mail.stop();
    assert!(matches!(news(&mut opened).await, News::Lost(Error::Unreachable(_))));
    assert!(matches!(opened.session.page("INBOX", 0, 8).await, Err(Error::Closed)));
    let error = prepared.open(PERSONAL, token(), 8).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
    site.mail.restart().unwrap();
    opened.session.reopen().await.unwrap();
    assert_eq!(opened.session.page("INBOX", 0, 8).await.unwrap().rows.len(), 8);
}

#[tokio::test]
async fn a_prepared_connection_that_went_away_is_replaced() {
    let mut site = Site::start();
    let prepared = Mailbox::prepare(&site.settings(Tls::StartTls), PERSONAL).await.unwrap();
    site.mail.restart().unwrap();
    assert_eq!(prepared.open(PERSONAL, token(), 8).await.unwrap().page.total, 200);
}

#[tokio::test]
async fn new_mail_is_announced_and_never_moves_a_page() {
    let site = Site::start();
    let mut opened = site.open(Tls::Implicit).await;
    let before = opened.session.page("INBOX", 8, 8).await.unwrap();
    site.mail.deliver(PERSONAL, "Nouveau").unwrap();
    let News::Mail { new: 1, unread } = news(&mut opened).await else { panic!() };
    assert_eq!(opened.session.page("INBOX", 8, 8).await.unwrap(), before);
    // Nor after a look at another folder, nor over another connection.
    opened.session.page("Sent", 0, 8).await.unwrap();
    site.mail.deliver(PERSONAL, "Encore").unwrap();
    assert_eq!(opened.session.page("INBOX", 8, 8).await.unwrap(), before);
    opened.session.reopen().await.unwrap();
    assert_eq!(opened.session.page("INBOX", 8, 8).await.unwrap(), before);
    let fresh = opened.session.refresh("INBOX", 8).await.unwrap();
    assert_eq!(
        (fresh.total, fresh.rows[0].subject.as_str(), fresh.rows[1].subject.as_str()),
        (202, "Encore", "Nouveau")
    );
    assert!(fresh.rows[0].unread);
    let inbox = &opened.session.folders().await.unwrap()[0];
    assert_eq!((inbox.unread, inbox.total), (Some(unread + 1), Some(202)));
}

#[tokio::test]
async fn mail_taken_away_by_another_program_leaves_no_wrong_row() {
    let site = Site::start();
    let mut opened = site.open(Tls::Implicit).await;
    let uids: Vec<u32> = opened.page.rows.iter().map(|r| r.uid).collect();
    site.mail.doveadm(&["expunge", "-u", PERSONAL, "mailbox", "INBOX", "uid", "198:199"], b"").unwrap();
    // At once, before the server had time to say so, and after.
    let page = opened.session.page("INBOX", 0, 8).await.unwrap();
    let shown: Vec<u32> = page.rows.iter().map(|r| r.uid).collect();
    assert!(page.total == 198 || shown == uids[..8], "{shown:?} of {}", page.total);
    loop {
        news(&mut opened).await;
        let page = opened.session.page("INBOX", 0, 8).await.unwrap();
        if page.total == 198 {
            let left: Vec<u32> = uids.iter().copied().filter(|uid| !(198..=199).contains(uid)).take(8).collect();
            assert_eq!(page.rows.iter().map(|r| r.uid).collect::<Vec<_>>(), left);
            break;
        }
    }
}

#[tokio::test]
async fn mail_read_by_a_colleague_changes_the_count() {
    let site = Site::start();
    let mut opened = site.open(Tls::Implicit).await;
    let unread = opened.session.folders().await.unwrap()[0].unread.unwrap();
    let everything = ["flags", "add", "-u", PERSONAL, "\\Seen", "mailbox", "INBOX", "all"];
    site.mail.doveadm(&everything, b"").unwrap();
    assert!(unread > 0);
    assert!(matches!(news(&mut opened).await, News::Mail { new: 0, unread: 0 }));
}

/// A slow or broken line in front of the server, and settings that go through it.
pub(super) fn behind(site: &Site, tls: Tls, one_way_ms: u64) -> (Delay, Settings) {
    let server = site.imap(tls);
    let line = Delay::start(SocketAddr::from(([127, 0, 0, 1], server.port)), one_way_ms).unwrap();
    let settings = site.settings_for(ServerSource::Fixed(Server { port: line.port(), ..server }));
    (line, settings)
}

#[tokio::test]
async fn a_line_that_swallows_everything_times_out_at_every_step() {
    let site = Site::start();
    let (line, mut settings) = behind(&site, Tls::Implicit, 0);
    settings.timeouts.command = Duration::from_millis(700);
    settings.timeouts.greet = Duration::from_millis(700);
    settings.timeouts.renew = Duration::ZERO;
    let mut opened = open(&settings, PERSONAL, &token()).await.unwrap();
    let prepared = Mailbox::prepare(&settings, PERSONAL).await.unwrap();
    line.blackhole();
    assert!(matches!(prepared.open(PERSONAL, token(), 8).await.unwrap_err(), Error::TimedOut));
    assert!(matches!(Mailbox::prepare(&settings, PERSONAL).await.unwrap_err(), Error::TimedOut));
    assert!(matches!(opened.session.page("INBOX", 8, 8).await, Err(Error::TimedOut)));
    assert!(matches!(news(&mut opened).await, News::Lost(_)));
    line.restore();
    opened.session.reopen().await.unwrap();
    line.cut();
    // How the inbox is may have been told before.
    while !matches!(news(&mut opened).await, News::Lost(_)) {}
}

#[tokio::test]
async fn a_silent_line_is_found_out_without_anybody_asking() {
    let site = Site::start();
    let (line, mut settings) = behind(&site, Tls::Implicit, 0);
    settings.timeouts.command = Duration::from_millis(300);
    settings.timeouts.idle = Duration::from_millis(300);
    settings.timeouts.greet = Duration::from_millis(300);
    settings.timeouts.renew = Duration::from_millis(600);
    let mut opened = open(&settings, PERSONAL, &token()).await.unwrap();
    line.blackhole();
    while !matches!(news(&mut opened).await, News::Lost(Error::TimedOut)) {}
}

#[tokio::test]
async fn from_the_token_to_the_rows_takes_two_round_trips() {
    let site = Site::start();
    for tls in [Tls::Implicit, Tls::StartTls] {
        let (_line, settings) = behind(&site, tls, 100);
        let prepared = Mailbox::prepare(&settings, PERSONAL).await.unwrap();
        let start = Instant::now();
        let opened = prepared.open(PERSONAL, token(), 50).await.unwrap();
        let trips = start.elapsed().as_secs_f64() / 0.2;
        // Not a measure of speed: a third flight would make it three.
        assert!((2.0..2.95).contains(&trips), "{trips}");
        let start = Instant::now();
        opened.session.page("INBOX", 50, 50).await.unwrap();
        let trips = start.elapsed().as_secs_f64() / 0.2;
        assert!((1.0..2.95).contains(&trips), "{trips}");
    }
}

#[tokio::test]
async fn dropping_a_session_closes_its_socket() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    let open = || site.mail.doveadm(&["who", "-1"], b"").unwrap().lines().filter(|l| l.contains(PERSONAL)).count();
    assert_eq!(open(), 1);
    drop(opened);
    let until = Instant::now() + Duration::from_secs(10);
    while open() > 0 {
        assert!(Instant::now() < until, "still connected");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
