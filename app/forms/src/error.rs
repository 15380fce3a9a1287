//! Why answers cannot be sent.

/// What is wrong with the answers to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The page has no such way.
    #[error("the page has no such way")]
    NoSuchWay,
    /// A field that must be filled in has no answer (its number).
    #[error("field {0} is not filled in")]
    Missing(usize),
    /// An answer is longer than its field takes (its number).
    #[error("the answer to field {0} is too long")]
    TooLong(usize),
    /// An answer is none of the choices of its field (its number).
    #[error("the answer to field {0} is none of its choices")]
    NoSuchChoice(usize),
    /// The form would put a password or a code into an address, where servers log it.
    #[error("the form would write a secret into an address")]
    SecretInAddress,
}
