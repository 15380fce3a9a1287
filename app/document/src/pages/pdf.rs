//! PDF, drawn by hayro: Rust without `unsafe`, no scripts, no network, no files but the one in hand.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::peniko::ImageAlphaType;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, hayro_interpret::util::TransformExt, render_into};

use crate::error::Refusal;
use crate::limits::Limits;
use crate::pages::{fit, sound};
use crate::view::{PageSize, Picture};

/// Pages drawn before the memory that fonts and glyphs of earlier ones take is given back.
const PAGES_A_CACHE: u32 = 16;

/// Opens a PDF. A password for printing or changing only (an owner password) does not keep it closed.
pub(crate) fn open(bytes: Vec<u8>) -> Result<Pdf, Refusal> {
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Refusal::Password,
        LoadPdfError::Decryption(DecryptionError::UnsupportedAlgorithm) => Refusal::Unsupported,
        _ => Refusal::Broken,
    })?;
    if pdf.pages().is_empty() { Err(Refusal::Broken) } else { Ok(pdf) }
}

/// The number of pages, without keeping anything.
pub(crate) fn count(bytes: Vec<u8>) -> Option<u32> {
    open(bytes).ok().and_then(|pdf| u32::try_from(pdf.pages().len()).ok())
}

/// Sizes of the pages, upright, in points.
pub(crate) fn sizes(pdf: &Pdf, limits: &Limits) -> (u32, Vec<PageSize>) {
    let pages = pdf.pages();
    let sizes = pages.iter().take(limits.pages as usize).map(|page| {
        let (width, height) = page.render_dimensions();
        sound(width, height)
    });
    (u32::try_from(pages.len()).unwrap_or(u32::MAX), sizes.collect())
}

/// Draws pages of one PDF, keeping what pages share.
pub(crate) struct Drawer<'a> {
    pdf: &'a Pdf,
    cache: RenderCache<'a>,
    settings: InterpreterSettings,
    drawn: u32,
}

impl<'a> Drawer<'a> {
    pub(crate) fn new(pdf: &'a Pdf) -> Self {
        Drawer { pdf, cache: RenderCache::new(), settings: InterpreterSettings::default(), drawn: 0 }
    }

    /// Draws a page. None if there is no such page.
    pub(crate) fn draw(&mut self, page: u32, width: u32, limits: &Limits) -> Option<Picture> {
        let page = self.pdf.pages().get(page as usize)?;
        self.drawn += 1;
        if self.drawn.is_multiple_of(PAGES_A_CACHE) {
            self.cache = RenderCache::new();
        }
        let (true_width, true_height) = page.render_dimensions();
        let (wide, high) = fit(sound(true_width, true_height), width, limits);
        // `hayro::render` would size the picture itself, in 16 bits and without a limit.
        let scale = Affine::scale_non_uniform(
            f64::from(wide) / f64::from(true_width).max(1e-6),
            f64::from(high) / f64::from(true_height).max(1e-6),
        );
        let mut context = RenderContext::new_with(wide, high, one_thread());
        let transform = scale * page.initial_transform(true).to_kurbo();
        render_into(page, &self.cache, &self.settings, &RenderSettings::default(), &mut context, transform);
        context.flush();
        let mut pixmap = Pixmap::new(wide, high);
        let onto_white = RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..RasterizerSettings::default() };
        context.render_with(&mut pixmap, &mut Resources::default(), onto_white);
        drop(context);
        Picture::new(u32::from(wide), u32::from(high), pixmap.take_rgba8(ImageAlphaType::AlphaPremultiplied))
    }
}

/// The confined process may start no thread.
fn one_thread() -> hayro::vello_cpu::RenderSettings {
    hayro::vello_cpu::RenderSettings { num_threads: 0, ..hayro::vello_cpu::RenderSettings::default() }
}
