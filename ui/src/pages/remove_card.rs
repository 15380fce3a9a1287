//! P5, S2, S5 «Retirez votre carte».

use crate::{MainWindow, RemoveCardAdapter, RemoveReason};
use flow::RemoveCard;
use slint::ComponentHandle;

pub(crate) fn show(window: &MainWindow, why: RemoveCard) {
    window.global::<RemoveCardAdapter>().set_reason(map_reason(why));
}

fn map_reason(why: RemoveCard) -> RemoveReason {
    match why {
        RemoveCard::Finished => RemoveReason::Finished,
        RemoveCard::TimedOut => RemoveReason::TimedOut,
        RemoveCard::PinTimedOut => RemoveReason::PinTimedOut,
        RemoveCard::SessionOver => RemoveReason::SessionOver,
        RemoveCard::Forgotten => RemoveReason::Forgotten,
    }
}
