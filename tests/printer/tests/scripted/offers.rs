//! Printers that offer less, or otherwise, than they should.

use std::time::{Duration, Instant};

use printer::{Message, Reply, Standard, operation};
use printing::{Ask, Error, PageRange, State};

use super::desk::end;
use super::{Desk, Dot, refused};

#[tokio::test]
async fn a_printer_with_print_job_alone_gets_it_all_at_once() {
    let standard = Standard { printer: print_job_alone(), ..Standard::default() };
    // The first time it is busy, and says so only once it has the document.
    let desk = Desk::playing(move |asked| match asked.request.operation {
        operation::PRINT_JOB if asked.before == 0 => refused(0x0507),
        _ => standard.answer(asked),
    });
    let (told, ended) = desk.print().await;
    ended.unwrap();
    assert!(told.iter().any(|progress| progress.state == State::Busy), "{told:?}");
    let asked = desk.device.asked_for(operation::PRINT_JOB);
    assert_eq!(asked.len(), 2);
    assert!(asked.iter().all(|asked| asked.document == *desk.letter.pdf));
    assert_eq!(asked[1].request.text("document-format").unwrap(), "application/pdf");
    assert!(desk.device.asked_for(operation::CREATE_JOB).is_empty());
}

#[tokio::test]
async fn a_printer_with_print_job_alone_that_stays_busy_is_given_up() {
    let standard = Standard { printer: print_job_alone(), ..Standard::default() };
    let patience = Duration::from_secs(1);
    // It takes the whole document every time, in more than one look, before it says so.
    let desk = Desk::with(
        |settings| settings.timeouts.patience = patience,
        move |asked| match asked.request.operation {
            operation::PRINT_JOB => Reply::Late(Duration::from_millis(200), Message::new(0x0507)),
            _ => standard.answer(asked),
        },
    );
    let start = Instant::now();
    let (told, ended) = desk.print().await;
    assert!(matches!(ended, Err(Error::Busy)), "{ended:?}");
    assert!(start.elapsed() > patience && start.elapsed() < patience * 10, "{:?}", start.elapsed());
    assert!(told.iter().any(|progress| progress.state == State::Busy), "{told:?}");
    assert!(desk.device.asked_for(operation::PRINT_JOB).len() > 1, "asked once only");
}

fn print_job_alone() -> Message {
    Message::new(0).group(4).value(0x49, "document-format-supported", b"application/pdf").number(
        0x23,
        "operations-supported",
        i32::from(operation::PRINT_JOB),
    )
}

#[tokio::test]
async fn the_letter_is_in_the_document_and_nowhere_else() {
    let desk = Desk::job(&[(9, "job-completed-successfully", 3)]);
    desk.print().await.1.unwrap();
    let mut documents = 0;
    for asked in desk.device.asked() {
        let attributes = format!(
            "{:?}",
            asked.request.attributes.iter().map(|(_, v)| String::from_utf8_lossy(v)).collect::<Vec<_>>()
        );
        assert!(!attributes.contains("LAMPION") && !attributes.contains("Compte rendu"), "{attributes}");
        assert_eq!(asked.request.version, (2, 0));
        documents += usize::from(!asked.document.is_empty());
    }
    assert_eq!(documents, 1);
    assert!(!desk.cancelled());
}

#[tokio::test]
async fn pages_are_sent_where_the_printer_says_no_to_the_pdf() {
    let standard = Standard::default();
    let desk = Desk::playing(move |asked| {
        let pdf = asked.request.text("document-format").as_deref() == Some("application/pdf");
        match asked.request.operation {
            operation::VALIDATE_JOB if pdf => Message::new(0x040B).group(5).value(0x10, "document-format", b"").into(),
            _ => standard.answer(asked),
        }
    });
    end(desk.printer.print(desk.pdf().or_pages(Dot), Ask::default())).await.1.unwrap();
    let sent = desk.device.asked_for(operation::SEND_DOCUMENT);
    assert_eq!(sent[0].request.text("document-format").unwrap(), "image/pwg-raster");
    assert!(sent[0].document.starts_with(b"RaS2PwgRaster\0"));
    let (_, ended) = desk.print().await;
    assert!(matches!(ended, Err(Error::FormatNotAccepted)), "{ended:?}");
}

#[tokio::test]
async fn a_printer_that_would_ignore_the_range_gets_the_pages_of_the_range() {
    let standard = Standard::default();
    let desk = Desk::playing(move |asked| match asked.request.operation {
        operation::VALIDATE_JOB if asked.request.text("page-ranges").is_some() => {
            Message::new(0x0001).group(5).value(0x13, "page-ranges", b"").into()
        }
        _ => standard.answer(asked),
    });
    let ask = Ask { copies: 1, pages: PageRange::Range(2, 3) };
    end(desk.printer.print(desk.pdf().or_pages(Dot), ask)).await.1.unwrap();
    let sent = &desk.device.asked_for(operation::SEND_DOCUMENT)[0];
    assert_eq!(sent.document.windows(10).filter(|bytes| bytes == b"PwgRaster\0").count(), 2);
    let (_, ended) = end(desk.printer.print(desk.pdf(), ask)).await;
    assert!(matches!(ended, Err(Error::NotOffered("a range of pages"))), "{ended:?}");
    assert_eq!(desk.device.asked_for(operation::SEND_DOCUMENT).len(), 1, "more than asked would have been printed");
}

#[tokio::test]
async fn a_printer_that_differs_by_format_is_asked_for_each() {
    let desk = Desk::playing(|asked| {
        // PDF once only; raster as often as wanted.
        let copies = if asked.request.text("document-format").as_deref() == Some("application/pdf") { 1 } else { 99 };
        Standard { printer: by_format(copies), ..Standard::default() }.answer(asked)
    });
    let ask = Ask { copies: 3, pages: PageRange::All };
    end(desk.printer.print(desk.pdf().or_pages(Dot), ask)).await.1.unwrap();
    let sent = &desk.device.asked_for(operation::SEND_DOCUMENT)[0];
    assert_eq!(sent.request.text("document-format").unwrap(), "image/pwg-raster");
    let created = &desk.device.asked_for(operation::CREATE_JOB)[0];
    assert_eq!(created.request.attributes.iter().find(|(name, _)| name == "copies").unwrap().1, [0, 0, 0, 3]);
}

/// A printer that says how many copies it makes of the format it was asked about.
fn by_format(copies: u8) -> Message {
    let numbers = [operation::CREATE_JOB, operation::SEND_DOCUMENT];
    let printer = Message::new(0)
        .group(4)
        .value(0x49, "document-format-supported", b"application/pdf")
        .value(0x49, "", b"image/pwg-raster")
        .words("pwg-raster-document-type-supported", &["sgray_8"])
        .words("printer-get-attributes-supported", &["document-format"])
        .value(0x33, "copies-supported", &[0, 0, 0, 1, 0, 0, 0, copies])
        .number(0x23, "operations-supported", i32::from(operation::PRINT_JOB));
    numbers.into_iter().fold(printer, |printer, number| printer.number(0x23, "", i32::from(number)))
}

#[tokio::test]
async fn a_printer_that_does_not_know_our_version_is_asked_in_its_own() {
    let standard = Standard::default();
    let desk = Desk::playing(
        move |asked| {
            if asked.request.version == (2, 0) { refused(0x0503) } else { standard.answer(asked) }
        },
    );
    desk.print().await.1.unwrap();
    assert!(desk.device.asked().iter().skip(1).all(|asked| asked.request.version == (1, 1)));
}
