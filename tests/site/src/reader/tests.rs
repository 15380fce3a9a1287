//! The reader as the machine's own tools see it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use pki::Pki;
use virtual_card::Insert;

use super::{Reader, within};

fn site(dir: &Path, name: &str) -> Reader {
    let pki = Pki::shared().unwrap();
    Reader::start(&dir.join(name), &pki).unwrap()
}

fn opensc(reader: &Reader, args: &[&str]) -> String {
    let (name, value) = reader.env();
    let out = Command::new("opensc-tool").args(args).env(name, value).output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let limit = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < limit, "never: {what}");
        thread::sleep(Duration::from_millis(50));
    }
}

fn atr(reader: &Reader, slot: &str) -> String {
    opensc(reader, &["-r", slot, "-a"]).trim().to_lowercase()
}

#[test]
fn two_readers_side_by_side_see_only_their_own_cards() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (site(dir.path(), "one"), site(dir.path(), "two"));
    one.card().insert("doctor").unwrap();
    two.card().insert_with(&Insert::new("vitale").reader(1)).unwrap();
    eventually("the CPS in the first", || atr(&one, "0").starts_with("3b:ac:00:40:2a"));
    eventually("the Vitale in the second", || atr(&two, "1").starts_with("3b:75:13"));
    assert!(atr(&one, "1").contains("not present"), "{}", atr(&one, "1"));
    assert!(atr(&two, "0").contains("not present"), "{}", atr(&two, "0"));
}

#[test]
fn pcscd_dies_and_comes_back_with_the_card_still_in() {
    let dir = tempfile::tempdir().unwrap();
    let reader = site(dir.path(), "reader");
    reader.card().insert("nurse").unwrap();
    eventually("the card", || atr(&reader, "0").starts_with("3b:ac"));
    reader.kill_pcscd().unwrap();
    assert!(!opensc(&reader, &["-l"]).contains("Virtual PCD"));
    eventually("the card sees it", || !reader.card().status().unwrap().connected);
    reader.restart_pcscd().unwrap();
    eventually("the card again", || atr(&reader, "0").starts_with("3b:ac"));
    assert_eq!(reader.card().status().unwrap().profile.as_deref(), Some("nurse"));
}

#[test]
fn readers_are_unplugged_and_plugged() {
    let dir = tempfile::tempdir().unwrap();
    let reader = site(dir.path(), "reader");
    assert!(opensc(&reader, &["-l"]).contains("Virtual PCD 00 01"));
    reader.unplug_reader().unwrap();
    assert!(opensc(&reader, &["-l"]).contains("No smart card readers found"));
    reader.plug_reader().unwrap();
    eventually("the readers again", || opensc(&reader, &["-l"]).contains("Virtual PCD 00 01"));
}

#[test]
fn nothing_is_left_running() {
    let dir = tempfile::tempdir().unwrap();
    let reader = site(dir.path(), "reader");
    let server = reader.server.id();
    let children = format!("/proc/{server}/task/{server}/children");
    let pcscd: u32 = std::fs::read_to_string(children).unwrap().trim().parse().unwrap();
    assert!(Path::new(&format!("/proc/{pcscd}")).exists());
    drop(reader);
    assert!(!Path::new(&format!("/proc/{pcscd}")).exists());
    assert!(!Path::new(&format!("/proc/{server}")).exists());
}

#[test]
fn a_test_runs_again_inside_and_reaches_its_reader() {
    within("reader::tests::a_test_runs_again_inside_and_reaches_its_reader", |card| {
        card.insert("doctor")?;
        // No variable to pass on here: it is in this process's environment.
        let seen = || String::from_utf8(Command::new("opensc-tool").arg("-a").output().unwrap().stdout).unwrap();
        eventually("the card", || seen().starts_with("3b:ac"));
        card.remove()
    })
    .unwrap();
}

// OpenSC's default driver asks the card nothing by itself.
#[test]
fn a_card_pulled_in_the_middle_of_a_conversation_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let reader = site(dir.path(), "reader");
    reader.card().insert_with(&Insert::new("doctor").remove_after(2)).unwrap();
    eventually("the card", || atr(&reader, "0").starts_with("3b:ac"));
    let said = opensc(&reader, &["-c", "default", "-s", "00200001", "-s", "00200001", "-s", "00200001"]);
    assert_eq!(said.matches("Received").count(), 2, "{said}");
    let status = reader.card().status().unwrap();
    assert_eq!((status.present, status.traffic.apdus), (false, 3));
    assert_eq!(reader.card().log().unwrap().last().unwrap(), "00 20 00 01 00 | pulled");
    eventually("no card", || atr(&reader, "0").contains("not present"));
}

#[test]
fn a_hanging_card_can_be_pulled_and_the_reader_serves_again() {
    let dir = tempfile::tempdir().unwrap();
    let reader = site(dir.path(), "reader");
    reader.card().insert_with(&Insert::new("doctor").hang_on(0x20)).unwrap();
    eventually("the card", || atr(&reader, "0").starts_with("3b:ac"));
    let (name, value) = reader.env();
    let mut stuck =
        Command::new("opensc-tool").args(["-c", "default", "-s", "00200001"]).env(name, value).spawn().unwrap();
    eventually("the question", || reader.card().log().unwrap() == ["00 20 00 01 00 | no answer"]);
    assert!(stuck.try_wait().unwrap().is_none(), "it answered");
    reader.card().remove().unwrap();
    assert!(stuck.wait().is_ok());
    reader.card().insert("nurse").unwrap();
    eventually("another card", || opensc(&reader, &["-c", "default", "-s", "00200001"]).contains("SW1=0x63, SW2=0xC3"));
}
