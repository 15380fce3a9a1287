//! 14b «Comment recevoir votre code ?»

use super::service::{map_factor, map_trouble, words};
use super::{Send, refresh};
use crate::pages::inbox::one_line;
use crate::{AnswerTrouble, FactorItem, MainWindow, ServiceChoiceAdapter};
use flow::{ServiceChoice, Touch};
use slint::{ComponentHandle, Model, ModelRc};

/// Lends the page its fingers, and takes the preview's login out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<ServiceChoiceAdapter>();
    let touch = send.clone();
    adapter.on_chosen(move |place| {
        if let Ok(place) = usize::try_from(place) {
            touch(Touch::Factor(place));
        }
    });
    let touch = send.clone();
    adapter.on_cancel(move || touch(Touch::Cancel));
}

/// Shows the ways, in the provider's order.
pub(crate) fn show(window: &MainWindow, screen: &ServiceChoice) {
    let adapter = window.global::<ServiceChoiceAdapter>();
    let factors = screen.factors.iter();
    let factors =
        factors.map(|(factor, text)| FactorItem { factor: map_factor(*factor), words: words(text) }).collect();
    if let Some(model) = refresh(&adapter.get_factors(), factors) {
        adapter.set_factors(model);
    }
    let (trouble, said) = map_trouble(&screen.trouble);
    adapter.set_login(one_line(&screen.login.0).into());
    adapter.set_trouble(trouble);
    adapter.set_words(said);
    adapter.set_busy(screen.busy);
}

/// Forgets who it was and where a code would go.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<ServiceChoiceAdapter>();
    adapter.set_login("".into());
    adapter.set_factors(ModelRc::default());
    adapter.set_trouble(AnswerTrouble::None);
    adapter.set_words("".into());
    adapter.set_busy(false);
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<ServiceChoiceAdapter>();
    adapter.get_login().is_empty() && adapter.get_factors().row_count() == 0 && adapter.get_words().is_empty()
}
