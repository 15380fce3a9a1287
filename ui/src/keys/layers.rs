//! Which keys there are: letters as a French keyboard has them, figures, signs.
//!
//! Four rows of ten; the first and the last key of the fourth, and the whole fifth, are the keyboard's own commands.

use crate::KeyFace;
use slint::{ModelRc, VecModel};

/// Letters, the accents above them.
const LETTERS: [&str; 4] = ["éèàçùêîô’-", "azertyuiop", "qsdfghjklm", "wxcvbn,."];

/// «123».
const FIGURES: [&str; 4] = ["1234567890", "@&()\"«»/:;", "+-=×%°€µ<>", "’!≤≥±…,."];

/// What is rarer still.
const SIGNS: [&str; 4] = ["²³½¼‰≈≠§†∅", "[]{}#_*\\|~", "αβγδκλΔΩ→←", "↑↓•–—^,."];

/// «#$&»: every sign of ASCII that a password may have and the letters' layer has not.
const LOGIN_SIGNS: [&str; 4] = ["1234567890", "&\"'()/:;!?", "#$%*+=<>[]", "{}\\|^~`€"];

/// What a French keyboard has besides, and a little more.
const LOGIN_MORE: [&str; 4] = ["²³°µ§£¤€¨´", "«»‹›’‘“”…·", "×÷±≤≥≠¿¡ªº", "¼½¾–—•,."];

/// What a long press offers beside the key's own sign, nearest to the finger first.
const VARIANTS: [(char, &str); 33] = [
    ('é', "èêë"),
    ('è', "éêë"),
    ('à', "âäæ"),
    ('ç', "ćč"),
    ('ù', "ûüú"),
    ('ê', "éèë"),
    ('î', "ïíì"),
    ('ô', "öœóø"),
    ('’', "\"«»"),
    ('-', "–—_"),
    ('a', "àâäæá"),
    ('z', "žźż"),
    ('e', "éèêë€"),
    ('r', "ř"),
    ('t', "ťþ"),
    ('y', "ÿý"),
    ('u', "ùûüú"),
    ('i', "îïíì"),
    ('o', "ôöœóø"),
    ('s', "šśß"),
    ('d', "ďđ"),
    ('l', "ł"),
    ('c', "çčć"),
    ('n', "ñńň"),
    (',', ";:"),
    ('.', "…:!"),
    ('?', "!;:"),
    ('@', "#_"),
    ('1', "¹½¼"),
    ('2', "²"),
    ('3', "³¾"),
    ('%', "‰"),
    ('<', "≤«"),
];

fn variants(letter: char) -> impl Iterator<Item = char> {
    VARIANTS.iter().filter(move |(of, _)| *of == letter).flat_map(|(_, more)| more.chars())
}

/// In capitals; what has none, or one of several letters, stays as it is.
fn high(letter: char) -> char {
    let mut upper = letter.to_uppercase();
    match (letter, upper.next(), upper.next()) {
        ('ß', ..) => 'ẞ',
        // A mathematical sign, not a letter.
        ('µ', ..) => 'µ',
        (_, Some(one), None) => one,
        _ => letter,
    }
}

/// One key.
pub(crate) fn face(letter: char) -> KeyFace {
    let more = |change: fn(char) -> char| {
        let all: Vec<slint::SharedString> =
            std::iter::once(letter).chain(variants(letter)).map(|letter| change(letter).to_string().into()).collect();
        ModelRc::new(VecModel::from(all))
    };
    KeyFace {
        low: letter.to_string().into(),
        high: high(letter).to_string().into(),
        low_more: more(|letter| letter),
        high_more: more(high),
    }
}

fn layer(rows: [&str; 4]) -> ModelRc<ModelRc<KeyFace>> {
    let rows: Vec<ModelRc<KeyFace>> =
        rows.iter().map(|row| ModelRc::new(VecModel::from(row.chars().map(face).collect::<Vec<_>>()))).collect();
    ModelRc::new(VecModel::from(rows))
}

pub(crate) fn letters() -> ModelRc<ModelRc<KeyFace>> {
    layer(LETTERS)
}

/// Letters below the digits: what logins and passwords are made of.
pub(crate) fn logins() -> ModelRc<ModelRc<KeyFace>> {
    let [_, upper, middle, lower] = LETTERS;
    let [digits, ..] = FIGURES;
    layer([digits, upper, middle, lower])
}

pub(crate) fn login_signs() -> ModelRc<ModelRc<KeyFace>> {
    layer(LOGIN_SIGNS)
}

pub(crate) fn login_more() -> ModelRc<ModelRc<KeyFace>> {
    layer(LOGIN_MORE)
}

pub(crate) fn figures() -> ModelRc<ModelRc<KeyFace>> {
    layer(FIGURES)
}

pub(crate) fn signs() -> ModelRc<ModelRc<KeyFace>> {
    layer(SIGNS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const LAYERS: [[&str; 4]; 5] = [LETTERS, FIGURES, SIGNS, LOGIN_SIGNS, LOGIN_MORE];

    #[test]
    fn rows_have_ten_keys_and_the_fourth_leaves_room_for_two_commands() {
        for layer in LAYERS {
            assert_eq!(layer.map(|row| row.chars().count()), [10, 10, 10, 8], "{layer:?}");
        }
    }

    #[test]
    fn no_key_stands_twice_in_a_layer() {
        for layer in LAYERS {
            let all: Vec<char> = layer.iter().flat_map(|row| row.chars()).collect();
            let once: BTreeSet<char> = all.iter().copied().collect();
            assert_eq!(all.len(), once.len(), "{layer:?}");
        }
    }

    #[test]
    fn a_row_of_variants_fits_beside_its_key() {
        // Keys of the left half open to the right, the others to the left, one variant a column.
        for layer in LAYERS {
            for (number, row) in layer.iter().enumerate() {
                for (place, letter) in row.chars().enumerate() {
                    let column = place + usize::from(number == 3);
                    let room = if column < 5 { 10 - column } else { column + 1 };
                    assert!(variants(letter).count() < room, "{letter}");
                }
            }
        }
        // The fifth row's own sign.
        assert!(variants('?').count() < 9 && variants('@').count() < 9);
    }

    #[test]
    fn every_french_letter_can_be_typed_small_and_capital() {
        let keys: BTreeSet<char> = LETTERS.iter().flat_map(|row| row.chars()).collect();
        let all: BTreeSet<char> = keys.iter().flat_map(|key| std::iter::once(*key).chain(variants(*key))).collect();
        for letter in "abcdefghijklmnopqrstuvwxyzàâäæçéèêëîïôöœùûüÿñ’-".chars() {
            assert!(all.contains(&letter), "{letter}");
            let capital = high(letter);
            assert!(capital.is_uppercase() || matches!(letter, '’' | '-'), "{letter} {capital}");
        }
        assert_eq!((high('œ'), high('ß'), high('µ'), high('2'), high('ÿ')), ('Œ', 'ẞ', 'µ', '2', 'Ÿ'));
    }

    #[test]
    fn no_emoji_can_be_typed() {
        let keys = LAYERS.iter().flatten().flat_map(|row| row.chars());
        for letter in keys.flat_map(|key| std::iter::once(key).chain(variants(key))) {
            // What the shipped font holds (slint/fonts/make.py).
            let shown = [
                (0x20, 0x7E),
                (0xA0, 0x24F),
                (0x370, 0x3FF),
                (0x1E00, 0x1EFF),
                (0x2000, 0x20BF),
                (0x2190, 0x2199),
                (0x2200, 0x2265),
            ];
            assert!(shown.iter().any(|(from, to)| (*from..=*to).contains(&u32::from(letter))), "{letter}");
        }
    }
}
