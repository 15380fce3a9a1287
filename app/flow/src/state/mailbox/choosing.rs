//! Whom to write to: recent correspondents, or what the directory answered.

use crate::effect::Effect;
use crate::event::PageMove;
use crate::failure::Failure;
use crate::letter::Correspondent;
use crate::screen::{self, RecipientLine, Refused, Source};
use crate::state::Context;
use crate::text::Text;

/// Lines of one page.
const LINES: usize = 4;

#[derive(Debug)]
pub(super) struct Choosing {
    number: u64,
    from: Source,
    query: Text,
    lines: Vec<RecipientLine>,
    first: usize,
    searching: bool,
    failed: Option<Failure>,
    pub(super) refused: Option<Refused>,
}

impl Choosing {
    pub(super) fn recent(number: u64, context: &mut Context<'_>) -> Self {
        Self::search(number, Source::Recent, Text::default(), context)
    }

    pub(super) fn search(number: u64, from: Source, query: Text, context: &mut Context<'_>) -> Self {
        context.effects.push(Effect::Find(context.ticket, number, from, query.clone()));
        Self { number, from, query, lines: Vec::new(), first: 0, searching: true, failed: None, refused: None }
    }

    pub(super) fn again(&mut self, context: &mut Context<'_>) {
        if self.failed.take().is_some() {
            self.searching = true;
            context.effects.push(Effect::Find(context.ticket, self.number, self.from, self.query.clone()));
        }
    }

    pub(super) fn found(&mut self, number: u64, result: Result<Vec<RecipientLine>, Failure>) {
        if number == self.number {
            self.searching = false;
            self.first = 0;
            match result {
                Ok(lines) => (self.lines, self.failed) = (lines, None),
                Err(failure) => self.failed = Some(failure),
            }
        }
    }

    /// The person of this line of the page.
    pub(super) fn line(&self, index: usize) -> Option<&Correspondent> {
        (index < LINES).then(|| self.lines.get(self.first + index)).flatten().map(|line| &line.who)
    }

    pub(super) fn turn(&mut self, to: PageMove) {
        let last = self.lines.len().saturating_sub(1) / LINES * LINES;
        self.first = match to {
            PageMove::First => 0,
            PageMove::Previous => self.first.saturating_sub(LINES),
            PageMove::Next => (self.first + LINES).min(last),
            PageMove::Last => last,
        };
    }

    pub(super) fn screen(
        &self,
        chosen: &[Correspondent],
        thread: Option<Refused>,
        can_search: bool,
    ) -> screen::Recipients {
        let mark = |line: &RecipientLine| RecipientLine {
            chosen: chosen.iter().any(|known| known.address == line.who.address),
            ..line.clone()
        };
        screen::Recipients {
            chosen: chosen.to_vec(),
            from: self.from,
            query: self.query.clone(),
            lines: self.lines.iter().skip(self.first).take(LINES).map(mark).collect(),
            first: if self.lines.is_empty() { 0 } else { self.first + 1 },
            total: self.lines.len(),
            searching: self.searching,
            failed: self.failed,
            can_search,
            refused: self.refused.or(thread),
        }
    }
}
