//! Text from a stranger, made fit for a row of the list.

/// Longest text of a row, in characters. A 1280-pixel line shows about a hundred.
pub(crate) const LONGEST: usize = 256;

/// One line of at most [`LONGEST`] characters.
///
/// Controls and line ends become spaces, runs of spaces one space. Characters that change the reading order (bidi
/// embeddings, overrides, isolates and marks), that are invisible, or that pile up over their neighbours are taken
/// away: with them a subject can show something else than it says, or paint over the row above.
pub(crate) fn clean(input: &str) -> String {
    let mut out = String::with_capacity(input.len().min(LONGEST * 2));
    let (mut length, mut space, mut marks) = (0, false, 0);
    for c in input.chars() {
        if c.is_control() || c.is_whitespace() {
            space = true;
            continue;
        }
        if invisible(c) {
            continue;
        }
        if combining(c) {
            marks += 1;
            if marks > 2 {
                continue;
            }
        } else {
            marks = 0;
        }
        if length + usize::from(space) >= LONGEST {
            out.push('…');
            break;
        }
        if space && !out.is_empty() {
            out.push(' ');
            length += 1;
        }
        space = false;
        out.push(c);
        length += 1;
    }
    out
}

/// As a dictionary looks at a word: without case and accents.
pub(crate) fn fold(input: &str) -> String {
    let mut out = String::with_capacity(input.len());
    for c in input.chars().flat_map(char::to_lowercase).filter(|c| !combining(*c)) {
        match c {
            'à'..='å' | 'ā' | 'ă' | 'ą' => out.push('a'),
            'æ' => out.push_str("ae"),
            'ç' | 'ć' | 'č' => out.push('c'),
            'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => out.push('e'),
            'ì'..='ï' | 'ī' | 'ı' => out.push('i'),
            'ñ' | 'ń' => out.push('n'),
            'ò'..='ö' | 'ø' | 'ō' => out.push('o'),
            'œ' => out.push_str("oe"),
            'ß' => out.push_str("ss"),
            'š' | 'ś' | 'ş' => out.push('s'),
            'ù'..='ü' | 'ū' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'ž' | 'ź' | 'ż' => out.push('z'),
            c => out.push(c),
        }
    }
    out
}

fn invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E0FFF}')
}

fn combining(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// Bytes that should be UTF-8 and often are Latin-1: each line that is not UTF-8 is read as Windows-1252.
pub(crate) fn to_utf8(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        match std::str::from_utf8(line) {
            Ok(line) => out.push_str(line),
            // Cut in the middle of a character by our own limit.
            Err(e) if e.error_len().is_none() => out.push_str(&String::from_utf8_lossy(line)),
            Err(_) => out.extend(line.iter().map(|b| windows_1252(*b))),
        }
    }
    out
}

fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH.get(usize::from(byte - 0x80)).copied().unwrap_or('\u{FFFD}'),
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tricks_of_writing_order_and_controls_go() {
        assert_eq!(clean("  Compte\r\n\trendu \u{202E}fdp.exe\u{202C} "), "Compte rendu fdp.exe");
        assert_eq!(clean("a\u{0}b\u{1b}[31mc\u{9b}d"), "a b [31mc d");
        assert_eq!(clean("\u{200B}\u{FEFF}"), "");
        assert_eq!(clean("Zoé et e\u{301}"), "Zoé et e\u{301}");
        assert_eq!(clean("e\u{301}\u{301}\u{301}\u{301}\u{301}").chars().count(), 3);
    }

    #[test]
    fn accents_and_case_do_not_count_in_a_dictionary() {
        assert_eq!(fold("Équipe e\u{301}t\u{e9} ŒUVRE Çelik"), "equipe ete oeuvre celik");
    }

    #[test]
    fn latin_1_is_read_line_by_line() {
        assert_eq!(
            to_utf8(b"Subject: r\xe9sultats\r\nFrom: \xc3\xa9t\xc3\xa9\r\n"),
            "Subject: résultats\r\nFrom: été\r\n"
        );
        assert_eq!(to_utf8(b"\x80\x9c"), "€œ");
    }

    proptest! {
        #[test]
        fn any_bytes_end_as_one_bounded_line(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let line = clean(&to_utf8(&bytes));
            prop_assert!(line.chars().count() <= LONGEST + 1);
            prop_assert!(!line.chars().any(|c| c.is_control() || invisible(c)));
            prop_assert_eq!(line.trim(), line.as_str());
        }
    }
}
