//! `guichet-site`: the whole test site, for as long as somebody wants it.
//!
//! Prints one line a part while it starts, then `ready`, and ends everything when its standard input ends or when it is
//! killed.

use anyhow::Result;
use clap::Parser;
use site::whole::{Kiosk, Options, Site};
use std::io::Read;
use std::path::PathBuf;

/// Starts the whole test site.
#[derive(Parser)]
struct Arguments {
    /// Where its files go.
    #[arg(long)]
    dir: PathBuf,
    /// Messages in the doctor's inbox.
    #[arg(long, default_value_t = 19_208)]
    messages: u32,
    /// The kiosk's panel.
    #[arg(long, default_value = "1280x800")]
    size: String,
    /// The kiosk's backend.
    #[arg(long, default_value = "winit")]
    backend: String,
}

#[expect(clippy::print_stdout, reason = "this is how its caller follows it")]
fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    // The newest message arrived ten minutes ago.
    let newest = i64::try_from(now)?.checked_sub(600);
    let options = Options { messages: arguments.messages, newest, ..Options::default() };
    let site = Site::start(&arguments.dir, options, &|part| println!("  {part}"))?;
    let size = if arguments.size == "1024x600" { [1024, 600] } else { [1280, 800] };
    let backend = if arguments.backend == "headless" { "headless" } else { "winit" };
    let config = site.configure(&Kiosk { backend, size, ..Kiosk::default() })?;
    println!("config {}", config.display());
    if let Some(reader) = &site.reader {
        println!("reader {}", reader.csock().display());
        println!("card {}", reader.card().socket().display());
    }
    println!("ready");
    let mut rest = Vec::new();
    std::io::stdin().read_to_end(&mut rest)?;
    Ok(())
}
