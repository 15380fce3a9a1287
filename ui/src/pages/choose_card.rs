//! «Quelle carte utiliser ?»: several readers hold cards.

use super::{Send, refresh};
use crate::french::count;
use crate::{ChoiceItem, ChooseCardAdapter, MainWindow};
use flow::{CardLine, ChooseCard, Touch};
use slint::{ComponentHandle, Model, ModelRc};

/// Lends the page its fingers, and takes the preview's people out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let touch = send.clone();
    window.global::<ChooseCardAdapter>().on_chosen(move |index| {
        if let Ok(index) = usize::try_from(index) {
            touch(Touch::ChooseCard(index));
        }
    });
}

/// Shows the cards, once they are read.
pub(crate) fn show(window: &MainWindow, screen: &ChooseCard) {
    let adapter = window.global::<ChooseCardAdapter>();
    adapter.set_reading(screen.lines.is_none());
    let cards = screen.lines.iter().flatten().enumerate().map(|(place, line)| map_line(line, place)).collect();
    if let Some(model) = refresh(&adapter.get_cards(), cards) {
        adapter.set_cards(model);
    }
}

/// Forgets whose cards they were.
pub(crate) fn clear(window: &MainWindow) {
    window.global::<ChooseCardAdapter>().set_cards(ModelRc::default());
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    window.global::<ChooseCardAdapter>().get_cards().row_count() == 0
}

fn map_line(line: &CardLine, index: usize) -> ChoiceItem {
    ChoiceItem {
        title: line.holder.as_str().into(),
        caption: line.number.as_str().into(),
        usable: line.usable,
        index: count(index),
    }
}
