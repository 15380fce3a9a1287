//! A job as its owner sees it: a stream of how far it is, which takes itself back when dropped.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use futures::{FutureExt, Stream, StreamExt};
use tokio::sync::mpsc;

use crate::ask::Ask;
use crate::course;
use crate::error::Error;
use crate::printer::Work;
use crate::settings::Settings;
use crate::state::Progress;
use crate::ticket::Ticket;
use crate::wire::Wire;

/// A job: a stream that ends after [`crate::State::Done`] or after an error.
///
/// Dropped before, it stops what it is sending, takes the job back from the printer and breaks the request off, in a task of
/// its own on the runtime it was dropped on. [`Job::cancel`] does the same and waits; [`Job::let_go`] leaves the printer to it.
#[must_use = "nothing is printed until it is polled"]
pub struct Job<'a> {
    course: Option<BoxFuture<'a, Result<(), Error>>>,
    told: mpsc::UnboundedReceiver<Progress>,
    ticket: Arc<Ticket>,
}

impl<'a> Job<'a> {
    pub(crate) fn new(wire: Arc<Wire>, settings: Arc<Settings>, work: Work<'a>, ask: Ask) -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        let ticket = Ticket::new(Arc::clone(&wire), &settings);
        let course = course::run(wire, settings, work, ask, Arc::clone(&ticket), tell).boxed();
        Self { course: Some(course), told, ticket }
    }

    /// Drives the job to its end, telling how far it is.
    ///
    /// # Errors
    /// Whatever kept the document, or part of it, from being printed.
    pub async fn finish(mut self, mut tell: impl FnMut(Progress)) -> Result<(), Error> {
        while let Some(progress) = self.next().await {
            tell(progress?);
        }
        Ok(())
    }

    /// Stops, and takes the job back from the printer. What is already on paper stays there.
    ///
    /// # Errors
    /// The printer does not answer or does not let go: what comes out is not known.
    pub async fn cancel(mut self) -> Result<(), Error> {
        self.course = None;
        self.ticket.cancel().await
    }

    /// Stops watching and lets the printer finish. False if it has not got the whole document: then the job is taken back.
    #[must_use]
    pub fn let_go(self) -> bool {
        let delivered = self.ticket.is_delivered();
        let ended = self.course.is_none() && !self.ticket.is_open();
        if delivered {
            self.ticket.ended();
        }
        delivered || ended
    }
}

impl Stream for Job<'_> {
    type Item = Result<Progress, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(course) = &mut this.course else {
            return Poll::Ready(this.told.try_recv().ok().map(Ok));
        };
        // What was told is seen before the end.
        let ended = course.poll_unpin(context);
        let ended = match (ended, this.told.poll_recv(context)) {
            (Poll::Pending, Poll::Ready(Some(progress))) => return Poll::Ready(Some(Ok(progress))),
            (Poll::Pending, _) => return Poll::Pending,
            (Poll::Ready(ended), told) => {
                this.course = None;
                if let (Poll::Ready(Some(progress)), Ok(())) = (told, &ended) {
                    return Poll::Ready(Some(Ok(progress)));
                }
                ended
            }
        };
        Poll::Ready(ended.err().map(Err))
    }
}

impl Drop for Job<'_> {
    fn drop(&mut self) {
        self.course = None;
        if !self.ticket.give_up() {
            return;
        }
        let ticket = Arc::clone(&self.ticket);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(async move {
                    if let Err(error) = ticket.cancel().await {
                        tracing::warn!(%error, "a job could not be taken back from the printer");
                    }
                });
            }
            Err(_) => tracing::warn!("a job stays in the printer: no runtime to take it back"),
        }
    }
}

impl std::fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").finish_non_exhaustive()
    }
}
