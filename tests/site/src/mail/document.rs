//! Documents that travel with the mail: a PDF that opens, and an IHE XDM archive.

/// A one-page PDF of about `size` bytes that shows its title.
pub(super) fn pdf(title: &str, size: usize) -> Vec<u8> {
    let plain: String = title.chars().filter(|c| c.is_ascii() && !matches!(c, '(' | ')' | '\\')).collect();
    let mut page = format!("BT /F1 18 Tf 72 760 Td ({plain}) Tj ET\n");
    // Weight, as comments of the page: a scan weighs, and shows nothing to test either.
    let mut dice = super::messages::Dice::new(plain.len() as u64 + 7);
    while page.len() + 500 < size {
        page.push('%');
        page.extend((0..96).map(|_| char::from(b'!' + dice.below(90) as u8)));
        page.push('\n');
    }
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{page}endstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut offsets = vec![];
    for (n, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", n + 1));
    }
    let start = out.len();
    out.push_str("xref\n0 6\n0000000000 65535 f \n");
    for offset in offsets {
        out.push_str(&format!("{offset:010} 00000 n \n"));
    }
    out.push_str(&format!("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"));
    out.into_bytes()
}

/// `IHE_XDM.ZIP` with one CDA document, stored without compression.
pub(super) fn xdm(title: &str) -> Vec<u8> {
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    let cda = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><title>{title}</title>\
         </ClinicalDocument>\n"
    );
    let metadata = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SubmitObjectsRequest/>\n";
    zip(&[
        ("README.TXT", "Archive IHE_XDM de test\r\n"),
        ("INDEX.HTM", "<html><body>IHE_XDM</body></html>\r\n"),
        ("IHE_XDM/SUBSET01/METADATA.XML", metadata),
        ("IHE_XDM/SUBSET01/DOC0001.XML", &cda),
    ])
}

/// APPNOTE.TXT of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16, method 0.
fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut out, mut directory) = (vec![], vec![]);
    for (name, text) in files {
        let offset = out.len() as u32;
        let mut common = vec![];
        for half in [20u16, 0x0800, 0, 0, 0x5D77] {
            common.extend(half.to_le_bytes());
        }
        for word in [crc32(text.as_bytes()), text.len() as u32, text.len() as u32] {
            common.extend(word.to_le_bytes());
        }
        common.extend((name.len() as u16).to_le_bytes());
        common.extend(0u16.to_le_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, count) = (out.len() as u32, files.len() as u16);
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_pdf_weighs_what_was_asked() {
        let weight = pdf("Compte rendu", 40_000).len();
        assert!((39_000..41_000).contains(&weight), "{weight}");
    }
}
