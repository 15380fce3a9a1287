//! What becomes of a session that no card holds open.

use e2e::{Kiosk, Pocket};
use flow::{Failure, Screen, StillThere, Touch};
use site::provider;
use site::whole::Options;
use std::time::Duration;

use crate::{comes_in_by_telephone, finishes, kiosk, place, place_with, rings};

#[test]
fn a_card_put_in_takes_the_kiosk_over() {
    let place = place();
    let pocket = Pocket::default();
    let mut desk = Kiosk::open(&place.config(), &pocket);
    comes_in_by_telephone(&mut desk, &place);
    desk.insert("nurse");
    desk.sees_the_code_page();
    assert!(!e2e::shown_text(&desk.now()).contains("TOURNESOL"));
    place.nobody_is_connected();
    place.sessions_ended(1);
    desk.leaves();
}

#[test]
fn left_alone_it_asks_and_closes() {
    let place = place();
    let mut desk = kiosk(&place);
    comes_in_by_telephone(&mut desk, &place);
    engine::clock::freeze();
    desk.waits(Duration::from_secs(46));
    desk.sees("still there?", |screen| matches!(screen, Screen::StillThere(StillThere { of: 20, .. })));
    desk.waits(Duration::from_secs(21));
    desk.sees_it_idle();
    place.nobody_is_connected();
    place.sessions_ended(1);
}

#[test]
fn nothing_of_one_person_is_left_for_the_next() {
    let place = place();
    let mut desk = kiosk(&place);
    rings(&mut desk, &place);
    desk.touches(Touch::Cancel);
    desk.sees_it_idle();
    desk.touches(Touch::WithoutCard);
    let page =
        desk.sees("an empty number page", |screen| matches!(screen, Screen::EnterNumber(page) if page.left == 11));
    assert!(matches!(page, Screen::EnterNumber(page) if page.typed.is_blank()));
}

#[test]
fn a_mailbox_outlives_its_server_and_its_token_and_the_page_stays() {
    // Tokens of four seconds: the one the mailbox was opened with is over when the server comes back.
    let provider = provider::Options::default().access_ttl(4);
    let mut place = place_with(Options { provider, ..Options::default() });
    let mut desk = kiosk(&place);
    comes_in_by_telephone(&mut desk, &place);
    desk.touches(Touch::OpenRow(0));
    desk.sees_the_message();
    std::thread::sleep(Duration::from_secs(5));
    let mark = desk.mark();
    place.mail.as_mut().unwrap().restart().unwrap();
    desk.touches(Touch::Back);
    desk.sees_the_inbox();
    desk.touches(Touch::OpenRow(1));
    desk.sees_the_message();
    let left = |screen: &Screen| matches!(screen, Screen::Reconnecting(_) | Screen::Failed(_) | Screen::Connecting(_));
    let away = desk.shown_since(mark).iter().any(|picture| left(&picture.view.screen));
    assert!(!away, "the page was left:{}", desk.lately());
    finishes(&mut desk, &place);
}

#[test]
fn a_session_the_provider_prolongs_no_more_is_told_and_ends_in_order() {
    let provider = provider::Options::default().access_ttl(10);
    let place = place_with(Options { provider, ..Options::default() });
    let mut desk = kiosk(&place);
    comes_in_by_telephone(&mut desk, &place);
    place.provider().end_sessions().unwrap();
    desk.sees_view("the end in the bar", |view| {
        view.bar.session.as_ref().is_some_and(|session| session.ends_in.is_some_and(|minutes| minutes == 1))
    });
    desk.sees("the idle page", |screen| matches!(screen, Screen::Idle(idle) if idle.closed));
    place.nobody_is_connected();
}

#[test]
fn who_may_no_longer_open_the_mailbox_is_told_so() {
    let mut place = place();
    let mut desk = kiosk(&place);
    comes_in_by_telephone(&mut desk, &place);
    place.mail().withdraw(site::mail::PERSONAL).unwrap();
    place.mail.as_mut().unwrap().restart().unwrap();
    desk.fails_with(Failure::AccountRefused);
    desk.touches(Touch::Close);
    desk.sees_it_idle();
}

#[test]
fn by_a_proxy_that_holds_the_secret() {
    let place = place();
    let mut config = place.config();
    let base = place.provider().proxy_url();
    let host = base.trim_start_matches("https://").split('/').next().unwrap().to_owned();
    config.provider.allowed_hosts.push(host);
    config.phone.as_mut().unwrap().proxy =
        Some(guichet::config::Proxy { base, contract: guichet::config::Contract::Json, patience: 60, refresh: None });
    let mut desk = Kiosk::open(&config, &Pocket::default());
    rings(&mut desk, &place);
    place.provider().approve().unwrap();
    let inbox = desk.sees_the_inbox();
    assert_eq!(inbox.total, 200);
    // A token nobody refreshes: its end is known from the start, and said when it is near.
    assert!(desk.now().bar.session.clone().unwrap().ends_in.is_some());
    finishes(&mut desk, &place);
}
