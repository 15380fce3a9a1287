//! Whole visits on the kiosk, beside the floor: `pin_to_inbox`, `removal_to_blank`.

use crate::card;
use crate::doors;
use crate::figure::{Series, ms, print, say, wanted};
use crate::first_page;
use crate::floor::{Laps, Town};
use crate::kiosk::{self, Kiosk, Panel, What};
use crate::town::PANEL;
use anyhow::{Context, Result};
use guichet::parts;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use virtual_card::Handle;

/// Centre of key 1 on a panel of 1280×800, the distance to the next, and «Valider», in pixels.
const KEY: [f32; 2] = [844.0, 232.0];
const STEP: [f32; 2] = [156.0, 136.0];
pub const SUBMIT: [f32; 2] = [KEY[0] + 2.0 * STEP[0], KEY[1] + 3.0 * STEP[1]];
const CODE: &str = "1234";
/// Between two digits: four of them take the time a hurried person takes.
pub const TYPING: Duration = Duration::from_millis(300);
/// After the rows: folders are listed meanwhile, and the provider is told of an end.
pub const SETTLED: Duration = Duration::from_millis(500);
/// Runs that are not counted: the mail server builds its indexes, everything is read for the first time.
pub const WARM: usize = 2;
/// Frames drawn for the cost of one.
const FRAMES: usize = 15;

/// Everything the kiosk measures, on a thread beside the window.
pub fn all(town: &Value, names: &[&str]) -> Result<()> {
    thread::spawn(|| {
        // The end of the input is the end of whoever started this.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(1);
    });
    let config = kiosk::load(config(&town["places"][0])?)?;
    let (panel, window) = Panel::open(parts::site(&config), PANEL)?;
    let (done, outcome) = mpsc::channel();
    let (town, names) = (town.clone(), names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    let script = panel.clone();
    panel.start(move || {
        thread::spawn(move || {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let _ = done.send(measure(&town, &names, &script));
            script.close();
        });
    });
    window.run()?;
    outcome.recv().context("the measures broke off")?
}

fn config(place: &Value) -> Result<&Path> {
    place["config"].as_str().map(Path::new).context("a place without a configuration")
}

fn measure(town: &Value, names: &[&str], panel: &Panel) -> Result<()> {
    let card = Handle::from_env()?;
    for (number, place) in town["places"].as_array().context("no places")?.iter().enumerate() {
        let kiosk = Kiosk::open(config(place)?, panel)?;
        let floor = Town::new(town, place)?;
        if number == 0 && wanted(names, "card_to_pin") {
            card::to_pin(&kiosk, &card)?;
        }
        let blank = number == 0 && wanted(names, "removal_to_blank");
        let inbox = wanted(names, "pin_to_inbox");
        let mail = wanted(names, "mail_first_page");
        if !blank && !inbox && !mail {
            continue;
        }
        let rtt = place["rtt"].as_u64().unwrap_or(0);
        let runs = if inbox || blank { if rtt == 0 { 20 } else { 9 } } else { 1 };
        say(&format!("visits, round trip {rtt} ms"));
        let visits = Visits::take(&kiosk, &card, &floor, runs)?;
        if inbox {
            visits.print_inbox(rtt);
        }
        if blank {
            print_blank(&kiosk, &visits)?;
        }
        if mail {
            first_page::take(town, place, rtt, &visits.token)?;
        }
    }
    doors::all(town, names, panel)
}

/// Ours and the floor, one after the other.
#[derive(Default)]
struct Visits {
    ours: Series,
    floor: Series,
    /// Parts of ours: code verified, logged in, rows there, drawn.
    parts: [Series; 4],
    /// Parts of the floor: code verified, tokens there, rows there, drawn.
    floor_parts: [Series; 4],
    blank: Series,
    /// The part of it before the window gets the cleared picture.
    cleared: Series,
    token: String,
}

impl Visits {
    fn take(kiosk: &Kiosk, card: &Handle, floor: &Town, runs: usize) -> Result<Self> {
        let mut visits = Self::default();
        for run in 0..WARM + runs {
            let ours = Visit::make(kiosk, card)?;
            let theirs = floored(kiosk, card, floor)?;
            visits.token.clone_from(&theirs.laps.token);
            if run < WARM {
                continue;
            }
            visits.ours.push(ms(ours.parts[3]));
            visits.floor.push(ms(theirs.laps.rows + theirs.drawn));
            visits.blank.push(ms(ours.blank));
            visits.cleared.push(ms(ours.cleared));
            for (series, part) in visits.parts.iter_mut().zip(ours.parts) {
                series.push(ms(part));
            }
            let Laps { verified, tokens, rows, .. } = theirs.laps;
            for (series, part) in visits.floor_parts.iter_mut().zip([verified, tokens, rows, rows + theirs.drawn]) {
                series.push(ms(part));
            }
        }
        Ok(visits)
    }

    fn print_inbox(&self, rtt: u64) {
        let parts = |series: &[Series; 4], names: [&str; 4]| -> Value {
            let parts = series.iter().zip(names);
            parts.map(|(series, name)| (name.to_owned(), json!((series.median() * 10.0).round() / 10.0))).collect()
        };
        let details = json!({
            "ours_at": parts(&self.parts, ["verified", "logged_in", "rows", "drawn"]),
            "reference_at": parts(&self.floor_parts, ["verified", "tokens", "rows", "drawn"]),
            "ours_spread": self.ours.spread(),
            "reference_spread": self.floor.spread(),
        });
        print(
            &format!("pin_to_inbox/rtt_{rtt}_ms"),
            self.ours.median(),
            Some(self.floor.median()),
            "ms",
            "a script that sends the fewest flights over connections opened ahead like ours, same card, same servers; \
             both draw the same inbox in the same window at the end",
            details,
        );
    }
}

/// One visit on the kiosk.
struct Visit {
    /// From the touch on «Valider».
    parts: [Duration; 4],
    /// From the reader's event to the cleared picture drawn.
    blank: Duration,
    /// From the reader's event to the cleared picture given to the window.
    cleared: Duration,
}

impl Visit {
    fn make(kiosk: &Kiosk, card: &Handle) -> Result<Self> {
        let notes = &kiosk.panel.notes;
        notes.clear();
        card.insert("doctor")?;
        notes.wait(&What::Drawn("holder"))?;
        for digit in CODE.bytes().map(|byte| byte - b'1') {
            thread::sleep(TYPING);
            kiosk.panel.touch([KEY[0] + f32::from(digit % 3) * STEP[0], KEY[1] + f32::from(digit / 3) * STEP[1]]);
        }
        thread::sleep(TYPING);
        notes.clear();
        kiosk.panel.touch(SUBMIT);
        let drawn = notes.wait(&What::Drawn("rows"))?;
        let start = notes.wait(&What::Touched)?;
        let at = |what| notes.of(&What::Shown(what)).map_or(Duration::ZERO, |at| at - start);
        let parts = [at("identity"), at("mailbox"), at("rows"), drawn - start];
        thread::sleep(SETTLED);
        notes.clear();
        card.remove()?;
        let (drawn, removed) = (notes.wait(&What::Drawn("idle"))?, notes.wait(&What::Removed)?);
        let cleared = notes.wait(&What::Shown("idle"))? - removed;
        thread::sleep(SETTLED);
        Ok(Self { parts, blank: drawn - removed, cleared })
    }
}

struct Floored {
    laps: Laps,
    drawn: Duration,
}

/// One run of the floor, its picture included.
fn floored(kiosk: &Kiosk, card: &Handle, floor: &Town) -> Result<Floored> {
    let notes = &kiosk.panel.notes;
    let (wait, view) = {
        let album = kiosk.album.lock().unwrap();
        album.wait.clone().zip(album.inbox.clone()).context("no pictures of a visit yet")?
    };
    kiosk.deaf(true);
    notes.clear();
    card.insert("doctor")?;
    notes.wait(&What::Inserted)?;
    let (reader, atr) = kiosk.card();
    let ready = floor.prepare(&reader, &atr)?;
    thread::sleep(TYPING);
    // What moves on the glass while ours waits.
    kiosk.panel.show(wait);
    notes.wait(&What::Drawn("identity"))?;
    let laps = ready.go(CODE, site::mail::PERSONAL)?;
    let rows = Instant::now();
    kiosk.panel.show(view);
    let drawn = notes.wait(&What::Drawn("rows"))? - rows;
    blank(kiosk)?;
    card.remove()?;
    notes.wait(&What::Removed)?;
    kiosk.deaf(false);
    thread::sleep(TYPING);
    Ok(Floored { laps, drawn })
}

/// Draws the idle page; how long that takes.
pub fn blank(kiosk: &Kiosk) -> Result<Duration> {
    let view = kiosk.album.lock().unwrap().blank.clone().context("no picture of the idle page yet")?;
    kiosk.panel.notes.clear();
    let start = Instant::now();
    kiosk.panel.show(view);
    Ok(kiosk.panel.notes.wait(&What::Drawn("idle"))? - start)
}

fn print_blank(kiosk: &Kiosk, visits: &Visits) -> Result<()> {
    let inbox = kiosk.album.lock().unwrap().inbox.clone().context("no picture of the inbox yet")?;
    let mut frame = Series::default();
    for _ in 0..FRAMES {
        kiosk.panel.notes.clear();
        kiosk.panel.show(inbox.clone());
        kiosk.panel.notes.wait(&What::Drawn("rows"))?;
        thread::sleep(Duration::from_millis(60));
        frame.push(ms(blank(kiosk)?));
        thread::sleep(Duration::from_millis(60));
    }
    print(
        "removal_to_blank",
        visits.blank.median(),
        Some(2.0 * frame.median()),
        "ms",
        "two frames of the same page by the same renderer, from an open inbox; ours begins with the reader's event",
        json!({
            "ours_spread": visits.blank.spread(),
            "before_drawing": visits.cleared.spread(),
            "one_frame": frame.spread(),
        }),
    );
    Ok(())
}
