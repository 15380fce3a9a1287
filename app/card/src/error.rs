//! What can go wrong with a card, told apart as far as the screens and the codes for IT need it.

use crate::atr::Kind;
use crate::pin::Tries;
use crate::scheme::Scheme;
use crate::status::Status;
use crate::transmit::TransmitError;

/// What the card was being asked when it refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// SELECT of an application.
    SelectApplication,
    /// SELECT of a file or directory.
    SelectFile,
    /// READ BINARY.
    Read,
    /// Asking how many tries are left.
    Tries,
    /// VERIFY with a PIN.
    Verify,
    /// MANAGE SECURITY ENVIRONMENT before a signature.
    Prepare,
    /// The signature itself.
    Sign,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::SelectApplication => "selecting the application",
            Self::SelectFile => "selecting a file",
            Self::Read => "reading a file",
            Self::Tries => "reading the tries left",
            Self::Verify => "verifying the code",
            Self::Prepare => "preparing a signature",
            Self::Sign => "signing",
        })
    }
}

/// Everything this crate can fail with. No variant holds a secret, a name or a number of the holder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The card left the reader.
    #[error("the card was removed")]
    Removed,
    /// The card was reset by somebody else: open it again, and never re-send a PIN by itself.
    #[error("the card was reset")]
    Reset,
    /// The reader failed, timed out, or is held by another program.
    #[error("no answer from the reader")]
    Transport(#[source] TransmitError),
    /// Not a card this desk can use, and what it is instead.
    #[error("not a usable professional card: {0:?}")]
    NotACps(Kind),
    /// The card answers, but not what its standard says.
    #[error("unreadable card: {0}")]
    Malformed(&'static str),
    /// No authentication key, or no certificate for it (CPF, some old cards).
    #[error("the card has no usable authentication key")]
    NoAuthenticationKey,
    /// The PIN was sent and was wrong.
    #[error("wrong code")]
    PinWrong {
        /// What the card says is left.
        tries_left: Tries,
    },
    /// No try is left; nothing more is sent.
    #[error("the code is blocked")]
    PinBlocked,
    /// Not 4 to 8 digits, or longer than the card stores. Nothing was sent.
    #[error("a code is 4 to 8 digits")]
    PinRefusedFormat,
    /// The counter is not the one announced before, so nothing was sent: tell the person, then ask again.
    #[error("the number of tries left has changed")]
    TriesChanged {
        /// What the card says now.
        tries_left: Tries,
    },
    /// The card cannot sign this way.
    #[error("the card cannot sign with {0:?}")]
    NoScheme(Scheme),
    /// The card refused a step with this status word.
    #[error("status {sw:04X} while {step}")]
    Status {
        /// `SW1 SW2` as the card sent it.
        sw: u16,
        /// What was being asked.
        step: Step,
    },
    /// An answer, a file or a conversation went over its bound in [`limits`](crate::limits).
    #[error("too long: {0}")]
    TooLong(&'static str),
}

impl Error {
    pub(crate) fn status(sw: u16, step: Step) -> Self {
        Self::Status { sw, step }
    }

    /// The meaning of the status word, when the card refused with one.
    #[must_use]
    pub fn meaning(&self) -> Option<Status> {
        match self {
            Self::Status { sw, .. } => Some(Status::from(*sw)),
            _ => None,
        }
    }
}

impl From<TransmitError> for Error {
    fn from(error: TransmitError) -> Self {
        match error {
            TransmitError::Removed => Self::Removed,
            TransmitError::Reset => Self::Reset,
            other => Self::Transport(other),
        }
    }
}
