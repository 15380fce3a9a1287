//! Printers that refuse, and what is no printer.

use std::time::Duration;

use printer::{Message, Reply, Standard, operation};
use printing::{Error, Settings};

use super::{Desk, refused, with_formats};

#[tokio::test]
async fn a_document_refused_on_arrival_is_refused_and_its_job_taken_back() {
    let standard = Standard { job: vec![(3, "job-incoming", 0)], ..Standard::default() };
    let desk = Desk::playing(move |asked| match asked.request.operation {
        operation::SEND_DOCUMENT => refused(0x040A),
        _ => standard.answer(asked),
    });
    let (_, ended) = desk.print().await;
    assert!(matches!(ended, Err(Error::FormatNotAccepted)), "{ended:?}");
    assert!(desk.cancelled());
}

#[tokio::test]
async fn a_printer_without_a4_or_that_takes_no_jobs_says_so_before_anything_is_sent() {
    let letter = with_formats(Message::new(0).group(4).number(0x23, "operations-supported", 2))
        .words("media-supported", &["na_letter_8.5x11in"]);
    let closed = with_formats(Message::new(0).group(4).number(0x23, "operations-supported", 2)).value(
        0x22,
        "printer-is-accepting-jobs",
        &[0],
    );
    type Expected = fn(&Error) -> bool;
    let cases: [(Message, Expected); 2] =
        [(letter, |error| matches!(error, Error::NoA4)), (closed, |error| matches!(error, Error::NotAccepting))];
    for (printer, expected) in cases {
        let standard = Standard { printer, ..Standard::default() };
        let desk = Desk::playing(move |asked| standard.answer(asked));
        let (_, ended) = desk.print().await;
        assert!(expected(ended.as_ref().unwrap_err()), "{ended:?}");
        assert!(desk.device.asked().iter().all(|asked| asked.request.operation == operation::GET_PRINTER_ATTRIBUTES));
    }
}

#[tokio::test]
async fn what_is_no_printer_is_told_from_one_that_refuses() {
    type Expected = fn(&Error) -> bool;
    let cases: [(Reply, Expected); 12] = [
        (Reply::Http(401), |error| matches!(error, Error::NotAuthorised)),
        (Reply::Http(403), |error| matches!(error, Error::NotAuthorised)),
        (Reply::Http(404), |error| matches!(error, Error::NotAPrinter { what, .. } if what == "HTTP 404")),
        (Reply::Http(302), |error| matches!(error, Error::NotAPrinter { what, .. } if what == "HTTP 302")),
        (Reply::Http(500), |error| matches!(error, Error::OutOfOrder { status: 500, .. })),
        (Reply::Http(503), |error| matches!(error, Error::Busy)),
        (Reply::Body("text/html", b"<h1>Bonjour</h1>".to_vec()), |error| matches!(error, Error::NotAPrinter { .. })),
        (Reply::Body("application/ipp", b"<h1>Bonjour</h1>".to_vec()), |error| {
            matches!(error, Error::NotAPrinter { .. })
        }),
        (Reply::Body("application/ipp", vec![4; 2 << 20]), |error| matches!(error, Error::TooLarge)),
        (Reply::Silence, |error| matches!(error, Error::TimedOut)),
        (refused(0x0403), |error| matches!(error, Error::NotAuthorised)),
        (
            Message::new(0x0400).value(0x41, "status-message", "Non\u{7}".as_bytes()).into(),
            |error| matches!(error, Error::Refused { status: 0x0400, message: Some(words) } if words == "Non"),
        ),
    ];
    for (reply, expected) in cases {
        let answer = reply.clone();
        let desk = Desk::playing(move |_| answer.clone());
        let refused = desk.printer.offer().await.unwrap_err();
        assert!(expected(&refused), "{reply:?}: {refused:?}");
    }
}

#[tokio::test]
async fn each_refusal_to_create_a_job_has_its_name() {
    type Expected = fn(&Error) -> bool;
    let cases: [(u16, Expected); 5] = [
        (0x0504, |error| matches!(error, Error::OutOfOrder { status: 0x0504, .. })),
        (0x0506, |error| matches!(error, Error::NotAccepting)),
        (0x0401, |error| matches!(error, Error::NotAuthorised)),
        (0x040E, |error| matches!(error, Error::Refused { status: 0x040E, .. })),
        (0x0507, |error| matches!(error, Error::Busy)),
    ];
    for (status, expected) in cases {
        let standard = Standard::default();
        let hasty = |settings: &mut Settings| settings.timeouts.patience = Duration::from_millis(300);
        let desk = Desk::with(hasty, move |asked| match asked.request.operation {
            operation::CREATE_JOB => refused(status),
            _ => standard.answer(asked),
        });
        let (_, ended) = desk.print().await;
        assert!(expected(ended.as_ref().unwrap_err()), "{status:04x}: {ended:?}");
    }
}
