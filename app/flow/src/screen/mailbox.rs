//! The pages of an open BAL: the list, a message, a document, and what is asked on the way.

use crate::failure::Failure;
use crate::letter::{Letter, Patient};
use crate::listing::{Filter, Progress, Sort};
use crate::mailbox::{Folder, Row};
use crate::paper::Paper;
use crate::text::Text;
use crate::time::Day;

/// The list of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbox {
    /// The folders, the inbox first; empty until they are known.
    pub folders: Vec<Folder>,
    /// The open folder's index.
    pub folder: usize,
    /// The list itself.
    pub list: List,
    /// Position of the first row, counted from 1; 0 when the list is empty.
    pub first: u32,
    /// Position of the last row.
    pub last: u32,
    /// Messages in the list.
    pub total: u32,
    /// In the toolbar's place.
    pub banner: Banner,
    /// Which segment is pressed.
    pub filter: Filter,
    /// The order.
    pub sort: Sort,
    /// The server can sort otherwise than by date.
    pub can_sort: bool,
    /// Several messages are being chosen.
    pub selection: Option<Selection>,
    /// The list is what a search has found.
    pub search: Option<Search>,
    /// «Nouveau» is offered: sending is configured.
    pub can_write: bool,
}

/// What stands in the list's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum List {
    /// I1: rows are on their way.
    Loading,
    /// I2: the rows of this page.
    Rows(Vec<Row>),
    /// I3: there is nothing in the folder, under this filter, or to be found.
    Empty,
    /// I5: the rows did not come.
    Failed(Failure),
}

/// What stands in the toolbar's place. It never moves the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Banner {
    /// The toolbar itself.
    #[default]
    None,
    /// I4: so many messages have arrived since.
    New(u32),
    /// «Réponse envoyée à Dr Bianca CASTAFIORE», for four seconds.
    Sent(Text),
    /// Something was done to messages; it can be undone while it stands there.
    Done {
        /// What.
        what: Done,
        /// To how many.
        count: u32,
        /// «Annuler» is offered.
        undo: bool,
    },
    /// It could not be done; the list is as the server has it.
    NotDone(Failure),
    /// The draft was kept: «Brouillon enregistré».
    DraftKept,
    /// The draft could not be kept on the server.
    DraftLost(Failure),
}

/// What was done to messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// «3 messages marqués comme lus».
    Read,
    /// «3 messages marqués comme non lus».
    Unread,
    /// «3 messages mis à la corbeille».
    Deleted,
    /// «3 messages supprimés définitivement».
    Erased,
    /// «3 messages déplacés vers Indésirables».
    Junk,
    /// «3 messages remis dans Principale».
    Restored,
    /// «3 messages archivés».
    Archived,
    /// «3 messages déplacés vers {dossier}».
    Moved(Folder),
    /// «Corbeille vidée».
    Emptied,
    /// «Annulé».
    Undone,
}

/// Messages being chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Of each row of the page, whether it is chosen.
    pub rows: Vec<bool>,
    /// Chosen on all pages together.
    pub count: u32,
    /// Some of them are unread: «Lu» is offered, else «Non lu».
    pub unread: bool,
    /// The folder is the bin: deleting is for good.
    pub in_bin: bool,
    /// The folder is «Indésirables»: «Remettre» is offered, else «Indésirable».
    pub in_junk: bool,
    /// There is an archive.
    pub archive: bool,
    /// The server is at work on them.
    pub busy: bool,
}

/// A search whose findings are the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// What is searched.
    pub text: Text,
    /// How far it has come.
    pub progress: Progress,
}

/// A keyboard page with one field: what to search, whom to write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typing {
    /// For what.
    pub purpose: Purpose,
    /// What stands in the field, for a page that is shown for the first time or whose text was changed by something
    /// other than typing: see [`Self::revision`].
    pub text: Text,
    /// Grows when the page has to take [`Self::text`] over.
    pub revision: u64,
    /// There is enough to go on with.
    pub complete: bool,
}

/// What a keyboard page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// «Rechercher dans Principale».
    Search,
    /// «À qui écrire ?»
    Recipient,
}

/// «Aller à la page»: a keypad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// The number typed, 0 for none yet.
    pub typed: u32,
    /// Pages there are.
    pub of: u32,
    /// The page one comes from.
    pub from: u32,
    /// «Aller» may be pressed.
    pub complete: bool,
}

/// The choice of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortChoice {
    /// The order that is in force.
    pub sort: Sort,
}

/// The choice of a folder to move messages to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveTo {
    /// The folders that take them, each with its place among all.
    pub folders: Vec<(usize, Folder)>,
    /// How many messages.
    pub count: u32,
}

/// M1 to M4: one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What of it is known: a row before it is read, the whole afterwards.
    pub letter: Box<Letter>,
    /// Its text and documents are on their way.
    pub loading: bool,
    /// It did not come, and why.
    pub failed: Option<Failure>,
    /// Blocks shown; those after them come with «Afficher la suite».
    pub shown: usize,
    /// A newer message is in the list.
    pub newer: bool,
    /// An older message is in the list.
    pub older: bool,
    /// «Répondre» is offered.
    pub can_reply: bool,
    /// «Imprimer» is offered.
    pub can_print: bool,
    /// It is a draft: «Continuer» in the place of «Répondre».
    pub draft: bool,
}

/// «Plus»: what else can be done with the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct More {
    /// Subject of the message.
    pub subject: Text,
    /// «Répondre à tous» makes a difference.
    pub reply_all: bool,
    /// Sending is configured.
    pub can_write: bool,
    /// The folder is the bin.
    pub in_bin: bool,
    /// The folder is «Indésirables».
    pub in_junk: bool,
    /// There is an archive, and the message is not in it.
    pub archive: bool,
    /// «Imprimer» is offered.
    pub can_print: bool,
}

/// J1 to J4: a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// «Compte rendu d'hospitalisation».
    pub title: Text,
    /// Who made it, empty when not known.
    pub author: Text,
    /// When it was made.
    pub date: Option<Day>,
    /// «PDF», «Document structuré»…
    pub kind: crate::letter::DocumentKind,
    /// Bytes.
    pub size: u64,
    /// The patient it is about.
    pub patient: Option<Patient>,
    /// What it looks like.
    pub paper: Paper,
    /// Results that are not normal.
    pub abnormal: u32,
    /// «Imprimer» is offered.
    pub can_print: bool,
}

/// A question that takes the whole page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// «Vider la corbeille ?»: so many messages.
    EmptyBin(u32),
    /// «Supprimer définitivement ?»
    Erase(u32),
    /// R4 «Abandonner ce brouillon ?»
    Discard,
    /// R2 «Envoyer ce message ?»
    Send(crate::screen::Sheet),
}

/// Printing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Print {
    /// «Imprimer ?»
    Ask {
        /// Pages of it, once known.
        pages: Option<u32>,
        /// The page that is looked at, where only that one can be asked for.
        current: Option<u32>,
        /// Copies, 1 to 9.
        copies: u8,
        /// Only the current page.
        only_current: bool,
    },
    /// «Impression…»
    Going {
        /// Pages printed.
        printed: u32,
        /// Pages to print.
        of: u32,
        /// What it waits for.
        waits: Option<PrinterWaits>,
    },
    /// «Imprimé».
    Done,
    /// It was not printed, or not all of it.
    Failed(Failure),
}

/// What a printer waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrinterWaits {
    /// «Ajoutez du papier.»
    Paper,
    /// «Papier coincé.»
    Jam,
    /// «Capot ouvert.»
    Cover,
    /// «Plus d'encre.»
    Toner,
    /// Other jobs come first.
    Queue,
    /// It says nothing more.
    Attention,
}
