//! FHIR R4 search over the resources, with the parameters the API documents and no others.

use serde_json::{Map, Value, json};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A question about one type of resource.
pub(crate) struct Question {
    kind: String,
    criteria: Vec<Criterion>,
    includes: Vec<String>,
    elements: Vec<String>,
    pub(crate) count: usize,
    pub(crate) total: bool,
}

struct Criterion {
    parameter: String,
    modifier: String,
    /// Any of these will do.
    values: Vec<String>,
}

/// What a parameter looks at.
enum Looked<'a> {
    Strings(Vec<&'a str>),
    Tokens(Vec<(&'a str, String)>),
    References(Vec<&'a str>),
}

/// Types of resource that can be asked for.
pub(crate) const TYPES: [&str; 3] = ["Practitioner", "PractitionerRole", "Organization"];

impl Question {
    /// Reads the parameters. An error is the text of the OperationOutcome.
    pub(crate) fn read(kind: &str, parameters: &[(String, String)]) -> Result<Self, String> {
        let mut question = Self {
            kind: kind.to_owned(),
            criteria: Vec::new(),
            includes: Vec::new(),
            elements: Vec::new(),
            count: 50,
            total: true,
        };
        for (name, value) in parameters {
            let list = || value.split(',').map(str::to_owned).collect::<Vec<_>>();
            match name.as_str() {
                "_count" => question.count = value.parse().map_err(|_| "Invalid _count".to_owned())?,
                "_total" => question.total = value != "none",
                "_include" | "_revinclude" => question.includes.push(format!("{name}={value}")),
                "_elements" => question.elements = list(),
                "_format" | "_pretty" => {}
                _ => {
                    let (parameter, modifier) = name.split_once(':').unwrap_or((name, ""));
                    // The documentation writes the parts of a name as modifiers of it.
                    let (parameter, modifier) = match (parameter, modifier) {
                        ("name", "family" | "given") => (modifier, ""),
                        both => both,
                    };
                    question.criteria.push(Criterion {
                        parameter: parameter.to_owned(),
                        modifier: modifier.to_owned(),
                        values: list(),
                    });
                }
            }
        }
        // Both errors word for word as seen.
        let nothing = Value::Null;
        for Criterion { parameter, .. } in &question.criteria {
            if parameter == "mailbox-mss-type" {
                return Err("Parameter mailbox-mss-type not found".to_owned());
            }
            if look(&question.kind, parameter, &nothing).is_none() {
                return Err(format!("Parameter {parameter} not found for resource {kind}"));
            }
        }
        // Of a search in texts there is no total.
        let is_text = |c: &Criterion| matches!(look(kind, &c.parameter, &nothing), Some(Looked::Strings(_)));
        question.total &= !question.criteria.iter().any(is_text);
        Ok(question)
    }

    /// Places of the resources that answer.
    pub(crate) fn matches(&self, all: &[Value]) -> Vec<usize> {
        let answers = |resource: &Value| {
            text(resource, "resourceType") == self.kind && self.criteria.iter().all(|c| c.is_met(&self.kind, resource))
        };
        all.iter().enumerate().filter(|(_, resource)| answers(resource)).map(|(place, _)| place).collect()
    }

    /// The entries of a page: what answers, then what it refers to or what refers to it.
    pub(crate) fn entries(&self, base: &str, all: &[Value], matches: &[usize]) -> Vec<Value> {
        let matches: Vec<&Value> = matches.iter().filter_map(|place| all.get(*place)).collect();
        let mut included: Vec<&Value> = Vec::new();
        for include in &self.includes {
            let refers = |from: &Value, field: &str, to: &Value| {
                let reference = from.get(field).map(|reference| text(reference, "reference")).unwrap_or_default();
                reference == format!("{}/{}", text(to, "resourceType"), text(to, "id"))
            };
            let wanted = |other: &Value| {
                matches.iter().any(|found| match include.as_str() {
                    "_revinclude=PractitionerRole:practitioner" => refers(other, "practitioner", found),
                    "_revinclude=PractitionerRole:organization" => refers(other, "organization", found),
                    "_include=PractitionerRole:practitioner" => refers(found, "practitioner", other),
                    "_include=PractitionerRole:organization" => refers(found, "organization", other),
                    "_include=*" => refers(found, "practitioner", other) || refers(found, "organization", other),
                    _ => false,
                })
            };
            for other in all {
                if wanted(other) && !included.contains(&other) {
                    included.push(other);
                }
            }
        }
        let entry = |resource: &Value, mode: &str| {
            let url = format!("{base}/{}/{}", text(resource, "resourceType"), text(resource, "id"));
            json!({ "fullUrl": url, "resource": self.reduced(resource), "search": { "mode": mode } })
        };
        let found = matches.iter().map(|resource| entry(resource, "match"));
        found.chain(included.iter().map(|resource| entry(resource, "include"))).collect()
    }

    /// Only the elements asked for, marked as such (FHIR R4 §3.1.1.5.9).
    fn reduced(&self, resource: &Value) -> Value {
        if self.elements.is_empty() {
            return resource.clone();
        }
        let keep = |name: &String| name == "resourceType" || name == "id" || self.elements.contains(name);
        let fields = resource.as_object().into_iter().flatten().filter(|(name, _)| keep(name));
        let mut fields: Map<String, Value> = fields.map(|(name, value)| (name.clone(), value.clone())).collect();
        let tag = json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED" });
        fields.insert("meta".to_owned(), json!({ "tag": [tag] }));
        Value::Object(fields)
    }
}

impl Criterion {
    fn is_met(&self, kind: &str, resource: &Value) -> bool {
        match look(kind, &self.parameter, resource) {
            None => false,
            Some(Looked::Strings(strings)) => {
                strings.iter().any(|string| self.values.iter().any(|value| self.string(string, value)))
            }
            Some(Looked::Tokens(tokens)) => self.values.iter().any(|value| {
                let (system, code) = value.split_once('|').map_or((None, value.as_str()), |(s, c)| (Some(s), c));
                let meets = |(of, token): &(&str, String)| {
                    system.is_none_or(|system| system == *of) && (code.is_empty() || code == token)
                };
                tokens.iter().any(meets)
            }),
            Some(Looked::References(references)) => self.values.iter().any(|value| {
                references.iter().any(|reference| reference == value || reference.rsplit('/').next() == Some(value))
            }),
        }
    }

    fn string(&self, string: &str, value: &str) -> bool {
        match self.modifier.as_str() {
            "exact" => string == value,
            "contains" => plain(string).contains(&plain(value)),
            "" => plain(string).starts_with(&plain(value)),
            _ => false,
        }
    }
}

/// Without case and accents (FHIR R4 §3.1.1.4.5). Punctuation counts.
fn plain(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

fn text<'a>(of: &'a Value, field: &str) -> &'a str {
    of.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// What a parameter looks at in a resource; none if the type does not have the parameter.
fn look<'a>(kind: &str, parameter: &str, resource: &'a Value) -> Option<Looked<'a>> {
    let list = |field: &str| resource.get(field).and_then(Value::as_array).into_iter().flatten();
    let texts = |field: &str, part: &str| list(field).map(|item| text(item, part)).collect::<Vec<_>>();
    let all_of = |field: &str, part: &str| {
        let parts = list(field).filter_map(|item| item.get(part)).filter_map(Value::as_array).flatten();
        parts.filter_map(Value::as_str).collect::<Vec<_>>()
    };
    let coded = |concepts: Vec<&'a Value>| {
        let codings =
            concepts.into_iter().filter_map(|concept| concept.get("coding")).filter_map(Value::as_array).flatten();
        codings.map(|coding| (text(coding, "system"), text(coding, "code").to_owned())).collect::<Vec<_>>()
    };
    let reference =
        |field: &str| resource.get(field).map(|reference| text(reference, "reference")).into_iter().collect();
    Some(match (kind, parameter) {
        (_, "_id") => Looked::Tokens(vec![("", text(resource, "id").to_owned())]),
        (_, "active") => {
            let active = resource.get("active").and_then(Value::as_bool).unwrap_or(true);
            Looked::Tokens(vec![("", active.to_string())])
        }
        (_, "identifier") => {
            let identifiers = list("identifier").map(|item| (text(item, "system"), text(item, "value").to_owned()));
            Looked::Tokens(identifiers.collect())
        }
        (_, "mailbox-mss") => Looked::Strings(texts("telecom", "value")),
        ("Practitioner", "family") => Looked::Strings(texts("name", "family")),
        ("Practitioner", "given") => Looked::Strings(all_of("name", "given")),
        ("Practitioner", "name") => {
            let mut parts = texts("name", "family");
            parts.extend(texts("name", "text"));
            for part in ["given", "prefix", "suffix"] {
                parts.extend(all_of("name", part));
            }
            Looked::Strings(parts)
        }
        ("Practitioner", "qualification-code") => {
            Looked::Tokens(coded(list("qualification").filter_map(|item| item.get("code")).collect()))
        }
        ("PractitionerRole", "practitioner") => Looked::References(reference("practitioner")),
        ("PractitionerRole", "organization") => Looked::References(reference("organization")),
        ("PractitionerRole", "role") => Looked::Tokens(coded(list("code").collect())),
        ("Organization", "name") => Looked::Strings(vec![text(resource, "name")]),
        ("Organization", "address-city") => Looked::Strings(texts("address", "city")),
        ("Organization", "address-postalcode") => Looked::Strings(texts("address", "postalCode")),
        ("Organization", "type") => Looked::Tokens(coded(list("type").collect())),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::resource;

    /// The names of those who answer.
    fn found(kind: &str, parameters: &[(&str, &str)]) -> Vec<String> {
        let all = resource::all(0);
        let parameters: Vec<(String, String)> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let question = Question::read(kind, &parameters).unwrap();
        let name = |resource: &Value| match resource.get("name").unwrap() {
            Value::String(name) => name.clone(),
            names => text(names.get(0).unwrap(), "family").to_owned(),
        };
        question.matches(&all).into_iter().map(|place| name(all.get(place).unwrap())).collect()
    }

    #[test]
    fn strings_match_from_the_beginning_whatever_case_and_accents() {
        assert_eq!(found("Practitioner", &[("family", "leveq")]), ["LÉVÊQUE"]);
        assert_eq!(found("Practitioner", &[("family", "veque")]), Vec::<String>::new());
        assert_eq!(found("Practitioner", &[("family:contains", "VEQUE")]), ["LÉVÊQUE"]);
        assert_eq!(found("Practitioner", &[("family:exact", "LEVEQUE")]), Vec::<String>::new());
        assert_eq!(found("Practitioner", &[("family:exact", "LÉVÊQUE")]), ["LÉVÊQUE"]);
    }

    #[test]
    fn commas_are_or_and_repetition_is_and() {
        assert_eq!(found("Practitioner", &[("family", "CALYS,SICLONE")]), ["CALYS", "SICLONE"]);
        assert_eq!(found("Practitioner", &[("family", "HADDOCK"), ("given", "MARIE")]), ["HADDOCK"]);
        let both = [("name:contains", "MOULINSART"), ("name:contains", "HOSPITALIER")];
        assert_eq!(found("Organization", &both), ["CENTRE HOSPITALIER DE MOULINSART"]);
    }

    #[test]
    fn tokens_match_by_code_and_by_system_and_code() {
        for value in
            ["99700000101", "https://rpps.esante.gouv.fr|99700000101", "urn:oid:1.2.250.1.71.4.2.1|899700000101"]
        {
            assert_eq!(found("Practitioner", &[("identifier", value)]), ["PASSEREAU"], "{value}");
        }
        let table = "https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale|SM04";
        assert_eq!(found("Practitioner", &[("qualification-code", table)]), ["TOURNESOL"]);
        assert_eq!(found("Practitioner", &[("active", "false")]), ["LAMPION"]);
    }

    #[test]
    fn a_parameter_of_another_resource_is_an_error_as_on_the_live_service() {
        let read = |kind, name: &str| Question::read(kind, &[(name.to_owned(), "x".to_owned())]).err().unwrap();
        assert_eq!(read("Practitioner", "address-city"), "Parameter address-city not found for resource Practitioner");
        assert_eq!(read("Practitioner", "mailbox-mss-type"), "Parameter mailbox-mss-type not found");
    }
}
