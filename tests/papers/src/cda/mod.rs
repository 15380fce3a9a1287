//! CDA R2 documents as the CI-SIS profiles them: header, then a structured body or a body that is not XML.

mod biology;
mod letters;

use std::fmt::Write as _;

use crate::base64_lines;
use crate::people::{Author, Person};

pub use biology::{Result, biology, biology_with_earlier, results};
pub use letters::{discharge, prescription, vaccination};

/// LOINC.
pub const LOINC: &str = "2.16.840.1.113883.6.1";
/// NIR.
pub const NIR: &str = "1.2.250.1.213.1.4.8";
/// NIR of people that do not exist.
pub const NIR_TEST: &str = "1.2.250.1.213.1.4.10";

/// A document being made.
#[derive(Clone)]
pub struct Cda {
    /// LOINC code of its type.
    pub code: &'static str,
    /// Label of the type.
    pub label: &'static str,
    /// Its own title.
    pub title: String,
    /// When it was made, `YYYYMMDDHHMMSS+ZZZZ`.
    pub time: &'static str,
    /// Whom it is about.
    pub patient: Person,
    /// OID under which the matricule is written.
    pub register: &'static str,
    /// The place of birth is written, so that the five traits are whole.
    pub birthplace: bool,
    /// Who wrote it.
    pub author: Author,
    /// More of the header, before the body.
    pub more: String,
    /// What stands in `component`.
    pub body: String,
}

impl Cda {
    /// A document with an empty body.
    pub fn new(code: &'static str, label: &'static str, title: &str, patient: &Person, author: &Author) -> Cda {
        Cda {
            code,
            label,
            title: title.to_owned(),
            time: "20261122103000+0100",
            patient: *patient,
            register: NIR,
            birthplace: true,
            author: *author,
            more: String::new(),
            body: String::new(),
        }
    }

    /// With a body that is not XML.
    pub fn not_xml(mut self, media: &str, bytes: &[u8]) -> Cda {
        self.body = format!(
            "<nonXMLBody><text mediaType=\"{media}\" representation=\"B64\">{}</text></nonXMLBody>",
            base64_lines(bytes)
        );
        self
    }

    /// With sections.
    pub fn structured(mut self, sections: &[String]) -> Cda {
        let components = sections.iter().fold(String::new(), |mut out, section| {
            write!(out, "<component>{section}</component>").unwrap();
            out
        });
        self.body = format!("<structuredBody>{components}</structuredBody>");
        self
    }

    /// With a PDF of itself (section FR-Document-PDF-copie). Only after [`Cda::structured`].
    pub fn with_copy(mut self, pdf: &[u8]) -> Cda {
        let copy = format!(
            "<component><section><templateId root=\"1.2.250.1.213.1.1.2.243\"/><code code=\"55108-5\" \
             displayName=\"Copie du document\" codeSystem=\"{LOINC}\"/><title>Copie du document</title>{}</section>\
             </component></structuredBody>",
            attached("COPIE", "application/pdf", pdf)
        );
        self.body = self.body.replace("</structuredBody>", &copy);
        self
    }

    /// The document.
    pub fn xml(&self) -> String {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?xml-stylesheet type=\"text/xsl\" href=\"../XSL/CDA-FO.xsl\"?>\n",
        );
        let Cda { code, label, title, time, more, body, .. } = self;
        let title = escaped(title);
        write!(
            out,
            "<ClinicalDocument xmlns=\"urn:hl7-org:v3\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n\
             <realmCode code=\"FR\"/><typeId root=\"2.16.840.1.113883.1.3\" extension=\"POCD_HD000040\"/>\n\
             <templateId root=\"2.16.840.1.113883.2.8.2.1\"/><templateId root=\"1.2.250.1.213.1.1.1.1\"/>\n\
             <id root=\"1.2.250.1.999.1\" extension=\"{code}-{}\"/>\n\
             <code code=\"{code}\" displayName=\"{}\" codeSystem=\"{LOINC}\" codeSystemName=\"LOINC\"/>\n\
             <title>{title}</title><effectiveTime value=\"{time}\"/>\n\
             <confidentialityCode code=\"N\" displayName=\"Normal\" codeSystem=\"2.16.840.1.113883.5.25\"/>\n\
             <languageCode code=\"fr-FR\"/>\n{}{}{more}<component>{body}</component></ClinicalDocument>\n",
            self.patient.born,
            escaped(label),
            self.record_target(),
            self.authors(),
        )
        .unwrap();
        out
    }

    fn record_target(&self) -> String {
        let person = &self.patient;
        let (used_family, used_given) = (person.used.unwrap_or(person.family), person.given.to_uppercase());
        let place = if self.birthplace {
            "<birthplace><place><addr><county>99999</county><city>MOULINSART</city></addr></place></birthplace>"
        } else {
            ""
        };
        format!(
            "<recordTarget><patientRole><id extension=\"{}\" root=\"{}\"/><id extension=\"42\" root=\"1.2.250.1.999.2\"/>\n\
             <addr use=\"H\"><houseNumber>1</houseNumber><streetName>rue du Labrador</streetName><postalCode>99000\
             </postalCode><city>MOULINSART</city></addr><telecom nullFlavor=\"NASK\"/>\n<patient classCode=\"PSN\"><name>\
             <family qualifier=\"BR\">{}</family><given>{}</given><given qualifier=\"BR\">{}</given>\
             <family qualifier=\"CL\">{used_family}</family><given qualifier=\"CL\">{used_given}</given></name>\n\
             <administrativeGenderCode code=\"{}\" codeSystem=\"2.16.840.1.113883.5.1\"/><birthTime value=\"{}\"/>{place}\
             </patient></patientRole></recordTarget>\n",
            person.ins(),
            self.register,
            person.family,
            person.all_given,
            person.given.to_uppercase(),
            person.sex,
            person.born,
        )
    }

    fn authors(&self) -> String {
        let author = &self.author;
        let organisation = format!(
            "<id root=\"1.2.250.1.71.4.2.2\" extension=\"1990000001\"/><name>{}</name><addr><city>{}</city></addr>",
            escaped(author.organisation),
            author.city
        );
        let Author { rpps, code, speciality, given, family, title, .. } = author;
        format!(
            "<author><time value=\"{}\"/><assignedAuthor><id root=\"1.2.250.1.71.4.2.1\" extension=\"{rpps}\"/><code \
             code=\"{code}\" displayName=\"{speciality}\" codeSystem=\"1.2.250.1.213.1.1.4.5\"/><assignedPerson><name>\
             <prefix>M</prefix><given>{given}</given><family>{family}</family><suffix>{title}</suffix></name>\
             </assignedPerson><representedOrganization>{organisation}</representedOrganization></assignedAuthor></author>\n\
             <custodian><assignedCustodian><representedCustodianOrganization>{organisation}\
             </representedCustodianOrganization></assignedCustodian></custodian>\n",
            self.time
        )
    }
}

/// An imaging report whose body is a PDF.
pub fn imaging(patient: &Person, pdf: &[u8]) -> Cda {
    Cda::new("18748-4", "CR d'imagerie médicale", "IRM cérébrale sans injection", patient, &crate::people::CALYS)
        .not_xml("application/pdf", pdf)
}

/// An entry with bytes attached (FR-Document-attache).
pub fn attached(id: &str, media: &str, bytes: &[u8]) -> String {
    format!(
        "<entry><organizer classCode=\"CLUSTER\" moodCode=\"EVN\"><templateId root=\"1.2.250.1.213.1.1.3.18\"/><statusCode \
         code=\"completed\"/><component><observationMedia classCode=\"OBS\" moodCode=\"EVN\" ID=\"{id}\"><value \
         mediaType=\"{media}\" representation=\"B64\">\n{}\n</value></observationMedia></component></organizer></entry>",
        base64_lines(bytes)
    )
}

/// A section with a title and a narrative.
pub fn section(code: &str, title: &str, narrative: &str, more: &str) -> String {
    format!(
        "<section><code code=\"{code}\" codeSystem=\"{LOINC}\"/><title>{}</title><text>{narrative}</text>{more}</section>",
        escaped(title)
    )
}

/// Text for XML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
