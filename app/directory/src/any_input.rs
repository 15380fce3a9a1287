//! Whatever comes in, nothing panics, and what comes out keeps its promises.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::address;
use crate::entry::Entry;
use crate::fhir::Bundle;
use crate::fold::{city, clean, fold, given_name};
use crate::gather::{Gathered, Wanted};
use crate::query::Asked;
use crate::white::WhiteList;

/// Any JSON, and often enough with the field names that are read.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 96, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((field(), inner), 0..6).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

fn field() -> impl Strategy<Value = String> {
    prop::sample::select(
        &[
            "resourceType",
            "entry",
            "resource",
            "link",
            "relation",
            "url",
            "search",
            "mode",
            "issue",
            "id",
            "active",
            "name",
            "family",
            "given",
            "prefix",
            "suffix",
            "use",
            "text",
            "identifier",
            "system",
            "value",
            "type",
            "telecom",
            "extension",
            "valueCode",
            "valueString",
            "valueBoolean",
            "valueCoding",
            "valueCodeableConcept",
            "coding",
            "code",
            "display",
            "period",
            "end",
            "address",
            "city",
            "postalCode",
            "qualification",
            "practitioner",
            "organization",
            "reference",
            "inconnu",
        ][..],
    )
    .prop_map(str::to_owned)
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(
        &[
            "Bundle",
            "Practitioner",
            "PractitionerRole",
            "Organization",
            "OperationOutcome",
            "email",
            "MSSANTE",
            "PER",
            "a@mss.test",
            "as-ext-mailbox-mss-metadata",
            "fr-core-contact-point-email-type",
            "listeRouge",
            "type",
            "next",
            "RPPS",
            "99700054321",
            "CASTAFIORE",
            "Practitioner/1",
            "1",
        ][..],
    )
    .prop_map(str::to_owned)
}

/// Everything a page leads to, for the widest question.
fn entries(page: &Value) -> Vec<Entry> {
    let Ok(bundle) = Bundle::read(&serde_json::to_vec(page).unwrap()) else { return Vec::new() };
    let mut gathered = Gathered::new("2026-08-01".into());
    gathered.take(bundle);
    let asked = Asked::Address("@".into());
    gathered.entries(&Wanted { asked: &asked, anywhere: true, place: None, near: None })
}

/// A page with one good person, some part of which is replaced.
fn good_page() -> Value {
    json!({ "resourceType": "Bundle", "type": "searchset", "entry": [
        { "search": { "mode": "match" }, "resource": {
            "resourceType": "Practitioner", "id": "003-1", "active": true, "language": "fr",
            "name": [{ "use": "official", "family": "CASTAFIORE", "given": ["Bianca"], "suffix": ["DR"] }],
            "identifier": [{ "system": "https://rpps.esante.gouv.fr", "value": "99700054321" }],
            "qualification": [{ "code": { "coding": [
                { "system": "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante",
                  "code": "10" }] } }],
            "telecom": [{ "system": "email", "value": "bianca.castafiore@mss.test", "extension": [
                { "url": "x/as-ext-mailbox-mss-metadata", "extension": [
                    { "url": "type", "valueCodeableConcept": { "coding": [{ "code": "PER" }] } },
                    { "url": "listeRouge", "valueBoolean": false }] }] }] } },
        { "resource": { "resourceType": "Practitioner", "id": "003-2", "telecom": [
            { "system": "email", "value": "temoin@mss.test", "extension": [
                { "url": "x/as-ext-mailbox-mss-metadata" }] }] } }] })
}

/// Every place in a value, as JSON pointers.
fn places(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                places(item, format!("{at}/{n}"), all);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                places(field, format!("{at}/{name}"), all);
            }
        }
        _ => {}
    }
    all.push(at);
}

fn promises(entry: &Entry) {
    assert!(address::parts(&entry.address).is_some());
    let lines = [&entry.name, &entry.profession, &entry.note, &entry.place.city, &entry.place.structure];
    assert!(lines.iter().all(|line| !line.chars().any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c))));
    assert!(lines.iter().all(|line| line.chars().count() <= 400));
    assert!(entry.rpps.as_ref().is_none_or(|rpps| rpps.len() == 11 && rpps.bytes().all(|b| b.is_ascii_digit())));
}

#[test]
fn the_good_page_is_good() {
    let entries = entries(&good_page());
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["", "Dr Bianca CASTAFIORE"]);
    entries.iter().for_each(promises);
}

proptest! {
    #[test]
    fn any_bytes_are_a_bundle_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let _ = Bundle::read(&bytes);
        let _ = Bundle::read_outcome(&bytes);
        let _ = WhiteList::parse(&bytes);
    }

    #[test]
    fn any_json_gives_entries_that_keep_their_promises(mut page in anything()) {
        if let Value::Object(fields) = &mut page {
            fields.insert("resourceType".into(), "Bundle".into());
        }
        entries(&page).iter().for_each(promises);
    }

    #[test]
    fn one_wrong_part_loses_its_own_mailbox_at_most(place in any::<prop::sample::Index>(), part in anything()) {
        let mut page = good_page();
        let mut all = Vec::new();
        places(&page, String::new(), &mut all);
        // Within the first resource: the second one must not suffer.
        all.retain(|at| at.starts_with("/entry/0/"));
        *page.pointer_mut(place.get(&all[..]).as_str()).unwrap() = part;
        let entries = entries(&page);
        entries.iter().for_each(promises);
        prop_assert!(entries.iter().any(|entry| entry.address == "temoin@mss.test"));
    }

    #[test]
    fn any_text_is_a_question_or_none_and_its_values_hold_no_operator(text in ".{0,60}") {
        match Asked::of(&text) {
            Some(Asked::Words(words)) => {
                prop_assert!(!words.groups.is_empty());
                let all = format!("{}{}{}", words.names(), words.whole().unwrap_or_default(), words.longest());
                prop_assert!(!all.contains(['|', '$', '\\', '&', '=', '%', '@', '*']), "{}", all);
            }
            Some(Asked::Address(part)) => prop_assert!(!part.contains(['|', '$', '\\', ',', '&', '%'])),
            Some(Asked::Rpps(number)) => prop_assert_eq!(number.len(), 11),
            None => {}
        }
    }

    #[test]
    fn folding_twice_changes_nothing(text in ".{0,60}") {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once.clone());
        prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
        let town = city(&text);
        prop_assert_eq!(city(&town), town);
        prop_assert!(clean(&text, 10).chars().count() <= 10);
        let _ = given_name(&text);
    }

    #[test]
    fn an_address_that_passes_can_stand_in_a_command(text in "[ -~é\r\n]{0,40}") {
        if let Some((local, domain)) = address::parts(&text) {
            prop_assert!(text.is_ascii() || !domain.is_ascii());
            prop_assert!(!local.contains([' ', '<', '>', '"', '\r', '\n', ',', ';', ':', '@', '(']));
            prop_assert!(!domain.contains([' ', '<', '>', '\r', '\n', ',', '@', '/', '%', ':']));
        }
    }
}
