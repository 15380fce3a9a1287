//! R1: a message is written. What is typed stands in the page's fields and leaves with every stroke; it comes back only
//! when something other than typing changed it.

use super::failed::map_failure;
use super::inbox::one_line;
use super::recipients::map_refused;
use super::{Send, refresh};
use crate::french::count;
use crate::{Attachment, ComposeAdapter, ComposeKind, Kept, MainWindow, Missing, RecipientRefusal, papers};
use flow::{Compose, Field, Kind, Language, Text, Touch};
use slint::{ComponentHandle, Model, ModelRc};

/// Lends the page its fingers, and takes the preview's people out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<ComposeAdapter>();
    let touch = send.clone();
    adapter.on_back(move || touch(Touch::Back));
    let touch = send.clone();
    adapter.on_send(move || touch(Touch::Send));
    let touch = send.clone();
    adapter.on_edited(move |text| touch(Touch::Edited(Field::Text, Text::from(text.as_str()))));
    let touch = send.clone();
    adapter.on_subject_edited(move |text| touch(Touch::Edited(Field::Subject, Text::from(text.as_str()))));
    let touch = send.clone();
    adapter.on_focus_on(move |subject| touch(Touch::Focus(if subject { Field::Subject } else { Field::Text })));
    let touch = send.clone();
    adapter.on_phrase(move |index| {
        if let Ok(index) = usize::try_from(index) {
            touch(Touch::Phrase(index));
        }
    });
    let touch = send.clone();
    adapter.on_recipients(move || touch(Touch::Recipients));
    let touch = send.clone();
    adapter.on_attach(move |index, goes| {
        if let Ok(index) = usize::try_from(index) {
            touch(Touch::Attach(index, goes));
        }
    });
    let touch = send.clone();
    adapter.on_ask_receipt(move |ask| touch(Touch::AskReceipt(ask)));
    let touch = send.clone();
    adapter.on_keep_draft(move || touch(Touch::KeepDraft));
}

/// Shows what is written, to whom, and what goes along.
pub(crate) fn show(window: &MainWindow, screen: &Compose, language: Language) {
    let adapter = window.global::<ComposeAdapter>();
    adapter.set_kind(map_kind(screen.kind));
    adapter.set_to(screen.to.first().map(|first| one_line(first.shown())).unwrap_or_default().into());
    adapter.set_others(count(screen.to.len().saturating_sub(1)));
    adapter.set_patient(one_line(&screen.patient.0).into());
    adapter.set_in_subject(screen.field == Field::Subject);
    let documents = screen
        .documents
        .iter()
        .map(|(line, goes)| Attachment {
            title: one_line(&line.title).into(),
            facts: papers::facts(line, language),
            goes: *goes,
        })
        .collect();
    if let Some(model) = refresh(&adapter.get_documents(), documents) {
        adapter.set_documents(model);
    }
    adapter.set_going(count(screen.documents.iter().filter(|(_, goes)| *goes).count()));
    adapter.set_receipt(screen.receipt);
    let phrases = screen.phrases.iter().map(|phrase| phrase.as_str().into()).collect();
    if let Some(model) = refresh(&adapter.get_phrases(), phrases) {
        adapter.set_phrases(model);
    }
    adapter.set_can_send(screen.can_send);
    adapter.set_missing(map_missing(screen));
    adapter.set_refusal(map_refused(screen.refused));
    adapter.set_failed(screen.failed.is_some());
    if let Some(failure) = screen.failed {
        adapter.set_trouble(map_failure(failure));
    }
    adapter.set_code(screen.failed.map(|failure| failure.code()).unwrap_or_default().into());
    adapter.set_kept(map_kept(screen.kept));

    let revision = revision(screen.revision);
    if adapter.get_revision() != revision {
        let (text, subject) = (screen.text.0.replace('\r', ""), one_line(&screen.subject.0));
        adapter.set_text(text.as_str().into());
        adapter.set_subject(subject.as_str().into());
        adapter.set_caret(count(text.len()));
        adapter.set_subject_caret(count(subject.len()));
        adapter.set_text_end(count(text.len()));
        adapter.set_subject_end(count(subject.len()));
        adapter.set_revision(revision);
    }
}

/// A revision as Slint counts it; never that of a page that shows nothing.
pub(super) fn revision(revision: u64) -> i32 {
    i32::try_from(revision % 0x7FFF_FFFF).unwrap_or_default()
}

/// Of a page that shows nothing: the next text is taken over, whatever its revision.
pub(super) const NOTHING: i32 = -1;

/// Forgets what was written, and to whom.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<ComposeAdapter>();
    adapter.set_to("".into());
    adapter.set_others(0);
    adapter.set_patient("".into());
    adapter.set_text("".into());
    adapter.set_caret(0);
    adapter.set_subject("".into());
    adapter.set_subject_caret(0);
    adapter.set_text_end(0);
    adapter.set_subject_end(0);
    adapter.set_revision(NOTHING);
    adapter.set_in_subject(false);
    adapter.set_documents(ModelRc::default());
    adapter.set_going(0);
    adapter.set_receipt(false);
    adapter.set_phrases(ModelRc::default());
    adapter.set_can_send(false);
    adapter.set_refusal(RecipientRefusal::Nothing);
    adapter.set_failed(false);
    adapter.set_code("".into());
    adapter.set_kept(Kept::Nothing);
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<ComposeAdapter>();
    adapter.get_documents().row_count() == 0
        && adapter.get_refusal() == RecipientRefusal::Nothing
        && !adapter.get_failed()
        && [adapter.get_to(), adapter.get_patient(), adapter.get_text(), adapter.get_subject(), adapter.get_code()]
            .iter()
            .all(|text| text.is_empty())
}

fn map_kind(kind: Kind) -> ComposeKind {
    match kind {
        Kind::New => ComposeKind::New,
        Kind::Reply => ComposeKind::Reply,
        Kind::ReplyAll => ComposeKind::ReplyAll,
        Kind::Forward => ComposeKind::Forward,
        Kind::Draft => ComposeKind::Draft,
    }
}

/// Why «Envoyer» waits. An answer without a recipient is one that is still being made ready.
fn map_missing(screen: &Compose) -> Missing {
    if screen.refused.is_some() || screen.failed.is_some() {
        return Missing::Refused;
    }
    match (screen.can_send, screen.to.is_empty(), screen.kind) {
        (true, ..) => Missing::Nothing,
        (false, true, Kind::Reply | Kind::ReplyAll) => Missing::Preparing,
        (false, true, Kind::New | Kind::Forward | Kind::Draft) => Missing::Recipient,
        (false, false, _) => Missing::Refused,
    }
}

fn map_kept(kept: flow::Kept) -> Kept {
    match kept {
        flow::Kept::Nothing => Kept::Nothing,
        flow::Kept::Not => Kept::Not,
        flow::Kept::Yes => Kept::Yes,
        flow::Kept::Failed => Kept::Failed,
    }
}
