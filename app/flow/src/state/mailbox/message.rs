//! M1 to M4: one message is open.

use super::list::MessageList;
use crate::effect::Effect;
use crate::failure::Failure;
use crate::letter::{Correspondent, Letter, MessageId, Receipt, Seal};
use crate::mailbox::{FolderRole, Row};
use crate::screen;
use crate::state::Context;
use crate::text::Text;

/// Blocks shown at first; «Afficher la suite» shows as many again.
const BLOCKS: usize = 60;

#[derive(Debug)]
pub(super) struct Open {
    pub(super) id: MessageId,
    /// Where it stands in the list.
    pub(super) position: u32,
    pub(super) letter: Box<Letter>,
    loading: bool,
    failed: Option<Failure>,
    shown: usize,
    /// The message at this position is wanted, as soon as its row is there.
    pub(super) wanted: Option<u32>,
}

impl Open {
    /// Asks for a message; until it comes, its row stands for it.
    pub(super) fn read(id: MessageId, position: u32, row: &Row, context: &mut Context<'_>) -> Self {
        context.effects.push(Effect::ReadMessage(context.ticket, id));
        let mut letter = Letter::default();
        letter.subject.clone_from(&row.subject);
        letter.when = row.when;
        letter.from = Correspondent { name: row.sender.clone(), address: String::new() };
        Self { id, position, letter: Box::new(letter), loading: true, failed: None, shown: BLOCKS, wanted: None }
    }

    /// Its text is here and can be read: there is something to answer, to pass on and to print.
    pub(super) fn is_readable(&self) -> bool {
        !self.loading && self.failed.is_none() && self.letter.seal != Seal::Encrypted
    }

    pub(super) fn came(&mut self, id: MessageId, result: Result<Box<Letter>, Failure>, list: &mut MessageList) {
        if id != self.id {
            return;
        }
        self.loading = false;
        match result {
            Ok(mut letter) => {
                // The rest of a large message has come: what the person said of its receipt stays.
                if self.letter.receipt != Receipt::None {
                    letter.receipt = self.letter.receipt;
                }
                self.letter = letter;
                self.failed = None;
                // The engine has marked it read.
                list.marked(id.folder, &[id.uid], true);
            }
            Err(failure) => self.failed = Some(failure),
        }
    }

    pub(super) fn retry(&mut self, context: &mut Context<'_>) {
        if self.failed.take().is_some() {
            self.loading = true;
            context.effects.push(Effect::ReadMessage(context.ticket, self.id));
        }
    }

    pub(super) fn show_rest(&mut self) {
        self.shown = self.shown.saturating_add(BLOCKS).min(self.letter.blocks.len().max(BLOCKS));
    }

    /// The person's word on the receipt.
    pub(super) fn answer_receipt(&mut self, send: bool, context: &mut Context<'_>) {
        if self.letter.receipt == Receipt::Asked {
            self.letter.receipt = if send { Receipt::Sending } else { Receipt::Declined };
            if send {
                context.effects.push(Effect::SendReceipt(context.ticket, self.id));
            }
        }
    }

    /// What became of the receipt; `false`: it did not leave, and can be asked again.
    pub(super) fn receipt_sent(&mut self, id: MessageId, sent: bool) {
        if id == self.id && self.letter.receipt == Receipt::Sending {
            self.letter.receipt = if sent { Receipt::Sent } else { Receipt::Asked };
        }
    }

    pub(super) fn screen(&self, list: &MessageList, context: &super::Sight<'_>) -> screen::Message {
        screen::Message {
            letter: self.letter.clone(),
            loading: self.loading,
            failed: self.failed,
            shown: self.shown.min(self.letter.blocks.len()),
            newer: self.position > 0,
            older: self.position.saturating_add(1) < list.count(),
            can_reply: context.settings.writing.is_some() && self.is_readable(),
            can_print: context.settings.printer && self.is_readable(),
            draft: self.in_drafts(list),
        }
    }

    pub(super) fn in_drafts(&self, list: &MessageList) -> bool {
        list.folders.get(self.id.folder).is_some_and(|folder| folder.role == FolderRole::Drafts)
    }

    pub(super) fn more(&self, list: &MessageList, context: &super::Sight<'_>) -> screen::More {
        let role = list.folders.get(self.id.folder).map_or(FolderRole::Inbox, |folder| folder.role);
        screen::More {
            subject: Text(self.letter.subject.clone()),
            reply_all: self.letter.to.len() > 1,
            can_write: context.settings.writing.is_some() && self.is_readable(),
            in_bin: role == FolderRole::Trash,
            in_junk: role == FolderRole::Junk,
            archive: list.place_of(FolderRole::Archive).is_some_and(|place| place != self.id.folder),
            can_print: context.settings.printer && self.is_readable(),
        }
    }

    /// «LAMPION Séraphin», empty when no document names anybody.
    pub(super) fn patient(&self) -> Text {
        let patient = self.letter.patient.as_ref();
        Text(
            patient
                .map(|patient| format!("{} {}", patient.family, patient.given).trim().to_owned())
                .unwrap_or_default(),
        )
    }
}
