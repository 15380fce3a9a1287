//! A panel in memory, drawn as the kiosk's own is: by the software renderer, the whole picture each time, which is what
//! a KMS dumb buffer wants. There is no refresh to wait for, so that a picture is drawn when it is due and known to be.

use slint::platform::software_renderer::{MinimalSoftwareWindow, PremultipliedRgbaColor, RepaintBufferType};
use slint::platform::{
    EventLoopProxy, Platform, WindowAdapter, duration_until_next_timer_update, update_timers_and_animations,
};
use slint::{EventLoopError, PhysicalSize, PlatformError};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

type Work = Box<dyn FnOnce() + Send>;

/// What other threads want done on the main one.
#[derive(Default)]
struct Queue {
    work: Mutex<(VecDeque<Work>, bool)>,
    changed: Condvar,
}

impl Queue {
    /// What waits, after so long at most; `None` when it is over.
    fn take(&self, limit: Duration) -> Option<VecDeque<Work>> {
        let waiting = |state: &mut (VecDeque<Work>, bool)| state.0.is_empty() && !state.1;
        let state = self.work.lock().unwrap();
        let (mut state, _) = self.changed.wait_timeout_while(state, limit, waiting).unwrap();
        if state.1 { None } else { Some(std::mem::take(&mut state.0)) }
    }
}

struct Proxy(Arc<Queue>);

impl EventLoopProxy for Proxy {
    fn quit_event_loop(&self) -> Result<(), EventLoopError> {
        self.0.work.lock().unwrap().1 = true;
        self.0.changed.notify_all();
        Ok(())
    }

    fn invoke_from_event_loop(&self, work: Work) -> Result<(), EventLoopError> {
        self.0.work.lock().unwrap().0.push_back(work);
        self.0.changed.notify_all();
        Ok(())
    }
}

/// Slint's platform for it.
pub struct Memory {
    window: Rc<MinimalSoftwareWindow>,
    queue: Arc<Queue>,
    size: [u32; 2],
    start: Instant,
    drawn: Box<dyn Fn()>,
}

impl Memory {
    /// A panel of this size. `drawn` is called each time everything asked for so far is in the picture.
    pub fn new(size: [u32; 2], drawn: impl Fn() + 'static) -> Self {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        Self { window, queue: Arc::default(), size, start: Instant::now(), drawn: Box::new(drawn) }
    }
}

impl Platform for Memory {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        self.window.set_size(PhysicalSize::new(self.size[0], self.size[1]));
        Ok(Rc::clone(&self.window) as Rc<dyn WindowAdapter>)
    }

    fn duration_since_start(&self) -> Duration {
        self.start.elapsed()
    }

    fn new_event_loop_proxy(&self) -> Option<Box<dyn EventLoopProxy>> {
        Some(Box::new(Proxy(Arc::clone(&self.queue))))
    }

    fn run_event_loop(&self) -> Result<(), PlatformError> {
        let [width, height] = self.size.map(|length| length as usize);
        let mut picture = vec![PremultipliedRgbaColor::default(); width * height];
        // A frame every 16 ms while something moves, as on a panel.
        let frame = Duration::from_millis(16);
        let mut pause = Duration::ZERO;
        while let Some(work) = self.queue.take(pause) {
            for work in work {
                work();
            }
            update_timers_and_animations();
            self.window.draw_if_needed(|renderer| {
                renderer.render(&mut picture, width);
            });
            (self.drawn)();
            let moving = if self.window.has_active_animations() { frame } else { Duration::MAX };
            pause =
                duration_until_next_timer_update().unwrap_or(Duration::MAX).min(moving).min(Duration::from_secs(60));
        }
        Ok(())
    }
}
