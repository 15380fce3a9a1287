//! What bytes are, by themselves: names and declared types lie, by mistake or on purpose.

use crate::archive::is_zip;
use crate::pages::image;
use crate::reading::Kind;
use crate::{office, text, xml};

/// How far a beginning goes.
const START: usize = 4096;

/// What bytes are.
pub(crate) fn of(bytes: &[u8]) -> Kind {
    let start = bytes.get(..START.min(bytes.len())).unwrap_or_default();
    // Some writers put a few bytes before the header (ISO 32000-1, annex H.3.4.1: within the first 1 024).
    if start.windows(5).take(1024).any(|five| five == b"%PDF-") {
        return Kind::Pdf;
    }
    if image::format(bytes).is_some() {
        return Kind::Image;
    }
    if is_zip(bytes) {
        return if office::is_office(bytes) { Kind::Office } else { Kind::Archive };
    }
    if start.starts_with(b"{\\rtf") {
        return Kind::Rtf;
    }
    if let Some(root) = xml::root_name(bytes) {
        return match root.as_str() {
            "ClinicalDocument" => Kind::Cda,
            root if root.eq_ignore_ascii_case("html") => Kind::Html,
            _ if text::html::is_html(start) => Kind::Html,
            _ => Kind::Xml,
        };
    }
    if text::html::is_html(start) {
        return Kind::Html;
    }
    if !text::is_text(bytes) {
        return Kind::Other;
    }
    let start = text::decode(start);
    if text::hl7::is_hl7(&start) || text::hprim::is_hprim(bytes) {
        Kind::Results
    } else if text::is_message(&start) {
        Kind::Message
    } else if text::table::is_table(&text::decode(bytes)) {
        Kind::Table
    } else {
        Kind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        for (bytes, kind) in [
            (&b"%PDF-1.4\n"[..], Kind::Pdf),
            (b"\xEF\xBB\xBF\r\n%PDF-1.7", Kind::Pdf),
            (b"\x89PNG\r\n\x1A\n....", Kind::Image),
            (b"\xFF\xD8\xFF\xE0....", Kind::Image),
            (b"II*\0....", Kind::Image),
            (b"PK\x03\x04....", Kind::Archive),
            (b"{\\rtf1\\ansi bonjour}", Kind::Rtf),
            (b"<?xml version='1.0'?><!-- x --><ClinicalDocument xmlns='urn:hl7-org:v3'/>", Kind::Cda),
            (b"<h:ClinicalDocument xmlns:h='urn:hl7-org:v3'>", Kind::Cda),
            (b"<!DOCTYPE html><html><body>", Kind::Html),
            (b"  <HTML><HEAD>", Kind::Html),
            (b"<?xml version='1.0'?><SubmitObjectsRequest/>", Kind::Xml),
            (b"MSH|^~\\&|LABO|SANZOT\rPID|1\r", Kind::Results),
            (b"Return-Path: <a@b>\r\nFrom: a@b\r\nSubject: x\r\n\r\nbonjour", Kind::Message),
            (b"nom;resultat\nNa;140\nK;4,2\n", Kind::Table),
            (b"BM n'est pas une image, c'est un texte qui commence ainsi.", Kind::Text),
            (b"Bonjour docteur; voici\nla suite.", Kind::Text),
            (b"MZ\x90\0\x03\0\0\0", Kind::Other),
            (b"", Kind::Other),
        ] {
            assert_eq!(of(bytes), kind, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
