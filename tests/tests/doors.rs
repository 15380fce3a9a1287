//! Doors that do not open: each trouble of the provider and of the mail operator on its own page, with its own code.
//!
//! As whole visits: the product's reader on the real pcscd, real servers that are really wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

#[path = "doors/line.rs"]
mod line;
#[path = "doors/mail.rs"]
mod mail;
#[path = "doors/provider.rs"]
mod provider;

use e2e::Kiosk;
use flow::{Failed, Failure};

/// A visit that ends at a refusal. The page is whole: its code, a way out, no name; and the card comes out to the idle
/// page.
fn refused(desk: &mut Kiosk, profile: &str, failure: Failure, code: &str) -> Failed {
    desk.insert(profile);
    desk.sees_the_code_page();
    desk.enters("1234");
    let failed = desk.fails_with(failure);
    assert_eq!(failed.failure.code(), code);
    assert!(failed.card, "it asks for the card");
    assert_eq!(failed.retry, failure.retry());
    assert_eq!(e2e::shown_text(&desk.now()), "");
    desk.leaves();
    failed
}
