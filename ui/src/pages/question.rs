//! R4, and what cannot be undone: a question that takes the whole page. R2 has a page of its own, `sheet`.

use super::Send;
use crate::french::{count, number};
use crate::{MainWindow, QuestionAdapter, QuestionKind};
use flow::{Language, Question, Touch};
use slint::ComponentHandle;

/// Lends the page its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let adapter = window.global::<QuestionAdapter>();
    let touch = send.clone();
    adapter.on_back(move || touch(Touch::Back));
    let touch = send.clone();
    adapter.on_keep_draft(move || touch(Touch::KeepDraft));
    let touch = send.clone();
    adapter.on_confirm(move || touch(Touch::Confirm));
}

/// Shows the question.
pub(crate) fn show(window: &MainWindow, screen: &Question, language: Language) {
    let adapter = window.global::<QuestionAdapter>();
    let (kind, messages) = match screen {
        Question::EmptyBin(messages) => (QuestionKind::Empty, *messages),
        Question::Erase(messages) => (QuestionKind::Erase, *messages),
        Question::Discard | Question::Send(_) => (QuestionKind::Discard, 0),
    };
    adapter.set_kind(kind);
    adapter.set_count(count(messages));
    adapter.set_count_text(number(messages, language).into());
}
