//! Nothing of what is printed goes to our disk.

use std::process::Command;

use pki::Pki;
use printer::Options;
use printing::{Ask, Work};

use super::desk::{A4, Rendered, end, letter, settings};
use super::{Desk, raster};

/// Where the process that prints finds its printer.
const ADDRESS: &str = "TEST_PRINTER_ADDRESS";

/// Prints in a process that cannot write a byte to any file (`ulimit -f 0`: it would be killed), as PDF and as raster.
#[tokio::test]
async fn nothing_is_written_to_any_file() {
    if let Ok(address) = std::env::var(ADDRESS) {
        return print(&address).await;
    }
    for options in [Options::default(), raster()] {
        let desk = Desk::with(options);
        let scratch = tempfile::tempdir().unwrap();
        let limited = |command: &str| {
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("ulimit -f 0; {command}")]);
            shell.env(ADDRESS, desk.device.address()).env("TMPDIR", scratch.path()).env("HOME", scratch.path());
            shell.env("EXE", std::env::current_exe().unwrap()).current_dir(env!("CARGO_MANIFEST_DIR"));
            shell.output().unwrap()
        };
        // The limit holds: this is what happens to who writes.
        assert!(!limited("echo une lettre > \"$TMPDIR/lettre\"").status.success());
        std::fs::remove_file(scratch.path().join("lettre")).unwrap();

        let done = limited("exec \"$EXE\" --exact disk::nothing_is_written_to_any_file --nocapture");
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success(), "{:?}: {said}{}", done.status, String::from_utf8_lossy(&done.stderr));
        assert!(said.contains("1 passed"), "{said}");
        assert!(!desk.device.first().unwrap().document.is_empty());
        assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0, "an empty file was left");
    }
}

async fn print(address: &str) {
    let printer = printing::Printer::new(settings(&Pki::shared().unwrap(), address)).unwrap();
    let letter = letter();
    let work = Work::pdf(letter.pdf.clone(), letter.pages).or_pages(Rendered::ready(&letter.pdf, 3, A4));
    end(printer.print(work, Ask::default())).await.1.unwrap();
}
