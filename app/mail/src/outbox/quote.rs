//! The message answered, below the answer.
//!
//! Plain lines behind `> `, as every program for a century has done: each knows how to fold them away. Nothing of the
//! original's layout is kept, and nothing of it is read but its text.

use super::outgoing::{Original, Recipient};
use super::when;
use crate::text;

/// Most characters of a message that are quoted under an answer. Who needs the rest has it in the thread.
const MOST_QUOTED: usize = 64 * 1024;
/// Most characters of a message passed on. Beyond this it says that something is missing.
const MOST_FORWARDED: usize = 1024 * 1024;
/// Most names in the header of a message passed on.
const MOST_NAMES: usize = 30;
const MORE: &str = "[…]";
const FORWARDED: &str = "---------- Message transféré ----------";

/// The original under an answer.
pub(super) fn reply(original: &Original) -> String {
    let (body, cut) = bounded(&original.text, MOST_QUOTED);
    let mut out = format!("Le {}, {} a écrit\u{202F}:\n", when::spoken(original.date), name(&original.from));
    for line in body.trim().lines() {
        let line = line.trim_end();
        out.push_str(match line.chars().next() {
            None => ">",
            Some('>') => ">",
            Some(_) => "> ",
        });
        out.push_str(line);
        out.push('\n');
    }
    if cut {
        out.push_str("> ");
        out.push_str(MORE);
        out.push('\n');
    }
    out
}

/// The original in a message that passes it on.
pub(super) fn forward(original: &Original) -> String {
    let (body, cut) = bounded(&original.text, MOST_FORWARDED);
    let mut out = format!("{FORWARDED}\nDe\u{202F}: {}\n", whole(&original.from));
    out.push_str(&format!("Date\u{202F}: {}\n", when::spoken(original.date)));
    out.push_str(&format!("Objet\u{202F}: {}\n", text::clean(&original.subject)));
    for (title, people) in [("À", &original.to), ("Copie", &original.cc)] {
        if !people.is_empty() {
            let mut names: Vec<String> = people.iter().take(MOST_NAMES).map(whole).collect();
            if people.len() > MOST_NAMES {
                names.push(format!("et {} autres", people.len() - MOST_NAMES));
            }
            out.push_str(&format!("{title}\u{202F}: {}\n", names.join(", ")));
        }
    }
    out.push('\n');
    out.push_str(body.trim_end());
    if cut {
        out.push_str("\n\n[Message trop long\u{202F}: la suite n’a pas été reprise.]");
    }
    out.push('\n');
    out
}

/// Parts a text again into what was written and what was quoted below it.
pub(super) fn split(text: &str) -> (&str, &str) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let rest = text.get(start..).unwrap_or_default();
        let plain = line.trim_end();
        if plain == FORWARDED || (is_attribution(plain) && is_quoted(rest.get(line.len()..).unwrap_or_default())) {
            return (text.get(..start).unwrap_or_default(), rest);
        }
        start += line.len();
    }
    (text, "")
}

fn is_attribution(line: &str) -> bool {
    line.starts_with("Le ") && (line.ends_with(" a écrit\u{202F}:") || line.ends_with(" a écrit :"))
}

/// Whether everything is quoted, to the end.
fn is_quoted(rest: &str) -> bool {
    let mut any = false;
    rest.lines().all(|line| {
        let quoted = line.starts_with('>');
        any |= quoted;
        quoted || line.trim().is_empty()
    }) && any
}

fn name(person: &Recipient) -> String {
    let label = text::clean(&person.label);
    if label.is_empty() { text::clean(&person.address) } else { label }
}

fn whole(person: &Recipient) -> String {
    let (label, address) = (text::clean(&person.label), text::clean(&person.address));
    match (label.is_empty(), address.is_empty()) {
        (true, _) => address,
        (_, true) => label,
        _ => format!("{label} <{address}>"),
    }
}

/// The beginning of a text, cut at a line where one is near, and whether anything is missing.
fn bounded(text: &str, most: usize) -> (&str, bool) {
    let Some((end, _)) = text.char_indices().nth(most) else { return (text, false) };
    let head = text.get(..end).unwrap_or_default();
    let line = head.rfind('\n').filter(|at| end - at < 2000).unwrap_or(end);
    (head.get(..line).unwrap_or_default(), true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Moment;
    use proptest::prelude::*;

    fn original(text: &str) -> Original {
        Original {
            from: Recipient { address: "bianca@mss.test".into(), label: "Dr Bianca CASTAFIORE".into() },
            to: vec![Recipient { address: "tryphon@mss.test".into(), label: String::new() }],
            subject: "Résultats".into(),
            date: Moment { unix: 1_795_426_260, offset: 60 },
            text: text.into(),
            ..Original::default()
        }
    }

    #[test]
    fn an_answer_quotes_line_by_line() {
        assert_eq!(
            reply(&original("Bonjour,\r\n\r\n> avant\r\n>> encore avant\r\n-- \r\nBianca\r\n\r\n")),
            "Le 23/11/2026 à 10:31, Dr Bianca CASTAFIORE a écrit\u{202F}:\n> Bonjour,\n>\n>> avant\n>>> encore avant\n> --\n> Bianca\n"
        );
    }

    #[test]
    fn a_long_message_is_cut_and_says_so() {
        let long = reply(&original(&"ligne de texte\n".repeat(20_000)));
        assert!(long.len() < MOST_QUOTED * 2 && long.ends_with("> ligne de texte\n> […]\n"));
        let one_line = reply(&original(&"é".repeat(200_000)));
        assert!(one_line.chars().count() < MOST_QUOTED + 100 && one_line.ends_with("> […]\n"));
        assert!(forward(&original(&"é".repeat(1_100_000))).contains("la suite n’a pas été reprise"));
        let crowd = Original { to: vec![Recipient::default(); 10_000], ..original("x") };
        assert!(forward(&crowd).contains("et 9970 autres"));
    }

    #[test]
    fn a_message_passed_on_is_whole() {
        assert_eq!(
            forward(&original("Bonjour,\n> cité\n")),
            "---------- Message transféré ----------\nDe\u{202F}: Dr Bianca CASTAFIORE <bianca@mss.test>\n\
             Date\u{202F}: 23/11/2026 à 10:31\nObjet\u{202F}: Résultats\nÀ\u{202F}: tryphon@mss.test\n\nBonjour,\n> cité\n"
        );
    }

    #[test]
    fn a_name_cannot_add_a_line() {
        let mut message = original("x");
        message.from.label = "Bianca\r\n> faux".into();
        assert_eq!(reply(&message).lines().count(), 2);
        message.subject = "a\nÀ : personne".into();
        assert_eq!(forward(&message).lines().filter(|line| line.starts_with("À")).count(), 1);
    }

    #[test]
    fn a_sentence_that_looks_like_one_is_not_a_quotation() {
        let written = "Le labo a écrit :\nrien.\n";
        assert_eq!(split(written), (written, ""));
        let (text, quoted) = split("Bonjour\n\nLe 1er, B a écrit :\n> x\n\nNon.\n");
        assert!(quoted.is_empty() && text.ends_with("Non.\n"));
    }

    proptest! {
        #[test]
        fn what_was_quoted_is_found_again(written in "([a-zé .,:]{0,20}\n){0,4}", text in "\\PC{0,40}(\n>? ?\\PC{0,20}){0,5}") {
            let quoted = [reply(&original(&text)), forward(&original(&text))];
            for quoted in quoted.iter().filter(|q| q.contains("\n>") || q.starts_with(FORWARDED)) {
                let whole = format!("{written}\n{quoted}");
                let (before, after) = split(&whole);
                prop_assert_eq!(before.trim_end(), written.trim_end());
                prop_assert_eq!(after, quoted.as_str());
            }
        }
    }
}
