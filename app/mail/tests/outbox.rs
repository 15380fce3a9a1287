//! Conversations with submission servers that do what Postfix never does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

#[path = "outbox/enter.rs"]
mod entering;
#[path = "outbox/hand_over.rs"]
mod hand_over;
#[path = "outbox/hostile.rs"]
mod hostile;
#[allow(dead_code, reason = "the mailbox's tests use the rest")]
mod script;

use std::sync::Arc;
use std::time::Duration;

use mail::outbox::{Accepted, Built, Identity, Outbox, Outgoing, Ready, Recipient, SendError, Settings};
use mail::{Error, Moment, Server, ServerSource, Tls};
use script::{Peer, Script};
use secrecy::SecretString;

const ADDRESS: &str = "tryphon@mss.test";
const NOW: Moment = Moment { unix: 1_795_426_260, offset: 60 };
/// What a server says in answer to `EHLO`, short of Postfix's own.
const OFFERS: &str =
    "250-smtp.mss.test\r\n250-PIPELINING\r\n250-SIZE 12000000\r\n250-AUTH XOAUTH2 OAUTHBEARER\r\n250 DSN\r\n";

fn settings() -> Settings {
    let server = Server { host: "smtp.mss.test".into(), port: 465, tls: Tls::Implicit };
    let mut settings = Settings::new(ServerSource::Fixed(server), vec![]);
    settings.timeouts.greet = Duration::from_millis(700);
    settings.timeouts.command = Duration::from_millis(1500);
    settings.timeouts.block = Duration::from_millis(1500);
    settings.timeouts.accept = Duration::from_millis(700);
    settings
}

fn built(addresses: &[&str], text: &str) -> Built {
    let mut message = Outgoing::new(Identity { address: ADDRESS.into(), label: "Tryphon".into() }, "GUICHET-1.0");
    message.to = addresses.iter().map(|a| Recipient { address: (*a).into(), label: String::new() }).collect();
    message.text = text.into();
    message.build(NOW).unwrap()
}

fn letter() -> Built {
    built(&["a@mss.test", "b@mss.test"], "Bonjour\n.\n.caché\n")
}

async fn prepare(script: &Arc<Script>) -> Result<Ready, Error> {
    Outbox::prepare_over(Arc::clone(script) as Arc<dyn mail::Connect>, &settings(), ADDRESS).await
}

async fn send_with(script: &Arc<Script>, token: &str, built: &Built) -> Result<Accepted, SendError> {
    prepare(script).await.unwrap().send(&SecretString::from(token), built).await
}

async fn send(script: &Arc<Script>) -> Result<Accepted, SendError> {
    send_with(script, "jeton", &letter()).await
}

/// Up to the answer to `EHLO`.
async fn greet(peer: &mut Peer, offers: &str) {
    peer.hear("HANDSHAKE").await;
    peer.say("220 smtp.mss.test ESMTP\r\n").await;
    peer.hear("EHLO [127.0.0.1]\r\n").await;
    peer.say(offers).await;
}

/// Up to the end of authentication.
async fn enter(peer: &mut Peer) {
    greet(peer, OFFERS).await;
    peer.hear("AUTH XOAUTH2 dXNlcj10cnlwaG9uQG1zcy50ZXN0AWF1dGg9QmVhcmVyIGpldG9uAQE=").await;
    peer.say("235 2.7.0 ok\r\n").await;
}

/// Up to the first byte of the message.
async fn announced(peer: &mut Peer) {
    enter(peer).await;
    peer.hear("MAIL FROM:<tryphon@mss.test> SIZE=").await;
    peer.hear("RCPT TO:<a@mss.test> NOTIFY=FAILURE,DELAY\r\n").await;
    peer.hear("RCPT TO:<b@mss.test> NOTIFY=FAILURE,DELAY\r\n").await;
    peer.say("250 2.1.0 ok\r\n250 2.1.5 ok\r\n250 2.1.5 ok\r\n").await;
    peer.hear("DATA\r\n").await;
    peer.say("354 go on\r\n").await;
}

/// The message up to its end, without the doubled dots.
async fn message(peer: &mut Peer) -> String {
    let mut text = String::new();
    loop {
        let line = peer.line().await;
        assert!(!line.is_empty(), "the message has no end: {text:?}");
        if line == ".\r\n" {
            return text;
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

/// A server that plays `play` once somebody connected.
fn server<F, R>(play: F) -> Arc<Script>
where
    F: Fn(Peer) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    Script::new(move |_, peer| play(peer))
}
