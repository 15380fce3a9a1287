//! Codes of the directory in the words of a list: what somebody is, and what they are called.

use crate::fhir::{Coding, HumanName, Qualification};
use crate::fold::{clean, given_name};
use crate::specialities::SPECIALITIES;

/// TRE_G15-ProfessionSante, TRE_R94-ProfessionSocial and TRE_R95-UsagerTitre: no code stands for two of them
/// (documented, JDV_J186 of `ansforge/IG-terminologie-de-sante`). Sorted by code.
const PROFESSIONS: &[(&str, &str)] = &[
    ("10", "Médecin"),
    ("21", "Pharmacien"),
    ("26", "Audioprothésiste"),
    ("28", "Opticien-lunetier"),
    ("31", "Assistant dentaire"),
    ("32", "Physicien médical"),
    ("35", "Aide-soignant"),
    ("36", "Ambulancier"),
    ("37", "Auxiliaire de puériculture"),
    ("38", "Préparateur en pharmacie hospitalière"),
    ("39", "Préparateur en pharmacie"),
    ("40", "Chirurgien-dentiste"),
    ("41", "Assistant de service social"),
    ("42", "Auxiliaire de vie sociale"),
    ("43", "Technicien de l'intervention sociale et familiale"),
    ("44", "Conseiller en économie sociale et familiale"),
    ("45", "Médiateur familial"),
    ("46", "Assistant familial"),
    ("47", "Aide médico-psychologique"),
    ("48", "Moniteur éducateur"),
    ("49", "Éducateur de jeunes enfants"),
    ("50", "Sage-femme"),
    ("51", "Éducateur spécialisé"),
    ("52", "Éducateur technique spécialisé"),
    ("53", "Accompagnant éducatif et social"),
    ("60", "Infirmier"),
    ("69", "Infirmier psychiatrique"),
    ("70", "Masseur-kinésithérapeute"),
    ("71", "Ostéopathe"),
    ("72", "Psychothérapeute"),
    ("73", "Chiropracteur"),
    ("80", "Pédicure-podologue"),
    ("81", "Orthoprothésiste"),
    ("82", "Podo-orthésiste"),
    ("83", "Orthopédiste-orthésiste"),
    ("84", "Oculariste"),
    ("85", "Épithésiste"),
    ("86", "Technicien de laboratoire médical"),
    ("91", "Orthophoniste"),
    ("92", "Orthoptiste"),
    ("93", "Psychologue"),
    ("94", "Ergothérapeute"),
    ("95", "Diététicien"),
    ("96", "Psychomotricien"),
    ("97", "Conseiller en génétique"),
    ("98", "Manipulateur en électroradiologie médicale"),
];

/// What a person does: «Médecin, Cardiologie et maladies vasculaires». Empty if the directory does not say.
///
/// A qualification that is an exercise holds a profession beside a category, one that is a know-how holds a speciality
/// beside its type, one that is a degree is neither (documented, AsPractitionerProfile).
pub(crate) fn profession(qualifications: &[Qualification], today: &str) -> String {
    let mut profession = None;
    let mut specialities: Vec<String> = Vec::new();
    for qualification in qualifications.iter().filter(|q| !crate::date::is_over(&q.period.end, today)) {
        for coding in &qualification.code.coding {
            match table(coding) {
                "TRE-G15-ProfessionSante" | "TRE-R94-ProfessionSocial" | "TRE-R95-UsagerTitre" => {
                    profession = profession.or_else(|| word(PROFESSIONS, coding));
                }
                "TRE-R291-AutreProfession" => profession = profession.or_else(|| displayed(coding)),
                "TRE-R38-SpecialiteOrdinale" => specialities.extend(word(SPECIALITIES, coding)),
                _ => {}
            }
        }
    }
    // A general practitioner may hold the qualification under two codes.
    specialities.sort();
    specialities.dedup();
    specialities.truncate(2);
    profession.into_iter().chain(specialities).collect::<Vec<_>>().join(", ")
}

/// Last part of a code system's address, which is its name; some versions write a file name behind it (documented).
fn table(coding: &Coding) -> &str {
    coding.system.split('/').find(|part| part.starts_with("TRE-")).unwrap_or_default()
}

/// Our word for it, else the directory's.
fn word(words: &[(&str, &str)], coding: &Coding) -> Option<String> {
    let place = words.binary_search_by_key(&coding.code.as_str(), |(code, _)| code);
    let found = place.ok().and_then(|place| words.get(place));
    found.map(|(_, word)| (*word).to_owned()).or_else(|| displayed(coding))
}

fn displayed(coding: &Coding) -> Option<String> {
    let display = clean(&coding.display, 80);
    let display = display.trim_end_matches("(SM)").trim_end();
    (!display.is_empty()).then(|| display.to_owned())
}

/// Who a person is: the title, the given names and the family name, apart.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Called {
    pub(crate) title: &'static str,
    pub(crate) given: String,
    pub(crate) family: String,
}

impl Called {
    /// «Dr Bianca CASTAFIORE».
    pub(crate) fn in_full(&self) -> String {
        let parts = [self.title, &self.given, &self.family];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// The name somebody practises under.
pub(crate) fn called(names: &[HumanName]) -> Called {
    let usable = |name: &&HumanName| !name.family.trim().is_empty() && name.usage != "old";
    let named = |usage: &str| names.iter().filter(usable).find(|name| name.usage == usage);
    let first = || names.iter().find(usable);
    let Some(name) = named("official").or_else(|| named("usual")).or_else(first) else {
        let text = names.iter().map(|name| clean(&name.text, 120)).find(|text| !text.is_empty());
        return Called { family: text.unwrap_or_default(), ..Called::default() };
    };
    let given = name.given.iter().map(|given| given_name(&clean(given, 60)));
    let given: Vec<String> = given.filter(|given| !given.is_empty()).take(3).collect();
    Called { title: title(name), given: given.join(" "), family: clean(&name.family, 80).to_uppercase() }
}

/// TRE_R11-CiviliteExercice, else TRE_R81-Civilite (documented, JDV_J79 and JDV_J78).
fn title(name: &HumanName) -> &'static str {
    let of_practice = name.suffix.iter().find_map(|code| match code.as_str() {
        "DR" => Some("Dr"),
        "PR" => Some("Pr"),
        "MC" => Some("Médecin chef"),
        "MG" => Some("Médecin général"),
        "PC" => Some("Pharmacien chef"),
        "PG" => Some("Pharmacien général"),
        _ => None,
    });
    let civil = || {
        name.prefix.iter().find_map(|code| match code.as_str() {
            "M" => Some("M."),
            "MME" => Some("Mme"),
            "MLLE" => Some("Mlle"),
            _ => None,
        })
    };
    of_practice.or_else(civil).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::{Concept, Period};

    fn coding(table: &str, code: &str, display: &str) -> Coding {
        Coding {
            system: format!("https://mos.esante.gouv.fr/NOS/{}/FHIR/{table}", table.replace("E-", "E_")),
            code: code.into(),
            display: display.into(),
        }
    }

    fn does(codings: Vec<Coding>) -> String {
        let code = Concept { coding: codings, text: String::new() };
        profession(&[Qualification { code, period: Period::default() }], "2026-08-01")
    }

    #[test]
    fn the_tables_are_sorted_and_say_each_code_once() {
        for table in [PROFESSIONS, SPECIALITIES] {
            assert!(table.is_sorted_by(|a, b| a.0 < b.0));
        }
    }

    #[test]
    fn profession_and_speciality_make_one_label() {
        let doctor = coding("TRE-G15-ProfessionSante", "10", "");
        let heart = coding("TRE-R38-SpecialiteOrdinale", "SM04", "Cardiologie et Maladies vasculaires (SM)");
        let degree = coding("TRE-R48-DiplomeEtatFrancais", "DE28", "DE Docteur en médecine");
        let category = coding("TRE-R09-CategorieProfessionnelle", "C", "Civil");
        assert_eq!(does(vec![degree, category, heart, doctor]), "Médecin, Cardiologie et maladies vasculaires");
    }

    #[test]
    fn a_code_we_do_not_know_is_told_in_the_directorys_words_or_not_at_all() {
        assert_eq!(does(vec![coding("TRE-G15-ProfessionSante", "77", "Sophrologue\u{202e}")]), "Sophrologue");
        assert_eq!(does(vec![coding("TRE-R38-SpecialiteOrdinale", "SM99", "Télépathie (SM)")]), "Télépathie");
        assert_eq!(does(vec![coding("TRE-G15-ProfessionSante", "77", "")]), "");
        assert_eq!(does(vec![]), "");
    }

    #[test]
    fn two_codes_of_general_practice_are_one_word() {
        let codes = ["SM26", "SM53"].map(|code| coding("TRE-R38-SpecialiteOrdinale", code, ""));
        assert_eq!(does(codes.to_vec()), "Médecine générale");
    }

    fn name(usage: &str, family: &str, given: &[&str], prefix: &str, suffix: &str) -> HumanName {
        let list = |text: &str| if text.is_empty() { vec![] } else { vec![text.to_owned()] };
        HumanName {
            usage: usage.into(),
            text: String::new(),
            family: family.into(),
            given: given.iter().map(|given| (*given).to_owned()).collect(),
            prefix: list(prefix),
            suffix: list(suffix),
        }
    }

    #[test]
    fn a_name_is_written_with_its_title_and_capitals_where_they_belong() {
        for (name, written) in [
            (name("official", "Castafiore", &["BIANCA"], "MME", "DR"), "Dr Bianca CASTAFIORE"),
            (name("", "LÉVÊQUE", &["Zoé", "ANNE-LISE"], "MME", ""), "Mme Zoé Anne-Lise LÉVÊQUE"),
            (name("", "X", &[], "SIR", "ESQ"), "X"),
        ] {
            assert_eq!(called(&[name]).in_full(), written);
        }
    }

    #[test]
    fn the_official_name_goes_before_the_usual_and_an_old_one_is_never_taken() {
        let names = [
            name("old", "JADIS", &["A"], "", ""),
            name("usual", "USUEL", &["A"], "", ""),
            name("official", "OFFICIEL", &["A"], "", ""),
        ];
        assert_eq!(called(&names).family, "OFFICIEL");
        assert_eq!(called(names.get(..2).unwrap_or_default()).family, "USUEL");
        assert_eq!(called(names.get(..1).unwrap_or_default()).in_full(), "");
    }
}
