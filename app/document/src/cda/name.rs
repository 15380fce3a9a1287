//! Names of people and organisations in a CDA header.

use crate::xml::Element;

/// Names of a patient.
pub(super) struct Names {
    pub(super) family: String,
    pub(super) given: String,
    pub(super) used: Option<String>,
    /// The family name at birth and a first name are written as such.
    pub(super) at_birth: bool,
}

/// CI-SIS: `family` with `BR` is the name at birth, `CL` or `SP` the one in use; `given` without a qualifier is the list
/// of first names at birth, with `BR` the first of them, with `CL` the one in use.
pub(super) fn patient(patient: &Element) -> Option<Names> {
    let parts: Vec<&Element> = patient.all("name").flat_map(Element::elements).collect();
    let find = |kind: &str, qualifiers: &[Option<&str>]| {
        let part = parts.iter().find(|p| &*p.name == kind && qualifiers.contains(&p.attribute("qualifier")))?;
        Some(part.line()).filter(|line| !line.is_empty())
    };
    let born = find("family", &[Some("BR")]);
    let in_use = find("family", &[Some("CL"), Some("SP")]);
    let plain = find("family", &[None]);
    let list = find("given", &[None]);
    let first = find("given", &[Some("BR")]);
    let given_in_use = find("given", &[Some("CL")]);
    let at_birth = born.is_some() && (list.is_some() || first.is_some());
    let family = born.or(plain).or_else(|| in_use.clone())?;
    let given = first.or(list).or_else(|| given_in_use.clone()).unwrap_or_default();
    let used_family = in_use.unwrap_or_else(|| family.clone());
    let used_given = given_in_use.unwrap_or_else(|| given.clone());
    let used = (used_family != family || used_given != given).then(|| format!("{used_family} {used_given}"));
    Some(Names { family, given, used: used.map(|used| used.trim().to_owned()), at_birth })
}

/// A professional: «Dr Bianca CASTAFIORE». Titles stand in `prefix` or `suffix`, in either order of models.
pub(super) fn person(name: &Element) -> String {
    let line = |part: &str| name.all(part).map(Element::line).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ");
    let (given, family) = (line("given"), line("family"));
    if given.is_empty() && family.is_empty() {
        return name.line();
    }
    let titles = format!("{} {}", line("prefix"), line("suffix")).to_uppercase();
    let title = titles.split_ascii_whitespace().find_map(|title| match title.trim_end_matches('.') {
        "DR" | "DOCTEUR" => Some("Dr"),
        "PR" | "PROFESSEUR" => Some("Pr"),
        _ => None,
    });
    [title.unwrap_or_default(), &given, &family].join(" ").trim().to_owned()
}

/// Person and organisation, those that are known.
pub(super) fn joined(person: &str, organisation: &str) -> String {
    match (person.is_empty(), organisation.is_empty()) {
        (false, false) if person != organisation => format!("{person}, {organisation}"),
        (true, _) => organisation.to_owned(),
        _ => person.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::xml;

    fn names(xml: &str) -> Names {
        patient(&xml::parse(format!("<patient><name>{xml}</name></patient>").as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn the_name_at_birth_comes_first_and_the_one_in_use_is_told() {
        let names = names(
            "<family qualifier='BR'>CASTAFIORE</family><given>BIANCA MARIA</given><given qualifier='BR'>BIANCA</given>\
             <family qualifier='CL'>LAMPION</family><given qualifier='CL'>BIANCA</given>",
        );
        assert_eq!((names.family.as_str(), names.given.as_str()), ("CASTAFIORE", "BIANCA"));
        assert_eq!(names.used.as_deref(), Some("LAMPION BIANCA"));
        assert!(names.at_birth);
    }

    #[test]
    fn a_name_without_qualifiers_is_a_name() {
        let names = names("<given>Séraphin</given><family>LAMPION</family>");
        assert_eq!((names.family.as_str(), names.given.as_str(), names.used), ("LAMPION", "Séraphin", None));
        assert!(!names.at_birth);
    }

    #[test]
    fn a_title_is_found_on_either_side() {
        for name in [
            "<name><prefix>M</prefix><given>Tryphon</given><family>TOURNESOL</family><suffix>PR</suffix></name>",
            "<name><prefix>Pr.</prefix><family>TOURNESOL</family><given>Tryphon</given></name>",
        ] {
            assert_eq!(person(&xml::parse(name.as_bytes()).unwrap()), "Pr Tryphon TOURNESOL");
        }
        assert_eq!(person(&xml::parse("<name>Laboratoire Sanzot</name>".as_bytes()).unwrap()), "Laboratoire Sanzot");
    }
}
