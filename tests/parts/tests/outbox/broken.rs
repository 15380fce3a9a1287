//! Lines that break, and what is known afterwards.

use std::net::SocketAddr;
use std::time::Duration;

use mail::outbox::{Built, NotSent, Outbox, SendError, Settings, Stage};
use mail::{Error, Server, ServerSource};
use site::cut::{Break, Cut};
use site::delay::Delay;
use site::mail::PERSONAL;

use super::{DOORS, Door, OTHER, Site, built, heavy, token};

const DOCUMENT: usize = 600_000;

/// A line that can break in front of a server, and settings that go through it.
fn behind(site: &Site, door: Door) -> (Cut, Settings) {
    let server = site.server(door);
    let line = Cut::start(SocketAddr::from(([127, 0, 0, 1], server.port))).unwrap();
    let settings = site.settings_for(ServerSource::Fixed(Server { port: line.port(), ..server }));
    (line, settings)
}

/// Sends through a line that breaks in the middle of the message; also says whether the end was begun.
async fn break_in(settings: &Settings, line: &Cut, built: &Built, how: Break) -> (SendError, bool) {
    let ready = Outbox::prepare(settings, PERSONAL).await.unwrap();
    line.break_after(built.raw.len() as u64 / 2, how);
    let mut last = None;
    let ended = ready.send_telling(&token(), built, &mut |stage| last = Some(stage)).await;
    (ended.unwrap_err(), last == Some(Stage::Ending))
}

#[tokio::test]
async fn a_line_that_breaks_before_the_message_has_sent_nothing() {
    let site = Site::start();
    for door in DOORS {
        let (line, settings) = behind(&site, door);
        let ready = Outbox::prepare(&settings, PERSONAL).await.unwrap();
        line.break_after(1, Break::Whole);
        let built = built(&heavy(OTHER, 1000));
        let error = ready.send(&token(), &built).await.unwrap_err();
        assert!(matches!(error, SendError::NotSent(NotSent::Server(Error::Closed))), "{door:?}: {error:?}");
        assert!(site.never_arrives(OTHER, &built.message_id).await);
        // The same message, over a line that works.
        line.repair();
        Outbox::prepare(&settings, PERSONAL).await.unwrap().send(&token(), &built).await.unwrap();
        site.delivered(OTHER, &built.message_id).await;
    }
}

#[tokio::test]
async fn a_line_that_breaks_in_the_message_has_sent_nothing() {
    let site = Site::start();
    for door in DOORS {
        let (line, settings) = behind(&site, door);
        let built = built(&heavy(OTHER, 6 * DOCUMENT));
        let (error, ending) = break_in(&settings, &line, &built, Break::Whole).await;
        assert!(!ending, "{door:?}");
        assert!(matches!(error, SendError::NotSent(NotSent::Server(Error::Closed))), "{door:?}: {error:?}");
        assert!(site.never_arrives(OTHER, &built.message_id).await);
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_leaves_a_message_that_did_arrive() {
    let site = Site::start();
    for door in DOORS {
        let (line, settings) = behind(&site, door);
        let built = built(&heavy(OTHER, DOCUMENT));
        let (error, ending) = break_in(&settings, &line, &built, Break::Answers).await;
        assert!(ending, "{door:?}");
        assert!(matches!(error, SendError::Unknown(Error::Closed)), "{door:?}: {error:?}");
        site.delivered(OTHER, &built.message_id).await;
        assert_eq!(site.kept(OTHER, "INBOX", &built.message_id).len(), 1);
    }
}

#[tokio::test]
async fn an_end_that_is_lost_leaves_a_message_that_did_not() {
    let site = Site::start();
    for door in DOORS {
        let (line, settings) = behind(&site, door);
        let built = built(&heavy(OTHER, DOCUMENT));
        let (error, ending) = break_in(&settings, &line, &built, Break::Requests).await;
        assert!(ending, "{door:?}");
        assert!(matches!(error, SendError::Unknown(Error::Closed)), "{door:?}: {error:?}");
        assert!(site.never_arrives(OTHER, &built.message_id).await);
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_is_waited_for_and_then_unknown() {
    let site = Site::start();
    for door in DOORS {
        let (line, mut settings) = behind(&site, door);
        settings.timeouts.accept = Duration::from_millis(900);
        let built = built(&heavy(OTHER, DOCUMENT));
        let (error, _) = break_in(&settings, &line, &built, Break::AnswersForEver).await;
        assert!(matches!(error, SendError::Unknown(Error::TimedOut)), "{door:?}: {error:?}");
        site.delivered(OTHER, &built.message_id).await;
    }
}

#[tokio::test]
async fn a_server_that_stops_is_unreachable_and_nothing_was_sent() {
    let mut site = Site::start();
    let ready = Outbox::prepare(&site.settings(Door::Implicit), PERSONAL).await.unwrap();
    site.submission.stop();
    let built = built(&heavy(OTHER, 1000));
    let error = ready.send(&token(), &built).await.unwrap_err();
    assert!(matches!(error, SendError::NotSent(NotSent::Server(Error::Unreachable(_)))), "{error:?}");
    // The one in front is still there, and cannot do anything alone.
    let error = super::send(&site.settings(Door::Submissiond), &built).await.unwrap_err();
    assert!(matches!(error, SendError::NotSent(_)), "{error:?}");
    site.submission.restart().unwrap();
    super::send(&site.settings(Door::Submissiond), &built).await.unwrap();
    site.delivered(OTHER, &built.message_id).await;
}

#[tokio::test]
async fn a_slow_line_is_only_slow_and_a_dead_one_times_out() {
    let site = Site::start();
    let server = site.server(Door::Implicit);
    let line = Delay::start(SocketAddr::from(([127, 0, 0, 1], server.port)), 40).unwrap();
    let mut settings = site.settings_for(ServerSource::Fixed(Server { port: line.port(), ..server }));
    let built = built(&heavy(OTHER, DOCUMENT));
    Outbox::prepare(&settings, PERSONAL).await.unwrap().send(&token(), &built).await.unwrap();
    site.delivered(OTHER, &built.message_id).await;
    settings.timeouts.command = Duration::from_millis(600);
    settings.timeouts.greet = Duration::from_millis(600);
    let ready = Outbox::prepare(&settings, PERSONAL).await.unwrap();
    line.blackhole();
    let error = ready.send(&token(), &built).await.unwrap_err();
    assert!(matches!(error, SendError::NotSent(NotSent::Server(Error::TimedOut))), "{error:?}");
    assert!(matches!(Outbox::prepare(&settings, PERSONAL).await.unwrap_err(), Error::TimedOut));
}
