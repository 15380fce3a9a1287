//! What the engine's own tasks tell its loop.

use crate::life::Read;
use flow::{Event, Failure, Ticket};
use tokio::sync::mpsc::UnboundedSender;

/// One answer of a task.
pub(crate) enum Inside {
    /// A fact for the visit, as it stands.
    Event(Event),
    /// The holder's certificate, and what the card can sign.
    Holder(Ticket, Box<card::Holder>, Vec<card::Scheme>),
    /// The provider has let the person in, and these are their BALs.
    LoggedIn(Ticket, Box<login::Session>, Vec<flow::Mailbox>),
    /// A BAL has been opened.
    Opened(Ticket, Box<mail::Opened>),
    /// The folders of the open BAL.
    Folders(Ticket, Vec<mail::Folder>),
    /// A message has been read in the confined process: the beginning of it, or all of it.
    Read(Ticket, Box<Read>),
    /// The login ended otherwise.
    LoginFailed(Ticket, Failure),
}

/// Where tasks report. It never waits: each task reports a bounded number of times for what it was asked.
#[derive(Clone)]
pub(crate) struct Report(pub(crate) UnboundedSender<Inside>);

impl Report {
    pub(crate) fn send(&self, inside: Inside) {
        // Fails only while the engine is shutting down.
        let _ = self.0.send(inside);
    }
}
