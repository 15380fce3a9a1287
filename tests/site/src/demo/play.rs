//! The program as a child process, its journal followed page by page.

use crate::whole::Site;
use anyhow::{Context, Result, bail};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// A kiosk at work; ended when dropped.
pub struct Program {
    child: Child,
    lines: Receiver<String>,
    recent: VecDeque<String>,
}

impl Program {
    /// Starts `guichet run` on a display, with an empty home so that whatever it leaves there is seen.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(program: &Path, config: &Path, display: &str, home: &Path, site: &Site) -> Result<Self> {
        let reader = site.reader.as_ref().context("the site has no reader")?;
        let mut child = Command::new(program)
            .args(["run", "--verbose", "--config"])
            .arg(config)
            .env("DISPLAY", display)
            .env("HOME", home)
            .env("TMPDIR", home)
            .env("XDG_CACHE_HOME", home)
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("WAYLAND_DISPLAY")
            .envs([reader.env()])
            .current_dir(home)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let journal = child.stderr.take().context("no journal")?;
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(journal).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, lines, recent: VecDeque::new() })
    }

    /// Its process number.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the page of this name shows.
    ///
    /// # Errors
    /// When it does not show in time; the last lines of the journal are in the message.
    pub fn shows(&mut self, page: &str, within: Duration) -> Result<()> {
        self.says(&format!("page=\"{page}\""), within)
    }

    /// Waits for a line of the journal that holds these words.
    ///
    /// # Errors
    /// As [`Program::shows`].
    pub fn says(&mut self, words: &str, within: Duration) -> Result<()> {
        let limit = Instant::now() + within;
        loop {
            match self.lines.recv_timeout(limit.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    let found = line.contains(words);
                    self.recent.push_back(line);
                    if self.recent.len() > 20 {
                        self.recent.pop_front();
                    }
                    if found {
                        return Ok(());
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    bail!("«{words}» did not come; the journal ends:\n{}", self.journal())
                }
                Err(RecvTimeoutError::Disconnected) => bail!("the program has ended; its journal:\n{}", self.journal()),
            }
        }
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    fn journal(&self) -> String {
        self.recent.iter().map(|line| format!("  {line}\n")).collect()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
