//! X2 «Connexion interrompue».

use super::{Send, number};
use crate::{MainWindow, ReconnectingAdapter};
use flow::Touch;
use slint::ComponentHandle;

/// Lends the page its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let adapter = window.global::<ReconnectingAdapter>();
    let touch = send.clone();
    adapter.on_retry(move || touch(Touch::Retry));
    let touch = send.clone();
    adapter.on_close(move || touch(Touch::Close));
}

/// `seconds` to the next try, 0 while trying.
pub(crate) fn show(window: &MainWindow, seconds: u64) {
    window.global::<ReconnectingAdapter>().set_seconds(number(seconds));
}
