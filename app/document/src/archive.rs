//! ZIP archives in bounded memory. Nothing is written anywhere, so a path is only a name; names that pretend otherwise
//! are refused with the archive all the same, because an honest sender has none.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::Refusal;
use crate::limits::{Limits, NAME};

/// An archive that keeps the rules: few files, short plain names, no two in the same bytes, sizes that add up.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    files: Vec<File>,
    /// Bytes that may still be unpacked.
    left: u64,
}

/// A file of an archive.
#[derive(Clone)]
pub(crate) struct File {
    /// Its path, with `/`, without a drive or parents.
    pub(crate) name: String,
    pub(crate) size: u64,
    place: usize,
}

impl<'a> Archive<'a> {
    /// Opens an archive and checks all of it before a byte is unpacked.
    pub(crate) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Archive<'a>, Refusal> {
        // The directory is read whole: refuse an absurd one before that.
        if directory(bytes).is_some_and(|entries| entries > limits.files.saturating_mul(2)) {
            return Err(Refusal::TooLarge);
        }
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(refusal)?;
        if zip.len() > limits.files as usize * 2 {
            return Err(Refusal::TooLarge);
        }
        // The same bytes for many files is how an archive of kilobytes becomes terabytes.
        if zip.has_duplicate_names() || zip.has_overlapping_entries().map_err(refusal)? {
            return Err(Refusal::Broken);
        }
        let mut files = Vec::new();
        let mut total = 0_u64;
        for place in 0..zip.len() {
            let entry = zip.by_index_data(place).map_err(refusal)?;
            let name = entry.name().map_err(refusal)?.replace('\\', "/");
            if entry.is_dir() {
                continue;
            }
            if entry.encrypted() {
                return Err(Refusal::Password);
            }
            if !is_plain(&name) || entry.is_symlink() {
                return Err(Refusal::Broken);
            }
            // Deflate cannot pack more than 1 032 to one: a size beyond that is a lie.
            if entry.size() > entry.compressed_size().saturating_mul(1032).saturating_add(64) {
                return Err(Refusal::Broken);
            }
            total = total.saturating_add(entry.size());
            files.push(File { name, size: entry.size(), place });
        }
        if total > limits.unpacked || files.len() > limits.files as usize {
            return Err(Refusal::TooLarge);
        }
        Ok(Archive { zip, files, left: limits.unpacked })
    }

    pub(crate) fn files(&self) -> &[File] {
        &self.files
    }

    /// A file by its path, whatever the case: archives burnt on discs are in capitals.
    pub(crate) fn find(&self, name: &str) -> Option<File> {
        self.files.iter().find(|file| file.name.eq_ignore_ascii_case(name)).cloned()
    }

    /// The bytes of a file: as many as the directory says, and not one more.
    pub(crate) fn read(&mut self, file: &File) -> Result<Vec<u8>, Refusal> {
        let mut bytes = Vec::new();
        if file.size > self.left {
            return Err(Refusal::TooLarge);
        }
        let entry = self.zip.by_index(file.place).map_err(refusal)?;
        bytes.try_reserve_exact(usize::try_from(file.size).unwrap_or(usize::MAX)).map_err(|_| Refusal::TooLarge)?;
        entry.take(file.size.saturating_add(1)).read_to_end(&mut bytes).map_err(|_| Refusal::Broken)?;
        self.left = self.left.saturating_sub(bytes.len() as u64);
        if bytes.len() as u64 == file.size { Ok(bytes) } else { Err(Refusal::Broken) }
    }
}

/// Whether bytes are an archive: a first file, or an empty directory.
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Number of entries that the end of the directory tells (APPNOTE 4.3.16).
fn directory(bytes: &[u8]) -> Option<u32> {
    let tail = bytes.get(bytes.len().saturating_sub(66_000)..)?;
    let at = tail.windows(4).rposition(|four| four == b"PK\x05\x06")?;
    let count: [u8; 2] = tail.get(at + 10..at + 12)?.try_into().ok()?;
    Some(u32::from(u16::from_le_bytes(count)))
}

fn is_plain(name: &str) -> bool {
    let parts = || name.split('/');
    !name.is_empty()
        && name.len() <= NAME
        && !name.starts_with('/')
        && !name.contains([':', '\0'])
        && !name.chars().any(char::is_control)
        && parts().all(|part| !part.is_empty() && part != "." && part != "..")
        && parts().count() <= 16
}

fn refusal(error: ZipError) -> Refusal {
    match error {
        ZipError::InvalidPassword => Refusal::Password,
        ZipError::UnsupportedArchive(why) if why == ZipError::PASSWORD_REQUIRED => Refusal::Password,
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => Refusal::Unsupported,
        _ => Refusal::Broken,
    }
}
