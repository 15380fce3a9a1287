//! Whole letters.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::*;

fn read(raw: &str) -> Message {
    Message::read(raw.replace('\n', "\r\n").into_bytes(), true, &Limits::default())
}

fn texts(letter: &Letter) -> Vec<&str> {
    letter.blocks.iter().map(|block| block.text.as_str()).collect()
}

#[test]
fn a_letter_with_all_its_fields() {
    let letter = read(
        "Return-Path: <bianca.castafiore@medecin.mssante.fr>\nFrom: =?utf-8?q?Dr_Bianca_CASTAFIORE?= <bianca.castafiore@medecin.mssante.fr>\n\
         To: a@mss.test, b@mss.test\nCc: c@mss.test\nReply-To: secretariat@mss.test\nSubject: XDM/1.0/DDM+Lettre LAMPION\n\
         Date: Thu, 12 Mar 2026 12:00:00 +0100\nMessage-ID: <2@mss.test>\nReferences: <1@mss.test>\n\
         Disposition-Notification-To: bianca.castafiore@medecin.mssante.fr\nX-MSS-MES: FIN\n\nBonjour.\n",
    )
    .letter();
    assert_eq!((letter.from.name.as_str(), letter.sender), ("Dr Bianca CASTAFIORE", SenderKind::Professional));
    assert_eq!((letter.to.len(), letter.cc.len(), letter.reply_to.len(), letter.more_recipients), (2, 1, 1, 0));
    assert_eq!((letter.subject.as_str(), letter.written), ("Lettre LAMPION", Some(1_773_313_200)));
    assert_eq!(
        (letter.message_id.as_deref(), letter.references.as_slice()),
        (Some("<2@mss.test>"), ["<1@mss.test>".to_owned()].as_slice())
    );
    assert!(
        letter.closed
            && letter.receipt_to.is_some()
            && !letter.receipt_needs_asking
            && !letter.cut
            && !letter.simplified
    );
    assert_eq!(texts(&letter), ["Bonjour."]);
}

#[test]
fn a_receipt_that_goes_elsewhere_needs_asking() {
    for fields in [
        "Return-Path: <x@mss.test>\nDisposition-Notification-To: a@mss.test",
        "Disposition-Notification-To: a@mss.test",
        "Return-Path: <a@mss.test>\nDisposition-Notification-To: a@mss.test, b@mss.test",
    ] {
        let letter = read(&format!("From: a@mss.test\n{fields}\n\nx")).letter();
        assert!(letter.receipt_needs_asking, "{fields}");
    }
    assert!(!read("From: a@mss.test\n\nx").letter().receipt_needs_asking);
}

#[test]
fn recipients_are_listed_up_to_a_limit_and_counted_beyond() {
    let many: Vec<String> = (0..10_000).map(|n| format!("\"Personne {n}\" <p{n}@mss.test>")).collect();
    let letter = read(&format!("To: {}\nCc: z@mss.test\n\nx", many.join(",\n "))).letter();
    assert_eq!((letter.to.len(), letter.cc.len(), letter.more_recipients), (50, 0, 9_951));
}

fn alternative(plain: &str, html: &str) -> Letter {
    read(&format!(
        "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n{plain}\n--b\nContent-Type: text/html\n\n{html}\n--b--\n"
    ))
    .letter()
}

#[test]
fn the_plain_version_is_preferred_when_it_says_as_much() {
    let same = alternative(
        "Bonjour, voici les résultats. https://exemple.test/tres/longue/adresse",
        "<p>Bonjour, voici les <b>résultats</b>.</p>",
    );
    assert!(!same.simplified);
    let less =
        alternative("Ce message est en HTML.", "<p>Bonjour, voici les résultats de la consultation du 12 mars.</p>");
    assert!(less.simplified);
    assert_eq!(texts(&less), ["Bonjour, voici les résultats de la consultation du 12 mars."]);
    let table = alternative("Na 140 K 4", "<table><tr><td>Na<td>140<tr><td>K<td>4</table>");
    assert_eq!(table.blocks.iter().map(|b| b.kind).collect::<Vec<_>>(), [BlockKind::Row, BlockKind::Row]);
}

#[test]
fn an_attached_message_is_a_letter_again() {
    let message = read(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nVoir ci-joint.\n--b\nContent-Type: message/rfc822\n\n\
         From: zoe@mss.test\nSubject: =?utf-8?q?R=C3=A9sultats?=\n\nDedans.\n--b--\n",
    );
    let attachments = message.attachments();
    assert_eq!(
        (attachments.len(), attachments[0].title.as_str(), attachments[0].sniffed),
        (1, "Résultats", Sniffed::Message)
    );
    assert_eq!(attachments[0].name, "message.eml");
    let inner = Message::read(message.bytes(0).unwrap(), true, &Limits::default()).letter();
    assert_eq!((inner.subject.as_str(), texts(&inner)), ("Résultats", vec!["Dedans."]));
    assert!(message.bytes(1).is_none());
}

#[test]
fn attachments_are_decoded_and_bounded() {
    let raw = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjc=\n--b--\n";
    let message = read(raw);
    let attachment = &message.attachments()[0];
    assert_eq!(
        (attachment.name.as_str(), attachment.size, attachment.sniffed, attachment.whole),
        ("a.pdf", 8, Sniffed::Pdf, true)
    );
    assert_eq!(message.bytes(0).unwrap(), b"%PDF-1.7");
    let small = Message::read(raw.as_bytes().to_vec(), true, &Limits { attachment: 7, ..Limits::default() });
    assert!(small.bytes(0).is_none());
    let cut = Message::read(raw.as_bytes()[..raw.len() - 8].to_vec(), false, &Limits::default());
    assert!(!cut.attachments()[0].whole && cut.letter().cut);
}

#[test]
fn lines_that_end_with_cr_alone_are_lines() {
    let letter = Message::read(b"Subject: a\rFrom: b@c\r\rUn\rDeux\r".to_vec(), true, &Limits::default()).letter();
    assert_eq!((letter.subject.as_str(), texts(&letter)), ("a", vec!["Un\nDeux"]));
}

#[test]
fn documents_are_made_of_blocks_too() {
    let (blocks, cut) = html_blocks(b"<meta charset=windows-1252><h1>R\xE9sultats</h1>", None, &Limits::default());
    assert_eq!((blocks[0].kind, blocks[0].text.as_str(), cut), (BlockKind::Heading, "Résultats", false));
    let (blocks, cut) = text_blocks("un\n\ndeux".as_bytes(), None, &Limits { blocks: 1, ..Limits::default() });
    assert_eq!((blocks.len(), cut), (1, true));
}

#[test]
fn nothing_at_all_is_a_letter() {
    for raw in ["", "\n", "\r\n\r\n", ":", "x"] {
        let letter = Message::read(raw.as_bytes().to_vec(), true, &Limits::default()).letter();
        assert!(letter.subject.is_empty() && letter.blocks.len() <= 1, "{raw:?}");
    }
}
