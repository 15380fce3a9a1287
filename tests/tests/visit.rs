//! Whole visits: the engine as the program builds it, the product's reader on the real pcscd, a real provider, Dovecot
//! and DNS. Only the glass is the test's own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

#[path = "visit/cards.rs"]
mod cards;
#[path = "visit/late.rs"]
mod late;
#[path = "visit/leaving.rs"]
mod leaving;
#[path = "visit/mailboxes.rs"]
mod mailboxes;
#[path = "visit/people.rs"]
mod people;
#[path = "visit/time.rs"]
mod time;
