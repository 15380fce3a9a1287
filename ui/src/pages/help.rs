//! «Aide».

use super::{Send, support};
use crate::{HelpAdapter, MainWindow};
use flow::Touch;
use slint::ComponentHandle;

/// Lends the page its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let touch = send.clone();
    window.global::<HelpAdapter>().on_done(move || touch(Touch::Done));
}

pub(crate) fn show(window: &MainWindow) {
    support::show(window, "", None);
}
