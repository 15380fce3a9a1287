//! Documents made to hurt their reader.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};

use crate::pdf::{A4, Writer, pages};

/// An archive of a few kilobytes in which many files share the same packed bytes: gigabytes when opened (after the
/// construction of Fifield, «A better zip bomb», 2019, without its quoting of headers).
pub fn overlapping_zip() -> Vec<u8> {
    let zeros = vec![0; 10_000_000];
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&zeros).unwrap();
    let packed = packer.finish().unwrap();
    let mut crc = flate2::Crc::new();
    crc.update(&zeros);
    let header = |name: &str, central: bool, offset: u32| {
        let mut out = Vec::new();
        out.extend_from_slice(if central { b"PK\x01\x02\x14\0\x14\0" } else { b"PK\x03\x04\x14\0" });
        out.extend_from_slice(&[0, 0, 8, 0, 0, 0, 0, 0]);
        for number in [crc.sum(), packed.len() as u32, zeros.len() as u32] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&(name.len() as u16).to_le_bytes());
        out.extend_from_slice(&[0, 0]);
        if central {
            out.extend_from_slice(&[0; 10]);
            out.extend_from_slice(&offset.to_le_bytes());
        }
        out.extend_from_slice(name.as_bytes());
        out
    };
    let mut out = header("a0", false, 0);
    out.extend_from_slice(&packed);
    let start = out.len();
    let count = 200_u16;
    for n in 0..count {
        // The same local header for all: their names differ in the directory only, and have one length.
        let name = format!("{}{}", char::from(b'a' + (n / 10) as u8), n % 10);
        out.extend_from_slice(&header(&name, true, 0));
    }
    let size = out.len() - start;
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&(size as u32).to_le_bytes());
    out.extend_from_slice(&(start as u32).to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

/// An honest archive of `megabytes` of zeros.
pub fn large_zip(megabytes: usize) -> Vec<u8> {
    crate::xdm::zip(&[("zeros.txt", &vec![b' '; megabytes << 20])])
}

/// An archive of an archive of an archive.
pub fn nested_zip(depth: usize) -> Vec<u8> {
    (0..depth).fold(crate::xdm::zip(&[("a.txt", b"fin")]), |inner, _| crate::xdm::zip(&[("a.zip", &inner)]))
}

/// A PNG of `side × side` black pixels in colour: kilobytes that would become gigabytes. Only its first rows are there.
pub fn large_png(side: u32) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1A\n".to_vec();
    let mut chunk = |kind: &[u8; 4], bytes: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(bytes);
        out.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
        out.extend_from_slice(kind);
        out.extend_from_slice(bytes);
        out.extend_from_slice(&crc.sum().to_be_bytes());
    };
    let mut head = side.to_be_bytes().to_vec();
    head.extend_from_slice(&side.to_be_bytes());
    head.extend_from_slice(&[8, 2, 0, 0, 0]);
    chunk(b"IHDR", &head);
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    let row = vec![0; side as usize * 3 + 1];
    for _ in 0..side.min(200) {
        packer.write_all(&row).unwrap();
    }
    chunk(b"IDAT", &packer.finish().unwrap());
    chunk(b"IEND", &[]);
    out
}

/// A page of a thousand million points a side.
pub fn giant_page() -> Vec<u8> {
    pages(Writer::default(), &[b"0 0 1 rg 0 0 1000000000 500000000 re f".to_vec()], (1e9, 1e9), "")
}

/// A page a million times wider than high.
pub fn thin_page() -> Vec<u8> {
    pages(Writer::default(), &[b"0 0 1 rg 0 0 100 1 re f".to_vec()], (1e6, 1.0), "")
}

/// Forms that each draw the next one ten times, twenty deep.
pub fn endless_forms() -> Vec<u8> {
    let mut writer = Writer::default();
    let first = writer.next();
    for level in 0..20_usize {
        let next = first + level + 1;
        let resources =
            if level < 19 { format!("/Resources << /XObject << /F {next} 0 R >> >>") } else { String::new() };
        let content = if level < 19 { "/F Do ".repeat(10) } else { "0 0 10 10 re f".to_owned() };
        writer.stream(&format!("/Type /XObject /Subtype /Form /BBox [0 0 600 850] {resources}"), content.as_bytes());
    }
    pages(writer, &[b"/F Do".to_vec()], A4, &format!("/XObject << /F {first} 0 R >>"))
}

/// A form that draws itself.
pub fn form_of_itself() -> Vec<u8> {
    let mut writer = Writer::default();
    let own = writer.next();
    writer.stream(
        &format!("/Type /XObject /Subtype /Form /BBox [0 0 600 850] /Resources << /XObject << /F {own} 0 R >> >>"),
        b"0 0 10 10 re f /F Do",
    );
    pages(writer, &[b"/F Do".to_vec()], A4, &format!("/XObject << /F {own} 0 R >>"))
}

/// A tree of pages in which a branch hangs on itself, and a chain of cross-reference tables that closes.
pub fn loops() -> Vec<u8> {
    let mut writer = Writer::default();
    let tree = writer.next();
    writer.add(format!("<< /Type /Pages /Kids [ {tree} 0 R {} 0 R {tree} 0 R ] /Count 3 >>", tree + 1));
    writer.add(format!("<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 100 100] /Contents {} 0 R >>", tree + 1));
    let root = writer.add(format!("<< /Type /Catalog /Pages {tree} 0 R >>"));
    let out = writer.finish(root);
    let text = String::from_utf8_lossy(&out).into_owned();
    let start: usize = text.rsplit("startxref\n").next().unwrap().split('\n').next().unwrap().parse().unwrap();
    let closed = format!("/Prev {start} /Size");
    let at = out.windows(5).rposition(|window| window == b"/Size").unwrap();
    [&out[..at], closed.as_bytes(), &out[at + 5..]].concat()
}

/// An image of `side × side` pixels in colour, packed twice to kilobytes: its pixels alone take three bytes each.
pub fn image_bomb(side: u32) -> Vec<u8> {
    let mut writer = Writer::default();
    // RunLengthDecode: 129 and a byte stand for the byte 128 times (ISO 32000-1, section 7.4.5).
    let runs = (u64::from(side) * u64::from(side) * 3).div_ceil(128) as usize;
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&[129, 0x7F].repeat(runs)).unwrap();
    packer.write_all(&[128]).unwrap();
    let image = writer.raw_stream(
        &format!(
            "/Type /XObject /Subtype /Image /Width {side} /Height {side} /ColorSpace /DeviceRGB /BitsPerComponent 8 \
             /Filter [ /FlateDecode /RunLengthDecode ]"
        ),
        &packer.finish().unwrap(),
    );
    let content = format!("q {} 0 0 {} 0 0 cm /Im1 Do Q", A4.0, A4.1);
    pages(writer, &[content.into_bytes()], A4, &format!("/XObject << /Im1 {image} 0 R >>"))
}

/// A page and a catalogue that hold arrays in arrays, so many deep.
pub fn deep_arrays(depth: usize) -> Vec<u8> {
    let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let mut writer = Writer::default();
    let outline = writer.add(deep.clone());
    let content = format!("{deep} TJ\n0 0 1 rg 0 0 100 100 re f");
    pages(writer, &[content.into_bytes()], A4, &format!("/ColorSpace << /C {outline} 0 R /D {deep} >>"))
}

/// A Word document whose text alone takes so many megabytes once opened.
pub fn large_word(megabytes: usize) -> Vec<u8> {
    let text = format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>{}\
         </w:t></w:r></w:p></w:body></w:document>",
        " ".repeat(megabytes << 20)
    );
    crate::xdm::zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", text.as_bytes())])
}

/// A Word document of tables in tables, so many deep.
pub fn deep_word(depth: usize) -> Vec<u8> {
    let text = format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{}<w:p><w:r><w:t>fond\
         </w:t></w:r></w:p>{}</w:body></w:document>",
        "<w:tbl><w:tr><w:tc>".repeat(depth),
        "</w:tc></w:tr></w:tbl>".repeat(depth)
    );
    crate::xdm::zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", text.as_bytes())])
}

/// XML whose entities double thirty times.
pub fn billion_laughs() -> Vec<u8> {
    let mut out = String::from("<?xml version=\"1.0\"?>\n<!DOCTYPE ClinicalDocument [\n<!ENTITY l0 \"ha\">\n");
    for n in 1..30 {
        out.push_str(&format!("<!ENTITY l{n} \"&l{};&l{};\">\n", n - 1, n - 1));
    }
    out.push_str("]>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><title>&l29;</title></ClinicalDocument>");
    out.into_bytes()
}

/// XML that asks for a file of its reader.
pub fn outside_entity() -> Vec<u8> {
    b"<?xml version=\"1.0\"?>\n<!DOCTYPE ClinicalDocument [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<ClinicalDocument \
      xmlns=\"urn:hl7-org:v3\"><title>&x;</title></ClinicalDocument>"
        .to_vec()
}

/// A CDA whose narrative nests so many lists.
pub fn deep_cda(depth: usize) -> Vec<u8> {
    let lists = "<list><item>".repeat(depth) + &"</item></list>".repeat(depth);
    format!(
        "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><component><structuredBody><component><section><text>{lists}</text>\
         </section></component></structuredBody></component></ClinicalDocument>"
    )
    .into_bytes()
}
