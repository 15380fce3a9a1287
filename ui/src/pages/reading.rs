//! C1 «Lecture de votre carte…».

use crate::{MainWindow, ReadingAdapter};
use slint::ComponentHandle;

pub(crate) fn show(window: &MainWindow, slow: bool) {
    window.global::<ReadingAdapter>().set_slow(slow);
}
