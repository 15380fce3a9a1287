//! A message around documents (RFC 5322, RFC 2045).

use std::fmt::Write as _;

use crate::base64_lines;

/// A document attached.
pub struct Attached<'a> {
    /// Name of the file, ASCII.
    pub name: &'a str,
    /// Declared media type.
    pub media: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// A message from the invented Dr Castafiore with a text and attachments.
pub fn message(subject: &str, text: &str, attached: &[Attached<'_>]) -> Vec<u8> {
    let mut out = format!(
        "Return-Path: <bianca.castafiore@mss.test>\r\nFrom: Dr Bianca CASTAFIORE <bianca.castafiore@mss.test>\r\nTo: \
         <tryphon.tournesol@mss.test>\r\nSubject: {subject}\r\nDate: Sun, 22 Nov 2026 10:31:00 +0100\r\nMessage-ID: \
         <papers.{}@mss.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"papers\"\r\n\r\n--papers\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n",
        attached.len()
    );
    for Attached { name, media, bytes } in attached {
        write!(
            out,
            "--papers\r\nContent-Type: {media}; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{}\r\n",
            base64_lines(bytes)
        )
        .unwrap();
    }
    out.push_str("--papers--\r\n");
    out.into_bytes()
}

/// A message with one attachment.
pub fn with(name: &str, media: &str, bytes: &[u8]) -> Vec<u8> {
    message("Document", "Veuillez trouver ci-joint le document.", &[Attached { name, media, bytes }])
}
