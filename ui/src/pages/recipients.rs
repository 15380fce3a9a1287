//! Whom to write to: recent correspondents, or what the directory answered.

use super::inbox::one_line;
use super::{Send, map_move, refresh};
use crate::french::{number, span};
use crate::{MainWindow, Person, RecipientList, RecipientRefusal, RecipientsAdapter};
use flow::{Correspondent, Language, RecipientLine, Recipients, Refused, Source, Touch};
use slint::{ComponentHandle, Model, ModelRc};

/// Lends the page its fingers, and takes the preview's people out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<RecipientsAdapter>();
    let touch = send.clone();
    adapter.on_done(move || touch(Touch::Done));
    let touch = send.clone();
    adapter.on_search(move || touch(Touch::SearchRecipient));
    let touch = send.clone();
    adapter.on_again(move || touch(Touch::Retry));
    let touch = send.clone();
    adapter.on_touched(move |index| {
        if let Ok(index) = usize::try_from(index) {
            touch(Touch::Recipient(index));
        }
    });
    let touch = send.clone();
    adapter.on_remove(move |index| {
        if let Ok(index) = usize::try_from(index) {
            touch(Touch::RemoveRecipient(index));
        }
    });
    let touch = send.clone();
    adapter.on_moved(move |to| touch(Touch::Move(map_move(to))));
}

/// Shows those chosen, and those who may be.
pub(crate) fn show(window: &MainWindow, screen: &Recipients, language: Language) {
    let adapter = window.global::<RecipientsAdapter>();
    let chosen = screen.chosen.iter().map(|who| one_line(who.shown()).into()).collect();
    if let Some(model) = refresh(&adapter.get_chosen(), chosen) {
        adapter.set_chosen(model);
    }
    adapter.set_directory(screen.from == Source::Directory);
    adapter.set_query(one_line(&screen.query.0).into());
    let lines = screen.lines.iter().map(map_line).collect();
    if let Some(model) = refresh(&adapter.get_lines(), lines) {
        adapter.set_lines(model);
    }
    adapter.set_list(match (screen.searching, screen.failed, screen.lines.is_empty()) {
        (true, ..) => RecipientList::Searching,
        (false, Some(_), _) => RecipientList::Failed,
        (false, None, true) => RecipientList::Empty,
        (false, None, false) => RecipientList::Lines,
    });
    adapter.set_code(screen.failed.map(|failure| failure.code()).unwrap_or_default().into());
    adapter.set_retry(screen.failed.is_some_and(|failure| failure.retry()));
    let last = screen.first.saturating_sub(1) + screen.lines.len();
    let position = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    adapter.set_paged(screen.total > screen.lines.len());
    adapter.set_span(span(position(screen.first), position(last), language).into());
    adapter.set_total(number(position(screen.total), language).into());
    adapter.set_can_back(screen.first > 1);
    adapter.set_can_forward(last < screen.total);
    adapter.set_can_search(screen.can_search);
    adapter.set_refusal(map_refused(screen.refused));
}

/// Forgets every name and address.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<RecipientsAdapter>();
    adapter.set_chosen(ModelRc::default());
    adapter.set_query("".into());
    adapter.set_lines(ModelRc::default());
    adapter.set_list(RecipientList::Searching);
    adapter.set_code("".into());
    adapter.set_span("".into());
    adapter.set_total("".into());
    adapter.set_paged(false);
    adapter.set_refusal(RecipientRefusal::Nothing);
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<RecipientsAdapter>();
    adapter.get_chosen().row_count() == 0 && adapter.get_lines().row_count() == 0 && adapter.get_query().is_empty()
}

/// One line: what they do, else their address.
fn map_line(line: &RecipientLine) -> Person {
    let Correspondent { name, address } = &line.who;
    let detail = match (line.detail.0.is_empty(), name.is_empty()) {
        (false, _) => one_line(&line.detail.0),
        (true, false) => one_line(address),
        (true, true) => String::new(),
    };
    Person { name: one_line(line.who.shown()).into(), detail: detail.into(), chosen: line.chosen }
}

/// Why nobody, or nobody more, is written to.
pub(super) fn map_refused(refused: Option<Refused>) -> RecipientRefusal {
    match refused {
        None => RecipientRefusal::Nothing,
        Some(Refused::NotMssante) => RecipientRefusal::NotMssante,
        Some(Refused::ThreadClosed) => RecipientRefusal::ThreadClosed,
        Some(Refused::TooMany) => RecipientRefusal::TooMany,
        Some(Refused::NotAnAddress) => RecipientRefusal::NotAnAddress,
        Some(Refused::NoWhiteList) => RecipientRefusal::NoWhiteList,
    }
}
