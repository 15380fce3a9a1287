//! «Aller à la page»: a keypad.

use super::Send;
use crate::french::number;
use crate::{JumpAdapter, MainWindow};
use flow::{Jump, Language, Touch};
use slint::ComponentHandle;

/// Lends the page its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let adapter = window.global::<JumpAdapter>();
    let touch = send.clone();
    adapter.on_back(move || touch(Touch::Back));
    let touch = send.clone();
    adapter.on_digit(move |digit| {
        if let Ok(digit @ 0..=9) = u8::try_from(digit) {
            touch(Touch::Digit(digit));
        }
    });
    let touch = send.clone();
    adapter.on_erase(move || touch(Touch::Erase));
    let touch = send.clone();
    adapter.on_erase_all(move || touch(Touch::EraseAll));
    let touch = send.clone();
    adapter.on_submit(move || touch(Touch::Submit));
}

/// Shows the number typed so far.
pub(crate) fn show(window: &MainWindow, screen: &Jump, language: Language) {
    let adapter = window.global::<JumpAdapter>();
    let typed = if screen.typed == 0 { String::new() } else { number(screen.typed, language) };
    adapter.set_typed(typed.into());
    adapter.set_from(number(screen.from, language).into());
    adapter.set_of(number(screen.of, language).into());
    adapter.set_complete(screen.complete);
}
