//! Pages into a PDF file, by krilla.

use std::collections::HashMap;
use std::ops::Range;

use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use parley::{Cluster, Run};

use super::flow::{HEIGHT, Mark, Page, WIDTH};
use super::text::SetLine;
use crate::error::Error;

/// Writes the file.
pub(super) fn write(pages: Vec<Page>) -> Result<Vec<u8>, Error> {
    let settings = SerializeSettings { xmp_metadata: false, enable_tagging: false, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    // The language, for whoever has it read aloud; nothing that says who printed, on what, when.
    document.set_metadata(Metadata::new().language("fr".to_owned()));
    let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| broken("the size of a page"))?;
    let mut fonts = Known::default();
    for marks in pages {
        let mut page = document.start_page_with(size.clone());
        let mut surface = page.surface();
        for mark in marks {
            match mark {
                Mark::Bar { x, y, width, height, grey } => bar(&mut surface, (x, y, width, height), grey),
                Mark::Text { line, x, y } => text(&mut surface, &mut fonts, &line, x, y)?,
            }
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| Error::Sheet(format!("{error:?}")))
}

fn broken(what: &str) -> Error {
    Error::Sheet(what.to_owned())
}

/// Fonts by parley's number for them.
#[derive(Default)]
struct Known(HashMap<(u64, u32), Font>);

impl Known {
    fn font(&mut self, run: &Run<'_, ()>) -> Result<Font, Error> {
        let font = run.font();
        let (data, id) = font.data.clone().into_raw_parts();
        if let Some(known) = self.0.get(&(id, font.index)) {
            return Ok(known.clone());
        }
        let new = Font::new(data.into(), font.index).ok_or_else(|| broken("a font"))?;
        self.0.insert((id, font.index), new.clone());
        Ok(new)
    }
}

fn fill(grey: u8) -> Option<Fill> {
    Some(Fill { paint: luma::Color::new(grey).into(), opacity: NormalizedF32::ONE, ..Fill::default() })
}

fn bar(surface: &mut Surface<'_>, (x, y, width, height): (f32, f32, f32, f32), grey: u8) {
    let mut path = PathBuilder::new();
    let Some(rect) = Rect::from_xywh(x, y, width, height) else { return };
    path.push_rect(rect);
    if let Some(path) = path.finish() {
        surface.set_fill(fill(grey));
        surface.draw_path(&path);
    }
}

/// Draws a line whose top is at `y`.
fn text(surface: &mut Surface<'_>, fonts: &mut Known, line: &SetLine, x: f32, y: f32) -> Result<(), Error> {
    let set = &line.set;
    let Some(shaped) = set.layout.get(line.index) else { return Ok(()) };
    let metrics = shaped.metrics();
    // The layout counts from its own top; its lines may be pages apart here.
    let baseline = y + metrics.baseline - metrics.block_min_coord;
    let mut x = x + metrics.offset;
    surface.set_fill(fill(set.grey));
    for run in shaped.runs() {
        let font = fonts.font(&run)?;
        let size = run.font_size();
        let mut glyphs: Vec<KrillaGlyph> = Vec::new();
        let begin = x;
        for cluster in run.visual_clusters() {
            let range = range(&set.text, &cluster);
            if cluster.is_ligature_continuation() {
                if let Some(glyph) = glyphs.last_mut() {
                    join(&mut glyph.text_range, &range);
                }
                continue;
            }
            for glyph in cluster.glyphs() {
                let (id, advance) = (GlyphId::new(glyph.id), glyph.advance / size);
                let (aside, above) = (glyph.x / size, glyph.y / size);
                glyphs.push(KrillaGlyph::new(id, advance, aside, above, 0.0, range.clone(), None));
                x += glyph.advance;
            }
        }
        if !glyphs.is_empty() {
            surface.draw_glyphs(Point::from_xy(begin, baseline), &glyphs, font, &set.text, size, false);
        }
    }
    Ok(())
}

/// Which characters a cluster stands for; none rather than half of one.
fn range(text: &str, cluster: &Cluster<'_, ()>) -> Range<usize> {
    let range = cluster.text_range();
    if text.get(range.clone()).is_some() { range } else { 0..0 }
}

/// What a ligature stands for: all of its characters, in whatever order they come.
fn join(whole: &mut Range<usize>, part: &Range<usize>) {
    if !part.is_empty() {
        *whole = whole.start.min(part.start)..whole.end.max(part.end);
    }
}
