//! Figures of the reading room, by hand: `cargo run --release -p document --example figures`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measure by hand"
)]

use std::time::{Duration, Instant};

use document::{Face, Limits, Program, Room, View};
use papers::mail::{self, Attached};
use papers::people::LAMPION;
use papers::{cda, pdf, scan, xdm};
use zeroize::Zeroizing;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let path = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("confined");
    let program = Program { path, arguments: Vec::new() };
    let open = || Room::open(&program, Limits::default());
    let mut starts = Vec::new();
    for _ in 0..50 {
        let start = Instant::now();
        drop(open().await.unwrap());
        starts.push(start.elapsed());
    }
    told("open: start to ready", &mut starts);

    let scan = scan::pdf(&LAMPION);
    for (name, bytes) in [
        ("A4 text page", pdf::hospital_report(&LAMPION, 1)),
        ("300-dpi scan", scan),
        ("20 pages", pdf::hospital_report(&LAMPION, 20)),
        ("300 pages", pdf::hospital_report(&LAMPION, 300)),
    ] {
        let (mut read, mut view, mut cold, mut warm) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut memory = 0;
        for _ in 0..10 {
            let room = open().await.unwrap();
            let raw =
                mail::message("x", "Bonjour", &[Attached { name: "a.pdf", media: "application/pdf", bytes: &bytes }]);
            read.push(timed(room.read(Zeroizing::new(raw), true)).await);
            view.push(timed(room.view(0, Face::Pages)).await);
            cold.push(timed(room.page(0, 0, 1000)).await);
            warm.push(timed(room.page(0, 0, 1000)).await);
            let View::Pages { count, .. } = room.view(0, Face::Pages).await.unwrap() else { panic!("pages") };
            for page in 0..count.min(20) {
                room.page(0, page, 1000).await.unwrap();
            }
            memory = memory.max(resident());
        }
        println!("{name}: {} kB", bytes.len() / 1024);
        told("  read the message", &mut read);
        told("  view", &mut view);
        told("  page 1, 1000 px, first time", &mut cold);
        told("  page 1 again", &mut warm);
        println!("  resident after up to 20 pages: {memory} kB");
    }

    let archive = xdm::of(&cda::biology(&LAMPION));
    let mut read = Vec::new();
    let mut view = Vec::new();
    for _ in 0..20 {
        let room = open().await.unwrap();
        let raw = mail::with("IHE_XDM.ZIP", "application/zip", &archive);
        read.push(timed(room.read(Zeroizing::new(raw), true)).await);
        view.push(timed(room.view(0, Face::Text)).await);
    }
    println!("biology in IHE_XDM.ZIP");
    told("  read the message", &mut read);
    told("  view", &mut view);
}

async fn timed<T>(what: impl Future<Output = Result<T, document::Error>>) -> Duration {
    let start = Instant::now();
    let _ = what.await.unwrap();
    start.elapsed()
}

fn told(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!("{what}: median {:.2} ms, worst {:.2} ms", ms(times[times.len() / 2]), ms(times[times.len() - 1]));
}

/// Resident memory of the confined child, in kB.
fn resident() -> u64 {
    let own = std::process::id();
    let children = std::fs::read_to_string(format!("/proc/{own}/task/{own}/children")).unwrap();
    let status = |pid: &str| std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let rss = |pid: &str| {
        let status = status(pid);
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?.to_owned();
        line.split_ascii_whitespace().nth(1)?.parse::<u64>().ok()
    };
    children.split_ascii_whitespace().filter_map(rss).max().unwrap_or(0)
}
