//! «Pour quel lieu d’exercice ?»

use super::inbox::one_line;
use super::{Send, map_move, refresh};
use crate::french::{count, number, span};
use crate::{ChoiceItem, ChoosePlaceAdapter, MainWindow};
use flow::{ChoosePlace, Language, Touch};
use slint::{ComponentHandle, Model, ModelRc};

/// Lends the page its fingers, and takes the preview's places out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<ChoosePlaceAdapter>();
    let touch = send.clone();
    adapter.on_chosen(move |index| {
        if let Ok(index) = usize::try_from(index) {
            touch(Touch::ChoosePlace(index));
        }
    });
    let touch = send.clone();
    adapter.on_moved(move |to| touch(Touch::Move(map_move(to))));
}

/// Shows the places of one page.
pub(crate) fn show(window: &MainWindow, screen: &ChoosePlace, language: Language) {
    let adapter = window.global::<ChoosePlaceAdapter>();
    let places = screen.lines.iter().enumerate().map(|(place, name)| ChoiceItem {
        title: one_line(&name.0).into(),
        caption: "".into(),
        usable: true,
        index: count(screen.first + place),
    });
    if let Some(model) = refresh(&adapter.get_places(), places.collect()) {
        adapter.set_places(model);
    }
    let last = screen.first + screen.lines.len();
    let position = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    adapter.set_paged(screen.total > screen.lines.len());
    adapter.set_span(span(position(screen.first + 1), position(last), language).into());
    adapter.set_total(number(position(screen.total), language).into());
    adapter.set_can_back(screen.first > 0);
    adapter.set_can_forward(last < screen.total);
}

/// Forgets the places.
pub(crate) fn clear(window: &MainWindow) {
    window.global::<ChoosePlaceAdapter>().set_places(ModelRc::default());
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    window.global::<ChoosePlaceAdapter>().get_places().row_count() == 0
}
