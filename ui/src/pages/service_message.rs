//! 14d: words of the provider, a consent among them.

use super::Send;
use super::service::{map_trouble, words};
use crate::{AnswerTrouble, MainWindow, ServiceMessageAdapter};
use flow::{ServiceMessage, Touch};
use slint::ComponentHandle;

/// Lends the page its fingers, and takes the preview's words out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<ServiceMessageAdapter>();
    let touch = send.clone();
    adapter.on_confirm(move || touch(Touch::Confirm));
    let touch = send.clone();
    adapter.on_deny(move || touch(Touch::Deny));
    let touch = send.clone();
    adapter.on_cancel(move || touch(Touch::Cancel));
}

/// Shows the words.
pub(crate) fn show(window: &MainWindow, screen: &ServiceMessage) {
    let adapter = window.global::<ServiceMessageAdapter>();
    let (trouble, said) = map_trouble(&screen.trouble);
    adapter.set_consent(screen.consent);
    adapter.set_text(words(&screen.text));
    adapter.set_trouble(trouble);
    adapter.set_words(said);
    adapter.set_can_continue(screen.can_continue);
    adapter.set_busy(screen.busy);
}

/// Forgets them.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<ServiceMessageAdapter>();
    adapter.set_text("".into());
    adapter.set_trouble(AnswerTrouble::None);
    adapter.set_words("".into());
    adapter.set_busy(false);
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<ServiceMessageAdapter>();
    adapter.get_text().is_empty() && adapter.get_words().is_empty()
}
