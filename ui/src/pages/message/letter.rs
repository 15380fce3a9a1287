//! The text of a message as rows of the page: blocks, what is quoted behind its key, and what has to be known of it all.
//!
//! Nothing of a message is ever read as markup: rows hold plain text, without controls and direction overrides.

use crate::french::{count, number};
use crate::pages::document::parts::{self, clean};
use crate::pages::inbox::one_line;
use crate::{DocumentPart, PartKind, Remark};
use flow::{Block, BlockKind, Correspondent, Display, Language, Letter, Part, Seal};
use slint::{ModelRc, SharedString};

/// People named below a message; the others are counted.
const NAMED: usize = 12;

/// Characters of a subject that the head of the page surely holds; a longer one is told whole below the text.
const SUBJECT: usize = 70;

/// The rows of a letter of which so many blocks are shown.
pub(super) fn rows(letter: &Letter, shown: usize, display: Display) -> Vec<DocumentPart> {
    let mut rows = Vec::new();
    let blocks = letter.blocks.get(..shown).unwrap_or(&letter.blocks);
    for run in blocks.chunk_by(|one, other| group(one.kind) == group(other.kind)) {
        match run.first().map(|block| group(block.kind)) {
            Some(Group::Quote) => {
                rows.push(row(PartKind::Fold, ""));
                rows.extend(run.iter().map(|block| row(PartKind::Quoted, clean(&block.text).trim_end())));
            }
            Some(Group::Signature) => {
                rows.extend(run.iter().map(|block| row(PartKind::Pale, clean(&block.text).trim_end())));
            }
            Some(Group::Text) => {
                let run: Vec<Part> = run.iter().map(|block| Part::Text(block.clone())).collect();
                rows.extend(parts::rows(&run, display.large));
            }
            None => {}
        }
    }
    // What is said of the whole comes once the whole is there.
    if shown >= letter.blocks.len() {
        remarks(letter, display.language, &mut rows);
    }
    rows
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Text,
    Quote,
    Signature,
}

fn group(kind: BlockKind) -> Group {
    match kind {
        BlockKind::Quote => Group::Quote,
        BlockKind::Signature => Group::Signature,
        BlockKind::Paragraph
        | BlockKind::Heading
        | BlockKind::Item
        | BlockKind::Row
        | BlockKind::Preformatted
        | BlockKind::Rule => Group::Text,
    }
}

fn remarks(letter: &Letter, language: Language, rows: &mut Vec<DocumentPart>) {
    if letter.seal != Seal::Encrypted && letter.blocks.iter().all(|block: &Block| block.text.trim().is_empty()) {
        rows.push(remark(Remark::Blank, ""));
    }
    for (said, what) in
        [(letter.cut, Remark::Cut), (letter.simplified, Remark::Simplified), (letter.closed, Remark::Closed)]
    {
        if said {
            rows.push(remark(what, ""));
        }
    }
    if letter.from.address.is_empty() && letter.to.is_empty() {
        return;
    }
    if !rows.is_empty() {
        rows.push(row(PartKind::Rule, ""));
    }
    let subject = one_line(&letter.subject);
    if subject.chars().count() > SUBJECT {
        rows.push(remark(Remark::Subject, &subject));
    }
    if !letter.from.address.is_empty() {
        rows.push(remark(Remark::From, &named(&letter.from)));
    }
    let (to, copies) = letter.to.split_at(letter.to.len().saturating_sub(letter.copies));
    people(Remark::To, to, if copies.is_empty() { letter.more } else { 0 }, language, rows);
    people(Remark::Copy, copies, letter.more, language, rows);
}

fn people(what: Remark, people: &[Correspondent], more: u32, language: Language, rows: &mut Vec<DocumentPart>) {
    if people.is_empty() {
        return;
    }
    let names: Vec<String> = people.iter().take(NAMED).map(|one| one_line(one.shown())).collect();
    let left_out = u32::try_from(people.len().saturating_sub(NAMED)).unwrap_or(u32::MAX).saturating_add(more);
    let mut line = remark(what, &names.join(", "));
    if left_out > 0 {
        line.more = count(left_out);
        line.cells = ModelRc::from([SharedString::from(number(left_out, language))]);
    }
    rows.push(line);
}

/// «Dr Bianca CASTAFIORE, bianca.castafiore@…»
fn named(who: &Correspondent) -> String {
    let address = one_line(&who.address);
    if who.name.is_empty() { address } else { format!("{}, {address}", one_line(&who.name)) }
}

fn row(kind: PartKind, text: &str) -> DocumentPart {
    DocumentPart { kind, text: text.into(), ..DocumentPart::default() }
}

fn remark(what: Remark, text: &str) -> DocumentPart {
    DocumentPart { remark: what, ..row(PartKind::Remark, text) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use slint::Model;

    fn letter(blocks: &[(BlockKind, &str)]) -> Letter {
        let mut letter = Letter::default();
        letter.blocks = blocks.iter().map(|(kind, text)| Block { kind: *kind, text: (*text).into() }).collect();
        letter
    }

    fn kinds(rows: &[DocumentPart]) -> Vec<PartKind> {
        rows.iter().map(|row| row.kind).collect()
    }

    #[test]
    fn one_key_stands_before_all_that_is_quoted_together() {
        let letter = letter(&[
            (BlockKind::Paragraph, "Oui."),
            (BlockKind::Quote, "Peut-on arrêter ?"),
            (BlockKind::Quote, "Merci."),
            (BlockKind::Signature, "Dr CALYS"),
        ]);
        let rows = rows(&letter, 9, Display::default());
        assert_eq!(
            kinds(&rows),
            [PartKind::Paragraph, PartKind::Fold, PartKind::Quoted, PartKind::Quoted, PartKind::Pale]
        );
    }

    #[test]
    fn what_is_said_of_the_whole_waits_for_the_whole() {
        let mut letter = letter(&[(BlockKind::Paragraph, "a"), (BlockKind::Paragraph, "b")]);
        letter.simplified = true;
        assert_eq!(kinds(&rows(&letter, 1, Display::default())), [PartKind::Paragraph]);
        assert_eq!(
            kinds(&rows(&letter, 2, Display::default())),
            [PartKind::Paragraph, PartKind::Paragraph, PartKind::Remark]
        );
    }

    #[test]
    fn people_beyond_a_dozen_are_counted_with_those_the_server_left_out() {
        let mut letter = letter(&[(BlockKind::Paragraph, "a")]);
        letter.to = (0..15).map(|n| Correspondent { name: format!("N{n}"), address: String::new() }).collect();
        letter.copies = 1;
        letter.more = 4;
        let rows = rows(&letter, 1, Display::default());
        let to = rows.iter().find(|row| row.remark == Remark::To).map(|row| row.more);
        let copy = rows.iter().find(|row| row.remark == Remark::Copy).map(|row| (row.more, row.text.to_string()));
        assert_eq!(to, Some(2));
        assert_eq!(copy, Some((4, "N14".into())));
    }

    #[test]
    fn a_long_subject_is_told_whole_and_thousands_of_people_with_their_space() {
        let mut letter = letter(&[(BlockKind::Paragraph, "a")]);
        letter.subject = "Objet ".repeat(20);
        letter.to = vec![Correspondent { name: "N".into(), address: String::new() }];
        letter.more = 9_999;
        let rows = rows(&letter, 1, Display::default());
        assert!(rows.iter().any(|row| row.remark == Remark::Subject && row.text == letter.subject));
        let to = rows.iter().find(|row| row.remark == Remark::To).and_then(|row| row.cells.row_data(0));
        assert_eq!(to.unwrap_or_default(), "9\u{202F}999");
    }

    #[test]
    fn nothing_is_ruled_off_where_nothing_stands_above() {
        let mut letter = letter(&[]);
        letter.seal = Seal::Encrypted;
        letter.from.address = "a@b.example".into();
        assert_eq!(kinds(&rows(&letter, 0, Display::default())), [PartKind::Remark]);
    }

    #[test]
    fn a_message_without_text_says_so_and_markup_is_text() {
        assert_eq!(rows(&letter(&[]), 0, Display::default())[0].remark, Remark::Blank);
        let shown =
            rows(&letter(&[(BlockKind::Paragraph, "**[x](http://a.example)**\u{202E}")]), 1, Display::default());
        assert_eq!(shown[0].text, "**[x](http://a.example)**");
    }
}
