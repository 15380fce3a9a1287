//! Printing the open message or document.

use super::Life;
use crate::desk::Reader;
use crate::failures::of_printer;
use crate::inside::Inside;
use crate::{letters, sheets};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use document::Room;
use flow::{Event, Failure, PrintJob, PrintNews, PrinterWaits};
use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::tz::TimeZone;
use printing::{Ask, Bitmap, Frame, Hold, PageRange, Pages, Progress, State, Work};
use printing::{Fonts, Sheet};
use std::sync::Arc;
use tokio::task::AbortHandle;
use zeroize::Zeroizing;

/// A job under way. Dropping it takes the job back from the printer.
pub(super) struct Printing {
    number: u64,
    task: AbortHandle,
}

impl Drop for Printing {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Pages of a document, drawn by the confined process as the printer asks for them.
struct Drawn {
    room: Arc<Room>,
    document: usize,
    sizes: Vec<document::PageSize>,
}

impl Pages for Drawn {
    fn page(&mut self, page: u32, frame: Frame) -> BoxFuture<'_, Result<Bitmap, printing::Source>> {
        async move {
            let size = usize::try_from(page.saturating_sub(1)).ok().and_then(|place| self.sizes.get(place));
            let size = size.map_or((f64::from(frame.width), f64::from(frame.height)), |size| {
                (f64::from(size.width), f64::from(size.height))
            });
            let (width, _) = frame.fit(size.0, size.1);
            let mut picture = self.room.page(self.document, page.saturating_sub(1), width).await?;
            let rgba = std::mem::take(&mut picture.pixels);
            Ok(Bitmap { width: picture.width, height: picture.height, rgba })
        }
        .boxed()
    }
}

impl Life {
    pub(super) fn print(&mut self, number: u64, job: PrintJob) {
        let (ticket, report) = (self.ticket, self.report.clone());
        let tell = {
            let report = report.clone();
            move |news| report.send(Inside::Event(Event::Printed(ticket, number, news)))
        };
        let Some(printer) = self.desk.printer.clone() else {
            return tell(PrintNews::Failed(Failure::PrinterUnreachable));
        };
        let viewed = if job.document { self.viewed() } else { None };
        let letter = self.reading.message.as_ref().filter(|_| !job.document);
        let letter = letter.map(|message| sheets::letter(&message.reading, &self.desk.zone));
        let (reader, zone) = (self.desk.reader.clone(), self.desk.zone.clone());
        let room = self.open_room();
        let task = self.tasks.spawn(async move {
            let work = match (viewed, letter) {
                (Some((at, reading)), _) => match room.await {
                    Ok(room) => of_document(room, at, &reading, &printer.fonts, &reader, &zone).await,
                    Err(_) => None,
                },
                (None, Some(letter)) => of_sheet(letter, &printer.fonts, &reader).await,
                (None, None) => None,
            };
            let Some(work) = work else { return tell(PrintNews::Failed(Failure::ReaderCrashed)) };
            let pages = job.page.map_or(PageRange::All, |page| PageRange::Range(page, page));
            let printed = printer.printer.print(work, Ask { copies: job.copies, pages }).finish(|progress| {
                if let Some(news) = going(progress) {
                    tell(news);
                }
            });
            tell(match printed.await {
                Ok(()) => PrintNews::Done,
                Err(error) => {
                    tracing::warn!(%error, "not printed, or not all of it");
                    PrintNews::Failed(of_printer(&error))
                }
            });
        });
        self.printing = Some(Printing { number, task });
    }

    pub(super) fn cancel_print(&mut self, number: u64) {
        self.printing.take_if(|printing| printing.number == number);
    }
}

/// A document, as the printer can have it: the file itself where it is one, its pages drawn otherwise, its words set where
/// it has no pages.
async fn of_document(
    room: Arc<Room>,
    at: usize,
    reading: &document::Reading,
    fonts: &Fonts,
    reader: &Reader,
    zone: &TimeZone,
) -> Option<Work<'static>> {
    let document = reading.documents.get(at)?;
    let view = room.view(at, letters::face(document)).await.ok()?;
    let (count, sizes) = match view {
        document::View::Pages { count, sizes } => (count, sizes),
        view => return of_sheet(sheets::document(document, &view, zone)?, fonts, reader).await,
    };
    let drawn = Drawn { room: Arc::clone(&room), document: at, sizes };
    let file = match document.attachments.as_slice() {
        [only] if document.kind == document::Kind::Pdf => {
            room.attachment(usize::try_from(*only).unwrap_or(usize::MAX)).await.ok()
        }
        _ => None,
    };
    Some(match file {
        Some(pdf) => Work::pdf(pdf, count).or_pages(drawn),
        None => Work::pages(drawn, count),
    })
}

/// Words set on sheets. A printer that takes no PDF gets them drawn, by a confined process like all others.
async fn of_sheet(sheet: Sheet, fonts: &Fonts, reader: &Reader) -> Option<Work<'static>> {
    let fonts = fonts.clone();
    let set = tokio::task::spawn_blocking(move || printing::sheet(&sheet, &fonts)).await.ok()?;
    let printable = set.inspect_err(|error| tracing::warn!(%error, "a letter was not set")).ok()?;
    let room = Room::open(&reader.program, reader.limits.clone()).await.ok()?;
    room.read(alone(&printable.pdf), true).await.ok()?;
    let document::View::Pages { count, sizes } = room.view(0, document::Face::Pages).await.ok()? else { return None };
    let drawn = Drawn { room: Arc::new(room), document: 0, sizes };
    Some(Work::pdf(printable.pdf, count).or_pages(drawn))
}

/// A message that is nothing but this PDF, for a reader that reads messages.
fn alone(pdf: &[u8]) -> Zeroizing<Vec<u8>> {
    let head = b"MIME-Version: 1.0\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\n\
                 Content-Disposition: attachment; filename=\"a.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    let mut message = Zeroizing::new(Vec::with_capacity(head.len() + pdf.len() / 2 * 3));
    message.extend_from_slice(head);
    // 57 bytes are a line of 76 characters (RFC 2045 section 6.8).
    for line in pdf.chunks(57) {
        let line = Zeroizing::new(STANDARD.encode(line));
        message.extend_from_slice(line.as_bytes());
        message.extend_from_slice(b"\r\n");
    }
    message
}

fn going(progress: Progress) -> Option<PrintNews> {
    let waits = match progress.state {
        State::Done => return None,
        State::Busy | State::Waiting => Some(PrinterWaits::Queue),
        State::Held | State::Silent => Some(PrinterWaits::Attention),
        State::Blocked(hold) => Some(match hold {
            Hold::PaperOut => PrinterWaits::Paper,
            Hold::Jammed => PrinterWaits::Jam,
            Hold::CoverOpen => PrinterWaits::Cover,
            Hold::TonerOut => PrinterWaits::Toner,
            Hold::OutputFull | Hold::Offline | Hold::Stopped => PrinterWaits::Attention,
        }),
        State::Preparing | State::Sending | State::Printing => None,
    };
    Some(PrintNews::Going(progress.printed, progress.of, waits))
}
