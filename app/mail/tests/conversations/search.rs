//! Searches.

use mail::{By, Error, Progress, Sort};

use super::script::{Peer, row, rows};
use super::{end, quiet};

const DATE: Sort = Sort { by: By::Date, descending: true };

/// A search takes the inbox anew.
async fn anew(peer: &mut Peer) {
    let lines = "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n";
    peer.answer("SELECT INBOX\r\n", lines, "OK [READ-WRITE] x").await;
}

#[tokio::test]
async fn words_with_accents_leave_at_once_where_the_server_takes_them() {
    let (session, script) = quiet("LITERAL+ ESEARCH", |mut peer| async move {
        anew(&mut peer).await;
        let tag = peer.hear("UID SEARCH RETURN (ALL) CHARSET UTF-8 OR FROM {5+}\r\n").await;
        peer.hear("été SUBJECT {5+}\r\n").await;
        peer.hear("été\r\n").await;
        peer.say(format!("* ESEARCH (TAG \"{tag}\") UID ALL 2\r\n{tag} OK done\r\n")).await;
        let tag = peer.hear("UID SEARCH RETURN (ALL) CHARSET UTF-8 1:3 BODY {5+}\r\n").await;
        peer.hear("été\r\n").await;
        peer.say(format!("* ESEARCH (TAG \"{tag}\") UID ALL 2:3\r\n{tag} OK done\r\n")).await;
        let lines = row(2, "Deux") + &row(3, "Trois");
        peer.answer("UID FETCH 2:3 (UID", &lines, "OK done").await;
        peer.end().await;
    })
    .await;
    let search = session.search("INBOX", "été", DATE).await.unwrap();
    assert_eq!(search.progress(), Progress { found: 1, looked: 0, of: 3, done: false });
    let progress = search.next().await.unwrap().unwrap();
    assert_eq!(progress, Progress { found: 2, looked: 3, of: 3, done: true });
    assert!(search.next().await.is_none());
    let page = search.found(0, 8, false).await.unwrap();
    assert_eq!((page.total, page.rows[0].uid, page.rows[1].uid), (2, 3, 2));
    assert!(!format!("{search:?}").contains("été"));
    end(session, &script).await;
}

#[tokio::test]
async fn a_server_without_literal_plus_is_asked_before_each_word() {
    let (session, script) = quiet("", |mut peer| async move {
        anew(&mut peer).await;
        let tag = peer.hear("UID SEARCH CHARSET UTF-8 OR FROM {5}\r\n").await;
        assert_eq!(peer.waiting(), "");
        peer.say("+ go on\r\n").await;
        peer.hear("été SUBJECT {5}\r\n").await;
        // It may talk of other things in between.
        peer.say("* 3 EXISTS\r\n+ \r\n").await;
        peer.hear("été\r\n").await;
        peer.say(format!("* SEARCH\r\n{tag} OK done\r\n")).await;
        // And it may refuse before it has heard everything.
        anew(&mut peer).await;
        let tag = peer.hear("UID SEARCH CHARSET UTF-8 OR FROM {5}\r\n").await;
        peer.say(format!("{tag} NO [BADCHARSET] sorry\r\n")).await;
        peer.answer("FETCH 3:3", &rows(3, 3), "OK done").await;
        peer.end().await;
    })
    .await;
    assert_eq!(session.search("INBOX", "été", DATE).await.unwrap().progress().found, 0);
    let error = session.search("INBOX", "été", DATE).await.unwrap_err();
    assert!(matches!(error, Error::Server { command: "SEARCH", .. }), "{error:?}");
    assert_eq!(session.page("INBOX", 0, 1).await.unwrap().rows.len(), 1);
    end(session, &script).await;
}

#[tokio::test]
async fn a_search_goes_no_further_than_it_is_asked_to_and_others_are_served_between_its_steps() {
    let (session, script) = quiet("", |mut peer| async move {
        let lines = "* 1200 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1201] x\r\n";
        peer.answer("SELECT \"Grand\"", lines, "OK [READ-WRITE] x").await;
        peer.answer("UID SEARCH OR OR TO \"a\" CC \"a\" OR FROM \"a\" SUBJECT \"a\"\r\n", "* SEARCH\r\n", "OK x").await;
        peer.answer("UID SEARCH 701:1200 BODY \"a\"\r\n", "* SEARCH 900\r\n", "OK x").await;
        let inbox = "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n";
        peer.answer("SELECT INBOX", inbox, "OK [READ-WRITE] x").await;
        peer.answer("FETCH 3:3", &rows(3, 3), "OK done").await;
        peer.answer("SELECT \"Grand\"", lines, "OK [READ-WRITE] x").await;
        peer.answer("UID SEARCH 1:700 BODY \"a\"\r\n", "", "NO [LIMIT] later").await;
        // Asked again, in a smaller piece.
        peer.answer("UID SEARCH 201:700 BODY \"a\"\r\n", "* SEARCH 300\r\n", "OK x").await;
        assert_eq!(peer.end().await, "", "somebody went on without being asked");
    })
    .await;
    let search = session.search("Grand", "a", DATE).await.unwrap();
    assert_eq!(search.next().await.unwrap().unwrap(), Progress { found: 1, looked: 500, of: 1200, done: false });
    assert_eq!(session.page("INBOX", 0, 1).await.unwrap().rows.len(), 1);
    assert!(matches!(search.next().await, Some(Err(Error::Unavailable))));
    assert_eq!(search.next().await.unwrap().unwrap(), Progress { found: 2, looked: 1000, of: 1200, done: false });
    drop(search);
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    end(session, &script).await;
}

#[tokio::test]
async fn messages_that_go_while_they_are_looked_through_are_missed_by_no_step() {
    let (session, script) = quiet("", |mut peer| async move {
        let lines = "* 1200 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1201] x\r\n";
        peer.answer("SELECT \"Grand\"", lines, "OK [READ-WRITE] x").await;
        peer.answer("UID SEARCH OR OR TO", "* 3 EXPUNGE\r\n* SEARCH 900 1000\r\n", "OK x").await;
        // One less; and more go while the step is answered.
        let lines = "* 1 EXPUNGE\r\n* SEARCH 650\r\n* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n";
        peer.answer("UID SEARCH 700:1199 BODY \"a\"\r\n", lines, "OK x").await;
        // What was number 699 is 696 now: three are looked at twice, and none never.
        peer.answer("UID SEARCH 1:699 BODY \"a\"\r\n", "* SEARCH 10 650\r\n", "OK x").await;
        let three = row(10, "Un") + &row(650, "Deux") + &row(1000, "Trois");
        peer.answer("UID FETCH 10,650,900,1000 (UID", &three, "OK x").await;
        peer.answer("UID FETCH 900 (UID", "", "NO [EXPUNGEISSUED] x").await;
        peer.answer("NOOP", "* 890 EXPUNGE\r\n", "OK x").await;
        peer.answer("UID SEARCH UID 900\r\n", "* SEARCH\r\n", "OK x").await;
        peer.answer("UID FETCH 10,650,1000 (UID", &three, "OK x").await;
        peer.end().await;
    })
    .await;
    let search = session.search("Grand", "a", DATE).await.unwrap();
    assert_eq!(search.progress(), Progress { found: 2, looked: 0, of: 1199, done: false });
    assert_eq!(search.next().await.unwrap().unwrap(), Progress { found: 3, looked: 500, of: 1199, done: false });
    assert_eq!(search.next().await.unwrap().unwrap(), Progress { found: 4, looked: 1199, of: 1199, done: true });
    let page = search.found(0, 8, false).await.unwrap();
    let uids: Vec<u32> = page.rows.iter().map(|row| row.uid).collect();
    assert_eq!((page.total, uids), (3, vec![1000, 650, 10]));
    assert_eq!(search.progress().found, 3);
    end(session, &script).await;
}

#[tokio::test]
async fn a_folder_that_emptied_itself_has_been_looked_through() {
    let (session, script) = quiet("", |mut peer| async move {
        anew(&mut peer).await;
        peer.answer("UID SEARCH OR FROM", "* SEARCH\r\n", "OK x").await;
        // By the answer to another request.
        peer.answer("UID SEARCH UNSEEN", "* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n* SEARCH\r\n", "OK x").await;
        peer.answer("STATUS INBOX", "* STATUS INBOX (MESSAGES 0 UNSEEN 0 UIDNEXT 4)\r\n", "OK").await;
        assert_eq!(peer.end().await, "");
    })
    .await;
    let search = session.search("INBOX", "a", DATE).await.unwrap();
    let unread = mail::Listing { filter: mail::Filter::Unread, ..Default::default() };
    assert_eq!(session.list("INBOX", &unread, 0, 8, false).await.unwrap().total, 0);
    assert!(search.next().await.unwrap().unwrap().done);
    assert!(search.next().await.is_none());
    end(session, &script).await;
}

#[tokio::test]
async fn a_search_given_up_in_the_middle_of_a_step_leaves_the_session_in_order() {
    let (session, script) = quiet("", |mut peer| async move {
        anew(&mut peer).await;
        peer.answer("UID SEARCH OR FROM", "* SEARCH\r\n", "OK x").await;
        let tag = peer.hear("UID SEARCH 1:3 BODY \"a\"\r\n").await;
        // Nobody wants the answer any more; it comes all the same.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert_eq!(peer.waiting(), "");
        peer.say(format!("* SEARCH 1 2 3\r\n{tag} OK x\r\n")).await;
        peer.answer("FETCH 3:3", &rows(3, 3), "OK done").await;
        assert_eq!(peer.end().await, "", "what was given up is asked for");
    })
    .await;
    let search = session.search("INBOX", "a", DATE).await.unwrap();
    let step = tokio::time::timeout(std::time::Duration::from_millis(100), search.next());
    assert!(step.await.is_err());
    // A second one, given up before its turn came, is not even sent.
    let step = tokio::time::timeout(std::time::Duration::from_millis(50), search.next());
    assert!(step.await.is_err());
    drop(search);
    assert_eq!(session.page("INBOX", 0, 1).await.unwrap().rows[0].uid, 3);
    end(session, &script).await;
}

#[tokio::test]
async fn a_server_that_knows_no_charset_still_looks_for_plain_words() {
    for answer in ["NO [BADCHARSET (US-ASCII)] no", "BAD Unknown charset"] {
        let (session, script) = quiet("LITERAL+", move |mut peer| async move {
            anew(&mut peer).await;
            let tag = peer.hear("UID SEARCH CHARSET UTF-8 OR FROM {5+}\r\n").await;
            peer.hear("été SUBJECT").await;
            peer.hear("été\r\n").await;
            peer.say(format!("{tag} {answer}\r\n")).await;
            anew(&mut peer).await;
            peer.answer("UID SEARCH OR FROM \"lampion\" SUBJECT \"lampion\"\r\n", "* SEARCH 2\r\n", "OK x").await;
            peer.end().await;
        })
        .await;
        let error = session.search("INBOX", "été", DATE).await.unwrap_err();
        assert!(matches!(error, Error::Server { command: "SEARCH", .. }), "{answer}: {error:?}");
        assert!(!format!("{error}").contains("été"));
        assert_eq!(session.search("INBOX", "lampion", DATE).await.unwrap().progress().found, 1);
        end(session, &script).await;
    }
}

#[tokio::test]
async fn what_is_not_worth_looking_for_costs_nothing() {
    let (session, script) = quiet("", |mut peer| async move {
        assert_eq!(peer.end().await, "");
    })
    .await;
    for text in ["", "  ", "\r\n\0", &"x".repeat(1000)] {
        assert!(matches!(session.search("INBOX", text, DATE).await, Err(Error::BadQuery)), "{text:?}");
    }
    end(session, &script).await;
}

#[tokio::test]
async fn hits_in_a_folder_that_was_rebuilt_are_not_shown() {
    let (session, script) = quiet("", |mut peer| async move {
        anew(&mut peer).await;
        peer.answer("UID SEARCH OR FROM", "* SEARCH 2\r\n", "OK x").await;
        let other = "* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1] x\r\n";
        peer.answer("SELECT \"Autre\"", other, "OK [READ-WRITE] x").await;
        let inbox = "* 3 EXISTS\r\n* OK [UIDVALIDITY 8] x\r\n* OK [UIDNEXT 4] x\r\n";
        peer.answer("SELECT INBOX", inbox, "OK [READ-WRITE] x").await;
        peer.end().await;
    })
    .await;
    let search = session.search("INBOX", "a", DATE).await.unwrap();
    session.page("Autre", 0, 8).await.unwrap();
    assert!(matches!(search.found(0, 8, false).await, Err(Error::Renumbered)));
    assert!(matches!(search.next().await, Some(Err(Error::Renumbered))));
    end(session, &script).await;
}
