//! Read receipts (RFC 8098): the answer «displayed», sent only because a person decided so.

use std::fmt;

use mail_builder::MessageBuilder;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::{BodyPart, MimePart};
use mail_parser::{HeaderName, HeaderValue, MessageParser, MimeHeaders as _};

use super::address::is_address;
use super::build::{BuildError, Built, Envelope, bytes, mailbox, product};
use super::outgoing::{Identity, Recipient, is_id, new_id};
use super::when;
use crate::text;
use crate::time::Moment;

/// Most bytes of a header looked at.
const LONGEST_HEADER: usize = 256 * 1024;

/// A message whose writer would like to know that it was read.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ReceiptRequest {
    /// Where the receipt is to go (`Disposition-Notification-To`).
    pub to: Recipient,
    /// Its identifier, without angle brackets.
    pub message_id: Option<String>,
    /// Its subject.
    pub subject: String,
    /// When it was written, in the zone of the site.
    pub sent: Option<Moment>,
    /// `Original-Recipient`, as `rfc822;a@mss.test`, where a server noted one.
    pub original_recipient: Option<String>,
}

impl fmt::Debug for ReceiptRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptRequest(…)")
    }
}

impl ReceiptRequest {
    /// Reads the request from a message or its header. None where no receipt is asked for, where it is asked for at
    /// more than one address or at none, in one field or in several, and in what is itself a receipt or a report, which
    /// must have none (RFC 8098 section 2.1). `Return-Path` is not compared: what that is for is to ask the person
    /// first, and here the person is always asked.
    #[must_use]
    pub fn read(header: &[u8]) -> Option<Self> {
        let header = header.get(..LONGEST_HEADER).unwrap_or(header);
        let parser = MessageParser::new()
            .with_minimal_headers()
            .with_message_ids()
            .header_address(HeaderName::DispositionNotificationTo)
            .default_header_raw();
        let read = parser.parse_headers(header)?;
        let is_report = read.content_type().is_some_and(|kind| {
            kind.ctype().eq_ignore_ascii_case("multipart")
                && kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("report"))
        });
        let mut fields = read.header_values(HeaderName::DispositionNotificationTo);
        let (Some(field), None, false) = (fields.next(), fields.next(), is_report) else { return None };
        let mut asked = field.as_address()?.iter();
        let (Some(to), None) = (asked.next(), asked.next()) else { return None };
        let to = Recipient {
            address: to.address().unwrap_or_default().trim().to_owned(),
            label: text::clean(to.name().unwrap_or_default()),
        };
        if !is_address(&to.address) {
            return None;
        }
        let raw = |name: HeaderName<'static>| match read.header(name) {
            Some(HeaderValue::Text(value)) => Some(value.trim().to_owned()),
            _ => None,
        };
        Some(ReceiptRequest {
            to,
            message_id: read.message_id().filter(|id| is_id(id)).map(str::to_owned),
            subject: text::clean(read.subject().unwrap_or_default()),
            sent: read.date().map(|date| Moment {
                unix: date.to_timestamp(),
                offset: (i16::from(date.tz_hour) * 60 + i16::from(date.tz_minute))
                    * if date.tz_before_gmt { -1 } else { 1 },
            }),
            original_recipient: raw(HeaderName::OriginalRecipient),
        })
    }
}

/// The receipt: `manual-action/MDN-sent-manually; displayed`. Its envelope has no sender, so that nothing is ever
/// reported about it (RFC 8098 section 3).
///
/// # Errors
/// [`BuildError`] if an address cannot stand where it must, which for a receipt is ASCII.
pub fn receipt(request: &ReceiptRequest, me: &Identity, nil: &str, now: Moment) -> Result<Built, BuildError> {
    if !is_address(&me.address) || !me.address.is_ascii() {
        return Err(BuildError::BadSender);
    }
    if !is_address(&request.to.address) {
        return Err(BuildError::BadAddress(request.to.clone()));
    }
    let message_id = new_id(&me.address);
    let subject = text::clean(&request.subject);
    let mut message = MessageBuilder::new()
        .header("From", mailbox(&me.label, &me.address))
        .header("To", mailbox(&request.to.label, &request.to.address))
        .header("Subject", Text::new(text::clean(&format!("Accusé de lecture : {subject}"))))
        .header("Date", Raw::new(when::header(now)))
        .header("Message-ID", MessageId::new(message_id.clone()));
    let original = request.message_id.as_deref().filter(|id| is_id(id));
    if let Some(id) = original {
        message = message.header("In-Reply-To", MessageId::new(id)).header("References", MessageId::new(id));
    }
    message = product(message, nil);
    let words = words(request, &subject, &me.address);
    let parts = vec![
        MimePart::new(ContentType::new("text/plain").attribute("charset", "utf-8"), BodyPart::Text(words.into())),
        MimePart::new(
            ContentType::new("message/disposition-notification"),
            BodyPart::Binary(fields(request, original, me).into_bytes().into()),
        )
        .transfer_encoding("7bit"),
    ];
    let report = ContentType::new("multipart/report").attribute("report-type", "disposition-notification");
    let raw = bytes(message.body(MimePart::new(report, parts)));
    let envelope = Envelope { from: String::new(), to: vec![request.to.address.clone()] };
    Ok(Built { raw, envelope, message_id })
}

/// For people.
fn words(request: &ReceiptRequest, subject: &str, me: &str) -> String {
    let date = request.sent.map_or_else(String::new, |sent| format!(" le {}", when::spoken(sent)));
    let about =
        if subject.is_empty() { String::new() } else { format!(", dont l’objet est «\u{A0}{subject}\u{A0}»") };
    format!(
        "Le message envoyé{date} à {me}{about}, a été affiché.\r\n\r\nCela ne garantit pas qu’il a été lu ou compris.\r\n"
    )
}

/// For programs (RFC 8098 section 3.1).
fn fields(request: &ReceiptRequest, original: Option<&str>, me: &Identity) -> String {
    let mut out = String::from("Reporting-UA: Guichet\r\n");
    let plain =
        |text: &&str| (1..=300).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    if let Some(recipient) = request.original_recipient.as_deref().map(str::trim).filter(plain) {
        out.push_str(&format!("Original-Recipient: {recipient}\r\n"));
    }
    out.push_str(&format!("Final-Recipient: rfc822;{}\r\n", me.address));
    if let Some(id) = original {
        out.push_str(&format!("Original-Message-ID: <{id}>\r\n"));
    }
    out.push_str("Disposition: manual-action/MDN-sent-manually; displayed\r\n");
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use proptest::prelude::*;

    use super::super::build::tester;
    use super::*;

    const NOW: Moment = Moment { unix: 1_795_426_260, offset: 60 };
    const ASKED: &str = "Return-Path: <bianca@mss.test>\r\nFrom: Dr Bianca <bianca@mss.test>\r\nTo: x@mss.test\r\n\
        Subject: =?utf-8?q?R=C3=A9sultats?=\r\nDate: Mon, 23 Nov 2026 10:31:00 +0100\r\nMessage-ID: <42@mss.test>\r\n\
        Disposition-Notification-To: Dr Bianca <bianca@mss.test>\r\nOriginal-Recipient: rfc822;alias@mss.test\r\n\r\nx";

    #[test]
    fn a_request_is_read_from_a_header() {
        let request = ReceiptRequest::read(ASKED.as_bytes()).unwrap();
        assert_eq!((request.to.address.as_str(), request.to.label.as_str()), ("bianca@mss.test", "Dr Bianca"));
        assert_eq!(request.message_id.as_deref(), Some("42@mss.test"));
        assert_eq!((request.subject.as_str(), request.sent), ("Résultats", Some(NOW)));
        assert_eq!(request.original_recipient.as_deref(), Some("rfc822;alias@mss.test"));
    }

    #[test]
    fn what_must_have_no_receipt_asks_for_none() {
        for (from, to) in [
            ("Disposition-Notification-To: Dr Bianca <bianca@mss.test>\r\n", ""),
            ("Disposition-Notification-To: Dr", "Disposition-Notification-To: z@mss.test, Dr"),
            // Two fields, of which one would do, whichever it is.
            ("Disposition-Notification-To:", "Disposition-Notification-To: z@mss.test\r\nDisposition-Notification-To:"),
            ("Disposition-Notification-To:", "Disposition-Notification-To: <>\r\nDisposition-Notification-To:"),
            ("Subject:", "disposition-notification-to: <bianca@mss.test>\r\nSubject:"),
            ("Original-Recipient:", "Disposition-Notification-To:\r\nOriginal-Recipient:"),
            ("Dr Bianca <bianca@mss.test>\r\nOriginal", "pas une adresse\r\nOriginal"),
            ("Subject:", "Content-Type: multipart/report; report-type=disposition-notification\r\nSubject:"),
        ] {
            assert_eq!(ReceiptRequest::read(ASKED.replacen(from, to, 1).as_bytes()), None, "{to}");
        }
    }

    #[test]
    fn a_receipt_says_what_the_rfc_wants() {
        let request = ReceiptRequest::read(ASKED.as_bytes()).unwrap();
        let built = receipt(&request, &tester(), "GUICHET-1.0", NOW).unwrap();
        assert_eq!((built.envelope.from.as_str(), &built.envelope.to), ("", &vec!["bianca@mss.test".to_owned()]));
        let text = String::from_utf8(built.raw.to_vec()).unwrap();
        assert!(text.contains("multipart/report; report-type=\"disposition-notification\""), "{text}");
        assert!(text.contains("\r\nX-MSS-NIL: GUICHET-1.0\r\n") && text.contains("\r\nIn-Reply-To: <42@mss.test>\r\n"));
        assert!(
            text.contains(
                "\r\n\r\nReporting-UA: Guichet\r\nOriginal-Recipient: rfc822;alias@mss.test\r\n\
             Final-Recipient: rfc822;tryphon.tournesol@mss.test\r\nOriginal-Message-ID: <42@mss.test>\r\n\
             Disposition: manual-action/MDN-sent-manually; displayed\r\n"
            ),
            "{text}"
        );
        assert!(!text.contains("Disposition-Notification-To"));
        let read = mail_parser::MessageParser::new().parse(built.raw.as_slice()).unwrap();
        assert_eq!(read.subject(), Some("Accusé de lecture : Résultats"));
        let words = read.body_text(0).unwrap();
        assert!(words.starts_with("Le message envoyé le 23/11/2026 à 10:31 à tryphon.tournesol@mss.test"), "{words}");
        assert!(!format!("{request:?} {built:?}").contains("bianca"));
    }

    #[test]
    fn a_receipt_needs_two_addresses() {
        let request = ReceiptRequest::read(ASKED.as_bytes()).unwrap();
        let nobody = Identity::default();
        assert_eq!(receipt(&request, &nobody, "nil", NOW), Err(BuildError::BadSender));
        let broken = ReceiptRequest { to: Recipient { address: "a\r\nb@c".into(), label: String::new() }, ..request };
        assert_eq!(receipt(&broken, &tester(), "nil", NOW), Err(BuildError::BadAddress(broken.to.clone())));
    }

    proptest! {
        #[test]
        fn no_request_adds_a_field(
            subject in "[ -~\\r\\né]{0,60}", id in "[ -~\\r\\n]{0,40}", original in "[ -~\\r\\né]{0,40}", label in "[ -~\\r\\né]{0,40}",
        ) {
            let request = ReceiptRequest {
                to: Recipient { address: "bianca@mss.test".into(), label },
                message_id: Some(id),
                subject,
                original_recipient: Some(original),
                ..ReceiptRequest::default()
            };
            let built = receipt(&request, &tester(), "nil", NOW).unwrap();
            let text = String::from_utf8(built.raw.to_vec()).unwrap();
            prop_assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
            let head = text.split("\r\n\r\n").next().unwrap();
            let names = head.split("\r\n").filter(|l| !l.starts_with([' ', '\t'])).map(|l| l.split_once(':').unwrap().0);
            let allowed = ["From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "X-MSS-NIL", "MIME-Version", "Content-Type"];
            for name in names {
                prop_assert!(allowed.contains(&name), "{}", name);
            }
            let report = text.split("Reporting-UA").nth(1).unwrap();
            let lines: Vec<&str> = report.split("\r\n").take_while(|l| !l.starts_with("--")).filter(|l| !l.is_empty()).collect();
            prop_assert!(lines.len() <= 5, "{:?}", lines);
        }

        #[test]
        fn any_header_is_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut header = b"Disposition-Notification-To: a@mss.test\r\nOriginal-Recipient: ".to_vec();
            header.extend(bytes);
            let _ = ReceiptRequest::read(&header);
        }
    }
}
