//! Whatever happens, in whatever order: nothing of a visit outlives the card.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod people;

use flow::*;
use people::*;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::time::Duration;

/// One thing that may happen. Tickets are filled in when it does: those of the visit under way, or an old one.
#[derive(Debug, Clone)]
enum Happening {
    Insert(u64),
    Remove,
    Reader(u8),
    Network(bool),
    ClockWrong(bool),
    Maintenance(bool),
    CardRead(bool, u8, u8),
    HolderRead(bool, u8),
    Pin(bool, u8),
    LoggedIn(bool, u8),
    LoginFailed(bool, usize),
    Counted(bool, usize),
    Opened(bool, u32),
    MailFailed(bool, usize),
    Folders(bool, u8),
    Rows(bool, u32),
    RowsFailed(bool),
    NewMail(bool, u32),
    Touch(Touch),
    Wait(u64),
    Incident,
}

fn touches() -> impl Strategy<Value = Touch> {
    prop_oneof![
        4 => (0_u8..=11).prop_map(Touch::Digit),
        3 => Just(Touch::Submit),
        1 => prop_oneof![
            Just(Touch::Anywhere), Just(Touch::Erase), Just(Touch::EraseAll), Just(Touch::Cancel), Just(Touch::Retry),
            Just(Touch::Continue), Just(Touch::Close), Just(Touch::Shuffle), Just(Touch::ChangeMailbox),
            Just(Touch::ShowNew), Just(Touch::DismissNew), Just(Touch::Help), Just(Touch::DisplaySettings),
            Just(Touch::Done), Just(Touch::Large(true)), Just(Touch::Large(false)), Just(Touch::Dark(true)),
        ],
        1 => (0_usize..6).prop_map(Touch::ChooseMailbox),
        1 => (0_usize..6).prop_map(Touch::OpenFolder),
        2 => prop_oneof![Just(PageMove::First), Just(PageMove::Previous), Just(PageMove::Next), Just(PageMove::Last)]
            .prop_map(Touch::Move),
    ]
}

fn happenings() -> impl Strategy<Value = Happening> {
    let live = prop::bool::weighted(0.9);
    prop_oneof![
        3 => any::<u64>().prop_map(Happening::Insert),
        1 => Just(Happening::Remove),
        1 => (0_u8..3).prop_map(Happening::Reader),
        1 => any::<bool>().prop_map(Happening::Network),
        1 => any::<bool>().prop_map(Happening::ClockWrong),
        1 => any::<bool>().prop_map(Happening::Maintenance),
        4 => (live, 0_u8..8, 0_u8..4).prop_map(|(l, f, t)| Happening::CardRead(l, f, t)),
        4 => (live, 0_u8..8).prop_map(|(l, f)| Happening::HolderRead(l, f)),
        4 => (live, 0_u8..8).prop_map(|(l, o)| Happening::Pin(l, o)),
        4 => (live, 0_u8..6).prop_map(|(l, n)| Happening::LoggedIn(l, n)),
        1 => (live, 0_usize..100).prop_map(|(l, f)| Happening::LoginFailed(l, f)),
        1 => (live, 0_usize..8).prop_map(|(l, i)| Happening::Counted(l, i)),
        4 => (live, prop_oneof![Just(0), 1_u32..200, any::<u32>()]).prop_map(|(l, n)| Happening::Opened(l, n)),
        1 => (live, 0_usize..100).prop_map(|(l, f)| Happening::MailFailed(l, f)),
        2 => (live, 0_u8..5).prop_map(|(l, n)| Happening::Folders(l, n)),
        3 => (live, any::<u32>()).prop_map(|(l, n)| Happening::Rows(l, n)),
        1 => live.prop_map(Happening::RowsFailed),
        1 => (live, any::<u32>()).prop_map(|(l, n)| Happening::NewMail(l, n)),
        10 => touches().prop_map(Happening::Touch),
        3 => (0_u64..200).prop_map(Happening::Wait),
        1 => Just(Happening::Incident),
    ]
}

/// A desk that keeps account of the visits it saw.
struct Witness {
    desk: Desk,
    begun: BTreeSet<Ticket>,
    forgotten: BTreeSet<Ticket>,
    last_request: Option<Request>,
}

impl Witness {
    fn new() -> Self {
        Self { desk: Desk::idle(), begun: BTreeSet::new(), forgotten: BTreeSet::new(), last_request: None }
    }

    fn ticket(&self, live: bool) -> Ticket {
        match self.desk.ticket_if_any() {
            Some(ticket) if live => ticket,
            Some(Ticket(number)) => Ticket(number.saturating_sub(1)),
            None => self.begun.last().copied().unwrap_or_default(),
        }
    }

    fn happen(&mut self, happening: Happening) {
        let failure = |index: usize| Failure::ALL[index % Failure::ALL.len()];
        let fault = |index: u8| {
            [
                CardFault::Unreadable,
                CardFault::Vitale,
                CardFault::Unknown,
                CardFault::NoAuthentication,
                CardFault::Hung,
                CardFault::Busy,
                CardFault::Gone,
            ][usize::from(index) % 7]
        };
        let event = match happening {
            Happening::Insert(entropy) => Event::CardInserted { entropy },
            Happening::Remove => Event::CardRemoved,
            Happening::Reader(0) => Event::Reader(ReaderState::Missing),
            Happening::Reader(1) => Event::Reader(ReaderState::ServiceDown),
            Happening::Reader(_) => Event::Reader(ReaderState::Present),
            Happening::Network(up) => Event::Network(up),
            Happening::ClockWrong(wrong) => Event::ClockWrong(wrong),
            Happening::Maintenance(on) => Event::Maintenance(on.then_some(Some(3))),
            Happening::CardRead(live, 0, index) => Event::CardRead(self.ticket(live), Err(fault(index))),
            Happening::CardRead(live, _, tries) => Event::CardRead(self.ticket(live), Ok(facts(tries))),
            Happening::HolderRead(live, index @ 0..=1) => Event::HolderRead(self.ticket(live), Err(fault(index))),
            Happening::HolderRead(live, _) => Event::HolderRead(self.ticket(live), Ok(doctor())),
            Happening::Pin(live, 0) => Event::PinChecked(self.ticket(live), PinOutcome::Blocked),
            Happening::Pin(live, left @ 1..=2) => Event::PinChecked(self.ticket(live), PinOutcome::Wrong(left)),
            Happening::Pin(live, 3) => Event::PinChecked(self.ticket(live), PinOutcome::Failed(CardFault::Hung)),
            Happening::Pin(live, _) => Event::PinChecked(self.ticket(live), PinOutcome::Right),
            Happening::LoggedIn(live, count) => Event::LoggedIn(self.ticket(live), vec![own_box(); usize::from(count)]),
            Happening::LoginFailed(live, index) => Event::LoginFailed(self.ticket(live), failure(index)),
            Happening::Counted(live, index) => {
                Event::Counted(self.ticket(live), index, Count::Known { unread: 1, total: 2 })
            }
            Happening::Opened(live, total) => Event::Opened(self.ticket(live), opened(total)),
            Happening::MailFailed(live, index) => Event::MailFailed(self.ticket(live), failure(index)),
            Happening::Folders(live, count) => {
                let folder = Folder { role: FolderRole::Inbox, name: "INBOX".into(), unread: 0, total: 0 };
                Event::FoldersRead(self.ticket(live), vec![folder; usize::from(count)])
            }
            Happening::Rows(live, total) => match self.last_request {
                Some(request) => {
                    Event::RowsRead(self.ticket(live), request, window(total, request.from, request.count))
                }
                None => return,
            },
            Happening::RowsFailed(live) => match self.last_request {
                Some(request) => Event::RowsFailed(self.ticket(live), request, Failure::MailServer),
                None => return,
            },
            Happening::NewMail(live, count) => Event::NewMail(self.ticket(live), count),
            Happening::Touch(touch) => Event::Touch(touch),
            Happening::Wait(seconds) => {
                self.desk.now = self.desk.now.plus(Duration::from_secs(seconds));
                Event::Tick
            }
            Happening::Incident => Event::Incident,
        };
        self.desk.event(event);
        for effect in &self.desk.effects {
            match effect {
                Effect::ReadCard(ticket) => assert!(self.begun.insert(*ticket), "a ticket begins once"),
                Effect::Forget(ticket) => assert!(self.forgotten.insert(*ticket), "a visit is forgotten once"),
                Effect::ReadRows(_, request) => self.last_request = Some(*request),
                _ => {}
            }
        }
        let alive: BTreeSet<_> = self.begun.difference(&self.forgotten).copied().collect();
        assert_eq!(alive, self.desk.ticket_if_any().into_iter().collect(), "only the visit under way is not forgotten");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn pulling_the_card_forgets_everything(events in prop::collection::vec(happenings(), 0..120)) {
        let mut witness = Witness::new();
        for event in events {
            witness.happen(event);
        }
        witness.happen(Happening::Remove);
        prop_assert_eq!(&witness.begun, &witness.forgotten);
        let screen = witness.desk.screen();
        let home = matches!(
            screen,
            Screen::Idle(_) | Screen::NoReader | Screen::Maintenance(_)
                | Screen::Failed(Failed { failure: Failure::ReaderService, .. })
        );
        prop_assert!(home, "an idle kiosk, not {:?}", screen);
    }

    #[test]
    fn every_state_has_a_way_home_by_waiting(events in prop::collection::vec(happenings(), 0..80)) {
        let mut witness = Witness::new();
        for event in events {
            witness.happen(event);
        }
        // Whatever is pending answers with a failure in the end; then time alone closes the visit.
        for _ in 0..3 {
            for failed in [Happening::CardRead(true, 0, 0), Happening::HolderRead(true, 0), Happening::Pin(true, 3),
                           Happening::LoginFailed(true, 0), Happening::MailFailed(true, 0)] {
                witness.happen(failed);
            }
            for _ in 0..12 {
                witness.happen(Happening::Wait(100));
            }
        }
        prop_assert_eq!(&witness.begun, &witness.forgotten, "no visit outlives an hour of silence");
    }

    #[test]
    fn the_code_never_reaches_the_screen(digits in prop::collection::vec(0_u8..10, 4..9)) {
        let mut desk = Desk::at_the_code(3);
        let typed: String = digits.iter().map(|digit| char::from(b'0' + digit)).collect();
        for digit in &digits {
            desk.touch(Touch::Digit(*digit));
        }
        let said = format!("{:?} {:?}", desk.screen(), desk.visit);
        let quoted = format!("\"{typed}\"");
        prop_assert!(!said.contains(&quoted));
        let listed = format!("{digits:?}");
        prop_assert!(!said.contains(&listed));
        let ascii = format!("{:?}", typed.as_bytes());
        prop_assert!(!said.contains(&ascii));
    }

    #[test]
    fn a_deadline_lies_ahead_or_nowhere(events in prop::collection::vec(happenings(), 0..80)) {
        let mut witness = Witness::new();
        for event in events {
            witness.happen(event);
            if let Some(due) = witness.desk.visit.deadline() {
                prop_assert!(due > witness.desk.now, "a deadline in the past would spin");
            }
        }
    }

    #[test]
    fn a_page_is_always_within_the_folder(events in prop::collection::vec(happenings(), 0..80)) {
        let mut witness = Witness { desk: Desk::in_the_inbox(19_208), begun: [Ticket(1)].into(), forgotten: BTreeSet::new(), last_request: None };
        for event in events {
            witness.happen(event);
            if let Screen::Inbox(page) = witness.desk.screen() {
                prop_assert!(page.last <= page.total && page.first <= page.last.max(1));
            }
        }
    }
}
