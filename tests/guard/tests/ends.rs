//! However the one who started a server ends, the server ends too.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use guard::Guard;
use rustix::process::{Pid, Signal, kill_process_group};

/// Tells a child of this program that it is the owner, and the mark of its server.
const OWNER: &str = "GUARD_TEST_OWNER";

/// Whether a process with these arguments lives.
fn lives(mark: &str) -> bool {
    let wanted = ["sleep", mark].join("\0");
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let mut lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    lines.any(|line| String::from_utf8_lossy(&line).trim_end_matches('\0') == wanted)
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let limit = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < limit, "waited in vain: {what}");
        sleep(Duration::from_millis(20));
    }
}

/// Seconds a server would live, and what it is known by among all processes.
fn mark(number: u32) -> String {
    format!("{}.{number}", 100_000 + std::process::id())
}

#[test]
fn a_server_ends_when_its_guard_is_dropped() {
    let mark = mark(1);
    let server = Guard::start(&format!("sleep {mark}")).unwrap();
    until("the server", || lives(&mark));
    drop(server);
    assert!(!lives(&mark));
}

#[test]
fn a_server_that_does_not_listen_to_reason_ends_as_well() {
    let mark = mark(2);
    let server = Guard::start(&format!("sh -c 'trap : TERM; sleep {mark} & while :; do wait; done'")).unwrap();
    until("the server", || lives(&mark));
    drop(server);
    until("its end", || !lives(&mark));
}

#[test]
fn a_server_ends_when_the_whole_group_of_its_owner_is_killed() {
    if let Ok(mark) = std::env::var(OWNER) {
        // This is the owner, started below and killed there.
        let _server = Guard::start(&format!("sleep {mark}")).unwrap();
        sleep(Duration::from_secs(60));
        panic!("nobody killed the owner");
    }
    let mark = mark(3);
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_server_ends_when_the_whole_group_of_its_owner_is_killed"])
        .env(OWNER, &mark)
        .stdout(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    until("the server", || lives(&mark));
    let group = Pid::from_raw(i32::try_from(owner.id()).unwrap()).expect("a number");
    kill_process_group(group, Signal::KILL).unwrap();
    owner.wait().unwrap();
    until("the end of the server", || !lives(&mark));
}
