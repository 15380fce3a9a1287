//! A laboratory report (BIO-CR-BIO): chapters, sub-chapters, a narrative table and the coded results it points to.

use std::fmt::Write as _;

use crate::cda::{Cda, LOINC, escaped};
use crate::people::{Person, SANZOT};

/// A result.
#[derive(Clone, Copy, Debug)]
pub struct Result {
    /// LOINC code.
    pub code: &'static str,
    /// The name as the laboratory prints it.
    pub name: &'static str,
    /// The label of the French value set.
    pub label: &'static str,
    /// With a point.
    pub value: &'static str,
    /// UCUM.
    pub unit: &'static str,
    /// As the laboratory prints it.
    pub printed_unit: &'static str,
    /// Low and high bound; either may be empty.
    pub range: (&'static str, &'static str),
    /// `N`, `H`, `L`, …
    pub interpretation: &'static str,
}

/// The results of the picture: two of six out of range.
pub fn results() -> [Result; 6] {
    let result = |code, name, label, value, unit, printed_unit, range, interpretation| Result {
        code,
        name,
        label,
        value,
        unit,
        printed_unit,
        range,
        interpretation,
    };
    [
        result(
            "718-7",
            "Hémoglobine",
            "Hémoglobine [Masse/Volume] Sang ; Numérique",
            "11.2",
            "g/dL",
            "g/dL",
            ("13.0", "17.0"),
            "L",
        ),
        result(
            "6690-2",
            "Leucocytes",
            "Leucocytes [Nombre/Volume] Sang ; Numérique",
            "7.4",
            "10*9/L",
            "G/L",
            ("4.0", "10.0"),
            "N",
        ),
        result(
            "14682-9",
            "Créatinine",
            "Créatinine [Moles/Volume] Sérum/Plasma ; Numérique",
            "86",
            "umol/L",
            "µmol/L",
            ("64", "104"),
            "N",
        ),
        result(
            "2823-3",
            "Potassium",
            "Potassium [Moles/Volume] Sérum/Plasma ; Numérique",
            "5.6",
            "mmol/L",
            "mmol/L",
            ("3.5", "5.1"),
            "H",
        ),
        result(
            "1988-5",
            "CRP",
            "Protéine C réactive [Masse/Volume] Sérum/Plasma ; Numérique",
            "4",
            "mg/L",
            "mg/L",
            ("", "5"),
            "N",
        ),
        result(
            "3016-3",
            "TSH",
            "Thyréostimuline [Arbitraire/Volume] Sérum/Plasma ; Numérique",
            "2.1",
            "m[IU]/L",
            "mUI/L",
            ("0.4", "4.0"),
            "N",
        ),
    ]
}

/// A laboratory report about a patient, sampled on 21 November 2026 at 7:40.
pub fn biology(patient: &Person) -> Cda {
    report(patient, false)
}

/// The same, with an earlier result of each.
pub fn biology_with_earlier(patient: &Person) -> Cda {
    report(patient, true)
}

fn report(patient: &Person, earlier: bool) -> Cda {
    let results = results();
    let chapters = [("18723-7", "HÉMATOLOGIE", &results[..2]), ("18719-5", "BIOCHIMIE", &results[2..])];
    let sections: Vec<String> =
        chapters.iter().map(|(code, title, results)| chapter(code, title, results, earlier)).collect();
    let mut cda =
        Cda::new("11502-2", "CR d'examens biologiques", "Compte rendu d'examens biologiques", patient, &SANZOT);
    cda.time = "20261121110500+0100";
    cda.more =
        "<participant typeCode=\"REF\"><time><high value=\"20261120\"/></time><associatedEntity classCode=\"PROV\">\
        <id root=\"1.2.250.1.71.4.2.1\" extension=\"899900000045\"/><associatedPerson><name><given>Tryphon</given>\
        <family>TOURNESOL</family><suffix>DR</suffix></name></associatedPerson></associatedEntity></participant>\n\
        <participant typeCode=\"PRF\"><functionCode code=\"PRELV\" displayName=\"Préleveur\"/><time><high \
        value=\"202611210740+0100\"/></time><associatedEntity classCode=\"PROV\"><associatedPerson><name><given>Irma\
        </given><family>MOULIN</family></name></associatedPerson></associatedEntity></participant>\n"
            .to_owned();
    cda.structured(&sections)
}

fn chapter(code: &str, title: &str, results: &[Result], earlier: bool) -> String {
    let mut rows = String::new();
    let mut observations = String::new();
    for (number, result) in results.iter().enumerate() {
        let id = format!("{code}-{number}");
        let Result { name, value, printed_unit, range, .. } = result;
        write!(
            rows,
            "<tr><td><content ID=\"{id}\">{}</content></td><td>{value} {printed_unit}</td><td>{} - {}</td></tr>",
            escaped(name),
            range.0,
            range.1
        )
        .unwrap();
        observations.push_str(&observation(result, &id, earlier));
    }
    format!(
        "<section><templateId root=\"1.3.6.1.4.1.19376.1.3.3.2.1\"/><code code=\"{code}\" codeSystem=\"{LOINC}\"/><title>\
         {title}</title><component><section><templateId root=\"1.3.6.1.4.1.19376.1.3.3.2.2\"/><code code=\"{code}\" \
         codeSystem=\"{LOINC}\"/><text><paragraph>Prélèvement du 21/11/2026 à 7h40, à jeun.</paragraph><table border=\"0\">\
         <thead><tr><th>Examen</th><th>Résultat</th><th>Valeurs de référence</th></tr></thead><tbody>{rows}</tbody></table>\
         <br/></text><entry typeCode=\"DRIV\"><templateId root=\"1.3.6.1.4.1.19376.1.3.1\"/><act classCode=\"ACT\" \
         moodCode=\"EVN\"><code code=\"{code}\" codeSystem=\"{LOINC}\"/><statusCode code=\"completed\"/>{observations}</act>\
         </entry></section></component></section>"
    )
}

fn observation(result: &Result, id: &str, earlier: bool) -> String {
    let Result { code, label, value, unit, interpretation, .. } = result;
    let bound = |name: &str, bound: &str| {
        if bound.is_empty() { String::new() } else { format!("<{name} value=\"{bound}\" unit=\"{unit}\"/>") }
    };
    let before = if earlier {
        format!(
            "<entryRelationship typeCode=\"REFR\"><observation classCode=\"OBS\" moodCode=\"EVN\"><templateId \
             root=\"1.3.6.1.4.1.19376.1.3.1.6\"/><code code=\"{code}\" codeSystem=\"{LOINC}\"/><effectiveTime \
             value=\"20260312\"/><value xsi:type=\"PQ\" value=\"99\" unit=\"{unit}\"/></observation></entryRelationship>"
        )
    } else {
        String::new()
    };
    format!(
        "<entryRelationship typeCode=\"COMP\"><observation classCode=\"OBS\" moodCode=\"EVN\"><templateId \
         root=\"1.3.6.1.4.1.19376.1.3.1.6\"/><templateId root=\"1.2.250.1.213.1.1.3.80\"/><code code=\"{code}\" \
         displayName=\"{label}\" codeSystem=\"{LOINC}\"><originalText><reference value=\"#{id}\"/></originalText></code>\
         <statusCode code=\"completed\"/><effectiveTime value=\"20261121\"/><value xsi:type=\"PQ\" value=\"{value}\" \
         unit=\"{unit}\"/><interpretationCode code=\"{interpretation}\" codeSystem=\"2.16.840.1.113883.5.83\"/>\
         <referenceRange><observationRange><value xsi:type=\"IVL_PQ\">{}{}</value><interpretationCode code=\"N\"/>\
         </observationRange></referenceRange>{before}</observation></entryRelationship>",
        bound("low", result.range.0),
        bound("high", result.range.1)
    )
}
