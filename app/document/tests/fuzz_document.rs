//! The fuzz target's body on twenty thousand fixed pseudo-random inputs, or as many as forty seconds let through, so that
//! every run of the suite tries them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

use std::time::{Duration, Instant};

#[path = "../fuzz/document_body.rs"]
mod body;

const INPUTS: u64 = 20_000;
const TIME: Duration = Duration::from_secs(40);

#[test]
fn any_document_is_read_without_panic() {
    let start = Instant::now();
    let mut state = 0x0DDB_1A5E_5BAD_5EED_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u32
    };
    let (mut tried, mut found) = (0, 0);
    while tried < INPUTS && start.elapsed() < TIME {
        let length = 2 + next() as usize % 120;
        let mut data: Vec<u8> = (0..length).map(|_| next() as u8).collect();
        // Drawing without optimisation takes as long as a hundred parsers: PDF one time in sixteen of its turns.
        if data[0] % 15 == 14 && !tried.is_multiple_of(16) {
            data[0] -= 1;
        }
        found += body::document(&data);
        tried += 1;
    }
    assert!(tried >= 1_000, "{tried} inputs in {TIME:?}");
    assert!(found as u64 >= tried, "{found} documents of {tried} inputs");
}
