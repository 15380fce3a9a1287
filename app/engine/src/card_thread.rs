//! One thread speaks to one card, for one visit.
//!
//! Card exchanges block, and a card may never answer. So the thread is only ever waited for with a limit: a watch on
//! the engine's clock sees whether exchanges still complete, and a thread that hangs is left behind with its card; it
//! ends by itself when the card is pulled.

use crate::inside::{Inside, Report};
use crate::ports::{Slot, SlotError};
use card::{Card, Scheme, Transmit, TransmitError};
use flow::{CardFault, Event, Pin, PinOutcome, Ticket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// A card that completes no exchange for this long hangs. Real ones take up to 250 ms an exchange, and some 1.5 s for
/// a signature.
const HANG: embassy_time::Duration = embassy_time::Duration::from_secs(6);
/// How long a signature may take from the caller's view: several exchanges.
const SIGNATURE: Duration = Duration::from_secs(8);
/// A card just put in may still be held by the thread of the visit before.
const HELD_RETRY: Duration = Duration::from_millis(100);
const HELD_RETRIES: u32 = 20;

enum Job {
    Verify(Pin),
    Sign(Scheme, Vec<u8>, SyncSender<Result<Vec<u8>, card::Error>>),
}

/// The handle of the thread. Dropping it lets the thread end, which resets the card.
pub(crate) struct CardThread {
    jobs: Arc<Mutex<Sender<Job>>>,
    pulse: Arc<Pulse>,
    ticket: Ticket,
    report: Report,
}

/// Whether exchanges complete.
#[derive(Default)]
struct Pulse {
    exchanges: AtomicU64,
    /// Jobs given to the thread that are watched, and those it has done.
    given: AtomicU64,
    done: AtomicU64,
    over: AtomicBool,
}

/// Counts completed exchanges on their way.
struct Counted {
    inner: Box<dyn Transmit + Send>,
    pulse: Arc<Pulse>,
}

impl Transmit for Counted {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>) -> Result<(), TransmitError> {
        let result = self.inner.transmit(command, response);
        self.pulse.exchanges.fetch_add(1, Ordering::Relaxed);
        result
    }

    fn protocol(&self) -> card::Protocol {
        self.inner.protocol()
    }
}

impl CardThread {
    /// Starts reading the card in `reader`. Reports `CardRead`, then the holder, then waits for jobs.
    pub(crate) fn start(ticket: Ticket, slot: Arc<dyn Slot>, reader: String, atr: Vec<u8>, report: Report) -> Self {
        let (jobs, todo) = mpsc::channel();
        let pulse = Arc::new(Pulse::default());
        let thread = Work { ticket, report: report.clone(), pulse: Arc::clone(&pulse) };
        let started =
            thread::Builder::new().name("card".into()).spawn(move || thread.run(&*slot, &reader, &atr, &todo));
        if let Err(error) = started {
            tracing::error!(%error, "no thread for the card");
            report.send(Inside::Event(Event::Incident));
        }
        let this = Self { jobs: Arc::new(Mutex::new(jobs)), pulse, ticket, report };
        // Before its number is told or after: one of the two is the answer the visit waits for.
        this.watch(|ticket| {
            vec![Event::CardRead(ticket, Err(CardFault::Hung)), Event::HolderRead(ticket, Err(CardFault::Hung))]
        });
        this
    }

    /// Shows the code to the card, once. Reports `PinChecked`.
    pub(crate) fn verify(&self, pin: Pin) {
        if send(&self.jobs, Job::Verify(pin)) {
            self.watch(|ticket| vec![Event::PinChecked(ticket, PinOutcome::Failed(CardFault::Hung))]);
        } else {
            self.report.send(Inside::Event(Event::PinChecked(self.ticket, PinOutcome::Failed(CardFault::Gone))));
        }
    }

    /// What the login needs: a way to have something signed.
    pub(crate) fn signer(&self) -> Signer {
        Signer { jobs: Arc::clone(&self.jobs) }
    }

    /// Reports a hang if exchanges stop completing before the thread is idle again.
    fn watch(&self, hung: impl FnOnce(Ticket) -> Vec<Event> + Send + 'static) {
        let (pulse, report, ticket) = (Arc::clone(&self.pulse), self.report.clone(), self.ticket);
        let job = pulse.given.fetch_add(1, Ordering::Relaxed) + 1;
        tokio::spawn(async move {
            loop {
                let seen = pulse.exchanges.load(Ordering::Relaxed);
                embassy_time::Timer::after(HANG).await;
                if pulse.over.load(Ordering::Relaxed) || pulse.done.load(Ordering::Relaxed) >= job {
                    return;
                }
                if pulse.exchanges.load(Ordering::Relaxed) == seen {
                    tracing::warn!("the card hangs");
                    return hung(ticket).into_iter().for_each(|event| report.send(Inside::Event(event)));
                }
            }
        });
    }
}

impl Drop for CardThread {
    fn drop(&mut self) {
        self.pulse.over.store(true, Ordering::Relaxed);
        // Signers may still hold the channel: closing it for all of them is what ends the thread.
        let (dead, _) = mpsc::channel();
        *self.jobs.lock().unwrap_or_else(PoisonError::into_inner) = dead;
    }
}

fn send(jobs: &Mutex<Sender<Job>>, job: Job) -> bool {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).send(job).is_ok()
}

/// Has messages signed by the card of one visit.
#[derive(Clone)]
pub(crate) struct Signer {
    jobs: Arc<Mutex<Sender<Job>>>,
}

impl Signer {
    /// Blocks until the card has signed, or for a few seconds.
    pub(crate) fn sign(&self, scheme: Scheme, message: &[u8]) -> Result<Vec<u8>, card::Error> {
        let (answer, signed) = mpsc::sync_channel(1);
        if !send(&self.jobs, Job::Sign(scheme, message.to_vec(), answer)) {
            return Err(card::Error::Removed);
        }
        match signed.recv_timeout(SIGNATURE) {
            Ok(result) => result,
            Err(mpsc::RecvTimeoutError::Timeout) => Err(card::Error::Transport(TransmitError::TimedOut)),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(card::Error::Removed),
        }
    }
}

/// What runs on the thread.
struct Work {
    ticket: Ticket,
    report: Report,
    pulse: Arc<Pulse>,
}

impl Work {
    fn run(self, slot: &dyn Slot, reader: &str, atr: &[u8], todo: &Receiver<Job>) {
        let mut card = match self.open(slot, reader, atr) {
            Ok(card) => card,
            Err(fault) => {
                self.pulse.done.fetch_add(1, Ordering::Relaxed);
                return self.tell(Event::CardRead(self.ticket, Err(fault)));
            }
        };
        let facts =
            flow::CardFacts { number: card.number().to_owned(), tries_left: crate::person::tries(card.tries_left()) };
        self.tell(Event::CardRead(self.ticket, Ok(facts)));
        let holder = card.holder();
        self.pulse.done.fetch_add(1, Ordering::Relaxed);
        match holder {
            Ok(holder) => self.report.send(Inside::Holder(self.ticket, Box::new(holder), card.schemes().to_vec())),
            Err(error) => {
                tracing::warn!(%error, "the holder's certificate was not read");
                self.tell(Event::HolderRead(self.ticket, Err(fault(&error))));
            }
        }
        while let Ok(job) = todo.recv() {
            match job {
                Job::Verify(pin) => {
                    let outcome = outcome(card.verify(&pin), &card);
                    drop(pin);
                    self.pulse.done.fetch_add(1, Ordering::Relaxed);
                    self.tell(Event::PinChecked(self.ticket, outcome));
                }
                Job::Sign(scheme, message, answer) => {
                    let signed = card.sign(scheme, &message);
                    if let Err(error) = &signed {
                        tracing::warn!(%error, "the card did not sign");
                    }
                    // Whoever asked may have given up.
                    let _ = answer.try_send(signed);
                }
            }
        }
    }

    fn open(&self, slot: &dyn Slot, reader: &str, atr: &[u8]) -> Result<Card, CardFault> {
        let mut tries = 0;
        let connection = loop {
            match slot.open(reader) {
                Ok(connection) => break connection,
                Err(SlotError::Busy) if tries < HELD_RETRIES && !self.pulse.over.load(Ordering::Relaxed) => {
                    tries += 1;
                    thread::sleep(HELD_RETRY);
                }
                Err(error) => {
                    tracing::warn!(%error, "the card was not opened");
                    return Err(match error {
                        SlotError::NoCard | SlotError::Service => CardFault::Gone,
                        SlotError::Mute => CardFault::Unreadable,
                        SlotError::Busy => CardFault::Busy,
                    });
                }
            }
        };
        let counted = Counted { inner: connection, pulse: Arc::clone(&self.pulse) };
        Card::open(Box::new(counted), atr).map_err(|error| {
            tracing::warn!(%error, "the card was not read");
            fault(&error)
        })
    }

    fn tell(&self, event: Event) {
        self.report.send(Inside::Event(event));
    }
}

/// What a card's error means to the visit.
fn fault(error: &card::Error) -> CardFault {
    use card::{Error as E, Kind};
    match error {
        E::Removed => CardFault::Gone,
        E::Transport(TransmitError::Sharing) => CardFault::Busy,
        E::Transport(TransmitError::TimedOut) => CardFault::Hung,
        E::NotACps(Kind::Vitale) => CardFault::Vitale,
        E::NotACps(Kind::Mute) => CardFault::Unreadable,
        E::NotACps(Kind::Cps2ter | Kind::Cps3Contactless) | E::NoAuthenticationKey => CardFault::NoAuthentication,
        E::NotACps(_) => CardFault::Unknown,
        E::PinBlocked
        | E::PinWrong { .. }
        | E::PinRefusedFormat
        | E::TriesChanged { .. }
        | E::NoScheme(_)
        | E::Reset
        | E::Transport(_)
        | E::Malformed(_)
        | E::Status { .. }
        | E::TooLong(_) => CardFault::Unreadable,
    }
}

fn outcome(verified: Result<(), card::Error>, card: &Card) -> PinOutcome {
    use crate::person::tries;
    match verified {
        Ok(()) => PinOutcome::Right,
        // A card that does not count is treated as one that has a try left: the next answer tells.
        Err(card::Error::PinWrong { tries_left }) => PinOutcome::Wrong(tries(tries_left).unwrap_or(1)),
        Err(card::Error::TriesChanged { tries_left }) => PinOutcome::NotSent(tries(tries_left).unwrap_or(1)),
        Err(card::Error::PinRefusedFormat) => PinOutcome::NotSent(tries(card.tries_left()).unwrap_or(1)),
        Err(card::Error::PinBlocked) => PinOutcome::Blocked,
        Err(error) => {
            tracing::warn!(%error, "the code was not checked");
            PinOutcome::Failed(fault(&error))
        }
    }
}
