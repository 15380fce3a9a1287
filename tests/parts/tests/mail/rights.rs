//! Folders with few rights (RFC 4314) and mailboxes that are full.

use std::sync::Arc;

use mail::{Error, Flag, Mark, Role, Target, Tls};
use site::mail::PERSONAL;
use zeroize::Zeroizing;

use super::Site;

/// A site whose folders have rights of their own.
fn with_rights(rights: &[(&str, &[&str])]) -> Site {
    let mut site = Site::start();
    site.configure("mail_plugins = acl\nprotocol imap {\n  mail_plugins = acl imap_acl\n}\nplugin {\n  acl = vfile\n}");
    for (folder, rights) in rights {
        let arguments = [&["acl", "set", "-u", PERSONAL, folder, "owner"], *rights].concat();
        site.mail.doveadm(&arguments, b"").unwrap();
    }
    site
}

#[tokio::test]
async fn what_may_not_be_done_is_said_although_the_server_says_ok() {
    let site = with_rights(&[
        ("Archive", &["lookup", "read"]),
        ("Drafts", &["lookup", "read", "write", "write-seen", "write-deleted", "insert"]),
        ("Junk", &["lookup"]),
        ("Sent", &["lookup", "read", "write-seen"]),
    ]);
    let opened = site.open(Tls::Implicit).await;
    let session = &opened.session;
    // A folder that may only be looked up is in the list, and says no when it is opened.
    assert!(session.folders().await.unwrap().iter().any(|f| f.role == Role::Junk));
    for _ in 0..2 {
        assert!(matches!(session.page("Junk", 0, 8).await, Err(Error::NotPermitted)));
    }
    // Read only: Dovecot answers OK to each of these and changes nothing.
    assert_eq!(session.page("Archive", 0, 8).await.unwrap().total, 250);
    assert!(session.message("Archive", 1, 1000).await.unwrap().bytes.len() > 100);
    for mark in [Mark::Unread, Mark::Flagged, Mark::ReceiptSent] {
        assert!(matches!(session.mark("Archive", &[1], mark).await, Err(Error::NotPermitted)), "{mark:?}");
    }
    assert!(matches!(session.delete("Archive", &[1]).await, Err(Error::NotPermitted)));
    let mut emptying = session.empty("Archive", 0).await.unwrap();
    assert!(matches!(emptying.next().await, Some(Err(Error::NotPermitted))));
    let to_trash = session.move_to("Archive", &[1], Target::Role(Role::Trash)).await;
    assert!(matches!(to_trash, Err(Error::NotPermitted)), "{to_trash:?}");
    assert!(matches!(session.move_to("INBOX", &[1], Target::Role(Role::Archive)).await, Err(Error::NotPermitted)));
    let message = Arc::new(Zeroizing::new(b"A: b\r\n\r\nx".to_vec()));
    let saved = session.save(Target::Role(Role::Archive), &message, &[], None).await;
    assert!(matches!(saved, Err(Error::NotPermitted)), "{saved:?}");
    // Some marks are kept and others not.
    session.mark("Sent", &[1], Mark::Unread).await.unwrap();
    assert!(matches!(session.mark("Sent", &[1], Mark::Flagged).await, Err(Error::NotPermitted)));
    // May be marked as deleted and not expunged: it is not left with the mark.
    assert!(matches!(session.delete("Drafts", &[1]).await, Err(Error::NotPermitted)));
    assert!(!site.field("Drafts", "flags")[&1].contains("Deleted"));
    let replaced = session.replace("Drafts", 1, &message, &[Flag::Draft]).await.unwrap();
    assert_eq!(replaced.uid, Some(5));
    assert!(matches!(replaced.left, Some(Error::NotPermitted)));
    // Nothing is missing anywhere, and the inbox goes on.
    assert_eq!(site.uids("Archive", &["all"]).len(), 250);
    assert_eq!(site.uids("Drafts", &["all"]), [1, 2, 3, 4, 5]);
    assert_eq!(session.refresh("INBOX", 8).await.unwrap().total, 200);
}

#[tokio::test]
async fn a_mailbox_that_is_full_is_said_and_loses_nothing() {
    let mut site = Site::start();
    site.configure(
        "mail_plugins = quota\nprotocol imap {\n  mail_plugins = quota imap_quota\n}\nplugin {\n  quota = count:User quota\n  \
         quota_rule = *:storage=1M\n  quota_vsizes = yes\n}",
    );
    let opened = site.open(Tls::Implicit).await;
    let session = &opened.session;
    for size in [100, 1_000_000] {
        let message = Arc::new(Zeroizing::new([b"A: b\r\n\r\n".to_vec(), vec![b'x'; size]].concat()));
        let saved = session.save(Target::Role(Role::Drafts), &message, &[], None).await;
        assert!(matches!(saved, Err(Error::Full)), "{size}: {saved:?}");
        let replaced = session.replace("Drafts", 1, &message, &[Flag::Draft]).await;
        assert!(matches!(replaced, Err(Error::Full)), "{size}: {replaced:?}");
    }
    assert_eq!(site.uids("Drafts", &["all"]), [1, 2, 3, 4]);
    // To delete is what one wants then, and it works: by way of the bin and without.
    let moved = session.move_to("INBOX", &[1], Target::Role(Role::Trash)).await.unwrap();
    assert_eq!(moved.to.len(), 1);
    session.delete("INBOX", &[2]).await.unwrap();
    assert_eq!(session.page("INBOX", 0, 8).await.unwrap().total, 198);
}
