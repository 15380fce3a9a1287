//! Cards over PC/SC (pcsc-lite): one thread waits for cards, connections are made where they are used.
//!
//! The waiting thread never speaks to a card, so a card that hangs leaves it free to report its removal. Every
//! connection is exclusive and ends with a reset, so that no other program joins in and no verified code survives.

use card::{Protocol, Transmit, TransmitError};
use engine::ports::{Slot, SlotError, SlotEvent};
use pcsc::{Context, Disposition, PNP_NOTIFICATION, Protocols, ReaderState, Scope, ShareMode, State};
use std::collections::BTreeMap;
use std::ffi::{CStr, CString};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// pcsc-lite wakes us by itself; this only bounds how long a lost wake-up can go unnoticed.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two tries to end a wait.
const CANCEL_AGAIN: Duration = Duration::from_millis(10);
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
        let Some(card) = self.card.take() else { return };
        // pcscd resets whatever is in the reader, be it the next person's card by now, and then believes it has always
        // been there. So: only while this card is known to be still in.
        let end = if card.status2_owned().is_ok() { Disposition::ResetCard } else { Disposition::LeaveCard };
        if let Err((_, error)) = card.disconnect(end) {
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
        let Some(thread) = self.thread.take() else { return };
        while !thread.is_finished() {
            if let Some(context) = &*self.shared.context.lock().unwrap_or_else(PoisonError::into_inner) {
                // Cancels a wait under way only; one that is about to begin needs another go.
                let _ = context.cancel();
            }
            thread::sleep(CANCEL_AGAIN);
        }
        let _ = thread.join();
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

    /// Reports what became of the card in one reader: its answer to reset, if there is one, and pcscd's count.
    fn look(&mut self, name: &CStr, count: u32, card: Option<&[u8]>, report: &dyn Fn(SlotEvent)) {
        let present = card.is_some();
        let (before, was_present) = self.readers.get(name).copied().unwrap_or((count, false));
        let reader = || name.to_string_lossy().into_owned();
        // pcscd counts insertions and removals: one that is still there, counted anew, is another or was away.
        if was_present && (!present || count != before) {
            report(SlotEvent::Removed { reader: reader() });
        }
        if let Some(atr) = card
            && (!was_present || count != before)
        {
            report(SlotEvent::Inserted { reader: reader(), atr: atr.to_vec() });
        }
        self.readers.insert(name.to_owned(), (count, present));
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
                        let card = state.event_state().contains(State::PRESENT).then(|| state.atr());
                        seen.look(state.name(), state.event_count(), card, report);
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    const READER: &CStr = c"Lecteur 00 00";
    const CPS: &[u8] = &[0x3B, 0xAC];

    /// What is reported of a sequence of looks: count, and whether a card is in.
    fn told(looks: &[(u32, bool)]) -> String {
        let told = RefCell::new(String::new());
        let mut seen = Seen::default();
        for (count, present) in looks {
            seen.look(READER, *count, present.then_some(CPS), &|event| {
                told.borrow_mut().push(match event {
                    SlotEvent::Inserted { .. } => '+',
                    SlotEvent::Removed { .. } => '-',
                    SlotEvent::Readers(_) | SlotEvent::ServiceDown => '?',
                });
            });
            told.borrow_mut().push(' ');
        }
        told.into_inner()
    }

    #[test]
    fn a_card_comes_stays_and_goes() {
        assert_eq!(told(&[(0, false), (1, true), (1, true), (2, false)]), " +  - ");
        // It was there before anybody looked.
        assert_eq!(told(&[(7, true), (8, false)]), "+ - ");
    }

    #[test]
    fn a_card_swapped_between_two_looks_is_another_one() {
        assert_eq!(told(&[(1, true), (3, true), (4, false)]), "+ -+ - ");
        // pcscd may have missed that nothing was there in between.
        assert_eq!(told(&[(1, true), (2, true)]), "+ -+ ");
        // Gone and come and gone.
        assert_eq!(told(&[(1, true), (4, false)]), "+ - ");
        // Sixteen bits.
        assert_eq!(told(&[(65_535, true), (0, false), (1, true)]), "+ - + ");
    }

    #[test]
    fn a_reader_unplugged_takes_its_card_along() {
        let told = RefCell::new(Vec::new());
        let report = |event| told.borrow_mut().push(event);
        let mut seen = Seen::default();
        seen.list(&[READER.to_owned()], &report);
        seen.look(READER, 1, Some(CPS), &report);
        seen.list(&[], &report);
        let name = || READER.to_string_lossy().into_owned();
        let expected = [
            SlotEvent::Readers(1),
            SlotEvent::Inserted { reader: name(), atr: CPS.to_vec() },
            SlotEvent::Removed { reader: name() },
            SlotEvent::Readers(0),
        ];
        assert_eq!(told.into_inner(), expected);
    }
}
