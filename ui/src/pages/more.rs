//! «Plus»: what else can be done with the message.

use super::inbox::{map_action, one_line};
use super::message::map_answer;
use super::{Send, refresh};
use crate::{MainWindow, MoreAdapter, MoreChoice};
use flow::{More, Touch};
use slint::{ComponentHandle, ModelRc};

/// Lends the page its fingers, and takes the preview's people out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<MoreAdapter>();
    let touch = send.clone();
    adapter.on_back(move || touch(Touch::Back));
    let touch = send.clone();
    adapter.on_print(move || touch(Touch::Print));
    let touch = send.clone();
    adapter.on_write(move |answer| touch(Touch::Write(map_answer(answer))));
    let touch = send.clone();
    adapter.on_act(move |action| touch(Touch::Act(map_action(action))));
}

/// Shows what can be done.
pub(crate) fn show(window: &MainWindow, screen: &More) {
    let adapter = window.global::<MoreAdapter>();
    adapter.set_subject(one_line(&screen.subject.0).into());
    adapter.set_in_bin(screen.in_bin);
    if let Some(model) = refresh(&adapter.get_choices(), choices(screen)) {
        adapter.set_choices(model);
    }
}

/// Writing first, then putting it elsewhere, then taking it away.
fn choices(screen: &More) -> Vec<MoreChoice> {
    let all = [
        (screen.can_write && screen.reply_all, MoreChoice::ReplyAll),
        (screen.can_write, MoreChoice::Forward),
        (screen.can_print, MoreChoice::Print),
        (true, MoreChoice::Unread),
        (true, MoreChoice::Move),
        (screen.archive, MoreChoice::Archive),
        (screen.in_junk || screen.in_bin, MoreChoice::Restore),
        (!screen.in_junk && !screen.in_bin, MoreChoice::Junk),
        (true, MoreChoice::Delete),
    ];
    all.into_iter().filter(|(offered, _)| *offered).map(|(_, choice)| choice).collect()
}

/// Forgets the message's subject.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<MoreAdapter>();
    adapter.set_subject("".into());
    adapter.set_choices(ModelRc::default());
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    window.global::<MoreAdapter>().get_subject().is_empty()
}
