//! Excel workbooks (ECMA-376 part 1, section 18): each sheet a table of the values last computed.

use crate::archive::Archive;
use crate::body::{Body, Piece, Row, Section, Table};
use crate::error::Refusal;
use crate::limits::{Limits, ROWS};
use crate::office::part;
use crate::units;
use crate::xml::Element;

/// The most sheets of a workbook.
const SHEETS: usize = 30;
/// The widest sheet, in columns.
const COLUMNS: usize = 256;

pub(super) fn body(archive: &mut Archive<'_>, limits: &Limits) -> Result<Body, Refusal> {
    let workbook = part(archive, "xl/workbook.xml")?;
    let relations = part(archive, "xl/_rels/workbook.xml.rels")?;
    let strings = if archive.find("xl/sharedStrings.xml").is_some() {
        let table = part(archive, "xl/sharedStrings.xml")?;
        table.all("si").map(rich).collect()
    } else {
        Vec::new()
    };
    let dates = part(archive, "xl/styles.xml").map(|styles| dates(&styles)).unwrap_or_default();
    let book = Book { strings, dates };
    let mut sections = Vec::new();
    let mut left = limits.text as usize * 4;
    let sheets: Vec<&Element> = workbook.first("sheets").map(|s| s.all("sheet").collect()).unwrap_or_default();
    for sheet in sheets.iter().take(SHEETS) {
        let hidden = sheet.attribute("state").is_some_and(|state| state != "visible");
        let Some(target) = sheet.attribute("id").filter(|_| !hidden).and_then(|id| target(&relations, id)) else {
            continue;
        };
        let Ok(content) = part(archive, &target) else { continue };
        let table = book.table(&content, &mut left);
        let title = sheet.attribute("name").unwrap_or_default().to_owned();
        if !table.rows.is_empty() {
            sections.push(Section { title, level: 1, pieces: vec![Piece::Table(table)] });
        }
    }
    Ok(Body { sections, cut: sheets.len() > SHEETS || left == 0 })
}

fn target(relations: &Element, id: &str) -> Option<String> {
    let relation = relations.all("Relationship").find(|relation| relation.attribute("Id") == Some(id))?;
    let target = relation.attribute("Target")?;
    Some(match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("xl/{target}"),
    })
}

/// A string with runs: their texts, readings of Japanese left out.
fn rich(item: &Element) -> String {
    let runs = item.all("r").filter_map(|run| run.first("t")).map(Element::text);
    item.all("t").map(Element::text).chain(runs).collect()
}

/// Which cell formats are dates (ECMA-376 part 1, 18.8.30): built in, or a format with a year or a day.
fn dates(styles: &Element) -> Vec<bool> {
    let own: Vec<(u32, bool)> = styles
        .first("numFmts")
        .map(|formats| {
            let read = |format: &Element| {
                let code = format.attribute("formatCode")?.to_ascii_lowercase();
                // Text in quotes and colours in brackets are not parts of a date.
                let bare: String = code.split('"').step_by(2).collect();
                let bare: String =
                    bare.split('[').map(|part| part.split_once(']').map_or(part, |(_, after)| after)).collect();
                Some((format.attribute("numFmtId")?.parse().ok()?, bare.contains(['y', 'd'])))
            };
            formats.all("numFmt").filter_map(read).collect()
        })
        .unwrap_or_default();
    let is_date = |id: u32| match own.iter().find(|(known, _)| *known == id) {
        Some((_, date)) => *date,
        None => (14..=17).contains(&id) || id == 22,
    };
    let formats = styles.first("cellXfs").map(|formats| {
        let id = |format: &Element| format.attribute("numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
        formats.all("xf").map(|format| is_date(id(format))).collect()
    });
    formats.unwrap_or_default()
}

struct Book {
    strings: Vec<String>,
    dates: Vec<bool>,
}

impl Book {
    /// `left`: bytes of text that may still be taken. The same long string may be pointed to by every cell.
    fn table(&self, sheet: &Element, left: &mut usize) -> Table {
        let mut rows = Vec::new();
        for row in sheet.first("sheetData").into_iter().flat_map(|data| data.all("row")).take(ROWS) {
            let mut cells: Vec<String> = Vec::new();
            for cell in row.all("c") {
                let column = cell.attribute("r").and_then(column).unwrap_or(cells.len());
                if column >= COLUMNS || *left == 0 {
                    continue;
                }
                if column >= cells.len() {
                    cells.resize(column + 1, String::new());
                }
                let value = self.value(cell);
                *left = left.saturating_sub(value.len() + 1);
                if let Some(place) = cells.get_mut(column) {
                    *place = value;
                }
            }
            if cells.iter().any(|cell| !cell.is_empty()) {
                rows.push(Row { cells, mark: None });
            }
        }
        // Empty columns on the left are the margin of a sheet.
        let margin =
            rows.iter().filter_map(|row| row.cells.iter().position(|cell| !cell.is_empty())).min().unwrap_or(0);
        for row in &mut rows {
            row.cells.drain(..margin.min(row.cells.len()));
        }
        Table { rows, ..Table::default() }.squared()
    }

    fn value(&self, cell: &Element) -> String {
        let value = cell.first("v").map(Element::text).unwrap_or_default();
        match cell.attribute("t").unwrap_or("n") {
            "s" => value.trim().parse::<usize>().ok().and_then(|at| self.strings.get(at)).cloned().unwrap_or_default(),
            "inlineStr" => cell.first("is").map(rich).unwrap_or_default(),
            "b" => if value.trim() == "1" { "VRAI" } else { "FAUX" }.to_owned(),
            "n" => {
                let style = cell.attribute("s").and_then(|s| s.parse::<usize>().ok()).unwrap_or(0);
                let date = self.dates.get(style).copied().unwrap_or(false);
                match value.trim().parse::<f64>() {
                    Ok(number) if date => day(number).unwrap_or_else(|| units::number(&value)),
                    // Binary fractions are stored with all their digits: 0.30000000000000004.
                    Ok(number) if value.len() > 15 => units::number(&format!("{}", (number * 1e9).round() / 1e9)),
                    _ => units::number(&value),
                }
            }
            _ => value,
        }
    }
}

/// `BC12` is column 54.
fn column(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).take(3);
    let number = letters.fold(0, |n, letter| n * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    number.checked_sub(1)
}

/// A serial day (1 is 1 January 1900; 60 is a day that never was, ECMA-376 part 1, 18.17.4.1) as a French date.
fn day(serial: f64) -> Option<String> {
    if !(61.0..2_958_466.0).contains(&serial) {
        return None;
    }
    // Days since 1970, then the civil date (Hinnant, «chrono-compatible low-level date algorithms»).
    let days = serial.floor() as i64 - 25_569 + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * shifted + 2) / 5 + 1, if shifted < 10 { shifted + 3 } else { shifted - 9 });
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Some(format!("{day:02}/{month:02}/{year:04}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_days_are_counted_as_spreadsheets_do() {
        assert_eq!(column("A1"), Some(0));
        assert_eq!(column("BC12"), Some(54));
        assert_eq!(column("12"), None);
        assert_eq!(day(46_348.0).as_deref(), Some("22/11/2026"));
        assert_eq!(day(60.0), None);
        assert_eq!(day(f64::NAN), None);
    }
}
