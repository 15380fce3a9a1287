//! The door by phone (e-CPS) against a real provider's CIBA, asked directly and by a proxy.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "phone/approves.rs"]
mod approves;
#[path = "login/desk.rs"]
#[allow(dead_code, reason = "the card's half is for the card's tests")]
mod desk;
#[path = "phone/fails.rs"]
mod fails;
#[path = "phone/hall.rs"]
mod hall;
#[path = "phone/patience.rs"]
mod patience;
#[path = "phone/proxy.rs"]
mod proxy;
