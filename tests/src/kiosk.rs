//! The kiosk in front of a place: hands, eyes, and the cards.

use crate::glass::{Picture, Recorder};
use crate::pocket::{Manner, Pocket};
use crate::{LIMIT, eventually};
use board::reader::{Readers, Watcher};
use engine::ports::{Slot, Surroundings};
use engine::{Desk, Parts};
use flow::{Sound, Touch, View};
use guichet::config::Config;
use guichet::parts;
use std::sync::{Arc, Once};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{self, Sender, UnboundedSender};
use tokio::task::JoinHandle;
use virtual_card::{Handle, Insert};

static JOURNAL: Once = Once::new();

/// The built program: beside the tests, one folder up.
///
/// # Panics
/// When it is not there: `cargo build -p guichet`.
#[must_use]
pub fn program() -> std::path::PathBuf {
    let here = std::env::current_exe().unwrap();
    let built = here.ancestors().map(|folder| folder.join("guichet")).find(|path| path.is_file());
    built.expect("the program is not built: cargo build -p guichet")
}

/// Where the cards come from.
#[derive(Clone)]
pub enum Cards {
    /// The real pcscd, through the product's own reader.
    Reader(Handle),
    /// Memory.
    Pocket(Pocket),
}

impl From<&Handle> for Cards {
    fn from(handle: &Handle) -> Self {
        Self::Reader(handle.clone())
    }
}

impl From<&Pocket> for Cards {
    fn from(pocket: &Pocket) -> Self {
        Self::Pocket(pocket.clone())
    }
}

/// A kiosk at work in this process. Dropping it switches it off.
pub struct Kiosk {
    pub(crate) glass: Recorder,
    /// Number of the picture last seen: looking goes on from there.
    pub(crate) seen: usize,
    cards: Cards,
    touches: Sender<Touch>,
    surroundings: UnboundedSender<Surroundings>,
    engine: JoinHandle<()>,
    runtime: Option<Runtime>,
    _lists: Option<revocation::Watch>,
    _watcher: Option<Watcher>,
}

impl Kiosk {
    /// Switches a kiosk on as it is configured, and waits for its idle page.
    #[must_use]
    pub fn open(config: &Config, cards: impl Into<Cards>) -> Self {
        Self::open_with(config, cards, |_, _| {})
    }

    /// The same, with changes no configuration can make: shorter limits, another clock.
    #[must_use]
    pub fn open_with(
        config: &Config,
        cards: impl Into<Cards>,
        change: impl FnOnce(&mut flow::Settings, &mut Desk),
    ) -> Self {
        let mut kiosk = Self::start(config, cards.into(), change);
        kiosk.sees_it_idle();
        kiosk
    }

    /// Switches a kiosk on and does not wait.
    ///
    /// # Panics
    /// When the configuration cannot be used.
    #[must_use]
    pub fn start(config: &Config, cards: Cards, change: impl FnOnce(&mut flow::Settings, &mut Desk)) -> Self {
        // The program's own journal, for whoever reads a failed test.
        JOURNAL.call_once(|| guichet::log::start(true));
        let mut settings = parts::settings(config);
        let mut desk = parts::desk(config).unwrap_or_else(|problem| panic!("{problem}"));
        // The program itself reads messages, confined; this process is a test.
        desk.reader.program.path = program();
        change(&mut settings, &mut desk);
        let (slot_told, slot_events) = mpsc::unbounded_channel();
        let (seen, surroundings) = mpsc::unbounded_channel();
        let (touch, touches) = mpsc::channel(64);
        let (slot, watcher): (Arc<dyn Slot>, _) = match &cards {
            Cards::Reader(_) => {
                let watcher = Watcher::start(move |event| _ = slot_told.send(event)).unwrap();
                (Arc::new(Readers), Some(watcher))
            }
            Cards::Pocket(pocket) => {
                pocket.tell(slot_told);
                (Arc::new(pocket.clone()), None)
            }
        };
        let glass = Recorder::default();
        let writing = desk.writing.clone();
        // As the program has it.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let lists = desk.revocation.as_ref().map(|lists| {
            let _here = runtime.enter();
            lists.watch()
        });
        let login = Arc::clone(&desk.login);
        let engine = runtime.spawn(engine::run(Parts {
            settings,
            desk,
            slot,
            slot_events,
            surroundings,
            touches,
            glass: Box::new(glass.clone()),
            start_up: Arc::new(move || login.check().map_err(|_| flow::Failure::Configuration)),
        }));
        if let Some(writing) = writing {
            // Before anybody writes: as the program does at its start.
            let refreshed = runtime.block_on(writing.domains.refresh());
            refreshed.unwrap_or_else(|error| panic!("white list: {error}"));
        }
        let _ = seen.send(Surroundings::Network(true));
        Self {
            glass,
            seen: 0,
            cards,
            touches: touch,
            surroundings: seen,
            engine,
            runtime: Some(runtime),
            _lists: lists,
            _watcher: watcher,
        }
    }

    // -- hands

    /// A card of this profile goes in.
    pub fn insert(&mut self, profile: &str) {
        self.insert_with(&Insert::new(profile));
    }

    /// A card goes in, and behaves in a particular way.
    pub fn insert_with(&mut self, insert: &Insert) {
        match &self.cards {
            Cards::Reader(card) => card.insert_with(insert).unwrap(),
            Cards::Pocket(pocket) => pocket.put(insert, Manner::Answers),
        }
    }

    /// The card comes out.
    pub fn pulls_the_card(&mut self) {
        match &self.cards {
            Cards::Reader(card) => card.remove().unwrap(),
            Cards::Pocket(pocket) => pocket.take(),
        }
    }

    /// One touch.
    pub fn touches(&mut self, touch: Touch) {
        self.touches.blocking_send(touch).expect("the engine runs");
    }

    /// Digits, one after the other.
    pub fn types(&mut self, digits: &str) {
        for digit in digits.bytes() {
            self.touches(Touch::Digit(digit - b'0'));
        }
    }

    /// Digits and «Valider».
    pub fn enters(&mut self, code: &str) {
        self.types(code);
        self.touches(Touch::Submit);
    }

    /// The BAL of this name, on the page of the choice that stands there now.
    pub fn chooses(&mut self, name: &str) {
        let choice = self.choice_now();
        let at = choice.lines.iter().position(|line| crate::title(&line.label, line.kind, &line.address) == name);
        let at = at.unwrap_or_else(|| panic!("no box is called {name}:{}", self.lately()));
        self.touches(Touch::ChooseMailbox(choice.first + at));
    }

    /// The network goes or comes.
    pub fn network(&mut self, up: bool) {
        self.surroundings.send(Surroundings::Network(up)).unwrap();
    }

    /// The clock is found to be wrong, or right.
    pub fn clock_wrong(&mut self, wrong: bool) {
        self.surroundings.send(Surroundings::ClockWrong(wrong)).unwrap();
    }

    /// Stepped time passes, once the kiosk has taken note of all that was said to it before.
    pub fn waits(&mut self, time: Duration) {
        self.takes_note();
        engine::clock::advance(time);
    }

    /// Stepped time passes second by second until the page stands there, for five minutes at most.
    pub fn waits_until(&mut self, what: &str, is: impl Fn(&flow::Screen) -> bool) {
        for _ in 0..300 {
            self.waits(Duration::from_secs(1));
            if let Some((number, _)) = self.glass.find(self.seen, Duration::from_millis(40), &|view| is(&view.screen)) {
                self.seen = number;
                return;
            }
        }
        panic!("five minutes later, still not {what}:{}", self.lately());
    }

    /// Waits until all that was said to the kiosk so far has been answered: touches, the clock. What is said of the
    /// network comes after them, and shows in the bar. Not for a lost line, which word of a network brings back.
    pub fn takes_note(&mut self) {
        let up = self.now().bar.network;
        for state in [!up, up] {
            let before = self.glass.count();
            self.network(state);
            self.wait(before, &format!("the bar with network {state}"), &|view| view.bar.network == state);
        }
    }

    // -- eyes

    /// The picture that stands there now.
    #[must_use]
    pub fn now(&self) -> View {
        self.glass.now().expect("a picture")
    }

    /// Pictures so far: [`Kiosk::shown_since`] begins here.
    #[must_use]
    pub fn mark(&self) -> usize {
        self.glass.count()
    }

    /// Every picture shown since a mark.
    #[must_use]
    pub fn shown_since(&self, mark: usize) -> Vec<Picture> {
        self.glass.since(mark)
    }

    /// Forgets every picture but the one that stands there now.
    pub fn forgets_pictures(&mut self) {
        self.glass.forget();
        self.seen = self.glass.count().saturating_sub(1);
    }

    /// Every sound so far.
    #[must_use]
    pub fn sounds(&self) -> Vec<Sound> {
        self.glass.sounds()
    }

    /// Waits for a sound to have been made so often.
    pub fn hears(&self, sound: Sound, times: usize) {
        let heard = || self.sounds().into_iter().filter(|heard| *heard == sound).count() >= times;
        eventually(&format!("{sound:?}, {times} times"), heard);
    }

    /// Waits for a picture among those shown since the last one looked at, that one included.
    pub(crate) fn wait(&mut self, from: usize, what: &str, is: &dyn Fn(&View) -> bool) -> (usize, View) {
        let mut left = LIMIT;
        let step = Duration::from_millis(500);
        loop {
            if let Some(found) = self.glass.find(from, step, is) {
                return found;
            }
            assert!(!self.engine.is_finished(), "the engine has stopped before {what}:{}", self.lately());
            left = left.saturating_sub(step);
            assert!(!left.is_zero(), "never saw {what}:{}", self.lately());
        }
    }

    /// The last pictures, for whoever reads a failed test.
    #[must_use]
    pub fn lately(&self) -> String {
        let pictures = self.glass.since(self.seen);
        let (skipped, last) = pictures.split_at(pictures.len().saturating_sub(12));
        let start = last.first().map(|picture| picture.at);
        let mut text = format!(" {} pictures since the one last looked at", skipped.len() + last.len());
        for Picture { view, at } in last {
            let after = start.map_or(0, |start| at.duration_since(start).as_millis());
            text.push_str(&format!(
                "\n  +{after} ms {:?} {:?}",
                view.screen,
                view.bar.session.as_ref().map(|_| "session")
            ));
        }
        text
    }
}

impl Drop for Kiosk {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
