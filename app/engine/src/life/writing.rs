//! Writing and sending. What is under way here may outlive the visit by some seconds: a message is never lost and never
//! sent twice, whatever happens to the card.
//!
//! ```text
//!   Prepare ──▶ Letter ──SaveDraft──▶ «Brouillons»
//!                 └────Send──▶ accepted ──▶ copy to «Envoyés», draft removed, original marked answered
//!                                  not sent, unknown ──▶ draft kept
//! ```

use super::Life;
use super::reading::{Message, all_of_it};
use crate::desk::Writing as Site;
use crate::failures::{of_directory, of_mail, of_sending, of_submission};
use crate::inside::{Inside, Report};
use crate::keeper::Keeper;
use directory::Verdict;
use document::Room;
use flow::{
    Correspondent, DocumentLine, Event, Failure, Kind, MessageId, Prepared, RecipientLine, Refused, SendOutcome,
};
use flow::{Source, Text, Ticket, Written};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use mail::outbox::{
    Attachment, Built, Identity, Original, Outbox, Outgoing, Ready, Recipient, SendError, Stage, Thread, Xdm,
    check_ins, is_patient,
};
use mail::{Flag, Mark, Moment, Role, Target};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

/// People offered to write to.
const PEOPLE: usize = 40;
/// A message that has not left by then has not left; one that has and is not answered for is not known of.
const SENDING: Duration = Duration::from_secs(60);
/// A draft, a copy: what happens after the person has gone may take so long.
const AFTERWARDS: Duration = Duration::from_secs(10);

/// What is being written, shared with the tasks that keep and send it. One at a time.
pub(super) struct Letters {
    number: u64,
    letter: Arc<Mutex<Letter>>,
    ready: Arc<Mutex<Option<Ready>>>,
}

/// One message.
struct Letter {
    outgoing: Outgoing,
    /// Documents that may go along, in the order they are shown.
    attachments: Vec<Attachment>,
    xdm: Option<Xdm>,
    /// The message it answers or passes on: folder, UID, and the mark it leaves there.
    about: Option<(String, u32, Mark)>,
    /// Where its draft is: folder and UID, where the server says.
    draft: Option<(String, u32)>,
}

impl Life {
    fn writing(&self) -> Option<Arc<Site>> {
        self.desk.writing.clone()
    }

    /// Who writes, from the open BAL (ECO.2.2.7: the recipient sees the person, and the service where it is one's).
    fn identity(&self) -> Option<Identity> {
        let mailbox = self.mailboxes.get(self.opened?)?;
        let entity = match (mailbox.kind, mailbox.label.as_str()) {
            (flow::MailboxKind::Personal, _) | (_, "") => self.place.as_str(),
            (_, service) => service,
        };
        let named = [self.name.as_str(), entity].into_iter().filter(|part| !part.is_empty());
        let label = named.collect::<Vec<_>>().join(", ");
        Some(Identity { address: mailbox.address.clone(), label })
    }

    pub(super) fn prepare_letter(&mut self, number: u64, kind: Kind, about: Option<MessageId>) {
        let (ticket, report) = (self.ticket, self.report.clone());
        let fail = |failure| report.send(Inside::Event(Event::Prepared(ticket, number, Err(failure))));
        let (Some(site), Some(identity)) = (self.writing(), self.identity()) else { return fail(Failure::Internal) };
        let message = self.reading.message.as_ref().filter(|message| Some(message.id) == about);
        let draft = message.filter(|_| kind == Kind::Draft);
        let draft = draft.map(|message| (message.path.clone(), message.id.uid));
        // Taken up from its beginning only, the rest of it would be lost with the next save.
        if kind == Kind::Draft && message.is_some_and(|message| !message.whole) {
            return fail(Failure::MessageTooLarge);
        }
        let mark = if kind == Kind::Forward { Mark::Forwarded } else { Mark::Answered };
        let outgoing = match (kind, message) {
            (Kind::New, _) => Some(Outgoing::new(identity, &site.nil)),
            (Kind::Draft, Some(message)) => Outgoing::from_draft(&message.head, identity, &site.nil),
            (Kind::Reply, Some(message)) => {
                Some(Outgoing::reply(identity, &site.nil, &original(message, &self.desk.zone), false))
            }
            (Kind::ReplyAll, Some(message)) => {
                Some(Outgoing::reply(identity, &site.nil, &original(message, &self.desk.zone), true))
            }
            (Kind::Forward, Some(message)) => {
                Some(Outgoing::forward(identity, &site.nil, &original(message, &self.desk.zone)))
            }
            (_, None) => None,
        };
        let Some(mut outgoing) = outgoing else { return fail(Failure::MessageGone) };
        let attachments = std::mem::take(&mut outgoing.attachments);
        // A draft may be a forward that was put aside.
        let xdm = outgoing.xdm.take();
        let answered = message.filter(|_| matches!(kind, Kind::Reply | Kind::ReplyAll | Kind::Forward));
        let letter = Letter {
            outgoing,
            attachments,
            xdm,
            about: answered.map(|message| (message.path.clone(), message.id.uid, mark)),
            draft,
        };
        let mut prepared = prepared(&letter, &site.domains);
        let documents = message.filter(|_| kind == Kind::Forward).map(|message| message.documents.clone());
        let letters = Letters { number, letter: Arc::new(Mutex::new(letter)), ready: Arc::default() };
        let (letter, ready) = (Arc::clone(&letters.letter), Arc::clone(&letters.ready));
        self.letters = Some(letters);
        self.greet(ready, &site);
        let room = self.open_room();
        self.tasks.spawn(async move {
            if let Some(documents) = documents {
                let taken = match (all_of_it(documents, |_| ()).await, room.await) {
                    (Ok(reading), Ok(room)) => carried(&reading, &room).await,
                    _ => None,
                };
                // A document that cannot be taken along must not be left out without a word.
                let Some((attachments, xdm)) = taken else {
                    let event = Event::Prepared(ticket, number, Err(Failure::MessageTooLarge));
                    return report.send(Inside::Event(event));
                };
                prepared.documents = attachments.iter().map(attached).collect();
                let mut letter = letter.lock().await;
                (letter.attachments, letter.xdm) = (attachments, xdm);
            }
            report.send(Inside::Event(Event::Prepared(ticket, number, Ok(Box::new(prepared)))));
        });
    }

    /// Connects to the submission server while the person writes.
    fn greet(&mut self, ready: Arc<Mutex<Option<Ready>>>, site: &Arc<Site>) {
        let Some(address) = self.opened.and_then(|at| self.mailboxes.get(at)).map(|mailbox| mailbox.address.clone())
        else {
            return;
        };
        let settings = site.outbox.clone();
        self.tasks.spawn(async move {
            match Outbox::prepare(&settings, &address).await {
                Ok(greeted) => *ready.lock().await = Some(greeted),
                Err(error) => tracing::warn!(%error, "the submission server was not greeted ahead"),
            }
        });
    }

    pub(super) fn find(&mut self, number: u64, source: Source, query: Text) {
        let (ticket, report) = (self.ticket, self.report.clone());
        let tell = move |found| report.send(Inside::Event(Event::Found(ticket, number, found)));
        let directory = self.writing().and_then(|site| site.directory.clone());
        let session = self.open.as_ref().map(|open| Arc::clone(&open.session));
        if let Some(task) = self.finding.take() {
            task.abort();
        }
        let task = match (source, directory, session) {
            (Source::Recent, _, Some(session)) => self.tasks.spawn(async move {
                let found = session.correspondents(PEOPLE).await;
                tell(found.map(|people| people.iter().map(recent).collect()).map_err(|error| of_mail(&error)));
            }),
            (Source::Directory, Some(directory), _) => self.tasks.spawn(async move {
                let found = directory.search(&directory::Query::new(&query.0), PEOPLE).await;
                tell(found.map(|found| found.people.iter().map(entry).collect()).map_err(|error| {
                    tracing::warn!(%error, "the directory did not answer");
                    of_directory(&error)
                }));
            }),
            _ => return tell(Err(Failure::DirectoryUnreachable)),
        };
        self.finding = Some(task);
    }

    pub(super) fn check(&self, who: Correspondent) {
        let Some(site) = self.writing() else { return };
        let refused = judge(&who.address, &site.domains);
        self.report.send(Inside::Event(Event::Checked(self.ticket, who, refused)));
    }

    /// Keeps what is written on the server. The visit may end meanwhile: the last words are what this is for.
    pub(super) fn save_draft(&mut self, number: u64, written: Written) {
        let (ticket, report) = (self.ticket, self.report.clone());
        let Some(letters) = self.letters.as_ref().filter(|letters| letters.number == number) else { return };
        let Some(open) = &self.open else {
            return report.send(Inside::Event(Event::DraftSaved(ticket, number, Err(Failure::DraftNotSaved))));
        };
        let (letter, session, zone) = (Arc::clone(&letters.letter), Arc::clone(&open.session), self.desk.zone.clone());
        tokio::spawn(async move {
            let mut letter = letter.lock().await;
            letter.take_in(&written);
            let saved = match tokio::time::timeout(AFTERWARDS, letter.save(&session, &zone)).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => {
                    tracing::warn!(%error, "a draft was not kept");
                    Err(if matches!(error, mail::Error::Full) { Failure::MailboxFull } else { Failure::DraftNotSaved })
                }
                Err(_) => Err(Failure::DraftNotSaved),
            };
            report.send(Inside::Event(Event::DraftSaved(ticket, number, saved)));
        });
    }

    pub(super) fn drop_draft(&mut self, number: u64) {
        let Some(letters) = self.letters.take_if(|letters| letters.number == number) else { return };
        let Some(open) = &self.open else { return };
        let session = Arc::clone(&open.session);
        tokio::spawn(async move {
            letters.letter.lock().await.remove_draft(&session).await;
        });
    }

    /// Sends, once. From here on nothing but the answer decides what is said of it.
    pub(super) fn send(&mut self, number: u64, written: Written) {
        let (ticket, report) = (self.ticket, self.report.clone());
        let letters = self.letters.as_ref().filter(|letters| letters.number == number);
        let (Some(letters), Some(site), Some(keeper), Some(address)) = (
            letters,
            self.writing(),
            self.keeper.clone(),
            self.opened.and_then(|at| self.mailboxes.get(at)).map(|mailbox| mailbox.address.clone()),
        ) else {
            let outcome = SendOutcome::NotSent { failure: Failure::Internal, draft: false };
            return report.send(Inside::Event(Event::Sent(ticket, number, outcome)));
        };
        let dispatch = Dispatch {
            letter: Arc::clone(&letters.letter),
            ready: Arc::clone(&letters.ready),
            session: self.open.as_ref().map(|open| Arc::clone(&open.session)),
            zone: self.desk.zone.clone(),
            site,
            keeper,
            address,
        };
        tokio::spawn(dispatch.go(ticket, number, written, report));
    }

    pub(super) fn send_receipt(&mut self, id: MessageId) {
        let (ticket, report) = (self.ticket, self.report.clone());
        let tell = move |sent| report.send(Inside::Event(Event::ReceiptSent(ticket, id, sent)));
        let message = self.reading.message.as_ref().filter(|message| message.id == id);
        let wanted = message.and_then(|message| Some((message.receipt.clone()?, message.path.clone())));
        let session = self.open.as_ref().map(|open| Arc::clone(&open.session));
        let (Some((request, path)), Some(site), Some(identity), Some(keeper), Some(session)) =
            (wanted, self.writing(), self.identity(), self.keeper.clone(), session)
        else {
            return tell(Err(Failure::Internal));
        };
        // Whoever wrote the message chose where the receipt goes.
        if let Some(why) = barred(&request.to.address, &site.domains) {
            return tell(Err(why));
        }
        let now = moment(&self.desk.zone);
        self.tasks.spawn(async move {
            let Ok(built) = mail::outbox::receipt(&request, &identity, &site.nil, now) else {
                return tell(Err(Failure::RecipientRefused));
            };
            let sent = match Outbox::prepare(&site.outbox, &identity.address).await {
                Ok(ready) => ready.send(keeper.token().secret(), &built).await,
                Err(error) => Err(SendError::NotSent(mail::outbox::NotSent::Server(error))),
            };
            match sent {
                Ok(_) => {
                    if let Err(error) = session.mark(&path, &[id.uid], Mark::ReceiptSent).await {
                        tracing::warn!(%error, "a receipt was sent and not noted");
                    }
                    tell(Ok(()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a receipt was not sent");
                    tell(Err(match &error {
                        SendError::NotSent(why) => of_sending(why),
                        SendError::Unknown(error) => of_submission(error),
                    }));
                }
            }
        });
    }
}

impl Letter {
    /// What the person has written since.
    fn take_in(&mut self, written: &Written) {
        let copies = written.to.len().saturating_sub(written.copies);
        let people = |people: &[Correspondent]| {
            people.iter().map(|who| Recipient { address: who.address.clone(), label: who.name.clone() }).collect()
        };
        let (to, cc) = written.to.split_at(copies);
        self.outgoing.to = people(to);
        self.outgoing.cc = people(cc);
        self.outgoing.subject.clone_from(&written.subject.0);
        self.outgoing.text.clone_from(&written.text.0);
        self.outgoing.receipt_wanted = written.receipt;
        let goes = |place: usize| written.documents.get(place).copied().unwrap_or(true);
        let chosen = self.attachments.iter().enumerate().filter(|(place, _)| goes(*place));
        self.outgoing.attachments = chosen.map(|(_, attachment)| attachment.clone()).collect();
        self.outgoing.xdm = self.xdm.clone().filter(|_| self.outgoing.attachments.iter().any(is_archive));
    }

    /// Puts it into «Brouillons» in the place of what is there of it.
    async fn save(&mut self, session: &mail::Session, zone: &TimeZone) -> Result<(), mail::Error> {
        let draft: mail::Message = Arc::new(self.outgoing.draft(moment(zone)));
        let flags = [Flag::Draft, Flag::Seen];
        match self.draft.clone() {
            Some((path, old)) => {
                let replaced = session.replace(&path, old, &draft, &flags).await?;
                self.draft = replaced.uid.map(|uid| (path, uid));
            }
            None => {
                let uid = session.save(Target::Role(Role::Drafts), &draft, &flags, None).await?;
                let path = self.drafts_path(session).await;
                self.draft = uid.zip(path).map(|(uid, path)| (path, uid));
            }
        }
        Ok(())
    }

    async fn drafts_path(&self, session: &mail::Session) -> Option<String> {
        let folders = session.folders().await.ok()?;
        folders.into_iter().find(|folder| folder.role == Role::Drafts).map(|folder| folder.path)
    }

    async fn remove_draft(&mut self, session: &mail::Session) {
        if let Some((path, uid)) = self.draft.take()
            && let Ok(Err(error)) = tokio::time::timeout(AFTERWARDS, session.delete(&path, &[uid])).await
        {
            tracing::warn!(%error, "a draft was not removed");
        }
    }
}

/// A message on its way, with all that it needs: the visit may end before it does.
struct Dispatch {
    letter: Arc<Mutex<Letter>>,
    ready: Arc<Mutex<Option<Ready>>>,
    session: Option<Arc<mail::Session>>,
    zone: TimeZone,
    site: Arc<Site>,
    /// Keeps the provider's session, and so the token, until the message is handed over.
    keeper: Arc<Keeper>,
    address: String,
}

impl Dispatch {
    async fn go(self, ticket: Ticket, number: u64, written: Written, report: Report) {
        let mut letter = self.letter.lock().await;
        letter.take_in(&written);
        let handed = self.hand_over(&letter).await;
        let outcome = match &handed {
            Ok(_) => SendOutcome::Sent,
            Err(End::NotSent(failure)) => {
                SendOutcome::NotSent { failure: *failure, draft: self.keep(&mut letter).await }
            }
            Err(End::Unknown) => SendOutcome::Unknown { draft: self.keep(&mut letter).await },
        };
        tracing::info!(visit = ticket.0, ?outcome, "a message");
        report.send(Inside::Event(Event::Sent(ticket, number, outcome)));
        report.send(Inside::Event(Event::Parted(ticket, outcome)));
        if let Ok(built) = handed {
            self.afterwards(&mut letter, built).await;
        }
    }

    /// Hands it over, and says what was handed over.
    async fn hand_over(&self, letter: &Letter) -> Result<Built, End> {
        let now = moment(&self.zone);
        let built = letter.outgoing.build(now).map_err(|_| End::NotSent(Failure::RecipientRefused))?;
        let size = built.raw.len() as u64;
        if let Some(why) = forbidden(&letter.outgoing, size, &self.site) {
            return Err(End::NotSent(why));
        }
        let greeted = self.ready.lock().await.take();
        // From the first byte of its end on, only the server knows.
        let ending = AtomicBool::new(false);
        let sending = async {
            let ready = match greeted {
                Some(ready) => ready,
                None => Outbox::prepare(&self.site.outbox, &self.address)
                    .await
                    .map_err(|error| SendError::NotSent(mail::outbox::NotSent::Server(error)))?,
            };
            let mut tell = |stage| {
                if stage == Stage::Ending {
                    ending.store(true, Ordering::SeqCst);
                }
            };
            ready.send_telling(self.keeper.token().secret(), &built, &mut tell).await
        };
        match tokio::time::timeout(SENDING, sending).await {
            Ok(Ok(_)) => Ok(built),
            Ok(Err(SendError::NotSent(why))) => {
                tracing::warn!(%why, "a message was not sent");
                Err(End::NotSent(of_sending(&why)))
            }
            Ok(Err(SendError::Unknown(error))) => {
                tracing::warn!(%error, "a message may have been sent");
                Err(End::Unknown)
            }
            Err(_) if ending.load(Ordering::SeqCst) => Err(End::Unknown),
            Err(_) => Err(End::NotSent(Failure::SubmissionUnreachable)),
        }
    }

    /// Whether the text is among the drafts afterwards.
    async fn keep(&self, letter: &mut Letter) -> bool {
        let Some(session) = &self.session else { return false };
        matches!(tokio::time::timeout(AFTERWARDS, letter.save(session, &self.zone)).await, Ok(Ok(())))
    }

    /// A copy to «Envoyés», the draft gone, the original marked. None of it changes what was said.
    async fn afterwards(&self, letter: &mut Letter, built: Built) {
        let Some(session) = &self.session else { return };
        if self.site.keep_sent {
            let copy: mail::Message = Arc::new(built.raw);
            let kept = session.save(Target::Role(Role::Sent), &copy, &[Flag::Seen], None);
            match tokio::time::timeout(AFTERWARDS, kept).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => tracing::warn!(%error, "no copy of a sent message was kept"),
                Err(_) => tracing::warn!("no copy of a sent message was kept in time"),
            }
        }
        letter.remove_draft(session).await;
        if let Some((path, uid, mark)) = &letter.about
            && let Err(error) = session.mark(path, &[*uid], *mark).await
        {
            tracing::warn!(%error, "an answered message was not marked");
        }
    }
}

/// How it ended, when not well.
enum End {
    NotSent(Failure),
    Unknown,
}

/// What may not leave, whatever the screen has let through.
fn forbidden(outgoing: &Outgoing, size: u64, site: &Site) -> Option<Failure> {
    if let Some(why) = outgoing.recipients().find_map(|person| barred(&person.address, &site.domains)) {
        return Some(why);
    }
    let limits = &site.outbox.limits;
    let patients = outgoing.recipients().any(|person| is_patient(&person.address));
    if size > limits.message || (patients && size > limits.patient) {
        return Some(Failure::SendTooLarge);
    }
    (patients && outgoing.thread.closed).then_some(Failure::RecipientRefused)
}

/// Why nothing may leave for this address, whatever the screen has let through.
fn barred(address: &str, domains: &directory::Domains) -> Option<Failure> {
    judge(address, domains).map(|why| match why {
        Refused::NoWhiteList => Failure::NoWhiteList,
        _ => Failure::RecipientRefused,
    })
}

/// Whether this address may be written to, or why not.
fn judge(address: &str, domains: &directory::Domains) -> Option<Refused> {
    if is_patient(address) {
        // Patients have no list but a number that can be checked.
        return check_ins(address).err().map(|_| Refused::NotAnAddress);
    }
    match domains.judge(address) {
        Verdict::Allowed => None,
        Verdict::Outside(_) => Some(Refused::NotMssante),
        Verdict::NoList => Some(Refused::NoWhiteList),
        Verdict::NotAnAddress => Some(Refused::NotAnAddress),
    }
}

fn moment(zone: &TimeZone) -> Moment {
    let now = Timestamp::now().to_zoned(zone.clone());
    Moment { unix: now.timestamp().as_second(), offset: i16::try_from(now.offset().seconds() / 60).unwrap_or(0) }
}

/// The message as an answer needs it.
fn original(message: &Message, zone: &TimeZone) -> Original {
    let letter = &message.reading.letter;
    let person =
        |who: &document::letter::Correspondent| Recipient { address: who.address.clone(), label: who.name.clone() };
    let people = |people: &[document::letter::Correspondent]| people.iter().map(person).collect();
    let written = letter.written.and_then(|at| Timestamp::from_second(at).ok()).map(|at| at.to_zoned(zone.clone()));
    let date = written.map(|at| Moment {
        unix: at.timestamp().as_second(),
        offset: i16::try_from(at.offset().seconds() / 60).unwrap_or(0),
    });
    Original {
        from: person(&letter.from),
        reply_to: people(&letter.reply_to),
        to: people(&letter.to),
        cc: people(&letter.cc),
        subject: letter.subject.clone(),
        date: date.unwrap_or_default(),
        text: text(&letter.blocks),
        thread: Thread {
            message_id: letter.message_id.clone(),
            references: letter.references.clone(),
            was_xdm_subject: is_xdm(&message.head),
            closed: letter.closed,
        },
    }
}

/// Whether the subject, as it came, announced an exchange of documents.
fn is_xdm(head: &Zeroizing<Vec<u8>>) -> bool {
    let head = head.get(..head.len().min(64 * 1024)).unwrap_or_default();
    let end = head.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap_or(head.len());
    head.get(..end).unwrap_or_default().windows(11).any(|bytes| bytes == b"XDM/1.0/DDM")
}

/// A text as it is quoted.
fn text(blocks: &[document::letter::Block]) -> String {
    use document::letter::BlockKind as K;
    let mut text = String::new();
    for block in blocks {
        match block.kind {
            K::Quote { depth } => {
                let mark = "> ".repeat(usize::from(depth));
                block.text.lines().for_each(|line| text.extend([&mark, line, "\n"]));
            }
            K::Rule => text.push_str("—\n"),
            _ => text.extend([block.text.as_str(), "\n"]),
        }
        if !matches!(block.kind, K::Item | K::Row | K::Quote { .. }) {
            text.push('\n');
        }
    }
    text.trim_end().to_owned()
}

/// The documents a forward takes along; `None` when one of them cannot be had.
async fn carried(reading: &document::Reading, room: &Room) -> Option<(Vec<Attachment>, Option<Xdm>)> {
    let mut attachments = Vec::new();
    for (index, attachment) in reading.attachments.iter().enumerate().filter(|(_, attachment)| !attachment.embedded) {
        let bytes = room.attachment(index).await.ok()?;
        attachments.push(Attachment { name: attachment.name.clone(), media_type: attachment.declared.clone(), bytes });
    }
    let cdas = || reading.documents.iter().filter(|document| document.kind == document::Kind::Cda);
    let mut types: Vec<String> = cdas().filter_map(|document| document.code.clone()).collect();
    types.dedup();
    let patients = || cdas().filter_map(|document| document.patient.as_ref());
    let ins = patients().any(|patient| patient.ins.as_ref().is_some_and(|ins| ins.qualified));
    Some((attachments, cdas().next().map(|_| Xdm { types, ins })))
}

/// A ZIP archive, by what it was declared or by its name: many programs declare nothing.
fn is_archive(attachment: &Attachment) -> bool {
    attachment.media_type.contains("zip") || attachment.name.to_ascii_lowercase().ends_with(".zip")
}

fn prepared(letter: &Letter, domains: &directory::Domains) -> Prepared {
    let outgoing = &letter.outgoing;
    let patients = outgoing.recipients().any(|person| is_patient(&person.address));
    let refused = match domains.list() {
        _ if patients && outgoing.thread.closed => Some(Refused::ThreadClosed),
        None if !patients => Some(Refused::NoWhiteList),
        _ => None,
    };
    let person = |who: &Recipient| Correspondent { name: who.label.clone(), address: who.address.clone() };
    Prepared {
        to: outgoing.recipients().map(person).collect(),
        copies: outgoing.cc.len(),
        subject: Text(outgoing.subject.clone()),
        text: Text(outgoing.text.clone()),
        documents: letter.attachments.iter().map(attached).collect(),
        receipt: outgoing.receipt_wanted,
        refused,
    }
}

fn attached(attachment: &Attachment) -> DocumentLine {
    let mut line = DocumentLine::default();
    line.title.clone_from(&attachment.name);
    line.size = attachment.bytes.len() as u64;
    line.ending = attachment.name.rsplit_once('.').map(|(_, ending)| ending.to_uppercase()).unwrap_or_default();
    line.kind = match line.ending.as_str() {
        "PDF" => flow::DocumentKind::Pdf,
        "JPG" | "JPEG" | "PNG" | "TIF" | "TIFF" => flow::DocumentKind::Image,
        "XML" | "ZIP" => flow::DocumentKind::Structured,
        _ => flow::DocumentKind::Other,
    };
    line
}

fn recent(person: &mail::Correspondent) -> RecipientLine {
    let who = Correspondent { name: person.name.clone(), address: person.address.clone() };
    RecipientLine { detail: Text(person.address.clone()), who, chosen: false }
}

fn entry(entry: &directory::Entry) -> RecipientLine {
    let parts = [&entry.profession, &entry.place.structure, &entry.place.city, &entry.note];
    let parts: Vec<&str> = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    RecipientLine {
        who: Correspondent { name: entry.name.clone(), address: entry.address.clone() },
        detail: Text(parts.join(" · ")),
        chosen: false,
    }
}
