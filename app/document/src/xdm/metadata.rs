//! METADATA.XML: an ebRIM `SubmitObjectsRequest` (IHE ITI TF-3, section 4.2; CI-SIS, volet Échange de documents).

use crate::cda::{ins, types};
use crate::day::Day;
use crate::error::Refusal;
use crate::reading::{Patient, Sex};
use crate::xml::{self, Element};

const AUTHOR: &str = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d";
const TYPE: &str = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983";
const CONFIDENTIALITY: &str = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f";
const PATIENT: &str = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427";

/// What is said of the documents.
pub(super) struct Metadata {
    pub(super) entries: Vec<Entry>,
    /// Pairs of identifiers: the first was made from the second (association XFRM).
    pub(super) transforms: Vec<(String, String)>,
}

/// What is said of one document.
pub(crate) struct Entry {
    pub(super) id: String,
    pub(super) uri: String,
    pub(super) size: Option<u64>,
    /// SHA-1, hexadecimal.
    pub(super) hash: String,
    pub(crate) title: String,
    /// The label of the type.
    pub(crate) label: String,
    /// The code of the type.
    pub(crate) code: Option<String>,
    pub(crate) author: String,
    pub(crate) date: Option<Day>,
    pub(crate) patient: Option<Patient>,
    pub(crate) restricted: bool,
}

pub(super) fn read(bytes: &[u8]) -> Result<Metadata, Refusal> {
    let root = xml::parse(bytes)?;
    let objects = root.descendants().filter(|e| &*e.name == "ExtrinsicObject");
    let entries = objects.filter_map(entry).collect();
    let transforms = root
        .descendants()
        .filter(|e| &*e.name == "Association")
        .filter(|e| e.attribute("associationType").is_some_and(|kind| kind.ends_with("XFRM")))
        .filter_map(|e| Some((e.attribute("sourceObject")?.to_owned(), e.attribute("targetObject")?.to_owned())))
        .collect();
    Ok(Metadata { entries, transforms })
}

fn entry(object: &Element) -> Option<Entry> {
    let uri = slot(object, "URI").into_iter().next()?;
    let code = classification(object, TYPE);
    let label = code.and_then(|code| {
        let known = code.attribute("nodeRepresentation").and_then(types::label).map(String::from);
        known.or_else(|| Some(localized(code)).filter(|label| !label.is_empty()))
    });
    let confidentiality = classification(object, CONFIDENTIALITY).and_then(|code| code.attribute("nodeRepresentation"));
    Some(Entry {
        id: object.attribute("id").unwrap_or_default().to_owned(),
        uri: uri.trim().trim_start_matches("./").replace('\\', "/"),
        size: slot(object, "size").first().and_then(|size| size.trim().parse().ok()),
        hash: slot(object, "hash").into_iter().next().unwrap_or_default().trim().to_owned(),
        title: localized(object),
        label: label.unwrap_or_default(),
        code: code.and_then(|code| code.attribute("nodeRepresentation")).and_then(types::code),
        author: author(object),
        date: slot(object, "creationTime").first().and_then(|time| Day::from_hl7(time)),
        patient: patient(object),
        restricted: matches!(confidentiality, Some("R" | "V")),
    })
}

/// Values of a slot. A long one is cut into several by the sender, each a value.
fn slot(object: &Element, name: &str) -> Vec<String> {
    let slot = object.all("Slot").find(|slot| slot.attribute("name") == Some(name));
    let values = slot.and_then(|slot| slot.first("ValueList"));
    values.map(|list| list.all("Value").map(Element::line).collect()).unwrap_or_default()
}

fn classification<'a>(object: &'a Element, scheme: &str) -> Option<&'a Element> {
    object.all("Classification").find(|c| c.attribute("classificationScheme") == Some(scheme))
}

fn localized(object: &Element) -> String {
    let name = object.at(&["Name", "LocalizedString"]).and_then(|name| name.attribute("value"));
    xml::one_line(name.unwrap_or_default())
}

/// XCN: `id^CASTAFIORE^Bianca^^^^^^…`; XON: `Hôpital^^^^^…`.
fn author(object: &Element) -> String {
    let Some(author) = classification(object, AUTHOR) else { return String::new() };
    let component = |text: &str, place: usize| text.split('^').nth(place).unwrap_or_default().trim().to_owned();
    let person = slot(author, "authorPerson").into_iter().next().unwrap_or_default();
    let person = format!("{} {}", component(&person, 2), component(&person, 1)).trim().to_owned();
    let organisation = slot(author, "authorInstitution").into_iter().next().unwrap_or_default();
    let organisation = component(&organisation, 0);
    match (person.is_empty(), organisation.is_empty()) {
        (false, false) => format!("{person}, {organisation}"),
        (true, _) => organisation,
        _ => person,
    }
}

/// `sourcePatientInfo` (PID-5 name, PID-7 birth, PID-8 sex) and the patient's identifier (CX). The traits of the INS are
/// not all here (no place of birth), so an INS from METADATA.XML alone is never qualified.
fn patient(object: &Element) -> Option<Patient> {
    let info = slot(object, "sourcePatientInfo");
    let field = |name: &str| {
        info.iter().filter_map(|line| line.strip_prefix(name)?.strip_prefix('|')).map(str::trim).find(|v| !v.is_empty())
    };
    let name = field("PID-5")?;
    let mut parts = name.split('^').map(str::trim);
    let family = parts.next().filter(|family| !family.is_empty())?.to_owned();
    let given = parts.next().unwrap_or_default().to_owned();
    let sex = match field("PID-8") {
        Some("F") => Sex::Female,
        Some("M") => Sex::Male,
        _ => Sex::Unknown,
    };
    let identifiers =
        object.all("ExternalIdentifier").filter(|id| id.attribute("identificationScheme") == Some(PATIENT));
    let ins = identifiers.filter_map(|id| id.attribute("value")).find_map(|value| {
        // CX: value^^^&OID&ISO^type
        let mut parts = value.split('^');
        let number = parts.next()?;
        let authority = parts.nth(2)?.split('&').nth(1)?;
        ins(authority, number, false)
    });
    Some(Patient { family, given, used: None, born: field("PID-7").and_then(Day::from_hl7), sex, ins })
}
