//! The bar above every page.

use crate::pages::{Send, map_kind};
use crate::{BarAdapter, BoxKind, MainWindow, french};
use flow::{Screen, Sending, Touch, View};
use slint::ComponentHandle;

/// Lends the bar its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let adapter = window.global::<BarAdapter>();
    let touch = send.clone();
    adapter.on_help(move || touch(Touch::Help));
    let touch = send.clone();
    adapter.on_display(move || touch(Touch::DisplaySettings));
    let touch = send.clone();
    adapter.on_change_mailbox(move || touch(Touch::ChangeMailbox));
    let touch = send.clone();
    adapter.on_mask(move || touch(Touch::Mask));
    let touch = send.clone();
    adapter.on_finish(move || touch(Touch::Close));
}

/// Shows the bar; without a session every name is gone from it.
pub(crate) fn show(window: &MainWindow, View { bar, screen, .. }: &View) {
    let adapter = window.global::<BarAdapter>();
    adapter.set_stay(matches!(screen, Screen::Sending(Sending::Going(_))));
    adapter.set_time(bar.time.map(french::clock).unwrap_or_default().into());
    adapter.set_network(bar.network);
    adapter.set_reader(bar.reader);
    adapter.set_card(bar.card);
    adapter.set_session(bar.session.is_some());
    let session = bar.session.as_ref();
    adapter.set_initials(session.map(|session| session.initials.as_str()).unwrap_or_default().into());
    adapter.set_name(session.map(|session| session.name.as_str()).unwrap_or_default().into());
    adapter.set_mailbox(session.map(|session| session.mailbox.as_str()).unwrap_or_default().into());
    adapter.set_kind(session.map_or(BoxKind::None, |session| map_kind(session.kind)));
    adapter.set_can_change(session.is_some_and(|session| session.can_change));
    adapter.set_can_mask(session.is_some_and(|session| session.can_mask));
    adapter.set_can_finish(session.is_some_and(|session| session.can_finish));
    adapter.set_ends_in(french::count(session.and_then(|session| session.ends_in).unwrap_or_default()));
}

/// Whether nobody is named in it.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<BarAdapter>();
    [adapter.get_initials(), adapter.get_name(), adapter.get_mailbox()].iter().all(|text| text.is_empty())
}
