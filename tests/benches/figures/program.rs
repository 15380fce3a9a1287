//! Figures of the release program itself: how soon it shows something, how much it holds, what it does when nobody comes.

use crate::figure::{Series, ms, print, say, wanted};
use crate::pixel::Eye;
use crate::town::PANEL;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use site::demo::play::Program;
use site::demo::screen::Screen;
use site::whole::Site;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Lit on every page: nothing is drawn in this corner but the background.
const CORNER: [u16; 2] = [PANEL[0] as u16 - 4, PANEL[1] as u16 - 4];
const RUNS: usize = 9;
const SOON: Duration = Duration::from_secs(30);
/// Until the card of the idle page, after a minute without a touch, moves once in ten seconds only.
const TIRED: Duration = Duration::from_secs(64);
/// Longer than it takes to list the folders.
const CALM: Duration = Duration::from_secs(3);
/// Two of those moves.
const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_secs(10);
/// What the issue allows, in MB of 1024 × 1024 bytes.
const MOST: f64 = 60.0;
/// Centre of key 1 and the distance to the next, on a panel of 1280×800; the digits 1 to 4, then «Valider».
const KEY: [u32; 2] = [844, 232];
const STEP: [u32; 2] = [156, 136];
const TOUCHES: [[u32; 2]; 5] = [[0, 0], [1, 0], [2, 0], [0, 1], [2, 3]];

/// Takes those asked for.
pub fn all(site: &Site, config: &Path, names: &[&str]) -> Result<()> {
    let program = program()?;
    let home = site.dir.join("home");
    fs::create_dir_all(&home)?;
    let screen = Screen::start(PANEL)?;
    let start = || Program::start(&program, config, screen.name(), &home, site);
    if wanted(names, "exec_to_first_picture") {
        first_picture(&screen, start)?;
    }
    let (memory, idle) = (wanted(names, "resident_memory_inbox"), wanted(names, "idle_cpu"));
    if memory || idle {
        let mut kiosk = start()?;
        kiosk.shows("idle", SOON)?;
        if idle {
            say("idle_cpu, a minute of the idle page first");
            let begun = Instant::now();
            thread::sleep(CALM);
            let fresh = spent(&kiosk, SHORT)?;
            thread::sleep(TIRED.saturating_sub(begun.elapsed()));
            still(&kiosk, "idle_page", LONG, json!({ "first_minute": fresh }))?;
        }
        open_inbox(&mut kiosk, &screen, site)?;
        thread::sleep(CALM);
        if memory {
            resident(&kiosk)?;
        }
        if idle {
            still(&kiosk, "open_inbox", SHORT, json!({}))?;
        }
        site.reader.as_ref().context("no reader")?.card().remove()?;
    }
    Ok(())
}

/// The release program beside this one.
fn program() -> Result<PathBuf> {
    let here = std::env::current_exe()?;
    let path = here.parent().and_then(Path::parent).context("no target folder")?.join("guichet");
    ensure!(path.exists(), "{} is not built: run `sh tests/bench`", path.display());
    Ok(path)
}

fn first_picture(screen: &Screen, start: impl Fn() -> Result<Program>) -> Result<()> {
    say("exec_to_first_picture");
    let mut eye = Eye::open(screen.name())?;
    ensure!(!eye.is_lit(CORNER)?, "the empty screen is not black");
    let (mut ours, mut bare) = (Series::default(), Series::default());
    for run in 0..=RUNS {
        let begun = Instant::now();
        let kiosk = start()?;
        let took = eye.wait(CORNER, true)? - begun;
        drop(kiosk);
        eye.wait(CORNER, false)?;

        let begun = Instant::now();
        let mut window = Command::new(std::env::current_exe()?)
            .arg("--bare-window")
            .env("DISPLAY", screen.name())
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null())
            .spawn()?;
        let theirs = eye.wait(CORNER, true).map(|at| at - begun);
        window.kill()?;
        window.wait()?;
        eye.wait(CORNER, false)?;
        // The first is for the disk's caches.
        if run > 0 {
            ours.push(ms(took));
            bare.push(ms(theirs?));
        }
    }
    print(
        "exec_to_first_picture",
        ours.median(),
        Some(bare.median()),
        "ms",
        "a bare window of the same size in one colour, by the same windowing library (winit, softbuffer), nothing else; \
         both from the start of the process to a lit pixel on the X root",
        json!({ "ours_spread": ours.spread(), "reference_spread": bare.spread() }),
    );
    Ok(())
}

fn open_inbox(kiosk: &mut Program, screen: &Screen, site: &Site) -> Result<()> {
    site.reader.as_ref().context("no reader")?.card().insert("doctor")?;
    kiosk.shows("enter_pin", SOON)?;
    thread::sleep(Duration::from_millis(500));
    for [column, row] in TOUCHES {
        screen.touch([KEY[0] + column * STEP[0], KEY[1] + row * STEP[1]])?;
    }
    kiosk.shows("inbox", SOON)
}

fn resident(kiosk: &Program) -> Result<()> {
    let kib = |name: &str| status(kiosk.pid(), name);
    let details = json!({
        "peak_mb": (kib("VmHWM:")? / 102.4).round() / 10.0,
        "own_mb": (kib("RssAnon:")? / 102.4).round() / 10.0,
        "files_mb": (kib("RssFile:")? / 102.4).round() / 10.0,
        "threads": status(kiosk.pid(), "Threads:")?,
    });
    let what = "the issue's target; ours is VmRSS with an inbox of 19,208 open, shared libraries counted whole";
    print("resident_memory_inbox", kib("VmRSS:")? / 1024.0, Some(MOST), "MB", what, details);
    Ok(())
}

fn status(pid: u32, name: &str) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let value = text.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
    Ok(value.trim().trim_end_matches(" kB").parse()?)
}

fn still(kiosk: &Program, page: &str, time: Duration, details: Value) -> Result<()> {
    let what = "nothing to do, nothing done; a tick is 10 ms of CPU, counted in 10 s without a touch";
    print(&format!("idle_cpu/{page}"), spent(kiosk, time)?, Some(0.0), "ticks", what, details);
    Ok(())
}

/// Ticks in 10 s, counted over this time.
fn spent(kiosk: &Program, time: Duration) -> Result<f64> {
    let before = ticks(kiosk.pid())?;
    thread::sleep(time);
    Ok((ticks(kiosk.pid())? - before) as f64 * SHORT.as_secs_f64() / time.as_secs_f64())
}

/// Ticks of all its threads, kernel included (proc(5), fields 14 and 15).
fn ticks(pid: u32) -> Result<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> = text.rsplit_once(')').context("no stat")?.1.split_whitespace().collect();
    Ok(fields[11].parse::<u64>()? + fields[12].parse::<u64>()?)
}
