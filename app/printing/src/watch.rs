//! Watching a job: what the printer says of it and of itself, and for how long it says nothing.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use crate::error::Error;
use crate::ipp::{Group, Operation, status, tag};
use crate::offer::trouble;
use crate::settings::Settings;
use crate::state::{Hold, Progress, State, Weight};
use crate::wire::{Sent, Wire};

/// `job-state` (RFC 8011 section 5.3.7).
mod job_state {
    pub(super) const HELD: i32 = 4;
    pub(super) const PROCESSING: i32 = 5;
    pub(super) const STOPPED: i32 = 6;
    pub(super) const CANCELED: i32 = 7;
    pub(super) const ABORTED: i32 = 8;
    pub(super) const COMPLETED: i32 = 9;
}

/// What a look shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// The job goes on, or waits.
    Going,
    /// All printed.
    Ended,
}

/// Who watches one job.
pub(crate) struct Watch<'c> {
    wire: &'c Wire,
    settings: &'c Settings,
    tell: mpsc::UnboundedSender<Progress>,
    told: Option<Progress>,
    job: Option<i32>,
    printed: u32,
    of: u32,
    state: State,
    sent: Sent,
    bytes: u64,
    delivered: bool,
    /// When something last moved: a piece sent, a page printed.
    moved: Instant,
    /// Since when the printer has not answered.
    silent: Option<Instant>,
    /// Since when the printer has refused the job because it has others. What it reads of a document before it says so
    /// is no progress.
    busy: Option<Instant>,
}

impl<'c> Watch<'c> {
    pub(crate) fn new(wire: &'c Wire, settings: &'c Settings, tell: mpsc::UnboundedSender<Progress>, of: u32) -> Self {
        let mut watch = Self {
            wire,
            settings,
            tell,
            told: None,
            job: None,
            printed: 0,
            of,
            state: State::Preparing,
            sent: Sent::default(),
            bytes: 0,
            delivered: false,
            moved: Instant::now(),
            silent: None,
            busy: None,
        };
        watch.tell(State::Preparing);
        watch
    }

    pub(crate) fn settings(&self) -> &'c Settings {
        self.settings
    }

    pub(crate) fn job(&mut self, id: i32) {
        self.job = Some(id);
        self.busy = None;
        self.moved = Instant::now();
    }

    pub(crate) fn id(&self) -> Option<i32> {
        self.job
    }

    pub(crate) fn sending(&mut self, sent: Sent) {
        self.sent = sent;
        self.bytes = 0;
        self.tell(State::Sending);
    }

    pub(crate) fn delivered(&mut self) {
        self.delivered = true;
        self.moved = Instant::now();
    }

    pub(crate) fn has_sent(&self) -> bool {
        self.sent.bytes() > 0
    }

    /// The printer refuses the job because it has others: for how long it has, without taking it meanwhile.
    pub(crate) fn busy_for(&mut self) -> Duration {
        self.busy.get_or_insert_with(Instant::now).elapsed()
    }

    fn still_for(&self) -> Duration {
        self.moved.elapsed()
    }

    /// Tells how far the job is, if that is news.
    pub(crate) fn tell(&mut self, state: State) {
        self.state = state;
        let progress = Progress { printed: self.printed, of: self.of, state };
        if self.told != Some(progress) {
            self.told = Some(progress);
            let _ = self.tell.send(progress);
        }
    }

    pub(crate) fn lost(&self) -> Error {
        Error::Lost { printed: self.printed, of: self.of }
    }

    /// Waits until the next look is due, and looks.
    ///
    /// # Errors
    /// The job ended otherwise than printed; the printer is silent, or nothing moves, for too long.
    pub(crate) async fn round(&mut self) -> Result<Look, Error> {
        sleep(self.settings.timeouts.poll).await;
        let looked = self.look().await;
        let sending = std::mem::replace(&mut self.bytes, self.sent.bytes()) != self.sent.bytes();
        if sending {
            self.moved = Instant::now();
        }
        match looked {
            Ok(look) => {
                self.silent = None;
                if look == Look::Ended {
                    return Ok(look);
                }
            }
            Err(error) if is_an_end(&error) => return Err(error),
            // A printer with room for one connection answers no question while it takes a document.
            Err(_) if sending => self.silent = None,
            Err(error) => {
                tracing::debug!(%error, "the printer does not say how the job is");
                let since = *self.silent.get_or_insert_with(Instant::now);
                if since.elapsed() > self.settings.timeouts.silence {
                    return Err(self.lost());
                }
                self.tell(State::Silent);
            }
        }
        if self.still_for() > self.settings.timeouts.patience {
            return Err(match self.state {
                State::Blocked(hold) => Error::Waited(hold),
                State::Busy | State::Waiting => Error::Busy,
                State::Held => Error::Held,
                _ => Error::TimedOut,
            });
        }
        Ok(Look::Going)
    }

    /// Asks how the job and the printer are, and tells.
    ///
    /// # Errors
    /// The job ended otherwise than printed, or the printer did not answer.
    pub(crate) async fn look(&mut self) -> Result<Look, Error> {
        let job = match self.job {
            None => None,
            Some(id) => {
                let mut message = self.wire.request(Operation::GetJobAttributes);
                message.integer("job-id", id);
                message.name("requesting-user-name", &self.settings.user);
                message.keywords(
                    "requested-attributes",
                    &["job-state", "job-state-reasons", "job-impressions-completed", "job-media-sheets-completed"],
                );
                let answer = self.wire.ask(message).await?;
                match answer.status {
                    // A printer that forgets its jobs: nobody can say any more.
                    status::NOT_FOUND | status::GONE if self.printed >= self.of => return Ok(self.done()),
                    status::NOT_FOUND | status::GONE => return Err(self.lost()),
                    _ if answer.is_ok() => Some(answer.group(tag::JOB)),
                    status => return Err(Error::OutOfOrder { status, message: answer.words() }),
                }
            }
        };
        let state = match &job {
            Some(job) => {
                self.count(job);
                match self.end(job) {
                    Some(end) => return end,
                    None => self.standing(job),
                }
            }
            None => State::Sending,
        };
        let mut message = self.wire.request(Operation::GetPrinterAttributes);
        message.name("requesting-user-name", &self.settings.user);
        message.keywords("requested-attributes", &["printer-state", "printer-state-reasons"]);
        let answer = self.wire.ask(message).await?;
        let hold = self.hold(&answer.group(tag::PRINTER));
        self.tell(match (state, hold) {
            (State::Held, _) => State::Held,
            (State::Blocked(_), Some(hold)) => State::Blocked(hold),
            (_, Some(hold)) => State::Blocked(hold),
            (state, None) => state,
        });
        Ok(Look::Going)
    }

    /// Pages printed: sides, or sheets where only they are counted.
    fn count(&mut self, job: &Group) {
        let number = |name: &str| job.number(name).and_then(|n| u32::try_from(n).ok());
        let counted = number("job-impressions-completed").or_else(|| number("job-media-sheets-completed")).unwrap_or(0);
        let printed = counted.min(self.of);
        if printed > self.printed {
            self.printed = printed;
            self.moved = Instant::now();
        }
    }

    /// How the job ended, if it has.
    fn end(&mut self, job: &Group) -> Option<Result<Look, Error>> {
        let reasons = || job.words("job-state-reasons").take(8).collect::<Vec<_>>().join(", ");
        let says = |reason: &str| job.words("job-state-reasons").any(|known| known == reason);
        match job.number("job-state") {
            // Not of half a document, and not before the printer has said that it has it all: what went out last may still be
            // on its way. One that has printed and never says so is believed in the end.
            Some(job_state::COMPLETED) if !self.delivered && !self.is_believed() => None,
            Some(job_state::CANCELED) => Some(Err(Error::Cancelled)),
            Some(job_state::ABORTED) => Some(Err(Error::Aborted { reasons: reasons() })),
            Some(job_state::COMPLETED) if says("job-completed-with-errors") => {
                Some(Err(Error::Incomplete { reasons: reasons() }))
            }
            Some(job_state::COMPLETED) => Some(Ok(self.done())),
            _ => None,
        }
    }

    /// All went out, and nothing has moved for as long as an answer may take.
    fn is_believed(&self) -> bool {
        self.sent.whole() && self.still_for() > self.settings.timeouts.answer
    }

    fn done(&mut self) -> Look {
        self.printed = self.of;
        self.tell(State::Done);
        Look::Ended
    }

    /// Where a job is that has not ended.
    fn standing(&self, job: &Group) -> State {
        match job.number("job-state") {
            Some(job_state::STOPPED) => State::Blocked(Hold::Stopped),
            Some(job_state::PROCESSING) if self.delivered || self.printed > 0 => State::Printing,
            Some(job_state::COMPLETED) if self.printed > 0 => State::Printing,
            _ if !self.delivered => State::Sending,
            Some(job_state::HELD) => State::Held,
            _ => State::Waiting,
        }
    }

    /// What keeps the printer from going on, as far as it is to be believed.
    fn hold(&self, printer: &Group) -> Option<Hold> {
        let (hold, weight) = trouble(printer)?;
        (weight == Weight::Hard || self.still_for() > self.settings.timeouts.still).then_some(hold)
    }
}

/// Whether an error of a look is the end of the job, rather than a printer that does not answer.
fn is_an_end(error: &Error) -> bool {
    matches!(error, Error::Cancelled | Error::Aborted { .. } | Error::Incomplete { .. } | Error::Lost { .. })
}
