//! Orders the visit gives. The engine carries them out and reports back with an event of the same ticket.

use crate::mailbox::Request;
use crate::pin::Pin;
use crate::time::Ticket;

/// One order.
#[derive(Debug)]
pub enum Effect {
    /// Read number and tries left, then the holder's certificate. Answers: `CardRead`, then `HolderRead`.
    ReadCard(Ticket),
    /// Open connections to the identity provider ahead of need. No answer.
    PrepareLogin(Ticket),
    /// The holder is known: open connections to their mail servers ahead of need. No answer.
    PrepareMail(Ticket),
    /// Show the code to the card, once. Answer: `PinChecked`.
    VerifyPin(Ticket, Pin),
    /// Identify with the card. Answer: `LoggedIn` or `LoginFailed`.
    LogIn(Ticket),
    /// Ask each BAL how many messages wait. Answers: one `Counted` a BAL.
    CountMailboxes(Ticket),
    /// Open the BAL of this index. Answer: `Opened` or `MailFailed`.
    OpenMailbox(Ticket, usize),
    /// List the folders with their counts. Answer: `FoldersRead`; a failure leaves the list as it is.
    ReadFolders(Ticket),
    /// Read rows of a folder. Answer: `RowsRead` or `RowsFailed`.
    ReadRows(Ticket, Request),
    /// The visit is over: stop its work, wipe its secrets, end its session at the provider, close its connections,
    /// reset the card. No answer.
    Forget(Ticket),
    /// Make a sound.
    Sound(Sound),
    /// Run the start-up checks again. Answer: `Started`.
    Restart,
}

/// What the loudspeaker says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sound {
    /// The session closes soon.
    Warning,
    /// A card was left behind.
    Forgotten,
}
