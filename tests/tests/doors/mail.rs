//! The mail operator.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use e2e::{Kiosk, Place, at_the_desk, server};
use flow::{Failure, List, Screen, Touch};
use serde_json::json;
use site::delay::Delay;
use site::dns::{self, Dns, Service};
use site::mail::{FOREIGN, PERSONAL};

use crate::refused;

#[test]
fn a_certificate_of_another_authority_another_name_or_another_time() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        for (certificate, failure, code) in [
            (place.pki.stranger(), Failure::MailUntrusted, "MAIL-06"),
            (place.pki.mail_wrong_name(), Failure::MailWrongName, "MAIL-07"),
            (place.pki.mail_expired(), Failure::MailExpired, "MAIL-08"),
        ] {
            let (_mail, config, _dir) = place.mail_with(certificate);
            let mut desk = Kiosk::open(&config, &card);
            let failed = refused(&mut desk, "doctor", failure, code);
            assert!(!failed.retry, "nobody is asked to insist");
        }
        // The provider's authorities are not the operator's.
        let mut config = place.config_for_one_box();
        config.mail.roots = vec![place.pki.provider_ca()];
        let mut desk = Kiosk::open(&config, &card);
        refused(&mut desk, "doctor", Failure::MailUntrusted, "MAIL-06");
    });
}

#[test]
fn a_server_that_is_down_comes_back_at_a_touch() {
    at_the_desk(|card| {
        let mut place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        place.mail.as_mut().unwrap().stop();
        desk.insert("doctor");
        desk.sees_the_code_page();
        desk.enters("1234");
        let failed = desk.fails_with(Failure::MailUnreachable);
        assert!(failed.retry && failed.failure.code() == "MAIL-03");
        place.mail.as_mut().unwrap().restart().unwrap();
        desk.touches(Touch::Retry);
        desk.sees_the_inbox();
        desk.leaves();
        place.nobody_is_connected();
    });
}

#[test]
fn a_server_that_swallows_everything() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let line = Delay::start(SocketAddr::from(([127, 0, 0, 1], place.mail().imap())), 0).unwrap();
        let mut config = place.config_for_one_box();
        config.mail.server = Some(server(line.port()));
        let mut desk = Kiosk::open_with(&config, &card, |_, desk| {
            let mail = Arc::get_mut(&mut desk.mail).unwrap();
            mail.timeouts.greet = Duration::from_millis(700);
            mail.timeouts.command = Duration::from_millis(1500);
        });
        line.blackhole();
        refused(&mut desk, "doctor", Failure::MailSlow, "MAIL-05");
        line.restore();

        // In the middle of a session: a page that does not come is told where the rows would be.
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        line.blackhole();
        desk.touches(Touch::Move(flow::PageMove::Last));
        desk.sees("that nothing comes", |screen| match screen {
            Screen::Inbox(inbox) => matches!(inbox.list, List::Failed(_)),
            Screen::Reconnecting(_) => true,
            _ => false,
        });
        desk.leaves();
    });
}

#[test]
fn no_server_is_announced_or_one_that_may_not_be() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let elsewhere = Service::At { host: "imap.ailleurs.test".into(), port: place.mail().imap(), priority: 1 };
        for imap in [Service::None, Service::Absent, elsewhere] {
            let hosts = vec!["imap.ailleurs.test".into()];
            let dns = Dns::start(&dns::Options { imap, hosts, ..dns::Options::default() }).unwrap();
            let mut config = place.config_for_one_box();
            config.network.dns = Some(dns.address());
            let mut desk = Kiosk::open(&config, &card);
            refused(&mut desk, "doctor", Failure::MailNoServer, "MAIL-10");
        }
    });
}

#[test]
fn a_server_that_says_no_is_never_an_empty_mailbox() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        let home = place.dir.join("dovecot/boxes").join(PERSONAL);
        let close = |closed: bool| {
            let mode = if closed { 0o000 } else { 0o755 };
            fs::set_permissions(&home, fs::Permissions::from_mode(mode)).unwrap();
        };
        // SELECT INBOX: NO.
        close(true);
        desk.insert("doctor");
        desk.sees_the_code_page();
        let mark = desk.mark();
        desk.enters("1234");
        assert_eq!(desk.fails_with(Failure::MailServer).failure.code(), "MAIL-09");
        let empty = |picture: &e2e::Picture| matches!(&picture.view.screen, Screen::Inbox(_));
        assert!(!desk.shown_since(mark).iter().any(empty), "{}", desk.lately());
        desk.leaves();
        close(false);

        // SELECT of another folder: NO, in the place of its rows; the inbox is still one touch away.
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        desk.sees_the_folders();
        // Somebody else removes it meanwhile.
        place.mail().doveadm(&["mailbox", "delete", "-u", PERSONAL, "Réunions"], b"").unwrap();
        desk.touches(Touch::OpenFolder(6));
        desk.sees_an_inbox("the error in the list", |inbox| {
            inbox.folder == 6 && inbox.list == List::Failed(Failure::MailServer)
        });
        place.mail().doveadm(&["mailbox", "create", "-u", PERSONAL, "Réunions"], b"").unwrap();
        desk.touches(Touch::Retry);
        desk.sees_an_inbox("the folder, empty in truth", |inbox| inbox.folder == 6 && inbox.list == List::Empty);
        desk.touches(Touch::OpenFolder(0));
        desk.sees_an_inbox("the inbox", |inbox| inbox.folder == 0 && matches!(inbox.list, List::Rows(_)));
        desk.leaves();
    });
}

#[test]
fn the_only_box_is_refused_or_the_operator_cannot_ask_the_provider() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        {
            let mut config = place.config();
            config.mailboxes.retain(|mailbox| mailbox.address == FOREIGN);
            let mut desk = Kiosk::open(&config, &card);
            refused(&mut desk, "doctor", Failure::AccountRefused, "MAIL-01");
        }
        let mut desk = Kiosk::open(&place.config_for_one_box(), &card);
        place.fault(json!({"status": 500, "at": "introspection"}));
        refused(&mut desk, "doctor", Failure::MailUnavailable, "MAIL-04");
    });
}
