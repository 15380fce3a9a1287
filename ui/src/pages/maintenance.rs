//! A3 «Mise à jour en cours».

use crate::{MainWindow, MaintenanceAdapter};
use slint::ComponentHandle;

/// `minutes` still to go, when known.
pub(crate) fn show(window: &MainWindow, minutes: Option<u16>) {
    window.global::<MaintenanceAdapter>().set_minutes(minutes.unwrap_or_default().into());
}
