//! Facts that have happened: at the reader, on the network, on the glass.

use crate::display::Language;
use crate::failure::Failure;
use crate::mailbox::{Count, Folder, Mailbox, Opened, Request, Window};
use crate::person::{CardFacts, Holder};
use crate::time::{Stamp, Ticket};

/// One fact. Those with a ticket answer an effect; they are dropped when the visit has ended since.
#[derive(Debug)]
pub enum Event {
    /// The start-up checks ended.
    Started(Result<(), Failure>),
    /// The reader came, went, or its service died.
    Reader(ReaderState),
    /// The network came up or went down.
    Network(bool),
    /// The minute changed.
    Clock(Stamp),
    /// The kiosk's clock is known to be wrong (`true`) or right again.
    ClockWrong(bool),
    /// An update is being installed, with the minutes it still takes when known; `None` when it is over.
    Maintenance(Option<Option<u16>>),
    /// A card went in. `entropy` draws the keypad's order where it is shuffled.
    CardInserted {
        /// Fresh random bits.
        entropy: u64,
    },
    /// The card came out, or its reader did.
    CardRemoved,
    /// First facts of the card.
    CardRead(Ticket, Result<CardFacts, CardFault>),
    /// The holder's certificate.
    HolderRead(Ticket, Result<Holder, CardFault>),
    /// The card's word on the code.
    PinChecked(Ticket, PinOutcome),
    /// The provider knows the person; these are their BALs.
    LoggedIn(Ticket, Vec<Mailbox>),
    /// The provider, the card or the line refused.
    LoginFailed(Ticket, Failure),
    /// How many messages wait in the BAL of this index.
    Counted(Ticket, usize, Count),
    /// The BAL is open.
    Opened(Ticket, Opened),
    /// The BAL could not be opened, or its connection was lost for good.
    MailFailed(Ticket, Failure),
    /// The folders of the open BAL, in the order of the screen, the inbox first.
    FoldersRead(Ticket, Vec<Folder>),
    /// Rows asked for.
    RowsRead(Ticket, Request, Window),
    /// Rows asked for did not come.
    RowsFailed(Ticket, Request, Failure),
    /// Messages have arrived in the inbox since it was looked at.
    NewMail(Ticket, u32),
    /// The glass was touched.
    Touch(Touch),
    /// The moment of [`crate::Visit::deadline`] has come.
    Tick,
    /// Something of ours failed that never should.
    Incident,
}

/// The reader's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReaderState {
    /// At least one reader is there.
    Present,
    /// None is plugged in.
    Missing,
    /// The card service does not answer.
    ServiceDown,
}

/// Why a card is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardFault {
    /// No answer, or nonsense: upside down, dirty, worn.
    Unreadable,
    /// A carte Vitale.
    Vitale,
    /// A bank card or any other.
    Unknown,
    /// A card of the CPS family without a usable authentication certificate.
    NoAuthentication,
    /// It stopped answering.
    Hung,
    /// Another program keeps it to itself.
    Busy,
    /// It was pulled; the removal itself is on its way as an event.
    Gone,
}

/// The card's word on a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinOutcome {
    /// Right.
    Right,
    /// Wrong; so many tries are left.
    Wrong(u8),
    /// Not shown to the card after all: its tries have changed since they were told, so many are left now.
    NotSent(u8),
    /// The card is blocked.
    Blocked,
    /// The card could not answer.
    Failed(CardFault),
}

/// A finger on the glass. Pages send nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// Anywhere that does nothing: the person is there.
    Anywhere,
    /// A digit of the keypad, 0 to 9.
    Digit(u8),
    /// «Effacer».
    Erase,
    /// «Effacer», long press.
    EraseAll,
    /// «Valider».
    Submit,
    /// «Annuler».
    Cancel,
    /// «Réessayer».
    Retry,
    /// «Continuer».
    Continue,
    /// «Fermer la session».
    Close,
    /// «Clavier ordonné / mélangé».
    Shuffle,
    /// The BAL of this index.
    ChooseMailbox(usize),
    /// The name in the bar: back to the choice of BALs.
    ChangeMailbox,
    /// The folder of this index.
    OpenFolder(usize),
    /// The movement rail, of the list or of the choice of BALs.
    Move(PageMove),
    /// «Afficher» in the banner of new messages.
    ShowNew,
    /// The cross in that banner.
    DismissNew,
    /// «Aide».
    Help,
    /// «Affichage».
    DisplaySettings,
    /// «Terminé», «Retour».
    Done,
    /// Light or dark.
    Dark(bool),
    /// Normal or large text.
    Large(bool),
    /// French or English.
    Speak(Language),
}

/// The keys of the movement rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageMove {
    /// The newest page.
    First,
    /// Towards newer messages.
    Previous,
    /// Towards older messages.
    Next,
    /// The oldest page.
    Last,
}
