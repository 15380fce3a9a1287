//! The resources of the Annuaire Santé API (FHIR R4), as far as a recipient needs them.
//!
//! One flat [`Resource`] for all three carriers of mailboxes, told apart by `resourceType`: fields of the one are absent
//! from the others, and a field that has two types (`name`) is read as both.

use serde::Deserialize;

use crate::any::{self, Any, Flag};
use crate::error::{Error, Outcome};

/// A page of results, or what went wrong instead.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Bundle {
    #[serde(deserialize_with = "any::text")]
    resource_type: String,
    #[serde(deserialize_with = "any::objects")]
    pub(crate) entry: Vec<BundleEntry>,
    #[serde(deserialize_with = "any::objects")]
    link: Vec<Link>,
    #[serde(deserialize_with = "any::objects")]
    issue: Vec<Issue>,
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct BundleEntry {
    #[serde(deserialize_with = "any::object")]
    pub(crate) resource: Resource,
    #[serde(deserialize_with = "any::object")]
    search: Search,
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(default)]
struct Search {
    #[serde(deserialize_with = "any::text")]
    mode: String,
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(default)]
struct Link {
    #[serde(deserialize_with = "any::text")]
    relation: String,
    #[serde(deserialize_with = "any::text")]
    url: String,
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(default)]
struct Issue {
    #[serde(deserialize_with = "any::text")]
    severity: String,
    #[serde(deserialize_with = "any::text")]
    code: String,
    #[serde(deserialize_with = "any::text")]
    diagnostics: String,
    #[serde(deserialize_with = "any::object")]
    details: Concept,
}

/// A Practitioner, a PractitionerRole or an Organization.
#[derive(Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Resource {
    #[serde(deserialize_with = "any::text")]
    pub(crate) resource_type: String,
    #[serde(deserialize_with = "any::text")]
    pub(crate) id: String,
    pub(crate) active: Flag,
    pub(crate) name: Name,
    #[serde(deserialize_with = "any::objects")]
    pub(crate) identifier: Vec<Identifier>,
    #[serde(deserialize_with = "any::objects")]
    pub(crate) telecom: Vec<ContactPoint>,
    #[serde(deserialize_with = "any::objects")]
    pub(crate) address: Vec<Address>,
    #[serde(deserialize_with = "any::objects")]
    pub(crate) qualification: Vec<Qualification>,
    /// Of a role.
    #[serde(deserialize_with = "any::object")]
    pub(crate) practitioner: Reference,
    /// Of a role.
    #[serde(deserialize_with = "any::object")]
    pub(crate) organization: Reference,
}

/// `name`: a list of HumanName for a person, a string for an organisation.
#[derive(Default, PartialEq)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) human: Vec<HumanName>,
}

impl<'de> Any<'de> for Name {
    fn of_text(text: &str) -> Self {
        Name { text: text.chars().take(500).collect(), human: Vec::new() }
    }
    fn of_list<A: serde::de::SeqAccess<'de>>(list: A) -> Result<Self, A::Error> {
        let human = any::objects(serde::de::value::SeqAccessDeserializer::new(list))?;
        Ok(Name { text: String::new(), human })
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        any::read(from)
    }
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct HumanName {
    #[serde(rename = "use", deserialize_with = "any::text")]
    pub(crate) usage: String,
    #[serde(deserialize_with = "any::text")]
    pub(crate) text: String,
    #[serde(deserialize_with = "any::text")]
    pub(crate) family: String,
    #[serde(deserialize_with = "any::texts")]
    pub(crate) given: Vec<String>,
    /// Civility, TRE_R81: `M`, `MME` (documented).
    #[serde(deserialize_with = "any::texts")]
    pub(crate) prefix: Vec<String>,
    /// Civility of practice, TRE_R11: `DR`, `PR`… (documented).
    #[serde(deserialize_with = "any::texts")]
    pub(crate) suffix: Vec<String>,
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Identifier {
    #[serde(deserialize_with = "any::text")]
    pub(crate) system: String,
    #[serde(deserialize_with = "any::text")]
    pub(crate) value: String,
    #[serde(rename = "type", deserialize_with = "any::object")]
    pub(crate) kind: Concept,
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct ContactPoint {
    #[serde(deserialize_with = "any::text")]
    pub(crate) system: String,
    #[serde(deserialize_with = "any::text")]
    pub(crate) value: String,
    #[serde(rename = "use", deserialize_with = "any::text")]
    pub(crate) usage: String,
    #[serde(deserialize_with = "any::object")]
    pub(crate) period: Period,
    #[serde(deserialize_with = "any::objects")]
    pub(crate) extension: Vec<Extension>,
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Period {
    #[serde(deserialize_with = "any::text")]
    pub(crate) end: String,
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Extension {
    #[serde(deserialize_with = "any::text")]
    url: String,
    #[serde(deserialize_with = "any::text")]
    value_code: String,
    #[serde(deserialize_with = "any::text")]
    value_string: String,
    value_boolean: Flag,
    #[serde(deserialize_with = "any::object")]
    value_coding: Coding,
    #[serde(deserialize_with = "any::object")]
    value_codeable_concept: Concept,
    #[serde(deserialize_with = "any::objects")]
    pub(crate) extension: Vec<Extension>,
}

impl Extension {
    /// The last part of its canonical address. The part before it has changed between versions of the guides.
    pub(crate) fn name(&self) -> &str {
        self.url.rsplit('/').next().unwrap_or_default()
    }

    /// Its code, whichever way it is written: the guides have `valueCodeableConcept`, `valueCoding` and `valueCode`
    /// for the same thing (documented).
    pub(crate) fn code(&self) -> &str {
        let concept = self.value_codeable_concept.coding.first();
        [concept.map_or("", |coding| &coding.code), &self.value_coding.code, &self.value_code]
            .into_iter()
            .find(|code| !code.is_empty())
            .unwrap_or_default()
    }

    pub(crate) fn string(&self) -> &str {
        &self.value_string
    }

    pub(crate) fn flag(&self) -> Flag {
        self.value_boolean
    }
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Concept {
    #[serde(deserialize_with = "any::objects")]
    pub(crate) coding: Vec<Coding>,
    #[serde(deserialize_with = "any::text")]
    pub(crate) text: String,
}

#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Coding {
    #[serde(deserialize_with = "any::text")]
    pub(crate) system: String,
    #[serde(deserialize_with = "any::text")]
    pub(crate) code: String,
    #[serde(deserialize_with = "any::text")]
    pub(crate) display: String,
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Qualification {
    #[serde(deserialize_with = "any::object")]
    pub(crate) code: Concept,
    #[serde(deserialize_with = "any::object")]
    pub(crate) period: Period,
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Address {
    #[serde(deserialize_with = "any::text")]
    pub(crate) city: String,
    #[serde(deserialize_with = "any::text")]
    pub(crate) postal_code: String,
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Reference {
    #[serde(deserialize_with = "any::text")]
    reference: String,
}

impl Reference {
    /// The identifier at its end: `Practitioner/003-1` and `https://…/Practitioner/003-1` are both `003-1`.
    pub(crate) fn id(&self) -> &str {
        self.reference.rsplit('/').next().unwrap_or_default()
    }
}

impl BundleEntry {
    /// Whether it is there because it answers the question, and not because another one refers to it.
    pub(crate) fn is_match(&self) -> bool {
        self.search.mode != "include" && self.search.mode != "outcome"
    }
}

impl Bundle {
    /// Reads an answer. An OperationOutcome that comes with a success is a refusal too: the live service does it for
    /// pages it has forgotten (witnessed, issue 414).
    pub(crate) fn read(body: &[u8]) -> Result<Self, Error> {
        let bundle: Bundle = serde_json::from_slice(body).map_err(|e| match e.classify() {
            serde_json::error::Category::Eof => Error::Unreadable("it ends too early"),
            _ => Error::Unreadable("not the JSON of a resource"),
        })?;
        match bundle.resource_type.as_str() {
            "Bundle" => Ok(bundle),
            "OperationOutcome" => Err(Error::Refused { status: 200, outcome: bundle.outcome() }),
            _ => Err(Error::Unreadable("not a bundle")),
        }
    }

    /// What an answer that is no success says of it, if it says it in FHIR.
    pub(crate) fn read_outcome(body: &[u8]) -> Option<Outcome> {
        let bundle: Bundle = serde_json::from_slice(body).ok()?;
        (bundle.resource_type == "OperationOutcome").then_some(bundle)?.outcome()
    }

    fn outcome(&self) -> Option<Outcome> {
        let graver = |issue: &&Issue| matches!(issue.severity.as_str(), "fatal" | "error");
        let issue = self.issue.iter().find(graver).or_else(|| self.issue.first())?;
        let text = if issue.diagnostics.is_empty() { &issue.details.text } else { &issue.diagnostics };
        Some(Outcome::new(&issue.code, text))
    }

    /// Where the next page is, if there is one. Only this link is provided (witnessed, issue 162).
    pub(crate) fn next(&self) -> Option<&str> {
        let next = self.link.iter().find(|link| link.relation == "next")?;
        (!next.url.is_empty()).then_some(next.url.as_str())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn a_name_is_read_of_a_person_and_of_an_organisation() {
        let bundle = Bundle::read(
            br#"{"resourceType":"Bundle","entry":[
                {"resource":{"resourceType":"Practitioner","name":[{"family":"CASTAFIORE","given":["Bianca"]}]}},
                {"resource":{"resourceType":"Organization","name":"CH DE MOULINSART"},"search":{"mode":"include"}}]}"#,
        )
        .unwrap();
        assert_eq!(bundle.entry[0].resource.name.human[0].family, "CASTAFIORE");
        assert!(bundle.entry[0].is_match());
        assert_eq!(bundle.entry[1].resource.name.text, "CH DE MOULINSART");
        assert!(!bundle.entry[1].is_match());
    }

    #[test]
    fn an_outcome_instead_of_a_page_is_a_refusal_with_its_gravest_issue() {
        let body = br#"{"resourceType":"OperationOutcome","issue":[
            {"severity":"warning","code":"informational","diagnostics":"lent"},
            {"severity":"error","code":"processing","diagnostics":"HAPI-0302: Unknown resource type"}]}"#;
        let Err(Error::Refused { status: 200, outcome: Some(outcome) }) = Bundle::read(body) else {
            panic!("not a refusal")
        };
        assert_eq!((outcome.code(), outcome.text()), ("processing", "HAPI-0302: Unknown resource type"));
        assert_eq!(Bundle::read_outcome(body), Some(outcome));
    }

    #[test]
    fn what_is_no_bundle_is_told_from_an_empty_one() {
        assert!(Bundle::read(br#"{"resourceType":"Bundle","type":"searchset","total":0}"#).unwrap().entry.is_empty());
        for body in
            [&b"<html>"[..], b"[]", b"\"Bundle\"", b"{}", br#"{"resourceType":"Patient"}"#, b"", b"{\"entry\":["]
        {
            assert!(matches!(Bundle::read(body), Err(Error::Unreadable(_))), "{body:?}");
            assert!(Bundle::read_outcome(body).is_none());
        }
    }

    #[test]
    fn only_a_next_link_leads_on() {
        let bundle =
            |link| Bundle::read(format!("{{\"resourceType\":\"Bundle\",\"link\":{link}}}").as_bytes()).unwrap();
        let both = r#"[{"relation":"self","url":"https://a.test/1"},{"relation":"next","url":"https://a.test/2"}]"#;
        assert_eq!(bundle(both).next(), Some("https://a.test/2"));
        assert_eq!(bundle(r#"[{"relation":"self","url":"https://a.test/1"}]"#).next(), None);
        assert_eq!(bundle(r#"[{"relation":"next"}]"#).next(), None);
        assert_eq!(bundle("7").next(), None);
    }

    #[test]
    fn a_reference_is_known_by_its_end() {
        let reference = |text: &str| Reference { reference: text.into() }.id().to_owned();
        assert_eq!(reference("Organization/001-01-1"), "001-01-1");
        assert_eq!(reference("https://a.test/fhir/v2/Organization/001-01-1"), "001-01-1");
        assert_eq!(reference(""), "");
    }
}
