//! Rows, pages and folders.

use mail::{Error, Role, Tls};
use site::mail::{LARGE, Options, PERSONAL, UNREAD};

use super::Site;

#[tokio::test]
async fn the_rows_say_what_the_messages_say() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    let rows = &opened.page.rows;
    assert_eq!(rows[0].from.name, "Dr Bianca CASTAFIORE");
    assert_eq!(rows[0].from.address, "bianca.castafiore@mss.test");
    assert_eq!(rows[0].subject, "Compte rendu d’hospitalisation, chirurgie ORL LAMPION Séraphin 12/03/1948");
    let patient = rows[0].patient.as_ref().unwrap();
    assert_eq!((patient.family.as_str(), patient.given.as_str()), ("LAMPION", "Séraphin"));
    assert_eq!(patient.label, "Compte rendu d’hospitalisation, chirurgie ORL");
    assert_eq!((patient.born.year, patient.born.month, patient.born.day), (1948, 3, 12));
    assert_eq!(rows[0].date.unix, site::mail::NEWEST);
    assert_eq!(rows.iter().take(4).map(|r| r.documents).collect::<Vec<_>>(), [Some(2), Some(1), Some(0), Some(3)]);
    assert_eq!(rows.iter().take(4).map(|r| r.unread).collect::<Vec<_>>(), [true, true, true, false]);
    assert!(rows[5].patient.is_none());
    assert!(rows.iter().all(|r| !r.subject.contains("XDM") && r.uid > 0 && r.size > 0));
    assert!(rows.windows(2).all(|two| two[0].date > two[1].date && two[0].position + 1 == two[1].position));
}

#[tokio::test]
async fn the_last_page_of_a_large_inbox_and_its_folders() {
    let site = Site::with(Options { messages: LARGE, ..Options::default() });
    let opened = site.open(Tls::Implicit).await;
    assert_eq!((opened.page.total, opened.page.rows.len()), (LARGE, 50));
    // "19 201–19 208 sur 19 208"
    let last = opened.session.page("INBOX", 19_200, 8).await.unwrap();
    assert_eq!((last.total, last.from, last.rows.len()), (LARGE, 19_200, 8));
    assert_eq!(last.rows.iter().map(|r| r.uid).collect::<Vec<_>>(), [8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(last.rows[7].position, 19_207);
    assert!(opened.session.page("INBOX", LARGE, 8).await.unwrap().rows.is_empty());
    let folders = opened.session.folders().await.unwrap();
    let seen: Vec<_> = folders.iter().map(|f| (f.role, f.unread.unwrap(), f.total.unwrap())).collect();
    assert_eq!(
        seen,
        [
            (Role::Inbox, UNREAD, LARGE),
            (Role::Drafts, 0, 4),
            (Role::Sent, 0, 37),
            (Role::Junk, 0, 3),
            (Role::Trash, 0, 12),
            (Role::Archive, 0, 250),
            (Role::Other, 0, 9),
        ]
    );
    assert_eq!(folders[6].name, "Réunions");
    // A page of each, then back to the end of the inbox.
    for folder in &folders[1..] {
        let page = opened.session.page(&folder.path, 0, 8).await.unwrap();
        assert_eq!(page.total, folder.total.unwrap());
        assert!(page.rows.iter().all(|r| r.to.as_ref().is_some_and(|to| to.address.ends_with("@mss.test"))));
    }
    assert_eq!(opened.session.page("INBOX", 19_200, 8).await.unwrap(), last);
}

#[tokio::test]
async fn a_command_the_server_refuses_is_an_error_and_the_session_goes_on() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    for folder in ["N'existe pas", "a/../b", "", "x\r\nG9 LOGOUT"] {
        let error = opened.session.page(folder, 0, 8).await.unwrap_err();
        assert!(matches!(error, Error::Server { command: "SELECT", .. }), "{folder:?}: {error:?}");
    }
    assert_eq!(opened.session.page("INBOX", 0, 8).await.unwrap().rows.len(), 8);
}

#[tokio::test]
async fn hostile_mail_is_a_row_like_another() {
    let site = Site::start();
    let nested = |levels: usize| {
        let mut text = String::from("From: a@mss.test\r\nSubject: poup=?x?e\r\nMIME-Version: 1.0\r\n");
        for n in 0..levels {
            text.push_str(&format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"));
        }
        text.push_str("Content-Type: text/plain\r\n\r\nx\r\n");
        text
    };
    let parts = format!(
        "From: a@mss.test\r\nSubject: parties\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--\r\n",
        "--b\r\nContent-Type: application/pdf; name=\"aaaaaaaaaaaaaaaaaaaa.pdf\"\r\n\r\nx\r\n".repeat(9000)
    );
    let crowd = format!(
        "To: {}\r\nFrom: a@mss.test\r\nSubject: foule\r\n\r\nx\r\n",
        (0..20_000).map(|n| format!("p{n}@mss.test")).collect::<Vec<_>>().join(",\r\n ")
    );
    let deliver = |bytes: &[u8]| site.mail.deliver_bytes(PERSONAL, "INBOX", bytes).unwrap();
    deliver(nested(90).as_bytes());
    deliver(parts.as_bytes());
    deliver(crowd.as_bytes());
    deliver(b"From: \xe9\xe8 <a@mss.test>\r\nSubject: r\xe9sultats \"\\ \x01\x7f\r\n\r\nx\r\n");
    deliver(b"From:\r\nSubject: =?utf-8?b?4oCu4oCu4oCu?= =?utf-8?q?=C3\r\n\r\n");
    deliver(b"\r\nrien\r\n");
    let opened = site.open(Tls::Implicit).await;
    let rows = &opened.page.rows;
    assert_eq!((opened.page.total, rows.len()), (206, 50));
    assert_eq!((rows[0].subject.as_str(), rows[0].documents), ("", Some(0)));
    assert!(!rows[1].subject.contains('\u{202E}'));
    assert_eq!((rows[2].subject.as_str(), rows[2].from.name.as_str()), ("résultats \"\\", "éè"));
    assert_eq!(rows[3].subject, "foule");
    assert_eq!((rows[4].subject.as_str(), rows[4].documents), ("parties", None));
    assert_eq!((rows[5].subject.as_str(), rows[5].documents), ("poup=?x?e", None));
    assert_eq!(rows[6].from.name, "Dr Bianca CASTAFIORE");
}
