//! Coded results of a laboratory report (IHE PaLM XD-LAB, CI-SIS BIO-CR-BIO): one table a chapter.
//!
//! A row is one `observation` of a laboratory entry. Its interpretation is what the laboratory wrote and is never worked
//! out from the range: that would be ours to answer for. Earlier results, which stand inside a result under `REFR`, go in
//! a column of their own.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::body::{Mark, Row, Table, results_head};
use crate::cda::narrative;
use crate::day::Day;
use crate::limits::ROWS;
use crate::units;
use crate::xml::Element;

/// Laboratory Report Data Processing Entry (IHE PaLM TF-3).
const ENTRY: &str = "1.3.6.1.4.1.19376.1.3.1";
/// Laboratory Observation.
const OBSERVATION: &str = "1.3.6.1.4.1.19376.1.3.1.6";
const INTERPRETATIONS: &str = "2.16.840.1.113883.5.83";

/// Results under one title.
pub(super) struct Chapter {
    pub(super) title: String,
    pub(super) table: Table,
}

/// The chapters of a document that have results.
pub(super) fn chapters(root: &Element) -> Vec<Chapter> {
    let mut chapters = Vec::new();
    if let Some(body) = root.at(&["component", "structuredBody"]) {
        let words = Words::of(body);
        for component in body.all("component") {
            sections(component, "", &words, &mut chapters);
        }
    }
    chapters
}

/// What the codes of the body point to in its narrative (`content ID`).
struct Words<'a> {
    targets: HashMap<&'a str, &'a Element>,
    said: RefCell<HashMap<&'a str, String>>,
}

impl<'a> Words<'a> {
    fn of(body: &'a Element) -> Self {
        let targets = body.descendants().filter_map(|e| Some((e.attribute("ID")?, e))).collect();
        Words { targets, said: RefCell::default() }
    }

    /// The first line of what stands under an ID. Each is read once, however many codes point to it.
    fn said(&self, id: &str) -> String {
        let Some((id, target)) = self.targets.get_key_value(id) else { return String::new() };
        let mut said = self.said.borrow_mut();
        let read = || narrative::run(target).lines().next().unwrap_or_default().trim().to_owned();
        said.entry(id).or_insert_with(read).clone()
    }
}

fn sections(component: &Element, above: &str, words: &Words<'_>, into: &mut Vec<Chapter>) {
    let Some(section) = component.first("section") else { return };
    let own = section.first("title").map(Element::line).unwrap_or_default();
    let title = if own.is_empty() { above.to_owned() } else { own };
    let mut rows = Vec::new();
    for entry in section.all("entry").filter(|entry| has_template(entry, ENTRY)) {
        statements(entry, words, &mut rows);
    }
    if !rows.is_empty() {
        into.push(Chapter { title: title.clone(), table: table(rows) });
    }
    for component in section.all("component") {
        sections(component, &title, words, into);
    }
}

struct Found {
    row: Row,
    earlier: String,
}

fn table(results: Vec<Found>) -> Table {
    let mut head = results_head();
    let earlier = results.iter().any(|result| !result.earlier.is_empty());
    if earlier {
        head.push("Antérieur".to_owned());
    }
    let rows = results.into_iter().map(|mut result| {
        if earlier {
            result.row.cells.push(result.earlier);
        }
        result.row
    });
    Table { head, rows: rows.collect(), results: true, ..Table::default() }.squared()
}

/// Walks down acts and batteries to the observations.
fn statements(element: &Element, words: &Words<'_>, into: &mut Vec<Found>) {
    for child in element.elements() {
        if into.len() >= ROWS {
            return;
        }
        match &*child.name {
            "act" | "organizer" | "procedure" | "component" => statements(child, words, into),
            // REFR points to something that is not a part of this result: an earlier one, or an image.
            "entryRelationship" if child.attribute("typeCode") != Some("REFR") => statements(child, words, into),
            "observation" => {
                into.extend(result(child, words));
                statements(child, words, into);
            }
            _ => {}
        }
    }
}

fn result(observation: &Element, words: &Words<'_>) -> Option<Found> {
    if observation.attribute("negationInd") == Some("true") || !is_result(observation) {
        return None;
    }
    let values: Vec<Value> = observation.all("value").filter_map(|value| Value::of(value, words)).collect();
    let first = values.first()?;
    let name = name(observation, words, &first.text);
    let mark = mark(observation);
    let interpretation = interpretation(observation, mark);
    let cells = vec![
        name,
        values.iter().map(|value| value.text.as_str()).collect::<Vec<_>>().join("\n"),
        values.iter().map(|value| value.unit.as_str()).collect::<Vec<_>>().join("\n"),
        range(observation, words),
        interpretation,
    ];
    Some(Found { row: Row { cells, mark }, earlier: earlier(observation, words) })
}

/// An observation that is a result. Laboratories write the template; an observation without any template counts too, one
/// with others (a type of document, a comment) does not.
fn is_result(observation: &Element) -> bool {
    has_template(observation, OBSERVATION) || observation.first("templateId").is_none()
}

fn has_template(element: &Element, root: &str) -> bool {
    element.all("templateId").any(|template| template.attribute("root") == Some(root))
}

/// What was analysed: the words of the narrative that the code points to, else the code's label, shorn of what LOINC adds
/// («Thyréostimuline [Arbitraire/Volume] Sérum/Plasma ; Numérique»).
fn name(observation: &Element, words: &Words<'_>, value: &str) -> String {
    let Some(code) = observation.first("code") else { return String::new() };
    let said = code.first("originalText").map(|original| referenced(original, words)).unwrap_or_default();
    // Some laboratories point to the value instead of its name («4.89 mmol/L»; but «25-OH vitamine D» is a name).
    let point = |text: &str| text.replace(',', ".");
    let is_value = said.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '<' | '>'))
        && point(&said).starts_with(&point(value));
    let label = std::iter::once(code).chain(code.all("translation")).find_map(|code| code.attribute("displayName"));
    let short = label.unwrap_or_default().split(['[', ';']).next().unwrap_or_default().trim();
    match (said.is_empty() || is_value, short.is_empty()) {
        (false, _) | (true, true) if !said.is_empty() => said,
        (_, false) => short.to_owned(),
        _ => code.attribute("code").unwrap_or_default().to_owned(),
    }
}

/// `originalText` with words of its own, or with a reference into the narrative.
fn referenced(original: &Element, words: &Words<'_>) -> String {
    if let Some(reference) = original.first("reference").and_then(|reference| reference.attribute("value")) {
        return words.said(reference.trim().trim_start_matches('#'));
    }
    original.line()
}

struct Value {
    text: String,
    unit: String,
}

impl Value {
    /// CDA data types: PQ, INT, REAL, ST, ED, CD/CE/CO, BL, TS, RTO, IVL_*.
    fn of(value: &Element, words: &Words<'_>) -> Option<Value> {
        if let Some(null) = value.attribute("nullFlavor") {
            // TRC: a trace, too small to be measured. The others say that there is no value.
            return (null == "TRC").then(|| Value { text: "Traces".to_owned(), unit: String::new() });
        }
        let kind = value.attribute("type").map(|kind| kind.rsplit(':').next().unwrap_or(kind)).unwrap_or_default();
        let unit = |e: &Element| e.attribute("unit").map(units::printed).unwrap_or_default();
        let plain = |text: String| Value { text, unit: String::new() };
        let found = match kind {
            "PQ" => Value { text: units::number(value.attribute("value")?), unit: unit(value) },
            "INT" | "REAL" => plain(units::number(value.attribute("value")?)),
            "BL" => plain(if value.attribute("value")? == "true" { "Oui" } else { "Non" }.to_owned()),
            "TS" => plain(Day::from_hl7(value.attribute("value")?)?.to_string()),
            "RTO" | "RTO_PQ_PQ" | "RTO_QTY_QTY" => {
                let part = |name| value.first(name).and_then(|part| part.attribute("value")).map(units::number);
                plain(format!("{}/{}", part("numerator")?, part("denominator")?))
            }
            "CD" | "CE" | "CO" | "CV" | "CS" => {
                let said = value.first("originalText").map(|original| referenced(original, words)).unwrap_or_default();
                let label = value.attribute("displayName").or(value.attribute("code")).unwrap_or_default();
                plain(if said.is_empty() { label.to_owned() } else { said })
            }
            kind if kind.starts_with("IVL") => {
                let unit = value.elements().map(unit).find(|unit| !unit.is_empty()).unwrap_or_default();
                Value { text: interval(value), unit }
            }
            // ST, ED and what is unknown: its text. A picture or a PDF is no result.
            _ if value.attribute("representation") == Some("B64") => return None,
            _ => {
                let said = match value.first("reference") {
                    Some(_) => referenced(value, words),
                    None => value.line(),
                };
                plain(if said.is_empty() { value.attribute("value").map(units::number)? } else { units::number(&said) })
            }
        };
        (!found.text.trim().is_empty()).then_some(found)
    }
}

/// «13,0 – 17,0», «< 5», «≥ 90».
fn interval(value: &Element) -> String {
    let bound = |name| {
        let part = value.first(name)?;
        let number = units::number(part.attribute("value")?);
        Some((number, part.attribute("inclusive") != Some("false")))
    };
    match (bound("low"), bound("high")) {
        (Some((low, _)), Some((high, _))) if low == high => low,
        (Some((low, _)), Some((high, _))) => format!("{low} – {high}"),
        (Some((low, inclusive)), None) => format!("{} {low}", if inclusive { "≥" } else { ">" }),
        (None, Some((high, inclusive))) => format!("{} {high}", if inclusive { "≤" } else { "<" }),
        (None, None) => value.attribute("value").map(units::number).unwrap_or_default(),
    }
}

/// The reference ranges: the one for normal values first, others with the words that go with them.
fn range(observation: &Element, words: &Words<'_>) -> String {
    let ranges = observation.all("referenceRange").filter_map(|range| range.first("observationRange"));
    let lines = ranges.filter_map(|range| {
        let value = range.first("value").map(|value| match value.attribute("type") {
            Some(kind) if kind.contains("IVL") => interval(value),
            _ => Value::of(value, words).map(|v| v.text).unwrap_or_else(|| interval(value)),
        });
        let said = range.first("text").map(|said| referenced(said, words)).unwrap_or_default();
        let value = value.unwrap_or_default();
        Some(if value.is_empty() { said } else { value }).filter(|line| !line.is_empty())
    });
    let mut lines: Vec<String> = lines.take(8).collect();
    lines.dedup();
    lines.join("\n")
}

fn codes(observation: &Element) -> impl Iterator<Item = &Element> {
    observation
        .all("interpretationCode")
        .filter(|code| code.attribute("codeSystem").is_none_or(|system| system == INTERPRETATIONS))
}

fn mark(observation: &Element) -> Option<Mark> {
    codes(observation).find_map(|code| Mark::of(code.attribute("code")?))
}

fn interpretation(observation: &Element, mark: Option<Mark>) -> String {
    if let Some(mark) = mark {
        return mark.word().to_owned();
    }
    let Some(code) = codes(observation).next() else { return String::new() };
    match code.attribute("code").unwrap_or_default() {
        "R" => "Résistant".to_owned(),
        "S" => "Sensible".to_owned(),
        "I" => "Intermédiaire".to_owned(),
        "POS" => "Positif".to_owned(),
        "NEG" => "Négatif".to_owned(),
        other => code.attribute("displayName").unwrap_or(other).to_owned(),
    }
}

/// The last earlier result that is given: «4,2 (12/03/2026)».
fn earlier(observation: &Element, words: &Words<'_>) -> String {
    let before = observation.all("entryRelationship").filter(|r| r.attribute("typeCode") == Some("REFR"));
    let results = before.filter_map(|relation| {
        let earlier = relation.first("observation")?;
        let value = earlier.all("value").find_map(|value| Value::of(value, words))?;
        let time = earlier.first("effectiveTime").and_then(|time| time.attribute("value"));
        let day = time.and_then(Day::from_hl7);
        let written = format!("{} {}", value.text, value.unit).trim().to_owned();
        Some((day, day.map(|day| format!("{written} ({day})")).unwrap_or(written)))
    });
    results.max_by_key(|(day, _)| *day).map(|(_, written)| written).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::xml;

    /// The rows of a section with a narrative and observations.
    fn rows(narrative: &str, observations: &str) -> Vec<Vec<String>> {
        let root = xml::parse(
            format!(
                "<ClinicalDocument xmlns:xsi='x'><component><structuredBody><component><section><text>{narrative}</text>\
                 <entry><templateId root='{ENTRY}'/><act>{observations}</act></entry></section></component>\
                 </structuredBody></component></ClinicalDocument>"
            )
            .as_bytes(),
        )
        .unwrap();
        let rows = chapters(&root).into_iter().flat_map(|chapter| chapter.table.rows);
        rows.map(|row| row.cells).collect()
    }

    fn observed(code: &str, value: &str) -> String {
        format!("<entryRelationship typeCode='COMP'><observation>{code}{value}</observation></entryRelationship>")
    }

    #[test]
    fn a_name_is_what_the_narrative_says_unless_that_is_the_value() {
        let narrative = "<content ID='a'>4.89 mmol/L</content><content ID='b'>25-OH vitamine D<br/>(ELISA)</content>";
        let code = |id: &str, label: &str| {
            format!(
                "<code code='0' displayName='{label}'><originalText><reference value='#{id}'/></originalText></code>"
            )
        };
        let value = |value: &str| format!("<value xsi:type='PQ' value='{value}' unit='mmol/L'/>");
        let found = rows(
            narrative,
            &[
                observed(&code("a", "Glucose à jeun [Moles/Volume] Sérum ; Numérique"), &value("4.89")),
                observed(&code("b", "Vitamine D"), &value("25")),
                observed(&code("absent", ""), &value("1")),
                observed(&code("b", ""), &value("25")),
            ]
            .concat(),
        );
        let names: Vec<&str> = found.iter().map(|row| row[0].as_str()).collect();
        // «25-OH…» begins like its value of 25: its label is the safe name, where there is one.
        assert_eq!(names, ["Glucose à jeun", "Vitamine D", "0", "25-OH vitamine D"]);
    }

    #[test]
    fn values_of_every_type_are_written_out() {
        let code = "<code code='1'/>";
        for (value, written) in [
            ("<value xsi:type='PQ' value='1.95' unit='m[IU]/L'/>", "1,95"),
            ("<value xsi:type='INT' value='3'/>", "3"),
            ("<value xsi:type='REAL' value='2.0'/>", "2,0"),
            ("<value xsi:type='ST'>Positif</value>", "Positif"),
            ("<value xsi:type='ST'>&lt;0.5</value>", "<0,5"),
            ("<value xsi:type='CD' code='112283007' displayName='Escherichia coli'/>", "Escherichia coli"),
            ("<value xsi:type='BL' value='true'/>", "Oui"),
            ("<value xsi:type='TS' value='20261121'/>", "21/11/2026"),
            ("<value xsi:type='IVL_PQ'><low value='1' unit='g/L'/><high value='2' unit='g/L'/></value>", "1 – 2"),
            ("<value xsi:type='IVL_PQ'><high value='0.3' unit='g/L' inclusive='false'/></value>", "< 0,3"),
            ("<value xsi:type='RTO'><numerator value='1'/><denominator value='80'/></value>", "1/80"),
            ("<value xsi:type='PQ' nullFlavor='TRC'/>", "Traces"),
        ] {
            assert_eq!(rows("", &observed(code, value))[0][1], written, "{value}");
        }
    }

    #[test]
    fn what_is_no_result_is_no_row() {
        let value = "<value xsi:type='ST'>x</value>";
        for observation in [
            observed("<code code='1'/>", ""),
            observed("<code code='1'/>", "<value xsi:type='PQ' nullFlavor='UNK'/>"),
            observed(
                "<code code='1'/>",
                "<value xsi:type='ED' mediaType='application/pdf' representation='B64'>AA==</value>",
            ),
            observed("<templateId root='1.3.6.1.4.1.19376.1.5.3.1.4.13'/><code code='69764-9'/>", value),
            observed("<code code='1'/>", value).replace("COMP", "REFR"),
            observed("<code code='1'/>", value).replace("<observation>", "<observation negationInd='true'>"),
        ] {
            assert!(rows("", &observation).is_empty(), "{observation}");
        }
    }
}
