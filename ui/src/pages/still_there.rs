//! S1 «Toujours là ?».

use super::{Send, number};
use crate::{MainWindow, StillThereAdapter};
use flow::{StillThere, Touch};
use slint::ComponentHandle;

/// Lends the page its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let adapter = window.global::<StillThereAdapter>();
    let touch = send.clone();
    adapter.on_continue(move || touch(Touch::Continue));
    let touch = send.clone();
    adapter.on_close(move || touch(Touch::Close));
}

pub(crate) fn show(window: &MainWindow, screen: &StillThere) {
    let adapter = window.global::<StillThereAdapter>();
    adapter.set_seconds(number(screen.seconds));
    adapter.set_of(number(screen.of));
}
