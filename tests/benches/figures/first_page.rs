//! `mail_first_page`: from nothing to the 50 newest rows, one process each, the mail part alone.

use crate::figure::{Series, ms, print, say};
use crate::town::MESSAGES;
use anyhow::{Context, Result, ensure};
use mail::{Mailbox, Server, ServerSource, Settings, Tls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};
use std::time::Instant;

const ROWS: u32 = 50;
const HOST: &str = "imap.mss.test";
const RUNS: usize = 11;

fn text<'a>(order: &'a Value, name: &str) -> Result<&'a str> {
    order[name].as_str().with_context(|| format!("no {name}"))
}

/// Opens the mailbox as the kiosk does, and ends.
pub fn once(order: &Value) -> Result<()> {
    let port = u16::try_from(order["port"].as_u64().unwrap_or(0))?;
    let server = Server { host: HOST.into(), port, tls: Tls::Implicit };
    let roots = CertificateDer::pem_file_iter(text(order, "ca")?)?
        .map(|root| root.map(|root| root.to_vec()))
        .collect::<Result<Vec<_>, _>>()?;
    let mut settings = Settings::new(ServerSource::Fixed(server), roots);
    settings.dns = Some(text(order, "dns")?.parse()?);
    let address = text(order, "address")?;
    let token = SecretString::from(text(order, "token")?);
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let opened = Mailbox::prepare(&settings, address).await?.open(address, token, ROWS).await?;
        ensure!(opened.page.total == MESSAGES && opened.page.rows.len() == ROWS as usize, "not the page asked for");
        Ok(())
    })
}

/// Takes the figure at one place.
pub fn take(town: &Value, place: &Value, rtt: u64, token: &str) -> Result<()> {
    say(&format!("mail_first_page, round trip {rtt} ms"));
    let order = json!({
        "port": place["imaps"], "ca": town["mail_ca"], "dns": town["dns"],
        "address": site::mail::PERSONAL, "token": token,
    });
    let home = Path::new(text(town, "dir")?).join("peer");
    let mut himalaya = himalaya(&order, &home)?;
    if let Some(peer) = &mut himalaya
        && let Err(problem) = timed(peer, None)
    {
        say(&format!("himalaya is there and left out: {problem:#}"));
        himalaya = None;
    }
    let (mut ours, mut curl, mut other) = (Series::default(), Series::default(), Series::default());
    for run in 0..=RUNS {
        let mut us = Command::new(std::env::current_exe()?);
        us.arg("--first-page").arg(order.to_string());
        let took = [timed(&mut us, None)?, timed(&mut fetch(&order)?, Some(ROWS as usize))?];
        let peer = himalaya.as_mut().map(|peer| timed(peer, None)).transpose()?;
        // The first is for the disk's caches.
        if run > 0 {
            ours.push(took[0]);
            curl.push(took[1]);
            peer.into_iter().for_each(|took| other.push(took));
        }
    }
    if himalaya.is_some() {
        let name = format!("mail_first_page/rtt_{rtt}_ms/himalaya");
        let what = "himalaya envelope list of 50 rows, from the start of the process to its end";
        let details = json!({ "ours_spread": ours.spread(), "reference_spread": other.spread() });
        print(&name, ours.median(), Some(other.median()), "ms", what, details);
    }
    print(
        &format!("mail_first_page/rtt_{rtt}_ms"),
        ours.median(),
        Some(curl.median()),
        "ms",
        "curl --oauth2-bearer -X 'FETCH …' of the same 50 rows, by numbers it was told; \
         both from the start of the process to its end, connection and TLS included",
        json!({ "ours_spread": ours.spread(), "reference_spread": curl.spread() }),
    );
    Ok(())
}

fn fetch(order: &Value) -> Result<Command> {
    let port = order["port"].as_u64().context("no port")?;
    let first = MESSAGES - ROWS + 1;
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--cacert", text(order, "ca")?])
        .args(["--resolve", &format!("{HOST}:{port}:127.0.0.1")])
        .args(["--user", text(order, "address")?, "--oauth2-bearer", text(order, "token")?])
        .args([
            "--request",
            &format!("FETCH {first}:{MESSAGES} (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"),
        ])
        .arg(format!("imaps://{HOST}:{port}/INBOX"));
    Ok(curl)
}

/// Another Rust client, if it is on the path: it takes a quarter of an hour to build.
fn himalaya(order: &Value, home: &Path) -> Result<Option<Command>> {
    if Command::new("himalaya").arg("--version").output().is_err() {
        return Ok(None);
    }
    std::fs::create_dir_all(home)?;
    let config = home.join("himalaya.toml");
    let (address, token) = (text(order, "address")?, text(order, "token")?);
    // It asks the system for names, and the system does not know ours.
    let settings = format!(
        "[accounts.bench]\ndefault = true\nimap.server = \"imaps://localhost:{}\"\nimap.tls.cert = \"{}\"\n\
         imap.sasl.xoauth2.username = \"{address}\"\nimap.sasl.xoauth2.token.raw = \"{token}\"\n",
        order["port"],
        text(order, "ca")?
    );
    std::fs::write(&config, settings)?;
    let mut peer = Command::new("himalaya");
    peer.arg("-c").arg(config).args(["envelope", "list", "-s", &ROWS.to_string()]).env("HOME", home);
    Ok(Some(peer))
}

/// Runs it; milliseconds. `rows`: how many it must have fetched, where its output tells.
fn timed(command: &mut Command, rows: Option<usize>) -> Result<f64> {
    let start = Instant::now();
    let out = command.output().with_context(|| format!("no {:?}", command.get_program()))?;
    let took = ms(start.elapsed());
    ensure!(out.status.success(), "{:?}: {}", command.get_program(), said(&out));
    if let Some(rows) = rows {
        let seen = String::from_utf8_lossy(&out.stdout).matches(" FETCH (").count();
        ensure!(seen == rows, "{:?}: {seen} rows", command.get_program());
    }
    Ok(took)
}

fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).trim().to_owned()
}
