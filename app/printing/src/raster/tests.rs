//! What is written, read again by a reader that shares nothing with the writer.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use futures::FutureExt;
use futures::future::BoxFuture;
use proptest::prelude::*;
use zeroize::Zeroizing;

use super::*;
use crate::ask::{Ask, PageRange};
use crate::offer::{Back, Offer};
use crate::page::{Bitmap, Frame};
use crate::plan::Subject;
use crate::settings::{Colour, Settings};

/// A page as a printer would see it.
struct Seen {
    header: Vec<u8>,
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Seen {
    fn number(&self, place: usize) -> i32 {
        number(&self.header, place)
    }
}

fn number(bytes: &[u8], place: usize) -> i32 {
    i32::from_be_bytes(bytes[place..place + 4].try_into().unwrap())
}

/// Reads a stream to its last byte.
fn read(stream: &[u8]) -> Vec<Seen> {
    assert_eq!(&stream[..4], b"RaS2");
    let mut rest = &stream[4..];
    let mut pages = Vec::new();
    while !rest.is_empty() {
        let (header, after) = rest.split_at(1796);
        rest = after;
        let of = |place| usize::try_from(number(header, place)).unwrap();
        let (width, height, size, line) = (of(372), of(376), of(388) / 8, of(392));
        assert_eq!(line, width * size);
        let mut pixels = Vec::new();
        while pixels.len() < line * height {
            let times = usize::from(rest[0]) + 1;
            rest = &rest[1..];
            let mut row = Vec::new();
            while row.len() < line {
                let code = usize::from(rest[0]);
                assert_ne!(code, 128, "reserved");
                let (pixels, repeats) = if code < 128 { (1, code + 1) } else { (257 - code, 1) };
                let run = &rest[1..1 + pixels * size];
                for _ in 0..repeats {
                    row.extend_from_slice(run);
                }
                rest = &rest[1 + pixels * size..];
            }
            assert_eq!(row.len(), line, "a run goes beyond its line");
            for _ in 0..times {
                pixels.extend_from_slice(&row);
            }
        }
        assert_eq!(pixels.len(), line * height, "lines go beyond their page");
        pages.push(Seen { header: header.to_vec(), width, height, pixels });
    }
    pages
}

/// Pages of one size, told apart by a mark: pixel (0, 0) is black, the next is the page's number as grey.
struct Marked(u32, u32);

impl Pages for Marked {
    fn page(&mut self, page: u32, _: Frame) -> BoxFuture<'_, Result<Bitmap, Source>> {
        let mut rgba = vec![255; (self.0 * self.1 * 4) as usize];
        rgba[..8].copy_from_slice(&[0, 0, 0, 255, page as u8, page as u8, page as u8, 255]);
        async move { Ok(Bitmap { width: self.0, height: self.1, rgba: Zeroizing::new(rgba) }) }.boxed()
    }
}

fn offer() -> Offer {
    Offer {
        raster: true,
        a4: true,
        colour: true,
        two_sided: true,
        copies: 1,
        resolutions: vec![72],
        accepting: true,
        grey_raster: true,
        colour_raster: true,
        creates: true,
        ..Offer::default()
    }
}

async fn printed(offer: Offer, ask: Ask, colour: bool, count: u32, pages: &mut (dyn Pages + Send)) -> Vec<Seen> {
    let mut settings = Settings::new(url::Url::parse("ipps://p/").unwrap());
    settings.colour = if colour { Colour::Always } else { Colour::Never };
    let plan = Plan::find(&settings, &offer, ask, Subject { pdf: false, pages: true, count, colour }).unwrap();
    let raster = plan.raster.unwrap();
    let (sender, mut receiver) = mpsc::channel(2);
    let writing = async { write(&plan, &raster, pages, sender).await.unwrap() };
    let reading = async {
        let mut stream = Vec::new();
        while let Some(piece) = receiver.recv().await {
            match piece {
                Piece::Data(bytes) => stream.extend_from_slice(&bytes),
                Piece::End => return stream,
            }
        }
        panic!("the stream was not ended");
    };
    let (_, stream) = futures::join!(writing, reading);
    read(&stream)
}

/// Where the one black pixel is.
fn black(seen: &Seen) -> (usize, usize) {
    let size = seen.pixels.len() / (seen.width * seen.height);
    let place = seen.pixels.chunks(size).position(|pixel| pixel.iter().all(|value| *value == 0)).unwrap();
    (place % seen.width, place / seen.width)
}

#[tokio::test]
async fn the_header_says_what_a_printer_must_know() {
    let ask = Ask { copies: 1, pages: PageRange::Range(2, 3) };
    let pages = printed(Offer { resolutions: vec![300], ..offer() }, ask, false, 3, &mut Marked(200, 300)).await;
    assert_eq!(pages.len(), 2);
    let page = &pages[0];
    assert!(page.header.starts_with(b"PwgRaster\0"));
    assert!(page.header[1732..].starts_with(b"iso_a4_210x297mm\0"));
    let fields = [276, 280, 352, 356, 372, 376, 384, 388, 392, 400, 420, 452, 456, 460].map(|at| page.number(at));
    assert_eq!(fields, [300, 300, 595, 842, 2480, 3508, 8, 8, 2480, 18, 1, 2, 1, 1]);
    assert_eq!((page.number(272), page.number(368)), (1, 0), "two sides, long edge");
    let mark = |page: &Seen| page.pixels[1604 * 2480 + 1141];
    assert_eq!((mark(&pages[0]), mark(&pages[1])), (2, 3));
}

#[tokio::test]
async fn colours_come_out_as_they_went_in() {
    let pages =
        printed(offer(), Ask { copies: 1, pages: PageRange::Range(200, 200) }, true, 200, &mut Marked(595, 842)).await;
    assert_eq!((pages[0].number(388), pages[0].number(400), pages[0].number(420)), (24, 19, 3));
    assert_eq!(pages[0].pixels[..9], [0, 0, 0, 200, 200, 200, 255, 255, 255]);
}

#[tokio::test]
async fn a_smaller_page_lies_in_the_middle_and_a_lying_one_is_turned() {
    let pages = printed(offer(), Ask::default(), false, 1, &mut Marked(101, 202)).await;
    assert_eq!(black(&pages[0]), ((595 - 101) / 2, (842 - 202) / 2));
    let pages = printed(offer(), Ask::default(), false, 1, &mut Marked(842, 595)).await;
    assert_eq!(black(&pages[0]), (594, 0), "its top left is the top right of the sheet");
    assert_eq!(pages[0].pixels[595 * 2 - 1], 1, "and goes on downwards");
}

#[tokio::test]
async fn backs_are_turned_as_the_printer_wants_them() {
    for (back, place, turns) in [
        (Back::Normal, (0, 0), (1, 1)),
        (Back::Flipped, (0, 841), (1, -1)),
        (Back::Rotated, (594, 841), (-1, -1)),
        (Back::ManualTumble, (0, 0), (1, 1)),
    ] {
        let pages = printed(Offer { back, ..offer() }, Ask::default(), false, 3, &mut Marked(595, 842)).await;
        assert_eq!((black(&pages[0]), black(&pages[1]), black(&pages[2])), ((0, 0), place, (0, 0)), "{back:?}");
        assert_eq!((pages[1].number(456), pages[1].number(460)), turns, "{back:?}");
        assert_eq!((pages[2].number(456), pages[2].number(460)), (1, 1));
    }
}

#[tokio::test]
async fn a_printer_that_makes_no_copies_gets_every_set_from_a_front_on() {
    let ask = Ask { copies: 2, pages: PageRange::All };
    let pages = printed(offer(), ask, true, 3, &mut Marked(595, 842)).await;
    let marks: Vec<u8> = pages.iter().map(|page| page.pixels[3]).collect();
    assert_eq!(marks, [1, 2, 3, 255, 1, 2, 3], "a blank back between the sets");
    assert!(pages.iter().all(|page| page.number(452) == 7));
    let pages = printed(offer(), ask, true, 2, &mut Marked(595, 842)).await;
    assert_eq!(pages.len(), 4);
    let pages = printed(Offer { two_sided: false, ..offer() }, ask, true, 3, &mut Marked(595, 842)).await;
    assert_eq!(pages.len(), 6);
}

#[tokio::test]
async fn a_finer_printer_gets_each_pixel_several_times() {
    let pages =
        printed(Offer { resolutions: vec![600], ..offer() }, Ask::default(), true, 1, &mut Marked(200, 300)).await;
    let page = &pages[0];
    assert_eq!((page.width, page.height, page.number(276)), (4960, 7016, 600));
    let line = |line: usize| &page.pixels[(line * 4960 + 2280) * 3..][..15];
    assert_eq!(line(3208), [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 255, 255, 255]);
    assert_eq!(line(3209), line(3208));
    assert_eq!((line(3207), line(3210)), (&[255; 15][..], &[255; 15][..]));
}

#[tokio::test]
async fn a_page_that_does_not_fit_or_is_not_whole_ends_the_job() {
    struct Bad(u32, u32, usize);
    impl Pages for Bad {
        fn page(&mut self, _: u32, _: Frame) -> BoxFuture<'_, Result<Bitmap, Source>> {
            let rgba = Zeroizing::new(vec![0; self.2]);
            async move { Ok(Bitmap { width: self.0, height: self.1, rgba }) }.boxed()
        }
    }
    let settings = Settings::new(url::Url::parse("ipps://p/").unwrap());
    let subject = Subject { pdf: false, pages: true, count: 1, colour: false };
    let plan = Plan::find(&settings, &offer(), Ask::default(), subject).unwrap();
    for mut bad in [Bad(596, 842, 596 * 842 * 4), Bad(10, 10, 399), Bad(0, 10, 0), Bad(u32::MAX, u32::MAX, 4)] {
        let (sender, _receiver) = mpsc::channel(2);
        let ended = write(&plan, &plan.raster.unwrap(), &mut bad, sender).await;
        assert!(matches!(ended, Err(Error::Page(_))));
    }
}

/// Any pixels, in runs and singles.
fn pixels() -> impl Strategy<Value = Vec<u8>> {
    let run = (any::<[u8; 4]>(), prop_oneof![Just(1_usize), 2..4_usize, 100..300_usize]);
    proptest::collection::vec(run, 1..60).prop_map(|runs| {
        runs.into_iter()
            .flat_map(|(mut pixel, times)| {
                // Opaque, so that what is expected is the pixel itself.
                pixel[3] = 255;
                std::iter::repeat_n(pixel, times).flatten()
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_picture_is_read_again_pixel_by_pixel(strip in pixels()) {
        struct Strip(Vec<u8>);
        impl Pages for Strip {
            fn page(&mut self, _: u32, frame: Frame) -> BoxFuture<'_, Result<Bitmap, Source>> {
                let length = (frame.width * frame.height * 4) as usize;
                let rgba: Vec<u8> = self.0.iter().copied().cycle().take(length).collect();
                async move { Ok(Bitmap { width: frame.width, height: frame.height, rgba: Zeroizing::new(rgba) }) }.boxed()
            }
        }
        let expected: Vec<u8> = strip.chunks(4).cycle().take(595 * 842).flat_map(|pixel| pixel[..3].to_vec()).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let pages = runtime.block_on(printed(offer(), Ask::default(), true, 1, &mut Strip(strip)));
        prop_assert!(pages[0].pixels == expected);
    }
}

#[tokio::test]
async fn each_page_goes_out_as_soon_as_it_is_made() {
    let settings = Settings::new(url::Url::parse("ipps://p/").unwrap());
    let subject = Subject { pdf: false, pages: true, count: 3, colour: false };
    let plan = Plan::find(&settings, &offer(), Ask::default(), subject).unwrap();
    let raster = plan.raster.unwrap();
    let (sender, mut receiver) = mpsc::channel(8);
    write(&plan, &raster, &mut Marked(595, 842), sender).await.unwrap();
    let mut begins = Vec::new();
    while let Ok(piece) = receiver.try_recv() {
        let Piece::Data(bytes) = piece else { continue };
        begins.push(bytes.windows(10).filter(|bytes| bytes == b"PwgRaster\0").count());
    }
    assert_eq!(begins, [1, 1, 1]);
}
