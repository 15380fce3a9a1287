//! Commands that carry somebody's words or a whole message: strings a server cannot take for anything else.
//!
//! What is plain ASCII goes in quotes; everything else as a literal (RFC 3501 section 4.3). A literal leaves at once
//! where the server takes it so (`LITERAL+`, or `LITERAL-` up to 4096 bytes: RFC 7888), and a large one only after the
//! server has agreed to it, so that a refusal costs a line and not forty megabytes.

use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::error::Error;
use crate::line::{Ending, Event, Line, Listener, Tag};

/// Largest literal sent without asking.
const UNASKED: usize = 64 * 1024;
/// Longest string put in quotes.
const QUOTED: usize = 500;
/// Written at once, each within the time of a command: a slow line may take long over a message.
const PIECE: usize = 64 * 1024;

/// A message as the caller keeps it: sending does not copy it.
pub type Message = Arc<Zeroizing<Vec<u8>>>;

enum Part {
    Text(String),
    Literal(Message),
}

/// A command under construction.
pub(crate) struct Command(Vec<Part>);

impl Command {
    pub fn new(text: impl Into<String>) -> Self {
        Command(vec![Part::Text(text.into())])
    }

    /// Adds words of the protocol.
    pub fn text(mut self, text: &str) -> Self {
        match self.0.last_mut() {
            Some(Part::Text(last)) => last.push_str(text),
            _ => self.0.push(Part::Text(text.to_owned())),
        }
        self
    }

    /// Adds somebody's words.
    pub fn string(self, words: &str) -> Self {
        if words.len() <= QUOTED && words.bytes().all(|b| (0x20..0x7f).contains(&b)) {
            self.text(&crate::folder::quote(words))
        } else {
            self.literal(Arc::new(Zeroizing::new(words.as_bytes().to_vec())))
        }
    }

    /// Adds bytes, which must hold no zero.
    pub fn literal(mut self, bytes: Message) -> Self {
        self.0.push(Part::Literal(bytes));
        self
    }
}

/// For tests: what is said, lengths and bytes of literals as they are.
#[cfg(test)]
impl std::fmt::Display for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Literal(bytes) => write!(f, "{{{}}}{}", bytes.len(), String::from_utf8_lossy(bytes)),
        })
    }
}

impl Line {
    /// Runs a command to its end, which may be a refusal.
    pub async fn execute(&mut self, command: &Command, limit: Duration, listen: Listener<'_>) -> Result<Ending, Error> {
        let mut out = Zeroizing::new(self.leave_idle(listen).await?.as_bytes().to_vec());
        let (tag, start) = self.tagged("");
        out.extend_from_slice(start.trim_end().as_bytes());
        out.push(b' ');
        for part in &command.0 {
            let bytes = match part {
                Part::Text(text) => {
                    out.extend_from_slice(text.as_bytes());
                    continue;
                }
                Part::Literal(bytes) => bytes,
            };
            let unasked = self.can("LITERAL+") && bytes.len() <= UNASKED || self.can("LITERAL-") && bytes.len() <= 4096;
            let plus = if unasked { "+" } else { "" };
            out.extend_from_slice(format!("{{{}{plus}}}\r\n", bytes.len()).as_bytes());
            if unasked {
                out.extend_from_slice(bytes);
                continue;
            }
            self.write(&out).await?;
            out.clear();
            if let Some(refusal) = self.agreed(&tag, listen).await? {
                return Ok(refusal);
            }
            for piece in bytes.chunks(PIECE) {
                self.write(piece).await?;
            }
        }
        out.extend_from_slice(b"\r\n");
        self.write(&out).await?;
        self.finish_within(limit, &[tag], listen).await?.pop().ok_or(Error::Protocol("no answer"))
    }

    /// Waits for the server to agree to a literal; how the command ended if it does not.
    async fn agreed(&mut self, tag: &Tag, listen: Listener<'_>) -> Result<Option<Ending>, Error> {
        let limit = self.timeouts.command;
        let answer = async {
            loop {
                match self.next(listen).await? {
                    Event::Untagged => {}
                    Event::Continue(_) => return Ok(None),
                    Event::Done(done, ending) if done == *tag => {
                        // An OK to half a command would leave the server waiting for the rest of it, or us.
                        return if ending.status == crate::reply::Status::Ok {
                            Err(Error::Protocol("OK to half a command"))
                        } else {
                            Ok(Some(ending))
                        };
                    }
                    Event::Done(..) => return Err(Error::Protocol("answer to another command")),
                }
            }
        };
        tokio::time::timeout(limit, answer).await.map_err(|_| Error::TimedOut)?
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    /// What would be written where every literal may leave at once.
    fn written(command: &Command) -> Vec<u8> {
        let mut out = vec![];
        for part in &command.0 {
            match part {
                Part::Text(text) => out.extend_from_slice(text.as_bytes()),
                Part::Literal(bytes) => {
                    out.extend_from_slice(format!("{{{}+}}\r\n", bytes.len()).as_bytes());
                    out.extend_from_slice(bytes);
                }
            }
        }
        out
    }

    #[test]
    fn plain_words_are_quoted_and_others_counted() {
        let command = Command::new("SEARCH FROM ").string("a\"b\\c").text(" SUBJECT ").string("été");
        assert_eq!(written(&command), "SEARCH FROM \"a\\\"b\\\\c\" SUBJECT {5+}\r\nété".as_bytes());
        let line = Command::new("X ").string("a\r\nG9 LOGOUT");
        assert_eq!(written(&line), b"X {12+}\r\na\r\nG9 LOGOUT");
    }

    proptest! {
        /// The server reads back exactly the words that were given, whatever is in them.
        #[test]
        fn words_cannot_leave_their_string(words in "[ -~é\r\n\"\\\\{}()]{0,40}") {
            let frame = [b"* LIST () NIL ".to_vec(), written(&Command::new("").string(&words))].concat();
            match crate::reply::read(&frame) {
                Some(crate::reply::Reply::Untagged(crate::reply::Untagged::List { name, .. })) => {
                    let same = name == words.as_bytes() || words.eq_ignore_ascii_case("inbox");
                    prop_assert!(same, "{:?}", String::from_utf8_lossy(&name));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
