//! A glass that shows nothing and remembers everything.

use engine::ports::Glass;
use flow::{Sound, View};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// One picture, and when it was shown.
#[derive(Clone)]
pub struct Picture {
    /// What was shown.
    pub view: View,
    /// When.
    pub at: Instant,
}

#[derive(Default)]
struct Seen {
    pictures: Vec<Picture>,
    /// Pictures forgotten at the beginning; numbers go on counting them.
    forgotten: usize,
    sounds: Vec<Sound>,
}

/// Every picture and sound of one kiosk. Clones share them.
#[derive(Clone, Default)]
pub struct Recorder(Arc<(Mutex<Seen>, Condvar)>);

impl Recorder {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.0.lock().unwrap()
    }

    /// Pictures so far.
    #[must_use]
    pub fn count(&self) -> usize {
        let seen = self.lock();
        seen.forgotten + seen.pictures.len()
    }

    /// Pictures from number `from` on.
    #[must_use]
    pub fn since(&self, from: usize) -> Vec<Picture> {
        let seen = self.lock();
        seen.pictures.get(from.saturating_sub(seen.forgotten)..).unwrap_or_default().to_vec()
    }

    /// Forgets every picture but the last: for a kiosk that stands there for hours.
    pub fn forget(&self) {
        let mut seen = self.lock();
        let gone = seen.pictures.len().saturating_sub(1);
        seen.pictures.drain(..gone);
        seen.forgotten += gone;
    }

    /// The picture that stands there now.
    #[must_use]
    pub fn now(&self) -> Option<View> {
        self.lock().pictures.last().map(|picture| picture.view.clone())
    }

    /// Sounds so far.
    #[must_use]
    pub fn sounds(&self) -> Vec<Sound> {
        self.lock().sounds.clone()
    }

    /// Number and view of the first picture from `from` on that is the one looked for, waiting for it at most so long.
    pub fn find(&self, from: usize, limit: Duration, is: &dyn Fn(&View) -> bool) -> Option<(usize, View)> {
        let until = Instant::now() + limit;
        let mut seen = self.lock();
        let mut next = from.max(seen.forgotten);
        loop {
            while let Some(picture) = seen.pictures.get(next.saturating_sub(seen.forgotten)) {
                if is(&picture.view) {
                    return Some((next, picture.view.clone()));
                }
                next += 1;
            }
            let left = until.checked_duration_since(Instant::now())?;
            seen = self.0.1.wait_timeout(seen, left).unwrap().0;
        }
    }
}

impl Glass for Recorder {
    fn show(&mut self, view: View) {
        self.lock().pictures.push(Picture { view, at: Instant::now() });
        self.0.1.notify_all();
    }

    fn sound(&mut self, sound: Sound) {
        self.lock().sounds.push(sound);
        self.0.1.notify_all();
    }
}
