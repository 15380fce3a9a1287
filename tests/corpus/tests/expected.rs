//! Every message is shown as `expected/NAME.txt` says. `UPDATE_CORPUS=1` writes the files; the test still fails when one
//! has changed, so that somebody reads it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod shown;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use document::letter::{Limits, Message};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("expected")
}

#[test]
fn every_message_is_shown_as_expected() {
    let update = std::env::var_os("UPDATE_CORPUS").is_some();
    let mut wrong = Vec::new();
    for sample in corpus::all() {
        let message = Message::read(sample.raw(), true, &Limits::default());
        let shown = format!("{}\n\n{}", sample.about, shown::message(&message, 0));
        let file = folder().join(format!("{}.txt", sample.name));
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if shown != expected {
            if update {
                fs::create_dir_all(folder()).unwrap();
                fs::write(&file, &shown).unwrap();
            }
            let line = shown.lines().zip(expected.lines()).position(|(a, b)| a != b).map_or(0, |line| line + 1);
            wrong.push(format!("{} (line {line})", sample.name));
        }
    }
    assert!(wrong.is_empty(), "{} not as expected; UPDATE_CORPUS=1 writes them: {}", wrong.len(), wrong.join(", "));
}

#[test]
fn no_expectation_is_left_of_a_message_that_is_gone() {
    let names: BTreeSet<String> = corpus::all().iter().map(|sample| format!("{}.txt", sample.name)).collect();
    let files: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files.difference(&names).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn there_are_enough_messages_each_with_its_own_name() {
    let all = corpus::all();
    let names: BTreeSet<&str> = all.iter().map(|sample| sample.name.as_str()).collect();
    assert!(all.len() >= 150 && names.len() == all.len(), "{} messages, {} names", all.len(), names.len());
    for sample in &all {
        assert!(
            !sample.about.is_empty()
                && sample.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{}",
            sample.name
        );
    }
}

#[test]
fn messages_are_the_same_each_time() {
    for sample in corpus::all() {
        assert!(sample.raw() == sample.raw(), "{}", sample.name);
    }
}
