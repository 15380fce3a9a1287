//! Professions: the certificate carries a label; mail and login speak in codes (ANS TRE_G15, OID
//! 1.2.250.1.71.1.2.7).

/// A profession or title as written on the certificate, with its code when the label is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profession {
    /// The words on the certificate.
    pub label: String,
    /// Two-digit code of TRE_G15: 10 is a doctor, 60 a nurse.
    pub code: Option<u8>,
}

/// Label without case or accent, as far as all its genders agree, and its code.
const CODES: [(&str, u8); 14] = [
    ("medecin", 10),
    ("pharmacien", 21),
    ("audioprothesiste", 26),
    ("opticien", 28),
    ("aide-soignant", 35),
    ("chirurgien-dentiste", 40),
    ("sage-femme", 50),
    ("infirmi", 60),
    ("masseur-kinesitherapeute", 70),
    ("pedicure-podologue", 80),
    ("technicien de laboratoire", 86),
    ("orthophoniste", 91),
    ("orthoptiste", 92),
    ("manipulateur", 98),
];

impl Profession {
    pub(super) fn named(label: String) -> Self {
        let plain = fold(&label);
        let code = CODES.iter().find(|(start, _)| plain.starts_with(start)).map(|(_, code)| *code);
        Self { label, code }
    }
}

/// Lower case, French accents off, every dash and run of spaces the same.
fn fold(label: &str) -> String {
    label
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'à' | 'â' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            '\u{2010}'..='\u{2014}' => '-',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_find_their_code_whatever_their_case_accents_or_gender() {
        for (label, code) in [
            ("Médecin", Some(10)),
            ("MEDECIN", Some(10)),
            ("Pharmacienne", Some(21)),
            ("Infirmière", Some(60)),
            ("Infirmier", Some(60)),
            ("Masseur-Kinésithérapeute", Some(70)),
            ("Manipulateur ERM", Some(98)),
            ("Carte de service santé ou social", None),
        ] {
            assert_eq!(Profession::named(label.into()).code, code, "{label}");
        }
    }
}
