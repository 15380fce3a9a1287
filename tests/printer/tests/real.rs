//! The product prints on CUPS' `ippeveprinter`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod desk;

#[path = "real/arrives.rs"]
mod arrives;
#[path = "real/disk.rs"]
mod disk;
#[path = "real/ends.rs"]
mod ends;
#[path = "real/memory.rs"]
mod memory;
#[path = "real/postscript.rs"]
mod postscript;
#[path = "real/troubles.rs"]
mod troubles;
#[path = "real/trust.rs"]
mod trust;

use desk::{Rendered, letter, settings, until};
use futures::FutureExt;
use futures::future::BoxFuture;
use pki::Pki;
use printer::{Options, Order, Printer};
use printing::{Bitmap, Frame, Job, Pages, Printable, Source, State, Work};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// A printer, the product's view of it, a letter.
struct Desk {
    pki: Pki,
    device: Printer,
    printer: printing::Printer,
    letter: Printable,
}

impl Desk {
    fn with(options: Options) -> Self {
        let pki = Pki::shared().unwrap();
        let device = Printer::start(&pki, options).unwrap();
        let printer = printing::Printer::new(settings(&pki, &device.address())).unwrap();
        Self { pki, device, printer, letter: letter() }
    }

    fn ordered(orders: &[Order]) -> Self {
        Self::with(Options { orders: orders.to_vec(), ..Options::default() })
    }

    fn pdf(&self) -> Work<'static> {
        Work::pdf(self.letter.pdf.clone(), self.letter.pages)
    }

    fn both(&self) -> Work<'static> {
        self.pdf().or_pages(Rendered::of(&self.letter.pdf))
    }
}

/// What does not happen within this time does not happen.
const LONGEST: Duration = Duration::from_secs(20);

/// Drives a job until its first page is printed.
async fn until_a_page_is_out(job: &mut Job<'_>) {
    let limit = Instant::now() + LONGEST;
    while until(job, State::Printing).await.printed < 1 {
        assert!(Instant::now() < limit, "no page was printed");
    }
}

const RASTER: &[&str] = &["image/pwg-raster"];

fn raster() -> Options {
    Options { formats: RASTER.to_vec(), ..Options::default() }
}

/// Pages that are all white but for as many black rows at the top as their number says.
struct Counted;

impl Pages for Counted {
    fn page(&mut self, page: u32, frame: Frame) -> BoxFuture<'_, Result<Bitmap, Source>> {
        let mut rgba = vec![255; (frame.width * frame.height * 4) as usize];
        for pixel in rgba.chunks_mut(4).take((frame.width * page) as usize) {
            pixel[..3].fill(0);
        }
        async move { Ok(Bitmap { width: frame.width, height: frame.height, rgba: Zeroizing::new(rgba) }) }.boxed()
    }
}
