//! One view of every state, with invented people: what pictures, tests and benches look at. No product code uses it.
//!
//! Names begin with the page's word; telephone numbers are of the range kept for fiction.

mod document;
mod doors;
mod mailbox;
mod message;
mod writing;

use crate::{Chip, Site};
use flow::{
    Bar, Connecting, Day, Display, EnterPin, Failed, Failure, Idle, List, MailboxKind, Notice, Paper, RemoveCard,
    Screen, SessionBar, Stamp, Step, StillThere, Tries, View,
};

/// The site of the pictures.
pub fn site() -> Site {
    Site {
        name: "Centre hospitalier de Moulinsart".into(),
        phone: "01 99 00 42 42".into(),
        mail: "assistance@moulinsart.example".into(),
        hours: "7\u{202F}h – 20\u{202F}h".into(),
        machine: "MLS-B-014".into(),
        chip: Chip::Down,
        help: Some("https://aide.moulinsart.example/guichet".into()),
    }
}

/// Monday the 23rd of November 2026, 10:42.
pub const NOW: Stamp = Stamp { day: Day { year: 2026, month: 11, day: 23 }, hour: 10, minute: 42 };

/// The same view with no more rows than the panel holds and pages drawn for its width, as the program sees to it.
pub fn fitted(mut view: View, panel_width: u32) -> View {
    let most = crate::rows(panel_width, view.display.large);
    if let Screen::Inbox(inbox) = &mut view.screen
        && let List::Rows(rows) = &mut inbox.list
    {
        let rows_of_page = usize::try_from(most).unwrap_or(usize::MAX);
        rows.truncate(rows_of_page);
        if let Some(selection) = &mut inbox.selection {
            selection.rows.truncate(rows_of_page);
        }
        inbox.last = inbox.last.min(inbox.first + most - 1);
    }
    if let Screen::Document(document) = &mut view.screen
        && let Paper::Pages { picture: Some(picture), zoom, .. } = &mut document.paper
    {
        *picture = document::sheet(crate::sheet_width_at(panel_width, view.display.large, *zoom));
    }
    view
}

/// Every state, by name.
pub fn all() -> Vec<(&'static str, View)> {
    let mut views = public();
    views.extend(code());
    views.extend(opening());
    views.extend(doors::all());
    views.extend(mailbox::all());
    views.extend(message::all());
    views.extend(writing::all());
    views.extend(document::all());
    views.extend(closing());
    views.extend(failures());
    views
}

/// Before a card is in: D1, A1 to A3, S3, C1 to C3, help and display.
fn public() -> Vec<(&'static str, View)> {
    let idle = |notice, closed| view(Screen::Idle(Idle { notice, closed, doors: flow::Doors::default() }), bar(false));
    let mut down = idle(Some(Notice::NetworkDown), false);
    down.bar.network = false;
    let mut unplugged = view(Screen::NoReader(flow::Doors::default()), bar(false));
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
            phone: false,
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
        ("enter-pin-phone", page(&|screen| screen.phone = true)),
        (
            "enter-pin-phone-last",
            page(&|screen| (screen.tries, screen.wrong, screen.phone) = (Tries::Last, true, true)),
        ),
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
        ("remove-card-session-over", remove(RemoveCard::SessionOver)),
        ("remove-card-forgotten", remove(RemoveCard::Forgotten)),
    ]
}

/// D2, C4 to C10, P4, X3 to X5, B1, G1: one view for each code.
fn failures() -> Vec<(&'static str, View)> {
    let name = |failure: Failure| failure.code();
    Failure::ALL
        .iter()
        .map(|&failure| {
            // At the start there is no way back; from a session that no card opened there is.
            let start = matches!(failure, Failure::ReaderService | Failure::Configuration | Failure::SelfTest);
            let home = matches!(
                failure,
                Failure::PhoneRefused
                    | Failure::PhoneExpired
                    | Failure::PhoneOther
                    | Failure::ServiceUnreadable
                    | Failure::OtherPerson
                    | Failure::SessionOver
            );
            let card = !start && !home;
            let day = matches!(failure, Failure::CardExpired).then_some(Day { year: 2026, month: 3, day: 12 });
            let screen = Screen::Failed(Failed { failure, day, retry: failure.retry(), card, home, at: Some(NOW) });
            let mut view = view(screen, bar(card));
            view.bar.network = failure != Failure::NetworkDown;
            (name(failure), view)
        })
        .collect()
}

fn view(screen: Screen, bar: Bar) -> View {
    View { screen, bar, display: Display::default() }
}

/// A page of the person's own BAL.
fn page(screen: Screen) -> View {
    view(screen, session_bar("", Some(MailboxKind::Personal), true))
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
        can_mask: true,
        can_finish: false,
        ends_in: None,
    };
    Bar { session: Some(session), ..bar(true) }
}
