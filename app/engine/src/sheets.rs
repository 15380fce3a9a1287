//! A letter or a structured document as it is printed: the words of the screen, on paper.

use crate::person::local;
use document::letter as read;
use document::{Piece, View};
use flow::Stamp;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use printing::{Block, Fact, Row, Sheet, Table};

/// A letter: who, to whom, when, and its text.
pub(crate) fn letter(reading: &document::Reading, zone: &TimeZone) -> Sheet {
    let letter = &reading.letter;
    let mut sheet = Sheet::default();
    sheet.patient = reading.patient.as_ref().map(patient).unwrap_or_default();
    sheet.title.clone_from(&letter.subject);
    sheet.facts = vec![
        fact("De", people(std::slice::from_ref(&letter.from))),
        fact("À", people(&letter.to)),
        fact("Copie", people(&letter.cc)),
        fact("Date", letter.written.and_then(|at| local(at, zone)).map(|at| moment(&at)).unwrap_or_default()),
        fact(
            "Documents",
            reading.documents.iter().filter(|one| !one.embedded).map(title).collect::<Vec<_>>().join(", "),
        ),
    ];
    sheet.facts.retain(|fact| !fact.value.is_empty());
    sheet.blocks = blocks(&letter.blocks);
    sheet.foot = foot(zone);
    sheet
}

/// A document that has no pages of its own; `None` for what cannot be printed as text.
pub(crate) fn document(document: &document::Document, view: &View, zone: &TimeZone) -> Option<Sheet> {
    let mut sheet = Sheet::default();
    sheet.patient = document.patient.as_ref().map(patient).unwrap_or_default();
    sheet.title = title(document);
    sheet.facts = vec![fact("Auteur", document.author.clone())];
    sheet.facts.retain(|fact| !fact.value.is_empty());
    sheet.blocks = match view {
        View::Body(body) => body.sections.iter().flat_map(section).collect(),
        View::Text { blocks: text, .. } => blocks(text),
        View::Letter(letter) => blocks(&letter.blocks),
        View::Pages { .. } | View::Refused(_) => return None,
    };
    sheet.foot = foot(zone);
    Some(sheet)
}

fn title(document: &document::Document) -> String {
    if document.title.is_empty() { document.name.clone() } else { document.title.clone() }
}

fn fact(label: &str, value: String) -> Fact {
    Fact { label: label.to_owned(), value }
}

fn people(people: &[read::Correspondent]) -> String {
    let name = |person: &read::Correspondent| match person.name.as_str() {
        "" => person.address.clone(),
        name => format!("{name} <{}>", person.address),
    };
    people.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn moment(at: &Stamp) -> String {
    let day = at.day;
    format!("{:02}/{:02}/{}, {}\u{202F}h\u{202F}{:02}", day.day, day.month, day.year, at.hour, at.minute)
}

fn foot(zone: &TimeZone) -> String {
    let now = local(Timestamp::now().as_second(), zone).unwrap_or_default();
    format!("Imprimé le {}", moment(&now))
}

fn patient(patient: &document::Patient) -> String {
    let born = patient.born.map(|born| format!(", né(e) le {:02}/{:02}/{}", born.day, born.month, born.year));
    let ins = patient.ins.as_ref().map(|ins| {
        let status = if ins.qualified { "INS qualifiée" } else { "INS non qualifiée" };
        format!(" — {status} {}", crate::letters::spaced(&ins.value))
    });
    format!(
        "{} {}{}{}",
        patient.family.to_uppercase(),
        patient.given,
        born.unwrap_or_default(),
        ins.unwrap_or_default()
    )
}

fn section(section: &document::Section) -> Vec<Block> {
    let title = (!section.title.is_empty())
        .then(|| Block::Heading { level: section.level.max(1), text: section.title.clone() });
    title.into_iter().chain(section.pieces.iter().map(piece)).collect()
}

fn piece(piece: &Piece) -> Block {
    match piece {
        Piece::Paragraph(text) => Block::Paragraph(text.clone()),
        Piece::Preformatted(text) => Block::Preformatted(text.clone()),
        Piece::Item { depth, mark, text } => {
            let mark = Some(mark.clone()).filter(|mark| !mark.is_empty() && mark != "•");
            Block::Item { depth: *depth, mark, text: text.clone() }
        }
        Piece::Facts(facts) => {
            let rows =
                facts.iter().map(|fact| Row { cells: vec![fact.label.clone(), fact.value.clone()], marked: false });
            Block::Table(Table { head: Vec::new(), rows: rows.collect() })
        }
        Piece::Table(table) => Block::Table(Table {
            head: table.head.clone(),
            rows: table
                .rows
                .iter()
                .map(|row| Row { cells: row.cells.clone(), marked: row.mark.is_some_and(document::Mark::is_abnormal) })
                .collect(),
        }),
    }
}

fn blocks(blocks: &[read::Block]) -> Vec<Block> {
    let mut set: Vec<Block> = Vec::new();
    for block in blocks {
        let text = || block.text.clone();
        match block.kind {
            read::BlockKind::Row => {
                let row = Row { cells: block.text.split('\t').map(str::to_owned).collect(), marked: false };
                // Rows that follow each other are one table.
                match set.last_mut() {
                    Some(Block::Table(table)) => table.rows.push(row),
                    _ => set.push(Block::Table(Table { head: Vec::new(), rows: vec![row] })),
                }
            }
            read::BlockKind::Paragraph | read::BlockKind::Signature => set.push(Block::Paragraph(text())),
            read::BlockKind::Heading => set.push(Block::Heading { level: 2, text: text() }),
            // Its text begins with its own mark.
            read::BlockKind::Item => set.push(Block::Paragraph(text())),
            read::BlockKind::Preformatted => set.push(Block::Preformatted(text())),
            read::BlockKind::Quote { depth } => set.push(Block::Quote { depth, text: text() }),
            read::BlockKind::Rule => set.push(Block::Rule),
        }
    }
    set
}
