//! The one time driver of embassy-time: real by default, frozen and stepped in tests.
//!
//! Every timer of the engine goes through embassy-time, so a ninety-second rule is tested in a few milliseconds.
//! embassy-time's own drivers cannot serve: `std` and `mock-driver` exclude each other at link time, and Cargo unifies
//! features over a workspace. The driver is a process-wide global: tests that freeze it run one process each (nextest).

use embassy_time_driver::Driver;
use embassy_time_queue_utils::Queue;
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant};

/// Longest sleep of the alarm thread; it only bounds arithmetic.
const LONGEST_SLEEP: Duration = Duration::from_secs(3_600);

struct Clock {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    queue: Queue,
    /// Microseconds since the start, while frozen.
    frozen: Option<u64>,
    alarm_runs: bool,
}

static START: OnceLock<Instant> = OnceLock::new();

embassy_time_driver::time_driver_impl!(static CLOCK: Clock = Clock {
    state: Mutex::new(State { queue: Queue::new(), frozen: None, alarm_runs: false }),
    changed: Condvar::new(),
});

impl Clock {
    fn lock(&self) -> MutexGuard<'_, State> {
        // The queue stays consistent whoever panicked: it is only ever changed by its own methods.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn now(&self) -> u64 {
        self.frozen.unwrap_or_else(|| {
            let elapsed = START.get_or_init(Instant::now).elapsed();
            u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)
        })
    }
}

impl Driver for Clock {
    fn now(&self) -> u64 {
        self.lock().now()
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        let mut state = self.lock();
        state.queue.schedule_wake(at, waker);
        match state.frozen {
            Some(now) => {
                state.queue.next_expiration(now);
            }
            None => {
                if !state.alarm_runs {
                    state.alarm_runs = std::thread::Builder::new().name("alarm".into()).spawn(alarm).is_ok();
                }
                self.changed.notify_one();
            }
        }
    }
}

/// Wakes whoever is due, then sleeps until the next.
fn alarm() {
    let mut state = CLOCK.lock();
    loop {
        let now = state.now();
        let next = state.queue.next_expiration(now);
        let sleep = Duration::from_micros(next.saturating_sub(now)).min(LONGEST_SLEEP);
        state = CLOCK.changed.wait_timeout(state, sleep).unwrap_or_else(PoisonError::into_inner).0;
    }
}

/// Stops time where it is. For tests; there is no way back within the process.
pub fn freeze() {
    let mut state = CLOCK.lock();
    state.frozen = Some(state.now());
}

/// Moves frozen time on and wakes whoever is due. Does nothing while time runs by itself.
pub fn advance(by: Duration) {
    let mut state = CLOCK.lock();
    if let Some(now) = state.frozen {
        let now = now.saturating_add(u64::try_from(by.as_micros()).unwrap_or(u64::MAX));
        state.frozen = Some(now);
        state.queue.next_expiration(now);
    }
}

/// The visit's time: since the first use of the clock, or where it is frozen.
pub fn now() -> flow::Moment {
    flow::Moment(Duration::from_micros(embassy_time::Instant::now().as_micros()))
}
