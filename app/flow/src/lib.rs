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
//! Without a card, two other doors lead from Idle to the same place: EnterNumber and Asking (the number typed, the
//! telephone asked), and Service (the pages of an organisational mailbox's provider). Between Connecting and ChooseMailbox
//! stands ChoosePlace where a site wants to know; before Reading stands ChooseCard where several readers hold cards.
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
mod letter;
mod listing;
mod mailbox;
mod number;
mod paper;
mod person;
mod pin;
mod screen;
mod service;
mod settings;
mod state;
mod text;
mod time;
mod visit;

pub use display::{Display, Language};
pub use effect::{Change, Effect, Page, PrintJob, Sound, What, Written};
pub use event::{
    Action, CardFault, DocumentNews, Event, Key, PageMove, PinOutcome, Prepared, PrintNews, ReaderState, SendOutcome,
    Touch,
};
pub use failure::Failure;
pub use letter::{
    Block, BlockKind, Correspondent, DocumentKind, DocumentLine, Letter, MessageId, Origin, Patient, Receipt, Report,
    Seal, Sex,
};
pub use listing::{By, Filter, Listing, Progress, Sort};
pub use mailbox::{Count, Folder, FolderRole, Mailbox, MailboxKind, Opened, Request, Row, Window};
pub use number::NumberTrouble;
pub use paper::{Finding, Line, Mark, Paper, Part, Picture, Unreadable};
pub use person::{CardFacts, CardLine, Holder};
pub use pin::Pin;
pub use screen::{
    Banner, Bar, ChooseCard, ChooseMailbox, ChoosePlace, Compose, Connecting, Digits, Document, Done, Doors,
    EnterNumber, EnterPin, Failed, Field, Idle, Inbox, Jump, Kept, Kind, List, MailboxLine, Message, More, MoveTo,
    Notice, Parting, Phone, PhoneHelp, Print, PrinterWaits, Purpose, Question, RecipientLine, Recipients, Refused,
    RemoveCard, Replies, Screen, Search, Selection, Sending, ServiceChoice, ServiceCode, ServiceForm, ServiceLine,
    ServiceMessage, ServiceTitle, SessionBar, Sheet, SortChoice, Source, Step, StillThere, Tries, Trouble, Typing,
    View,
};
pub use service::{Factor, FieldKind, ServiceAnswer, ServiceField, ServicePage, ServicePurpose, ServiceWay, WayKind};
pub use settings::{Settings, Writing};
pub use text::Text;
pub use time::{Day, Moment, Stamp, Ticket};
pub use visit::Visit;
