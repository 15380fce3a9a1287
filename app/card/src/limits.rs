//! How much of a card's answer is believed: the bounds that keep a broken or hostile card from filling the
//! memory or holding the desk for ever. Real cards stay well under each of them.

/// Bytes of one raw answer, status word included (ISO 7816-3: 256 and 2).
pub const ANSWER: usize = 258;

/// Bytes of one command's whole answer, gathered over GET RESPONSE.
pub const GATHERED: usize = 4096;

/// Raw exchanges one command may take: the command, length corrections and GET RESPONSE.
pub const EXCHANGES_PER_COMMAND: u32 = 24;

/// Raw exchanges one call of [`Card`](crate::Card) may take.
pub const EXCHANGES_PER_CALL: u32 = 320;

/// Bytes of one file.
pub const FILE: usize = 16 * 1024;

/// READ BINARY commands one file may take.
pub const READS_PER_FILE: usize = 128;

/// Bytes asked by one READ BINARY. Both known drivers stay at this size.
pub const READ: usize = 0xE7;

/// Data objects looked at in one template or one directory file.
pub const ENTRIES: usize = 64;

/// Templates inside templates that a search opens.
pub const NESTING: usize = 8;

/// Characters of one text shown to people.
pub const TEXT: usize = 128;
