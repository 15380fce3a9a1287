//! Everything that the screen can ask of a message, and what must hold of the answers. Both fuzz targets end here.

use document::confined::Desk;
use document::letter::{self, BlockKind, Letter};
use document::{Face, Limits, Piece, View};

/// Limits small enough for small inputs to reach them.
pub fn limits() -> Limits {
    let letter = letter::Limits { text: 4_000, blocks: 50, recipients: 3, attachments: 5, ..letter::Limits::default() };
    Limits {
        decoded: 8 << 20,
        unpacked: 8 << 20,
        pixels: 40_000,
        text: 20_000,
        lines: 500,
        letter,
        ..Limits::default()
    }
}

/// Reads a message, opens all its documents in both faces and draws their first page. Tells how many there were.
pub fn everything(raw: Vec<u8>, whole: bool) -> usize {
    let limits = limits();
    let (desk, reading) = Desk::read(raw, whole, true, limits.clone());
    letter(&reading.letter, &limits.letter);
    assert!(reading.documents.len() <= limits.documents as usize);
    for (place, document) in reading.documents.iter().enumerate() {
        let place = place as u32;
        for face in [Face::Pages, Face::Text] {
            check(&desk.view(place, face).expect("a document that is listed has a view"), &limits);
        }
        if document.faces.contains(&Face::Pages)
            && let Some(Ok(picture)) = desk.page(place, 0, 64)
        {
            assert!(picture.width * picture.height <= limits.pixels);
            assert_eq!(picture.pixels.len(), (picture.width * picture.height * 4) as usize);
        }
    }
    reading.documents.len()
}

/// What holds of every letter, whoever wrote it.
pub fn letter(letter: &Letter, limits: &letter::Limits) {
    assert!(letter.blocks.len() <= limits.blocks);
    // Every line of a preformatted block ends, which may take one byte more a block.
    assert!(letter.blocks.iter().map(|block| block.text.len()).sum::<usize>() <= limits.text + limits.blocks);
    for block in &letter.blocks {
        let allowed = |c: char| c == '\n' || (c == '\t' && block.kind == BlockKind::Row);
        assert!(!block.text.chars().any(|c| c.is_control() && !allowed(c)), "a control in {:?}", block.kind);
    }
    for line in [&letter.subject, &letter.from.name, &letter.from.address] {
        assert!(!line.chars().any(char::is_control), "a control in a line of the header");
    }
    assert!(letter.to.len() + letter.cc.len() <= limits.recipients);
}

fn check(view: &View, limits: &Limits) {
    match view {
        View::Pages { count, sizes } => {
            assert!(*count > 0 && sizes.len() <= limits.pages as usize);
            assert!(sizes.iter().all(|size| size.width > 0.0 && size.height > 0.0 && size.width.is_finite()));
        }
        View::Body(body) => {
            let pieces = || body.sections.iter().flat_map(|section| &section.pieces);
            assert!(pieces().count() <= limits.lines as usize);
            let text: usize = pieces().map(length).sum();
            assert!(text <= limits.text as usize, "{text} bytes");
            for piece in pieces() {
                if let Piece::Table(table) = piece {
                    assert!(table.rows.len() <= limits.lines as usize);
                    assert!(table.rows.windows(2).all(|two| two[0].cells.len() == two[1].cells.len()));
                }
            }
        }
        View::Text { blocks, .. } => {
            let text: usize = blocks.iter().map(|block| block.text.len()).sum();
            assert!(text <= limits.text as usize + blocks.len());
        }
        View::Letter(inner) => letter(inner, &limits.letter),
        View::Refused(_) => {}
    }
}

/// Bytes of text.
fn length(piece: &Piece) -> usize {
    match piece {
        Piece::Paragraph(text) | Piece::Preformatted(text) | Piece::Item { text, .. } => text.len(),
        Piece::Facts(facts) => facts.iter().map(|fact| fact.label.len() + fact.value.len()).sum(),
        Piece::Table(table) => table.rows.iter().flat_map(|row| &row.cells).map(String::len).sum(),
    }
}
