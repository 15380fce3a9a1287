//! What a picture says in words: every text on it, for looking after somebody who should no longer be there.

use flow::{
    Bar, ChooseMailbox, EnterPin, Folder, Inbox, List, MailboxKind, MailboxLine, Row, Screen, SessionBar, View,
};

/// The name of a BAL as the screen words it.
#[must_use]
pub fn title(label: &str, kind: MailboxKind, address: &str) -> String {
    match (label, kind) {
        ("", MailboxKind::Personal) => "Ma boîte".into(),
        ("", _) => address.into(),
        (label, _) => label.into(),
    }
}

/// Every text of a picture that is about a person, one a line. A new field does not compile until it is looked at.
#[must_use]
pub fn shown_text(view: &View) -> String {
    let View { screen, bar, display: _ } = view;
    let Bar { time: _, network: _, reader: _, card: _, session } = bar;
    let mut texts = Vec::new();
    if let Some(SessionBar { initials, name, mailbox, kind: _, can_change: _ }) = session {
        texts.extend([initials.clone(), name.clone(), mailbox.clone()]);
    }
    match screen {
        Screen::EnterPin(pin) => {
            let EnterPin { holder, number, typed: _, complete: _, tries: _, wrong: _, checking: _, .. } = pin;
            texts.extend([holder.clone(), number.clone()]);
        }
        Screen::ChooseMailbox(ChooseMailbox { lines, first: _, total: _, refused: _ }) => {
            for MailboxLine { label, address, kind: _, count: _ } in lines {
                texts.extend([label.clone(), address.clone()]);
            }
        }
        Screen::Inbox(Inbox { folders, folder: _, list, first: _, last: _, total: _, new: _ }) => {
            for Folder { role: _, name, unread: _, total: _ } in folders {
                texts.push(name.clone());
            }
            match list {
                List::Rows(rows) => {
                    for Row { uid: _, sender, subject, patient, when: _, unread: _, documents: _ } in rows {
                        texts.extend([sender.clone(), subject.clone(), patient.clone()]);
                    }
                }
                List::Loading | List::Empty | List::Failed(_) => {}
            }
        }
        // Pages that name nobody: their variants carry numbers and codes only.
        Screen::Starting
        | Screen::Idle(_)
        | Screen::Maintenance(_)
        | Screen::Reading(_)
        | Screen::NoReader
        | Screen::Unreadable(_)
        | Screen::Connecting(_)
        | Screen::Reconnecting(_)
        | Screen::StillThere(_)
        | Screen::RemoveCard(_)
        | Screen::Failed(_)
        | Screen::Help
        | Screen::DisplaySettings => {}
    }
    texts.join("\n")
}
