//! X1: the steps of connecting.

use super::Send;
use crate::{ConnectingAdapter, MainWindow};
use flow::{Connecting, Step, Touch};
use slint::ComponentHandle;

/// Lends the page its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let touch = send.clone();
    window.global::<ConnectingAdapter>().on_cancel(move || touch(Touch::Cancel));
}

pub(crate) fn show(window: &MainWindow, screen: &Connecting) {
    let adapter = window.global::<ConnectingAdapter>();
    adapter.set_step(map_step(screen.step));
    adapter.set_service(screen.step == Step::Service);
    adapter.set_slow(screen.slow);
}

/// The line under way; the card's, where one is in, is done before this page comes.
fn map_step(step: Step) -> i32 {
    match step {
        Step::Service => 0,
        Step::Identity => 1,
        Step::Mailbox => 2,
    }
}
