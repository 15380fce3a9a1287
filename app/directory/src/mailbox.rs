//! The MSSanté mailboxes among the ways to reach somebody.
//!
//! A mailbox is an element of `telecom` with `system` `email` and two extensions (documented: IG-fhir-annuaire,
//! example-organization-nancy; uc-bal-mss.md):
//!
//! ```json
//! { "system": "email", "value": "secretariat@…mssante.fr", "extension": [
//!     { "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type",
//!       "valueCoding": { "code": "MSSANTE" } },
//!     { "url": "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-mailbox-mss-metadata",
//!       "extension": [
//!         { "url": "type", "valueCodeableConcept": { "coding": [ { "code": "ORG" } ] } },
//!         { "url": "description", "valueString": "…" }, { "url": "service", "valueString": "…" },
//!         { "url": "listeRouge", "valueBoolean": false } ] } ] }
//! ```
//!
//! The examples of the MSSanté guide leave the first one out, FR Core's leaves the second one out: either will do. An
//! address with neither is the ordinary mail of a front desk, and is never taken.

use crate::address;
use crate::any::Flag;
use crate::date;
use crate::entry::Kind;
use crate::fhir::{ContactPoint, Extension};
use crate::fold::clean;

/// A mailbox that may be shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Mailbox {
    pub(crate) address: String,
    /// TRE_R257-TypeBAL: PER, ORG, APP, CAB (documented). None if it does not say.
    pub(crate) kind: Option<Kind>,
    /// What it is for, as its operator wrote it.
    pub(crate) description: String,
}

/// Those of a resource that may be shown: published, still in use, and written as an address is written.
pub(crate) fn of<'a>(telecom: &'a [ContactPoint], today: &'a str) -> impl Iterator<Item = Mailbox> + 'a {
    telecom.iter().filter_map(move |point| read(point, today))
}

fn read(point: &ContactPoint, today: &str) -> Option<Mailbox> {
    // `old`: the address has an end (documented).
    if point.system != "email" || point.usage == "old" || date::is_over(&point.period.end, today) {
        return None;
    }
    let named = |name: &str| point.extension.iter().find(|extension| extension.name() == name);
    let metadata = named("as-ext-mailbox-mss-metadata");
    let is_mss = named("fr-core-contact-point-email-type").map(|kind| kind.code() == "MSSANTE");
    if !is_mss.unwrap_or(metadata.is_some()) || metadata.is_some_and(on_red_list) {
        return None;
    }
    let address = point.value.trim();
    address::parts(address)?;
    let (kind, description) = metadata.map_or((None, String::new()), described);
    Some(Mailbox { address: address.to_owned(), kind, description })
}

/// «true : la BAL ne doit pas être publiée» (documented). What cannot be understood is not published either.
fn on_red_list(metadata: &Extension) -> bool {
    let mut said = metadata.extension.iter().filter(|part| part.name() == "listeRouge");
    said.any(|part| !matches!(part.flag(), Flag::No))
}

fn described(metadata: &Extension) -> (Option<Kind>, String) {
    let part = |name: &str| metadata.extension.iter().find(|part| part.name() == name);
    let text = |name: &str| part(name).map(|part| clean(part.string(), 120)).filter(|text| !text.is_empty());
    let kind = part("type").and_then(|part| Kind::of(part.code()));
    (kind, text("description").or_else(|| text("service")).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::fhir::Bundle;

    const TYPE: &str = r#"{"url":"https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type",
        "valueCoding":{"code":"MSSANTE"}}"#;

    fn metadata(parts: &str) -> String {
        format!(
            r#"{{"url":"https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-mailbox-mss-metadata",
            "extension":[{parts}]}}"#
        )
    }

    /// The mailboxes of a contact point with these extensions and more fields.
    fn boxes(extensions: &[&str], more: &str) -> Vec<Mailbox> {
        let json = format!(
            r#"{{"resourceType":"Bundle","entry":[{{"resource":{{"telecom":[{{"system":"email",
            "value":" bianca@mss.test ","extension":[{}]{more}}}]}}}}]}}"#,
            extensions.join(",")
        );
        let bundle = Bundle::read(json.as_bytes()).unwrap();
        of(&bundle.entry.first().unwrap().resource.telecom, "2026-08-01").collect()
    }

    #[test]
    fn a_mailbox_is_read_with_its_kind_and_what_it_is_for() {
        let parts = r#"{"url":"type","valueCodeableConcept":{"coding":[{"code":"ORG"}]}},
            {"url":"description","valueString":" DR HOUSE\nSecrétariat "},{"url":"listeRouge","valueBoolean":false}"#;
        let found = boxes(&[TYPE, &metadata(parts)], "");
        let expected = Mailbox {
            address: "bianca@mss.test".into(),
            kind: Some(Kind::Organisational),
            description: "DR HOUSE Secrétariat".into(),
        };
        assert!(found == [expected]);
    }

    #[test]
    fn either_mark_of_mssante_will_do_and_neither_will_not() {
        assert_eq!(boxes(&[TYPE], "").len(), 1);
        assert_eq!(boxes(&[&metadata(r#"{"url":"type","valueCode":"PER"}"#)], "").len(), 1);
        assert!(boxes(&[], "").is_empty());
        let other = TYPE.replace("MSSANTE", "INTERNET");
        assert!(boxes(&[&other, &metadata("")], "").is_empty(), "another kind of mail is not ours");
    }

    #[test]
    fn what_is_on_the_red_list_or_may_be_is_not_shown() {
        for (value, shown) in [
            (r#""valueBoolean":true"#, 0),
            (r#""valueBoolean":false"#, 1),
            (r#""valueBoolean":"true""#, 0),
            (r#""valueBoolean":1"#, 0),
            (r#""valueString":"true""#, 0),
            (r#""x":1"#, 0),
        ] {
            let parts = metadata(&format!(r#"{{"url":"listeRouge",{value}}}"#));
            assert_eq!(boxes(&[TYPE, &parts], "").len(), shown, "{value}");
        }
    }

    #[test]
    fn what_has_ended_is_left_out() {
        assert!(boxes(&[TYPE], r#","use":"old""#).is_empty());
        assert!(boxes(&[TYPE], r#","period":{"end":"2026-07-31"}"#).is_empty());
        assert_eq!(boxes(&[TYPE], r#","period":{"end":"2026-12"},"use":"work""#).len(), 1);
    }

    #[test]
    fn a_value_that_is_no_address_is_left_out() {
        let json = |value: &str| {
            format!(
                r#"{{"resourceType":"Bundle","entry":[{{"resource":{{"telecom":[{{"system":"email","value":"{value}",
                "extension":[{TYPE}]}}]}}}}]}}"#
            )
        };
        for value in ["a@mss.test\\r\\nRCPT TO:<b@c.d>", "Bianca <a@mss.test>", "a@mss.test,b@mss.test", "sans"] {
            let bundle = Bundle::read(json(value).as_bytes()).unwrap();
            assert_eq!(of(&bundle.entry.first().unwrap().resource.telecom, "2026-08-01").count(), 0, "{value}");
        }
    }
}
