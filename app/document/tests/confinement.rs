//! A confined process tries to get out, and a room's process is looked at from outside.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Output};

use document::{Landlock, Limits, Program, Room};

const SIGSYS: i32 = 31;
const SIGXCPU: i32 = 24;
const SIGKILL: i32 = 9;
const SIGABRT: i32 = 6;

fn tried(what: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trial")).arg(what).env_clear().output().unwrap()
}

/// The attempt fails, or is the last thing that the process does.
fn cannot(what: &str) {
    let output = tried(what);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let killed = output.status.signal() == Some(SIGSYS);
    assert!(killed || said == "refused", "{what}: {said}, {:?}", output.status);
}

#[test]
fn a_confined_process_lives_when_it_tries_nothing() {
    let output = tried("nothing");
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), b"done".as_slice()));
}

#[test]
fn it_cannot_touch_files() {
    std::fs::write("/tmp/guichet-trial-kept", b"x").unwrap();
    for what in
        ["read a file", "write a file", "list a directory", "look at a file", "delete a file", "make a directory"]
    {
        cannot(what);
    }
    assert!(!std::path::Path::new("/tmp/guichet-trial").exists());
    assert!(!std::path::Path::new("/tmp/guichet-trial-dir").exists());
    std::fs::remove_file("/tmp/guichet-trial-kept").unwrap();
}

#[test]
fn it_cannot_use_what_was_left_open() {
    cannot("read what was open");
    cannot("write to an open socket");
}

#[test]
fn it_cannot_reach_the_network() {
    for what in ["connect", "listen", "send a datagram", "connect to a local socket"] {
        cannot(what);
    }
}

#[test]
fn it_cannot_start_or_end_anything() {
    for what in ["start a program", "become a program", "start a thread", "end its parent"] {
        cannot(what);
    }
}

#[test]
fn it_cannot_raise_its_limits() {
    cannot("raise its limits");
}

#[test]
fn it_dies_of_too_much_memory_time_or_depth() {
    let memory = tried("take memory");
    assert_eq!(memory.status.signal(), Some(SIGABRT), "{memory:?}");
    let time = tried("compute forever");
    assert!(matches!(time.status.signal(), Some(SIGXCPU | SIGKILL)), "{time:?}");
    let depth = tried("recurse forever");
    assert!(depth.status.signal().is_some(), "{depth:?}");
}

#[test]
fn a_process_that_no_room_started_does_nothing() {
    let output = Command::new(env!("CARGO_BIN_EXE_confined")).output().unwrap();
    assert_eq!(output.status.code(), Some(64));
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
}

fn program() -> Program {
    Program { path: env!("CARGO_BIN_EXE_confined").into(), arguments: Vec::new() }
}

/// The children of this process.
fn children() -> Vec<u32> {
    let own = std::process::id();
    let mut children = Vec::new();
    for task in std::fs::read_dir(format!("/proc/{own}/task")).unwrap() {
        let list = std::fs::read_to_string(task.unwrap().path().join("children")).unwrap_or_default();
        children.extend(list.split_ascii_whitespace().map(|pid| pid.parse::<u32>().unwrap()));
    }
    children
}

#[tokio::test]
async fn the_walls_are_seen_from_outside() {
    let room = Room::open(&program(), Limits::default()).await.unwrap();
    let child = *children().first().unwrap();
    let read = |name: &str| std::fs::read_to_string(format!("/proc/{child}/{name}")).unwrap();
    let status = read("status");
    let line = |name: &str| status.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    assert_eq!(line("NoNewPrivs:"), "NoNewPrivs:\t1");
    assert_eq!(line("Seccomp:"), "Seccomp:\t2");
    assert_eq!(line("Threads:"), "Threads:\t1");
    let limits = read("limits");
    let limit = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        line.get(name.len()..).unwrap().split_ascii_whitespace().take(2).map(String::from).collect::<Vec<_>>()
    };
    let memory = Limits::default().memory.to_string();
    assert_eq!(limit("Max address space"), [memory.clone(), memory]);
    for none in ["Max file size", "Max core file size", "Max processes", "Max locked memory"] {
        assert_eq!(limit(none), ["0", "0"], "{none}");
    }
    assert_eq!(limit("Max cpu time"), ["120", "120"]);
    assert_eq!(read("oom_score_adj").trim(), "900");
    assert!(room.confinement().calls < 30);
    assert_ne!(room.confinement().landlock, Landlock::Partial);
}

#[tokio::test]
async fn a_dropped_room_leaves_no_process() {
    let room = Room::open(&program(), Limits::default()).await.unwrap();
    let child = *children().first().unwrap();
    drop(room);
    for _ in 0..200 {
        if !std::path::Path::new(&format!("/proc/{child}")).exists() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the process lives");
}

#[tokio::test]
async fn a_program_that_cannot_be_started_is_told() {
    let nowhere = Program { path: "/nowhere/guichet".into(), arguments: Vec::new() };
    let error = Room::open(&nowhere, Limits::default()).await.unwrap_err();
    assert!(matches!(error, document::Error::Start(_)), "{error:?}");
}

#[tokio::test]
async fn a_share_too_small_to_read_in_is_told() {
    let limits = Limits { memory: 1 << 20, ..Limits::default() };
    let read = async {
        let room = Room::open(&program(), limits).await?;
        room.read(zeroize::Zeroizing::new(vec![b'x'; 4 << 20]), true).await
    };
    let error = read.await.unwrap_err();
    assert!(
        matches!(error, document::Error::Crashed | document::Error::TooLarge | document::Error::Confinement(_)),
        "{error:?}"
    );
}
