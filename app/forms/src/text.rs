//! Text as it is shown, and as it is compared.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One line without control or direction characters, at most so many characters.
pub(crate) fn plain(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let word = word.chars().filter(|c| !is_invisible(*c));
        let mut begun = false;
        for c in word {
            if !begun && !line.is_empty() {
                line.push(' ');
                count += 1;
            }
            begun = true;
            if count >= most {
                line.push('…');
                return line;
            }
            line.push(c);
            count += 1;
        }
    }
    line
}

/// Direction marks can make a text read otherwise than it is; the others are only there to hide words.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Lower case, no accents, words apart by one space, a space at both ends.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::from(" ");
    for c in text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            folded.push(c);
        } else if !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    if !folded.ends_with(' ') {
        folded.push(' ');
    }
    folded
}

/// A name out of a program, `userName` and `user_name` alike, as words.
pub(crate) fn folded_name(name: &str) -> String {
    let mut apart = String::new();
    let mut small = false;
    for c in name.chars() {
        if small && c.is_uppercase() {
            apart.push(' ');
        }
        small = c.is_lowercase();
        apart.push(c);
    }
    folded(&apart)
}

/// Whether a folded text says one of these. A phrase that ends with `*` is the beginning of a word.
pub(crate) fn says(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        let (phrase, stem) = phrase.strip_suffix('*').map_or((*phrase, false), |stem| (stem, true));
        text.match_indices(phrase).any(|(at, _)| {
            let before = text.get(..at).is_some_and(|head| head.ends_with(' '));
            let after = text.get(at + phrase.len()..).is_some_and(|tail| tail.starts_with(' '));
            before && (stem || after)
        })
    })
}

/// The first number in a text.
pub(crate) fn number(text: &str) -> Option<&str> {
    let from = text.find(|c: char| c.is_ascii_digit())?;
    let rest = text.get(from..)?;
    rest.get(..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_one_short_line_without_tricks() {
        assert_eq!(plain("  Mot\n\tde   passe\u{202e}\u{0} oublié ", 40), "Mot de passe oublié");
        assert_eq!(plain("abcdef", 3), "abc…");
        assert_eq!(plain("\u{200b}\n", 3), "");
    }

    #[test]
    fn words_are_compared_without_accents_case_or_marks() {
        assert_eq!(folded("Mot de passe oublié ?"), " mot de passe oublie ");
        assert_eq!(folded_name("otpCode_1"), " otp code 1 ");
        assert!(says(&folded("J’ai OUBLIÉ"), &["oublie"]));
        assert!(says(&folded("réinitialisation"), &["reinitialis*"]));
        assert!(!says(&folded("encode"), &["code"]));
        assert!(!says(&folded("codes"), &["code"]));
    }

    #[test]
    fn a_number_is_found_in_a_text() {
        assert_eq!(number("encore 10 secondes, 2 essais"), Some("10"));
        assert_eq!(number("aucun"), None);
    }
}
