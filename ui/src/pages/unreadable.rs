//! C3 «Carte illisible».

use crate::{MainWindow, UnreadableAdapter};
use slint::ComponentHandle;

/// `wipe` from the third time on.
pub(crate) fn show(window: &MainWindow, wipe: bool) {
    window.global::<UnreadableAdapter>().set_wipe(wipe);
}
