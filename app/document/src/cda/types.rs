//! Types of documents: codes of the French value set JDV_J07-XdsTypeCode-CISIS (LOINC, and TA_ASIP where LOINC has none)
//! with labels that read well on a screen. The value set's own labels abbreviate («CR», «diag»).

/// The type of a laboratory report.
#[cfg(test)]
pub(crate) const LABORATORY: &str = "11502-2";

/// The label of a type.
pub(crate) fn label(code: &str) -> Option<&'static str> {
    LABELS.iter().find(|(known, _)| *known == code.trim()).map(|(_, label)| *label)
}

/// A code as it may be told on: 40 letters, digits, hyphens, dots and underscores at most.
pub(crate) fn code(code: &str) -> Option<String> {
    let code = code.trim();
    let sound = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    ((1..=40).contains(&code.len()) && code.bytes().all(sound)).then(|| code.to_owned())
}

const LABELS: [(&str, &str); 86] = [
    // Reports
    ("11502-2", "Compte rendu d’examens biologiques"),
    ("18748-4", "Compte rendu d’imagerie médicale"),
    ("11528-7", "Compte rendu d’imagerie médicale"),
    ("34112-3", "Compte rendu d’hospitalisation"),
    ("11493-4", "Compte rendu d’hospitalisation"),
    ("34874-8", "Compte rendu opératoire"),
    ("77436-4", "Compte rendu d’anesthésie"),
    ("10213-7", "Compte rendu d’anesthésie"),
    ("34749-2", "Compte rendu de consultation pré-anesthésique"),
    ("11488-4", "Compte rendu de consultation"),
    ("78513-9", "Compte rendu de consultation d’ophtalmologie"),
    ("93024-8", "Compte rendu de consultation pharmaceutique"),
    ("15507-7", "Compte rendu de passage aux urgences"),
    ("15508-5", "Compte rendu d’accouchement"),
    ("67851-6", "Compte rendu d’admission"),
    ("46241-6", "Compte rendu d’admission"),
    ("11526-1", "Compte rendu d’anatomie et cytologie pathologiques"),
    ("51969-4", "Compte rendu de génétique moléculaire"),
    ("34794-8", "Compte rendu de réunion de concertation pluridisciplinaire"),
    ("85208-7", "Compte rendu de télémédecine"),
    ("24611-6", "Compte rendu de téléconsultation"),
    ("11505-5", "Compte rendu d’acte thérapeutique"),
    ("75482-0", "Compte rendu d’acte thérapeutique de prévention"),
    ("70004-7", "Compte rendu d’acte diagnostique"),
    ("27899-4", "Compte rendu d’acte diagnostique"),
    ("75492-9", "Compte rendu de dépistage"),
    ("11506-3", "Compte rendu de suivi de soins"),
    ("47420-5", "Compte rendu de bilan fonctionnel"),
    ("BIL_AUTO", "Compte rendu d’évaluation de la perte d’autonomie"),
    ("59283-2", "Compte rendu d’examen de l’enfant"),
    ("78601-2", "Compte rendu d’entretien pharmaceutique"),
    ("80565-5", "Compte rendu d’administration de médicaments"),
    // Letters and summaries
    ("11490-0", "Lettre de liaison à la sortie d’un établissement"),
    ("18761-7", "Lettre de liaison à l’entrée d’un établissement"),
    ("83981-1", "Lettre de liaison à la sortie d’une structure médico-sociale"),
    ("88348-8", "Lettre de liaison à l’entrée d’une structure médico-sociale"),
    ("60591-5", "Synthèse médicale"),
    ("34133-9", "Synthèse d’épisode de soins"),
    ("68599-0", "Synthèse psychiatrique"),
    ("SYNTH", "Synthèse"),
    ("74207-2", "Dossier de liaison d’urgence"),
    ("18776-5", "Plan personnalisé de soins"),
    ("80788-3", "Projet personnalisé d’accompagnement"),
    ("77604-7", "Planification thérapeutique"),
    ("34842-5", "Grille d’évaluation médico-sociale"),
    ("83901-9", "Bilan psychologique"),
    ("68817-6", "Bilan de santé et de prévention de l’enfant"),
    // Prescriptions and medicines
    ("57833-6", "Ordonnance"),
    ("29551-9", "Ordonnance"),
    ("57832-8", "Prescription de soins"),
    ("57828-6", "Prescription"),
    ("PRESC-BIO", "Prescription de biologie"),
    ("PRESC-KINE", "Prescription de kinésithérapie"),
    ("PRESC-INF", "Prescription d’actes infirmiers"),
    ("PRESC-PEDI", "Prescription de pédicurie"),
    ("PRESC-ORTHOPHO", "Prescription d’orthophonie"),
    ("PRESC-ORTHOPTIE", "Prescription d’orthoptie"),
    ("75468-9", "Renouvellement d’ordonnance par le pharmacien correspondant"),
    ("60593-1", "Dispensation de médicaments"),
    ("29550-1", "Dispensation de médicaments"),
    ("DISP_AUT", "Dispensation"),
    ("61357-0", "Intervention pharmaceutique"),
    ("56445-0", "Bilan médicamenteux"),
    ("80820-4", "Conciliation médicamenteuse"),
    // Requests
    ("55115-0", "Demande d’examen d’imagerie"),
    ("75496-0", "Demande de télémédecine"),
    // Vaccination
    ("87273-9", "Note de vaccination"),
    ("11369-6", "Carnet de vaccination"),
    ("96874-3", "Attestation de vaccination"),
    ("96173-0", "Attestation de dépistage"),
    // Images
    ("52040-3", "Image"),
    ("IMG-KOS", "Références d’un examen d’imagerie"),
    ("83836-7", "Schéma dentaire"),
    // Certificates, rights, administration
    ("89601-9", "Certificat médical"),
    ("CERT_DECL", "Certificat ou déclaration"),
    ("86531-1", "Attestation de sortie"),
    ("61358-8", "Consentement chirurgical"),
    ("PROT_ALD", "Protocole de soins ALD"),
    ("EXPPAT_1", "Volontés et droits du patient"),
    ("EXPPAT_2", "Document du patient"),
    ("EXPPAT_3", "Directives anticipées"),
    ("REMB", "Données de remboursement"),
    ("ATTEST-VITALE", "Attestation de carte Vitale"),
    ("ATTEST-ASS-COMPL", "Attestation d’assurance complémentaire"),
    ("AUTORIS-SOINS", "Autorisation de soins"),
    ("DOCPAT01", "Synthèse déposée par le patient"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_type_stands_twice() {
        for (place, (code, _)) in LABELS.iter().enumerate() {
            assert!(!LABELS.iter().skip(place + 1).any(|(other, _)| other == code), "{code}");
        }
    }

    #[test]
    fn common_types_have_their_french_label() {
        assert_eq!(label(LABORATORY), Some("Compte rendu d’examens biologiques"));
        assert_eq!(label(" 18748-4 "), Some("Compte rendu d’imagerie médicale"));
        assert_eq!(label("0-0"), None);
    }

    #[test]
    fn a_code_that_is_none_is_told_to_nobody() {
        assert_eq!(code(" 34112-3 ").as_deref(), Some("34112-3"));
        assert_eq!(code("PRESC-BIO").as_deref(), Some("PRESC-BIO"));
        assert_eq!(code(""), None);
        assert_eq!(code("34112-3\r\nBcc: x@y"), None);
        assert_eq!(code(&"1".repeat(41)), None);
    }
}
