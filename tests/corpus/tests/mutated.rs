//! Messages of the corpus, spoilt at random: whatever comes of them is shown, within its bounds.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use document::letter::{BlockKind, Limits, Message};
use proptest::prelude::*;

/// What holds of every message, whoever made it.
fn is_sound(raw: Vec<u8>, whole: bool) -> Result<(), TestCaseError> {
    let limits = Limits { text: 20_000, blocks: 200, recipients: 5, attachments: 10, ..Limits::default() };
    let message = Message::read(raw, whole, &limits);
    let letter = message.letter();
    let text: usize = letter.blocks.iter().map(|block| block.text.len()).sum();
    prop_assert!(letter.blocks.len() <= limits.blocks);
    // Every line of a preformatted block ends, which may take one byte more a block.
    prop_assert!(text <= limits.text + limits.blocks, "{text} bytes");
    for block in &letter.blocks {
        let allowed = |c: char| c == '\n' || (c == '\t' && block.kind == BlockKind::Row);
        prop_assert!(!block.text.chars().any(|c| c.is_control() && !allowed(c)), "a control in {:?}", block.kind);
        prop_assert!(block.kind == BlockKind::Rule || !block.text.trim().is_empty());
    }
    prop_assert!(letter.to.len() + letter.cc.len() <= limits.recipients);
    for line in [&letter.subject, &letter.from.name, &letter.from.address] {
        prop_assert!(!line.chars().any(char::is_control) && line.chars().count() <= 401);
    }
    let attachments = message.attachments();
    prop_assert!(attachments.len() <= limits.attachments);
    for attachment in attachments {
        prop_assert!(!attachment.name.is_empty() && !attachment.name.contains(['/', '\\']));
        prop_assert_eq!(message.bytes(attachment.index).map(|bytes| bytes.len() as u64), Some(attachment.size));
    }
    Ok(())
}

/// The messages that are not too large to be read a few hundred times.
fn small() -> Vec<Vec<u8>> {
    corpus::all().iter().map(corpus::Sample::raw).filter(|raw| raw.len() < 20_000).collect()
}

#[derive(Debug, Clone)]
enum Change {
    Byte(usize, u8),
    Cut(usize),
    Remove(usize, usize),
    Repeat(usize, usize),
    Insert(usize, Vec<u8>),
}

fn change() -> impl Strategy<Value = Change> {
    let likely = prop_oneof![
        Just(b"\r\n".to_vec()),
        Just(b"\n\n".to_vec()),
        Just(b"--b1\r\n".to_vec()),
        Just(b"--b1--".to_vec()),
        Just(b"\0".to_vec()),
        Just(b"=?utf-8?q?".to_vec()),
        Just(b"<div style=display:none>".to_vec()),
        Just(b"</table>".to_vec()),
        Just(b"> ".to_vec()),
        Just(b"Content-Type: multipart/mixed; boundary=b1\r\n".to_vec()),
        Just("\u{202E}".as_bytes().to_vec()),
        any::<[u8; 3]>().prop_map(|b| b.to_vec()),
    ];
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        any::<usize>().prop_map(Change::Cut),
        (any::<usize>(), 0..200_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        (any::<usize>(), 0..200_usize).prop_map(|(at, length)| Change::Repeat(at, length)),
        (any::<usize>(), likely).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
    ]
}

fn apply(raw: &mut Vec<u8>, change: &Change) {
    let place = |at: usize| at % (raw.len() + 1);
    match change {
        Change::Byte(at, byte) => {
            let at = place(*at);
            if let Some(old) = raw.get_mut(at) {
                *old = *byte;
            }
        }
        Change::Cut(at) => raw.truncate(place(*at).max(raw.len() / 4)),
        Change::Remove(at, length) => {
            let at = place(*at);
            raw.drain(at..(at + length).min(raw.len()));
        }
        Change::Repeat(at, length) => {
            let at = place(*at);
            let piece = raw[at..(at + length).min(raw.len())].to_vec();
            raw.splice(at..at, piece);
        }
        Change::Insert(at, bytes) => {
            let at = place(*at);
            raw.splice(at..at, bytes.iter().copied());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_spoilt_message_is_shown(which in any::<prop::sample::Index>(), changes in proptest::collection::vec(change(), 1..12), whole: bool) {
        static SMALL: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
        let mut raw = which.get(SMALL.get_or_init(small)).clone();
        changes.iter().for_each(|change| apply(&mut raw, change));
        is_sound(raw, whole)?;
    }

    #[test]
    fn any_bytes_are_shown(raw in proptest::collection::vec(any::<u8>(), 0..600), whole: bool) {
        is_sound(raw, whole)?;
    }
}

#[test]
fn every_message_keeps_to_small_bounds() {
    for sample in corpus::all().iter().filter(|sample| sample.name != "mime-40-mb") {
        assert!(is_sound(sample.raw(), true).is_ok(), "{}", sample.name);
    }
}
