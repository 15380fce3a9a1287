//! What stands in the toolbar's place: what has come, what was done, what could not be.

use super::{map_folder, one_line};
use crate::french::{count, number};
use crate::pages::failed::map_failure;
use crate::{FolderItem, InboxAdapter, InboxBanner};
use flow::{Banner, Done, Failure, Language};

/// Shows the notice; without one, nothing is left of the last.
pub(super) fn show(adapter: &InboxAdapter<'_>, banner: &Banner, language: Language) {
    clear(adapter);
    let counted = |of: u32| {
        adapter.set_banner_count(count(of));
        adapter.set_banner_count_text(number(of, language).into());
    };
    let failed = |failure: Failure| {
        adapter.set_banner_trouble(map_failure(failure));
        adapter.set_banner_code(failure.code().into());
    };
    let what = match banner {
        Banner::None => return,
        Banner::New(new) => {
            counted(*new);
            InboxBanner::New
        }
        Banner::Sent(name) => {
            adapter.set_banner_name(one_line(&name.0).into());
            InboxBanner::Sent
        }
        Banner::Done { what, count, undo } => {
            counted(*count);
            adapter.set_can_undo(*undo);
            if let Done::Moved(folder) = what {
                adapter.set_banner_folder(map_folder(0, folder, language));
            }
            map_done(what)
        }
        Banner::NotDone(failure) => {
            failed(*failure);
            InboxBanner::NotDone
        }
        Banner::DraftKept => InboxBanner::DraftKept,
        Banner::DraftLost(failure) => {
            failed(*failure);
            InboxBanner::DraftLost
        }
    };
    adapter.set_banner(what);
}

/// Forgets to whom something was sent, and where it was moved to.
pub(super) fn clear(adapter: &InboxAdapter<'_>) {
    adapter.set_banner_name("".into());
    adapter.set_banner_folder(FolderItem::default());
    adapter.set_banner_code("".into());
    adapter.set_can_undo(false);
}

fn map_done(what: &Done) -> InboxBanner {
    match what {
        Done::Read => InboxBanner::Read,
        Done::Unread => InboxBanner::Unread,
        Done::Deleted => InboxBanner::Deleted,
        Done::Erased => InboxBanner::Erased,
        Done::Junk => InboxBanner::Junk,
        Done::Restored => InboxBanner::Restored,
        Done::Archived => InboxBanner::Archived,
        Done::Moved(_) => InboxBanner::Moved,
        Done::Emptied => InboxBanner::Emptied,
        Done::Undone => InboxBanner::Undone,
    }
}
