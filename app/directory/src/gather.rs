//! What the answers of one search hold together: people, where they work, services; and the entries made of them.
//!
//! Everything a server answers is checked against the question once more here: one that ignores a parameter must not
//! put a stranger on the list.

use std::collections::{BTreeMap, BTreeSet};

use crate::any::Flag;
use crate::entry::{Entry, Kind, Place};
use crate::fhir::{Bundle, Identifier, Resource};
use crate::fold::{city, clean, fold};
use crate::label::{Called, called, profession};
use crate::mailbox::{self, Mailbox};
use crate::query::{Asked, rpps};

/// Answers so far.
pub(crate) struct Gathered {
    today: String,
    people: BTreeMap<String, Person>,
    /// By whose they are and their own identifier.
    roles: BTreeMap<(String, String), Role>,
    structures: BTreeMap<String, Structure>,
    services: BTreeMap<String, Vec<Mailbox>>,
}

struct Person {
    called: Called,
    /// Folded given and family names.
    name: String,
    /// Folded family name.
    family: String,
    profession: String,
    rpps: Option<String>,
    boxes: Vec<Mailbox>,
}

struct Role {
    organization: String,
    boxes: Vec<Mailbox>,
}

struct Structure {
    place: Place,
    city: String,
    postal_code: String,
    name: String,
}

/// An entry and where it stands among the others.
struct Ranked {
    entry: Entry,
    rank: (bool, bool, String),
}

/// What decides which entries there are and in which order.
pub(crate) struct Wanted<'a> {
    pub(crate) asked: &'a Asked,
    /// Words may stand anywhere in a name, instead of at the beginning of its parts.
    pub(crate) anywhere: bool,
    /// Folded.
    pub(crate) place: Option<&'a str>,
    /// Folded city.
    pub(crate) near: Option<&'a str>,
}

impl Gathered {
    pub(crate) fn new(today: String) -> Self {
        Self {
            today,
            people: BTreeMap::new(),
            roles: BTreeMap::new(),
            structures: BTreeMap::new(),
            services: BTreeMap::new(),
        }
    }

    /// Takes a page in. What is no longer active is left out, except as a place: a structure that closed still has a
    /// name.
    pub(crate) fn take(&mut self, bundle: Bundle) {
        for entry in bundle.entry {
            let is_match = entry.is_match();
            let resource = entry.resource;
            let active = matches!(resource.active, Flag::Yes | Flag::Absent);
            if resource.id.is_empty() {
                continue;
            }
            match resource.resource_type.as_str() {
                "Practitioner" if active => {
                    let person = Person::read(&resource, &self.today);
                    self.people.entry(resource.id).or_insert(person);
                }
                "PractitionerRole" if active => {
                    let role = Role {
                        organization: resource.organization.id().to_owned(),
                        boxes: mailbox::of(&resource.telecom, &self.today).collect(),
                    };
                    self.roles.entry((resource.practitioner.id().to_owned(), resource.id)).or_insert(role);
                }
                "Organization" => {
                    if active && is_match {
                        let boxes: Vec<Mailbox> = mailbox::of(&resource.telecom, &self.today).collect();
                        self.services.entry(resource.id.clone()).or_insert(boxes);
                    }
                    self.structures.entry(resource.id.clone()).or_insert_with(|| Structure::read(&resource));
                }
                _ => {}
            }
        }
    }

    /// Takes in structures that people work in, which answer no question themselves.
    pub(crate) fn places(&mut self, bundle: Bundle) {
        for resource in bundle.entry.into_iter().map(|entry| entry.resource) {
            if resource.resource_type == "Organization" && !resource.id.is_empty() {
                self.structures.entry(resource.id.clone()).or_insert_with(|| Structure::read(&resource));
            }
        }
    }

    /// Structures that the roles of people with a mailbox refer to and no answer held yet.
    pub(crate) fn unknown_structures(&self, wanted: &Wanted<'_>, most: usize) -> Vec<&str> {
        let is_unknown = |role: &&Role| !self.structures.contains_key(&role.organization);
        let mut ids = BTreeSet::new();
        for (id, person) in self.people.iter().filter(|(_, person)| person.is_wanted(wanted)) {
            let roles = self.roles_of(id);
            let reachable = !person.boxes.is_empty() || self.roles_of(id).any(|role| !role.boxes.is_empty());
            if reachable {
                let unknown = roles.filter(is_unknown).map(|role| role.organization.as_str());
                ids.extend(unknown.filter(|id| is_id(id)).take(most.saturating_sub(ids.len())));
            }
        }
        ids.into_iter().collect()
    }

    /// How many mailboxes of people there are for this question.
    pub(crate) fn reachable(&self, wanted: &Wanted<'_>) -> usize {
        let people = self.people.iter().filter(|(_, person)| person.is_wanted(wanted));
        people.map(|(id, person)| person.boxes.len() + self.roles_of(id).map(|r| r.boxes.len()).sum::<usize>()).sum()
    }

    /// The entries for this question, best first.
    pub(crate) fn entries(&self, wanted: &Wanted<'_>) -> Vec<Entry> {
        let mut ranked: Vec<Ranked> = Vec::new();
        for (id, person) in self.people.iter().filter(|(_, person)| person.is_wanted(wanted)) {
            self.entries_of(id, person, wanted, &mut ranked);
        }
        for (id, boxes) in &self.services {
            self.services_of(id, boxes, wanted, &mut ranked);
        }
        ranked.sort_by(|a, b| {
            let place = |ranked: &Ranked| ranked.entry.place == Place::default();
            // Of the same mailbox twice, the one that knows its place.
            a.rank
                .cmp(&b.rank)
                .then_with(|| place(a).cmp(&place(b)))
                .then_with(|| a.entry.address.cmp(&b.entry.address))
        });
        let mut seen = BTreeSet::new();
        ranked.retain(|ranked| seen.insert((ranked.entry.address.to_lowercase(), ranked.entry.rpps.clone())));
        ranked.into_iter().map(|ranked| ranked.entry).collect()
    }

    fn roles_of<'a>(&'a self, practitioner: &'a str) -> impl Iterator<Item = &'a Role> {
        let theirs = self.roles.range((practitioner.to_owned(), String::new())..);
        theirs.take_while(move |((of, _), _)| of == practitioner).map(|(_, role)| role)
    }

    fn entries_of(&self, id: &str, person: &Person, wanted: &Wanted<'_>, ranked: &mut Vec<Ranked>) {
        let structures: Vec<&Structure> =
            self.roles_of(id).filter_map(|role| self.structures.get(&role.organization)).collect();
        let of_person = person.boxes.iter().map(|mailbox| (mailbox, wanted.choose(&structures), &structures[..]));
        let of_roles: Vec<(&Mailbox, Vec<&Structure>)> = self
            .roles_of(id)
            .flat_map(|role| role.boxes.iter().map(|mailbox| (mailbox, self.structures.get(&role.organization))))
            .map(|(mailbox, structure)| (mailbox, structure.into_iter().collect()))
            .collect();
        let of_roles = of_roles.iter().map(|(mailbox, at)| (*mailbox, at.first().copied(), &at[..]));
        for (mailbox, shown, at) in of_person.chain(of_roles) {
            if !wanted.address(&mailbox.address) || !wanted.is_at(at) {
                continue;
            }
            let entry = Entry {
                name: person.called.in_full(),
                profession: person.profession.clone(),
                place: shown.map(|structure| structure.place.clone()).unwrap_or_default(),
                note: mailbox.description.clone(),
                address: mailbox.address.clone(),
                kind: mailbox.kind.unwrap_or(Kind::Personal),
                rpps: person.rpps.clone(),
            };
            let leads = matches!(wanted.asked, Asked::Words(words) if words.lead(&person.family));
            let name = format!("{} {}", person.family, person.name);
            ranked.push(Ranked { entry, rank: (!leads, !wanted.is_near(at), name) });
        }
    }

    fn services_of(&self, id: &str, boxes: &[Mailbox], wanted: &Wanted<'_>, ranked: &mut Vec<Ranked>) {
        let Some(structure) = self.structures.get(id) else { return };
        for mailbox in boxes {
            let name = if mailbox.description.is_empty() { &structure.place.structure } else { &mailbox.description };
            let said = fold(name);
            let all = format!("{said} {} {} {}", structure.name, structure.city, fold(&mailbox.address));
            let wanted_here = match wanted.asked {
                Asked::Words(words) => words.stand_in(&all),
                Asked::Address(_) => wanted.address(&mailbox.address),
                Asked::Rpps(_) => false,
            };
            if !wanted_here || !wanted.is_at(&[structure]) {
                continue;
            }
            let leads = matches!(wanted.asked, Asked::Words(words) if words.lead(&said) || words.lead(&structure.name));
            let entry = Entry {
                name: name.clone(),
                profession: String::new(),
                place: structure.place.clone(),
                note: String::new(),
                address: mailbox.address.clone(),
                kind: mailbox.kind.unwrap_or(Kind::Organisational),
                rpps: None,
            };
            ranked.push(Ranked { entry, rank: (!leads, !wanted.is_near(&[structure]), said) });
        }
    }
}

impl Person {
    fn read(resource: &Resource, today: &str) -> Self {
        let called = called(&resource.name.human);
        Self {
            name: fold(&format!("{} {}", called.given, called.family)),
            family: fold(&called.family),
            profession: profession(&resource.qualification, today),
            rpps: number(&resource.identifier),
            boxes: mailbox::of(&resource.telecom, today).collect(),
            called,
        }
    }

    fn is_wanted(&self, wanted: &Wanted<'_>) -> bool {
        match wanted.asked {
            Asked::Words(words) if wanted.anywhere => words.stand_in(&self.name),
            Asked::Words(words) => words.begin(&self.name),
            Asked::Rpps(number) => self.rpps.as_ref() == Some(number),
            Asked::Address(_) => true,
        }
    }
}

impl Structure {
    fn read(resource: &Resource) -> Self {
        let address = resource.address.first();
        let place = Place {
            structure: clean(&resource.name.text, 120),
            city: clean(address.map_or("", |address| &address.city), 80),
        };
        Self {
            city: city(&place.city),
            postal_code: fold(address.map_or("", |address| &address.postal_code)),
            name: fold(&place.structure),
            place,
        }
    }
}

impl Wanted<'_> {
    fn address(&self, address: &str) -> bool {
        match self.asked {
            Asked::Address(part) => address.to_lowercase().contains(part.as_str()),
            _ => true,
        }
    }

    fn is_near(&self, at: &[&Structure]) -> bool {
        self.near.is_some_and(|near| at.iter().any(|structure| structure.city == near))
    }

    /// Without a known place nobody is known to be in the place asked for.
    fn is_at(&self, at: &[&Structure]) -> bool {
        self.place.is_none_or(|place| at.iter().any(|structure| structure.is_in(place)))
    }

    /// Of several places somebody works in, the one to show.
    fn choose<'a>(&self, at: &[&'a Structure]) -> Option<&'a Structure> {
        let asked = self.place.and_then(|place| at.iter().find(|structure| structure.is_in(place)));
        let near = || self.near.and_then(|near| at.iter().find(|structure| structure.city == near));
        let only = || at.first().filter(|first| at.iter().all(|other| other.place == first.place));
        asked.or_else(near).or_else(only).copied()
    }
}

impl Structure {
    fn is_in(&self, place: &str) -> bool {
        self.city.starts_with(place)
            || self.name.contains(place)
            || (place.bytes().all(|b| b.is_ascii_digit()) && self.postal_code.starts_with(place))
    }
}

/// The RPPS number among identifiers: typed `RPPS`, or the national identifier `8` and the number (documented).
fn number(identifiers: &[Identifier]) -> Option<String> {
    let is_rpps = |identifier: &&Identifier| {
        let typed = identifier.kind.coding.iter().any(|coding| coding.code == "RPPS");
        typed || identifier.system == "https://rpps.esante.gouv.fr"
    };
    let national = |identifier: &&Identifier| identifier.system == "urn:oid:1.2.250.1.71.4.2.1";
    let mut found = identifiers.iter().filter(is_rpps).chain(identifiers.iter().filter(national));
    found.find_map(|identifier| rpps(&identifier.value))
}

/// What a FHIR id is (R4 §2.24.0.1), and nothing that means something in an address.
fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
}
