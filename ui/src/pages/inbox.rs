//! I1 to I5: the list of messages.

use super::{Send, map_move, refresh};
use crate::french::{self, Form, count, number, span};
use crate::{DateForm, DateParts, FolderItem, FolderKind, InboxAdapter, InboxList, MainWindow, MessageItem};
use flow::{Folder, FolderRole, Inbox, Language, List, Row, Stamp, Touch};
use slint::{ComponentHandle, Model, ModelRc};

/// Lends the page its fingers, and takes the preview's people out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<InboxAdapter>();
    let touch = send.clone();
    adapter.on_open_folder(move |index| {
        if let Ok(index) = usize::try_from(index) {
            touch(Touch::OpenFolder(index));
        }
    });
    let touch = send.clone();
    adapter.on_moved(move |to| touch(Touch::Move(map_move(to))));
    let touch = send.clone();
    adapter.on_show_new(move || touch(Touch::ShowNew));
    let touch = send.clone();
    adapter.on_dismiss_new(move || touch(Touch::DismissNew));
    let touch = send.clone();
    adapter.on_retry(move || touch(Touch::Retry));
}

/// Shows the list as it is at `now`, from which dates are told.
pub(crate) fn show(window: &MainWindow, screen: &Inbox, now: Option<Stamp>, language: Language) {
    let adapter = window.global::<InboxAdapter>();
    let folders = screen.folders.iter().map(|folder| map_folder(folder, language)).collect();
    if let Some(model) = refresh(&adapter.get_folders(), folders) {
        adapter.set_folders(model);
    }
    let open = screen.folders.get(screen.folder);
    adapter.set_folder(count(screen.folder));
    // Before the folders are known, only the inbox can be open, and nothing is known of it.
    adapter.set_known(open.is_some());
    adapter.set_open(open.map(|folder| map_folder(folder, language)).unwrap_or_default());

    let (list, rows, code) = match &screen.list {
        List::Loading => (InboxList::Loading, Vec::new(), ""),
        List::Rows(rows) => (InboxList::Rows, rows.iter().map(|row| map_row(row, now)).collect(), ""),
        List::Empty => (InboxList::Empty, Vec::new(), ""),
        List::Failed(failure) => (InboxList::Failed, Vec::new(), failure.code()),
    };
    if let Some(model) = refresh(&adapter.get_rows(), rows) {
        adapter.set_rows(model);
    }
    adapter.set_list(list);
    adapter.set_code(code.into());

    // While the rows of another folder are on their way, the totals at hand are still those of the one before.
    let total = match (&screen.list, open) {
        (List::Loading, Some(folder)) => folder.total,
        _ => screen.total,
    };
    let last = screen.last.min(total);
    adapter.set_paged(total > 0);
    adapter.set_span(span(screen.first.min(last), last, language).into());
    adapter.set_total(number(total, language).into());
    adapter.set_can_back(screen.first > 1);
    adapter.set_can_forward(last < total);
    adapter.set_new(count(screen.new));
    adapter.set_new_text(number(screen.new, language).into());
}

/// Forgets every sender, subject, patient and folder.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<InboxAdapter>();
    adapter.set_folders(ModelRc::default());
    adapter.set_folder(0);
    adapter.set_known(false);
    adapter.set_open(FolderItem::default());
    adapter.set_rows(ModelRc::default());
    adapter.set_list(InboxList::Loading);
    adapter.set_code("".into());
    adapter.set_paged(false);
    adapter.set_span("".into());
    adapter.set_total("".into());
    adapter.set_can_back(false);
    adapter.set_can_forward(false);
    adapter.set_new(0);
    adapter.set_new_text("".into());
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<InboxAdapter>();
    adapter.get_rows().row_count() == 0
        && adapter.get_folders().row_count() == 0
        && adapter.get_open() == FolderItem::default()
        && [adapter.get_span(), adapter.get_total(), adapter.get_code(), adapter.get_new_text()]
            .iter()
            .all(|text| text.is_empty())
}

fn map_folder(folder: &Folder, language: Language) -> FolderItem {
    FolderItem {
        kind: map_role(folder.role),
        name: folder.name.as_str().into(),
        unread: count(folder.unread),
        unread_text: number(folder.unread, language).into(),
    }
}

fn map_role(role: FolderRole) -> FolderKind {
    match role {
        FolderRole::Inbox => FolderKind::Inbox,
        FolderRole::Drafts => FolderKind::Drafts,
        FolderRole::Sent => FolderKind::Sent,
        FolderRole::Junk => FolderKind::Junk,
        FolderRole::Trash => FolderKind::Trash,
        FolderRole::Archive => FolderKind::Archive,
        FolderRole::Own => FolderKind::Own,
    }
}

fn map_row(row: &Row, now: Option<Stamp>) -> MessageItem {
    MessageItem {
        sender: one_line(&row.sender).into(),
        subject: one_line(&row.subject).into(),
        patient: one_line(&row.patient).into(),
        date: map_date(row.when, now),
        unread: row.unread,
        documents: row.documents.into(),
    }
}

fn map_date(when: Stamp, now: Option<Stamp>) -> DateParts {
    let (form, weekday) = match french::form(when, now) {
        Form::Hour => (DateForm::Hour, 0),
        Form::Yesterday => (DateForm::Yesterday, 0),
        Form::Weekday(weekday) => (DateForm::Weekday, weekday),
        Form::DayAndMonth => (DateForm::DayAndMonth, 0),
        Form::Full => (DateForm::Full, 0),
    };
    DateParts {
        form,
        hour: french::clock(when).into(),
        weekday: weekday.into(),
        day: when.day.day.into(),
        month: when.day.month.into(),
        year: when.day.year.into(),
    }
}

/// The longest text of a row that can be seen; the rest would only cost layout.
const LONGEST: usize = 200;

/// What a stranger wrote, fit for one line of a list: no line break, no control, no direction override, not too long.
fn one_line(text: &str) -> String {
    let seen =
        |letter: char| if letter.is_control() || letter == '\u{2028}' || letter == '\u{2029}' { ' ' } else { letter };
    let turns =
        |letter: &char| !matches!(letter, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(turns).map(seen).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_line_break_or_direction_override_does_not_reach_the_row() {
        assert_eq!(one_line("Compte\r\nrendu\tORL"), "Compte  rendu ORL");
        assert_eq!(one_line("facture\u{202E}fdp.exe"), "facturefdp.exe");
        assert_eq!(one_line(&"a".repeat(100_000)).len(), LONGEST);
    }
}
