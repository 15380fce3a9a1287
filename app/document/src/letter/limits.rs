//! How much of a message is believed. Real letters stay well under each of these.

use serde::{Deserialize, Serialize};

/// What establishments may set. The bounds below are the crate's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of text, in UTF-8, over all blocks of a letter.
    pub text: usize,
    /// Blocks of a letter.
    pub blocks: usize,
    /// Recipients listed, `To` before `Cc`. The others are counted.
    pub recipients: usize,
    /// Attachments listed.
    pub attachments: usize,
    /// Bytes of one decoded attachment; a larger one is not handed out.
    pub attachment: usize,
    /// Certificates (X.509, DER) of the authorities trusted to say who signs a message. Without one, no signature is
    /// more than [`NotVerified`](super::Signature::NotVerified).
    pub authorities: Vec<Vec<u8>>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            text: 500_000,
            blocks: 10_000,
            recipients: 50,
            attachments: 200,
            attachment: 64 << 20,
            authorities: Vec::new(),
        }
    }
}

/// Parts of a message that are told apart; what is below stays in the last of them.
pub(super) const PARTS: usize = 2_000;
/// Multiparts inside multiparts.
pub(super) const DEPTH: usize = 256;
/// Bytes of the header of a message, of which addresses may be nearly all.
pub(super) const HEADER: usize = 4 << 20;
/// Bytes of the header of a part.
pub(super) const PART_HEADER: usize = 64 << 10;
/// Fields of one header.
pub(super) const FIELDS: usize = 1_000;
/// Bytes of one field, but for those that list addresses.
pub(super) const FIELD: usize = 16 << 10;
/// Characters of a boundary. RFC 2046 allows 70.
pub(super) const BOUNDARY: usize = 250;
/// Characters of a name, a subject or an address shown to people.
pub(super) const LINE: usize = 400;
/// Message-IDs of the thread that are kept: the first and the last ones.
pub(super) const REFERENCES: usize = 100;
/// Bytes of the source of one text part, decoded, that are looked at.
pub(super) const SOURCE: usize = 8 << 20;
/// Bytes of one block. A longer one becomes two.
pub(super) const BLOCK: usize = 8_000;
/// Elements open at once in HTML. Those below are read as if they were not there; their text stays.
pub(super) const NESTING: usize = 256;
/// Tables inside tables whose cells are told apart.
pub(super) const TABLES: usize = 16;
/// Cells of one row.
pub(super) const CELLS: usize = 64;
/// Depth of quotation that is told.
pub(super) const QUOTES: u8 = 20;
/// Bytes of a CMS structure (RFC 5652), its content not counted.
pub(super) const CMS: usize = 512 << 10;
/// Certificates of one CMS structure.
pub(super) const CERTIFICATES: usize = 16;
/// Signers of one message.
pub(super) const SIGNERS: usize = 4;
