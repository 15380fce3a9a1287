//! «Affichage».

use super::Send;
use crate::{DisplaySettingsAdapter, MainWindow};
use flow::{Language, Touch};
use slint::ComponentHandle;

/// Lends the page its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let adapter = window.global::<DisplaySettingsAdapter>();
    let touch = send.clone();
    adapter.on_dark(move |dark| touch(Touch::Dark(dark)));
    let touch = send.clone();
    adapter.on_large(move |large| touch(Touch::Large(large)));
    let touch = send.clone();
    adapter.on_english_chosen(move |english| {
        touch(Touch::Speak(if english { Language::English } else { Language::French }));
    });
    let touch = send.clone();
    adapter.on_done(move || touch(Touch::Done));
}

pub(crate) fn show(window: &MainWindow, language: Language) {
    window.global::<DisplaySettingsAdapter>().set_english(language == Language::English);
}
