//! Messages moved, brought back, deleted; folders emptied.

use std::time::Duration;

use mail::{By, Error, Filter, Listing, Mark, News, Role, Sort, Target, Tls};
use site::mail::{LARGE, Options, PERSONAL};

use super::{Site, news, shown};

const UNREAD: Listing = Listing { filter: Filter::Unread, sort: Sort { by: By::Date, descending: true } };
const BY_SENDER: Listing = Listing { filter: Filter::All, sort: Sort { by: By::Sender, descending: false } };
const OLDEST: Listing = Listing { filter: Filter::All, sort: Sort { by: By::Date, descending: false } };

fn inbox() -> Target {
    Target::Path("INBOX".into())
}

#[tokio::test]
async fn a_move_is_undone_and_every_listing_is_as_it_was() {
    let site = Site::start();
    let mut opened = site.open(Tls::Implicit).await;
    let all = [Listing::default(), OLDEST, UNREAD, BY_SENDER];
    let session = &opened.session;
    let take = async || {
        let mut pages = vec![];
        for listing in &all {
            let page = session.list("INBOX", listing, 0, 500, false).await.unwrap();
            pages.push(page.rows.into_iter().map(|r| (r.position, r.subject, r.date, r.size)).collect::<Vec<_>>());
        }
        pages
    };
    let before = take().await;
    let trash = session.page("Trash", 0, 8).await.unwrap();
    for uids in [vec![200], vec![1], vec![200, 150, 3, 77], (20..=180).collect::<Vec<u32>>()] {
        // The third time, these are not the UIDs of before: the messages came back with others.
        let page = session.page("INBOX", 0, 500).await.unwrap();
        let uids: Vec<u32> = uids.iter().map(|uid| shown(&page)[200 - *uid as usize]).collect();
        let moved = session.move_to("INBOX", &uids, Target::Role(Role::Trash)).await.unwrap();
        assert_eq!((moved.into.as_str(), moved.from.len(), moved.to.len()), ("Trash", uids.len(), uids.len()));
        let page = session.page("INBOX", 0, 500).await.unwrap();
        assert_eq!(page.total as usize, 200 - uids.len());
        assert!(shown(&page).iter().all(|uid| !uids.contains(uid)));
        let there = session.page("Trash", 0, 500).await.unwrap();
        assert_eq!(there.total as usize, trash.total as usize + uids.len());
        let back = session.move_to(&moved.into, &moved.to, inbox()).await.unwrap();
        assert_eq!(back.from, moved.to);
        for (listing, (now, then)) in all.iter().zip(take().await.into_iter().zip(&before)) {
            assert!(now == *then, "{listing:?} after {} messages", uids.len());
        }
        assert_eq!(session.page("Trash", 0, 8).await.unwrap(), trash);
    }
    // All this was our own doing, and no new mail.
    tokio::time::sleep(Duration::from_millis(300)).await;
    while let Ok(said) = opened.news.try_recv() {
        assert!(matches!(said, News::Mail { new: 0, .. }), "{said:?}");
    }
    site.mail.deliver(PERSONAL, "Nouveau").unwrap();
    opened.session.page("INBOX", 0, 8).await.unwrap();
    while !matches!(news(&mut opened).await, News::Mail { new: 1, .. }) {}
    assert_eq!(opened.session.refresh("INBOX", 8).await.unwrap().total, 201);
}

#[tokio::test]
async fn a_message_that_is_gone_or_a_folder_that_is_missing() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    let session = &opened.session;
    assert!(matches!(session.move_to("INBOX", &[999], inbox()).await.unwrap().from[..], []));
    let archive = Target::Role(Role::Archive);
    assert!(matches!(session.move_to("INBOX", &[999], archive.clone()).await, Err(Error::NoSuchMessage)));
    let moved = session.move_to("INBOX", &[5, 999], archive).await.unwrap();
    assert_eq!((moved.into.as_str(), moved.from.as_slice()), ("Archive", &[5][..]));
    let moved = session.move_to("INBOX", &[6], Target::Path("R&AOk-unions/2026".into())).await.unwrap();
    assert_eq!(moved.to, [1]);
    let folders = session.folders().await.unwrap();
    let made = folders.iter().find(|f| f.name == "2026").unwrap();
    assert_eq!((made.within.as_str(), made.depth, made.total), ("Réunions", 1, Some(1)));
    assert_eq!(session.page("INBOX", 0, 8).await.unwrap().total, 198);
    for bad in ["", "a\r\nb"] {
        assert!(session.move_to("INBOX", &[7], Target::Path(bad.into())).await.is_err());
    }
    assert_eq!(session.page("INBOX", 0, 8).await.unwrap().total, 198);
}

#[tokio::test]
async fn junk_own_folders_and_the_archive_take_messages_and_give_them_back() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    let session = &opened.session;
    let folders = session.folders().await.unwrap();
    let subjects = async || -> Vec<String> {
        session.page("INBOX", 0, 500).await.unwrap().rows.into_iter().map(|row| row.subject).collect()
    };
    let before = subjects().await;
    let own = folders.iter().find(|folder| folder.role == Role::Other).unwrap();
    let targets = [Target::Role(Role::Junk), Target::Role(Role::Archive), Target::Path(own.path.clone())];
    for target in targets {
        // The second and third time they have other UIDs.
        let uids = shown(&session.page("INBOX", 0, 8).await.unwrap());
        let moved = session.move_to("INBOX", &[uids[0], uids[7]], target).await.unwrap();
        assert_eq!((moved.from.len(), moved.to.len()), (2, 2));
        let total = folders.iter().find(|folder| folder.path == moved.into).unwrap().total.unwrap();
        assert_eq!(session.page(&moved.into, 0, 8).await.unwrap().total, total + 2);
        assert_eq!(session.page("INBOX", 0, 8).await.unwrap().total, 198);
        session.move_to(&moved.into, &moved.to, inbox()).await.unwrap();
        assert_eq!(session.page(&moved.into, 0, 8).await.unwrap().total, total);
        assert!(subjects().await == before);
    }
}

#[tokio::test]
async fn a_folder_that_was_rebuilt_keeps_its_messages_from_old_numbers() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    let session = &opened.session;
    let before = session.page("Archive", 0, 8).await.unwrap();
    let uids = shown(&before);
    session.page("INBOX", 0, 8).await.unwrap();
    site.mail.doveadm(&["mailbox", "update", "-u", PERSONAL, "--uid-validity", "2147483000", "Archive"], b"").unwrap();
    for _ in 0..2 {
        assert!(matches!(session.delete("Archive", &uids[..1]).await, Err(Error::Renumbered)));
        assert!(matches!(session.move_to("Archive", &uids, inbox()).await, Err(Error::Renumbered)));
        assert!(matches!(session.mark("Archive", &uids, Mark::Flagged).await, Err(Error::Renumbered)));
    }
    assert_eq!(site.uids("Archive", &["all"]).len() as u32, before.total);
    let now = session.page("Archive", 0, 8).await.unwrap();
    assert_eq!(now.total, before.total);
    session.delete("Archive", &shown(&now)[..1]).await.unwrap();
    assert_eq!(site.uids("Archive", &["all"]).len() as u32, before.total - 1);
}

#[tokio::test]
async fn what_others_have_marked_as_deleted_stays() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    site.mail.doveadm(&["flags", "add", "-u", PERSONAL, "\\Deleted", "mailbox", "INBOX", "uid", "7"], b"").unwrap();
    opened.session.delete("INBOX", &[5, 9]).await.unwrap();
    let there = site.uids("INBOX", &["uid", "5:9"]);
    assert_eq!(there, [6, 7, 8]);
    assert!(site.field("INBOX", "flags")[&7].contains("Deleted"));
    // Deleting what is gone is done.
    opened.session.delete("INBOX", &[5, 9]).await.unwrap();
    assert_eq!(opened.session.page("INBOX", 0, 8).await.unwrap().total, 198);
}

#[tokio::test]
async fn marks_change_the_count_that_is_told() {
    let site = Site::start();
    let mut opened = site.open(Tls::Implicit).await;
    let unread = opened.session.folders().await.unwrap()[0].unread.unwrap();
    let uids = shown(&opened.session.list("INBOX", &UNREAD, 0, 500, false).await.unwrap());
    assert_eq!(uids.len() as u32, unread);
    opened.session.mark("INBOX", &uids[1..], Mark::Read).await.unwrap();
    while !matches!(news(&mut opened).await, News::Mail { new: 0, unread: 1 }) {}
    opened.session.mark("INBOX", &uids, Mark::Unread).await.unwrap();
    while !matches!(news(&mut opened).await, News::Mail { new: 0, unread: n } if n == unread) {}
}

#[tokio::test]
async fn emptying_takes_what_was_there_when_it_was_asked_for() {
    let site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    let session = &opened.session;
    let page = session.page("Trash", 0, 8).await.unwrap();
    // Ours, after the list: shown in it, and part of it. Somebody else's: not.
    session.move_to("INBOX", &[1, 2], Target::Role(Role::Trash)).await.unwrap();
    assert_eq!(session.page("Trash", 0, 8).await.unwrap().total, 14);
    site.mail.deliver_bytes(PERSONAL, "Trash", b"Subject: plus tard\r\n\r\nx\r\n").unwrap();
    let mut emptying = session.empty("Trash", page.next).await.unwrap();
    assert_eq!((emptying.progress().done, emptying.progress().of), (0, 14));
    assert_eq!(site.uids("Trash", &["all"]).len(), 15, "nothing is deleted before it is asked for");
    while let Some(progress) = emptying.next().await {
        progress.unwrap();
    }
    assert_eq!(emptying.progress().done, 14);
    assert_eq!(session.page("Trash", 0, 8).await.unwrap().total, 0);
    let page = session.refresh("Trash", 8).await.unwrap();
    assert_eq!((page.total, page.rows[0].subject.as_str()), (1, "plus tard"));
}

#[tokio::test]
async fn thousands_are_moved_and_emptied_in_steps_with_others_served_between() {
    let site = Site::with(Options { messages: LARGE, ..Options::default() });
    let opened = site.open(Tls::Implicit).await;
    let session = &opened.session;
    let uids: Vec<u32> = (1..=3000).map(|n| n * 2).collect();
    let moved = session.move_to("INBOX", &uids, Target::Role(Role::Trash)).await.unwrap();
    assert_eq!((moved.from.len(), moved.to.len()), (3000, 3000));
    assert_eq!(session.page("INBOX", 0, 8).await.unwrap().total, LARGE - 3000);
    let page = session.page("Trash", 0, 8).await.unwrap();
    assert_eq!(page.total, 3012);
    let mut emptying = session.empty("Trash", page.next).await.unwrap();
    let mut steps = 0;
    while let Some(progress) = emptying.next().await {
        assert_eq!(progress.unwrap().of, 3012);
        steps += 1;
        assert_eq!(session.page("INBOX", 8 * steps, 8).await.unwrap().rows.len(), 8);
    }
    assert!(steps >= 6, "{steps}");
    assert!(site.uids("Trash", &["all"]).is_empty());
    // Given up half way, the rest is still there.
    session
        .move_to("INBOX", &(1..=1200).map(|n| n * 2 + 6001).collect::<Vec<u32>>(), Target::Role(Role::Trash))
        .await
        .unwrap();
    let mut emptying = session.empty("Trash", 0).await.unwrap();
    emptying.next().await.unwrap().unwrap();
    let left = emptying.progress().of - emptying.progress().done;
    drop(emptying);
    assert_eq!(site.uids("Trash", &["all"]).len() as u32, left);
}

#[tokio::test]
async fn a_line_that_breaks_in_the_middle_leaves_every_message_somewhere() {
    let mut site = Site::start();
    let opened = site.open(Tls::Implicit).await;
    let uids: Vec<u32> = (1..=200).collect();
    let moving = opened.session.move_to("INBOX", &uids, Target::Role(Role::Archive));
    let (moved, ()) = tokio::join!(moving, async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        site.mail.restart().unwrap();
    });
    let (inbox, archive) = (site.uids("INBOX", &["all"]).len(), site.uids("Archive", &["all"]).len());
    assert_eq!(inbox + archive, 450);
    // Nobody is told that it was done when it was not, nor that less was left than was.
    match moved {
        Ok(moved) => assert_eq!((moved.from.len(), inbox), (200, 0)),
        Err(Error::Partly { done, asked, .. }) => {
            assert_eq!(asked, 200);
            assert!(done < asked && archive - 250 >= done as usize, "{done} told, {archive} in the archive");
        }
        Err(error) => assert!(matches!(error, Error::Closed), "{error:?}"),
    }
}
