//! What is done in an open mailbox of 19,208: `search_19208`, `jump_to_last_page`, `open_message`,
//! `open_pdf_first_page`, `resident_memory_pdf`, `reconnect`; each beside the raw command or the bare library, in the same
//! run.

use crate::figure::{Series, ms, print, say, wanted};
use crate::reconnect;
use crate::secure::{self, Stream};
use crate::town::MESSAGES;
use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use document::{Face, Program, Room, View};
use mail::{Mailbox, Server, ServerSource, Session, Settings, Sort, Tls};
use pki::Pki;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use secrecy::SecretString;
use serde_json::json;
use site::dns::Dns;
use site::mail::{Mail, Options, PERSONAL};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// A token of the site's own, without any provider.
pub const TOKEN: &str = "jeton-du-medecin";
/// The name in the mail server's certificate.
pub const HOST: &str = "imap.mss.test";
/// Rows of the last page, and what is asked of each: as ours.
pub const ROWS: u32 = 50;
const ITEMS: &str =
    "(UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)]<0.4096>)";
const FIRST: u32 = 1024 * 1024;
const RUNS: usize = 15;
/// A word that stands in some texts.
const WORD: &str = "anticoagulant";

/// Whether any of these figures is asked for.
pub fn any(names: &[&str]) -> bool {
    ["search_19208", "jump_to_last_page", "open_message", "open_pdf_first_page", "resident_memory_pdf", "reconnect"]
        .iter()
        .any(|figure| wanted(names, figure))
}

/// Takes them.
pub fn all(names: &[&str]) -> Result<()> {
    let dir = tempfile::tempdir()?;
    let pki = Pki::create(&dir.path().join("pki"))?;
    say("a mailbox of 19,208 and documents of every kind");
    let mail = Mail::start(dir.path(), &pki, Options { messages: MESSAGES, ..Options::default() })?;
    let letter = papers::mail::with(
        "courrier.pdf",
        "application/pdf",
        &papers::pdf::hospital_report(&papers::people::LAMPION, 20),
    );
    mail.deliver_bytes(PERSONAL, "INBOX", &letter)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let session = runtime.block_on(open(&mail, &pki))?;
    let mut raw = Raw::open(&mail, &pki)?;
    if wanted(names, "reconnect") {
        reconnect::take(&runtime, &mail, &pki)?;
    }
    if wanted(names, "search_19208") {
        search(&runtime, &session, &mut raw)?;
    }
    if wanted(names, "jump_to_last_page") {
        jump(&runtime, &session, &mut raw)?;
    }
    let program = || Program { path: e2e::program(), arguments: vec![guichet::parts::CONFINED.into()] };
    if wanted(names, "open_message") {
        message(&runtime, &session, &mut raw, &program())?;
    }
    if wanted(names, "open_pdf_first_page") {
        first_page(&runtime, &program())?;
    }
    if wanted(names, "resident_memory_pdf") {
        memory(&runtime, &program())?;
    }
    Ok(())
}

/// How a kiosk meets the mail server at this port.
pub fn settings(port: u16, pki: &Pki, dns: &Dns) -> Result<Settings> {
    let server = Server { host: HOST.into(), port, tls: Tls::Implicit };
    let roots = CertificateDer::pem_file_iter(pki.mail_ca())?.map(|root| root.map(|root| root.to_vec()));
    let mut settings = Settings::new(ServerSource::Fixed(server), roots.collect::<Result<Vec<_>, _>>()?);
    settings.dns = Some(dns.address());
    Ok(settings)
}

async fn open(mail: &Mail, pki: &Pki) -> Result<Session> {
    let dns = Dns::start(&site::dns::Options::default())?;
    let settings = settings(mail.imaps(), pki, &dns)?;
    let token = SecretString::from(TOKEN);
    Ok(Mailbox::prepare(&settings, PERSONAL).await?.open(PERSONAL, token, ROWS).await?.session)
}

/// A connection that sends one command and reads to its end, understanding nothing.
struct Raw {
    stream: BufReader<Stream>,
    number: u32,
}

impl Raw {
    fn open(mail: &Mail, pki: &Pki) -> Result<Self> {
        let roots = secure::roots(&pki.mail_ca())?;
        let tcp = secure::tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, mail.imaps())))?;
        let stream = BufReader::with_capacity(64 * 1024, secure::secure(tcp, HOST, &roots)?);
        let mut raw = Self { stream, number: 0 };
        let mut greeting = String::new();
        raw.stream.read_line(&mut greeting)?;
        let said = STANDARD.encode(format!("user={PERSONAL}\u{1}auth=Bearer {TOKEN}\u{1}\u{1}"));
        raw.command(&format!("AUTHENTICATE XOAUTH2 {said}"))?;
        raw.command("SELECT INBOX")?;
        Ok(raw)
    }

    /// Bytes of its answer.
    fn command(&mut self, command: &str) -> Result<usize> {
        self.number += 1;
        let tag = format!("r{}", self.number);
        self.stream.get_mut().write_all(format!("{tag} {command}\r\n").as_bytes())?;
        let mut bytes = 0;
        let mut line = Vec::new();
        loop {
            line.clear();
            bytes += self.stream.read_until(b'\n', &mut line)?;
            let text = String::from_utf8_lossy(&line);
            if let Some(rest) = text.strip_prefix(&format!("{tag} ")) {
                ensure!(rest.starts_with("OK"), "{command}: {rest}");
                return Ok(bytes);
            }
            ensure!(!line.is_empty(), "the server has hung up on {command}");
            // A literal: so many bytes follow the line.
            let length = text.trim_end().strip_suffix('}').and_then(|head| head.rsplit_once('{'));
            if let Some(length) = length.and_then(|(_, length)| length.parse::<usize>().ok()) {
                std::io::copy(&mut self.stream.by_ref().take(length as u64), &mut std::io::sink())?;
                bytes += length;
            }
        }
    }
}

/// Runs both so often, one after the other; the first time is for the server's caches.
fn beside(
    mut ours: impl FnMut() -> Result<()>,
    mut theirs: impl FnMut() -> Result<()>,
    runs: usize,
) -> Result<(Series, Series)> {
    let (mut us, mut them) = (Series::default(), Series::default());
    for run in 0..=runs {
        let (one, other) = (timed(&mut ours)?, timed(&mut theirs)?);
        if run > 0 {
            us.push(ms(one));
            them.push(ms(other));
        }
    }
    Ok((us, them))
}

fn timed(work: &mut impl FnMut() -> Result<()>) -> Result<Duration> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

fn told(name: &str, (ours, reference): &(Series, Series), what: &str) {
    let details = json!({ "ours_spread": ours.spread(), "reference_spread": reference.spread() });
    print(name, ours.median(), Some(reference.median()), "ms", what, details);
}

fn search(runtime: &Runtime, session: &Session, raw: &mut Raw) -> Result<()> {
    say("search_19208");
    let fields = format!("UID SEARCH CHARSET UTF-8 OR FROM \"{WORD}\" SUBJECT \"{WORD}\"");
    let taken = beside(
        || runtime.block_on(async { Ok(session.search("INBOX", WORD, Sort::default()).await.map(drop)?) }),
        || raw.command(&fields).map(drop),
        RUNS,
    )?;
    told("search_19208/sender_and_subject", &taken, "the raw UID SEARCH of the same fields");
    let text = format!("UID SEARCH CHARSET UTF-8 TEXT \"{WORD}\"");
    let whole = || {
        runtime.block_on(async {
            let search = session.search("INBOX", WORD, Sort::default()).await?;
            while let Some(step) = search.next().await {
                step?;
            }
            Ok(())
        })
    };
    let taken = beside(whole, || raw.command(&text).map(drop), 5)?;
    told("search_19208/text", &taken, "the raw UID SEARCH TEXT in one command: no progress, no way to stop it");
    Ok(())
}

fn jump(runtime: &Runtime, session: &Session, raw: &mut Raw) -> Result<()> {
    say("jump_to_last_page");
    let command = format!("FETCH 1:{ROWS} {ITEMS}");
    let last = MESSAGES + 1 - ROWS;
    let taken = beside(
        || {
            runtime.block_on(async {
                let page = session.page("INBOX", last, ROWS).await?;
                ensure!(page.rows.len() == ROWS as usize, "not the last page");
                Ok(())
            })
        },
        || raw.command(&command).map(drop),
        RUNS,
    )?;
    told("jump_to_last_page", &taken, "the raw FETCH of the same fifty rows");
    Ok(())
}

fn message(runtime: &Runtime, session: &Session, raw: &mut Raw, program: &Program) -> Result<()> {
    say("open_message");
    let uid = MESSAGES - 3;
    let command = format!("UID FETCH {uid} (UID FLAGS RFC822.SIZE BODY.PEEK[]<0.{FIRST}>)");
    let room = runtime.block_on(Room::open(program, document::Limits::default()))?;
    let read = || {
        runtime.block_on(async {
            let message = session.message("INBOX", uid, FIRST).await?;
            let reading = room.read(message.bytes, message.whole).await?;
            ensure!(!reading.letter.blocks.is_empty(), "an empty letter");
            Ok(())
        })
    };
    let taken = beside(read, || raw.command(&command).map(drop), RUNS)?;
    told("open_message", &taken, "the raw FETCH alone; ours also reads it, in a confined process");
    Ok(())
}

fn first_page(runtime: &Runtime, program: &Program) -> Result<()> {
    let patient = &papers::people::LAMPION;
    for (name, pdf) in
        [("a4_text", papers::pdf::hospital_report(patient, 1)), ("scan_300_dpi", papers::scan::pdf(patient))]
    {
        say(&format!("open_pdf_first_page/{name}"));
        let room = runtime.block_on(Room::open(program, document::Limits::default()))?;
        let letter = papers::mail::with("a.pdf", "application/pdf", &pdf);
        runtime.block_on(room.read(letter.into(), true))?;
        let width = ui::sheet_width(1280, false);
        let draw = || {
            runtime.block_on(async {
                let View::Pages { .. } = room.view(0, Face::Pages).await? else { anyhow::bail!("no pages") };
                let picture = room.page(0, 0, width).await?;
                ensure!(picture.width == width, "another width");
                Ok(())
            })
        };
        let taken = beside(draw, || alone(&pdf, width), RUNS)?;
        told(
            &format!("open_pdf_first_page/{name}"),
            &taken,
            "hayro alone in this process: open, draw the page at the same width",
        );
    }
    Ok(())
}

fn alone(pdf: &[u8], width: u32) -> Result<()> {
    let file = hayro::hayro_syntax::Pdf::new(pdf.to_vec()).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let page = file.pages().first().context("no page")?;
    let scale = f64::from(width) / f64::from(page.render_dimensions().0);
    let cache = hayro::RenderCache::new();
    let settings = hayro::PixmapSettings {
        x_scale: scale as f32,
        y_scale: scale as f32,
        bg_color: hayro::vello_cpu::color::palette::css::WHITE,
    };
    let picture = hayro::render(page, &cache, &Default::default(), &Default::default(), &settings);
    ensure!(picture.width() > 0, "nothing drawn");
    Ok(())
}

fn memory(runtime: &Runtime, program: &Program) -> Result<()> {
    say("resident_memory_pdf");
    let room = runtime.block_on(Room::open(program, document::Limits::default()))?;
    let pdf = papers::pdf::hospital_report(&papers::people::LAMPION, 20);
    let letter = papers::mail::with("a.pdf", "application/pdf", &pdf);
    runtime.block_on(room.read(letter.into(), true))?;
    for page in 0..20 {
        runtime.block_on(room.page(0, page, ui::sheet_width(1280, false)))?;
    }
    let reader =
        children().into_iter().map(|pid| resident(Path::new(&format!("/proc/{pid}/status")))).max_by(f64::total_cmp);
    let reader = reader.context("no confined process")?;
    print(
        "resident_memory_pdf/reader",
        reader,
        Some(83.0),
        "MB",
        "what the issue's 120 MB for both leaves beside the program's own 37 (resident_memory_inbox)",
        json!({}),
    );
    Ok(())
}

/// Processes of ours that are called as the program is.
fn children() -> Vec<u32> {
    let own = std::process::id();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let status = std::fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        let ours = status.lines().any(|line| line == format!("PPid:\t{own}"));
        if ours && status.lines().any(|line| line == "Name:\tguichet") {
            found.push(pid);
        }
    }
    found
}

fn resident(status: &Path) -> f64 {
    let status = std::fs::read_to_string(status).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
