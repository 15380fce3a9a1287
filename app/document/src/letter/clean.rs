//! Text from a stranger, made fit for a screen.
//!
//! Controls, characters that change the reading order (embeddings, overrides, isolates), invisible characters and marks
//! piled up over their neighbours are taken away: with them a text can show something else than it says. Arabic and
//! Hebrew stay, as do the joiners inside emoji. Spaces are left as written: French sets unbreakable ones before `:`.

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Marks over one letter. Vietnamese needs two, Hebrew three.
const MARKS: u8 = 4;

/// Cleans a text that comes in pieces.
#[derive(Default)]
pub(super) struct Cleaner {
    last: Option<char>,
    marks: u8,
    /// A joiner that waits for what it joins.
    joiner: Option<char>,
}

impl Cleaner {
    /// Appends `text` to `out`. Line feeds and tabs stay; other line ends become line feeds.
    pub fn push(&mut self, out: &mut String, text: &str) {
        if text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\n')) {
            if let Some(last) = text.chars().next_back() {
                *self = Cleaner { last: Some(last), ..Cleaner::default() };
                out.push_str(text);
            }
            return;
        }
        for c in text.chars() {
            self.take(out, c);
        }
    }

    fn take(&mut self, out: &mut String, c: char) {
        let c = match c {
            '\n' | '\t' => c,
            '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\u{200C}' | '\u{200D}' => {
                if self.last.is_some_and(joins) {
                    self.joiner = Some(c);
                }
                return;
            }
            // Text or emoji presentation, meaningful only behind what has both.
            '\u{FE0E}' | '\u{FE0F}' if self.last.is_some_and(|l| l >= '\u{A9}' || "0123456789#*".contains(l)) => c,
            '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' => symbol(c),
            c if c.is_control() || invisible(c) => return,
            c => c,
        };
        if is_combining_mark(c) {
            self.marks = self.marks.saturating_add(1);
            if self.marks > MARKS {
                return;
            }
        } else {
            self.marks = 0;
        }
        if let Some(joiner) = self.joiner.take()
            && joins(c)
        {
            out.push(joiner);
        }
        out.push(c);
        self.last = Some(c);
    }
}

/// Scripts and emoji that know joiners: everything from Arabic on.
fn joins(c: char) -> bool {
    c >= '\u{0600}'
}

/// Invisible, or a change of the reading order.
fn invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FDD0}'..='\u{FDEF}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFC}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// Private characters are glyphs of Symbol and Wingdings, which Word writes for bullets and ticks.
fn symbol(c: char) -> char {
    match c {
        '\u{F0B7}' => '•',
        '\u{F0A7}' | '\u{F06E}' => '▪',
        '\u{F0FC}' | '\u{F0FE}' => '✓',
        '\u{F0FB}' | '\u{F0FD}' => '✗',
        '\u{F0A8}' | '\u{F071}' => '□',
        '\u{F0D8}' => '➢',
        '\u{F0E0}' | '\u{F0E8}' => '→',
        '\u{F04A}' => '☺',
        '\u{F0B3}' => '≥',
        '\u{F0A3}' => '≤',
        '\u{F06D}' => 'µ',
        _ => '\u{FFFD}',
    }
}

/// Marks of direction: they are part of Arabic and Hebrew text, and have no place in a name or a subject.
fn direction(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}')
}

/// Composed form (NFC): one letter, one character, whoever wrote it.
pub(super) fn compose(text: String) -> String {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text,
        _ => text.nfc().collect(),
    }
}

/// One line of at most `most` characters: line ends, tabs and runs of spaces become one space.
pub(super) fn line(input: &str, most: usize) -> String {
    let mut clean = String::with_capacity(input.len().min(most * 4));
    // A line is at most so long in bytes that are not dropped; what is far beyond is not even looked at.
    let looked_at =
        input.char_indices().nth(most.saturating_mul(16)).map_or(input, |(end, _)| input.get(..end).unwrap_or(input));
    Cleaner::default().push(&mut clean, looked_at);
    let mut out = String::with_capacity(clean.len());
    let (mut length, mut space) = (0, false);
    for c in compose(clean).chars() {
        if matches!(c, ' ' | '\n' | '\t') {
            space = true;
            continue;
        }
        if direction(c) {
            continue;
        }
        let gap = space && !out.is_empty();
        if length + usize::from(gap) >= most {
            out.push('…');
            break;
        }
        if gap {
            out.push(' ');
            length += 1;
        }
        space = false;
        out.push(c);
        length += 1;
    }
    out.trim().to_owned()
}

/// The lines of a text, whoever ended them: CRLF, LF, CR alone, form feeds, and the line separators of Unicode.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = |c: char| matches!(c, '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}');
        match text.find(end) {
            Some(at) => {
                let (line, after) = text.split_at_checked(at)?;
                let mut chars = after.chars();
                if chars.next() == Some('\r') && chars.as_str().starts_with('\n') {
                    chars.next();
                }
                rest = Some(chars.as_str());
                Some(line)
            }
            None => {
                rest = None;
                (!text.is_empty()).then_some(text)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(input: &str) -> String {
        let mut out = String::new();
        Cleaner::default().push(&mut out, input);
        compose(out)
    }

    #[test]
    fn tricks_of_writing_order_and_controls_go() {
        assert_eq!(line("  Compte\r\n\trendu \u{202E}fdp.exe\u{202C} ", 40), "Compte rendu fdp.exe");
        assert_eq!(text("a\u{0}b\u{1b}[31mc\u{9b}d\u{200B}e\u{AD}f"), "ab[31mcdef");
        assert_eq!(line("\u{200B}\u{FEFF}\u{200F}", 40), "");
    }

    #[test]
    fn arabic_hebrew_and_emoji_stay_whole() {
        for kept in ["السلام عليكم", "شُكْرًا", "می‌خواهم", "שלום\u{200F}!", "👩‍⚕️ ❤️‍🔥 👍🏽 1️⃣ 🇫🇷", "Zoé œuf ﬁ"]
        {
            assert_eq!(text(kept), kept);
        }
    }

    #[test]
    fn a_joiner_between_latin_letters_goes() {
        assert_eq!(text("pay\u{200D}pal\u{200C}"), "paypal");
        assert_eq!(text("a\u{FE0F}"), "a");
    }

    #[test]
    fn letters_are_composed_and_towers_of_marks_cut() {
        assert_eq!(text("e\u{301}te\u{301}"), "été");
        let tower = format!("e{}", "\u{301}".repeat(500));
        assert_eq!(text(&tower).chars().count(), usize::from(MARKS));
    }

    #[test]
    fn the_bullets_of_word_are_bullets() {
        assert_eq!(text("\u{F0B7} à jeun \u{F0E0} 8 h"), "• à jeun → 8 h");
    }

    #[test]
    fn french_spacing_is_left_as_written() {
        assert_eq!(
            text("Tension\u{A0}: 12/8\u{202F}; «\u{A0}bien\u{A0}»"),
            "Tension\u{A0}: 12/8\u{202F}; «\u{A0}bien\u{A0}»"
        );
    }

    #[test]
    fn every_kind_of_line_end_ends_a_line() {
        let all: Vec<&str> = lines("a\r\nb\rc\n\nd\u{C}e\u{2028}f\n").collect();
        assert_eq!(all, ["a", "b", "c", "", "d", "e", "f"]);
    }

    #[test]
    fn a_long_line_says_that_it_goes_on() {
        assert_eq!(line(&"é".repeat(30), 10), format!("{}…", "é".repeat(10)));
        assert_eq!(line("abc", 3), "abc");
    }

    proptest! {
        #[test]
        fn any_text_ends_without_controls(input in "(\\PC|\\p{Cc}|[\u{200B}-\u{206F}\u{E0020}\u{F0B7}\u{301}]){0,300}") {
            let out = text(&input);
            let presentation = |c| matches!(c, '\u{FE0E}' | '\u{FE0F}');
            let unfit = |c: char| (c.is_control() && c != '\n' && c != '\t') || (invisible(c) && !presentation(c));
            prop_assert!(!out.chars().any(unfit));
            let one = line(&input, 50);
            prop_assert!(one.chars().count() <= 51);
            prop_assert!(!one.chars().any(char::is_control));
            prop_assert_eq!(one.trim(), one.as_str());
        }
    }
}
