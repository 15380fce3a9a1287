//! What a server answers (RFC 5321 section 4.2), read with a limit on everything.

use std::fmt;

use crate::text;

/// Longest line of an answer, in bytes; RFC 5321 section 4.5.3.1.5 says 512.
pub(super) const LONGEST: usize = 4096;
/// Most lines of one answer. An `EHLO` answer has about fifteen.
pub(super) const LINES: usize = 200;

/// An answer of the server.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// Three digits, as 250 or 550.
    pub code: u16,
    /// Enhanced status code (RFC 3463), as 5.1.1, where there is one.
    pub enhanced: Option<(u8, u16, u16)>,
    /// The first line's text, cleaned and bounded. It may name a person: show it, keep it out of logs.
    pub text: String,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({self})")
    }
}

/// The codes, which name nobody.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.enhanced {
            Some((class, subject, detail)) => write!(f, "{} {class}.{subject}.{detail}", self.code),
            None => write!(f, "{}", self.code),
        }
    }
}

impl Reply {
    /// An answer from the text of its first line.
    pub(super) fn new(code: u16, first: &[u8]) -> Self {
        let (enhanced, rest) = split_enhanced(code, first);
        Reply { code, enhanced, text: text::clean(&text::to_utf8(rest)) }
    }

    /// Whether it is a yes.
    pub(super) fn is_yes(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// Whether it is a refusal, for now or for good.
    pub(super) fn is_no(&self) -> bool {
        (400..600).contains(&self.code)
    }

    /// Whether the refusal is for now.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        (400..500).contains(&self.code)
    }

    /// Subject and detail of the enhanced code.
    pub(super) fn about(&self) -> (u16, u16) {
        self.enhanced.map_or((0, 0), |(_, subject, detail)| (subject, detail))
    }
}

/// One line: its code, whether more lines follow, its text. None if it is not SMTP.
pub(super) fn read_line(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let (digits, rest) = line.split_at_checked(3)?;
    let [first @ b'2'..=b'5', b'0'..=b'9', b'0'..=b'9'] = digits else { return None };
    let code = digits.iter().skip(1).fold(u16::from(first - b'0'), |n, d| n * 10 + u16::from(d - b'0'));
    match rest.split_first() {
        None => Some((code, false, rest)),
        Some((b' ', text)) => Some((code, false, text)),
        Some((b'-', text)) => Some((code, true, text)),
        Some(_) => None,
    }
}

fn split_enhanced(code: u16, text: &[u8]) -> (Option<(u8, u16, u16)>, &[u8]) {
    let end = text.iter().position(|b| *b == b' ').unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let parse = || {
        let mut parts = std::str::from_utf8(word).ok()?.split('.');
        let mut number = |most: usize| {
            let part = parts.next()?;
            let digits = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            if digits { part.parse::<u16>().ok() } else { None }
        };
        let (class, subject, detail) = (number(1)?, number(3)?, number(3)?);
        // RFC 2034 section 4: the class is that of the basic code.
        let whole = parts.next().is_none() && class == code / 100;
        whole.then_some((u8::try_from(class).ok()?, subject, detail))
    };
    match parse() {
        Some(enhanced) => (Some(enhanced), rest),
        None => (None, text),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn reply(line: &str) -> Reply {
        let (code, _, text) = read_line(line.as_bytes()).unwrap();
        Reply::new(code, text)
    }

    #[test]
    fn codes_and_text_are_told_apart() {
        let refused = reply("550 5.1.1 <nobody@mss.test>: User unknown\r");
        assert_eq!((refused.code, refused.enhanced), (550, Some((5, 1, 1))));
        assert_eq!(refused.text, "<nobody@mss.test>: User unknown");
        assert_eq!(reply("250 2.0.0").text, "");
        assert_eq!(reply("250").code, 250);
        assert_eq!(read_line(b"250-SIZE 10"), Some((250, true, &b"SIZE 10"[..])));
        // A class that is another, or a number that is none, is text.
        assert_eq!(reply("550 4.1.1 x").enhanced, None);
        assert_eq!(reply("550 5.1.1111 x").enhanced, None);
        assert_eq!(reply("550 10.0.0.1 is not welcome").text, "10.0.0.1 is not welcome");
    }

    #[test]
    fn what_is_not_smtp_is_nothing() {
        for line in ["", "2", "25", "25x ok", "250_ok", "* OK IMAP4rev1", "HTTP/1.1 400", "650 x", "150 x", "é50 x"] {
            assert_eq!(read_line(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn a_name_in_an_answer_is_never_printed() {
        let printed = format!("{0:?} {0}", reply("553 5.7.1 <bianca@mss.test>: not owned by tryphon"));
        assert_eq!(printed, "Reply(553 5.7.1) 553 5.7.1");
    }

    proptest! {
        #[test]
        fn any_line_is_read_without_panic(line in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Some((code, _, text)) = read_line(&line) {
                prop_assert!((200..600).contains(&code));
                prop_assert!(Reply::new(code, text).text.chars().count() <= crate::text::LONGEST + 1);
            }
        }
    }
}
