//! However long the document, one page of it is in memory.

use futures::FutureExt;
use futures::future::BoxFuture;
use printing::{Ask, Bitmap, Frame, Pages, Progress, Source, State, Work};
use zeroize::Zeroizing;

use super::desk::until;
use super::{Desk, raster};

const PAGES: u32 = 200;

/// A page in the middle of each sheet, 2.2 MB: two hundred at once would be 435 MB.
struct Small;

impl Pages for Small {
    fn page(&mut self, _: u32, frame: Frame) -> BoxFuture<'_, Result<Bitmap, Source>> {
        let (width, height) = (frame.width / 4, frame.height / 4);
        let rgba = Zeroizing::new(vec![255; (width * height * 4) as usize]);
        async move { Ok(Bitmap { width, height, rgba }) }.boxed()
    }
}

/// A figure of this process, in kilobytes.
fn memory(figure: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(figure)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn two_hundred_pages_take_the_memory_of_a_few() {
    let desk = Desk::with(raster());
    let before = memory("VmRSS:");
    let mut job = desk.printer.print(Work::pages(Small, PAGES), Ask::default());
    let mut last = until(&mut job, State::Sending).await;
    while let Some(progress) = futures::StreamExt::next(&mut job).await {
        last = progress.unwrap();
    }
    assert_eq!(last, Progress { printed: PAGES, of: PAGES, state: State::Done });
    let grown = memory("VmHWM:").saturating_sub(before);
    assert!(grown < 48 << 10, "grew by {grown} kB");
    let document = desk.device.first().unwrap().document;
    assert_eq!(document.windows(10).filter(|bytes| bytes == b"PwgRaster\0").count(), PAGES as usize);
}
