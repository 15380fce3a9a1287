//! HTML files, read as the HTML part of a message would be: text alone, no images, links or scripts.

use crate::letter::Message;
use crate::limits::Limits;
use crate::view::View;

/// Whether bytes begin like HTML.
pub(crate) fn is_html(start: &[u8]) -> bool {
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let start = start.trim_start_matches('\u{feff}').trim_start();
    start.starts_with('<') && ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| start.contains(tag))
}

/// The text of an HTML file.
pub(crate) fn view(bytes: &[u8], limits: &Limits) -> View {
    let mut message = Vec::with_capacity(bytes.len() + 200);
    // What browsers find in practice: UTF-8 when it is, else the Windows code page that French files are in.
    let charset = if std::str::from_utf8(bytes).is_ok() { "utf-8" } else { "windows-1252" };
    message.extend_from_slice(
        b"MIME-Version: 1.0\r\nContent-Transfer-Encoding: binary\r\nContent-Type: text/html; charset=",
    );
    message.extend_from_slice(charset.as_bytes());
    message.extend_from_slice(b"\r\n\r\n");
    message.extend_from_slice(bytes);
    let letter = Message::read(message, true, &limits.letter).letter();
    View::Text { blocks: letter.blocks.clone(), cut: letter.cut }
}
