//! Documents that are text.

pub(crate) mod hl7;
pub(crate) mod hprim;
pub(crate) mod html;
pub(crate) mod rtf;
pub(crate) mod table;

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::letter::{Block, BlockKind};
use crate::limits::Limits;
use crate::view::View;

/// Characters of one block: the screen lays out a block at a time.
const BLOCK: usize = 4000;

/// Text in the encoding its mark names, in UTF-8 if it is valid, else in Windows-1252, which every byte is.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default()).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        // The beginning of a text may end within a character.
        Err(error) if error.error_len().is_none() => UTF_8.decode_without_bom_handling(bytes).0,
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// Whether bytes are text: no control characters but those of text.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    let start = bytes.get(..4096.min(bytes.len())).unwrap_or_default();
    if Encoding::for_bom(bytes).is_some() {
        return true;
    }
    // \x0B and \x1C frame HL7 messages (MLLP), \x0C is a page, \x1A ends files of old systems.
    let odd = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0x1A | 0x1C);
    !start.is_empty() && !start.iter().any(|byte| odd(&byte))
}

/// Whether text begins like a message: header fields, `From` among them.
pub(crate) fn is_message(start: &str) -> bool {
    let head = start.split("\r\n\r\n").next().unwrap_or_default().split("\n\n").next().unwrap_or_default();
    let is_field = |line: &str| {
        let name = line.split(':').next().unwrap_or_default();
        line.contains(':') && !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let mut fields = head.lines().filter(|line| !line.starts_with([' ', '\t'])).peekable();
    let has =
        |name: &str| head.lines().any(|line| line.get(..name.len()).is_some_and(|l| l.eq_ignore_ascii_case(name)));
    // The start may be cut inside of a field.
    let known = has("From:") && (has("Date:") || has("Subject:") || has("Message-ID:") || has("MIME-Version:"));
    known && fields.peek().is_some_and(|line| is_field(line)) && fields.filter(|line| !is_field(line)).count() <= 1
}

/// Text as the screen shows it: paragraphs, or lines as they stand where their spaces count.
pub(crate) fn view(text: &str, limits: &Limits) -> View {
    let (text, mut cut) = start(text, limits.text as usize);
    let clean = clean(text);
    let kind = if is_laid_out(&clean) { BlockKind::Preformatted } else { BlockKind::Paragraph };
    let mut blocks = Vec::new();
    let mut block = String::new();
    let mut finish = |block: &mut String| {
        let text = std::mem::take(block);
        let text = if kind == BlockKind::Paragraph { text.trim().to_owned() } else { text };
        if !text.trim().is_empty() {
            blocks.push(Block { kind, text });
        }
    };
    for line in clean.lines().take(limits.lines as usize) {
        let ends = kind == BlockKind::Paragraph && line.trim().is_empty();
        if ends || block.len() + line.len() > BLOCK {
            finish(&mut block);
        }
        if !ends {
            for piece in pieces(line) {
                if block.len() + piece.len() > BLOCK {
                    finish(&mut block);
                }
                block.push_str(piece);
            }
            block.push('\n');
        }
    }
    finish(&mut block);
    cut |= clean.lines().nth(limits.lines as usize).is_some();
    View::Text { blocks, cut }
}

/// The beginning of a text, whole characters, and whether there is more.
pub(crate) fn start(text: &str, most: usize) -> (&str, bool) {
    if text.len() <= most {
        return (text, false);
    }
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    (text.get(..end).unwrap_or_default(), true)
}

/// A line in pieces that fit a block.
fn pieces(mut line: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        if line.is_empty() {
            return None;
        }
        let (piece, _) = start(line, BLOCK);
        line = line.get(piece.len()..).unwrap_or_default();
        Some(piece)
    })
}

/// No control characters but line feeds and tabs; ends of lines as line feeds.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{c}'], "\n");
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect()
}

/// Columns made of spaces or tabs: on more than one line in eight, a gap of three spaces between words, or a tab.
fn is_laid_out(text: &str) -> bool {
    let gap = |line: &&str| line.trim().contains("   ") || line.trim_end().contains('\t');
    let lines = || text.lines().filter(|line| !line.trim().is_empty()).take(400);
    lines().filter(gap).count() * 8 > lines().count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;

    fn blocks(text: &str, limits: &Limits) -> (Vec<Block>, bool) {
        match view(text, limits) {
            View::Text { blocks, cut } => (blocks, cut),
            _ => panic!("text"),
        }
    }

    #[test]
    fn accents_come_through_in_every_usual_encoding() {
        assert_eq!(decode("Séraphin".as_bytes()), "Séraphin");
        assert_eq!(decode(b"S\xE9raphin \x80"), "Séraphin €");
        assert_eq!(decode(b"\xEF\xBB\xBFS\xC3\xA9raphin"), "Séraphin");
        assert_eq!(decode(b"\xFF\xFES\0\xE9\0"), "Sé");
    }

    #[test]
    fn paragraphs_end_at_empty_lines_and_keep_their_breaks() {
        let (blocks, cut) = blocks("Bonjour,\r\n\r\nun\r\ndeux\r\n\u{7}", &Limits::default());
        let texts: Vec<&str> = blocks.iter().map(|b| b.text.as_str()).collect();
        assert_eq!(texts, ["Bonjour,", "un\ndeux"]);
        assert!(!cut && blocks.iter().all(|b| b.kind == BlockKind::Paragraph));
    }

    #[test]
    fn columns_of_spaces_stay_in_line() {
        let (blocks, _) = blocks("Sodium      140   mmol/L\nPotassium   4,2   mmol/L\n", &Limits::default());
        assert_eq!(blocks.first().unwrap().kind, BlockKind::Preformatted);
        assert!(blocks.first().unwrap().text.starts_with("Sodium      140"));
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let limits = Limits { text: 100, ..Limits::default() };
        let (blocks, cut) = blocks(&"é".repeat(200), &limits);
        assert!(cut);
        assert_eq!(blocks.iter().map(|b| b.text.chars().count()).sum::<usize>(), 50);
        let long = super::tests::blocks(&"x".repeat(10_000), &Limits::default()).0;
        assert!(long.len() == 3 && long.iter().all(|b| b.text.len() <= BLOCK + 1));
    }
}
