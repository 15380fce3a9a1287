//! From what the confined process has read to what the screen shows.

use crate::person::local;
use document::letter as read;
use document::{Face, Kind, Piece, View};
use flow::{
    Block, BlockKind, Correspondent, Day, DocumentKind, DocumentLine, Finding, Letter, Line, Mark, Origin, Paper, Part,
    Patient, Receipt, Report, Seal, Sex,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// Places of the documents that are shown, in their order: a logo in the text is none.
pub(crate) fn shown(reading: &document::Reading) -> Vec<usize> {
    reading.documents.iter().enumerate().filter(|(_, document)| !document.embedded).map(|(place, _)| place).collect()
}

/// The letter, as far as it has come.
pub(crate) fn letter(reading: &document::Reading, shown: &[usize], receipt: bool, zone: &TimeZone) -> Letter {
    let from = &reading.letter;
    let mut letter = Letter::default();
    letter.from = correspondent(&from.from);
    letter.origin = match from.sender {
        read::SenderKind::Patient => Origin::Patient,
        read::SenderKind::Service | read::SenderKind::Application => Origin::Service,
        read::SenderKind::Professional | read::SenderKind::Unknown => Origin::Professional,
    };
    letter.to = from.to.iter().chain(&from.cc).map(correspondent).collect();
    letter.copies = from.cc.len();
    letter.more = from.more_recipients;
    letter.subject.clone_from(&from.subject);
    letter.when = from.written.and_then(|at| local(at, zone)).unwrap_or_default();
    letter.patient = reading.patient.as_ref().map(|patient| self::patient(patient, zone));
    letter.seal = seal(from);
    letter.receipt = if receipt { Receipt::Asked } else { Receipt::None };
    letter.report = from.report.as_ref().and_then(|report| self::report(report.kind));
    letter.blocks = blocks(&from.blocks);
    letter.simplified = from.simplified;
    letter.cut = from.cut;
    letter.closed = from.closed;
    letter.documents = shown.iter().filter_map(|place| reading.documents.get(*place)).map(line).collect();
    letter
}

fn correspondent(person: &read::Correspondent) -> Correspondent {
    Correspondent { name: person.name.clone(), address: person.address.clone() }
}

fn seal(letter: &read::Letter) -> Seal {
    match &letter.signature {
        _ if letter.encrypted => Seal::Encrypted,
        read::Signature::None => Seal::None,
        read::Signature::Valid { by, .. } => Seal::Valid(by.clone()),
        read::Signature::Invalid(_) => Seal::Invalid,
        read::Signature::NotVerified(_) => Seal::Unverified,
    }
}

fn report(kind: read::ReportKind) -> Option<Report> {
    use read::ReportKind as K;
    match kind {
        K::NotDelivered => Some(Report::NotDelivered),
        K::Delayed => Some(Report::Delayed),
        K::Delivered | K::Relayed => Some(Report::Delivered),
        K::Read => Some(Report::Read),
        K::NotIntegrated => Some(Report::NotIntegrated),
        K::Deleted | K::Processed | K::Other => None,
    }
}

fn blocks(blocks: &[read::Block]) -> Vec<Block> {
    blocks.iter().map(|block| Block { kind: kind(block.kind), text: block.text.clone() }).collect()
}

fn kind(kind: read::BlockKind) -> BlockKind {
    match kind {
        read::BlockKind::Paragraph => BlockKind::Paragraph,
        read::BlockKind::Heading => BlockKind::Heading,
        read::BlockKind::Item => BlockKind::Item,
        read::BlockKind::Row => BlockKind::Row,
        read::BlockKind::Preformatted => BlockKind::Preformatted,
        read::BlockKind::Quote { .. } => BlockKind::Quote,
        read::BlockKind::Signature => BlockKind::Signature,
        read::BlockKind::Rule => BlockKind::Rule,
    }
}

fn day(day: document::Day) -> Day {
    Day { year: i16::try_from(day.year).unwrap_or_default(), month: day.month, day: day.day }
}

/// A patient, with the age of today.
fn patient(patient: &document::Patient, zone: &TimeZone) -> Patient {
    let mut shown = Patient::default();
    shown.family = patient.family.to_uppercase();
    shown.given.clone_from(&patient.given);
    shown.born = patient.born.map(day);
    shown.sex = match patient.sex {
        document::Sex::Female => Sex::Female,
        document::Sex::Male => Sex::Male,
        document::Sex::Unknown => Sex::Unknown,
    };
    let today = local(Timestamp::now().as_second(), zone).map(|stamp| stamp.day);
    shown.age = today.zip(shown.born).and_then(|(today, born)| age(born, today));
    if let Some(ins) = &patient.ins {
        shown.ins = spaced(&ins.value);
        shown.qualified = ins.qualified;
    }
    shown
}

/// Whole years.
fn age(born: Day, today: Day) -> Option<u16> {
    let birthday_to_come = (today.month, today.day) < (born.month, born.day);
    u16::try_from(today.year - born.year - i16::from(birthday_to_come)).ok().filter(|age| *age < 150)
}

/// «1 56 06 99 999 042 17»: sex, year, month, department, commune, order, key.
pub(crate) fn spaced(ins: &str) -> String {
    let digits: Vec<char> = ins.chars().collect();
    if digits.len() != 15 {
        return ins.to_owned();
    }
    let mut text = String::with_capacity(32);
    for (place, digit) in digits.into_iter().enumerate() {
        if matches!(place, 1 | 3 | 5 | 7 | 10 | 13) {
            text.push('\u{202F}');
        }
        text.push(digit);
    }
    text
}

fn line(document: &document::Document) -> DocumentLine {
    let mut line = DocumentLine::default();
    line.title.clone_from(if document.title.is_empty() { &document.name } else { &document.title });
    line.kind = match document.kind {
        _ if document.refused.is_some() => DocumentKind::Other,
        Kind::Cda | Kind::Results if document.results.is_some_and(|results| results > 0) => DocumentKind::Biology,
        Kind::Pdf => DocumentKind::Pdf,
        Kind::Cda if document.faces.first() == Some(&Face::Pages) => DocumentKind::Pdf,
        Kind::Cda => DocumentKind::Structured,
        Kind::Image => DocumentKind::Image,
        Kind::Results | Kind::Text | Kind::Html | Kind::Rtf | Kind::Table | Kind::Office | Kind::Xml => {
            DocumentKind::Text
        }
        Kind::Message => DocumentKind::Message,
        Kind::Archive | Kind::Other => DocumentKind::Other,
    };
    line.pages = document.pages;
    line.results = document.results.filter(|results| *results > 0);
    line.abnormal = document.abnormal.unwrap_or(0);
    line.author.clone_from(&document.author);
    line.date = document.date.map(day);
    line.size = document.size;
    line.ending = document.name.rsplit_once('.').map(|(_, ending)| ending.to_uppercase()).unwrap_or_default();
    line
}

/// How a document is shown: results as results, everything else as its author meant it.
pub(crate) fn face(document: &document::Document) -> Face {
    let results = document.results.is_some_and(|results| results > 0);
    match document.faces.first() {
        _ if results && document.faces.contains(&Face::Text) => Face::Text,
        Some(face) => *face,
        None => Face::Text,
    }
}

/// An opened document.
pub(crate) fn paper(view: &View) -> Paper {
    match view {
        View::Pages { count, .. } => Paper::Pages { page: 1, of: *count, picture: None, zoom: 0 },
        View::Body(body) => Paper::Structured(Arc::new(parts(body))),
        View::Text { blocks: text, .. } => {
            Paper::Structured(Arc::new(blocks(text).into_iter().map(Part::Text).collect()))
        }
        View::Letter(letter) => Paper::Structured(Arc::new(inner(letter))),
        View::Refused(why) => Paper::Refused(crate::failures::refusal(*why)),
    }
}

/// A message inside a message.
fn inner(letter: &read::Letter) -> Vec<Part> {
    let name = |person: &read::Correspondent| match person.name.as_str() {
        "" => person.address.clone(),
        name => format!("{name} <{}>", person.address),
    };
    let to: Vec<String> = letter.to.iter().map(name).collect();
    let facts = [("De", name(&letter.from)), ("À", to.join(", ")), ("Objet", letter.subject.clone())];
    let facts =
        facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(label, value)| (label.to_owned(), value));
    let head = Part::Facts(facts.collect());
    std::iter::once(head).chain(blocks(&letter.blocks).into_iter().map(Part::Text)).collect()
}

fn parts(body: &document::Body) -> Vec<Part> {
    let mut parts = Vec::new();
    for section in &body.sections {
        if !section.title.is_empty() {
            parts.push(text(BlockKind::Heading, &section.title));
        }
        for piece in &section.pieces {
            if let Piece::Table(table) = piece
                && !table.caption.is_empty()
            {
                parts.push(text(BlockKind::Heading, &table.caption));
            }
            parts.push(part(piece));
        }
    }
    parts
}

fn text(kind: BlockKind, text: &str) -> Part {
    Part::Text(Block { kind, text: text.to_owned() })
}

fn part(piece: &Piece) -> Part {
    match piece {
        Piece::Paragraph(paragraph) => text(BlockKind::Paragraph, paragraph),
        Piece::Preformatted(lines) => text(BlockKind::Preformatted, lines),
        Piece::Item { depth, mark, text: item } => {
            text(BlockKind::Item, &format!("{}{mark} {item}", "\u{2003}".repeat(usize::from(*depth))))
        }
        Piece::Facts(facts) => Part::Facts(facts.iter().map(|fact| (fact.label.clone(), fact.value.clone())).collect()),
        Piece::Table(table) if table.results => Part::Results(table.rows.iter().map(finding).collect()),
        Piece::Table(table) => Part::Table {
            head: table.head.clone(),
            rows: table.rows.iter().map(|row| Line { cells: row.cells.clone() }).collect(),
        },
    }
}

fn finding(row: &document::Row) -> Finding {
    let cell = |place: usize| row.cells.get(place).cloned().unwrap_or_default();
    Finding {
        analysis: cell(0),
        value: cell(1),
        unit: cell(2),
        reference: cell(3),
        mark: match row.mark {
            None => Mark::None,
            Some(document::Mark::Normal) => Mark::Normal,
            Some(document::Mark::High) => Mark::High,
            Some(document::Mark::VeryHigh) => Mark::VeryHigh,
            Some(document::Mark::Low) => Mark::Low,
            Some(document::Mark::VeryLow) => Mark::VeryLow,
            Some(document::Mark::Abnormal) => Mark::Abnormal,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_turns_on_the_birthday() {
        let day = |year, month, day| Day { year, month, day };
        assert_eq!(age(day(1956, 6, 4), day(2026, 6, 3)), Some(69));
        assert_eq!(age(day(1956, 6, 4), day(2026, 6, 4)), Some(70));
        assert_eq!(age(day(2027, 1, 1), day(2026, 6, 4)), None);
    }

    #[test]
    fn an_ins_is_read_in_groups() {
        assert_eq!(spaced("156069999904217"), "1\u{202F}56\u{202F}06\u{202F}99\u{202F}999\u{202F}042\u{202F}17");
        assert_eq!(spaced("12"), "12");
    }
}
