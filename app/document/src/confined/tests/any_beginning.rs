//! Files that stop too early, at every sixteenth of their length, and files with a few bytes changed.

use image::ImageFormat;
use papers::people::LAMPION;
use papers::{cda, mail, office, pdf, picture as pictures, results, xdm};

use super::Desk;
use crate::limits::Limits;
use crate::reading::Face;

fn every_kind() -> Vec<(&'static str, Vec<u8>)> {
    let report = pdf::hospital_report(&LAMPION, 3);
    vec![
        ("a.pdf", report.clone()),
        ("secret.pdf", pdf::encrypted(&LAMPION, "")),
        ("photo.jpg", pictures::photograph(120, 80, 6)),
        ("a.png", pictures::encoded(120, 80, ImageFormat::Png)),
        ("a.gif", pictures::encoded(120, 80, ImageFormat::Gif)),
        ("a.bmp", pictures::encoded(120, 80, ImageFormat::Bmp)),
        ("a.webp", pictures::encoded(120, 80, ImageFormat::WebP)),
        ("a.tif", pictures::tiff(3)),
        ("fax.tif", pictures::fax(200, 100)),
        ("cda.xml", cda::biology_with_earlier(&LAMPION).xml().into_bytes()),
        ("image.xml", cda::imaging(&LAMPION, &report).xml().into_bytes()),
        ("IHE_XDM.ZIP", xdm::of(&cda::discharge(&LAMPION).with_copy(&report))),
        ("oru.hl7", results::hl7(&LAMPION).into_bytes()),
        ("a.hpr", results::hprim(&LAMPION).into_bytes()),
        ("a.docx", office::word()),
        ("a.odt", office::open_document()),
        ("a.xlsx", office::excel()),
        ("a.rtf", b"{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}Cher confr\\'e8re,\\par \\u339?uvre}".to_vec()),
        ("a.html", b"<html><body><table><tr><td>a</td></tr></table></body></html>".to_vec()),
        ("a.csv", b"Nom;Valeur\r\nNa;140\r\nK;4,2\r\n".to_vec()),
        ("a.eml", mail::with("a.pdf", "application/pdf", &report)),
    ]
}

/// Opens everything there is in a message. Whatever happens must be a value.
fn open_all(name: &str, bytes: &[u8]) -> usize {
    let raw = mail::with(name, "application/octet-stream", bytes);
    let (desk, reading) = Desk::read(raw, true, true, Limits::default());
    for document in 0..reading.documents.len() as u32 {
        for face in [Face::Pages, Face::Text] {
            assert!(desk.view(document, face).is_some());
        }
        let _ = desk.page(document, 0, 120);
    }
    reading.documents.len()
}

#[test]
fn whole_files_of_every_kind_are_shown() {
    for (name, bytes) in every_kind() {
        let raw = mail::with(name, "application/octet-stream", &bytes);
        let (_, reading) = Desk::read(raw, true, true, Limits::default());
        assert!(reading.documents.iter().all(|document| document.refused.is_none()), "{name}");
    }
}

#[test]
fn every_beginning_of_every_kind_ends_in_a_value() {
    for (name, bytes) in every_kind() {
        for sixteenth in 0..16 {
            let beginning = &bytes[..bytes.len() * sixteenth / 16];
            assert!(open_all(name, beginning) >= 1, "{name} {sixteenth}/16");
        }
    }
}

#[test]
fn changed_bytes_of_every_kind_end_in_a_value() {
    let mut dice = 0x9E37_79B9_7F4A_7C15_u64;
    let mut roll = |below: usize| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        (dice >> 33) as usize % below
    };
    for (name, bytes) in every_kind() {
        for _ in 0..12 {
            let mut spoilt = bytes.clone();
            for _ in 0..=roll(6) {
                let at = roll(spoilt.len());
                spoilt[at] = roll(256) as u8;
            }
            open_all(name, &spoilt);
        }
    }
}
