//! What the pages of an organisational mailbox have in common: the second factor, and what is wrong with an answer.

use crate::pages::document::parts::clean;
use crate::{AnswerTrouble, SecondFactor};
use flow::{Factor, Text, Trouble};
use slint::SharedString;

/// Most characters of the provider's that reach a page: many screens of them.
const LONGEST: usize = 5_000;

/// Words of the provider, plain: without controls, direction overrides and markup.
pub(crate) fn words(text: &Text) -> SharedString {
    let end = text.0.char_indices().nth(LONGEST).map_or(text.0.len(), |(end, _)| end);
    let mut words = clean(text.0.get(..end).unwrap_or_default().trim());
    if end < text.0.len() {
        words.push('…');
    }
    words.into()
}

/// What is wrong, and the provider's words for it.
pub(crate) fn map_trouble(trouble: &Trouble) -> (AnswerTrouble, SharedString) {
    match trouble {
        Trouble::Nothing => (AnswerTrouble::None, SharedString::new()),
        Trouble::Refused(text) => (AnswerTrouble::Refused, words(text)),
        Trouble::NotTheSame => (AnswerTrouble::NotTheSame, SharedString::new()),
    }
}

pub(crate) fn map_factor(factor: Factor) -> SecondFactor {
    match factor {
        Factor::Mail => SecondFactor::Mail,
        Factor::Sms => SecondFactor::Sms,
        Factor::App => SecondFactor::App,
        Factor::Unknown => SecondFactor::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_provider_writes_reaches_the_page_as_plain_words() {
        let said = Text::from("  Code refusé\u{202E}\u{7}.\n<b>Essayez</b> encore  ");
        assert_eq!(words(&said), "Code refusé.\n<b>Essayez</b> encore");
    }

    #[test]
    fn a_page_without_end_ends_with_a_sign() {
        let shown = words(&Text::from("a".repeat(100_000).as_str()));
        assert_eq!(shown.chars().count(), LONGEST + 1);
        assert!(shown.ends_with('…'));
    }
}
