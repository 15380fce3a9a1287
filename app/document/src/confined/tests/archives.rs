//! Archives, honest and not.

use papers::people::LAMPION;
use papers::{hostile, mail, pdf, xdm};

use super::{mailed, one, pages, read};
use crate::error::Refusal;
use crate::limits::Limits;
use crate::reading::{Face, Kind};
use crate::view::View;

#[test]
fn files_of_a_plain_archive_are_lines() {
    let archive = xdm::zip(&[("dossier/a.pdf", &pdf::hospital_report(&LAMPION, 2)), ("note.txt", b"Bonjour")]);
    let (desk, reading) = mailed(&[("documents.zip", &archive)]);
    let names: Vec<&str> = reading.documents.iter().map(|d| d.name.as_str()).collect();
    assert_eq!(names, ["a.pdf", "note.txt"]);
    assert!(reading.documents.iter().all(|d| d.attachments == [0]));
    assert_eq!(pages(&desk, 0).0, 2);
}

#[test]
fn an_archive_inside_an_archive_stays_closed() {
    let (desk, document) = one("a.zip", &hostile::nested_zip(40));
    assert_eq!((document.kind, document.refused), (Kind::Archive, Some(Refusal::Unsupported)));
    assert!(matches!(desk.view(0, Face::Text), Some(View::Refused(Refusal::Unsupported))));
    // Nor among the documents of an XDM.
    let inner = hostile::nested_zip(1);
    let letter = papers::cda::discharge(&LAMPION);
    let entry = xdm::Entry { name: "D.ZIP", bytes: &inner, ..xdm::entry("", &letter, "") };
    let (_, document) = one("IHE_XDM.ZIP", &xdm::archive(&[entry]));
    assert_eq!(document.refused, Some(Refusal::Unsupported));
}

#[test]
fn bombs_are_refused_before_they_are_opened() {
    let (_, document) = one("bombe.zip", &hostile::overlapping_zip());
    assert_eq!(document.refused, Some(Refusal::Broken));
    let (_, document) = one("gros.zip", &hostile::large_zip(200));
    assert_eq!(document.refused, Some(Refusal::TooLarge));
    let many: Vec<(String, &[u8])> = (0..2000).map(|n| (format!("{n}.txt"), b"x".as_slice())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let (_, document) = one("nombreux.zip", &xdm::zip(&many));
    assert_eq!(document.refused, Some(Refusal::TooLarge));
}

#[test]
fn an_archive_that_says_less_than_it_holds_is_broken() {
    let mut archive = xdm::zip(&[("a.txt", &vec![b'a'; 100_000])]);
    // Its size, in the local header and in the directory, made smaller.
    let size = 100_000_u32.to_le_bytes();
    while let Some(at) = archive.windows(4).position(|window| window == size) {
        archive[at..at + 4].copy_from_slice(&50_u32.to_le_bytes());
    }
    let (_, document) = one("menteur.zip", &archive);
    assert_eq!(document.refused, Some(Refusal::Broken));
}

#[test]
fn an_archive_with_a_password_says_so() {
    let mut archive = xdm::zip(&[("secret.pdf", b"%PDF-1.4")]);
    // The flag of encryption, in the local header and in the directory (APPNOTE 4.4.4, bit 0).
    for (signature, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = archive.windows(4).position(|window| window == signature).unwrap();
        archive[at + flags] |= 1;
    }
    let (desk, document) = one("secret.zip", &archive);
    assert_eq!(document.refused, Some(Refusal::Password));
    assert!(matches!(desk.view(0, Face::Text), Some(View::Refused(Refusal::Password))));
}

#[test]
fn names_that_climb_out_are_refused_with_their_archive() {
    for name in ["../../etc/passwd", "/etc/passwd", "C:/x", "a//b", "a\u{7}b", "..\\x", &"x".repeat(300)] {
        let (_, document) = one("chemins.zip", &xdm::zip(&[("bon.txt", b"Bonjour"), (name, b"mal")]));
        assert_eq!(document.refused, Some(Refusal::Broken), "{name}");
    }
}

#[test]
fn documents_beyond_the_limit_are_told() {
    let files: Vec<(String, &[u8])> = (0..300).map(|n| (format!("{n}.txt"), b"Bonjour".as_slice())).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let (_, reading) = mailed(&[("a.zip", &xdm::zip(&files))]);
    assert_eq!(reading.documents.len(), Limits::default().documents as usize);
    assert!(reading.more_documents);
}

#[test]
fn an_attached_message_is_a_line_and_so_are_its_documents() {
    let inner = mail::with("a.pdf", "application/pdf", &pdf::hospital_report(&LAMPION, 1));
    let (desk, reading) = mailed(&[("message.eml", &inner)]);
    let kinds: Vec<Kind> = reading.documents.iter().map(|d| d.kind).collect();
    assert_eq!(kinds, [Kind::Message, Kind::Pdf]);
    assert!(matches!(desk.view(0, Face::Text), Some(View::Letter(letter)) if letter.subject == "Document"));
    assert_eq!(pages(&desk, 1).0, 1);
}

#[test]
fn messages_inside_messages_end() {
    let inner = (0..12).fold(mail::with("a.txt", "text/plain", b"fin"), |inner, _| {
        mail::with("m.eml", "application/octet-stream", &inner)
    });
    let (_, reading) = read(inner);
    assert!(reading.documents.len() <= 3, "{}", reading.documents.len());
}
