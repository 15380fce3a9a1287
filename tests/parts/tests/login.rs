//! The door by card against a real provider: what opens it, what does not, and what is said then.
//!
//! The card is its key in software; the card itself, through pcscd, has tests of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "login/desk.rs"]
mod desk;
#[path = "login/opens.rs"]
mod opens;
#[path = "login/refuses.rs"]
mod refuses;
#[path = "login/secrets.rs"]
mod secrets;
