//! Invented people, their boxes, and a desk to tell stories at.
#![allow(dead_code, reason = "each test file takes what it needs")]

use flow::*;
use std::time::Duration;

pub fn facts(tries: u8) -> CardFacts {
    CardFacts { number: "CPS3v3-2600971845".into(), tries_left: Some(tries) }
}

pub fn doctor() -> Holder {
    Holder { name: "Dr Tryphon TOURNESOL".into(), initials: "TT".into(), expired: None }
}

pub fn own_box() -> Mailbox {
    Mailbox { address: "tryphon.tournesol@mss.test".into(), label: String::new(), kind: MailboxKind::Personal }
}

pub fn service_box() -> Mailbox {
    Mailbox {
        address: "secretariat.cardiologie@mss.test".into(),
        label: "Secrétariat de cardiologie".into(),
        kind: MailboxKind::Organisational,
    }
}

pub fn window(total: u32, from: u32, count: u32) -> Window {
    let rows = (from..total.min(from.saturating_add(count))).map(|position| Row {
        uid: total - position,
        sender: "Dr Bianca CASTAFIORE".into(),
        subject: format!("Lettre {position}"),
        patient: String::new(),
        when: Stamp::default(),
        unread: false,
        documents: 0,
        answered: false,
    });
    Window { total, from, rows: rows.collect() }
}

pub fn opened(total: u32) -> Opened {
    Opened { window: window(total, 0, 50), unread: Some(0), can_sort: true }
}

/// Principale, Brouillons, Envoyés, Indésirables, Corbeille, Archives, Congrès.
pub fn folders(total: u32) -> Vec<Folder> {
    let folder = |role, name: &str, total| Folder { role, name: name.into(), unread: 2, total };
    vec![
        folder(FolderRole::Inbox, "INBOX", total),
        folder(FolderRole::Drafts, "Brouillons", 2),
        folder(FolderRole::Sent, "Envoyés", 30),
        folder(FolderRole::Junk, "Indésirables", 3),
        folder(FolderRole::Trash, "Corbeille", 12),
        folder(FolderRole::Archive, "Archives", 9),
        folder(FolderRole::Own, "Congrès", 5),
    ]
}

/// A letter with two documents.
pub fn letter() -> Box<Letter> {
    let mut letter = Letter::default();
    letter.from = Correspondent { name: "Dr Bianca CASTAFIORE".into(), address: "bianca.castafiore@mss.test".into() };
    letter.subject = "Compte rendu d’hospitalisation".into();
    letter.to = vec![Correspondent { name: String::new(), address: "tryphon.tournesol@mss.test".into() }];
    letter.receipt = Receipt::Asked;
    let block = |text: String| Block { kind: BlockKind::Paragraph, text };
    letter.blocks = (0..150).map(|number| block(format!("Paragraphe {number}"))).collect();
    let mut document = DocumentLine::default();
    document.title = "Compte rendu".into();
    document.kind = DocumentKind::Pdf;
    document.pages = Some(3);
    letter.documents = vec![document.clone(), document];
    Box::new(letter)
}

/// The last step ordered a visit's secrets wiped.
pub fn forgotten(desk: &Desk) -> bool {
    desk.effects.iter().any(|effect| matches!(effect, Effect::Forget(_)))
}

/// A kiosk, its clock, and the orders of its last step.
pub struct Desk {
    pub visit: Visit,
    pub now: Moment,
    pub effects: Vec<Effect>,
}

impl Desk {
    pub fn starting() -> Self {
        Self::with(Settings::default())
    }

    /// A kiosk where one writes and prints.
    pub fn complete() -> Settings {
        let writing = Writing {
            replies: vec![
                ("Bien reçu".into(), "Bien reçu, merci.".into()),
                ("Rappelez-moi".into(), "Merci de rappeler.".into()),
            ],
            phrases: vec!["Bien confraternellement,".into()],
            directory: true,
        };
        let doors = Doors { phone: true, service: true };
        Settings { writing: Some(writing), printer: true, doors, ..Settings::default() }
    }

    pub fn with(settings: Settings) -> Self {
        Self { visit: Visit::new(settings), now: Moment::default(), effects: Vec::new() }
    }

    pub fn idle() -> Self {
        let mut desk = Self::starting();
        desk.event(Event::Started(Ok(())));
        desk.event(Event::Reader(ReaderState::Present));
        desk
    }

    /// A kiosk with all three doors, nobody there.
    pub fn at_the_doors() -> Self {
        let mut desk = Self::with(Self::complete());
        desk.event(Event::Started(Ok(())));
        desk.event(Event::Reader(ReaderState::Present));
        desk
    }

    pub fn at_the_code(tries: u8) -> Self {
        Self::idle().comes_to_the_code(tries)
    }

    pub fn comes_to_the_code(self, tries: u8) -> Self {
        let mut desk = self;
        desk.insert();
        desk.event(Event::CardRead(desk.ticket(), Ok(facts(tries))));
        desk.event(Event::HolderRead(desk.ticket(), Ok(doctor())));
        desk
    }

    pub fn past_the_code() -> Self {
        let mut desk = Self::at_the_code(3);
        desk.type_code(&[7, 3, 9, 1]);
        desk.event(Event::PinChecked(desk.ticket(), PinOutcome::Right));
        desk
    }

    /// In the inbox of a kiosk where one writes and prints, its folders known.
    pub fn at_work(total: u32) -> Self {
        let mut desk = Self::with(Self::complete());
        desk.event(Event::Started(Ok(())));
        desk.event(Event::Reader(ReaderState::Present));
        let mut desk = desk.comes_to_the_code(3);
        desk.type_code(&[7, 3, 9, 1]);
        desk.event(Event::PinChecked(desk.ticket(), PinOutcome::Right));
        desk.event(Event::LoggedIn(desk.ticket(), vec![own_box(), service_box()]));
        desk.touch(Touch::ChooseMailbox(0));
        desk.event(Event::Opened(desk.ticket(), opened(total)));
        desk.event(Event::FoldersRead(desk.ticket(), folders(total)));
        desk
    }

    pub fn in_the_inbox(total: u32) -> Self {
        let mut desk = Self::past_the_code();
        desk.event(Event::LoggedIn(desk.ticket(), vec![own_box()]));
        desk.event(Event::Opened(desk.ticket(), opened(total)));
        desk
    }

    pub fn event(&mut self, event: Event) {
        self.effects = self.visit.step(self.now, event);
    }

    pub fn touch(&mut self, touch: Touch) {
        self.event(Event::Touch(touch));
    }

    pub fn insert(&mut self) {
        self.event(Event::CardInserted { entropy: 42 });
    }

    pub fn type_code(&mut self, digits: &[u8]) {
        for digit in digits {
            self.touch(Touch::Digit(*digit));
        }
        self.touch(Touch::Submit);
    }

    pub fn wait(&mut self, seconds: u64) {
        self.now = self.now.plus(Duration::from_secs(seconds));
        self.event(Event::Tick);
    }

    pub fn screen(&self) -> Screen {
        self.visit.view(self.now).screen
    }

    pub fn inbox(&self) -> Inbox {
        match self.screen() {
            Screen::Inbox(inbox) => *inbox,
            other => panic!("the inbox, not {other:?}"),
        }
    }

    pub fn failure(&self) -> Option<Failure> {
        match self.screen() {
            Screen::Failed(failed) => Some(failed.failure),
            _ => None,
        }
    }

    pub fn request(&self) -> Request {
        self.effects
            .iter()
            .find_map(|effect| match effect {
                Effect::ReadRows(_, request) => Some(*request),
                _ => None,
            })
            .expect("a request for rows")
    }

    /// The message, the first row of the list, open and read.
    pub fn reading(total: u32) -> Self {
        let mut desk = Self::at_work(total);
        desk.touch(Touch::OpenRow(0));
        let id = desk.asked_for();
        desk.event(Event::MessageRead(desk.ticket(), id, Ok(letter())));
        desk
    }

    /// The message just asked for.
    pub fn asked_for(&self) -> MessageId {
        self.effects
            .iter()
            .find_map(|effect| match effect {
                Effect::ReadMessage(_, id) => Some(*id),
                _ => None,
            })
            .expect("a message asked for")
    }

    pub fn message(&self) -> Message {
        match self.screen() {
            Screen::Message(message) => *message,
            other => panic!("a message, not {other:?}"),
        }
    }

    pub fn ticket_if_any(&self) -> Option<Ticket> {
        self.visit.ticket()
    }

    pub fn ticket(&self) -> Ticket {
        self.visit.ticket().expect("a visit under way")
    }
}
