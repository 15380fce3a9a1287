//! Answers: written, kept, sent once, and the truth about each.

use e2e::{Kiosk, Place, Rows, eventually};
use flow::{
    Banner, Field, FolderRole, Kept, Kind, List, Parting, Question, Receipt, Refused, Screen, Sending, Source, Touch,
};
use site::mail::PERSONAL;

use super::at_work;

/// Who wrote the letters.
const SECOND: &str = "bianca.castafiore@mss.test";

/// Messages in a folder of the doctor's whose text has this in it.
fn stored(place: &Place, address: &str, folder: &str, text: &str) -> usize {
    let found = place.mail().doveadm(&["fetch", "-u", address, "text", "mailbox", folder, "body", text], b"");
    found.map_or(0, |found| found.matches("text:").count())
}

/// The first letter answered in words of one's own, up to the question before it leaves.
fn answers(desk: &mut Kiosk, text: &str) {
    desk.touches(Touch::OpenRow(0));
    desk.sees_the_message();
    desk.touches(Touch::Write(Kind::Reply));
    desk.sees("whole sentences", |screen| matches!(screen, Screen::Replies(_)));
    desk.touches(Touch::WriteOwn);
    desk.sees_the_keyboard("an answer that can be sent", |compose| compose.can_send);
    desk.touches(Touch::Edited(Field::Text, text.into()));
    desk.touches(Touch::Send);
    let asked = desk.sees("the question", |screen| matches!(screen, Screen::Question(Question::Send(_))));
    let Screen::Question(Question::Send(sheet)) = asked else { unreachable!() };
    assert_eq!(sheet.text.0, text);
}

#[test]
fn an_answer_leaves_arrives_once_and_is_kept_among_the_sent() {
    let (place, mut desk) = at_work();
    answers(&mut desk, "Je le revois jeudi pour la tension.");
    desk.touches(Touch::Confirm);
    desk.sees_a_banner("sent", |banner| matches!(banner, Banner::Sent(name) if name.0 == "Dr Bianca CASTAFIORE"));
    eventually("delivered", || stored(&place, SECOND, "INBOX", "revois jeudi") == 1);
    eventually("a copy", || stored(&place, PERSONAL, "Sent", "revois jeudi") == 1);
    let raw = place
        .mail()
        .doveadm(&["fetch", "-u", SECOND, "text", "mailbox", "INBOX", "body", "revois jeudi"], b"")
        .unwrap();
    for header in ["X-MSS-NIL: ESSAI-0000", "In-Reply-To: <papers.", "Dr Tryphon TOURNESOL"] {
        assert!(raw.contains(header), "{header} in {raw}");
    }
    let inbox = desk.sees_an_inbox("the list", |inbox| !inbox.rows().is_empty());
    assert!(inbox.rows()[0].answered);
    eventually("marked answered", || {
        place
            .mail()
            .doveadm(&["fetch", "-u", PERSONAL, "flags", "mailbox", "INBOX", "uid", "203"], b"")
            .unwrap()
            .contains("\\Answered")
    });
    eventually("no draft is left", || stored(&place, PERSONAL, "Drafts", "revois jeudi") == 0);
    desk.leaves();
    place.nobody_is_connected();
}

#[test]
fn what_is_typed_is_among_the_drafts_even_when_the_card_is_pulled() {
    let (place, mut desk) = at_work();
    desk.touches(Touch::OpenRow(0));
    desk.sees_the_message();
    desk.touches(Touch::Write(Kind::ReplyAll));
    desk.sees_the_keyboard("the answer ready", |compose| compose.can_send);
    desk.touches(Touch::Edited(Field::Text, "Première phrase.".into()));
    desk.sees_the_keyboard("kept", |compose| compose.kept == Kept::Yes);
    assert_eq!(stored(&place, PERSONAL, "Drafts", "Première phrase"), 1);
    desk.touches(Touch::Edited(Field::Text, "Première phrase. Seconde phrase.".into()));
    desk.sees_the_keyboard("not yet", |compose| compose.kept == Kept::Not);
    desk.leaves();
    eventually("the last words", || stored(&place, PERSONAL, "Drafts", "Seconde phrase") == 1);
    assert_eq!(stored(&place, PERSONAL, "Drafts", "Première phrase"), 1, "one draft, not two");

    // Taken up again.
    desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
    let folders = desk.sees_the_folders().folders;
    let drafts = folders.iter().position(|folder| folder.role == FolderRole::Drafts).unwrap();
    desk.touches(Touch::OpenFolder(drafts));
    desk.sees_an_inbox("the drafts", |inbox| inbox.folder == drafts && matches!(inbox.list, List::Rows(_)));
    desk.touches(Touch::OpenRow(0));
    assert!(desk.sees_the_message().draft);
    desk.touches(Touch::Write(Kind::Draft));
    let page = desk.sees_the_keyboard("the draft", |compose| compose.can_send);
    assert!(page.text.0.contains("Seconde phrase") && !page.to.is_empty());
    desk.touches(Touch::Send);
    desk.touches(Touch::Confirm);
    desk.sees_a_banner("sent", |banner| matches!(banner, Banner::Sent(_)));
    eventually("gone from the drafts", || stored(&place, PERSONAL, "Drafts", "Première phrase") == 0);
    desk.leaves();
}

#[test]
fn a_new_message_finds_its_reader_in_the_directory_and_nobody_outside_mssante() {
    let (place, mut desk) = at_work();
    desk.touches(Touch::Write(Kind::New));
    desk.sees("recent people", |screen| {
        matches!(screen, Screen::Recipients(page) if page.from == Source::Recent && !page.searching && !page.lines.is_empty())
    });
    for (typed, why) in
        [("quelquun@gmail.com", Refused::NotMssante), ("279035121518980@patient.mssante.fr", Refused::NotAnAddress)]
    {
        desk.touches(Touch::SearchRecipient);
        desk.touches(Touch::Typed(typed.into()));
        desk.touches(Touch::Submit);
        desk.sees(typed, |screen| matches!(screen, Screen::Recipients(page) if page.refused == Some(why)));
    }
    desk.touches(Touch::SearchRecipient);
    desk.touches(Touch::Typed("castafiore".into()));
    desk.touches(Touch::Submit);
    let page = desk.sees(
        "the directory",
        |screen| matches!(screen, Screen::Recipients(page) if page.from == Source::Directory && !page.searching),
    );
    let Screen::Recipients(page) = page else { unreachable!() };
    let at = page.lines.iter().position(|line| line.who.address == SECOND).expect("she is in it");
    desk.touches(Touch::Recipient(at));
    desk.sees("chosen", |screen| matches!(screen, Screen::Recipients(page) if page.chosen.len() == 1));
    desk.touches(Touch::Done);
    desk.touches(Touch::Edited(Field::Subject, "Avis".into()));
    desk.touches(Touch::Edited(Field::Text, "Que penses-tu de ce cas ?".into()));
    desk.sees_the_keyboard("ready", |compose| compose.can_send && compose.text.0.contains("cas"));
    desk.touches(Touch::Send);
    desk.touches(Touch::Confirm);
    desk.sees_a_banner("sent", |banner| matches!(banner, Banner::Sent(_)));
    eventually("delivered", || stored(&place, SECOND, "INBOX", "penses-tu") == 1);
    desk.leaves();
}

#[test]
fn a_forwarded_document_arrives_byte_for_byte() {
    let (place, mut desk) = at_work();
    desk.touches(Touch::OpenRow(0));
    desk.sees_the_message();
    desk.touches(Touch::Write(Kind::Forward));
    desk.touches(Touch::SearchRecipient);
    desk.touches(Touch::Typed(SECOND.into()));
    desk.touches(Touch::Submit);
    desk.sees("chosen", |screen| matches!(screen, Screen::Recipients(page) if page.chosen.len() == 1));
    desk.touches(Touch::Done);
    let page = desk.sees_the_keyboard("its documents", |compose| compose.can_send && compose.documents.len() == 2);
    assert!(page.documents.iter().all(|(_, goes)| *goes));
    desk.touches(Touch::Attach(1, false));
    desk.touches(Touch::Edited(Field::Text, "Pour information, le compte rendu transmis.".into()));
    desk.touches(Touch::Send);
    desk.touches(Touch::Confirm);
    desk.sees_a_banner("sent", |banner| matches!(banner, Banner::Sent(_)));
    eventually("delivered", || stored(&place, SECOND, "INBOX", "compte rendu transmis") == 1);
    let raw = place
        .mail()
        .doveadm(&["fetch", "-u", SECOND, "text", "mailbox", "INBOX", "body", "compte rendu transmis"], b"")
        .unwrap();
    assert!(raw.contains("compte-rendu.pdf") && !raw.contains("IHE_XDM.ZIP"));
    let pdf = papers::base64_lines(&papers::pdf::hospital_report(&papers::people::LAMPION, 3));
    let plain = |text: &str| text.replace(['\r', '\n'], "");
    assert!(plain(&raw).contains(&plain(&pdf)), "the same bytes");
    desk.leaves();
}

#[test]
fn a_server_that_is_away_costs_no_word() {
    let (mut place, mut desk) = at_work();
    place.submission.as_mut().unwrap().stop();
    answers(&mut desk, "Ceci ne partira pas tout de suite.");
    desk.touches(Touch::Confirm);
    let page = desk.sees("not sent", |screen| matches!(screen, Screen::Sending(Sending::NotSent { .. })));
    assert!(matches!(page, Screen::Sending(Sending::NotSent { retry: true, draft: true, .. })), "{page:?}");
    assert_eq!(stored(&place, PERSONAL, "Drafts", "tout de suite"), 1);
    place.submission.as_mut().unwrap().restart().unwrap();
    desk.touches(Touch::Retry);
    desk.sees_a_banner("sent", |banner| matches!(banner, Banner::Sent(_)));
    eventually("delivered once", || stored(&place, SECOND, "INBOX", "tout de suite") == 1);
    eventually("no draft is left", || stored(&place, PERSONAL, "Drafts", "tout de suite") == 0);
    desk.leaves();
}

#[test]
fn the_card_pulled_while_a_message_leaves_ends_in_the_truth() {
    let (place, mut desk) = at_work();
    answers(&mut desk, "Partie pendant que la carte sort.");
    desk.touches(Touch::Confirm);
    desk.sees("sending, or sent already", |screen| {
        matches!(screen, Screen::Sending(Sending::Going(_)) | Screen::Inbox(_))
    });
    desk.pulls_the_card();
    let page = desk.sees("the end of it", |screen| {
        matches!(screen, Screen::Idle(_) | Screen::Parting(Parting::Sent | Parting::NotSent { .. } | Parting::Unknown))
    });
    let arrived = || stored(&place, SECOND, "INBOX", "carte sort");
    match page {
        Screen::Parting(Parting::NotSent { .. }) => {
            assert_eq!(arrived(), 0);
            assert_eq!(stored(&place, PERSONAL, "Drafts", "carte sort"), 1);
        }
        // It had left before the card did, or while it did.
        _ => eventually("it arrived", || arrived() == 1),
    }
    place.nobody_is_connected();
}

#[test]
fn a_receipt_is_sent_only_when_the_person_says_so() {
    let (place, mut desk) = at_work();
    let receipts = || {
        let found = place.mail().doveadm(
            &["fetch", "-u", SECOND, "uid", "mailbox", "INBOX", "header", "Content-Type", "disposition-notification"],
            b"",
        );
        found.map_or(0, |found| found.matches("uid:").count())
    };
    desk.touches(Touch::OpenRow(0));
    desk.sees_the_message();
    desk.touches(Touch::AnswerReceipt(true));
    desk.sees("sent", |screen| matches!(screen, Screen::Message(message) if message.letter.receipt == Receipt::Sent));
    eventually("it arrived", || receipts() == 1);
    // Not asked again.
    desk.touches(Touch::Back);
    desk.sees_the_inbox();
    desk.touches(Touch::OpenRow(0));
    assert_eq!(desk.sees_the_message().letter.receipt, Receipt::None);
    desk.touches(Touch::Move(flow::PageMove::Next));
    desk.sees("the next one", |screen| {
        matches!(screen, Screen::Message(message) if !message.loading && message.letter.receipt == Receipt::Asked)
    });
    desk.touches(Touch::AnswerReceipt(false));
    desk.sees(
        "declined",
        |screen| matches!(screen, Screen::Message(message) if message.letter.receipt == Receipt::Declined),
    );
    desk.leaves();
    assert_eq!(receipts(), 1);
}

#[test]
fn a_receipt_does_not_leave_mssante_whatever_the_message_asks() {
    let (place, mut desk) = at_work();
    let letter = papers::mail::message("Accusé", "Bonjour", &[]);
    let asking = [b"Disposition-Notification-To: <curieux@ailleurs.example>\r\n".to_vec(), letter].concat();
    place.mail().deliver_bytes(PERSONAL, "INBOX", &asking).unwrap();
    desk.touches(Touch::Refresh);
    desk.sees_an_inbox("the new one", |inbox| inbox.rows().first().is_some_and(|row| row.subject == "Accusé"));
    desk.touches(Touch::OpenRow(0));
    let asked = |receipt| move |screen: &Screen| matches!(screen, Screen::Message(message) if !message.loading && message.letter.receipt == receipt);
    desk.sees("the question", asked(Receipt::Asked));
    desk.touches(Touch::AnswerReceipt(true));
    desk.sees("on its way", asked(Receipt::Sending));
    desk.sees("refused", asked(Receipt::Asked));
    desk.touches(Touch::Back);
    desk.sees_a_banner("why", |banner| matches!(banner, Banner::NotDone(flow::Failure::RecipientRefused)));
    let flags = place.mail().doveadm(&["fetch", "-u", PERSONAL, "flags", "mailbox", "INBOX", "subject", "Accusé"], b"");
    assert!(!flags.unwrap().contains("MDNSent"), "it counts as sent");
    desk.leaves();
}

#[test]
fn a_large_draft_is_taken_up_whole_or_not_at_all() {
    let (place, mut desk) = at_work();
    // Beyond what is fetched of a message at first.
    let scan: Vec<u8> = (0..2_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let attached = papers::mail::Attached { name: "scan.bin", media: "application/octet-stream", bytes: &scan };
    let letter = papers::mail::message("Grand scan", "Bonjour", &[attached]);
    place.mail().deliver_bytes(PERSONAL, "INBOX", &letter).unwrap();
    desk.touches(Touch::Refresh);
    desk.sees_an_inbox("the new one", |inbox| inbox.rows().first().is_some_and(|row| row.subject == "Grand scan"));
    desk.touches(Touch::OpenRow(0));
    desk.sees_the_message();
    desk.touches(Touch::Write(Kind::Forward));
    desk.touches(Touch::SearchRecipient);
    desk.touches(Touch::Typed(SECOND.into()));
    desk.touches(Touch::Submit);
    desk.sees("chosen", |screen| matches!(screen, Screen::Recipients(page) if page.chosen.len() == 1));
    desk.touches(Touch::Done);
    desk.sees_the_keyboard("its document", |compose| compose.can_send && compose.documents.len() == 1);
    desk.touches(Touch::Edited(Field::Text, "Mis de côté.".into()));
    desk.sees_the_keyboard("kept", |compose| compose.kept == Kept::Yes);
    desk.leaves();

    desk.comes_to_the_inbox("doctor", "1234", "Ma boîte");
    let folders = desk.sees_the_folders().folders;
    let drafts = folders.iter().position(|folder| folder.role == FolderRole::Drafts).unwrap();
    desk.touches(Touch::OpenFolder(drafts));
    desk.sees_an_inbox("the drafts", |inbox| inbox.folder == drafts && matches!(inbox.list, List::Rows(_)));
    desk.touches(Touch::OpenRow(0));
    desk.sees_the_message();
    desk.touches(Touch::Write(Kind::Draft));
    desk.sees_the_keyboard("the draft", |compose| compose.can_send && compose.documents.len() == 1);
    desk.touches(Touch::Edited(Field::Text, "Repris ensuite.".into()));
    desk.sees_the_keyboard("kept", |compose| compose.kept == Kept::Yes);
    let query = ["fetch", "-u", PERSONAL, "text", "mailbox", "Drafts", "body", "Repris ensuite"];
    let raw = place.mail().doveadm(&query, b"").unwrap();
    let plain = |text: &str| text.replace(['\r', '\n'], "");
    assert!(plain(&raw).contains(&plain(&papers::base64_lines(&scan))), "the document is not what it was");
    assert_eq!(stored(&place, PERSONAL, "Drafts", "Mis de côté"), 0, "one draft, not two");
    desk.leaves();
}
