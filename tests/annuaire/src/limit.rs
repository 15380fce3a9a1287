//! The documented limit: 17 calls a second and key.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Counts calls of the last second.
pub(crate) struct Limit {
    most: Option<usize>,
    calls: Mutex<VecDeque<Instant>>,
}

impl Limit {
    pub(crate) fn new(most: Option<usize>) -> Self {
        Self { most, calls: Mutex::default() }
    }

    /// Whether one more call is within the limit. One that is not does not count.
    pub(crate) fn admits(&self) -> bool {
        let Some(most) = self.most else { return true };
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        while calls.front().is_some_and(|at| at.elapsed() >= Duration::from_secs(1)) {
            calls.pop_front();
        }
        let admits = calls.len() < most;
        if admits {
            calls.push_back(Instant::now());
        }
        admits
    }
}
