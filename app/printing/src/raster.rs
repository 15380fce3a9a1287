//! PWG raster (PWG 5102.4), written page by page: at most one rendered page is in memory.

mod header;
mod line;
mod sheet;

use bytes::Bytes;
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use crate::error::{Error, Source};
use crate::page::Pages;
use crate::plan::{Plan, Raster};
use crate::wire::{PIECE, Piece};
use line::Lines;
use sheet::{Sheet, Side};

/// What every PWG raster stream begins with.
const SYNC: &[u8; 4] = b"RaS2";

/// Rows encoded in one go: about a millisecond.
const STRIP: u32 = 64;

/// Renders the planned pages and sends them as they become bytes, to the end. Stops early, without an error, when nobody
/// listens any more: whoever listened knows why.
pub(crate) async fn write(
    plan: &Plan,
    raster: &Raster,
    pages: &mut (dyn Pages + Send),
    out: mpsc::Sender<Piece>,
) -> Result<(), Error> {
    let length = plan.pages.end() - plan.pages.start() + 1;
    // Each set begins on a front.
    let odd = plan.two_sided && raster.sets > 1 && length % 2 == 1;
    let total = (length + u32::from(odd)) * u32::from(raster.sets) - u32::from(odd);
    let mut writer = Writer { buffer: SYNC.to_vec(), out };
    for set in 1..=raster.sets {
        let mut side = Side::Front;
        for page in plan.pages.clone() {
            let bitmap = pages.page(page, raster.frame).await.map_err(Error::Page)?;
            let sheet = Sheet::of(bitmap, raster.frame).ok_or_else(|| Error::Page(unfit()))?;
            if !writer.page(plan, raster, total, side, &sheet).await {
                return Ok(());
            }
            side = if plan.two_sided { side.other() } else { Side::Front };
        }
        let more = odd && set < raster.sets;
        if more && !writer.page(plan, raster, total, side, &Sheet::blank(raster.frame)).await {
            return Ok(());
        }
    }
    let _ = writer.out.send(Piece::End).await;
    Ok(())
}

fn unfit() -> Source {
    "a rendered page is larger than its frame, or not whole".into()
}

/// Collects bytes into pieces, each page ending one.
struct Writer {
    buffer: Vec<u8>,
    out: mpsc::Sender<Piece>,
}

impl Writer {
    /// Writes one page; false if nobody listens any more.
    async fn page(&mut self, plan: &Plan, raster: &Raster, total: u32, side: Side, sheet: &Sheet) -> bool {
        let turn = raster.back.turn(side);
        header::write(&mut self.buffer, raster, plan.two_sided, turn, total);
        let mut lines = Lines::new(if raster.colour { 3 } else { 1 });
        let mut line = Zeroizing::new(Vec::new());
        for number in 0..raster.frame.height {
            sheet.line(number, raster, turn, &mut line);
            for _ in 0..raster.times {
                lines.push(&line, &mut self.buffer);
            }
            // Encoding is work: other tasks get their turn between strips.
            if number % STRIP == STRIP - 1 {
                tokio::task::yield_now().await;
            }
            if self.buffer.len() >= PIECE && !self.flush().await {
                return false;
            }
        }
        lines.finish(&mut self.buffer);
        // White pages are a few hundred bytes: kept together, they would leave the printer without a byte for so long that it
        // gives the job up, or takes the pause for the end (CUPS' after ten seconds).
        self.flush().await
    }

    /// Sends what there is; false if nobody listens any more.
    async fn flush(&mut self) -> bool {
        let piece = Zeroizing::new(std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE + PIECE / 4)));
        self.out.send(Piece::Data(Bytes::from_owner(piece))).await.is_ok()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.buffer);
    }
}

#[cfg(test)]
mod tests;
