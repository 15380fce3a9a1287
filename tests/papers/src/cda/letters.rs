//! Documents that are narrative: discharge letter, prescription, vaccination.

use crate::cda::{Cda, section};
use crate::people::{CASTAFIORE, Person, TOURNESOL};

/// «Lettre de liaison à la sortie».
pub fn discharge(patient: &Person) -> Cda {
    let sections = [
        section(
            "46239-0",
            "Motif d’hospitalisation",
            "<paragraph>Dysphonie évoluant depuis quatre mois.</paragraph>",
            "",
        ),
        section(
            "11493-4",
            "Synthèse médicale du séjour",
            "<paragraph>Microchirurgie laryngée le <content styleCode=\"Bold\">19 novembre</content>, sans incident.\
             <br/>Pièce adressée en anatomopathologie.</paragraph><list><item>Sortie à J3</item><item>Repos vocal : \
             <list listType=\"ordered\"><item>huit jours complets</item><item>puis voix chuchotée interdite</item></list>\
             </item></list>",
            "",
        ),
        section(
            "10183-2",
            "Traitement de sortie",
            "<table><caption>Médicaments</caption><thead><tr><th>Médicament</th><th>Posologie</th><th>Durée</th></tr></thead>\
             <tbody><tr><td>Paracétamol 1 g</td><td>1 comprimé, 3 fois par jour</td><td>5 jours</td></tr><tr><td \
             rowspan=\"2\">Prednisolone 20 mg</td><td>2 comprimés le matin</td><td>3 jours</td></tr><tr><td>puis 1 comprimé\
             </td><td>2 jours</td></tr><tr><td colspan=\"3\">Pas d’anti-inflammatoire associé.</td></tr></tbody></table>",
            "",
        ),
        section("8648-8", "Suites", "Consultation à six semaines. Surface corporelle : 1,9 m<sup>2</sup>.", ""),
    ];
    let label = "Lettre de liaison à la sortie d'un établissement de soins";
    Cda::new("11490-0", label, "Lettre de liaison à la sortie – service d’ORL", patient, &CASTAFIORE)
        .structured(&sections)
}

/// A prescription.
pub fn prescription(patient: &Person) -> Cda {
    let narrative = "<list><item>AMOXICILLINE 1 g, comprimé : 1 matin et soir pendant 7 jours</item><item>PARACÉTAMOL 1 g : \
        1 comprimé en cas de douleur, 6 heures d’intervalle</item></list>";
    let sections = [section("57828-6", "Prescription de médicaments", narrative, "")];
    Cda::new("57833-6", "Prescription de produits de santé", "Ordonnance", patient, &TOURNESOL).structured(&sections)
}

/// A vaccination record.
pub fn vaccination(patient: &Person) -> Cda {
    let narrative = "<table><thead><tr><th>Date</th><th>Vaccin</th><th>Lot</th><th>Dose</th></tr></thead><tbody><tr><td>\
        14/10/2026</td><td>Grippe saisonnière</td><td>MX42-7</td><td>1</td></tr><tr><td>02/06/2021</td><td>DTP – coqueluche\
        </td><td>SY09-1</td><td>Rappel</td></tr></tbody></table>";
    let sections = [section("11369-6", "Vaccinations", narrative, "")];
    Cda::new("87273-9", "Note de vaccination", "Note de vaccination", patient, &TOURNESOL).structured(&sections)
}
