//! The one door to the outside: a raw exchange of bytes with whatever holds the card.

/// Which transmission protocol the reader and the card agreed on (ISO 7816-3).
///
/// It decides one thing only: with T=0 a command that both sends and expects data carries no `Le`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protocol {
    /// Character oriented: the only one a CPS3 has, and what pcscd picks for a CPS4 by itself.
    #[default]
    T0,
    /// Block oriented.
    T1,
}

/// One raw exchange with a card.
///
/// The implementer bounds the time of each exchange; this crate bounds their number.
pub trait Transmit {
    /// Sends `command` (a short command APDU, ISO 7816-4 clause 5.1) and puts the answer, `SW1 SW2` at its
    /// end, into `response`, which is emptied first. At most [`limits::ANSWER`](crate::limits::ANSWER) bytes
    /// are expected; more are refused here.
    ///
    /// A command may hold a PIN: it must not be kept, copied for long or logged.
    ///
    /// # Errors
    /// [`TransmitError`] when no answer came.
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>) -> Result<(), TransmitError>;

    /// The protocol in use; T=0 unless the implementer knows better.
    fn protocol(&self) -> Protocol {
        Protocol::T0
    }
}

/// Why an exchange brought no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransmitError {
    /// The card is no longer in the reader.
    #[error("the card was removed")]
    Removed,
    /// Somebody reset the card: selection and verified PIN are gone.
    #[error("the card was reset")]
    Reset,
    /// Another program holds the card.
    #[error("the card is in use by another program")]
    Sharing,
    /// The card did not answer in the time the reader's owner allows.
    #[error("the card did not answer in time")]
    TimedOut,
    /// Anything else the reader said. The text is for IT, never for the person.
    #[error("reader: {0}")]
    Reader(String),
}
