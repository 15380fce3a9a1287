//! Messages read.

use mail::Error;

use super::renewal::{self, two};
use super::script::{Peer, enter, rows};
use super::{end, quiet};

/// A message of `size` bytes, of which a server sends some.
fn text(size: usize) -> Vec<u8> {
    (0..size).map(|n| b"0123456789abcde\n"[n % 16]).collect()
}

async fn send(peer: &mut Peer, command: &str, before: &str, bytes: &[u8]) {
    let tag = peer.hear(command).await;
    peer.say(format!("* 2 FETCH (UID 2 {before}BODY[]<0> {{{}}}\r\n", bytes.len())).await;
    peer.say(bytes).await;
    peer.say(format!(")\r\n{tag} OK done\r\n")).await;
}

#[tokio::test]
async fn a_message_is_read_in_one_flight_and_stays_unread() {
    let (session, script) = quiet("", |mut peer| async move {
        let flags = "FLAGS ($mdnsent \\Answered) RFC822.SIZE 12 ";
        let command = "UID FETCH 2 (UID FLAGS RFC822.SIZE BODY.PEEK[]<0.1000>)\r\n";
        send(&mut peer, command, flags, b"A: b\r\n\r\nabcd").await;
        // A message larger than any response may be.
        let large = text(900_000);
        let tag = peer.hear("BODY.PEEK[]<0.1000000>").await;
        // Flags that somebody else changed, and another message with a text: neither is what was asked for.
        peer.say("* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n* 3 FETCH (UID 3 BODY[]<0> {2}\r\nno)\r\n").await;
        peer.say(format!("* 2 FETCH (BODY[]<0> {{{}}}\r\n", large.len())).await;
        peer.say(&large).await;
        peer.say(format!(" UID 2 FLAGS (\\Seen \\Draft $Forwarded \\Flagged) RFC822.SIZE 1234567)\r\n{tag} OK x\r\n"))
            .await;
        peer.end().await;
    })
    .await;
    let raw = session.message("INBOX", 2, 1000).await.unwrap();
    assert_eq!((raw.bytes.as_slice(), raw.size, raw.whole), (&b"A: b\r\n\r\nabcd"[..], 12, true));
    assert!(raw.unread && raw.answered && raw.receipt_sent && !raw.forwarded && !raw.draft && !raw.flagged);
    let raw = session.message("INBOX", 2, 1_000_000).await.unwrap();
    // Fewer bytes than its size says, and than were asked for: there are no more.
    assert_eq!((raw.bytes.len(), raw.size, raw.whole), (900_000, 1_234_567, true));
    assert!(*raw.bytes == text(900_000));
    assert!(raw.bytes.capacity() == 900_000, "kept twice: {}", raw.bytes.capacity());
    assert!(!raw.unread && raw.forwarded && raw.draft && raw.flagged && !raw.receipt_sent);
    assert_eq!(format!("{raw:?}"), "Raw(900000 of 1234567 bytes)");
    end(session, &script).await;
}

#[tokio::test]
async fn a_message_that_went_is_said() {
    for (lines, answer) in [
        ("", "OK done"),
        ("* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n", "OK done"),
        ("", "NO [EXPUNGEISSUED] gone"),
        ("* 2 FETCH (UID 2 BODY[]<0> NIL)\r\n", "NO [EXPUNGEISSUED] gone"),
    ] {
        let (session, script) = quiet("", move |mut peer| async move {
            peer.answer("UID FETCH 2", lines, answer).await;
            peer.answer("FETCH 3:3", &rows(3, 3), "OK done").await;
            peer.end().await;
        })
        .await;
        let error = session.message("INBOX", 2, 1000).await.unwrap_err();
        assert!(matches!(error, Error::NoSuchMessage), "{error:?}");
        assert_eq!(session.page("INBOX", 0, 1).await.unwrap().rows.len(), 1);
        end(session, &script).await;
    }
}

#[tokio::test]
async fn answers_that_are_not_the_message_are_not_taken_for_it() {
    for (sent, limit) in [(300_000, 1000), (300_000, 299_999), (5000, 4999), (2000, 1000)] {
        let (session, script) = quiet("", move |mut peer| async move {
            send(&mut peer, "UID FETCH 2", "", &text(sent)).await;
            peer.end().await;
        })
        .await;
        let error = session.message("INBOX", 2, limit).await.unwrap_err();
        assert!(matches!(error, Error::Protocol("FETCH larger than asked for")), "{error:?}");
        end(session, &script).await;
    }
    let (session, script) = quiet("", |mut peer| async move {
        peer.answer("UID FETCH 2", "* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n", "OK done").await;
        peer.end().await;
    })
    .await;
    let error = session.message("INBOX", 2, 1000).await.unwrap_err();
    assert!(matches!(error, Error::Protocol("FETCH without its text")), "{error:?}");
    end(session, &script).await;
}

#[tokio::test]
async fn a_connection_that_ends_in_a_message_is_an_error() {
    let (session, script) = quiet("", |mut peer| async move {
        peer.hear("UID FETCH 2").await;
        peer.say("* 2 FETCH (UID 2 BODY[]<0> {900000}\r\nabc").await;
    })
    .await;
    assert!(matches!(session.message("INBOX", 2, 1_000_000).await.unwrap_err(), Error::Closed));
    end(session, &script).await;
}

#[tokio::test]
async fn the_rest_comes_in_pieces_with_others_served_between_them() {
    let (session, script) = quiet("", |mut peer| async move {
        let whole = text(500_000);
        send(&mut peer, "BODY.PEEK[]<100.131072>", "", &whole[100..131_172]).await;
        // The next one was asked for while the first was looked at, and a page behind it.
        send(&mut peer, "BODY.PEEK[]<131172.262144>", "", &whole[131_172..393_316]).await;
        peer.answer("FETCH 3:3", &rows(3, 3), "OK done").await;
        send(&mut peer, "BODY.PEEK[]<393316.106685>", "", &whole[393_316..]).await;
        peer.end().await;
    })
    .await;
    let mut rest = session.rest("INBOX", 2, 100, 500_000);
    let mut got = rest.next().await.unwrap().unwrap().to_vec();
    assert_eq!(rest.read(), 131_172);
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(session.page("INBOX", 0, 1).await.unwrap().rows.len(), 1);
    while let Some(piece) = rest.next().await {
        got.extend_from_slice(&piece.unwrap());
    }
    assert!(got == text(500_000)[100..] && rest.read() == 500_000);
    assert!(rest.next().await.is_none());
    end(session, &script).await;
}

#[tokio::test]
async fn a_rest_is_taken_up_to_its_limit_and_no_further() {
    const MOST: u32 = 190_000;
    // Whatever its size was said to be: a message of the very most, one of a byte more, one that never ends.
    for (size, whole) in [(190_000, true), (190_001, false), (10_000_000, false)] {
        let (session, script) = quiet("", move |mut peer| async move {
            let bytes = text(size);
            send(&mut peer, "BODY.PEEK[]<0.131072>", "", &bytes[..131_072]).await;
            let end = size.min(190_001);
            send(&mut peer, "BODY.PEEK[]<131072.58929>", "", &bytes[131_072..end]).await;
            let after = peer.end().await;
            assert!(!after.contains("UID FETCH"), "asked for more: {after:?}");
        })
        .await;
        let mut rest = session.rest("INBOX", 2, 0, MOST);
        let mut got = rest.next().await.unwrap().unwrap().to_vec();
        let last = rest.next().await.unwrap();
        if whole {
            got.extend_from_slice(&last.unwrap());
            assert!(got == text(size) && rest.read() == MOST);
        } else {
            assert!(matches!(last, Err(Error::TooLarge)), "{size}");
            assert_eq!(rest.read(), 131_072, "what is not taken does not count");
        }
        assert!(rest.next().await.is_none());
        drop(rest);
        end(session, &script).await;
    }
}

#[tokio::test]
async fn a_server_that_sends_more_of_a_rest_than_was_asked_for_is_not_believed() {
    let (session, script) = quiet("", |mut peer| async move {
        send(&mut peer, "BODY.PEEK[]<0.1001>", "", &text(1002)).await;
        peer.end().await;
    })
    .await;
    let mut rest = session.rest("INBOX", 2, 0, 1000);
    assert!(rest.next().await.unwrap().is_err());
    assert_eq!(rest.read(), 0);
    drop(rest);
    end(session, &script).await;
}

#[tokio::test]
async fn a_rest_that_nobody_wants_any_more_is_not_read() {
    let (session, script) = quiet("", |mut peer| async move {
        let whole = text(131_072);
        let tag = peer.hear("BODY.PEEK[]<0.131072>").await;
        peer.say("* 2 FETCH (UID 2 BODY[]<0> {131072}\r\n").await;
        peer.say(&whole).await;
        peer.say(format!(")\r\n{tag} OK done\r\n")).await;
        // At most the one piece that was asked for ahead.
        let rest = peer.end().await;
        assert!(rest.matches("UID FETCH").count() <= 1, "{rest:?}");
    })
    .await;
    let mut rest = session.rest("INBOX", 2, 0, u32::MAX);
    assert_eq!(rest.next().await.unwrap().unwrap().len(), 131_072);
    drop(rest);
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    end(session, &script).await;
}

#[tokio::test]
async fn the_rest_goes_on_over_another_connection() {
    let script = two(
        "",
        |mut peer| async move {
            send(&mut peer, "BODY.PEEK[]<0.131072>", "", &text(200_000)[..131_072]).await;
            peer.hear("BODY.PEEK[]<131072.68929>").await;
            peer.say("* 2 FETCH (UID 2 BODY[]<131072> {68928}\r\nabc").await;
        },
        |mut peer| async move {
            enter(&mut peer, 3, "").await;
            send(&mut peer, "BODY.PEEK[]<131072.68929>", "", &text(200_000)[131_072..]).await;
            peer.answer("STATUS INBOX", "* STATUS INBOX (MESSAGES 3 UNSEEN 0 UIDNEXT 4)\r\n", "OK done").await;
            peer.end().await;
        },
    );
    let opened = renewal::open(&script).await;
    let mut rest = opened.session.rest("INBOX", 2, 0, 200_000);
    let mut got = vec![];
    while let Some(piece) = rest.next().await {
        got.extend_from_slice(&piece.unwrap());
    }
    assert!(got == text(200_000));
    // Somebody is told how the inbox is before the session ends.
    let mut opened = opened;
    assert!(matches!(super::news(&mut opened).await, mail::News::Mail { new: 0, unread: 0 }));
    drop(rest);
    end(opened.session, &script).await;
}
