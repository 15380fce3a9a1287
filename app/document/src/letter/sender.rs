//! What the sender is, as far as an address and a header tell.

use super::model::SenderKind;

/// The domain of patients (Mon espace santé).
const PATIENTS: &str = "patient.mssante.fr";
/// Words of addresses nobody reads.
const NOBODY: [&str; 10] = [
    "noreply",
    "no-reply",
    "ne-pas-repondre",
    "nepasrepondre",
    "ne_pas_repondre",
    "donotreply",
    "mailer-daemon",
    "postmaster",
    "automate",
    "robot",
];
/// Words of addresses of services.
const SERVICES: [&str; 30] = [
    "secretariat",
    "secr",
    "service",
    "accueil",
    "admission",
    "admissions",
    "urgences",
    "labo",
    "laboratoire",
    "biologie",
    "imagerie",
    "radiologie",
    "pharmacie",
    "cardiologie",
    "chirurgie",
    "pediatrie",
    "maternite",
    "consultation",
    "consultations",
    "contact",
    "direction",
    "dim",
    "ehpad",
    "hdj",
    "had",
    "ssr",
    "smur",
    "samu",
    "cabinet",
    "pole",
];

/// Tells by the address of `From` and the field `Auto-Submitted` (RFC 3834).
pub(super) fn kind(address: &str, auto_submitted: Option<&str>) -> SenderKind {
    let address = address.to_lowercase();
    let Some((local, domain)) = address.rsplit_once('@') else { return SenderKind::Unknown };
    if domain == PATIENTS {
        return SenderKind::Patient;
    }
    let automatic = auto_submitted.is_some_and(|value| value.trim().to_lowercase().starts_with("auto-generated"));
    if automatic || NOBODY.iter().any(|word| local.contains(word)) {
        return SenderKind::Application;
    }
    let mut words = local.split(['.', '-', '_', '+']);
    if words.clone().any(|word| SERVICES.contains(&word.trim_end_matches(|c: char| c.is_ascii_digit()))) {
        return SenderKind::Service;
    }
    // `prenom.nom`, as the directory gives to people.
    let letters =
        |word: Option<&str>| word.is_some_and(|word| word.len() >= 2 && word.chars().any(char::is_alphabetic));
    let person = local.contains('.') && letters(words.next()) && letters(words.next());
    if person && (domain == "mssante.fr" || domain.ends_with(".mssante.fr")) {
        SenderKind::Professional
    } else {
        SenderKind::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_by_their_address() {
        for (address, kind_of) in [
            ("279035121518989@patient.mssante.fr", SenderKind::Patient),
            ("279035121518989@Patient.MSSante.fr", SenderKind::Patient),
            ("bianca.castafiore@medecin.mssante.fr", SenderKind::Professional),
            ("jean-marc.dupont2@ch-moulinsart.mssante.fr", SenderKind::Professional),
            ("secretariat.cardio@ch-moulinsart.mssante.fr", SenderKind::Service),
            ("labo2@ch-moulinsart.mssante.fr", SenderKind::Service),
            ("ne-pas-repondre@labo.mssante.fr", SenderKind::Application),
            ("bianca.castafiore@gmail.com", SenderKind::Unknown),
            ("x@patient.mssante.fr.exemple.test", SenderKind::Unknown),
            ("x@faux-mssante.fr", SenderKind::Unknown),
            ("", SenderKind::Unknown),
        ] {
            assert_eq!(kind(address, None), kind_of, "{address}");
        }
        assert_eq!(kind("bianca.castafiore@medecin.mssante.fr", Some("auto-generated")), SenderKind::Application);
        assert_eq!(kind("bianca.castafiore@medecin.mssante.fr", Some("auto-replied")), SenderKind::Professional);
    }
}
