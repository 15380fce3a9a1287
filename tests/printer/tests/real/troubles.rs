//! What can be wrong with a printer, said while it is and no longer.

use std::time::Duration;

use printer::{Options, Order};
use printing::{Ask, Error, Hold, Progress, State};

use super::desk::{end, settings, until};
use super::{Desk, until_a_page_is_out};

#[tokio::test]
async fn a_printer_that_is_off_is_told_from_one_that_died() {
    let mut desk = Desk::ordered(&[Order::Page, Order::Wait("never")]);
    let mut job = desk.printer.print(desk.pdf(), Ask::default());
    until_a_page_is_out(&mut job).await;
    desk.device.kill();
    let (told, ended) = end(job).await;
    assert!(matches!(ended, Err(Error::Lost { printed: 1, of: 3 })), "{ended:?}");
    assert!(told.iter().any(|progress| progress.state == State::Silent), "{told:?}");
    let (_, ended) = end(desk.printer.print(desk.pdf(), Ask::default())).await;
    assert!(matches!(ended, Err(Error::Unreachable { .. })), "{ended:?}");
}

#[tokio::test]
async fn without_paper_it_says_so_and_goes_on_when_there_is_some() {
    let desk = Desk::with(Options::default());
    desk.device.load(0).unwrap();
    let mut job = desk.printer.print(desk.pdf(), Ask::default());
    until(&mut job, State::Blocked(Hold::PaperOut)).await;
    assert!(desk.device.delivered().unwrap().is_empty(), "printed without paper");
    desk.device.load(250).unwrap();
    let (told, ended) = end(job).await;
    ended.unwrap();
    assert!(told.iter().any(|progress| progress.state == State::Printing), "{told:?}");
    assert!(desk.device.first().unwrap().document == *desk.letter.pdf);
}

#[tokio::test]
async fn each_trouble_is_named_and_goes_away_once_fixed() {
    for (trouble, hold) in [
        ("media-jam", Hold::Jammed),
        ("cover-open", Hold::CoverOpen),
        ("toner-empty", Hold::TonerOut),
        ("input-tray-missing", Hold::PaperOut),
        ("paused", Hold::Stopped),
    ] {
        let desk = Desk::ordered(&[Order::Page, Order::Trouble(trouble), Order::Page, Order::Page]);
        let mut job = desk.printer.print(desk.pdf(), Ask::default());
        assert_eq!(until(&mut job, State::Blocked(hold)).await.printed, 1, "{trouble}");
        desk.device.fix(trouble).unwrap();
        let (told, ended) = end(job).await;
        ended.unwrap();
        assert_eq!(told.last().unwrap(), &Progress { printed: 3, of: 3, state: State::Done });
    }
}

#[tokio::test]
async fn low_toner_is_no_trouble() {
    let desk = Desk::ordered(&[Order::Page, Order::Trouble("toner-low"), Order::Page]);
    let mut job = desk.printer.print(desk.pdf(), Ask::default());
    until_a_page_is_out(&mut job).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    desk.device.fix("toner-low").unwrap();
    let (told, ended) = end(job).await;
    ended.unwrap();
    assert!(!told.iter().any(|progress| matches!(progress.state, State::Blocked(_))), "{told:?}");
}

#[tokio::test]
async fn nobody_helps_for_too_long_and_the_job_is_taken_back() {
    let desk = Desk::ordered(&[Order::Page, Order::Trouble("media-jam")]);
    let mut hasty = settings(&desk.pki, &desk.device.address());
    hasty.timeouts.patience = Duration::from_secs(1);
    let printer = printing::Printer::new(hasty).unwrap();
    let (_, ended) = end(printer.print(desk.pdf(), Ask::default())).await;
    assert!(matches!(ended, Err(Error::Waited(Hold::Jammed))), "{ended:?}");
    assert!(desk.device.log().contains("Cancel-Job successful-ok"), "{}", desk.device.log());
}

#[tokio::test]
async fn a_busy_printer_is_waited_for() {
    let desk = Desk::ordered(&[Order::Wait("end"), Order::Page, Order::Page, Order::Page]);
    let mut first = desk.printer.print(desk.pdf(), Ask::default());
    until(&mut first, State::Printing).await;
    let mut second = desk.printer.print(desk.pdf(), Ask::default());
    until(&mut second, State::Busy).await;
    desk.device.go("end").unwrap();
    end(first).await.1.unwrap();
    end(second).await.1.unwrap();
    assert_eq!(desk.device.delivered().unwrap().len(), 2);
}

#[tokio::test]
async fn a_printer_that_stays_busy_is_given_up() {
    let desk = Desk::ordered(&[Order::Wait("never")]);
    let mut first = desk.printer.print(desk.pdf(), Ask::default());
    until(&mut first, State::Printing).await;
    let mut hasty = settings(&desk.pki, &desk.device.address());
    hasty.timeouts.patience = Duration::from_millis(500);
    let printer = printing::Printer::new(hasty).unwrap();
    let (_, ended) = end(printer.print(desk.pdf(), Ask::default())).await;
    assert!(matches!(ended, Err(Error::Busy)), "{ended:?}");
}
