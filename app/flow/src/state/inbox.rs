//! I1 to I5: one BAL is open.
//!
//! Rows come in windows of some fifty; a page is a slice of the window. The window is the only copy of rows that is
//! kept, so memory does not grow with the mailbox. Positions count from the newest message, 0.

use super::{ChooseMailbox, Context, Goal, Session, State};
use crate::effect::Effect;
use crate::event::{Event, PageMove, Touch};
use crate::failure::Failure;
use crate::mailbox::{Folder, FolderRole, Opened, Request, Window};
use crate::screen::{self, List};

#[derive(Debug)]
pub(crate) struct Inbox {
    pub(crate) session: Session,
    pub(crate) mailbox: usize,
    folders: Vec<Folder>,
    folder: usize,
    window: Window,
    /// Position of the page's first row.
    from: u32,
    pending: Option<Request>,
    failed: Option<(Failure, Request)>,
    new: u32,
    requests: u64,
}

impl Inbox {
    pub(crate) fn open(context: &mut Context<'_>, session: Session, mailbox: usize, mut opened: Opened) -> State {
        context.effects.push(Effect::ReadFolders(context.ticket));
        State::Inbox(Box::new(Self {
            session,
            mailbox,
            folders: Vec::new(),
            folder: 0,
            window: std::mem::take(&mut opened.window),
            from: 0,
            pending: None,
            failed: None,
            new: 0,
            requests: 0,
        }))
    }

    pub(crate) fn screen(&self, rows: u32) -> screen::Inbox {
        // Of a folder that is still on its way, the list of folders knows how much is in it.
        let coming = self.pending.or(self.failed.map(|(_, request)| request)).filter(|request| request.afresh);
        let coming = coming.and_then(|_| self.folders.get(self.folder));
        let total = coming.map_or(self.window.total, |folder| folder.total);
        let end = self.from.saturating_add(rows).min(total);
        let list = match (self.pending, self.failed) {
            (Some(_), _) => List::Loading,
            (None, Some((failure, _))) => List::Failed(failure),
            (None, None) if self.window.total == 0 => List::Empty,
            (None, None) => List::Rows(self.page(rows).map(<[_]>::to_vec).unwrap_or_default()),
        };
        screen::Inbox {
            folders: self.folders.clone(),
            folder: self.folder,
            list,
            first: if end > self.from { self.from + 1 } else { 0 },
            last: end,
            total,
            new: if self.folder == 0 { self.new } else { 0 },
        }
    }

    pub(crate) fn on(mut self: Box<Self>, context: &mut Context<'_>, event: Event) -> State {
        match event {
            Event::FoldersRead(_, folders) => self.folders_read(folders, context),
            Event::RowsRead(_, request, window) if self.pending == Some(request) => {
                self.rows_read(request, window, context)
            }
            Event::RowsFailed(_, request, failure) if self.pending == Some(request) => {
                self.pending = None;
                self.failed = Some((failure, request));
            }
            Event::NewMail(_, new) => self.new = new,
            Event::MailFailed(_, failure) => return self.lost(context, failure),
            // The provider does not prolong the session: only a new login helps.
            Event::LoginFailed(_, failure) => {
                return super::Failed::in_session(context, failure, self.session, Goal::LogIn);
            }
            Event::Touch(Touch::Move(to)) => self.turn(to, context),
            Event::Touch(Touch::OpenFolder(index)) if index < self.folders.len() => {
                self.folder = index;
                self.show(0, true, context);
            }
            Event::Touch(Touch::ShowNew) => {
                self.new = 0;
                self.show(0, true, context);
            }
            Event::Touch(Touch::DismissNew) => self.new = 0,
            Event::Touch(Touch::Retry) => {
                if let Some((_, request)) = self.failed {
                    self.show(request.from.max(self.from), request.afresh, context);
                }
            }
            // The page's height changed: keep the row at its top.
            Event::Touch(Touch::Large(_)) => {
                let from = self.from - self.from % context.rows();
                self.show(from, false, context);
            }
            Event::Touch(Touch::ChangeMailbox) if self.session.several() => {
                return ChooseMailbox::enter(context, self.session);
            }
            _ => {}
        }
        State::Inbox(self)
    }

    /// The connection went for good: the same tries as a lost line, whatever the network says.
    fn lost(self: Box<Self>, context: &mut Context<'_>, failure: Failure) -> State {
        let goal = Goal::Open(self.mailbox);
        let line = matches!(
            failure,
            Failure::MailUnreachable | Failure::MailSlow | Failure::MailUnavailable | Failure::NetworkDown
        );
        if line && !context.settings.retry_after.is_empty() {
            return super::Reconnecting::wait(context, self.session, goal, 0);
        }
        super::Failed::in_session(context, failure, self.session, goal)
    }

    fn folders_read(&mut self, folders: Vec<Folder>, context: &mut Context<'_>) {
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
                self.folder = 0;
                self.show(0, true, context);
            }
        }
    }

    fn rows_read(&mut self, request: Request, window: Window, context: &mut Context<'_>) {
        self.pending = None;
        self.failed = None;
        self.window = window;
        if request.afresh {
            if request.folder == 0 {
                self.new = 0;
            }
            context.effects.push(Effect::ReadFolders(context.ticket));
        }
        // The folder may have shrunk below the page asked for.
        if self.window.total > 0 && self.from >= self.window.total {
            let from = last_page(self.window.total, context.rows());
            self.show(from, false, context);
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

    /// Shows the page that starts at `from`: out of the window where it holds it, by a request otherwise.
    fn show(&mut self, from: u32, afresh: bool, context: &mut Context<'_>) {
        let backwards = from < self.from;
        self.from = from;
        self.failed = None;
        self.pending = None;
        if !afresh && self.page(context.rows()).is_some() {
            return;
        }
        let count = context.settings.window.max(context.rows());
        // Going back, the page asked for is the last of the new window, so that going on back costs nothing.
        let start = if backwards { from.saturating_add(context.rows()).saturating_sub(count) } else { from };
        self.requests += 1;
        let request = Request { number: self.requests, folder: self.folder, from: start, count, afresh };
        self.pending = Some(request);
        context.effects.push(Effect::ReadRows(context.ticket, request));
    }

    /// The rows of the page, if the window holds all of them.
    fn page(&self, rows: u32) -> Option<&[crate::mailbox::Row]> {
        let end = self.from.saturating_add(rows).min(self.window.total);
        let start = usize::try_from(self.from.checked_sub(self.window.from)?).ok()?;
        let end = usize::try_from(end.checked_sub(self.window.from)?).ok()?;
        self.window.rows.get(start..end)
    }
}

/// Position of the first row of the oldest page.
fn last_page(total: u32, rows: u32) -> u32 {
    total.saturating_sub(1) / rows * rows
}
