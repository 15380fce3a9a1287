//! Orders that change messages, and the banner that tells what became of them.

use super::list::MessageList;
use crate::effect::{Change, Effect, What};
use crate::event::Action;
use crate::failure::Failure;
use crate::mailbox::FolderRole;
use crate::screen::{Banner, Done};
use crate::state::Context;
use crate::time::Moment;

/// Orders given and not answered yet, and the last one that can be undone.
#[derive(Debug, Default)]
pub(super) struct Orders {
    under_way: Vec<Order>,
    last: Option<Order>,
}

#[derive(Debug, Clone)]
struct Order {
    number: u64,
    change: Change,
    done: Done,
    count: u32,
    /// The answer to come is that of its undoing.
    undoing: bool,
}

/// What stands in the toolbar's place, and for how long.
#[derive(Debug, Default)]
pub(super) struct Notice {
    banner: Banner,
    until: Option<Moment>,
}

impl Notice {
    pub(super) fn say(&mut self, banner: Banner, until: Option<Moment>) {
        *self = Self { banner, until };
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn banner(&self) -> &Banner {
        &self.banner
    }

    pub(super) fn until(&self) -> Option<Moment> {
        self.until
    }

    pub(super) fn pass(&mut self, now: Moment) {
        if self.until.is_some_and(|until| now >= until) {
            self.clear();
        }
    }
}

/// What an action means for messages of the open folder; `None` where it means nothing there.
pub(super) fn meaning(action: Action, list: &MessageList) -> Option<(What, Done)> {
    let to =
        |role, done| list.place_of(role).filter(|place| *place != list.folder).map(|place| (What::Move(place), done));
    match action {
        Action::MarkRead => Some((What::Read(true), Done::Read)),
        Action::MarkUnread => Some((What::Read(false), Done::Unread)),
        Action::Archive => to(FolderRole::Archive, Done::Archived),
        Action::Junk => to(FolderRole::Junk, Done::Junk),
        Action::Restore => to(FolderRole::Inbox, Done::Restored),
        // Without a bin, and in it, what is deleted is gone: the question comes first.
        Action::Delete => to(FolderRole::Trash, Done::Deleted).or(Some((What::Erase, Done::Erased))),
        Action::Empty => Some((What::Empty, Done::Emptied)),
        Action::Move => None,
    }
}

impl Orders {
    pub(super) fn give(&mut self, number: u64, change: Change, done: Done, count: u32, context: &mut Context<'_>) {
        context.effects.push(Effect::Change(context.ticket, number, change.clone()));
        self.last = None;
        self.under_way.push(Order { number, change, done, count, undoing: false });
    }

    /// Undoes the last order, if that is still possible.
    pub(super) fn undo(&mut self, context: &mut Context<'_>) {
        if let Some(order) = self.last.take() {
            context.effects.push(Effect::Undo(context.ticket, order.number));
            self.under_way.push(Order { undoing: true, ..order });
        }
    }

    /// The server's answer: the list follows, and the banner says so.
    pub(super) fn answered(
        &mut self,
        number: u64,
        result: Result<bool, Failure>,
        list: &mut MessageList,
        notice: &mut Notice,
        context: &mut Context<'_>,
    ) {
        let Some(place) = self.under_way.iter().position(|order| order.number == number) else { return };
        let order = self.under_way.remove(place);
        if let Some(selection) = &mut list.selection {
            selection.busy = false;
        }
        let change = &order.change;
        match result {
            Ok(_) if order.undoing => {
                list.show(list.from, true, context);
                let until = context.now.plus(context.settings.sent_notice);
                notice.say(Banner::Done { what: Done::Undone, count: order.count, undo: false }, Some(until));
            }
            Ok(undo) => {
                match change.what {
                    What::Read(read) => list.marked(change.folder, &change.uids, read),
                    What::Move(_) | What::Erase => list.gone(change.folder, &change.uids, context),
                    What::Empty => list.show(0, true, context),
                }
                list.selection = None;
                let until = context.now.plus(context.settings.undo_notice);
                notice.say(Banner::Done { what: order.done.clone(), count: order.count, undo }, Some(until));
                self.last = undo.then_some(order);
            }
            Err(failure) => {
                // What was done of it, if anything, is on the server.
                list.show(list.from, true, context);
                notice.say(Banner::NotDone(failure), None);
            }
        }
    }
}
