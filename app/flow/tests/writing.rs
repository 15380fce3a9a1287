//! Writing and sending, told event by event: never lost, never sent twice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod people;

use flow::*;
use people::*;

fn prepared(to: &[&str]) -> Box<Prepared> {
    let to = to.iter().map(|address| Correspondent { name: String::new(), address: (*address).into() }).collect();
    Box::new(Prepared { to, subject: "Re\u{202F}: Compte rendu".into(), ..Prepared::default() })
}

fn number(desk: &Desk) -> u64 {
    let found = desk.effects.iter().find_map(|effect| match effect {
        Effect::Prepare(_, number, ..) => Some(*number),
        _ => None,
    });
    found.expect("something prepared")
}

fn saved(desk: &Desk) -> Option<Written> {
    desk.effects.iter().find_map(|effect| match effect {
        Effect::SaveDraft(_, _, written) => Some((**written).clone()),
        _ => None,
    })
}

fn sends(desk: &Desk) -> usize {
    desk.effects.iter().filter(|effect| matches!(effect, Effect::Send(..))).count()
}

/// Answering the first letter, the keyboard open.
fn answering() -> (Desk, u64) {
    let mut desk = Desk::reading(10);
    desk.touch(Touch::Write(Kind::Reply));
    let number = number(&desk);
    desk.event(Event::Prepared(desk.ticket(), number, Ok(prepared(&["bianca.castafiore@mss.test"]))));
    desk.touch(Touch::WriteOwn);
    (desk, number)
}

/// The same, a text on its way.
fn sending() -> (Desk, u64) {
    let (mut desk, number) = answering();
    desk.touch(Touch::Edited(Field::Text, "Merci.".into()));
    desk.touch(Touch::Send);
    desk.touch(Touch::Confirm);
    assert_eq!(sends(&desk), 1);
    (desk, number)
}

fn compose(desk: &Desk) -> Compose {
    match desk.screen() {
        Screen::Compose(compose) => *compose,
        other => panic!("the keyboard, not {other:?}"),
    }
}

#[test]
fn a_whole_sentence_answers_in_three_touches() {
    let mut desk = Desk::reading(10);
    desk.touch(Touch::Write(Kind::Reply));
    let number = number(&desk);
    assert!(matches!(desk.screen(), Screen::Replies(_)));
    desk.event(Event::Prepared(desk.ticket(), number, Ok(prepared(&["bianca.castafiore@mss.test"]))));
    desk.touch(Touch::QuickReply(0));
    let Screen::Question(Question::Send(sheet)) = desk.screen() else { panic!("the preview") };
    assert_eq!(sheet.text.0, "Bien reçu, merci.");
    desk.touch(Touch::Confirm);
    let sent = desk.effects.iter().find_map(|effect| match effect {
        Effect::Send(_, sent, written) => Some((*sent, written.text.0.clone())),
        _ => None,
    });
    assert_eq!(sent, Some((number, "Bien reçu, merci.".into())));
    desk.event(Event::Sent(desk.ticket(), number, SendOutcome::Sent));
    assert_eq!(desk.inbox().banner, Banner::Sent("bianca.castafiore@mss.test".into()));
    let List::Rows(rows) = desk.inbox().list else { panic!("rows") };
    assert!(rows[0].answered);
    desk.wait(4);
    assert_eq!(desk.inbox().banner, Banner::None);
}

#[test]
fn nothing_is_sent_before_the_answer_is_ready_or_to_nobody() {
    let mut desk = Desk::reading(10);
    desk.touch(Touch::Write(Kind::Reply));
    let number = number(&desk);
    desk.touch(Touch::QuickReply(0));
    desk.touch(Touch::Confirm);
    assert_eq!(sends(&desk), 0);
    desk.event(Event::Prepared(desk.ticket(), number, Ok(prepared(&[]))));
    desk.touch(Touch::Confirm);
    assert_eq!(sends(&desk), 0);
    desk.touch(Touch::Back);
    assert!(!compose(&desk).can_send);
}

#[test]
fn a_closed_thread_is_not_answered() {
    let mut desk = Desk::reading(10);
    desk.touch(Touch::Write(Kind::ReplyAll));
    let number = number(&desk);
    let mut closed = prepared(&["279035121518989@patient.mssante.fr"]);
    closed.refused = Some(Refused::ThreadClosed);
    desk.event(Event::Prepared(desk.ticket(), number, Ok(closed)));
    assert!(!compose(&desk).can_send);
    desk.touch(Touch::Edited(Field::Text, "Bonjour".into()));
    desk.touch(Touch::Send);
    assert!(matches!(desk.screen(), Screen::Compose(_)));
}

#[test]
fn what_is_typed_goes_to_the_server_after_a_pause() {
    let (mut desk, number) = answering();
    desk.touch(Touch::Edited(Field::Text, "Bien".into()));
    assert!(saved(&desk).is_none());
    assert_eq!(compose(&desk).kept, Kept::Not);
    desk.wait(2);
    assert!(saved(&desk).is_none(), "still typing");
    desk.touch(Touch::Edited(Field::Text, "Bien reçu".into()));
    desk.wait(3);
    assert_eq!(saved(&desk).unwrap().text.0, "Bien reçu");
    desk.event(Event::DraftSaved(desk.ticket(), number, Ok(())));
    assert_eq!(compose(&desk).kept, Kept::Yes);
    desk.wait(30);
    assert!(saved(&desk).is_none(), "nothing new to keep");
    // One that fails is said, and tried again at the next word.
    desk.touch(Touch::Edited(Field::Text, "Bien reçu,".into()));
    desk.wait(3);
    desk.event(Event::DraftSaved(desk.ticket(), number, Err(Failure::MailboxFull)));
    assert_eq!(compose(&desk).kept, Kept::Failed);
    desk.wait(10);
    assert!(saved(&desk).is_none());
    desk.touch(Touch::Edited(Field::Text, "Bien reçu, merci".into()));
    desk.wait(3);
    assert!(saved(&desk).is_some());
}

#[test]
fn the_card_pulled_while_one_writes_keeps_the_last_words() {
    let (mut desk, _) = answering();
    desk.touch(Touch::Edited(Field::Text, "Je vous rappelle demain".into()));
    desk.event(Event::CardRemoved);
    assert_eq!(saved(&desk).unwrap().text.0, "Je vous rappelle demain");
    let order = desk.effects.iter().position(|effect| matches!(effect, Effect::SaveDraft(..))).unwrap();
    let forget = desk.effects.iter().position(|effect| matches!(effect, Effect::Forget(_))).unwrap();
    assert!(order < forget);
    assert!(matches!(desk.screen(), Screen::Idle(_)));
}

#[test]
fn leaving_a_text_asks_first() {
    let (mut desk, _) = answering();
    desk.touch(Touch::Back);
    assert!(matches!(desk.screen(), Screen::Message(_)), "nothing was written, nothing is asked");
    let (mut desk, number) = answering();
    desk.touch(Touch::Edited(Field::Text, "Bonjour".into()));
    desk.wait(3);
    desk.touch(Touch::Back);
    assert_eq!(desk.screen(), Screen::Question(Question::Discard));
    desk.touch(Touch::Continue);
    assert_eq!(compose(&desk).text.0, "Bonjour");
    desk.touch(Touch::Back);
    desk.touch(Touch::Confirm);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::DropDraft(_, dropped) if *dropped == number)));
    assert!(matches!(desk.screen(), Screen::Message(_)));
    let (mut desk, _) = answering();
    desk.touch(Touch::Edited(Field::Text, "Bonjour".into()));
    desk.touch(Touch::Back);
    desk.touch(Touch::KeepDraft);
    assert!(saved(&desk).is_some());
    desk.touch(Touch::Back);
    assert_eq!(desk.inbox().banner, Banner::DraftKept);
}

#[test]
fn a_message_that_was_not_sent_keeps_its_text_and_may_be_sent_again() {
    let (mut desk, number) = sending();
    let refused = SendOutcome::NotSent { failure: Failure::SendLater, draft: true };
    desk.event(Event::Sent(desk.ticket(), number, refused));
    let page = Screen::Sending(Sending::NotSent { failure: Failure::SendLater, retry: true, draft: true });
    assert_eq!(desk.screen(), page);
    desk.touch(Touch::Retry);
    assert_eq!(sends(&desk), 1);
    let refused = SendOutcome::NotSent { failure: Failure::RecipientRefused, draft: true };
    desk.event(Event::Sent(desk.ticket(), number, refused));
    desk.touch(Touch::Retry);
    assert_eq!(sends(&desk), 0, "it would be refused again");
    desk.touch(Touch::Back);
    assert_eq!(compose(&desk).text.0, "Merci.");
}

#[test]
fn a_message_that_may_have_arrived_is_never_sent_again() {
    let (mut desk, number) = sending();
    desk.event(Event::Sent(desk.ticket(), number, SendOutcome::Unknown { draft: true }));
    assert_eq!(desk.screen(), Screen::Sending(Sending::Unknown { draft: true }));
    for touch in [Touch::Retry, Touch::Confirm, Touch::Send] {
        desk.touch(touch);
        assert_eq!(sends(&desk), 0);
    }
    desk.touch(Touch::Done);
    assert!(matches!(desk.screen(), Screen::Message(_)));
}

#[test]
fn touches_during_sending_change_nothing() {
    let (mut desk, _) = sending();
    for touch in [Touch::Confirm, Touch::Send, Touch::Back, Touch::Retry, Touch::Cancel, Touch::ChangeMailbox] {
        desk.touch(touch);
        assert_eq!(sends(&desk), 0);
        assert!(matches!(desk.screen(), Screen::Sending(Sending::Going(_))));
    }
    desk.wait(10);
    assert_eq!(desk.screen(), Screen::Sending(Sending::Going(true)));
}

#[test]
fn the_card_pulled_while_a_message_is_on_its_way_ends_in_the_truth() {
    for (outcome, told) in [
        (SendOutcome::Sent, Parting::Sent),
        (SendOutcome::NotSent { failure: Failure::SendLater, draft: true }, Parting::NotSent { draft: true }),
        (SendOutcome::Unknown { draft: false }, Parting::Unknown),
    ] {
        let (mut desk, _) = sending();
        let ticket = desk.ticket();
        desk.event(Event::CardRemoved);
        assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Forget(_))), "all else is wiped at once");
        assert_eq!(desk.screen(), Screen::Parting(Parting::Going));
        assert!(desk.visit.view(desk.now).bar.session.is_none());
        desk.event(Event::Parted(Ticket(ticket.0 + 7), outcome));
        assert_eq!(desk.screen(), Screen::Parting(Parting::Going), "of another visit");
        desk.event(Event::Parted(ticket, outcome));
        assert_eq!(desk.screen(), Screen::Parting(told));
        desk.wait(20);
        assert!(matches!(desk.screen(), Screen::Idle(_)));
    }
}

#[test]
fn nobody_waits_for_ever_for_an_outcome_and_the_next_card_opens_its_own_visit() {
    let (mut desk, _) = sending();
    desk.event(Event::CardRemoved);
    desk.wait(74);
    assert_eq!(desk.screen(), Screen::Parting(Parting::Going));
    desk.wait(1);
    assert_eq!(desk.screen(), Screen::Parting(Parting::Unknown));
    desk.insert();
    assert!(matches!(desk.screen(), Screen::Reading(_)));
}

#[test]
fn a_line_lost_while_one_writes_loses_no_word() {
    let (mut desk, _) = answering();
    desk.touch(Touch::Edited(Field::Text, "Je disais donc".into()));
    desk.event(Event::MailFailed(desk.ticket(), Failure::MailUnreachable));
    assert!(matches!(desk.screen(), Screen::Reconnecting(_)));
    desk.touch(Touch::Retry);
    desk.event(Event::Opened(desk.ticket(), opened(10)));
    assert_eq!(compose(&desk).text.0, "Je disais donc");
    desk.wait(3);
    assert_eq!(saved(&desk).unwrap().text.0, "Je disais donc");
}

#[test]
fn a_mailbox_lost_while_a_message_is_on_its_way_waits_for_the_outcome() {
    let (mut desk, number) = sending();
    desk.event(Event::MailFailed(desk.ticket(), Failure::MailUnreachable));
    assert!(matches!(desk.screen(), Screen::Sending(_)));
    desk.event(Event::Sent(desk.ticket(), number, SendOutcome::Sent));
    assert!(matches!(desk.screen(), Screen::Reconnecting(_)));
}

#[test]
fn a_login_lost_while_a_message_is_on_its_way_waits_for_the_outcome_as_well() {
    let (mut desk, number) = sending();
    desk.event(Event::LoginFailed(desk.ticket(), Failure::ProviderUnreachable));
    assert!(matches!(desk.screen(), Screen::Sending(_)), "the outcome would never be told");
    desk.event(Event::Sent(desk.ticket(), number, SendOutcome::Sent));
    assert_eq!(desk.failure(), Some(Failure::ProviderUnreachable));
}

#[test]
fn a_session_closed_behind_the_curtain_still_tells_what_became_of_a_message() {
    let (mut desk, _) = sending();
    let ticket = desk.ticket();
    desk.touch(Touch::Mask);
    desk.touch(Touch::Close);
    assert_eq!(desk.screen(), Screen::Parting(Parting::Going));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Forget(_))), "all else is forgotten at once");
    desk.event(Event::Parted(ticket, SendOutcome::Sent));
    assert_eq!(desk.screen(), Screen::Parting(Parting::Sent));
    desk.touch(Touch::Done);
    assert_eq!(desk.screen(), Screen::RemoveCard(RemoveCard::Finished));
}

#[test]
fn a_message_that_cannot_be_made_ready_says_so() {
    let mut desk = Desk::reading(10);
    desk.touch(Touch::Write(Kind::Forward));
    let number = number(&desk);
    desk.event(Event::Prepared(desk.ticket(), number, Err(Failure::MessageTooLarge)));
    if matches!(desk.screen(), Screen::Recipients(_)) {
        desk.touch(Touch::Back);
    }
    let page = compose(&desk);
    assert_eq!((page.failed, page.can_send), (Some(Failure::MessageTooLarge), false));
}

#[test]
fn a_draft_keeps_its_wish_for_a_receipt() {
    let mut desk = Desk::reading(10);
    desk.touch(Touch::Write(Kind::Reply));
    let number = number(&desk);
    let prepared = Prepared { receipt: true, ..*prepared(&["bianca.castafiore@mss.test"]) };
    desk.event(Event::Prepared(desk.ticket(), number, Ok(Box::new(prepared))));
    desk.touch(Touch::WriteOwn);
    assert!(compose(&desk).receipt);
}

#[test]
fn a_new_message_begins_with_whom_it_is_for() {
    let mut desk = Desk::at_work(10);
    desk.touch(Touch::Write(Kind::New));
    let number = number(&desk);
    assert!(matches!(desk.screen(), Screen::Recipients(Recipients { from: Source::Recent, searching: true, .. })));
    desk.event(Event::Prepared(desk.ticket(), number, Ok(Box::default())));
    desk.touch(Touch::SearchRecipient);
    desk.touch(Touch::Typed("castafiore".into()));
    desk.touch(Touch::Submit);
    let asked = desk.effects.iter().find_map(|effect| match effect {
        Effect::Find(_, asked, Source::Directory, query) if query.0 == "castafiore" => Some(*asked),
        _ => None,
    });
    let line = |name: &str, address: &str| RecipientLine {
        who: Correspondent { name: name.into(), address: address.into() },
        detail: Text::default(),
        chosen: false,
    };
    let lines = vec![line("Dr Bianca CASTAFIORE", "bianca.castafiore@mss.test"), line("Autre", "autre@gmail.com")];
    desk.event(Event::Found(desk.ticket(), asked.unwrap(), Ok(lines)));
    for (index, refused) in [(1, Some(Refused::NotMssante)), (0, None)] {
        desk.touch(Touch::Recipient(index));
        let who = desk.effects.iter().find_map(|effect| match effect {
            Effect::Check(_, who) => Some(who.clone()),
            _ => None,
        });
        desk.event(Event::Checked(desk.ticket(), who.unwrap(), refused));
        let Screen::Recipients(page) = desk.screen() else { panic!("recipients") };
        assert_eq!((page.refused, page.chosen.len()), (refused, usize::from(refused.is_none())));
    }
    desk.touch(Touch::Recipient(0));
    desk.touch(Touch::Recipient(0));
    assert_eq!(desk.effects.len(), 1, "taken out, then checked again");
    desk.event(Event::Checked(desk.ticket(), line("", "bianca.castafiore@mss.test").who.clone(), None));
    desk.touch(Touch::Done);
    let page = compose(&desk);
    assert_eq!((page.kind, page.to.len(), page.field, page.can_send), (Kind::New, 1, Field::Subject, true));
    desk.touch(Touch::Edited(Field::Subject, "x".repeat(500).as_str().into()));
    assert_eq!(compose(&desk).subject.0.len(), 200);
}

#[test]
fn a_phrase_is_added_after_what_was_typed() {
    let (mut desk, _) = answering();
    desk.touch(Touch::Edited(Field::Text, "Merci.".into()));
    let before = compose(&desk).revision;
    desk.touch(Touch::Phrase(0));
    assert_eq!(compose(&desk).text.0, "Merci. Bien confraternellement,");
    assert_eq!(compose(&desk).revision, before + 1);
}

#[test]
fn what_is_typed_is_never_printed() {
    let (mut desk, _) = answering();
    desk.touch(Touch::Edited(Field::Text, "confidence".into()));
    let said = format!("{:?} {:?} {:?}", desk.screen(), desk.visit, desk.effects);
    assert!(!said.contains("confidence") && !said.contains("castafiore") && !said.contains("Compte rendu"), "{said}");
}
