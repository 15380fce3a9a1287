//! «Écran masqué»: the curtain for the desk.

use super::{Send, number};
use crate::{MainWindow, MaskedAdapter};
use flow::Touch;
use slint::ComponentHandle;

/// Lends the page its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let touch = send.clone();
    let adapter = window.global::<MaskedAdapter>();
    adapter.on_unmask(move || touch(Touch::Unmask));
    let touch = send.clone();
    adapter.on_close(move || touch(Touch::Close));
}

/// Shows how long the session stays open behind the curtain.
pub(crate) fn show(window: &MainWindow, seconds: u64) {
    window.global::<MaskedAdapter>().set_seconds(number(seconds));
}
