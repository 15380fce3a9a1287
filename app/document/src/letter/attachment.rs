//! What came with a letter: its name, its kind by its first bytes, its size.

use super::clean;
use super::header::Header;
use super::limits::{LINE, PART_HEADER};
use super::mime::Part;
use super::model::{Attachment, Sniffed};
use super::subject;

/// Characters of a name. An ending is never cut off.
const NAME: usize = 120;

/// Describes a part of `bytes`.
pub(super) fn describe(index: usize, part: &Part, bytes: &[u8], embedded: bool) -> Attachment {
    let body = bytes.get(part.body.clone()).unwrap_or_default();
    let head = part.transfer.decode(body, PART_HEADER);
    let sniffed = sniff(&head, &part.media);
    Attachment {
        index,
        name: name(part, sniffed),
        title: if sniffed == Sniffed::Message { title(&head) } else { String::new() },
        declared: clean::line(&part.media, 100),
        sniffed,
        size: part.transfer.size(body),
        content_id: part.id.as_ref().map(|id| clean::line(id, LINE)),
        embedded,
        whole: part.ended,
    }
}

/// Subject of an attached message.
fn title(head: &[u8]) -> String {
    let (header, _) = Header::split(head, PART_HEADER);
    subject::clean(&header.text("Subject").unwrap_or_default())
}

fn name(part: &Part, sniffed: Sniffed) -> String {
    let given = part.name.as_deref().unwrap_or_default();
    // No path, whoever's separators.
    let base = given.rsplit(['/', '\\']).find(|piece| !piece.trim().is_empty()).unwrap_or_default();
    let base = clean::line(base, 10 * LINE).trim_matches([' ', '.']).to_owned();
    if base.is_empty() {
        return made_up(&part.media, sniffed);
    }
    if base.chars().count() <= NAME {
        return base;
    }
    // A long name loses its middle: its ending says what it is.
    let (stem, ending) = match base.rsplit_once('.') {
        Some((stem, ending)) if ending.chars().count() <= 10 => (stem, format!(".{ending}")),
        _ => (base.as_str(), String::new()),
    };
    let stem: String = stem.chars().take(NAME - ending.chars().count()).collect();
    format!("{stem}…{ending}")
}

fn made_up(media: &str, sniffed: Sniffed) -> String {
    let (stem, ending) = match sniffed {
        Sniffed::Pdf => ("document", "pdf"),
        Sniffed::Zip => ("archive", "zip"),
        Sniffed::Jpeg => ("image", "jpg"),
        Sniffed::Png => ("image", "png"),
        Sniffed::Gif => ("image", "gif"),
        Sniffed::Tiff => ("image", "tif"),
        Sniffed::Bmp => ("image", "bmp"),
        Sniffed::Webp => ("image", "webp"),
        Sniffed::Heif => ("image", "heic"),
        Sniffed::Dicom => ("image", "dcm"),
        Sniffed::Rtf => ("document", "rtf"),
        Sniffed::Tnef => ("winmail", "dat"),
        Sniffed::Message => ("message", "eml"),
        Sniffed::Cms => ("smime", "p7m"),
        _ => match media {
            "text/plain" => ("texte", "txt"),
            "text/html" => ("page", "html"),
            "text/csv" => ("tableau", "csv"),
            "text/calendar" => ("invitation", "ics"),
            "text/vcard" | "text/x-vcard" | "text/directory" => ("carte-de-visite", "vcf"),
            "text/xml" | "application/xml" => ("document", "xml"),
            "application/ms-tnef" | "application/vnd.ms-tnef" => ("winmail", "dat"),
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => ("smime", "p7m"),
            "application/pdf" => ("document", "pdf"),
            "application/zip" => ("archive", "zip"),
            _ => ("fichier", ""),
        },
    };
    if ending.is_empty() { stem.to_owned() } else { format!("{stem}.{ending}") }
}

/// What the first bytes say. The declared type decides only what has no bytes of its own: messages.
pub(super) fn sniff(head: &[u8], media: &str) -> Sniffed {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    match head {
        [] => return Sniffed::Empty,
        [0xFF, 0xD8, 0xFF, ..] => return Sniffed::Jpeg,
        [0x89, b'P', b'N', b'G', ..] => return Sniffed::Png,
        [b'G', b'I', b'F', b'8', ..] => return Sniffed::Gif,
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => return Sniffed::Tiff,
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => return Sniffed::Bmp,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => return Sniffed::Webp,
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..]
            if [b"heic", b"heix", b"mif1", b"msf1", b"avif"].iter().any(|known| brand.starts_with(*known)) =>
        {
            return Sniffed::Heif;
        }
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => return Sniffed::Zip,
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => return Sniffed::Ole,
        [0x78, 0x9F, 0x3E, 0x22, ..] => return Sniffed::Tnef,
        [0x1F, 0x8B, ..] | [b'7', b'z', 0xBC, 0xAF, ..] | [b'R', b'a', b'r', b'!', ..] | [b'B', b'Z', b'h', ..] => {
            return Sniffed::Archive;
        }
        [b'M', b'Z', ..] | [0x7F, b'E', b'L', b'F', ..] => return Sniffed::Program,
        _ if head.get(128..132) == Some(b"DICM") => return Sniffed::Dicom,
        _ => {}
    }
    // A PDF may have some bytes before it (ISO 32000, annex H: its readers look at the first 1024).
    if memchr::memmem::find(head.get(..1024.min(head.len())).unwrap_or(head), b"%PDF-").is_some() {
        return Sniffed::Pdf;
    }
    if text.starts_with(b"{\\rtf") {
        return Sniffed::Rtf;
    }
    if media == "message/rfc822" || media == "message/global" {
        return Sniffed::Message;
    }
    if text.starts_with(b"<") {
        let start = text.get(..text.len().min(64)).unwrap_or(text).to_ascii_lowercase();
        let html = [b"<!doctype html".as_slice(), b"<html", b"<head", b"<body", b"<meta", b"<div", b"<p"];
        if media == "text/html" || html.iter().any(|tag| start.starts_with(tag)) {
            return Sniffed::Html;
        }
        return if text.starts_with(b"<?xml") || media.ends_with("xml") { Sniffed::Xml } else { Sniffed::Text };
    }
    // ContentInfo of CMS: a sequence that begins with an object identifier of PKCS #7.
    if memchr::memmem::find(head.get(..40.min(head.len())).unwrap_or(head), b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07")
        .is_some()
    {
        return Sniffed::Cms;
    }
    if memchr::memchr(0, head).is_none()
        && head.iter().filter(|b| **b < 32 && !b.is_ascii_whitespace() && **b != 27).count() == 0
    {
        return Sniffed::Text;
    }
    Sniffed::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(name: &str, media: &str) -> String {
        let mut part = Part::default();
        (part.name, part.media) = (Some(name.to_owned()), media.to_owned());
        describe(0, &part, b"", false).name
    }

    #[test]
    fn names_lose_their_path_and_their_tricks() {
        for (name, expected) in [
            ("CR opératoire.pdf", "CR opératoire.pdf"),
            ("C:\\Users\\zoe\\CR.pdf", "CR.pdf"),
            ("../../etc/passwd", "passwd"),
            ("facture\u{202E}fdp.exe", "facturefdp.exe"),
            ("a\r\nb\u{0}.pdf", "a b.pdf"),
            ("...", "document.pdf"),
            ("", "document.pdf"),
            ("dossier/", "dossier"),
        ] {
            assert_eq!(named(name, "application/pdf"), expected, "{name:?}");
        }
        let long = named(&format!("{}.pdf", "é".repeat(500)), "application/pdf");
        assert!(long.ends_with("é….pdf") && long.chars().count() <= NAME + 1, "{long}");
    }

    #[test]
    fn what_the_first_bytes_say() {
        for (head, media, expected) in [
            (b"".as_slice(), "application/pdf", Sniffed::Empty),
            (b"%PDF-1.7", "application/octet-stream", Sniffed::Pdf),
            (b"\r\n%PDF-1.7", "", Sniffed::Pdf),
            (b"PK\x03\x04", "application/pdf", Sniffed::Zip),
            (b"\x78\x9F\x3E\x22\x00", "application/ms-tnef", Sniffed::Tnef),
            (b"MZ\x90\x00", "application/pdf", Sniffed::Program),
            (b"<?xml version='1.0'?>", "", Sniffed::Xml),
            (b"\xEF\xBB\xBF<!DOCTYPE HTML>", "", Sniffed::Html),
            (b"Subject: a\n\nb", "message/rfc822", Sniffed::Message),
            (b"\x30\x82\x01\x00\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02", "", Sniffed::Cms),
            (b"Bonjour\r\n", "", Sniffed::Text),
            (b"\x00\x01\x02", "", Sniffed::Unknown),
        ] {
            assert_eq!(sniff(head, media), expected, "{head:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_and_any_name(head in proptest::collection::vec(any::<u8>(), 0..200), name in "\\PC{0,300}") {
            sniff(&head, "text/plain");
            let name = named(&name, "image/png");
            prop_assert!(!name.is_empty() && !name.contains(['/', '\\']) && !name.chars().any(char::is_control));
        }
    }
}
