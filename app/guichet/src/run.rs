//! `guichet run`: every part built once, joined here.

use crate::config::{Backend, Config};
use crate::glass::{Nowhere, Panel};
use crate::parts;
use anyhow::{Context, anyhow};
use board::reader::{Readers, Watcher};
use board::sound::Speaker;
use engine::Parts;
use engine::ports::{Glass, Surroundings};
use flow::{Bar, Display, Failed, Failure, Screen, Touch, View};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;
use ui::{Site, Window};

/// No clock that is right is earlier than this version: 2026-11-01, Unix time.
pub const EARLIEST: Duration = Duration::from_secs(1_793_491_200);
/// Touches that may wait for the engine. A finger is slower.
const TOUCHES: usize = 64;
/// Between looks at a clock that is wrong.
const CLOCK_LOOK: Duration = Duration::from_secs(5);
/// Between looks at the white list, and after one that failed while there is none.
const LIST_AGAIN: Duration = Duration::from_secs(6 * 3_600);
const LIST_SOON: Duration = Duration::from_secs(60);

/// Runs the kiosk until its window closes.
pub fn run(path: &Path) -> anyhow::Result<ExitCode> {
    let config = match Config::load(path) {
        Ok(config) => config,
        Err(problem) => return refuse(None, &anyhow!("{}: {problem}", path.display())),
    };
    board::process::keep_secrets(config.process.closed_memory).context("la mémoire n'est pas protégée")?;
    let desk = match parts::desk(&config) {
        Ok(desk) => desk,
        Err(problem) => return refuse(Some(&config), &anyhow!("{}: {problem}", path.display())),
    };
    let (touch, touches) = mpsc::channel(TOUCHES);
    let window = window(&config, touch.clone())?;
    let (seen, surroundings) = mpsc::unbounded_channel();
    let (slot, slot_events) = mpsc::unbounded_channel();
    let _watcher = Watcher::start(move |event| _ = slot.send(event)).context("le lecteur n'est pas surveillé")?;
    let network = seen.clone();
    board::network::watch(config.network.interfaces.clone(), move |up| _ = network.send(Surroundings::Network(up)))
        .context("le réseau n'est pas surveillé")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("pas de fil d'exécution")?;
    runtime.spawn(watch_clock(seen));
    let _lists = desk.revocation.as_ref().map(|lists| {
        let _here = runtime.enter();
        lists.watch()
    });
    if let Some(writing) = &desk.writing {
        runtime.spawn(refresh(Arc::clone(&writing.domains)));
    }
    let login = Arc::clone(&desk.login);
    let engine = engine::run(Parts {
        settings: parts::settings(&config),
        desk,
        slot: Arc::new(Readers),
        slot_events,
        surroundings,
        touches,
        glass: glass(&config, window.as_ref()),
        start_up: Arc::new(move || login.check().map_err(|_| Failure::Configuration)),
    });
    match window {
        Some(window) => {
            let board = window.board();
            runtime.spawn(async move {
                let ended = tokio::spawn(engine).await;
                // Only a panic ends the engine while the window is open; the service manager starts anew.
                tracing::error!(panicked = ended.is_err(), "the engine has stopped");
                let _ = board.quit();
            });
            window.run().context("l'écran est perdu")?;
        }
        None => {
            let _keep_open = touch;
            runtime.block_on(engine);
        }
    }
    runtime.shutdown_timeout(Duration::from_secs(4));
    Ok(ExitCode::SUCCESS)
}

fn glass(config: &Config, window: Option<&Window>) -> Box<dyn Glass> {
    match window {
        Some(window) => {
            Box::new(Panel { board: window.board(), speaker: Speaker::open(config.screen.speaker.as_deref()) })
        }
        None => Box::new(Nowhere),
    }
}

/// The window of the configured backend, `None` for a kiosk without a screen.
fn window(config: &Config, touch: mpsc::Sender<Touch>) -> anyhow::Result<Option<Window>> {
    if !select(config.screen.backend)? {
        return Ok(None);
    }
    let window = Window::new(parts::site(config), move |touched| {
        if touch.try_send(touched).is_err() {
            tracing::warn!("a touch was lost: the engine does not keep up");
        }
    })
    .context("l'écran ne s'ouvre pas")?;
    let [width, height] = config.screen.size;
    window.resize(width, height);
    window.reduce_motion(config.screen.reduced_motion);
    Ok(Some(window))
}

fn select(backend: Backend) -> anyhow::Result<bool> {
    let name = match backend {
        Backend::LinuxKms => "linuxkms",
        Backend::Winit => "winit",
        Backend::Headless => return Ok(false),
    };
    ui::select(name).context("l'écran ne s'ouvre pas")?;
    Ok(true)
}

/// The kiosk cannot start: the person in front of it is told, and so is the journal.
fn refuse(config: Option<&Config>, error: &anyhow::Error) -> anyhow::Result<ExitCode> {
    tracing::error!("{error:#}");
    crate::log::last_words(error);
    // A file that cannot be read does not say where pictures go: the kiosk's own panel is the likely place.
    let backend = config.map_or_else(Backend::default, |config| config.screen.backend);
    if !select(backend).unwrap_or(false) {
        return Ok(ExitCode::FAILURE);
    }
    let site = config.map_or_else(Site::default, parts::site);
    let Ok(window) = Window::new(site, |_| {}) else { return Ok(ExitCode::FAILURE) };
    if let Some(config) = config {
        let [width, height] = config.screen.size;
        window.resize(width, height);
    }
    let failed =
        Failed { failure: Failure::Configuration, day: None, retry: false, card: false, home: false, at: None };
    window.show(&View { screen: Screen::Failed(failed), bar: Bar::default(), display: Display::default() });
    window.run().context("l'écran est perdu")?;
    Ok(ExitCode::FAILURE)
}

/// Fetches the white list at the start and every few hours; one that does not come leaves the one before in use.
async fn refresh(domains: Arc<directory::Domains>) {
    loop {
        let pause = match domains.refresh().await {
            Ok(directory::Refreshed::NothingToFetch) => return,
            Ok(refreshed) => {
                tracing::info!(?refreshed, "white list");
                LIST_AGAIN
            }
            Err(error) => {
                tracing::warn!(%error, "no white list: nothing can be sent");
                LIST_SOON
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// Says whether the clock can be right, until it can.
async fn watch_clock(seen: mpsc::UnboundedSender<Surroundings>) {
    let mut told = false;
    while !plausible(SystemTime::now()) {
        if !told {
            tracing::warn!("the clock is earlier than this version");
            told = true;
            let _ = seen.send(Surroundings::ClockWrong(true));
        }
        tokio::time::sleep(CLOCK_LOOK).await;
    }
    let _ = seen.send(Surroundings::ClockWrong(false));
}

/// Whether a clock can be right.
pub fn plausible(now: SystemTime) -> bool {
    now.duration_since(SystemTime::UNIX_EPOCH).is_ok_and(|since| since >= EARLIEST)
}
