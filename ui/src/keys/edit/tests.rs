#![allow(clippy::expect_used, reason = "tests")]

use super::*;

const PROSE: Rules = Rules { prose: true, french: true, most: 200 };

/// Types key after key; the caret is «|» in what comes out.
fn typed(keys: &[&str]) -> String {
    shown(keys.iter().fold(Edit::default(), |mut edit, key| {
        edit.strike(if *key == " " { Stroke::Space } else { Stroke::Text }, key, "", PROSE);
        edit
    }))
}

fn at(text: &str) -> Edit {
    let caret = text.find('|').expect("a caret");
    Edit { text: text.replace('|', ""), caret }
}

fn shown(edit: Edit) -> String {
    let mut text = edit.text;
    text.insert(edit.caret, '|');
    text
}

fn struck(text: &str, stroke: Stroke, key: &str) -> String {
    let mut edit = at(text);
    edit.strike(stroke, key, "", PROSE);
    shown(edit)
}

#[test]
fn a_question_mark_brings_its_narrow_space() {
    assert_eq!(typed(&["É", "t", "é", "?"]), "Été\u{202F}?|");
    assert_eq!(typed(&["O", "u", "i", " ", "?"]), "Oui\u{202F}?|", "in the place of the space that was typed");
    assert_eq!(typed(&["Q", "u", "o", "i", "?", "!"]), "Quoi\u{202F}?!|");
    assert_eq!(typed(&["?"]), "?|", "nothing stands before it");
    assert_eq!(struck("a\n|", Stroke::Text, "!"), "a\n!|");
    assert_eq!(struck("a  |", Stroke::Text, ";"), "a\u{202F};|");
}

#[test]
fn an_hour_keeps_its_colon_close_and_a_word_does_not() {
    assert_eq!(typed(&["1", "0", ":", "3"]), "10:3|");
    assert_eq!(typed(&["D", "r", ":"]), "Dr\u{202F}:|");
}

#[test]
fn quotes_have_their_spaces_inside() {
    assert_eq!(typed(&["«", "a", "»"]), "«\u{202F}a\u{202F}»|");
}

#[test]
fn english_and_addresses_are_left_alone() {
    for rules in [Rules { french: false, ..PROSE }, Rules { prose: false, ..PROSE }] {
        let mut edit = at("a|");
        edit.strike(Stroke::Text, "?", "", rules);
        assert_eq!(shown(edit), "a?|");
    }
    let mut edit = at("paul |");
    edit.strike(Stroke::FullStop, "", "", Rules { prose: false, ..PROSE });
    assert_eq!(shown(edit), "paul  |");
}

#[test]
fn a_second_space_makes_a_full_stop_after_a_word_only() {
    assert_eq!(struck("Bien reçu |", Stroke::FullStop, ""), "Bien reçu. |");
    assert_eq!(struck("(bis) |", Stroke::FullStop, ""), "(bis). |");
    assert_eq!(struck("Bien reçu, |", Stroke::FullStop, ""), "Bien reçu,  |");
    assert_eq!(struck("Oui. |", Stroke::FullStop, ""), "Oui.  |");
    assert_eq!(struck(" |", Stroke::FullStop, ""), "  |");
}

#[test]
fn sentences_begin_at_the_start_on_a_new_line_and_after_a_full_stop() {
    for text in ["|", "  |", "Oui.\n|", "Oui. |", "Oui\u{202F}! |", "Oui… |", "a\n  |", "Je l’ai vu. |"] {
        assert!(at(text).begins_a_sentence(), "{text}");
    }
    for text in ["O|", "Oui.|", "1.|5", "Oui, |", "p. |", "par ex. |", "cf. |", "Oui |"] {
        assert!(!at(text).begins_a_sentence(), "{text}");
    }
    assert!(at("Voir M. |").begins_a_sentence(), "a name follows");
}

#[test]
fn erasing_takes_what_a_reader_calls_one_character() {
    assert_eq!(struck("caf\u{65}\u{301}|", Stroke::Erase, ""), "caf|");
    assert_eq!(struck("été|", Stroke::Erase, ""), "ét|");
    assert_eq!(struck("|a", Stroke::Erase, ""), "|a");
    assert_eq!(struck("a|b", Stroke::EraseNext, ""), "a|");
    assert_eq!(struck("prêt\u{202F}?|", Stroke::Erase, ""), "prêt|", "the sign and its space came together");
    assert_eq!(struck("19\u{202F}208|", Stroke::Erase, ""), "19\u{202F}20|");
}

#[test]
fn erasing_by_words_takes_spaces_and_signs_first() {
    assert_eq!(struck("Je revois M. LAMPION  |", Stroke::EraseWord, ""), "Je revois M. |");
    assert_eq!(struck("Bien reçu.|", Stroke::EraseWord, ""), "Bien reçu|");
    assert_eq!(struck("Bien|", Stroke::EraseWord, ""), "|");
    assert_eq!(struck("|", Stroke::EraseWord, ""), "|");
}

#[test]
fn the_caret_moves_by_characters_and_stops_at_both_ends() {
    assert_eq!(struck("é|", Stroke::Left, ""), "|é");
    assert_eq!(struck("|é", Stroke::Left, ""), "|é");
    assert_eq!(struck("|\u{65}\u{301}a", Stroke::Right, ""), "\u{65}\u{301}|a");
    assert_eq!(struck("a|", Stroke::Right, ""), "a|");
}

#[test]
fn letters_go_where_the_caret_is() {
    assert_eq!(struck("Bonj|r", Stroke::Text, "ou"), "Bonjou|r");
    assert_eq!(struck("a|b", Stroke::Enter, ""), "a\n|b");
}

#[test]
fn a_long_press_changes_the_letter_it_has_typed_and_no_other() {
    let mut edit = at("Angoulem|");
    edit.strike(Stroke::Instead, "ê", "e", PROSE);
    assert_eq!(shown(edit), "Angoulem|", "it was not typed: the field is full");
    let mut edit = at("Angoule|");
    edit.strike(Stroke::Instead, "ê", "e", PROSE);
    assert_eq!(shown(edit), "Angoulê|");
    let mut edit = at("Non,|");
    edit.strike(Stroke::Instead, "!", ",", PROSE);
    assert_eq!(shown(edit), "Non\u{202F}!|");
}

#[test]
fn a_field_never_holds_more_than_it_may() {
    let rules = Rules { most: 3, ..PROSE };
    let mut edit = Edit::default();
    for _ in 0..9 {
        edit.strike(Stroke::Text, "é", "", rules);
    }
    assert_eq!(shown(edit.clone()), "ééé|");
    edit.strike(Stroke::Left, "", "", rules);
    edit.strike(Stroke::Text, "?", "", rules);
    assert_eq!(shown(edit), "éé|é");
}

#[test]
fn keys_that_are_no_letters_write_nothing() {
    for key in ["", "\u{8}", "\u{F700}", "\u{1B}", "\u{7F}"] {
        assert_eq!(typed(&[key]), "|", "{key:?}");
    }
}

#[test]
fn a_caret_from_elsewhere_is_put_between_two_characters() {
    assert_eq!(Edit::new("é", 1).caret, 0);
    assert_eq!(Edit::new("é", -4).caret, 0);
    assert_eq!(Edit::new("é", 99).caret, 2);
}
