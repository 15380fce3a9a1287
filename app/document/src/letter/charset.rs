//! Bytes into characters: the charset a message names, or the best guess where it names none, an unknown one, or one
//! that its own bytes contradict.

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use mail_parser::decoders::charsets::map::charset_decoder;

/// What programs write when they do not know.
const NAMELESS: [&str; 12] = [
    "",
    "us-ascii",
    "ascii",
    "ansi_x3.4-1968",
    "x-unknown",
    "unknown",
    "unknown-8bit",
    "default",
    "default_charset",
    "8bit",
    "binary",
    "x-user-defined",
];
/// Western charsets, which are often named where UTF-8 is written.
const WESTERN: [&str; 4] = ["windows-1252", "ISO-8859-15", "ISO-8859-10", "windows-1254"];

/// Characters of `bytes` in the charset called `label`.
pub(super) fn decode(bytes: &[u8], label: Option<&str>) -> String {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return utf_8(rest);
    }
    let label = label.unwrap_or_default().trim_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\''));
    // RFC 2231 adds a language: `utf-8*fr`.
    let label = label.split('*').next().unwrap_or_default().to_ascii_lowercase();
    if label.starts_with("utf-16") || label.starts_with("utf16") || label == "ucs-2" || label == "unicode" {
        return utf_16(bytes, &label);
    }
    if NAMELESS.contains(&label.as_str()) {
        return guess(bytes);
    }
    if label == "utf-7" || label == "unicode-1-1-utf-7" {
        return utf_7(bytes);
    }
    match Encoding::for_label(label.as_bytes()) {
        Some(encoding) if encoding == UTF_8 => utf_8(bytes),
        Some(encoding) if encoding == REPLACEMENT => guess(bytes),
        Some(encoding) if WESTERN.contains(&encoding.name()) && is_utf_8(bytes) => utf_8(bytes),
        Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        None if is_utf_8(bytes) => utf_8(bytes),
        // Charsets of DOS are in no list of the web, and still in letters of old hospital software.
        None => match charset_decoder(label.as_bytes()) {
            Some(decoder) => decoder(bytes),
            None => guess(bytes),
        },
    }
}

/// UTF-8 that has more in it than ASCII. Text in another charset hardly ever looks like it.
fn is_utf_8(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok()
}

/// UTF-8, unless it is plainly something else. Bytes that are not, in a text that is, were pasted by a program that did
/// not look: they are read as Windows-1252.
fn utf_8(bytes: &[u8]) -> String {
    let (mut sound, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    // One broken character at the end is where somebody cut.
    let cut = broken == 1 && bytes.utf8_chunks().last().is_some_and(|chunk| !chunk.invalid().is_empty());
    if broken == 0 || (cut && (sound > 0 || bytes.len() > 200)) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    if sound < broken {
        return single(bytes);
    }
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        match chunk.invalid() {
            // What is left of an accented letter; French has no such letters in Latin-1.
            [0xC2 | 0xC3, ..] => out.push('\u{FFFD}'),
            other => out.push_str(&WINDOWS_1252.decode_without_bom_handling(other).0),
        }
    }
    out
}

/// No charset is named.
fn guess(bytes: &[u8]) -> String {
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return UTF_16LE.decode_without_bom_handling(rest).0.into_owned();
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return UTF_16BE.decode_without_bom_handling(rest).0.into_owned();
    }
    utf_8(bytes)
}

/// One byte a character: Windows, DOS or Macintosh, whichever makes more French letters of it. Only bytes between two
/// letters count: around a word stand the quotation marks and dashes of Windows, which look like letters of the others.
fn single(bytes: &[u8]) -> String {
    const WINDOWS: &[u8] = b"\xE0\xE2\xE7\xE8\xE9\xEA\xEE\xF4\xF9\xFB\xC9\xB0";
    const DOS: &[u8] = b"\x85\x83\x87\x8A\x82\x88\x8C\x93\x97\x96\x90\xF8";
    const MACINTOSH: &[u8] = b"\x88\x89\x8D\x8F\x8E\x90\x94\x99\x9D\x9E\x83\xA1";
    let inner = |window: &&[u8]| matches!(window, [before, _, after] if before.is_ascii_alphabetic() && after.is_ascii_alphabetic());
    let middle = |letters: &[u8], window: &[u8]| matches!(window, [_, byte, _] if letters.contains(byte));
    let score = |letters: &[u8]| bytes.windows(3).filter(inner).filter(|w| middle(letters, w)).count();
    let (windows, dos, macintosh) = (score(WINDOWS), score(DOS), score(MACINTOSH));
    let old = if dos > windows && dos >= macintosh {
        charset_decoder(b"ibm850")
    } else if macintosh > windows {
        charset_decoder(b"macintosh")
    } else {
        None
    };
    match old {
        Some(decoder) => decoder(bytes),
        None => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// RFC 2781: a byte order mark tells; without one, French text has its zeros on one side.
fn utf_16(bytes: &[u8], label: &str) -> String {
    let (little, rest) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (true, rest),
        [0xFE, 0xFF, rest @ ..] => (false, rest),
        _ if label.ends_with("le") => (true, bytes),
        _ if label.ends_with("be") => (false, bytes),
        // Bytes that never went through UTF-16, whatever the label says.
        _ if !bytes.iter().take(400).any(|b| *b == 0) => return utf_8(bytes),
        _ => {
            let zeros = |odd: usize| bytes.iter().take(400).skip(odd).step_by(2).filter(|b| **b == 0).count();
            (zeros(1) >= zeros(0), bytes)
        }
    };
    let encoding = if little { UTF_16LE } else { UTF_16BE };
    encoding.decode_without_bom_handling(rest).0.into_owned()
}

fn utf_7(bytes: &[u8]) -> String {
    let Some(decoder) = charset_decoder(b"utf-7") else { return guess(bytes) };
    // The decoder drops what it has not yet flushed at the end.
    let mut ended = bytes.to_vec();
    ended.push(b'\n');
    let mut text = decoder(&ended);
    if text.ends_with('\n') {
        text.pop();
    }
    text
}

/// The charset an HTML page names in itself.
pub(super) fn in_html(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(4096))?.to_ascii_lowercase();
    let at = memchr::memmem::find(&head, b"charset=")?;
    let rest = head.get(at + 8..)?;
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let name: String = rest
        .iter()
        .take(40)
        .map(|b| char::from(*b))
        .take_while(|c| c.is_ascii_alphanumeric() || "-_.:".contains(*c))
        .collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_charsets_of_french_mail() {
        let cases: [(&[u8], &str, &str); 15] = [
            (b"\xC3\xA9t\xC3\xA9 \xE2\x82\xAC", "utf-8", "été €"),
            (b"\xC3\xA9t\xC3\xA9", "\"UTF-8\"", "été"),
            (b"\xE9t\xE9", "iso-8859-1", "été"),
            (b"\xE9t\xE9 \x80 \x9C", "iso-8859-1", "été € œ"),
            (b"\xE9t\xE9 \x80", "windows-1252", "été €"),
            (b"\xE9t\xE9 \xA4 \xBD", "iso-8859-15", "été € œ"),
            (b"\xFF\xFE\xE9\x00t\x00", "utf-16", "ét"),
            (b"\xFE\xFF\x00\xE9\x00t", "utf-16", "ét"),
            (b"\xE9\x00t\x00", "utf-16", "ét"),
            (b"\xE9\x00t\x00", "utf-16le", "ét"),
            (b"\x82t\x82", "ibm850", "été"),
            (b"\x82t\x82", "cp850", "été"),
            (b"+AOk-t+AOk", "utf-7", "été"),
            (b"\x83n\x83\x8D\x81[", "shift_jis", "ハロー"),
            (b"\x8Et\x8E", "macintosh", "été"),
        ];
        for (bytes, label, expected) in cases {
            assert_eq!(decode(bytes, Some(label)), expected, "{label}");
        }
    }

    #[test]
    fn bytes_that_contradict_their_label() {
        // UTF-8 that says it is Latin-1, and the other way round.
        assert_eq!(decode("Zoé a été opérée".as_bytes(), Some("iso-8859-1")), "Zoé a été opérée");
        assert_eq!(decode(b"Zo\xE9 a \xE9t\xE9 op\xE9r\xE9e", Some("utf-8")), "Zoé a été opérée");
        assert_eq!(decode(b"Zo\xE9", Some("us-ascii")), "Zoé");
        assert_eq!(decode(b"Zo\xC3\xA9 et Zo\xE9.", Some("utf-8")), "Zoé et Zoé.");
        assert_eq!(decode("Zoé".as_bytes(), Some("utf-16")), "Zoé");
    }

    #[test]
    fn no_charset_or_an_unknown_one_is_guessed() {
        assert_eq!(decode("Zoé".as_bytes(), None), "Zoé");
        assert_eq!(decode(b"Zo\xE9", None), "Zoé");
        assert_eq!(decode(b"Zo\xE9", Some("x-logiciel-maison")), "Zoé");
        assert_eq!(decode(b"op\x82r\x82e \x85 l'h\x93pital", None), "opérée à l'hôpital");
        assert_eq!(decode(b"op\x8Er\x8Ee \x88 l'h\x99pital", None), "opérée à l'hôpital");
        assert_eq!(decode(b"Zo\xE9", Some("iso-2022-kr")), "Zoé");
        assert_eq!(decode(b"il a dit \x93non\x94\x85", None), "il a dit “non”…");
    }

    #[test]
    fn a_cut_in_the_middle_of_a_character_costs_one_character() {
        let whole = "é".repeat(50);
        let cut = &whole.as_bytes()[..99];
        assert_eq!(decode(cut, Some("utf-8")), format!("{}\u{FFFD}", "é".repeat(49)));
    }

    #[test]
    fn the_charset_that_html_names() {
        assert_eq!(
            in_html(b"<meta http-equiv=x content=\"text/html; CHARSET=windows-1252\">").as_deref(),
            Some("windows-1252")
        );
        assert_eq!(in_html(b"<meta charset='utf-8'>").as_deref(), Some("utf-8"));
        assert_eq!(in_html(b"<p>charset="), None);
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_charset_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..300), label in "[a-z0-9_-]{0,12}|utf-7|utf-16|cp850|gb18030|iso-2022-jp") {
            decode(&bytes, Some(&label));
        }
    }
}
