//! J1 to J4: a document of the open message.
//!
//! Pages are drawn one by one, the next one ahead of need. Three pictures are kept at most: before, now and after.

use crate::effect::{Effect, Page};
use crate::event::{DocumentNews, PageMove};
use crate::letter::{DocumentLine, Patient};
use crate::paper::{Paper, Picture, Unreadable};
use crate::screen;
use crate::state::Context;
use crate::text::Text;

/// Pictures kept.
const KEPT: usize = 3;

#[derive(Debug)]
pub(super) struct Viewing {
    number: u64,
    line: DocumentLine,
    patient: Option<Patient>,
    paper: Paper,
    /// Pictures drawn, with their page and step of zoom; the newest last.
    drawn: Vec<(Page, Picture)>,
    /// Pages asked for and not drawn yet.
    asked: Vec<Page>,
    /// Pages that cannot be drawn, and why.
    bad: Vec<(Page, Unreadable)>,
}

impl Viewing {
    pub(super) fn open(
        number: u64,
        index: usize,
        line: DocumentLine,
        patient: Option<Patient>,
        context: &mut Context<'_>,
    ) -> Self {
        context.effects.push(Effect::OpenDocument(context.ticket, number, index));
        Self {
            number,
            line,
            patient,
            paper: Paper::Loading(None),
            drawn: Vec::new(),
            asked: Vec::new(),
            bad: Vec::new(),
        }
    }

    pub(super) fn screen(&self, can_print: bool) -> screen::Document {
        screen::Document {
            title: Text(self.line.title.clone()),
            author: Text(self.line.author.clone()),
            date: self.line.date,
            kind: self.line.kind,
            size: self.line.size,
            patient: self.patient.clone(),
            paper: self.paper.clone(),
            abnormal: self.line.abnormal,
            can_print: can_print && matches!(self.paper, Paper::Pages { .. } | Paper::Structured(_)),
        }
    }

    pub(super) fn came(&mut self, number: u64, news: DocumentNews, context: &mut Context<'_>) {
        if number != self.number {
            return;
        }
        match news {
            DocumentNews::Coming(percent) => self.paper = Paper::Loading(Some(percent.min(100))),
            DocumentNews::Refused(why) => self.paper = Paper::Refused(why),
            DocumentNews::Open(paper) => {
                self.paper = paper;
                self.draw(context);
            }
            DocumentNews::NoPage(page, zoom, why) => {
                let key = Page { page, zoom };
                self.asked.retain(|asked| *asked != key);
                self.bad.push((key, why));
                self.draw(context);
            }
            DocumentNews::Page(page, zoom, picture) => {
                let key = Page { page, zoom };
                self.asked.retain(|asked| *asked != key);
                self.drawn.retain(|(drawn, _)| *drawn != key);
                self.drawn.push((key, picture));
                self.draw(context);
            }
        }
    }

    pub(super) fn turn(&mut self, to: PageMove, context: &mut Context<'_>) {
        let Paper::Pages { page, of, .. } = &mut self.paper else { return };
        *page = match to {
            PageMove::First => 1,
            PageMove::Previous => page.saturating_sub(1).max(1),
            PageMove::Next => page.saturating_add(1).min((*of).max(1)),
            PageMove::Last => (*of).max(1),
        };
        self.draw(context);
    }

    pub(super) fn zoom(&mut self, closer: bool, context: &mut Context<'_>) {
        let Paper::Pages { zoom, .. } = &mut self.paper else { return };
        *zoom = if closer { zoom.saturating_add(1).min(Paper::MOST_ZOOM) } else { zoom.saturating_sub(1) };
        self.draw(context);
    }

    /// Puts the picture of the page in place, asks for it where it is missing, and for the next one ahead.
    fn draw(&mut self, context: &mut Context<'_>) {
        let Paper::Pages { page, of, zoom, picture } = &mut self.paper else { return };
        let now = Page { page: *page, zoom: *zoom };
        let next = Page { page: page.saturating_add(1), zoom: *zoom };
        let of = *of;
        if let Some((_, why)) = self.bad.iter().find(|(bad, _)| *bad == now) {
            self.paper = Paper::Refused(*why);
            return;
        }
        *picture = self.drawn.iter().find(|(drawn, _)| *drawn == now).map(|(_, picture)| picture.clone());
        let near = |drawn: &Page| drawn.zoom == now.zoom && drawn.page.abs_diff(now.page) <= 1;
        self.drawn.retain(|(drawn, _)| near(drawn));
        let over = self.drawn.len().saturating_sub(KEPT);
        self.drawn.drain(..over);
        let here = self.drawn.iter().any(|(drawn, _)| *drawn == now);
        // One at a time: the one that is looked at comes before the one that may be.
        for page in [now, next] {
            let drawn = self.drawn.iter().any(|(drawn, _)| *drawn == page);
            let allowed = page == now || (here && self.asked.is_empty());
            let bad = self.bad.iter().any(|(bad, _)| *bad == page);
            if allowed && !drawn && !bad && (1..=of).contains(&page.page) && !self.asked.contains(&page) {
                self.asked.push(page);
                context.effects.push(Effect::DrawPage(context.ticket, self.number, page));
            }
        }
    }

    /// The page that is looked at, and how many there are.
    pub(super) fn pages(&self) -> Option<(u32, u32)> {
        match self.paper {
            Paper::Pages { page, of, .. } => Some((page, of)),
            _ => None,
        }
    }

    /// It failed to open and may be tried again.
    pub(super) fn retry(&mut self, number: u64, index: usize, context: &mut Context<'_>) {
        if matches!(self.paper, Paper::Refused(_)) {
            self.number = number;
            self.drawn.clear();
            self.asked.clear();
            self.bad.clear();
            self.paper = Paper::Loading(None);
            context.effects.push(Effect::OpenDocument(context.ticket, number, index));
        }
    }
}
