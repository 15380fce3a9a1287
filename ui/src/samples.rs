//! One view of every state, with invented people: what pictures, tests and benches look at. No product code uses it.
//!
//! Names begin with the page's word; telephone numbers are of the range kept for fiction.

use crate::{Chip, Site};
use flow::{
    Bar, ChooseMailbox, Connecting, Count, Day, Display, EnterPin, Failed, Failure, Folder, FolderRole, Idle, Inbox,
    List, MailboxKind, MailboxLine, Notice, RemoveCard, Row, Screen, SessionBar, Stamp, Step, StillThere, Tries, View,
};

/// The site of the pictures.
pub fn site() -> Site {
    Site {
        name: "Centre hospitalier de Moulinsart".into(),
        phone: "01 99 00 42 42".into(),
        hours: "7\u{202F}h – 20\u{202F}h".into(),
        machine: "MLS-B-014".into(),
        chip: Chip::Down,
        help: Some("https://aide.moulinsart.example/guichet".into()),
    }
}

/// Monday the 23rd of November 2026, 10:42.
pub const NOW: Stamp = Stamp { day: Day { year: 2026, month: 11, day: 23 }, hour: 10, minute: 42 };

/// The same view with no more rows than the panel holds, as the program's settings see to it.
pub fn fitted(mut view: View, panel_width: u32) -> View {
    let most = crate::rows(panel_width, view.display.large);
    if let Screen::Inbox(inbox) = &mut view.screen
        && let List::Rows(rows) = &mut inbox.list
    {
        rows.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        inbox.last = inbox.last.min(inbox.first + most - 1);
    }
    view
}

/// Every state, by name.
pub fn all() -> Vec<(&'static str, View)> {
    let mut views = public();
    views.extend(code());
    views.extend(opening());
    views.extend(session());
    views.extend(closing());
    views.extend(failures());
    views
}

/// Before a card is in: D1, A1 to A3, S3, C1 to C3, help and display.
fn public() -> Vec<(&'static str, View)> {
    let idle = |notice, closed| view(Screen::Idle(Idle { notice, closed }), bar(false));
    let mut down = idle(Some(Notice::NetworkDown), false);
    down.bar.network = false;
    let mut unplugged = view(Screen::NoReader, bar(false));
    unplugged.bar.reader = false;
    let mut starting = view(Screen::Starting, bar(false));
    starting.bar.time = None;
    vec![
        ("starting", starting),
        ("idle", idle(None, false)),
        ("idle-network-down", down),
        ("idle-clock-wrong", idle(Some(Notice::ClockWrong), false)),
        ("idle-closed", idle(None, true)),
        ("maintenance", view(Screen::Maintenance(Some(12)), bar(false))),
        ("maintenance-one-minute", view(Screen::Maintenance(Some(1)), bar(false))),
        ("maintenance-unknown", view(Screen::Maintenance(None), bar(false))),
        ("no-reader", unplugged),
        ("reading", view(Screen::Reading(false), bar(true))),
        ("reading-slow", view(Screen::Reading(true), bar(true))),
        ("unreadable", view(Screen::Unreadable(false), bar(true))),
        ("unreadable-wipe", view(Screen::Unreadable(true), bar(true))),
        ("help", view(Screen::Help, bar(false))),
        ("display-settings", view(Screen::DisplaySettings, bar(false))),
    ]
}

/// P1 to P3.
fn code() -> Vec<(&'static str, View)> {
    let page = |change: &dyn Fn(&mut EnterPin)| {
        let mut screen = EnterPin {
            holder: "Dr Tryphon TOURNESOL".into(),
            number: "CPS3v3-3100422868".into(),
            typed: 0,
            complete: false,
            tries: Tries::Left(3),
            wrong: false,
            checking: false,
            keys: [1, 2, 3, 4, 5, 6, 7, 8, 9, 0],
            shuffled: false,
        };
        change(&mut screen);
        view(Screen::EnterPin(screen), bar(true))
    };
    vec![
        ("enter-pin", page(&|_| {})),
        ("enter-pin-nameless", page(&|screen| screen.holder.clear())),
        ("enter-pin-typed", page(&|screen| (screen.typed, screen.complete) = (4, true))),
        ("enter-pin-full", page(&|screen| (screen.typed, screen.complete) = (8, true))),
        ("enter-pin-unknown-tries", page(&|screen| screen.tries = Tries::Unknown)),
        ("enter-pin-wrong", page(&|screen| (screen.tries, screen.wrong) = (Tries::Left(2), true))),
        ("enter-pin-last", page(&|screen| (screen.tries, screen.wrong) = (Tries::Last, true))),
        ("enter-pin-checking", page(&|screen| (screen.typed, screen.complete, screen.checking) = (4, true, true))),
        ("enter-pin-shuffled", page(&|screen| (screen.keys, screen.shuffled) = ([7, 3, 0, 9, 1, 5, 2, 8, 4, 6], true))),
        (
            "enter-pin-long-name",
            page(&|screen| screen.holder = "Pr Anne-Charlotte DE LA ROCHEFOUCAULD-MONTMORENCY".into()),
        ),
    ]
}

/// X1, X2.
fn opening() -> Vec<(&'static str, View)> {
    let connecting = |step, slow| view(Screen::Connecting(Connecting { step, slow }), bar(true));
    let reconnecting = |seconds| {
        let mut view = view(Screen::Reconnecting(seconds), bar(true));
        view.bar.network = false;
        view
    };
    vec![
        ("connecting", connecting(Step::Identity, false)),
        ("connecting-mailbox", connecting(Step::Mailbox, false)),
        ("connecting-slow", connecting(Step::Mailbox, true)),
        ("reconnecting", reconnecting(8)),
        ("reconnecting-long", reconnecting(20)),
        ("reconnecting-now", reconnecting(0)),
    ]
}

/// B2, I1 to I5.
fn session() -> Vec<(&'static str, View)> {
    let choice = |lines: Vec<MailboxLine>, first, total, refused| {
        let screen = Screen::ChooseMailbox(ChooseMailbox { lines, first, total, refused });
        view(screen, session_bar("", None, true))
    };
    let list = |list: List, change: &dyn Fn(&mut Inbox)| {
        let mut screen = Inbox { folders: folders(), folder: 0, list, first: 1, last: 8, total: 18_376, new: 0 };
        change(&mut screen);
        view(Screen::Inbox(screen), session_bar("", Some(MailboxKind::Personal), true))
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
        ("inbox-new", list(List::Rows(all.clone()), &|screen| screen.new = 1)),
        ("inbox-many-new", list(List::Rows(all), &|screen| screen.new = 1_204)),
        (
            "inbox-empty",
            list(List::Empty, &|screen| {
                screen.folders.iter_mut().take(1).for_each(|folder| folder.unread = 0);
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

/// S1, S2, S5, P5.
fn closing() -> Vec<(&'static str, View)> {
    let still = |seconds| view(Screen::StillThere(StillThere { seconds, of: 30 }), bar(true));
    let remove = |why| view(Screen::RemoveCard(why), bar(true));
    vec![
        ("still-there", still(24)),
        ("still-there-last", still(1)),
        ("remove-card", remove(RemoveCard::Finished)),
        ("remove-card-timed-out", remove(RemoveCard::TimedOut)),
        ("remove-card-pin-timed-out", remove(RemoveCard::PinTimedOut)),
        ("remove-card-forgotten", remove(RemoveCard::Forgotten)),
    ]
}

/// D2, C4 to C10, P4, X3 to X5, B1, G1: one view for each code.
fn failures() -> Vec<(&'static str, View)> {
    let name = |failure: Failure| failure.code();
    Failure::ALL
        .iter()
        .map(|&failure| {
            let card = !matches!(failure, Failure::ReaderService | Failure::Configuration | Failure::SelfTest);
            let day = matches!(failure, Failure::CardExpired).then_some(Day { year: 2026, month: 3, day: 12 });
            let screen = Screen::Failed(Failed { failure, day, retry: failure.retry(), card });
            let mut view = view(screen, bar(card));
            view.bar.network = failure != Failure::NetworkDown;
            (name(failure), view)
        })
        .collect()
}

fn view(screen: Screen, bar: Bar) -> View {
    View { screen, bar, display: Display::default() }
}

fn bar(card: bool) -> Bar {
    Bar { time: Some(NOW), network: true, reader: true, card, session: None }
}

fn session_bar(mailbox: &str, kind: Option<MailboxKind>, can_change: bool) -> Bar {
    let session = SessionBar {
        initials: "TT".into(),
        name: "Dr Tryphon TOURNESOL".into(),
        mailbox: mailbox.into(),
        kind,
        can_change,
    };
    Bar { session: Some(session), ..bar(true) }
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

fn folders() -> Vec<Folder> {
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
        row("Clinique de Syldavie", "Lettre de liaison à la sortie", "NESTOR J.", (22, 17, 40), false, 1),
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
