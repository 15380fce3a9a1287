//! Messages and documents: fetched here, read by the confined process, one message at a time.

use super::Life;
use crate::failures::{of_document, of_mail, of_reader, refusal};
use crate::inside::{Inside, Report};
use crate::letters;
use document::Room;
use flow::{DocumentNews, Event, Failure, Letter, MessageId, Page, Ticket, Unreadable};
use mail::outbox::ReceiptRequest;
use std::sync::{Arc, OnceLock};
use tokio::sync::{OnceCell, watch};
use tokio::task::AbortHandle;
use zeroize::Zeroizing;

/// Bytes fetched of a message at first: all of an ordinary one, header and text of any other.
const FIRST: u32 = 1024 * 1024;

/// The confined process, the message it reads, and the document that is looked at.
#[derive(Default)]
pub(super) struct Reading {
    room: Option<Waiting>,
    pub(super) message: Option<Message>,
    task: Option<AbortHandle>,
    viewing: Option<(u64, Arc<OnceLock<usize>>)>,
}

/// A room, started ahead of need: whoever comes first waits for it.
type Waiting = Arc<OnceCell<Arc<Room>>>;

/// The message that is open.
pub(super) struct Message {
    pub(super) id: MessageId,
    pub(super) path: String,
    pub(super) reading: Arc<document::Reading>,
    /// What came of it first: its header and text, and all of a draft.
    pub(super) head: Arc<Zeroizing<Vec<u8>>>,
    /// Whether that is all of it.
    pub(super) whole: bool,
    pub(super) receipt: Option<ReceiptRequest>,
    pub(super) documents: watch::Receiver<Coming>,
    /// Places in the reading's documents, in the order they are shown.
    shown: Vec<usize>,
}

/// How far the documents of a message are.
#[derive(Clone, Default)]
pub(super) struct Coming {
    /// Percent of the message that have come.
    percent: u8,
    /// All of it is here, and these are its documents.
    pub(super) reading: Option<Arc<document::Reading>>,
    failed: Option<Unreadable>,
}

/// A message as the confined process has read it.
pub(crate) struct Read {
    id: MessageId,
    path: String,
    reading: Arc<document::Reading>,
    head: Arc<Zeroizing<Vec<u8>>>,
    whole: bool,
    receipt: Option<ReceiptRequest>,
    documents: watch::Receiver<Coming>,
}

impl Life {
    /// Starts a confined process ahead of need.
    pub(super) fn prepare_reader(&mut self) {
        let room = Waiting::default();
        self.reading.room = Some(Arc::clone(&room));
        let reader = self.desk.reader.clone();
        self.tasks.spawn(async move {
            if let Err(error) = entered(&room, &reader).await {
                tracing::warn!(%error, "the reader of messages did not start");
            }
        });
    }

    fn room(&mut self) -> Waiting {
        if self.reading.room.is_none() {
            self.prepare_reader();
        }
        self.reading.room.clone().unwrap_or_default()
    }

    /// The process of the message that is open, for those who need more of it.
    pub(super) fn open_room(&mut self) -> impl Future<Output = Result<Arc<Room>, document::Error>> + Send + use<> {
        let (room, reader) = (self.room(), self.desk.reader.clone());
        async move { entered(&room, &reader).await }
    }

    pub(super) fn read_message(&mut self, id: MessageId) {
        let (ticket, report) = (self.ticket, self.report.clone());
        self.forget_message();
        let fail = |failure| report.send(Inside::Event(Event::MessageRead(ticket, id, Err(failure))));
        let Some(open) = &self.open else { return };
        let Some(path) = open.path(id.folder) else { return fail(Failure::MailServer) };
        // A draft is taken up again from what came first: all of it must be there.
        let is_draft = open.folders.get(id.folder).is_some_and(|folder| folder.role == mail::Role::Drafts);
        let session = Arc::clone(&open.session);
        let room = self.open_room();
        let limit = self.desk.reader.limits.message;
        let first = if is_draft { u32::try_from(limit).unwrap_or(u32::MAX) } else { FIRST };
        let task = Fetch { ticket, id, path, session, report, limit, first };
        self.reading.task = Some(self.tasks.spawn(task.run(room)));
    }

    /// The message is no longer looked at: what was read of it goes, its process with it.
    pub(super) fn close_message(&mut self) {
        let was_open = self.reading.message.is_some();
        self.forget_message();
        if was_open {
            self.prepare_reader();
        }
    }

    pub(super) fn forget_message(&mut self) {
        if let Some(task) = self.reading.task.take() {
            task.abort();
        }
        self.reading.message = None;
        self.reading.viewing = None;
    }

    /// A message has been read: it is kept, and shown.
    pub(crate) fn read(&mut self, read: Read) -> (MessageId, Letter) {
        let Read { id, path, reading, head, whole, receipt, documents } = read;
        let shown = letters::shown(&reading);
        let letter = letters::letter(&reading, &shown, receipt.is_some(), &self.desk.zone);
        self.reading.message = Some(Message { id, path, reading, head, whole, receipt, documents, shown });
        (id, letter)
    }

    pub(super) fn open_document(&mut self, number: u64, index: usize) {
        let (ticket, report) = (self.ticket, self.report.clone());
        let Some(message) = &self.reading.message else { return };
        let Some(name) = message
            .shown
            .get(index)
            .and_then(|place| message.reading.documents.get(*place))
            .map(|document| document.name.clone())
        else {
            return;
        };
        let documents = message.documents.clone();
        let place = Arc::new(OnceLock::new());
        self.reading.viewing = Some((number, Arc::clone(&place)));
        let room = self.open_room();
        self.tasks.spawn(async move {
            let tell = |news| report.send(Inside::Event(Event::DocumentRead(ticket, number, news)));
            let reading = match all_of_it(documents, |percent| tell(DocumentNews::Coming(percent))).await {
                Ok(reading) => reading,
                Err(why) => return tell(DocumentNews::Refused(why)),
            };
            // The documents of the whole message may stand elsewhere than those of its beginning.
            let shown = letters::shown(&reading);
            let same = |at: &&usize| reading.documents.get(**at).is_some_and(|document| document.name == name);
            let at = shown.get(index).filter(same).or_else(|| shown.iter().find(same)).copied();
            let Some((at, document)) = at.and_then(|at| Some((at, reading.documents.get(at)?))) else {
                return tell(DocumentNews::Refused(Unreadable::NotFetched));
            };
            let _ = place.set(at);
            let view = match room.await {
                Ok(room) => room.view(at, letters::face(document)).await,
                Err(error) => Err(error),
            };
            tell(match view {
                Ok(document::View::Refused(why)) => DocumentNews::Refused(refusal(why)),
                Ok(view) => DocumentNews::Open(letters::paper(&view)),
                Err(error) => {
                    tracing::warn!(%error, "a document was not opened");
                    DocumentNews::Refused(of_document(&error))
                }
            });
        });
    }

    pub(super) fn draw_page(&mut self, number: u64, page: Page) {
        let (ticket, report) = (self.ticket, self.report.clone());
        let place = self.reading.viewing.as_ref().filter(|(viewed, _)| *viewed == number);
        let Some(at) = place.and_then(|(_, place)| place.get()).copied() else { return };
        let width = self.desk.reader.widths.get(usize::from(page.zoom)).copied().unwrap_or(1000);
        let room = self.open_room();
        self.tasks.spawn(async move {
            let drawn = match room.await {
                Ok(room) => room.page(at, page.page.saturating_sub(1), width).await,
                Err(error) => Err(error),
            };
            let news = match drawn {
                Ok(mut picture) => {
                    let pixels = Arc::new(std::mem::take(&mut *picture.pixels));
                    let picture = flow::Picture { width: picture.width, height: picture.height, pixels };
                    DocumentNews::Page(page.page, page.zoom, picture)
                }
                Err(error) => {
                    tracing::warn!(%error, "a page was not drawn");
                    DocumentNews::NoPage(page.page, page.zoom, of_document(&error))
                }
            };
            report.send(Inside::Event(Event::DocumentRead(ticket, number, news)));
        });
    }

    /// The document that is looked at, with its number in the room, for the printer.
    pub(super) fn viewed(&self) -> Option<(usize, Arc<document::Reading>)> {
        let (_, place) = self.reading.viewing.as_ref()?;
        let reading = self.reading.message.as_ref()?.documents.borrow().reading.clone()?;
        Some((*place.get()?, reading))
    }
}

async fn entered(room: &Waiting, reader: &crate::desk::Reader) -> Result<Arc<Room>, document::Error> {
    let open = || async { Room::open(&reader.program, reader.limits.clone()).await.map(Arc::new) };
    room.get_or_try_init(open).await.cloned()
}

/// Waits until the whole message is here.
pub(super) async fn all_of_it(
    mut documents: watch::Receiver<Coming>,
    mut coming: impl FnMut(u8),
) -> Result<Arc<document::Reading>, Unreadable> {
    loop {
        let now = documents.borrow_and_update().clone();
        match now {
            Coming { reading: Some(reading), .. } => return Ok(reading),
            Coming { failed: Some(why), .. } => return Err(why),
            Coming { percent, .. } => coming(percent),
        }
        if documents.changed().await.is_err() {
            return Err(Unreadable::NotFetched);
        }
    }
}

/// One message on its way.
struct Fetch {
    ticket: Ticket,
    id: MessageId,
    path: String,
    session: Arc<mail::Session>,
    report: Report,
    limit: u64,
    /// Bytes asked for at first.
    first: u32,
}

impl Fetch {
    async fn run(self, room: impl Future<Output = Result<Arc<Room>, document::Error>> + Send) {
        // The room may be a moment away, the server too: both at once.
        let (raw, room) = tokio::join!(self.session.message(&self.path, self.id.uid, self.first), room);
        let raw = match raw {
            Ok(raw) => raw,
            Err(error) => {
                tracing::warn!(%error, "a message was not fetched");
                return self.fail(of_mail(&error));
            }
        };
        let room = match room {
            Ok(room) => room,
            Err(error) => return self.unread(&error),
        };
        let receipt = if raw.receipt_sent { None } else { ReceiptRequest::read(&raw.bytes) };
        let head = Arc::new(raw.bytes.clone());
        let (tell, documents) = watch::channel(Coming::default());
        let beginning = (!raw.whole).then(|| raw.bytes.clone());
        let reading = match room.read(raw.bytes, raw.whole).await {
            Ok(reading) => Arc::new(reading),
            Err(error) => return self.unread(&error),
        };
        let read = |reading: &Arc<document::Reading>| {
            let (id, path) = (self.id, self.path.clone());
            let (head, receipt, documents) = (Arc::clone(&head), receipt.clone(), documents.clone());
            let read = Read { id, path, reading: Arc::clone(reading), head, whole: raw.whole, receipt, documents };
            self.report.send(Inside::Read(self.ticket, Box::new(read)));
        };
        if raw.whole {
            tell.send_replace(Coming { percent: 100, reading: Some(Arc::clone(&reading)), failed: None });
        }
        read(&reading);
        if raw.unread
            && let Err(error) = self.session.mark(&self.path, &[self.id.uid], mail::Mark::Read).await
        {
            tracing::warn!(%error, "a message was not marked read");
        }
        let Some(beginning) = beginning else { return };
        match self.rest(beginning, raw.size, &tell).await {
            Ok(all) => match room.read(all, true).await {
                Ok(reading) => {
                    let reading = Arc::new(reading);
                    tell.send_replace(Coming { percent: 100, reading: Some(Arc::clone(&reading)), failed: None });
                    read(&reading);
                }
                Err(error) => _ = tell.send_replace(Coming { failed: Some(of_document(&error)), ..Coming::default() }),
            },
            Err(why) => _ = tell.send_replace(Coming { failed: Some(why), ..Coming::default() }),
        }
    }

    /// What is beyond the beginning.
    async fn rest(
        &self,
        mut all: Zeroizing<Vec<u8>>,
        size: u32,
        tell: &watch::Sender<Coming>,
    ) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        if u64::from(size) > self.limit {
            return Err(Unreadable::TooLarge);
        }
        let from = u32::try_from(all.len()).unwrap_or(u32::MAX);
        // At once, so that no copy of a growing buffer is left behind.
        all.reserve_exact(usize::try_from(size.saturating_sub(from)).unwrap_or(0));
        let mut rest = self.session.rest(&self.path, self.id.uid, from, u32::try_from(self.limit).unwrap_or(u32::MAX));
        while let Some(piece) = rest.next().await {
            let piece = piece.map_err(|error| {
                tracing::warn!(%error, "a large message broke off");
                Unreadable::NotFetched
            })?;
            all.extend_from_slice(&piece);
            let percent = u64::from(rest.read()).saturating_mul(100) / u64::from(size.max(1));
            tell.send_replace(Coming { percent: u8::try_from(percent.min(99)).unwrap_or(99), ..Coming::default() });
        }
        Ok(all)
    }

    fn unread(&self, error: &document::Error) {
        tracing::warn!(%error, "a message was not read");
        self.fail(of_reader(error));
    }

    fn fail(&self, failure: Failure) {
        self.report.send(Inside::Event(Event::MessageRead(self.ticket, self.id, Err(failure))));
    }
}
