//! The body of the fuzz target `letter` without nightly: on fixed arbitrary bytes, and on the corpus spoilt.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout, reason = "tests")]

use std::time::{Duration, Instant};

#[path = "../fuzz/letter.rs"]
mod letter;
mod spoil;

use spoil::{Bounds, Dice, spoil, turns};

/// At most five thousand messages and twenty seconds, whichever comes first; `tests/spoil/mod.rs` says how to go on longer.
const BOUNDS: Bounds = Bounds { inputs: 5_000, time: Duration::from_secs(20) };

#[test]
fn spoilt_messages_of_the_corpus_are_shown_within_their_bounds() {
    // Those that can be read a hundred times a second.
    let sound: Vec<Vec<u8>> = corpus::all().iter().map(corpus::Sample::raw).filter(|raw| raw.len() < 20_000).collect();
    assert!(sound.len() > 200, "{} messages", sound.len());
    turns(&BOUNDS, 0x6775_6963_6865_7431, |dice| {
        let (raw, other) = (dice.one(&sound).clone(), dice.one(&sound));
        let raw = spoil(raw, other, dice);
        letter::check(raw, dice.below(4) > 0);
    });
}

/// Bytes that mean something in a message come up more often than chance would have it.
const LIKELY: &[u8] = b"\r\n\n\n  ::;;--==??<<>>/\"'%&#.,@bcs0139qutf\x80\xC3\xA9\0";

/// At most twenty thousand messages and twenty seconds, whichever comes first.
#[test]
fn arbitrary_messages_are_shown_within_their_bounds() {
    let start = Instant::now();
    let mut dice = Dice::of(0x6C65_7474_7265_2121, 0);
    let (mut tried, mut with_text, mut with_attachments) = (0, 0, 0);
    while tried < 20_000 && start.elapsed() < BOUNDS.time {
        let length = dice.below(120);
        let data: Vec<u8> = (0..length)
            .map(|_| match dice.roll() {
                roll if roll & 0x100 == 0 => roll as u8,
                roll => LIKELY[(roll >> 9) as usize % LIKELY.len()],
            })
            .collect();
        let (blocks, attachments) = letter::read(&data);
        with_text += u32::from(blocks > 0);
        with_attachments += u32::from(attachments > 0);
        tried += 1;
    }
    // Inputs that all end at the header would prove nothing.
    assert!(
        with_text * 2 > tried && with_attachments * 20 > tried,
        "of {tried}, {with_text} with text, {with_attachments} with attachments"
    );
}

#[test]
fn the_sound_messages_of_the_fuzz_body_are_read() {
    let read: Vec<(usize, usize)> = (0..6).map(|which| letter::read(&[192 + which])).collect();
    assert_eq!(read, [(5, 0), (1, 1), (7, 0), (1, 1), (1, 0), (4, 0)]);
}
