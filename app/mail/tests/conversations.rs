//! Conversations with servers that do what Dovecot never does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

#[path = "conversations/change.rs"]
mod change;
#[path = "conversations/hostile.rs"]
mod hostile;
#[path = "conversations/list.rs"]
mod list;
#[path = "conversations/numbers.rs"]
mod numbers;
#[path = "conversations/opening.rs"]
mod opening;
#[path = "conversations/read.rs"]
mod read;
#[path = "conversations/renewal.rs"]
mod renewal;
#[path = "conversations/save.rs"]
mod save;
#[allow(dead_code, reason = "the tests of sending use the rest")]
mod script;
#[path = "conversations/search.rs"]
mod search;
#[path = "conversations/session.rs"]
mod session;
#[path = "conversations/unanswered.rs"]
mod unanswered;

use std::sync::Arc;
use std::time::Duration;

use mail::{Error, Mailbox, News, Opened, Prepared, Session, Settings};
use script::{Peer, Script, enter, rows, settings};
use secrecy::SecretString;

const ADDRESS: &str = "tryphon@mss.test";
const TOKEN: &str = "jeton-tres-secret";

async fn prepare(script: &Arc<Script>, settings: &Settings) -> Result<Prepared, Error> {
    Mailbox::prepare_over(Arc::clone(script) as Arc<dyn mail::Connect>, settings, ADDRESS).await
}

async fn open_with(script: &Arc<Script>, settings: &Settings) -> Result<Opened, Error> {
    prepare(script, settings).await?.open(ADDRESS, SecretString::from(TOKEN), 50).await
}

async fn open(script: &Arc<Script>) -> Result<Opened, Error> {
    open_with(script, &settings()).await
}

/// Plays a server up to an inbox of three messages, then the rest of the conversation.
fn after_select<F, R>(play: F) -> Arc<Script>
where
    F: Fn(Peer) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let play = Arc::new(play);
    Script::new(move |_, mut peer| {
        let play = Arc::clone(&play);
        async move {
            peer.hear("HANDSHAKE").await;
            enter(&mut peer, 3, "IDLE").await;
            play(peer).await;
        }
    })
}

async fn news(opened: &mut Opened) -> News {
    tokio::time::timeout(Duration::from_secs(10), opened.news.recv()).await.expect("no news").expect("no session")
}

/// A session in which nothing happens that was not asked for, not even another connection: an inbox of three messages,
/// then `play`.
async fn quiet<F, R>(capabilities: &'static str, play: F) -> (Session, Arc<Script>)
where
    F: Fn(Peer) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let play = Arc::new(play);
    let script = Script::new(move |_, mut peer| {
        let play = Arc::clone(&play);
        async move {
            peer.hear("HANDSHAKE").await;
            enter(&mut peer, 3, capabilities).await;
            peer.answer("FETCH 1:3", &rows(1, 3), "OK done").await;
            play(peer).await;
        }
    });
    let mut settings = settings();
    settings.timeouts.poll = Duration::from_secs(60);
    settings.timeouts.renew = Duration::ZERO;
    let Opened { session, news, .. } = open_with(&script, &settings).await.unwrap();
    // Nobody listens: news are dropped, as they would be once the channel is full.
    drop(news);
    (session, script)
}

/// Ends a session and sees to the assertions of its script.
async fn end(session: Session, script: &Script) {
    drop(session);
    script.finish().await;
}
