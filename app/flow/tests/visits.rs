//! Whole visits, told event by event.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod people;

use flow::*;
use people::*;
use secrecy::ExposeSecret;
use std::time::Duration;

fn news(desk: &Desk) -> u32 {
    match desk.inbox().banner {
        Banner::New(count) => count,
        _ => 0,
    }
}

fn seconds(count: u64) -> Moment {
    Moment(Duration::from_secs(count))
}

#[test]
fn from_card_to_inbox_and_away() {
    let mut desk = Desk::idle();
    desk.insert();
    assert!(matches!(desk.screen(), Screen::Reading(false)));
    desk.event(Event::CardRead(desk.ticket(), Ok(facts(3))));
    let Screen::EnterPin(page) = desk.screen() else { panic!("the code page") };
    assert_eq!((page.number.as_str(), page.holder.as_str(), page.tries), ("CPS3v3-2600971845", "", Tries::Left(3)));
    desk.event(Event::HolderRead(desk.ticket(), Ok(doctor())));
    desk.type_code(&[7, 3, 9, 1]);
    let pin = desk.effects.iter().find_map(|effect| match effect {
        Effect::VerifyPin(_, pin) => Some(pin.expose_secret().to_vec()),
        _ => None,
    });
    assert_eq!(pin.unwrap(), b"7391");
    desk.event(Event::PinChecked(desk.ticket(), PinOutcome::Right));
    assert!(matches!(desk.screen(), Screen::Connecting(Connecting { step: Step::Identity, .. })));
    desk.event(Event::LoggedIn(desk.ticket(), vec![own_box(), service_box()]));
    let Screen::ChooseMailbox(page) = desk.screen() else { panic!("two boxes, a choice") };
    assert_eq!(page.lines.len(), 2);
    desk.touch(Touch::ChooseMailbox(1));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::OpenMailbox(_, 1))));
    desk.event(Event::Opened(desk.ticket(), opened(19_208)));
    let Screen::Inbox(page) = desk.screen() else { panic!("the inbox") };
    assert_eq!((page.first, page.last, page.total), (1, 8, 19_208));
    let ticket = desk.ticket();
    desk.event(Event::CardRemoved);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Forget(wiped) if *wiped == ticket)));
    assert!(matches!(desk.screen(), Screen::Idle(Idle { closed: true, .. })));
    desk.wait(3);
    assert!(matches!(desk.screen(), Screen::Idle(Idle { closed: false, .. })));
}

#[test]
fn one_box_opens_without_a_choice() {
    let mut desk = Desk::past_the_code();
    desk.event(Event::LoggedIn(desk.ticket(), vec![own_box()]));
    assert!(matches!(desk.screen(), Screen::Connecting(Connecting { step: Step::Mailbox, .. })));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::OpenMailbox(_, 0))));
}

#[test]
fn nobody_known_has_no_box() {
    let mut desk = Desk::past_the_code();
    desk.event(Event::LoggedIn(desk.ticket(), vec![]));
    assert_eq!(desk.failure(), Some(Failure::NoMailbox));
}

#[test]
fn a_refused_box_leads_back_to_the_choice_and_says_so() {
    let mut desk = Desk::past_the_code();
    desk.event(Event::LoggedIn(desk.ticket(), vec![own_box(), service_box()]));
    desk.touch(Touch::ChooseMailbox(1));
    desk.event(Event::MailFailed(desk.ticket(), Failure::AccountRefused));
    let Screen::ChooseMailbox(page) = desk.screen() else { panic!("back to the choice") };
    assert!(page.refused);
    assert_eq!(page.lines[1].count, Count::Refused);
    desk.touch(Touch::ChooseMailbox(0));
    assert!(matches!(desk.screen(), Screen::Connecting(_)));
}

#[test]
fn the_last_page_is_19_201_to_19_208() {
    let mut desk = Desk::in_the_inbox(19_208);
    desk.touch(Touch::Move(PageMove::Last));
    assert!(matches!(desk.inbox().list, List::Loading));
    let request = desk.request();
    assert_eq!(request.from, 19_200);
    desk.event(Event::RowsRead(desk.ticket(), request, window(19_208, request.from, 8)));
    let page = desk.inbox();
    assert_eq!((page.first, page.last, page.total), (19_201, 19_208, 19_208));
    assert!(matches!(page.list, List::Rows(rows) if rows.len() == 8));
}

#[test]
fn six_pages_cost_one_request_and_the_seventh_another() {
    let mut desk = Desk::in_the_inbox(19_208);
    for _ in 0..5 {
        desk.touch(Touch::Move(PageMove::Next));
        assert!(matches!(desk.inbox().list, List::Rows(_)));
    }
    desk.touch(Touch::Move(PageMove::Next));
    assert!(matches!(desk.inbox().list, List::Loading));
    assert_eq!(desk.request().from, 48);
}

#[test]
fn only_the_latest_answer_counts() {
    let mut desk = Desk::in_the_inbox(19_208);
    desk.touch(Touch::Move(PageMove::Last));
    let first = desk.request();
    desk.touch(Touch::Move(PageMove::First));
    desk.event(Event::RowsRead(desk.ticket(), first, window(19_208, first.from, 8)));
    assert_eq!(desk.inbox().first, 1);
}

#[test]
fn a_folder_on_its_way_is_counted_as_the_list_of_folders_counts_it() {
    let mut desk = Desk::in_the_inbox(19_208);
    let folder = |role, total| Folder { role, name: String::new(), unread: 0, total };
    let folders = vec![folder(FolderRole::Inbox, 19_208), folder(FolderRole::Sent, 3), folder(FolderRole::Trash, 0)];
    desk.event(Event::FoldersRead(desk.ticket(), folders));
    desk.touch(Touch::OpenFolder(1));
    let page = desk.inbox();
    assert!(matches!(page.list, List::Loading));
    assert_eq!((page.first, page.last, page.total), (1, 3, 3));
    let request = desk.request();
    desk.event(Event::RowsFailed(desk.ticket(), request, Failure::MailServer));
    assert_eq!((desk.inbox().first, desk.inbox().total), (1, 3));
    desk.touch(Touch::OpenFolder(2));
    assert_eq!((desk.inbox().first, desk.inbox().total), (0, 0));
}

#[test]
fn an_empty_folder_says_so_and_a_failed_page_is_never_taken_for_one() {
    let mut desk = Desk::in_the_inbox(0);
    assert!(matches!(desk.inbox().list, List::Empty));
    let mut desk2 = Desk::in_the_inbox(19_208);
    desk2.touch(Touch::Move(PageMove::Last));
    let request = desk2.request();
    desk2.event(Event::RowsFailed(desk2.ticket(), request, Failure::MailServer));
    assert!(matches!(desk2.inbox().list, List::Failed(Failure::MailServer)));
    desk2.touch(Touch::Retry);
    assert_eq!(desk2.request().from, request.from);
    desk.event(Event::CardRemoved);
}

#[test]
fn new_mail_never_moves_the_list() {
    let mut desk = Desk::in_the_inbox(19_208);
    let before = desk.inbox().list;
    desk.event(Event::NewMail(desk.ticket(), 1, 13));
    assert_eq!(desk.inbox().list, before);
    assert_eq!(news(&desk), 1);
    desk.touch(Touch::ShowNew);
    assert!(desk.request().afresh);
    assert_eq!(news(&desk), 0);
}

#[test]
fn three_wrong_codes_warn_then_block() {
    let mut desk = Desk::at_the_code(3);
    desk.type_code(&[1, 1, 1, 1]);
    desk.event(Event::PinChecked(desk.ticket(), PinOutcome::Wrong(2)));
    let Screen::EnterPin(page) = desk.screen() else { panic!() };
    assert!(page.wrong && page.typed == 0 && page.tries == Tries::Left(2));
    desk.type_code(&[1, 1, 1, 1]);
    desk.event(Event::PinChecked(desk.ticket(), PinOutcome::Wrong(1)));
    let Screen::EnterPin(page) = desk.screen() else { panic!() };
    assert_eq!(page.tries, Tries::Last);
    desk.type_code(&[1, 1, 1, 1]);
    desk.event(Event::PinChecked(desk.ticket(), PinOutcome::Blocked));
    assert_eq!(desk.failure(), Some(Failure::CardBlocked));
    assert!(desk.ticket_if_any().is_none(), "nothing of the visit is kept behind the refusal");
}

#[test]
fn a_blocked_card_is_told_before_any_code() {
    let mut desk = Desk::idle();
    desk.insert();
    desk.event(Event::CardRead(desk.ticket(), Ok(facts(0))));
    assert_eq!(desk.failure(), Some(Failure::CardBlocked));
}

#[test]
fn an_expired_card_says_since_when() {
    let mut desk = Desk::idle();
    desk.insert();
    desk.event(Event::CardRead(desk.ticket(), Ok(facts(3))));
    let day = Day { year: 2026, month: 3, day: 31 };
    desk.event(Event::HolderRead(
        desk.ticket(),
        Ok(Holder { name: "Dr Tryphon TOURNESOL".into(), initials: "TT".into(), expired: Some(day) }),
    ));
    let Screen::Failed(page) = desk.screen() else { panic!() };
    assert_eq!((page.failure, page.day, page.retry), (Failure::CardExpired, Some(day), false));
}

#[test]
fn three_digits_cannot_be_sent() {
    let mut desk = Desk::at_the_code(3);
    desk.type_code(&[1, 1, 1]);
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::VerifyPin(..))));
}

#[test]
fn a_right_code_waits_for_the_certificate() {
    let mut desk = Desk::idle();
    desk.insert();
    desk.event(Event::CardRead(desk.ticket(), Ok(facts(3))));
    desk.type_code(&[7, 3, 9, 1]);
    desk.event(Event::PinChecked(desk.ticket(), PinOutcome::Right));
    assert!(matches!(desk.screen(), Screen::EnterPin(page) if page.checking));
    desk.event(Event::HolderRead(desk.ticket(), Ok(doctor())));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::LogIn(_))));
}

#[test]
fn half_a_minute_without_a_digit_asks_for_the_card() {
    let mut desk = Desk::at_the_code(3);
    desk.touch(Touch::Digit(1));
    desk.wait(29);
    assert!(matches!(desk.screen(), Screen::EnterPin(_)));
    desk.wait(1);
    assert!(matches!(desk.screen(), Screen::RemoveCard(RemoveCard::PinTimedOut)));
    assert!(desk.ticket_if_any().is_none());
}

#[test]
fn an_untouched_session_asks_then_closes_then_calls() {
    let mut desk = Desk::in_the_inbox(19_208);
    desk.wait(90);
    assert!(matches!(desk.screen(), Screen::StillThere(StillThere { seconds: 30, of: 30 })));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Sound(Sound::Warning))));
    desk.wait(6);
    assert!(matches!(desk.screen(), Screen::StillThere(StillThere { seconds: 24, .. })));
    desk.wait(24);
    assert!(matches!(desk.screen(), Screen::RemoveCard(RemoveCard::TimedOut)));
    assert!(desk.ticket_if_any().is_none());
    desk.wait(5);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Sound(Sound::Forgotten))));
    for _ in 0..6 {
        desk.wait(5);
    }
    assert!(matches!(desk.screen(), Screen::RemoveCard(RemoveCard::Forgotten)));
}

#[test]
fn one_touch_anywhere_extends_the_session_ten_times_over() {
    let mut desk = Desk::in_the_inbox(19_208);
    for _ in 0..10 {
        desk.wait(110);
        assert!(matches!(desk.screen(), Screen::StillThere(_)));
        desk.touch(Touch::Anywhere);
        assert!(matches!(desk.screen(), Screen::Inbox(_)));
    }
}

#[test]
fn another_card_starts_another_visit_and_the_first_ones_answers_are_dropped() {
    let mut desk = Desk::past_the_code();
    let first = desk.ticket();
    desk.insert();
    assert_ne!(desk.ticket(), first);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Forget(wiped) if *wiped == first)));
    desk.event(Event::LoggedIn(first, vec![own_box()]));
    assert!(matches!(desk.screen(), Screen::Reading(_)));
}

#[test]
fn a_lost_line_is_tried_again_by_itself() {
    let mut desk = Desk::in_the_inbox(19_208);
    desk.event(Event::MailFailed(desk.ticket(), Failure::MailUnreachable));
    assert!(matches!(desk.screen(), Screen::Reconnecting(5)));
    desk.wait(5);
    assert!(matches!(desk.screen(), Screen::Reconnecting(0)));
    desk.event(Event::MailFailed(desk.ticket(), Failure::MailUnreachable));
    assert!(matches!(desk.screen(), Screen::Reconnecting(10)));
    desk.touch(Touch::Retry);
    desk.event(Event::Opened(desk.ticket(), opened(19_208)));
    assert!(matches!(desk.screen(), Screen::Inbox(_)));
}

#[test]
fn a_provider_that_is_down_says_so_and_can_be_tried_again() {
    let mut desk = Desk::past_the_code();
    desk.event(Event::LoginFailed(desk.ticket(), Failure::ProviderDown));
    assert_eq!(desk.failure(), Some(Failure::ProviderDown));
    desk.touch(Touch::Retry);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::LogIn(_))));
}

#[test]
fn a_server_that_cannot_be_trusted_offers_no_way_around() {
    let mut desk = Desk::past_the_code();
    desk.event(Event::LoginFailed(desk.ticket(), Failure::ProviderUntrusted));
    let Screen::Failed(page) = desk.screen() else { panic!() };
    assert!(!page.retry);
    desk.touch(Touch::Retry);
    assert_eq!(desk.failure(), Some(Failure::ProviderUntrusted));
}

#[test]
fn a_mute_card_gets_better_advice_the_third_time() {
    let mut desk = Desk::idle();
    for wipe in [false, false, true] {
        desk.insert();
        desk.event(Event::CardRead(desk.ticket(), Err(CardFault::Unreadable)));
        assert!(matches!(desk.screen(), Screen::Unreadable(advice) if advice == wipe));
        desk.event(Event::CardRemoved);
        assert!(matches!(desk.screen(), Screen::Idle(Idle { closed: false, .. })));
    }
}

#[test]
fn wrong_cards_each_have_their_word() {
    for (fault, failure) in [
        (CardFault::Vitale, Failure::CardVitale),
        (CardFault::Unknown, Failure::CardUnknown),
        (CardFault::NoAuthentication, Failure::CardWithoutAuthentication),
        (CardFault::Hung, Failure::CardHung),
    ] {
        let mut desk = Desk::idle();
        desk.insert();
        desk.event(Event::CardRead(desk.ticket(), Err(fault)));
        assert_eq!(desk.failure(), Some(failure));
    }
}

#[test]
fn a_missing_reader_clears_by_itself() {
    let mut desk = Desk::idle();
    desk.event(Event::Reader(ReaderState::Missing));
    assert!(matches!(desk.screen(), Screen::NoReader(_)));
    desk.event(Event::Reader(ReaderState::Present));
    assert!(matches!(desk.screen(), Screen::Idle(_)));
}

#[test]
fn a_dead_card_service_in_a_session_wipes_it() {
    let mut desk = Desk::in_the_inbox(19_208);
    desk.event(Event::Reader(ReaderState::ServiceDown));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Forget(_))));
    assert_eq!(desk.failure(), Some(Failure::ReaderService));
}

#[test]
fn a_wrong_clock_keeps_the_door_closed_until_it_is_right() {
    let mut desk = Desk::idle();
    desk.event(Event::ClockWrong(true));
    assert!(matches!(desk.screen(), Screen::Idle(Idle { notice: Some(Notice::ClockWrong), .. })));
    desk.insert();
    assert_eq!(desk.failure(), Some(Failure::ClockWrong));
    desk.touch(Touch::Retry);
    assert_eq!(desk.failure(), Some(Failure::ClockWrong));
    desk.event(Event::ClockWrong(false));
    desk.touch(Touch::Retry);
    assert!(matches!(desk.screen(), Screen::Reading(_)));
}

#[test]
fn maintenance_waits_for_the_end_of_a_visit() {
    let mut desk = Desk::in_the_inbox(19_208);
    desk.event(Event::Maintenance(Some(Some(5))));
    assert!(matches!(desk.screen(), Screen::Inbox(_)));
    desk.event(Event::CardRemoved);
    assert!(matches!(desk.screen(), Screen::Maintenance(Some(5))));
    desk.insert();
    assert!(matches!(desk.screen(), Screen::Maintenance(Some(5))));
    desk.event(Event::Maintenance(None));
    assert!(matches!(desk.screen(), Screen::Reading(_)));
}

#[test]
fn a_failed_start_says_its_code_and_can_be_tried_again() {
    let mut desk = Desk::starting();
    desk.event(Event::Started(Err(Failure::SelfTest)));
    assert_eq!(desk.failure(), Some(Failure::SelfTest));
    desk.touch(Touch::Retry);
    assert!(matches!(desk.screen(), Screen::Starting));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Restart)));
}

#[test]
fn the_next_person_finds_the_sites_own_display() {
    let mut desk = Desk::in_the_inbox(19_208);
    desk.touch(Touch::DisplaySettings);
    desk.touch(Touch::Dark(true));
    desk.touch(Touch::Large(true));
    desk.touch(Touch::Done);
    assert_eq!(desk.inbox().last, 6);
    desk.event(Event::CardRemoved);
    assert_eq!(desk.visit.view(desk.now).display, Display::default());
}

#[test]
fn a_display_tried_by_a_passer_by_goes_back_after_a_minute() {
    let mut desk = Desk::idle();
    desk.touch(Touch::DisplaySettings);
    desk.touch(Touch::Dark(true));
    desk.touch(Touch::Done);
    desk.wait(60);
    assert_eq!(desk.visit.view(desk.now).display, Display::default());
    assert_eq!(desk.visit.deadline(), None, "an idle kiosk sleeps");
}

#[test]
fn an_incident_wipes_and_begins_again() {
    let mut desk = Desk::in_the_inbox(19_208);
    desk.event(Event::Incident);
    assert_eq!(desk.failure(), Some(Failure::Internal));
    assert!(desk.ticket_if_any().is_none());
    desk.touch(Touch::Retry);
    assert!(matches!(desk.screen(), Screen::Reading(_)));
}

#[test]
fn what_was_due_is_done_before_a_late_event() {
    let mut desk = Desk::in_the_inbox(19_208);
    desk.now = seconds(10_000);
    desk.event(Event::Clock(Stamp::default()));
    assert!(matches!(desk.screen(), Screen::StillThere(_)));
}
