//! `cargo +nightly fuzz run conversation`, from `app/card`.
#![no_main]

#[path = "../body.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    body::conversation(data);
});
