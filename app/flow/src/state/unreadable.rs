//! C3: the card is in but says nothing. Taking it out is the only way on.

use super::{Context, Order, State};
use crate::event::Event;
use crate::screen::RemoveCard;

#[derive(Debug)]
pub(crate) struct Unreadable {
    /// The third time: advise to wipe the chip.
    pub(crate) wipe: bool,
}

impl Unreadable {
    pub(crate) fn on(self, context: &mut Context<'_>, event: &Event) -> State {
        if matches!(event, Event::Tick) && context.now >= context.touched.plus(context.settings.idle_warning) {
            context.order(Order::End(RemoveCard::Forgotten));
        }
        State::Unreadable(self)
    }
}
