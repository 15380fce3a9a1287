//! What the person typed, and what is asked of the directory because of it.

use std::fmt;

use crate::fold::fold;

/// What the person looks for.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// A name in any order and spelling, a service, an RPPS number, or (part of) an address with its `@`.
    pub text: String,
    /// A city or the beginning of a postal code, for people also a structure's name; everybody elsewhere is left out.
    pub place: Option<String>,
}

impl Query {
    /// A query without a place.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), place: None }
    }

    /// The same in a place.
    #[must_use]
    pub fn within(self, place: &str) -> Self {
        Self { place: Some(place.to_owned()), ..self }
    }

    /// Whether there is enough to ask for: two letters, or an address with something around its `@`.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        Asked::of(&self.text).is_some()
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Query(…)")
    }
}

/// What a text asks for.
#[derive(PartialEq, Eq)]
pub(crate) enum Asked {
    /// One professional, by eleven digits.
    Rpps(String),
    /// Mailboxes whose address holds this, in lower case.
    Address(String),
    /// People and services.
    Words(Words),
}

/// Words of a name or of a service, folded.
#[derive(PartialEq, Eq)]
pub(crate) struct Words {
    /// Each word.
    pub(crate) words: Vec<String>,
    /// The words with the particles of a name joined to what follows: `le gall`, `d artagnan`, `de la tour`.
    pub(crate) groups: Vec<String>,
}

/// More words are not looked at.
const MOST_WORDS: usize = 6;
/// No name, and no address, is longer.
const LONGEST: usize = 254;

/// A family name often begins with one of these; alone it would match thousands of people.
const PARTICLES: [&str; 20] = [
    "d", "l", "de", "du", "des", "la", "le", "les", "el", "al", "ben", "bel", "van", "von", "der", "den", "da", "do",
    "dos", "di",
];

impl Asked {
    pub(crate) fn of(text: &str) -> Option<Self> {
        let text: String = text.trim().chars().take(LONGEST).collect();
        if let Some(rpps) = rpps(&text) {
            return Some(Asked::Rpps(rpps));
        }
        if text.contains('@') {
            let address = text.to_lowercase();
            let plain = address.chars().all(|c| c.is_alphanumeric() || "@.-_+'".contains(c));
            return (plain && address.len() > 2).then_some(Asked::Address(address));
        }
        Words::of(&text).map(Asked::Words)
    }
}

/// The eleven digits of an RPPS number, also as the twelve of a national identifier (`8` in front, as on cards), with
/// spaces or without.
pub(crate) fn rpps(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '.')).collect();
    let digits = match digits.len() {
        12 => digits.strip_prefix('8').map(str::to_owned)?,
        _ => digits,
    };
    (digits.len() == 11 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

impl Words {
    fn of(text: &str) -> Option<Self> {
        let folded = fold(text);
        let words: Vec<String> =
            folded.split(' ').filter(|w| !w.is_empty()).take(MOST_WORDS).map(str::to_owned).collect();
        let mut groups: Vec<String> = Vec::new();
        let mut open = false;
        for word in &words {
            match groups.last_mut() {
                Some(group) if open => {
                    group.push(' ');
                    group.push_str(word);
                }
                _ => groups.push(word.clone()),
            }
            open = PARTICLES.contains(&word.as_str());
        }
        let enough = words.iter().map(|word| word.chars().count()).sum::<usize>() >= 2;
        enough.then_some(Self { words, groups })
    }

    /// The word that leaves the fewest answers.
    pub(crate) fn longest(&self) -> &str {
        // `max_by_key` takes the last of equals; the first is as good and more often the family name.
        self.words.iter().rev().max_by_key(|word| word.chars().count()).map_or("", String::as_str)
    }

    /// Values for `family` and, with two groups or more, for `given`: a value of a list is one of several that will do
    /// (documented, "Paramètres OU"), so that both orders of a name are one request.
    pub(crate) fn names(&self) -> String {
        let values: Vec<String> = self.groups.iter().flat_map(|group| spellings(group)).collect();
        values.join(",")
    }

    /// The whole text as one family name, if it may be one of several words: `perez martin` for `PEREZ-MARTIN`.
    pub(crate) fn whole(&self) -> Option<String> {
        (self.groups.len() > 1).then(|| spellings(&self.words.join(" ")).join(","))
    }

    /// Whether these are the words of this folded name, in any order; the last letters may be missing.
    pub(crate) fn begin(&self, folded: &str) -> bool {
        self.words.iter().all(|word| folded.split(' ').any(|part| part.starts_with(word.as_str())))
    }

    /// Whether each stands somewhere in this folded text.
    pub(crate) fn stand_in(&self, folded: &str) -> bool {
        self.words.iter().all(|word| folded.contains(word.as_str()))
    }

    /// Whether a folded family name begins with what was typed for one.
    pub(crate) fn lead(&self, family: &str) -> bool {
        let whole = self.words.join(" ");
        family.starts_with(&whole) || self.groups.iter().any(|group| family.starts_with(group.as_str()))
    }
}

/// A folded group in the ways a directory may write it. Values are upper case as its own, without accents, which the
/// search does not look at (FHIR R4 §3.1.1.4.5).
fn spellings(group: &str) -> Vec<String> {
    let upper = group.to_uppercase();
    let mut spellings = vec![upper.clone()];
    if upper.contains(' ') {
        spellings.push(upper.replace(' ', "-"));
    }
    if let Some(rest) = upper.strip_prefix("D ").or_else(|| upper.strip_prefix("L ")) {
        spellings.push(format!("{}'{rest}", upper.chars().next().unwrap_or_default()));
    }
    // A ligature is no accent: the search would not find one by its letters.
    if upper.contains("OE") {
        spellings.push(upper.replace("OE", "Œ"));
    }
    spellings
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;

    fn words(text: &str) -> Words {
        match Asked::of(text) {
            Some(Asked::Words(words)) => words,
            _ => panic!("{text} is not asked as words"),
        }
    }

    #[test]
    fn a_number_an_address_and_a_name_are_told_apart() {
        for text in ["99700054321", " 997 000 54321 ", "899700054321"] {
            assert!(Asked::of(text) == Some(Asked::Rpps("99700054321".into())), "{text}");
        }
        assert!(Asked::of("Bianca@MSS.test") == Some(Asked::Address("bianca@mss.test".into())));
        assert!(Asked::of("@mss") == Some(Asked::Address("@mss".into())));
        assert_eq!(words("Castafiore  BIANCA").words, ["castafiore", "bianca"]);
        assert_eq!(words("997000543").words, ["997000543"]);
    }

    #[test]
    fn too_little_asks_for_nothing() {
        for text in ["", " ", "a", "-", "@", "a@", "@a&active=false", "x@y|z", "a,b@c"] {
            assert!(!Query::new(text).is_enough(), "{text}");
        }
        assert!(Query::new("li").is_enough());
    }

    #[test]
    fn both_orders_of_a_name_are_one_question() {
        assert_eq!(words("castafiore bianca").names(), "CASTAFIORE,BIANCA");
        assert_eq!(words("Bianca Castafiore").names(), "BIANCA,CASTAFIORE");
        for text in ["castafiore bianca", "bianca castafiore", "casta bi", "BIANCA"] {
            assert!(words(text).begin("bianca castafiore"), "{text}");
        }
        assert!(!words("castafiore bruno").begin("bianca castafiore"));
        assert!(!words("fiore").begin("bianca castafiore"));
    }

    #[test]
    fn a_particle_belongs_to_what_follows() {
        assert_eq!(words("Le Gall Yann").groups, ["le gall", "yann"]);
        assert_eq!(words("de la tour bianca").groups, ["de la tour", "bianca"]);
        assert_eq!(words("d'Artagnan").names(), "D ARTAGNAN,D-ARTAGNAN,D'ARTAGNAN");
        assert_eq!(words("le").groups, ["le"]);
        assert_eq!(words("œuvrard").names(), "OEUVRARD,ŒUVRARD");
        assert_eq!(words("perez martin").whole().unwrap(), "PEREZ MARTIN,PEREZ-MARTIN");
        assert!(words("le gall").whole().is_none());
    }

    #[test]
    fn a_family_name_leads_with_what_was_typed() {
        assert!(words("casta bianca").lead("castafiore"));
        assert!(words("perez martin").lead("perez martin"));
        assert!(!words("bianca").lead("castafiore"));
        assert_eq!(words("le castafiore de").longest(), "castafiore");
        assert_eq!(words("martin bianca").longest(), "martin");
    }

    #[test]
    fn a_query_does_not_print_what_is_looked_for() {
        assert_eq!(format!("{:?}", Query::new("castafiore").within("Moulinsart")), "Query(…)");
    }
}
