//! What a program leaves behind: words in its memory, bytes on the disk.

use anyhow::{Context, Result};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Read at once; words are looked for across the seams.
const CHUNK: usize = 1 << 20;

/// Which of these words stand in the memory that process `pid` can write to, and how often.
///
/// # Errors
/// When the memory cannot be read: only its parent's user, or root, may.
pub fn in_memory(pid: u32, words: &[&[u8]]) -> Result<Vec<usize>> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).context("the program has ended")?;
    let memory = File::open(format!("/proc/{pid}/mem")).context("the program's memory is closed")?;
    let mut counts = vec![0; words.len()];
    let seam = words.iter().map(|word| word.len()).max().unwrap_or(1).saturating_sub(1);
    for line in maps.lines() {
        let mut parts = line.split_ascii_whitespace();
        let (Some(range), Some(rights)) = (parts.next(), parts.next()) else { continue };
        if !rights.starts_with("rw") {
            continue;
        }
        let Some((start, end)) = range.split_once('-') else { continue };
        let (Ok(start), Ok(end)) = (u64::from_str_radix(start, 16), u64::from_str_radix(end, 16)) else { continue };
        let mut kept: Vec<u8> = Vec::new();
        let mut at = start;
        while at < end {
            let wanted = usize::try_from(end - at).unwrap_or(CHUNK).min(CHUNK);
            let mut piece = vec![0; wanted];
            // Some mappings (device memory) refuse to be read.
            let Ok(read) = memory.read_at(&mut piece, at) else { break };
            if read == 0 {
                break;
            }
            piece.truncate(read);
            kept.extend_from_slice(&piece);
            for (count, word) in counts.iter_mut().zip(words) {
                *count += kept.windows(word.len()).filter(|window| window == word).count();
            }
            // A word that ended within the seam has been counted: keep one byte less than the longest.
            let keep = kept.len().min(seam);
            kept = kept.split_off(kept.len() - keep);
            for (count, word) in counts.iter_mut().zip(words) {
                *count = count.saturating_sub(kept.windows(word.len()).filter(|window| window == word).count());
            }
            at += u64::try_from(read).unwrap_or(0);
        }
        for (count, word) in counts.iter_mut().zip(words) {
            *count += kept.windows(word.len()).filter(|window| window == word).count();
        }
    }
    Ok(counts)
}

/// Bytes the process has had written to storage (`write_bytes`, proc(5)).
///
/// # Errors
/// When the kernel does not keep account.
pub fn written(pid: u32) -> Result<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/io")).context("the kernel keeps no account of writing")?;
    let line = text.lines().find_map(|line| line.strip_prefix("write_bytes: ")).context("no write_bytes")?;
    Ok(line.trim().parse()?)
}

/// Every file below this folder.
#[must_use]
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries
        .flatten()
        .flat_map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { vec![entry.path()] })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[test]
    fn a_word_that_is_kept_is_found_and_one_that_is_not_is_not() {
        let kept: Vec<u8> = [b"canari-".as_slice(), b"dans-sa-cage"].concat();
        // Built backwards, so that this program holds the words it looks for only where it keeps them.
        let wanted: Vec<u8> = kept.iter().rev().copied().collect();
        let wanted: Vec<u8> = wanted.iter().rev().copied().collect();
        let absent: Vec<u8> = (0..19).map(|number| 200 + number).rev().collect();
        let counts = in_memory(std::process::id(), &[&wanted, &absent]).unwrap();
        assert!(counts[0] >= 2, "the word and its copy");
        assert_eq!(kept.len(), 19);
    }

    #[test]
    fn a_word_across_a_seam_is_counted_once() {
        let mut page = vec![7_u8; 3 * CHUNK];
        let word: Vec<u8> = (1..=24).map(|number| number ^ 0xA5).collect();
        page[CHUNK - 10..CHUNK + 14].copy_from_slice(&word);
        let counts = in_memory(std::process::id(), &[&word]).unwrap();
        assert!(counts[0] >= 2, "in the page and in the word itself");
        drop(page);
    }
}
