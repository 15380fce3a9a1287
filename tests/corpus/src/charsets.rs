//! Each charset in each transfer encoding, and what programs say about their charset that is not so.

use crate::write::{base64, encode, head, message_of_bytes, quoted};
use crate::{Sample, sample, small};

/// The letters French mail needs.
const TEXT: &str =
    "Chère consœur,\n\nL’examen de Mme Lampion a été réalisé à 8 h : température 37,2 °C, coût 23 €.\n\nBien à vous…\n";
/// The same without what Latin-1 lacks.
const LATIN: &str =
    "Cher confrère,\n\nL'examen de Mme Lampion a été réalisé à 8 h : température 37,2 °C.\n\nBien à vous\n";

fn body(bytes: &[u8], transfer: &str) -> Vec<u8> {
    match transfer {
        "base64" => base64(bytes).into_bytes(),
        "quoted-printable" => quoted(bytes).into_bytes(),
        _ => bytes.to_vec(),
    }
}

fn written(charset: &str, transfer: &str, bytes: &[u8]) -> Vec<u8> {
    let fields = format!("Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {transfer}\n");
    let body = body(bytes, transfer);
    let text: Vec<u8> = body.split(|b| *b == b'\n').collect::<Vec<_>>().join(b"\r\n".as_slice());
    message_of_bytes(&(head("Résultat") + &fields).replace("Résultat", "=?utf-8?q?R=C3=A9sultat?="), &text)
}

/// Bytes that are not lines: nothing is made of their line feeds.
fn wide(charset: &str, bytes: &[u8]) -> Vec<u8> {
    let fields = format!("Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n");
    message_of_bytes(&(head("UTF-16") + &fields), base64(bytes).replace('\n', "\r\n").as_bytes())
}

pub(crate) fn samples() -> Vec<Sample> {
    let mut all = Vec::new();
    let texts: [(&str, &str, Vec<u8>); 4] = [
        ("utf-8", "UTF-8", TEXT.as_bytes().to_vec()),
        ("latin-1", "iso-8859-1", encode(LATIN, "iso-8859-1")),
        ("windows-1252", "windows-1252", encode(TEXT, "windows-1252")),
        ("iso-8859-15", "\"ISO-8859-15\"", encode(&TEXT.replace('’', "'").replace('…', ""), "iso-8859-15")),
    ];
    for (name, charset, bytes) in &texts {
        for (short, transfer) in [("8bit", "8bit"), ("qp", "quoted-printable"), ("base64", "base64")] {
            all.push(small(
                &format!("charset-{name}-{short}"),
                &format!("French text in {name}, sent as {transfer}"),
                written(charset, transfer, bytes),
            ));
        }
    }
    let utf_16 = |little: bool| -> Vec<u8> {
        TEXT.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    };
    let marked = |mark: &[u8], little| [mark, &utf_16(little)].concat();
    all.push(small(
        "charset-utf-16-le-bom",
        "UTF-16 with a byte order mark, little-endian",
        wide("utf-16", &marked(b"\xFF\xFE", true)),
    ));
    all.push(small(
        "charset-utf-16-be-bom",
        "UTF-16 with a byte order mark, big-endian",
        wide("utf-16", &marked(b"\xFE\xFF", false)),
    ));
    all.push(small("charset-utf-16-no-bom", "UTF-16 without a byte order mark", wide("UTF-16", &utf_16(true))));
    all.push(small("charset-utf-16be", "UTF-16BE", wide("utf-16be", &utf_16(false))));
    all.push(small(
        "charset-utf-8-bom",
        "UTF-8 with a byte order mark nobody needs",
        written("utf-8", "8bit", &[b"\xEF\xBB\xBF", TEXT.as_bytes()].concat()),
    ));
    all.push(small(
        "charset-utf-7",
        "UTF-7, which old Exchange servers wrote",
        written("utf-7", "7bit", b"L'h+APQ-pital a re+AOc-u le r+AOk-sultat +IKw-"),
    ));
    all.push(small(
        "charset-cp850",
        "Code page 850 of DOS, in a letter of old hospital software",
        written("ibm850", "8bit", &encode(LATIN, "ibm850")),
    ));
    all.push(small("charset-macintosh", "MacRoman", written("macintosh", "base64", &encode(LATIN, "macintosh"))));
    all.push(small(
        "charset-koi8-r",
        "A Russian colleague",
        written("koi8-r", "8bit", b"\xFA\xC4\xD2\xC1\xD7\xD3\xD4\xD7\xD5\xCA\xD4\xC5"),
    ));
    all.push(small(
        "charset-shift-jis",
        "A Japanese colleague",
        written("shift_jis", "base64", b"\x82\xB1\x82\xF1\x82\xC9\x82\xBF\x82\xCD"),
    ));
    all.push(small(
        "charset-iso-2022-jp",
        "Japanese in seven bits",
        written("iso-2022-jp", "7bit", b"\x1B$B$3$s$K$A$O\x1B(B"),
    ));
    all.push(small("charset-gb18030", "Chinese", written("gb18030", "base64", b"\xC4\xE3\xBA\xC3")));
    all.push(small(
        "charset-ascii-with-8-bits",
        "Says us-ascii, writes Latin-1",
        written("us-ascii", "8bit", &encode(LATIN, "iso-8859-1")),
    ));
    all.push(small(
        "charset-unknown",
        "A charset nobody has heard of",
        written("x-logiciel-maison", "8bit", &encode(LATIN, "iso-8859-1")),
    ));
    all.push(small(
        "charset-none-utf-8",
        "No charset, UTF-8",
        message_of_bytes(&head("Sans charset"), &TEXT.replace('\n', "\r\n").into_bytes()),
    ));
    all.push(small(
        "charset-none-latin-1",
        "No charset, Latin-1",
        message_of_bytes(&head("Sans charset"), &encode(&LATIN.replace('\n', "\r\n"), "iso-8859-1")),
    ));
    all.push(small(
        "charset-none-cp850",
        "No charset, code page 850",
        message_of_bytes(&head("Sans charset"), &encode(&LATIN.replace('\n', "\r\n"), "ibm850")),
    ));
    all.push(small(
        "charset-says-latin-1-is-utf-8",
        "Says Latin-1, writes UTF-8: «Ã©» elsewhere",
        written("iso-8859-1", "8bit", TEXT.as_bytes()),
    ));
    all.push(small(
        "charset-says-utf-8-is-latin-1",
        "Says UTF-8, writes Latin-1",
        written("utf-8", "8bit", &encode(LATIN, "iso-8859-1")),
    ));
    all.push(small(
        "charset-says-utf-16-is-utf-8",
        "Says UTF-16, writes UTF-8",
        written("utf-16", "8bit", TEXT.as_bytes()),
    ));
    all.push(small(
        "charset-utf-8-some-broken",
        "UTF-8 with bytes of Latin-1 in it",
        written(
            "utf-8",
            "8bit",
            &["Zoé a été opérée à l'hôpital".as_bytes(), b", \xE9lectroc\xE9r\xE9brogramme normal"].concat(),
        ),
    ));
    all.push(sample("charset-utf-8-cut", "UTF-8 cut in the middle of a letter by a gateway", || {
        let mut raw = written("utf-8", "8bit", "é".repeat(300).as_bytes());
        raw.pop();
        raw
    }));
    all
}
