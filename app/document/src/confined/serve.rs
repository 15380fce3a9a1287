//! Orders, one after another.
//!
//! A PDF stays open while pages of it are asked for: fonts and glyphs that its pages share are then read once.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::hayro_syntax::Pdf;
use zeroize::Zeroizing;

use crate::confined::desk::{self, Desk, Pages};
use crate::confined::stream::Stream;
use crate::error::Refusal;
use crate::limits::Limits;
use crate::pages::pdf::{self, Drawer};
use crate::reading::Face;
use crate::view::{Picture, View};
use crate::wire::{Answer, Order};

/// Answers until the room closes, or says something that makes no sense.
pub(super) fn until_closed(stream: &mut Stream) {
    let mut desk = None;
    let mut next = stream.order().ok().flatten();
    while let Some((order, body)) = next.take() {
        match answer(stream, &mut desk, order, body) {
            Ok(Some(order)) => next = Some(order),
            Ok(None) => next = stream.order().ok().flatten(),
            Err(_) => return,
        }
    }
}

/// An order and the bytes that come with it.
type Received = (Order, Zeroizing<Vec<u8>>);

/// Answers an order. Gives back the first order that is not about the PDF which this one has opened.
fn answer(
    stream: &mut Stream,
    desk: &mut Option<Desk>,
    order: Order,
    mut body: Zeroizing<Vec<u8>>,
) -> io::Result<Option<Received>> {
    if let Order::Read { whole, inside, limits } = order {
        *desk = None;
        let raw = std::mem::take(&mut *body);
        match caught(|| Desk::read(raw, whole, inside, *limits)) {
            Some((read, reading)) => {
                *desk = Some(read);
                stream.answer(&Answer::Reading(Box::new(reading)), &[])?;
            }
            // A letter can always be read: this is our fault, and the room tries again without looking inside.
            None => return Err(io::ErrorKind::Other.into()),
        }
        return Ok(None);
    }
    let Some(desk) = desk.as_ref() else {
        stream.answer(&Answer::Missing, &[])?;
        return Ok(None);
    };
    match order {
        Order::View { document, face } => match desk.face(document, face) {
            Some(face @ Face::Pages) => return paged(stream, desk, document, Order::View { document, face }),
            Some(Face::Text) => match caught(|| desk.text(document)) {
                Some(Some(view)) => stream.answer(&Answer::View(Box::new(view)), &[])?,
                Some(None) => stream.answer(&Answer::Missing, &[])?,
                None => stream.answer(&Answer::Refused(Refusal::Broken), &[])?,
            },
            None => stream.answer(&Answer::Missing, &[])?,
        },
        Order::Page { document, .. } => return paged(stream, desk, document, order),
        Order::Attachment { index } => match desk.attachment(index) {
            Some(bytes) => stream.answer(&Answer::Bytes, &Zeroizing::new(bytes))?,
            None => stream.answer(&Answer::Missing, &[])?,
        },
        Order::Read { .. } => {}
    }
    Ok(None)
}

fn paged(stream: &mut Stream, desk: &Desk, document: u32, order: Order) -> io::Result<Option<Received>> {
    match caught(|| desk.pages(document)) {
        Some(Some(Ok(Pages::Pdf(pdf)))) => return turn(stream, desk, document, &pdf, order),
        Some(Some(Ok(pages @ Pages::Image(_)))) => {
            let limits = &desk.limits;
            match order {
                Order::Page { page, width, .. } => {
                    let Pages::Image(bytes) = &pages else { return Ok(None) };
                    let drawn = caught(|| desk::draw(bytes, page, width, limits)).unwrap_or(Err(Refusal::Broken));
                    picture(stream, drawn)?;
                }
                _ => {
                    let view = caught(|| pages.view(limits)).unwrap_or(View::Refused(Refusal::Broken));
                    stream.answer(&Answer::View(Box::new(view)), &[])?;
                }
            }
        }
        Some(Some(Err(why))) => stream.answer(&refusal_to(&order, why), &[])?,
        Some(None) => stream.answer(&Answer::Missing, &[])?,
        None => stream.answer(&refusal_to(&order, Refusal::Broken), &[])?,
    }
    Ok(None)
}

/// Answers orders about one PDF, the first of them in hand.
fn turn(stream: &mut Stream, desk: &Desk, document: u32, pdf: &Pdf, first: Order) -> io::Result<Option<Received>> {
    let mut drawer = Drawer::new(pdf);
    let mut next = (first, Zeroizing::default());
    loop {
        match next.0 {
            Order::View { document: asked, face: Face::Pages } if asked == document => {
                let view = caught(|| pages(pdf, &desk.limits)).unwrap_or(View::Refused(Refusal::Broken));
                stream.answer(&Answer::View(Box::new(view)), &[])?;
            }
            Order::Page { document: asked, page, width } if asked == document => {
                let Some(drawn) = caught(|| drawer.draw(page, width, &desk.limits)) else {
                    stream.answer(&Answer::Refused(Refusal::Broken), &[])?;
                    // What the drawer remembers may be half done.
                    return Ok(None);
                };
                picture(stream, Ok(drawn))?;
            }
            _ => return Ok(Some(next)),
        }
        match stream.order()? {
            Some(order) => next = order,
            None => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

fn pages(document: &Pdf, limits: &Limits) -> View {
    let (count, sizes) = pdf::sizes(document, limits);
    View::Pages { count, sizes }
}

fn picture(stream: &mut Stream, drawn: Result<Option<Picture>, Refusal>) -> io::Result<()> {
    match drawn {
        Ok(Some(picture)) => {
            let answer = Answer::Picture { width: picture.width, height: picture.height };
            stream.answer(&answer, &picture.pixels)
        }
        Ok(None) => stream.answer(&Answer::Missing, &[]),
        Err(why) => stream.answer(&Answer::Refused(why), &[]),
    }
}

/// To a view, a refusal is a view; to a page, it is none.
fn refusal_to(order: &Order, why: Refusal) -> Answer {
    match order {
        Order::View { .. } => Answer::View(Box::new(View::Refused(why))),
        _ => Answer::Refused(why),
    }
}

/// A reader that panics has met what it did not foresee: that document is broken, the others are not.
fn caught<T>(what: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(what)).ok()
}
