#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;

use mail_parser::{MessageParser, MimeHeaders as _};
use proptest::prelude::*;

use super::*;
use crate::outbox::draft::decoded;
use crate::outbox::outgoing::{Thread, Xdm};

const NOW: Moment = Moment { unix: 1_795_426_260, offset: 60 };
const NIL: &str = "GUICHET-1.0";

fn to(address: &str, label: &str) -> Recipient {
    Recipient { address: address.into(), label: label.into() }
}

fn letter() -> Outgoing {
    let mut message = Outgoing::new(tester(), NIL);
    message.to = vec![to("bianca.castafiore@mss.test", "Dr Bianca CASTAFIORE")];
    message.subject = "Résultats de M. Lampion".into();
    message.text = "Bonjour,\n\nVoici les résultats\u{202F}: l’hémoglobine est à 13,2 g/dl.\n\n.\nBien à vous,".into();
    message
}

fn pdf(name: &str, bytes: &[u8]) -> Attachment {
    Attachment { name: name.into(), media_type: "application/pdf".into(), bytes: Zeroizing::new(bytes.to_vec()) }
}

fn raw(message: &Outgoing) -> String {
    String::from_utf8(message.build(NOW).unwrap().raw.to_vec()).unwrap()
}

/// Field names of a header, in their order.
fn fields(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw).into_owned();
    let head = text.split("\r\n\r\n").next().unwrap();
    let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    lines.map(|line| line.split_once(':').map_or(line, |(name, _)| name).to_owned()).collect()
}

/// What every message must hold to, whatever went in.
fn sound(raw: &[u8]) {
    assert!(raw.ends_with(b"\r\n"));
    assert!(!raw.contains(&0));
    for line in raw.split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        assert!(line.len() <= 998 && !line.contains(&b'\r'), "{} bytes", line.len());
    }
    let newlines = raw.iter().filter(|b| **b == b'\n').count();
    assert_eq!(raw.windows(2).filter(|two| two == b"\r\n").count(), newlines);
}

#[test]
fn a_letter_reads_as_it_was_written() {
    let message = letter();
    let built = message.build(NOW).unwrap();
    sound(&built.raw);
    assert!(built.raw.is_ascii());
    let read = MessageParser::new().parse(built.raw.as_slice()).unwrap();
    assert_eq!(read.subject(), Some("Résultats de M. Lampion"));
    assert_eq!(read.from().unwrap().first().unwrap().name(), Some("Dr Tryphon TOURNESOL, Cabinet de Moulinsart"));
    assert_eq!(read.to().unwrap().first().unwrap().address(), Some("bianca.castafiore@mss.test"));
    assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n"), format!("{}\n", message.text));
    assert_eq!(read.message_id(), Some(message.message_id()));
    let text = raw(&message);
    assert!(text.contains("\r\nDate: Mon, 23 Nov 2026 10:31:00 +0100\r\n"), "{text}");
    assert!(text.contains("\r\nX-MSS-NIL: GUICHET-1.0\r\n"));
    assert!(text.contains("Content-Transfer-Encoding: quoted-printable"), "{text}");
    // Sent twice, it is the same message.
    assert_eq!(message.build(Moment { unix: NOW.unix + 60, ..NOW }).unwrap().message_id, built.message_id);
    assert_eq!(
        fields(&built.raw),
        [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "X-MSS-NIL",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
        ]
    );
}

#[test]
fn the_envelope_has_everybody_once() {
    let mut message = letter();
    message.cc = vec![to("labo@mss.test", ""), to("Bianca.Castafiore@MSS.test", "La même")];
    let envelope = message.build(NOW).unwrap().envelope;
    assert_eq!(envelope.from, "tryphon.tournesol@mss.test");
    assert_eq!(envelope.to, ["bianca.castafiore@mss.test", "labo@mss.test"]);
    message.cc.push(to("pas une adresse", ""));
    assert_eq!(message.build(NOW), Err(BuildError::BadAddress(to("pas une adresse", ""))));
    (message.to, message.cc) = (vec![], vec![]);
    assert_eq!(message.build(NOW), Err(BuildError::NoRecipient));
    message.from.address = "a@b\r\nBcc: c@d".into();
    assert_eq!(message.build(NOW), Err(BuildError::BadSender));
}

#[test]
fn documents_come_out_byte_for_byte() {
    let every: Vec<u8> = (0..=255u8).cycle().take(70_001).collect();
    let tricky = b"a\rb\nc\r\n.\r\n\0\r\nFrom moi\n   \t\n".to_vec();
    let mut message = letter();
    message.attachments = vec![
        pdf("Compte rendu – Zoé LAMPION, 12⁄03⁄1948.pdf", &every),
        Attachment {
            name: "notes.txt".into(),
            media_type: "text/plain; charset=latin1".into(),
            bytes: Zeroizing::new(tricky.clone()),
        },
        Attachment {
            name: "ancien.eml".into(),
            media_type: "message/rfc822".into(),
            bytes: Zeroizing::new(tricky.clone()),
        },
        Attachment { name: String::new(), media_type: "x\r\ny: z/é".into(), bytes: Zeroizing::new(vec![]) },
    ];
    let built = message.build(NOW).unwrap();
    sound(&built.raw);
    assert!(built.raw.len() as u64 <= message.estimated_size(), "{} {}", built.raw.len(), message.estimated_size());
    let read = MessageParser::new().parse(built.raw.as_slice()).unwrap();
    let got: Vec<(String, Zeroizing<Vec<u8>>)> = read
        .attachments()
        .map(|part| (part.attachment_name().unwrap().to_owned(), decoded(part, &built.raw)))
        .collect();
    let named = |at: usize| got[at].0.as_str();
    assert_eq!(named(0), "Compte rendu – Zoé LAMPION, 12⁄03⁄1948.pdf");
    assert_eq!((named(1), named(2), named(3)), ("notes.txt", "ancien.eml", "document"));
    assert!(*got[0].1 == every && *got[1].1 == tricky && *got[2].1 == tricky && got[3].1.is_empty());
    let text = String::from_utf8(built.raw.to_vec()).unwrap();
    assert!(
        text.contains("filename*")
            && !text.contains("message/rfc822")
            && text.contains("text/plain; name=\"notes.txt\"")
    );
}

#[test]
fn names_of_files_lead_nowhere() {
    assert_eq!(file_name("../../etc/passwd"), "passwd");
    assert_eq!(file_name("C:\\docs\\bilan.pdf"), "bilan.pdf");
    assert_eq!(file_name("...cache"), "cache");
    assert_eq!(file_name("bilan\u{202E}fdp.exe"), "bilanfdp.exe");
    assert_eq!(file_name("/"), "document");
    let long = file_name(&format!("{}.pdf", "é".repeat(400)));
    assert!(long.ends_with("….pdf") && long.chars().count() <= LONGEST_NAME, "{long}");
}

#[test]
fn an_answer_stands_in_its_thread_and_a_transfer_beside_it() {
    let mut message = letter();
    message.kind = Kind::Reply;
    message.thread =
        Thread { message_id: Some("b@mss.test".into()), references: vec!["a@mss.test".into()], ..Thread::default() };
    message.quoted = "Le 23/11/2026, B a écrit :\n> Bonjour\n".into();
    let text = raw(&message);
    assert!(text.contains("\r\nIn-Reply-To: <b@mss.test>\r\nReferences: <a@mss.test> <b@mss.test>\r\n"), "{text}");
    assert!(text.contains("Bien =C3=A0 vous,\r\n\r\nLe 23/11/2026"), "{text}");
    message.kind = Kind::Forward;
    let text = raw(&message);
    assert!(!text.contains("In-Reply-To") && text.contains("\r\nReferences: <a@mss.test> <b@mss.test>\r\n"));
    // An identifier that cannot stand there is left out, and never half of one.
    message.thread.message_id = Some("x> <y\r\nBcc: z".into());
    message.thread.references = vec![];
    assert!(!raw(&message).contains("References"));
}

#[test]
fn fields_of_mssante_only_where_they_belong() {
    let mut message = letter();
    let plain = raw(&message);
    assert!(!plain.contains("X-MSS-CODECDA") && !plain.contains("X-MSS-INS") && !plain.contains("X-MSS-MES"));
    message.kind = Kind::Forward;
    message.subject = "Tr : Lettre de liaison LAMPION Séraphin 12/03/1948".into();
    message.thread.was_xdm_subject = true;
    assert!(!raw(&message).contains("XDM"));
    message.xdm = Some(Xdm { types: vec!["34112-3".into(), "PRESC-BIO".into(), "a,b\r\nc".into()], ins: true });
    let text = raw(&message);
    assert!(text.contains("\r\nX-MSS-CODECDA: 34112-3,PRESC-BIO\r\nX-MSS-INS: O\r\n"), "{text}");
    // The type of two documents is told once; one that is not known is not made up.
    message.xdm = Some(Xdm { types: vec!["34112-3".into(), "11502-2".into(), "34112-3".into()], ins: false });
    assert!(raw(&message).contains("\r\nX-MSS-CODECDA: 34112-3,11502-2\r\nX-MSS-INS: N\r\n"));
    message.xdm = Some(Xdm { types: vec![], ins: true });
    assert!(raw(&message).contains("\r\nX-MSS-INS: O\r\n") && !raw(&message).contains("CODECDA"));
    // However many there are, the field is a line that can be sent.
    message.xdm = Some(Xdm { types: (0..50).map(|n| format!("{n:0>40}")).collect(), ins: true });
    assert!(raw(&message).lines().all(|line| line.len() <= 998));
    assert_eq!(raw(&message).matches("X-MSS-CODECDA").count(), 1);
    let read = MessageParser::new().parse(text.as_bytes()).unwrap();
    assert_eq!(read.subject(), Some("XDM/1.0/DDM+Lettre de liaison LAMPION Séraphin 12/03/1948"));
    let end =
        Outgoing::closing(tester(), NIL, to("279035121518989@patient.mssante.fr", ""), "Cet échange est terminé.");
    let text = raw(&end);
    assert!(text.contains("\r\nSubject: [FIN]\r\n") && text.contains("\r\nX-MSS-MES: FIN\r\n"), "{text}");
}

#[test]
fn a_receipt_is_asked_for_on_request() {
    let mut message = letter();
    assert!(!raw(&message).contains("Disposition-Notification-To"));
    message.receipt_wanted = true;
    let text = raw(&message);
    assert!(text.contains("\r\nDisposition-Notification-To: "), "{text}");
    assert!(text.contains("<tryphon.tournesol@mss.test>\r\nX-MSS-NIL"), "{text}");
}

#[test]
fn nothing_built_is_printed() {
    let built = letter().build(NOW).unwrap();
    let printed = format!("{built:?} {:?}", built.envelope);
    assert!(!printed.contains("mss.test") && !printed.contains("Lampion"), "{printed}");
}

fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,60}",
        "[ -~\\r\\n\\t]{0,60}",
        Just("a\r\nBcc: voleur@mss.test\r\n\r\nb".to_owned()),
        Just("=?utf-8?q?a=0D=0ABcc:_b?=".to_owned()),
        Just("\u{0}\u{b}\u{c}\u{85}\u{2028}Bcc: x".to_owned()),
        proptest::collection::vec(any::<char>(), 0..40).prop_map(|chars| chars.into_iter().collect()),
    ]
}

proptest! {
    #[test]
    fn no_input_adds_a_field(
        label in anything(), name in anything(), subject in anything(), text in anything(), quoted in anything(),
        file in anything(), kind in anything(), id in anything(), nil in anything(), code in anything(),
        bad in anything(), receipt in any::<bool>(),
    ) {
        let mut message = letter();
        message.from.label = label;
        message.to = vec![to("a@mss.test", &name)];
        message.cc = vec![to("b@mss.test", &subject)];
        (message.subject, message.text, message.quoted) = (subject, text, quoted);
        message.attachments = vec![Attachment { name: file, media_type: kind, bytes: Zeroizing::new(b"x".to_vec()) }];
        message.kind = Kind::Reply;
        message.thread.message_id = Some(id.clone());
        message.thread.references = vec![id.clone(), "ok@mss.test".into()];
        message.nil = nil;
        message.xdm = Some(Xdm { types: vec![code], ins: true });
        message.receipt_wanted = receipt;
        let built = message.build(NOW).unwrap();
        sound(&built.raw);
        prop_assert!(built.raw.is_ascii());
        let allowed: BTreeSet<&str> = [
            "From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
            "Disposition-Notification-To", "X-MSS-NIL", "X-MSS-CODECDA", "X-MSS-INS", "MIME-Version", "Content-Type",
        ].into();
        let names = fields(&built.raw);
        prop_assert!(names.iter().all(|name| allowed.contains(name.as_str())), "{:?}", names);
        prop_assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        let read = MessageParser::new().parse(built.raw.as_slice()).unwrap();
        prop_assert_eq!(read.attachment_count(), 1);
        prop_assert_eq!(read.to().map(|to| to.iter().count()), Some(1));
        prop_assert_eq!(read.cc().map(|cc| cc.iter().count()), Some(1));
        prop_assert_eq!(read.message_id(), Some(message.message_id()));
        // A draft takes what is not an address.
        message.to.push(to(&bad, &id));
        let draft = message.draft(NOW);
        sound(&draft);
        let names = fields(&draft);
        prop_assert!(names.iter().all(|name| allowed.contains(name.as_str()) && name != "X-MSS-NIL"), "{:?}", names);
        prop_assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }

    #[test]
    fn any_text_reads_back(text in "(\\PC{0,90}\n{0,2}){0,8}") {
        let mut message = letter();
        message.text = text.clone();
        let built = message.build(NOW).unwrap();
        sound(&built.raw);
        let read = MessageParser::new().parse(built.raw.as_slice()).unwrap();
        let back = read.body_text(0).unwrap().replace("\r\n", "\n");
        prop_assert_eq!(back.trim_end(), text.trim_end());
    }

    #[test]
    fn any_document_comes_out_whole(bytes in proptest::collection::vec(any::<u8>(), 0..400), kind in "(text/plain|text/csv|application/pdf|image/png|message/rfc822)") {
        let mut message = letter();
        message.attachments = vec![Attachment { name: "d".into(), media_type: kind, bytes: Zeroizing::new(bytes.clone()) }];
        let built = message.build(NOW).unwrap();
        sound(&built.raw);
        let read = MessageParser::new().parse(built.raw.as_slice()).unwrap();
        let back = decoded(read.attachment(0).unwrap(), &built.raw);
        prop_assert_eq!(back.as_slice(), bytes.as_slice());
    }
}
