//! Text set in lines: parley with the given fonts only, whatever the system has.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use parley::fontique::{Blob, Collection, CollectionOptions, FontInfoOverride, SourceCache};
use parley::{
    Alignment, AlignmentOptions, FontContext, FontFamily, FontFamilyName, FontWeight, Layout, LayoutContext,
    LineHeight, OverflowWrap, StyleProperty,
};
use zeroize::Zeroizing;

use super::{FontFile, Fonts};
use crate::error::Error;

/// Names of the families, ours alone.
const TEXT: &str = "text";
const MONO: &str = "mono";
const OTHER: &str = "other";

/// Text is set in pieces of at most so many bytes: positions inside a run are 16-bit numbers in parley.
const PIECE: usize = 8 << 10;

/// Marks stacked on one letter beyond this many are no writing.
const MOST_MARKS: usize = 4;

/// How text looks. Sizes in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) mono: bool,
    /// 0 is black.
    pub(super) grey: u8,
    /// Height of a line, in sizes.
    pub(super) leading: f32,
}

impl Style {
    pub(super) const BODY: Self = Self { size: 10.5, bold: false, mono: false, grey: 0, leading: 1.4 };

    pub(super) const fn size(self, size: f32) -> Self {
        Self { size, ..self }
    }

    pub(super) const fn bold(self, bold: bool) -> Self {
        Self { bold, ..self }
    }

    pub(super) const fn grey(self, grey: u8) -> Self {
        Self { grey, ..self }
    }
}

/// Text in lines of some width.
pub(super) struct Set {
    pub(super) layout: Layout<()>,
    pub(super) text: Zeroizing<String>,
    pub(super) grey: u8,
    /// Height of each line, in points.
    pub(super) heights: Vec<f32>,
}

/// A line of a set text.
#[derive(Clone)]
pub(super) struct SetLine {
    pub(super) set: Rc<Set>,
    pub(super) index: usize,
}

impl SetLine {
    pub(super) fn height(&self) -> f32 {
        self.set.heights.get(self.index).copied().unwrap_or(0.0)
    }
}

/// Least and greatest width of a text, in points: its longest word, its longest line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Widths {
    pub(super) least: f32,
    pub(super) most: f32,
}

/// Sets text.
pub(super) struct Setter {
    fonts: FontContext,
    layouts: LayoutContext<()>,
    mono: bool,
    others: Vec<String>,
}

impl Setter {
    pub(super) fn new(fonts: &Fonts) -> Result<Self, Error> {
        let collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        let mut context = FontContext { collection, source_cache: SourceCache::default() };
        let mut add = |file: &FontFile, family: &str, weight| {
            let known = FontInfoOverride { family_name: Some(family), weight: Some(weight), ..Default::default() };
            let found = context.collection.register_fonts(Blob::new(Arc::clone(file)), Some(known));
            if found.is_empty() {
                return Err(Error::Sheet(format!("a font of the family «{family}» cannot be read")));
            }
            Ok(())
        };
        add(&fonts.regular, TEXT, FontWeight::NORMAL)?;
        add(&fonts.bold, TEXT, FontWeight::BOLD)?;
        if let Some(mono) = &fonts.mono {
            add(mono, MONO, FontWeight::NORMAL)?;
        }
        let others: Vec<String> = (0..fonts.others.len()).map(|index| format!("{OTHER}-{index}")).collect();
        for (file, family) in fonts.others.iter().zip(&others) {
            add(file, family, FontWeight::NORMAL)?;
        }
        Ok(Self { fonts: context, layouts: LayoutContext::new(), mono: fonts.mono.is_some(), others })
    }

    /// Sets text in lines no wider than `width` points.
    pub(super) fn lines(&mut self, text: &str, style: Style, width: f32) -> Vec<SetLine> {
        let mut lines = Vec::new();
        for piece in pieces(&clean(text, !style.mono)) {
            let mut piece = Zeroizing::new(piece.to_owned());
            let mut layout = self.broken(&piece, style, width);
            // What no font has must not vanish.
            if let Some(shown) = without_missing(&layout, &piece) {
                piece = shown;
                layout = self.broken(&piece, style, width);
            }
            let heights: Vec<f32> = layout.lines().map(|line| line.metrics().line_height).collect();
            let count = heights.len();
            let set = Rc::new(Set { layout, text: piece, grey: style.grey, heights });
            lines.extend((0..count).map(|index| SetLine { set: Rc::clone(&set), index }));
        }
        lines
    }

    /// How wide a text wants to be.
    pub(super) fn widths(&mut self, text: &str, style: Style) -> Widths {
        pieces(&clean(text, !style.mono)).fold(Widths::default(), |widths, piece| {
            let found = self.layout(piece, style).calculate_content_widths();
            Widths { least: widths.least.max(found.min), most: widths.most.max(found.max) }
        })
    }

    fn broken(&mut self, text: &str, style: Style, width: f32) -> Layout<()> {
        let mut layout = self.layout(text, style);
        layout.break_all_lines(Some(width));
        layout.align(Alignment::Start, AlignmentOptions::default());
        layout
    }

    fn layout(&mut self, text: &str, style: Style) -> Layout<()> {
        let family = if style.mono && self.mono { MONO } else { TEXT };
        let families: Vec<FontFamilyName<'_>> = std::iter::once(family)
            .chain(self.others.iter().map(String::as_str))
            .map(|name| FontFamilyName::Named(Cow::Borrowed(name)))
            .collect();
        let weight = if style.bold { FontWeight::BOLD } else { FontWeight::NORMAL };
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Owned(families))));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::FontWeight(weight));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(style.leading)));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::BreakWord));
        builder.build(text)
    }
}

/// Text without what cannot be set: control characters, towers of marks. Tabs become spaces; spaces that French keeps
/// together with what stands beside them become narrow ones that do not break (U+202F), however they were typed.
///
/// parley breaks after any other space that hangs over the end of a line, U+00A0 included.
fn clean(text: &str, running: bool) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len() + 16));
    let (mut marks, mut before) = (0, ' ');
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let mark = is_mark(c);
        marks = if mark { marks + 1 } else { 0 };
        match c {
            '\n' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push_str("    "),
            ' ' | '\u{A0}' if running && keeps_together(before, c, rest.peek().copied().unwrap_or(' ')) => {
                out.push(NARROW)
            }
            _ if c.is_control() || (mark && marks > MOST_MARKS) => {}
            _ => out.push(c),
        }
        before = c;
    }
    out
}

/// Narrow no-break space.
const NARROW: char = '\u{202F}';

/// Whether a space keeps its neighbours on one line: punctuation and its word, a number and its sign, whatever was joined by a
/// no-break space. Several spaces in a row are somebody's alignment.
fn keeps_together(before: char, space: char, after: char) -> bool {
    if before.is_whitespace() || after.is_whitespace() {
        return false;
    }
    space != ' '
        || before == '«'
        || matches!(after, '!' | '?' | ';' | ':' | '»')
        || (before.is_ascii_digit() && matches!(after, '%' | '€' | '°' | 'µ'))
}

/// What joins the character before it, so that a long row of such would be one endless letter.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5BD}' | '\u{64B}'..='\u{65F}'
        | '\u{900}'..='\u{903}' | '\u{E31}' | '\u{E34}'..='\u{E3A}' | '\u{E47}'..='\u{E4E}'
        | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FE20}'..='\u{FE2F}' | '\u{1F3FB}'..='\u{1F3FF}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// The text with U+FFFD for each letter no font has, if there is any such. Its glyph may be blank: nobody would know that
/// something stood there.
fn without_missing(layout: &Layout<()>, text: &str) -> Option<Zeroizing<String>> {
    let mut missing: Vec<Range<usize>> = Vec::new();
    for run in layout.lines().flat_map(|line| line.runs()) {
        let mut lacking = false;
        for cluster in run.clusters() {
            // One glyph for several characters stands in the first cluster.
            let goes_on = cluster.is_ligature_continuation();
            if !goes_on {
                lacking = cluster.glyphs().any(|glyph| glyph.id == 0);
            }
            match missing.last_mut() {
                Some(last) if lacking && goes_on => last.end = last.end.max(cluster.text_range().end),
                _ if lacking => missing.push(cluster.text_range()),
                _ => {}
            }
        }
    }
    missing.sort_unstable_by_key(|range| range.start);
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut end = 0;
    for range in &missing {
        let (Some(before), Some(letter)) = (text.get(end..range.start), text.get(range.clone())) else { continue };
        out.push_str(before);
        let ends_line = letter.contains('\n');
        out.push(if ends_line {
            '\n'
        } else if letter.chars().all(char::is_whitespace) {
            ' '
        } else {
            char::REPLACEMENT_CHARACTER
        });
        end = range.end;
    }
    out.push_str(text.get(end..)?);
    (*out != text).then_some(out)
}

/// Cuts a text into pieces that can be set: at its line ends, and inside a line only when it is beyond measure.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        if text.len() <= PIECE {
            rest = None;
            return Some(text);
        }
        let most = text.floor_char_boundary(PIECE);
        let window = text.get(..most).unwrap_or_default();
        let (piece, from) = match (window.rfind('\n'), window.rfind(' ')) {
            (Some(at), _) | (None, Some(at)) => (at, at + 1),
            (None, None) => (most, most),
        };
        rest = text.get(from..);
        text.get(..piece)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::tests::fonts;
    use super::*;

    fn set(setter: &mut Setter, text: &str, width: f32) -> Vec<String> {
        let lines = setter.lines(text, Style::BODY, width);
        lines
            .iter()
            .map(|line| line.set.text[line.set.layout.get(line.index).unwrap().text_range()].trim_end().to_owned())
            .collect()
    }

    fn lines(text: &str, width: f32) -> Vec<String> {
        set(&mut Setter::new(&fonts()).unwrap(), text, width)
    }

    #[test]
    fn french_punctuation_never_begins_a_line() {
        let mut setter = Setter::new(&fonts()).unwrap();
        for text in [
            "Il dit bonjour\u{202F}!",
            "Il dit bonjour !",
            "Il dit oui\u{A0}: oui",
            "Il dit oui : oui",
            "Il a bien dit\u{202F}; oui",
            "Il a bien dit ; oui",
            "Il dit «\u{A0}bonjour\u{A0}» à tous",
            "Il dit « bonjour » à tous",
            "Il prend 12\u{202F}% de plus",
            "Il prend 12 % de plus",
            "Il a 37,5 °C ce matin",
        ] {
            let mut broken = 0;
            // From the longest word to the whole text on one line.
            for width in 60..180_u8 {
                let lines = set(&mut setter, text, f32::from(width));
                broken += usize::from(lines.len() > 1);
                for line in &lines {
                    assert!(!line.starts_with(['!', ':', ';', '»', '%', '°']), "{text:?} at {width}: {lines:?}");
                    assert!(!line.ends_with('«'), "{text:?} at {width}: {lines:?}");
                }
            }
            assert!(broken > 0, "{text:?} was never broken");
        }
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken() {
        let word = "a".repeat(300);
        let set = lines(&word, 100.0);
        assert!(set.len() > 10);
        assert_eq!(set.concat(), word);
    }

    #[test]
    fn lines_end_where_they_were_ended() {
        assert_eq!(lines("un\ndeux\r\n\ntrois\u{2028}quatre", 500.0), ["un", "deux", "", "trois", "quatre"]);
    }

    #[test]
    fn long_texts_are_set_whole() {
        let text = "mot ".repeat(20_000);
        let set = lines(&text, 400.0).join(" ");
        assert_eq!(set.split_whitespace().count(), 20_000);
        let wide = "x".repeat(100_000);
        assert_eq!(lines(&wide, 400.0).concat().len(), 100_000);
    }

    #[test]
    fn what_cannot_be_set_is_left_out() {
        assert_eq!(*clean("a\u{0}b\u{1b}c\td\u{85}e", true), "abc    de");
        let tower = format!("e{}f", "\u{301}".repeat(50));
        assert_eq!(*clean(&tower, true), format!("e{}f", "\u{301}".repeat(4)));
    }

    #[test]
    fn spaces_in_a_row_are_left_as_they_were() {
        assert_eq!(*clean("\u{A0}\u{A0}a : b  ;  12\u{A0}mg", true), "\u{A0}\u{A0}a\u{202F}: b  ;  12\u{202F}mg");
        assert_eq!(*clean("a : b", false), "a : b");
    }

    #[test]
    fn a_letter_no_font_has_is_seen_to_be_missing() {
        assert_eq!(lines("Tél. 📞 01", 500.0), ["Tél. \u{FFFD} 01"]);
        assert_eq!(lines("a👩🏽\u{200D}⚕\u{FE0F}b", 500.0), ["a\u{FFFD}b"]);
        assert_eq!(lines("患者\nfin", 500.0), ["\u{FFFD}\u{FFFD}", "fin"]);
    }

    #[test]
    fn a_file_that_is_no_font_is_refused() {
        let bad: FontFile = Arc::new(b"pas une police".to_vec());
        assert!(matches!(Setter::new(&Fonts::new(Arc::clone(&bad), bad)), Err(Error::Sheet(_))));
    }
}
