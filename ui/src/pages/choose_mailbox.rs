//! B2 «Quelle boîte ouvrir ?».

use crate::french::{clamp, number, span};
use crate::{BoxCount, BoxItem, ChooseMailboxAdapter, MainWindow};
use flow::{ChooseMailbox, Count, Language, MailboxKind, MailboxLine, Touch};
use slint::{ComponentHandle, ModelRc, VecModel};
use std::cell::Cell;
use std::rc::Rc;

/// Lends the page its fingers. The page knows places on itself; the visit counts over all pages.
pub(crate) fn connect(window: &MainWindow, send: &Rc<dyn Fn(Touch)>) {
    let adapter = window.global::<ChooseMailboxAdapter>();
    let weak = window.as_weak();
    let touch = send.clone();
    adapter.on_chosen(move |place| {
        let Some(window) = weak.upgrade() else { return };
        let first = window.global::<ChooseMailboxAdapter>().get_first();
        if let Ok(index) = usize::try_from(first.saturating_add(place)) {
            touch(Touch::ChooseMailbox(index));
        }
    });
    let touch = send.clone();
    adapter.on_moved(move |to| touch(Touch::Move(super::map_move(to))));
}
