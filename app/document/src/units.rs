//! Units of UCUM as a French laboratory prints them, and numbers with a comma.

/// Units that the rules below do not reach, or that French laboratories write in their own way.
const KNOWN: [(&str, &str); 22] = [
    ("10*9/L", "G/L"),
    ("10*12/L", "T/L"),
    ("10*6/L", "M/L"),
    ("m[IU]/L", "mUI/L"),
    ("[IU]/L", "UI/L"),
    ("[IU]/mL", "UI/mL"),
    ("k[IU]/L", "kUI/L"),
    ("u[IU]/mL", "µUI/mL"),
    ("m[IU]/mL", "mUI/mL"),
    ("U/L", "U/L"),
    ("mm[Hg]", "mmHg"),
    ("[pH]", ""),
    ("{INR}", ""),
    ("1", ""),
    ("Cel", "°C"),
    ("mm3", "mm³"),
    ("mL/min/{1.73_m2}", "mL/min/1,73 m²"),
    ("mL/min/1.73.m2", "mL/min/1,73 m²"),
    ("meq/L", "mEq/L"),
    ("kat/L", "kat/L"),
    ("[in_i]", "po"),
    ("[degF]", "°F"),
];

/// A unit as it is printed.
pub(crate) fn printed(unit: &str) -> String {
    let unit = unit.trim();
    if let Some((_, printed)) = KNOWN.iter().find(|(ucum, _)| *ucum == unit) {
        return (*printed).to_owned();
    }
    let mut out = String::with_capacity(unit.len() + 4);
    let mut rest = unit;
    while let Some(c) = rest.chars().next() {
        // Annotations say what is counted, not in what.
        if c == '{' {
            rest = rest.split_once('}').map_or("", |(_, after)| after);
            continue;
        }
        if let Some(after) = rest.strip_prefix("10*") {
            out.push_str("10");
            let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-').len();
            let (power, after) = after.split_at(digits);
            out.extend(power.chars().map(raised));
            rest = after;
            continue;
        }
        // `u` is micro before a unit, and at the start of one only.
        let starts = out.chars().last().is_none_or(|before| !before.is_alphabetic());
        let after = rest.strip_prefix(c).unwrap_or_default();
        if c == 'u' && starts && ["mol", "g", "L", "kat", "m"].iter().any(|u| after.starts_with(u)) {
            out.push('µ');
        } else {
            out.push(c);
        }
        rest = after;
    }
    out
}

/// A number with a decimal comma. Anything that is not one is left as it is.
pub(crate) fn number(text: &str) -> String {
    let text = text.trim();
    let digits = text.trim_start_matches(['-', '+', '<', '>', '=', ' ']);
    let plain = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    if plain && digits.matches('.').count() == 1 { text.replace('.', ",") } else { text.to_owned() }
}

/// A digit as a superscript.
pub(crate) fn raised(c: char) -> char {
    match c {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        '-' => '⁻',
        '+' => '⁺',
        other => other,
    }
}

/// A digit as a subscript.
pub(crate) fn lowered(c: char) -> char {
    match c {
        '0' => '₀',
        '1' => '₁',
        '2' => '₂',
        '3' => '₃',
        '4' => '₄',
        '5' => '₅',
        '6' => '₆',
        '7' => '₇',
        '8' => '₈',
        '9' => '₉',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_read_as_a_laboratory_prints_them() {
        for (ucum, print) in [
            ("g/dL", "g/dL"),
            ("10*9/L", "G/L"),
            ("10*3/uL", "10³/µL"),
            ("umol/L", "µmol/L"),
            ("ug/L", "µg/L"),
            ("mol/L", "mol/L"),
            ("m[IU]/L", "mUI/L"),
            ("%", "%"),
            ("{ratio}", ""),
            ("mg/g{creat}", "mg/g"),
            ("", ""),
            ("{", ""),
            ("10*", "10"),
        ] {
            assert_eq!(printed(ucum), print, "{ucum}");
        }
    }

    #[test]
    fn numbers_take_a_comma_and_nothing_else_changes() {
        for (text, print) in [
            ("11.2", "11,2"),
            ("<0.5", "<0,5"),
            ("-1.5", "-1,5"),
            ("86", "86"),
            ("1.2.250", "1.2.250"),
            ("Négatif.", "Négatif."),
            ("", ""),
        ] {
            assert_eq!(number(text), print, "{text}");
        }
    }
}
