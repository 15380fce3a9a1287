//! B2 «Quelle boîte ouvrir ?».

use super::{Send, map_kind, map_move, refresh};
use crate::french::{count, number, span};
use crate::{BoxCount, BoxItem, ChooseMailboxAdapter, MainWindow};
use flow::{ChooseMailbox, Count, Language, MailboxKind, MailboxLine, Touch};
use slint::{ComponentHandle, Model, ModelRc};

/// Lends the page its fingers, and takes the preview's people out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<ChooseMailboxAdapter>();
    let touch = send.clone();
    adapter.on_chosen(move |index| {
        if let Ok(index) = usize::try_from(index) {
            touch(Touch::ChooseMailbox(index));
        }
    });
    let touch = send.clone();
    adapter.on_moved(move |to| touch(Touch::Move(map_move(to))));
}

/// Shows the BALs of one page.
pub(crate) fn show(window: &MainWindow, screen: &ChooseMailbox, language: Language) {
    let adapter = window.global::<ChooseMailboxAdapter>();
    let boxes =
        screen.lines.iter().enumerate().map(|(place, line)| map_line(line, screen.first + place, language)).collect();
    if let Some(model) = refresh(&adapter.get_boxes(), boxes) {
        adapter.set_boxes(model);
    }
    let last = screen.first + screen.lines.len();
    adapter.set_refused(screen.refused);
    adapter.set_paged(screen.total > screen.lines.len());
    adapter.set_span(span(position(screen.first + 1), position(last), language).into());
    adapter.set_total(number(position(screen.total), language).into());
    adapter.set_can_back(screen.first > 0);
    adapter.set_can_forward(last < screen.total);
}

/// Forgets every address and label.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<ChooseMailboxAdapter>();
    adapter.set_boxes(ModelRc::default());
    adapter.set_refused(false);
    adapter.set_paged(false);
    adapter.set_span("".into());
    adapter.set_total("".into());
    adapter.set_can_back(false);
    adapter.set_can_forward(false);
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<ChooseMailboxAdapter>();
    adapter.get_boxes().row_count() == 0 && adapter.get_span().is_empty() && adapter.get_total().is_empty()
}

fn position(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn map_line(line: &MailboxLine, index: usize, language: Language) -> BoxItem {
    let (unread, messages) = match line.count {
        Count::Known { unread, total } => (unread, total),
        Count::Unknown | Count::Refused | Count::Unavailable => (0, 0),
    };
    BoxItem {
        label: line.label.as_str().into(),
        address: line.address.as_str().into(),
        kind: map_kind(Some(line.kind)),
        count: map_count(line.count),
        unread: count(unread),
        unread_text: number(unread, language).into(),
        messages: count(messages),
        messages_text: number(messages, language).into(),
        own: index == 0 && line.kind == MailboxKind::Personal,
        index: count(index),
    }
}

fn map_count(count: Count) -> BoxCount {
    match count {
        Count::Unknown => BoxCount::Unknown,
        Count::Known { .. } => BoxCount::Known,
        Count::Refused => BoxCount::Refused,
        Count::Unavailable => BoxCount::Unavailable,
    }
}
