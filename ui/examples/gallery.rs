//! Draws every sample view into a folder: `cargo run -p ui --example gallery -- FOLDER [start of a name …]`.
//!
//! One picture a state at both panel sizes, then dark, large and English for each. No display is needed.

use i_slint_backend_testing::{TestingBackend, TestingBackendOptions};
use slint::ComponentHandle;
use std::path::Path;

/// A way of showing: its suffix, width, height, and what it changes.
type Style = (&'static str, u32, u32, fn(&mut flow::Display));

const STYLES: [Style; 10] = [
    ("", 1024, 600, |_| {}),
    ("", 1280, 800, |_| {}),
    ("-dark", 1024, 600, |display| display.dark = true),
    ("-dark", 1280, 800, |display| display.dark = true),
    ("-large", 1024, 600, |display| display.large = true),
    ("-large", 1280, 800, |display| display.large = true),
    ("-english", 1024, 600, |display| display.language = flow::Language::English),
    ("-english", 1280, 800, |display| display.language = flow::Language::English),
    ("-english-large", 1024, 600, |display| (display.language, display.large) = (flow::Language::English, true)),
    ("-dark-large", 1024, 600, |display| (display.dark, display.large) = (true, true)),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().ok_or("usage: gallery FOLDER [start of a name …]")?;
    let parts: Vec<String> = words.collect();
    std::fs::create_dir_all(&folder)?;

    slint::platform::set_platform(Box::new(TestingBackend::new(TestingBackendOptions {
        mock_time: true,
        threading: false,
        renderer_name: Some("software".into()),
    })))?;
    let window = ui::Window::new(ui::samples::site(), |_| {})?;
    window.main().show()?;
    for (suffix, width, height, change) in STYLES {
        window.main().window().set_size(slint::PhysicalSize::new(width, height));
        for (name, mut view) in ui::samples::all() {
            let picture = format!("{name}{suffix}@{width}x{height}.png");
            if !parts.is_empty() && !parts.iter().any(|part| picture.starts_with(part.as_str())) {
                continue;
            }
            change(&mut view.display);
            window.show(&ui::samples::fitted(view, width));
            i_slint_backend_testing::mock_elapsed_time(std::time::Duration::from_millis(16));
            let shot = window.main().window().take_snapshot()?;
            image::save_buffer(
                Path::new(&folder).join(picture),
                shot.as_bytes(),
                shot.width(),
                shot.height(),
                image::ExtendedColorType::Rgba8,
            )?;
        }
    }
    Ok(())
}
