//! Walks through every sample view in a real window: `cargo run -p ui --example walk [-- SECONDS_EACH]`.
//!
//! Views come from another thread, as they do on the kiosk. Touches and the time from a view to its drawing are printed.

#![allow(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let each = std::env::args().nth(1).map(|seconds| seconds.parse()).transpose()?.unwrap_or(2.0);
    let window = ui::Window::new(ui::samples::site(), |touch| println!("{touch:?}"))?;
    let board = window.board();
    let asked = Arc::new(Mutex::new(Instant::now()));
    let since = asked.clone();
    board.on_drawn(move || {
        if let Ok(asked) = since.lock() {
            println!("drawn after {:?}", asked.elapsed());
        }
    });
    let walker = std::thread::spawn(move || -> Result<(), ui::Error> {
        for (name, view) in ui::samples::all() {
            println!("{name}");
            if let Ok(mut asked) = asked.lock() {
                *asked = Instant::now();
            }
            board.show(view)?;
            std::thread::sleep(Duration::from_secs_f64(each));
        }
        board.quit()
    });
    window.run()?;
    walker.join().map_err(|_| "the walker stumbled")??;
    Ok(())
}
