//! What the screen must show: one variant a page, with exactly what that page shows.
//!
//! No secret ever stands here: the code is a count of digits.

use crate::display::Display;
use crate::failure::Failure;
use crate::mailbox::{Count, MailboxKind};
use crate::person::CardLine;
use crate::text::Text;
use crate::time::{Day, Stamp};
use zeroize::{Zeroize, ZeroizeOnDrop};

mod doors;
mod mailbox;
mod writing;

pub use doors::{
    Digits, Doors, EnterNumber, Phone, PhoneHelp, ServiceChoice, ServiceCode, ServiceForm, ServiceLine, ServiceMessage,
    ServiceTitle, Trouble,
};
pub use mailbox::{
    Banner, Document, Done, Inbox, Jump, List, Message, More, MoveTo, Print, PrinterWaits, Purpose, Question, Search,
    Selection, SortChoice, Typing,
};
pub use writing::{
    Compose, Field, Kept, Kind, Parting, RecipientLine, Recipients, Refused, Replies, Sending, Sheet, Source,
};

/// The whole picture: the page, the bar above it and the display choices.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The page.
    pub screen: Screen,
    /// The bar above it.
    pub bar: Bar,
    /// Colours, text size and language.
    pub display: Display,
}

/// The bar at the top of every page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bar {
    /// Local time, once known.
    pub time: Option<Stamp>,
    /// The network is up.
    pub network: bool,
    /// A reader is there.
    pub reader: bool,
    /// A card is in.
    pub card: bool,
    /// The open session, which changes the bar's shape.
    pub session: Option<SessionBar>,
}

/// The bar of an open session.
#[derive(Debug, Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SessionBar {
    /// «TT».
    pub initials: String,
    /// «Dr Tryphon TOURNESOL».
    pub name: String,
    /// The open BAL's label, empty before one is chosen.
    pub mailbox: String,
    /// Whose it is; the screen words an empty label with it. `None` before one is chosen.
    #[zeroize(skip)]
    pub kind: Option<MailboxKind>,
    /// There are several BALs: the name leads back to the choice.
    pub can_change: bool,
    /// «Masquer» is offered.
    pub can_mask: bool,
    /// No card is in: «Terminer» closes the session, where taking the card away would.
    pub can_finish: bool,
    /// Minutes until the provider, or the site, ends the session, once there are few.
    #[zeroize(skip)]
    pub ends_in: Option<u64>,
}

/// The page. Numbers are those of the list of screens.
#[derive(Debug, Clone, PartialEq)]
pub enum Screen {
    /// D1 «La borne démarre…».
    Starting,
    /// A1, A2, S3 «Insérez votre carte CPS».
    Idle(Idle),
    /// A3 «Mise à jour en cours»: minutes left, when known.
    Maintenance(Option<u16>),
    /// C1 «Lecture de votre carte…»; `true` once it takes longer than usual.
    Reading(bool),
    /// C2 «Lecteur de carte non détecté», and the doors that need none.
    NoReader(Doors),
    /// C3 «Carte illisible»; `true` from the third time on: wipe the chip.
    Unreadable(bool),
    /// «Quelle carte ?»
    ChooseCard(ChooseCard),
    /// «Pour quel établissement ?»
    ChoosePlace(ChoosePlace),
    /// P1 to P3 «Saisissez votre code porteur».
    EnterPin(EnterPin),
    /// 13 «Votre numéro RPPS».
    EnterNumber(EnterNumber),
    /// 13b «Ouvrez e-CPS sur votre téléphone».
    Phone(Phone),
    /// «Pas de notification ?»
    PhoneHelp(PhoneHelp),
    /// 14: fields and a keyboard.
    ServiceForm(ServiceForm),
    /// 14b «Comment recevoir votre code ?»
    ServiceChoice(ServiceChoice),
    /// 14c «Saisissez le code reçu».
    ServiceCode(ServiceCode),
    /// 14d: words of the provider, a consent among them.
    ServiceMessage(ServiceMessage),
    /// X1 «Ouverture de votre messagerie».
    Connecting(Connecting),
    /// X2 «Connexion interrompue»: seconds to the next try, 0 while trying.
    Reconnecting(u64),
    /// B2 «Quelle boîte ouvrir ?».
    ChooseMailbox(ChooseMailbox),
    /// I1 to I5, and all that is done with a list.
    Inbox(Box<Inbox>),
    /// M1 to M4: a message.
    Message(Box<Message>),
    /// «Plus» of a message.
    More(More),
    /// J1 to J4: a document.
    Document(Box<Document>),
    /// A field and a keyboard: what to search, whom to write to.
    Typing(Typing),
    /// «Aller à la page».
    Jump(Jump),
    /// «Trier».
    SortChoice(SortChoice),
    /// «Déplacer vers».
    MoveTo(MoveTo),
    /// R1 «Répondre à …»: whole sentences.
    Replies(Replies),
    /// R1: the keyboard.
    Compose(Box<Compose>),
    /// Whom to write to.
    Recipients(Recipients),
    /// R2, R4, and what cannot be undone.
    Question(Question),
    /// R3: a message on its way.
    Sending(Sending),
    /// S4: the card was pulled while a message was on its way.
    Parting(Parting),
    /// Printing.
    Print(Print),
    /// «Écran masqué»: seconds until the session closes.
    Masked(u64),
    /// S1 «Toujours là ?».
    StillThere(StillThere),
    /// P5, S2, S5 «Retirez votre carte».
    RemoveCard(RemoveCard),
    /// D2, C4 to C10, P4, X3 to X5, B1, G1: what happened, what to do, one way out, and the code for support.
    Failed(Failed),
    /// «Aide».
    Help,
    /// «Affichage».
    DisplaySettings,
}

impl Screen {
    /// The page's name, the one its files carry. It says nothing of what stands on the page.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Idle(_) => "idle",
            Self::Maintenance(_) => "maintenance",
            Self::Reading(_) => "reading",
            Self::NoReader(_) => "no_reader",
            Self::EnterNumber(_) => "enter_number",
            Self::Phone(_) => "phone",
            Self::PhoneHelp(_) => "phone_help",
            Self::ServiceForm(_) => "service_form",
            Self::ServiceChoice(_) => "service_choice",
            Self::ServiceCode(_) => "service_code",
            Self::ServiceMessage(_) => "service_message",
            Self::Unreadable(_) => "unreadable",
            Self::ChooseCard(_) => "choose_card",
            Self::ChoosePlace(_) => "choose_place",
            Self::EnterPin(_) => "enter_pin",
            Self::Connecting(_) => "connecting",
            Self::Reconnecting(_) => "reconnecting",
            Self::ChooseMailbox(_) => "choose_mailbox",
            Self::Inbox(_) => "inbox",
            Self::Message(_) => "message",
            Self::More(_) => "more",
            Self::Document(_) => "document",
            Self::Typing(_) => "typing",
            Self::Jump(_) => "jump",
            Self::SortChoice(_) => "sort_choice",
            Self::MoveTo(_) => "move_to",
            Self::Replies(_) => "replies",
            Self::Compose(_) => "compose",
            Self::Recipients(_) => "recipients",
            Self::Question(_) => "question",
            Self::Sending(_) => "sending",
            Self::Parting(_) => "parting",
            Self::Print(_) => "print",
            Self::Masked(_) => "masked",
            Self::StillThere(_) => "still_there",
            Self::RemoveCard(_) => "remove_card",
            Self::Failed(_) => "failed",
            Self::Help => "help",
            Self::DisplaySettings => "display_settings",
        }
    }
}

/// The idle page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Idle {
    /// A line above the title; never replaces it.
    pub notice: Option<Notice>,
    /// S3: a session has just been closed by taking the card away, or by its own rules where there was none.
    pub closed: bool,
    /// The other doors.
    pub doors: Doors,
}

/// What is worth knowing before a card goes in. The greatest is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// A2 «Pas de connexion pour l'instant».
    NetworkDown,
    /// C10 «L'heure de la borne est incorrecte».
    ClockWrong,
}

/// The code page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterPin {
    /// «Dr Tryphon TOURNESOL», empty until the certificate is read.
    pub holder: String,
    /// «CPS3v3-2600971845».
    pub number: String,
    /// Digits typed, 0 to 8.
    pub typed: u8,
    /// «Valider» may be pressed.
    pub complete: bool,
    /// What is said of the tries.
    pub tries: Tries,
    /// P2: the code just shown was wrong.
    pub wrong: bool,
    /// The card is looking at the code.
    pub checking: bool,
    /// Digits in the order of the keys, row by row, the tenth between «Effacer» and «Valider».
    pub keys: [u8; 10],
    /// The order is a random one.
    pub shuffled: bool,
    /// «Code inconnu ? e-CPS» is offered.
    pub phone: bool,
}

/// Tries the card still accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tries {
    /// The card does not say.
    Unknown,
    /// Two or more.
    Left(u8),
    /// P3: one more wrong code blocks the card.
    Last,
}

/// The three steps of connecting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connecting {
    /// The step under way; those before it are done.
    pub step: Step,
    /// It takes longer than usual.
    pub slow: bool,
}

/// A step of connecting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// «Boîte de service»: the provider's first page.
    Service,
    /// «Identité»: the provider and the card.
    Identity,
    /// «Ouverture de la boîte aux lettres».
    Mailbox,
}

/// The choice of cards, one a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChooseCard {
    /// The cards; `None` while they are read.
    pub lines: Option<Vec<CardLine>>,
}

/// The choice of places of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoosePlace {
    /// The places of this page, at most four.
    pub lines: Vec<Text>,
    /// Index of the first one among all.
    pub first: usize,
    /// All of them.
    pub total: usize,
}

/// The choice of BALs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChooseMailbox {
    /// The BALs of this page, at most four.
    pub lines: Vec<MailboxLine>,
    /// Index of the first one among all.
    pub first: usize,
    /// All of them.
    pub total: usize,
    /// The BAL just touched is refused by its server.
    pub refused: bool,
}

/// One BAL to choose.
#[derive(Debug, Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct MailboxLine {
    /// Its label, may be empty.
    pub label: String,
    /// Its address.
    pub address: String,
    /// Whose it is.
    pub kind: MailboxKind,
    /// What waits in it.
    #[zeroize(skip)]
    pub count: Count,
}

/// The idle question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StillThere {
    /// Seconds left.
    pub seconds: u64,
    /// Seconds at the start, for the bar.
    pub of: u64,
}

/// Why the card should come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoveCard {
    /// «Fermer» or «Annuler» was touched.
    Finished,
    /// S2: nobody touched the session for long.
    TimedOut,
    /// P5: nobody typed.
    PinTimedOut,
    /// The provider, or the site, lets no session last longer.
    SessionOver,
    /// S5: it has been there for a while; calls.
    Forgotten,
}

/// A refusal with its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed {
    /// What happened.
    pub failure: Failure,
    /// The last day of validity, for an expired card.
    pub day: Option<Day>,
    /// «Réessayer» makes sense.
    pub retry: bool,
    /// A card is in: «Retirez votre carte pour terminer».
    pub card: bool,
    /// None is: «Retour à l’accueil» is offered.
    pub home: bool,
    /// When it happened, for the support.
    pub at: Option<Stamp>,
}
