//! Every sentence follows French typography, every sentence exists in both languages, and no size or colour is
//! written outside the theme.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::path::{Path, PathBuf};

const NARROW: char = '\u{202F}';

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            let name = path.strip_prefix(here()).unwrap().to_string_lossy().into_owned();
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}

/// The literals between straight quotes of one line, comments left out.
fn literals(line: &str) -> (String, Vec<String>) {
    let (mut code, mut found, mut open) = (String::new(), Vec::new(), None::<String>);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match (&mut open, letter) {
            (None, '/') if letters.peek() == Some(&'/') => break,
            (None, '"') => open = Some(String::new()),
            (None, _) => code.push(letter),
            (Some(_), '"') => found.extend(open.take()),
            (Some(text), '\\') => match letters.next() {
                Some('n') => text.push('\n'),
                Some('u') => {
                    let code: String = letters.by_ref().skip(1).take_while(|letter| *letter != '}').collect();
                    text.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                }
                Some(escaped) => text.push(escaped),
                None => {}
            },
            (Some(text), _) => text.push(letter),
        }
    }
    (code, found)
}

/// What is wrong with a French sentence, if anything.
fn fault(text: &str) -> Option<String> {
    if text.contains('\'') {
        return Some("straight apostrophe".into());
    }
    if text.contains("...") {
        return Some("three dots for an ellipsis".into());
    }
    let letters: Vec<char> = text.chars().collect();
    for (place, letter) in letters.iter().copied().enumerate() {
        let before = place.checked_sub(1).map(|place| letters[place]);
        let after = letters.get(place + 1).copied();
        // «10:31» is an hour, and an address has its colon too.
        let within_a_word = before.is_some_and(|c| c.is_alphanumeric() || c == '}')
            && after.is_some_and(|c| c.is_ascii_digit() || c == '/' || c == '{');
        let tail = matches!(before, Some(';' | ':' | '!' | '?'));
        if matches!(letter, ';' | ':' | '!' | '?' | '»')
            && !(letter == ':' && within_a_word)
            && !tail
            && before.is_some()
            && before != Some(NARROW)
        {
            return Some(format!("«{letter}» without a narrow space before it"));
        }
        if letter == '«' && after != Some(NARROW) {
            return Some("«\u{AB}» without a narrow space after it".into());
        }
        if letter == NARROW && matches!(after, Some(' ')) {
            return Some("a narrow space and another one".into());
        }
    }
    None
}

#[test]
fn the_check_finds_what_it_looks_for() {
    assert!(fault("l'heure").is_some());
    assert!(fault("Quelle boîte ouvrir ?").is_some());
    assert!(fault("Quelle boîte ouvrir?").is_some());
    assert!(fault("Attention\u{A0}: dernier essai").is_some());
    assert!(fault("Tout est lu dans « Principale »").is_some());
    assert!(fault("Chargement...").is_some());
    assert_eq!(fault("Quelle boîte ouvrir\u{202F}?"), None);
    assert_eq!(fault("Tout est lu dans «\u{202F}Principale\u{202F}»"), None);
    assert_eq!(fault("10:31"), None);
}

#[test]
fn every_sentence_of_the_pages_is_written_in_good_french() {
    let mut faults = Vec::new();
    let mut read = 0;
    for (file, text) in files(&here().join("slint"), ".slint") {
        for (number, line) in text.lines().enumerate() {
            let (code, found) = literals(line);
            if code.trim_start().starts_with("import") || code.contains("@image-url") || code.contains("from") {
                continue;
            }
            for sentence in found {
                read += 1;
                if let Some(fault) = fault(&sentence) {
                    faults.push(format!("{file}:{}: {fault}: {sentence}", number + 1));
                }
            }
        }
    }
    assert!(read > 100, "only {read} sentences were read: the scan is broken");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// One entry of a translation file: context, source, and what it becomes (one text, or one a plural).
#[derive(Debug, Default, Clone, PartialEq)]
struct Entry {
    context: String,
    source: Vec<String>,
    target: Vec<String>,
}

fn entries(text: &str) -> Vec<Entry> {
    #[derive(Clone, Copy)]
    enum Part {
        None,
        Context,
        Source,
        Target,
    }
    let (mut found, mut entry, mut part) = (Vec::new(), Entry::default(), Part::None);
    for line in text.lines().chain([""]) {
        let line = line.trim();
        if line.is_empty() {
            if !entry.source.is_empty() && !entry.source[0].is_empty() {
                found.push(std::mem::take(&mut entry));
            }
            entry = Entry::default();
            part = Part::None;
            continue;
        }
        if line.starts_with('#') {
            continue;
        }
        let words: String = literals(line).1.concat();
        if line.starts_with("msgctxt") {
            part = Part::Context;
            entry.context = words;
        } else if line.starts_with("msgid") {
            part = Part::Source;
            entry.source.push(words);
        } else if line.starts_with("msgstr") {
            part = Part::Target;
            entry.target.push(words);
        } else {
            match part {
                Part::None => {}
                Part::Context => entry.context.push_str(&words),
                Part::Source => entry.source.last_mut().unwrap().push_str(&words),
                Part::Target => entry.target.last_mut().unwrap().push_str(&words),
            }
        }
    }
    found
}

fn translation(language: &str) -> Vec<Entry> {
    let path = here().join(format!("lang/{language}/LC_MESSAGES/ui.po"));
    entries(&std::fs::read_to_string(path).unwrap())
}

/// The holes of a sentence: `{}`, `{0}`, `{n}`.
fn holes(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text
        .match_indices('{')
        .filter_map(|(at, _)| text[at..].find('}').map(|end| text[at..=at + end].to_string()))
        .collect();
    found.sort();
    found.dedup();
    found
}

#[test]
fn the_french_file_says_what_the_pages_say_and_counts_as_the_french_do() {
    let french = translation("fr");
    assert!(french.len() > 50, "only {} entries", french.len());
    for entry in &french {
        assert_eq!(entry.source.first(), entry.target.first(), "{entry:?}");
        for text in entry.target.iter().chain(&entry.source) {
            assert_eq!(fault(text), None, "{text}");
        }
    }
    let header = std::fs::read_to_string(here().join("lang/fr/LC_MESSAGES/ui.po")).unwrap();
    assert!(
        header.contains("plural=(n > 1)") || header.contains("plural=n>1") || header.contains("plural=(n>1)"),
        "0 message, not 0 messages"
    );
}

#[test]
fn every_sentence_is_in_english_too_with_the_same_holes() {
    let english = translation("en");
    let french = translation("fr");
    let mut missing = Vec::new();
    for entry in &french {
        match english.iter().find(|other| other.context == entry.context && other.source == entry.source) {
            Some(other) if other.target.iter().all(|text| !text.is_empty()) => {
                for text in &other.target {
                    assert!(!text.contains('\''), "straight apostrophe: {text}");
                    assert!(!text.contains(NARROW), "French spacing in English: {text}");
                    let singular = holes(&entry.source[0]);
                    assert!(holes(text) == singular || entry.source.len() > 1, "holes of {text}");
                }
            }
            _ => missing.push(format!("{}: {}", entry.context, entry.source[0])),
        }
    }
    assert!(missing.is_empty(), "without English:\n{}", missing.join("\n"));
}

#[test]
fn every_translated_sentence_of_the_pages_is_in_the_files() {
    let french = translation("fr");
    let mut missing = Vec::new();
    for (file, text) in files(&here().join("slint"), ".slint") {
        // A sentence may stand on the line after its `@tr(`.
        for (at, _) in text.match_indices("@tr(") {
            let rest: String = text[at..].chars().take(600).collect();
            let (_, found) = literals(&rest.replace('\n', " "));
            let context = rest.split('"').nth(2).is_some_and(|after| after.trim_start().starts_with("=>"));
            let Some(sentence) = found.get(usize::from(context)) else { continue };
            if !french.iter().any(|entry| entry.source.first() == Some(sentence)) {
                missing.push(format!("{file}: {sentence}"));
            }
        }
    }
    missing.dedup();
    assert!(missing.is_empty(), "not in lang/fr (make the files anew):\n{}", missing.join("\n"));
}

#[test]
fn no_size_and_no_colour_is_written_outside_the_theme() {
    let mut faults = Vec::new();
    for (file, text) in files(&here().join("slint"), ".slint") {
        for (number, line) in text.lines().enumerate() {
            let (code, _) = literals(line);
            let words: Vec<&str> =
                code.split(|c: char| !(c.is_alphanumeric() || c == '.' || c == '#' || c == '-')).collect();
            for word in words {
                let pixels =
                    word.strip_suffix("px").filter(|number| number.parse::<f32>().is_ok_and(|number| number != 0.0));
                let colour = word.starts_with('#');
                // The window's first size, until the panel gives its own; and where wide begins.
                let window = file.ends_with("main.slint") && matches!(word, "1024px" | "600px" | "1280px");
                // A hairline, or a number made a length.
                let one = word == "1px";
                // The drawing's own coordinates.
                let drawing = file.ends_with("card.slint");
                if (pixels.is_some() && !window && !one && !drawing) || colour {
                    faults.push(format!("{file}:{}: {word}", number + 1));
                }
            }
            if code.contains("font-size:") && !code.contains("Theme.") && !code.contains("root.size") {
                faults.push(format!("{file}:{}: {}", number + 1, code.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
