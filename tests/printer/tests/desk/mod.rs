//! What both sets of stories need: settings for a printer nearby, a letter of three pages, who renders it.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests; each set uses its part"
)]

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::StreamExt;
use futures::future::BoxFuture;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use pki::Pki;
use printing::{
    Bitmap, Block, Error, FontFile, Fonts, Frame, Job, Pages, Printable, Progress, Settings, Sheet, Source, State,
    Timeouts, Trust, Url,
};
use zeroize::Zeroizing;

/// A certificate in PEM as DER.
pub fn der(pem: &std::path::Path) -> Vec<u8> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    CertificateDer::from_pem_file(pem).unwrap().to_vec()
}

/// Settings for a printer whose certificate the provider's authority signed, with little patience.
pub fn settings(pki: &Pki, address: &str) -> Settings {
    let mut settings = Settings::new(Url::parse(address).unwrap());
    settings.trust = Trust { roots: vec![der(&pki.provider_ca())], pins: Vec::new() };
    settings.timeouts = Timeouts {
        poll: Duration::from_millis(50),
        still: Duration::from_millis(300),
        silence: Duration::from_secs(1),
        patience: Duration::from_secs(30),
        answer: Duration::from_secs(5),
        ..Timeouts::default()
    };
    settings
}

/// What `ippeveprinter` is sent at its 300 dots per inch.
pub const A4: Frame = Frame { width: 2480, height: 3508, dpi: 300 };

pub const PATIENT: &str = "LAMPION Séraphin, né le 04/06/1956 — INS 156067512345678";

/// A letter of three pages.
pub fn letter() -> Printable {
    let font = |weight: &str| -> FontFile {
        let path = format!("{}/../../ui/slint/fonts/GuichetInter-{weight}.otf", env!("CARGO_MANIFEST_DIR"));
        Arc::new(std::fs::read(path).unwrap())
    };
    let blocks = (1..=90).map(|n| Block::Paragraph(format!("Ligne {n} d’une lettre de trois pages."))).collect();
    let letter = Sheet {
        patient: PATIENT.to_owned(),
        title: "Compte rendu d’hospitalisation".to_owned(),
        facts: Vec::new(),
        blocks,
        foot: "Imprimé le 13/11/2026 à 09:12".to_owned(),
    };
    let laid = printing::sheet(&letter, &Fonts::new(font("Regular"), font("Bold"))).unwrap();
    assert_eq!(laid.pages, 3);
    laid
}

/// The pages of a PDF in the frame, as the document's reader renders them: when asked, or all beforehand. Without optimisation
/// and on a machine out of breath a page may take the ten seconds after which CUPS gives a silent connection up.
pub struct Rendered(Vec<u8>, VecDeque<Bitmap>);

impl Rendered {
    pub fn of(pdf: &[u8]) -> Self {
        Self(pdf.to_vec(), VecDeque::new())
    }

    /// Renders pages one to `count` now.
    pub fn ready(pdf: &[u8], count: u32, frame: Frame) -> Self {
        Self(pdf.to_vec(), (1..=count).map(|page| render(pdf, page, frame)).collect())
    }
}

impl Pages for Rendered {
    fn page(&mut self, page: u32, frame: Frame) -> BoxFuture<'_, Result<Bitmap, Source>> {
        let bitmap = self.1.pop_front().unwrap_or_else(|| render(&self.0, page, frame));
        async move { Ok(bitmap) }.boxed()
    }
}

pub fn render(pdf: &[u8], page: u32, frame: Frame) -> Bitmap {
    let file = Pdf::new(pdf.to_vec()).unwrap();
    let page = &file.pages()[page as usize - 1];
    let (width, height) = page.render_dimensions();
    let (across, down) = frame.fit(f64::from(width), f64::from(height));
    let scale = PixmapSettings {
        x_scale: (across as f32 + 0.01) / width,
        y_scale: (down as f32 + 0.01) / height,
        bg_color: WHITE,
    };
    let (cache, settings) = (RenderCache::new(), InterpreterSettings::default());
    let pixmap = hayro::render(page, &cache, &settings, &RenderSettings::default(), &scale);
    let rgba = pixmap.data().iter().flat_map(|p| [p.r, p.g, p.b, p.a]).collect();
    Bitmap { width: pixmap.width().into(), height: pixmap.height().into(), rgba: Zeroizing::new(rgba) }
}

/// Drives a job until it is in a state.
pub async fn until(job: &mut Job<'_>, state: State) -> Progress {
    let mut seen = Vec::new();
    let found = tokio::time::timeout(Duration::from_secs(20), async {
        while let Some(progress) = job.next().await {
            let progress = progress.unwrap();
            seen.push(progress);
            if progress.state == state {
                return progress;
            }
        }
        panic!("the job ended");
    })
    .await;
    found.unwrap_or_else(|_| panic!("never {state:?}: {seen:?}"))
}

/// Drives a job to its end: what was told, and how it ended.
pub async fn end(job: Job<'_>) -> (Vec<Progress>, Result<(), Error>) {
    let mut told = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(40), job.finish(|progress| told.push(progress))).await;
    (told, ended.expect("the job never ended"))
}
