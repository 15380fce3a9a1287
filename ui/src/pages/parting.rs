//! S4: the card was pulled while a message was on its way. No name and no subject comes here.

use super::Send;
use crate::{MainWindow, PartingAdapter, PartingState};
use flow::{Parting, Touch};
use slint::ComponentHandle;

/// Lends the page its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let touch = send.clone();
    window.global::<PartingAdapter>().on_done(move || touch(Touch::Done));
}

/// Shows what became of the message.
pub(crate) fn show(window: &MainWindow, screen: &Parting) {
    let adapter = window.global::<PartingAdapter>();
    let (state, draft) = match *screen {
        Parting::Going => (PartingState::Going, false),
        Parting::Sent => (PartingState::Sent, false),
        Parting::NotSent { draft } => (PartingState::NotSent, draft),
        Parting::Unknown => (PartingState::Unknown, false),
    };
    adapter.set_state(state);
    adapter.set_draft(draft);
}
