//! The line that goes and comes back while somebody reads.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use e2e::{Kiosk, Place, at_the_desk, server};
use flow::{Failure, Idle, Notice, PageMove, Screen, Touch};
use site::delay::Delay;
use site::dns::{self, Dns, Service};

#[test]
fn a_line_lost_in_the_inbox_is_found_again_when_the_network_is() {
    at_the_desk(|card| {
        let place = Place::ordinary();
        let line = Delay::start(SocketAddr::from(([127, 0, 0, 1], place.mail().imap())), 0).unwrap();
        let mut config = place.config_for_one_box();
        config.mail.server = Some(server(line.port()));
        let mut desk = Kiosk::open(&config, &card);
        desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
        line.cut();
        desk.network(false);
        desk.sees("the countdown", |screen| matches!(screen, Screen::Reconnecting(seconds) if *seconds > 0));
        desk.sees_view("no network in the bar", |view| !view.bar.network);
        line.restore();
        // Not a touch, not a wait: the cable is back.
        desk.network(true);
        desk.sees_the_inbox();
        desk.touches(Touch::Move(PageMove::Last));
        desk.sees_the_page_from(193);

        // And again, by the person's own hand this time.
        line.cut();
        desk.sees("the countdown", |screen| matches!(screen, Screen::Reconnecting(seconds) if *seconds > 0));
        line.restore();
        desk.touches(Touch::Retry);
        desk.sees_the_inbox();
        desk.leaves();
        place.sessions_ended(1);
        place.nobody_is_connected();
    });
}

#[test]
fn without_a_network_the_idle_page_says_so_and_a_visit_waits_for_it() {
    at_the_desk(|card| {
        let mut place = Place::ordinary();
        let config = place.config_for_one_box();
        let mut desk = Kiosk::open_with(&config, &card, |settings, desk| {
            settings.retry_after = vec![Duration::from_secs(600), Duration::from_millis(10)];
            // A name server that is not there is noticed by its silence only.
            Arc::get_mut(&mut desk.login).unwrap().timeouts.connect = Duration::from_secs(1);
        });
        let port = place.dns.as_ref().unwrap().address().port();
        place.dns.as_mut().unwrap().stop();
        desk.network(false);
        desk.sees("the notice", |screen| {
            *screen == Screen::Idle(Idle { notice: Some(Notice::NetworkDown), ..Idle::default() })
        });
        // The card and its code need no network.
        desk.insert("doctor");
        desk.sees_the_code_page();
        desk.enters("1234");
        desk.sees("the countdown", |screen| matches!(screen, Screen::Reconnecting(seconds) if *seconds > 0));
        // Tried in vain, by hand, then by itself once more: only now it is a failure, and its name is the network's.
        desk.touches(Touch::Retry);
        let failed = desk.fails_with(Failure::NetworkDown);
        assert!(failed.retry && failed.failure.code() == "NET-01");

        let imap = Service::here(place.mail().imap());
        place.dns = Some(Dns::start(&dns::Options { imap, port: Some(port), ..dns::Options::default() }).unwrap());
        desk.network(true);
        desk.takes_note();
        desk.touches(Touch::Retry);
        desk.sees_the_inbox();
        desk.leaves();
    });
}
