//! What a person typed, as search keys.
//!
//! Words are looked for each by itself, anywhere in the folder's fields or text, and all of them must be there: «lampion
//! irm» finds the letter about LAMPION whose text says IRM. Upper and lower case are one (RFC 3501 section 6.4.4), and
//! so are two ways of writing an accent; a letter with and without its accent are two, as the servers have it.

use std::fmt;

use crate::command::Command;
use crate::error::Error;

/// Most characters of a query.
const LONGEST: usize = 256;
/// Most words of it.
const MOST_WORDS: usize = 8;

/// Words to look for.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Query(Vec<String>);

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Query({} words)", self.0.len())
    }
}

impl Query {
    /// Reads what was typed. Controls separate words.
    pub fn read(text: &str) -> Result<Self, Error> {
        if text.chars().take(LONGEST + 1).count() > LONGEST {
            return Err(Error::BadQuery);
        }
        let mut words: Vec<String> = vec![];
        for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        if words.is_empty() || words.len() > MOST_WORDS { Err(Error::BadQuery) } else { Ok(Query(words)) }
    }

    /// Each word in one of the fields that a row shows.
    pub fn in_fields(&self, esearch: bool, recipients: bool) -> Command {
        self.0.iter().fold(self.start(esearch, ""), |command, word| fields(command.text(" "), word, recipients))
    }

    /// Each word in a field or in the text of one of these messages, by sequence numbers. A single word is looked for
    /// in the text alone: the fields have had their turn.
    pub fn in_text(&self, esearch: bool, recipients: bool, low: u32, high: u32) -> Command {
        let start = self.start(esearch, &format!(" {low}:{high}"));
        if let [word] = self.0.as_slice() {
            return start.text(" BODY ").string(word);
        }
        self.0
            .iter()
            .fold(start, |command, word| fields(command.text(" OR "), word, recipients).text(" BODY ").string(word))
    }

    fn start(&self, esearch: bool, rest: &str) -> Command {
        let how = if esearch { " RETURN (ALL)" } else { "" };
        // The charset is named only where it matters: not every server takes the word.
        let charset = if self.0.iter().all(|w| w.is_ascii()) { "" } else { " CHARSET UTF-8" };
        Command::new(format!("UID SEARCH{how}{charset}{rest}"))
    }
}

fn fields(command: Command, word: &str, recipients: bool) -> Command {
    let command =
        if recipients { command.text("OR OR TO ").string(word).text(" CC ").string(word).text(" ") } else { command };
    command.text("OR FROM ").string(word).text(" SUBJECT ").string(word)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn fields(text: &str, recipients: bool) -> String {
        Query::read(text).unwrap().in_fields(true, recipients).to_string()
    }

    #[test]
    fn every_word_must_be_somewhere() {
        assert_eq!(
            fields(" lampion  IRM lampion", false),
            "UID SEARCH RETURN (ALL) OR FROM \"lampion\" SUBJECT \"lampion\" OR FROM \"IRM\" SUBJECT \"IRM\""
        );
        assert_eq!(fields("a", true), "UID SEARCH RETURN (ALL) OR OR TO \"a\" CC \"a\" OR FROM \"a\" SUBJECT \"a\"");
        let query = Query::read("a b").unwrap();
        assert_eq!(
            query.in_text(false, false, 3, 9).to_string(),
            "UID SEARCH 3:9 OR OR FROM \"a\" SUBJECT \"a\" BODY \"a\" OR OR FROM \"b\" SUBJECT \"b\" BODY \"b\""
        );
        assert_eq!(
            Query::read("été").unwrap().in_text(false, false, 1, 2).to_string(),
            "UID SEARCH CHARSET UTF-8 1:2 BODY {5}été"
        );
    }

    #[test]
    fn what_cannot_be_looked_for_is_refused() {
        for text in ["", " \r\n\t", &"a".repeat(1000), "a b c d e f g h i"] {
            assert!(matches!(Query::read(text), Err(Error::BadQuery)), "{text:?}");
        }
        assert_eq!(fields("\"a\r\nG9 LOGOUT\\", false).matches("LOGOUT\\\\").count(), 2);
        assert_eq!(format!("{:?}", Query::read("lampion").unwrap()), "Query(1 words)");
    }
}
