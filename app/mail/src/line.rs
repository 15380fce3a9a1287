//! One connection: commands out, responses in, and the limits on both.

use std::time::Duration;

use futures::FutureExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::connect::Stream;
use crate::error::Error;
use crate::frame::{Frame, Framer, is_fetch};
use crate::reply::{Outcome, Reply, Status, Untagged, read};
use crate::settings::Timeouts;
use crate::text;

/// Most bytes a server may send for one command. A page is 50 kB; what is over the limit of one response is read and
/// not kept, so this bounds time more than memory.
const BUDGET: u64 = 64 * 1024 * 1024;
/// Read at once: a TLS record.
const CHUNK: usize = 16 * 1024;

/// What the server can do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Capabilities(Vec<String>);

impl Capabilities {
    fn from_words<'a>(words: impl Iterator<Item = &'a [u8]>) -> Self {
        Capabilities(words.take(200).map(|w| String::from_utf8_lossy(w).to_ascii_uppercase()).collect())
    }

    pub fn has(&self, word: &str) -> bool {
        self.0.iter().any(|c| c == word)
    }
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ending {
    pub status: Status,
    pub code: String,
    pub text: String,
}

impl Ending {
    /// An error unless it is `OK` (codes of RFC 5530, RFC 7889 and RFC 9208).
    pub fn ok(self, command: &'static str) -> Result<(), Error> {
        match (self.status, self.word()) {
            (Status::Ok, _) => Ok(()),
            (Status::No, "UNAVAILABLE" | "INUSE" | "LIMIT") => Err(Error::Unavailable),
            (Status::No, "NOPERM" | "AUTHORIZATIONFAILED" | "READ-ONLY") => Err(Error::NotPermitted),
            (Status::No, "OVERQUOTA") => Err(Error::Full),
            (Status::No, "TOOBIG") => Err(Error::MessageTooLarge { limit: None }),
            _ => Err(Error::Server { command, text: self.text }),
        }
    }

    /// First word of the code, in capitals; empty for none.
    pub fn word(&self) -> &str {
        self.code.split(' ').next().unwrap_or_default()
    }

    fn new(status: Status, outcome: &Outcome<'_>) -> Self {
        Ending {
            status,
            code: String::from_utf8_lossy(outcome.code.unwrap_or_default()).to_ascii_uppercase(),
            text: text::clean(&text::to_utf8(outcome.text)),
        }
    }
}

/// Tag of a command under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag(String);

/// Where an IDLE stands.
#[derive(Debug)]
enum Idle {
    No,
    Asked(Tag),
    On(Tag),
}

/// What a reader does with responses that belong to no command.
pub(crate) type Listener<'l> = &'l mut (dyn FnMut(Untagged<'_>) + Send);

/// A connection to a server.
pub(crate) struct Line {
    stream: Box<dyn Stream>,
    framer: Framer,
    input: Vec<u8>,
    taken: usize,
    budget: u64,
    commands: u32,
    idle: Idle,
    pub capabilities: Option<Capabilities>,
    pub timeouts: Timeouts,
    /// Rows that were too long to be kept.
    pub skipped: u32,
}

impl Line {
    pub fn new(stream: Box<dyn Stream>, timeouts: Timeouts) -> Self {
        Line {
            stream,
            framer: Framer::default(),
            input: Vec::with_capacity(CHUNK),
            taken: 0,
            budget: BUDGET,
            commands: 0,
            idle: Idle::No,
            capabilities: None,
            timeouts,
            skipped: 0,
        }
    }

    /// The stream, to wrap it in TLS. What was received in clear and not asked for could have been put there by
    /// anybody, so it ends the connection (RFC 9051 section 6.2.1).
    pub fn into_clear_stream(self) -> Result<Box<dyn Stream>, Error> {
        if self.taken < self.input.len() || self.framer.is_inside() {
            return Err(Error::Protocol("clear text after STARTTLS"));
        }
        Ok(self.stream)
    }

    pub fn can(&self, word: &str) -> bool {
        self.capabilities.as_ref().is_some_and(|c| c.has(word))
    }

    pub fn tag(&mut self) -> Tag {
        self.commands = self.commands.wrapping_add(1);
        Tag(format!("G{}", self.commands))
    }

    /// Whether the connection ended while nobody looked. A server that gives up says `BYE` and closes.
    pub fn is_stale(&mut self) -> bool {
        while let Some(frame) = self.response().now_or_never() {
            match frame.as_deref().map(read) {
                Ok(Some(Reply::Untagged(Untagged::Status(Status::Ok, _)))) => {}
                _ => return true,
            }
        }
        false
    }

    /// Sends bytes as they are. The caller keeps secrets in memory of its own: nothing is copied or logged here.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.budget = BUDGET;
        let write = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        timeout(self.timeouts.command, write).await.map_err(|_| Error::TimedOut)?.map_err(Error::from_read)
    }

    /// Sends commands in one flight, ending an IDLE first.
    pub async fn send(&mut self, commands: &[&str], listen: Listener<'_>) -> Result<Vec<Tag>, Error> {
        let mut out = String::from(self.leave_idle(listen).await?);
        let tags: Vec<Tag> = commands.iter().map(|_| self.tag()).collect();
        for (tag, command) in tags.iter().zip(commands) {
            out.extend([&tag.0, " ", command, "\r\n"]);
        }
        self.write(out.as_bytes()).await?;
        Ok(tags)
    }

    /// What ends an IDLE, to be sent in front of the next command; empty when there is none.
    pub async fn leave_idle(&mut self, listen: Listener<'_>) -> Result<&'static str, Error> {
        if let Idle::Asked(_) = self.idle {
            timeout(self.timeouts.command, self.wait_idle(listen)).await.map_err(|_| Error::TimedOut)??;
        }
        Ok(if let Idle::On(_) = self.idle { "DONE\r\n" } else { "" })
    }

    /// Makes room for one literal of this size at most, larger than responses may be. 0 for none.
    pub fn set_room(&mut self, bytes: u32) {
        self.framer.set_room(bytes);
    }

    /// The literal there was room for.
    pub fn take_aside(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        self.framer.take_aside()
    }

    /// A capability that has a value, such as `APPENDLIMIT=1000`.
    pub fn value(&self, name: &str) -> Option<u64> {
        let all = self.capabilities.as_ref()?;
        all.0.iter().find_map(|c| c.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
    }

    /// Bytes of a tagged command, for [`Line::write`].
    pub fn tagged(&mut self, command: &str) -> (Tag, String) {
        let tag = self.tag();
        let text = format!("{} {command}\r\n", tag.0);
        (tag, text)
    }

    /// Runs one command to its end.
    pub async fn run(&mut self, name: &'static str, command: &str, listen: Listener<'_>) -> Result<(), Error> {
        let tags = self.send(&[command], listen).await?;
        for ending in self.finish(&tags, listen).await? {
            ending.ok(name)?;
        }
        Ok(())
    }

    /// As [`Line::run`], for a command that makes a server look through a whole folder.
    pub async fn run_long(&mut self, name: &'static str, command: &str, listen: Listener<'_>) -> Result<(), Error> {
        let tags = self.send(&[command], listen).await?;
        for ending in self.finish_within(self.timeouts.search, &tags, listen).await? {
            ending.ok(name)?;
        }
        Ok(())
    }

    /// Waits for commands to end. Servers end them in any order (Dovecot puts off the end of an `EXPUNGE`); the answers are
    /// in the order the commands were sent.
    pub async fn finish(&mut self, tags: &[Tag], listen: Listener<'_>) -> Result<Vec<Ending>, Error> {
        let limit = self.timeouts.command;
        self.finish_within(limit, tags, listen).await
    }

    pub async fn finish_within(
        &mut self,
        limit: Duration,
        tags: &[Tag],
        listen: Listener<'_>,
    ) -> Result<Vec<Ending>, Error> {
        let all = async {
            let mut endings: Vec<Option<Ending>> = tags.iter().map(|_| None).collect();
            while endings.iter().any(Option::is_none) {
                match self.next(listen).await? {
                    Event::Done(done, ending) => {
                        let slot = tags.iter().position(|tag| *tag == done).and_then(|at| endings.get_mut(at));
                        match slot {
                            Some(slot) if slot.is_none() => *slot = Some(ending),
                            _ => return Err(Error::Protocol("answer to another command")),
                        }
                    }
                    Event::Continue(_) => return Err(Error::Protocol("continuation not asked for")),
                    Event::Untagged => {}
                }
            }
            Ok(endings.into_iter().flatten().collect())
        };
        timeout(limit, all).await.map_err(|_| Error::TimedOut)?
    }

    /// Asks for IDLE; what comes is read by [`Line::listen`].
    pub async fn start_idle(&mut self, listen: Listener<'_>) -> Result<(), Error> {
        if matches!(self.idle, Idle::No) {
            let tags = self.send(&["IDLE"], listen).await?;
            self.idle = tags.into_iter().next().map_or(Idle::No, Idle::Asked);
        }
        Ok(())
    }

    /// Reads one response while idle. Safe to drop at any point.
    pub async fn listen(&mut self, listen: Listener<'_>) -> Result<(), Error> {
        self.budget = BUDGET;
        match self.next(listen).await? {
            Event::Untagged => Ok(()),
            Event::Continue(_) => Ok(()),
            Event::Done(..) => Err(Error::Protocol("answer to no command")),
        }
    }

    async fn wait_idle(&mut self, listen: Listener<'_>) -> Result<(), Error> {
        while matches!(self.idle, Idle::Asked(_)) {
            self.listen(listen).await?;
        }
        Ok(())
    }

    /// The next response, sorted. Capabilities and the life of an IDLE are dealt with here.
    pub async fn next(&mut self, listen: Listener<'_>) -> Result<Event, Error> {
        let frame = self.response().await?;
        match read(&frame).ok_or(Error::Protocol("not IMAP"))? {
            Reply::Continue(text) => {
                if let Idle::Asked(tag) = &self.idle {
                    self.idle = Idle::On(tag.clone());
                    return Ok(Event::Untagged);
                }
                Ok(Event::Continue(text.to_vec()))
            }
            Reply::Done { tag, status, outcome } => {
                self.learn(&outcome);
                let tag = Tag(String::from_utf8_lossy(tag).into_owned());
                if let Idle::Asked(idle) | Idle::On(idle) = &self.idle
                    && *idle == tag
                {
                    self.idle = Idle::No;
                    if status != Status::Ok {
                        // Advertised and refused: look from time to time instead.
                        if let Some(capabilities) = &mut self.capabilities {
                            capabilities.0.retain(|c| c != "IDLE");
                        }
                    }
                    return Ok(Event::Untagged);
                }
                Ok(Event::Done(tag, Ending::new(status, &outcome)))
            }
            Reply::Untagged(untagged) => {
                match &untagged {
                    Untagged::Status(Status::Bye, _) => return Err(Error::Closed),
                    Untagged::Status(_, outcome) => self.learn(outcome),
                    Untagged::Capability(words) => {
                        self.capabilities = Some(Capabilities::from_words(words.iter().copied()));
                    }
                    _ => {}
                }
                listen(untagged);
                Ok(Event::Untagged)
            }
        }
    }

    pub fn learn(&mut self, outcome: &Outcome<'_>) {
        if outcome.is("CAPABILITY") {
            self.capabilities = Some(Capabilities::from_words(outcome.words().skip(1)));
        }
    }

    /// One whole response. Safe to drop at any point: what was read stays here.
    pub async fn response(&mut self) -> Result<Vec<u8>, Error> {
        loop {
            while let Some(rest) = self.input.get(self.taken..).filter(|rest| !rest.is_empty()) {
                let (taken, frame) = self.framer.push(rest);
                self.taken += taken;
                match frame {
                    Some(Frame::Whole(frame)) => return Ok(frame),
                    // A row that was too long. Whoever asked for it sees that it is missing.
                    Some(Frame::Cut(start)) if is_fetch(&start) => self.skipped = self.skipped.wrapping_add(1),
                    Some(Frame::Cut(_)) => return Err(Error::TooLarge),
                    None => {}
                }
            }
            self.input.clear();
            self.taken = 0;
            self.input.reserve(CHUNK);
            let read = self.stream.read_buf(&mut self.input).await.map_err(Error::from_read)?;
            if read == 0 {
                return Err(Error::Closed);
            }
            self.budget = self.budget.checked_sub(read as u64).ok_or(Error::TooLarge)?;
        }
    }

    /// `LOGOUT`, then the end of the connection in good order, all within its time limit.
    pub async fn logout(mut self) {
        let limit = self.timeouts.logout;
        let goodbye = async {
            self.send(&["LOGOUT"], &mut |_| {}).await?;
            while self.next(&mut |_| {}).await.is_ok() {}
            self.stream.shutdown().await.map_err(Error::from_read)
        };
        let _ = timeout(limit, goodbye).await;
    }
}

/// A response, sorted.
#[derive(Debug)]
pub(crate) enum Event {
    Done(Tag, Ending),
    Continue(Vec<u8>),
    Untagged,
}
