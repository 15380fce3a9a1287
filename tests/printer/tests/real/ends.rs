//! How jobs end otherwise than printed, here and in the printer.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures::FutureExt;
use futures::future::BoxFuture;
use printer::{Order, Printer};
use printing::{Ask, Bitmap, Error, Frame, Pages, Source, State, Work};

use super::desk::end;
use super::{Counted, Desk, LONGEST, raster, until_a_page_is_out};

/// Waits until the printer has been asked to take a job back.
async fn until_taken_back(device: &Printer) {
    let limit = Instant::now() + LONGEST;
    while !device.log().contains("Cancel-Job successful-ok") {
        assert!(Instant::now() < limit, "never taken back: {}", device.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn cancelled_here_it_is_cancelled_in_the_printer() {
    let desk = Desk::ordered(&[Order::Page, Order::Wait("end"), Order::Page]);
    let mut job = desk.printer.print(desk.pdf(), Ask::default());
    until_a_page_is_out(&mut job).await;
    job.cancel().await.unwrap();
    assert!(desk.device.log().contains("Cancel-Job successful-ok"), "{}", desk.device.log());
    desk.device.go("end").unwrap();
    assert_eq!(state_of_job(&desk.device).await, "canceled");
}

#[tokio::test]
async fn dropped_it_is_cancelled_in_the_printer() {
    let desk = Desk::ordered(&[Order::Page, Order::Wait("end"), Order::Page]);
    let mut job = desk.printer.print(desk.pdf(), Ask::default());
    until_a_page_is_out(&mut job).await;
    drop(job);
    until_taken_back(&desk.device).await;
    desk.device.go("end").unwrap();
    assert_eq!(state_of_job(&desk.device).await, "canceled");
}

#[tokio::test]
async fn let_go_it_is_printed_to_the_end() {
    let desk = Desk::ordered(&[Order::Page, Order::Wait("end"), Order::Page]);
    let mut job = desk.printer.print(desk.pdf(), Ask::default());
    until_a_page_is_out(&mut job).await;
    assert!(job.let_go());
    desk.device.go("end").unwrap();
    assert_eq!(state_of_job(&desk.device).await, "completed");
    assert!(!desk.device.log().contains("Cancel-Job successful-ok"));
}

#[tokio::test]
async fn cancelled_by_somebody_else_it_says_so() {
    let desk = Desk::ordered(&[Order::Page, Order::Wait("end"), Order::Page]);
    let mut job = desk.printer.print(desk.pdf(), Ask::default());
    until_a_page_is_out(&mut job).await;
    // CUPS' own client.
    ipptool(&desk.device, "OPERATION Cancel-Job", "STATUS successful-ok");
    desk.device.go("end").unwrap();
    let (_, ended) = end(job).await;
    assert!(matches!(ended, Err(Error::Cancelled)), "{ended:?}");
}

#[tokio::test]
async fn a_page_that_cannot_be_rendered_takes_the_job_back() {
    struct Torn;
    impl Pages for Torn {
        fn page(&mut self, page: u32, frame: Frame) -> BoxFuture<'_, Result<Bitmap, Source>> {
            async move { if page == 1 { Counted.page(1, frame).await } else { Err("déchirée".into()) } }.boxed()
        }
    }
    let desk = Desk::with(raster());
    let (_, ended) = end(desk.printer.print(Work::pages(Torn, 3), Ask::default())).await;
    assert!(matches!(ended, Err(Error::Page(_))), "{ended:?}");
    assert!(desk.device.log().contains("Cancel-Job successful-ok"), "{}", desk.device.log());
    was_not_taken_for_whole(&desk.device).await;
}

#[tokio::test]
async fn a_printer_that_takes_a_pause_for_the_end_has_not_printed_the_document() {
    struct Stuck;
    impl Pages for Stuck {
        fn page(&mut self, page: u32, frame: Frame) -> BoxFuture<'_, Result<Bitmap, Source>> {
            async move { if page == 1 { Counted.page(1, frame).await } else { std::future::pending().await } }.boxed()
        }
    }
    let desk = Desk::with(raster());
    let (told, ended) = end(desk.printer.print(Work::pages(Stuck, 3), Ask::default())).await;
    assert!(matches!(ended, Err(Error::Incomplete { .. } | Error::Aborted { .. })), "{ended:?}");
    assert!(!told.iter().any(|progress| progress.state == State::Done), "{told:?}");
}

#[tokio::test]
async fn dropped_while_its_pages_go_out_it_is_taken_back_and_never_taken_for_whole() {
    struct Slow(Arc<AtomicBool>);
    impl Pages for Slow {
        fn page(&mut self, page: u32, frame: Frame) -> BoxFuture<'_, Result<Bitmap, Source>> {
            if page == 1 {
                return async move { Counted.page(page, frame).await }.boxed();
            }
            self.0.store(true, Ordering::SeqCst);
            std::future::pending().boxed()
        }
    }
    let desk = Desk::with(raster());
    let halfway = Arc::new(AtomicBool::new(false));
    let mut job = desk.printer.print(Work::pages(Slow(Arc::clone(&halfway)), 3), Ask::default());
    let limit = Instant::now() + LONGEST;
    while !halfway.load(Ordering::SeqCst) {
        assert!(Instant::now() < limit, "the second page was never asked for: {}", desk.device.log());
        let _ = tokio::time::timeout(Duration::from_millis(20), futures::StreamExt::next(&mut job)).await;
    }
    drop(job);
    until_taken_back(&desk.device).await;
    was_not_taken_for_whole(&desk.device).await;
}

#[tokio::test]
async fn a_command_that_fails_is_a_job_given_up() {
    let desk = Desk::ordered(&[Order::Page, Order::Fail]);
    let (_, ended) = end(desk.printer.print(desk.pdf(), Ask::default())).await;
    assert!(matches!(&ended, Err(Error::Aborted { reasons }) if reasons == "aborted-by-system"), "{ended:?}");
}

/// The job did not end well, and no page came that had not gone out before. CUPS 2.4 takes a connection that is lost between
/// two chunks for the end of the document, and prints what it has even of a cancelled job: that page may be on paper.
async fn was_not_taken_for_whole(device: &Printer) {
    let state = state_of_job(device).await;
    assert!(["canceled", "aborted"].contains(&state.as_str()), "{state}: {}", device.log());
    for arrived in device.delivered().unwrap() {
        let pages = arrived.document.windows(10).filter(|bytes| bytes == b"PwgRaster\0").count();
        assert!(pages <= 1, "{pages} pages");
    }
}

/// Asks, as CUPS' own client, for the first job.
fn ipptool(device: &Printer, operation: &str, more: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("ask.test");
    let text = format!(
        "{{\nNAME \"x\"\n{operation}\nGROUP operation-attributes-tag\nATTR charset attributes-charset utf-8\n\
         ATTR language attributes-natural-language en\nATTR uri printer-uri $uri\nATTR integer job-id 1\n\
         ATTR name requesting-user-name somebody\n{more}\n}}\n"
    );
    std::fs::write(&file, text).unwrap();
    let address = format!("ipp://127.0.0.1:{}/ipp/print", device.port());
    let done = Command::new("ipptool").args(["-T", "20", "-tv"]).arg(address).arg(&file).output().unwrap();
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{text}");
    text
}

/// How the first job ended, as CUPS' own client is told.
async fn state_of_job(device: &Printer) -> String {
    for _ in 0..200 {
        let text = ipptool(device, "OPERATION Get-Job-Attributes", "STATUS successful-ok");
        let state = text.split("job-state (enum) = ").nth(1).unwrap().lines().next().unwrap().to_owned();
        if !["pending", "processing", "pending-held"].contains(&state.as_str()) {
            return state;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the job never ended: {}", device.log());
}
