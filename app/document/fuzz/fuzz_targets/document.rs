//! `cargo +nightly fuzz run document`, from `app/document`.
#![no_main]

#[path = "../document_body.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    body::document(data);
});
