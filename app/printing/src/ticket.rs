//! What a job has in the printer, for whoever has to take it back: its number and the request its document goes out in.
//!
//! The order matters. Printers read a document to the end of its connection, and some take what has arrived by then for the
//! whole, or call the job aborted and refuse to cancel it. So the document stops where it is, the job is cancelled on another
//! connection, and only then is the request broken off.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use crate::course;
use crate::error::Error;
use crate::ipp::{Answer, Message, Operation, status};
use crate::settings::Settings;
use crate::wire::{Document, Sent, Wire};

/// A job in the printer.
pub(crate) struct Ticket {
    wire: Arc<Wire>,
    user: String,
    limit: Duration,
    standing: Mutex<Standing>,
}

#[derive(Default)]
struct Standing {
    /// `job-id`, from its creation to its end.
    id: Option<i32>,
    /// The printer has the whole document.
    delivered: bool,
    /// Nobody waits for this job any more.
    given_up: bool,
    /// The request with the document.
    request: Option<Open>,
}

/// A request that was broken off and is stuck, since the printer does not read, is left so long before its connection is closed.
const GRACE: Duration = Duration::from_secs(1);

/// A request under way, in a task of its own. Broken off when dropped.
struct Open {
    sent: Sent,
    task: AbortHandle,
}

impl Drop for Open {
    fn drop(&mut self) {
        if self.task.is_finished() {
            return;
        }
        self.sent.break_off();
        let task = self.task.clone();
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                tokio::time::sleep(GRACE).await;
                task.abort();
            })),
            Err(_) => task.abort(),
        }
    }
}

impl Ticket {
    pub(crate) fn new(wire: Arc<Wire>, settings: &Settings) -> Arc<Self> {
        let (user, limit) = (settings.user.clone(), settings.timeouts.cancel);
        Arc::new(Self { wire, user, limit, standing: Mutex::default() })
    }

    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the printer has the whole document.
    pub(crate) fn is_delivered(&self) -> bool {
        self.standing().delivered
    }

    /// Whether there is a job to take back.
    pub(crate) fn is_open(&self) -> bool {
        self.standing().id.is_some()
    }

    /// A job has this number.
    pub(crate) fn created(&self, id: i32) {
        self.standing().id = Some(id);
    }

    pub(crate) fn delivered(&self) {
        self.standing().delivered = true;
    }

    /// Nothing is left to take back, and nothing goes out any more.
    pub(crate) fn ended(&self) {
        let mut standing = self.standing();
        standing.id = None;
        standing.given_up = true;
        standing.request = None;
    }

    /// Asks for a job, in a task of its own: one that nobody waits for any more when its number comes is taken back at once.
    pub(crate) async fn create(self: &Arc<Self>, message: Message) -> Result<i32, Error> {
        let ticket = Arc::clone(self);
        let task = tokio::spawn(async move {
            let answer = ticket.wire.ask(message).await?;
            if !answer.is_ok() {
                return Err(course::refusal(&answer));
            }
            let id = course::job_id(&ticket.wire, &answer)?;
            let given_up = {
                let mut standing = ticket.standing();
                standing.id = Some(id).filter(|_| !standing.given_up);
                standing.given_up
            };
            if given_up && let Err(error) = ticket.withdraw(id).await {
                tracing::warn!(%error, "a job could not be taken back from the printer");
            }
            Ok(id)
        });
        task.await.unwrap_or_else(|_| Err(self.wire.broken_off()))
    }

    /// Sends a document, in a task of its own: the request outlives whoever waits for its answer, until the job is taken back.
    pub(crate) fn deliver(
        &self,
        message: Message,
        document: Document,
        sent: &Sent,
    ) -> impl Future<Output = Result<Answer, Error>> + use<> {
        let (tell, told) = oneshot::channel();
        let (wire, mark) = (Arc::clone(&self.wire), sent.clone());
        let task = tokio::spawn(async move {
            let _ = tell.send(wire.deliver(message, document, mark).await);
        });
        self.standing().request = Some(Open { sent: sent.clone(), task: task.abort_handle() });
        let wire = Arc::clone(&self.wire);
        async move { told.await.unwrap_or_else(|_| Err(wire.broken_off())) }
    }

    /// Stops what is going out, without breaking it off. True if there is something to take back; otherwise nothing is left.
    pub(crate) fn give_up(&self) -> bool {
        let mut standing = self.standing();
        standing.given_up = true;
        if standing.id.is_none() {
            standing.request = None;
            return false;
        }
        if let Some(request) = &standing.request {
            request.sent.stop();
        }
        true
    }

    /// Takes the job back, if there is one. Whatever comes of it, it is not tried again.
    pub(crate) async fn cancel(&self) -> Result<(), Error> {
        self.give_up();
        let (id, request) = {
            let mut standing = self.standing();
            (standing.id.take(), standing.request.take())
        };
        let Some(id) = id else { return Ok(()) };
        let answer = self.withdraw(id).await;
        match (answer, request) {
            // A printer with room for one connection hears of it only once the document is broken off.
            (Err(_), Some(request)) => {
                drop(request);
                self.withdraw(id).await
            }
            (answer, _) => answer,
        }
    }

    async fn withdraw(&self, id: i32) -> Result<(), Error> {
        let mut request = self.wire.request(Operation::CancelJob);
        request.integer("job-id", id);
        request.name("requesting-user-name", &self.user);
        let answer = tokio::time::timeout(self.limit, self.wire.ask(request)).await.map_err(|_| Error::TimedOut)??;
        // A job that has just ended cannot be cancelled: that is as good.
        if answer.is_ok() || answer.status == status::NOT_POSSIBLE { Ok(()) } else { Err(course::refusal(&answer)) }
    }
}
