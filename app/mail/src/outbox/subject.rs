//! Subjects of answers: «Re : » and «Tr : », once.

/// What a subject begins with when it carries a document for other software (ECO.2.1.3).
pub(super) const XDM: &str = "XDM/1.0/DDM+";
/// What mail programs put before a subject, in lower case and without the colon.
const PREFIXES: [&str; 14] =
    ["re", "ré", "rép", "rep", "reponse", "réponse", "tr", "tf", "trans", "fw", "fwd", "aw", "wg", "antw"];

/// A subject without what answers and transfers put before it, and without the prefix of documents.
pub(super) fn bare(subject: &str) -> &str {
    let mut rest = subject.trim();
    loop {
        let shorter =
            without_prefix(rest).or_else(|| rest.strip_prefix(XDM)).or_else(|| rest.strip_prefix("XDM/1.0/DDM"));
        match shorter {
            Some(shorter) => rest = shorter.trim_start(),
            None => return rest,
        }
    }
}

/// The subject of an answer.
pub(super) fn reply(subject: &str) -> String {
    format!("Re : {}", bare(subject)).trim_end().to_owned()
}

/// The subject of a message passed on.
pub(super) fn forward(subject: &str) -> String {
    format!("Tr : {}", bare(subject)).trim_end().to_owned()
}

/// What follows `Re :`, `RE:`, `Re[2] :`, `Tr : `… if the text begins so.
fn without_prefix(text: &str) -> Option<&str> {
    let (word, after) = text.split_once(':')?;
    let word = word.trim_end();
    let word = match word.split_once(['[', '(']) {
        Some((word, count)) => {
            let count = count.strip_suffix([']', ')'])?;
            let counted = !count.is_empty() && count.len() <= 3 && count.bytes().all(|b| b.is_ascii_digit());
            counted.then_some(word.trim_end())?
        }
        None => word,
    };
    // The longest prefix, in bytes; anything longer is a subject with a colon in it.
    (word.len() <= 9 && PREFIXES.contains(&word.to_lowercase().as_str())).then_some(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prefixes_do_not_stack() {
        for (given, expected) in [
            ("Résultats", "Re : Résultats"),
            ("Re: Résultats", "Re : Résultats"),
            ("RE : Re: TR : Résultats", "Re : Résultats"),
            ("Re[3]: Fwd (2) : Résultats", "Re : Résultats"),
            ("Rép\u{202F}: Réponse\u{A0}: Résultats : suite", "Re : Résultats : suite"),
            ("XDM/1.0/DDM+Lettre LAMPION", "Re : Lettre LAMPION"),
            ("Re : XDM/1.0/DDM+Lettre LAMPION", "Re : Lettre LAMPION"),
            ("Retour : demain", "Re : Retour : demain"),
            ("", "Re :"),
            ("Re:", "Re :"),
            ("Re[x]: a", "Re : Re[x]: a"),
        ] {
            assert_eq!(reply(given), expected, "{given}");
        }
        assert_eq!(forward("Re : Tr : Résultats"), "Tr : Résultats");
    }

    proptest! {
        #[test]
        fn an_answer_to_an_answer_has_the_same_subject(subject in "(Re ?: ?|TR: |fwd:|XDM/1.0/DDM\\+){0,4}\\PC{0,30}") {
            let once = reply(&subject);
            prop_assert_eq!(reply(&once), once.clone());
            prop_assert_eq!(reply(&forward(&once)), once);
        }
    }
}
