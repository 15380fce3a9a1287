//! Jobs that are taken back while their document goes out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use printer::{Message, Reply, Standard, operation};
use printing::{Ask, Bitmap, Error, Frame, Pages, Settings, Source, State, Work};
use zeroize::Zeroizing;

use super::desk::{end, until};
use super::{Desk, Dot};

/// A first page, then one that never comes, or that fails.
struct Second {
    asked: Arc<AtomicBool>,
    fails: bool,
}

impl Pages for Second {
    fn page(&mut self, page: u32, frame: Frame) -> BoxFuture<'_, Result<Bitmap, Source>> {
        if page == 1 {
            return async move { Dot.page(page, frame).await }.boxed();
        }
        self.asked.store(true, Ordering::SeqCst);
        let fails = self.fails;
        async move { if fails { Err("déchirée".into()) } else { std::future::pending().await } }.boxed()
    }
}

async fn eventually(what: &str, is: impl Fn() -> bool) {
    for _ in 0..1000 {
        if is() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never {what}");
}

/// A job whose second page does not come, on a printer that has the first.
async fn halfway(desk: &Desk) -> printing::Job<'static> {
    let asked = Arc::new(AtomicBool::new(false));
    let pages = Second { asked: Arc::clone(&asked), fails: false };
    let mut job = desk.printer.print(Work::pages(pages, 2), Ask::default());
    let _ = tokio::time::timeout(Duration::from_secs(20), async {
        while !asked.load(Ordering::SeqCst) {
            let _ = tokio::time::timeout(Duration::from_millis(20), job.next()).await;
        }
    })
    .await;
    assert!(asked.load(Ordering::SeqCst), "the second page was never asked for");
    job
}

/// What counts: the printer heard of it first, and never took half a document.
async fn was_taken_back_whole(desk: &Desk) {
    eventually("taken back", || desk.cancelled()).await;
    eventually("broken off", || desk.device.broken() == 1).await;
    assert_eq!(desk.device.asked_for(operation::CANCEL_JOB).len(), 1);
    assert_eq!(desk.device.asked_for(operation::CANCEL_JOB)[0].broken, 0, "broken off before it was cancelled");
    assert!(desk.device.asked_for(operation::SEND_DOCUMENT).is_empty(), "half a document was taken for a whole one");
}

#[tokio::test]
async fn a_job_is_cancelled_before_its_document_is_broken_off() {
    let desk = Desk::job(&[(3, "job-incoming", 0)]);
    drop(halfway(&desk).await);
    was_taken_back_whole(&desk).await;

    let desk = Desk::job(&[(3, "job-incoming", 0)]);
    halfway(&desk).await.cancel().await.unwrap();
    was_taken_back_whole(&desk).await;

    let desk = Desk::job(&[(3, "job-incoming", 0)]);
    let torn = Second { asked: Arc::default(), fails: true };
    let (_, ended) = end(desk.printer.print(Work::pages(torn, 2), Ask::default())).await;
    assert!(matches!(ended, Err(Error::Page(_))), "{ended:?}");
    was_taken_back_whole(&desk).await;
}

#[tokio::test]
async fn a_printer_that_listens_only_to_the_document_is_told_again_once_that_is_broken_off() {
    let standard = Standard { job: vec![(3, "job-incoming", 0)], ..Standard::default() };
    let hasty = |settings: &mut Settings| settings.timeouts.cancel = Duration::from_millis(500);
    let desk = Desk::with(hasty, move |asked| match asked.request.operation {
        operation::CANCEL_JOB if asked.before == 0 => Reply::Silence,
        _ => standard.answer(asked),
    });
    let job = halfway(&desk).await;
    // Its own patience apart, a machine out of breath may take longer than that to answer.
    let cancelled = job.cancel().await;
    eventually("broken off", || desk.device.broken() == 1).await;
    assert_eq!(desk.device.asked_for(operation::CANCEL_JOB).len(), 2, "{cancelled:?}");
}

#[tokio::test]
async fn a_job_dropped_while_it_is_created_is_taken_back_once_it_has_a_number() {
    let standard = Standard::default();
    let desk = Desk::playing(move |asked| match asked.request.operation {
        operation::CREATE_JOB => {
            Reply::Late(Duration::from_millis(300), Message::new(0).group(2).number(0x21, "job-id", 7))
        }
        _ => standard.answer(asked),
    });
    let mut job = desk.printer.print(desk.pdf(), Ask::default());
    let limit = Instant::now() + Duration::from_secs(20);
    while desk.device.asked_for(operation::CREATE_JOB).is_empty() {
        assert!(Instant::now() < limit, "no job was ever created");
        let _ = tokio::time::timeout(Duration::from_millis(20), job.next()).await;
    }
    drop(job);
    eventually("taken back", || desk.cancelled()).await;
    assert!(desk.device.asked_for(operation::SEND_DOCUMENT).is_empty());
}

#[tokio::test]
async fn dropped_while_the_document_goes_out_it_is_broken_off_and_taken_back() {
    let desk = Desk::job(&[(5, "job-incoming", 0)]);
    desk.device.reads(false);
    let mut job = desk.printer.print(Work::pdf(Zeroizing::new(vec![b'%'; 24 << 20]), 1), Ask::default());
    until(&mut job, State::Sending).await;
    // Polled until the job is there, as a screen that shows it would.
    let poll = tokio::time::timeout(Duration::from_millis(500), futures::StreamExt::next(&mut job)).await;
    assert!(poll.is_err(), "{poll:?}");
    assert!(!job.let_go(), "the printer has not got it all");
    eventually("taken back", || desk.cancelled()).await;
    desk.device.reads(true);
    eventually("broken off", || desk.device.broken() == 1).await;
    assert_eq!(desk.device.asked_for(operation::CANCEL_JOB)[0].broken, 0, "broken off before it was cancelled");
    assert!(desk.device.asked_for(operation::SEND_DOCUMENT).is_empty(), "half a document was taken for a whole one");
}

#[tokio::test]
async fn a_raster_printer_that_reads_slowly_holds_one_page_in_memory() {
    /// Counts the pages that exist at once.
    struct Held(Arc<AtomicBool>);
    impl Pages for Held {
        fn page(&mut self, page: u32, frame: Frame) -> BoxFuture<'_, Result<Bitmap, Source>> {
            if page > 2 {
                self.0.store(true, Ordering::SeqCst);
            }
            // Pixels that do not compress: a page is some nine megabytes on the wire, more than the buffers on the way.
            let mut seed = 1_u32;
            let rgba = (0..frame.width * frame.height * 4).map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 24) as u8
            });
            let rgba = Zeroizing::new(rgba.collect());
            async move { Ok(Bitmap { width: frame.width, height: frame.height, rgba }) }.boxed()
        }
    }
    let late = Arc::new(AtomicBool::new(false));
    let standard = Standard { job: vec![(5, "job-incoming", 0)], ..Standard::default() };
    let desk = Desk::playing(move |asked| standard.answer(asked));
    desk.device.reads(false);
    let mut job = desk.printer.print(Work::pages(Held(Arc::clone(&late)), 3), Ask::default());
    until(&mut job, State::Sending).await;
    let _ = tokio::time::timeout(Duration::from_secs(5), futures::StreamExt::next(&mut job)).await;
    assert!(!late.load(Ordering::SeqCst), "pages are rendered ahead of a printer that does not read");
    // Once it reads, the rest follows.
    desk.device.reads(true);
    let all = tokio::time::timeout(Duration::from_secs(60), async {
        while !late.load(Ordering::SeqCst) {
            let _ = tokio::time::timeout(Duration::from_millis(50), futures::StreamExt::next(&mut job)).await;
        }
    });
    all.await.expect("the last page was never rendered");
}
