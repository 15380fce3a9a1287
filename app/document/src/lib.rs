//! Turns a message and its documents into what a screen can show. Untrusted input, confined.
//!
//! ```text
//!  program                                          confined process (the program again)
//!  ┌───────────────┐   order ─────────────────▶   ┌────────────────────────────────────────┐
//!  │ Room          │   raw message                │ rlimits, Landlock, seccomp, then:       │
//!  │  keeper task  │                              │  letter    MIME, text, HTML, signature  │
//!  │  time limits  │   ◀───────────────── answer  │  xdm, cda  archives, headers, results   │
//!  └───────────────┘   letter, text, pixels       │  pages     PDF, images                  │
//!                                                 └────────────────────────────────────────┘
//! ```
//!
//! * [`Room::open`] starts the process, [`Room::read`] gives it a message and returns the [`Reading`].
//! * [`Room::view`] opens a document, [`Room::page`] draws a page of it.
//! * [`confined::main`] is the process: it gives up every right before it reads a byte.
//!
//! Whatever the bytes are, the program that asks gets an answer within its time limit. Names and declared types are
//! never believed; nothing found in a message is run, fetched or followed.

mod archive;
mod body;
mod cda;
pub mod confined;
mod day;
mod error;
mod kind;
pub mod letter;
mod limits;
mod office;
mod pages;
mod reading;
mod room;
mod text;
mod units;
mod view;
mod wire;
mod xdm;
mod xml;

pub use body::{Body, Fact, Mark, Piece, Row, Section, Table};
pub use day::Day;
pub use error::{Error, Refusal};
pub use limits::Limits;
pub use reading::{Document, Face, Ins, Kind, Patient, Reading, Register, Sex};
pub use room::{Program, Room};
pub use view::{PageSize, Picture, View};
pub use wire::{Confinement, Landlock};
