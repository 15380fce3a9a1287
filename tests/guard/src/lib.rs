//! Servers that end with whoever started them.

use std::hash::{BuildHasher, RandomState};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// A server in a session of its own that ends when this is dropped, and when this process does in whatever way: a shell
/// waits for the end of its input, asks the server to end, and after a while no longer asks.
///
/// The shell is out of reach of signals to this process's group, by which test runners end a test that takes too long:
/// it must outlive it to end the server.
#[derive(Debug)]
pub struct Guard(Child);

impl Guard {
    /// Starts a command of the shell.
    ///
    /// # Errors
    /// When there is no shell. What the command itself does is for the caller to see.
    pub fn start(command: &str) -> Result<Self> {
        let script = format!(
            "setsid {command} & server=$!; cat >/dev/null; kill $server; \
             for n in 1 2 3; do kill -0 $server || break; sleep 0.1; done; kill -9 -$server; wait $server"
        );
        let child = Command::new("sh")
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {command}"))?;
        Ok(Self(child))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// A port nobody listens on. Not one of those the kernel gives to clients (from 32768 on): between this look and the
/// server's own, a connection of another test would take it.
///
/// # Errors
/// When there is none left.
pub fn free_port() -> Result<u16> {
    const FIRST: u64 = 10_000;
    const LAST: u64 = 32_000;
    for _ in 0..200 {
        let drawn = RandomState::new().hash_one(std::process::id());
        let port = u16::try_from(FIRST + drawn % (LAST - FIRST))?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port")
}
