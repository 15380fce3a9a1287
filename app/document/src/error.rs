//! What can go wrong, told apart the way the desk needs it.

use std::io;

use serde::{Deserialize, Serialize};

/// Why a document is not shown. Every one of them has a sentence at the desk; none carries content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    /// It opens with a password only.
    #[error("protected by a password")]
    Password,
    /// It is not what it says, or it stops too early.
    #[error("damaged")]
    Broken,
    /// It would take more room or time than the limits give: a bomb, or an honest giant.
    #[error("too large")]
    TooLarge,
    /// A kind that is not shown here.
    #[error("not a kind that is shown here")]
    Unsupported,
    /// There is nothing in it.
    #[error("empty")]
    Empty,
}

/// A failure of the room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The program could not be started.
    #[error("the confined process could not be started")]
    Start(#[source] io::Error),
    /// The process could not be confined, so it read nothing.
    #[error("the process could not be confined: {0}")]
    Confinement(String),
    /// The process took longer than its limit and was killed. The next request starts another.
    #[error("the confined process took too long")]
    TimedOut,
    /// The process died, or said something that makes no sense. The next request starts another.
    #[error("the confined process died")]
    Crashed,
    /// The process ran out of the memory it is given, or the message is larger than the limit.
    #[error("too large to be read")]
    TooLarge,
    /// What was asked for cannot be shown.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// No message has been read, or it has no such document, page or attachment.
    #[error("no such document")]
    Missing,
    /// The room is closed.
    #[error("the room is closed")]
    Closed,
}
