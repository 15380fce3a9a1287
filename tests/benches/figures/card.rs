//! `card_to_pin`: what passes between reader and card until the code can be asked for, counted by the card.

use crate::figure::{print, say};
use crate::kiosk::{Kiosk, What};
use anyhow::{Context, Result, ensure};
use board::reader::Readers;
use card::Card;
use engine::ports::Slot;
use serde_json::json;
use std::process::{Command, Stdio};
use virtual_card::{Handle, Insert};

const OPENSC: &str = "all that pkcs15-tool -D (Debian's OpenSC) exchanges with the same card";

/// Commands and bytes, both directions.
#[derive(Clone, Copy)]
struct Traffic {
    apdus: u64,
    bytes: u64,
}

impl Traffic {
    fn of(card: &Handle) -> Result<Self> {
        let traffic = card.status()?.traffic;
        Ok(Self { apdus: traffic.apdus, bytes: traffic.received + traffic.sent })
    }

    fn in_(self, unit: &str) -> f64 {
        if unit == "bytes" { self.bytes as f64 } else { self.apdus as f64 }
    }

    fn since(self, before: Self) -> Self {
        Self { apdus: self.apdus - before.apdus, bytes: self.bytes - before.bytes }
    }
}

/// Up to the code page, and from there to the holder's name.
struct Ours {
    page: Traffic,
    holder: Traffic,
}

/// Takes the figure for both families.
pub fn to_pin(kiosk: &Kiosk, card: &Handle) -> Result<()> {
    say("card_to_pin");
    let opensc = opensc(kiosk, card)?;
    for (profile, family, reference) in [("doctor", "cps3", Some(opensc)), ("cps4", "cps4", None)] {
        let ours = ours(kiosk, card, profile)?;
        confirm(kiosk, card, profile, ours.page.apdus)?;
        let what = if reference.is_some() { OPENSC } else { "none: Debian's OpenSC does not know a CPS4" };
        for unit in ["apdus", "bytes"] {
            let details = json!({
                "holder_afterwards": ours.holder.in_(unit),
                "engine": format!("shows the code page of a card that answers {} commands and no more", ours.page.apdus),
            });
            let name = format!("card_to_pin/{family}/{unit}");
            print(&name, ours.page.in_(unit), reference.map(|all| all.in_(unit)), unit, what, details);
        }
    }
    Ok(())
}

/// A card put in while the engine looks away.
fn with_card<T>(kiosk: &Kiosk, card: &Handle, profile: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    kiosk.deaf(true);
    kiosk.panel.notes.clear();
    card.insert(profile)?;
    kiosk.panel.notes.wait(&What::Inserted)?;
    let done = work()?;
    card.remove()?;
    kiosk.panel.notes.wait(&What::Removed)?;
    kiosk.deaf(false);
    Ok(done)
}

fn ours(kiosk: &Kiosk, card: &Handle, profile: &str) -> Result<Ours> {
    with_card(kiosk, card, profile, || {
        let (reader, atr) = kiosk.card();
        let mut opened = Card::open(Readers.open(&reader)?, &atr)?;
        let page = Traffic::of(card)?;
        opened.holder()?;
        Ok(Ours { page, holder: Traffic::of(card)?.since(page) })
    })
}

fn opensc(kiosk: &Kiosk, card: &Handle) -> Result<Traffic> {
    let home = tempfile::tempdir()?;
    with_card(kiosk, card, "doctor", || {
        let out = Command::new("pkcs15-tool")
            .arg("-D")
            .env("HOME", home.path())
            .env("XDG_CACHE_HOME", home.path())
            .stdin(Stdio::null())
            .output()
            .context("no pkcs15-tool")?;
        ensure!(out.status.success(), "pkcs15-tool: {}", String::from_utf8_lossy(&out.stderr));
        Traffic::of(card)
    })
}

/// The engine needs no more than that: its code page comes up for a card that falls silent then.
fn confirm(kiosk: &Kiosk, card: &Handle, profile: &str, apdus: u64) -> Result<()> {
    kiosk.panel.notes.clear();
    card.insert_with(&Insert::new(profile).hang_after(apdus))?;
    kiosk.panel.notes.wait(&What::Drawn("number"))?;
    kiosk.panel.notes.clear();
    card.remove()?;
    kiosk.panel.notes.wait(&What::Drawn("idle"))?;
    Ok(())
}
