//! One field and the keyboard: what to search, whom to write to.

use super::Send;
use super::compose::{NOTHING, revision};
use crate::french::count;
use crate::{MainWindow, TypingAdapter, TypingPurpose};
use flow::{Purpose, Text, Touch, Typing};
use slint::ComponentHandle;

/// Lends the page its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<TypingAdapter>();
    let touch = send.clone();
    adapter.on_back(move || touch(Touch::Back));
    let touch = send.clone();
    adapter.on_edited(move |text| touch(Touch::Typed(Text::from(text.as_str()))));
    let touch = send.clone();
    adapter.on_submitted(move || touch(Touch::Submit));
}

/// Shows the page. What stands in its field is taken over when its revision is another.
pub(crate) fn show(window: &MainWindow, screen: &Typing) {
    let adapter = window.global::<TypingAdapter>();
    let purpose = map_purpose(screen.purpose);
    let revision = revision(screen.revision);
    adapter.set_complete(screen.complete);
    if adapter.get_revision() != revision || adapter.get_purpose() != purpose {
        let end = count(screen.text.0.len());
        adapter.set_purpose(purpose);
        adapter.set_text(screen.text.0.as_str().into());
        adapter.set_caret(end);
        adapter.set_end(end);
        adapter.set_revision(revision);
    }
}

/// Forgets what was typed.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<TypingAdapter>();
    adapter.set_text("".into());
    adapter.set_caret(0);
    adapter.set_end(0);
    adapter.set_revision(NOTHING);
    adapter.set_complete(false);
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    window.global::<TypingAdapter>().get_text().is_empty()
}

fn map_purpose(purpose: Purpose) -> TypingPurpose {
    match purpose {
        Purpose::Search => TypingPurpose::Search,
        Purpose::Recipient => TypingPurpose::Recipient,
    }
}
