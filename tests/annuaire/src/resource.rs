//! The people and structures of the town as FHIR resources, in the shapes of the public guides (IG-fhir-annuaire,
//! profiles AsDpPractitioner, AsDpPractitionerRole, AsDpOrganization; FR Core), with much that a mail client has no use
//! for.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::town::{self, Mailbox, Person, Structure};

const NOS: &str = "https://mos.esante.gouv.fr/NOS";
const GUIDE: &str = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition";
const CORE: &str = "https://hl7.fr/ig/fhir/core";

/// Everything the service knows, in the order it answers.
pub(crate) fn all(crowd: usize) -> Vec<Value> {
    let structures = town::structures();
    let ids: BTreeMap<&str, String> = structures
        .iter()
        .enumerate()
        .map(|(n, structure)| (structure.key, format!("001-01-{}", 104_200 + n)))
        .collect();
    let mut all = Vec::new();
    for structure in &structures {
        all.push(organization(structure, ids.get(structure.key).map_or("", String::as_str)));
    }
    let mut role = 0;
    for (n, person) in town::people().iter().enumerate() {
        let id = format!("003-{}-{}", 3_014_698 + n, 3_057_235 + n);
        all.push(practitioner(person, &id));
        for place in &person.roles {
            role += 1;
            let at = ids.get(place.structure).map_or("", String::as_str);
            all.push(practitioner_role(role, (&id, at), place.active, person, &place.boxes));
        }
    }
    all.extend((0..crowd).map(martin));
    all
}

/// One of many: every fourth has a mailbox.
fn martin(n: usize) -> Value {
    let (rpps, address) = (format!("9980{n:07}"), format!("martin.{n:04}@medecin.mss.test"));
    let mailbox = Mailbox { kind: "PER", red: false, address: &address, about: "" };
    let given = ["ALICE", "BRUNO", "CHLOÉ", "DAMIEN", "ÉLISE", "FÉLIX", "GISÈLE"];
    let person = Person {
        rpps: &rpps,
        active: true,
        family: "MARTIN",
        given: given.get(n % given.len()).copied().into_iter().collect(),
        civility: "M",
        title: "DR",
        profession: "10",
        specialities: vec!["SM54"],
        boxes: if n.is_multiple_of(4) { vec![mailbox] } else { Vec::new() },
        roles: Vec::new(),
    };
    practitioner(&person, &format!("003-9{n:06}-9{n:06}"))
}

fn meta(profile: &str) -> Value {
    json!({ "versionId": "1", "lastUpdated": "2026-07-28T18:19:26.335+02:00", "source": "https://annuaire.sante.fr",
        "profile": [format!("{CORE}/StructureDefinition/fr-core-{profile}"), format!("{GUIDE}/as-dp-{profile}")] })
}

fn table(name: &str) -> String {
    format!("{NOS}/{}/FHIR/{name}", name.replacen('-', "_", 1))
}

fn coded(codings: &[(&str, &str)]) -> Value {
    let codings: Vec<Value> =
        codings.iter().map(|(name, code)| json!({ "system": table(name), "code": code })).collect();
    json!({ "coding": codings })
}

fn identifier(kind: &str, system: &str, value: &str) -> Value {
    json!({ "use": "official", "system": system, "value": value, "type": { "coding": [
        { "system": format!("{CORE}/CodeSystem/fr-core-cs-v2-0203"), "code": kind }] } })
}

fn practitioner(person: &Person<'_>, id: &str) -> Value {
    let mut name = json!({ "use": "official", "family": person.family, "given": person.given,
        "text": format!("{} {}", person.family, person.given.join(" ")), "prefix": [person.civility] });
    if !person.title.is_empty() {
        insert(&mut name, "suffix", json!([person.title]));
    }
    let profession_table = match person.profession {
        "93" | "71" | "72" | "73" | "97" => "TRE-R95-UsagerTitre",
        _ => "TRE-G15-ProfessionSante",
    };
    let mut qualification = vec![
        json!({ "code": coded(&[("TRE-R14-TypeDiplome", "DE"), ("TRE-R48-DiplomeEtatFrancais", "DE28")]) }),
        json!({ "code": coded(&[("TRE-R09-CategorieProfessionnelle", "C"), (profession_table, person.profession)]) }),
    ];
    for speciality in &person.specialities {
        let code = coded(&[("TRE-R04-TypeSavoirFaire", "S"), ("TRE-R38-SpecialiteOrdinale", speciality)]);
        qualification.push(json!({ "code": code }));
    }
    let mut telecom = vec![json!({ "system": "phone", "value": "0199004242", "rank": 1 })];
    // Some have given an ordinary address, which is not for us.
    if person.rpps.ends_with('1') {
        telecom.push(json!({ "system": "email", "value": "cabinet@ordinaire.example" }));
    }
    telecom.extend(person.boxes.iter().map(mailbox));
    json!({ "resourceType": "Practitioner", "id": id, "meta": meta("practitioner"), "language": "fr",
        "extension": [{ "url": format!("{GUIDE}/as-ext-smartcard"), "extension": [
            { "url": "type", "valueCodeableConcept": coded(&[("TRE-R87-TypeCarte", "CPS")]) },
            { "url": "number", "valueString": "2800123456" },
            { "url": "period", "valuePeriod": { "start": "2024-02-01", "end": "2027-02-01" } }] }],
        "identifier": [
            identifier("IDNPS", "urn:oid:1.2.250.1.71.4.2.1", &format!("8{}", person.rpps)),
            identifier("RPPS", "https://rpps.esante.gouv.fr", person.rpps)],
        "active": person.active, "name": [name], "telecom": telecom, "qualification": qualification })
}

fn practitioner_role(
    n: usize,
    (of, at): (&str, &str),
    active: bool,
    person: &Person<'_>,
    boxes: &[Mailbox<'_>],
) -> Value {
    let mut role = json!({ "resourceType": "PractitionerRole", "id": format!("005-{}-{}", 5_087_586 + n, 6_923_328 + n),
        "meta": meta("practitionerrole"), "language": "fr", "active": active,
        "identifier": [{ "use": "official", "system": "https://rpps.esante.gouv.fr", "value": format!("1{}", person.rpps) }],
        "practitioner": { "reference": format!("Practitioner/{of}") },
        "organization": { "reference": format!("Organization/{at}") },
        "code": [coded(&[("TRE-R22-GenreActivite", "GENR01")]), coded(&[("TRE-R23-ModeExercice", "S")]),
            coded(&[("TRE-R21-Fonction", "FON-AU")])] });
    if !boxes.is_empty() {
        insert(&mut role, "telecom", boxes.iter().map(mailbox).collect());
    }
    role
}

fn organization(structure: &Structure<'_>, id: &str) -> Value {
    let finess = format!("{}0000", structure.postal_code);
    let kind = |name: &str, coding: Value| {
        json!({ "coding": [coding], "extension": [
            { "url": format!("{GUIDE}/as-ext-organization-types"), "valueCode": name }] })
    };
    let mut telecom = vec![
        json!({ "system": "phone", "value": "0199004200", "rank": 1 }),
        json!({ "system": "fax", "value": "0199004201" }),
        json!({ "system": "email", "value": "contact@ordinaire.example" }),
    ];
    telecom.extend(structure.boxes.iter().map(mailbox));
    json!({ "resourceType": "Organization", "id": id, "meta": meta("organization"), "language": "fr",
        "identifier": [
            identifier("IDNST", "urn:oid:1.2.250.1.71.4.2.2", &format!("1{finess}")),
            identifier("FINEG", "https://finess.esante.gouv.fr", &finess)],
        "active": structure.active,
        "type": [
            kind("organizationType", json!({ "system": format!("{CORE}/CodeSystem/fr-core-cs-v2-3307"),
                "code": "GEOGRAPHICAL-ENTITY" })),
            kind("secteurActiviteRASS", json!({ "system": table("TRE-R02-SecteurActivite"), "code": structure.sector }))],
        "name": structure.name, "telecom": telecom,
        "address": [{ "city": structure.city, "postalCode": structure.postal_code, "line": ["1 R DU CHATEAU"],
            "_line": [{ "extension": [
                { "url": "http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-streetNameType", "valueString": "R" }] }],
            "extension": [{ "url": format!("{CORE}/StructureDefinition/fr-core-address-insee-code"),
                "valueCoding": { "system": table("TRE-R13-Commune"), "code": structure.postal_code } }] }] })
}

/// A mailbox as in `example-organization-nancy`. What is published says so or leaves the red list out.
fn mailbox(mailbox: &Mailbox<'_>) -> Value {
    let kind = json!({ "url": "type", "valueCodeableConcept": coded(&[("TRE-R257-TypeBAL", mailbox.kind)]) });
    let mut metadata = vec![kind];
    if !mailbox.about.is_empty() {
        metadata.push(json!({ "url": "description", "valueString": mailbox.about }));
    }
    metadata.push(json!({ "url": "digitization", "valueBoolean": true }));
    if mailbox.red || mailbox.kind != "PER" {
        metadata.push(json!({ "url": "listeRouge", "valueBoolean": mailbox.red }));
    }
    json!({ "system": "email", "value": mailbox.address, "use": "work", "extension": [
        { "url": format!("{CORE}/StructureDefinition/fr-core-contact-point-email-type"),
          "valueCoding": { "system": table("TRE-R256-TypeMessagerie"), "code": "MSSANTE" } },
        { "url": format!("{GUIDE}/as-ext-mailbox-mss-metadata"), "extension": metadata }] })
}

fn insert(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}
