//! Filtered and sorted lists, in a large inbox and while it changes.

use std::collections::BTreeMap;

use mail::{By, Filter, Listing, Mark, News, Page, Session, Sort, Tls};
use site::mail::{LARGE, Options, PERSONAL, UNREAD};

use super::{Site, news, peak_since, shown, watch_memory};

const FILTERS: [Filter; 4] = [Filter::All, Filter::Unread, Filter::WithDocument, Filter::Patient];
const ORDERS: [By; 4] = [By::Date, By::Sender, By::Subject, By::Size];

fn listings() -> Vec<Listing> {
    let sorts = ORDERS.into_iter().flat_map(|by| [true, false].map(|descending| Sort { by, descending }));
    sorts.flat_map(|sort| FILTERS.map(|filter| Listing { filter, sort })).collect()
}

/// All UIDs of a list, through pages.
async fn walk(session: &Session, listing: &Listing, step: u32) -> Vec<u32> {
    let mut all = vec![];
    loop {
        let from = all.len() as u32;
        let page = session.list("INBOX", listing, from, step, false).await.unwrap();
        assert_eq!(page.from, from);
        assert!(page.rows.iter().zip(from..).all(|(row, position)| row.position == position));
        all.extend(shown(&page));
        if page.rows.is_empty() {
            assert_eq!(page.total, from);
            return all;
        }
    }
}

/// As RFC 5051 compares: in capitals, letters and accents apart, the accents behind every letter.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.to_uppercase().chars() {
        let accents = [
            ('\u{300}', "ÀÈÙ", "AEU"),
            ('\u{301}', "É", "E"),
            ('\u{302}', "ÂÊÎÔÛ", "AEIOU"),
            ('\u{308}', "ËÏÖÜ", "EIOU"),
            ('\u{327}', "Ç", "C"),
        ];
        let found = accents.iter().find_map(|(accent, marked, bare)| {
            Some((bare.chars().nth(marked.chars().position(|m| m == c)?)?, *accent))
        });
        match found {
            Some((bare, accent)) => out.extend([bare, accent]),
            None => out.push(c),
        }
    }
    out
}

#[tokio::test]
async fn every_listing_shows_its_messages_in_its_order() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    let members = [
        site.uids("INBOX", &["all"]),
        site.uids("INBOX", &["unseen"]),
        site.uids("INBOX", &["header", "content-type", "multipart/mixed"]),
        site.uids("INBOX", &["subject", "XDM/1.0/DDM"]),
    ];
    assert!(members.iter().all(|uids| uids.len() > 5), "{members:?}");
    let sizes = site.field("INBOX", "size.virtual");
    let rows: BTreeMap<u32, String> =
        opened.session.page("INBOX", 0, 500).await.unwrap().rows.into_iter().map(|r| (r.uid, r.from.name)).collect();
    let subjects = site.field("INBOX", "hdr.subject.utf8");
    for listing in listings() {
        let got = walk(&opened.session, &listing, 37).await;
        let expected = &members[FILTERS.iter().position(|f| *f == listing.filter).unwrap()];
        let mut sorted = got.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, *expected, "{listing:?}");
        // The key of each message, such that equal keys are equal for the server; within one the newest comes first.
        let key = |uid: &u32| match listing.sort.by {
            By::Date => format!("{uid:09}"),
            By::Size => format!("{:0>12}", sizes[uid]),
            By::Sender => plain(&rows[uid]),
            By::Subject => plain(subjects[uid].trim_start_matches("RE: ").trim_start_matches("Re: ")),
        };
        for two in got.windows(2) {
            let (a, b) = (key(&two[0]), key(&two[1]));
            let (first, second) = if listing.sort.descending { (&b, &a) } else { (&a, &b) };
            assert!(first < second || a == b && two[0] > two[1], "{listing:?}: {a} then {b}, {two:?}");
        }
    }
}

#[tokio::test]
async fn any_page_of_any_listing_of_a_large_inbox_and_little_memory() {
    let site = Site::with(Options { messages: LARGE, ..Options::default() });
    let opened = site.open(Tls::Implicit).await;
    let session = &opened.session;
    let before = watch_memory();
    let mixed = site.uids("INBOX", &["header", "content-type", "multipart/mixed"]).len() as u32;
    let patients = site.uids("INBOX", &["subject", "XDM/1.0/DDM"]).len() as u32;
    let totals = [LARGE, UNREAD, mixed, patients];
    for listing in listings() {
        let total = totals[FILTERS.iter().position(|f| *f == listing.filter).unwrap()];
        let page = |from| session.list("INBOX", &listing, from, 8, false);
        let first = page(0).await.unwrap();
        assert_eq!((first.total, first.rows.len(), first.next), (total, 8, LARGE + 1), "{listing:?}");
        let last = page(total - 1).await.unwrap();
        assert_eq!((last.total, last.rows.len(), last.rows[0].position), (total, 1, total - 1));
        let any = page(total / 2).await.unwrap();
        assert_eq!((any.rows.len(), any.rows[0].position), (8, total / 2));
        assert!(page(total).await.unwrap().rows.is_empty());
        // Turned round, the first of a list without equal keys is the last of the other.
        if listing.sort.by == By::Date {
            let sort = Sort { descending: !listing.sort.descending, ..listing.sort };
            let turned = session.list("INBOX", &Listing { sort, ..listing }, 0, 1, false).await.unwrap();
            assert_eq!(turned.rows[0].uid, last.rows[0].uid);
        }
    }
    // Thirty lists were taken and eight are kept, 77 kB each; the rest is rows and the numbers of one answer.
    let peak = peak_since(before);
    assert!(peak < 12 * 1024 * 1024, "{peak} bytes");
}

#[tokio::test]
async fn new_mail_moves_no_listing_until_it_is_taken_anew() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    let all: Vec<Listing> = listings().into_iter().step_by(5).take(3).collect();
    let take = async |fresh: bool| -> Vec<Page> {
        let mut pages = vec![];
        for listing in &all {
            pages.push(opened.session.list("INBOX", listing, 0, 500, fresh).await.unwrap());
        }
        pages
    };
    let before = take(false).await;
    site.mail.deliver(PERSONAL, "XDM/1.0/DDM+Lettre NEUF Zoé 01/02/2003").unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(take(false).await, before);
    // A listing that is taken later belongs to the same look at the folder.
    let unread = Listing { filter: Filter::Unread, ..Listing::default() };
    let total = opened.session.list("INBOX", &unread, 0, 8, false).await.unwrap().total;
    assert_eq!(opened.session.list("INBOX", &unread, 0, 8, true).await.unwrap().total, total + 1);
    let after = take(true).await;
    assert!(after.iter().zip(&before).all(|(after, before)| after.total >= before.total));
    assert!(after.iter().any(|page| page.rows.iter().any(|row| row.subject == "Lettre NEUF Zoé 01/02/2003")));
}

#[tokio::test]
async fn a_message_read_meanwhile_keeps_its_place_among_the_unread_until_they_are_listed_again() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    let unread = Listing { filter: Filter::Unread, ..Listing::default() };
    let before = opened.session.list("INBOX", &unread, 0, 500, false).await.unwrap();
    opened.session.mark("INBOX", &[before.rows[1].uid], Mark::Read).await.unwrap();
    let now = opened.session.list("INBOX", &unread, 0, 500, false).await.unwrap();
    assert_eq!((shown(&now), now.rows[1].unread), (shown(&before), false));
    let fresh = opened.session.list("INBOX", &unread, 0, 500, true).await.unwrap();
    assert_eq!(fresh.total, before.total - 1);
}

#[tokio::test]
async fn mail_taken_away_by_another_program_closes_the_gap_in_every_listing() {
    let site = Site::start();
    let mut opened = site.open(Tls::Implicit).await;
    let by_size = Listing { filter: Filter::All, sort: Sort { by: By::Size, descending: true } };
    let before = walk(&opened.session, &by_size, 100).await;
    let gone = [before[0], before[3], before[120]];
    let set = gone.map(|uid| uid.to_string()).join(",");
    site.mail.doveadm(&["expunge", "-u", PERSONAL, "mailbox", "INBOX", "uid", &set], b"").unwrap();
    let left: Vec<u32> = before.iter().copied().filter(|uid| !gone.contains(uid)).collect();
    // Dovecot goes on showing them until it has said that they are gone.
    while opened.session.list("INBOX", &by_size, 0, 8, false).await.unwrap().total == 200 {
        assert!(matches!(news(&mut opened).await, News::Mail { .. }));
    }
    let first = opened.session.list("INBOX", &by_size, 0, 8, false).await.unwrap();
    assert_eq!((first.total, shown(&first)), (197, left[..8].to_vec()));
    assert_eq!(walk(&opened.session, &by_size, 100).await, left);
    let plain = opened.session.page("INBOX", 0, 500).await.unwrap();
    assert_eq!(plain.total, 197);
}

#[tokio::test]
async fn documents_are_told_exactly_where_the_server_marks_them() {
    let mut site = Site::start();
    site.configure("mail_attachment_detection_options = add-flags");
    let mixed = |name: &str, part: &str| {
        format!(
            "From: a@mss.test\r\nSubject: {name}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\
             \r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\n{part}\r\n\r\nJVBERg==\r\n--b--\r\n"
        )
    };
    let pdf = "Content-Type: application/pdf; name=\"a.pdf\"\r\nContent-Disposition: attachment; filename=\"a.pdf\"\r\n\
               Content-Transfer-Encoding: base64";
    site.mail.deliver_bytes(PERSONAL, "Drafts", mixed("avec", pdf).as_bytes()).unwrap();
    site.mail.deliver_bytes(PERSONAL, "Drafts", mixed("sans", "Content-Type: text/plain").as_bytes()).unwrap();
    // Delivered by a program that does not mark: its type decides.
    let opened = site.open(Tls::Implicit).await;
    let listing = Listing { filter: Filter::WithDocument, ..Listing::default() };
    let page = opened.session.list("Drafts", &listing, 0, 8, false).await.unwrap();
    let subjects: Vec<_> = page.rows.iter().map(|row| (row.subject.as_str(), row.documents)).collect();
    assert_eq!(subjects, [("avec", Some(1))]);
}
