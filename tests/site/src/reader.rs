//! A card reader: the real pcscd, two virtual slots, our virtual cards.
//!
//! pcscd and the card server run in a network and a mount namespace of their own, for two
//! reasons: the `vpcd` driver listens on every address of the machine, and pcscd's socket has one
//! fixed place, `/run/pcscd`. In there `/run/pcscd` is a folder of the test, so several readers
//! run side by side and the machine's own pcscd is left alone. Clients stay outside and need only
//! the socket file: set `PCSCLITE_CSOCK_NAME` to [`Reader::csock`].
//!
//! Works as root and as an ordinary user (who then gets a user namespace too).

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail, ensure};
use pki::Pki;
use virtual_card::Handle;

/// Environment variable by which libpcsclite finds pcscd's socket.
pub const CSOCK: &str = "PCSCLITE_CSOCK_NAME";
/// Set in a process started by [`within`]: the card server's socket.
const CARD_SOCKET: &str = "GUICHET_CARD_SOCKET";
/// Set in a process started by [`within`]: the file to leave when the body has run to its end.
const DONE: &str = "GUICHET_WITHIN_DONE";
/// The command that holds the cards; set this variable to its path to use another.
const COMMAND: &str = "GUICHET_CARD";
/// Longest path a unix socket may have (bytes).
const SOCKET_MAX: usize = 107;
/// Enough for a busy machine; it takes some tens of milliseconds.
const START: Duration = Duration::from_secs(30);
const END: Duration = Duration::from_secs(5);

/// Inside the namespaces. On a machine without a folder for pcscd's socket, one is made on a
/// memory file system only we see.
const WORLD: &str = r#"
set -e
ip link set lo up
[ -d /run/pcscd ] || { mount -t tmpfs none /run; mkdir /run/pcscd; }
mount --bind "$1" /run/pcscd
shift
exec "$@"
"#;

/// A running pcscd with two slots. Dropping it ends every process it started.
pub struct Reader {
    dir: PathBuf,
    server: Child,
}

impl Reader {
    /// Starts pcscd and the card server with their files in `dir`, which must not be under `/run`
    /// on a machine without `/run/pcscd`. Both readers are there and empty when this returns.
    ///
    /// # Errors
    /// When a program is missing, namespaces are forbidden, or pcscd does not start.
    pub fn start(dir: &Path, pki: &Pki) -> Result<Self> {
        let run = dir.join("run");
        fs::create_dir_all(&run).with_context(|| format!("cannot create {}", run.display()))?;
        let dir = dir.canonicalize()?;
        let run = dir.join("run");
        let socket = dir.join("card.sock");
        for path in [&socket, &run.join("pcscd.comm")] {
            ensure!(path.as_os_str().as_bytes().len() <= SOCKET_MAX, "{} is too long for a socket", path.display());
        }
        let _ = fs::remove_file(&socket);
        let log = fs::File::create(dir.join("card.log"))?;
        let mut command = Command::new("unshare");
        command.args(["--net", "--mount"]);
        if !rustix::process::geteuid().is_root() {
            command.args(["--user", "--map-root-user"]);
        }
        let server = command
            .args(["--", "sh", "-c", WORLD, "reader"])
            .arg(&run)
            .arg(card_command()?)
            .arg("serve")
            .arg("--until-eof")
            .arg("--cards")
            .arg(pki.dir())
            .arg("--socket")
            .arg(&socket)
            .arg("--pcscd")
            .arg(&dir)
            .env("PATH", with_sbin())
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot run unshare")?;
        let mut reader = Self { dir, server };
        reader.wait_until_it_serves()?;
        Ok(reader)
    }

    fn wait_until_it_serves(&mut self) -> Result<()> {
        let limit = Instant::now() + START;
        while !self.dir.join("card.sock").exists() {
            if let Some(status) = self.server.try_wait()? {
                let said = fs::read_to_string(self.dir.join("card.log")).unwrap_or_default();
                bail!("the card server ended at once ({status}): {}", said.trim());
            }
            ensure!(Instant::now() < limit, "the card server does not serve: see {}", self.dir.display());
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// pcscd's socket: the value of `PCSCLITE_CSOCK_NAME` for clients.
    pub fn csock(&self) -> PathBuf {
        self.dir.join("run").join("pcscd.comm")
    }

    /// The variable to give to a client process.
    pub fn env(&self) -> (&'static str, PathBuf) {
        (CSOCK, self.csock())
    }

    /// Puts cards in and takes them out.
    pub fn card(&self) -> Handle {
        Handle::new(&self.dir.join("card.sock"))
    }

    /// What pcscd said.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.join("pcscd.log")).unwrap_or_default()
    }

    /// Kills pcscd as a crash would. The card stays in the reader.
    ///
    /// # Errors
    /// When the card server does not answer.
    pub fn kill_pcscd(&self) -> Result<()> {
        self.card().kill_pcscd()
    }

    /// Starts pcscd again; a card left in the reader is found there.
    ///
    /// # Errors
    /// When it does not start, or was not killed.
    pub fn restart_pcscd(&self) -> Result<()> {
        self.card().start_pcscd()
    }

    /// Takes the readers away: clients see pcscd die and come back without readers.
    ///
    /// # Errors
    /// When pcscd does not come back.
    pub fn unplug_reader(&self) -> Result<()> {
        self.card().unplug_reader()
    }

    /// Gives the readers back: clients see pcscd die and come back with them. (A real reader is
    /// plugged into a running pcscd; a serial one, as the virtual one is, cannot be.)
    ///
    /// # Errors
    /// When pcscd does not come back.
    pub fn plug_reader(&self) -> Result<()> {
        self.card().plug_reader()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // The end of its input tells the server to end pcscd, wait for it, and end.
        drop(self.server.stdin.take());
        let limit = Instant::now() + END;
        while Instant::now() < limit {
            if !matches!(self.server.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        // Stuck: pcscd is set to die with its parent.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Runs `body` in a process whose PC/SC calls reach a reader of its own.
///
/// libpcsclite reads `PCSCLITE_CSOCK_NAME` from the environment, and a Rust program without
/// `unsafe` cannot change its own. So this starts the test binary again with the variable set and
/// only the test `name` (its full path, as `--exact` wants it); there `body` runs with a handle on
/// the cards, and its panic fails the outer test.
///
/// # Errors
/// When the reader does not start, the inner test fails, or no test has that name.
pub fn within(name: &str, body: impl FnOnce(&Handle) -> Result<()>) -> Result<()> {
    if let Some(done) = std::env::var_os(DONE) {
        body(&Handle::from_env()?)?;
        return Ok(fs::write(done, "")?);
    }
    let dir = tempfile::tempdir()?;
    let pki = Pki::shared()?;
    let reader = Reader::start(&dir.path().join("reader"), &pki)?;
    let (variable, csock) = reader.env();
    let done = dir.path().join("done");
    let status = Command::new(std::env::current_exe()?)
        .args([name, "--exact", "--nocapture", "--include-ignored"])
        .env(variable, csock)
        .env(CARD_SOCKET, reader.card().socket())
        .env(DONE, &done)
        .status()?;
    ensure!(status.success(), "{name} failed inside; pcscd said: {}", reader.log());
    // A test harness that knows no such test is content.
    ensure!(done.exists(), "no test is called {name}");
    Ok(())
}

fn with_sbin() -> OsString {
    let mut path = std::env::var_os("PATH").unwrap_or_default();
    path.push(":/usr/sbin:/sbin");
    path
}

/// The `guichet-card` program beside this one (`target/<profile>/guichet-card`), built when it is
/// missing or older than its source: cargo builds no other package's programs for a test, and a
/// stale card would answer with last week's bytes.
fn card_command() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os(COMMAND) {
        return Ok(path.into());
    }
    let exe = std::env::current_exe()?;
    let folder = exe.parent().context("this program has no folder")?;
    let in_sub_folder = folder.file_name().is_some_and(|name| name == "deps" || name == "examples");
    let profile = if in_sub_folder { folder.parent().context("no target directory")? } else { folder };
    let command = profile.join("guichet-card");
    if is_fresh(&command) {
        return Ok(command);
    }
    // One at a time; whoever comes second finds it built.
    let lock = fs::File::create(profile.join("guichet-card.lock"))?;
    lock.lock()?;
    if !is_fresh(&command) {
        build(profile)?;
        ensure!(command.exists(), "cargo did not make {}", command.display());
        // Cargo keeps the file when only dates changed: say that it was looked at now.
        fs::File::open(&command)?.set_modified(SystemTime::now())?;
    }
    Ok(command)
}

fn is_fresh(command: &Path) -> bool {
    let Ok(built) = fs::metadata(command).and_then(|meta| meta.modified()) else {
        return false;
    };
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let sources = [tests.join("card/src"), tests.join("pki/src")];
    sources.iter().all(|folder| newest(folder).is_none_or(|changed| changed <= built))
}

/// Date of the newest file under a folder; `None` when there is no such folder (a packed test).
fn newest(folder: &Path) -> Option<SystemTime> {
    let dates = fs::read_dir(folder).ok()?.flatten().filter_map(|entry| {
        let meta = entry.metadata().ok()?;
        if meta.is_dir() { newest(&entry.path()) } else { meta.modified().ok() }
    });
    dates.max()
}

fn build(profile: &Path) -> Result<()> {
    let target = profile.parent().context("no target directory")?;
    let name = match profile.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "-p", "virtual-card", "--bin", "guichet-card", "--profile", name, "--target-dir"])
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .output()
        .context("cannot run cargo")?;
    ensure!(output.status.success(), "cannot build guichet-card: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

#[cfg(test)]
#[path = "reader/tests.rs"]
mod tests;
