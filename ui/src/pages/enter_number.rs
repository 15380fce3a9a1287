//! 13 «Votre numéro RPPS».

use super::Send;
use crate::{EnterNumberAdapter, MainWindow, NumberTrouble};
use flow::EnterNumber;
use slint::ComponentHandle;

/// Lends the page its fingers, and takes the preview's number out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<EnterNumberAdapter>();
    keypad!(adapter, send);
}

/// Shows what was typed, in the groups it comes in.
pub(crate) fn show(window: &MainWindow, screen: &EnterNumber) {
    let adapter = window.global::<EnterNumberAdapter>();
    adapter.set_typed(screen.typed.0.as_str().into());
    adapter.set_left(screen.left.into());
    adapter.set_complete(screen.complete);
    adapter.set_trouble(map_trouble(screen.trouble));
}

/// Forgets the number.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<EnterNumberAdapter>();
    adapter.set_typed("".into());
    adapter.set_left(0);
    adapter.set_complete(false);
    adapter.set_trouble(NumberTrouble::None);
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    window.global::<EnterNumberAdapter>().get_typed().is_empty()
}

fn map_trouble(trouble: Option<flow::NumberTrouble>) -> NumberTrouble {
    match trouble {
        None => NumberTrouble::None,
        Some(flow::NumberTrouble::CheckDigit) => NumberTrouble::CheckDigit,
        Some(flow::NumberTrouble::Unknown) => NumberTrouble::Unknown,
    }
}
