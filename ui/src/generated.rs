//! What Slint makes of `slint/main.slint`. Its code is not ours to lint.
#![allow(
    missing_docs,
    clippy::all,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::todo,
    clippy::unimplemented,
    reason = "generated"
)]

slint::include_modules!();
