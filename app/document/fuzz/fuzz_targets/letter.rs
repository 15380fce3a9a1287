//! `cargo +nightly fuzz run letter`, from `app/document`.
#![no_main]

#[path = "../letter.rs"]
mod letter;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    letter::read(data);
});
