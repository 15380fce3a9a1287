//! Answers to whatever is asked that are no answers: refusals, goodbyes, lines without an end.

use std::sync::Arc;
use std::time::Duration;

use mail::{By, Error, Filter, Listing, Mark, Session, Sort, Target};
use zeroize::Zeroizing;

use super::script::{Peer, rows};
use super::{end, quiet};

const ALL: &str = "SORT ESEARCH MOVE UIDPLUS LITERAL+";
const BY_SIZE: Listing = Listing { filter: Filter::All, sort: Sort { by: By::Size, descending: true } };
const UNREAD: Listing = Listing { filter: Filter::Unread, sort: Sort { by: By::Date, descending: true } };

const REQUESTS: [&str; 11] =
    ["page", "filter", "sort", "search", "mark", "move", "delete", "empty", "save", "message", "folders"];

/// Does one of them, and says what came of it.
async fn ask(session: &Session, what: &str) -> Result<(), Error> {
    let trash = Target::Path("Trash".into());
    let draft = Arc::new(Zeroizing::new(b"x".to_vec()));
    match what {
        "page" => session.page("INBOX", 1, 1).await.map(drop),
        "filter" => session.list("INBOX", &UNREAD, 0, 8, false).await.map(drop),
        "sort" => session.list("INBOX", &BY_SIZE, 0, 8, false).await.map(drop),
        "search" => session.search("INBOX", "a", UNREAD.sort).await.map(drop),
        "mark" => session.mark("INBOX", &[1], Mark::Read).await,
        "move" => session.move_to("INBOX", &[1], trash).await.map(drop),
        "delete" => session.delete("INBOX", &[1]).await,
        "empty" => session.empty("INBOX", 4).await.map(drop),
        "save" => session.save(trash, &draft, &[], None).await.map(drop),
        "message" => session.message("INBOX", 2, 1000).await.map(drop),
        "folders" => session.folders().await.map(drop),
        other => panic!("{other}"),
    }
}

/// Answers every command so, but the reading of the third row, and a search that takes the inbox anew.
async fn refuse(mut peer: Peer, answer: &str) {
    loop {
        let line = peer.line().await;
        let Some(tag) = line.split(' ').next().filter(|tag| tag.starts_with('G')) else {
            if line.is_empty() {
                return;
            }
            continue;
        };
        if line.contains("FETCH 3:3 (UID") {
            peer.say(format!("{}{tag} OK done\r\n", rows(3, 3))).await;
        } else if line.contains("SELECT INBOX") {
            let inbox = "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n";
            peer.say(format!("{inbox}{tag} OK [READ-WRITE] x\r\n")).await;
        } else {
            peer.say(format!("{tag} {answer}\r\n")).await;
        }
    }
}

#[tokio::test]
async fn a_refusal_of_anything_is_an_error_and_the_session_goes_on() {
    for answer in ["NO no", "NO", "BAD what?", "NO [BADCHARSET (US-ASCII)] no", "BAD [CLIENTBUG] {5}"] {
        for what in REQUESTS {
            let (session, script) = quiet(ALL, move |peer| refuse(peer, answer)).await;
            let error = ask(&session, what).await.unwrap_err();
            assert!(matches!(error, Error::Server { .. }), "{what}, {answer}: {error:?}");
            assert_eq!(session.page("INBOX", 0, 1).await.unwrap().rows.len(), 1, "{what}, {answer}");
            end(session, &script).await;
        }
    }
}

#[tokio::test]
async fn a_server_that_leaves_is_an_error_and_nothing_is_asked_of_it_any_more() {
    for last in ["* BYE shutting down\r\n", "", "* 3 FETCH (UID 3 BODY[] {500}\r\nabc", "* SEARCH 1 2"] {
        for what in REQUESTS {
            let (session, script) = quiet(ALL, move |mut peer| async move {
                peer.line().await;
                peer.say(last).await;
            })
            .await;
            let error = ask(&session, what).await.unwrap_err();
            assert!(matches!(error, Error::Closed), "{what}, {last:?}: {error:?}");
            for what in REQUESTS {
                assert!(matches!(ask(&session, what).await, Err(Error::Closed)), "{what} after {last:?}");
            }
            end(session, &script).await;
        }
    }
}

#[tokio::test]
async fn what_is_not_imap_ends_the_connection_whatever_was_asked() {
    for said in ["HTTP/1.1 400 Bad Request\r\n", "\r\n", "G999 OK done\r\n", "\0\u{1}\r\n"] {
        for what in REQUESTS {
            let (session, script) = quiet(ALL, move |mut peer| async move {
                peer.line().await;
                peer.say(said).await;
                peer.end().await;
            })
            .await;
            let error = ask(&session, what).await.unwrap_err();
            assert!(matches!(error, Error::Protocol(_)), "{what}, {said:?}: {error:?}");
            assert!(matches!(ask(&session, "page").await, Err(Error::Closed)), "{what}, {said:?}");
            end(session, &script).await;
        }
    }
}

#[tokio::test]
async fn lines_without_an_end_are_cut_whatever_was_asked() {
    // A list of numbers may be long, and not that long; no other line may.
    for (start, noise, times) in [("* SEARCH ", "1234567890 ", 1_250_000), ("* LIST ", "((((((((((", 30_000)] {
        for what in ["filter", "sort", "search", "folders"] {
            let (session, script) = quiet(ALL, move |mut peer| async move {
                peer.line().await;
                peer.say(start).await;
                peer.say(noise.repeat(times)).await;
                peer.say("\r\n").await;
                peer.end().await;
            })
            .await;
            let error = ask(&session, what).await.unwrap_err();
            assert!(matches!(error, Error::TooLarge), "{what}, {start}: {error:?}");
            assert!(matches!(ask(&session, "page").await, Err(Error::Closed)), "{what}, {start}");
            end(session, &script).await;
        }
    }
}

#[tokio::test]
async fn what_nobody_asked_for_is_passed_over() {
    let (session, script) = quiet(ALL, |mut peer| async move {
        let noise = "* OK [ALERT] maintenance {5}\r\n* LIST () \"/\" x\r\n* STATUS Trash (MESSAGES 9)\r\n* FLAGS ()\r\n\
                     * 99 FETCH (FLAGS (\\Seen))\r\n* SEARCH\r\n* XNEW {3}\r\n)\r\n";
        let tag = peer.hear("UID SEARCH RETURN (ALL) UNSEEN\r\n").await;
        peer.say(format!("{noise} something\r\n* ESEARCH (TAG \"{tag}\") UID ALL 2\r\n{tag} OK [XX] {{9}}\r\n")).await;
        peer.answer("UID FETCH 2 (UID", &rows(2, 2), "OK done").await;
        peer.end().await;
    })
    .await;
    let page = session.list("INBOX", &UNREAD, 0, 8, false).await.unwrap();
    assert_eq!((page.total, page.rows[0].uid), (1, 2));
    end(session, &script).await;
}

#[tokio::test]
async fn a_server_that_is_silent_about_anything_times_out() {
    for what in ["page", "mark", "move", "delete", "save", "message", "folders"] {
        let (session, script) = quiet(ALL, |mut peer| async move {
            peer.end().await;
        })
        .await;
        let asked = tokio::time::timeout(Duration::from_secs(20), ask(&session, what)).await.expect("no limit");
        assert!(matches!(asked, Err(Error::TimedOut)), "{what}: {asked:?}");
        assert!(matches!(ask(&session, what).await, Err(Error::Closed)), "{what}");
        end(session, &script).await;
    }
}
