//! Facts that have happened: at the reader, on the network, on the glass.

use crate::display::Language;
use crate::failure::Failure;
use crate::letter::{Correspondent, Letter, MessageId};
use crate::listing::{Filter, Progress, Sort};
use crate::mailbox::{Count, Folder, Mailbox, Opened, Request, Window};
use crate::paper::{Paper, Picture};
use crate::person::{CardFacts, CardLine, Holder};
use crate::screen::{Field, PrinterWaits, RecipientLine, Refused};
use crate::service::ServicePage;
use crate::text::Text;
use crate::time::{Stamp, Ticket};
use std::time::Duration;

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
    /// So many cards are in other readers.
    OtherCards(u8),
    /// The cards of all readers.
    CardsRead(Ticket, Vec<CardLine>),
    /// First facts of the card.
    CardRead(Ticket, Result<CardFacts, CardFault>),
    /// The holder's certificate.
    HolderRead(Ticket, Result<Holder, CardFault>),
    /// The card's word on the code.
    PinChecked(Ticket, PinOutcome),
    /// The telephone has been asked: the two digits to find there, and how long the request stands.
    PhoneAsked(Ticket, [u8; 2], Duration),
    /// Nobody can be asked about the request at the moment (`true`), or again.
    PhoneLost(Ticket, bool),
    /// The telephone has said yes.
    PhoneApproved(Ticket),
    /// The provider of an organisational mailbox asks.
    ServicePage(Ticket, Box<ServicePage>),
    /// Who the provider says is there, where no card has told it. `LoggedIn` follows.
    Met(Ticket, Holder),
    /// Where the person works, when there are several places and the site wants to know. `LoggedIn` follows.
    Places(Ticket, Vec<Text>),
    /// The provider knows the person; these are their BALs.
    LoggedIn(Ticket, Vec<Mailbox>),
    /// The provider, the card or the line refused.
    LoginFailed(Ticket, Failure),
    /// The provider prolongs the session no longer than this, counted from now; `None`: no end is known.
    SessionEnds(Ticket, Option<Duration>),
    /// How many messages wait in the BAL of this index.
    Counted(Ticket, usize, Count),
    /// The BAL is open.
    Opened(Ticket, Opened),
    /// The BAL could not be opened, or its connection was lost for good.
    MailFailed(Ticket, Failure),
    /// The folders of the open BAL, in the order of the screen, the inbox first.
    FoldersRead(Ticket, Vec<Folder>),
    /// The connection to the open BAL is down and being replaced (`true`), or there again; nothing is lost by it.
    LineDown(Ticket, bool),
    /// Rows asked for.
    RowsRead(Ticket, Request, Window),
    /// Rows asked for did not come.
    RowsFailed(Ticket, Request, Failure),
    /// So many messages have arrived in the inbox since its list was taken, and so many in it are unread.
    NewMail(Ticket, u32, u32),
    /// The search of this number has come so far.
    Searched(Ticket, u64, Result<Progress, Failure>),
    /// A message asked for, or why it did not come.
    MessageRead(Ticket, MessageId, Result<Box<Letter>, Failure>),
    /// More of a document asked for: the number is the request's.
    DocumentRead(Ticket, u64, DocumentNews),
    /// Changes to messages that were ordered: the number is the order's. What has been done can be undone if `true`.
    Changed(Ticket, u64, Result<bool, Failure>),
    /// A message to be answered, forwarded or taken up again has been made ready.
    Prepared(Ticket, u64, Result<Box<Prepared>, Failure>),
    /// Whom one writes to often, or what the directory answered: the number is the request's.
    Found(Ticket, u64, Result<Vec<RecipientLine>, Failure>),
    /// Whether an address may be written to.
    Checked(Ticket, Correspondent, Option<Refused>),
    /// The draft is on the server, or is not.
    DraftSaved(Ticket, u64, Result<(), Failure>),
    /// What became of a message that was sent. It may come after the visit: see [`Self::Parted`].
    Sent(Ticket, u64, SendOutcome),
    /// What became of the message that was on its way when the card was pulled.
    Parted(Ticket, SendOutcome),
    /// What became of a receipt.
    ReceiptSent(Ticket, MessageId, Result<(), Failure>),
    /// How far printing has come.
    Printed(Ticket, u64, PrintNews),
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

/// What comes of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentNews {
    /// Percent of it have come.
    Coming(u8),
    /// It is open, and this is how it looks; for pages, the first one comes as [`Self::Page`].
    Open(Paper),
    /// A page asked for, counted from 1, at this step of zoom.
    Page(u32, u8, Picture),
    /// A page asked for that cannot be drawn; the others may be.
    NoPage(u32, u8, crate::paper::Unreadable),
    /// It cannot be shown.
    Refused(crate::paper::Unreadable),
}

/// A message made ready for writing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prepared {
    /// To whom, copies after the others.
    pub to: Vec<Correspondent>,
    /// How many of `to` are copies.
    pub copies: usize,
    /// «Objet», with its «Re : ».
    pub subject: Text,
    /// The text of a draft.
    pub text: Text,
    /// Documents that may go with it.
    pub documents: Vec<crate::letter::DocumentLine>,
    /// The draft asked for a receipt.
    pub receipt: bool,
    /// Why nothing can be written in answer.
    pub refused: Option<Refused>,
}

/// What became of a message that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendOutcome {
    /// The server has taken it over.
    Sent,
    /// Definitely not.
    NotSent {
        /// Why.
        failure: Failure,
        /// The server has it as a draft.
        draft: bool,
    },
    /// The line broke between the last byte and the answer.
    Unknown {
        /// The server has it as a draft.
        draft: bool,
    },
}

/// How far printing has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintNews {
    /// So many pages of so many.
    Going(u32, u32, Option<PrinterWaits>),
    /// All of it.
    Done,
    /// Not, or not all of it.
    Failed(Failure),
}

/// A finger on the glass. Pages send nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// «Je n’ai pas ma carte».
    WithoutCard,
    /// «Boîte de service».
    ServiceDoor,
    /// «Code inconnu ? e-CPS» beside the code: the telephone of the card's holder is asked.
    UnknownCode,
    /// «Renvoyer la demande».
    AskAgain,
    /// «Pas de notification ?»
    NoNotification,
    /// «Corriger le numéro».
    CorrectNumber,
    /// A letter of the keyboard, for a field of the service door.
    Key(Key),
    /// The field of this place on the page, 0 or 1.
    FocusField(usize),
    /// The tile of this index among the second factors.
    Factor(usize),
    /// «Renvoyer le code».
    Resend,
    /// «Mot de passe oublié ?»
    Forgotten,
    /// «Changer de compte».
    OtherAccount,
    /// «Choisir un autre moyen».
    OtherFactor,
    /// «Refuser».
    Deny,
    /// The card of this index, of several.
    ChooseCard(usize),
    /// The place of work of this index.
    ChoosePlace(usize),
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
    /// The cross in a banner.
    DismissNew,
    /// «Annuler» in a banner.
    Undo,
    /// «Actualiser».
    Refresh,
    /// The row of this index on the page: its message, or its mark while several are chosen.
    OpenRow(usize),
    /// The row of this index, long press: it is the first of several.
    SelectRow(usize),
    /// «Sélectionner».
    Select,
    /// «Toute la page».
    SelectPage,
    /// The end of choosing.
    EndSelection,
    /// A segment of the filter.
    Filter(Filter),
    /// «Trier».
    Sort,
    /// An order.
    SortBy(Sort),
    /// «Rechercher».
    Search,
    /// «Arrêter» beside a search under way.
    StopSearch,
    /// The cross beside a search: back to the folder.
    EndSearch,
    /// The position in the rail: «Aller à la page».
    Jump,
    /// Something to be done with the messages chosen, or with the open one.
    Act(Action),
    /// The folder of this index, to move messages to.
    MoveInto(usize),
    /// «Retour» of a message, a document, a page of choice.
    Back,
    /// «Plus».
    More,
    /// «Afficher la suite».
    ShowRest,
    /// The document of this index.
    OpenDocument(usize),
    /// Closer (`true`) or farther.
    Zoom(bool),
    /// «Envoyer l'accusé» (`true`) or «Ne pas envoyer».
    AnswerReceipt(bool),
    /// «Répondre», «Répondre à tous», «Transférer», «Nouveau», «Continuer» of a draft.
    Write(crate::screen::Kind),
    /// The whole sentence of this index.
    QuickReply(usize),
    /// «Écrire une réponse».
    WriteOwn,
    /// What stands in the field of a keyboard page.
    Typed(Text),
    /// What stands in this field of the page of writing.
    Edited(Field, Text),
    /// The caret goes there.
    Focus(Field),
    /// The phrase of this index is added to the text.
    Phrase(usize),
    /// «À …»: whom to write to.
    Recipients,
    /// «Chercher dans l'annuaire».
    SearchRecipient,
    /// The line of this index: chosen, or no longer.
    Recipient(usize),
    /// The recipient of this index is taken out.
    RemoveRecipient(usize),
    /// The document of this index goes along, or stays.
    Attach(usize, bool),
    /// A receipt is asked for, or not.
    AskReceipt(bool),
    /// «Envoyer».
    Send,
    /// «Enregistrer le brouillon».
    KeepDraft,
    /// The main button of a question.
    Confirm,
    /// «Imprimer».
    Print,
    /// Copies to print.
    Copies(u8),
    /// Only the page that is looked at.
    OnlyThisPage(bool),
    /// «Masquer».
    Mask,
    /// «Afficher de nouveau».
    Unmask,
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

/// A letter of the keyboard. It may belong to a password: never printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key(pub char);

impl std::fmt::Debug for Key {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Key(redacted)")
    }
}

/// What can be done with messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// «Lu».
    MarkRead,
    /// «Non lu».
    MarkUnread,
    /// «Déplacer»: leads to the choice of a folder.
    Move,
    /// «Archiver».
    Archive,
    /// «Indésirable».
    Junk,
    /// «Remettre dans Principale».
    Restore,
    /// «Supprimer»: to the bin, for good from there after a question.
    Delete,
    /// «Vider»: the bin or «Indésirables», after a question.
    Empty,
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
