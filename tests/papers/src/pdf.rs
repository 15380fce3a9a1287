//! PDF by hand (ISO 32000-1): enough of it to look like what hospitals send, and to be spoilt.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use md5::{Digest as _, Md5};

use crate::people::{Author, Person};

/// Width and height of A4, in points.
pub const A4: (f32, f32) = (595.28, 841.89);

/// A PDF being written: objects are numbered from 1 in the order they are added.
#[derive(Default)]
pub struct Writer {
    objects: Vec<Vec<u8>>,
    /// Encrypts streams and strings when set.
    key: Option<Vec<u8>>,
    extra: String,
}

impl Writer {
    /// The number that the next object will have.
    pub fn next(&self) -> usize {
        self.objects.len() + 1
    }

    /// Adds an object.
    pub fn add(&mut self, object: impl Into<Vec<u8>>) -> usize {
        self.objects.push(object.into());
        self.objects.len()
    }

    /// Adds a stream, packed. `dictionary` is what stands in it besides the length and the filter.
    pub fn stream(&mut self, dictionary: &str, bytes: &[u8]) -> usize {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
        packed.write_all(bytes).unwrap();
        self.raw_stream(&format!("{dictionary} /Filter /FlateDecode"), &packed.finish().unwrap())
    }

    /// Adds a stream as it is.
    pub fn raw_stream(&mut self, dictionary: &str, bytes: &[u8]) -> usize {
        let number = self.next();
        let bytes = match &self.key {
            Some(key) => rc4(&object_key(key, number), bytes),
            None => bytes.to_vec(),
        };
        let mut object = format!("<< {dictionary} /Length {} >>\nstream\n", bytes.len()).into_bytes();
        object.extend_from_slice(&bytes);
        object.extend_from_slice(b"\nendstream");
        self.add(object)
    }

    /// The file. `root` is the number of the catalogue.
    pub fn finish(self, root: usize) -> Vec<u8> {
        let mut out = b"%PDF-1.6\n%\xE2\xE3\xCF\xD3\n".to_vec();
        let mut places = Vec::new();
        for (number, object) in self.objects.iter().enumerate() {
            places.push(out.len());
            writeln!(out, "{} 0 obj", number + 1).unwrap();
            out.extend_from_slice(object);
            out.extend_from_slice(b"\nendobj\n");
        }
        let start = out.len();
        write!(out, "xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).unwrap();
        for place in &places {
            writeln!(out, "{place:010} 00000 n ").unwrap();
        }
        let size = places.len() + 1;
        let extra = &self.extra;
        write!(out, "trailer\n<< /Size {size} /Root {root} 0 R {extra} >>\nstartxref\n{start}\n%%EOF\n").unwrap();
        out
    }
}

/// Pages of content streams, all with Helvetica (`F1`), bold (`F2`) and the objects of `resources`.
pub fn pages(writer: Writer, contents: &[Vec<u8>], size: (f32, f32), resources: &str) -> Vec<u8> {
    pages_held(writer, contents, size, resources, "")
}

/// Pages, and what else their dictionaries say.
fn pages_held(mut writer: Writer, contents: &[Vec<u8>], size: (f32, f32), resources: &str, more: &str) -> Vec<u8> {
    let font = |name: &str| format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>");
    let (regular, bold) = (writer.add(font("Helvetica")), writer.add(font("Helvetica-Bold")));
    let streams: Vec<usize> = contents.iter().map(|content| writer.stream("", content)).collect();
    let tree = writer.next();
    let first = tree + 1;
    let kids: String = (0..streams.len()).map(|n| format!("{} 0 R ", first + n)).collect();
    writer.add(format!("<< /Type /Pages /Kids [ {kids}] /Count {} >>", streams.len()));
    for stream in &streams {
        writer.add(format!(
            "<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {} {}] /Contents {stream} 0 R /Resources << /Font << \
             /F1 {regular} 0 R /F2 {bold} 0 R >> {resources} >> {more} >>",
            size.0, size.1
        ));
    }
    let root = writer.add(format!("<< /Type /Catalog /Pages {tree} 0 R /Lang (fr-FR) >>"));
    writer.finish(root)
}

/// A report of an establishment about a patient, of exactly so many pages.
pub fn report(title: &str, author: &Author, patient: &Person, paragraphs: &[(&str, &str)], count: usize) -> Vec<u8> {
    pages(Writer::default(), &report_contents(title, author, patient, paragraphs, count), A4, "")
}

/// A discharge report in hospital style.
pub fn hospital_report(patient: &Person, count: usize) -> Vec<u8> {
    report("Compte rendu d’hospitalisation", &crate::people::CASTAFIORE, patient, &HOSPITAL, count)
}

/// The first page of that report as scanners and office programs store it: on its side or upside down, and turned
/// clockwise by its reader (`Rotate`, ISO 32000-1 table 30). Upright again it looks like [`hospital_report`].
pub fn turned(patient: &Person, degrees: u16) -> Vec<u8> {
    let (width, height) = A4;
    let (stored, side) = match degrees {
        90 => (format!("0 1 -1 0 {height} 0 cm\n"), (height, width)),
        180 => (format!("-1 0 0 -1 {width} {height} cm\n"), A4),
        270 => (format!("0 -1 1 0 0 {width} cm\n"), (height, width)),
        _ => (String::new(), A4),
    };
    let title = "Compte rendu d’hospitalisation";
    let mut contents = report_contents(title, &crate::people::CASTAFIORE, patient, &HOSPITAL, 1);
    for content in &mut contents {
        *content = [stored.as_bytes(), content].concat();
    }
    pages_held(Writer::default(), &contents, side, "", &format!("/Rotate {degrees}"))
}

/// A table on a page wider than high: pressures, morning and evening.
pub fn landscape(patient: &Person) -> Vec<u8> {
    let mut out = Content::default();
    out.text("F2", 17.0, 57.0, 535.0, "Automesure tensionnelle");
    out.text("F1", 11.0, 57.0, 512.0, &patient.line());
    for (row, name) in ["Jour", "Matin", "Midi", "Soir"].into_iter().enumerate() {
        let y = 470.0 - 30.0 * row as f32;
        out.text("F2", 11.0, 57.0, y, name);
        for day in 0..14_u8 {
            let value = if row == 0 { format!("{}", day + 1) } else { format!("{}/8", 12 + (day + row as u8) % 3) };
            out.text("F1", 11.0, 120.0 + 48.0 * f32::from(day), y, &value);
        }
        out.rule(57.0, 785.0, y - 9.0);
    }
    pages(Writer::default(), &[out.bytes], (A4.1, A4.0), "")
}

/// Paragraphs of a hospital's report: heading and text.
pub const HOSPITAL: [(&str, &str); 6] = [
    ("Motif.", "Dysphonie évoluant depuis quatre mois, sans dysphagie ni altération de l’état général."),
    (
        "Antécédents.",
        "Hypertension artérielle traitée, appendicectomie dans l’enfance. Pas d’allergie médicamenteuse connue. Tabac \
         sevré depuis 2011.",
    ),
    (
        "Examen.",
        "Nasofibroscopie : formation polypoïde pédiculée du tiers moyen de la corde vocale droite, mobilité conservée. \
         Aires ganglionnaires libres.",
    ),
    (
        "Intervention du 19 novembre.",
        "Microchirurgie laryngée sous anesthésie générale, exérèse complète. Pièce adressée en anatomopathologie.",
    ),
    (
        "Suites.",
        "Simples, sortie à J3. Antalgiques de palier I. Repos vocal de huit jours, puis rééducation orthophonique.",
    ),
    (
        "Conclusion.",
        "Polype de la corde vocale droite d’allure bénigne. Consultation de contrôle à six semaines avec le résultat \
         définitif ; coût pour le patient : 0 €. Nous restons à votre disposition.",
    ),
];

/// The contents of such a report, page by page.
pub fn report_contents(
    title: &str,
    author: &Author,
    patient: &Person,
    paragraphs: &[(&str, &str)],
    count: usize,
) -> Vec<Vec<u8>> {
    let mut pages = Vec::new();
    for page in 0..count {
        let mut out = Content::default();
        let mut y = 790.0;
        out.text("F2", 13.0, 57.0, y, author.organisation);
        let date = format!("{}, le 22 novembre 2026", capitalised(author.city));
        out.text("F1", 11.0, 538.0 - width(&date, 11.0), y, &date);
        out.text("F1", 11.0, 57.0, y - 18.0, author.service);
        out.rule(57.0, 538.0, y - 32.0);
        y -= 54.0;
        out.text("F2", 11.0, 57.0, y, "Patient :");
        out.text("F1", 11.0, 110.0, y, &patient.line());
        y -= 34.0;
        let title = if page == 0 { title.to_owned() } else { format!("{title} (suite)") };
        out.text("F2", 17.0, 57.0, y, &title);
        y -= 28.0;
        let mut turn = 0;
        // Later pages are full; the first ends where the report ends.
        while y > 110.0 && (page > 0 || turn < paragraphs.len()) {
            let (heading, text) = paragraphs[turn % paragraphs.len()];
            y = out.paragraph(57.0, 538.0, y, heading, text);
            turn += 1;
        }
        if page == 0 {
            out.text("F1", 11.0, 340.0, 90.0, &author.line());
        }
        let number = format!("Page {} sur {count}", page + 1);
        out.text("F1", 9.0, 538.0 - width(&number, 9.0), 40.0, &number);
        pages.push(out.bytes);
    }
    pages
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_string() + &letters.as_str().to_lowercase()).unwrap_or_default()
}

/// A content stream.
#[derive(Default)]
pub struct Content {
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Content {
    /// Text at a place, in points from the lower left corner.
    pub fn text(&mut self, font: &str, size: f32, x: f32, y: f32, text: &str) {
        write!(self.bytes, "BT /{font} {size} Tf {x:.2} {y:.2} Td (").unwrap();
        self.bytes.extend_from_slice(&escaped(text));
        self.bytes.extend_from_slice(b") Tj ET\n");
    }

    fn rule(&mut self, from: f32, to: f32, y: f32) {
        writeln!(self.bytes, "1.2 w {from} {y} m {to} {y} l S").unwrap();
    }

    /// A paragraph that begins in bold; gives back where the next begins.
    fn paragraph(&mut self, left: f32, right: f32, mut y: f32, heading: &str, text: &str) -> f32 {
        const SIZE: f32 = 11.0;
        self.text("F2", SIZE, left, y, heading);
        let mut x = left + width(heading, SIZE) * 1.06 + 5.0;
        let mut line = String::new();
        for word in text.split(' ') {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if x + width(&longer, SIZE) > right {
                self.text("F1", SIZE, x, y, &line);
                y -= 16.0;
                x = left;
                line = word.to_owned();
            } else {
                line = longer;
            }
        }
        self.text("F1", SIZE, x, y, &line);
        y - 22.0
    }
}

/// WinAnsi bytes of a string, its parentheses escaped.
fn escaped(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for c in text.chars() {
        let byte = match c {
            '’' => 0x92,
            '‘' => 0x91,
            '“' => 0x93,
            '”' => 0x94,
            '–' => 0x96,
            '—' => 0x97,
            '€' => 0x80,
            'œ' => 0x9C,
            'Œ' => 0x8C,
            '…' => 0x85,
            '•' => 0x95,
            c => u8::try_from(u32::from(c)).unwrap_or(b'?'),
        };
        if matches!(byte, b'(' | b')' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out
}

/// Width of text in Helvetica, in points (Adobe's metrics, accents as their letters).
pub fn width(text: &str, size: f32) -> f32 {
    text.chars().map(|c| f32::from(advance(c))).sum::<f32>() * size / 1000.0
}

fn advance(c: char) -> u16 {
    match c {
        'i' | 'j' | 'l' | '’' | '‘' | 'ï' | 'î' => 222,
        ' ' | '!' | ',' | '.' | '/' | ':' | ';' | 'I' | 'f' | 't' | '\u{a0}' | '«' | '»' => 278,
        '(' | ')' | '-' | 'r' => 333,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' | 'ç' => 500,
        'w' | 'C' | 'D' | 'H' | 'N' | 'R' | 'U' => 722,
        'm' | 'M' => 833,
        'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' | 'É' | 'À' => 667,
        'F' | 'T' | 'Z' => 611,
        'G' | 'O' | 'Q' => 778,
        'W' | 'œ' => 944,
        _ => 556,
    }
}

/// A report that opens with a password only, or with none when `user` is empty: RC4 with 40 bits (standard security
/// handler, revision 2, ISO 32000-1 section 7.6.3). The owner's password is `proprietaire`.
pub fn encrypted(patient: &Person, user: &str) -> Vec<u8> {
    let id = [0x47_u8; 16];
    let owner_key = &Md5::digest(padded("proprietaire"))[..5];
    let owner = rc4(owner_key, &padded(user));
    let permissions = -44_i32;
    let mut hash = Md5::new();
    hash.update(padded(user));
    hash.update(&owner);
    hash.update(permissions.to_le_bytes());
    hash.update(id);
    let key = hash.finalize()[..5].to_vec();
    let check = rc4(&key, &PADDING);
    let hex = |bytes: &[u8]| {
        bytes.iter().fold(String::new(), |mut out, byte| {
            write!(out, "{byte:02X}").unwrap();
            out
        })
    };
    let mut writer = Writer { key: Some(key), ..Writer::default() };
    writer.extra = format!(
        "/ID [ <{id}> <{id}> ] /Encrypt << /Filter /Standard /V 1 /R 2 /O <{}> /U <{}> /P {permissions} >>",
        hex(&owner),
        hex(&check),
        id = hex(&id)
    );
    let contents = report_contents("Compte rendu confidentiel", &crate::people::CASTAFIORE, patient, &HOSPITAL, 1);
    // The catalogue's only string is not encrypted: it has none.
    let mut out = pages(writer, &contents, A4, "");
    let lang = b"/Lang (fr-FR)";
    if let Some(at) = out.windows(lang.len()).position(|window| window == lang) {
        out[at..at + lang.len()].fill(b' ');
    }
    out
}

const PADDING: [u8; 32] = [
    0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08, 0x2E, 0x2E, 0x00,
    0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
];

fn padded(password: &str) -> [u8; 32] {
    let mut out = [0; 32];
    let bytes = password.as_bytes();
    let length = bytes.len().min(32);
    out[..length].copy_from_slice(&bytes[..length]);
    out[length..].copy_from_slice(&PADDING[..32 - length]);
    out
}

fn object_key(key: &[u8], number: usize) -> Vec<u8> {
    let mut hash = Md5::new();
    hash.update(key);
    hash.update(&(number as u32).to_le_bytes()[..3]);
    hash.update([0, 0]);
    hash.finalize()[..(key.len() + 5).min(16)].to_vec()
}

fn rc4(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut state: [u8; 256] = std::array::from_fn(|n| n as u8);
    let mut j = 0_u8;
    for i in 0..256 {
        j = j.wrapping_add(state[i]).wrapping_add(key[i % key.len()]);
        state.swap(i, usize::from(j));
    }
    let (mut i, mut j) = (0_u8, 0_u8);
    let mut next = |byte: &u8| {
        i = i.wrapping_add(1);
        j = j.wrapping_add(state[usize::from(i)]);
        state.swap(usize::from(i), usize::from(j));
        byte ^ state[usize::from(state[usize::from(i)].wrapping_add(state[usize::from(j)]))]
    };
    bytes.iter().map(&mut next).collect()
}

/// One page that shows an image: `jpeg` of so many pixels, grey or in colour.
pub fn of_jpeg(jpeg: &[u8], width: u32, height: u32, grey: bool) -> Vec<u8> {
    let mut writer = Writer::default();
    let colours = if grey { "DeviceGray" } else { "DeviceRGB" };
    let image = writer.raw_stream(
        &format!(
            "/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /{colours} /BitsPerComponent 8 \
             /Filter /DCTDecode"
        ),
        jpeg,
    );
    let content = format!("q {} 0 0 {} 0 0 cm /Im1 Do Q", A4.0, A4.1);
    pages(writer, &[content.into_bytes()], A4, &format!("/XObject << /Im1 {image} 0 R >>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rc4_is_rc4() {
        // RFC 6229 has streams; this is the vector of the original posting.
        assert_eq!(rc4(b"Key", b"Plaintext"), [0xBB, 0xF3, 0x16, 0xE8, 0xD9, 0x40, 0xAF, 0x0A, 0xD3]);
    }
}
