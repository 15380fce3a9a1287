//! The header: what a document is, about whom, by whom, when.

use crate::body::Fact;
use crate::cda::{name, patient, types};
use crate::day::{Day, hour};
use crate::reading::{Ins, Patient, Register, Sex};
use crate::xml::Element;

/// What the header says.
#[derive(Default)]
pub(crate) struct Header {
    /// The label of the type.
    pub(crate) title: String,
    /// The code of the type.
    pub(crate) code: Option<String>,
    /// The document's own title, when it says something else.
    pub(crate) subject: String,
    /// Person and organisation that wrote it.
    pub(crate) author: String,
    pub(crate) date: Option<Day>,
    pub(crate) patient: Option<Patient>,
    /// Confidentiality R (restricted) or V (very restricted).
    pub(crate) restricted: bool,
    hour: Option<String>,
    custodian: String,
    prescriber: String,
    sampled: String,
    event: String,
    replaces: bool,
}

impl Header {
    pub(super) fn of(root: &Element) -> Header {
        let attribute = |element: &str, name: &str| root.first(element).and_then(|e| e.attribute(name));
        let own = root.first("title").map(Element::line).unwrap_or_default();
        let code = attribute("code", "code").unwrap_or_default();
        let title = types::label(code).map(String::from).or_else(|| attribute("code", "displayName").map(String::from));
        let title = title.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| own.clone());
        let subject = if plain(&own) == plain(&title) { String::new() } else { own };
        let written = attribute("effectiveTime", "value").unwrap_or_default();
        let replaces = root.all("relatedDocument").any(|related| related.attribute("typeCode") == Some("RPLC"));
        Header {
            title,
            code: types::code(code),
            subject,
            author: root.all("author").map(author).find(|author| !author.is_empty()).unwrap_or_default(),
            date: Day::from_hl7(written),
            hour: hour(written),
            patient: root.at(&["recordTarget", "patientRole"]).and_then(patient::of),
            restricted: matches!(attribute("confidentialityCode", "code"), Some("R" | "V")),
            custodian: root
                .at(&["custodian", "assignedCustodian", "representedCustodianOrganization", "name"])
                .map(Element::line)
                .unwrap_or_default(),
            prescriber: participant(root, |p| p.attribute("typeCode") == Some("REF")).map(entity).unwrap_or_default(),
            sampled: participant(root, is_sampler).and_then(|p| p.first("time")).map(moment).unwrap_or_default(),
            event: root.at(&["documentationOf", "serviceEvent", "effectiveTime"]).map(moment).unwrap_or_default(),
            replaces,
        }
    }

    /// The header as labels and values, the patient first.
    pub(super) fn facts(&self) -> Vec<Fact> {
        let patient = self.patient.as_ref();
        let date = self.date.map(|day| match &self.hour {
            Some(hour) => format!("{day} à {hour}"),
            None => day.to_string(),
        });
        let replaces = if self.replaces { "Une version précédente de ce document" } else { "" };
        [
            Fact::of("Patient", patient.map(identity).unwrap_or_default()),
            Fact::of("INS", patient.and_then(|p| p.ins.as_ref()).map(ins).unwrap_or_default()),
            Fact::of("Document", self.title.clone()),
            Fact::of("Titre", self.subject.clone()),
            Fact::of("Auteur", self.author.clone()),
            Fact::of("Date", date.unwrap_or_default()),
            Fact::of("Acte", if self.sampled.is_empty() { self.event.clone() } else { String::new() }),
            Fact::of("Prélèvement", self.sampled.clone()),
            Fact::of("Prescripteur", self.prescriber.clone()),
            Fact::of("Conservé par", if self.author.contains(&self.custodian) { "" } else { &self.custodian }),
            Fact::of("Remplace", replaces),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn identity(patient: &Patient) -> String {
    let mut text = format!("{} {}", patient.family, patient.given).trim().to_owned();
    if let Some(used) = &patient.used {
        text.push_str(&format!(" (utilise : {used})"));
    }
    if let Some(born) = patient.born {
        let word = match patient.sex {
            Sex::Female => "née le",
            Sex::Male => "né le",
            Sex::Unknown => "naissance :",
        };
        text.push_str(&format!(", {word} {born}"));
    }
    text
}

fn ins(ins: &Ins) -> String {
    let state = match (ins.register, ins.qualified) {
        (Register::Test, _) => "identité de test",
        (_, true) => "qualifiée",
        (_, false) => "non qualifiée",
    };
    format!("{}, {state}", ins.value)
}

fn author(author: &Element) -> String {
    let Some(assigned) = author.first("assignedAuthor") else { return String::new() };
    let person = assigned.at(&["assignedPerson", "name"]).map(name::person).unwrap_or_default();
    let device = assigned.at(&["assignedAuthoringDevice", "softwareName"]).map(Element::line).unwrap_or_default();
    let organisation = assigned.at(&["representedOrganization", "name"]).map(Element::line).unwrap_or_default();
    let written = name::joined(&person, &organisation);
    if written.is_empty() { device } else { written }
}

fn participant(root: &Element, is: impl Fn(&Element) -> bool) -> Option<&Element> {
    root.all("participant").find(|participant| is(participant))
}

/// CI-SIS: the sampler is the participant PRF of function PRELV.
fn is_sampler(participant: &Element) -> bool {
    participant.first("functionCode").and_then(|code| code.attribute("code")) == Some("PRELV")
}

fn entity(participant: &Element) -> String {
    let Some(entity) = participant.first("associatedEntity") else { return String::new() };
    let person = entity.at(&["associatedPerson", "name"]).map(name::person).unwrap_or_default();
    if person.is_empty() {
        return entity.at(&["scopingOrganization", "name"]).map(Element::line).unwrap_or_default();
    }
    person
}

/// A time stamp, or an interval by its end that is known: «21/11/2026 à 7 h 40».
fn moment(time: &Element) -> String {
    let value = |part: &str| time.first(part).and_then(|e| e.attribute("value"));
    let Some(text) = time.attribute("value").or_else(|| value("low")).or_else(|| value("high")) else {
        return String::new();
    };
    match (Day::from_hl7(text), hour(text)) {
        (Some(day), Some(hour)) => format!("{day} à {hour}"),
        (Some(day), None) => day.to_string(),
        _ => String::new(),
    }
}

/// Letters and digits alone, without accents or case: titles are compared so.
pub(crate) fn plain(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).filter_map(unaccented).collect()
}

fn unaccented(c: char) -> Option<char> {
    Some(match c {
        'à' | 'â' | 'ä' => 'a',
        'ç' => 'c',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        c if c.is_alphanumeric() => c,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_compared_by_their_letters() {
        assert_eq!(plain("Compte rendu d’imagerie médicale"), plain("COMPTE-RENDU D'IMAGERIE MEDICALE"));
        assert_ne!(plain("IRM cérébrale"), plain("IRM rachidienne"));
    }
}
