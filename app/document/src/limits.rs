//! How much of everything. Parent and child share them; the child's own are set before it reads a byte.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::letter;

const MIB: u64 = 1024 * 1024;

/// The most XML elements of one document, whatever its size.
pub(crate) const XML_NODES: usize = 300_000;
/// How deep XML may nest. Real CDA stays below forty.
pub(crate) const XML_DEPTH: usize = 128;
/// The most rows of one table.
pub(crate) const ROWS: usize = 10_000;
/// The longest name of a file in an archive, in bytes.
pub(crate) const NAME: usize = 255;
/// Documents inside attached messages are listed down to this depth; archives inside archives never are.
pub(crate) const WITHIN: u8 = 1;

/// Bounds of one room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// The largest message, in bytes. Operators stop at 10 to 25 MB; Mon espace santé at 25.
    pub message: u64,
    /// Address space of the process, in bytes: its code, the message, and what reading it takes.
    pub memory: u64,
    /// The longest answer to one request.
    pub time: Duration,
    /// CPU time in the life of one process: the parent's clock fires long before, unless the parent is stuck.
    pub cpu: Duration,
    /// The most pixels of one picture. A wider page is made smaller, and its picture says so.
    pub pixels: u32,
    /// The longest side of a picture, in pixels.
    pub side: u32,
    /// The most bytes an image takes once decoded.
    pub decoded: u64,
    /// The most documents listed.
    pub documents: u32,
    /// The most pages of a document that are told.
    pub pages: u32,
    /// The most files in an archive.
    pub files: u32,
    /// The most bytes all files of an archive take once opened.
    pub unpacked: u64,
    /// The most bytes of text a document shows.
    pub text: u32,
    /// The most rows and paragraphs a document shows.
    pub lines: u32,
    /// Bounds of the letter.
    pub letter: letter::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            message: 64 * MIB,
            memory: 640 * MIB,
            time: Duration::from_secs(10),
            cpu: Duration::from_secs(120),
            pixels: 24_000_000,
            side: 8192,
            decoded: 192 * MIB,
            documents: 100,
            pages: 2000,
            files: 500,
            unpacked: 64 * MIB,
            text: 512 * 1024,
            lines: 10_000,
            letter: letter::Limits::default(),
        }
    }
}
