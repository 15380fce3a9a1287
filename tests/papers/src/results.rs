//! Results as laboratories sent them before CDA.

use std::fmt::Write as _;

use crate::cda;
use crate::people::Person;

/// An ORU^R01 message (HL7 v2.5) with the results of the picture.
pub fn hl7(patient: &Person) -> String {
    let mut out = format!(
        "MSH|^~\\&|SIL|LABORATOIRE SANZOT|GUICHET|CABINET|202611211105||ORU^R01^ORU_R01|42|P|2.5|||||FRA|UNICODE UTF-8\r\
         PID|1||42^^^LABO^PI||{}^{}^^^^^L||{}|{}\rOBR|1|||58410-2^Numération et biochimie^LN|||202611210740\r",
        patient.family,
        patient.given.to_uppercase(),
        patient.born,
        patient.sex
    );
    for (number, result) in cda::results().iter().enumerate() {
        let cda::Result { code, name, value, printed_unit, range, interpretation, .. } = result;
        let range = if range.0.is_empty() { format!("< {}", range.1) } else { format!("{} - {}", range.0, range.1) };
        let number = number + 1;
        write!(out, "OBX|{number}|NM|{code}^{name}^LN||{value}|{printed_unit}|{range}|{interpretation}|||F\r").unwrap();
    }
    out.push_str("NTE|1||Potassium à contrôler.\r");
    out
}

/// An HPRIM text: header of twelve lines, report in columns, coded lines for programs.
pub fn hprim(patient: &Person) -> String {
    let mut out = format!(
        "000042\r\n{}\r\n{}\r\n1 rue du Labrador\r\n\r\n99000 MOULINSART\r\n{}\r\n\r\n\r\n21/11/2026\r\nSANZOT\r\n\
         TOURNESOL\r\n\r\nLABORATOIRE SANZOT                         Prélèvement du 21/11/2026 à 7h40\r\n\r\n",
        patient.family,
        patient.given.to_uppercase(),
        patient.born_french()
    );
    let mut coded = String::from("****LAB****\r\n");
    for result in cda::results() {
        let cda::Result { name, value, printed_unit, range, interpretation, .. } = result;
        let mark = if interpretation == "N" { " " } else { "*" };
        let (low, high) = range;
        write!(out, "{mark} {name:<24}{:>8} {printed_unit:<8} ({low} - {high})\r\n", value.replace('.', ",")).unwrap();
        write!(coded, "RES|{name}||N|{value}|{printed_unit}|{low}|{high}|{interpretation}\r\n").unwrap();
    }
    out + &coded + "****FIN****\r\n****FINFICHIER****\r\n"
}
