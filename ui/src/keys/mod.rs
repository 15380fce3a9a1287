//! The keyboard: its keys, and what each does to the text of a field.
//!
//! A page lends its field's text with every stroke and gets it back changed; nothing of it stays here.

mod edit;
mod layers;

use crate::{Edited, KeysAdapter, MainWindow};
use edit::{Edit, Rules};
use flow::Language;
use slint::ComponentHandle;

/// Lays out the keys and lends them what they do.
pub(crate) fn connect(window: &MainWindow) {
    let adapter = window.global::<KeysAdapter>();
    adapter.set_letters(layers::letters());
    adapter.set_logins(layers::logins());
    adapter.set_login_signs(layers::login_signs());
    adapter.set_login_more(layers::login_more());
    adapter.set_figures(layers::figures());
    adapter.set_signs(layers::signs());
    adapter.set_question(layers::face('?'));
    adapter.set_at(layers::face('@'));
    let weak = window.as_weak();
    adapter.on_strike(move |stroke, key, base, text, caret, prose, most| {
        let french = weak.upgrade().is_some_and(|window| window.global::<KeysAdapter>().get_french());
        let rules = Rules { prose, french, most: usize::try_from(most).unwrap_or_default() };
        let mut edit = Edit::new(&text, caret);
        edit.strike(stroke, &key, &base, rules);
        Edited { text: edit.text.as_str().into(), caret: i32::try_from(edit.caret).unwrap_or(i32::MAX) }
    });
    adapter.on_begins(|text, caret| Edit::new(&text, caret).begins_a_sentence());
}

/// Letters are set as the language of the screen sets them.
pub(crate) fn show(window: &MainWindow, language: Language) {
    window.global::<KeysAdapter>().set_french(language == Language::French);
}
