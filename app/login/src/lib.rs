//! The door: turns a card signature, or an approval on the phone ([`Door::ask_phone`]), into a session.
//!
//! OpenID Connect, authorization code flow with PKCE (RFC 7636, S256), `state` and `nonce`. Guichet is its
//! own user agent: there is no browser on a reception desk, so this crate follows the provider's redirects
//! itself, with cookies, over TLS, to configured hosts only. Where a configured card host asks for a TLS
//! client certificate, the card signs the handshake.
//!
//! ```text
//!  card in                          code accepted
//!    │                                   │
//!    ▼                                   ▼
//!  Door::prepare ──▶ Door::approach ──▶ Door::open(key) ──▶ Session ──▶ refresh … ──▶ close
//!  discovery, keys   authorize request,  the card signs,     token        before       revoke,
//!                    redirects, TLS to   code, token,        identity     expiry       log out
//!                    the card host up    UserInfo
//!                    to the signature
//! ```
//!
//! # Flights
//!
//! After the code is accepted, with `approach` done while it was typed, a login costs five round trips:
//! end of the TLS 1.2 handshake on the card host (none with TLS 1.3), the card page, the way back to the
//! authorize endpoint, token, UserInfo. Nothing that is not needed is fetched.
//!
//! # The signature blocks
//!
//! rustls signs inside a synchronous callback, and a card takes 50 ms to seconds. Every connection of this
//! crate therefore lives on a runtime of its own (one worker), and the callback runs under
//! `block_in_place`: tokio hands the worker's tasks to another thread meanwhile. A card that never answers
//! costs one parked thread, never the program's own runtime, and the step's time limit still fires.
//!
//! # What is absent on purpose
//!
//! No system certificate store, no process-wide TLS provider, no proxy from the environment, no disk.

#[cfg(test)]
mod any_input;
mod browse;
mod discovery;
mod door;
mod error;
mod flow;
mod http_date;
mod identity;
mod jwt;
mod key;
pub mod national;
mod page;
mod phone;
mod poll;
mod proxy;
mod room;
mod service;
mod session;
mod settings;
mod slot;
mod tls;
mod token;
mod trouble;
mod verify;
mod wire;

pub use door::Door;
pub use error::{Error, Source};
pub use https::Clock;
pub use identity::{Activity, Identity, Mailbox, MailboxKind};
pub use key::{ClientKey, Scheme, SignError};
pub use national::NationalId;
pub use phone::{Asked, Binding, Waiting};
pub use proxy::{Contract, Proxy};
pub use service::{Conversation, Step};
pub use session::{Closed, Ending, Session};
pub use settings::{ClientAuth, Settings, Timeouts};
pub use token::AccessToken;
pub use url::Url;
