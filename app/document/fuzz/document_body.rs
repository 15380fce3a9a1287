//! What the fuzz target `document` and the bounded test in `tests/fuzz_document.rs` both run: a message with one document
//! made of arbitrary bytes, or of a sound one spoilt by them. Everything in it is opened. It must not panic, and what
//! comes of it must be within its limits.

use std::sync::OnceLock;

use image::ImageFormat;
use papers::people::LAMPION;
use papers::{cda, mail, office, pdf, picture, results, xdm};

#[path = "shown.rs"]
mod shown;

/// Sound documents of every kind, small.
pub fn sound() -> &'static [(&'static str, Vec<u8>)] {
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
            ("a.gif", picture::encoded(40, 30, ImageFormat::Gif)),
            ("a.bmp", picture::encoded(40, 30, ImageFormat::Bmp)),
            ("a.webp", picture::encoded(40, 30, ImageFormat::WebP)),
            ("a.html", b"<html><body><table><tr><td>a<td>b</table><ul><li>c</ul></body></html>".to_vec()),
            ("vaccins.xml", cda::vaccination(&LAMPION).xml().into_bytes()),
            ("COPIE.ZIP", xdm::of(&cda::discharge(&LAMPION).with_copy(&report))),
            ("a.eml", mail::with("a.pdf", "application/pdf", &report)),
            ("secret.pdf", pdf::encrypted(&LAMPION, "")),
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
    open(name, &bytes)
}

/// A message with one document, and all that the screen can ask of it. Tells how many documents were found.
pub fn open(name: &str, bytes: &[u8]) -> usize {
    shown::everything(mail::with(name, "application/octet-stream", bytes), true)
}
