//! The mailbox against Debian's Dovecot, over real DNS and TLS.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use mail::{Error, Mailbox, Mechanism, News, Opened, Refusal, Role, Server, ServerSource, Settings, Tls};
use pki::Pki;
use secrecy::SecretString;
use site::delay::Delay;
use site::dns::{self, Dns, Service};
use site::mail::{DOCTOR, FOREIGN, LARGE, Mail, Options, PERSONAL, SHARED, UNREAD};
use tempfile::TempDir;

/// A site with a mail server and a DNS server.
struct Site {
    pki: Pki,
    mail: Mail,
    dns: Dns,
    _dir: TempDir,
}

impl Site {
    fn start() -> Site {
        Site::with(Options::default())
    }

    fn with(options: Options) -> Site {
        let pki = Pki::shared().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let mail = Mail::start(dir.path(), &pki, options).unwrap();
        let zone =
            dns::Options { imap: Service::here(mail.imap()), imaps: Service::here(mail.imaps()), ..Default::default() };
        Site { pki, mail, dns: Dns::start(&zone).unwrap(), _dir: dir }
    }

    fn server(&self, tls: Tls) -> Server {
        let port = if tls == Tls::Implicit { self.mail.imaps() } else { self.mail.imap() };
        Server { host: "imap.mss.test".into(), port, tls }
    }

    fn settings(&self, tls: Tls) -> Settings {
        self.settings_for(ServerSource::Fixed(self.server(tls)))
    }

    fn settings_for(&self, source: ServerSource) -> Settings {
        let mut settings = Settings::new(source, roots(&self.pki.mail_ca()));
        settings.dns = Some(self.dns.address());
        settings
    }

    async fn open(&self, tls: Tls) -> Opened {
        open(&self.settings(tls), PERSONAL, &token()).await.unwrap()
    }
}

fn roots(file: &Path) -> Vec<Vec<u8>> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    CertificateDer::pem_file_iter(file).unwrap().map(|c| c.unwrap().to_vec()).collect()
}

fn token() -> SecretString {
    SecretString::from("jeton-du-medecin")
}

async fn open(settings: &Settings, address: &str, token: &SecretString) -> Result<Opened, Error> {
    Mailbox::prepare(settings, address).await?.open(address, token, 50).await
}

async fn news(opened: &mut Opened) -> News {
    tokio::time::timeout(Duration::from_secs(20), opened.news.recv()).await.expect("no news").expect("no session")
}

#[tokio::test]
async fn the_inbox_opens_over_both_kinds_of_tls_with_both_mechanisms() {
    let site = Site::start();
    for tls in [Tls::StartTls, Tls::Implicit] {
        for mechanism in [Mechanism::XOAuth2, Mechanism::OAuthBearer] {
            for pipelining in [true, false] {
                let mut settings = site.settings(tls);
                settings.mechanisms = vec![mechanism];
                settings.pipelining = pipelining;
                let opened = open(&settings, PERSONAL, &token()).await.unwrap();
                assert_eq!((opened.page.total, opened.page.rows.len()), (200, 50), "{tls:?} {mechanism:?}");
                opened.session.close().await;
            }
        }
    }
}

#[tokio::test]
async fn the_rows_say_what_the_messages_say() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    let rows = &opened.page.rows;
    assert_eq!(rows[0].from.name, "Dr Bianca CASTAFIORE");
    assert_eq!(rows[0].from.address, "bianca.castafiore@mss.test");
    assert_eq!(rows[0].subject, "Compte rendu d’hospitalisation, chirurgie ORL LAMPION Séraphin 12/03/1948");
    let patient = rows[0].patient.as_ref().unwrap();
    assert_eq!((patient.family.as_str(), patient.given.as_str()), ("LAMPION", "Séraphin"));
    assert_eq!(patient.label, "Compte rendu d’hospitalisation, chirurgie ORL");
    assert_eq!((patient.born.year, patient.born.month, patient.born.day), (1948, 3, 12));
    assert_eq!(rows[0].date.unix, site::mail::NEWEST);
    assert_eq!(rows.iter().take(4).map(|r| r.documents).collect::<Vec<_>>(), [Some(2), Some(1), Some(0), Some(3)]);
    assert_eq!(rows.iter().take(4).map(|r| r.unread).collect::<Vec<_>>(), [true, true, true, false]);
    assert!(rows[5].patient.is_none());
    assert!(rows.iter().all(|r| !r.subject.contains("XDM") && r.uid > 0 && r.size > 0));
    assert!(rows.windows(2).all(|two| two[0].date > two[1].date && two[0].position + 1 == two[1].position));
}

#[tokio::test]
async fn the_last_page_of_a_large_inbox_and_its_folders() {
    let site = Site::with(Options { messages: LARGE, ..Options::default() });
    let opened = site.open(Tls::Implicit).await;
    assert_eq!((opened.page.total, opened.page.rows.len()), (LARGE, 50));
    // "19 201–19 208 sur 19 208"
    let last = opened.session.page("INBOX", 19_200, 8).await.unwrap();
    assert_eq!((last.total, last.from, last.rows.len()), (LARGE, 19_200, 8));
    assert_eq!(last.rows.iter().map(|r| r.uid).collect::<Vec<_>>(), [8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(last.rows[7].position, 19_207);
    assert!(opened.session.page("INBOX", LARGE, 8).await.unwrap().rows.is_empty());
    let folders = opened.session.folders().await.unwrap();
    let seen: Vec<_> = folders.iter().map(|f| (f.role, f.unread.unwrap(), f.total.unwrap())).collect();
    assert_eq!(
        seen,
        [
            (Role::Inbox, UNREAD, LARGE),
            (Role::Drafts, 0, 4),
            (Role::Sent, 0, 37),
            (Role::Junk, 0, 3),
            (Role::Trash, 0, 12),
            (Role::Archive, 0, 250),
            (Role::Other, 0, 9),
        ]
    );
    assert_eq!(folders[6].name, "Réunions");
    // A page of each, then back to the end of the inbox.
    for folder in &folders[1..] {
        let page = opened.session.page(&folder.path, 0, 8).await.unwrap();
        assert_eq!(page.total, folder.total.unwrap());
        assert!(page.rows.iter().all(|r| r.to.as_ref().is_some_and(|to| to.address.ends_with("@mss.test"))));
    }
    assert_eq!(opened.session.page("INBOX", 19_200, 8).await.unwrap(), last);
}

#[tokio::test]
async fn one_token_opens_two_mailboxes_and_not_a_third() {
    let site = Site::start();
    let settings = site.settings(Tls::StartTls);
    assert_eq!(open(&settings, PERSONAL, &token()).await.unwrap().page.total, 200);
    assert_eq!(open(&settings, SHARED, &token()).await.unwrap().page.total, 50);
    for mechanism in [Mechanism::XOAuth2, Mechanism::OAuthBearer] {
        for pipelining in [true, false] {
            let settings = Settings { mechanisms: vec![mechanism], pipelining, ..settings.clone() };
            let refused = open(&settings, FOREIGN, &token()).await.unwrap_err();
            assert!(matches!(refused, Error::Refused(_)), "{refused:?}");
            let refused = open(&settings, PERSONAL, &SecretString::from("jeton-de-personne")).await.unwrap_err();
            assert!(matches!(refused, Error::Refused(Refusal::Token)), "{refused:?}");
        }
    }
}

#[tokio::test]
async fn a_long_token_opens_whatever_the_server_takes() {
    for length in [900, 1400, 5_800] {
        let long = "j".repeat(length);
        let tokens = site::mail::Tokens::List(vec![(long.clone(), DOCTOR.into())]);
        let site = Site::with(Options { tokens, ..Options::default() });
        let opened = open(&site.settings(Tls::Implicit), PERSONAL, &SecretString::from(long)).await.unwrap();
        assert_eq!(opened.page.total, 200, "{length}");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_is_not_a_refusal() {
    let gone = site::mail::Tokens::Introspection {
        url: "http://127.0.0.1:9/".into(),
        ca: Pki::shared().unwrap().provider_ca(),
    };
    let site = Site::with(Options { tokens: gone, ..Options::default() });
    let error = open(&site.settings(Tls::Implicit), PERSONAL, &token()).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable), "{error:?}");
}

#[tokio::test]
async fn a_server_without_our_mechanisms_is_said() {
    let site = Site::with(Options { mechanisms: "plain", ..Options::default() });
    let error = open(&site.settings(Tls::Implicit), PERSONAL, &token()).await.unwrap_err();
    assert!(matches!(error, Error::NoMechanism), "{error:?}");
}

#[tokio::test]
async fn certificates_are_refused_for_their_own_reason() {
    let pki = Pki::shared().unwrap();
    for (pair, expected) in [
        (pki.mail_expired(), "CertificateExpired"),
        (pki.mail_wrong_name(), "WrongHostName"),
        (pki.stranger(), "UntrustedCertificate"),
    ] {
        let site = Site::with(Options { certificate: Some(pair), messages: 1, ..Options::default() });
        for tls in [Tls::StartTls, Tls::Implicit] {
            let error = open(&site.settings(tls), PERSONAL, &token()).await.unwrap_err();
            assert!(format!("{error:?}").starts_with(expected), "{error:?}");
        }
    }
    let site = Site::with(Options { messages: 1, ..Options::default() });
    let mut settings = site.settings(Tls::Implicit);
    settings.roots = roots(&pki.provider_ca());
    let error = open(&settings, PERSONAL, &token()).await.unwrap_err();
    assert!(matches!(error, Error::UntrustedCertificate(_)), "{error:?}");
    settings.roots = vec![];
    let error = open(&settings, PERSONAL, &token()).await.unwrap_err();
    assert!(matches!(error, Error::UntrustedCertificate(_)), "{error:?}");
}

#[tokio::test]
async fn the_server_is_found_by_dns() {
    let site = Site::start();
    let source = ServerSource::Srv { allowed: vec![] };
    let zone = |imap, imaps| dns::Options { imap, imaps, hosts: vec!["imap.ailleurs.test".into()], port: None };
    let (clear, tls) = (Service::here(site.mail.imap()), Service::here(site.mail.imaps()));
    for (zone, expected) in [
        (zone(clear.clone(), tls.clone()), Ok(Tls::Implicit)),
        (zone(clear.clone(), Service::None), Ok(Tls::StartTls)),
        (zone(clear.clone(), Service::Absent), Ok(Tls::StartTls)),
        (zone(Service::None, Service::None), Err("NoServer")),
        (zone(Service::Absent, Service::Absent), Err("NoServer")),
    ] {
        let dns = Dns::start(&zone).unwrap();
        let mut settings = site.settings_for(source.clone());
        settings.dns = Some(dns.address());
        match (Mailbox::prepare(&settings, PERSONAL).await, expected) {
            (Ok(prepared), Ok(tls)) => {
                assert_eq!(prepared.server(), &site.server(tls));
                assert_eq!(prepared.open(PERSONAL, &token(), 8).await.unwrap().page.rows.len(), 8);
            }
            (Err(error), Err(expected)) => assert_eq!(format!("{error:?}"), expected),
            (got, expected) => panic!("{got:?} for {expected:?} with {zone:?}"),
        }
    }
}

#[tokio::test]
async fn dns_cannot_send_us_to_a_server_that_is_not_allowed() {
    let site = Site::start();
    let away = Service::At { host: "imap.ailleurs.test".into(), port: site.mail.imaps(), priority: 1 };
    let zone = dns::Options { imaps: away, hosts: vec!["imap.ailleurs.test".into()], ..Default::default() };
    let dns = Dns::start(&zone).unwrap();
    let mut settings = site.settings_for(ServerSource::Srv { allowed: vec!["mss.test".into()] });
    settings.dns = Some(dns.address());
    let error = Mailbox::prepare(&settings, PERSONAL).await.unwrap_err();
    assert!(matches!(error, Error::ServerNotAllowed), "{error:?}");
    // Allowed, its certificate must still carry its name.
    settings.server = ServerSource::Srv { allowed: vec!["ailleurs.test".into()] };
    let error = Mailbox::prepare(&settings, PERSONAL).await.unwrap_err();
    assert!(matches!(error, Error::WrongHostName(_)), "{error:?}");
}

#[tokio::test]
async fn a_silent_dns_server_times_out() {
    let mut site = Site::start();
    site.dns.stop();
    // Something that listens and never answers.
    let mute = std::net::UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    let mut settings = site.settings_for(ServerSource::Srv { allowed: vec![] });
    settings.dns = Some(mute.local_addr().unwrap());
    settings.timeouts.connect = Duration::from_millis(500);
    let error = Mailbox::prepare(&settings, PERSONAL).await.unwrap_err();
    assert!(matches!(error, Error::TimedOut), "{error:?}");
}

#[tokio::test]
async fn a_server_that_is_stopped_is_unreachable_and_a_session_is_lost() {
    let mut site = Site::start();
    let mut opened = site.open(Tls::Implicit).await;
    let prepared = Mailbox::prepare(&site.settings(Tls::Implicit), PERSONAL).await.unwrap();
    site.mail.stop();
    assert!(matches!(news(&mut opened).await, News::Lost(Error::Closed)));
    assert!(matches!(opened.session.page("INBOX", 0, 8).await, Err(Error::Closed)));
    let error = prepared.open(PERSONAL, &token(), 8).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
    site.mail.restart().unwrap();
    opened.session.reopen(&token()).await.unwrap();
    assert_eq!(opened.session.page("INBOX", 0, 8).await.unwrap().rows.len(), 8);
}

#[tokio::test]
async fn a_prepared_connection_that_went_away_is_replaced() {
    let mut site = Site::start();
    let prepared = Mailbox::prepare(&site.settings(Tls::StartTls), PERSONAL).await.unwrap();
    site.mail.restart().unwrap();
    assert_eq!(prepared.open(PERSONAL, &token(), 8).await.unwrap().page.total, 200);
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
    opened.session.reopen(&token()).await.unwrap();
    assert_eq!(opened.session.page("INBOX", 8, 8).await.unwrap(), before);
    let fresh = opened.session.refresh("INBOX", 8).await.unwrap();
    assert_eq!((fresh.total, fresh.rows[0].subject.as_str(), fresh.rows[1].subject.as_str()), (202, "Encore", "Nouveau"));
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
    assert!(page.rows.iter().all(|r| r.unread == (r.position < 3) || page.total == 198));
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

#[tokio::test]
async fn a_command_the_server_refuses_is_an_error_and_the_session_goes_on() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    for folder in ["N'existe pas", "a/../b", "", "x\r\nG9 LOGOUT"] {
        let error = opened.session.page(folder, 0, 8).await.unwrap_err();
        assert!(matches!(error, Error::Server { command: "SELECT", .. }), "{folder:?}: {error:?}");
    }
    assert_eq!(opened.session.page("INBOX", 0, 8).await.unwrap().rows.len(), 8);
}

#[tokio::test]
async fn hostile_mail_is_a_row_like_another() {
    let site = Site::start();
    let nested = |levels: usize| {
        let mut text = String::from("From: a@mss.test\r\nSubject: poup=?x?e\r\nMIME-Version: 1.0\r\n");
        for n in 0..levels {
            text.push_str(&format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"));
        }
        text.push_str("Content-Type: text/plain\r\n\r\nx\r\n");
        text
    };
    let parts = format!(
        "From: a@mss.test\r\nSubject: parties\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--\r\n",
        "--b\r\nContent-Type: application/pdf; name=\"aaaaaaaaaaaaaaaaaaaa.pdf\"\r\n\r\nx\r\n".repeat(9000)
    );
    let crowd = format!(
        "To: {}\r\nFrom: a@mss.test\r\nSubject: foule\r\n\r\nx\r\n",
        (0..20_000).map(|n| format!("p{n}@mss.test")).collect::<Vec<_>>().join(",\r\n ")
    );
    let deliver = |bytes: &[u8]| site.mail.deliver_bytes(PERSONAL, "INBOX", bytes).unwrap();
    deliver(nested(90).as_bytes());
    deliver(parts.as_bytes());
    deliver(crowd.as_bytes());
    deliver(b"From: \xe9\xe8 <a@mss.test>\r\nSubject: r\xe9sultats \"\\ \x01\x7f\r\n\r\nx\r\n");
    deliver(b"From:\r\nSubject: =?utf-8?b?4oCu4oCu4oCu?= =?utf-8?q?=C3\r\n\r\n");
    deliver(b"\r\nrien\r\n");
    let opened = site.open(Tls::Implicit).await;
    let rows = &opened.page.rows;
    assert_eq!((opened.page.total, rows.len()), (206, 50));
    assert_eq!((rows[0].subject.as_str(), rows[0].documents), ("", Some(0)));
    assert!(!rows[1].subject.contains('\u{202E}'));
    assert_eq!((rows[2].subject.as_str(), rows[2].from.name.as_str()), ("résultats \"\\", "éè"));
    assert_eq!(rows[3].subject, "foule");
    assert_eq!((rows[4].subject.as_str(), rows[4].documents), ("parties", None));
    assert_eq!((rows[5].subject.as_str(), rows[5].documents), ("poup=?x?e", None));
    assert_eq!(rows[6].from.name, "Dr Bianca CASTAFIORE");
}

/// A slow or broken line in front of the server, and settings that go through it.
fn behind(site: &Site, tls: Tls, one_way_ms: u64) -> (Delay, Settings) {
    let server = site.server(tls);
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
    let mut opened = open(&settings, PERSONAL, &token()).await.unwrap();
    let prepared = Mailbox::prepare(&settings, PERSONAL).await.unwrap();
    line.blackhole();
    assert!(matches!(prepared.open(PERSONAL, &token(), 8).await.unwrap_err(), Error::TimedOut));
    assert!(matches!(Mailbox::prepare(&settings, PERSONAL).await.unwrap_err(), Error::TimedOut));
    assert!(matches!(opened.session.page("INBOX", 8, 8).await, Err(Error::TimedOut)));
    assert!(matches!(news(&mut opened).await, News::Lost(_)));
    line.restore();
    opened.session.reopen(&token()).await.unwrap();
    line.cut();
    assert!(matches!(news(&mut opened).await, News::Lost(_)));
}

#[tokio::test]
async fn a_silent_line_is_found_out_without_anybody_asking() {
    let site = Site::start();
    let (line, mut settings) = behind(&site, Tls::Implicit, 0);
    settings.timeouts.command = Duration::from_millis(300);
    settings.timeouts.idle = Duration::from_millis(300);
    let mut opened = open(&settings, PERSONAL, &token()).await.unwrap();
    line.blackhole();
    while !matches!(news(&mut opened).await, News::Lost(Error::Closed)) {}
}

#[tokio::test]
async fn from_the_token_to_the_rows_takes_two_round_trips() {
    let site = Site::start();
    for tls in [Tls::Implicit, Tls::StartTls] {
        let (_line, settings) = behind(&site, tls, 100);
        let prepared = Mailbox::prepare(&settings, PERSONAL).await.unwrap();
        let start = Instant::now();
        let opened = prepared.open(PERSONAL, &token(), 50).await.unwrap();
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
