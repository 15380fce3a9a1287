//! «Trier»: the choice of an order.

use super::Send;
use crate::{MainWindow, SortBy, SortChoiceAdapter};
use flow::{By, Sort, SortChoice, Touch};
use slint::ComponentHandle;

/// Lends the page its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let adapter = window.global::<SortChoiceAdapter>();
    let touch = send.clone();
    adapter.on_back(move || touch(Touch::Back));
    let touch = send.clone();
    adapter.on_chosen(move |by, descending| touch(Touch::SortBy(Sort { by: map_by(by), descending })));
}

/// Shows the order that is in force.
pub(crate) fn show(window: &MainWindow, screen: &SortChoice) {
    let adapter = window.global::<SortChoiceAdapter>();
    adapter.set_by(match screen.sort.by {
        By::Date => SortBy::Date,
        By::Sender => SortBy::Sender,
        By::Subject => SortBy::Subject,
        By::Size => SortBy::Size,
    });
    adapter.set_descending(screen.sort.descending);
}

fn map_by(by: SortBy) -> By {
    match by {
        SortBy::Date => By::Date,
        SortBy::Sender => By::Sender,
        SortBy::Subject => By::Subject,
        SortBy::Size => By::Size,
    }
}
