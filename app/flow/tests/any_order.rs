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
    Others(u8),
    Cards(bool),
    Places(bool, u8),
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
    NewMail(bool, u32, u32),
    /// Any of the answers about messages, documents, writing and printing, with a number.
    Mail(bool, u8, u64),
    /// News of the other two doors.
    Door(bool, u8),
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
        6 => work(),
        2 => doors(),
        1 => (0_usize..6).prop_map(Touch::ChooseMailbox),
        1 => (0_usize..6).prop_map(Touch::OpenFolder),
        2 => prop_oneof![Just(PageMove::First), Just(PageMove::Previous), Just(PageMove::Next), Just(PageMove::Last)]
            .prop_map(Touch::Move),
    ]
}

/// What is touched on the way in without a card.
fn doors() -> impl Strategy<Value = Touch> {
    prop_oneof![
        Just(Touch::WithoutCard),
        Just(Touch::ServiceDoor),
        Just(Touch::UnknownCode),
        Just(Touch::AskAgain),
        Just(Touch::NoNotification),
        Just(Touch::CorrectNumber),
        Just(Touch::Resend),
        Just(Touch::Forgotten),
        Just(Touch::OtherAccount),
        Just(Touch::OtherFactor),
        Just(Touch::Deny),
        (0_usize..3).prop_map(Touch::ChooseCard),
        (0_usize..3).prop_map(Touch::ChoosePlace),
        (0_usize..4).prop_map(Touch::FocusField),
        (0_usize..5).prop_map(Touch::Factor),
        any::<char>().prop_map(|letter| Touch::Key(Key(letter))),
    ]
}

/// A page of a provider, of this kind.
fn page(kind: u8) -> Box<ServicePage> {
    let field = |kind| ServiceField { kind, ..ServiceField::default() };
    let way = |kind| ServiceWay { kind, ..ServiceWay::default() };
    let (purpose, fields) = match kind % 6 {
        0 => (ServicePurpose::Login, vec![field(FieldKind::Login), field(FieldKind::Password)]),
        1 => (ServicePurpose::ChooseFactor, vec![]),
        2 => (ServicePurpose::Code(Factor::Sms), vec![field(FieldKind::Code)]),
        3 => (
            ServicePurpose::NewPassword,
            vec![field(FieldKind::NewPassword), field(FieldKind::NewPasswordAgain), field(FieldKind::Text)],
        ),
        4 => (ServicePurpose::Consent, vec![]),
        _ => (ServicePurpose::Message, vec![]),
    };
    let ways = [WayKind::Continue, WayKind::Resend, WayKind::Factor(Factor::App), WayKind::Accept, WayKind::Deny];
    let ways = ways.into_iter().map(way).collect();
    Box::new(ServicePage { purpose, fields, ways, ..ServicePage::default() })
}

/// What is touched in an open BAL.
fn work() -> impl Strategy<Value = Touch> {
    use Action::*;
    let index = 0_usize..4;
    prop_oneof![
        4 => index.clone().prop_map(Touch::OpenRow),
        2 => index.clone().prop_map(Touch::OpenDocument),
        2 => prop_oneof![Just(Kind::New), Just(Kind::Reply), Just(Kind::ReplyAll), Just(Kind::Forward), Just(Kind::Draft)]
            .prop_map(Touch::Write),
        2 => prop_oneof![Just(MarkRead), Just(MarkUnread), Just(Move), Just(Archive), Just(Junk), Just(Restore), Just(Delete), Just(Empty)]
            .prop_map(Touch::Act),
        1 => index.clone().prop_map(Touch::SelectRow),
        1 => index.clone().prop_map(Touch::MoveInto),
        1 => index.clone().prop_map(Touch::Recipient),
        1 => index.clone().prop_map(Touch::RemoveRecipient),
        1 => index.clone().prop_map(Touch::QuickReply),
        1 => index.prop_map(Touch::Phrase),
        2 => "[a-z@ ]{0,12}".prop_map(|text| Touch::Typed(Text(text))),
        2 => "[a-z ]{0,12}".prop_map(|text| Touch::Edited(Field::Text, Text(text))),
        8 => prop_oneof![
            Just(Touch::Back), Just(Touch::Confirm), Just(Touch::Send), Just(Touch::KeepDraft), Just(Touch::WriteOwn),
            Just(Touch::Recipients), Just(Touch::SearchRecipient), Just(Touch::Search), Just(Touch::StopSearch),
            Just(Touch::EndSearch), Just(Touch::Sort), Just(Touch::Jump), Just(Touch::Select), Just(Touch::SelectPage),
            Just(Touch::EndSelection), Just(Touch::Undo), Just(Touch::Refresh), Just(Touch::More), Just(Touch::ShowRest),
            Just(Touch::Print), Just(Touch::Zoom(true)), Just(Touch::Mask), Just(Touch::Unmask),
            Just(Touch::AnswerReceipt(true)), Just(Touch::Filter(Filter::Unread)), Just(Touch::SortBy(Sort::default())),
        ],
    ]
}

fn happenings() -> impl Strategy<Value = Happening> {
    let live = prop::bool::weighted(0.9);
    prop_oneof![
        3 => any::<u64>().prop_map(Happening::Insert),
        1 => Just(Happening::Remove),
        1 => (0_u8..3).prop_map(Happening::Reader),
        1 => (0_u8..3).prop_map(Happening::Others),
        1 => live.prop_map(Happening::Cards),
        1 => (live, 0_u8..4).prop_map(|(l, n)| Happening::Places(l, n)),
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
        1 => (live, any::<u32>(), any::<u32>()).prop_map(|(l, n, u)| Happening::NewMail(l, n, u)),
        8 => (live, 0_u8..20, 0_u64..6).prop_map(|(l, what, n)| Happening::Mail(l, what, n)),
        5 => (live, any::<u8>()).prop_map(|(l, what)| Happening::Door(l, what)),
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
    chosen: BTreeSet<Ticket>,
    last_request: Option<Request>,
    last_message: MessageId,
    /// The greatest number an order was given.
    numbers: u64,
    /// Orders to send, by the number of the writing, that have no outcome yet.
    on_their_way: BTreeSet<(Ticket, u64)>,
}

impl Witness {
    fn new() -> Self {
        let mut desk = Desk::with(Desk::complete());
        desk.event(Event::Started(Ok(())));
        desk.event(Event::Reader(ReaderState::Present));
        Self::at(desk)
    }

    fn at(desk: Desk) -> Self {
        Self {
            begun: desk.ticket_if_any().into_iter().collect(),
            desk,
            forgotten: BTreeSet::new(),
            chosen: BTreeSet::new(),
            last_request: None,
            last_message: MessageId::default(),
            numbers: 0,
            on_their_way: BTreeSet::new(),
        }
    }

    fn ticket(&self, live: bool) -> Ticket {
        match self.desk.ticket_if_any() {
            Some(ticket) if live => ticket,
            Some(Ticket(number)) => Ticket(number.saturating_sub(1)),
            None => self.begun.last().copied().unwrap_or_default(),
        }
    }

    /// An answer of this kind; its number is mostly one that was given.
    fn mail(&self, ticket: Ticket, what: u8, number: u64) -> Event {
        let number = self.numbers.saturating_sub(number);
        let failure = Failure::MailServer;
        let id = self.last_message;
        let outcome =
            [SendOutcome::Sent, SendOutcome::NotSent { failure, draft: true }, SendOutcome::Unknown { draft: false }]
                [usize::from(what) % 3];
        let who = Correspondent { name: String::new(), address: "a@mss.test".into() };
        match what {
            0..=2 => Event::MessageRead(ticket, id, Ok(letter())),
            3 => Event::MessageRead(ticket, id, Err(failure)),
            4 => Event::DocumentRead(
                ticket,
                number,
                DocumentNews::Open(Paper::Pages { page: 1, of: 3, picture: None, zoom: 0 }),
            ),
            5 => Event::DocumentRead(ticket, number, DocumentNews::Refused(Unreadable::Broken)),
            6 => Event::Changed(ticket, number, Ok(true)),
            7 => Event::Changed(ticket, number, Err(failure)),
            8 | 9 => Event::Prepared(ticket, number, Ok(Box::new(Prepared { to: vec![who], ..Prepared::default() }))),
            10 => Event::Found(ticket, number, Ok(vec![RecipientLine { who, detail: Text::default(), chosen: false }])),
            11 => Event::Checked(ticket, who, None),
            12 => Event::DraftSaved(ticket, number, Err(failure)),
            13..=15 => Event::Sent(ticket, number, outcome),
            16 => Event::Parted(ticket, outcome),
            17 => Event::Searched(ticket, number, Ok(Progress { found: 3, looked: 9, of: 9, done: true })),
            18 => Event::Printed(ticket, number, PrintNews::Done),
            _ => Event::ReceiptSent(ticket, id, Ok(())),
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
            Happening::Others(count) => Event::OtherCards(count),
            Happening::Cards(live) => {
                let card = |usable| CardLine { number: String::new(), holder: String::new(), usable };
                Event::CardsRead(self.ticket(live), vec![card(true), card(false)])
            }
            Happening::Places(live, count) => {
                Event::Places(self.ticket(live), vec![Text::from("Cabinet"); usize::from(count)])
            }
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
            Happening::NewMail(live, new, unread) => Event::NewMail(self.ticket(live), new, unread),
            Happening::Mail(live, what, number) => self.mail(self.ticket(live), what, number),
            Happening::Door(live, what) => {
                let (ticket, some) = (self.ticket(live), Duration::from_secs(u64::from(what)));
                match what % 8 {
                    0 => Event::PhoneAsked(ticket, [4, 7], some),
                    1 => Event::PhoneLost(ticket, what > 100),
                    2 => Event::PhoneApproved(ticket),
                    3 => Event::Met(ticket, doctor()),
                    4 => Event::SessionEnds(ticket, (what > 50).then_some(some)),
                    _ => Event::ServicePage(ticket, page(what / 8)),
                }
            }
            Happening::Touch(touch) => Event::Touch(touch),
            Happening::Wait(seconds) => {
                self.desk.now = self.desk.now.plus(Duration::from_secs(seconds));
                Event::Tick
            }
            Happening::Incident => Event::Incident,
        };
        if let Event::Sent(ticket, number, _) = &event {
            self.on_their_way.remove(&(*ticket, *number));
        }
        self.desk.event(event);
        for effect in &self.desk.effects {
            match effect {
                // A card chosen of several is read under the ticket of the choice.
                Effect::ReadCard(ticket) if self.chosen.remove(ticket) => {}
                Effect::TakeCard(ticket, _) => assert!(self.chosen.insert(*ticket), "chosen twice"),
                Effect::ReadCard(ticket) | Effect::ReadCards(ticket) | Effect::BeginWithoutCard(ticket) => {
                    assert!(self.begun.insert(*ticket), "a ticket begins once");
                }
                Effect::Forget(ticket) => assert!(self.forgotten.insert(*ticket), "a visit is forgotten once"),
                Effect::ReadRows(_, request) => self.last_request = Some(*request),
                Effect::ReadMessage(_, id) => self.last_message = *id,
                Effect::Send(ticket, number, _) => {
                    assert!(self.on_their_way.insert((*ticket, *number)), "sent twice before its outcome was known");
                }
                Effect::Search(_, _, number, _)
                | Effect::OpenDocument(_, number, _)
                | Effect::Change(_, number, _)
                | Effect::Prepare(_, number, ..)
                | Effect::Find(_, number, ..)
                | Effect::Print(_, number, _) => self.numbers = self.numbers.max(*number),
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
            Screen::Idle(_) | Screen::NoReader(_) | Screen::Maintenance(_) | Screen::Parting(_)
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
    fn whatever_is_done_in_a_mailbox_nothing_is_sent_twice(events in prop::collection::vec(
        prop_oneof![6 => work().prop_map(Happening::Touch), 5 => (0_u8..20, 0_u64..3).prop_map(|(w, n)| Happening::Mail(true, w, n)),
                    2 => any::<u32>().prop_map(|n| Happening::Rows(true, n % 200)), 1 => (0_u64..8).prop_map(Happening::Wait)], 0..150)) {
        let mut witness = Witness::at(Desk::at_work(200));
        for event in events {
            witness.happen(event);
        }
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
        let mut witness = Witness::at(Desk::at_work(19_208));
        for event in events {
            witness.happen(event);
            if let Screen::Inbox(page) = witness.desk.screen() {
                prop_assert!(page.last <= page.total && page.first <= page.last.max(1));
            }
        }
    }
}
