//! A message: its beginning in one flight, the rest in pieces.

use std::fmt;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::renew::twice;
use super::select::named;
use super::{Requests, Session, Task};
use crate::error::Error;
use crate::reply::Untagged;
use crate::rows::follow;

/// Most bytes read at once.
const MOST_AT_ONCE: u32 = 48 * 1024 * 1024;
/// Pieces of the rest: the first, and the limits of the others, in bytes.
const FIRST: u32 = 128 * 1024;
const FEWEST: u32 = 64 * 1024;
const MOST: u32 = 1024 * 1024;
/// How long a piece should take.
const STEP: Duration = Duration::from_millis(300);
/// The slowest line on which a large answer is still waited for, in bytes a second.
const SLOWEST: u32 = 64 * 1024;

const TOO_MUCH: Error = Error::Protocol("FETCH larger than asked for");

/// A message as it came, or its beginning.
#[derive(Clone, PartialEq, Eq)]
pub struct Raw {
    /// The message (RFC 5322), from its first byte.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Size of all of it, in bytes.
    pub size: u32,
    /// Whether these are all of its bytes. The rest is read by [`Session::rest`].
    pub whole: bool,
    /// Not read by anybody who shares the mailbox. Reading it here does not change that: [`crate::Mark::Read`] does.
    pub unread: bool,
    /// Marked by a person.
    pub flagged: bool,
    /// Answered.
    pub answered: bool,
    /// Forwarded.
    pub forwarded: bool,
    /// A draft.
    pub draft: bool,
    /// A receipt was sent or refused (`$MDNSent`): it is not to be asked for again.
    pub receipt_sent: bool,
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({} of {} bytes)", self.bytes.len(), self.size)
    }
}

/// The rest of a message, piece by piece. Dropping it ends it.
pub struct Rest {
    requests: Requests,
    folder: String,
    uid: u32,
    at: u32,
    count: u32,
    /// Most bytes of the message taken, those before the rest included.
    most: u32,
    validity: Option<u32>,
    /// The piece that was asked for ahead.
    ahead: Option<oneshot::Receiver<Result<Piece, Error>>>,
    ended: bool,
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rest(from {})", self.at)
    }
}

impl Session {
    /// Reads a message, up to `limit` bytes of it (48 MiB at most), and how it is marked. It stays unread if it was.
    ///
    /// # Errors
    /// [`Error::NoSuchMessage`] when it is no longer there; else as [`Session::list`].
    pub async fn message(&self, folder: &str, uid: u32, limit: u32) -> Result<Raw, Error> {
        let folder = named(folder).to_owned();
        self.requests.ask(twice(move |task| Box::pin(async move { task.message(&folder, uid, limit).await }))).await
    }

    /// What is beyond the first `from` bytes of a message of `most` bytes at most, those first ones included: what a
    /// server has said of its size binds it to nothing. Other requests are served between its pieces.
    #[must_use]
    pub fn rest(&self, folder: &str, uid: u32, from: u32, most: u32) -> Rest {
        Rest {
            requests: self.requests.clone(),
            folder: named(folder).to_owned(),
            uid,
            at: from,
            count: FIRST,
            most,
            validity: None,
            ahead: None,
            ended: false,
        }
    }
}

impl Rest {
    /// Bytes of the message that were read so far, those before the rest included.
    #[must_use]
    pub fn read(&self) -> u32 {
        self.at
    }

    /// The next piece, of 64 KiB to 1 MiB; none at the end. While somebody looks at one, the next is under way, so two
    /// are in memory at most. After an error the same piece is asked for again.
    ///
    /// # Errors
    /// [`Error::TooLarge`] once, instead of the piece that goes beyond the most that is taken; then there is no more.
    /// Else as [`Session::message`].
    pub async fn next(&mut self) -> Option<Result<Zeroizing<Vec<u8>>, Error>> {
        if self.ended {
            return None;
        }
        match self.piece().await {
            Ok(bytes) if bytes.is_empty() => None,
            other => Some(other),
        }
    }

    async fn piece(&mut self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let under_way = match self.ahead.take() {
            Some(ahead) => ahead,
            None => self.ask().await?,
        };
        let piece = under_way.await.map_err(|_| Error::Closed)??;
        self.validity = Some(piece.validity);
        let got = u32::try_from(piece.bytes.len()).unwrap_or(u32::MAX);
        let at = self.at.saturating_add(got);
        if got > 0 && at > self.most {
            self.ended = true;
            return Err(Error::TooLarge);
        }
        self.at = at;
        // Shorter than asked for: there is no more (RFC 3501 section 6.4.5).
        self.ended = got < piece.asked || self.at == u32::MAX;
        self.count = if piece.took < STEP { self.count.saturating_mul(2) } else { self.count / 2 }.clamp(FEWEST, MOST);
        if !self.ended {
            // Should this fail, the next call says so: these bytes are good.
            self.ahead = self.ask().await.ok();
        }
        Ok(piece.bytes)
    }

    async fn ask(&self) -> Result<oneshot::Receiver<Result<Piece, Error>>, Error> {
        let folder = self.folder.clone();
        let (uid, at, validity) = (self.uid, self.at, self.validity);
        // One byte more than is taken tells a message that ends there from one that goes on.
        let count = self.count.min(self.most.saturating_sub(at).saturating_add(1));
        self.requests
            .submit(twice(move |task| Box::pin(async move { task.piece(&folder, uid, at, count, validity).await })))
            .await
    }
}

struct Piece {
    bytes: Zeroizing<Vec<u8>>,
    asked: u32,
    validity: u32,
    took: Duration,
}

impl Task {
    async fn message(&mut self, folder: &str, uid: u32, limit: u32) -> Result<Raw, Error> {
        self.enter_by_uid(folder).await?;
        let limit = limit.clamp(1, MOST_AT_ONCE);
        let (bytes, flags) = self.fetch(uid, 0, limit, "FLAGS RFC822.SIZE ").await?;
        let got = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let size = flags.size.max(got);
        let has = |flag: &str| flags.flags.iter().any(|f| f == flag);
        Ok(Raw {
            // A server whose sizes are wrong has nothing left once it sends less than was asked for.
            whole: got >= size || got < limit,
            bytes,
            size,
            unread: !has("\\SEEN"),
            flagged: has("\\FLAGGED"),
            answered: has("\\ANSWERED"),
            forwarded: has("$FORWARDED"),
            draft: has("\\DRAFT"),
            receipt_sent: has("$MDNSENT"),
        })
    }

    async fn piece(
        &mut self,
        folder: &str,
        uid: u32,
        at: u32,
        count: u32,
        validity: Option<u32>,
    ) -> Result<Piece, Error> {
        self.enter_by_uid(folder).await?;
        let now = self.here()?.1.snapshot.validity;
        if validity.is_some_and(|then| then != now) {
            return Err(Error::Renumbered);
        }
        let start = Instant::now();
        let (bytes, _) = self.fetch(uid, at, count, "").await?;
        Ok(Piece { bytes, asked: count, validity: now, took: start.elapsed() })
    }

    /// Bytes of a message of the selected folder, and what else was asked for.
    async fn fetch(
        &mut self,
        uid: u32,
        at: u32,
        count: u32,
        more: &str,
    ) -> Result<(Zeroizing<Vec<u8>>, Fetched), Error> {
        let (line, kept) = self.here()?;
        let mut fetched = Fetched::default();
        let mut listen = |untagged: Untagged<'_>| match &untagged {
            Untagged::Fetch(_, items) => fetched.take(uid, items),
            other => follow(&mut kept.snapshot, other),
        };
        let skipped = line.skipped;
        let limit = line.timeouts.command + Duration::from_secs((count / SLOWEST).into());
        line.set_room(count);
        let answer = async {
            let tags =
                line.send(&[&format!("UID FETCH {uid} (UID {more}BODY.PEEK[]<{at}.{count}>)")], &mut listen).await?;
            line.finish_within(limit, &tags, &mut listen).await
        }
        .await;
        let aside = line.take_aside();
        line.set_room(0);
        for ending in answer? {
            if ending.word() == "EXPUNGEISSUED" {
                return Err(Error::NoSuchMessage);
            }
            ending.ok("FETCH")?;
        }
        if line.skipped > skipped {
            return Err(TOO_MUCH);
        }
        let Some(inline) = fetched.bytes.take() else {
            // Dovecot says nothing of a UID that is not there.
            return Err(if fetched.there { Error::Protocol("FETCH without its text") } else { Error::NoSuchMessage });
        };
        let bytes = aside.unwrap_or(inline);
        if bytes.len() > count as usize { Err(TOO_MUCH) } else { Ok((bytes, fetched)) }
    }
}

/// What a `FETCH` of one message says.
#[derive(Default)]
struct Fetched {
    there: bool,
    bytes: Option<Zeroizing<Vec<u8>>>,
    size: u32,
    /// In capitals.
    flags: Vec<String>,
}

impl Fetched {
    fn take(&mut self, uid: u32, items: &[crate::value::Value<'_>]) {
        let mut pairs = items.chunks_exact(2).filter_map(|pair| match pair {
            [name, value] => Some((name.bytes()?.to_ascii_uppercase(), value)),
            _ => None,
        });
        if !pairs.clone().any(|(name, value)| name == b"UID" && value.number() == Some(uid.into())) {
            return;
        }
        self.there = true;
        for (name, value) in pairs.by_ref() {
            match name.as_slice() {
                b"RFC822.SIZE" => self.size = value.number().and_then(|n| u32::try_from(n).ok()).unwrap_or(u32::MAX),
                b"FLAGS" => {
                    let flags = value.list().unwrap_or_default().iter().filter_map(|f| f.bytes());
                    self.flags = flags.map(|f| String::from_utf8_lossy(f).to_ascii_uppercase()).collect();
                }
                name if name.starts_with(b"BODY[]") => {
                    self.bytes = Some(Zeroizing::new(value.bytes().unwrap_or_default().to_vec()));
                }
                _ => {}
            }
        }
    }
}
