//! Searches, against what Dovecot's own tool finds.

use std::time::Instant;

use mail::{By, Error, Progress, Search, Sort, Tls};
use site::mail::{LARGE, Options, PERSONAL};

use super::live::behind;
use super::{Site, open, shown, token};

const DATE: Sort = Sort { by: By::Date, descending: true };

/// The same for Dovecot's own tool, which reads `or` between what stands in parentheses.
fn anywhere(word: &str) -> [&str; 10] {
    ["(", "from", word, "or", "subject", word, "or", "body", word, ")"]
}

/// Goes on to the end.
async fn finish(search: &Search) -> Progress {
    let mut last = search.progress();
    while let Some(progress) = search.next().await {
        let progress = progress.unwrap();
        assert!(progress.looked > last.looked && progress.found >= last.found, "{progress:?} after {last:?}");
        last = progress;
    }
    assert!(last.done && last.looked == last.of);
    last
}

async fn found(search: &Search) -> Vec<u32> {
    finish(search).await;
    let mut all = vec![];
    loop {
        let page = search.found(all.len() as u32, 500, true).await.unwrap();
        all.extend(shown(&page));
        if all.len() as u32 == page.total {
            return all;
        }
    }
}

#[tokio::test]
async fn words_are_found_in_senders_subjects_and_texts_whatever_they_are_written_in() {
    let site = Site::start();
    let letter = |headers: &str, body: &[u8]| {
        let mut text = format!("MIME-Version: 1.0\r\n{headers}\r\n\r\n").into_bytes();
        text.extend_from_slice(body);
        site.mail.deliver_bytes(PERSONAL, "INBOX", &text).unwrap();
    };
    letter(
        "From: a@mss.test\r\nSubject: un\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
         Content-Transfer-Encoding: quoted-printable",
        b"une cyphose act=E9e et ra=\r\nre",
    );
    letter(
        "From: =?iso-8859-1?q?Zo=E9_Cyphoz=E9?= <z@mss.test>\r\nSubject: deux\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: base64",
        b"w6lsZWN0cm9waG9yw6hzZSBkZXMgcHJvdMOpaW5lcw==",
    );
    letter(
        "From: b@mss.test\r\nSubject: =?utf-8?b?Q3lwaG96w6k=?=\r\nContent-Type: text/html; charset=utf-8",
        "<p>R&eacute;sultat&nbsp;: <b>normo</b>sodium</p>".as_bytes(),
    );
    let opened = site.open(Tls::Implicit).await;
    for (text, expected) in [
        ("cyphose", vec![201]),
        ("actée", vec![201]),
        ("rare", vec![201]),
        ("ACTÉE", vec![201]),
        ("ÉLECTROPHORÈSE", vec![202]),
        ("protéines Zoé", vec![202]),
        ("cyphozé", vec![203, 202]),
        ("e\u{301}lectrophore\u{300}se", vec![202]),
        ("z@mss.test", vec![202]),
        ("z@mss.test seraphin", vec![]),
        ("xyzzyx", vec![]),
    ] {
        let search = opened.session.search("INBOX", text, DATE).await.unwrap();
        assert_eq!(found(&search).await, expected, "{text}");
    }
    // Against another tool, over everything.
    for word in ["séraphin", "créatininémie", "LAMPION", "12/03/1948", "tournesol", "CRP"] {
        let search = opened.session.search("INBOX", word, DATE).await.unwrap();
        let mut expected = site.uids("INBOX", &anywhere(word));
        expected.reverse();
        assert!(!expected.is_empty());
        assert_eq!(found(&search).await, expected, "{word}");
    }
}

#[tokio::test]
async fn several_words_must_all_be_there_each_wherever_it_is() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    let search = opened.session.search("INBOX", "lampion créatininémie", DATE).await.unwrap();
    let key = [anywhere("lampion"), anywhere("créatininémie")].concat();
    let mut expected = site.uids("INBOX", &key);
    expected.reverse();
    assert!(!expected.is_empty());
    assert_eq!(found(&search).await, expected);
}

#[tokio::test]
async fn recipients_are_looked_at_outside_the_inbox() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    let total = opened.session.page("Sent", 0, 1).await.unwrap().total;
    let search = opened.session.search("Sent", "hippolyte.calys", DATE).await.unwrap();
    let hits = search.progress().found;
    assert!(hits > 10 && hits < total, "{hits} of {total}");
    assert_eq!(finish(&search).await.found, hits);
}

#[tokio::test]
async fn what_is_typed_is_looked_for_and_nothing_else() {
    let site = Site::start();
    site.mail.deliver(PERSONAL, "a\"b\\c {5} OR ALL )(*%").unwrap();
    let opened = site.open(Tls::Implicit).await;
    for text in ["a\"b\\c", "{5}", "\"b", ")(*%", "{5} )(*%", "\\c\r\n{5}\r\n)(*%"] {
        let search = opened.session.search("INBOX", text, DATE).await.unwrap();
        assert_eq!(found(&search).await, [201], "{text:?}");
    }
    for text in ["\r\nG99 LOGOUT\r\n", "{1000+}", "ALL", "\u{202E}\u{1F9D1}\u{200D}", &"x".repeat(256), "\"", "\\"] {
        let search = opened.session.search("INBOX", text, DATE).await.unwrap();
        finish(&search).await;
    }
    for text in ["", " \t\r\n", &"x".repeat(1000)] {
        assert!(matches!(opened.session.search("INBOX", text, DATE).await, Err(Error::BadQuery)), "{text:?}");
    }
    assert_eq!(opened.session.page("INBOX", 0, 8).await.unwrap().rows.len(), 8);
}

#[tokio::test]
async fn a_large_inbox_is_searched_in_steps_with_pages_between_them_and_nothing_shown_moves() {
    let site = Site::with(Options { messages: LARGE, ..Options::default() });
    let opened = site.open(Tls::Implicit).await;
    let search = opened.session.search("INBOX", "tournesol", DATE).await.unwrap();
    let fields = search.progress();
    assert!(fields.found > 1000 && fields.looked == 0 && fields.of == LARGE, "{fields:?}");
    let first = search.found(0, 8, false).await.unwrap();
    let mut steps = 0;
    while let Some(progress) = search.next().await {
        progress.unwrap();
        steps += 1;
        // Somebody turns pages meanwhile, in another folder too.
        assert_eq!(opened.session.page("INBOX", 1000 * steps, 8).await.unwrap().rows.len(), 8);
        assert_eq!(opened.session.page("Archive", 0, 8).await.unwrap().rows.len(), 8);
        assert_eq!(shown(&search.found(0, 8, false).await.unwrap()), shown(&first));
    }
    assert!(steps > 1, "{steps}");
    let expected = site.uids("INBOX", &anywhere("tournesol"));
    let all = search.progress().found;
    assert_eq!(all as usize, expected.len());
    let last = search.found(all - 3, 8, true).await.unwrap();
    assert_eq!(shown(&last), [expected[2], expected[1], expected[0]]);
    // By size, the largest first.
    let sort = Sort { by: By::Size, descending: true };
    let search = opened.session.search("INBOX", "tournesol", sort).await.unwrap();
    finish(&search).await;
    let page = search.found(0, 500, true).await.unwrap();
    assert_eq!(page.total, all);
    assert!(page.rows.windows(2).all(|two| two[0].size >= two[1].size));
}

#[tokio::test]
async fn a_search_that_is_dropped_is_over_at_once() {
    let site = Site::with(Options { messages: LARGE, ..Options::default() });
    let opened = site.open(Tls::Implicit).await;
    let search = opened.session.search("INBOX", "xyzzyx", DATE).await.unwrap();
    search.next().await.unwrap().unwrap();
    // In the middle of a step: at most that one is still served.
    assert!(tokio::time::timeout(std::time::Duration::from_millis(1), search.next()).await.is_err());
    drop(search);
    let start = Instant::now();
    assert_eq!(opened.session.page("INBOX", 8, 8).await.unwrap().rows.len(), 8);
    assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_search_goes_on_over_another_connection() {
    let site = Site::with(Options { messages: LARGE, ..Options::default() });
    let (line, settings) = behind(&site, Tls::Implicit, 0);
    let opened = open(&settings, PERSONAL, &token()).await.unwrap();
    let search = opened.session.search("INBOX", "échogène", DATE).await.unwrap();
    search.next().await.unwrap().unwrap();
    line.cut();
    line.restore();
    let expected = site.uids("INBOX", &["body", "échogène"]).len();
    assert_eq!(finish(&search).await.found as usize, expected);
}
