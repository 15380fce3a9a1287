//! Mailboxes, folders and rows as the screen needs them.
//!
//! Names, subjects and senders are wiped when dropped and never printed by `Debug`.

use crate::listing::Listing;
use crate::time::Stamp;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Whom a BAL belongs to (ANS: TRE_R257-TypeBAL).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Zeroize)]
pub enum MailboxKind {
    /// PER: one professional's own.
    Personal,
    /// ORG: a service's, opened by named people.
    Organisational,
    /// APP: fed by a program, such as a laboratory's results.
    Applicative,
}

/// One BAL the person may open.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Mailbox {
    /// The MSSanté address.
    pub address: String,
    /// What people call it, such as «Secrétariat de cardiologie»; empty: the screen says «Ma boîte» or the address.
    pub label: String,
    /// Whose it is.
    pub kind: MailboxKind,
}

/// What is known of a BAL before it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Count {
    /// Not answered yet.
    #[default]
    Unknown,
    /// Messages in its inbox.
    Known {
        /// Not read yet.
        unread: u32,
        /// All of them.
        total: u32,
    },
    /// The server does not let this person open it.
    Refused,
    /// The server did not answer, or with an error.
    Unavailable,
}

/// The simplified inbox's folders (special-use of RFC 6154, or the name says it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Zeroize)]
pub enum FolderRole {
    /// «Principale».
    Inbox,
    /// «Brouillons».
    Drafts,
    /// «Envoyés».
    Sent,
    /// «Indésirables».
    Junk,
    /// «Corbeille».
    Trash,
    /// «Archives».
    Archive,
    /// Any other: shown by its own name.
    Own,
}

/// One folder of the open BAL.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Folder {
    /// What it is for.
    pub role: FolderRole,
    /// Its own name, decoded; shown when `role` is [`FolderRole::Own`].
    pub name: String,
    /// Messages not read yet.
    pub unread: u32,
    /// All messages.
    pub total: u32,
}

/// One line of the list.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Row {
    /// IMAP UID in its folder.
    pub uid: u32,
    /// Who wrote: name, or address when there is none.
    pub sender: String,
    /// Subject without `XDM/1.0/DDM+`; empty when the message has none.
    pub subject: String,
    /// The patient a document of this message is about, short form such as «LAMPION S.»; empty when unknown.
    pub patient: String,
    /// When it arrived, local time.
    pub when: Stamp,
    /// Not read yet.
    pub unread: bool,
    /// Documents attached.
    pub documents: u16,
    /// It has been answered.
    pub answered: bool,
}

/// A request for rows: which, and its number so that only the latest answer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Number of the request within the visit.
    pub number: u64,
    /// Index in the folder list last reported; 0 is the inbox, known before any list.
    pub folder: usize,
    /// What of the folder is listed, and in which order.
    pub listing: Listing,
    /// Position of the first row wanted; 0 is the first of the list.
    pub from: u32,
    /// Rows wanted.
    pub count: u32,
    /// Look at the folder afresh: messages that have arrived since are to be part of it.
    pub afresh: bool,
}

/// A stretch of rows out of a folder, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Zeroize, ZeroizeOnDrop)]
pub struct Window {
    /// Messages in the folder.
    pub total: u32,
    /// Position of the first row here; 0 is the newest message.
    pub from: u32,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A BAL that has just been opened, with the newest rows of its inbox.
#[derive(Debug, Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Opened {
    /// Newest rows of the inbox.
    pub window: Window,
    /// Messages not read yet in the inbox, when already known.
    pub unread: Option<u32>,
    /// The server can sort.
    pub can_sort: bool,
}

macro_rules! silent {
    ($($name:ident),*) => {$(
        /// Content of a mailbox has no place in a log.
        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    )*};
}
silent!(Mailbox, Folder, Row);
