//! «Déplacer vers»: the choice of a folder.

use super::inbox::map_folder;
use super::{Send, refresh};
use crate::french::{count, number};
use crate::{MainWindow, MoveToAdapter};
use flow::{Language, MoveTo, Touch};
use slint::{ComponentHandle, Model, ModelRc};

/// Lends the page its fingers, and takes the preview's folders out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<MoveToAdapter>();
    let touch = send.clone();
    adapter.on_back(move || touch(Touch::Back));
    let touch = send.clone();
    adapter.on_chosen(move |index| {
        if let Ok(index) = usize::try_from(index) {
            touch(Touch::MoveInto(index));
        }
    });
}

/// Shows the folders one may move to; each keeps its place among all.
pub(crate) fn show(window: &MainWindow, screen: &MoveTo, language: Language) {
    let adapter = window.global::<MoveToAdapter>();
    let folders = screen.folders.iter().map(|(place, folder)| map_folder(*place, folder, language)).collect();
    if let Some(model) = refresh(&adapter.get_folders(), folders) {
        adapter.set_folders(model);
    }
    adapter.set_count(count(screen.count));
    adapter.set_count_text(number(screen.count, language).into());
}

/// Forgets the names of the folders.
pub(crate) fn clear(window: &MainWindow) {
    window.global::<MoveToAdapter>().set_folders(ModelRc::default());
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    window.global::<MoveToAdapter>().get_folders().row_count() == 0
}
