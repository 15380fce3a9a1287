//! The body of a structured document as rows of the page: what belongs to one table has the same columns.

use crate::{DocumentPart, PartKind, ResultMark};
use flow::{Block, BlockKind, Finding, Mark, Part};
use slint::{ModelRc, SharedString, VecModel};

/// Columns that can be read side by side; a wider table is told row by row, each cell with the name of its column.
const fn most_columns(large: bool) -> usize {
    if large { 4 } else { 6 }
}

/// The rows of the page.
pub(in crate::pages) fn rows(parts: &[Part], large: bool) -> Vec<DocumentPart> {
    let mut rows = Vec::new();
    // Rows of a table that came one by one, as they do in a text.
    let mut loose: Vec<Vec<String>> = Vec::new();
    for part in parts {
        if let Part::Text(Block { kind: BlockKind::Row, text }) = part {
            loose.push(text.split('\t').map(clean).collect());
            continue;
        }
        table(&[], &std::mem::take(&mut loose), large, &mut rows);
        match part {
            Part::Text(block) => text(block, large, &mut rows),
            Part::Facts(facts) => rows.extend(facts.iter().map(|(name, value)| fact(name, value))),
            Part::Table { head, rows: lines } => {
                let head: Vec<String> = head.iter().map(|cell| clean(cell)).collect();
                let lines: Vec<Vec<String>> =
                    lines.iter().map(|line| line.cells.iter().map(|cell| clean(cell)).collect()).collect();
                table(&head, &lines, large, &mut rows);
            }
            Part::Results(findings) => {
                rows.push(row(PartKind::ResultHead, ""));
                rows.extend(findings.iter().map(finding));
            }
        }
    }
    table(&[], &loose, large, &mut rows);
    rows
}

fn row(kind: PartKind, text: &str) -> DocumentPart {
    DocumentPart { kind, text: text.into(), ..DocumentPart::default() }
}

fn text(block: &Block, large: bool, rows: &mut Vec<DocumentPart>) {
    let kind = match block.kind {
        BlockKind::Heading => PartKind::Heading,
        BlockKind::Item => PartKind::Item,
        BlockKind::Quote | BlockKind::Signature => PartKind::Quiet,
        BlockKind::Rule => PartKind::Rule,
        BlockKind::Preformatted => return aligned(&block.text, large, rows),
        BlockKind::Paragraph | BlockKind::Row => PartKind::Paragraph,
    };
    rows.push(row(kind, clean(&block.text).trim()));
}

/// Columns lined up by spaces become columns again: the page's letters are not all equally wide.
fn aligned(text: &str, large: bool, rows: &mut Vec<DocumentPart>) {
    let mut table_lines: Vec<Vec<String>> = Vec::new();
    for line in text.lines() {
        let cells: Vec<String> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(clean).collect();
        let goes_on = table_lines.last().is_none_or(|last| last.len() == cells.len());
        if cells.len() > 1 && goes_on {
            table_lines.push(cells);
            continue;
        }
        table(&[], &std::mem::take(&mut table_lines), large, rows);
        if cells.len() > 1 {
            table_lines.push(cells);
        } else if let Some(cell) = cells.first() {
            rows.push(row(PartKind::Aligned, cell));
        }
    }
    table(&[], &table_lines, large, rows);
}

fn fact(name: &str, value: &str) -> DocumentPart {
    cells(PartKind::Fact, &[clean(name), clean(value)], &[], &[])
}

fn finding(finding: &Finding) -> DocumentPart {
    let texts = [&finding.analysis, &finding.value, &finding.unit, &finding.reference].map(|text| clean(text));
    let figures = texts.each_ref().map(|text| is_figure(text));
    DocumentPart { mark: map_mark(finding.mark), ..cells(PartKind::Result, &texts, &[], &figures) }
}

fn cells(kind: PartKind, texts: &[String], shares: &[f32], figures: &[bool]) -> DocumentPart {
    let texts: Vec<SharedString> = texts.iter().map(SharedString::from).collect();
    DocumentPart {
        kind,
        cells: ModelRc::new(VecModel::from(texts)),
        shares: ModelRc::new(VecModel::from(shares.to_vec())),
        figures: ModelRc::new(VecModel::from(figures.to_vec())),
        ..DocumentPart::default()
    }
}

fn table(head: &[String], lines: &[Vec<String>], large: bool, rows: &mut Vec<DocumentPart>) {
    let columns = lines.iter().map(Vec::len).chain([head.len()]).max().unwrap_or_default();
    if columns == 0 {
        return;
    }
    if columns > most_columns(large) {
        return told(head, lines, rows);
    }
    let shares = shares(head, lines, columns);
    let figures: Vec<bool> = (0..columns).map(|column| is_figures(lines, column)).collect();
    let filled = |line: &[String]| -> Vec<String> {
        (0..columns).map(|column| line.get(column).cloned().unwrap_or_default()).collect()
    };
    if head.iter().any(|cell| !cell.is_empty()) {
        rows.push(cells(PartKind::TableHead, &filled(head), &shares, &figures));
    }
    rows.extend(lines.iter().map(|line| cells(PartKind::TableRow, &filled(line), &shares, &figures)));
}

/// A table too wide for the page: each row is a list of facts.
fn told(head: &[String], lines: &[Vec<String>], rows: &mut Vec<DocumentPart>) {
    for line in lines {
        for (column, cell) in line.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            rows.push(fact(head.get(column).map(String::as_str).unwrap_or_default(), cell));
        }
        rows.push(row(PartKind::Rule, ""));
    }
}

/// Fewest and most letters that count for the width of a column.
const NARROWEST: usize = 4;
const WIDEST: usize = 40;

/// The share of each column: by its longest cell, within bounds, and never too narrow for its longest word.
fn shares(head: &[String], lines: &[Vec<String>], columns: usize) -> Vec<f32> {
    let letters = |column: usize| {
        let all = lines.iter().filter_map(|line| line.get(column)).chain(head.get(column));
        let widths = all.map(|cell| {
            let word = cell.split_whitespace().map(|word| word.chars().count()).max().unwrap_or_default();
            cell.chars().count().clamp(NARROWEST, WIDEST).max(word.min(WIDEST))
        });
        widths.max().unwrap_or(NARROWEST)
    };
    // The space between two columns is worth some letters too.
    let weight = |column| u16::try_from(letters(column) + 4).map_or(1.0, f32::from);
    let weights: Vec<f32> = (0..columns).map(weight).collect();
    let sum: f32 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

/// Figures stand under each other by their right edge.
fn is_figures(lines: &[Vec<String>], column: usize) -> bool {
    let mut some = false;
    for cell in lines.iter().filter_map(|line| line.get(column)).filter(|cell| !cell.is_empty()) {
        if !is_figure(cell) {
            return false;
        }
        some = true;
    }
    some
}

fn is_figure(cell: &str) -> bool {
    cell.chars().any(|letter| letter.is_ascii_digit())
        && cell.chars().all(|letter| {
            letter.is_ascii_digit()
                || matches!(letter, ' ' | '\u{202F}' | ',' | '.' | '-' | '+' | '<' | '>' | '≤' | '≥' | '%' | '/')
        })
}

fn map_mark(mark: Mark) -> ResultMark {
    match mark {
        Mark::None => ResultMark::Nothing,
        Mark::Normal => ResultMark::Normal,
        Mark::Low => ResultMark::Low,
        Mark::High => ResultMark::High,
        Mark::VeryLow => ResultMark::VeryLow,
        Mark::VeryHigh => ResultMark::VeryHigh,
        Mark::Abnormal => ResultMark::Abnormal,
    }
}

/// What a stranger wrote, without controls and direction overrides; line breaks stay.
pub(in crate::pages) fn clean(text: &str) -> String {
    let turns =
        |letter: char| matches!(letter, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .filter(|letter| !turns(*letter) && (*letter == '\n' || !letter.is_control() || *letter == '\t'))
        .map(|letter| if letter == '\t' { ' ' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use flow::Line;
    use slint::Model;

    fn block(kind: BlockKind, text: &str) -> Part {
        Part::Text(Block { kind, text: text.into() })
    }

    fn texts(row: &DocumentPart) -> Vec<String> {
        row.cells.iter().map(String::from).collect()
    }

    fn line(cells: &[&str]) -> Line {
        Line { cells: cells.iter().map(|cell| (*cell).to_owned()).collect() }
    }

    #[test]
    fn rows_of_a_table_share_their_columns_and_a_short_row_is_filled() {
        let head = vec!["Médicament".to_owned(), "Dose".to_owned(), "Durée".to_owned()];
        let lines = vec![line(&["Paracétamol", "1 000", "5 jours"]), line(&["Amoxicilline", "500"])];
        let rows = rows(&[Part::Table { head, rows: lines }], false);
        assert_eq!(
            rows.iter().map(|row| row.kind).collect::<Vec<_>>(),
            [PartKind::TableHead, PartKind::TableRow, PartKind::TableRow]
        );
        assert_eq!(texts(&rows[2]), ["Amoxicilline", "500", ""]);
        let shares: Vec<f32> = rows[0].shares.iter().collect();
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 0.001);
        assert!(shares[0] > shares[1]);
        assert_eq!(shares, rows[1].shares.iter().collect::<Vec<_>>());
        assert_eq!(rows[1].figures.iter().collect::<Vec<_>>(), [false, true, false]);
    }

    #[test]
    fn rows_that_come_one_by_one_are_one_table() {
        let parts = [block(BlockKind::Row, "a\tb"), block(BlockKind::Row, "c\td\te"), block(BlockKind::Paragraph, "f")];
        let rows = rows(&parts, false);
        assert_eq!(rows.len(), 3);
        assert_eq!(texts(&rows[0]), ["a", "b", ""]);
        assert_eq!(rows[2].text, "f");
    }

    #[test]
    fn a_table_too_wide_is_told_row_by_row() {
        let head: Vec<String> = (1..=9).map(|number| format!("Col {number}")).collect();
        let wide = line(&["1", "2", "3", "4", "5", "6", "7", "", "9"]);
        let rows = rows(&[Part::Table { head, rows: vec![wide] }], false);
        assert_eq!(rows.len(), 9, "eight facts, and the line below them");
        assert_eq!(texts(&rows[0]), ["Col 1", "1"]);
        assert_eq!(texts(&rows[7]), ["Col 9", "9"]);
        assert_eq!(rows[8].kind, PartKind::Rule);
    }

    #[test]
    fn large_text_takes_fewer_columns() {
        let part = Part::Table { head: Vec::new(), rows: vec![line(&["a", "b", "c", "d", "e"])] };
        assert_eq!(rows(std::slice::from_ref(&part), false)[0].kind, PartKind::TableRow);
        assert_eq!(rows(&[part], true)[0].kind, PartKind::Fact);
    }

    #[test]
    fn columns_lined_up_by_spaces_are_columns_again() {
        let text = "Biologie du jour\nHémoglobine   11,2   g/dL\nLeucocytes     7,4   G/L\n\nFin";
        let rows = rows(&[block(BlockKind::Preformatted, text)], false);
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[0].text, "Biologie du jour");
        assert_eq!(texts(&rows[2]), ["Leucocytes", "7,4", "G/L"]);
        assert_eq!(rows[3].kind, PartKind::Aligned);
    }

    #[test]
    fn results_have_a_head_and_their_mark() {
        let mut finding = Finding::default();
        (finding.analysis, finding.value, finding.mark) = ("Potassium".into(), "5,6".into(), Mark::High);
        let rows = rows(&[Part::Results(vec![finding])], false);
        assert_eq!(rows[0].kind, PartKind::ResultHead);
        assert_eq!(rows[1].mark, ResultMark::High);
        assert_eq!(texts(&rows[1]), ["Potassium", "5,6", "", ""]);
    }

    #[test]
    fn a_result_in_words_is_told_from_figures() {
        for (value, figure) in
            [("5,6", true), ("> 90", true), ("≤ 0,5", true), ("1\u{202F}200", true), ("Négatif", false), ("", false)]
        {
            let mut finding = Finding::default();
            finding.value = value.into();
            assert_eq!(rows(&[Part::Results(vec![finding])], false)[1].figures.row_data(1), Some(figure), "{value}");
        }
    }

    #[test]
    fn a_direction_override_does_not_reach_the_page() {
        assert_eq!(clean("a\u{202E}b\u{7}\tc\nd"), "ab c\nd");
    }
}
