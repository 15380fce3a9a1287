//! What can go wrong when a message is sent, told apart by the only question that counts afterwards: did it leave?

use std::fmt;

use super::reply::Reply;
use crate::error::Error;

/// A message that was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It was not sent, and may be sent again.
    #[error("not sent: {0}")]
    NotSent(#[source] NotSent),
    /// It left whole and no answer came back: it may have been delivered. Sending it again could deliver it twice; the
    /// copy that a delivery leaves can be told by its `Message-ID`.
    #[error("no answer once the message had left")]
    Unknown(#[source] Error),
}

impl From<NotSent> for SendError {
    fn from(reason: NotSent) -> Self {
        SendError::NotSent(reason)
    }
}

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotSent {
    /// The server could not be reached or trusted, did not let this person in, or the line broke before the message
    /// had left.
    #[error(transparent)]
    Server(Error),
    /// The server does not let this person write from this address.
    #[error("the server refused the sender ({0})")]
    Sender(Reply),
    /// The server refused some of the recipients, so it was sent to none.
    #[error("the server refused {} of the recipients", .0.len())]
    Recipients(Vec<RecipientRefusal>),
    /// The message is larger than the server takes.
    #[error("too large for the server")]
    TooLarge {
        /// Size of the message, in bytes.
        size: u64,
        /// Most the server takes, where it says.
        limit: Option<u64>,
    },
    /// A mailbox is full, or the server is.
    #[error("no room left ({0})")]
    OverQuota(Reply),
    /// The server cannot for now.
    #[error("refused for now ({0})")]
    Temporary(Reply),
    /// The server refused it for good: its content, or a rule of its own.
    #[error("refused ({0})")]
    Rejected(Reply),
    /// An address that is not ASCII, and a server that takes no other.
    #[error("the server takes no address with accents")]
    AccentedAddress,
}

/// A recipient the server refused.
#[derive(Clone, PartialEq, Eq)]
pub struct RecipientRefusal {
    /// Address.
    pub address: String,
    /// What the server said to it.
    pub reply: Reply,
}

impl fmt::Debug for RecipientRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecipientRefusal({})", self.reply)
    }
}

impl RecipientRefusal {
    /// Whether the server knows no such mailbox (RFC 3463, X.1.1 to X.1.3, X.1.6, X.1.10).
    #[must_use]
    pub fn is_unknown_address(&self) -> bool {
        match self.reply.about() {
            (1, 1 | 2 | 3 | 6 | 10) => true,
            (0, 0) => matches!(self.reply.code, 550 | 551),
            _ => false,
        }
    }
}

/// What an answer means that refuses the sender, the message or both.
pub(super) fn refusal(reply: Reply, size: u64, limit: Option<u64>) -> NotSent {
    match (reply.code, reply.about()) {
        (_, (3, 4) | (2, 3)) => NotSent::TooLarge { size, limit },
        (_, (2, 2)) => NotSent::OverQuota(reply),
        // RFC 1870 section 6.1: without an enhanced code, 552 is about size.
        (552, (0, 0)) => NotSent::TooLarge { size, limit },
        (_, (1, 7 | 8)) => NotSent::Sender(reply),
        (400..500, _) => NotSent::Temporary(reply),
        _ => NotSent::Rejected(reply),
    }
}

/// Whether the answer to a recipient is in truth about the sender. Servers that wait for the recipients before they
/// judge the sender (Postfix does) answer there.
pub(super) fn is_about_sender(reply: &Reply) -> bool {
    let said = || reply.text.to_ascii_lowercase().contains("sender address rejected");
    matches!(reply.about(), (1, 7 | 8)) || (reply.code == 553 && reply.about() == (7, 1)) || (reply.is_no() && said())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::super::reply::read_line;
    use super::*;

    fn reply(line: &str) -> Reply {
        let (code, _, text) = read_line(line.as_bytes()).unwrap();
        Reply::new(code, text)
    }

    #[test]
    fn answers_are_read_by_their_codes() {
        let kind = |line| format!("{:?}", refusal(reply(line), 7, Some(5)));
        assert_eq!(kind("552 5.3.4 Message size exceeds fixed limit"), "TooLarge { size: 7, limit: Some(5) }");
        assert_eq!(kind("552 too big"), "TooLarge { size: 7, limit: Some(5) }");
        assert_eq!(kind("552 5.2.2 quota"), "OverQuota(Reply(552 5.2.2))");
        assert_eq!(kind("452 4.2.2 quota"), "OverQuota(Reply(452 4.2.2))");
        assert_eq!(kind("451 4.3.0 later"), "Temporary(Reply(451 4.3.0))");
        assert_eq!(kind("421 closing"), "Temporary(Reply(421))");
        assert_eq!(kind("554 5.6.0 content"), "Rejected(Reply(554 5.6.0))");
        assert_eq!(kind("550 5.1.8 sender domain"), "Sender(Reply(550 5.1.8))");
    }

    #[test]
    fn a_recipient_unknown_is_not_a_sender_refused() {
        let unknown = reply("550 5.1.1 <nobody@mss.test>: Recipient address rejected: User unknown");
        assert!(!is_about_sender(&unknown));
        let refused = RecipientRefusal { address: "nobody@mss.test".into(), reply: unknown };
        assert!(refused.is_unknown_address());
        assert!(!format!("{refused:?}").contains("nobody"));
        let sender = "553 5.7.1 <a@mss.test>: Sender address rejected: not owned by user b@mss.test";
        assert!(is_about_sender(&reply(sender)));
        assert!(!is_about_sender(&reply("554 5.7.1 <a@b.test>: Relay access denied")));
    }
}
