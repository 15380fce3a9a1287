//! One BAL is open: its list, and what lies on top of it.
//!
//! ```text
//!   list ──▶ message ──▶ document          layers; the one on top is shown and touched,
//!     │         │                          «Retour» takes it away
//!     └─────────┴──▶ writing               on top of either
//!     └──▶ over: sort, jump, search, move, more, question, print
//! ```

mod changes;
mod choosing;
mod document;
mod list;
mod message;
mod printing;
mod selection;
mod writing;

pub(crate) use writing::Writing;

use super::{ChooseMailbox, Context, Goal, Session, State};
use crate::effect::{Change, Effect, What, Written};
use crate::event::{Action, Event, PageMove, SendOutcome, Touch};
use crate::failure::Failure;
use crate::mailbox::{FolderRole, Opened};
use crate::screen::{self, Banner, Done, Kind, Purpose, Question, Screen};
use crate::settings::Settings;
use crate::text::Text;
use crate::time::Moment;
use changes::{Notice, Orders, meaning};
use document::Viewing;
use list::MessageList;
use message::Open;
use printing::Printing;
use selection::Selection;
use writing::{About, Left};

/// Most characters of a search, and the fewest worth one.
const MOST_QUERY: usize = 100;
const LEAST_QUERY: usize = 2;

#[derive(Debug)]
pub(crate) struct Mailbox {
    pub(crate) session: Session,
    pub(crate) mailbox: usize,
    list: MessageList,
    can_sort: bool,
    message: Option<Open>,
    document: Option<(usize, Viewing)>,
    writing: Option<Writing>,
    over: Over,
    notice: Notice,
    orders: Orders,
    numbers: u64,
    /// The connection or the login went, and what has to succeed: dealt with once no message is on its way.
    lost: Option<(Failure, Goal)>,
}

/// A page on top of list, message or document.
#[derive(Debug, Default)]
enum Over {
    #[default]
    Nothing,
    More,
    Sort,
    Jump(u32),
    MoveTo,
    Search(Text, u64),
    Sure(What),
    Print(Printing),
}

/// What a page may look at while it is drawn.
pub(super) struct Sight<'a> {
    pub(super) now: Moment,
    pub(super) settings: &'a Settings,
}

impl Mailbox {
    pub(crate) fn open(context: &mut Context<'_>, mut session: Session, mailbox: usize, mut opened: Opened) -> State {
        context.effects.push(Effect::ReadFolders(context.ticket));
        // What was being written when the line was lost goes on.
        let writing = session.kept.take().filter(|(index, _)| *index == mailbox).map(|(_, writing)| *writing);
        let (numbers, requests) = (session.numbers, session.requests);
        State::Mailbox(Box::new(Self {
            session,
            mailbox,
            list: MessageList::new(std::mem::take(&mut opened.window), requests),
            can_sort: opened.can_sort,
            message: None,
            document: None,
            writing,
            over: Over::Nothing,
            notice: Notice::default(),
            orders: Orders::default(),
            numbers,
            lost: None,
        }))
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    pub(crate) fn screen(&self, now: Moment, settings: &Settings, rows: u32) -> Screen {
        let sight = Sight { now, settings };
        if let Some(writing) = &self.writing {
            return writing.screen(&sight);
        }
        match &self.over {
            Over::Nothing => {}
            Over::More => {
                if let Some(message) = &self.message {
                    return Screen::More(message.more(&self.list, &sight));
                }
            }
            Over::Sort => return Screen::SortChoice(screen::SortChoice { sort: self.list.listing.sort }),
            Over::Jump(typed) => return Screen::Jump(self.jump(*typed, rows)),
            Over::MoveTo => {
                return Screen::MoveTo(screen::MoveTo {
                    folders: self.list.targets(),
                    count: u32::try_from(self.meant().len()).unwrap_or(u32::MAX),
                });
            }
            Over::Search(text, revision) => {
                return Screen::Typing(screen::Typing {
                    purpose: Purpose::Search,
                    text: text.clone(),
                    revision: *revision,
                    complete: is_query(text),
                });
            }
            Over::Sure(What::Empty) => return Screen::Question(Question::EmptyBin(self.list.count())),
            Over::Sure(_) => {
                return Screen::Question(Question::Erase(u32::try_from(self.meant().len()).unwrap_or(u32::MAX)));
            }
            Over::Print(printing) => return Screen::Print(printing.screen()),
        }
        if let Some((_, document)) = &self.document {
            return Screen::Document(Box::new(document.screen(settings.printer)));
        }
        if let Some(message) = &self.message {
            return Screen::Message(Box::new(message.screen(&self.list, &sight)));
        }
        let mut page = self.list.screen(rows, self.can_sort);
        page.can_write = settings.writing.is_some();
        page.banner = match self.notice.banner() {
            Banner::None if self.list.folder == 0 && self.list.new > 0 && self.list.search.is_none() => {
                Banner::New(self.list.new)
            }
            banner => banner.clone(),
        };
        Screen::Inbox(Box::new(page))
    }

    fn jump(&self, typed: u32, rows: u32) -> screen::Jump {
        let of = self.list.pages(rows);
        screen::Jump { typed, of, from: self.list.from / rows + 1, complete: (1..=of).contains(&typed) }
    }

    pub(crate) fn deadline(&self, settings: &Settings) -> Option<Moment> {
        let sight = Sight { now: Moment::default(), settings };
        let writing = self.writing.as_ref().and_then(|writing| writing.deadline(&sight));
        writing.into_iter().chain(self.notice.until()).min()
    }

    /// A message is on its way: what becomes of it is told even when the card goes.
    pub(crate) fn is_sending(&self) -> bool {
        self.writing.as_ref().is_some_and(Writing::is_sending)
    }

    /// What was written and is on no server.
    pub(crate) fn unsaved(&self) -> Option<(u64, Written)> {
        self.writing.as_ref().and_then(Writing::unsaved)
    }

    /// Another BAL may be chosen from here.
    pub(crate) fn may_change(&self) -> bool {
        self.writing.is_none()
    }

    pub(crate) fn on(mut self: Box<Self>, context: &mut Context<'_>, event: Event) -> State {
        match event {
            Event::FoldersRead(_, folders) => self.list.folders_read(folders, context),
            Event::RowsRead(_, request, window) => {
                let taken = self.list.rows_read(request, window, context);
                if taken {
                    self.follow(context);
                }
            }
            Event::RowsFailed(_, request, failure) => self.list.rows_failed(request, failure),
            Event::NewMail(_, new, unread) => self.list.news(new, unread),
            Event::Searched(_, number, result) => self.list.searched(number, result, context),
            Event::MessageRead(_, id, result) => {
                if let Some(message) = &mut self.message {
                    message.came(id, result, &mut self.list);
                }
            }
            Event::DocumentRead(_, number, news) => {
                if let Some((_, document)) = &mut self.document {
                    document.came(number, news, context);
                }
            }
            Event::Changed(_, number, result) => {
                self.orders.answered(number, result, &mut self.list, &mut self.notice, context);
            }
            Event::ReceiptSent(_, id, result) => {
                if let Some(message) = &mut self.message {
                    message.receipt_sent(id, result.is_ok());
                }
                if let Err(failure) = result {
                    let until = context.now.plus(context.settings.undo_notice);
                    self.notice.say(Banner::NotDone(failure), Some(until));
                }
            }
            Event::Printed(_, number, news) => {
                if let Over::Print(printing) = &mut self.over {
                    printing.came(number, news);
                }
            }
            Event::DraftSaved(_, number, result) => self.draft_saved(number, result),
            Event::Prepared(..) | Event::Found(..) | Event::Checked(..) | Event::Sent(..) => {
                self.written(event, context)
            }
            Event::MailFailed(_, failure) => self.lost = Some((failure, Goal::Open(self.mailbox))),
            // The provider does not prolong the session: only a new login helps.
            Event::LoginFailed(_, failure) => self.lost = Some((failure, Goal::LogIn)),
            Event::Tick => {
                self.notice.pass(context.now);
                if let Some(writing) = &mut self.writing {
                    writing.tick(context);
                }
            }
            Event::Touch(Touch::ChangeMailbox) if self.session.several() && self.may_change() => {
                if let Over::Print(printing) = &self.over {
                    printing.leave(context);
                }
                if self.message.is_some() {
                    context.effects.push(Effect::CloseMessage(context.ticket));
                }
                self.keep();
                return ChooseMailbox::enter(context, self.session);
            }
            Event::Touch(touch) => self.touched(touch, context),
            _ => {}
        }
        if let Some((failure, goal)) = self.lost.filter(|_| !self.is_sending()) {
            return self.lost(context, failure, goal);
        }
        State::Mailbox(self)
    }

    /// What is being written goes with the session, whatever becomes of this BAL's connection.
    fn keep(&mut self) {
        self.session.numbers = self.numbers;
        self.session.requests = self.list.requests;
        self.session.kept = self.writing.take().map(|writing| (self.mailbox, Box::new(writing)));
    }

    /// The connection went for good: the same tries as a lost line, whatever the network says.
    fn lost(mut self: Box<Self>, context: &mut Context<'_>, failure: Failure, goal: Goal) -> State {
        let line = matches!(goal, Goal::Open(_))
            && matches!(
                failure,
                Failure::MailUnreachable | Failure::MailSlow | Failure::MailUnavailable | Failure::NetworkDown
            );
        self.keep();
        if line && !context.settings.retry_after.is_empty() {
            return super::Reconnecting::wait(context, self.session, goal, 0);
        }
        super::Failed::in_session(context, failure, self.session, goal)
    }

    fn draft_saved(&mut self, number: u64, result: Result<(), Failure>) {
        if let Some(writing) = &mut self.writing {
            writing.draft_saved(number, &result);
        } else if let (Banner::DraftKept, Err(failure)) = (self.notice.banner(), result) {
            self.notice.say(Banner::DraftLost(failure), None);
        }
    }

    /// Answers for the page of writing.
    fn written(&mut self, event: Event, context: &mut Context<'_>) {
        let Some(writing) = &mut self.writing else { return };
        match event {
            Event::Prepared(_, number, result) => writing.prepared(number, result),
            Event::Found(_, number, result) => writing.found(number, result),
            Event::Checked(_, who, refused) => writing.checked(who, refused, context),
            Event::Sent(_, number, outcome) => {
                let about = writing.about.filter(|_| outcome == SendOutcome::Sent);
                let left = writing.sent(number, outcome);
                if left != Left::Stays
                    && let Some(about) = about
                {
                    self.list.answered(about);
                }
                self.leave_writing(left, context);
            }
            _ => {}
        }
    }

    fn leave_writing(&mut self, left: Left, context: &mut Context<'_>) {
        match left {
            Left::Stays => return,
            Left::Closed => {}
            Left::Kept => {
                let until = context.now.plus(context.settings.sent_notice);
                self.notice.say(Banner::DraftKept, Some(until));
            }
            Left::Sent(name) => {
                let until = context.now.plus(context.settings.sent_notice);
                self.notice.say(Banner::Sent(name), Some(until));
                self.close_message(context);
            }
        }
        self.writing = None;
        context.effects.push(Effect::ReadFolders(context.ticket));
    }

    fn touched(&mut self, touch: Touch, context: &mut Context<'_>) {
        if let Some(writing) = &mut self.writing {
            if !matches!(touch, Touch::Large(_)) {
                let left = writing.touched(touch, &mut self.numbers, context);
                self.leave_writing(left, context);
            }
            return;
        }
        match std::mem::take(&mut self.over) {
            Over::Nothing => {}
            over => return self.on_over(over, touch, context),
        }
        if self.document.is_some() {
            self.on_document(touch, context);
        } else if self.message.is_some() {
            self.on_message(touch, context);
        } else {
            self.on_list(touch, context);
        }
    }

    fn on_list(&mut self, touch: Touch, context: &mut Context<'_>) {
        match touch {
            Touch::OpenRow(index) => match self.list.selection.take() {
                Some(mut selection) => {
                    if let Some((_, row)) = self.list.row_of_page(index, context.rows()) {
                        selection.toggle(row);
                    }
                    self.list.selection = Some(selection);
                }
                None => {
                    if let Some((position, row)) = self.list.row_of_page(index, context.rows()) {
                        self.message = Some(Open::read(self.list.id(row.uid), position, row, context));
                        self.notice.clear();
                    }
                }
            },
            Touch::SelectRow(index) => {
                let mut selection = self.list.selection.take().unwrap_or_default();
                if let Some((_, row)) = self.list.row_of_page(index, context.rows()) {
                    selection.toggle(row);
                }
                self.list.selection = Some(selection);
            }
            Touch::Select => self.list.selection = Some(Selection::default()),
            Touch::SelectPage => {
                let mut selection = self.list.selection.take().unwrap_or_default();
                selection.toggle_page(self.list.rows_of_page(context.rows()));
                self.list.selection = Some(selection);
            }
            Touch::EndSelection | Touch::Back => self.list.selection = None,
            Touch::Act(action) => self.act(action, context),
            Touch::Undo => {
                self.orders.undo(context);
                self.notice.clear();
            }
            Touch::DismissNew if *self.notice.banner() != Banner::None => self.notice.clear(),
            Touch::Sort if self.can_sort && self.list.search.is_none() => self.over = Over::Sort,
            Touch::Jump if self.list.pages(context.rows()) > 1 => self.over = Over::Jump(0),
            Touch::Search => {
                let text = self.list.search.as_ref().map(|search| search.text.clone()).unwrap_or_default();
                self.over = Over::Search(text, self.number());
            }
            Touch::StopSearch => self.list.stop_search(context),
            Touch::EndSearch if self.list.search.is_some() => self.list.end_search(context),
            Touch::Write(kind @ Kind::New) => self.write(kind, context),
            touch => self.list.touched(&touch, context),
        }
    }

    fn on_message(&mut self, touch: Touch, context: &mut Context<'_>) {
        let Some(message) = &mut self.message else { return };
        match touch {
            Touch::Back | Touch::Cancel | Touch::Done => self.close_message(context),
            Touch::Move(PageMove::Previous) if message.position > 0 => {
                message.wanted = Some(message.position - 1);
                self.follow(context);
            }
            Touch::Move(PageMove::Next) if message.position.saturating_add(1) < self.list.count() => {
                message.wanted = Some(message.position.saturating_add(1));
                self.follow(context);
            }
            Touch::ShowRest => message.show_rest(),
            Touch::Retry => message.retry(context),
            Touch::AnswerReceipt(send) => message.answer_receipt(send, context),
            Touch::OpenDocument(index) => {
                if let Some(line) = message.letter.documents.get(index).cloned() {
                    let patient = message.letter.patient.clone();
                    let number = self.number();
                    self.document = Some((index, Viewing::open(number, index, line, patient, context)));
                }
            }
            Touch::More => self.over = Over::More,
            Touch::Write(kind) => self.write(kind, context),
            Touch::Print if context.settings.printer && message.is_readable() => {
                let number = self.number();
                self.over = Over::Print(Printing::ask(number, false, None));
            }
            Touch::Act(action) => self.act(action, context),
            Touch::Large(_) => self.list.touched(&touch, context),
            _ => {}
        }
    }

    fn on_document(&mut self, touch: Touch, context: &mut Context<'_>) {
        // Only a retry and a print are requests of their own.
        let number = self.numbers + 1;
        let Some((index, document)) = &mut self.document else { return };
        match touch {
            Touch::Back | Touch::Cancel | Touch::Done => self.document = None,
            Touch::Move(to) => document.turn(to, context),
            Touch::Zoom(closer) => document.zoom(closer, context),
            Touch::Retry => {
                self.numbers = number;
                document.retry(number, *index, context);
            }
            Touch::Print if context.settings.printer => {
                self.numbers = number;
                self.over = Over::Print(Printing::ask(number, true, document.pages()));
            }
            Touch::Large(_) => self.list.touched(&touch, context),
            _ => {}
        }
    }

    fn on_over(&mut self, over: Over, touch: Touch, context: &mut Context<'_>) {
        if matches!(touch, Touch::Back | Touch::Cancel | Touch::Done) {
            if let Over::Print(printing) = &over {
                printing.leave(context);
            }
            return;
        }
        match (over, touch) {
            (Over::More, Touch::Act(action)) => self.act(action, context),
            (Over::More, Touch::Write(kind)) => self.write(kind, context),
            (Over::More, Touch::Print) => self.on_message(Touch::Print, context),
            (Over::Sort, touch @ Touch::SortBy(_)) => self.list.touched(&touch, context),
            (Over::Jump(typed), Touch::Digit(digit @ 0..=9)) => {
                let next = typed.saturating_mul(10).saturating_add(u32::from(digit));
                self.over = Over::Jump(if next <= self.list.pages(context.rows()) { next } else { typed });
            }
            (Over::Jump(typed), Touch::Erase) => self.over = Over::Jump(typed / 10),
            (Over::Jump(_), Touch::EraseAll) => self.over = Over::Jump(0),
            (Over::Jump(typed), Touch::Submit) => {
                if self.jump(typed, context.rows()).complete {
                    self.list.jump(typed - 1, context);
                } else {
                    self.over = Over::Jump(typed);
                }
            }
            (Over::MoveTo, Touch::MoveInto(index)) => self.move_into(index, context),
            (Over::Search(_, revision), Touch::Typed(text)) => {
                self.over = Over::Search(text.bounded(MOST_QUERY), revision);
            }
            (Over::Search(text, _), Touch::Submit | Touch::Confirm) if is_query(&text) => {
                let number = self.number();
                self.list.search(number, Text(text.0.trim().to_owned()), context);
            }
            (Over::Sure(what), Touch::Confirm) => {
                let done = if what == What::Empty { Done::Emptied } else { Done::Erased };
                self.order(what, done, context);
            }
            (Over::Print(mut printing), touch) => {
                match touch {
                    Touch::Copies(copies) => printing.copies(copies),
                    Touch::OnlyThisPage(only) => printing.only_current(only),
                    Touch::Print | Touch::Confirm | Touch::Retry => printing.start(self.number(), context),
                    _ => {}
                }
                self.over = Over::Print(printing);
            }
            (over, touch) => {
                self.over = over;
                if matches!(touch, Touch::Large(_)) {
                    self.list.touched(&touch, context);
                }
            }
        }
    }

    /// UIDs an action is meant for: the open message, or those chosen.
    fn meant(&self) -> Vec<u32> {
        match (&self.message, &self.list.selection) {
            (Some(message), _) => vec![message.id.uid],
            // Those of an order under way are not given another.
            (None, Some(selection)) if !selection.busy => selection.uids(),
            (None, _) => Vec::new(),
        }
    }

    fn act(&mut self, action: Action, context: &mut Context<'_>) {
        let bins = matches!(self.list.role(), FolderRole::Trash | FolderRole::Junk);
        match action {
            // All of it goes: all of it must be what is counted.
            Action::Empty if bins && self.list.is_whole() && self.list.count() > 0 => {
                self.over = Over::Sure(What::Empty)
            }
            Action::Empty => {}
            Action::Move if !self.meant().is_empty() => self.over = Over::MoveTo,
            action => match meaning(action, &self.list) {
                Some((What::Erase, _)) if !self.meant().is_empty() => self.over = Over::Sure(What::Erase),
                Some((what, done)) => self.order(what, done, context),
                None => {}
            },
        }
    }

    fn move_into(&mut self, index: usize, context: &mut Context<'_>) {
        match self.list.folders.get(index).cloned() {
            Some(folder) if self.list.takes(index) => {
                self.order(What::Move(index), Done::Moved(folder), context);
            }
            _ => self.over = Over::MoveTo,
        }
    }

    fn order(&mut self, what: What, done: Done, context: &mut Context<'_>) {
        let uids = if what == What::Empty { Vec::new() } else { self.meant() };
        if uids.is_empty() && what != What::Empty {
            return;
        }
        let count = if what == What::Empty { self.list.count() } else { u32::try_from(uids.len()).unwrap_or(u32::MAX) };
        let number = self.number();
        if let Some(selection) = &mut self.list.selection {
            selection.busy = true;
        }
        let folder = self.message.as_ref().map_or(self.list.folder, |message| message.id.folder);
        self.orders.give(number, Change { folder, uids, what }, done, count, context);
        if what != What::Read(true) {
            self.close_message(context);
        }
    }

    fn write(&mut self, kind: Kind, context: &mut Context<'_>) {
        if context.settings.writing.is_none() {
            return;
        }
        let about = match (&self.message, kind) {
            (_, Kind::New) => About::default(),
            (Some(message), _) if message.is_readable() => About {
                id: Some(message.id),
                from: Text(message.letter.from.shown().to_owned()),
                subject: Text(message.letter.subject.clone()),
                patient: message.patient(),
            },
            _ => return,
        };
        let number = self.number();
        self.notice.clear();
        self.writing = Some(Writing::begin(number, kind, about, context));
    }

    fn close_message(&mut self, context: &mut Context<'_>) {
        self.document = None;
        if let Some(message) = self.message.take() {
            context.effects.push(Effect::CloseMessage(context.ticket));
            self.list.turn_to(message.position.min(self.list.count().saturating_sub(1)), context);
        }
    }

    /// Opens the neighbour that was asked for, as soon as its row is there.
    fn follow(&mut self, context: &mut Context<'_>) {
        let Some(wanted) = self.message.as_ref().and_then(|message| message.wanted) else { return };
        match self.list.row_at(wanted).cloned() {
            Some(row) => self.message = Some(Open::read(self.list.id(row.uid), wanted, &row, context)),
            None => self.list.turn_to(wanted, context),
        }
    }
}

fn is_query(text: &Text) -> bool {
    text.0.trim().chars().count() >= LEAST_QUERY
}
