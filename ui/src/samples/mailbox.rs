//! The choice of BALs, the list, and all that stands above it.

use super::{NOW, page, session_bar, view};
use flow::{
    Banner, ChooseMailbox, Count, Day, Done, Failure, Filter, Folder, FolderRole, Inbox, List, MailboxKind,
    MailboxLine, Progress, Row, Screen, Search, Selection, Sort, Stamp, Text, View,
};

/// Every state of these pages, by name.
pub(super) fn all() -> Vec<(&'static str, View)> {
    let mut views = lists();
    views.extend(heads());
    views.extend(chosen());
    views.extend(searched());
    views.extend(worded());
    views
}

fn list(list: List, change: &dyn Fn(&mut Inbox)) -> View {
    let mut screen = inbox(list);
    change(&mut screen);
    page(Screen::Inbox(Box::new(screen)))
}

fn inbox(list: List) -> Inbox {
    Inbox {
        folders: folders(),
        folder: 0,
        list,
        first: 1,
        last: 8,
        total: 18_376,
        banner: Banner::None,
        filter: Filter::All,
        sort: Sort::default(),
        can_sort: true,
        selection: None,
        search: None,
        can_write: true,
    }
}

/// B2, I1 to I5.
fn lists() -> Vec<(&'static str, View)> {
    let choice = |lines: Vec<MailboxLine>, first, total, refused| {
        let screen = Screen::ChooseMailbox(ChooseMailbox { lines, first, total, refused });
        view(screen, session_bar("", None, true))
    };
    let all = rows();
    let mut waiting: Vec<_> = mailboxes().into_iter().take(3).collect();
    waiting.iter_mut().for_each(|line| line.count = Count::Unknown);
    let mut refused: Vec<_> = mailboxes().into_iter().take(3).collect();
    refused.iter_mut().skip(1).take(1).for_each(|line| line.count = Count::Refused);
    vec![
        ("choose-mailbox", choice(mailboxes().into_iter().take(3).collect(), 0, 3, false)),
        ("choose-mailbox-paged", choice(mailboxes().into_iter().take(4).collect(), 0, 6, false)),
        ("choose-mailbox-last-page", choice(mailboxes().into_iter().skip(4).collect(), 4, 6, false)),
        ("choose-mailbox-waiting", choice(waiting, 0, 3, false)),
        ("choose-mailbox-refused", choice(refused, 0, 3, true)),
        (
            "inbox-loading-first",
            list(List::Loading, &|screen| {
                screen.folders.clear();
                (screen.first, screen.last, screen.total) = (0, 0, 0);
            }),
        ),
        ("inbox-loading", list(List::Loading, &|screen| (screen.first, screen.last) = (7, 12))),
        ("inbox", list(List::Rows(all.clone()), &|_| {})),
        ("inbox-opened", list(List::Rows(all.clone()), &|screen| screen.folders.clear())),
        ("inbox-oldest", list(List::Rows(oldest_rows()), &|screen| (screen.first, screen.last) = (18_372, 18_376))),
        (
            "inbox-many-folders",
            list(List::Rows(oldest_rows()), &|screen| {
                let own = (1..=12).map(|number| Folder {
                    role: FolderRole::Own,
                    name: format!("Congrès et astreintes {number}"),
                    unread: number % 3,
                    total: 5,
                });
                screen.folders.extend(own);
                (screen.folder, screen.first, screen.last, screen.total) = (12, 1, 5, 5);
            }),
        ),
        (
            "inbox-last-page",
            list(List::Rows(rows().into_iter().skip(5).collect()), &|screen| {
                (screen.first, screen.last) = (18_374, 18_376);
            }),
        ),
        ("inbox-new", list(List::Rows(all.clone()), &|screen| screen.banner = Banner::New(1))),
        ("inbox-many-new", list(List::Rows(all), &|screen| screen.banner = Banner::New(1_204))),
        (
            "inbox-empty",
            list(List::Empty, &|screen| {
                screen.folders.iter_mut().take(1).for_each(|folder| folder.unread = 0);
                (screen.first, screen.last, screen.total) = (0, 0, 0);
            }),
        ),
        (
            "inbox-empty-unread",
            list(List::Empty, &|screen| {
                screen.folders.iter_mut().take(1).for_each(|folder| folder.unread = 0);
                screen.filter = Filter::Unread;
                (screen.first, screen.last, screen.total) = (0, 0, 0);
            }),
        ),
        (
            "inbox-empty-folder",
            list(List::Empty, &|screen| {
                (screen.folder, screen.first, screen.last, screen.total) = (4, 0, 0, 0);
            }),
        ),
        ("inbox-failed", list(List::Failed(Failure::MailSlow), &|_| {})),
    ]
}

/// Folders and notices that change what stands above the list.
fn heads() -> Vec<(&'static str, View)> {
    let rows = || List::Rows(rows());
    let notice = |banner: Banner| list(rows(), &|screen| screen.banner = banner.clone());
    let done = |what, count, undo| notice(Banner::Done { what, count, undo });
    let cardiology =
        Folder { role: FolderRole::Own, name: "Congrès de cardiologie interventionnelle".into(), unread: 0, total: 5 };
    vec![
        (
            "inbox-junk",
            list(rows(), &|screen| {
                (screen.folder, screen.first, screen.last, screen.total) = (3, 1, 8, 31);
            }),
        ),
        ("inbox-patient", list(rows(), &|screen| (screen.filter, screen.total) = (Filter::Patient, 6_204))),
        ("inbox-sent", notice(Banner::Sent("Dr Bianca CASTAFIORE".into()))),
        (
            "inbox-sent-long-name",
            notice(Banner::Sent(
                "Service de néphrologie, dialyse et transplantation rénale de l’hôpital de Klow".into(),
            )),
        ),
        (
            "inbox-read-only",
            list(rows(), &|screen| {
                (screen.can_sort, screen.can_write) = (false, false);
            }),
        ),
        (
            "inbox-bin",
            list(rows(), &|screen| {
                (screen.folder, screen.first, screen.last, screen.total) = (4, 1, 8, 1_208);
            }),
        ),
        ("inbox-deleted", done(Done::Deleted, 3, true)),
        ("inbox-moved", done(Done::Moved(cardiology), 12, true)),
        ("inbox-erased", done(Done::Erased, 3, false)),
        ("inbox-not-done", notice(Banner::NotDone(Failure::MailSlow))),
        ("inbox-draft-kept", notice(Banner::DraftKept)),
        ("inbox-draft-lost", notice(Banner::DraftLost(Failure::DraftNotSaved))),
    ]
}

/// Several messages are being chosen.
fn chosen() -> Vec<(&'static str, View)> {
    let choice = |folder: usize, selection: Selection| {
        list(List::Rows(rows()), &|screen| {
            screen.folder = folder;
            screen.selection = Some(selection.clone());
        })
    };
    let three = Selection {
        rows: vec![true, false, true, false, false, true, false, false],
        count: 3,
        unread: true,
        archive: true,
        ..Selection::default()
    };
    let page = Selection { rows: vec![true; 8], count: 1_208, in_junk: true, ..Selection::default() };
    vec![
        ("inbox-chosen", choice(0, three.clone())),
        ("inbox-chosen-none", choice(0, Selection { rows: vec![false; 8], archive: true, ..Selection::default() })),
        ("inbox-chosen-page", choice(3, page)),
        (
            "inbox-chosen-bin",
            choice(4, Selection { rows: vec![true; 8], count: 8, in_bin: true, archive: true, ..Selection::default() }),
        ),
        ("inbox-chosen-busy", choice(0, Selection { busy: true, ..three })),
    ]
}

/// What a search has found.
fn searched() -> Vec<(&'static str, View)> {
    let search = |rows: List, found: u32, looked: u32, done: bool| {
        list(rows.clone(), &|screen| {
            let progress = Progress { found, looked, of: 18_376, done };
            screen.search = Some(Search { text: Text::from("castafiore"), progress });
            (screen.first, screen.last, screen.total) = (u32::from(found > 0), found.min(8), found);
        })
    };
    vec![
        ("inbox-search", search(List::Rows(rows()), 31, 18_376, true)),
        ("inbox-search-going", search(List::Rows(rows()), 12, 4_200, false)),
        ("inbox-search-looking", search(List::Empty, 0, 4_200, false)),
        (
            "inbox-search-long",
            list(List::Rows(rows()), &|screen| {
                let text = Text::from("protocole de dialyse et bilan avant transplantation rénale");
                let progress = Progress { found: 18_376, looked: 18_376, of: 18_376, done: true };
                screen.search = Some(Search { text, progress });
            }),
        ),
        ("inbox-search-empty", search(List::Empty, 0, 18_376, true)),
    ]
}

/// What differs from another state by its words alone.
fn worded() -> Vec<(&'static str, View)> {
    let done = |what: Done, count| {
        list(List::Rows(rows()), &|screen| {
            screen.banner = Banner::Done { what: what.clone(), count, undo: count > 1 };
        })
    };
    let empty = |role, filter| {
        list(List::Empty, &|screen| {
            screen.folders = vec![Folder { role, name: "Congrès".into(), unread: 0, total: 0 }];
            screen.filter = filter;
            (screen.first, screen.last, screen.total) = (0, 0, 0);
        })
    };
    vec![
        ("inbox-done-read", done(Done::Read, 1)),
        ("inbox-done-unread", done(Done::Unread, 12)),
        ("inbox-done-junk", done(Done::Junk, 3)),
        ("inbox-done-restored", done(Done::Restored, 1_208)),
        ("inbox-done-archived", done(Done::Archived, 3)),
        ("inbox-done-emptied", done(Done::Emptied, 1)),
        ("inbox-done-undone", done(Done::Undone, 1)),
        ("inbox-empty-document", empty(FolderRole::Inbox, Filter::WithDocument)),
        ("inbox-empty-patient", empty(FolderRole::Inbox, Filter::Patient)),
        ("inbox-empty-unread-folder", empty(FolderRole::Own, Filter::Unread)),
        ("inbox-empty-drafts", empty(FolderRole::Drafts, Filter::All)),
        ("inbox-empty-sent", empty(FolderRole::Sent, Filter::All)),
        ("inbox-empty-junk", empty(FolderRole::Junk, Filter::All)),
        ("inbox-empty-archive", empty(FolderRole::Archive, Filter::All)),
        ("inbox-empty-own", empty(FolderRole::Own, Filter::All)),
    ]
}

fn mailboxes() -> Vec<MailboxLine> {
    let line = |label: &str, address: &str, kind, count| MailboxLine {
        label: label.into(),
        address: format!("{address}@moulinsart.mssante.example"),
        kind,
        count,
    };
    let known = |unread, total| Count::Known { unread, total };
    vec![
        line("", "tryphon.tournesol", MailboxKind::Personal, known(12, 19_208)),
        line("Secrétariat de cardiologie", "secretariat.cardio", MailboxKind::Organisational, known(3, 2_641)),
        line("Laboratoire, résultats", "resultats.labo", MailboxKind::Applicative, known(0, 58_114)),
        line(
            "Hôpital de jour d’oncologie et soins de support",
            "hdj.oncologie.soins-de-support",
            MailboxKind::Organisational,
            Count::Unknown,
        ),
        line("Urgences", "urgences", MailboxKind::Organisational, Count::Refused),
        line("", "imagerie", MailboxKind::Applicative, Count::Unavailable),
    ]
}

pub(super) fn folders() -> Vec<Folder> {
    let folder = |role, name: &str, unread, total| Folder { role, name: name.into(), unread, total };
    vec![
        folder(FolderRole::Inbox, "INBOX", 12, 18_376),
        folder(FolderRole::Drafts, "Brouillons", 4, 4),
        folder(FolderRole::Sent, "Envoyés", 0, 812),
        folder(FolderRole::Junk, "Indésirables", 0, 31),
        folder(FolderRole::Trash, "Corbeille", 0, 0),
    ]
}

/// Old rows, and what strangers write: no subject, no name, and what never ends.
fn oldest_rows() -> Vec<Row> {
    let row = |sender: &str, subject: &str, patient: &str, (year, month, day), unread, documents| Row {
        uid: 1,
        sender: sender.into(),
        subject: subject.into(),
        patient: patient.into(),
        when: Stamp { day: Day { year, month, day }, hour: 8, minute: 0 },
        unread,
        documents,
        answered: false,
    };
    vec![
        row(
            "Service de néphrologie, dialyse et transplantation rénale",
            "Protocole de dialyse, bilan avant transplantation et compte rendu de la réunion de concertation pluridisciplinaire",
            "SAINT-JEAN-DE-LA-CROIX M.-A.",
            (2026, 11, 18),
            true,
            12,
        ),
        row("Dr Paul CANTONNEAU", "", "", (2026, 9, 28), false, 0),
        row("", "Courrier de sortie", "", (2026, 3, 1), false, 1),
        row("Dr Krollspell", "Avis", "HADDOCK A.", (2025, 12, 31), false, 1),
        row("Observatoire", "Planning d’astreinte", "", (2025, 3, 12), false, 0),
    ]
}

fn answered(mut row: Row) -> Row {
    row.answered = true;
    row
}

fn rows() -> Vec<Row> {
    let mut uid = 19_208;
    let mut row = |sender: &str, subject: &str, patient: &str, (day, hour, minute): (u8, u8, u8), unread, documents| {
        uid -= 1;
        Row {
            uid,
            sender: sender.into(),
            subject: subject.into(),
            patient: patient.into(),
            when: Stamp { day: Day { day, ..NOW.day }, hour, minute },
            unread,
            documents,
            answered: false,
        }
    };
    vec![
        row(
            "Dr Bianca CASTAFIORE",
            "Compte rendu d’hospitalisation, chirurgie ORL",
            "LAMPION S.",
            (23, 10, 31),
            true,
            2,
        ),
        row(
            "Laboratoire Tournesol & Fils",
            "Résultats de biologie du 22/11, dont une valeur critique",
            "HADDOCK A.",
            (23, 10, 8),
            true,
            1,
        ),
        row(
            "Dr Hippolyte CALYS",
            "Re\u{202F}: avis sur le traitement anticoagulant",
            "WAGNER I.",
            (23, 9, 47),
            true,
            0,
        ),
        row(
            "Centre d’imagerie du Sceptre",
            "IRM cérébrale sans injection, conclusion",
            "SANZOT B.",
            (23, 9, 12),
            false,
            3,
        ),
        answered(row("Clinique de Syldavie", "Lettre de liaison à la sortie", "NESTOR J.", (22, 17, 40), false, 1)),
        row("SAMU de Klow", "Fiche de transfert inter-établissements", "", (22, 16, 5), false, 1),
        row(
            "Mme Irma MOULIN, IDE",
            "Pansement complexe, photographie et évolution",
            "LAMPION S.",
            (21, 11, 20),
            false,
            2,
        ),
        row("Pharmacie du Château", "", "HALAMBIQUE N.", (12, 8, 2), false, 1),
    ]
}
