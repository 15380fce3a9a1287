//! The subject's distinguished name, in each shape that health authorities have issued:
//!
//! ```text
//! C=FR, title=Médecin, CN=899700218896+SN=SPECIALISTE0021889+GN=ROBERT          CPS, RPPS
//! C=FR, O=TEST, OU=Masseur-Kinésithérapeute, CN=00B7010446+SN=MASSEUR1044+GN=…  CPS, ADELI
//! C=FR, O=…, L=…, OU=300000000029751, CN=500000000029751/CPAT0001+SN=…+GN=…     CPA
//! C=FR, ST=…, O=…, OU=1760021832, title=Carte de service …, pseudonym=EMPLOYE000000018, CN=3760021832/000000018
//! CN=NOM PRENOM, serialNumber=899700218896, OU=Médecin                          older
//! ```
//!
//! Attributes share one RDN (`+`) in no fixed order, so each is looked for in the whole name.

use x509_parser::x509::X509Name;

use crate::limits;

/// What a subject says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) family_name: String,
    pub(super) given_name: String,
    pub(super) profession: Option<String>,
    pub(super) national_id: Option<String>,
    pub(super) organisation: Option<String>,
}

impl Names {
    pub(super) fn read(subject: &X509Name<'_>) -> Self {
        let all = |oid: &str| -> Vec<String> {
            subject
                .iter_attributes()
                .filter(|attribute| attribute.attr_type().to_id_string() == oid)
                .map(|attribute| clean(&text(attribute.attr_value().tag().0, attribute.attr_value().data)))
                .filter(|value| !value.is_empty())
                .take(limits::ENTRIES)
                .collect()
        };
        let first = |oid| all(oid).into_iter().next();
        let common_name = first("2.5.4.3");
        let serial_number = first("2.5.4.5");
        let national_id = [&common_name, &serial_number].into_iter().flatten().find(|id| is_identifier(id)).cloned();
        let mut family_name = first("2.5.4.4").or_else(|| first("2.5.4.65"));
        let mut given_name = first("2.5.4.42");
        if let (None, None, Some(name)) = (&family_name, &given_name, &common_name)
            && !is_identifier(name)
        {
            // The older shape: family name first, and only the last word is surely a given name.
            match name.rsplit_once(' ') {
                Some((family, given)) => (family_name, given_name) = (Some(family.into()), Some(given.into())),
                None => family_name = Some(name.clone()),
            }
        }
        // Units made of digits are establishments, not professions.
        let unit = all("2.5.4.11").into_iter().find(|unit| !unit.contains(|c: char| c.is_ascii_digit()));
        Self {
            family_name: family_name.unwrap_or_default(),
            given_name: given_name.unwrap_or_default(),
            profession: first("2.5.4.12").or(unit),
            national_id,
            organisation: first("2.5.4.10"),
        }
    }
}

/// Whether a text is an identifier rather than a name: capitals, digits and at most one `/`, with digits in
/// the majority.
fn is_identifier(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || byte == b'/');
    plain && text.len() >= 8 && digits * 2 > text.len() && text.matches('/').count() <= 1
}

/// Decodes an ASN.1 string by its universal tag. Certificates of several decades use several alphabets.
fn text(tag: u32, data: &[u8]) -> String {
    let latin1 = || data.iter().map(|byte| char::from(*byte)).collect();
    match tag {
        // BMPString: UTF-16, big-endian.
        30 => {
            let units = data.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok());
            char::decode_utf16(units.map(u16::from_be_bytes)).map(|c| c.unwrap_or('\u{FFFD}')).collect()
        }
        // TeletexString is Latin-1 in practice.
        20 => latin1(),
        _ => std::str::from_utf8(data).map_or_else(|_| latin1(), str::to_owned),
    }
}

/// Makes a card's text fit for a screen: no control, direction or private character, single spaces, bounded.
pub(crate) fn clean(text: &str) -> String {
    let invisible = |c: &char| {
        c.is_control()
            || matches!(*c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
            || matches!(*c, '\u{E000}'..='\u{F8FF}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
            || *c >= '\u{E0000}'
    };
    let spaced = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    let visible: String = spaced.filter(|c| !invisible(c)).take(limits::TEXT).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::simulated::certificate::*;
    use proptest::prelude::*;
    use x509_parser::prelude::FromDer;

    fn read(subject: Vec<Vec<(&[u8], &str)>>) -> Names {
        let der = name(&subject);
        Names::read(&X509Name::from_der(&der).unwrap().1)
    }

    #[test]
    fn a_physiotherapist_of_the_adeli_days_has_the_profession_in_the_unit() {
        let names = read(vec![
            vec![(ORGANISATION, "TEST")],
            vec![(UNIT, "Masseur-Kinésithérapeute")],
            vec![(COMMON_NAME, "00B7010446"), (SURNAME, "MASSEUR1044"), (GIVEN_NAME, "HONORE")],
        ]);
        assert_eq!(names.profession.as_deref(), Some("Masseur-Kinésithérapeute"));
        assert_eq!(names.national_id.as_deref(), Some("00B7010446"));
        assert_eq!(names.family_name, "MASSEUR1044");
    }

    #[test]
    fn a_card_without_a_name_shows_its_pseudonym_and_its_pharmacy() {
        let names = read(vec![
            vec![(ORGANISATION, "PHARMACIE DU PORT")],
            vec![(UNIT, "1760021832")],
            vec![(TITLE, "Carte de service santé ou social")],
            vec![(PSEUDONYM, "EMPLOYE000000018")],
            vec![(COMMON_NAME, "3760021832/000000018")],
        ]);
        assert_eq!((&*names.family_name, &*names.given_name), ("EMPLOYE000000018", ""));
        assert_eq!(names.national_id.as_deref(), Some("3760021832/000000018"));
        assert_eq!(names.organisation.as_deref(), Some("PHARMACIE DU PORT"));
        assert_eq!(names.profession.as_deref(), Some("Carte de service santé ou social"));
    }

    #[test]
    fn an_establishment_number_is_not_taken_for_a_profession() {
        let names = read(vec![vec![(UNIT, "300000000029751")], vec![(COMMON_NAME, "500000000029751/CPAT0001")]]);
        assert_eq!(names.profession, None);
        assert_eq!(names.national_id.as_deref(), Some("500000000029751/CPAT0001"));
    }

    #[test]
    fn the_older_shape_with_the_name_in_one_attribute_is_read() {
        let names = read(vec![
            vec![(COMMON_NAME, "DE LA TOUR MARIE")],
            vec![(SERIAL_NUMBER, "810002813839")],
            vec![(UNIT, "0002 187512751")],
            vec![(UNIT, "Médecin")],
        ]);
        assert_eq!((&*names.family_name, &*names.given_name), ("DE LA TOUR", "MARIE"));
        assert_eq!(names.national_id.as_deref(), Some("810002813839"));
        assert_eq!(names.profession.as_deref(), Some("Médecin"));
    }

    #[test]
    fn every_alphabet_of_certificates_gives_the_same_name() {
        assert_eq!(text(12, "HÉLÈNE".as_bytes()), "HÉLÈNE");
        assert_eq!(text(20, b"H\xC9L\xC8NE"), "HÉLÈNE");
        assert_eq!(text(30, b"\0H\0\xC9\0L\0\xC8\0N\0E"), "HÉLÈNE");
    }

    #[test]
    fn a_name_cannot_smuggle_direction_or_control_characters_to_the_screen() {
        assert_eq!(clean("DU\u{202E}PONT\n\t \u{0007}JEAN\u{200B}"), "DUPONT JEAN");
        assert_eq!(clean("  LE   GOFF "), "LE GOFF");
    }

    proptest! {
        #[test]
        fn any_text_is_cleaned_within_its_bound(words in "\\PC{0,300}", tag in 0u32..40, data in proptest::collection::vec(any::<u8>(), 0..300)) {
            for cleaned in [clean(&words), clean(&text(tag, &data))] {
                prop_assert!(cleaned.chars().count() <= limits::TEXT);
                prop_assert!(!cleaned.contains(char::is_control));
            }
        }
    }
}
