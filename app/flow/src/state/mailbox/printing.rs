//! Printing the open message or document: one simple question, then the truth.

use crate::effect::{Effect, PrintJob};
use crate::event::PrintNews;
use crate::failure::Failure;
use crate::screen::{self, PrinterWaits};
use crate::state::Context;

/// Copies one may ask for.
const MOST_COPIES: u8 = 9;

#[derive(Debug)]
pub(super) struct Printing {
    number: u64,
    document: bool,
    /// The page looked at, and how many there are.
    pages: Option<(u32, u32)>,
    copies: u8,
    only_current: bool,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Asking,
    Going(u32, u32, Option<PrinterWaits>),
    Done,
    Failed(Failure),
}

impl Printing {
    pub(super) fn ask(number: u64, document: bool, pages: Option<(u32, u32)>) -> Self {
        Self { number, document, pages, copies: 1, only_current: false, stage: Stage::Asking }
    }

    pub(super) fn screen(&self) -> screen::Print {
        match self.stage {
            Stage::Asking => screen::Print::Ask {
                pages: self.pages.map(|(_, of)| of),
                current: self.pages.filter(|(_, of)| *of > 1).map(|(page, _)| page),
                copies: self.copies,
                only_current: self.only_current,
            },
            Stage::Going(printed, of, waits) => screen::Print::Going { printed, of, waits },
            Stage::Done => screen::Print::Done,
            Stage::Failed(failure) => screen::Print::Failed(failure),
        }
    }

    pub(super) fn copies(&mut self, copies: u8) {
        if matches!(self.stage, Stage::Asking) {
            self.copies = copies.clamp(1, MOST_COPIES);
        }
    }

    pub(super) fn only_current(&mut self, only: bool) {
        if matches!(self.stage, Stage::Asking) {
            self.only_current = only && self.pages.is_some_and(|(_, of)| of > 1);
        }
    }

    /// «Imprimer», or «Réessayer» after a failure, which is another order.
    pub(super) fn start(&mut self, number: u64, context: &mut Context<'_>) {
        if matches!(self.stage, Stage::Asking | Stage::Failed(_)) {
            self.number = number;
            let page = self.pages.filter(|_| self.only_current).map(|(page, _)| page);
            let job = PrintJob { document: self.document, copies: self.copies, page };
            let of = if page.is_some() { 1 } else { self.pages.map_or(0, |(_, of)| of) };
            self.stage = Stage::Going(0, of, None);
            context.effects.push(Effect::Print(context.ticket, number, job));
        }
    }

    pub(super) fn came(&mut self, number: u64, news: PrintNews) {
        if number == self.number && matches!(self.stage, Stage::Going(..)) {
            self.stage = match news {
                PrintNews::Going(printed, of, waits) => Stage::Going(printed, of, waits),
                PrintNews::Done => Stage::Done,
                PrintNews::Failed(failure) => Stage::Failed(failure),
            };
        }
    }

    /// The page is left: what is under way is stopped.
    pub(super) fn leave(&self, context: &mut Context<'_>) {
        if matches!(self.stage, Stage::Going(..)) {
            context.effects.push(Effect::CancelPrint(context.ticket, self.number));
        }
    }
}
