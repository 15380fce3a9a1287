//! Printing: one simple question, then the truth.

use super::failed::map_failure;
use super::{Send, support};
use crate::french::count;
use crate::{MainWindow, PrintAdapter, PrintState, PrintWait};
use flow::{Print, PrinterWaits, Stamp, Touch};
use slint::ComponentHandle;

/// Lends the page its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let adapter = window.global::<PrintAdapter>();
    let touch = send.clone();
    adapter.on_back(move || touch(Touch::Back));
    let touch = send.clone();
    adapter.on_print(move || touch(Touch::Print));
    let touch = send.clone();
    adapter.on_copy(move |copies| {
        if let Ok(copies) = u8::try_from(copies) {
            touch(Touch::Copies(copies));
        }
    });
    let touch = send.clone();
    adapter.on_only_this_page(move |only| touch(Touch::OnlyThisPage(only)));
}

/// Shows the question, how far it has come, or what became of it.
pub(crate) fn show(window: &MainWindow, screen: &Print, now: Option<Stamp>) {
    let adapter = window.global::<PrintAdapter>();
    match *screen {
        Print::Ask { pages, current, copies, only_current } => {
            adapter.set_state(PrintState::Ask);
            adapter.set_pages(pages.map_or(-1, count));
            adapter.set_current(current.map_or(0, count));
            adapter.set_copies(copies.into());
            adapter.set_only_current(only_current);
        }
        Print::Going { printed, of, waits } => {
            adapter.set_state(PrintState::Going);
            adapter.set_printed(count(printed));
            adapter.set_of(count(of));
            adapter.set_waits(map_waits(waits));
        }
        Print::Done => adapter.set_state(PrintState::Done),
        Print::Failed(failure) => {
            adapter.set_state(PrintState::Failed);
            adapter.set_trouble(map_failure(failure));
            adapter.set_can_retry(failure.retry());
            return support::show_now(window, failure.code(), now);
        }
    }
    support::clear(window);
}

fn map_waits(waits: Option<PrinterWaits>) -> PrintWait {
    match waits {
        None => PrintWait::Nothing,
        Some(PrinterWaits::Paper) => PrintWait::Paper,
        Some(PrinterWaits::Jam) => PrintWait::Jam,
        Some(PrinterWaits::Cover) => PrintWait::Cover,
        Some(PrinterWaits::Toner) => PrintWait::Toner,
        Some(PrinterWaits::Queue) => PrintWait::Queue,
        Some(PrinterWaits::Attention) => PrintWait::Attention,
    }
}
