//! The doors beside the card, at the foot of the pages that wait for one.

use super::Send;
use crate::{DoorsAdapter, MainWindow};
use flow::{Doors, Touch};
use slint::ComponentHandle;

/// Lends them their fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let adapter = window.global::<DoorsAdapter>();
    let touch = send.clone();
    adapter.on_without_card(move || touch(Touch::WithoutCard));
    let touch = send.clone();
    adapter.on_service_door(move || touch(Touch::ServiceDoor));
}

/// Offers those that the site has.
pub(crate) fn show(window: &MainWindow, doors: Doors) {
    let adapter = window.global::<DoorsAdapter>();
    adapter.set_phone(doors.phone);
    adapter.set_service(doors.service);
}
