//! The kiosk as the program builds it, in this process: the real engine, reader and window, and a note of when what
//! was shown and drawn.

use crate::panel::Memory;
use anyhow::{Context, Result, bail};
use board::reader::{Readers, Watcher};
use engine::Parts;
use engine::ports::{Glass, SlotEvent, Surroundings};
use flow::{FieldKind, List, Screen, Sound, Touch, View};
use guichet::config::Config;
use guichet::parts;
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{ComponentHandle, LogicalPosition, Weak};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{self, Sender};
use ui::{MainWindow, Screenboard, Window};

/// Longer than anything lasts here.
const LIMIT: Duration = Duration::from_secs(30);

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The reader told of a card that went in.
    Inserted,
    /// The reader told of a card that came out.
    Removed,
    /// A touch was given to the window.
    Touched,
    /// The engine wants this to be seen.
    Shown(&'static str),
    /// It has been drawn.
    Drawn(&'static str),
}

/// What happened when.
#[derive(Clone, Default)]
pub struct Notes(Arc<Notebook>);

#[derive(Default)]
struct Notebook {
    lines: Mutex<Vec<(What, Instant)>>,
    written: Condvar,
}

impl Notes {
    /// Notes something that happens now.
    pub fn take(&self, what: What) {
        self.0.lines.lock().unwrap().push((what, Instant::now()));
        self.0.written.notify_all();
    }

    /// Forgets all that happened.
    pub fn clear(&self) {
        self.0.lines.lock().unwrap().clear();
    }

    /// When it first happened since the last [`Notes::clear`], if it did.
    pub fn of(&self, what: &What) -> Option<Instant> {
        self.0.lines.lock().unwrap().iter().find(|(noted, _)| noted == what).map(|(_, at)| *at)
    }

    /// Waits for it.
    pub fn wait(&self, what: &What) -> Result<Instant> {
        self.wait_any(std::slice::from_ref(what))
    }

    /// Waits for the first of these.
    pub fn wait_any(&self, what: &[What]) -> Result<Instant> {
        let until = Instant::now() + LIMIT;
        let mut notes = self.0.lines.lock().unwrap();
        loop {
            if let Some((_, at)) = notes.iter().find(|(noted, _)| what.contains(noted)) {
                return Ok(*at);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("never: {what:?}; instead {:?}", notes.iter().map(|(what, _)| what).collect::<Vec<_>>());
            }
            notes = self.0.written.wait_timeout(notes, left).unwrap().0;
        }
    }
}

/// What this picture is to a stopwatch.
fn name(view: &View) -> &'static str {
    match &view.screen {
        Screen::EnterPin(page) if page.checking => "checking",
        Screen::EnterPin(page) if page.complete => "complete",
        Screen::EnterPin(page) if page.holder.is_empty() => "number",
        Screen::EnterPin(_) => "holder",
        Screen::Phone(page) if page.approved => "approved",
        Screen::Phone(page) if page.digits.is_none() => "asking",
        Screen::ServiceForm(page) if page.busy => "busy",
        Screen::ServiceForm(page) => match page.fields.first().map(|field| field.kind) {
            Some(FieldKind::Login) => "login",
            Some(FieldKind::Password) => "password",
            _ => "form",
        },
        Screen::ServiceCode(page) if page.busy => "checked",
        Screen::ServiceCode(page) if page.complete => "typed",
        Screen::ServiceCode(_) => "code",
        Screen::ServiceMessage(page) if page.consent && !page.busy => "consent",
        Screen::Connecting(page) if page.step == flow::Step::Identity => "identity",
        Screen::Connecting(_) => "mailbox",
        Screen::Inbox(page) => match (&page.list, page.folders.is_empty()) {
            (List::Rows(_), true) => "rows",
            (List::Rows(_), false) => "folders",
            _ => "inbox",
        },
        other => other.name(),
    }
}

/// The window, for other threads.
#[derive(Clone)]
pub struct Panel {
    board: Screenboard,
    main: Weak<MainWindow>,
    touches: Arc<Mutex<Option<Sender<Touch>>>>,
    /// Views that are set and not drawn yet.
    due: Arc<Mutex<Vec<&'static str>>>,
    /// What happened.
    pub notes: Notes,
}

impl Panel {
    /// Opens it. The window runs on the main thread until [`Panel::close`].
    pub fn open(site: ui::Site, size: [u32; 2]) -> Result<(Self, Window)> {
        let (notes, due) = (Notes::default(), Arc::<Mutex<Vec<&'static str>>>::default());
        let (drawn, waiting) = (notes.clone(), Arc::clone(&due));
        slint::platform::set_platform(Box::new(Memory::new(size, move || {
            waiting.lock().unwrap().drain(..).for_each(|view| drawn.take(What::Drawn(view)));
        })))?;
        let touches: Arc<Mutex<Option<Sender<Touch>>>> = Arc::default();
        let sent = Arc::clone(&touches);
        let window = Window::new(site, move |touch| {
            if let Some(engine) = &*sent.lock().unwrap() {
                let _ = engine.try_send(touch);
            }
        })?;
        let panel = Self { board: window.board(), main: window.main().as_weak(), touches, due, notes };
        Ok((panel, window))
    }

    /// Has this done once the window runs.
    pub fn start(&self, work: impl FnOnce() + Send + 'static) {
        self.board.ping(work).expect("the window is open");
    }

    /// Ends the window.
    pub fn close(&self) {
        let _ = self.board.quit();
    }

    /// Has this drawn and notes when it was.
    pub fn show(&self, view: View) {
        let (name, due) = (name(&view), Arc::clone(&self.due));
        let _ = self.board.show(view);
        // Comes after the view in the same queue, and before the next drawing.
        let _ = self.board.ping(move || due.lock().unwrap().push(name));
    }

    /// A touch as the engine gets it, for what is on the way to a measure and not part of it.
    pub fn send(&self, touch: Touch) {
        if let Some(engine) = &*self.touches.lock().unwrap() {
            engine.try_send(touch).expect("the engine takes what is touched");
        }
    }

    /// A finger on this pixel: down and up.
    pub fn touch(&self, [x, y]: [f32; 2]) {
        let notes = self.notes.clone();
        let touched = self.main.upgrade_in_event_loop(move |main| {
            let (position, button) = (LogicalPosition::new(x, y), PointerEventButton::Left);
            notes.take(What::Touched);
            main.window().dispatch_event(WindowEvent::PointerPressed { position, button });
            main.window().dispatch_event(WindowEvent::PointerReleased { position, button });
            main.window().dispatch_event(WindowEvent::PointerExited);
        });
        touched.expect("the window is open");
    }
}

/// The last pictures, to be drawn again.
#[derive(Default)]
pub struct Album {
    /// The page of the wait for the provider, whichever door it is.
    pub wait: Option<View>,
    /// The inbox with its first rows.
    pub inbox: Option<View>,
    /// The idle page just after a visit.
    pub blank: Option<View>,
}

struct Watched {
    panel: Panel,
    album: Arc<Mutex<Album>>,
}

impl Glass for Watched {
    fn show(&mut self, view: View) {
        let shown = name(&view);
        self.panel.notes.take(What::Shown(shown));
        match shown {
            "identity" | "phone" | "checked" => _ = self.album.lock().unwrap().wait.get_or_insert_with(|| view.clone()),
            "rows" => _ = self.album.lock().unwrap().inbox.get_or_insert_with(|| view.clone()),
            // The last one: the one at the start does not say that a session is closed.
            "idle" => self.album.lock().unwrap().blank = Some(view.clone()),
            _ => {}
        }
        self.panel.show(view);
    }

    fn sound(&mut self, _sound: Sound) {}
}

/// A kiosk at work. Dropping it switches it off.
pub struct Kiosk {
    /// Its window.
    pub panel: Panel,
    /// Its pictures.
    pub album: Arc<Mutex<Album>>,
    deaf: Arc<AtomicBool>,
    card: Arc<Mutex<(String, Vec<u8>)>>,
    runtime: Option<Runtime>,
    _watcher: Watcher,
    _surroundings: mpsc::UnboundedSender<Surroundings>,
}

impl Kiosk {
    /// Switches it on and waits for its idle page.
    pub fn open(config: &Path, panel: &Panel) -> Result<Self> {
        panel.notes.clear();
        let config = load(config)?;
        let desk = parts::desk(&config).map_err(|problem| anyhow::anyhow!("{problem}"))?;
        let (slot, slot_events) = mpsc::unbounded_channel();
        let (seen, surroundings) = mpsc::unbounded_channel();
        let (touch, touches) = mpsc::channel(64);
        let deaf = Arc::new(AtomicBool::new(false));
        let card = Arc::<Mutex<(String, Vec<u8>)>>::default();
        let (notes, hears, seen_card) = (panel.notes.clone(), Arc::clone(&deaf), Arc::clone(&card));
        let watcher = Watcher::start(move |event| {
            match &event {
                SlotEvent::Inserted { reader, atr } => {
                    *seen_card.lock().unwrap() = (reader.clone(), atr.clone());
                    notes.take(What::Inserted);
                }
                SlotEvent::Removed { .. } => notes.take(What::Removed),
                SlotEvent::Readers(_) | SlotEvent::ServiceDown => {}
            }
            if !hears.load(Ordering::SeqCst) {
                let _ = slot.send(event);
            }
        })?;
        *panel.touches.lock().unwrap() = Some(touch);
        let album = Arc::new(Mutex::new(Album::default()));
        // As the program has it.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let login = Arc::clone(&desk.login);
        runtime.spawn(engine::run(Parts {
            settings: parts::settings(&config),
            desk,
            slot: Arc::new(Readers),
            slot_events,
            surroundings,
            touches,
            glass: Box::new(Watched { panel: panel.clone(), album: Arc::clone(&album) }),
            start_up: Arc::new(move || login.check().map_err(|_| flow::Failure::Configuration)),
        }));
        let _ = seen.send(Surroundings::Network(true));
        panel.notes.wait(&What::Drawn("idle"))?;
        let panel = panel.clone();
        Ok(Self { panel, album, deaf, card, runtime: Some(runtime), _watcher: watcher, _surroundings: seen })
    }

    /// Reader and answer to reset of the card that went in last.
    pub fn card(&self) -> (String, Vec<u8>) {
        self.card.lock().unwrap().clone()
    }

    /// Whether the engine is left in peace while somebody else uses the reader.
    pub fn deaf(&self, deaf: bool) {
        self.deaf.store(deaf, Ordering::SeqCst);
    }
}

impl Drop for Kiosk {
    fn drop(&mut self) {
        *self.panel.touches.lock().unwrap() = None;
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A configuration, read by the program's own code.
pub fn load(path: &Path) -> Result<Config> {
    Config::load(path).map_err(|problem| anyhow::anyhow!("{problem}")).context("the site's configuration")
}
