//! `IHE_XDM.ZIP` (IHE ITI XDM).

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use sha1::{Digest as _, Sha1};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::cda::{Cda, escaped};
use crate::people::Person;

/// A document of an archive.
pub struct Entry<'a> {
    /// Name of the file: `DOC0001.XML`.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its media type.
    pub media: &'a str,
    /// LOINC code and label of its type.
    pub kind: (&'a str, &'a str),
    /// Its title.
    pub title: &'a str,
    /// Who wrote it: family and first name, establishment.
    pub author: (&'a str, &'a str, &'a str),
    /// Whom it is about.
    pub patient: &'a Person,
    /// Place of the entry that this one was made from, if it was.
    pub made_from: Option<usize>,
}

/// An entry for a CDA document.
pub fn entry<'a>(name: &'a str, cda: &'a Cda, xml: &'a str) -> Entry<'a> {
    Entry {
        name,
        bytes: xml.as_bytes(),
        media: "text/xml",
        kind: (cda.code, cda.label),
        title: &cda.title,
        author: (cda.author.family, cda.author.given, cda.author.organisation),
        patient: &cda.patient,
        made_from: None,
    }
}

/// An archive with one CDA document.
pub fn of(cda: &Cda) -> Vec<u8> {
    let xml = cda.xml();
    archive(&[entry("DOC0001.XML", cda, &xml)])
}

/// An archive of documents, with the frame that senders put around it.
pub fn archive(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("INDEX.HTM".into(), b"<html><body><script>alert(1)</script>Documents</body></html>".to_vec()),
        ("README.TXT".into(), "Archive IHE_XDM du logiciel Château".into()),
        ("IHE_XDM/SUBSET01/METADATA.XML".into(), metadata(entries).into_bytes()),
        (
            "IHE_XDM/XSL/CDA-FO.XSL".into(),
            b"<xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>".to_vec(),
        ),
    ];
    files.extend(entries.iter().map(|e| (format!("IHE_XDM/SUBSET01/{}", e.name), e.bytes.to_vec())));
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    zip(&files)
}

/// A ZIP archive of files, packed.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        // OpenDocument keeps its type in clear (ODF 1.3 part 2, section 3.3).
        let stored = *name == "mimetype";
        let options = if stored { options.compression_method(CompressionMethod::Stored) } else { options };
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// METADATA.XML.
pub fn metadata(entries: &[Entry<'_>]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<lcm:SubmitObjectsRequest \
         xmlns:lcm=\"urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0\" xmlns=\"urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0\">\
         <RegistryObjectList>\n",
    );
    for (place, entry) in entries.iter().enumerate() {
        out.push_str(&object(place, entry));
    }
    out.push_str("<RegistryPackage id=\"submission\"/>\n");
    for (place, entry) in entries.iter().enumerate() {
        if let Some(from) = entry.made_from {
            writeln!(
                out,
                "<Association id=\"a{place}\" associationType=\"urn:ihe:iti:2007:AssociationType:XFRM\" \
                 sourceObject=\"Document{place}\" targetObject=\"Document{from}\"/>"
            )
            .unwrap();
        }
    }
    out.push_str("</RegistryObjectList></lcm:SubmitObjectsRequest>\n");
    out
}

fn object(place: usize, entry: &Entry<'_>) -> String {
    let slot = |name: &str, values: &[String]| {
        let values: String = values.iter().map(|value| format!("<Value>{}</Value>", escaped(value))).collect();
        format!("<Slot name=\"{name}\"><ValueList>{values}</ValueList></Slot>")
    };
    let class = |scheme: &str, code: &str, label: &str, slots: &str| {
        format!(
            "<Classification classificationScheme=\"urn:uuid:{scheme}\" classifiedObject=\"Document{place}\" \
             nodeRepresentation=\"{code}\">{slots}<Name><LocalizedString value=\"{}\"/></Name></Classification>",
            escaped(label)
        )
    };
    let digest: String = Sha1::digest(entry.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let person = entry.patient;
    let (family, given, organisation) = entry.author;
    let author =
        slot("authorPerson", &[format!("899900000000^{family}^{given}^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS")])
            + &slot("authorInstitution", &[format!("{organisation}^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1990000001")]);
    let info = [
        format!("PID-3|{}^^^&1.2.250.1.213.1.4.8&ISO^NH", person.ins()),
        format!("PID-5|{}^{}^^^^^L", person.family, person.given.to_uppercase()),
        format!("PID-7|{}", person.born),
        format!("PID-8|{}", person.sex),
    ];
    let object_type = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1";
    format!(
        "<ExtrinsicObject id=\"Document{place}\" mimeType=\"{}\" objectType=\"{object_type}\">{}{}{}{}{}{}<Name>\
         <LocalizedString value=\"{}\"/></Name>{}{}{}<ExternalIdentifier \
         identificationScheme=\"urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427\" value=\"{}^^^&amp;1.2.250.1.213.1.4.8&amp;ISO^NH\"/>\
         <ExternalIdentifier identificationScheme=\"urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab\" \
         value=\"1.2.250.1.999.1^{place}\"/></ExtrinsicObject>\n",
        entry.media,
        slot("URI", &[entry.name.to_owned()]),
        slot("hash", &[digest]),
        slot("size", &[entry.bytes.len().to_string()]),
        slot("creationTime", &["20261122093000".to_owned()]),
        slot("languageCode", &["fr-FR".to_owned()]),
        slot("sourcePatientInfo", &info),
        escaped(entry.title),
        class("93606bcf-9494-43ec-9b4e-a7748d1a838d", "", "", &author),
        class("f0306f51-975f-434e-a61c-c59651d33983", entry.kind.0, entry.kind.1, ""),
        class("f4f85eac-e6cb-4883-b524-f2705394840f", "N", "Normal", ""),
        person.ins(),
    )
}
