//! What can be wrong with an answer.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// One way to answer otherwise than documented, or as documented for a bad day.
#[derive(Clone, Debug)]
pub enum Fault {
    /// 429 with this `Retry-After`, in seconds.
    TooMany(Option<u64>),
    /// This status, with an empty body as the gateway sends when the service behind it is down.
    Status(u16),
    /// This status with an OperationOutcome: code and diagnostics.
    Outcome(u16, &'static str, &'static str),
    /// 200 with this body.
    Body(Vec<u8>),
    /// 200 with a body that never ends.
    Endless,
    /// 200 that announces this many bytes and sends some.
    Announced(u64),
    /// A body that breaks after its beginning.
    Cut,
    /// The connection closes without a word.
    Dropped,
    /// The right answer, but later.
    Late(Duration),
    /// Never any answer.
    Silent,
    /// The right answer, with the next page elsewhere.
    NextAt(String),
    /// Another place to look, as after a move.
    Redirect(String),
}

/// Faults to come.
#[derive(Default)]
pub(crate) struct Faults {
    next: Mutex<VecDeque<Fault>>,
    always: Mutex<Option<Fault>>,
}

impl Faults {
    pub(crate) fn push(&self, fault: Fault) {
        self.next.lock().unwrap_or_else(PoisonError::into_inner).push_back(fault);
    }

    pub(crate) fn always(&self, fault: Option<Fault>) {
        *self.always.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    pub(crate) fn take(&self) -> Option<Fault> {
        let next = self.next.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        next.or_else(|| self.always.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}
