//! The site and the lines that lead to it, and who measures what in front of it.

use crate::figure::{say, wanted};
use crate::{frames, mailbox, program};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use site::delay::Delay;
use site::whole::{Kiosk, Options, Site};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
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
}

impl Lines {
    fn open(site: &Site) -> Result<Self> {
        let here = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let far = |port| Delay::start_at(SocketAddr::from((FAR, port)), here(port), ONE_WAY_MS);
        Ok(Self {
            imap: Delay::start(here(site.mail.imap()), ONE_WAY_MS)?,
            imaps: Delay::start(here(site.mail.imaps()), ONE_WAY_MS)?,
            _provider: [far(site.provider.port())?, far(site.provider.card_port())?],
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
    if !KIOSKS.iter().chain(&PROGRAMS).any(|figure| wanted(names, figure)) {
        return Ok(());
    }
    let dir = tempfile::tempdir()?;
    say("the test site, with an inbox of 19,208");
    // The newest mail of a quiet mailbox: nothing about these figures depends on today.
    let mut options = Options { messages: MESSAGES, ..Options::default() };
    options.provider = options.provider.access_ttl(3_600);
    let site = Site::start(dir.path(), options, &|part| say(&format!("  {part}")))?;
    let lines = Lines::open(&site)?;
    let near = configure(&site, Ipv4Addr::LOCALHOST, site.mail.imap(), "near")?;
    let far = configure(&site, FAR, lines.imap.port(), "far")?;
    if KIOSKS.iter().any(|figure| wanted(names, figure)) {
        kiosk(&site, &description(&site, &lines, &near, &far), names)?;
    }
    if PROGRAMS.iter().any(|figure| wanted(names, figure)) {
        program::all(&site, &near, names)?;
    }
    Ok(())
}

/// The configuration of a kiosk with one BAL, which meets the provider at `provider` and the mail server at `imap`.
fn configure(site: &Site, provider: Ipv4Addr, imap: u16, name: &str) -> Result<PathBuf> {
    let server = Some(("imap.mss.test".to_owned(), imap, "starttls"));
    let kiosk = Kiosk { size: PANEL, one_mailbox: true, server, ..Kiosk::default() };
    let text = fs::read_to_string(site.configure(&kiosk)?)?;
    let hosts = format!(
        "[network]\nhosts = {{ \"{}\" = \"{provider}\", \"{}\" = \"{provider}\" }}",
        site::provider::AUTH_HOST,
        site::provider::WALLET_HOST
    );
    ensure!(text.contains("[network]"), "the site's configuration has no network");
    let path = site.dir.join(format!("{name}.toml"));
    fs::write(&path, text.replace("[network]", &hosts))?;
    Ok(path)
}

/// What the kiosk's process has to know of the town.
fn description(site: &Site, lines: &Lines, near: &Path, far: &Path) -> Value {
    let place = |config: &Path, provider: Ipv4Addr, imap: u16, imaps: u16, rtt: u64| json!({ "config": config, "provider": provider.to_string(), "imap": imap, "imaps": imaps, "rtt": rtt });
    json!({
        "issuer": site.provider.url(),
        "redirect": site.provider.redirect_uri(),
        "main": site.provider.port(),
        "card": site.provider.card_port(),
        "provider_ca": site.pki.provider_ca(),
        "mail_ca": site.pki.mail_ca(),
        "dns": site.dns.address().to_string(),
        "dir": site.dir,
        "places": [
            place(near, Ipv4Addr::LOCALHOST, site.mail.imap(), site.mail.imaps(), 0),
            place(far, FAR, lines.imap.port(), lines.imaps.port(), 2 * ONE_WAY_MS),
        ],
    })
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
