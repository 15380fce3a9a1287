//! The process that holds the cards: two slots, a unix socket, one line of text per command.
//!
//! A line is a word and its arguments; the answer is `ok` or `err reason` on the first line, then
//! lines of text, then the end of the stream. One command at a time, all on the main thread:
//! pcscd, when we run one, must be the child of a thread that lives as long as the process.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::daemon::Daemon;
use crate::insertion::Insert;
use crate::slot::Inserted;

/// Readers the driver offers.
const READERS: usize = 2;
/// How long an insertion waits for its reader to take the card: it looks every 400 ms or so.
const TAKEN: Duration = Duration::from_secs(10);
/// Longest command line (bytes).
const LINE_MAX: u64 = 4096;

/// What the server is told on its command line.
#[derive(Clone, Debug)]
pub struct Options {
    /// Directory made by `pki::Pki::create`.
    pub cards: PathBuf,
    /// Unix socket to listen on.
    pub socket: PathBuf,
    /// Where reader 0 of the driver listens; reader 1 is on the next port.
    pub vpcd: SocketAddr,
    /// Run a pcscd too, with its files in this directory.
    pub pcscd: Option<PathBuf>,
    /// End when standard input ends: whoever started us is gone.
    pub until_eof: bool,
}

type SharedDaemon = Arc<Mutex<Option<Daemon>>>;

struct Server {
    cards: PathBuf,
    vpcd: SocketAddr,
    slots: [Option<Arc<Inserted>>; READERS],
    left: HashMap<String, u8>,
    daemon: SharedDaemon,
}

/// Serves until standard input ends (if asked to) or the process is killed.
///
/// # Errors
/// When the socket cannot be made or pcscd does not start.
pub fn serve(options: &Options) -> Result<()> {
    let daemon: SharedDaemon = Arc::default();
    if let Some(dir) = &options.pcscd {
        let mut started = Daemon::new(dir);
        started.start(true)?;
        *daemon.lock().unwrap_or_else(PoisonError::into_inner) = Some(started);
    }
    if options.until_eof {
        end_with_stdin(Arc::clone(&daemon))?;
    }
    let mut server =
        Server { cards: options.cards.clone(), vpcd: options.vpcd, slots: [None, None], left: HashMap::new(), daemon };
    let listener = bind(&options.socket)?;
    for client in listener.incoming().flatten() {
        // A client that goes away in the middle is its own business.
        let _ = server.attend(client);
    }
    Ok(())
}

/// The socket appears under its name only when it can be connected to.
fn bind(path: &Path) -> Result<UnixListener> {
    let nascent = path.with_extension("new");
    let _ = fs::remove_file(&nascent);
    let listener = UnixListener::bind(&nascent).with_context(|| format!("cannot listen on {}", path.display()))?;
    fs::rename(&nascent, path)?;
    Ok(listener)
}

fn end_with_stdin(daemon: SharedDaemon) -> Result<()> {
    let wait = move || {
        let mut rest = [0; 64];
        while matches!(std::io::stdin().read(&mut rest), Ok(n) if n > 0) {}
        drop(daemon.lock().unwrap_or_else(PoisonError::into_inner).take());
        std::process::exit(0);
    };
    thread::Builder::new().name("stdin".into()).spawn(wait)?;
    Ok(())
}

impl Server {
    fn attend(&mut self, client: UnixStream) -> Result<()> {
        client.set_read_timeout(Some(Duration::from_secs(5)))?;
        client.set_write_timeout(Some(Duration::from_secs(5)))?;
        let mut line = String::new();
        BufReader::new((&client).take(LINE_MAX)).read_line(&mut line)?;
        let answer = match self.obey(&line) {
            Ok(text) => format!("ok\n{text}"),
            Err(error) => format!("err {}\n", format!("{error:#}").replace('\n', " ")),
        };
        Ok((&client).write_all(answer.as_bytes())?)
    }

    fn obey(&mut self, line: &str) -> Result<String> {
        let mut words = line.split_whitespace();
        match words.next() {
            Some("insert") => self.insert(&Insert::from_words(words)?),
            Some("remove") => {
                self.remove(which(words.next())?)?;
                Ok(String::new())
            }
            Some("status") => Ok((0..READERS).map(|reader| self.status(reader)).collect()),
            Some("log") => {
                let lines = self.slot(which(words.next())?)?.as_ref().map(|card| card.log()).unwrap_or_default();
                Ok(lines.iter().map(|line| format!("{line}\n")).collect())
            }
            Some("pcscd") => self.command_daemon(words.next()),
            Some("ping") => Ok(String::new()),
            _ => bail!("unknown command"),
        }
    }

    fn slot(&mut self, reader: usize) -> Result<&mut Option<Arc<Inserted>>> {
        self.slots.get_mut(reader).context("there are readers 0 and 1")
    }

    fn insert(&mut self, insert: &Insert) -> Result<String> {
        let reader = insert.reader_number();
        self.remove(reader)?;
        let chip = insert.make(&self.cards, self.left.get(insert.profile()).copied())?;
        let mut address = self.vpcd;
        address.set_port(address.port() + u16::try_from(reader)?);
        let card = Inserted::put(address, insert.profile(), chip, insert.manner())?;
        let taken = card.taken_within(TAKEN);
        if !taken {
            card.pull();
        }
        *self.slot(reader)? = Some(card);
        if !taken {
            bail!("no reader took the card");
        }
        Ok(String::new())
    }

    fn remove(&mut self, reader: usize) -> Result<()> {
        let Some(card) = self.slot(reader)?.clone() else {
            return Ok(());
        };
        card.pull();
        if let Some(tries) = card.tries() {
            self.left.insert(card.profile().into(), tries);
        }
        Ok(())
    }

    fn status(&mut self, reader: usize) -> String {
        let Ok(Some(card)) = self.slot(reader) else {
            return format!("reader={reader} present=false\n");
        };
        let traffic = card.traffic();
        let tries = card.tries().map(|tries| format!(" tries={tries}")).unwrap_or_default();
        format!(
            "reader={reader} present={} profile={} connected={}{tries} verified={} apdus={} received={} sent={}\n",
            card.present(),
            card.profile(),
            card.connected(),
            card.verified(),
            traffic.apdus,
            traffic.received,
            traffic.sent,
        )
    }

    fn command_daemon(&mut self, what: Option<&str>) -> Result<String> {
        let mut daemon = self.daemon.lock().unwrap_or_else(PoisonError::into_inner);
        let daemon = daemon.as_mut().context("this server runs no pcscd")?;
        match what {
            Some("kill") => daemon.kill(),
            Some("start") => daemon.start(true)?,
            Some("unplug") => daemon.restart(false)?,
            Some("plug") => daemon.restart(true)?,
            _ => bail!("pcscd kill, start, unplug or plug"),
        }
        Ok(String::new())
    }
}

fn which(word: Option<&str>) -> Result<usize> {
    match word {
        None => Ok(0),
        Some(word) => word.parse().context("which reader?"),
    }
}
