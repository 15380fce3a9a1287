//! I1 to I5: the list of messages.
//!
//! Rows come in windows of some fifty; a page is a slice of the window. The window is the only copy of rows that is
//! kept, so memory does not grow with the mailbox. Positions count from the first message of the list, 0.

use super::selection::Selection;
use crate::effect::Effect;
use crate::event::{PageMove, Touch};
use crate::failure::Failure;
use crate::letter::MessageId;
use crate::listing::{Filter, Listing, Progress, Sort};
use crate::mailbox::{Folder, FolderRole, Request, Row, Window};
use crate::screen::{self, List};
use crate::state::Context;
use crate::text::Text;
use std::collections::BTreeSet;

#[derive(Debug)]
pub(super) struct MessageList {
    pub(super) folders: Vec<Folder>,
    pub(super) folder: usize,
    pub(super) listing: Listing,
    pub(super) search: Option<Searching>,
    window: Window,
    /// Of which folder and listing the window is.
    shown: (usize, Listing),
    /// Position of the page's first row.
    pub(super) from: u32,
    pending: Option<Request>,
    failed: Option<(Failure, Request)>,
    /// Messages that arrived in the inbox since its list was taken.
    pub(super) new: u32,
    /// What was last said of [`Self::new`].
    heard: u32,
    pub(super) requests: u64,
    pub(super) selection: Option<Selection>,
}

/// A search, and how far it has come.
#[derive(Debug)]
pub(super) struct Searching {
    pub(super) number: u64,
    pub(super) text: Text,
    pub(super) progress: Progress,
    /// Messages that had been found when rows were last asked for.
    pub(super) asked: u32,
}

impl MessageList {
    /// `requests` were numbered before, in other BALs of the visit.
    pub(super) fn new(window: Window, requests: u64) -> Self {
        Self {
            folders: Vec::new(),
            folder: 0,
            listing: Listing::default(),
            search: None,
            window,
            shown: (0, Listing::default()),
            from: 0,
            pending: None,
            failed: None,
            new: 0,
            heard: 0,
            requests,
            selection: None,
        }
    }

    /// Fills in what the list decides of the page.
    pub(super) fn screen(&self, rows: u32, can_sort: bool) -> screen::Inbox {
        let total = self.total();
        let end = self.from.saturating_add(rows).min(total);
        let page = self.page(rows).unwrap_or_default();
        let looking = self.search.as_ref().is_some_and(|search| !search.progress.done);
        let list = match (self.pending, self.failed) {
            (None, Some((failure, _))) => List::Failed(failure),
            (None, None) if self.window.total == 0 && looking => List::Loading,
            (None, None) if self.window.total == 0 => List::Empty,
            _ if page.is_empty() => List::Loading,
            _ => List::Rows(page.to_vec()),
        };
        screen::Inbox {
            folders: self.folders.clone(),
            folder: self.folder,
            list,
            first: if end > self.from { self.from + 1 } else { 0 },
            last: end,
            total,
            banner: screen::Banner::None,
            filter: self.listing.filter,
            sort: self.listing.sort,
            can_sort,
            selection: self.selection.as_ref().map(|selection| selection.screen(page, self)),
            search: self
                .search
                .as_ref()
                .map(|search| screen::Search { text: search.text.clone(), progress: search.progress }),
            can_write: false,
        }
    }

    /// Messages in the list; of a folder that is still on its way, as the list of folders counts it.
    fn total(&self) -> u32 {
        let coming = self.pending.or(self.failed.map(|(_, request)| request));
        let coming = coming.filter(|request| request.afresh && request.listing == Listing::default());
        coming.and_then(|_| self.folders.get(self.folder)).map_or(self.window.total, |folder| folder.total)
    }

    pub(super) fn role(&self) -> FolderRole {
        self.folders.get(self.folder).map_or(FolderRole::Inbox, |folder| folder.role)
    }

    /// Index of the folder of this role.
    pub(super) fn place_of(&self, role: FolderRole) -> Option<usize> {
        self.folders.iter().position(|folder| folder.role == role)
    }

    /// What a touch on the list itself does. The rest is the mailbox's.
    pub(super) fn touched(&mut self, touch: &Touch, context: &mut Context<'_>) {
        match touch {
            Touch::Move(to) => self.turn(*to, context),
            Touch::OpenFolder(index) if *index < self.folders.len() => {
                self.leave_search(context);
                self.folder = *index;
                self.listing = Listing::default();
                self.selection = None;
                self.show(0, true, context);
            }
            Touch::ShowNew | Touch::Refresh => {
                self.new = 0;
                self.show(0, true, context);
            }
            Touch::DismissNew => self.new = 0,
            Touch::Retry => {
                if let Some((_, request)) = self.failed {
                    self.show(request.from.max(self.from), request.afresh, context);
                }
            }
            // The page's height changed: keep the row at its top.
            Touch::Large(_) => {
                let from = self.from - self.from % context.rows();
                self.show(from, false, context);
            }
            Touch::Filter(filter) => self.filter(*filter, context),
            Touch::SortBy(sort) => self.sort(*sort, context),
            _ => {}
        }
    }

    fn filter(&mut self, filter: Filter, context: &mut Context<'_>) {
        self.leave_search(context);
        self.listing = Listing { filter, search: None, ..self.listing };
        self.selection = None;
        self.show(0, true, context);
    }

    fn sort(&mut self, sort: Sort, context: &mut Context<'_>) {
        self.listing.sort = sort;
        self.show(0, true, context);
    }

    /// Looks for a text in the open folder.
    pub(super) fn search(&mut self, number: u64, text: Text, context: &mut Context<'_>) {
        self.leave_search(context);
        context.effects.push(Effect::Search(context.ticket, self.folder, number, text.clone()));
        self.listing = Listing { filter: Filter::All, sort: Sort::default(), search: Some(number) };
        self.search = Some(Searching { number, text, progress: Progress::default(), asked: 0 });
        self.selection = None;
        self.window = Window::default();
        self.shown = (self.folder, self.listing);
        (self.from, self.pending, self.failed) = (0, None, None);
    }

    /// What has been found so far: the rows of the page that stands there are asked for as they come.
    pub(super) fn searched(&mut self, number: u64, result: Result<Progress, Failure>, context: &mut Context<'_>) {
        let Some(search) = self.search.as_mut().filter(|search| search.number == number) else { return };
        match result {
            Ok(progress) => {
                search.progress = progress;
                if self.pending.is_none() {
                    self.follow_search(progress.found, context);
                }
            }
            Err(failure) => {
                search.progress.done = true;
                let request = self.request(0, true, context);
                self.failed = Some((failure, request));
                self.pending = None;
            }
        }
    }

    /// More was found than the window knows: the page is filled up, or only counted anew.
    fn follow_search(&mut self, found: u32, context: &mut Context<'_>) {
        let page_end = self.from.saturating_add(context.rows());
        if found.min(page_end) > self.window.total.min(page_end) {
            self.show(self.from, true, context);
        } else {
            self.window.total = found;
        }
    }

    /// Looks no further; what was found stays.
    pub(super) fn stop_search(&mut self, context: &mut Context<'_>) {
        if let Some(search) = self.search.as_mut().filter(|search| !search.progress.done) {
            search.progress.done = true;
            context.effects.push(Effect::StopSearch(context.ticket, search.number));
        }
    }

    /// Forgets what was found.
    pub(super) fn leave_search(&mut self, context: &mut Context<'_>) {
        self.stop_search(context);
        self.search = None;
        self.listing.search = None;
    }

    /// Back to the folder.
    pub(super) fn end_search(&mut self, context: &mut Context<'_>) {
        self.leave_search(context);
        self.selection = None;
        self.window = Window::default();
        self.show(0, true, context);
    }

    /// What the server says of the inbox. News that were put away stay away until more of it comes.
    pub(super) fn news(&mut self, new: u32, unread: u32) {
        if new != self.heard {
            (self.heard, self.new) = (new, new);
        }
        if let Some(inbox) = self.folders.first_mut() {
            inbox.unread = unread;
        }
    }

    /// Whether it lists the folder whole.
    pub(super) fn is_whole(&self) -> bool {
        self.listing.filter == Filter::All && self.listing.search.is_none()
    }

    /// Whether messages may be moved into this folder: another one, and none whose messages the kiosk makes itself.
    pub(super) fn takes(&self, index: usize) -> bool {
        let role = self.folders.get(index).map(|folder| folder.role);
        index != self.folder && role.is_some_and(|role| !matches!(role, FolderRole::Drafts | FolderRole::Sent))
    }

    /// The folders messages may be moved into, each with its place among all.
    pub(super) fn targets(&self) -> Vec<(usize, Folder)> {
        self.folders.iter().cloned().enumerate().filter(|(index, _)| self.takes(*index)).collect()
    }

    pub(super) fn folders_read(&mut self, folders: Vec<Folder>, context: &mut Context<'_>) {
        let open = self.folders.get(self.folder).cloned();
        self.folders = folders;
        let Some(open) = open else { return };
        let place = self.folders.iter().position(|folder| {
            folder.role == open.role && (folder.role != FolderRole::Own || folder.name == open.name)
        });
        match place {
            Some(index) => self.folder = index,
            // Somebody removed it meanwhile.
            None => {
                self.leave_search(context);
                (self.folder, self.listing, self.selection) = (0, Listing::default(), None);
                self.show(0, true, context);
            }
        }
    }

    /// Takes rows that were asked for; `false`: they belong to an older request.
    pub(super) fn rows_read(&mut self, request: Request, window: Window, context: &mut Context<'_>) -> bool {
        if self.pending != Some(request) {
            return false;
        }
        self.pending = None;
        self.failed = None;
        self.window = window;
        self.shown = (request.folder, request.listing);
        if request.afresh && self.search.is_none() {
            if request.folder == 0 {
                // The server counts from this list on.
                (self.heard, self.new) = (0, 0);
            }
            context.effects.push(Effect::ReadFolders(context.ticket));
        }
        // What was found while these rows were on their way.
        let found = self.search.as_ref().filter(|search| search.progress.found != search.asked);
        if let Some(found) = found.map(|search| search.progress.found) {
            self.follow_search(found, context);
        }
        // The folder may have shrunk below the page asked for.
        if self.window.total > 0 && self.from >= self.window.total {
            let from = last_page(self.window.total, context.rows());
            self.show(from, false, context);
        }
        true
    }

    pub(super) fn rows_failed(&mut self, request: Request, failure: Failure) {
        if self.pending == Some(request) {
            self.pending = None;
            self.failed = Some((failure, request));
        }
    }

    fn turn(&mut self, to: PageMove, context: &mut Context<'_>) {
        let rows = context.rows();
        let last = last_page(self.window.total, rows);
        let from = match to {
            PageMove::First => 0,
            PageMove::Previous => self.from.saturating_sub(rows),
            PageMove::Next => self.from.saturating_add(rows).min(last),
            PageMove::Last => last,
        };
        if from != self.from || self.failed.is_some() {
            self.show(from, false, context);
        }
    }

    /// The page of this number, counted from 0.
    pub(super) fn jump(&mut self, page: u32, context: &mut Context<'_>) {
        let from = page.saturating_mul(context.rows()).min(last_page(self.window.total, context.rows()));
        if from != self.from {
            self.show(from, false, context);
        }
    }

    /// Pages there are, at least one.
    pub(super) fn pages(&self, rows: u32) -> u32 {
        self.window.total.div_ceil(rows).max(1)
    }

    /// Shows the page that starts at `from`: out of the window where it holds it, by a request otherwise.
    pub(super) fn show(&mut self, from: u32, afresh: bool, context: &mut Context<'_>) {
        let backwards = from < self.from;
        self.from = from;
        self.failed = None;
        self.pending = None;
        if !afresh && self.page(context.rows()).is_some() {
            return;
        }
        // Rows stay until others come, but never under the name of another list.
        if self.shown != (self.folder, self.listing) {
            self.window.rows.clear();
        }
        let count = context.settings.window.max(context.rows());
        // Going back, the page asked for is the last of the new window, so that going on back costs nothing.
        let start = if backwards { from.saturating_add(context.rows()).saturating_sub(count) } else { from };
        let request = self.request(start, afresh, context);
        self.pending = Some(request);
        context.effects.push(Effect::ReadRows(context.ticket, request));
    }

    fn request(&mut self, from: u32, afresh: bool, context: &Context<'_>) -> Request {
        self.requests += 1;
        if let Some(search) = &mut self.search {
            search.asked = search.progress.found;
        }
        let count = context.settings.window.max(context.rows());
        Request { number: self.requests, folder: self.folder, listing: self.listing, from, count, afresh }
    }

    /// The rows of the page, if the window holds all of them.
    fn page(&self, rows: u32) -> Option<&[Row]> {
        let end = self.from.saturating_add(rows).min(self.window.total);
        let start = usize::try_from(self.from.checked_sub(self.window.from)?).ok()?;
        let end = usize::try_from(end.checked_sub(self.window.from)?).ok()?;
        self.window.rows.get(start..end)
    }

    /// The row of this index on the page, with its position.
    pub(super) fn row_of_page(&self, index: usize, rows: u32) -> Option<(u32, &Row)> {
        let row = self.page(rows)?.get(index)?;
        Some((self.from.saturating_add(u32::try_from(index).ok()?), row))
    }

    /// The rows of the page, as far as they are there.
    pub(super) fn rows_of_page(&self, rows: u32) -> &[Row] {
        self.page(rows).unwrap_or_default()
    }

    /// The row at this position, if it is there; `None` also where the list ends.
    pub(super) fn row_at(&self, position: u32) -> Option<&Row> {
        let index = usize::try_from(position.checked_sub(self.window.from)?).ok()?;
        self.window.rows.get(index)
    }

    /// Messages in the window's list.
    pub(super) fn count(&self) -> u32 {
        self.window.total
    }

    /// The page that holds this position, asked for where need be.
    pub(super) fn turn_to(&mut self, position: u32, context: &mut Context<'_>) {
        let from = position - position % context.rows();
        if from != self.from || self.row_at(position).is_none() {
            self.show(from, false, context);
        }
    }

    pub(super) fn id(&self, uid: u32) -> MessageId {
        MessageId { folder: self.folder, uid }
    }

    /// These are read now, or unread.
    pub(super) fn marked(&mut self, folder: usize, uids: &[u32], read: bool) {
        let uids: BTreeSet<u32> = uids.iter().copied().collect();
        let mut changed = 0;
        if folder == self.folder {
            for row in self.window.rows.iter_mut().filter(|row| uids.contains(&row.uid) && row.unread == read) {
                row.unread = !read;
                changed += 1;
            }
        }
        if let Some(folder) = self.folders.get_mut(folder) {
            folder.unread =
                if read { folder.unread.saturating_sub(changed) } else { folder.unread.saturating_add(changed) };
        }
    }

    /// This one has been answered.
    pub(super) fn answered(&mut self, id: MessageId) {
        if id.folder == self.folder {
            self.window.rows.iter_mut().filter(|row| row.uid == id.uid).for_each(|row| row.answered = true);
        }
    }

    /// These have left the folder: the rows after them move up, and those missing at the end are asked for.
    pub(super) fn gone(&mut self, folder: usize, uids: &[u32], context: &mut Context<'_>) {
        if folder != self.folder {
            return;
        }
        let uids: BTreeSet<u32> = uids.iter().copied().collect();
        let before = self.window.rows.len();
        self.window.rows.retain(|row| !uids.contains(&row.uid));
        let removed = u32::try_from(before - self.window.rows.len()).unwrap_or(u32::MAX);
        self.window.total = self.window.total.saturating_sub(removed);
        // Some were on other pages: what the window holds is still in place, what lies before it has moved.
        let elsewhere = u32::try_from(uids.len()).unwrap_or(u32::MAX).saturating_sub(removed);
        if elsewhere > 0 {
            self.window.rows.clear();
            self.window.total = self.window.total.saturating_sub(elsewhere);
        }
        let from = self.from.min(last_page(self.window.total, context.rows()));
        if self.window.total == 0 {
            (self.from, self.pending, self.failed) = (0, None, None);
        } else {
            self.show(from, false, context);
        }
        context.effects.push(Effect::ReadFolders(context.ticket));
    }
}

/// Position of the first row of the oldest page.
fn last_page(total: u32, rows: u32) -> u32 {
    total.saturating_sub(1) / rows * rows
}
