//! The window on the main thread.

use crate::pages::Send;
use crate::screenboard::Screenboard;
use crate::{MainWindow, Presence, Site, bar, pages};
use flow::{Touch, View};
use slint::ComponentHandle;
use std::rc::Rc;

/// Why the screen does not show.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No display, no permission, no font: the platform says which.
    #[error("the screen cannot be opened")]
    Platform(#[source] slint::PlatformError),
    /// The window has been closed.
    #[error("the window is closed")]
    Closed,
}

/// Chooses where pictures go, before the first window: `linuxkms` for the kiosk's own panel, `winit` for a desk.
///
/// # Errors
/// [`Error::Platform`] when there is no such display.
pub fn select(backend: &str) -> Result<(), Error> {
    slint::BackendSelector::new()
        .backend_name(backend.into())
        .renderer_name("software".into())
        .select()
        .map_err(Error::Platform)
}

/// The one window. It lives on the main thread, which Slint owns while it runs.
pub struct Window {
    main: MainWindow,
    board: Screenboard,
}

impl Window {
    /// Opens the window of a site. `send` gets every touch, on this thread: it must not wait.
    ///
    /// The backend is chosen by `SLINT_BACKEND` (`linuxkms-software` on the kiosk, `winit-software` on a desk).
    ///
    /// # Errors
    /// [`Error::Platform`] without a usable display.
    pub fn new(site: Site, send: impl Fn(Touch) + 'static) -> Result<Self, Error> {
        let main = MainWindow::new().map_err(Error::Platform)?;
        let send: Send = Rc::new(send);
        site.lend(&main);
        let touch = send.clone();
        main.on_touched(move || touch(Touch::Anywhere));
        let touch = send.clone();
        main.global::<Presence>().on_touched(move || touch(Touch::Anywhere));
        bar::connect(&main, &send);
        pages::connect(&main, Rc::new(site), &send);
        let board = Screenboard::new(main.as_weak());
        Ok(Self { main, board })
    }

    /// What other threads show views by. Clones show on the same window.
    pub fn board(&self) -> Screenboard {
        self.board.clone()
    }

    /// The Slint component, for tests that look at it.
    pub fn main(&self) -> &MainWindow {
        &self.main
    }

    /// Shows a view now. Only on the main thread; elsewhere, [`Self::board`].
    pub fn show(&self, view: &View) {
        pages::show(&self.main, view);
    }

    /// Fills the screen. A kiosk's backend always does; a desk's only when asked.
    pub fn fullscreen(&self) {
        self.main.window().set_fullscreen(true);
    }

    /// Two still pictures in turn instead of a card that travels; spinners stand still. For a site that wants calm, or
    /// a board that draws less than twenty pictures a second.
    pub fn reduce_motion(&self, reduced: bool) {
        self.main.global::<crate::Theme>().set_reduced_motion(reduced);
    }

    /// Gives the window the size of a panel, in physical pixels. For a desk: a kiosk's backend knows its panel.
    pub fn resize(&self, width: u32, height: u32) {
        self.main.window().set_size(slint::PhysicalSize::new(width, height));
    }

    /// Runs the event loop until the window is closed or [`Screenboard::quit`].
    ///
    /// # Errors
    /// [`Error::Platform`] when the display is lost.
    pub fn run(&self) -> Result<(), Error> {
        self.main.run().map_err(Error::Platform)
    }
}
