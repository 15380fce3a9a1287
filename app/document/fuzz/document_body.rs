//! What the fuzz target `document` and the bounded test in `tests/fuzz_document.rs` both run: a message with one document
//! made of arbitrary bytes, or of a sound one spoilt by them. Everything in it is opened. It must not panic, and what
//! comes of it must be within its limits.

use std::sync::OnceLock;

use document::confined::Desk;
use document::{Face, Limits, Piece, View};
use papers::people::LAMPION;
use papers::{cda, mail, office, pdf, picture, results, xdm};

/// Sound documents of every kind, small.
fn sound() -> &'static [(&'static str, Vec<u8>)] {
    static SOUND: OnceLock<Vec<(&str, Vec<u8>)>> = OnceLock::new();
    SOUND.get_or_init(|| {
        let report = pdf::hospital_report(&LAMPION, 1);
        vec![
            ("cda.xml", cda::biology_with_earlier(&LAMPION).xml().into_bytes()),
            ("lettre.xml", cda::discharge(&LAMPION).xml().into_bytes()),
            ("IHE_XDM.ZIP", xdm::of(&cda::imaging(&LAMPION, &report))),
            ("oru.hl7", results::hl7(&LAMPION).into_bytes()),
            ("a.hpr", results::hprim(&LAMPION).into_bytes()),
            ("a.docx", office::word()),
            ("a.odt", office::open_document()),
            ("a.xlsx", office::excel()),
            (
                "a.rtf",
                b"{\\rtf1\\ansi{\\fonttbl{\\f0 A;}}Cher\\par {\\pict\\bin3 abc}\\u339?uvre\\cell x\\row}".to_vec(),
            ),
            ("a.csv", b"Nom;Valeur;\"Note\"\r\nNa;140;\"a;b\"\r\nK;4,2;\r\n".to_vec()),
            ("a.tif", picture::tiff(2)),
            ("photo.jpg", picture::photograph(16, 8, 6)),
            ("fax.tif", picture::fax(64, 64)),
            ("a.png", picture::half_transparent()),
            ("a.pdf", report),
        ]
    })
}

/// One message. The first two bytes choose the document and how it is spoilt. Tells how many documents were found.
pub fn document(data: &[u8]) -> usize {
    let Some(([which, how], rest)) = data.split_first_chunk() else { return 0 };
    let sound = sound();
    let (name, bytes) = &sound[usize::from(*which) % sound.len()];
    let bytes = match how % 4 {
        // The arbitrary bytes alone, or after the beginning of a sound document.
        0 => rest.to_vec(),
        1 => [&bytes[..bytes.len() * usize::from(how / 4) / 64], rest].concat(),
        // A sound document, some bytes of it changed; or a piece of it replaced.
        2 => {
            let mut bytes = bytes.clone();
            for change in rest.chunks_exact(3) {
                let place = usize::from(change[0]) << 8 | usize::from(change[1]);
                let place = place * bytes.len() / 65_536;
                bytes[place] = change[2];
            }
            bytes
        }
        _ => {
            let place = bytes.len() * usize::from(how / 4) / 64;
            let end = (place + rest.len() / 2).min(bytes.len());
            [&bytes[..place], rest, &bytes[end..]].concat()
        }
    };
    let limits = Limits { decoded: 8 << 20, unpacked: 8 << 20, pixels: 40_000, ..Limits::default() };
    let raw = mail::with(name, "application/octet-stream", &bytes);
    let (desk, reading) = Desk::read(raw, true, true, limits.clone());
    assert!(reading.documents.len() <= limits.documents as usize);
    for (place, document) in reading.documents.iter().enumerate() {
        let place = place as u32;
        for face in [Face::Pages, Face::Text] {
            let view = desk.view(place, face).expect("a document that is listed has a view");
            check(&view, &limits);
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

fn check(view: &View, limits: &Limits) {
    match view {
        View::Pages { count, sizes } => {
            assert!(*count > 0 && sizes.len() <= limits.pages as usize);
            assert!(sizes.iter().all(|size| size.width > 0.0 && size.height > 0.0 && size.width.is_finite()));
        }
        View::Body(body) => {
            let pieces = || body.sections.iter().flat_map(|section| &section.pieces);
            assert!(pieces().count() <= limits.lines as usize);
            for piece in pieces() {
                if let Piece::Table(table) = piece {
                    assert!(table.rows.windows(2).all(|two| two[0].cells.len() == two[1].cells.len()));
                }
            }
        }
        View::Text { blocks, .. } => {
            let text: usize = blocks.iter().map(|block| block.text.len()).sum();
            assert!(text <= limits.text as usize + blocks.len());
        }
        View::Letter(_) | View::Refused(_) => {}
    }
}
