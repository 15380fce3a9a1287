//! HPRIM: results as French laboratories sent them before CDA, still common in mail. The text format (HPRIM 1.0: twelve
//! lines of header, then a report) is shown as it is written, its columns kept. Coded lines at its end
//! (`****LAB****`, for programs) repeat the report and are left out of what is shown.
//!
//! The format has no public specification that could be checked here: the header's lines are therefore shown as facts
//! only where they are what they should be, and the whole text follows.

use crate::body::{Body, Fact, Piece, Section};
use crate::day::Day;

const MARKS: [&str; 4] = ["****FIN****", "****FINFICHIER****", "****LAB****", "****LABO****"];

/// Whether bytes are an HPRIM text: one of its marks stands alone on a line.
pub(crate) fn is_hprim(bytes: &[u8]) -> bool {
    let text = super::decode(bytes);
    text.lines().map(str::trim).any(|line| MARKS.contains(&line))
}

/// The report.
pub(crate) fn body(text: &str) -> Body {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.lines().collect();
    let line = |place: usize| lines.get(place).map(|line| line.trim()).unwrap_or_default();
    // Name, first name; date of birth on the seventh line.
    let named = |text: &str| {
        !text.is_empty() && text.len() < 80 && text.chars().all(|c| c.is_alphabetic() || " '’-".contains(c))
    };
    let born = Day::from_french(line(6)).or_else(|| Day::from_hl7(line(6)));
    let mut facts = Vec::new();
    if let Some(born) = born.filter(|_| named(line(1)) && named(line(2))) {
        facts.extend(Fact::of("Patient", format!("{} {}", line(1), line(2))));
        facts.extend(Fact::of("Naissance", born.to_string()));
    }
    let header = if facts.is_empty() { 0 } else { 12.min(lines.len()) };
    let report = lines.get(header..).unwrap_or_default();
    let shown = report.iter().take_while(|line| !MARKS.contains(&line.trim())).copied().collect::<Vec<_>>().join("\n");
    let mut pieces = Vec::new();
    if !facts.is_empty() {
        pieces.push(Piece::Facts(facts));
    }
    let clean: String = shown.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect();
    if !clean.trim().is_empty() {
        pieces.push(Piece::Preformatted(clean.trim_matches('\n').to_owned()));
    }
    Body { sections: vec![Section { pieces, level: 1, ..Section::default() }], cut: false }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const TEXT: &str = "000123\r\nLAMPION\r\nSÉRAPHIN\r\n1 rue du Labrador\r\n\r\n99000 MOULINSART\r\n04/06/1956\r\n\r\n\r\n\
        21/11/2026\r\nSANZOT\r\nTOURNESOL\r\n\r\nHÉMATOLOGIE\r\n  Hémoglobine      11,2  g/dL   (13,0 - 17,0)\r\n\r\n\
        ****LAB****\r\nRES|Hémoglobine|HB|N|11,2|g/dL|13,0|17,0\r\n****FIN****\r\n****FINFICHIER****\r\n";

    #[test]
    fn the_report_keeps_its_columns_and_the_patient_is_told() {
        assert!(is_hprim(TEXT.as_bytes()));
        let body = body(TEXT);
        let pieces = &body.sections.first().unwrap().pieces;
        assert!(
            matches!(pieces.first(), Some(Piece::Facts(facts)) if facts.iter().any(|f| f.value == "LAMPION SÉRAPHIN"))
        );
        assert!(
            matches!(pieces.get(1), Some(Piece::Preformatted(text)) if text.contains("  Hémoglobine      11,2") && !text.contains("RES|"))
        );
    }

    #[test]
    fn a_text_without_the_header_is_shown_whole() {
        let body = body("Bonjour\n****FIN****\n");
        assert!(
            matches!(body.sections.first().unwrap().pieces.first(), Some(Piece::Preformatted(text)) if text == "Bonjour")
        );
        assert!(!is_hprim(b"Bonjour\n**** fin ****\n"));
    }
}
