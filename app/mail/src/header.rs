//! Addresses and subject of a row, from the few header fields that are fetched.
//!
//! The fields are asked for by name and cut by the server, and not as `ENVELOPE`, which brings every recipient of a
//! mail sent to a whole hospital.

use mail_parser::{HeaderName, MessageParser};

use crate::summary::Correspondent;
use crate::text;

/// What the header fields of a row say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    pub from: Correspondent,
    pub to: Option<Correspondent>,
    pub subject: String,
}

/// Reads header fields; built once a page.
pub(crate) struct HeaderReader(MessageParser);

impl HeaderReader {
    pub fn new() -> Self {
        HeaderReader(
            MessageParser::new()
                .header_address(HeaderName::From)
                .header_address(HeaderName::To)
                .header_address(HeaderName::Cc)
                .header_text(HeaderName::Subject)
                .default_header_ignore(),
        )
    }

    /// Everybody named in `From`, `To` and `Cc`, some at most.
    pub fn people(&self, fields: &[u8], most: usize) -> Vec<Correspondent> {
        let mut fields = text::to_utf8(fields);
        fields.push_str("\r\n\r\n");
        let Some(message) = self.0.parse_headers(fields.as_bytes()) else { return vec![] };
        let all = [message.from(), message.to(), message.cc()].into_iter().flatten();
        all.flat_map(|address| address.iter()).take(most).map(correspondent).collect()
    }

    /// Reads fields as a server sends them. They may be cut anywhere, hold raw 8-bit text or broken encoded words.
    pub fn read(&self, fields: &[u8]) -> Header {
        let mut fields = text::to_utf8(fields);
        // A field cut by the limit has no end of its own.
        fields.push_str("\r\n\r\n");
        let Some(message) = self.0.parse_headers(fields.as_bytes()) else { return Header::default() };
        let first = |address: Option<&mail_parser::Address<'_>>| address.and_then(|a| a.first()).map(correspondent);
        Header {
            from: first(message.from()).unwrap_or_default(),
            to: first(message.to()),
            subject: text::clean(message.subject().unwrap_or_default()),
        }
    }
}

fn correspondent(address: &mail_parser::Addr<'_>) -> Correspondent {
    Correspondent {
        name: text::clean(address.name().unwrap_or_default()),
        address: text::clean(address.address().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(fields: &str) -> Header {
        HeaderReader::new().read(fields.as_bytes())
    }

    #[test]
    fn encoded_words_folding_and_quotes() {
        let header = read(
            "From: =?utf-8?q?CHU_=E2=80=93_Service?= =?utf-8?b?IGRlIGNhcmRpb2xvZ2ll?=\r\n <secretariat@mss.test>\r\n\
             Subject: =?iso-8859-1?Q?R=E9sultats?= du\r\n\t22/11\r\nTo: \"DUPONT, Zo\\\"e\" <zoe@mss.test>, autre@mss.test\r\n\r\n",
        );
        assert_eq!(header.from.name, "CHU – Service de cardiologie");
        assert_eq!(header.from.address, "secretariat@mss.test");
        assert_eq!(header.subject, "Résultats du 22/11");
        assert_eq!(header.to.map(|to| to.name).as_deref(), Some("DUPONT, Zo\"e"));
    }

    #[test]
    fn everybody_in_the_address_fields() {
        let fields = b"To: =?utf-8?q?Zo=C3=A9?= <zoe@mss.test>, b@mss.test\r\nCc: Groupe: c@mss.test, d@mss.test;\r\n";
        let people = HeaderReader::new().people(fields, 3);
        let seen: Vec<_> = people.iter().map(|p| (p.name.as_str(), p.address.as_str())).collect();
        assert_eq!(seen, [("Zoé", "zoe@mss.test"), ("", "b@mss.test"), ("", "c@mss.test")]);
    }

    #[test]
    fn a_subject_in_raw_latin_1() {
        let header = HeaderReader::new().read(b"Subject: Compte rendu de Zo\xe9\r\n");
        assert_eq!(header.subject, "Compte rendu de Zoé");
    }

    #[test]
    fn broken_fields_still_make_a_row() {
        assert_eq!(read("Subject: =?utf-8?q?cass=C3").subject, "=?utf-8?q?cass=C3");
        assert_eq!(read("From: <<<>>>, ;:\r\nSubject:\r\n").subject, "");
        assert_eq!(read("").subject, "");
        assert_eq!(read("Subject: a\r\nSubject: b\r\n\r\nSubject: c").subject.len(), 1);
    }

    #[test]
    fn an_encoded_word_cannot_smuggle_a_line_or_an_override() {
        let header = read("Subject: =?utf-8?b?YQ0KYi7igK5mZHA=?=\r\n");
        assert_eq!(header.subject, "a b.fdp");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let mut fields = b"Subject: ".to_vec();
            fields.extend(&bytes);
            fields.extend(b"\r\nFrom: ");
            fields.extend(&bytes);
            HeaderReader::new().read(&fields);
            HeaderReader::new().read(&bytes);
        }

        #[test]
        fn any_encoded_word_is_read_without_panic(
            charset in "[a-zA-Z0-9*?-]{0,12}", mode in "[qQbBx]", body in "[ -~]{0,40}", rest in "(=\\?|\\?=|[ -~]){0,20}",
        ) {
            read(&format!("Subject: =?{charset}?{mode}?{body}?={rest}\r\nFrom: =?{charset}?{mode}?{body}?= <{rest}>\r\n"));
        }
    }
}
