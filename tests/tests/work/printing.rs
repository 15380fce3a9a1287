//! Paper, from a real printer none of us wrote.

use e2e::Place;
use flow::{Failure, Paper, Print, PrinterWaits, Screen, Touch};
use printer::Order;
use site::whole::{Kiosk, Options};

use super::at;

fn with_printer(orders: Vec<Order>) -> Place {
    let printer = Some(printer::Options { orders, ..printer::Options::default() });
    Place::with(Options { letters: true, printer, ..Options::default() }, &Kiosk::default())
}

#[test]
fn a_document_comes_out_as_it_is() {
    let (place, mut desk) = at(with_printer(vec![Order::Page; 3]));
    desk.touches(Touch::OpenRow(0));
    desk.sees_the_message();
    desk.touches(Touch::OpenDocument(0));
    desk.sees_a_document("its first page", |document| {
        matches!(&document.paper, Paper::Pages { picture: Some(_), .. }) && document.can_print
    });
    desk.touches(Touch::Print);
    desk.touches(Touch::Print);
    desk.sees("printed", |screen| *screen == Screen::Print(Print::Done));
    let delivered = place.printer.as_ref().unwrap().first().unwrap();
    assert_eq!(delivered.document, papers::pdf::hospital_report(&papers::people::LAMPION, 3));
    desk.touches(Touch::Done);
    desk.sees_a_document("the document again", |_| true);
    desk.leaves();
}

#[test]
fn the_letter_itself_comes_out_as_a_sheet() {
    let (place, mut desk) = at(with_printer(vec![Order::Page; 3]));
    desk.touches(Touch::OpenRow(0));
    desk.sees_the_message();
    desk.touches(Touch::Print);
    desk.touches(Touch::Print);
    desk.sees("printed", |screen| *screen == Screen::Print(Print::Done));
    let delivered = place.printer.as_ref().unwrap().first().unwrap();
    assert!(delivered.document.starts_with(b"%PDF"));
    desk.leaves();
}

#[test]
fn a_jam_is_told_and_printing_goes_on_once_it_is_cleared() {
    let (place, mut desk) = at(with_printer(vec![Order::Page, Order::Trouble("media-jam"), Order::Page]));
    desk.touches(Touch::OpenRow(0));
    desk.sees_the_message();
    desk.touches(Touch::Print);
    desk.touches(Touch::Print);
    desk.sees("the jam", |screen| matches!(screen, Screen::Print(Print::Going { waits: Some(PrinterWaits::Jam), .. })));
    place.printer.as_ref().unwrap().fix("media-jam").unwrap();
    desk.sees("printed", |screen| *screen == Screen::Print(Print::Done));
    desk.leaves();
}

#[test]
fn a_printer_that_is_gone_says_so() {
    let (mut place, mut desk) = at(with_printer(vec![]));
    place.printer.as_mut().unwrap().kill();
    desk.touches(Touch::OpenRow(0));
    desk.sees_the_message();
    desk.touches(Touch::Print);
    desk.touches(Touch::Print);
    desk.sees("a failure", |screen| *screen == Screen::Print(Print::Failed(Failure::PrinterUnreachable)));
    desk.touches(Touch::Cancel);
    desk.sees_the_message();
    desk.leaves();
}
