//! R1 to R4: a message is written, and sent once.
//!
//! ```text
//!   Replies ──▶ Compose ◀──▶ Recipients ◀──▶ Typing
//!      │         │  │ «Retour»: Discard ──▶ left, or kept as a draft
//!      ▼         ▼
//!    Preview ──▶ Sending ──▶ sent: left      not sent, unknown: the text stays
//! ```
//!
//! What is written goes to the server as a draft after a pause, so that a card pulled or a line lost costs a few words
//! at most.

use super::choosing::Choosing;
use crate::effect::{Effect, Written};
use crate::event::{Prepared, SendOutcome, Touch};
use crate::failure::Failure;
use crate::letter::{Correspondent, DocumentLine, MessageId};
use crate::screen::{self, Field, Kept, Kind, Purpose, Question, Refused, Screen, Sending, Source};
use crate::state::Context;
use crate::text::Text;
use crate::time::Moment;

/// Most characters of a text and of a subject.
const MOST_TEXT: usize = 20_000;
const MOST_SUBJECT: usize = 200;
const MOST_QUERY: usize = 100;
/// Most people one message goes to.
const MOST_RECIPIENTS: usize = 20;

#[derive(Debug)]
pub(crate) struct Writing {
    number: u64,
    kind: Kind,
    pub(super) about: Option<MessageId>,
    ready: bool,
    refused: Option<Refused>,
    failed: Option<Failure>,
    to: Vec<Correspondent>,
    copies: usize,
    subject: Text,
    text: Text,
    documents: Vec<(DocumentLine, bool)>,
    receipt: bool,
    field: Field,
    revision: u64,
    patient: Text,
    answered: Text,
    page: Page,
    kept: Kept,
    /// When something was last changed that the server does not have.
    changed: Option<Moment>,
    /// A draft is on the server, or on its way there.
    draft: bool,
}

#[derive(Debug)]
enum Page {
    Replies,
    Compose,
    Recipients(Choosing),
    Typing(Choosing, Text, u64),
    Preview,
    Discard,
    Sending(Sending, Moment),
}

/// How a touch or an answer leaves the writing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Left {
    Stays,
    Closed,
    Kept,
    Sent(Text),
}

/// What a message is written about.
#[derive(Debug, Default)]
pub(super) struct About {
    pub(super) id: Option<MessageId>,
    pub(super) from: Text,
    pub(super) subject: Text,
    pub(super) patient: Text,
}

impl Writing {
    pub(super) fn begin(number: u64, kind: Kind, about: About, context: &mut Context<'_>) -> Self {
        context.effects.push(Effect::Prepare(context.ticket, number, kind, about.id));
        let replies = context.settings.writing.as_ref().is_some_and(|writing| !writing.replies.is_empty());
        let page = match kind {
            Kind::Reply if replies => Page::Replies,
            Kind::New | Kind::Forward => Page::Recipients(Choosing::recent(number, context)),
            Kind::Reply | Kind::ReplyAll | Kind::Draft => Page::Compose,
        };
        Self {
            number,
            kind,
            about: about.id,
            ready: false,
            refused: None,
            failed: None,
            to: Vec::new(),
            copies: 0,
            subject: Text::default(),
            text: Text::default(),
            documents: Vec::new(),
            receipt: false,
            field: if kind == Kind::New { Field::Subject } else { Field::Text },
            revision: 0,
            patient: about.patient,
            answered: if about.from.0.is_empty() { about.subject } else { about.from },
            page,
            kept: Kept::Nothing,
            changed: None,
            draft: kind == Kind::Draft,
        }
    }

    /// A message on its way must not be disturbed.
    pub(super) fn is_sending(&self) -> bool {
        matches!(self.page, Page::Sending(Sending::Going(_), _))
    }

    /// What would be lost if nobody kept it now.
    pub(super) fn unsaved(&self) -> Option<(u64, Written)> {
        let worth = self.changed.is_some() && !(self.text.is_blank() && self.subject.is_blank());
        (worth && !self.is_sending()).then(|| (self.number, self.written()))
    }

    fn written(&self) -> Written {
        Written {
            to: self.to.clone(),
            copies: self.copies,
            subject: self.subject.clone(),
            text: self.text.clone(),
            documents: self.documents.iter().map(|(_, goes)| *goes).collect(),
            receipt: self.receipt,
        }
    }

    pub(super) fn screen(&self, sight: &super::Sight<'_>) -> Screen {
        let writing = sight.settings.writing.clone().unwrap_or_default();
        match &self.page {
            Page::Replies => Screen::Replies(screen::Replies {
                to: self.answered.clone(),
                subject: self.subject.clone(),
                patient: self.patient.clone(),
                replies: writing.replies,
            }),
            Page::Compose => Screen::Compose(Box::new(screen::Compose {
                kind: self.kind,
                to: self.to.clone(),
                copies: self.copies,
                subject: self.subject.clone(),
                text: self.text.clone(),
                field: self.field,
                revision: self.revision,
                patient: self.patient.clone(),
                documents: self.documents.clone(),
                receipt: self.receipt,
                phrases: writing.phrases,
                can_send: self.can_send(),
                refused: self.refused,
                failed: self.failed,
                kept: self.kept,
            })),
            Page::Recipients(choosing) => {
                Screen::Recipients(choosing.screen(&self.to, self.refused, writing.directory))
            }
            Page::Typing(_, text, revision) => Screen::Typing(screen::Typing {
                purpose: Purpose::Recipient,
                text: text.clone(),
                revision: *revision,
                complete: text.0.trim().chars().count() >= 2,
            }),
            Page::Preview => Screen::Question(Question::Send(screen::Sheet {
                to: self.to.clone(),
                subject: self.subject.clone(),
                text: self.text.clone(),
                documents: u32::try_from(self.documents.iter().filter(|(_, goes)| *goes).count()).unwrap_or(u32::MAX),
                blank: self.text.is_blank(),
            })),
            Page::Discard => Screen::Question(Question::Discard),
            Page::Sending(Sending::Going(_), since) => {
                Screen::Sending(Sending::Going(sight.now >= since.plus(sight.settings.slow_connecting)))
            }
            Page::Sending(sending, _) => Screen::Sending(*sending),
        }
    }

    fn can_send(&self) -> bool {
        self.ready && self.refused.is_none() && self.failed.is_none() && !self.to.is_empty()
    }

    pub(super) fn deadline(&self, context: &super::Sight<'_>) -> Option<Moment> {
        match self.page {
            Page::Sending(Sending::Going(_), since) => Some(since.plus(context.settings.slow_connecting)),
            _ => self.changed.filter(|_| self.kept != Kept::Failed).map(|at| at.plus(context.settings.draft_after)),
        }
    }

    /// Time has passed: a draft may be due.
    pub(super) fn tick(&mut self, context: &mut Context<'_>) {
        let due = self.changed.is_some_and(|at| context.now >= at.plus(context.settings.draft_after));
        if due && self.kept != Kept::Failed && !matches!(self.page, Page::Sending(..)) {
            self.save(context);
        }
    }

    fn save(&mut self, context: &mut Context<'_>) {
        if let Some((number, written)) = self.unsaved() {
            context.effects.push(Effect::SaveDraft(context.ticket, number, Box::new(written)));
            self.draft = true;
            self.kept = Kept::Not;
        }
        self.changed = None;
    }

    fn edited(&mut self, context: &Context<'_>) {
        self.changed = Some(context.now);
        self.kept = Kept::Not;
    }

    pub(super) fn prepared(&mut self, number: u64, result: Result<Box<Prepared>, Failure>) {
        if number != self.number || self.ready {
            return;
        }
        match result {
            Ok(prepared) => {
                let Prepared { to, copies, subject, text, documents, receipt, refused } = *prepared;
                self.ready = true;
                self.refused = refused;
                self.receipt |= receipt;
                // What was chosen or typed meanwhile stays.
                if self.to.is_empty() {
                    (self.to, self.copies) = (to, copies);
                }
                if self.subject.is_blank() {
                    self.subject = subject;
                }
                if self.text.is_blank() {
                    self.text = text;
                }
                self.documents = documents.into_iter().map(|line| (line, true)).collect();
                self.revision += 1;
            }
            Err(failure) => self.failed = Some(failure),
        }
    }

    pub(super) fn draft_saved(&mut self, number: u64, result: &Result<(), Failure>) {
        if number == self.number {
            self.kept = match result {
                Ok(()) if self.changed.is_some() => Kept::Not,
                Ok(()) => Kept::Yes,
                Err(_) => Kept::Failed,
            };
        }
    }

    pub(super) fn found(&mut self, number: u64, result: Result<Vec<screen::RecipientLine>, Failure>) {
        if let Page::Recipients(choosing) = &mut self.page {
            choosing.found(number, result);
        }
    }

    pub(super) fn checked(&mut self, who: Correspondent, refused: Option<Refused>, context: &Context<'_>) {
        let Page::Recipients(choosing) = &mut self.page else { return };
        choosing.refused = match refused {
            Some(why) => Some(why),
            None if self.to.len() >= MOST_RECIPIENTS => Some(Refused::TooMany),
            None => None,
        };
        if choosing.refused.is_none() && !self.to.iter().any(|known| known.address == who.address) {
            // Before the copies, which stay last.
            let place = self.to.len() - self.copies.min(self.to.len());
            self.to.insert(place, who);
            self.edited(context);
        }
    }

    pub(super) fn sent(&mut self, number: u64, outcome: SendOutcome) -> Left {
        if number != self.number || !self.is_sending() {
            return Left::Stays;
        }
        let Page::Sending(sending, _) = &mut self.page else { return Left::Stays };
        match outcome {
            SendOutcome::Sent => {
                let name = self.to.first().map(|to| to.shown().to_owned()).unwrap_or_default();
                return Left::Sent(Text(name));
            }
            SendOutcome::NotSent { failure, draft } => {
                *sending = Sending::NotSent { failure, retry: failure.retry(), draft };
                self.draft |= draft;
            }
            SendOutcome::Unknown { draft } => *sending = Sending::Unknown { draft },
        }
        Left::Stays
    }

    pub(super) fn touched(&mut self, touch: Touch, numbers: &mut u64, context: &mut Context<'_>) -> Left {
        match std::mem::replace(&mut self.page, Page::Compose) {
            Page::Replies => return self.on_replies(touch, context),
            Page::Compose => return self.on_compose(touch, numbers, context),
            Page::Recipients(choosing) => self.on_recipients(choosing, touch, context),
            Page::Typing(choosing, text, revision) => self.on_typing(choosing, text, revision, touch, numbers, context),
            Page::Preview => match touch {
                Touch::Confirm if self.can_send() => self.send(context),
                Touch::Back | Touch::Cancel => {}
                _ => self.page = Page::Preview,
            },
            Page::Discard => match touch {
                Touch::Confirm => {
                    if self.draft && self.kind != Kind::Draft {
                        context.effects.push(Effect::DropDraft(context.ticket, self.number));
                    }
                    self.changed = None;
                    return Left::Closed;
                }
                Touch::KeepDraft => {
                    self.changed = Some(context.now);
                    self.save(context);
                    return Left::Kept;
                }
                Touch::Back | Touch::Cancel | Touch::Continue => {}
                _ => self.page = Page::Discard,
            },
            Page::Sending(sending, since) => match (sending, touch) {
                (Sending::NotSent { retry: true, .. }, Touch::Retry) => self.send(context),
                // The text stays, to be changed or sent otherwise.
                (Sending::NotSent { .. }, Touch::Back | Touch::Continue | Touch::Done) => self.revision += 1,
                // Never again by itself: what left may have arrived.
                (Sending::Unknown { .. }, Touch::Back | Touch::Continue | Touch::Done) => {
                    self.changed = None;
                    return Left::Closed;
                }
                (sending, _) => self.page = Page::Sending(sending, since),
            },
        }
        Left::Stays
    }

    fn send(&mut self, context: &mut Context<'_>) {
        context.effects.push(Effect::Send(context.ticket, self.number, Box::new(self.written())));
        self.page = Page::Sending(Sending::Going(false), context.now);
    }

    fn on_replies(&mut self, touch: Touch, context: &mut Context<'_>) -> Left {
        self.page = Page::Replies;
        match touch {
            Touch::QuickReply(index) => {
                let replies = context.settings.writing.as_ref().map(|writing| writing.replies.as_slice());
                if let Some((_, text)) = replies.unwrap_or_default().get(index) {
                    self.text = Text(text.clone());
                    self.revision += 1;
                    self.edited(context);
                    self.page = Page::Preview;
                }
            }
            Touch::WriteOwn => self.page = Page::Compose,
            Touch::Back | Touch::Cancel => return Left::Closed,
            _ => {}
        }
        Left::Stays
    }

    fn on_compose(&mut self, touch: Touch, numbers: &mut u64, context: &mut Context<'_>) -> Left {
        match touch {
            Touch::Edited(Field::Text, text) => {
                self.text = text.bounded(MOST_TEXT);
                self.edited(context);
            }
            Touch::Edited(Field::Subject, text) => {
                self.subject = text.bounded(MOST_SUBJECT);
                self.edited(context);
            }
            Touch::Focus(field) => self.field = field,
            Touch::Phrase(index) => {
                let phrases = context.settings.writing.as_ref().map(|writing| writing.phrases.as_slice());
                if let Some(phrase) = phrases.unwrap_or_default().get(index) {
                    let gap = if self.text.is_blank() || self.text.0.ends_with(char::is_whitespace) { "" } else { " " };
                    self.text = Text(format!("{}{gap}{phrase}", self.text.0)).bounded(MOST_TEXT);
                    self.revision += 1;
                    self.edited(context);
                }
            }
            Touch::Recipients => {
                *numbers += 1;
                self.page = Page::Recipients(Choosing::recent(*numbers, context));
            }
            Touch::RemoveRecipient(index) => self.remove(index, context),
            Touch::Attach(index, goes) => {
                if let Some((_, attached)) = self.documents.get_mut(index) {
                    *attached = goes;
                    self.edited(context);
                }
            }
            Touch::AskReceipt(ask) => {
                self.receipt = ask;
                self.edited(context);
            }
            Touch::Send if self.can_send() => self.page = Page::Preview,
            Touch::KeepDraft => {
                self.changed = Some(context.now);
                self.save(context);
            }
            Touch::Back | Touch::Cancel => {
                // Nothing was written: nothing to ask.
                if self.text.is_blank() && !self.draft {
                    return Left::Closed;
                }
                // The server has it all.
                if self.kind == Kind::Draft && self.changed.is_none() && self.kept != Kept::Failed {
                    return Left::Closed;
                }
                self.page = Page::Discard;
            }
            _ => {}
        }
        Left::Stays
    }

    fn remove(&mut self, index: usize, context: &Context<'_>) {
        if index < self.to.len() {
            if index >= self.to.len() - self.copies.min(self.to.len()) {
                self.copies -= 1;
            }
            self.to.remove(index);
            self.edited(context);
        }
    }

    fn on_recipients(&mut self, mut choosing: Choosing, touch: Touch, context: &mut Context<'_>) {
        match touch {
            Touch::Recipient(index) => {
                choosing.refused = None;
                if let Some(who) = choosing.line(index).cloned() {
                    match self.to.iter().position(|known| known.address == who.address) {
                        Some(place) => self.remove(place, context),
                        None => context.effects.push(Effect::Check(context.ticket, who)),
                    }
                }
            }
            Touch::RemoveRecipient(index) => self.remove(index, context),
            Touch::Move(to) => choosing.turn(to),
            Touch::SearchRecipient => {
                self.page = Page::Typing(choosing, Text::default(), 1);
                return;
            }
            Touch::Retry => choosing.again(context),
            Touch::Back | Touch::Cancel | Touch::Done | Touch::Continue => {
                self.revision += 1;
                return;
            }
            _ => {}
        }
        self.page = Page::Recipients(choosing);
    }

    fn on_typing(
        &mut self,
        choosing: Choosing,
        text: Text,
        revision: u64,
        touch: Touch,
        numbers: &mut u64,
        context: &mut Context<'_>,
    ) {
        self.page = match touch {
            Touch::Typed(text) => Page::Typing(choosing, text.bounded(MOST_QUERY), revision),
            Touch::Submit | Touch::Confirm if text.0.trim().chars().count() >= 2 => {
                let query = text.0.trim();
                if query.contains('@') {
                    let who = Correspondent { name: String::new(), address: query.to_owned() };
                    context.effects.push(Effect::Check(context.ticket, who));
                    Page::Recipients(choosing)
                } else {
                    *numbers += 1;
                    Page::Recipients(Choosing::search(*numbers, Source::Directory, Text(query.to_owned()), context))
                }
            }
            Touch::Back | Touch::Cancel => Page::Recipients(choosing),
            _ => Page::Typing(choosing, text, revision),
        };
    }
}
