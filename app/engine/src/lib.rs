//! Runs the flow: one task, executes effects through ports, owns the clock.
//!
//! ```text
//!   reader ──▶ slot events ─┐                         ┌─▶ card thread   (one a visit)
//!   glass  ──▶ touches ─────┤   ┌──────┐   effects    ├─▶ login         (provider)
//!   kernel ──▶ surroundings ┼──▶│ loop │─────────────▶├─▶ mail          (servers)
//!   clock  ──▶ alarm ───────┤   └──────┘              └─▶ Life dropped: all of it gone
//!   tasks  ──▶ inside ──────┘       └─▶ glass: the picture, when it changes
//! ```
//!
//! The loop never waits for anything but the next fact. What takes time runs in tasks that belong to the visit's
//! `life::Life`; `Forget` drops it whole.

mod card_thread;
pub mod clock;
mod desk;
pub mod failures;
mod inside;
mod keeper;
mod key;
mod letters;
mod life;
mod pages;
mod person;
pub mod ports;
mod purse;
mod run;
mod sheets;

pub use desk::{Desk, Printer, Reader, Service, SiteMailbox, Writing};
pub use run::{Parts, run};
