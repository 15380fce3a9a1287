//! R3: a message on its way, and the truth about one that did not arrive.

use super::failed::map_failure;
use super::{Send, support};
use crate::{MainWindow, SendingAdapter, SendingState};
use flow::{Sending, Stamp, Touch};
use slint::ComponentHandle;

/// Lends the page its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let adapter = window.global::<SendingAdapter>();
    let touch = send.clone();
    adapter.on_again(move || touch(Touch::Retry));
    let touch = send.clone();
    adapter.on_back(move || touch(Touch::Back));
    let touch = send.clone();
    adapter.on_done(move || touch(Touch::Done));
}

/// Shows how far it has come, or why it did not leave. Nothing here names anybody.
pub(crate) fn show(window: &MainWindow, screen: &Sending, now: Option<Stamp>) {
    let adapter = window.global::<SendingAdapter>();
    match *screen {
        Sending::Going(slow) => {
            adapter.set_state(SendingState::Going);
            adapter.set_slow(slow);
        }
        Sending::NotSent { failure, retry, draft } => {
            adapter.set_state(SendingState::NotSent);
            adapter.set_trouble(map_failure(failure));
            adapter.set_retry(retry);
            adapter.set_draft(draft);
            return support::show_now(window, failure.code(), now);
        }
        Sending::Unknown { draft } => {
            adapter.set_state(SendingState::Unknown);
            adapter.set_draft(draft);
        }
    }
    support::clear(window);
}
