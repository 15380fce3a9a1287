//! R2: what is about to leave, before it leaves.

use super::Send;
use super::inbox::one_line;
use crate::french::count;
use crate::{MainWindow, SheetAdapter};
use flow::{Sheet, Touch};
use slint::ComponentHandle;

/// How many are named before the rest is counted: two lines of names.
const NAMED: usize = 4;

/// Lends the page its fingers, and takes the preview's people out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<SheetAdapter>();
    let touch = send.clone();
    adapter.on_confirm(move || touch(Touch::Confirm));
    let touch = send.clone();
    adapter.on_back(move || touch(Touch::Back));
}

/// Shows the message as it will leave.
pub(crate) fn show(window: &MainWindow, screen: &Sheet) {
    let adapter = window.global::<SheetAdapter>();
    let names: Vec<String> = screen.to.iter().take(NAMED).map(|who| one_line(who.shown())).collect();
    adapter.set_to(names.join(" · ").into());
    adapter.set_others(count(screen.to.len().saturating_sub(NAMED)));
    adapter.set_subject(one_line(&screen.subject.0).into());
    adapter.set_text(screen.text.0.trim().into());
    adapter.set_documents(count(screen.documents));
    adapter.set_blank(screen.blank);
}

/// Forgets the message.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<SheetAdapter>();
    adapter.set_to("".into());
    adapter.set_others(0);
    adapter.set_subject("".into());
    adapter.set_text("".into());
    adapter.set_documents(0);
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<SheetAdapter>();
    [adapter.get_to(), adapter.get_subject(), adapter.get_text()].iter().all(|text| text.is_empty())
}
