//! A line of the list of documents, and where its bytes are.

use std::rc::Rc;

use crate::error::Refusal;
use crate::letter::Message;
use crate::reading::{Document, Face, Kind};

/// A document with what is needed to open it.
pub(super) struct Line {
    pub(super) document: Document,
    /// Its pages: PDF or an image.
    pub(super) pages: Option<Source>,
    /// What is shown as text, and what that is.
    pub(super) text: Option<(Kind, Source)>,
}

/// Where bytes are.
#[derive(Clone)]
pub(super) enum Source {
    /// An attachment of the message: decoded again when it is needed.
    Attachment(usize),
    /// Taken out of an archive, a CDA or an attached message.
    Held(Rc<Vec<u8>>),
}

impl Source {
    /// The bytes.
    pub(super) fn bytes(&self, message: &Message) -> Option<Rc<Vec<u8>>> {
        match self {
            Source::Attachment(index) => message.bytes(*index).map(Rc::new),
            Source::Held(bytes) => Some(bytes.clone()),
        }
    }
}

impl Line {
    /// A line for bytes of a kind, titled by its name.
    pub(super) fn new(name: &str, kind: Kind, size: u64, source: Source) -> Line {
        let (pages, text) = match kind {
            Kind::Pdf | Kind::Image => (Some(source), None),
            Kind::Archive | Kind::Xml | Kind::Other => (None, None),
            kind => (None, Some((kind, source))),
        };
        let refused = if size == 0 { Some(Refusal::Empty) } else { None };
        let unsupported = (pages.is_none() && text.is_none()).then_some(Refusal::Unsupported);
        let document = Document {
            name: name.to_owned(),
            kind,
            size,
            title: name.to_owned(),
            code: None,
            subject: String::new(),
            author: String::new(),
            date: None,
            patient: None,
            pages: None,
            results: None,
            abnormal: None,
            faces: Vec::new(),
            refused: refused.or(unsupported),
            attachments: Vec::new(),
            embedded: false,
            altered: false,
            restricted: false,
        };
        Line { document, pages, text }.with_faces()
    }

    /// A line that cannot be opened, and why.
    pub(super) fn refused(name: &str, kind: Kind, size: u64, why: Refusal) -> Line {
        let mut line = Line::new(name, kind, size, Source::Held(Rc::default()));
        (line.pages, line.text) = (None, None);
        line.document.refused = Some(why);
        line.with_faces()
    }

    /// Faces after what there is: pages before text.
    pub(super) fn with_faces(mut self) -> Line {
        let pages = self.pages.as_ref().map(|_| Face::Pages);
        let text = self.text.as_ref().map(|_| Face::Text);
        self.document.faces = pages.into_iter().chain(text).collect();
        if !self.document.faces.is_empty() && self.document.refused == Some(Refusal::Unsupported) {
            self.document.refused = None;
        }
        self
    }
}
