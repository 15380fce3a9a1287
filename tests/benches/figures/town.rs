//! The site and the lines that lead to it, and who measures what in front of it.

use crate::figure::{say, wanted};
use crate::{doors, frames, mailbox, program};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use site::canaille;
use site::delay::Delay;
use site::whole::{Kiosk, Office, Options, Site};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The panel of all figures.
pub const PANEL: [u32; 2] = [1280, 800];
/// Messages in the inbox.
pub const MESSAGES: u32 = 19_208;
/// Each way, so that a round trip takes 40 ms.
const ONE_WAY_MS: u64 = 20;
/// Where the slow lines to the provider end: same ports, other address.
const FAR: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// Figures of whole visits, and of the program as it is.
const KIOSKS: [&str; 4] = ["card_to_pin", "pin_to_inbox", "mail_first_page", "removal_to_blank"];
const PROGRAMS: [&str; 3] = ["exec_to_first_picture", "resident_memory_inbox", "idle_cpu"];

/// Slow lines in front of a site.
struct Lines {
    imap: Delay,
    imaps: Delay,
    _provider: [Delay; 2],
    office: Option<FarOffice>,
}

/// Those to the operator of a service's mailbox.
struct FarOffice {
    imap: Delay,
    _provider: Delay,
}

impl Lines {
    fn open(site: &Site) -> Result<Self> {
        let here = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let far = |port| Delay::start_at(SocketAddr::from((FAR, port)), here(port), ONE_WAY_MS);
        let office = |office: &Office| {
            let imap = Delay::start(here(office.mail.imap()), ONE_WAY_MS)?;
            Ok::<_, anyhow::Error>(FarOffice { imap, _provider: far(office.provider.port())? })
        };
        Ok(Self {
            imap: Delay::start(here(site.mail.imap()), ONE_WAY_MS)?,
            imaps: Delay::start(here(site.mail.imaps()), ONE_WAY_MS)?,
            _provider: [far(site.provider.port())?, far(site.provider.card_port())?],
            office: site.office.as_ref().map(office).transpose()?,
        })
    }
}

/// Starts the town, takes every figure asked for, and ends it.
pub fn measure(names: &[&str]) -> Result<()> {
    if frames::any(names) {
        let status = Command::new(std::env::current_exe()?).arg("--frames").args(names).status()?;
        ensure!(status.success(), "the frames were not all taken");
    }
    if mailbox::any(names) {
        mailbox::all(names)?;
    }
    let kiosks = || KIOSKS.iter().chain(&doors::NAMES);
    if !kiosks().chain(&PROGRAMS).any(|figure| wanted(names, figure)) {
        return Ok(());
    }
    let dir = tempfile::tempdir()?;
    say("the test site, with an inbox of 19,208");
    // The newest mail of a quiet mailbox: nothing about these figures depends on today.
    let mut options = Options { messages: MESSAGES, ..Options::default() };
    options.provider = options.provider.access_ttl(3_600);
    if wanted(names, doors::SERVICE) {
        let factors = vec!["password", "otp"];
        options.service = Some(canaille::Options { factors, ..canaille::Options::default() });
    }
    let site = Site::start(dir.path(), options, &|part| say(&format!("  {part}")))?;
    let lines = Lines::open(&site)?;
    let places = [
        Place {
            name: "near",
            provider: Ipv4Addr::LOCALHOST,
            imap: site.mail.imap(),
            imaps: site.mail.imaps(),
            office: site.office.as_ref().map(|office| office.mail.imap()),
            rtt: 0,
        },
        Place {
            name: "far",
            provider: FAR,
            imap: lines.imap.port(),
            imaps: lines.imaps.port(),
            office: lines.office.as_ref().map(|office| office.imap.port()),
            rtt: 2 * ONE_WAY_MS,
        },
    ];
    if kiosks().any(|figure| wanted(names, figure)) {
        kiosk(&site, &description(&site, &places)?, names)?;
    }
    if PROGRAMS.iter().any(|figure| wanted(names, figure)) {
        let [near, _] = &places;
        program::all(&site, &near.configure(&site, false)?, names)?;
    }
    Ok(())
}

/// Where a kiosk stands: the addresses at which it meets the site.
struct Place {
    name: &'static str,
    provider: Ipv4Addr,
    imap: u16,
    imaps: u16,
    /// The mail server of the service, where there is one.
    office: Option<u16>,
    rtt: u64,
}

impl Place {
    /// The configuration of a kiosk with one BAL, with the doors beside the card or without.
    fn configure(&self, site: &Site, doors: bool) -> Result<PathBuf> {
        let server = Some(("imap.mss.test".to_owned(), self.imap, "starttls"));
        let kiosk = Kiosk { size: PANEL, one_mailbox: true, server, phone: doors, ..Kiosk::default() };
        let text = fs::read_to_string(site.configure(&kiosk)?)?;
        let known: Vec<String> = [site::provider::AUTH_HOST, site::provider::WALLET_HOST, "localhost"]
            .map(|host| format!("\"{host}\" = \"{}\"", self.provider))
            .into();
        let hosts = format!("[network]\nhosts = {{ {} }}", known.join(", "));
        ensure!(text.contains("[network]"), "the site's configuration has no network");
        let mut lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("hosts = ")).collect();
        if !doors {
            // As kiosks without a service's mailbox have it.
            let (from, to) = ("[service]", "[process]");
            let at = |name: &str| lines.iter().position(|line| *line == name);
            if let (Some(from), Some(to)) = (at(from), at(to)) {
                lines.drain(from..to);
            }
        }
        let mut text = lines.join("\n").replace("[network]", &hosts);
        if let (Some(office), Some(seen)) = (&site.office, self.office) {
            text = text.replace(&format!("port = {},", office.mail.imap()), &format!("port = {seen},"));
        }
        let path = site.dir.join(format!("{}{}.toml", self.name, if doors { "-doors" } else { "" }));
        fs::write(&path, text)?;
        Ok(path)
    }
}

/// What the kiosk's process has to know of the town.
fn description(site: &Site, places: &[Place]) -> Result<Value> {
    let place = |place: &Place| {
        Ok(json!({
            "config": place.configure(site, false)?,
            "doors": place.configure(site, true)?,
            "provider": place.provider.to_string(),
            "imap": place.imap,
            "imaps": place.imaps,
            "office_imap": place.office,
            "rtt": place.rtt,
        }))
    };
    Ok(json!({
        "issuer": site.provider.url(),
        "redirect": site.provider.redirect_uri(),
        "main": site.provider.port(),
        "card": site.provider.card_port(),
        "control": site.provider.control_port(),
        "office": site.office.as_ref().map(|office| office.provider.host()),
        "provider_ca": site.pki.provider_ca(),
        "mail_ca": site.pki.mail_ca(),
        "dns": site.dns.address().to_string(),
        "dir": site.dir,
        "places": places.iter().map(place).collect::<Result<Vec<Value>>>()?,
    }))
}

/// This program again, where PC/SC is the site's.
fn kiosk(site: &Site, town: &Value, names: &[&str]) -> Result<()> {
    let reader = site.reader.as_ref().context("the site has no reader")?;
    let mut kiosk = Command::new(std::env::current_exe()?)
        .arg("--kiosk")
        .arg(town.to_string())
        .args(names)
        .envs([reader.env()])
        .env("GUICHET_CARD_SOCKET", reader.card().socket())
        // It ends when this process does.
        .stdin(Stdio::piped())
        .spawn()?;
    let alive = kiosk.stdin.take();
    let status = kiosk.wait()?;
    drop(alive);
    ensure!(status.success(), "the kiosk's figures were not all taken; pcscd said: {}", reader.log());
    Ok(())
}
