//! The doors beside the card: `ecps_approve_to_inbox`, `org_code_to_inbox`; what they have in common.

use crate::figure::{Series, ms, print, say, wanted};
use crate::kiosk::{Kiosk, Panel, What};
use crate::visit::{self, WARM};
use crate::{phone, service};
use anyhow::{Context, Result, ensure};
use flow::Touch;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// The figures here.
pub const NAMES: [&str; 2] = [PHONE, SERVICE];
const PHONE: &str = "ecps_approve_to_inbox";
/// The one that needs an operator of a service's mailbox.
pub const SERVICE: &str = "org_code_to_inbox";
/// How the floor's connections stand to ours, as its figures say it.
const AHEAD: &str = "over connections opened ahead, both draw the same inbox in the same window at the end";

/// Takes those asked for, near and far.
pub fn all(town: &Value, names: &[&str], panel: &Panel) -> Result<()> {
    for place in town["places"].as_array().context("no places")? {
        let config = Path::new(place["doors"].as_str().context("a place without doors")?);
        let rtt = place["rtt"].as_u64().unwrap_or(0);
        let runs = if rtt == 0 { 11 } else { 7 };
        if wanted(names, PHONE) {
            say(&format!("{PHONE}, round trip {rtt} ms"));
            let kiosk = Kiosk::open(config, panel)?;
            let door = phone::Door::new(town, place)?;
            let what = format!(
                "a script with the same request of its own, {AHEAD}; both from when the question that brings the tokens \
                 reaches the provider, by the provider's clock: how long after the approval that is, is the interval's chance"
            );
            Beside::take(runs, || door.ours(&kiosk), || door.floor(&kiosk))?.print(PHONE, rtt, &what);
        }
        if wanted(names, SERVICE) {
            say(&format!("{SERVICE}, round trip {rtt} ms"));
            let kiosk = Kiosk::open(config, panel)?;
            let door = service::Door::new(town, place)?;
            let what = format!(
                "a script that fills in the same pages, the provider's connection and the mail server's greeting there when \
                 the code is given, {AHEAD}; ours from the touch of «Valider», consent given at an earlier login"
            );
            Beside::take(runs, || service::ours(&kiosk), || door.floor(&kiosk))?.print(SERVICE, rtt, &what);
        }
    }
    Ok(())
}

/// One way to the inbox: what was reached when, the picture last.
pub type Way = Vec<(&'static str, Duration)>;

/// Ours and the floor, one after the other.
#[derive(Default)]
struct Beside {
    ours: Ways,
    floor: Ways,
}

impl Beside {
    fn take(
        runs: usize,
        mut ours: impl FnMut() -> Result<Way>,
        mut floor: impl FnMut() -> Result<Way>,
    ) -> Result<Self> {
        let mut beside = Self::default();
        for run in 0..WARM + runs {
            let (us, them) = (ours()?, floor()?);
            if run >= WARM {
                beside.ours.push(us);
                beside.floor.push(them);
            }
        }
        Ok(beside)
    }

    fn print(&self, name: &str, rtt: u64, what: &str) {
        let details = json!({
            "ours_at": self.ours.medians(),
            "reference_at": self.floor.medians(),
            "ours_spread": self.ours.whole.spread(),
            "reference_spread": self.floor.whole.spread(),
        });
        let (ours, floor) = (self.ours.whole.median(), self.floor.whole.median());
        print(&format!("{name}/rtt_{rtt}_ms"), ours, Some(floor), "ms", what, details);
    }
}

/// The same way, several times.
#[derive(Default)]
struct Ways {
    parts: Vec<(&'static str, Series)>,
    whole: Series,
}

impl Ways {
    fn push(&mut self, way: Way) {
        self.whole.push(way.last().map_or(f64::NAN, |(_, at)| ms(*at)));
        for (name, at) in way {
            if !self.parts.iter().any(|(known, _)| *known == name) {
                self.parts.push((name, Series::default()));
            }
            let part = self.parts.iter_mut().find(|(known, _)| *known == name);
            part.expect("it was put there").1.push(ms(at));
        }
    }

    fn medians(&self) -> Value {
        let parts = self.parts.iter();
        Value::Object(
            parts.map(|(name, series)| ((*name).to_owned(), json!(series.median().round()))).collect::<Map<_, _>>(),
        )
    }
}

/// «Terminer», and the idle page.
pub fn finish(kiosk: &Kiosk) -> Result<()> {
    thread::sleep(visit::SETTLED);
    kiosk.panel.notes.clear();
    kiosk.panel.send(Touch::Close);
    kiosk.panel.notes.wait(&What::Drawn("idle"))?;
    thread::sleep(visit::SETTLED);
    Ok(())
}

/// One run of a floor, `waiting` on the glass as while ours waits; when the inbox was drawn.
pub fn beneath<T>(kiosk: &Kiosk, waiting: &'static str, go: impl FnOnce() -> Result<T>) -> Result<(T, Instant)> {
    let (wait, view) = {
        let album = kiosk.album.lock().unwrap();
        album.wait.clone().zip(album.inbox.clone()).context("no pictures of a visit yet")?
    };
    let notes = &kiosk.panel.notes;
    notes.clear();
    kiosk.panel.show(wait);
    notes.wait(&What::Drawn(waiting))?;
    ensure!(notes.of(&What::Drawn("rows")).is_none(), "an inbox before anybody is in");
    let went = go()?;
    kiosk.panel.show(view);
    let drawn = notes.wait(&What::Drawn("rows"))?;
    visit::blank(kiosk)?;
    thread::sleep(visit::SETTLED);
    Ok((went, drawn))
}
