//! A1, A2, S3: the page that waits for a card.

use super::doors;
use crate::{IdleAdapter, IdleNotice, MainWindow};
use flow::{Idle, Notice};
use slint::ComponentHandle;

pub(crate) fn show(window: &MainWindow, screen: &Idle) {
    let adapter = window.global::<IdleAdapter>();
    adapter.set_notice(map_notice(screen.notice));
    adapter.set_closed(screen.closed);
    doors::show(window, screen.doors);
}

fn map_notice(notice: Option<Notice>) -> IdleNotice {
    match notice {
        None => IdleNotice::None,
        Some(Notice::NetworkDown) => IdleNotice::NetworkDown,
        Some(Notice::ClockWrong) => IdleNotice::ClockWrong,
    }
}
