//! What a key does to a text: pure, and the only place that knows.
//!
//! Offsets are UTF-8 bytes, as Slint counts them. Nothing is corrected, predicted or learnt; three habits of French
//! typing are all there is: a narrow space before ; : ! ? », two spaces for a full stop, a capital after one.

use crate::Stroke;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// U+202F, which stands before ; : ! ? » and after «.
const NARROW: char = '\u{202F}';

/// A text and where its caret stands.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Edit {
    pub(crate) text: String,
    /// In bytes, always between two characters as a reader sees them.
    pub(crate) caret: usize,
}

/// What a field takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// Sentences, not names or addresses: the three habits hold.
    pub(crate) prose: bool,
    /// They are written in French.
    pub(crate) french: bool,
    /// Most characters.
    pub(crate) most: usize,
}

impl Edit {
    /// A caret that stands inside a character is put before it; one beyond the end, at the end.
    pub(crate) fn new(text: &str, caret: i32) -> Self {
        let mut caret = usize::try_from(caret).unwrap_or_default().min(text.len());
        while !text.is_char_boundary(caret) {
            caret -= 1;
        }
        Self { text: text.to_owned(), caret }
    }

    fn before(&self) -> &str {
        self.text.get(..self.caret).unwrap_or_default()
    }

    /// Does what a key says. `base` is what a long press had typed before it was changed for `key`.
    pub(crate) fn strike(&mut self, stroke: Stroke, key: &str, base: &str, rules: Rules) {
        match stroke {
            Stroke::Text => self.write(key, rules),
            Stroke::Instead if self.before().ends_with(base) => {
                self.take_back(base.len());
                self.write(key, rules);
            }
            Stroke::Instead => {}
            Stroke::Space => self.insert(" ", rules.most),
            Stroke::FullStop if rules.prose && self.ends_a_word_and_a_space() => {
                self.take_back(1);
                self.insert(". ", rules.most);
            }
            Stroke::FullStop => self.insert(" ", rules.most),
            Stroke::Enter => self.insert("\n", rules.most),
            Stroke::Erase => self.erase(),
            Stroke::EraseWord => self.erase_word(),
            Stroke::EraseNext => {
                let from = self.caret;
                self.right();
                self.take_back(self.caret - from);
            }
            Stroke::Left => self.left(),
            Stroke::Right => self.right(),
        }
    }

    /// Inserts what a person can read; anything else a keyboard sends (control characters, function keys) does nothing.
    fn insert(&mut self, key: &str, most: usize) {
        let special =
            |letter: char| (letter.is_control() && letter != '\n') || ('\u{E000}'..='\u{F8FF}').contains(&letter);
        let full = self.text.chars().count() + key.chars().count() > most;
        if key.is_empty() || full || key.chars().any(special) {
            return;
        }
        self.text.insert_str(self.caret, key);
        self.caret += key.len();
        self.caret = boundary_at_or_after(&self.text, self.caret);
    }

    /// Inserts a key's text with the narrow space that French asks for.
    fn write(&mut self, key: &str, rules: Rules) {
        if !(rules.prose && rules.french) {
            return self.insert(key, rules.most);
        }
        if key == "«" {
            return self.insert("«\u{202F}", rules.most);
        }
        let last = self.before().chars().next_back();
        let wanted = match key {
            "?" | "!" | ";" | "»" => true,
            // «10:31» is an hour.
            ":" => !last.is_some_and(|last| last.is_ascii_digit()),
            _ => false,
        };
        match last {
            // In the place of the spaces that were typed.
            Some(' ' | '\u{A0}') if wanted => {
                let word = self.before().trim_end_matches([' ', '\u{A0}']);
                if word.is_empty() || word.ends_with(['\n', NARROW]) {
                    return self.insert(key, rules.most);
                }
                self.take_back(self.caret - word.len());
                self.insert(&format!("{NARROW}{key}"), rules.most);
            }
            // Nothing before it, or another of its kind: «?!».
            None | Some('\n' | NARROW | '?' | '!' | ';' | ':' | '(' | '«' | '…') => self.insert(key, rules.most),
            Some(_) if wanted => self.insert(&format!("{NARROW}{key}"), rules.most),
            Some(_) => self.insert(key, rules.most),
        }
    }

    /// Takes the last `length` bytes before the caret away.
    fn take_back(&mut self, length: usize) {
        let from = self.caret.saturating_sub(length);
        if self.text.is_char_boundary(from) {
            self.text.replace_range(from..self.caret, "");
            self.caret = from;
        }
    }

    /// One character as a reader sees it; a sign and the narrow space that came with it go together.
    fn erase(&mut self) {
        let to = self.caret;
        self.left();
        let gone = self.text.get(self.caret..to).unwrap_or_default();
        let with_space = matches!(gone, "?" | "!" | ";" | ":" | "»") && self.before().ends_with(NARROW);
        self.text.replace_range(self.caret..to, "");
        if with_space {
            self.take_back(NARROW.len_utf8());
        }
    }

    /// Spaces, then the word before them.
    fn erase_word(&mut self) {
        let word = self.before().trim_end();
        let start = word.unicode_word_indices().next_back().map_or(0, |(start, _)| start);
        // Signs after the last word go first.
        let end = word.unicode_word_indices().next_back().map_or(0, |(start, text)| start + text.len());
        let keep = if end < word.len() { end } else { start };
        self.take_back(self.caret - keep);
    }

    fn left(&mut self) {
        let mut cursor = GraphemeCursor::new(self.caret, self.text.len(), true);
        self.caret = cursor.prev_boundary(&self.text, 0).ok().flatten().unwrap_or(0);
    }

    fn right(&mut self) {
        let mut cursor = GraphemeCursor::new(self.caret, self.text.len(), true);
        self.caret = cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len());
    }

    /// «mot» and one space: what a second space makes a full stop of.
    fn ends_a_word_and_a_space(&self) -> bool {
        let mut back = self.before().chars().rev();
        back.next() == Some(' ')
            && back.next().is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, ')' | '»' | '%' | '°'))
    }

    /// The next letter begins a sentence: at the start, on a new line, after a full stop and a space.
    pub(crate) fn begins_a_sentence(&self) -> bool {
        let before = self.before();
        let said = before.trim_end_matches([' ', NARROW, '\u{A0}']);
        if said.is_empty() || said.ends_with('\n') {
            return true;
        }
        if said.len() == before.len() || !said.ends_with(['.', '!', '?', '…']) {
            return false;
        }
        // «p. ex. », «cf. »: a full stop that ends a word, not a sentence.
        let word =
            said.trim_end_matches('.').rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
        let short = said.ends_with('.')
            && (matches!(word, "cf" | "ex" | "env" | "tél" | "n")
                || (word.chars().count() == 1 && word.chars().all(char::is_lowercase)));
        !short
    }
}

/// The first place at or after `caret` that is not inside a character as a reader sees it.
fn boundary_at_or_after(text: &str, caret: usize) -> usize {
    let mut cursor = GraphemeCursor::new(caret, text.len(), true);
    if cursor.is_boundary(text, 0).unwrap_or(true) {
        return caret;
    }
    cursor.next_boundary(text, 0).ok().flatten().unwrap_or(text.len())
}

#[cfg(test)]
mod tests;
