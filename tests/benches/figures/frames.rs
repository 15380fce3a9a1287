//! `scroll_frame` and `key_press_to_glyph`: what a touch costs in drawing, at both sizes, beside an empty frame.

use crate::figure::{Series, ms, print, say, wanted};
use anyhow::Result;
use flow::{Screen, View};
use serde_json::json;
use slint::platform::software_renderer::{MinimalSoftwareWindow, PremultipliedRgbaColor, RepaintBufferType};
use slint::platform::{Platform, WindowAdapter, WindowEvent};
use slint::{ComponentHandle, PhysicalSize, PlatformError};
use std::rc::Rc;
use std::time::{Duration, Instant};

const SIZES: [[u32; 2]; 2] = [[1024, 600], [1280, 800]];
const RUNS: usize = 40;

/// Whether any of these figures is asked for.
pub fn any(names: &[&str]) -> bool {
    ["scroll_frame", "key_press_to_glyph"].iter().any(|figure| wanted(names, figure))
}

struct Memory(Rc<MinimalSoftwareWindow>, Instant);

impl Platform for Memory {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(Rc::clone(&self.0) as Rc<dyn WindowAdapter>)
    }

    fn duration_since_start(&self) -> Duration {
        self.1.elapsed()
    }
}

/// Takes them in this process, which must have no window of its own yet.
pub fn all(names: &[&str]) -> Result<()> {
    let surface = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
    slint::platform::set_platform(Box::new(Memory(Rc::clone(&surface), Instant::now())))?;
    let window = ui::Window::new(ui::samples::site(), |_| {})?;
    window.main().show()?;
    for size in SIZES {
        surface.set_size(PhysicalSize::new(size[0], size[1]));
        let mut picture = vec![PremultipliedRgbaColor::default(); (size[0] * size[1]) as usize];
        let mut draw = || {
            slint::platform::update_timers_and_animations();
            let start = Instant::now();
            surface.draw_if_needed(|renderer| {
                renderer.render(&mut picture, size[0] as usize);
            });
            ms(start.elapsed())
        };
        if wanted(names, "scroll_frame") {
            say(&format!("scroll_frame, {}×{}", size[0], size[1]));
            let (inbox, other) = pages(size[0]);
            let (mut ours, mut empty) = (Series::default(), Series::default());
            for run in 0..RUNS {
                window.show(if run % 2 == 0 { &inbox } else { &other });
                ours.push(draw());
                window.main().window().request_redraw();
                empty.push(draw());
            }
            let details = json!({ "ours_spread": ours.spread(), "reference_spread": empty.spread(), "target_ms": 4 });
            let name = format!("scroll_frame/{}x{}", size[0], size[1]);
            print(&name, ours.median(), Some(empty.median()), "ms", "a frame in which nothing has changed", details);
        }
        if wanted(names, "key_press_to_glyph") {
            say(&format!("key_press_to_glyph, {}×{}", size[0], size[1]));
            window.show(&sample("compose", size[0]));
            draw();
            let (mut ours, mut empty) = (Series::default(), Series::default());
            for _ in 0..RUNS {
                let start = Instant::now();
                let text = slint::SharedString::from("e");
                window.main().window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
                window.main().window().dispatch_event(WindowEvent::KeyReleased { text });
                let before = ms(start.elapsed());
                ours.push(before + draw());
                window.main().window().request_redraw();
                empty.push(draw());
            }
            let details = json!({ "ours_spread": ours.spread(), "reference_spread": empty.spread(), "target_ms": 2 });
            let name = format!("key_press_to_glyph/{}x{}", size[0], size[1]);
            print(&name, ours.median(), Some(empty.median()), "ms", "a frame in which nothing has changed", details);
        }
    }
    Ok(())
}

fn sample(name: &str, width: u32) -> View {
    let found = ui::samples::all().into_iter().find(|(known, _)| *known == name);
    let (_, view) = found.unwrap_or_else(|| panic!("no sample called {name}"));
    ui::samples::fitted(view, width)
}

/// Two pages of the list, as turning it shows them.
fn pages(width: u32) -> (View, View) {
    let one = sample("inbox", width);
    let mut other = one.clone();
    if let Screen::Inbox(inbox) = &mut other.screen
        && let flow::List::Rows(rows) = &mut inbox.list
    {
        rows.reverse();
    }
    (one, other)
}
