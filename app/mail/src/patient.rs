//! The patient named in the subject of an XDM message.
//!
//! Between professionals a document travels under the subject `XDM/1.0/DDM+<libellé> <NOM> <prenom> <date de
//! naissance>` (référentiel socle MSSanté clients, ECO.2.1.3), and the prefix is not to be shown (ECO.3.1.3). The
//! subject has no separators, so the name is only taken where it can be told from the label: a date at the end, given
//! names before it, a family name in capitals before those. Anything less certain names nobody: a wrong name on a row is
//! worse than none. The identity that counts is in the document's metadata, not here.

use std::fmt;

const PREFIX: &str = "XDM/1.0/DDM";

/// Who a message is about, as its subject says.
#[derive(Clone, PartialEq, Eq)]
pub struct Patient {
    /// What the document is: the subject without the name and date.
    pub label: String,
    /// Family name, in capitals as written.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Date of birth.
    pub born: Born,
}

/// A date of birth.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Born {
    /// Four digits.
    pub year: u16,
    /// 1 to 12. Zero where the civil register does not know.
    pub month: u8,
    /// 1 to 31. Zero where the civil register does not know.
    pub day: u8,
}

impl fmt::Debug for Patient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Patient(…)")
    }
}

impl fmt::Debug for Born {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Born(…)")
    }
}

/// The subject as it is shown, and the patient it names.
pub(crate) fn read(subject: &str) -> (String, Option<Patient>) {
    let Some((before, after)) = split(subject) else { return (subject.to_owned(), None) };
    let patient = patient(after);
    let shown = if before.is_empty() { after.to_owned() } else { format!("{before} {after}") };
    (shown, patient)
}

/// What stands before and after the prefix. Before it there is at most a reply mark (`RE:`, `TR:`) or an error mark
/// (`[KO …]`); a prefix in the middle of a sentence is not one.
fn split(subject: &str) -> Option<(&str, &str)> {
    let at = subject.get(..64.min(subject.len())).unwrap_or(subject).find(PREFIX)?;
    let (before, after) = subject.split_at_checked(at)?;
    let before = before.trim();
    if !before.is_empty() && !before.ends_with([':', ']']) {
        return None;
    }
    let after = after.strip_prefix(PREFIX)?;
    Some((before, after.trim_start_matches(['+', ' '])))
}

fn patient(text: &str) -> Option<Patient> {
    let mut words: Vec<&str> = text.split(' ').filter(|w| !w.is_empty()).collect();
    let born = birth(words.pop()?)?;
    if words.last().is_some_and(|w| matches!(*w, "né" | "née" | "le" | "du")) {
        return None;
    }
    let given = words.iter().rev().take_while(|w| is_given(w)).count();
    let (rest, given) = words.split_at_checked(words.len().checked_sub(given)?)?;
    let family = rest.iter().rev().take_while(|w| is_family(w)).count();
    let (label, family) = rest.split_at_checked(rest.len().checked_sub(family)?)?;
    // An abbreviation at the end of the label is in capitals too: "CR IRM DUPONT".
    let known = family.iter().take_while(|w| ABBREVIATIONS.contains(*w)).count();
    let (more, family) = family.split_at_checked(known)?;
    if family.is_empty() || family.len() > 4 || given.is_empty() || given.len() > 4 {
        return None;
    }
    let label: Vec<&str> = label.iter().chain(more).copied().collect();
    if label.is_empty() {
        return None;
    }
    Some(Patient { label: label.join(" "), family: family.join(" "), given: given.join(" "), born })
}

/// Words in capitals that end labels of documents.
const ABBREVIATIONS: [&str; 34] = [
    "AMO", "AVC", "BU", "CDA", "CR", "CRH", "CRO", "CS", "DLU", "ECBU", "ECG", "EEG", "EFR", "ETT", "HAD", "INR",
    "IRM", "MPR", "NFS", "ORL", "PDF", "PET", "PPS", "PSG", "RCP", "RX", "SAMU", "SMUR", "SSR", "TDM", "TEP", "USLD",
    "VSM", "XDM",
];

fn is_family(word: &str) -> bool {
    word.chars().any(char::is_alphabetic)
        && word.chars().all(|c| (c.is_alphabetic() && !c.is_lowercase()) || matches!(c, '-' | '\'' | '’'))
}

fn is_given(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase)
        && word.chars().any(char::is_lowercase)
        && letters.all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.'))
}

/// `12/03/1948`, `12-03-1948`, `1948-03-12`, `12031948`, `19480312`.
fn birth(word: &str) -> Option<Born> {
    let digits: String = word.chars().filter(char::is_ascii_digit).collect();
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<u16>().ok();
    let rest: String = word.chars().filter(|c| !c.is_ascii_digit()).collect();
    if digits.len() != 8 {
        return None;
    }
    let french = || Some((number(4, 8)?, number(2, 4)?, number(0, 2)?));
    let iso = || Some((number(0, 4)?, number(4, 6)?, number(6, 8)?));
    let parts: Vec<usize> = word.split(['/', '-', '.']).map(str::len).collect();
    let (year, month, day) = match (rest.as_str(), parts.as_slice()) {
        ("//" | "--" | "..", [2, 2, 4]) => french()?,
        ("//" | "--" | "..", [4, 2, 2]) => iso()?,
        ("", _) if (1850..=2200).contains(&number(4, 8)?) => french()?,
        ("", _) => iso()?,
        _ => return None,
    };
    let plausible = (1850..=2200).contains(&year) && month <= 12 && day <= 31;
    plausible.then_some(Born { year, month: u8::try_from(month).ok()?, day: u8::try_from(day).ok()? })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn of(subject: &str) -> Option<Patient> {
        read(subject).1
    }

    #[test]
    fn a_subject_that_follows_the_reference() {
        let subject = "XDM/1.0/DDM+Compte rendu d’hospitalisation LAMPION Séraphin 12/03/1948";
        assert_eq!(read(subject).0, "Compte rendu d’hospitalisation LAMPION Séraphin 12/03/1948");
        let patient = of(subject).unwrap();
        assert_eq!((patient.label.as_str(), patient.family.as_str()), ("Compte rendu d’hospitalisation", "LAMPION"));
        assert_eq!((patient.given.as_str(), patient.born), ("Séraphin", Born { year: 1948, month: 3, day: 12 }));
        assert_eq!(of("XDM/1.0/DDM+CR IRM LE GOFF Anne-Marie 19480312").unwrap().family, "LE GOFF");
        assert_eq!(of("RE: XDM/1.0/DDM+Lettre D’ALMEIDA Zoé Maëlle 01021990").unwrap().given, "Zoé Maëlle");
        assert_eq!(read("RE: XDM/1.0/DDM+Lettre A").0, "RE: Lettre A");
        assert_eq!(read("XDM/1.0/DDM").0, "");
    }

    #[test]
    fn what_is_not_certain_names_nobody() {
        for subject in [
            "Compte rendu LAMPION Séraphin 12/03/1948",
            "XDM/1.0/DDM+Compte rendu du 12/03/2026",
            "XDM/1.0/DDM+COMPTE RENDU LAMPION SERAPHIN 12/03/1948",
            "XDM/1.0/DDM+Compte rendu LAMPION Séraphin",
            "XDM/1.0/DDM+LAMPION Séraphin 12/03/1948",
            "XDM/1.0/DDM+Compte rendu IRM Séraphin 12/03/1948",
            "à propos de XDM/1.0/DDM+Lettre LAMPION Séraphin 12/03/1948",
            "XDM/1.0/DDM+Lettre LAMPION Séraphin 99/99/1948",
        ] {
            assert_eq!(of(subject), None, "{subject}");
        }
    }

    #[test]
    fn a_patient_is_never_printed() {
        let printed = format!("{:?}", read("XDM/1.0/DDM+Lettre LAMPION Séraphin 12/03/1948").1);
        assert!(!printed.contains("LAMPION") && !printed.contains("1948"), "{printed}");
    }

    proptest! {
        #[test]
        fn any_subject_is_read_without_panic(subject in "(XDM/1.0/DDM\\+?)?\\PC{0,120}") {
            let _ = read(&subject);
        }
    }
}
