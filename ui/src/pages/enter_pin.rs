//! P1 to P3: the code. Digits leave by their touch; what comes back is how many there are.

use super::{Send, refresh};
use crate::{EnterPinAdapter, MainWindow};
use flow::{EnterPin, Touch, Tries};
use slint::{ComponentHandle, ModelRc};

/// Lends the page its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let adapter = window.global::<EnterPinAdapter>();
    keypad!(adapter, send);
    let touch = send.clone();
    adapter.on_shuffle(move || touch(Touch::Shuffle));
    let touch = send.clone();
    adapter.on_unknown_code(move || touch(Touch::UnknownCode));
}

pub(crate) fn show(window: &MainWindow, screen: &EnterPin) {
    let adapter = window.global::<EnterPinAdapter>();
    adapter.set_holder(screen.holder.as_str().into());
    adapter.set_number(screen.number.as_str().into());
    adapter.set_typed(screen.typed.into());
    adapter.set_complete(screen.complete);
    adapter.set_tries(map_tries(screen.tries));
    adapter.set_last(screen.tries == Tries::Last);
    adapter.set_wrong(screen.wrong);
    adapter.set_checking(screen.checking);
    adapter.set_shuffled(screen.shuffled);
    adapter.set_phone(screen.phone);
    if let Some(model) = refresh(&adapter.get_keys(), screen.keys.map(i32::from).to_vec()) {
        adapter.set_keys(model);
    }
}

/// Forgets whose card it was, and the order of the keys.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<EnterPinAdapter>();
    adapter.set_holder("".into());
    adapter.set_number("".into());
    adapter.set_typed(0);
    adapter.set_complete(false);
    adapter.set_keys(ModelRc::default());
}

/// Tries left, 0 when nobody knows.
fn map_tries(tries: Tries) -> i32 {
    match tries {
        Tries::Unknown => 0,
        Tries::Left(left) => left.into(),
        Tries::Last => 1,
    }
}
