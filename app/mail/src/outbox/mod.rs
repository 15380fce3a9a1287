//! What is written here, made into bytes and handed to the operator's submission server.
//!
//! ```text
//!  Outgoing ──build──▶ Built ──────────────────────────┐
//!      ▲                                               ▼
//!      └──from_draft── draft on the server    Ready::send ──▶ Accepted
//!                                                      ▲  └──▶ SendError: NotSent, or Unknown
//!  Outbox::prepare ──▶ Ready (greeted while the person writes)
//! ```
//!
//! Who may be written to is not decided here, where no white list is known, but for what can be seen in an address:
//! [`BuildError`] for one that is none, [`check_ins`] for a patient's.
//!
//! **Never lost, never sent twice.** A server owns a message once it has answered the dot that ends it, and not before
//! (RFC 5321 section 4.1.1.4). So there are three ends and no fourth: [`Accepted`]; [`SendError::NotSent`], where the
//! dot was not sent or the answer to it is a refusal; [`SendError::Unknown`], where the dot left and no answer came.
//! Nothing is tried again once a message has been announced, and a message keeps its `Message-ID` for life: in its
//! drafts, in a second try, in the copy in Envoyés. Who must know whether an unknown one left can look for that.
//!
//! # Why no SMTP library
//!
//! `lettre` 0.11 was looked at first. Its connection tells one error for a line that broke before the final dot and
//! for one that broke after it, which is the difference this module is about; it ends every message with one more
//! empty line; a line without an end is read into memory without a limit, and a command has no time limit on tokio;
//! its TLS wants one of three certificate stores we keep out; it never sends a token on a line of its own, so that one
//! of usual size is refused as if it were wrong (RFC 4954 section 4: `AUTH` is a command line of 512 bytes at most),
//! and does not read the refusal behind a challenge. What submission needs of SMTP is eight commands, over the same
//! [`Connect`](crate::Connect) the mailbox uses.
//!
//! Messages are made by `mail-builder`, not `lettre`'s builder: it keeps a `Date` in the zone of the site (lettre
//! replaces one that is not in UTC), writes file names by RFC 2231 and folds every line.

mod address;
mod auth;
mod build;
mod draft;
mod error;
mod line;
mod outgoing;
mod quote;
mod ready;
mod receipt;
mod reply;
mod send;
mod settings;
mod subject;
mod when;

pub use address::{WrongIns, check_ins, is_patient};
pub use build::{BuildError, Built, Envelope};
pub use error::{NotSent, RecipientRefusal, SendError};
pub use outgoing::{Attachment, Identity, Kind, Original, Outgoing, Recipient, Thread, Xdm};
pub use ready::{Outbox, Ready};
pub use receipt::{ReceiptRequest, receipt};
pub use reply::Reply;
pub use send::{Accepted, Stage};
pub use settings::{Limits, Reports, Settings, Timeouts};
