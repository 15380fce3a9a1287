//! «Pas de notification ?»

use super::Send;
use crate::{MainWindow, PhoneHelpAdapter};
use flow::{PhoneHelp, Touch};
use slint::ComponentHandle;

/// Lends the page its fingers, and takes the preview's number out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<PhoneHelpAdapter>();
    let touch = send.clone();
    adapter.on_back(move || touch(Touch::Back));
    let touch = send.clone();
    adapter.on_ask_again(move || touch(Touch::AskAgain));
    let touch = send.clone();
    adapter.on_correct_number(move || touch(Touch::CorrectNumber));
}

/// Shows what to try, beside the number that still counts.
pub(crate) fn show(window: &MainWindow, screen: &PhoneHelp) {
    let adapter = window.global::<PhoneHelpAdapter>();
    let [tens, ones] = screen.digits.unwrap_or_default();
    adapter.set_clock(screen.clock);
    adapter.set_numbered(screen.digits.is_some());
    adapter.set_tens(tens.into());
    adapter.set_ones(ones.into());
    adapter.set_typed(screen.typed);
}

/// Forgets the two digits.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<PhoneHelpAdapter>();
    adapter.set_numbered(false);
    adapter.set_tens(0);
    adapter.set_ones(0);
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<PhoneHelpAdapter>();
    (adapter.get_tens(), adapter.get_ones()) == (0, 0)
}
