//! Blocks one below the other, page after page.

use super::text::{SetLine, Setter, Style};
use super::{Block, MOST_PAGES, Sheet};
use crate::error::Error;

/// A4 in points.
pub(super) const WIDTH: f32 = 595.276;
pub(super) const HEIGHT: f32 = 841.89;

/// Printers leave the outer six millimetres blank; this is three times as much.
const LEFT: f32 = 51.0;
const TOP: f32 = 40.0;
const FOOT: f32 = HEIGHT - 46.0;
/// Width of the text.
const COLUMN: f32 = WIDTH - 2.0 * LEFT;
/// Between the text and what stands above and below it.
const GAP: f32 = 14.0;

const TITLE: Style = Style::BODY.size(16.0).bold(true);
const LABEL: Style = Style::BODY.size(9.5).grey(70);
const VALUE: Style = Style::BODY.size(9.5);
const BANNER: Style = Style::BODY.size(10.0).bold(true);
const SMALL: Style = Style::BODY.size(8.0).grey(70);

/// Something on a page, in points from its top left corner.
pub(super) enum Mark {
    /// A line of text; its top.
    Text { line: SetLine, x: f32, y: f32 },
    /// A filled rectangle.
    Bar { x: f32, y: f32, width: f32, height: f32, grey: u8 },
}

/// A page, in the order things are painted.
pub(super) type Page = Vec<Mark>;

/// Where a column of lines stands.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) x: f32,
    /// Bars at its left, one for each quote around it.
    pub(super) bars: Vec<f32>,
}

/// Fills pages.
pub(super) struct Press {
    pub(super) setter: Setter,
    pages: Vec<Page>,
    pub(super) y: f32,
    /// Below the banner.
    body: f32,
    banner: Vec<SetLine>,
    foot: Vec<SetLine>,
}

impl Press {
    pub(super) fn new(mut setter: Setter, letter: &Sheet) -> Self {
        let some = |text: &str| !text.trim().is_empty();
        let mut banner =
            if some(&letter.patient) { setter.lines(&letter.patient, BANNER, COLUMN - 20.0) } else { Vec::new() };
        // Whatever a name holds, most of the page is left for the text.
        banner.truncate(4);
        let mut foot = if some(&letter.foot) { setter.lines(&letter.foot, SMALL, COLUMN - 60.0) } else { Vec::new() };
        foot.truncate(1);
        let body = if banner.is_empty() { TOP } else { TOP + height(&banner) + 10.0 + GAP };
        let mut press = Self { setter, pages: Vec::new(), y: body, body, banner, foot };
        press.page();
        press
    }

    /// Begins a page: the banner stands first on it.
    fn page(&mut self) {
        let mut page = Page::new();
        if !self.banner.is_empty() {
            let lines = height(&self.banner);
            page.push(Mark::Bar { x: LEFT, y: TOP, width: COLUMN, height: lines + 10.0, grey: 235 });
            page.push(Mark::Bar { x: LEFT, y: TOP, width: 3.0, height: lines + 10.0, grey: 0 });
            let mut y = TOP + 5.0;
            for line in &self.banner {
                page.push(Mark::Text { line: line.clone(), x: LEFT + 12.0, y });
                y += line.height();
            }
        }
        self.pages.push(page);
        self.y = self.body;
    }

    /// The next page.
    pub(super) fn turn(&mut self) -> Result<(), Error> {
        if self.pages.len() >= MOST_PAGES {
            return Err(Error::TooLong);
        }
        self.page();
        Ok(())
    }

    pub(super) fn at_top(&self) -> bool {
        self.y <= self.body
    }

    /// Points left on this page.
    pub(super) fn room(&self) -> f32 {
        FOOT - GAP - self.y
    }

    /// Points on a fresh page.
    pub(super) fn most(&self) -> f32 {
        FOOT - GAP - self.body
    }

    pub(super) fn put(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    pub(super) const fn column() -> (f32, f32) {
        (LEFT, COLUMN)
    }

    /// Leaves a space, unless the page has just begun.
    pub(super) fn space(&mut self, points: f32) {
        if !self.at_top() {
            self.y += points;
        }
    }

    /// Turns the page unless so many points are left.
    pub(super) fn need(&mut self, points: f32) -> Result<(), Error> {
        if self.room() < points && !self.at_top() { self.turn() } else { Ok(()) }
    }

    /// Title and facts, on the first page.
    pub(super) fn head(&mut self, letter: &Sheet) -> Result<(), Error> {
        if !letter.title.trim().is_empty() {
            let lines = self.setter.lines(&letter.title, TITLE, COLUMN);
            self.flow(&lines, &Column { x: LEFT, bars: Vec::new() })?;
            self.y += 6.0;
        }
        let labels = letter.facts.iter().map(|fact| self.setter.widths(&fact.label, LABEL).most);
        let label = labels.fold(0.0, f32::max).min(COLUMN / 4.0);
        for fact in &letter.facts {
            let mut lines = self.setter.lines(&fact.label, LABEL, label + 1.0);
            lines.truncate(1);
            self.need(height(&lines))?;
            if let Some(line) = lines.into_iter().next() {
                self.put(Mark::Text { line, x: LEFT, y: self.y });
            }
            let x = LEFT + label + 12.0;
            let lines = self.setter.lines(&fact.value, VALUE, WIDTH - LEFT - x);
            self.flow(&lines, &Column { x, bars: Vec::new() })?;
        }
        if !self.at_top() {
            self.y += 8.0;
            self.rule(0);
            self.y += 12.0;
        }
        Ok(())
    }

    /// A line across.
    fn rule(&mut self, grey: u8) {
        self.put(Mark::Bar { x: LEFT, y: self.y, width: COLUMN, height: 0.7, grey });
    }

    /// Any block but a table.
    pub(super) fn block(&mut self, block: &Block) -> Result<(), Error> {
        const STEP: f32 = 16.0;
        match block {
            Block::Paragraph(text) => self.text(text, Style::BODY, Column { x: LEFT, bars: Vec::new() }, 7.0),
            Block::Preformatted(text) => {
                let style = Style { mono: true, leading: 1.3, ..Style::BODY.size(9.5) };
                self.text(text, style, Column { x: LEFT, bars: Vec::new() }, 7.0)
            }
            Block::Heading { level, text } => {
                let size = match level {
                    0 | 1 => 13.5,
                    2 => 12.0,
                    _ => 11.0,
                };
                let style = Style { leading: 1.25, ..Style::BODY.size(size).bold(true) };
                let lines = self.setter.lines(text, style, COLUMN);
                self.space(12.0);
                // A heading stays with what it is the heading of.
                self.need((height(&lines) + 40.0).min(self.most()))?;
                self.flow(&lines, &Column { x: LEFT, bars: Vec::new() })
            }
            Block::Item { depth, mark, text } => {
                let x = LEFT + STEP * f32::from((*depth).min(8));
                let (mark, wide) = match mark {
                    Some(mark) => (mark.as_str(), 24.0),
                    None => ("•", 14.0),
                };
                let mut marks = self.setter.lines(mark, Style::BODY, wide);
                marks.truncate(1);
                self.space(3.0);
                let column = Column { x: x + wide, bars: Vec::new() };
                let lines = self.setter.lines(text, Style::BODY, WIDTH - LEFT - column.x);
                self.need(lines.iter().take(2).map(SetLine::height).sum())?;
                if let Some(line) = marks.into_iter().next() {
                    self.put(Mark::Text { line, x, y: self.y });
                }
                self.flow(&lines, &column)
            }
            Block::Quote { depth, text } => {
                let depth = (*depth).clamp(1, 8);
                let bars = (0..depth).map(|level| LEFT + 12.0 * f32::from(level)).collect();
                self.text(
                    text,
                    Style::BODY.size(10.0).grey(50),
                    Column { x: LEFT + 12.0 * f32::from(depth), bars },
                    5.0,
                )
            }
            Block::Rule => {
                self.space(8.0);
                self.need(10.0)?;
                self.rule(150);
                self.y += 2.0;
                Ok(())
            }
            Block::Table(_) => Ok(()),
        }
    }

    fn text(&mut self, text: &str, style: Style, column: Column, before: f32) -> Result<(), Error> {
        let lines = self.setter.lines(text, style, WIDTH - LEFT - column.x);
        self.space(before);
        self.flow(&lines, &column)
    }

    /// Puts lines one below the other. No page begins with the last line of several, or ends with the first.
    pub(super) fn flow(&mut self, lines: &[SetLine], column: &Column) -> Result<(), Error> {
        let mut rest = lines;
        while !rest.is_empty() {
            let fit = self.fitting(rest);
            if fit == 0 {
                self.turn()?;
                continue;
            }
            let (now, later) = rest.split_at(fit.min(rest.len()));
            for x in &column.bars {
                self.put(Mark::Bar { x: *x, y: self.y, width: 1.5, height: height(now), grey: 150 });
            }
            for line in now {
                self.put(Mark::Text { line: line.clone(), x: column.x, y: self.y });
                self.y += line.height();
            }
            rest = later;
            if !rest.is_empty() {
                self.turn()?;
            }
        }
        Ok(())
    }

    /// How many lines go on this page; at least one on a fresh page.
    fn fitting(&self, lines: &[SetLine]) -> usize {
        let fit = count_fitting(lines, self.room());
        let left = lines.len() - fit;
        let fit = match (fit, left) {
            (fit, 0) => fit,
            (0 | 1, _) | (2, 1) => 0,
            (fit, 1) => fit - 1,
            (fit, _) => fit,
        };
        if self.at_top() { fit.max(1) } else { fit }
    }

    /// Ends the last page: now the pages can be counted.
    pub(super) fn finish(mut self) -> Vec<Page> {
        let count = self.pages.len();
        for (index, page) in self.pages.iter_mut().enumerate() {
            page.push(Mark::Bar { x: LEFT, y: FOOT, width: COLUMN, height: 0.5, grey: 150 });
            for line in &self.foot {
                page.push(Mark::Text { line: line.clone(), x: LEFT, y: FOOT + 4.0 });
            }
            let number = format!("{}/{count}", index + 1);
            let width = self.setter.widths(&number, SMALL).most;
            for line in self.setter.lines(&number, SMALL, 60.0) {
                page.push(Mark::Text { line, x: LEFT + COLUMN - width, y: FOOT + 4.0 });
            }
        }
        self.pages
    }
}

/// Height of lines one below the other.
pub(super) fn height(lines: &[SetLine]) -> f32 {
    lines.iter().map(SetLine::height).sum()
}

/// How many of the lines fit in so many points.
pub(super) fn count_fitting(lines: &[SetLine], room: f32) -> usize {
    let mut left = room;
    let fits = |line: &&SetLine| {
        left -= line.height();
        left >= 0.0
    };
    lines.iter().take_while(fits).count()
}
