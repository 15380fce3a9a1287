//! The client of the card server.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::insertion::Insert;
use crate::slot::Traffic;

/// Environment variable that names the server's socket.
pub const SOCKET: &str = "GUICHET_CARD_SOCKET";
/// Longer than anything the server waits for.
const LIMIT: Duration = Duration::from_secs(60);

/// Puts cards in and takes them out. Each call is one short connection, so a handle may be cloned
/// and used from several threads.
#[derive(Clone, Debug)]
pub struct Handle {
    socket: PathBuf,
}

/// One reader and the card in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// A card is in the reader.
    pub present: bool,
    /// The card there, or the last that was.
    pub profile: Option<String>,
    /// pcscd holds the line to it.
    pub connected: bool,
    /// Tries left of its code porteur.
    pub tries: Option<u8>,
    /// Its code porteur is verified.
    pub verified: bool,
    /// Counts since it was inserted.
    pub traffic: Traffic,
}

impl Handle {
    /// A handle on the server that listens on this socket.
    pub fn new(socket: &Path) -> Self {
        Self { socket: socket.into() }
    }

    /// The server named by `GUICHET_CARD_SOCKET`.
    ///
    /// # Errors
    /// When the variable is not set.
    pub fn from_env() -> Result<Self> {
        let socket = std::env::var_os(SOCKET).with_context(|| format!("{SOCKET} is not set"))?;
        Ok(Self { socket: socket.into() })
    }

    /// The server's socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Inserts a card of this profile in reader 0. Returns once the reader has taken it, which is
    /// before pcscd tells its clients.
    ///
    /// # Errors
    /// When there is no such profile, or no reader takes the card.
    pub fn insert(&self, profile: &str) -> Result<()> {
        self.insert_with(&Insert::new(profile))
    }

    /// Inserts a card in a particular way.
    ///
    /// # Errors
    /// As [`Handle::insert`].
    pub fn insert_with(&self, insert: &Insert) -> Result<()> {
        self.ask(&insert.to_line()).map(drop)
    }

    /// Pulls the card from reader 0, if there is one.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub fn remove(&self) -> Result<()> {
        self.remove_from(0)
    }

    /// Pulls the card from a reader, if there is one.
    ///
    /// # Errors
    /// When the server cannot be reached or there is no such reader.
    pub fn remove_from(&self, reader: usize) -> Result<()> {
        self.ask(&format!("remove {reader}")).map(drop)
    }

    /// What is in reader 0.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub fn status(&self) -> Result<Status> {
        self.status_of(0)
    }

    /// What is in a reader.
    ///
    /// # Errors
    /// When the server cannot be reached or there is no such reader.
    pub fn status_of(&self, reader: usize) -> Result<Status> {
        let text = self.status_text()?;
        text.lines().nth(reader).map(parse_status).context("no such reader")
    }

    /// Both readers, one line each, for people.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub fn status_text(&self) -> Result<String> {
        self.ask("status")
    }

    /// The exchanges with the last card of reader 0, one line each, codes left out.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub fn log(&self) -> Result<Vec<String>> {
        self.log_of(0)
    }

    /// The exchanges with the last card of a reader.
    ///
    /// # Errors
    /// When the server cannot be reached or there is no such reader.
    pub fn log_of(&self, reader: usize) -> Result<Vec<String>> {
        Ok(self.ask(&format!("log {reader}"))?.lines().map(str::to_owned).collect())
    }

    /// Kills the server's pcscd, as a crash would.
    ///
    /// # Errors
    /// When the server runs none.
    pub fn kill_pcscd(&self) -> Result<()> {
        self.ask("pcscd kill").map(drop)
    }

    /// Starts the server's pcscd after [`Handle::kill_pcscd`]. A card left in a reader is found there.
    ///
    /// # Errors
    /// When it runs already or does not start.
    pub fn start_pcscd(&self) -> Result<()> {
        self.ask("pcscd start").map(drop)
    }

    /// Takes the readers away: pcscd dies and comes back without any. (It cannot lose or gain a
    /// serial reader while it runs.)
    ///
    /// # Errors
    /// When the server runs no pcscd or it does not start.
    pub fn unplug_reader(&self) -> Result<()> {
        self.ask("pcscd unplug").map(drop)
    }

    /// Gives the readers back: pcscd dies and comes back with them.
    ///
    /// # Errors
    /// When the server runs no pcscd or it does not start.
    pub fn plug_reader(&self) -> Result<()> {
        self.ask("pcscd plug").map(drop)
    }

    /// Whether the server answers.
    pub fn answers(&self) -> bool {
        self.ask("ping").is_ok()
    }

    fn ask(&self, line: &str) -> Result<String> {
        let mut stream = UnixStream::connect(&self.socket)
            .with_context(|| format!("no card server on {}", self.socket.display()))?;
        stream.set_read_timeout(Some(LIMIT))?;
        stream.write_all(format!("{line}\n").as_bytes())?;
        stream.shutdown(Shutdown::Write)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        match answer.split_once('\n') {
            Some(("ok", text)) => Ok(text.into()),
            Some((error, _)) => bail!("{}", error.trim_start_matches("err ")),
            None => bail!("the card server broke off"),
        }
    }
}

fn parse_status(line: &str) -> Status {
    let mut status = Status::default();
    for (name, value) in line.split_whitespace().filter_map(|word| word.split_once('=')) {
        let number = || value.parse().unwrap_or_default();
        match name {
            "present" => status.present = value == "true",
            "profile" => status.profile = Some(value.into()),
            "connected" => status.connected = value == "true",
            "tries" => status.tries = value.parse().ok(),
            "verified" => status.verified = value == "true",
            "apdus" => status.traffic.apdus = number(),
            "received" => status.traffic.received = number(),
            "sent" => status.traffic.sent = number(),
            _ => {}
        }
    }
    status
}
