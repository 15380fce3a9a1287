//! Strings as people type them, as a directory keeps them, and as a screen may show them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, without accents, ligatures apart, everything else than letters and digits a single space:
/// `D’Artagnan-Noël` is `d artagnan noel`. Two spellings of a name are equal after this.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if !c.is_alphanumeric() {
            gap = !folded.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            folded.push(' ');
        }
        match c {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            'ø' => folded.push('o'),
            'đ' => folded.push('d'),
            'ł' => folded.push('l'),
            _ => folded.push(c),
        }
    }
    folded
}

/// A city as directories and people write it: without `CEDEX` and its number, `ST` written out.
pub(crate) fn city(text: &str) -> String {
    let folded = fold(text);
    let mut words = Vec::new();
    for word in folded.split(' ').take_while(|word| *word != "cedex") {
        words.push(match word {
            "st" => "saint",
            "ste" => "sainte",
            _ => word,
        });
    }
    words.join(" ")
}

/// A folded city in the ways a directory may write it, as one value of several that will do.
pub(crate) fn city_spellings(folded: &str) -> String {
    let upper = folded.to_uppercase();
    let short = upper.strip_prefix("SAINT ").map(|rest| format!("ST {rest}"));
    let short = short.or_else(|| upper.strip_prefix("SAINTE ").map(|rest| format!("STE {rest}")));
    let mut spellings: Vec<String> = Vec::new();
    for spelling in std::iter::once(upper).chain(short) {
        if spelling.contains(' ') {
            spellings.push(spelling.replace(' ', "-"));
        }
        spellings.push(spelling);
    }
    spellings.join(",")
}

/// One line of at most `most` characters, without control, bidi or invisible characters.
pub(crate) fn clean(text: &str, most: usize) -> String {
    let mut clean = String::with_capacity(text.len().min(most * 4));
    let mut length = 0;
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            gap = length > 0;
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        if std::mem::take(&mut gap) {
            clean.push(' ');
            length += 1;
        }
        if length >= most {
            break;
        }
        clean.push(c);
        length += 1;
    }
    clean.truncate(clean.trim_end().len());
    clean
}

/// Characters that show nothing and change what is shown around them (Unicode category Cf, as far as names go).
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A given name as it is written: `JEAN-MARIE` is `Jean-Marie`. One with small letters is left as it is.
pub(crate) fn given_name(name: &str) -> String {
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    let mut written = String::with_capacity(name.len());
    let mut first = true;
    for c in name.chars() {
        if first {
            written.push(c);
        } else {
            written.extend(c.to_lowercase());
        }
        first = !c.is_alphabetic();
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_name_are_equal_once_folded() {
        for (text, folded) in [
            ("  D’Artagnan-Noël ", "d artagnan noel"),
            ("LÉVÊQUE", "leveque"),
            ("Le\u{301}ve\u{302}que", "leveque"),
            ("Vandœuvre-lès-Nancy", "vandoeuvre les nancy"),
            ("MÜLLER", "muller"),
            ("Straße", "strasse"),
            ("Łukasz Ørsted", "lukasz orsted"),
            ("ＦＵＬＬ", "full"),
            ("---", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn a_city_is_the_same_with_and_without_its_cedex() {
        for (a, b) in [
            ("VANDOEUVRE LES NANCY CEDEX", "Vandœuvre-lès-Nancy"),
            ("PARIS CEDEX 14", "paris"),
            ("ST MALO", "Saint-Malo"),
            ("STE-ADRESSE", "Sainte Adresse"),
        ] {
            assert_eq!(city(a), city(b), "{a}");
        }
        assert_ne!(city("Paris"), city("Parisot"));
        assert_eq!(city_spellings(&city("St-Malo")), "SAINT-MALO,SAINT MALO,ST-MALO,ST MALO");
        assert_eq!(city_spellings(&city("Paris Cedex 14")), "PARIS");
    }

    #[test]
    fn what_is_shown_is_one_bounded_line_without_tricks() {
        assert_eq!(clean(" a\u{202e}b\r\n\tc\u{200b}\u{0} ", 10), "ab c");
        assert_eq!(clean("éééééé", 4), "éééé");
        assert_eq!(clean("abc d", 4), "abc");
        assert_eq!(clean("\u{202e}\u{feff}", 4), "");
    }

    #[test]
    fn given_names_in_capitals_are_written_small() {
        assert_eq!(given_name("JEAN-MARIE"), "Jean-Marie");
        assert_eq!(given_name("ÉLÉONORE"), "Éléonore");
        assert_eq!(given_name("Zoé"), "Zoé");
        assert_eq!(given_name("MARIE D'O"), "Marie D'O");
    }
}
