//! Flags of a message, and which of them a folder keeps.

use crate::value::{Value, values};

/// A flag a message is stored with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flag {
    /// Read.
    Seen,
    /// Answered.
    Answered,
    /// Marked by a person.
    Flagged,
    /// Not finished.
    Draft,
    /// Forwarded (`$Forwarded`, RFC 9051 section 2.3.2).
    Forwarded,
    /// A receipt was sent, or refused: it is not asked for again (`$MDNSent`, RFC 3503).
    ReceiptSent,
}

impl Flag {
    /// Name on the wire.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Flag::Seen => "\\Seen",
            Flag::Answered => "\\Answered",
            Flag::Flagged => "\\Flagged",
            Flag::Draft => "\\Draft",
            Flag::Forwarded => "$Forwarded",
            Flag::ReceiptSent => "$MDNSent",
        }
    }
}

/// What is changed about messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Read.
    Read,
    /// Not read.
    Unread,
    /// Answered.
    Answered,
    /// Forwarded.
    Forwarded,
    /// A receipt was sent, or refused.
    ReceiptSent,
    /// To be kept in sight.
    Flagged,
    /// No longer.
    Unflagged,
}

impl Mark {
    /// The flag, and whether it is set.
    pub(crate) fn flag(self) -> (Flag, bool) {
        match self {
            Mark::Read => (Flag::Seen, true),
            Mark::Unread => (Flag::Seen, false),
            Mark::Answered => (Flag::Answered, true),
            Mark::Forwarded => (Flag::Forwarded, true),
            Mark::ReceiptSent => (Flag::ReceiptSent, true),
            Mark::Flagged => (Flag::Flagged, true),
            Mark::Unflagged => (Flag::Flagged, false),
        }
    }
}

/// What a folder keeps of what is changed (RFC 3501 section 7.1, `PERMANENTFLAGS`).
///
/// It must be looked at before a change: Dovecot answers `OK` to a `STORE` in a folder of which nothing may be changed,
/// and changes nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keeps(u16);

/// `\Deleted`.
const DELETED: u16 = 1 << 6;
/// Keywords of any name.
const ANY: u16 = 1 << 7;
const ATTACHMENT: u16 = 1 << 8;

impl Default for Keeps {
    /// A server that says nothing keeps everything.
    fn default() -> Self {
        Keeps((ANY - 1) | ANY)
    }
}

impl std::fmt::Debug for Keeps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keeps({:#b})", self.0)
    }
}

impl Keeps {
    /// `PERMANENTFLAGS (\Seen \*)`.
    pub fn permanent(&mut self, code: &[u8]) {
        let list = values(code);
        let Some(flags) = list.get(1).and_then(Value::list) else { return };
        self.nothing();
        for (word, bit) in all() {
            if flags.iter().any(|f| f.is_word(word)) {
                self.0 |= bit;
            }
        }
    }

    /// `FLAGS (\Seen $HasAttachment)`.
    pub fn in_use(&mut self, flags: &[Value<'_>]) {
        if flags.iter().any(|f| f.is_word("$HasAttachment") || f.is_word("$HasNoAttachment")) {
            self.0 |= ATTACHMENT;
        }
    }

    /// The folder can only be read.
    pub fn nothing(&mut self) {
        self.0 &= ATTACHMENT;
    }

    /// Whether a flag is kept.
    pub fn keeps(self, flag: Flag) -> bool {
        let keyword = matches!(flag, Flag::Forwarded | Flag::ReceiptSent);
        self.0 & bit(flag) != 0 || keyword && self.0 & ANY != 0
    }

    /// Whether messages can be marked to be taken away.
    pub fn deletes(self) -> bool {
        self.0 & DELETED != 0
    }

    /// Whether the server marks messages that have documents (`$HasAttachment`; Dovecot's
    /// `mail_attachment_detection_options`, Cyrus, Fastmail).
    pub fn tells_attachments(self) -> bool {
        self.0 & ATTACHMENT != 0
    }
}

fn bit(flag: Flag) -> u16 {
    1 << flag as u16
}

fn all() -> [(&'static str, u16); 8] {
    let one = |flag: Flag| (flag.word(), bit(flag));
    [
        one(Flag::Seen),
        one(Flag::Answered),
        one(Flag::Flagged),
        one(Flag::Draft),
        one(Flag::Forwarded),
        one(Flag::ReceiptSent),
        ("\\Deleted", DELETED),
        ("\\*", ANY),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeps(flags: &str) -> Keeps {
        let mut keeps = Keeps::default();
        keeps.permanent(format!("PERMANENTFLAGS ({flags})").as_bytes());
        keeps
    }

    #[test]
    fn a_folder_keeps_what_it_says() {
        let all = Keeps::default();
        assert!(all.keeps(Flag::Seen) && all.keeps(Flag::ReceiptSent) && all.deletes() && !all.tells_attachments());
        let some = keeps("\\Seen \\Deleted $MDNSent");
        assert!(some.keeps(Flag::Seen) && some.deletes() && some.keeps(Flag::ReceiptSent));
        assert!(!some.keeps(Flag::Flagged) && !some.keeps(Flag::Forwarded));
        assert!(keeps("\\Seen \\*").keeps(Flag::Forwarded));
        assert!(!keeps("").keeps(Flag::Seen) && !keeps("").deletes());
    }

    #[test]
    fn documents_are_told_by_a_server_that_marks_them() {
        let mut some = keeps("\\Seen");
        some.in_use(&values(b"\\Seen $hasattachment"));
        some.nothing();
        assert!(some.tells_attachments() && !some.keeps(Flag::Seen));
    }
}
