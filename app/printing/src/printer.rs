//! The configured printer, and what it is given.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::ask::Ask;
use crate::course;
use crate::error::Error;
use crate::job::Job;
use crate::offer::Offer;
use crate::page::Pages;
use crate::settings::Settings;
use crate::wire::Wire;

/// A document to print, as PDF, as pages, or as both: the printer decides. Wiped once sent.
pub struct Work<'a> {
    pub(crate) count: u32,
    pub(crate) pdf: Option<Zeroizing<Vec<u8>>>,
    pub(crate) pages: Option<Box<dyn Pages + Send + 'a>>,
    pub(crate) colour: bool,
}

impl<'a> Work<'a> {
    /// A PDF of `count` pages.
    #[must_use]
    pub fn pdf(pdf: Zeroizing<Vec<u8>>, count: u32) -> Self {
        Self { count, pdf: Some(pdf), pages: None, colour: false }
    }

    /// Pages somebody renders.
    #[must_use]
    pub fn pages(pages: impl Pages + Send + 'a, count: u32) -> Self {
        Self { count, pdf: None, pages: Some(Box::new(pages)), colour: false }
    }

    /// The same pages rendered, for a printer that takes no PDF or cannot do with it what is asked.
    #[must_use]
    pub fn or_pages(self, pages: impl Pages + Send + 'a) -> Self {
        Self { pages: Some(Box::new(pages)), ..self }
    }

    /// Says that the document needs colour.
    #[must_use]
    pub fn colour(self, colour: bool) -> Self {
        Self { colour, ..self }
    }
}

impl std::fmt::Debug for Work<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Work").field("count", &self.count).finish_non_exhaustive()
    }
}

/// The configured printer. Connections are made when something is asked of it.
pub struct Printer {
    settings: Arc<Settings>,
    wire: Arc<Wire>,
}

impl Printer {
    /// Takes a configuration; no connection is made yet.
    ///
    /// # Errors
    /// [`Error::Settings`], in words for IT.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let wire = Arc::new(Wire::new(&settings)?);
        Ok(Self { settings: Arc::new(settings), wire })
    }

    /// Asks the printer what it can do and how it is.
    ///
    /// # Errors
    /// The printer cannot be reached, is not trusted, is none, or refuses.
    pub async fn offer(&self) -> Result<Offer, Error> {
        course::look(&self.wire, &self.settings, None).await
    }

    /// Prints. Nothing happens until the job is polled; dropped, it takes itself back.
    pub fn print<'a>(&self, work: Work<'a>, ask: Ask) -> Job<'a> {
        Job::new(Arc::clone(&self.wire), Arc::clone(&self.settings), work, ask)
    }
}

impl std::fmt::Debug for Printer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Printer").field("host", &self.wire.host()).finish_non_exhaustive()
    }
}
