//! What arrives is what was sent, as the printer wants it.

use printer::{Options, Order};
use printing::{Ask, Error, PageRange, Progress, State, Work};

use super::desk::{A4, Rendered, end, render};
use super::postscript::decoded;
use super::{Counted, Desk, raster};

fn black_rows((width, _, pixels): &(usize, usize, Vec<u8>)) -> usize {
    pixels.chunks(*width).filter(|row| row.iter().all(|pixel| *pixel == 0)).count()
}

#[tokio::test]
async fn a_letter_of_three_pages_arrives_whole() {
    let desk = Desk::with(Options::default());
    let (told, ended) = end(desk.printer.print(desk.both(), Ask::default())).await;
    ended.unwrap();
    let arrived = desk.device.first().unwrap();
    assert!(arrived.document == *desk.letter.pdf, "other bytes arrived");
    assert_eq!(arrived.attribute("CONTENT_TYPE"), "application/pdf");
    assert_eq!(arrived.attribute("IPP_MEDIA"), "iso_a4_210x297mm");
    assert_eq!(arrived.attribute("IPP_SIDES"), "two-sided-long-edge");
    assert_eq!(arrived.attribute("IPP_PRINT_COLOR_MODE"), "monochrome");
    assert_eq!((arrived.attribute("IPP_COPIES"), arrived.attribute("IPP_PAGE_RANGES")), ("", ""));
    assert_eq!(told.first().unwrap(), &Progress { printed: 0, of: 3, state: State::Preparing });
    assert_eq!(told.last().unwrap(), &Progress { printed: 3, of: 3, state: State::Done });
    assert!(told.windows(2).all(|pair| pair[0].printed <= pair[1].printed && pair[0] != pair[1]), "{told:?}");
}

#[tokio::test]
async fn nothing_in_the_printers_journal_says_whose_letter_it_was() {
    let desk = Desk::with(Options::default());
    end(desk.printer.print(desk.both(), Ask::default())).await.1.unwrap();
    let arrived = desk.device.first().unwrap();
    assert_eq!(arrived.attribute("IPP_JOB_NAME"), "Guichet");
    assert_eq!(arrived.attribute("IPP_JOB_ORIGINATING_USER_NAME"), "Guichet");
    let log = desk.device.log();
    assert!(log.contains("job-name (nameWithoutLanguage) Guichet"), "{log}");
    for word in ["LAMPION", "156067512345678", "Compte rendu"] {
        assert!(!log.contains(word), "{word}");
    }
}

#[tokio::test]
async fn the_same_letter_as_raster_decodes_to_the_same_pixels() {
    let desk = Desk::with(raster());
    let pages = Rendered::ready(&desk.letter.pdf, 3, A4);
    let (told, ended) = end(desk.printer.print(desk.pdf().or_pages(pages), Ask::default())).await;
    ended.unwrap();
    assert_eq!(told.last().unwrap(), &Progress { printed: 3, of: 3, state: State::Done });
    let arrived = desk.device.first().unwrap();
    assert_eq!(arrived.attribute("CONTENT_TYPE"), "image/pwg-raster");
    let pages = decoded(&arrived.document);
    assert_eq!(pages.len(), 3);
    for (number, (width, height, pixels)) in (1..).zip(&pages) {
        assert_eq!((*width, *height), (2480, 3508));
        let bitmap = render(&desk.letter.pdf, number, A4);
        // The letter is black, white and grey: red is as good as luma.
        let mut expected: Vec<u8> = bitmap.rgba.chunks(4).map(|pixel| pixel[0]).collect();
        if number == 2 {
            // `pwg-raster-document-sheet-back` of this printer is `rotated`.
            expected.reverse();
        }
        assert!(*pixels == expected, "page {number}");
    }
}

#[tokio::test]
async fn two_copies_of_two_pages_are_left_to_a_printer_that_can() {
    let desk = Desk::ordered(&[Order::Page; 4]);
    let ask = Ask { copies: 2, pages: PageRange::Range(2, 3) };
    let (told, ended) = end(desk.printer.print(desk.both(), ask)).await;
    ended.unwrap();
    let arrived = desk.device.first().unwrap();
    assert_eq!((arrived.attribute("IPP_COPIES"), arrived.attribute("IPP_PAGE_RANGES")), ("2", "2-3"));
    assert_eq!(arrived.attribute("IPP_MULTIPLE_DOCUMENT_HANDLING"), "separate-documents-collated-copies");
    assert!(arrived.document == *desk.letter.pdf);
    assert_eq!(told.last().unwrap(), &Progress { printed: 4, of: 4, state: State::Done });
}

#[tokio::test]
async fn two_copies_of_two_pages_are_made_for_a_printer_that_cannot() {
    // With raster alone this printer makes one copy and picks no pages.
    let desk = Desk::with(Options { orders: vec![Order::Page; 4], ..raster() });
    let offer = desk.printer.offer().await.unwrap();
    assert_eq!((offer.pdf, offer.copies), (false, 1));
    let ask = Ask { copies: 2, pages: PageRange::Range(2, 3) };
    end(desk.printer.print(Work::pages(Counted, 3), ask)).await.1.unwrap();
    let pages = decoded(&desk.device.first().unwrap().document);
    assert_eq!(pages.iter().map(black_rows).collect::<Vec<_>>(), [2, 3, 2, 3]);
}

#[tokio::test]
async fn a_printer_says_what_it_can_do() {
    let offer = Desk::with(Options::default()).printer.offer().await.unwrap();
    assert_eq!(offer.model, "Example Printer");
    assert!(
        offer.pdf
            && offer.raster
            && offer.a4
            && offer.colour
            && offer.two_sided
            && offer.page_ranges
            && offer.accepting
    );
    assert_eq!((offer.copies, offer.resolutions, offer.queued, offer.hold), (999, vec![300, 600], 0, None));
    let plain = Options { two_sided: false, colour: false, ..raster() };
    let offer = Desk::with(plain).printer.offer().await.unwrap();
    assert!(!offer.pdf && !offer.two_sided && !offer.colour);
}

#[tokio::test]
async fn a_printer_of_an_older_ipp_prints_too() {
    let desk = Desk::with(Options { version: "1.1", ..Options::default() });
    end(desk.printer.print(desk.both(), Ask::default())).await.1.unwrap();
    assert!(desk.device.first().unwrap().document == *desk.letter.pdf);
}

#[tokio::test]
async fn a_printer_of_photographs_takes_no_letter() {
    let desk = Desk::with(Options { formats: vec!["image/jpeg"], ..Options::default() });
    let (_, ended) = end(desk.printer.print(desk.both(), Ask::default())).await;
    assert!(matches!(ended, Err(Error::FormatNotAccepted)), "{ended:?}");
}
