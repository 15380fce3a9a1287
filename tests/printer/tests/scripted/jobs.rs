//! Jobs in every state there is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use printer::{Asked, Reply, Standard, operation};
use printing::{Ask, Error, Hold, Settings, State, Work};
use zeroize::Zeroizing;

use super::desk::{end, until};
use super::{Desk, refused, with_formats};

#[tokio::test]
async fn a_job_held_for_its_owner_can_be_left_to_the_printer() {
    let desk = Desk::job(&[(4, "job-password-wait", 0)]);
    let mut job = desk.printer.print(desk.pdf(), Ask::default());
    until(&mut job, State::Held).await;
    assert!(job.let_go());
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!desk.cancelled());
}

#[tokio::test]
async fn a_job_held_too_long_stays_in_the_printer() {
    let standard = Standard { job: vec![(4, "job-held-on-create", 0)], ..Standard::default() };
    let hasty = |settings: &mut Settings| settings.timeouts.patience = Duration::from_millis(400);
    let desk = Desk::with(hasty, move |asked| standard.answer(asked));
    assert!(matches!(desk.print().await.1, Err(Error::Held)));
    assert!(!desk.cancelled());
}

#[tokio::test]
async fn a_job_waits_in_the_queue_then_prints() {
    let desk = Desk::job(&[
        (3, "none", 0),
        (3, "job-queued", 0),
        (5, "job-printing", 1),
        (5, "job-printing", 2),
        (9, "job-completed-successfully", 3),
    ]);
    let (told, ended) = desk.print().await;
    ended.unwrap();
    let mut seen: Vec<(State, u32)> = told.iter().map(|progress| (progress.state, progress.printed)).collect();
    seen.retain(|(state, _)| !matches!(state, State::Preparing | State::Sending));
    assert_eq!(seen, [(State::Waiting, 0), (State::Printing, 1), (State::Printing, 2), (State::Done, 3)]);
}

#[tokio::test]
async fn each_way_a_job_ends_is_told() {
    type Expected = fn(&Error) -> bool;
    let ends: [(i32, &str, Expected); 5] = [
        (7, "job-canceled-at-device", |error| matches!(error, Error::Cancelled)),
        (7, "job-canceled-by-operator", |error| matches!(error, Error::Cancelled)),
        (
            8,
            "document-format-error",
            |error| matches!(error, Error::Aborted { reasons } if reasons == "document-format-error"),
        ),
        (9, "job-completed-with-errors", |error| matches!(error, Error::Incomplete { .. })),
        (8, "aborted-by-system", |error| matches!(error, Error::Aborted { .. })),
    ];
    for (state, reason, expected) in ends {
        let desk = Desk::job(&[(5, "job-printing", 1), (state, reason, 1)]);
        let (_, ended) = desk.print().await;
        assert!(expected(ended.as_ref().unwrap_err()), "{reason}: {ended:?}");
        assert!(!desk.cancelled(), "{reason}: nothing is left to cancel");
    }
}

#[tokio::test]
async fn a_printer_that_stands_still_says_why() {
    for (reason, hold) in [
        ("media-jam-error", Hold::Jammed),
        ("door-open-error", Hold::CoverOpen),
        ("media-needed-error", Hold::PaperOut),
        ("marker-supply-empty-error", Hold::TonerOut),
        ("output-area-full-error", Hold::OutputFull),
        ("connecting-to-device-error", Hold::Offline),
        ("paused", Hold::Stopped),
        ("none", Hold::Stopped),
    ] {
        let helped = Arc::new(AtomicBool::new(false));
        let fine = Arc::clone(&helped);
        let desk = Desk::playing(move |asked| {
            let fine = fine.load(Ordering::SeqCst);
            let printer = if fine { Standard::idle() } else { with_formats(Standard::with(&[reason], 5)) };
            let job = if fine { (9, "job-completed-successfully", 3) } else { (6, "printer-stopped", 2) };
            Standard { printer, job: vec![job] }.answer(asked)
        });
        assert_eq!(desk.printer.offer().await.unwrap().hold, Some(hold));
        let mut job = desk.printer.print(desk.pdf(), Ask::default());
        let progress = until(&mut job, State::Blocked(hold)).await;
        assert_eq!((progress.printed, progress.of), (2, 3), "{reason}");
        helped.store(true, Ordering::SeqCst);
        end(job).await.1.unwrap();
    }
}

#[tokio::test]
async fn a_printer_out_of_paper_stops_reading_and_the_person_is_told() {
    let empty = Arc::new(AtomicBool::new(true));
    let state = Arc::clone(&empty);
    // As long as an answer to so much may take on a machine out of breath.
    let patient = |settings: &mut Settings| settings.timeouts.answer = Duration::from_secs(30);
    let desk = Desk::with(patient, move |asked| {
        let empty = state.load(Ordering::SeqCst);
        let printer = if empty { with_formats(Standard::with(&["media-empty-error"], 5)) } else { Standard::idle() };
        let job = if empty { (5, "job-incoming", 0) } else { (9, "job-completed-successfully", 1) };
        Standard { printer, job: vec![job] }.answer(asked)
    });
    desk.device.reads(false);
    // Larger than every buffer on the way.
    let large = Zeroizing::new(vec![b'%'; 24 << 20]);
    let mut job = desk.printer.print(Work::pdf(large, 1), Ask::default());
    until(&mut job, State::Blocked(Hold::PaperOut)).await;
    assert!(desk.device.asked_for(operation::SEND_DOCUMENT).is_empty(), "it has read the document");
    empty.store(false, Ordering::SeqCst);
    desk.device.reads(true);
    end(job).await.1.unwrap();
    assert_eq!(
        desk.device.asked_for(operation::SEND_DOCUMENT).iter().map(|asked| asked.document.len()).sum::<usize>(),
        24 << 20
    );
}

#[tokio::test]
async fn what_the_printer_has_not_read_is_not_printed_whatever_it_says() {
    let desk = Desk::job(&[(9, "job-completed-successfully", 3)]);
    desk.device.reads(false);
    // So small that it is out of our hands at once.
    let mut job = desk.printer.print(desk.pdf(), Ask::default());
    until(&mut job, State::Sending).await;
    let more = tokio::time::timeout(Duration::from_millis(600), until(&mut job, State::Done)).await;
    assert!(more.is_err(), "done without the document");
    desk.device.reads(true);
    end(job).await.1.unwrap();
    assert!(desk.device.asked_for(operation::SEND_DOCUMENT)[0].document == *desk.letter.pdf);
}

#[tokio::test]
async fn a_printer_that_prints_and_never_says_it_has_the_document_is_believed() {
    let hasty = |settings: &mut Settings| settings.timeouts.answer = Duration::from_millis(500);
    let standard = Standard::default();
    let desk = Desk::with(hasty, move |asked| match asked.request.operation {
        operation::SEND_DOCUMENT => Reply::Silence,
        _ => standard.answer(asked),
    });
    let (told, ended) = desk.print().await;
    ended.unwrap();
    assert_eq!(told.last().unwrap().state, State::Done);
}

#[tokio::test]
async fn a_job_cancelled_at_the_printer_while_it_is_sent_says_so() {
    let standard = Standard { job: vec![(7, "job-canceled-at-device", 0)], ..Standard::default() };
    let desk = Desk::playing(move |asked| match asked.request.operation {
        operation::SEND_DOCUMENT => refused(0x0404),
        _ => standard.answer(asked),
    });
    assert!(matches!(desk.print().await.1, Err(Error::Cancelled)));
}

#[tokio::test]
async fn a_job_the_printer_has_forgotten_is_lost_unless_it_was_all_printed() {
    let forgets = |printed: i32| {
        move |asked: &Asked| match asked.request.operation {
            operation::GET_JOB_ATTRIBUTES if asked.before > 0 => refused(0x0406),
            _ => Standard { job: vec![(5, "job-printing", printed)], ..Standard::default() }.answer(asked),
        }
    };
    let (_, ended) = Desk::playing(forgets(1)).print().await;
    assert!(matches!(ended, Err(Error::Lost { printed: 1, of: 3 })), "{ended:?}");
    Desk::playing(forgets(3)).print().await.1.unwrap();
}

#[tokio::test]
async fn a_printer_that_is_silent_for_a_while_is_waited_for() {
    let quick = |settings: &mut Settings| {
        settings.timeouts.answer = Duration::from_millis(200);
        settings.timeouts.silence = Duration::from_secs(3);
    };
    let standard = Standard::default();
    let desk = Desk::with(quick, move |asked| match asked.request.operation {
        operation::GET_JOB_ATTRIBUTES if (1..3).contains(&asked.before) => Reply::Silence,
        operation::GET_JOB_ATTRIBUTES if asked.before == 0 => {
            Standard { job: vec![(5, "job-printing", 1)], ..Standard::default() }.answer(asked)
        }
        _ => standard.answer(asked),
    });
    let (told, ended) = desk.print().await;
    ended.unwrap();
    assert!(told.iter().any(|progress| progress.state == State::Silent), "{told:?}");
}
