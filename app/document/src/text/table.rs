//! Tables of text: cells separated by semicolons, commas or tabs (RFC 4180, and what French spreadsheets make of it).

use crate::body::{Body, Piece, Row, Section, Table};
use crate::limits::{Limits, ROWS};

/// Whether a text is such a table: at least two lines, and each of the first ones has as many separators as the first.
pub(crate) fn is_table(text: &str) -> bool {
    separator(text).is_some()
}

fn separator(text: &str) -> Option<u8> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(12).collect();
    if lines.len() < 2 {
        return None;
    }
    // Sentences have commas too: those must agree over more lines.
    [(';', 1, 2), ('\t', 1, 2), (',', 2, 4)].into_iter().find_map(|(separator, fewest, least)| {
        let first = cells(lines.first()?, separator);
        let agree = first > fewest && lines.len() >= least && lines.iter().all(|l| cells(l, separator) == first);
        agree.then_some(separator as u8)
    })
}

/// Cells of a line, separators inside quotes not counted.
fn cells(line: &str, separator: char) -> usize {
    let mut quoted = false;
    1 + line
        .chars()
        .filter(|c| {
            quoted ^= *c == '"';
            *c == separator && !quoted
        })
        .count()
}

/// The table. Its first line is its head when no cell of it is a number.
pub(crate) fn body(text: &str, limits: &Limits) -> Body {
    let (text, mut cut) = super::start(text, limits.text as usize * 2);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(text).unwrap_or(b';'))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        // Text in a string has no encoding to fail in; a record that fails is the end of what can be read.
        let Ok(record) = record else { break };
        if rows.len() >= ROWS {
            cut = true;
            break;
        }
        rows.push(record.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<String>>());
    }
    let number = |cell: &String| cell.replace(',', ".").parse::<f64>().is_ok();
    let titled = rows.len() > 1 && rows.first().is_some_and(|row| !row.iter().any(number));
    let head = if titled { rows.remove(0) } else { Vec::new() };
    let rows = rows.into_iter().map(|cells| Row { cells, mark: None }).collect();
    let table = Table { head, rows, ..Table::default() }.squared();
    Body { sections: vec![Section { pieces: vec![Piece::Table(table)], level: 1, ..Section::default() }], cut }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;

    fn table(text: &str) -> Table {
        match body(text, &Limits::default()).sections.remove(0).pieces.remove(0) {
            Piece::Table(table) => table,
            _ => panic!("a table"),
        }
    }

    #[test]
    fn a_semicolon_table_has_its_head_and_quoted_cells() {
        let table = table("Analyse;Résultat;Commentaire\r\nSodium;140;\"bas ; à revoir\"\r\nPotassium;4,2;\r\n");
        assert_eq!(table.head, ["Analyse", "Résultat", "Commentaire"]);
        assert_eq!(table.rows.first().unwrap().cells, ["Sodium", "140", "bas ; à revoir"]);
    }

    #[test]
    fn a_table_of_numbers_has_no_head() {
        let table = table("1;2\n3;4\n");
        assert!(table.head.is_empty());
        assert_eq!(table.rows.len(), 2);
    }

    #[test]
    fn sentences_are_no_table() {
        assert!(!is_table("Bonjour; merci de votre aide\nÀ bientôt"));
        assert!(!is_table("Cher confrère, merci,\nde ce patient, vu ce jour, pour avis.\nCordialement,\nX"));
        assert!(is_table("a,b,c\n1,2,3\n4,5,6\n7,8,9\n"));
        assert!(is_table("a\tb\n1\t2\n"));
    }
}
