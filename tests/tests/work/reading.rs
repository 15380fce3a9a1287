//! Letters and their documents.

use e2e::{Rows, eventually, shown_text};
use flow::{BlockKind, DocumentKind, Mark, PageMove, Paper, Part, Receipt, Screen, Sex, Touch, Unreadable};
use papers::mail::{Attached, message};
use site::mail::PERSONAL;

use super::at_work;

#[test]
fn the_letter_of_the_day_is_read_with_its_patient_and_its_documents() {
    let (place, mut desk) = at_work();
    let row = desk.now();
    let Screen::Inbox(inbox) = &row.screen else { panic!("the inbox") };
    // A PDF beside an XDM archive is the same document twice: the list counts one.
    assert_eq!((inbox.rows()[0].unread, inbox.rows()[0].documents), (true, 1));
    let uid = inbox.rows()[0].uid.to_string();
    desk.touches(Touch::OpenRow(0));
    let page = desk.sees_the_message();
    let letter = &page.letter;
    assert_eq!(letter.from.name, "Dr Bianca CASTAFIORE");
    assert!(letter.subject.starts_with("Compte rendu d’hospitalisation"), "{}", letter.subject);
    assert!(letter.blocks.iter().any(|block| block.text.starts_with("Votre patient a été hospitalisé")));
    assert!(letter.blocks.iter().all(|block| block.kind == BlockKind::Paragraph));
    let patient = letter.patient.as_ref().expect("the CDA names him");
    assert_eq!((patient.family.as_str(), patient.given.as_str(), patient.sex), ("LAMPION", "SÉRAPHIN", Sex::Male));
    assert!(patient.ins.contains('\u{202F}') && patient.born.is_some());
    assert_eq!(letter.documents[0].kind, DocumentKind::Pdf);
    assert_eq!(letter.receipt, Receipt::Asked);
    // Read there, and read everywhere: the mark is on the server.
    eventually("marked read", || {
        let flags = place.mail().doveadm(&["fetch", "-u", PERSONAL, "flags", "uid", &uid], b"").unwrap();
        flags.contains("\\Seen")
    });
    desk.touches(Touch::Back);
    let inbox = desk.sees_an_inbox("the list again", |inbox| !inbox.rows().is_empty());
    assert!(!inbox.rows()[0].unread);
    desk.leaves();
}

#[test]
fn a_pdf_is_drawn_page_by_page() {
    let (_place, mut desk) = at_work();
    desk.touches(Touch::OpenRow(0));
    desk.sees_the_message();
    desk.touches(Touch::OpenDocument(0));
    let first = desk.sees_a_document("the first page", |document| {
        matches!(&document.paper, Paper::Pages { page: 1, picture: Some(_), .. })
    });
    let Paper::Pages { of, picture: Some(picture), .. } = &first.paper else { unreachable!() };
    assert_eq!((*of, picture.width), (3, ui_width()));
    let ink = picture.pixels.chunks_exact(4).filter(|pixel| pixel[0] < 128).count();
    assert!(ink > 1000, "a page without ink: {ink}");
    desk.touches(Touch::Move(PageMove::Last));
    desk.sees_a_document("the last page", |document| {
        matches!(&document.paper, Paper::Pages { page: 3, picture: Some(_), .. })
    });
    desk.touches(Touch::Zoom(true));
    let closer = desk.sees_a_document("closer", |document| {
        matches!(&document.paper, Paper::Pages { zoom: 1, picture: Some(_), .. })
    });
    let Paper::Pages { picture: Some(closer), .. } = closer.paper else { unreachable!() };
    assert!(closer.width > picture.width);
    desk.leaves();
}

fn ui_width() -> u32 {
    ui::sheet_width(1280, false)
}

#[test]
fn results_of_biology_are_a_table_with_what_is_out_of_range_marked() {
    let (_place, mut desk) = at_work();
    desk.touches(Touch::OpenRow(1));
    let page = desk.sees_the_message();
    assert_eq!(page.letter.documents.len(), 1);
    let line = &page.letter.documents[0];
    assert_eq!((line.kind, line.results), (DocumentKind::Biology, Some(6)));
    desk.touches(Touch::OpenDocument(0));
    let document = desk.sees_a_document("the results", |document| matches!(document.paper, Paper::Structured(_)));
    let Paper::Structured(parts) = &document.paper else { unreachable!() };
    // A table for each chapter of the report.
    let findings = parts.iter().filter_map(|part| match part {
        Part::Results(findings) => Some(findings),
        _ => None,
    });
    let findings: Vec<_> = findings.flatten().collect();
    let marked = findings.iter().filter(|one| !matches!(one.mark, Mark::Normal | Mark::None)).count();
    assert_eq!((findings.len(), marked, document.abnormal), (6, 2, 2));
    desk.leaves();
}

#[test]
fn what_cannot_be_shown_says_why_and_harms_nobody() {
    let (place, mut desk) = at_work();
    let patient = &papers::people::LAMPION;
    let locked = papers::pdf::encrypted(patient, "secret");
    let bomb = papers::hostile::billion_laughs();
    let broken = b"%PDF-1.7 nothing of the kind".to_vec();
    let loops = papers::hostile::loops();
    let attached = |name, media, bytes| Attached { name, media, bytes };
    let mail = message(
        "Pièges",
        "Bonjour",
        &[
            attached("protege.pdf", "application/pdf", &locked),
            attached("casse.pdf", "application/pdf", &broken),
            attached("bombe.xml", "text/xml", &bomb),
            attached("boucle.pdf", "application/pdf", &loops),
            attached("programme.exe", "application/octet-stream", b"MZ\x90\x00\x03"),
        ],
    );
    place.mail().deliver_bytes(PERSONAL, "INBOX", &mail).unwrap();
    desk.touches(Touch::Refresh);
    desk.sees_an_inbox("the new one", |inbox| inbox.rows().first().is_some_and(|row| row.subject == "Pièges"));
    desk.touches(Touch::OpenRow(0));
    let page = desk.sees_the_message();
    assert_eq!(page.letter.documents.len(), 5);
    for (index, wanted) in [(0, Some(Unreadable::Password)), (1, Some(Unreadable::Broken)), (4, Some(Unreadable::Kind))]
    {
        desk.touches(Touch::OpenDocument(index));
        let document = desk.sees_a_document("a refusal", |document| matches!(document.paper, Paper::Refused(_)));
        let Paper::Refused(why) = document.paper else { unreachable!() };
        assert_eq!(Some(why), wanted, "document {index}");
        desk.touches(Touch::Back);
        desk.sees_the_message();
    }
    // Whatever the others do to their reader, the next letter is read.
    for index in [2, 3] {
        desk.touches(Touch::OpenDocument(index));
        desk.sees_a_document("something", |document| !matches!(document.paper, Paper::Loading(_)));
        desk.touches(Touch::Back);
        desk.sees_the_message();
    }
    desk.touches(Touch::Move(PageMove::Next));
    desk.sees("the next letter", |screen| {
        matches!(screen, Screen::Message(message) if !message.loading && message.letter.subject.starts_with("Compte"))
    });
    desk.leaves();
}

#[test]
fn every_awkward_message_of_the_corpus_opens_to_something() {
    let (place, mut desk) = at_work();
    let samples: Vec<_> = corpus::all().into_iter().filter(|sample| sample.raw().len() < 1_000_000).take(60).collect();
    let mut accepted = 0;
    for sample in &samples {
        // Dovecot itself does not take what is no message at all.
        if place.mail().deliver_bytes(PERSONAL, "INBOX", &sample.raw()).is_ok() {
            accepted += 1;
        }
    }
    assert!(accepted > 50, "only {accepted} of {} were taken", samples.len());
    desk.touches(Touch::Refresh);
    desk.sees_an_inbox("them all", |inbox| inbox.total as usize >= 203 + accepted && !inbox.rows().is_empty());
    desk.touches(Touch::OpenRow(0));
    for number in 0..accepted {
        let page = desk.sees_the_message();
        assert_eq!(page.failed, None, "message {number} from the newest");
        if number + 1 < accepted {
            desk.touches(Touch::Move(PageMove::Next));
            let before = page.letter;
            desk.sees(
                "another message",
                |screen| matches!(screen, Screen::Message(message) if message.loading || message.letter != before),
            );
        }
    }
    desk.leaves();
}

#[test]
fn nothing_of_a_letter_stays_on_the_screen_behind_the_curtain_or_after_the_card() {
    let (place, mut desk) = at_work();
    desk.touches(Touch::OpenRow(0));
    desk.sees_the_message();
    desk.touches(Touch::Mask);
    let masked = desk.sees_view("the curtain", |view| matches!(view.screen, Screen::Masked(_)));
    assert_eq!(shown_text(&masked), "");
    desk.touches(Touch::Unmask);
    desk.sees_the_message();
    let mark = desk.mark();
    desk.leaves();
    for picture in desk.shown_since(mark) {
        assert_eq!(shown_text(&picture.view), "");
    }
    place.nobody_is_connected();
}
