//! The product prints on a printer that does as it is told: what `ippeveprinter` cannot be brought to show.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod desk;

#[path = "scripted/back.rs"]
mod back;
#[path = "scripted/jobs.rs"]
mod jobs;
#[path = "scripted/offers.rs"]
mod offers;
#[path = "scripted/refuses.rs"]
mod refuses;

use desk::{end, letter, settings};
use futures::FutureExt;
use futures::future::BoxFuture;
use pki::Pki;
use printer::{Asked, Message, Reply, Scripted, Standard, operation};
use printing::{Ask, Bitmap, Error, Frame, Pages, Printable, Progress, Settings, Source, Work};
use std::time::Duration;
use zeroize::Zeroizing;

/// A scripted printer, the product's view of it, a letter.
struct Desk {
    device: Scripted,
    printer: printing::Printer,
    letter: Printable,
}

impl Desk {
    fn with(change: impl FnOnce(&mut Settings), play: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let pki = Pki::shared().unwrap();
        let device = Scripted::start(&pki.provider(), play).unwrap();
        let mut settings = settings(&pki, &device.address());
        settings.timeouts.answer = Duration::from_secs(2);
        change(&mut settings);
        let printer = printing::Printer::new(settings).unwrap();
        Self { device, printer, letter: letter() }
    }

    fn playing(play: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::with(|_| {}, play)
    }

    /// A printer whose job goes through some states.
    fn job(states: &[(i32, &'static str, i32)]) -> Self {
        let standard = Standard { job: states.to_vec(), ..Standard::default() };
        Self::playing(move |asked| standard.answer(asked))
    }

    fn pdf(&self) -> Work<'static> {
        Work::pdf(self.letter.pdf.clone(), self.letter.pages)
    }

    async fn print(&self) -> (Vec<Progress>, Result<(), Error>) {
        end(self.printer.print(self.pdf(), Ask::default())).await
    }

    fn cancelled(&self) -> bool {
        !self.device.asked_for(operation::CANCEL_JOB).is_empty()
    }
}

/// One pixel a page: what counts here is the way, not the picture.
struct Dot;

impl Pages for Dot {
    fn page(&mut self, _: u32, _: Frame) -> BoxFuture<'_, Result<Bitmap, Source>> {
        async { Ok(Bitmap { width: 1, height: 1, rgba: Zeroizing::new(vec![0, 0, 0, 255]) }) }.boxed()
    }
}

fn refused(status: u16) -> Reply {
    Message::new(status).into()
}

fn with_formats(message: Message) -> Message {
    message.value(0x49, "document-format-supported", b"application/pdf")
}
