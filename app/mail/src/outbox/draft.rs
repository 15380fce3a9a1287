//! A draft, taken up again.
//!
//! Drafts may have been written by any program, so nothing is required of one: what cannot be understood is left out,
//! except a recipient or a document, which are kept as far as they go. There are no hidden copies here (`Bcc`), so
//! those of another program's draft go, and of its HTML stays the text.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Address, Encoding, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders as _};
use zeroize::Zeroizing;

use super::build::{CODES, END, INS, codes, file_name};
use super::outgoing::{Attachment, Identity, Kind, Outgoing, Recipient, Thread, Xdm, is_id};
use super::{quote, subject};
use crate::text;

/// Largest draft read, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;
/// Most recipients of a draft.
const MOST_RECIPIENTS: usize = 500;
/// Most documents of a draft.
const MOST_DOCUMENTS: usize = 200;
/// Most text parts put together.
const MOST_TEXTS: usize = 20;

impl Outgoing {
    /// Reads a draft as it lies on the server. It keeps its `Message-ID`, so that it is the same message when it is
    /// saved or sent. What its documents are ([`Outgoing::xdm`]) comes back as [`Outgoing::draft`] noted it: once they
    /// have gone, the caller takes it away. None if it is no message, or over 64 MB.
    #[must_use]
    pub fn from_draft(raw: &[u8], from: Identity, nil: impl Into<String>) -> Option<Self> {
        if raw.len() > LARGEST {
            return None;
        }
        let parser = MessageParser::new()
            .with_minimal_headers()
            .with_message_ids()
            .header_address(HeaderName::DispositionNotificationTo)
            .header_raw(CODES)
            .header_raw(INS)
            .header_raw(END);
        let read = parser.parse(raw)?;
        let mut message = Outgoing::new(from, nil);
        if let Some(id) = read.message_id().filter(|id| is_id(id)) {
            message.message_id = id.to_owned();
        }
        message.to = people(read.to());
        message.cc = people(read.cc());
        message.receipt_wanted = read.header(HeaderName::DispositionNotificationTo).is_some();
        (message.kind, message.thread) = place(&read);
        let line = text::clean(read.subject().unwrap_or_default());
        message.closes = line == "[FIN]" || field(&read, END).is_some_and(|value| value.eq_ignore_ascii_case("FIN"));
        message.xdm = medical(&read);
        message.thread.was_xdm_subject = line.starts_with(subject::XDM);
        message.subject = match (message.thread.was_xdm_subject, message.kind) {
            (true, Kind::Forward) => subject::forward(&line),
            _ => line,
        };
        let whole = written(&read);
        let (text, quoted) = quote::split(&whole);
        message.text = text.trim_end().to_owned();
        message.quoted = quoted.to_owned();
        message.attachments = read.attachments().take(MOST_DOCUMENTS).filter_map(|part| document(part, raw)).collect();
        Some(message)
    }
}

/// A field kept as it is.
fn field<'m>(read: &'m Message<'_>, name: &'static str) -> Option<&'m str> {
    match read.header(name)? {
        HeaderValue::Text(value) => Some(value.trim()),
        _ => None,
    }
}

/// What its documents are, from the fields that [`Outgoing::draft`] writes.
fn medical(read: &Message<'_>) -> Option<Xdm> {
    let (types, ins) = (field(read, CODES), field(read, INS));
    let types = codes(types.iter().flat_map(|types| types.split(','))).into_iter().map(str::to_owned).collect();
    let xdm = Xdm { types, ins: ins.is_some_and(|ins| ins.eq_ignore_ascii_case("O")) };
    (ins.is_some() || !xdm.types.is_empty()).then_some(xdm)
}

fn people(list: Option<&Address<'_>>) -> Vec<Recipient> {
    let mut out = vec![];
    let one = |address: &mail_parser::Addr<'_>| Recipient {
        address: text::clean(address.address().unwrap_or_default()),
        label: text::clean(address.name().unwrap_or_default()),
    };
    match list {
        None => {}
        Some(Address::List(list)) => out.extend(list.iter().take(MOST_RECIPIENTS).map(one)),
        Some(Address::Group(groups)) => {
            for group in groups.iter().take(MOST_RECIPIENTS) {
                match (&group.name, group.addresses.is_empty()) {
                    // What was being typed: see `Outgoing::draft`.
                    (Some(name), true) => out.push(Recipient { address: text::clean(name), label: String::new() }),
                    _ => out.extend(group.addresses.iter().map(one)),
                }
            }
            out.truncate(MOST_RECIPIENTS);
        }
    }
    // A name without an address is not an address yet either.
    for person in &mut out {
        if person.address.is_empty() {
            person.address = std::mem::take(&mut person.label);
        }
    }
    out.retain(|person| !person.address.is_empty());
    out
}

/// Where it belongs, from the fields that [`Outgoing::draft`] writes.
fn place(read: &Message<'_>) -> (Kind, Thread) {
    let ids = |value: &HeaderValue<'_>| -> Vec<String> {
        let list: Vec<&str> = match value {
            HeaderValue::Text(id) => vec![id.as_ref()],
            HeaderValue::TextList(ids) => ids.iter().map(AsRef::as_ref).collect(),
            _ => vec![],
        };
        list.into_iter().filter(|id| is_id(id)).take(MOST_RECIPIENTS).map(str::to_owned).collect()
    };
    let parent = ids(read.in_reply_to()).pop();
    let mut references = ids(read.references());
    let kind = match (&parent, references.is_empty()) {
        (Some(_), _) => Kind::Reply,
        (None, false) => Kind::Forward,
        (None, true) => Kind::New,
    };
    let message_id = parent.or_else(|| references.last().cloned());
    references.retain(|id| Some(id) != message_id.as_ref());
    (kind, Thread { message_id, references, ..Thread::default() })
}

/// Its text; that of an HTML draft is the HTML without its marks.
fn written(read: &Message<'_>) -> String {
    let mut out = String::new();
    for at in 0..read.text_body_count().min(MOST_TEXTS) {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(&read.body_text(at).unwrap_or_default().replace("\r\n", "\n").replace('\r', "\n"));
    }
    out
}

fn document(part: &MessagePart<'_>, raw: &[u8]) -> Option<Attachment> {
    if part.is_multipart() {
        return None;
    }
    let kind = part.content_type().map_or_else(String::new, |kind| match kind.subtype() {
        Some(subtype) => format!("{}/{subtype}", kind.ctype()),
        None => String::new(),
    });
    Some(Attachment {
        name: file_name(part.attachment_name().unwrap_or_default()),
        media_type: kind,
        bytes: decoded(part, raw),
    })
}

/// The bytes of a part. The parser's own reading of a text has changed its letters into UTF-8.
pub(super) fn decoded(part: &MessagePart<'_>, raw: &[u8]) -> Zeroizing<Vec<u8>> {
    let body = raw.get(part.raw_body_offset() as usize..part.raw_end_offset() as usize);
    let plain = match (&part.encoding, body) {
        _ if !part.is_text() => None,
        (Encoding::Base64, Some(body)) => base64_decode(body),
        (Encoding::QuotedPrintable, Some(body)) => quoted_printable_decode(body),
        (Encoding::None, Some(body)) => Some(body.to_vec()),
        (_, None) => None,
    };
    Zeroizing::new(plain.unwrap_or_else(|| part.contents().to_vec()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use proptest::prelude::*;

    use super::super::build::tester;
    use super::super::outgoing::Original;
    use super::*;
    use crate::time::Moment;

    const NOW: Moment = Moment { unix: 1_795_426_260, offset: 60 };

    fn person(address: &str, label: &str) -> Recipient {
        Recipient { address: address.into(), label: label.into() }
    }

    fn again(message: &Outgoing) -> Outgoing {
        Outgoing::from_draft(&message.draft(NOW), tester(), message.nil.clone()).unwrap()
    }

    fn original() -> Original {
        Original {
            from: person("bianca@mss.test", "Dr Bianca CASTAFIORE"),
            to: vec![person("tryphon.tournesol@mss.test", "")],
            subject: "Résultats".into(),
            date: NOW,
            text: "Bonjour,\n\n> déjà cité\nBien à vous".into(),
            thread: Thread {
                message_id: Some("2@mss.test".into()),
                references: vec!["1@mss.test".into()],
                ..Thread::default()
            },
            ..Original::default()
        }
    }

    #[test]
    fn a_draft_comes_back_as_it_was_left() {
        let mut message = Outgoing::reply(tester(), "nil", &original(), false);
        message.text = "Bonjour,\n\nOui\u{202F}: à demain. 😀".into();
        message.receipt_wanted = true;
        message.cc = vec![person("hans@mss.test", "Hans KROLLSPELL")];
        let every: Vec<u8> = (0..=255).collect();
        for (name, kind) in [("a.pdf", "application/pdf"), ("notes – zoé.txt", "text/plain")] {
            let bytes = Zeroizing::new(every.clone());
            message.attachments.push(Attachment { name: name.into(), media_type: kind.into(), bytes });
        }
        assert!(again(&message) == message);
        let mut message = Outgoing::forward(tester(), "nil", &original());
        message.to = vec![person("hans@mss.test", "")];
        message.text = "Pour avis.".into();
        assert!(again(&message) == message);
        let message = Outgoing::new(tester(), "nil");
        assert!(again(&message) == message);
    }

    #[test]
    fn what_was_being_typed_is_not_lost() {
        let mut message = Outgoing::new(tester(), "nil");
        message.to = vec![person("bianca@mss.test", "Bianca"), person("dr. han", ""), person("a@b@, x;", "")];
        message.cc = vec![person("hans@", "Hans")];
        let back = again(&message);
        let addresses: Vec<&str> = back.recipients().map(|p| p.address.as_str()).collect();
        assert_eq!(addresses, ["bianca@mss.test", "dr. han", "a@b@, x;", "hans@"]);
    }

    #[test]
    fn a_draft_of_another_program_is_taken_up() {
        let raw = b"From: x\r\nTo: Zo\xe9 <zoe@mss.test>, personne\r\nSubject: =?iso-8859-1?Q?R=E9sultats?=\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n\
            <p>Bonjour,<br>voil\xe0 &amp; merci</p><script>x()</script>\r\n--b--\r\n";
        let message = Outgoing::from_draft(raw, tester(), "nil").unwrap();
        assert_eq!(message.subject, "Résultats");
        assert!(message.text.contains("Bonjour,") && message.text.contains("voilà & merci"), "{:?}", message.text);
        assert!(message.recipients().any(|p| p.address == "zoe@mss.test"));
        assert_eq!(message.from.address, tester().address);
    }

    #[test]
    fn an_attached_message_stays_a_file() {
        let raw = b"Subject: a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntexte\r\n--b\r\n\
            Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=ancien.eml\r\n\r\n\
            Subject: dedans\r\n\r\nbonjour\r\n--b--\r\n";
        let message = Outgoing::from_draft(raw, tester(), "nil").unwrap();
        assert_eq!((message.text.as_str(), message.attachments.len()), ("texte", 1));
        assert_eq!(message.attachments[0].name, "ancien.eml");
        assert!(message.attachments[0].bytes.starts_with(b"Subject: dedans"));
    }

    #[test]
    fn a_transfer_of_a_document_stays_one() {
        let mut message = Outgoing::forward(
            tester(),
            "nil",
            &Original { subject: "XDM/1.0/DDM+Lettre LAMPION".into(), ..original() },
        );
        message.thread.was_xdm_subject = true;
        message.xdm = Some(Xdm { types: vec!["34112-3".into(), "PRESC-BIO".into()], ins: true });
        let back = again(&message);
        assert!(back.thread.was_xdm_subject && back.xdm == message.xdm);
        assert_eq!(back.subject, "Tr : Lettre LAMPION");
        message.xdm = Some(Xdm::default());
        assert!(again(&message).xdm == message.xdm);
        message.xdm = None;
        assert!(again(&message).xdm.is_none());
    }

    #[test]
    fn the_end_of_an_exchange_stays_one() {
        let mut message =
            Outgoing::closing(tester(), "nil", person("279035121518989@patient.mssante.fr", ""), "Bonjour");
        assert!(again(&message).closes);
        message.subject = "Vos résultats".into();
        assert!(again(&message).closes);
        message.closes = false;
        assert!(!again(&message).closes);
    }

    #[test]
    fn what_another_program_wrote_of_its_documents_is_taken_with_care() {
        let read = |fields: &str| {
            let raw = format!("Subject: a\r\n{fields}\r\nbonjour\r\n");
            Outgoing::from_draft(raw.as_bytes(), tester(), "nil").unwrap()
        };
        let xdm = read("x-mss-codecda: 34112-3, PRESC-BIO ,34112-3,a b,<x>,\r\nX-MSS-INS: o\r\n").xdm.unwrap();
        assert_eq!((xdm.types, xdm.ins), (vec!["34112-3".to_owned(), "PRESC-BIO".to_owned()], true));
        assert!(!read("X-MSS-CODECDA: 34112-3\r\n").xdm.unwrap().ins);
        for none in ["", "X-MSS-CODECDA: ,,\r\n", "X-MSS-CODECDA:\r\n"] {
            assert!(read(none).xdm.is_none(), "{none:?}");
        }
        assert!(read("X-MSS-MES: FIN\r\n").closes && !read("X-MSS-MES: AUTRE\r\n").closes);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(raw in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = Outgoing::from_draft(&raw, tester(), "nil");
            let mut mail = b"To: ".to_vec();
            mail.extend(&raw);
            mail.extend(b"\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n");
            mail.extend(&raw);
            mail.extend(b"\r\n--b--\r\n");
            if let Some(message) = Outgoing::from_draft(&mail, tester(), "nil") {
                let _ = message.draft(NOW);
            }
        }

        #[test]
        fn any_written_text_comes_back(
            text in "(\\PC{0,60}\n{0,2}){0,5}", subject in "\\PC{0,80}", name in "\\PC{0,30}", bytes in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let mut message = Outgoing::reply(tester(), "nil", &original(), true);
            message.text = text::clean(&text);
            message.subject = text::clean(&subject);
            message.to = vec![person("a@mss.test", &text::clean(&name))];
            message.attachments = vec![Attachment { name: "d.csv".into(), media_type: "text/csv".into(), bytes: Zeroizing::new(bytes) }];
            let back = again(&message);
            prop_assert_eq!(&back.text, message.text.trim_end());
            prop_assert_eq!(&back.quoted, &message.quoted);
            prop_assert!(back.attachments == message.attachments);
            prop_assert_eq!(back.message_id(), message.message_id());
            prop_assert_eq!(back.recipients().count(), 1);
        }
    }
}
