//! The figures of the product, each beside a reference measured in the same run.
//!
//! One JSON line a figure on standard output: `name`, `ours`, `reference`, `ratio`, `unit`, `what` the reference is, and
//! details. Nothing is asserted: a figure is for people to compare, and a busy machine only makes it worse.
//!
//! ```text
//!   this process: the site (reader, provider, mail, DNS) and slow lines          town
//!     ├─ itself again, `--kiosk`: engine and window, and the scripted floor      kiosk, panel, floor, visit, card
//!     │    ├─ the doors beside the card, and their floors                        doors, phone, service
//!     │    ├─ itself again, `--first-page`: the mail part alone                  first_page
//!     │    └─ pkcs15-tool, curl                                                  the references
//!     ├─ the mail session and the confined reader alone, and raw IMAP           mailbox, reconnect
//!     ├─ itself again, `--frames`: one window, drawn and nothing else            frames
//!     └─ the release program, `guichet run`, under Xvfb                          program
//!          └─ held against itself again, `--bare-window`                         bare
//! ```
//!
//! The kiosk is another process because PC/SC finds its daemon in the environment.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench: what it cannot do ends it, and its output is its purpose"
)]

mod bare;
mod card;
mod doors;
mod figure;
mod first_page;
mod floor;
mod frames;
mod http;
mod kiosk;
mod mailbox;
mod panel;
mod phone;
mod pixel;
mod program;
mod reconnect;
mod secure;
mod service;
mod town;
mod visit;

use zeroizing_alloc::ZeroAlloc;

/// As the program has it: wiping freed memory is part of what it costs.
#[global_allocator]
static WIPING: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).filter(|word| *word != "--bench").collect();
    match words.as_slice() {
        ["--kiosk", town, names @ ..] => visit::all(&serde_json::from_str(town)?, names),
        ["--first-page", order] => first_page::once(&serde_json::from_str(order)?),
        ["--bare-window"] => bare::open(),
        ["--frames", names @ ..] => frames::all(names),
        names if arguments.len() > names.len() => town::measure(names),
        _ => {
            eprintln!("figures are taken by `sh tests/bench`");
            Ok(())
        }
    }
}
