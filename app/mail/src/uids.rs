//! Sets of UIDs: written in pieces a server takes, read with a limit.

use crate::value::number;

/// Most messages a list of UIDs is kept for: 4 MB.
pub(crate) const MOST: usize = 1_000_000;
/// Longest set in one command, in bytes. RFC 7162 section 4 asks servers for lines of 8192; Dovecot takes 65536.
const LONGEST: usize = 4000;

/// Sets that name these UIDs, each short enough for a command, with how many are in each.
pub(crate) fn sets(uids: &[u32]) -> Vec<(String, Vec<u32>)> {
    let mut sorted: Vec<u32> = uids.iter().copied().filter(|uid| *uid > 0).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut out: Vec<(String, Vec<u32>)> = vec![];
    for run in sorted.chunk_by(|a, b| a.checked_add(1) == Some(*b)) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let piece = if first == last { first.to_string() } else { format!("{first}:{last}") };
        match out.last_mut() {
            Some((set, members)) if set.len() + 1 + piece.len() <= LONGEST => {
                set.extend([",", &piece]);
                members.extend(run);
            }
            _ => out.push((piece, run.to_vec())),
        }
    }
    out
}

/// The first piece of [`sets`] of at most `most` UIDs at a time.
pub(crate) fn sets_of(uids: &[u32], most: usize) -> Vec<(String, Vec<u32>)> {
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.chunks(most.max(1)).flat_map(sets).collect()
}

/// Numbers between spaces, up to anything else; at most one more than [`MOST`].
pub(crate) fn listed(text: &[u8]) -> Vec<u32> {
    let words = text.split(|b| *b == b' ').filter(|w| !w.is_empty());
    words.map_while(|w| u32::try_from(number(w)?).ok()).take(MOST + 1).collect()
}

/// The members of a set such as `4,7:9,12`; at most one more than [`MOST`]. What is not a set ends it.
pub(crate) fn expand(set: &[u8]) -> Vec<u32> {
    let mut out = vec![];
    let one = |text: &[u8]| number(text).and_then(|n| u32::try_from(n).ok());
    for piece in set.split(|b| *b == b',') {
        let mut ends = piece.splitn(2, |b| *b == b':');
        let Some(first) = ends.next().and_then(one) else { break };
        let last = match ends.next() {
            Some(text) => match one(text) {
                Some(last) => last,
                None => break,
            },
            None => first,
        };
        let room = (MOST + 1).saturating_sub(out.len());
        out.extend((first.min(last)..=first.max(last)).take(room));
        if out.len() > MOST {
            break;
        }
    }
    out
}

/// `COPYUID validity from to` (RFC 4315 section 3): pairs of old and new UIDs.
pub(crate) fn copied(code: &str) -> Option<Vec<(u32, u32)>> {
    let mut words = code.split(' ').filter(|w| !w.is_empty());
    if !words.next()?.eq_ignore_ascii_case("COPYUID") {
        return None;
    }
    words.next()?;
    let (from, to) = (expand(words.next()?.as_bytes()), expand(words.next()?.as_bytes()));
    (from.len() == to.len()).then(|| from.into_iter().zip(to).collect())
}

/// `APPENDUID validity uid`.
pub(crate) fn appended(code: &str) -> Option<u32> {
    let mut words = code.split(' ').filter(|w| !w.is_empty());
    if !words.next()?.eq_ignore_ascii_case("APPENDUID") {
        return None;
    }
    words.nth(1)?.parse().ok().filter(|uid| *uid > 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn runs_become_ranges() {
        assert_eq!(sets(&[9, 3, 4, 5, 5, 7, 0]), [("3:5,7,9".to_owned(), vec![3, 4, 5, 7, 9])]);
        assert_eq!(sets(&[]), []);
        assert_eq!(sets(&[u32::MAX, u32::MAX - 1])[0].0, "4294967294:4294967295");
    }

    #[test]
    fn a_set_that_would_fill_the_memory_is_cut() {
        assert_eq!(expand(b"1:4294967295").len(), MOST + 1);
        assert_eq!(expand(b"1:4294967295,1:4294967295").len(), MOST + 1);
        assert_eq!(expand(b"9:7,2,x,5"), [7, 8, 9, 2]);
        assert!(expand(b"5:*").is_empty());
    }

    #[test]
    fn new_uids_are_paired_with_old_ones() {
        assert_eq!(copied("COPYUID 38505 304,319:320 3956:3958").unwrap(), [(304, 3956), (319, 3957), (320, 3958)]);
        assert_eq!(copied("COPYUID 38505 304,319:320 3956:3957"), None);
        assert_eq!(copied("APPENDUID 1 2"), None);
        assert_eq!(appended("APPENDUID 38505 3955"), Some(3955));
        assert_eq!(appended("APPENDUID 38505"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(uids in proptest::collection::vec(1..5000u32, 0..2000), most in 1..900usize) {
            let mut expected = uids.clone();
            expected.sort_unstable();
            expected.dedup();
            let mut got = vec![];
            for (set, members) in sets_of(&uids, most) {
                prop_assert!(set.len() <= LONGEST && members.len() <= most);
                prop_assert_eq!(expand(set.as_bytes()), members.clone());
                got.extend(members);
            }
            prop_assert_eq!(got, expected);
        }

        #[test]
        fn any_text_is_read_without_panic(text in "[0-9:,* (A-Z]{0,60}") {
            let _ = (expand(text.as_bytes()), listed(text.as_bytes()), copied(&text), appended(&text));
        }
    }
}
