//! 14: fields and a keyboard. Keys leave by their touch, one by one; of a secret comes back how many there are.

use super::service::{map_trouble, words};
use super::{Send, refresh};
use crate::french::count;
use crate::pages::inbox::one_line;
use crate::{AnswerTrouble, MainWindow, ServiceField, ServiceFormAdapter, ServiceKind, ServiceTitle};
use flow::{FieldKind, Key, ServiceForm, ServiceLine, Touch};
use slint::{ComponentHandle, Model, ModelRc};

/// Lends the page its fingers, and takes the preview's login out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<ServiceFormAdapter>();
    let touch = send.clone();
    adapter.on_back(move || touch(Touch::Back));
    let touch = send.clone();
    // Mostly one letter; a keyboard on a cable may send two that stand for one.
    adapter.on_key(move |key| {
        key.chars().filter(|letter| is_typed(*letter)).for_each(|letter| touch(Touch::Key(Key(letter))))
    });
    let touch = send.clone();
    adapter.on_erase(move || touch(Touch::Erase));
    let touch = send.clone();
    adapter.on_erase_all(move || touch(Touch::EraseAll));
    let touch = send.clone();
    adapter.on_focus(move |place| {
        if let Ok(place) = usize::try_from(place) {
            touch(Touch::FocusField(place));
        }
    });
    let touch = send.clone();
    adapter.on_submit(move || touch(Touch::Submit));
    let touch = send.clone();
    adapter.on_forget(move || touch(Touch::Forgotten));
    let touch = send.clone();
    adapter.on_change_account(move || touch(Touch::OtherAccount));
}

/// Shows the fields, and what of them may be shown.
pub(crate) fn show(window: &MainWindow, screen: &ServiceForm) {
    let adapter = window.global::<ServiceFormAdapter>();
    let fields: Vec<ServiceField> = screen.fields.iter().map(map_line).collect();
    if let Some(model) = refresh(&adapter.get_fields(), fields) {
        adapter.set_fields(model);
    }
    let (trouble, said) = map_trouble(&screen.trouble);
    adapter.set_title(map_title(screen.title));
    adapter.set_trouble(trouble);
    adapter.set_words(said);
    adapter.set_notice(words(&screen.notice));
    adapter.set_forgotten(screen.forgotten);
    adapter.set_other_account(screen.other_account);
    adapter.set_complete(screen.complete);
    adapter.set_busy(screen.busy);
    adapter.set_secret(screen.fields.iter().any(|line| line.focused && line.kind.is_secret()));
}

/// Forgets who it was and what the provider said.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<ServiceFormAdapter>();
    adapter.set_fields(ModelRc::default());
    adapter.set_trouble(AnswerTrouble::None);
    adapter.set_words("".into());
    adapter.set_notice("".into());
    adapter.set_complete(false);
    adapter.set_busy(false);
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<ServiceFormAdapter>();
    adapter.get_fields().row_count() == 0 && adapter.get_words().is_empty() && adapter.get_notice().is_empty()
}

/// Letters, not the control characters and private codes that keys without a letter send.
fn is_typed(letter: char) -> bool {
    !letter.is_control() && !('\u{E000}'..='\u{F8FF}').contains(&letter)
}

fn map_line(line: &ServiceLine) -> ServiceField {
    ServiceField {
        kind: map_kind(line.kind),
        label: words(&line.label),
        // Never, whatever it holds.
        text: if line.kind.is_secret() { "".into() } else { one_line(&line.text.0).into() },
        count: count(line.count),
        focused: line.focused,
    }
}

fn map_kind(kind: FieldKind) -> ServiceKind {
    match kind {
        FieldKind::Login => ServiceKind::Login,
        FieldKind::Password => ServiceKind::Password,
        FieldKind::NewPassword => ServiceKind::NewPassword,
        FieldKind::NewPasswordAgain => ServiceKind::NewPasswordAgain,
        FieldKind::Code => ServiceKind::Code,
        FieldKind::Text => ServiceKind::Text,
    }
}

fn map_title(title: flow::ServiceTitle) -> ServiceTitle {
    match title {
        flow::ServiceTitle::Login => ServiceTitle::Login,
        flow::ServiceTitle::Forgotten => ServiceTitle::Forgotten,
        flow::ServiceTitle::Code => ServiceTitle::Code,
        flow::ServiceTitle::NewPassword => ServiceTitle::NewPassword,
        flow::ServiceTitle::Other => ServiceTitle::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::Text;

    #[test]
    fn a_secret_never_reaches_the_page_even_when_it_is_handed_over() {
        for kind in [FieldKind::Password, FieldKind::NewPassword, FieldKind::NewPasswordAgain] {
            let line = ServiceLine { kind, label: Text::default(), text: "Ch4teau!".into(), count: 8, focused: true };
            let field = map_line(&line);
            assert!(field.text.is_empty());
            assert_eq!(field.count, 8);
        }
    }

    #[test]
    fn keys_without_a_letter_are_no_letters() {
        assert!("aé 7-€ß".chars().all(is_typed));
        // Backspace, escape, and what Slint sends for an arrow and for F1.
        assert!(!"\u{8}\u{1b}\u{F700}\u{F704}".chars().any(is_typed));
    }
}
