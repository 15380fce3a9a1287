//! The visit: states, events, effects, which screen to show, failure codes.
//!
//! A person puts a card in, types a code, picks a mailbox, sees the inbox, takes the card away.
//! This crate decides every step of that and does none of them: no I/O, no task, no clock of its own.
//!
//! ```text
//!            self-test                card in            facts              code typed
//! Starting ───────────▶ Idle ───────────────▶ Reading ─────────▶ EnterPin ─────────────▶ CheckingPin
//!     │                  ▲ ▲                     │                 ▲    │                  │    │
//!     │ refused          │ │ card out,           │ refused         └────┼── wrong, left ───┘    │ right
//!     ▼                  │ │ from anywhere       ▼                      │ 30 s                  ▼
//!   Failed ◀─────────────┘ └──────────────── Failed ◀───────────────────┼────────────────── Connecting
//!                                              ▲ ▲                      ▼                       │
//!                                              │ └───────────────── RemoveCard ◀── «Fermer» ─┐  │ boxes
//!                                              │                        ▲                    │  ▼
//!                                              │                        │ 30 s             ChooseMailbox
//!                                              │                   StillThere ◀── 90 s ──┐   │ one box, or touched
//!                                              └──────── Reconnecting ◀── line lost ──── Inbox ◀┘
//! ```
//!
//! * [`Visit::step`] takes an event and the time, and answers with orders for the engine.
//! * [`Visit::view`] tells what the screen must show now.
//! * [`Visit::deadline`] tells when the visit wants to be woken by [`Event::Tick`].
//!
//! The removal of the card is handled once, before any state sees it: [`Effect::Forget`], then idle.
//! Every order and every answer carries the visit's [`Ticket`]; an answer with an older ticket is dropped, so one
//! person's mail never reaches the next.

mod display;
mod effect;
mod event;
mod failure;
mod mailbox;
mod person;
mod pin;
mod screen;
mod settings;
mod state;
mod time;
mod visit;

pub use display::{Display, Language};
pub use effect::{Effect, Sound};
pub use event::{CardFault, Event, PageMove, PinOutcome, ReaderState, Touch};
pub use failure::Failure;
pub use mailbox::{Count, Folder, FolderRole, Mailbox, MailboxKind, Opened, Request, Row, Window};
pub use person::{CardFacts, Holder};
pub use pin::Pin;
pub use screen::{
    Bar, ChooseMailbox, Connecting, EnterPin, Failed, Idle, Inbox, List, MailboxLine, Notice, RemoveCard, Screen,
    SessionBar, Step, StillThere, Tries, View,
};
pub use settings::Settings;
pub use time::{Day, Moment, Stamp, Ticket};
pub use visit::Visit;
