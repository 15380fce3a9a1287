//! The subject, as it is shown.

use super::clean::line;
use super::limits::LINE;

/// What MSSanté puts before the subject of a message that carries a document; it is not to be shown (référentiel socle
/// MSSanté clients, ECO.2.1.3 and ECO.3.1.3).
const PREFIX: &str = "XDM/1.0/DDM";

/// Cleaned, without the prefix of MSSanté.
pub(super) fn clean(subject: &str) -> String {
    let subject = line(subject, LINE);
    let Some(at) = subject.find(PREFIX) else { return subject };
    let (before, after) = subject.split_at_checked(at).unwrap_or(("", &subject));
    // Before it there is at most a reply mark (`RE:`) or an error mark (`[KO …]`); in a sentence it is a word.
    let before = before.trim();
    if !before.is_empty() && !before.ends_with([':', ']']) {
        return subject;
    }
    let after = after.strip_prefix(PREFIX).unwrap_or(after).trim_start_matches(['+', ' ']);
    if before.is_empty() { after.to_owned() } else { format!("{before} {after}") }
}

/// A thread that is over: `X-MSS-MES: FIN`, or a subject that is exactly `[FIN]`.
pub(super) fn closes(subject: &str, mes: Option<&str>) -> bool {
    subject.trim() == "[FIN]" || mes.is_some_and(|mes| mes.trim().eq_ignore_ascii_case("FIN"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_is_not_shown() {
        for (subject, shown) in [
            ("XDM/1.0/DDM+Compte rendu LAMPION Séraphin 12/03/1948", "Compte rendu LAMPION Séraphin 12/03/1948"),
            ("RE: XDM/1.0/DDM+Lettre A", "RE: Lettre A"),
            ("[KO Intégration système !][902] XDM/1.0/DDM+Lettre A", "[KO Intégration système !][902] Lettre A"),
            ("XDM/1.0/DDM", ""),
            ("à propos de XDM/1.0/DDM+Lettre", "à propos de XDM/1.0/DDM+Lettre"),
        ] {
            assert_eq!(clean(subject), shown);
        }
    }

    #[test]
    fn the_end_of_a_thread() {
        assert!(closes("[FIN]", None) && closes("Suivi", Some(" fin ")));
        assert!(!closes("RE: [FIN]", None) && !closes("fin", Some("O")));
    }
}
