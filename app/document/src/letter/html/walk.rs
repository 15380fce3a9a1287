//! From tags to pieces of a letter, in one pass over a bounded stack of open elements. There is no tree: depth costs
//! nothing but its bound, and an element that is never closed does no harm.

use super::element::{List, Role, role};
use super::frame::{Frame, Setting};
use super::pen::STRUCK;
use super::style::{self, Style};
use super::table::Table;
use super::tokens::{Tag, Take};
use crate::letter::clean::Cleaner;
use crate::letter::limits::{NESTING, TABLES};
use crate::letter::sheet::{Kind, Piece, Sheet};

/// Takes tags and text, makes pieces.
pub(super) struct Walk<'a> {
    pub(super) sheet: &'a mut Sheet,
    pub(super) frames: Vec<Frame>,
    /// Elements open beyond the bound.
    pub(super) beyond: usize,
    pub(super) tables: Vec<Table>,
    pub(super) buffer: String,
    /// There is more than spaces in the buffer.
    pub(super) inked: bool,
    pub(super) cleaner: Cleaner,
    pub(super) space: bool,
    /// Bytes taken, whether or not they have reached the sheet.
    pub(super) taken: usize,
    pub(super) most: usize,
    /// More was taken than can be shown.
    pub(super) full: bool,
}

impl<'a> Walk<'a> {
    pub fn new(sheet: &'a mut Sheet, most: usize) -> Self {
        Walk {
            sheet,
            frames: Vec::new(),
            beyond: 0,
            tables: Vec::new(),
            buffer: String::new(),
            inked: false,
            cleaner: Cleaner::default(),
            space: false,
            taken: 0,
            most,
            full: false,
        }
    }

    /// Closes what is still open.
    pub fn finish(mut self) {
        self.close_to(0);
        self.flush();
        self.sheet.cut |= self.full;
    }

    pub(super) fn set(&self) -> Setting {
        self.frames.last().map(|frame| frame.set).unwrap_or_default()
    }

    /// What the end of an element does to the text.
    fn close(&mut self) {
        let Some(frame) = self.frames.last() else { return };
        let (role, tight, collects, hidden, struck) =
            (frame.role, frame.tight, frame.collects, frame.set.hidden, frame.set.struck);
        let around = self.frames.iter().rev().nth(1).map(|frame| frame.set).unwrap_or_default();
        let parts = frame.set.parts(around);
        let struck_before = around.struck;
        if !hidden {
            match role {
                _ if parts => self.flush(),
                Role::Division => self.soft(),
                Role::Paragraph if tight => self.soft(),
                role if role.is_block() => self.flush(),
                _ => {}
            }
            if struck && !struck_before {
                self.end_struck();
            }
            if collects {
                self.end_row();
            }
        }
        self.frames.pop();
    }

    fn close_to(&mut self, length: usize) {
        while self.frames.len() > length {
            self.close();
        }
    }

    /// The place of the innermost open element that `test` takes; not beyond one that `stop` takes.
    fn find(&self, test: impl Fn(&Frame) -> bool, stop: impl Fn(&Frame) -> bool) -> Option<usize> {
        for (place, frame) in self.frames.iter().enumerate().rev() {
            if test(frame) {
                return Some(place);
            }
            if stop(frame) {
                return None;
            }
        }
        None
    }

    /// Elements that the start of this one ends, though nobody closed them.
    fn close_before(&mut self, role: Role) {
        let table = |frame: &Frame| frame.role == Role::Table;
        let place = match role {
            Role::Item => self.find(|f| f.role == Role::Item, |f| f.role == Role::List || f.role.is_scope()),
            Role::Row | Role::Rows => self.find(|f| f.role == Role::Row, table),
            Role::Cell => self.find(|f| f.role == Role::Cell, |f| f.role == Role::Row || f.role == Role::Table),
            _ => None,
        };
        if let Some(place) = place {
            self.close_to(place);
        }
        if role.is_block()
            && let Some(place) = self.find(
                |f| f.role == Role::Paragraph || (role == Role::Heading && f.role == Role::Heading),
                |f| f.role.is_scope(),
            )
        {
            self.close_to(place);
        }
    }

    fn start(&mut self, tag: &Tag) {
        let role = role(tag.name());
        let mut around = self.set();
        match role {
            Role::Void | Role::Page => return,
            _ if around.hidden && !self.end_of_hidden(role) => return self.count(tag),
            Role::Break => return self.line_break(),
            Role::Rule => {
                self.flush();
                return self.put(Piece { kind: Kind::Rule, depth: around.depth, text: String::new() });
            }
            Role::Picture => return self.picture(tag),
            _ => {}
        }
        around = self.set();
        let mut style = style::read(tag);
        style.sizeless = style.sizeless.filter(|sizeless| *sizeless != around.sizeless);
        if role == Role::Inline && !style.matters_in_a_line() {
            return self.count(tag);
        }
        if tag.closed && role == Role::Inline {
            return;
        }
        self.close_before(role);
        if role == Role::Cell && self.find(|f| f.role == Role::Row, |f| f.role == Role::Table).is_none() {
            // A cell makes its own row.
            self.open(Tag::named(b"tr"), Role::Row, Style::default());
        }
        self.open(tag.clone(), role, style);
    }

    /// An element that is not remembered, unless an open one waits for the end tag of this name.
    fn count(&mut self, tag: &Tag) {
        let name = tag.key();
        if let Some(frame) = self.frames.iter_mut().rev().find(|frame| frame.name == name) {
            frame.same = frame.same.saturating_add(u32::from(!tag.closed));
        }
    }

    /// What is hidden ends where its element ends, though nobody closed it.
    fn end_of_hidden(&mut self, role: Role) -> bool {
        let Some(place) = self.frames.iter().position(|frame| frame.set.hidden) else { return true };
        let around = self.frames.get(..place).unwrap_or_default();
        let inside = |of: Role| around.iter().rev().find(|frame| frame.role == of).is_some_and(|frame| frame.same > 0);
        let hidden = self.frames.get(place).map(|frame| (frame.role, frame.same));
        let ends = match hidden {
            Some((Role::Paragraph, _)) => role.is_block(),
            Some((Role::Item, _)) => role == Role::Item && !inside(Role::List),
            Some((Role::Cell, _)) => matches!(role, Role::Cell | Role::Row | Role::Rows) && !inside(Role::Table),
            Some((Role::Row, _)) => matches!(role, Role::Row | Role::Rows) && !inside(Role::Table),
            _ => false,
        };
        if ends {
            self.close_to(place);
        }
        ends
    }

    fn open(&mut self, tag: Tag, role: Role, style: Style) {
        let tight = style.tight;
        match role {
            _ if style.quoting || style.signature => self.flush(),
            Role::Division => self.soft(),
            Role::Paragraph if tight => self.soft(),
            role if role.is_block() => self.flush(),
            _ => {}
        }
        let around = self.set();
        self.push(&tag, role, style, around);
    }

    fn push(&mut self, tag: &Tag, role: Role, style: Style, around: Setting) {
        if matches!(role, Role::Break | Role::Rule | Role::Picture) {
            return;
        }
        if self.frames.len() >= NESTING {
            self.beyond = self.beyond.saturating_add(usize::from(role != Role::Inline));
            return;
        }
        let quotes = match role {
            Role::Quotation => style.cited || style.lined || !style.indented,
            Role::Division => style.quoting,
            _ => false,
        };
        let mut set = Setting {
            hidden: around.hidden || style.hidden || role == Role::Hidden,
            sizeless: style.sizeless.unwrap_or(around.sizeless),
            depth: around.depth.saturating_add(u8::from(quotes)),
            heading: around.heading || role == Role::Heading,
            signature: around.signature || style.signature,
            preformatted: around.preformatted || role == Role::Preformatted,
            keeps_lines: around.keeps_lines || style.keeps_lines,
            struck: around.struck || style.struck || role == Role::Struck,
            raised: around.raised || role == Role::Raised,
            lowered: around.lowered || role == Role::Lowered,
            word_item: around.word_item || style.word_item,
            lists: around.lists.saturating_add(u8::from(role == Role::List)),
        };
        if role.is_scope() {
            // A table in a heading or an item begins anew.
            (set.heading, set.word_item) = (false, false);
        }
        let mut frame =
            Frame { name: tag.key(), role, set, tight: style.tight, same: 0, list: None, mark: None, collects: false };
        if set.hidden {
            self.frames.push(frame);
            return;
        }
        match role {
            Role::List => frame.list = Some(list(tag, around.lists)),
            Role::Item => {
                let list =
                    self.frames.iter_mut().rev().take_while(|f| !f.role.is_scope()).find_map(|f| f.list.as_mut());
                frame.mark = Some(list.map_or_else(|| "• ".to_owned(), List::mark));
            }
            Role::Row if self.tables.len() < TABLES => {
                frame.collects = true;
                self.tables.push(Table::default());
            }
            Role::Cell => {
                let row = self.find(|f| f.role == Role::Row, |f| f.role == Role::Table);
                if row.and_then(|row| self.frames.get(row)).is_some_and(|row| row.collects)
                    && let Some(table) = self.tables.last_mut()
                {
                    table.cell(tag.get("colspan").and_then(|span| span.trim().parse().ok()).unwrap_or(1));
                }
            }
            _ => {}
        }
        if set.struck && !around.struck {
            self.take_space();
            self.buffer.push_str(STRUCK);
            self.inked = true;
        }
        self.frames.push(frame);
    }

    fn end(&mut self, tag: &Tag) {
        let role = role(tag.name());
        if role == Role::Break {
            return self.line_break();
        }
        if matches!(role, Role::Void | Role::Page | Role::Rule | Role::Picture) {
            return;
        }
        if self.beyond > 0 && role != Role::Inline {
            self.beyond -= 1;
            return;
        }
        let of_table = role.is_of_table();
        let stop = |frame: &Frame| {
            if of_table { frame.role == Role::Table && role != Role::Table } else { frame.role.is_scope() }
        };
        let name = tag.key();
        let Some(place) = self.find(|frame| frame.name == name, stop) else {
            if role == Role::Paragraph && !self.set().hidden {
                self.flush();
            }
            return;
        };
        if let Some(frame) = self.frames.get_mut(place)
            && frame.same > 0
        {
            frame.same -= 1;
            return;
        }
        self.close_to(place);
    }
}

fn list(tag: &Tag, depth: u8) -> List {
    let kind = tag.get("type").unwrap_or_default();
    let start = tag.get("start").and_then(|start| start.trim().parse().ok()).unwrap_or(1);
    List { number: (tag.name() == b"ol").then_some(start), letters: kind == "a", depth }
}

impl Take for Walk<'_> {
    fn tag(&mut self, tag: &Tag) {
        if tag.end { self.end(tag) } else { self.start(tag) }
    }

    fn text(&mut self, text: &str) {
        let set = self.set();
        if set.hidden || set.sizeless {
            return;
        }
        if set.preformatted {
            self.taken += text.len();
            self.inked |= text.chars().any(|c| !c.is_whitespace());
            self.cleaner.push(&mut self.buffer, text);
        } else if set.keeps_lines {
            for (place, line) in text.split('\n').enumerate() {
                if place > 0 {
                    self.line_break();
                }
                self.words(line);
            }
        } else {
            self.words(text);
        }
        self.full |= self.taken > self.most.saturating_mul(2);
    }

    fn is_full(&self) -> bool {
        self.full || self.sheet.is_full()
    }
}
