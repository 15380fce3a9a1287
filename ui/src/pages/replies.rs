//! R1: whole sentences to answer with.

use super::inbox::one_line;
use super::{Send, refresh};
use crate::{MainWindow, RepliesAdapter, Reply};
use flow::{Replies, Touch};
use slint::{ComponentHandle, Model, ModelRc};

/// Sentences that the page holds.
const MOST: usize = 4;

/// Lends the page its fingers, and takes the preview's people out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<RepliesAdapter>();
    let touch = send.clone();
    adapter.on_back(move || touch(Touch::Back));
    let touch = send.clone();
    adapter.on_chosen(move |index| {
        if let Ok(index) = usize::try_from(index) {
            touch(Touch::QuickReply(index));
        }
    });
    let touch = send.clone();
    adapter.on_write(move || touch(Touch::WriteOwn));
}

/// Shows the sentences.
pub(crate) fn show(window: &MainWindow, screen: &Replies) {
    let adapter = window.global::<RepliesAdapter>();
    adapter.set_to(one_line(&screen.to.0).into());
    adapter.set_subject(one_line(&screen.subject.0).into());
    adapter.set_patient(one_line(&screen.patient.0).into());
    let replies = screen.replies.iter().take(MOST).map(map_reply).collect();
    if let Some(model) = refresh(&adapter.get_replies(), replies) {
        adapter.set_replies(model);
    }
}

fn map_reply((title, text): &(String, String)) -> Reply {
    Reply { title: title.as_str().into(), text: text.as_str().into() }
}

/// Forgets who is answered, and about whom.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<RepliesAdapter>();
    adapter.set_to("".into());
    adapter.set_subject("".into());
    adapter.set_patient("".into());
    adapter.set_replies(ModelRc::default());
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<RepliesAdapter>();
    adapter.get_replies().row_count() == 0
        && [adapter.get_to(), adapter.get_subject(), adapter.get_patient()].iter().all(|text| text.is_empty())
}
