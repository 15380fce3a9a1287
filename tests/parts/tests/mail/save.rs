//! Messages stored, drafts replaced, and who was written to.

use std::sync::Arc;

use mail::{Flag, Message, Moment, Role, Target, Tls};
use site::mail::PERSONAL;
use zeroize::Zeroizing;

use super::{Site, shown};

fn message(subject: &str, size: usize) -> Message {
    let mut text = format!("From: <{PERSONAL}>\r\nTo: a@mss.test\r\nSubject: {subject}\r\n\r\n").into_bytes();
    let mut n = 0u64;
    while text.len() < size {
        n += 1;
        text.extend_from_slice(format!("{n:060}\r\n").as_bytes());
    }
    Arc::new(Zeroizing::new(text))
}

#[tokio::test]
async fn what_is_stored_is_what_is_read_again() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    let session = &opened.session;
    let before = session.page("Sent", 0, 8).await.unwrap();
    // Small enough to leave at once, and large enough to ask first.
    for (size, flags) in [(100, &[Flag::Seen][..]), (70_000, &[]), (3_000_000, &[Flag::Flagged, Flag::Forwarded])] {
        let copy = message("copie", size);
        let date = Moment { unix: 1_795_000_000, offset: 60 };
        let uid = session.save(Target::Role(Role::Sent), &copy, flags, Some(date)).await.unwrap().unwrap();
        let raw = session.message("Sent", uid, 8 * 1024 * 1024).await.unwrap();
        assert!(raw.whole && *raw.bytes == **copy, "{size}");
        assert_eq!(
            (!raw.unread, raw.flagged, raw.forwarded),
            (flags.contains(&Flag::Seen), size > 1_000_000, size > 1_000_000)
        );
        // It stands at the top of the list that was there before it.
        let page = session.page("Sent", 0, 8).await.unwrap();
        let top = &page.rows[0];
        assert_eq!((top.uid, top.date.unix, top.subject.as_str()), (uid, date.unix, "copie"));
    }
    assert_eq!(session.page("Sent", 0, 8).await.unwrap().total, before.total + 3);
    // Eight-bit text, and a folder that has to be made.
    let text = Arc::new(Zeroizing::new("Subject: été\r\n\r\n{3}\r\nété\r\n".as_bytes().to_vec()));
    let uid = session.save(Target::Path("Nouveau".into()), &text, &[Flag::Draft], None).await.unwrap();
    let raw = session.message("Nouveau", uid.unwrap(), 1000).await.unwrap();
    assert!(raw.draft && *raw.bytes == **text);
}

#[tokio::test]
async fn a_draft_is_replaced_by_its_next_form() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    let session = &opened.session;
    let before = shown(&session.page("Drafts", 0, 8).await.unwrap());
    let mut uid =
        session.save(Target::Role(Role::Drafts), &message("un", 100), &[Flag::Draft], None).await.unwrap().unwrap();
    for subject in ["deux", "trois", "quatre"] {
        let draft = message(subject, 100_000);
        let replaced = session.replace("Drafts", uid, &draft, &[Flag::Draft, Flag::Seen]).await.unwrap();
        assert!(replaced.left.is_none());
        uid = replaced.uid.unwrap();
        let page = session.page("Drafts", 0, 8).await.unwrap();
        assert_eq!((page.total, page.rows[0].uid, page.rows[0].subject.as_str()), (5, uid, subject));
        assert_eq!(shown(&page)[1..], before);
    }
    // The old one was gone already: nothing to complain about.
    let replaced = session.replace("Drafts", 999, &message("cinq", 100), &[Flag::Draft]).await.unwrap();
    assert!(replaced.left.is_none());
    assert_eq!(site.uids("Drafts", &["all"]).len(), 6);
}

#[tokio::test]
async fn people_written_to_and_heard_from_are_told_once_each() {
    let site = Site::start();
    let letter = |to: &str| format!("To: {to}\r\nFrom: <{PERSONAL}>\r\nSubject: x\r\n\r\nx\r\n");
    let crowd = (0..5000).map(|n| format!("p{n}@mss.test")).collect::<Vec<_>>().join(",\r\n ");
    for to in [
        "=?utf-8?q?Dr_Zo=C3=A9?= <zoe@mss.test>, \"DUPONT, J\" <dupont@mss.test>\r\nCc: ZOE@mss.test, <<>>;",
        &crowd,
        "",
    ] {
        site.mail.deliver_bytes(PERSONAL, "Sent", letter(to).as_bytes()).unwrap();
    }
    let opened = site.open(Tls::Implicit).await;
    let people = opened.session.correspondents(100).await.unwrap();
    let mut addresses: Vec<String> = people.iter().map(|p| p.address.to_lowercase()).collect();
    let crowd = addresses.iter().filter(|a| a.starts_with('p') && a.chars().nth(1).is_some_and(|c| c.is_ascii_digit()));
    assert!(crowd.count() <= 20);
    for known in ["zoe@mss.test", "dupont@mss.test", "hippolyte.calys@mss.test", "bianca.castafiore@mss.test"] {
        assert!(addresses.iter().any(|a| a == known), "{known} in {addresses:?}");
    }
    assert!(people.iter().any(|p| p.name == "Dr Zoé") && people.iter().any(|p| p.name == "DUPONT, J"));
    assert!(!addresses.iter().any(|a| a == PERSONAL));
    addresses.sort();
    assert!(addresses.windows(2).all(|two| two[0] != two[1]));
    assert_eq!(opened.session.correspondents(3).await.unwrap().len(), 3);
    // The list of the inbox is where it was.
    assert_eq!(opened.session.page("INBOX", 0, 50).await.unwrap(), opened.page);
}
