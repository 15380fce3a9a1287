//! The reader and the card service misbehaving under a running kiosk: it stays alive, and the next visit works.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

#[path = "reader/cards.rs"]
mod cards;
#[path = "reader/others.rs"]
mod others;
#[path = "reader/service.rs"]
mod service;
