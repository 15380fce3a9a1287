//! 13b «Ouvrez e-CPS sur votre téléphone».

use super::{Send, number};
use crate::{MainWindow, PhoneAdapter, PhoneState};
use flow::{Phone, Touch};
use slint::ComponentHandle;

/// Lends the page its fingers, and takes the preview's number out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<PhoneAdapter>();
    let touch = send.clone();
    adapter.on_cancel(move || touch(Touch::Cancel));
    let touch = send.clone();
    adapter.on_ask_again(move || touch(Touch::AskAgain));
    let touch = send.clone();
    adapter.on_no_notification(move || touch(Touch::NoNotification));
}

/// Shows the number to find on the telephone, and the time that is left for it.
pub(crate) fn show(window: &MainWindow, screen: &Phone) {
    let adapter = window.global::<PhoneAdapter>();
    let [tens, ones] = screen.digits.unwrap_or_default();
    adapter.set_state(map_state(screen));
    adapter.set_tens(tens.into());
    adapter.set_ones(ones.into());
    adapter.set_seconds(number(screen.seconds));
    adapter.set_of(number(screen.of));
}

/// Forgets the two digits.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<PhoneAdapter>();
    adapter.set_state(PhoneState::Asking);
    adapter.set_tens(0);
    adapter.set_ones(0);
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<PhoneAdapter>();
    (adapter.get_tens(), adapter.get_ones()) == (0, 0)
}

fn map_state(screen: &Phone) -> PhoneState {
    match (screen.digits, screen.approved, screen.lost) {
        (_, true, _) => PhoneState::Approved,
        (None, ..) => PhoneState::Asking,
        (Some(_), false, true) => PhoneState::Lost,
        (Some(_), false, false) => PhoneState::Waiting,
    }
}
