//! Where any thread pins the view to show. Only the latest is drawn.

use crate::{Error, MainWindow, pages};
use flow::View;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Shows views from any thread; clones show on the same window.
///
/// Views that come faster than the screen draws replace each other: the event loop is woken once, and draws the last.
/// A view that was replaced is dropped at once, and wiped with it what [`flow`] wipes.
#[derive(Clone)]
pub struct Screenboard {
    window: slint::Weak<MainWindow>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    next: Mutex<Option<View>>,
    drawn: Mutex<Option<Drawn>>,
}

/// Called on the main thread once a view has been drawn.
type Drawn = Arc<dyn Fn() + Send + Sync>;

impl Screenboard {
    pub(crate) fn new(window: slint::Weak<MainWindow>) -> Self {
        Self { window, shared: Arc::default() }
    }

    /// Asks for this view to be drawn, unless another one comes before. Never waits.
    ///
    /// # Errors
    /// [`Error::Closed`] when there is no window any more.
    pub fn show(&self, view: View) -> Result<(), Error> {
        let waiting = lock(&self.shared.next).replace(view).is_some();
        if waiting {
            return Ok(());
        }
        let shared = self.shared.clone();
        self.window.upgrade_in_event_loop(move |window| shared.draw(&window)).map_err(|_| Error::Closed)
    }

    /// Sets what is called, on the main thread, after each view that came through [`Self::show`] has been drawn.
    ///
    /// The software renderer has no rendering notifier, so this is a timer of zero: both event loops run timers before
    /// they draw, so one that is started while a view is being set fires after its picture was handed to the display.
    /// What it cannot tell: when the panel lights up (up to one frame later), or that a picture was equal to the last.
    pub fn on_drawn(&self, drawn: impl Fn() + Send + Sync + 'static) {
        *lock(&self.shared.drawn) = Some(Arc::new(drawn));
    }

    /// Calls `heard` from the event loop: a main thread that is stuck stays silent.
    ///
    /// # Errors
    /// [`Error::Closed`] when there is no window any more.
    pub fn ping(&self, heard: impl FnOnce() + Send + 'static) -> Result<(), Error> {
        self.window.upgrade_in_event_loop(move |_| heard()).map_err(|_| Error::Closed)
    }

    /// Ends [`crate::Window::run`].
    ///
    /// # Errors
    /// [`Error::Closed`] when it has ended already.
    pub fn quit(&self) -> Result<(), Error> {
        slint::quit_event_loop().map_err(|_| Error::Closed)
    }
}

impl Shared {
    fn draw(&self, window: &MainWindow) {
        let Some(view) = lock(&self.next).take() else { return };
        pages::show(window, &view);
        drop(view);
        if let Some(drawn) = lock(&self.drawn).clone() {
            slint::Timer::single_shot(Duration::ZERO, move || drawn());
        }
    }
}

/// A thread that panicked while it held a view left a whole view: there is nothing to repair.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
