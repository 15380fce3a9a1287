//! Rows, folders and dates of the list, as they are shown.

use crate::french::{self, Form, count, number};
use crate::{DateForm, DateParts, FolderItem, FolderKind, MessageItem};
use flow::{Folder, FolderRole, Language, Row, Selection, Stamp};

/// The folder that stands at this place among all.
pub(crate) fn map_folder(place: usize, folder: &Folder, language: Language) -> FolderItem {
    FolderItem {
        kind: map_role(folder.role),
        name: one_line(&folder.name).into(),
        unread: count(folder.unread),
        unread_text: number(folder.unread, language).into(),
        index: count(place),
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

/// The row at this place of the page.
pub(super) fn map_row(place: usize, row: &Row, now: Option<Stamp>, selection: Option<&Selection>) -> MessageItem {
    MessageItem {
        sender: one_line(&row.sender).into(),
        subject: one_line(&row.subject).into(),
        patient: one_line(&row.patient).into(),
        date: map_date(row.when, now),
        unread: row.unread,
        documents: row.documents.into(),
        answered: row.answered,
        chosen: selection.and_then(|selection| selection.rows.get(place)).copied().unwrap_or_default(),
    }
}

/// A date as it is told at `now`, in whatever form.
pub(crate) fn map_date(when: Stamp, now: Option<Stamp>) -> DateParts {
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
        hours: when.hour.into(),
        minutes: format!("{:02}", when.minute).into(),
        weekday: weekday.into(),
        day: when.day.day.into(),
        month: when.day.month.into(),
        year: when.day.year.into(),
    }
}

/// The longest text of a row that can be seen; the rest would only cost layout.
const LONGEST: usize = 200;

/// What a stranger wrote, fit for one line of a list: no line break, no control, no direction override, not too long.
pub(crate) fn one_line(text: &str) -> String {
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
