//! One mailbox of MSSanté over IMAP: find its server, open it with an access token, list it, search it, read and sort
//! what is in it.
//!
//! ```text
//!  settings ──▶ find ──▶ connect ──▶ prepare ───────▶ open ──────────▶ session
//!               SRV, A   TCP, TLS    greeting,        AUTHENTICATE      lists, searches,
//!                                    STARTTLS,        + SELECT, FETCH   messages, changes,
//!                                    CAPABILITY                         IDLE, LOGOUT
//!               └──── while the person types ────┘    └ two flights ┘
//! ```
//!
//! * [`Mailbox::prepare`] does everything that needs no token, so that it costs nothing after *Valider*.
//! * [`Prepared::open`] authenticates, selects the inbox and reads the newest rows in two round trips.
//! * [`Session`] is one task that owns the connection: requests interrupt its IDLE, [`News`] leave by a channel, and a
//!   connection that breaks is replaced by another one, with a fresh token of its [`Tokens`].
//! * [`outbox`] is the other direction: what is written, made into a message, checked and sent.
//!
//! What a server says is untrusted: frames, nesting, strings and time are bounded, a mail built to break the list
//! loses its own row's details and nothing else, and a `NO` or `BAD` is an [`Error`], never an empty list.
//!
//! # Why no IMAP library
//!
//! `async-imap` 0.12 was tried first. It answers a refused `FETCH` or `UID SEARCH` with an empty success, writes whole
//! commands (the token included) to the log at trace level, lets one response grow to 512 MiB and ends the connection
//! at the first response its parser does not know. The parser below it, `imap-proto` 0.17, recurses without a limit
//! over `BODYSTRUCTURE` and panics on `INTERNALDATE NIL` and on `[CODE]` followed by a letter that is not ASCII.
//! The part of IMAP a kiosk needs is small: `frame` cuts the stream into bounded responses, `reply` reads them.
//! Looked at again when reading, searching and moving were built: what was added (`SORT`, `ESEARCH`, `MOVE`, `UIDPLUS`,
//! literals) the library still does not have.

mod auth;
mod command;
mod connect;
mod document;
mod error;
mod find;
mod flag;
mod folder;
mod frame;
mod header;
mod line;
mod listing;
mod open;
pub mod outbox;
mod patient;
mod prepare;
mod query;
mod reply;
mod rows;
mod session;
mod settings;
mod snapshot;
mod summary;
mod text;
mod time;
mod uids;
mod value;

pub use auth::Tokens;
pub use command::Message;
pub use connect::{Connect, Network, Stream};
pub use error::{Error, Refusal};
pub use flag::{Flag, Mark};
pub use folder::{Folder, Role};
pub use listing::{By, Filter, Listing, Sort};
pub use open::Opened;
pub use patient::{Born, Patient};
pub use prepare::{Count, Mailbox, Prepared};
pub use session::{Emptied, Emptying, Moved, News, Progress, Raw, Replaced, Rest, Search, Session, Target};
pub use settings::{ClientId, Mechanism, Server, ServerSource, Settings, Timeouts, Tls};
pub use summary::{Correspondent, Page, Summary};
pub use time::Moment;
