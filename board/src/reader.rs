//! Cards over PC/SC (pcsc-lite): one thread waits for cards, connections are made where they are used.
//!
//! The waiting thread never speaks to a card, so a card that hangs leaves it free to report its removal. Every
//! connection is exclusive and ends with a reset, so that no other program joins in and no verified code survives.

use card::{Protocol, Transmit, TransmitError};
use engine::ports::{Slot, SlotError, SlotEvent};
use pcsc::{Context, Disposition, PNP_NOTIFICATION, Protocols, ReaderState, Scope, ShareMode, State};
use std::collections::BTreeMap;
use std::ffi::CString;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// pcsc-lite wakes us by itself; this only bounds how long a lost wake-up can go unnoticed.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two tries to reach a card service that is gone.
const SERVICE_RETRY: Duration = Duration::from_millis(700);
/// Between looks at a card that has just failed to answer: pcscd notices a removal within 400 ms.
const REMOVAL_LOOK: Duration = Duration::from_millis(120);
const REMOVAL_LOOKS: u32 = 8;
/// Largest answer to a short command: 256 bytes and the status word (ISO 7816-4 clause 5.1).
const ANSWER: usize = 258;

/// The readers of this machine.
#[derive(Debug, Default)]
pub struct Readers;

impl Slot for Readers {
    fn open(&self, reader: &str) -> Result<Box<dyn Transmit + Send>, SlotError> {
        let name = CString::new(reader).map_err(|_| SlotError::NoCard)?;
        let context = Context::establish(Scope::User).map_err(slot_error)?;
        let card = context.connect(&name, ShareMode::Exclusive, Protocols::ANY).map_err(slot_error)?;
        let protocol = match card.status2_owned().map_err(slot_error)?.protocol2() {
            Some(pcsc::Protocol::T1) => Protocol::T1,
            _ => Protocol::T0,
        };
        Ok(Box::new(Connection { card: Some(card), protocol }))
    }
}

fn slot_error(error: pcsc::Error) -> SlotError {
    use pcsc::Error as E;
    match error {
        E::NoSmartcard | E::RemovedCard | E::UnknownReader | E::ReaderUnavailable => SlotError::NoCard,
        E::SharingViolation => SlotError::Busy,
        E::NoService | E::ServiceStopped | E::CommError | E::InvalidHandle => SlotError::Service,
        // An answer to reset that makes no sense, or none at all.
        _ => SlotError::Mute,
    }
}

/// One exclusive connection. Dropping it resets the card.
struct Connection {
    card: Option<pcsc::Card>,
    protocol: Protocol,
}

impl Transmit for Connection {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>) -> Result<(), TransmitError> {
        let card = self.card.as_ref().ok_or(TransmitError::Removed)?;
        response.clear();
        response.resize(ANSWER, 0);
        match card.transmit(command, response) {
            // Not even a status word: what some drivers make of a card pulled in the middle of an exchange.
            Ok([] | [_]) => {
                response.clear();
                Err(no_answer(card, pcsc::Error::NotTransacted))
            }
            Ok(answer) => {
                let length = answer.len();
                response.truncate(length);
                Ok(())
            }
            Err(error) => {
                response.clear();
                Err(transmit_error(card, error))
            }
        }
    }

    fn protocol(&self) -> Protocol {
        self.protocol
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(card) = self.card.take()
            && let Err((_, error)) = card.disconnect(Disposition::ResetCard)
        {
            tracing::debug!(%error, "the card could not be reset: it is gone");
        }
    }
}

fn transmit_error(card: &pcsc::Card, error: pcsc::Error) -> TransmitError {
    use pcsc::Error as E;
    match error {
        E::RemovedCard | E::NoSmartcard | E::ReaderUnavailable | E::UnknownReader => TransmitError::Removed,
        E::ResetCard => TransmitError::Reset,
        E::SharingViolation => TransmitError::Sharing,
        E::Timeout => TransmitError::TimedOut,
        // The card is out of reach, and the watcher says why.
        E::NoService | E::ServiceStopped | E::CommError | E::InvalidHandle => TransmitError::Removed,
        // What pcsc-lite says of a card pulled in the middle of an exchange, before it has looked again.
        E::NotTransacted => no_answer(card, error),
        other => TransmitError::Reader(other.to_string()),
    }
}

/// Whether a card that gave no answer is still there: pcscd needs a moment to see that it is not.
fn no_answer(card: &pcsc::Card, error: pcsc::Error) -> TransmitError {
    for _ in 0..REMOVAL_LOOKS {
        match card.status2_owned() {
            Ok(_) => thread::sleep(REMOVAL_LOOK),
            Err(_) => return TransmitError::Removed,
        }
    }
    TransmitError::Reader(error.to_string())
}

/// The thread that waits for cards. Dropping it ends the thread.
#[derive(Debug)]
pub struct Watcher {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    over: AtomicBool,
    context: Mutex<Option<Context>>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Shared")
    }
}

impl Watcher {
    /// Starts watching. `report` is called on the watching thread and must not wait.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(report: impl Fn(SlotEvent) + Send + 'static) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let mine = Arc::clone(&shared);
        let thread = thread::Builder::new().name("reader".into()).spawn(move || watch(&mine, &report))?;
        Ok(Self { shared, thread: Some(thread) })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Release);
        let context = self.shared.context.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(context) = context {
            // Fails only when nothing waits, and then the flag is seen.
            let _ = context.cancel();
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Holds a connection to the card service for as long as it lasts, for ever.
fn watch(shared: &Shared, report: &dyn Fn(SlotEvent)) {
    let mut down = false;
    while !shared.over.load(Ordering::Acquire) {
        let ended = match Context::establish(Scope::User) {
            Ok(context) => {
                *shared.context.lock().unwrap_or_else(PoisonError::into_inner) = Some(context.clone());
                let mut seen = Seen::default();
                let ended = follow(&context, &mut seen, shared, report);
                seen.all_gone(report);
                down = false;
                ended
            }
            Err(error) => error,
        };
        if shared.over.load(Ordering::Acquire) {
            return;
        }
        if !down {
            tracing::warn!(error = %ended, "the card service is gone");
            report(SlotEvent::ServiceDown);
            down = true;
        }
        thread::sleep(SERVICE_RETRY);
    }
}

/// What was last reported.
#[derive(Default)]
struct Seen {
    /// Whether anything was reported of the number of readers.
    counted: Option<usize>,
    /// A reader's event counter, and whether a card is in it.
    readers: BTreeMap<CString, (u32, bool)>,
}

impl Seen {
    fn all_gone(&mut self, report: &dyn Fn(SlotEvent)) {
        for (name, (_, present)) in std::mem::take(&mut self.readers) {
            if present {
                report(SlotEvent::Removed { reader: name.to_string_lossy().into_owned() });
            }
        }
    }

    /// Reports the readers that came or went.
    fn list(&mut self, names: &[CString], report: &dyn Fn(SlotEvent)) {
        let gone: Vec<_> = self.readers.keys().filter(|name| !names.contains(name)).cloned().collect();
        for name in gone {
            if let Some((_, true)) = self.readers.remove(&name) {
                report(SlotEvent::Removed { reader: name.to_string_lossy().into_owned() });
            }
        }
        if self.counted != Some(names.len()) {
            self.counted = Some(names.len());
            report(SlotEvent::Readers(names.len()));
        }
    }

    /// Reports what became of the card in one reader.
    fn look(&mut self, state: &ReaderState, report: &dyn Fn(SlotEvent)) {
        let present = state.event_state().contains(State::PRESENT);
        let count = state.event_count();
        let (before, was_present) = self.readers.get(state.name()).copied().unwrap_or((count, false));
        let reader = || state.name().to_string_lossy().into_owned();
        // The counter tells of a card that went and another that came between two looks.
        if was_present && (!present || count.wrapping_sub(before) >= 2) {
            report(SlotEvent::Removed { reader: reader() });
        }
        if present && (!was_present || count.wrapping_sub(before) >= 2) {
            report(SlotEvent::Inserted { reader: reader(), atr: state.atr().to_vec() });
        }
        self.readers.insert(state.name().to_owned(), (count, present));
    }
}

/// Waits for changes and reports them until the service fails.
fn follow(context: &Context, seen: &mut Seen, shared: &Shared, report: &dyn Fn(SlotEvent)) -> pcsc::Error {
    let mut states: Vec<ReaderState> = vec![ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE)];
    loop {
        let names = match context.list_readers_owned() {
            Ok(names) => names,
            Err(pcsc::Error::NoReadersAvailable) => Vec::new(),
            Err(error) => return error,
        };
        states.retain(|state| {
            state.name() == PNP_NOTIFICATION() || names.iter().any(|name| name.as_c_str() == state.name())
        });
        for name in &names {
            if !states.iter().any(|state| state.name() == name.as_c_str()) {
                states.push(ReaderState::new(name.clone(), State::UNAWARE));
            }
        }
        seen.list(&names, report);
        match context.get_status_change(PATIENCE, &mut states) {
            Ok(()) => {
                for state in &mut states {
                    if state.name() != PNP_NOTIFICATION() && state.event_state().contains(State::CHANGED) {
                        seen.look(state, report);
                    }
                    state.sync_current_state();
                }
            }
            Err(pcsc::Error::Timeout | pcsc::Error::UnknownReader) => {}
            Err(error) => return error,
        }
        if shared.over.load(Ordering::Acquire) {
            return pcsc::Error::Cancelled;
        }
    }
}

/// Names of the readers that are plugged in.
///
/// # Errors
/// The card service does not answer.
pub fn names() -> Result<Vec<String>, pcsc::Error> {
    let readers = match Context::establish(Scope::User)?.list_readers_owned() {
        Err(pcsc::Error::NoReadersAvailable) => Vec::new(),
        readers => readers?,
    };
    Ok(readers.iter().map(|name| name.to_string_lossy().into_owned()).collect())
}
