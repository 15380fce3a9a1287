//! A pcscd of our own, for the process that holds the cards.
//!
//! It runs where the server runs: `site::reader` puts both in a network and a mount namespace of
//! their own, because the `vpcd` driver listens on every address and pcscd's socket has one fixed
//! place in the file system.

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// Where pcscd puts its socket and its process number. Fixed when it was built.
const RUN: &str = "/run/pcscd";
/// Enough for a busy machine; it takes some milliseconds.
const START: Duration = Duration::from_secs(20);
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";

/// A pcscd and its folder of configuration.
pub struct Daemon {
    dir: PathBuf,
    child: Option<Child>,
}

impl Daemon {
    /// Nothing runs yet; `dir` receives the configuration and the log.
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.into(), child: None }
    }

    /// Starts it with two readers, or with none.
    pub fn start(&mut self, readers: bool) -> Result<()> {
        ensure!(self.child.is_none(), "pcscd is running");
        self.configure(readers)?;
        for left in ["pcscd.comm", "pcscd.pid"] {
            let _ = fs::remove_file(Path::new(RUN).join(left));
        }
        // No hot-plug drivers: real readers of this machine stay with the real pcscd.
        let none = self.dir.join("drivers");
        fs::create_dir_all(&none)?;
        let log = fs::File::options().create(true).append(true).open(self.dir.join("pcscd.log"))?;
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "pcscd", "--foreground", "--config"]).arg(self.dir.join("readers"));
        if asks_polkit() {
            command.arg("--disable-polkit");
        }
        let child = command
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("PCSCLITE_HP_DROPDIR", &none)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot run pcscd: is it installed?")?;
        self.child = Some(child);
        self.wait_until_it_serves()
    }

    fn wait_until_it_serves(&mut self) -> Result<()> {
        let limit = Instant::now() + START;
        while UnixStream::connect(Path::new(RUN).join("pcscd.comm")).is_err() {
            if let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten()) {
                self.child = None;
                bail!("pcscd ended at once ({status}): see {}", self.dir.join("pcscd.log").display());
            }
            if Instant::now() > limit {
                self.kill();
                bail!("pcscd does not serve: see {}", self.dir.join("pcscd.log").display());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Kills it and starts it with or without readers. There is no gentler way: a reader named in
    /// a file stays as long as pcscd runs, and one built with libudev ignores the signal that
    /// asked older ones to read that file again.
    pub fn restart(&mut self, readers: bool) -> Result<()> {
        self.kill();
        self.start(readers)
    }

    /// Kills it without warning, as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Both fail only when it is dead already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn configure(&self, readers: bool) -> Result<()> {
        let dir = self.dir.join("readers");
        fs::create_dir_all(&dir)?;
        let text = if readers {
            format!("FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x8C7B\nLIBPATH {DRIVER}\nCHANNELID 0x8C7B\n")
        } else {
            String::new()
        };
        Ok(fs::write(dir.join("vpcd"), text)?)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}

/// pcscd 2 asks polkit before it lets anyone in, and there is none in here; pcscd 1 does not know
/// the option.
fn asks_polkit() -> bool {
    let help = Command::new("pcscd").env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").arg("--help").output();
    help.is_ok_and(|help| String::from_utf8_lossy(&help.stdout).contains("disable-polkit"))
}
