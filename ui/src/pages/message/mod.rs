//! M1 to M4: one message.

mod letter;

use super::failed::map_failure;
use super::inbox::{map_date, one_line};
use super::{Send, refresh};
use crate::french::count;
use crate::{
    Answer, DateParts, DocumentItem, MainWindow, MessageAdapter, MessageState, PatientItem, PatientSex, ReceiptState,
    ReportKind, SealKind, SenderKind, papers,
};
use flow::{
    Display, DocumentLine, Kind, Letter, Message, Origin, PageMove, Patient, Receipt, Report, Seal, Sex, Stamp, Touch,
};
use slint::{ComponentHandle, Model, ModelRc};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Lends the page its fingers, and takes the preview's people out of it.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    clear(window);
    let adapter = window.global::<MessageAdapter>();
    let plain = |touch: Touch| {
        let send = send.clone();
        move || send(touch.clone())
    };
    adapter.on_back(plain(Touch::Back));
    adapter.on_to_newer(plain(Touch::Move(PageMove::Previous)));
    adapter.on_to_older(plain(Touch::Move(PageMove::Next)));
    adapter.on_retry(plain(Touch::Retry));
    adapter.on_rest(plain(Touch::ShowRest));
    adapter.on_print(plain(Touch::Print));
    adapter.on_more(plain(Touch::More));
    let touch = send.clone();
    adapter.on_answer_receipt(move |send| touch(Touch::AnswerReceipt(send)));
    let touch = send.clone();
    adapter.on_write(move |answer| touch(Touch::Write(map_answer(answer))));
    let touch = send.clone();
    adapter.on_open_document(move |place| {
        if let Ok(place) = usize::try_from(place) {
            touch(Touch::OpenDocument(place));
        }
    });
}

/// Shows the message as it is at `now`, from which its date is told.
pub(crate) fn show(window: &MainWindow, screen: &Message, now: Option<Stamp>, display: Display) {
    let adapter = window.global::<MessageAdapter>();
    let letter = &*screen.letter;
    let number = number(letter);
    if number != adapter.get_number() {
        adapter.set_quotes_open(false);
    }
    adapter.set_number(number);
    adapter.set_subject(one_line(&letter.subject).into());
    adapter.set_sender(one_line(letter.from.shown()).into());
    adapter.set_sender_kind(match letter.origin {
        Origin::Professional => SenderKind::Professional,
        Origin::Service => SenderKind::Service,
        Origin::Patient => SenderKind::Patient,
    });
    adapter.set_date(map_date(letter.when, now));
    adapter.set_about_patient(letter.patient.is_some());
    adapter.set_patient(letter.patient.as_ref().map(map_patient).unwrap_or_default());
    let (seal, signer) = map_seal(&letter.seal);
    adapter.set_seal(seal);
    adapter.set_signer(one_line(signer).into());
    adapter.set_receipt(match letter.receipt {
        Receipt::None => ReceiptState::Nothing,
        Receipt::Asked => ReceiptState::Asked,
        Receipt::Sending => ReceiptState::Sending,
        Receipt::Sent => ReceiptState::Sent,
        Receipt::Declined => ReceiptState::Declined,
    });
    adapter.set_report(map_report(letter.report));

    adapter.set_state(match (screen.loading, screen.failed) {
        (true, _) => MessageState::Loading,
        (false, Some(_)) => MessageState::Failed,
        (false, None) => MessageState::Read,
    });
    if let Some(failure) = screen.failed {
        adapter.set_trouble(map_failure(failure));
    }
    adapter.set_code(screen.failed.map(|failure| failure.code()).unwrap_or_default().into());
    adapter.set_can_retry(screen.failed.is_some_and(|failure| failure.retry()));
    let there = !screen.loading && screen.failed.is_none();
    let parts = if there { letter::rows(letter, screen.shown, display) } else { Vec::new() };
    if let Some(model) = refresh(&adapter.get_parts(), parts) {
        adapter.set_parts(model);
    }
    adapter.set_has_rest(there && screen.shown < letter.blocks.len());
    let documents = letter.documents.iter().map(map_document).collect();
    if let Some(model) = refresh(&adapter.get_documents(), documents) {
        adapter.set_documents(model);
    }

    adapter.set_newer(screen.newer);
    adapter.set_older(screen.older);
    adapter.set_can_reply(screen.can_reply);
    adapter.set_can_print(screen.can_print);
    adapter.set_draft(screen.draft);
}

/// Forgets the message, whom it is about and who wrote it.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<MessageAdapter>();
    adapter.set_number(0);
    adapter.set_subject("".into());
    adapter.set_sender("".into());
    adapter.set_date(DateParts::default());
    adapter.set_about_patient(false);
    adapter.set_patient(PatientItem::default());
    adapter.set_seal(SealKind::Nothing);
    adapter.set_signer("".into());
    adapter.set_receipt(ReceiptState::Nothing);
    adapter.set_report(ReportKind::Nothing);
    adapter.set_state(MessageState::Loading);
    adapter.set_code("".into());
    adapter.set_can_retry(false);
    adapter.set_parts(ModelRc::default());
    adapter.set_has_rest(false);
    adapter.set_quotes_open(false);
    adapter.set_documents(ModelRc::default());
    adapter.set_can_reply(false);
    adapter.set_can_print(false);
}

/// Whether nothing is left to forget.
pub(crate) fn is_clear(window: &MainWindow) -> bool {
    let adapter = window.global::<MessageAdapter>();
    adapter.get_number() == 0
        && adapter.get_parts().row_count() == 0
        && adapter.get_documents().row_count() == 0
        && adapter.get_patient() == PatientItem::default()
        && [adapter.get_subject(), adapter.get_sender(), adapter.get_signer()].iter().all(|text| text.is_empty())
}

/// A number for this message and no other: the page begins at its top when it changes, and stays where it is when the
/// same message is shown anew.
fn number(letter: &Letter) -> i32 {
    let mut hasher = DefaultHasher::new();
    letter.from.address.hash(&mut hasher);
    letter.subject.hash(&mut hasher);
    let Stamp { day, hour, minute } = letter.when;
    (day.year, day.month, day.day, hour, minute).hash(&mut hasher);
    letter.blocks.len().hash(&mut hasher);
    letter.blocks.first().map(|block| block.text.as_str()).hash(&mut hasher);
    let [a, b, c, d, ..] = hasher.finish().to_le_bytes();
    i32::from_le_bytes([a, b, c, d])
}

pub(super) fn map_answer(answer: Answer) -> Kind {
    match answer {
        Answer::Reply => Kind::Reply,
        Answer::ReplyAll => Kind::ReplyAll,
        Answer::Forward => Kind::Forward,
        Answer::Draft => Kind::Draft,
    }
}

fn map_patient(patient: &Patient) -> PatientItem {
    let name = format!("{} {}", patient.family, patient.given);
    PatientItem {
        name: one_line(name.trim()).into(),
        sex: match patient.sex {
            Sex::Unknown => PatientSex::Unknown,
            Sex::Female => PatientSex::Female,
            Sex::Male => PatientSex::Male,
        },
        born_known: patient.born.is_some(),
        // A birth date is always written out.
        born: map_date(Stamp { day: patient.born.unwrap_or_default(), hour: 0, minute: 0 }, None),
        age: patient.age.map_or(-1, i32::from),
        ins: one_line(&patient.ins).into(),
        qualified: patient.qualified,
    }
}

fn map_seal(seal: &Seal) -> (SealKind, &str) {
    match seal {
        Seal::None => (SealKind::Nothing, ""),
        Seal::Valid(signer) => (SealKind::Valid, signer),
        Seal::Unverified => (SealKind::Unverified, ""),
        Seal::Invalid => (SealKind::Invalid, ""),
        Seal::Encrypted => (SealKind::Encrypted, ""),
    }
}

fn map_report(report: Option<Report>) -> ReportKind {
    match report {
        None => ReportKind::Nothing,
        Some(Report::NotDelivered) => ReportKind::NotDelivered,
        Some(Report::Delayed) => ReportKind::Delayed,
        Some(Report::Delivered) => ReportKind::Delivered,
        Some(Report::Read) => ReportKind::Read,
        Some(Report::NotIntegrated) => ReportKind::NotIntegrated,
    }
}

fn map_document(line: &DocumentLine) -> DocumentItem {
    DocumentItem {
        title: one_line(&line.title).into(),
        kind: papers::map_kind(line.kind),
        ending: one_line(&line.ending).into(),
        pages: line.pages.map_or(-1, count),
        results: line.results.map_or(-1, count),
        abnormal: count(line.abnormal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(subject: &str, text: &str) -> Letter {
        let mut letter = Letter::default();
        letter.subject = subject.into();
        letter.blocks = vec![flow::Block { kind: flow::BlockKind::Paragraph, text: text.into() }];
        letter
    }

    #[test]
    fn the_same_message_shown_anew_keeps_its_place_and_another_one_begins_at_its_top() {
        let mut shown = letter("Avis", "Bonjour,");
        let before = number(&shown);
        shown.receipt = Receipt::Sent;
        assert_eq!(number(&shown), before);
        assert_ne!(number(&letter("Avis", "Cher confrère,")), before);
        assert_ne!(number(&letter("Réponse", "Bonjour,")), before);
    }
}
