//! A row of the list.

use std::fmt;

use crate::document;
use crate::header::HeaderReader;
use crate::patient::{self, Patient};
use crate::time::{Moment, internal_date};
use crate::value::Value;

/// Someone who writes or is written to. Either part may be empty.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Correspondent {
    /// Display name. It is the sender's own word: show the address where it matters.
    pub name: String,
    /// Address.
    pub address: String,
}

/// A message, as the list shows it. Strings are one line of at most 256 characters, without control or bidi characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Summary {
    /// UID in its folder.
    pub uid: u32,
    /// Place in the list, 0 for the first.
    pub position: u32,
    /// Who sent it.
    pub from: Correspondent,
    /// First recipient. Only read outside the inbox, where it is the one to show (sent mail, drafts).
    pub to: Option<Correspondent>,
    /// Subject, decoded, without `XDM/1.0/DDM+`.
    pub subject: String,
    /// Patient named by an XDM subject, where it can be told.
    pub patient: Option<Patient>,
    /// When the server received it.
    pub date: Moment,
    /// Not read by anybody who shares the mailbox.
    pub unread: bool,
    /// Marked by a person.
    pub flagged: bool,
    /// Answered.
    pub answered: bool,
    /// Forwarded.
    pub forwarded: bool,
    /// Documents attached; none when the message is built in a way that cannot be counted.
    pub documents: Option<u16>,
    /// Size in bytes.
    pub size: u32,
}

/// Rows of a list, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Messages in the list (new mail since it was taken is not counted).
    pub total: u32,
    /// Position of the first row.
    pub from: u32,
    /// Every message of the folder as it is listed has a UID below this; 0 where the server does not say.
    pub next: u32,
    /// The rows.
    pub rows: Vec<Summary>,
}

impl fmt::Debug for Correspondent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Correspondent(…)")
    }
}

impl fmt::Debug for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Summary({} at {})", self.uid, self.position)
    }
}

/// What is fetched for a row of the inbox. The server cuts the header fields.
pub(crate) const INBOX_ITEMS: &str =
    "(UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)]<0.4096>)";
/// The same in another folder, with the recipient. Apart, so that a long list of recipients hides nothing.
pub(crate) const FOLDER_ITEMS: &str = "(UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE \
     BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)]<0.4096> BODY.PEEK[HEADER.FIELDS (TO)]<0.512>)";
/// For a row whose structure was too large to be kept.
pub(crate) const BARE_ITEMS: &str =
    "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)]<0.4096>)";

/// A row from the items of a `FETCH` response. None if it is not an answer to one of ours: servers also send flags
/// that changed.
pub(crate) fn read(headers: &HeaderReader, position: u32, items: &[Value<'_>]) -> Option<Summary> {
    let mut row = Summary {
        uid: 0,
        position,
        from: Correspondent::default(),
        to: None,
        subject: String::new(),
        patient: None,
        date: Moment::default(),
        unread: true,
        flagged: false,
        answered: false,
        forwarded: false,
        documents: None,
        size: 0,
    };
    let mut dated = false;
    for pair in items.chunks_exact(2) {
        let [Value::Word(name), value] = pair else { continue };
        let name = name.to_ascii_uppercase();
        match name.as_slice() {
            b"UID" => row.uid = u32::try_from(value.number()?).ok()?,
            b"FLAGS" => {
                let has = |flag: &str| value.list().unwrap_or_default().iter().any(|f| f.is_word(flag));
                row.unread = !has("\\Seen");
                row.flagged = has("\\Flagged");
                row.answered = has("\\Answered");
                row.forwarded = has("$Forwarded");
            }
            b"INTERNALDATE" => {
                let text = value.bytes().and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default();
                row.date = internal_date(text).unwrap_or_default();
                dated = true;
            }
            b"RFC822.SIZE" => row.size = u32::try_from(value.number().unwrap_or_default()).unwrap_or(u32::MAX),
            b"BODYSTRUCTURE" => row.documents = document::count(value),
            name if name.starts_with(b"BODY[HEADER.FIELDS (TO)]") => {
                row.to = headers.read(value.bytes().unwrap_or_default()).to;
            }
            name if name.starts_with(b"BODY[HEADER.FIELDS") => {
                let header = headers.read(value.bytes().unwrap_or_default());
                row.from = header.from;
                (row.subject, row.patient) = patient::read(&header.subject);
            }
            _ => {}
        }
    }
    (row.uid > 0 && dated).then_some(row)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;
    use crate::reply::{Reply, Untagged, read as reply};

    fn row(frame: &[u8]) -> Option<Summary> {
        let Some(Reply::Untagged(Untagged::Fetch(_, items))) = reply(frame) else { panic!() };
        read(&HeaderReader::new(), 3, &items)
    }

    #[test]
    fn a_row_as_dovecot_sends_it() {
        let fields = "Subject: XDM/1.0/DDM+Lettre de liaison LAMPION =?utf-8?q?S=C3=A9raphin?= 12/03/1948\r\n\
                      From: Clinique <c@mss.test>\r\n\r\n";
        let frame = format!(
            "* 9 FETCH (UID 12 FLAGS (\\Answered) INTERNALDATE \"22-Nov-2026 10:31:00 +0100\" RFC822.SIZE 4321 \
             BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1 NIL NIL NIL NIL) \
             BODY[HEADER.FIELDS (FROM SUBJECT)]<0> {{{}}}\r\n{fields})",
            fields.len()
        );
        let row = row(frame.as_bytes()).unwrap();
        assert_eq!((row.uid, row.position, row.size, row.documents), (12, 3, 4321, Some(0)));
        assert_eq!((row.unread, row.answered, row.flagged), (true, true, false));
        assert_eq!(row.subject, "Lettre de liaison LAMPION Séraphin 12/03/1948");
        assert_eq!(row.patient.as_ref().unwrap().family, "LAMPION");
        assert_eq!((row.from.name.as_str(), row.date.offset), ("Clinique", 60));
        assert!(!format!("{row:?}").contains("LAMPION"));
    }

    #[test]
    fn flags_that_changed_are_not_a_row() {
        assert_eq!(row(b"* 9 FETCH (UID 12 FLAGS (\\Seen))"), None);
        assert_eq!(row(b"* 9 FETCH (FLAGS (\\Seen) INTERNALDATE NIL)"), None);
    }

    #[test]
    fn a_row_without_structure_or_date_is_still_a_row() {
        let row = row(b"* 9 FETCH (UID 12 INTERNALDATE NIL BODYSTRUCTURE NIL X)").unwrap();
        assert_eq!((row.documents, row.date), (None, Moment::default()));
    }
}
