//! Addresses (RFC 5322, section 3.4) and Message-IDs.

use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

use super::clean;
use super::header::Header;
use super::limits::{HEADER, LINE, REFERENCES};
use super::model::Correspondent;
use super::words;

/// A bounded list of people, and how many more there are.
#[derive(Default)]
pub(super) struct People {
    pub list: Vec<Correspondent>,
    pub more: usize,
}

/// The people that all fields of this name list, `most` of them; the others are counted.
pub(super) fn people(header: &Header<'_>, field: &str, most: usize) -> People {
    let mut people = People::default();
    for value in header.all(field, HEADER) {
        read(&value, most, &mut people);
    }
    people
}

/// The first person that a field names.
pub(super) fn person(header: &Header<'_>, field: &str) -> Option<Correspondent> {
    people(header, field, 1).list.into_iter().next()
}

fn read(value: &str, most: usize, people: &mut People) {
    let mut field = words::normalise(value);
    // The parser wants an end; a field cut by a limit has none.
    field.push_str("\r\n");
    let HeaderValue::Address(addresses) = MessageStream::new(field.as_bytes()).parse_address() else { return };
    // `DUPONT, Jean <jean@…>` without quotation marks is one person, not two.
    let mut loose = String::new();
    for address in addresses.iter() {
        let name = address.name().unwrap_or_default();
        let Some(address) = address.address().or(Some(name).filter(|name| name.contains('@'))) else {
            if !loose.is_empty() {
                loose.push_str(", ");
            }
            loose.extend(name.chars().take(LINE));
            continue;
        };
        let name = if address == name { "" } else { name };
        if people.list.len() >= most {
            people.more += 1;
            loose.clear();
            continue;
        }
        let separator = if loose.is_empty() || name.is_empty() { "" } else { ", " };
        let name = clean::line(&format!("{loose}{separator}{name}"), LINE);
        loose.clear();
        let address = clean::line(address, LINE).replace(' ', "");
        if !address.contains(char::is_alphanumeric) {
            continue;
        }
        // Some programs write the address for a name; some people write another address, to be taken for it.
        let name = if name.contains('@') && !name.contains(' ') { String::new() } else { name };
        people.list.push(Correspondent { name, address });
    }
    if !loose.is_empty() && people.list.len() < most {
        people.list.push(Correspondent { name: clean::line(&loose, LINE), address: String::new() });
    }
}

/// Message-IDs of a field, with their angle brackets: the first one and the last ones, since a thread is known by its
/// beginning and answered at its end.
pub(super) fn ids(value: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((id, after)) = after.split_once('>') else { break };
        rest = after;
        // Folding is undone, and nothing else is in an identifier.
        let id: String = id.chars().filter(|c| !c.is_whitespace()).collect();
        if id.is_empty() || id.len() > 998 || !id.bytes().all(|b| b.is_ascii_graphic() && b != b'<') {
            continue;
        }
        ids.push(format!("<{id}>"));
        if ids.len() > REFERENCES {
            ids.remove(1);
        }
    }
    if ids.is_empty() {
        let bare = value.trim();
        if (1..998).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>')) {
            ids.push(format!("<{bare}>"));
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(value: &str) -> String {
        let mut people = People::default();
        read(value, 3, &mut people);
        let list: Vec<String> = people.list.iter().map(|p| format!("{}|{}", p.name, p.address)).collect();
        format!("{} +{}", list.join(" "), people.more)
    }

    #[test]
    fn people_as_programs_write_them() {
        for (value, expected) in [
            ("Dr Zoé LAMPION <zoe@mss.test>", "Dr Zoé LAMPION|zoe@mss.test +0"),
            ("\"LAMPION, Zoé\" <zoe@mss.test>, b@mss.test", "LAMPION, Zoé|zoe@mss.test |b@mss.test +0"),
            ("LAMPION, Zoé <zoe@mss.test>", "LAMPION, Zoé|zoe@mss.test +0"),
            ("=?iso-8859-1?Q?LAMPION=2C_Zo=E9?= <zoe@mss.test>", "LAMPION, Zoé|zoe@mss.test +0"),
            ("\"=?utf-8?Q?Zo=C3=A9?=\" <zoe@mss.test>", "Zoé|zoe@mss.test +0"),
            ("zoe@mss.test (Zoé)", "Zoé|zoe@mss.test +0"),
            ("zoe@mss.test", "|zoe@mss.test +0"),
            ("\"zoe@mss.test\" <zoe@mss.test>", "|zoe@mss.test +0"),
            ("\"bianca@mss.test\" <intrus@exemple.test>", "|intrus@exemple.test +0"),
            ("a@b; c@d", "|a@b |c@d +0"),
            ("Equipe : a@b, c@d;", "|a@b |c@d +0"),
            ("undisclosed-recipients:;", " +0"),
            ("a@b, c@d, e@f, g@h, i@j", "|a@b |c@d |e@f +2"),
            ("Secretariat", "Secretariat| +0"),
            ("<<<>>>, ;:", " +0"),
            ("Pay\u{202E}lap <a@\u{200B}b>", "Paylap|a@b +0"),
        ] {
            assert_eq!(shown(value), expected, "{value}");
        }
    }

    #[test]
    fn identifiers_keep_their_brackets() {
        assert_eq!(ids("<a@b>\r\n <c@d> (comment)"), ["<a@b>", "<c@d>"]);
        assert_eq!(ids("a@b"), ["<a@b>"]);
        assert!(ids("<a b\u{e9}> <").is_empty());
    }

    #[test]
    fn a_long_thread_keeps_its_beginning_and_its_end() {
        let many: String = (0..500).map(|n| format!("<{n}@a> ")).collect();
        let kept = ids(&many);
        assert_eq!(kept.len(), REFERENCES);
        assert_eq!(
            (kept.first().map(String::as_str), kept.last().map(String::as_str)),
            (Some("<0@a>"), Some("<499@a>"))
        );
    }

    proptest! {
        #[test]
        fn any_field_is_read(value in "([<>,;:\"()@=?]|utf-8|\\?q\\?|\\PC){0,60}") {
            let mut people = People::default();
            read(&value, 5, &mut people);
            prop_assert!(people.list.len() <= 5);
            ids(&value);
        }
    }
}
