//! All that lives exactly as long as one visit: the card's thread, connections, tokens, tasks.
//!
//! Dropping it is what `Forget` means. Tasks are aborted where they stand, sockets close, the card is reset, and what
//! they held is wiped as it is freed. Only one thing goes on for a few seconds: telling the provider that it is over.

mod boxes;
mod cards;
mod doors;
mod printing;
mod reading;
mod rows;
mod writing;

pub(crate) use cards::Placed;
pub(crate) use reading::Read;

use crate::card_thread::CardThread;
use crate::desk::Desk;
use crate::failures::of_mail;
use crate::inside::{Inside, Report};
use crate::keeper::Keeper;
use crate::key::{self, CardKey};
use crate::person;
use crate::ports::Slot;
use crate::purse::Purse;
use flow::{Count, Effect, Event, Failure, Folder, Mailbox, Ticket};
use futures::future::{BoxFuture, FutureExt, Shared};
use jiff::tz::TimeZone;
use login::{AccessToken, Door};
use mail::Prepared;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinSet};

/// BALs whose servers are greeted ahead of the choice.
const AHEAD: usize = 4;

/// A card that was pulled is seen to be gone well within this time.
const REMOVAL_SEEN: embassy_time::Duration = embassy_time::Duration::from_secs(2);

/// A door being prepared: several may wait for the same one. `None`: it failed, and the login tells why.
type ComingDoor = Shared<BoxFuture<'static, Option<Arc<Door>>>>;

pub(crate) struct Life {
    pub(crate) ticket: Ticket,
    desk: Arc<Desk>,
    report: Report,
    /// Aborted when dropped.
    tasks: JoinSet<()>,
    /// The card's thread; a visit may go without.
    card: Option<CardThread>,
    key: Option<Arc<CardKey>>,
    national_id: String,
    door: Option<ComingDoor>,
    /// The telephone that is asked, or the provider's pages.
    way: doors::Way,
    /// What the directory says of them.
    found: Option<boxes::Found>,
    /// They came in by the door of an organisational mailbox.
    service: bool,
    /// Who the provider said is there: a visit is one person's.
    subject: Option<String>,
    /// Connections greeted ahead, by address.
    lines: BTreeMap<String, oneshot::Receiver<Prepared>>,
    keeper: Option<Arc<Keeper>>,
    /// The token of the moment, for the mailbox.
    purse: Purse,
    /// The holder as the certificate names them: who a message is from.
    name: String,
    /// Places of work, and the one the person is here for.
    places: Vec<String>,
    place: String,
    mailboxes: Vec<Mailbox>,
    ahead: Option<Ahead>,
    /// Index of the BAL that is open, or being opened.
    opened: Option<usize>,
    open: Option<Open>,
    searching: Option<rows::Searching>,
    undo: rows::Undo,
    reading: reading::Reading,
    letters: Option<writing::Letters>,
    finding: Option<AbortHandle>,
    printing: Option<printing::Printing>,
}

/// A BAL on its way.
type Opening = oneshot::Receiver<Result<mail::Opened, mail::Error>>;

/// A BAL being opened ahead of the order.
struct Ahead {
    address: String,
    opening: Opening,
    waiting: Waiting,
}

/// Who waits for a token, if anybody. The first one is taken: another, of a login that had to start afresh, is no better.
#[derive(Clone, Default)]
struct Waiting(Arc<Mutex<Option<oneshot::Sender<AccessToken>>>>);

impl Waiting {
    fn give(&self, token: AccessToken) {
        if let Some(waiting) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // Fails when the visit is over.
            let _ = waiting.send(token);
        }
    }
}

/// The BAL that is open.
struct Open {
    session: Arc<mail::Session>,
    folders: Vec<mail::Folder>,
    next: NextUids,
    /// What only reads this BAL: its answers must not reach the next one.
    tasks: JoinSet<()>,
}

impl Open {
    /// The path of a folder of the list last reported; the inbox is known before any list.
    fn path(&self, index: usize) -> Option<String> {
        match self.folders.get(index) {
            Some(folder) => Some(folder.path.clone()),
            None if index == 0 => Some("INBOX".to_owned()),
            None => None,
        }
    }
}

/// The UID that a message to come would have had when each folder was listed: emptying one spares what came later.
#[derive(Clone, Default)]
struct NextUids(Arc<Mutex<BTreeMap<String, u32>>>);

impl NextUids {
    fn note(&self, folder: &str, next: u32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned(), next);
    }

    fn of(&self, folder: &str) -> u32 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(folder).copied().unwrap_or(0)
    }
}

impl Life {
    /// A card has gone in.
    pub(crate) fn begin(
        ticket: Ticket,
        slot: Arc<dyn Slot>,
        reader: String,
        atr: Vec<u8>,
        desk: &Arc<Desk>,
        report: &Report,
    ) -> Self {
        tracing::info!(visit = ticket.0, "a card is in");
        let card = CardThread::start(ticket, slot, reader, atr, report.clone());
        let mut life = Self::without_card(ticket, desk, report);
        life.card = Some(card);
        life
    }

    /// Somebody comes in by another door.
    pub(crate) fn without_card(ticket: Ticket, desk: &Arc<Desk>, report: &Report) -> Self {
        Self {
            ticket,
            card: None,
            desk: Arc::clone(desk),
            report: report.clone(),
            tasks: JoinSet::new(),
            key: None,
            national_id: String::new(),
            door: None,
            way: doors::Way::default(),
            found: None,
            service: false,
            subject: None,
            lines: BTreeMap::new(),
            keeper: None,
            purse: Purse::default(),
            name: String::new(),
            places: Vec::new(),
            place: String::new(),
            mailboxes: Vec::new(),
            ahead: None,
            opened: None,
            open: None,
            searching: None,
            undo: rows::Undo::default(),
            reading: reading::Reading::default(),
            letters: None,
            finding: None,
            printing: None,
        }
    }

    /// The certificate is read: the login can go up to the card's signature.
    pub(crate) fn met(&mut self, holder: card::Holder, name: &str, schemes: Vec<card::Scheme>) {
        name.clone_into(&mut self.name);
        self.national_id = holder.national_id.clone().unwrap_or_default();
        self.look_up();
        let Some(card) = &self.card else { return };
        self.key = Some(Arc::new(CardKey::new(card.signer(), holder.certificate, &schemes)));
        if let Some(door) = self.door.clone() {
            self.tasks.spawn(async move {
                if let Some(door) = door.await {
                    door.approach(&key::schemes(&schemes));
                }
            });
        }
    }

    /// Whatever was opened ahead of the login is closed unseen.
    pub(crate) fn login_failed(&mut self) {
        self.ahead = None;
    }

    /// The provider has let the person in: the one who was there before in this visit, if anybody was.
    ///
    /// # Errors
    /// The session of somebody else, for the caller to close.
    pub(crate) fn logged_in(
        &mut self,
        session: Box<login::Session>,
        mailboxes: Vec<Mailbox>,
    ) -> Result<(), Box<login::Session>> {
        let subject = session.identity().subject.clone();
        if self.subject.as_ref().is_some_and(|known| *known != subject) {
            return Err(session);
        }
        self.subject = Some(subject);
        self.way = doors::Way::default();
        self.ahead =
            self.ahead.take().filter(|ahead| matches!(&mailboxes[..], [only] if only.address == ahead.address));
        if let Some(ahead) = &self.ahead {
            // The provider may have told the level at the very end only.
            ahead.waiting.give(session.access_token().clone());
        }
        self.keeper = Some(Arc::new(Keeper::start(self.ticket, *session, self.report.clone(), self.purse.clone())));
        self.mailboxes = mailboxes;
        // Boxes that only the provider knew of.
        self.prepare_mail();
        Ok(())
    }

    /// A BAL is open; another one that was is closed.
    pub(crate) fn opened(&mut self, opened: mail::Opened, zone: &TimeZone) -> flow::Opened {
        let mail::Opened { page, session, mut news } = opened;
        let (ticket, report) = (self.ticket, self.report.clone());
        let mut listening = JoinSet::new();
        listening.spawn(async move {
            while let Some(news) = news.recv().await {
                report.send(Inside::Event(match news {
                    mail::News::Mail { new, unread } => Event::NewMail(ticket, new, unread),
                    mail::News::Renewing(down) => Event::LineDown(ticket, down),
                    mail::News::Lost(error) => {
                        tracing::warn!(%error, "the mailbox is lost");
                        Event::MailFailed(ticket, of_mail(&error))
                    }
                }));
            }
        });
        let can_sort = session.can_sort();
        let next = NextUids::default();
        next.note("INBOX", page.next);
        self.open = Some(Open { session: Arc::new(session), folders: Vec::new(), next, tasks: listening });
        self.prepare_reader();
        flow::Opened { window: person::window(&page, zone), unread: None, can_sort }
    }

    /// The folders of the open BAL.
    pub(crate) fn folders(&mut self, mut folders: Vec<mail::Folder>) -> Vec<Folder> {
        if let Some(open) = &mut self.open {
            // A place once told stays: the open message and orders under way name folders by it. One made meanwhile
            // is the last.
            let known = std::mem::take(&mut open.folders);
            if known.iter().all(|old| folders.iter().any(|now| now.path == old.path)) {
                let place = |now: &mail::Folder| known.iter().position(|old| old.path == now.path);
                folders.sort_by_cached_key(|now| place(now).unwrap_or(usize::MAX));
            }
            open.folders.clone_from(&folders);
        }
        folders.iter().map(person::folder).collect()
    }

    /// Where the person works, if the site wants to know and there is a choice.
    pub(crate) fn places(&mut self, identity: &login::Identity) -> Option<Vec<flow::Text>> {
        if !self.desk.choose_place {
            return None;
        }
        self.places.clear();
        for name in identity.activities.iter().filter_map(|activity| activity.name.as_ref()) {
            if !self.places.contains(name) && self.places.len() < MOST_PLACES {
                self.places.push(name.clone());
            }
        }
        (self.places.len() > 1).then(|| self.places.iter().map(|name| flow::Text::from(name.as_str())).collect())
    }

    /// The mail servers of the door the person came through.
    fn mail(&self) -> &Arc<mail::Settings> {
        let own = self.desk.service.as_ref().filter(|_| self.service).and_then(|service| service.mail.as_ref());
        own.unwrap_or(&self.desk.mail)
    }

    /// Whether anybody has been named in this visit, by a card or by the provider.
    pub(crate) fn is_named(&self) -> bool {
        !self.name.is_empty()
    }

    /// The provider's name for whoever is there, where no card has told one.
    pub(crate) fn named(&mut self, name: &str) {
        name.clone_into(&mut self.name);
    }

    /// Carries out an order of this visit.
    pub(crate) fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::PrepareLogin(ticket) if ticket == self.ticket => drop(self.prepare_login()),
            Effect::PrepareMail(ticket) if ticket == self.ticket => self.prepare_mail(),
            Effect::VerifyPin(ticket, pin) if ticket == self.ticket => {
                if let Some(card) = &self.card {
                    card.verify(pin);
                }
            }
            Effect::ChoosePlace(ticket, index) if ticket == self.ticket => {
                self.place = self.places.get(index).cloned().unwrap_or_default();
            }
            Effect::AskPhone(ticket, number) if ticket == self.ticket => self.ask_phone(number),
            Effect::StopPhone(ticket) if ticket == self.ticket => self.way = doors::Way::default(),
            Effect::EnterService(ticket) if ticket == self.ticket => self.enter_service(),
            Effect::AnswerService(ticket, answer) if ticket == self.ticket => self.answer_service(answer),
            Effect::LogIn(ticket) if ticket == self.ticket => self.log_in(),
            Effect::CountMailboxes(ticket) if ticket == self.ticket => self.count_mailboxes(),
            Effect::OpenMailbox(ticket, index) if ticket == self.ticket => self.open_mailbox(index),
            Effect::ReadFolders(ticket) if ticket == self.ticket => self.read_folders(),
            Effect::ReadRows(ticket, request) if ticket == self.ticket => self.read_rows(request),
            effect => self.carry_out_in_mailbox(effect),
        }
    }

    fn carry_out_in_mailbox(&mut self, effect: Effect) {
        match effect {
            Effect::Search(ticket, folder, number, text) if ticket == self.ticket => self.search(folder, number, text),
            Effect::StopSearch(ticket, number) if ticket == self.ticket => self.stop_search(number),
            Effect::ReadMessage(ticket, id) if ticket == self.ticket => self.read_message(id),
            Effect::CloseMessage(ticket) if ticket == self.ticket => self.close_message(),
            Effect::OpenDocument(ticket, number, index) if ticket == self.ticket => self.open_document(number, index),
            Effect::DrawPage(ticket, number, page) if ticket == self.ticket => self.draw_page(number, page),
            Effect::Change(ticket, number, change) if ticket == self.ticket => self.change(number, change),
            Effect::Undo(ticket, number) if ticket == self.ticket => self.undo(number),
            Effect::Prepare(ticket, number, kind, about) if ticket == self.ticket => {
                self.prepare_letter(number, kind, about);
            }
            Effect::Find(ticket, number, source, text) if ticket == self.ticket => self.find(number, source, text),
            Effect::Check(ticket, who) if ticket == self.ticket => self.check(who),
            Effect::SaveDraft(ticket, number, written) if ticket == self.ticket => self.save_draft(number, *written),
            Effect::DropDraft(ticket, number) if ticket == self.ticket => self.drop_draft(number),
            Effect::Send(ticket, number, written) if ticket == self.ticket => self.send(number, *written),
            Effect::SendReceipt(ticket, id) if ticket == self.ticket => self.send_receipt(id),
            Effect::Print(ticket, number, job) if ticket == self.ticket => self.print(number, job),
            Effect::CancelPrint(ticket, number) if ticket == self.ticket => self.cancel_print(number),
            // Orders of another visit, and those the engine carries out itself.
            _ => {}
        }
    }

    fn prepare_login(&mut self) -> ComingDoor {
        let settings = Arc::clone(&self.desk.login);
        let door = async move {
            match Door::prepare(settings).await {
                Ok(door) => Some(Arc::new(door)),
                Err(error) => {
                    tracing::warn!(%error, "the provider was not prepared ahead");
                    None
                }
            }
        };
        let door = door.boxed().shared();
        self.door = Some(door.clone());
        let coming = door.clone();
        self.tasks.spawn(async move {
            coming.await;
        });
        door
    }

    fn log_in(&mut self) {
        let Some(key) = self.key.clone() else {
            return self.report.send(Inside::LoginFailed(self.ticket, Failure::Internal));
        };
        // A second login of the same visit starts from scratch: what was prepared has been used.
        let ahead = self.door.take();
        let (settings, report, ticket) = (Arc::clone(&self.desk.login), self.report.clone(), self.ticket);
        self.keeper = None;
        let waiting = self.open_ahead();
        let boxes = self.boxes();
        self.tasks.spawn(async move {
            let ahead = match ahead {
                Some(door) => door.await,
                None => None,
            };
            let door = match ahead {
                Some(door) => Ok(door),
                None => Door::prepare(settings).await.map(Arc::new),
            };
            let session = match door {
                Ok(door) => door.open_telling(key, move |token| waiting.give(token)).await,
                Err(error) => Err(error),
            };
            // The removal itself is on its way and ends this task: that the card did not sign is no news then.
            if matches!(session, Err(login::Error::CardSignature(login::SignError::Removed))) {
                embassy_time::Timer::after(REMOVAL_SEEN).await;
            }
            report.send(doors::told(ticket, session, boxes).await);
        });
    }

    /// Greets the servers of the BALs that are known, as far as that goes without a token.
    fn prepare_mail(&mut self) {
        let known =
            if self.mailboxes.is_empty() { self.desk.configured(&self.national_id) } else { self.mailboxes.clone() };
        for mailbox in known.iter().take(AHEAD) {
            let opening = self.ahead.as_ref().is_some_and(|ahead| ahead.address == mailbox.address);
            if !opening && !self.lines.contains_key(&mailbox.address) {
                self.prepare_line(mailbox.address.clone());
            }
        }
    }

    fn prepare_line(&mut self, address: String) {
        let (ready, line) = oneshot::channel();
        self.lines.insert(address.clone(), line);
        let settings = Arc::clone(self.mail());
        self.tasks.spawn(async move {
            match mail::Mailbox::prepare(&settings, &address).await {
                // Nobody waits any more once the visit is over.
                Ok(prepared) => drop(ready.send(prepared)),
                Err(error) => tracing::warn!(%error, "a mail server was not greeted ahead"),
            }
        });
    }

    /// The connection greeted ahead, or a new one where that failed.
    fn line(&mut self, address: &str) -> impl Future<Output = Result<Prepared, mail::Error>> + Send + use<> {
        let ahead = self.lines.remove(address);
        let (settings, address) = (Arc::clone(self.mail()), address.to_owned());
        async move {
            if let Some(ahead) = ahead
                && let Ok(prepared) = ahead.await
            {
                return Ok(prepared);
            }
            mail::Mailbox::prepare(&settings, &address).await
        }
    }

    fn count_mailboxes(&mut self) {
        let Some(token) = self.keeper.as_ref().map(|keeper| keeper.token()) else { return };
        for (index, mailbox) in self.mailboxes.clone().into_iter().enumerate() {
            let line = self.line(&mailbox.address);
            // The line just taken is spent; the choice wants another one ready.
            if index < AHEAD {
                self.prepare_line(mailbox.address.clone());
            }
            let (token, report, ticket) = (token.clone(), self.report.clone(), self.ticket);
            self.tasks.spawn(async move {
                let counted = match line.await {
                    Ok(line) => line.count(&mailbox.address, token.secret()).await,
                    Err(error) => Err(error),
                };
                let count = match counted {
                    Ok(count) => Count::Known { unread: count.unread, total: count.total },
                    Err(mail::Error::Refused(_)) => Count::Refused,
                    Err(error) => {
                        tracing::warn!(%error, "a mailbox was not counted");
                        Count::Unavailable
                    }
                };
                report.send(Inside::Event(Event::Counted(ticket, index, count)));
            });
        }
    }

    fn open_mailbox(&mut self, index: usize) {
        self.open = None;
        self.searching = None;
        self.undo = rows::Undo::default();
        self.forget_message();
        self.opened = Some(index);
        let (Some(keeper), Some(mailbox)) = (&self.keeper, self.mailboxes.get(index)) else {
            return self.report.send(Inside::Event(Event::MailFailed(self.ticket, Failure::Internal)));
        };
        let (token, address) = (keeper.token(), mailbox.address.clone());
        let opening = match self.ahead.take() {
            Some(ahead) if ahead.address == address => ahead.opening,
            _ => {
                let (give, given) = oneshot::channel();
                let _ = give.send(token);
                self.opening(address, given)
            }
        };
        let (report, ticket) = (self.report.clone(), self.ticket);
        self.tasks.spawn(async move {
            // Its task ends without an answer only when this one does.
            let Ok(opened) = opening.await else { return };
            report.send(match opened {
                Ok(opened) => Inside::Opened(ticket, Box::new(opened)),
                Err(error) => {
                    tracing::warn!(%error, "the mailbox was not opened");
                    Inside::Event(Event::MailFailed(ticket, of_mail(&error)))
                }
            });
        });
    }

    /// Where there is one BAL to open, it is opened while the provider still tells the name: as soon as the token is
    /// good and the level high enough, for a round trip less. Nothing of it is shown before the login is complete.
    fn open_ahead(&mut self) -> Waiting {
        self.ahead = None;
        let waiting = Waiting::default();
        // Where claims name BALs too, there may be a choice.
        if self.desk.login.mailbox_claim.is_none()
            && let [only] = self.desk.configured(&self.national_id).as_slice()
        {
            let (give, token) = oneshot::channel();
            *waiting.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(give);
            let (address, opening) = (only.address.clone(), self.opening(only.address.clone(), token));
            self.ahead = Some(Ahead { address, opening, waiting: waiting.clone() });
        }
        waiting
    }

    /// Opens a BAL once there is a token. Whoever lets go of the answer has it closed again.
    fn opening(&mut self, address: String, token: oneshot::Receiver<AccessToken>) -> Opening {
        let (answer, opening) = oneshot::channel();
        let (line, purse) = (self.line(&address), self.purse.clone());
        self.tasks.spawn(async move {
            let line = line.await;
            // None comes when the login fails.
            let Ok(token) = token.await else { return };
            purse.put(token);
            let opened = match line {
                Ok(line) => line.open(&address, purse, WINDOW).await,
                Err(error) => Err(error),
            };
            // Fails when the login did, or led to another BAL.
            let _ = answer.send(opened);
        });
        opening
    }

    fn read_folders(&mut self) {
        let Some(open) = &mut self.open else { return };
        let (session, report, ticket) = (Arc::clone(&open.session), self.report.clone(), self.ticket);
        open.tasks.spawn(async move {
            match session.folders().await {
                Ok(folders) => report.send(Inside::Folders(ticket, folders)),
                Err(error) => tracing::warn!(%error, "the folders were not read"),
            }
        });
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.tasks.abort_all();
        if let Some(open) = &mut self.open {
            open.tasks.abort_all();
        }
    }
}

/// Places of work offered to one person.
const MOST_PLACES: usize = 20;

/// Rows read when a BAL opens.
const WINDOW: u32 = 50;

/// An error with its causes, on one line.
pub(super) fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text.push_str(": ");
        text.push_str(&source.to_string());
        cause = source.source();
    }
    text
}
