//! `guichet-demo`: the test site and the real program in front of it.
//!
//! Without `--walk`, a person plays: the window opens on their display, and this terminal is the card reader.
//! With it, nobody is needed: a whole visit by real touches under Xvfb, one picture a page, and a search for what is left.

use anyhow::{Context, Result};
use clap::Parser;
use site::demo::play::Program;
use site::demo::walk::walk;
use site::whole::{Kiosk, Options, Site};
use std::io::BufRead;
use std::path::PathBuf;
use std::process::ExitCode;

/// Shows Guichet in front of the test site.
#[derive(Parser)]
struct Arguments {
    /// The program, built.
    #[arg(long)]
    guichet: PathBuf,
    /// Where the site's files go; a temporary folder otherwise.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// A whole visit without a display: one numbered PNG a screen in this folder.
    #[arg(long)]
    walk: Option<PathBuf>,
    /// The panel: 1280x800 or 1024x600.
    #[arg(long, default_value = "1280x800")]
    size: String,
    /// Messages in the doctor's inbox.
    #[arg(long, default_value_t = 19_208)]
    messages: u32,
}

#[expect(clippy::print_stdout, reason = "this is how its caller follows it")]
fn say(line: &str) {
    println!("{line}");
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("ÉCHEC : {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments = Arguments::parse();
    let temporary = tempfile::tempdir()?;
    let dir = arguments.dir.unwrap_or_else(|| temporary.path().to_path_buf());
    let program = arguments.guichet.canonicalize().context("le programme n'est pas construit")?;
    let size = if arguments.size == "1024x600" { [1024, 600] } else { [1280, 800] };
    match arguments.walk {
        Some(folder) => {
            walk(&program, &dir, &folder, size, arguments.messages, &say)?;
            say(&format!("La visite est allée jusqu'à la boîte et n'a rien laissé. Images : {}", folder.display()));
            Ok(())
        }
        None => play(&program, &dir, size, arguments.messages),
    }
}

fn play(program: &std::path::Path, dir: &std::path::Path, size: [u32; 2], messages: u32) -> Result<()> {
    let display = std::env::var("DISPLAY").context("pas d'écran (DISPLAY) : essayer « sh app/demo --walk DOSSIER »")?;
    say("site d'essai");
    let now = i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs())?;
    let options = Options { messages, newest: Some(now - 600), ..Options::with_everything() };
    let site = Site::start(dir, options, &|part| say(&format!("  {part}")))?;
    let config = site.configure(&Kiosk { size, ..Kiosk::default() })?;
    let home = site.dir.join("home");
    std::fs::create_dir_all(&home)?;
    let mut kiosk = Program::start(program, &config, &display, &home, &site)?;
    let card = site.reader.as_ref().context("the site has no reader")?.card();
    say("\nGuichet est ouvert. Ce terminal tient lieu de lecteur ; le code porteur est 1234.");
    say("  Entrée        insère la carte du Dr Tournesol, ou la retire");
    say("  nurse, cps4, last-try, blocked, expired, revoked, unknown, cpf, vitale, bank, mute, hang : une autre carte");
    say("  q             termine\n");
    let mut inserted = false;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if kiosk.has_ended() || line.trim() == "q" {
            break;
        }
        let done = match line.trim() {
            "" if inserted => card.remove().map(|()| false),
            "" => card.insert("doctor").map(|()| true),
            "remove" => card.remove().map(|()| false),
            profile => card.remove().and_then(|()| card.insert(profile)).map(|()| true),
        };
        match done {
            Ok(state) => {
                inserted = state;
                say(if inserted { "  carte insérée" } else { "  carte retirée" });
            }
            Err(error) => say(&format!("  {error:#}")),
        }
    }
    say("Fini : tout est arrêté.");
    Ok(())
}
