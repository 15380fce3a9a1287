//! What a picture says in words: every text on it, for looking after somebody who should no longer be there.

use flow::{
    Banner, Bar, CardLine, ChooseCard, ChooseMailbox, ChoosePlace, Correspondent, Document, Done, EnterNumber,
    EnterPin, Folder, Inbox, Letter, List, MailboxKind, MailboxLine, More, MoveTo, Paper, Part, Patient, Question,
    RecipientLine, Replies, Row, Screen, ServiceChoice, ServiceCode, ServiceForm, ServiceMessage, SessionBar, Sheet,
    Trouble, Typing, View,
};

/// A provider's words about what went wrong.
fn refusal(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Refused(words) => words.0.clone(),
        Trouble::Nothing | Trouble::NotTheSame => String::new(),
    }
}

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
    if let Some(SessionBar {
        initials,
        name,
        mailbox,
        kind: _,
        can_change: _,
        can_mask: _,
        can_finish: _,
        ends_in: _,
    }) = session
    {
        texts.extend([initials.clone(), name.clone(), mailbox.clone()]);
    }
    match screen {
        Screen::EnterPin(pin) => {
            let EnterPin { holder, number, typed: _, complete: _, tries: _, wrong: _, checking: _, .. } = pin;
            texts.extend([holder.clone(), number.clone()]);
        }
        Screen::ChooseCard(ChooseCard { lines }) => {
            let card = |line: &CardLine| [line.number.clone(), line.holder.clone()];
            texts.extend(lines.iter().flatten().flat_map(card));
        }
        Screen::ChoosePlace(ChoosePlace { lines, first: _, total: _ }) => {
            texts.extend(lines.iter().map(|line| line.0.clone()));
        }
        Screen::EnterNumber(EnterNumber { typed, left: _, complete: _, trouble: _ }) => texts.push(typed.0.clone()),
        Screen::ServiceForm(ServiceForm { fields, trouble, notice, .. }) => {
            texts.extend(fields.iter().flat_map(|line| [line.label.0.clone(), line.text.0.clone()]));
            texts.extend([notice.0.clone(), refusal(trouble)]);
        }
        Screen::ServiceChoice(ServiceChoice { login, factors, trouble, busy: _ }) => {
            texts.push(login.0.clone());
            texts.extend(factors.iter().map(|(_, words)| words.0.clone()));
            texts.push(refusal(trouble));
        }
        Screen::ServiceCode(ServiceCode { notice, digits, trouble, .. }) => {
            texts.push(notice.0.clone());
            texts.push(digits.0.iter().map(|digit| char::from(b'0' + digit)).collect());
            texts.push(refusal(trouble));
        }
        Screen::ServiceMessage(ServiceMessage { text, trouble, .. }) => {
            texts.extend([text.0.clone(), refusal(trouble)]);
        }
        Screen::ChooseMailbox(ChooseMailbox { lines, first: _, total: _, refused: _ }) => {
            for MailboxLine { label, address, kind: _, count: _ } in lines {
                texts.extend([label.clone(), address.clone()]);
            }
        }
        Screen::Inbox(inbox) => {
            let Inbox { folders, list, banner, search, folder: _, first: _, last: _, total: _, .. } = &**inbox;
            texts.extend(folders.iter().map(folder));
            if let List::Rows(rows) = list {
                for Row { uid: _, sender, subject, patient, when: _, unread: _, documents: _, answered: _ } in rows {
                    texts.extend([sender.clone(), subject.clone(), patient.clone()]);
                }
            }
            texts.extend(search.iter().map(|search| search.text.0.clone()));
            match banner {
                Banner::Sent(name) => texts.push(name.0.clone()),
                Banner::Done { what: Done::Moved(into), count: _, undo: _ } => texts.push(folder(into)),
                Banner::Done { what: _, count: _, undo: _ } => {}
                Banner::None | Banner::New(_) | Banner::NotDone(_) | Banner::DraftKept | Banner::DraftLost(_) => {}
            }
        }
        Screen::Message(message) => texts.extend(letter(&message.letter)),
        Screen::More(More { subject, .. }) => texts.push(subject.0.clone()),
        Screen::Document(document) => {
            let Document { title, author, patient, paper, date: _, kind: _, size: _, abnormal: _, can_print: _ } =
                &**document;
            texts.extend([title.0.clone(), author.0.clone()]);
            texts.extend(patient.iter().flat_map(named));
            match paper {
                Paper::Structured(parts) => texts.extend(parts.iter().flat_map(part)),
                // Pictures are not words.
                Paper::Pages { .. } | Paper::Refused(_) | Paper::Loading(_) => {}
            }
        }
        Screen::Typing(Typing { text, purpose: _, revision: _, complete: _ }) => texts.push(text.0.clone()),
        Screen::MoveTo(MoveTo { folders, count: _ }) => texts.extend(folders.iter().map(|(_, one)| folder(one))),
        Screen::Replies(Replies { to, subject, patient, replies: _ }) => {
            texts.extend([to.0.clone(), subject.0.clone(), patient.0.clone()]);
        }
        Screen::Compose(compose) => {
            texts.extend(compose.to.iter().flat_map(person));
            texts.extend([compose.subject.0.clone(), compose.text.0.clone(), compose.patient.0.clone()]);
            texts.extend(compose.documents.iter().map(|(line, _)| line.title.clone()));
        }
        Screen::Recipients(recipients) => {
            texts.extend(recipients.chosen.iter().flat_map(person));
            for RecipientLine { who, detail, chosen: _ } in &recipients.lines {
                texts.extend(person(who));
                texts.push(detail.0.clone());
            }
            texts.push(recipients.query.0.clone());
        }
        Screen::Question(Question::Send(Sheet { to, subject, text, documents: _, blank: _ })) => {
            texts.extend(to.iter().flat_map(person));
            texts.extend([subject.0.clone(), text.0.clone()]);
        }
        Screen::Question(Question::EmptyBin(_) | Question::Erase(_) | Question::Discard) => {}
        // Pages that name nobody: their variants carry numbers and codes only.
        Screen::Starting
        | Screen::Idle(_)
        | Screen::Maintenance(_)
        | Screen::Reading(_)
        | Screen::NoReader(_)
        | Screen::Phone(_)
        | Screen::PhoneHelp(_)
        | Screen::Unreadable(_)
        | Screen::Connecting(_)
        | Screen::Reconnecting(_)
        | Screen::StillThere(_)
        | Screen::Jump(_)
        | Screen::SortChoice(_)
        | Screen::Sending(_)
        | Screen::Parting(_)
        | Screen::Print(_)
        | Screen::Masked(_)
        | Screen::RemoveCard(_)
        | Screen::Failed(_)
        | Screen::Help
        | Screen::DisplaySettings => {}
    }
    texts.join("\n")
}

fn folder(folder: &Folder) -> String {
    let Folder { role: _, name, unread: _, total: _ } = folder;
    name.clone()
}

fn person(person: &Correspondent) -> [String; 2] {
    let Correspondent { name, address } = person;
    [name.clone(), address.clone()]
}

fn named(patient: &Patient) -> [String; 3] {
    let Patient { family, given, ins, born: _, age: _, sex: _, qualified: _ } = patient;
    [family.clone(), given.clone(), ins.clone()]
}

fn letter(letter: &Letter) -> Vec<String> {
    let mut texts: Vec<String> = person(&letter.from).into();
    texts.extend(letter.to.iter().flat_map(person));
    texts.push(letter.subject.clone());
    texts.extend(letter.patient.iter().flat_map(named));
    texts.extend(letter.blocks.iter().map(|block| block.text.clone()));
    texts.extend(letter.documents.iter().flat_map(|line| [line.title.clone(), line.author.clone()]));
    texts
}

fn part(part: &Part) -> Vec<String> {
    match part {
        Part::Text(block) => vec![block.text.clone()],
        Part::Facts(facts) => facts.iter().flat_map(|(label, value)| [label.clone(), value.clone()]).collect(),
        Part::Table { head, rows } => {
            head.iter().cloned().chain(rows.iter().flat_map(|row| row.cells.clone())).collect()
        }
        Part::Results(findings) => findings.iter().flat_map(|one| [one.analysis.clone(), one.value.clone()]).collect(),
    }
}
