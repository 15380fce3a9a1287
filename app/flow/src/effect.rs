//! Orders the visit gives. The engine carries them out and reports back with an event of the same ticket.

use crate::letter::MessageId;
use crate::mailbox::Request;
use crate::pin::Pin;
use crate::screen::{Kind, Source};
use crate::service::ServiceAnswer;
use crate::text::Text;
use crate::time::Ticket;

/// One order.
#[derive(Debug)]
pub enum Effect {
    /// Read number and tries left, then the holder's certificate. Answers: `CardRead`, then `HolderRead`.
    ReadCard(Ticket),
    /// Read number and holder of the cards in all readers. Answer: `CardsRead`.
    ReadCards(Ticket),
    /// Of these, this one is the visit's card. No answer.
    TakeCard(Ticket, usize),
    /// The person is here for this place of work. No answer.
    ChoosePlace(Ticket, usize),
    /// Open connections to the identity provider ahead of need. No answer.
    PrepareLogin(Ticket),
    /// The holder is known: open connections to their mail servers ahead of need. No answer.
    PrepareMail(Ticket),
    /// Show the code to the card, once. Answer: `PinChecked`.
    VerifyPin(Ticket, Pin),
    /// A visit without a card begins; what one holds is made ready. No answer.
    BeginWithoutCard(Ticket),
    /// Ask the telephone of this national identifier, or of the card's holder. Answers: `PhoneAsked`, then `LoggedIn`
    /// after `Met`, or `LoginFailed`.
    AskPhone(Ticket, Option<Text>),
    /// Ask about that request no longer. No answer.
    StopPhone(Ticket),
    /// Go to the provider of the organisational mailbox, from the beginning. Answers: `ServicePage`, or `LoggedIn` after
    /// `Met`, or `LoginFailed`.
    EnterService(Ticket),
    /// Answer its page. Answers as of `EnterService`.
    AnswerService(Ticket, ServiceAnswer),
    /// Identify with the card. Answer: `LoggedIn` or `LoginFailed`.
    LogIn(Ticket),
    /// Ask each BAL how many messages wait. Answers: one `Counted` a BAL.
    CountMailboxes(Ticket),
    /// Open the BAL of this index. Answer: `Opened` or `MailFailed`.
    OpenMailbox(Ticket, usize),
    /// List the folders with their counts. Answer: `FoldersRead`; a failure leaves the list as it is.
    ReadFolders(Ticket),
    /// Read rows of a folder. Answer: `RowsRead` or `RowsFailed`.
    ReadRows(Ticket, Request),
    /// Search the open folder: which, its number, what for. Answers: `Searched`, again and again.
    Search(Ticket, usize, u64, Text),
    /// Look no further; what was found stays. No answer.
    StopSearch(Ticket, u64),
    /// Read a message, and mark it read. Answer: `MessageRead`. It stays open until another is read or it is closed.
    ReadMessage(Ticket, MessageId),
    /// The message is no longer looked at: wipe it. No answer.
    CloseMessage(Ticket),
    /// Open a document of the message: which request, which document. Answers: `DocumentRead`.
    OpenDocument(Ticket, u64, usize),
    /// Draw a page of it: counted from 1, step of zoom, width of the panel's sheet in pixels. Answer: `DocumentRead`.
    DrawPage(Ticket, u64, Page),
    /// Change messages: the order's number, the folder they are in. Answer: `Changed`.
    Change(Ticket, u64, Change),
    /// Undo the change of this number. Answer: `Changed` with the same number.
    Undo(Ticket, u64),
    /// Make an answer ready: the number of the writing. Answer: `Prepared`.
    Prepare(Ticket, u64, Kind, Option<MessageId>),
    /// People to write to. Answer: `Found`.
    Find(Ticket, u64, Source, Text),
    /// Whether this address may be written to. Answer: `Checked`.
    Check(Ticket, crate::letter::Correspondent),
    /// Keep what is written on the server. Answer: `DraftSaved`.
    SaveDraft(Ticket, u64, Box<Written>),
    /// What was written is given up: remove its draft. No answer.
    DropDraft(Ticket, u64),
    /// Send. Answer: `Sent`; once only, whatever happens.
    Send(Ticket, u64, Box<Written>),
    /// Send the receipt that the open message asks for. Answer: `ReceiptSent`.
    SendReceipt(Ticket, MessageId),
    /// Print the open message (`None`) or its open document. Answers: `Printed`.
    Print(Ticket, u64, PrintJob),
    /// Stop printing. No answer.
    CancelPrint(Ticket, u64),
    /// The visit is over: stop its work, wipe its secrets, end its session at the provider, close its connections,
    /// reset the card. No answer.
    Forget(Ticket),
    /// Make a sound.
    Sound(Sound),
    /// Run the start-up checks again. Answer: `Started`.
    Restart,
}

/// A page to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Counted from 1.
    pub page: u32,
    /// Step of zoom.
    pub zoom: u8,
}

/// A change to messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The folder they are in.
    pub folder: usize,
    /// Which.
    pub uids: Vec<u32>,
    /// What to do.
    pub what: What,
}

/// What to do with messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Mark them read or unread.
    Read(bool),
    /// Move them into this folder.
    Move(usize),
    /// Remove them for good.
    Erase,
    /// Remove for good all that is in the folder now; `uids` is empty.
    Empty,
}

/// What was written, as it is to be kept or sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// To whom, copies after the others.
    pub to: Vec<crate::letter::Correspondent>,
    /// How many of `to` are copies.
    pub copies: usize,
    /// «Objet».
    pub subject: Text,
    /// The text.
    pub text: Text,
    /// Of the documents that may go with it, which do.
    pub documents: Vec<bool>,
    /// A receipt is asked for.
    pub receipt: bool,
}

/// What to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintJob {
    /// The open document rather than the message.
    pub document: bool,
    /// 1 to 9.
    pub copies: u8,
    /// Only this page, counted from 1.
    pub page: Option<u32>,
}

/// What the loudspeaker says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sound {
    /// The session closes soon.
    Warning,
    /// A card was left behind.
    Forgotten,
}
