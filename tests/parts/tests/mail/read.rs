//! Messages read, and what goes on meanwhile.

use std::time::{Duration, Instant};

use mail::{Error, Listing, Mark, News, Sort, Tls};
use site::mail::PERSONAL;

use super::{Site, news, open, peak_since, token, watch_memory};

/// A message of some size, no two lines of which are the same.
fn large(size: usize) -> Vec<u8> {
    let mut text = b"From: a@mss.test\r\nSubject: grand\r\n\r\n".to_vec();
    let mut n = 0u64;
    while text.len() < size {
        n += 1;
        text.extend_from_slice(format!("{n:020} abcdefghijklmnopqrstuvwxyz\r\n").as_bytes());
    }
    text
}

#[tokio::test]
async fn a_message_is_read_whole_or_its_beginning_and_stays_unread() {
    let site = Site::start();
    let text = large(5000);
    site.mail.deliver_bytes(PERSONAL, "INBOX", &text).unwrap();
    let opened = site.open(Tls::Implicit).await;
    let whole = opened.session.message("INBOX", 201, 100_000).await.unwrap();
    assert_eq!((whole.bytes.as_slice(), whole.size as usize, whole.whole), (text.as_slice(), text.len(), true));
    assert!(whole.unread && !whole.answered && !whole.receipt_sent);
    let exact = opened.session.message("INBOX", 201, text.len() as u32).await.unwrap();
    assert!(exact.whole && exact.bytes.len() == text.len());
    let start = opened.session.message("INBOX", 201, 1000).await.unwrap();
    assert_eq!((start.bytes.as_slice(), start.size as usize, start.whole), (&text[..1000], text.len(), false));
    let size = text.len() as u32;
    let mut rest = opened.session.rest("INBOX", 201, 1000, size);
    let piece = rest.next().await.unwrap().unwrap();
    assert_eq!(piece.as_slice(), &text[1000..]);
    assert!(rest.next().await.is_none());
    assert!(opened.session.rest("INBOX", 201, 1_000_000, size).next().await.is_none());
    let mut rest = opened.session.rest("INBOX", 201, 1000, size - 1);
    assert!(matches!(rest.next().await, Some(Err(Error::TooLarge))));
    assert!(rest.next().await.is_none());
    assert!(!site.field("INBOX", "flags")[&201].contains("Seen"));
    for mark in [Mark::Read, Mark::Answered, Mark::Forwarded, Mark::ReceiptSent, Mark::Flagged] {
        opened.session.mark("INBOX", &[201], mark).await.unwrap();
    }
    let marked = opened.session.message("INBOX", 201, 1).await.unwrap();
    assert!(!marked.unread && marked.answered && marked.forwarded && marked.receipt_sent && marked.flagged);
    let row = &opened.session.refresh("INBOX", 1).await.unwrap().rows[0];
    assert!(!row.unread && row.answered && row.forwarded && row.flagged);
    for mark in [Mark::Unread, Mark::Unflagged] {
        opened.session.mark("INBOX", &[201], mark).await.unwrap();
    }
    let marked = opened.session.message("INBOX", 201, 1).await.unwrap();
    assert!(marked.unread && !marked.flagged && marked.answered);
}

#[tokio::test]
async fn a_message_that_is_not_there_is_said() {
    let site = Site::start();
    let mut opened = site.open(Tls::Implicit).await;
    assert!(matches!(opened.session.message("INBOX", 999, 1000).await, Err(Error::NoSuchMessage)));
    // Taken away by somebody else. Dovecot still gives it to those it has not told.
    site.mail.doveadm(&["expunge", "-u", PERSONAL, "mailbox", "INBOX", "uid", "100"], b"").unwrap();
    while opened.session.page("INBOX", 0, 8).await.unwrap().total == 200 {
        news(&mut opened).await;
    }
    assert!(matches!(opened.session.message("INBOX", 100, 1000).await, Err(Error::NoSuchMessage)));
    let mut rest = opened.session.rest("INBOX", 100, 0, u32::MAX);
    assert!(matches!(rest.next().await, Some(Err(Error::NoSuchMessage))));
    assert_eq!(opened.session.message("INBOX", 101, 1000).await.unwrap().bytes.len(), 1000);
}

#[tokio::test]
async fn forty_megabytes_are_kept_once_at_a_time_and_in_pieces_hardly_at_all() {
    let site = Site::start();
    const SIZE: usize = 40 * 1024 * 1024;
    let text = large(SIZE);
    site.mail.deliver_bytes(PERSONAL, "INBOX", &text).unwrap();
    let opened = site.open(Tls::Implicit).await;
    let before = watch_memory();
    let raw = opened.session.message("INBOX", 201, 48 * 1024 * 1024).await.unwrap();
    let peak = peak_since(before);
    assert!(raw.whole && *raw.bytes == text);
    assert!(peak < (SIZE + 8 * 1024 * 1024) as u64, "{peak} bytes for {SIZE}");
    drop(raw);
    let before = watch_memory();
    let mut rest = opened.session.rest("INBOX", 201, 300, u32::try_from(text.len()).unwrap());
    let (mut at, mut longest) = (300, Duration::ZERO);
    while let Some(piece) = rest.next().await {
        let piece = piece.unwrap();
        assert!(*piece == text[at..at + piece.len()]);
        assert!(piece.len() <= 1024 * 1024);
        at += piece.len();
        assert_eq!(rest.read() as usize, at);
        // A page asked for between two pieces.
        let start = Instant::now();
        assert_eq!(opened.session.page("INBOX", 0, 8).await.unwrap().rows.len(), 8);
        longest = longest.max(start.elapsed());
    }
    assert_eq!(at, text.len());
    assert!(longest < Duration::from_secs(2), "{longest:?}");
    let peak = peak_since(before);
    assert!(peak < 12 * 1024 * 1024, "{peak} bytes");
}

#[tokio::test]
async fn hostile_messages_are_read_as_they_are() {
    let site = Site::start();
    let nested = |levels: usize| {
        let mut text = String::from("From: a@mss.test\r\nSubject: poup\r\nMIME-Version: 1.0\r\n");
        for n in 0..levels {
            text.push_str(&format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"));
        }
        text + "Content-Type: text/plain\r\n\r\nx\r\n"
    };
    let crowd = (0..10_000).map(|n| format!("p{n}@mss.test")).collect::<Vec<_>>().join(",\r\n ");
    let messages: [Vec<u8>; 5] = [
        nested(200).into_bytes(),
        format!("To: {crowd}\r\nFrom: a@mss.test\r\n\r\nx\r\n").into_bytes(),
        b"From: \xe9\xe8 <a@mss.test>\r\nSubject: {5}\r\n\r\n) FLAGS (\\Seen) {12}\r\n* 1 EXPUNGE\r\nG9 OK\r\n"
            .to_vec(),
        b"\r\n\r\n".to_vec(),
        b"X: \x01\x7f\xff\r\n".to_vec(),
    ];
    for message in &messages {
        site.mail.deliver_bytes(PERSONAL, "INBOX", message).unwrap();
    }
    let opened = site.open(Tls::Implicit).await;
    for (uid, message) in (201..).zip(&messages) {
        let raw = opened.session.message("INBOX", uid, 1_000_000).await.unwrap();
        assert!(raw.whole && raw.unread, "{uid}");
        assert_eq!(raw.bytes.as_slice(), message.as_slice(), "{uid}");
    }
    assert_eq!(opened.page.total, 205);
}

#[tokio::test]
async fn new_mail_is_announced_whatever_is_on_the_screen() {
    let site = Site::start();
    let mut settings = site.settings(Tls::Implicit);
    settings.timeouts.poll = Duration::from_millis(400);
    let mut opened = open(&settings, PERSONAL, &token()).await.unwrap();
    let by_size = Listing { sort: Sort { by: mail::By::Size, descending: true }, ..Listing::default() };
    let mut expected = 0;
    for what in ["listing", "search", "message", "folder", "message elsewhere", "search elsewhere"] {
        let session = &opened.session;
        if what == "search" {
            // It takes the list anew: what came before is in it, and no longer news.
            expected = 0;
        }
        let search = match what {
            "listing" => session.list("INBOX", &by_size, 0, 8, false).await.map(|_| None).unwrap(),
            "search" => Some(session.search("INBOX", "crp", by_size.sort).await.unwrap()),
            "message" => session.message("INBOX", 200, 100_000).await.map(|_| None).unwrap(),
            "folder" => session.page("Sent", 0, 8).await.map(|_| None).unwrap(),
            "message elsewhere" => session.message("Sent", 1, 100_000).await.map(|_| None).unwrap(),
            _ => Some(session.search("Archive", "consultation", by_size.sort).await.unwrap()),
        };
        site.mail.deliver(PERSONAL, what).unwrap();
        expected += 1;
        loop {
            let News::Mail { new, .. } = news(&mut opened).await else { panic!("lost") };
            if new == expected {
                break;
            }
        }
        if let Some(search) = search {
            assert!(search.next().await.unwrap().is_ok());
        }
    }
    // Nor does somebody who never stops turning pages elsewhere keep it from being told.
    site.mail.deliver(PERSONAL, "encore").unwrap();
    let start = Instant::now();
    while opened.news.try_recv().is_err() {
        opened.session.page("Sent", 0, 8).await.unwrap();
        assert!(start.elapsed() < Duration::from_secs(10), "no news");
    }
}
