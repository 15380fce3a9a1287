//! How messages are written: header, transfer encodings, multiparts.

/// Fields every ordinary message has, and a subject.
pub(crate) fn head(subject: &str) -> String {
    format!(
        "Return-Path: <bianca.castafiore@medecin.mssante.fr>\n\
         From: Dr Bianca CASTAFIORE <bianca.castafiore@medecin.mssante.fr>\n\
         To: =?utf-8?q?Secr=C3=A9tariat_de_cardiologie?= <secretariat.cardio@ch-moulinsart.mssante.fr>\n\
         Date: Thu, 12 Mar 2026 10:22:00 +0100\n\
         Message-ID: <20260312092200.1@medecin.mssante.fr>\n\
         Subject: {subject}\n\
         MIME-Version: 1.0\n"
    )
}

/// A message: lines end with CRLF, whatever they ended with.
pub(crate) fn message(header: &str, body: &str) -> Vec<u8> {
    crlf(&format!("{header}\n{body}"))
}

/// A message of bytes: only the header gets its CRLF.
pub(crate) fn message_of_bytes(header: &str, body: &[u8]) -> Vec<u8> {
    let mut raw = crlf(&format!("{header}\n"));
    raw.extend_from_slice(body);
    raw
}

pub(crate) fn crlf(text: &str) -> Vec<u8> {
    text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes()
}

/// Base64 in lines of 76 characters.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len() * 3 / 2);
    for (place, chunk) in bytes.chunks(3).enumerate() {
        if place > 0 && place % 19 == 0 {
            out.push('\n');
        }
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let group = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for at in 0..4_usize {
            let digit = (group >> (18 - 6 * at)) & 63;
            let digit = ALPHABET.get(digit as usize).copied().unwrap_or(b'A');
            out.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

/// Quoted-printable, lines broken softly.
pub(crate) fn quoted(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    let mut column = 0;
    for (place, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' {
            out.push('\n');
            column = 0;
            continue;
        }
        let last = bytes.get(place + 1).is_none_or(|next| *next == b'\n');
        let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (*byte == b' ' && !last);
        let piece = if plain { char::from(*byte).to_string() } else { format!("={byte:02X}") };
        if column + piece.len() > 75 {
            out.push_str("=\n");
            column = 0;
        }
        column += piece.len();
        out.push_str(&piece);
    }
    out
}

/// A multipart: its `Content-Type`, an empty line, its parts.
pub(crate) fn multipart(kind: &str, boundary: &str, parts: &[String]) -> String {
    let inner: String = parts.iter().map(|part| format!("--{boundary}\n{part}\n")).collect();
    format!("Content-Type: multipart/{kind};\n boundary=\"{boundary}\"\n\n{inner}--{boundary}--\n")
}

/// A part of plain text in UTF-8.
pub(crate) fn plain(text: &str) -> String {
    format!("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}")
}

/// A part of HTML in UTF-8.
pub(crate) fn html(text: &str) -> String {
    format!(
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{}",
        quoted(text.as_bytes())
    )
}

/// A file, in base64. `name` is written as it stands, parameters and all.
pub(crate) fn file(media: &str, name: &str, bytes: &[u8]) -> String {
    format!(
        "Content-Type: {media}\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; {name}\n\n{}",
        base64(bytes)
    )
}

/// A PDF as far as its first bytes go.
pub(crate) const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
/// An archive with nothing in it.
pub(crate) const ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
/// A picture of one pixel.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xfc\xcf\xc0P\x0f\0\x04\x85\x01\x80\x84\xa9\x8c!\0\0\0\0IEND\xaeB`\x82";

/// Single-byte charsets, for the letters our texts have. Panics on others: a mistake in this crate.
pub(crate) fn encode(text: &str, charset: &str) -> Vec<u8> {
    text.chars().flat_map(|c| encode_char(c, charset)).collect()
}

fn encode_char(c: char, charset: &str) -> Vec<u8> {
    if c.is_ascii() {
        return vec![c as u8];
    }
    let table: &[(char, u8)] = match charset {
        "windows-1252" => &[('€', 0x80), ('œ', 0x9C), ('’', 0x92), ('–', 0x96), ('…', 0x85), ('Œ', 0x8C)],
        "iso-8859-15" => &[('€', 0xA4), ('œ', 0xBD), ('Œ', 0xBC)],
        "ibm850" => &[
            ('é', 0x82),
            ('è', 0x8A),
            ('à', 0x85),
            ('ç', 0x87),
            ('ê', 0x88),
            ('ô', 0x93),
            ('û', 0x96),
            ('ù', 0x97),
            ('î', 0x8C),
            ('É', 0x90),
            ('°', 0xF8),
            ('â', 0x83),
        ],
        "macintosh" => &[
            ('é', 0x8E),
            ('è', 0x8F),
            ('à', 0x88),
            ('ç', 0x8D),
            ('ê', 0x90),
            ('ô', 0x99),
            ('û', 0x9E),
            ('ù', 0x9D),
            ('î', 0x94),
            ('É', 0x83),
            ('°', 0xA1),
            ('â', 0x89),
        ],
        _ => &[],
    };
    if let Some((_, byte)) = table.iter().find(|(known, _)| *known == c) {
        return vec![*byte];
    }
    match u8::try_from(c as u32) {
        Ok(byte) if !matches!(charset, "ibm850" | "macintosh") => vec![byte],
        _ => vec![b'?'],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_as_they_are_defined() {
        assert_eq!(base64(b"Zo\xC3\xA9"), "Wm/DqQ==");
        assert_eq!(base64(&[0; 58]).lines().next().map(str::len), Some(76));
        assert_eq!(quoted("Zoé =\nfin \n".as_bytes()), "Zo=C3=A9 =3D\nfin=20\n");
        assert!(quoted(&[b'a'; 200]).lines().all(|line| line.len() <= 76));
        assert_eq!(encode("é€", "iso-8859-15"), [0xE9, 0xA4]);
    }
}
