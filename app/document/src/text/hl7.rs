//! HL7 v2 results (ORU^R01): observations as a table, comments as paragraphs. Segments that are not understood are left
//! out of the table and kept in the text below it, so that nothing is lost.

use crate::body::{Body, Fact, Mark, Piece, Row, Section, Table, results_head};
use crate::day::{Day, hour};
use crate::limits::ROWS;
use crate::units;

/// Whether text is an HL7 v2 message. `\x0B` is the first byte of its transport (MLLP).
pub(crate) fn is_hl7(start: &str) -> bool {
    let start = start.trim_start_matches(['\u{feff}', '\u{b}', '\r', '\n', ' ']);
    start.starts_with("MSH|") || (start.starts_with("MSH") && start.get(3..8).is_some_and(|s| s.contains('^')))
}

/// Separators, as MSH declares them.
struct Marks {
    field: char,
    component: char,
    repetition: char,
    escape: char,
    sub: char,
}

impl Marks {
    fn of(header: &str) -> Option<Marks> {
        let mut marks = header.strip_prefix("MSH")?.chars();
        let mut next = |usual| marks.next().filter(|c| !c.is_alphanumeric()).unwrap_or(usual);
        Some(Marks {
            field: next('|'),
            component: next('^'),
            repetition: next('~'),
            escape: next('\\'),
            sub: next('&'),
        })
    }

    fn component<'a>(&self, field: &'a str, place: usize) -> &'a str {
        field.split(self.component).nth(place).unwrap_or_default()
    }

    /// The first repetition of a field.
    fn first<'a>(&self, field: &'a str) -> &'a str {
        field.split(self.repetition).next().unwrap_or_default()
    }

    /// Escapes back into what they stand for (HL7 v2.5, 2.7).
    fn plain(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(self.escape) {
            out.push_str(before);
            let Some((code, after)) = after.split_once(self.escape).filter(|(code, _)| code.len() <= 8) else {
                out.push(self.escape);
                rest = after;
                continue;
            };
            match code {
                "F" => out.push(self.field),
                "S" => out.push(self.component),
                "T" => out.push(self.sub),
                "R" => out.push(self.repetition),
                "E" => out.push(self.escape),
                "H" | "N" => {}
                code if code.starts_with(".br") || code.starts_with(".sp") => out.push('\n'),
                code => out.extend(code.strip_prefix('X').into_iter().flat_map(hexadecimal)),
            }
            rest = after;
        }
        out.push_str(rest);
        out.trim().to_owned()
    }

    /// A coded element: its text, else its code (CE, CWE: code^text^system^code^text^system).
    fn coded(&self, field: &str) -> String {
        [1, 4, 0]
            .iter()
            .map(|place| self.plain(self.component(field, *place)))
            .find(|t| !t.is_empty())
            .unwrap_or_default()
    }
}

fn hexadecimal(digits: &str) -> Vec<char> {
    let bytes =
        digits.as_bytes().chunks(2).filter_map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
    bytes.map(char::from).filter(|c| !c.is_control()).collect()
}

/// The message as facts, tables and paragraphs.
pub(crate) fn body(text: &str) -> Body {
    let text = text.trim_start_matches(['\u{feff}', '\u{b}', '\r', '\n', ' ']);
    let Some(marks) = Marks::of(text) else { return Body::default() };
    let mut out = Out { marks, facts: Vec::new(), sections: Vec::new(), rows: Vec::new(), title: String::new() };
    let mut cut = false;
    for (count, segment) in text.split(['\r', '\n']).filter(|segment| segment.len() > 3).enumerate() {
        if count > 4 * ROWS {
            cut = true;
            break;
        }
        let fields: Vec<&str> = segment.split(out.marks.field).collect();
        out.segment(fields.first().copied().unwrap_or_default().trim(), &fields);
    }
    out.flush();
    let mut sections = vec![Section { pieces: vec![Piece::Facts(out.facts)], level: 1, ..Section::default() }];
    sections.append(&mut out.sections);
    Body { sections, cut }
}

struct Out {
    marks: Marks,
    facts: Vec<Fact>,
    sections: Vec<Section>,
    rows: Vec<Row>,
    title: String,
}

impl Out {
    fn segment(&mut self, name: &str, fields: &[&str]) {
        let field = |place: usize| self.marks.first(fields.get(place).copied().unwrap_or_default());
        match name {
            "MSH" => {
                // MSH-1 is the separator itself: fields are one place earlier.
                let sender = self.marks.plain(self.marks.component(field(3), 0));
                let date = moment(field(6));
                self.facts.extend([Fact::of("Émetteur", sender), Fact::of("Date", date)].into_iter().flatten());
            }
            "PID" => {
                let name = field(5);
                let part = |place| self.marks.plain(self.marks.component(name, place));
                let patient = format!("{} {}", part(0), part(1)).trim().to_owned();
                let born = Day::from_hl7(field(7)).map(|day| day.to_string()).unwrap_or_default();
                self.facts.extend([Fact::of("Patient", patient), Fact::of("Naissance", born)].into_iter().flatten());
            }
            "OBR" => {
                let title = self.marks.coded(field(4));
                self.flush();
                self.title = title;
            }
            "OBX" => self.observation(fields),
            "NTE" => {
                let text = fields.get(3).copied().unwrap_or_default();
                let lines = text.split(self.marks.repetition).map(|line| self.marks.plain(line)).collect::<Vec<_>>();
                self.flush();
                self.add(Piece::paragraph(lines.join("\n")));
            }
            _ => {}
        }
    }

    fn observation(&mut self, fields: &[&str]) {
        let field = |place: usize| fields.get(place).copied().unwrap_or_default();
        let (kind, status) = (field(2).trim(), field(11).trim());
        let name = self.marks.coded(self.marks.first(field(3)));
        // Deleted, not asked, not done.
        if matches!(status, "D" | "X" | "N") {
            return;
        }
        let values = field(5).split(self.marks.repetition).map(|value| match kind {
            "CE" | "CWE" | "CF" | "CNE" => self.marks.coded(value),
            "SN" => {
                // Comparator^number^separator^number
                let part = |place| units::number(&self.marks.plain(self.marks.component(value, place)));
                format!("{} {}{}{}", part(0), part(1), part(2), part(3)).trim().to_owned()
            }
            "ED" | "RP" => "[Document joint]".to_owned(),
            "DT" | "TS" | "DTM" => moment(value),
            "NM" => units::number(&self.marks.plain(value)),
            _ => self.marks.plain(value),
        });
        let value = values.filter(|value| !value.is_empty()).collect::<Vec<_>>().join("\n");
        if value.is_empty() {
            return;
        }
        // Text of a report rather than a result: nothing to compare it with.
        if matches!(kind, "TX" | "FT") && field(6).is_empty() && field(7).is_empty() && field(8).is_empty() {
            self.flush();
            let text = if name.is_empty() { value } else { format!("{name} : {value}") };
            self.add(Piece::paragraph(text));
            return;
        }
        let mark = field(8).split(self.marks.repetition).find_map(Mark::of);
        let unit = units::printed(&self.marks.plain(self.marks.component(field(6), 0)));
        let word = mark.map(|mark| mark.word().to_owned()).unwrap_or_else(|| self.marks.plain(field(8)));
        let range = self.marks.plain(field(7));
        if self.rows.len() < ROWS {
            self.rows.push(Row { cells: vec![name, value, unit, range, word], mark });
        }
    }

    /// Ends the table that is being filled.
    fn flush(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        if !rows.is_empty() {
            self.add(Some(Piece::Table(Table { head: results_head(), rows, results: true, ..Table::default() })));
        }
    }

    /// Adds to the section of the current order.
    fn add(&mut self, piece: Option<Piece>) {
        let Some(piece) = piece else { return };
        match self.sections.last_mut().filter(|section| section.title == self.title) {
            Some(section) => section.pieces.push(piece),
            None => self.sections.push(Section { title: self.title.clone(), level: 1, pieces: vec![piece] }),
        }
    }
}

fn moment(text: &str) -> String {
    match (Day::from_hl7(text), hour(text)) {
        (Some(day), Some(hour)) => format!("{day} à {hour}"),
        (Some(day), None) => day.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    const ORU: &str = "MSH|^~\\&|LABO|SANZOT|||202611211105||ORU^R01|1|P|2.5|||||FRA|8859/1\r\
        PID|1||123||LAMPION^SERAPHIN^^^^^L||19560604|M\r\
        OBR|1|||58410-2^Numération sanguine^LN\r\
        OBX|1|NM|718-7^Hémoglobine^LN||11.2|g/dL|13.0 - 17.0|L|||F\r\
        OBX|2|SN|1988-5^CRP^LN||<^4|mg/L|< 5|N|||F\r\
        NTE|1||À contrôler.~Sous traitement\\T\\surveillance.\r\
        OBR|2|||24356-8^Urines^LN\r\
        OBX|1|CE|600-7^Germe^LN||112283007^Escherichia coli^SCT||||||F\r\
        OBX|2|TX|8251-1^Commentaire^LN||Culture\\.br\\positive||||||F\r\
        OBX|3|NM|2345-7^Glucose^LN||99|mg/dL|||||D\r";

    fn tables(body: &Body) -> Vec<&Table> {
        let pieces = body.sections.iter().flat_map(|s| &s.pieces);
        pieces.filter_map(|piece| if let Piece::Table(table) = piece { Some(table) } else { None }).collect()
    }

    #[test]
    fn results_become_tables_under_the_title_of_their_order() {
        let body = body(ORU);
        let titles: Vec<&str> = body.sections.iter().map(|s| s.title.as_str()).collect();
        assert_eq!(titles, ["", "Numération sanguine", "Urines"]);
        let tables = tables(&body);
        assert_eq!(tables.first().unwrap().rows[0].cells, ["Hémoglobine", "11,2", "g/dL", "13.0 - 17.0", "Bas"]);
        assert_eq!(tables.first().unwrap().rows[1].cells, ["CRP", "< 4", "mg/L", "< 5", "Normal"]);
        assert_eq!(tables[1].rows[0].cells[1], "Escherichia coli");
        assert_eq!(body.results(), (3, 1));
    }

    #[test]
    fn comments_are_paragraphs_with_their_escapes_undone() {
        let body = body(ORU);
        let paragraphs: Vec<&String> = body
            .sections
            .iter()
            .flat_map(|s| &s.pieces)
            .filter_map(|piece| if let Piece::Paragraph(text) = piece { Some(text) } else { None })
            .collect();
        assert_eq!(paragraphs, ["À contrôler.\nSous traitement&surveillance.", "Commentaire : Culture\npositive"]);
    }

    #[test]
    fn a_deleted_result_is_not_shown() {
        assert!(!tables(&body(ORU)).iter().any(|t| t.rows.iter().any(|row| row.cells[0] == "Glucose")));
    }

    #[test]
    fn any_beginning_of_a_message_is_read() {
        for end in (0..ORU.len()).filter(|end| ORU.is_char_boundary(*end)) {
            let _ = body(&ORU[..end]);
        }
        for odd in ["MSH", "MSH|", "MSH\\\\\\\\\\", "MSH|^~\\&|\\X\\|\\Xé\\|\\X414\\"] {
            let _ = body(odd);
        }
    }
}
