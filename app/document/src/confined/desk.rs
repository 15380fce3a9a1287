//! The message being read, and what is asked of it.

use std::rc::Rc;

use hayro::hayro_syntax::Pdf;

use crate::body::Body;
use crate::cda::Cda;
use crate::confined::gather::gather;
use crate::confined::line::Line;
use crate::error::Refusal;
use crate::kind;
use crate::letter::Message;
use crate::limits::Limits;
use crate::pages::{image, pdf};
use crate::reading::{Face, Kind, Reading};
use crate::text;
use crate::view::{Picture, View};

/// A message and its documents: everything that the confined process does, without a process.
///
/// For tests, fuzzing and measures. The product reads through a [`crate::Room`] and nothing else.
pub struct Desk {
    pub(crate) limits: Limits,
    message: Message,
    lines: Vec<Line>,
    /// Attachments in the order of the reading, by their number in the message.
    attachments: Vec<usize>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk(…)")
    }
}

/// What pages are drawn from.
pub(crate) enum Pages {
    Pdf(Pdf),
    Image(Rc<Vec<u8>>),
}

impl Desk {
    /// Reads a message. `inside`: look inside its documents.
    pub fn read(raw: Vec<u8>, whole: bool, inside: bool, limits: Limits) -> (Desk, Reading) {
        let message = Message::read(raw, whole, &limits.letter);
        let attachments = message.attachments();
        let gathered = gather(&message, &attachments, &limits, inside);
        let reading = Reading {
            letter: message.letter(),
            documents: gathered.lines.iter().map(|line| line.document.clone()).collect(),
            more_documents: gathered.more,
            patient: gathered.patient,
            looked_inside: inside,
            attachments: attachments.clone(),
        };
        let attachments = attachments.iter().map(|attachment| attachment.index).collect();
        (Desk { limits, message, lines: gathered.lines, attachments }, reading)
    }

    /// Opens a document in one of its faces. None if there is no such document.
    pub fn view(&self, document: u32, face: Face) -> Option<View> {
        match self.face(document, face)? {
            Face::Text => self.text(document),
            Face::Pages => Some(match self.pages(document)? {
                Ok(pages) => pages.view(&self.limits),
                Err(why) => View::Refused(why),
            }),
        }
    }

    /// Draws a page of a document. None if there is no such page.
    ///
    /// # Errors
    ///
    /// Why it cannot be drawn.
    pub fn page(&self, document: u32, page: u32, width: u32) -> Option<Result<Picture, Refusal>> {
        match self.pages(document)? {
            Ok(Pages::Pdf(pdf)) => pdf::Drawer::new(&pdf).draw(page, width, &self.limits).map(Ok),
            Ok(Pages::Image(bytes)) => draw(&bytes, page, width, &self.limits).transpose(),
            Err(why) => Some(Err(why)),
        }
    }

    /// An attachment, decoded.
    pub(crate) fn attachment(&self, index: u32) -> Option<Vec<u8>> {
        self.message.bytes(*self.attachments.get(index as usize)?)
    }

    /// The pages of a document. None if it has no such face.
    pub(crate) fn pages(&self, document: u32) -> Option<Result<Pages, Refusal>> {
        let line = self.lines.get(document as usize)?;
        let source = line.pages.as_ref()?;
        let Some(bytes) = source.bytes(&self.message) else { return Some(Err(Refusal::TooLarge)) };
        Some(match kind::of(&bytes) {
            Kind::Pdf => pdf::open(owned(bytes)).map(Pages::Pdf),
            Kind::Image => Ok(Pages::Image(bytes)),
            _ => Err(Refusal::Broken),
        })
    }

    /// A document as text. None if there is no such document.
    pub(crate) fn text(&self, document: u32) -> Option<View> {
        let line = self.lines.get(document as usize)?;
        let Some((kind, source)) = line.text.as_ref() else {
            return Some(View::Refused(line.document.refused.unwrap_or(Refusal::Unsupported)));
        };
        let Some(bytes) = source.bytes(&self.message) else { return Some(View::Refused(Refusal::TooLarge)) };
        Some(view(*kind, &bytes, &self.limits))
    }

    /// The face that is meant when a document is asked for by one it does not have.
    pub(crate) fn face(&self, document: u32, asked: Face) -> Option<Face> {
        let faces = &self.lines.get(document as usize)?.document.faces;
        Some(if faces.contains(&asked) { asked } else { faces.first().copied().unwrap_or(Face::Text) })
    }
}

impl Pages {
    /// Count and sizes.
    pub(crate) fn view(&self, limits: &Limits) -> View {
        match self {
            Pages::Pdf(document) => {
                let (count, sizes) = pdf::sizes(document, limits);
                View::Pages { count, sizes }
            }
            Pages::Image(bytes) => match image::sizes(bytes, limits) {
                Ok((count, sizes)) => View::Pages { count, sizes },
                Err(why) => View::Refused(why),
            },
        }
    }
}

/// A page of an image.
pub(crate) fn draw(bytes: &[u8], page: u32, width: u32, limits: &Limits) -> Result<Option<Picture>, Refusal> {
    image::draw(bytes, page, width, limits)
}

/// Bytes of a kind that is shown as text.
pub(crate) fn view(kind: Kind, bytes: &[u8], limits: &Limits) -> View {
    let decoded = || text::decode(bytes);
    let body = match kind {
        Kind::Cda => match Cda::read(bytes) {
            Ok(cda) => cda.body(),
            Err(why) => return View::Refused(why),
        },
        Kind::Results if text::hl7::is_hl7(&decoded()) => text::hl7::body(&decoded()),
        Kind::Results => text::hprim::body(&decoded()),
        Kind::Table => text::table::body(&decoded(), limits),
        Kind::Office => match crate::office::body(bytes, limits) {
            Ok(body) => body,
            Err(why) => return View::Refused(why),
        },
        Kind::Message => {
            let letter = Message::read(bytes.to_vec(), true, &limits.letter).letter();
            return View::Letter(Box::new(letter));
        }
        Kind::Html => return not_empty(text::html::view(bytes, limits)),
        Kind::Rtf => {
            let most = limits.text as usize;
            return not_empty(text::view(&text::rtf::text(bytes, most.saturating_add(1)), limits));
        }
        Kind::Text => return not_empty(text::view(&decoded(), limits)),
        Kind::Pdf | Kind::Image | Kind::Archive | Kind::Xml | Kind::Other => {
            return View::Refused(Refusal::Unsupported);
        }
    };
    bounded(body, limits)
}

fn bounded(body: Body, limits: &Limits) -> View {
    let body = body.bounded(limits);
    if body.is_empty() { View::Refused(Refusal::Empty) } else { View::Body(body) }
}

fn not_empty(view: View) -> View {
    match view {
        View::Text { blocks, .. } if blocks.is_empty() => View::Refused(Refusal::Empty),
        view => view,
    }
}

fn owned(bytes: Rc<Vec<u8>>) -> Vec<u8> {
    Rc::try_unwrap(bytes).unwrap_or_else(|shared| shared.to_vec())
}
