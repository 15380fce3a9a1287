//! The door of a service's mailbox: the pages of real providers none of us wrote, and pages no kiosk can use.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "service/built_in.rs"]
mod built_in;
#[path = "service/factors.rs"]
mod factors;
#[path = "service/forgotten.rs"]
mod forgotten;
#[path = "service/office.rs"]
mod office;
#[path = "service/post.rs"]
mod post;
#[path = "service/scene.rs"]
mod scene;
#[path = "service/secrets.rs"]
mod secrets;
#[path = "service/strange.rs"]
mod strange;
#[path = "service/wrong.rs"]
mod wrong;
