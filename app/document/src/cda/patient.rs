//! The patient of a CDA header, and whether his INS is qualified.
//!
//! # The rule
//!
//! An INS is shown as qualified when all of this holds:
//!
//! 1. its root is the OID of a register of the INS: 1.2.250.1.213.1.4.8 (NIR) or .9 (NIA). Sources: annexe «Liste des OID
//!    des autorités d'affectation des INS» of the référentiel INS; FR Core, profile FRCorePatientINS, slices INS-NIR and
//!    INS-NIA;
//! 2. its value has fifteen characters, and the last two are the key of the others (97 minus the rest of the division by
//!    97, with 2A read as 19 and 2B as 18: INSEE);
//! 3. the five strict traits come with it: family name at birth, first names, sex, full date of birth, INSEE code of the
//!    place of birth (RNIV; CI-SIS structuration minimale, `recordTarget`).
//!
//! The ground is that a matricule may be transmitted for a qualified identity only: référentiel INS, EXI SI 08 («seul le
//! statut Identité qualifiée autorise le référencement des données de santé échangées avec le matricule INS»), FR Core
//! («Le matricule INS ne peut être véhiculé que dans le cas d'une identité qualifiée»). CDA has no field for the status
//! itself, so a sender that breaks the rule cannot be told from one that keeps it.
//!
//! Uncertain, to be asked of the ANS: that the key must be checked by a reader; that NIA counts like NIR in every use. .10
//! (test) and .11 (demonstration) are told apart and never qualified: in production they name nobody.

use crate::cda::name;
use crate::day::Day;
use crate::reading::{Ins, Patient, Register, Sex};
use crate::xml::Element;

const REGISTERS: [(&str, Register); 4] = [
    ("1.2.250.1.213.1.4.8", Register::Nir),
    ("1.2.250.1.213.1.4.9", Register::Nia),
    ("1.2.250.1.213.1.4.10", Register::Test),
    ("1.2.250.1.213.1.4.11", Register::Test),
];

/// The patient of a `recordTarget`.
pub(super) fn of(role: &Element) -> Option<Patient> {
    let patient = role.first("patient")?;
    let names = name::patient(patient)?;
    let sex = match patient.first("administrativeGenderCode").and_then(|code| code.attribute("code")) {
        Some("F") => Sex::Female,
        Some("M") => Sex::Male,
        _ => Sex::Unknown,
    };
    let born = patient.first("birthTime").and_then(|time| time.attribute("value")).and_then(Day::from_hl7);
    let place = patient.at(&["birthplace", "place", "addr", "county"]).map(Element::line).unwrap_or_default();
    let traits = names.at_birth
        && sex != Sex::Unknown
        && born.is_some_and(|born| born.month > 0 && born.day > 0)
        && place.len() == 5;
    let ins = role.all("id").find_map(|id| ins(id.attribute("root")?, id.attribute("extension")?, traits));
    Some(Patient { family: names.family, given: names.given, used: names.used, born, sex, ins })
}

/// An INS from an OID and a value; `traits`: the five strict traits come with it.
pub(crate) fn ins(root: &str, value: &str, traits: bool) -> Option<Ins> {
    let (_, register) = REGISTERS.iter().find(|(oid, _)| *oid == root.trim())?;
    let value: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    if value.is_empty() || value.len() > 15 || !value.chars().all(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let qualified = traits && *register != Register::Test && key_is_right(&value);
    Some(Ins { value, register: *register, qualified })
}

fn key_is_right(value: &str) -> bool {
    let Some((number, key)) = value.split_at_checked(13) else { return false };
    let number = number.replace("2A", "19").replace("2B", "18");
    match (number.parse::<u64>(), key.parse::<u64>()) {
        (Ok(number), Ok(key)) if value.len() == 15 => key == 97 - number % 97,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::xml;

    const NIR: &str = "1.2.250.1.213.1.4.8";

    fn role(root: &str, value: &str, patient: &str) -> Patient {
        let xml =
            format!("<patientRole><id root='{root}' extension='{value}'/><patient>{patient}</patient></patientRole>");
        of(&xml::parse(xml.as_bytes()).unwrap()).unwrap()
    }

    /// The key is worked out here, so that the number stands for nobody.
    fn number(thirteen: &str) -> String {
        let number: u64 = thirteen.replace("2A", "19").replace("2B", "18").parse().unwrap();
        format!("{thirteen}{:02}", 97 - number % 97)
    }

    const WHOLE: &str = "<name><family qualifier='BR'>LAMPION</family><given>SERAPHIN AUGUSTE</given>\
        <given qualifier='BR'>SERAPHIN</given></name><administrativeGenderCode code='M'/><birthTime value='19560604'/>\
        <birthplace><place><addr><county>99999</county></addr></place></birthplace>";

    #[test]
    fn an_ins_with_its_register_its_key_and_the_five_traits_is_qualified() {
        let patient = role(NIR, &number("1560699999999"), WHOLE);
        assert_eq!((patient.family.as_str(), patient.given.as_str()), ("LAMPION", "SERAPHIN"));
        assert!(patient.sex == Sex::Male);
        assert!(patient.ins.unwrap().qualified);
        assert!(role("1.2.250.1.213.1.4.9", &number("1560699999999"), WHOLE).ins.unwrap().qualified);
        assert!(role(NIR, &number("156062A999999"), WHOLE).ins.unwrap().qualified);
    }

    #[test]
    fn without_one_of_the_five_traits_it_is_not() {
        for (trait_, nothing) in [
            (" qualifier='BR'>LAMPION", ">LAMPION"),
            ("<given>SERAPHIN AUGUSTE</given>", ""),
            ("code='M'", "nullFlavor='UNK'"),
            ("19560604", "1956"),
            ("<county>99999</county>", "<city>MOULINSART</city>"),
        ] {
            assert!(WHOLE.contains(trait_));
            let mut patient = WHOLE.replace(trait_, nothing);
            if trait_.starts_with("<given>") {
                patient = patient.replace("<given qualifier='BR'>SERAPHIN</given>", "");
            }
            assert!(!role(NIR, &number("1560699999999"), &patient).ins.unwrap().qualified, "{trait_}");
        }
    }

    #[test]
    fn a_wrong_key_or_length_is_not_qualified() {
        for value in ["156069999999900", "1560699999999", "15606999999990", "ABC"] {
            assert!(!role(NIR, value, WHOLE).ins.unwrap().qualified, "{value}");
        }
    }

    #[test]
    fn people_of_tests_are_told_and_never_qualified() {
        let ins = role("1.2.250.1.213.1.4.10", &number("1560699999999"), WHOLE).ins.unwrap();
        assert_eq!((ins.register, ins.qualified), (Register::Test, false));
    }

    #[test]
    fn another_identifier_is_no_ins() {
        assert!(role("1.2.3.4", &number("1560699999999"), WHOLE).ins.is_none());
        assert!(role(NIR, "1 560 699 / 999", WHOLE).ins.is_none());
        assert!(role(NIR, "", WHOLE).ins.is_none());
        assert!(role(NIR, "1 560 699 / 999", WHOLE).ins.is_none());
        assert!(role(NIR, "", WHOLE).ins.is_none());
    }
}
