//! 14c «Saisissez le code reçu».

use super::service::{map_factor, map_trouble, words};
use super::{Send, number, refresh};
use crate::{AnswerTrouble, MainWindow, ServiceCodeAdapter};
use flow::{ServiceCode, Touch};
use slint::{ComponentHandle, Model, ModelRc};

/// Lends the page its fingers, and takes the preview's code out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<ServiceCodeAdapter>();
    keypad!(adapter, send);
    let touch = send.clone();
    adapter.on_send_again(move || touch(Touch::Resend));
    let touch = send.clone();
    adapter.on_change_factor(move || touch(Touch::OtherFactor));
}

/// Shows the boxes and what stands in them.
pub(crate) fn show(window: &MainWindow, screen: &ServiceCode) {
    let adapter = window.global::<ServiceCodeAdapter>();
    let digits: Vec<i32> = screen.digits.0.iter().map(|digit| i32::from(*digit)).collect();
    if let Some(model) = refresh(&adapter.get_digits(), digits) {
        adapter.set_digits(model);
    }
    let (trouble, said) = map_trouble(&screen.trouble);
    adapter.set_factor(map_factor(screen.factor));
    adapter.set_notice(words(&screen.notice));
    adapter.set_length(screen.length.into());
    adapter.set_complete(screen.complete);
    adapter.set_can_resend(screen.resend.is_some());
    adapter.set_resend(number(screen.resend.unwrap_or_default()));
    adapter.set_other_factor(screen.other_factor);
    adapter.set_trouble(trouble);
    adapter.set_words(said);
    adapter.set_busy(screen.busy);
}

/// Forgets the code and where it was sent.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<ServiceCodeAdapter>();
    adapter.set_digits(ModelRc::default());
    adapter.set_notice("".into());
    adapter.set_complete(false);
    adapter.set_trouble(AnswerTrouble::None);
    adapter.set_words("".into());
    adapter.set_busy(false);
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<ServiceCodeAdapter>();
    adapter.get_digits().row_count() == 0 && adapter.get_notice().is_empty() && adapter.get_words().is_empty()
}
